"""Maximum margins in norms whose unit ball is a polytope, by linear programs.

max {t : A w >= t, |w| <= 1} needs few of its rows, and where w is a sum of many nonnegative parts, as in l1,
few of those. Programs on some rows and some parts are solved until nothing that was left out matters. Their
multipliers are weights, so that weak duality on all rows proves how far w is from the best.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from .._types import Array
from ..errors import OracleError
from ..problems.rows import is_sparse, largest, scaled
from .linear_ball import LinearBall
from .linear_program import linear_program
from .working_rows import on_working_rows

_FEW_ROWS, _FEW_PARTS = 500, 1500  # up to which a program gets all of them
_PARTS_AT_A_TIME = 300
_TINY = 1e-2  # margins, relative to the unit, below which that is changed
_SECONDS = 300.0  # for one program


def by_linear_programs(
    A: Any, ball: LinearBall, tolerance: float, start: Array | None = None
) -> Iterator[tuple[Array, Array]]:
    """Yield w and weights that come nearer to the maximum margin.

    Parameters
    ----------
    A : ndarray or sparse array of shape (n, d)
    ball : LinearBall
        In R^d.
    tolerance : float
        By how much of the margin rows and parts that are left out may miss it.
    start : ndarray of shape (d,), optional
        Its smallest margins and its parts come first, otherwise those of the rows' mean, in which large rows
        count no more than others.
    """
    n, d = A.shape
    program = _Program(ball, tolerance / 4, start)
    at_a_time = n if n <= _FEW_ROWS else max(_FEW_ROWS // 2, min(n, d) // 2)
    if start is None:
        start = np.asarray((1 / largest(A, axis=1)) @ A)
    yield from on_working_rows(A, start, program.solve, tolerance / 4, at_a_time)


class _Program:
    """max {t : rows to_w x / unit >= t}, x in the ball, on the parts of x that matter."""

    def __init__(self, ball: LinearBall, tolerance: float, start: Array | None) -> None:
        self._ball, self._tolerance, self._unit = ball, tolerance, 1.0
        self._optional = (ball.lower == 0) & (ball.upper == np.inf)
        self._parts = ~self._optional
        if start is not None:
            self._parts |= ball.to_w.T @ start > 0

    def solve(self, rows: Any) -> tuple[Array, Array, float]:
        """Return the w, the weights and the margin of some rows."""
        ball, within = self._ball, (rows @ self._ball.to_w) / self._unit
        if self._optional.sum() <= _FEW_PARTS:
            self._parts |= True
        elif not self._parts[self._optional].any():
            self._parts |= _most(within.sum(axis=0), self._optional)
        while True:
            x, weights, prices, t = solve_on_parts(within[:, self._parts], ball, self._parts)
            if not t > 0:
                raise OracleError("no w has a positive margin on these rows")
            if t < _TINY:  # a solver's tolerances are those of numbers of order one
                within, self._unit = within / t, self._unit * t
                continue
            gains = np.asarray(weights @ within - prices @ ball.rows)
            left_out = self._optional & ~self._parts
            if not (gains > self._tolerance * t)[left_out].any():
                break
            self._parts |= _most(gains, left_out)
        whole = np.zeros(len(self._parts))
        whole[self._parts] = x
        return np.asarray(ball.to_w @ whole), weights, self._unit * t


def solve_on_parts(within: Any, ball: LinearBall, parts: Any) -> tuple[Array, Array, Array, float]:
    """Return x, the weights of rows, the prices of the ball's rows, and t."""
    from scipy.sparse import csr_array, hstack, vstack

    n = within.shape[0]
    sizes = largest(within, axis=1)
    margins = scaled(-within, sizes)
    if is_sparse(within) or ball.rows.shape[0]:
        matrix = vstack(
            [
                hstack([csr_array(margins), csr_array(1 / sizes[:, None])]),
                hstack([csr_array(ball.rows)[:, parts], csr_array((ball.rows.shape[0], 1))]),
            ],
            format="csc",
        )
    else:
        matrix = np.hstack([margins, 1 / sizes[:, None]])
    cost = np.append(np.zeros(within.shape[1]), -1.0)
    bounds = np.column_stack([np.append(ball.lower[parts], -np.inf), np.append(ball.upper[parts], np.inf)])
    answer = linear_program(
        cost, A_ub=matrix, b_ub=np.append(np.zeros(n), ball.most), bounds=bounds, seconds=_SECONDS
    )
    multipliers = np.maximum(-answer.ineqlin.marginals, 0.0)
    weights = multipliers[:n] / sizes
    total = weights.sum()
    if not total > 0:
        raise OracleError("the linear program has no weights")
    return answer.x[:-1], weights / total, multipliers[n:] / total, float(answer.x[-1])


def _most(gains: Any, among: Any) -> Any:
    """Return where the largest of some gains are."""
    gains = np.where(among, np.asarray(gains).ravel(), -np.inf)
    chosen = np.zeros(len(gains), dtype=bool)
    chosen[np.argsort(-gains)[:_PARTS_AT_A_TIME]] = True
    return chosen & among
