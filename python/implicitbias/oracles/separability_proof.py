"""Proofs that no w separates, and that some w nearly does, with every rounding error accounted for.

By Gordan's theorem no w has positive margins on all rows of A exactly if some alpha >= 0 other than 0 has
A' alpha = 0. A solver's weights have that up to its tolerance, which proves nothing: data of a tiny margin
look the same. Here the weights are a guess, and what is proved is that a solution lies near, by fractions
where A is small, otherwise by an approximate inverse whose error is bounded (Rump 1999).
"""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._types import Array
from ..arithmetic.exact_fractions import null_vector, simple_rationals
from ..arithmetic.exact_products import products
from ..problems.rows import LARGEST, dense_rows
from .well_conditioned import ENTRY_ERROR, well_conditioned
from .well_scaled import Doubled, doubled_products

_EPSILON = float(np.finfo(float).eps)
# Numbers of multiplications of fractions: they take some tenths of a second, and some seconds.
_FEW, _MANY = 20_000, 250_000
_MOST_UNKNOWNS = 100


def separates(A: Any, w: Array) -> bool:
    """Return whether all margins A w are positive."""
    margins = A @ w
    rounding = (A.shape[1] + 4) * _EPSILON * (abs(A) @ np.abs(w))
    doubtful = margins <= rounding
    if np.any(margins < -rounding):
        return False
    margins, bounds = products(A[doubtful], w)
    return bool(np.all(margins > bounds))


def contradicts(A: Any, weights: Array) -> int | None:
    """Prove that some alpha with the signs of positive weights has A' alpha = 0.

    Parameters
    ----------
    A : ndarray or sparse array of shape (n, d)
        With rows and columns of about one size.
    weights : ndarray of shape (n,)
        Positive, with A' weights nearly 0.

    Returns
    -------
    rank : int or None
        None without a proof; otherwise a rank that A has at least. If that is d, every w has a negative
        margin on its rows: without one, the margins would be 0, as <w, A' alpha> = 0.
    """
    n, d = A.shape
    if n * d <= LARGEST and n * d * min(n, d) <= _FEW:
        solution, rank = null_vector(dense_rows(A).T, weights)
        return rank if min(solution) > 0 else None
    if n * d <= LARGEST:
        C, _ = well_conditioned(dense_rows(A))
        residual, rounding = products(C.T, weights)
        if _solution_lies_near(C, weights, np.abs(residual) + rounding + ENTRY_ERROR * (weights @ np.abs(C))):
            return int(C.shape[1])
    for exact in (weights, simple_rationals(weights / weights.max())):
        if exact is not None and exact.min() > 0:
            sums, bounds = products(A.T, exact)
            if not (sums.any() or bounds.any()):
                return 0
    return None


def quasi_separates(A: Any, w: Array, separated: NDArray[np.bool_]) -> Array | None:
    """Return a direction near w, proved to be positive on these rows and 0 on all others, or None.

    The direction is rounded where it is no vector of doubles; what is proved is that of the exact one.
    """
    unit = float(np.abs(w).max())
    if unit == 0:
        return None
    for direction in (w, simple_rationals(w / unit)):
        if direction is None:
            continue
        margins, bounds = products(A, direction)
        vanish = not (margins[~separated].any() or bounds[~separated].any())
        if vanish and np.all(margins[separated] > bounds[separated]):
            return direction
    return _exactly_quasi_separates(A, w / unit, separated)


def _exactly_quasi_separates(A: Any, w: Array, separated: NDArray[np.bool_]) -> Array | None:
    """Return the same by fractions; None also where they would take long."""
    if A.shape[1] > _MOST_UNKNOWNS or A[separated].shape[0] * A.shape[1] > LARGEST:
        return None
    # Copies of a row, and its negative, have the margin 0 with it.
    face = dense_rows(A[~separated])
    face = face * np.where(face[np.arange(len(face)), (face != 0).argmax(axis=1)] < 0, -1.0, 1.0)[:, None]
    face = np.unique(face, axis=0)
    if face.size * min(face.shape) > _MANY:
        return None
    exact, _ = null_vector(face, w)
    # Rounding to doubles must decide no sign: where it might, None leaves the answer to fractions.
    rounded = np.array([float(v) for v in exact])
    rest = np.array([float(v - Fraction(high)) for v, high in zip(exact, rounded.tolist(), strict=True)])
    margins, bounds = doubled_products(A[separated], Doubled(rounded, rest))
    bounds += 2 * _EPSILON**2 * (abs(A[separated]) @ np.abs(rounded)) + float(np.finfo(float).tiny)
    return rounded if np.all(margins > bounds) else None


def _solution_lies_near(A: Array, weights: Array, residual: Array) -> bool:
    """Return whether A' (weights + change) = 0 for a change smaller than the weights, on d samples.

    Relative to the weights, the change y solves M y = r for d rows M of diag(weights) A. With an approximate
    inverse R of M and |1 - R M| <= q < 1, |y| <= |R r| / (1 - q) in the largest entry.
    """
    from scipy.linalg import qr

    n, d = A.shape
    if n < d:
        return False
    if d == 0:  # samples that are 0, which any weights combine to 0
        return True
    weighted = A * weights[:, None]
    few = np.linspace(0, n - 1, min(n, 5 * d + 50)).round().astype(int)
    for among in (few, np.arange(n)):
        M = weighted[among[qr(weighted[among].T, mode="r", pivoting=True)[1][:d]]].T
        try:
            R = np.linalg.inv(M)
        except np.linalg.LinAlgError:
            continue
        rounding = ((d + 4) * _EPSILON + ENTRY_ERROR) * (np.abs(R) @ np.abs(M))
        q = float((np.abs(np.eye(d) - R @ M) + rounding).sum(axis=1).max())
        change = float((np.abs(R) @ residual).max())
        if q < 1 and (1 + (d + 4) * _EPSILON) * change < 0.99 * (1 - q):
            return True
    return False
