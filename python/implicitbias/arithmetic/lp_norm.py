"""The l_p norm of an array of any size."""

import math

import numpy as np

from .._types import Array


def lp_norm(v: Array, p: float) -> float:
    """Return |v|_p, relative to its largest entry: powers neither over- nor underflow."""
    largest = float(np.abs(v).max(initial=0.0))
    return largest * float(np.linalg.norm(v.ravel() / largest, p)) if largest > 0 else 0.0


def log_lp_norm(v: Array, p: float) -> float:
    """Return log |v|_p, -inf of 0: where |v|_p or its powers are beyond doubles, too."""
    largest = float(np.abs(v).max(initial=0.0))
    return math.log(largest) + math.log(np.linalg.norm(v.ravel() / largest, p)) if largest > 0 else -math.inf


def longest(rows: Array) -> float:
    """Return the largest |row|_2, relative to the largest entry: squares neither over- nor underflow."""
    largest = float(np.abs(rows).max(initial=0.0))
    return largest * float(np.linalg.norm(rows / largest, axis=1).max()) if largest > 0 else 0.0


def conjugate(p: float) -> float:
    """Return the q with 1/p + 1/q = 1."""
    return math.inf if p == 1 else 1.0 if p == math.inf else p / (p - 1)
