"""Factors that change no digit."""

import math


def power_of_two(size: float) -> float:
    """Return the largest power of two that is at most `size`, or 1 for 0."""
    return 2.0 ** math.floor(math.log2(size)) if size > 0 else 1.0
