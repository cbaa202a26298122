"""Products of a matrix and a vector without rounding errors, for proofs that hang on a sign.

A margin or a residual may be a difference of products a billion times its size, of which an ordinary product
keeps no digit. Here every product is split into the two doubles that it equals (Dekker 1971), and each row's
sum is rounded once (Shewchuk 1997, `math.fsum`).
"""

import math
from typing import Any

import numpy as np

from .._types import Array
from ..problems.rows import is_sparse
from .powers_of_two import power_of_two

_SPLITTER = 2.0**27 + 1
_HALF_ULP = float(np.finfo(float).eps) / 2
_SMALLEST = float(np.finfo(float).smallest_subnormal)


def products(A: Any, w: Array) -> tuple[Array, Array]:
    """Return A w, every entry the exact value rounded once, and bounds on what rounding is left.

    Parameters
    ----------
    A : ndarray or sparse array of shape (n, d)
        Finite.
    w : ndarray of shape (d,)
        Finite.

    Returns
    -------
    values, bounds : ndarray of shape (n,)
        |values - A w| <= bounds. A bound is half a unit in the last place and what underflows: a value beyond
        its bound has the sign of the exact one, and so has a value of 0 whose bound is 0.
    """
    if is_sparse(A):
        rows = A.tocsr()
        entries, factors = rows.data, w[rows.indices]
        ends = rows.indptr
    else:
        entries, factors = A.ravel(), np.tile(w, len(A))
        ends = np.arange(0, A.size + 1, A.shape[1])
    # Scaling by powers of two changes no digit, and keeps the largest product from overflowing.
    unit, length = (power_of_two(float(np.abs(v).max(initial=0.0))) for v in (entries, w))
    high, low = _two_products(entries / unit, factors / length)
    sums, lost = np.zeros(len(ends) - 1), np.zeros(len(ends) - 1)
    # Rounding errors of tiny products fall below the smallest double.
    tiny = (np.abs(high) < 2.0**-960) & (entries != 0) & (factors != 0)
    for row, (begin, end) in enumerate(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)):
        sums[row] = math.fsum([*high[begin:end].tolist(), *low[begin:end].tolist()])
        lost[row] = 8 * _SMALLEST * np.count_nonzero(tiny[begin:end])
    shift = round(math.log2(unit)) + round(math.log2(length))  # both at once: a subnormal is rounded once
    with np.errstate(over="ignore", under="ignore"):
        values = np.ldexp(sums, shift)
        bounds = np.ldexp(np.abs(sums) * _HALF_ULP + lost, shift)
    return values, np.where((sums != 0) | (lost > 0), bounds + _SMALLEST, 0.0)


def _two_products(a: Array, b: Array) -> tuple[Array, Array]:
    """Return a b as the unevaluated sums of two doubles, where nothing under- or overflows."""
    a_high, a_low = _halves(a)
    b_high, b_low = _halves(b)
    product = a * b
    error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return product, error


def _halves(a: Array) -> tuple[Array, Array]:
    """Return a as the sum of two doubles of 26 digits each."""
    shifted = _SPLITTER * a
    high = shifted - (shifted - a)
    return high, a - high
