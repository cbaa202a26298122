"""Programs on many rows, solved on the few that carry weight.

Of the thousands of rows of a problem some dozens have weight at the maximum margin. A program is solved on
the rows of the smallest margins, which then are those of another w, until no row left out has a smaller
margin than those within.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._types import Array
from ..errors import OracleError

_AT_A_TIME = 200  # rows of the smallest margins in each program
_ROUNDS = 60

Solve = Callable[[Any], tuple[Array, Array, float]]
"""From some rows to a w, weights of sum 1, and the value of the dual program."""


def on_working_rows(
    A: Any, w: Array, solve: Solve, tolerance: float, at_a_time: int = _AT_A_TIME
) -> Iterator[tuple[Array, Array]]:
    """Yield w and weights of all rows that come nearer to the maximum margin, until a solver gives up.

    Parameters
    ----------
    A : ndarray or sparse array of shape (n, d)
    w : ndarray of shape (d,)
        Its smallest margins are those of the rows that come first.
    solve : callable
        Raises `OracleError` to give up.
    tolerance : float
        By how much of the margin a row that is left out may miss it.
    at_a_time : int
        How many rows come in each round.
    """
    near, best = _smallest(A @ w, at_a_time), np.inf
    for _ in range(_ROUNDS):
        try:
            w, weights, value = solve(A[near])
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
        near = near | _smallest(margins, at_a_time)


def _smallest(margins: Array, count: int) -> NDArray[np.bool_]:
    """Return where the smallest of some margins are."""
    near = np.zeros(len(margins), dtype=bool)
    near[np.argsort(margins)[:count]] = True
    return near
