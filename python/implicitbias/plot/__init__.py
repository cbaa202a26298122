"""Figures of runs. Every function returns the matplotlib Axes it drew on."""

from .against_l1_norm import coefficients
from .against_norm import paths
from .against_t import gaps, margins, residuals
from .over_sweeps import phase
from .parameter_space import path

__all__ = ["coefficients", "gaps", "margins", "path", "paths", "phase", "residuals"]
