"""Factors that change no digit."""

import math

import numpy as np

from .._types import Array


def power_of_two(size: float) -> float:
    """Return the largest power of two that is at most `size`, or 1 for 0."""
    return 2.0 ** math.floor(math.log2(size)) if size > 0 else 1.0


def powers_of_two(sizes: Array) -> Array:
    """Return the same for every entry of an array."""
    return np.where(sizes > 0, 2.0 ** np.floor(np.log2(np.where(sizes > 0, sizes, 1.0))), 1.0)
