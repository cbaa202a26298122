"""The l_p norm of an array of any size."""

import math

import numpy as np

from .._types import Array


def lp_norm(v: Array, p: float) -> float:
    """Return |v|_p, relative to its largest entry: powers neither over- nor underflow."""
    largest = float(np.abs(v).max(initial=0.0))
    return largest * float(np.linalg.norm(v.ravel() / largest, p)) if largest > 0 else 0.0


def conjugate(p: float) -> float:
    """Return the q with 1/p + 1/q = 1."""
    return math.inf if p == 1 else 1.0 if p == math.inf else p / (p - 1)
