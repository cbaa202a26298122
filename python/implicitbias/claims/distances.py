"""Lengths and angles, also of vectors whose squares under- or overflow."""

import math

import numpy as np

from .._types import Array


def length(v: Array) -> float:
    """Return |v|_2."""
    largest = float(np.abs(v).max())
    return largest * float(np.linalg.norm(v / largest)) if largest > 0 else 0.0


def angle(a: Array, b: Array) -> float:
    """Return the degrees between two directions, exact also where they are tiny; NaN where a is 0."""
    if not a.any():
        return math.nan
    u, v = a.ravel() / length(a), b.ravel() / length(b)
    return math.degrees(2 * math.atan2(float(np.linalg.norm(u - v)), float(np.linalg.norm(u + v))))
