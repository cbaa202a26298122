"""Figures of runs. Every function that draws returns the matplotlib Axes it drew on."""

from .against_geometry import fingerprint
from .against_l1_norm import coefficients
from .against_norm import paths
from .against_t import gaps, margins, residuals
from .animation import animate
from .data_space import separators, support_vectors
from .directions import angles, asymptotes
from .losses_and_norms import losses, norms
from .parameter_space import path
from .phase_diagram import phase
from .spectra import singular_values

__all__ = [
    "angles",
    "animate",
    "asymptotes",
    "coefficients",
    "fingerprint",
    "gaps",
    "losses",
    "margins",
    "norms",
    "path",
    "paths",
    "phase",
    "residuals",
    "separators",
    "singular_values",
    "support_vectors",
]
