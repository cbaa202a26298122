"""Bregman projections in sum_i cosh(c w_i) / c where cosh is as large as it likes.

A step of Newton's method on w itself, along the set, is a least squares problem with the weights cosh(c w_i),
of which logarithms are enough. Where they are large, the largest entries, as many as there are directions
along the set and one more, determine the step, and the rest follow from the equations. The dual could not be
that exact: grad psi of entries that are smaller is nothing beside that of the largest.
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .._types import Array
from ..errors import OracleError
from .affine_set import AffineSet, Equations

_STEPS = 100
_FAR = 40.0  # logarithm of a factor between weights beyond which the smaller ones only break ties
_LEAST = -600.0  # logarithm of the smallest weight
MODERATE = 4.0  # c at which it begins, where w is about 1


def cosh_projection(c: float, w0: Array, affine: AffineSet) -> tuple[Array, float]:
    """Return the w of least D(w, w0) in an affine set, and its duality gap over D(w, w0).

    Parameters
    ----------
    c : float
    w0 : ndarray of shape (d,)
    affine : AffineSet
        Where some w is about 1.

    Raises
    ------
    OracleError
        If Newton's method does not end.
    """
    w, gap = w0.copy(), 0.0
    for rows, columns in _parts(affine.rows != 0):
        part = AffineSet(affine.rows[rows][:, columns], affine.targets[rows], affine.columns[columns])
        w[columns], apart = _of_part(c, w0[columns], part.equations())
        gap = max(gap, apart)
    return w, gap


def _parts(pattern: NDArray[np.bool_]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield the rows and columns of blocks that share no column: what one has to add is lost in another's."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    shared = csr_array(pattern.T.astype(np.float64) @ pattern)
    count, of_column = connected_components(shared, directed=False)
    for part in range(count):
        columns = np.flatnonzero(of_column == part)
        if (rows := np.flatnonzero(pattern[:, columns].any(axis=1))).size:
            yield rows, columns


def _of_part(c: float, w0: Array, equations: Equations) -> tuple[Array, float]:
    """Return the same for equations in units of 1, from a moderate c to the given one."""
    w, within = equations.least, min(c, MODERATE)
    while True:
        w = _newton(within, w, w0, equations.free.T)
        if within == c:
            return w, _gap(c, w, w0, equations)
        within = min(c, 2 * within)


def _newton(c: float, w: Array, w0: Array, along: Array) -> Array:
    """Return the w where grad psi(w) - grad psi(w0) is across the set, from one nearby on the set."""
    if not along.shape[1]:
        return w
    last = math.inf
    for _ in range(_STEPS):
        a, b = c * w, c * w0
        log_cosh = np.logaddexp(a, -a) - math.log(2)
        # sinh(b) / cosh(a), where both may overflow.
        with np.errstate(divide="ignore"):
            start = np.sign(b) * np.exp(
                np.abs(b) + np.log(-np.expm1(-2 * np.abs(b))) - math.log(2) - log_cosh
            )
        step = along @ _weighted_least_squares(along, start - np.tanh(a), log_cosh / 2)
        size = float(np.abs(step).max())
        w = w + step / c * (math.log1p(size) / size if size > 0.5 else 1.0)
        if size <= np.finfo(float).eps * max(1.0, float(np.abs(a).max())) or (size < 1e-6 and size >= last):
            return w
        last = size
    raise OracleError(f"Newton's method takes more than {_STEPS} steps to the least cosh")


def _weighted_least_squares(N: Array, target: Array, log_weights: Array) -> Array:
    """Return the s for which the weighted length of N s - target is least.

    Rows are sorted by their weights, and columns pivoted: then Householder reflections lose nothing of small
    rows (Cox and Higham 1998). Beyond a factor weights only break ties, and any larger one will do.
    """
    from scipy.linalg import qr_multiply, solve_triangular

    order = np.argsort(-log_weights)
    falls = np.minimum(-np.diff(log_weights[order]), _FAR)
    weights = np.exp(np.maximum(-np.append(0.0, np.cumsum(falls)), _LEAST))
    reflected, R, pivots = qr_multiply(weights[:, None] * N[order], weights * target[order], pivoting=True)
    s = np.empty(N.shape[1])
    s[pivots] = solve_triangular(R, reflected)
    return s


def _gap(c: float, w: Array, w0: Array, equations: Equations) -> float:
    """Return how far D(w, w0) may be from the least, relative to it, all over the largest cosh."""
    a, b = c * w, c * w0
    most = float(np.abs(np.append(a, b)).max())
    unit = math.exp(-most)

    def sinh(x: Array) -> Array:
        return np.asarray(np.exp(x - most) - np.exp(-x - most)) / 2

    def cosh(x: Array) -> Array:
        return np.asarray(np.exp(x - most) + np.exp(-x - most)) / 2

    value = float((cosh(a) - cosh(b) - sinh(b) * (a - b)).sum())
    if value <= 0:
        return 0.0
    # The part of grad psi(w) across the set is dual feasible: what it is off is a Bregman distance of duals.
    multipliers = equations.basis @ (sinh(a) - sinh(b))
    feasible = sinh(b) + equations.basis.T @ multipliers
    sizes = np.abs(feasible) + np.hypot(feasible, unit)
    back = np.where(sizes > 0, np.sign(feasible) * (most + np.log(np.where(sizes > 0, sizes, 1.0))), 0.0)
    apart = float((feasible * (back - a) - np.hypot(feasible, unit) + cosh(a)).sum())
    off = np.abs(equations.rows @ w - equations.offset)
    return max(apart, 0.0) / value + c * float(np.abs(multipliers) @ off) / value
