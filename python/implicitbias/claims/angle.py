"""The angle between two directions."""

import math

import numpy as np

from .._types import Array
from ..arithmetic.lp_norm import lp_norm


def angle(a: Array, b: Array) -> float:
    """Return the degrees between two directions, exact also where they are tiny; NaN where a is 0."""
    if not a.any():
        return math.nan
    u, v = a.ravel() / lp_norm(a, 2), b.ravel() / lp_norm(b, 2)
    return math.degrees(2 * math.atan2(float(np.linalg.norm(u - v)), float(np.linalg.norm(u + v))))
