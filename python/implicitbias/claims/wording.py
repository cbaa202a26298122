"""Numbers in the sentences of claims."""

import math

from .._core import Problem


def text_of_exp(exponent: float, digits: int = 3) -> str:
    """Return exp(exponent) to some digits, beyond the range of doubles as a power of ten."""
    if abs(exponent) < 700:
        return f"{math.exp(exponent):.{digits}g}"
    if abs(exponent) < 1e15:
        return f"10^{exponent / math.log(10):.0f}"
    return "inf" if exponent > 0 else "0"  # the lowest double stands for log 0


def percent(gap: float) -> str:
    """Return a part of 1 in per cent."""
    return f"{max(100 * gap, 0):.2g} %" if math.isfinite(gap) else "infinitely far"


def in_pairs(problem: Problem) -> str:
    """Return what a statement about y_n x_n adds for classes, whose margins are those of pairs."""
    if problem.classes is None:
        return ""
    return ", with the pairs (e_y - e_c) x_n' of each sample and other class for y_n x_n"
