"""Maximum margins of many rows by the dual program: min |A' alpha|_* over the simplex.

Few rows carry weight: of the thousands of pairs of a multiclass problem some dozens. The program is solved on
the rows of the smallest margins, which then are those of another w, until no row left out has a smaller
margin than those within. Its multipliers are that w.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._core import Lp, Norm
from .._types import Array
from ..errors import OracleError
from ..problems.rows import dense_rows
from .cone_program import solve
from .norms import oracle_of

_AT_A_TIME = 200  # rows of the smallest margins in each program
_ROUNDS = 60
_TIGHT: dict[str, Any] = {"tol_gap_abs": 1e-10, "tol_gap_rel": 1e-10, "tol_feas": 1e-10, "max_iter": 100}


def by_dual(A: Any, norm: Norm, shape: tuple[int, ...], w: Array) -> Iterator[tuple[Array, Array]]:
    """Yield w and weights that come nearer to the maximum margin; nothing where the dual norm has no form.

    Parameters
    ----------
    A : ndarray or sparse array of shape (n, d)
    norm : Norm
    shape : tuple of int
        Of the parameters.
    w : ndarray of shape (d,)
        With positive margins.
    """
    if oracle_of(norm).dual_as_cvxpy(np.zeros(shape)) is None:
        return
    if norm != Lp(2):
        for nearer, _ in _by_dual(A, Lp(2), shape, w, 1e-4):
            w = nearer
    yield from _by_dual(A, norm, shape, w, 1e-9)


def _by_dual(
    A: Any, norm: Norm, shape: tuple[int, ...], w: Array, tolerance: float
) -> Iterator[tuple[Array, Array]]:
    near, best = _smallest(A @ w), np.inf
    for _ in range(_ROUNDS):
        try:
            w, weights, value = _solve(dense_rows(A[near]), norm, shape)
        except OracleError:
            return
        alpha = np.zeros(A.shape[0])
        alpha[near] = weights
        margins = A @ w
        yield w, alpha
        if not (margins < margins[near].min() - tolerance * abs(margins[near].min()))[~near].any():
            return
        # Rows without weight make room, as long as the value falls: so no set of rows comes again.
        if value < best * (1 - 1e-9):
            near, best = alpha > 1e-7 * alpha.max(), value
        near = near | _smallest(margins)


def _smallest(margins: Array) -> NDArray[np.bool_]:
    """Return where the smallest of some margins are."""
    near = np.zeros(len(margins), dtype=bool)
    near[np.argsort(margins)[:_AT_A_TIME]] = True
    return near


def _solve(rows: Array, norm: Norm, shape: tuple[int, ...]) -> tuple[Array, Array, float]:
    """Return the w, the weights and the value of min |rows' alpha|_* over the simplex."""
    import cvxpy as cp

    unit = float(np.abs(rows).max())
    alpha, z = cp.Variable(len(rows), nonneg=True), cp.Variable(shape)
    combined = cp.vec(z, order="C") == (rows / unit).T @ alpha
    size = oracle_of(norm).dual_as_cvxpy(z)
    value = solve(cp.Problem(cp.Minimize(size), [combined, cp.sum(alpha) == 1]), **_TIGHT)
    w = np.asarray(combined.dual_value).ravel()
    weights = np.maximum(alpha.value, 0)
    weights /= weights.sum() or 1.0
    # Solvers differ in the sign of an equation's multipliers.
    return (w if weights @ rows @ w > 0 else -w), weights, unit * value
