"""Figures of runs. Every function returns the matplotlib Axes it drew on."""

from .against_geometry import fingerprint
from .against_l1_norm import coefficients
from .against_norm import paths
from .against_t import gaps, margins, residuals
from .over_sweeps import phase
from .parameter_space import path

__all__ = ["coefficients", "fingerprint", "gaps", "margins", "path", "paths", "phase", "residuals"]
