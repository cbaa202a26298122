"""Maximum margins of many rows by the dual program: min |A' alpha|_* over the simplex.

It is solved on the rows that carry weight, and its multipliers are a w.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from .._core import Lp, Norm
from .._types import Array
from ..problems.rows import dense_rows
from .cone_program import solve
from .norms import oracle_of
from .working_rows import on_working_rows

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
        for nearer, _ in on_working_rows(A, w, partial(_solve, norm=Lp(2), shape=shape), 1e-4):
            w = nearer
    yield from on_working_rows(A, w, partial(_solve, norm=norm, shape=shape), 1e-9)


def _solve(rows: Any, norm: Norm, shape: tuple[int, ...]) -> tuple[Array, Array, float]:
    """Return the w, the weights and the value of min |rows' alpha|_* over the simplex."""
    import cvxpy as cp

    rows = dense_rows(rows)
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
