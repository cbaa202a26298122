"""The linear systems of interior point methods for linear programs, in the smaller dimension of the samples.

With E and weights positive, such systems have the unknowns w, alpha, z, t and size, and the equations

    A w - t + alpha / weights = margins,    z = A' alpha + prices,    w = E z - F size + shift,
    sum alpha = total,                      F' z - spread size = rest.

Where entries are fewer, w = R x with E = R R'. Weights and E differ by many powers of ten near a solution:
what is eliminated is never the difference of two large numbers, and the solution is refined by its residuals,
which costs no more than products with A.
"""

from typing import Any, NamedTuple

import numpy as np

from .._types import Array
from ..problems.rows import dense_rows
from .central_path import cholesky, rescaled
from .stretched import Stretched

_REFINEMENTS = 2


class Sides(NamedTuple):
    """The right-hand sides."""

    margins: Array
    prices: Array
    shift: Array
    total: float
    rest: float = 0.0


class Unknowns(NamedTuple):
    """What is solved for."""

    w: Array
    alpha: Array
    z: Array
    t: float
    size: float

    def plus(self, change: "Unknowns") -> "Unknowns":
        """Return the sums."""
        w, alpha, z = self.w + change.w, self.alpha + change.alpha, self.z + change.z
        return Unknowns(w, alpha, z, self.t + change.t, self.size + change.size)


class BorderedSystem:
    """The equations above for one A, E and weights; without F there is no size."""

    def __init__(
        self, A: Any, E: Stretched, weights: Array, F: Array | None = None, spread: float = 0.0
    ) -> None:
        self._A, self._E, self._weights, self._spread = A, E, weights, spread
        self._F = np.zeros(A.shape[1]) if F is None else F
        n, d = A.shape
        self._by_entries = n > d
        if self._by_entries:
            B = rescaled(A, np.sqrt(weights), np.ones(d))
            M = E.rows_times_root(E.rows_times_root(dense_rows(B.T @ B)).T)
            M[np.diag_indices(d)] += 1
            within = E.root_divide(self._F)
            borders = [E.transposed_root_times(weights @ A), -within]
            corner = [float(weights.sum()), float(within @ within) - spread]
        else:
            B = E.rows_times_root(A)
            M = dense_rows(B @ B.T)
            M[np.diag_indices(n)] += 1 / weights
            borders, corner = [np.ones(n), A @ self._F], [0.0, spread]
        some = slice(1 if F is None else 2)
        self._borders = np.column_stack(borders[some])
        self._units = 1 / np.sqrt(M.diagonal())
        self._solve = cholesky(self._units[:, None] * M * self._units)
        self._solved = np.column_stack([self._with_matrix(border) for border in self._borders.T])
        self._inner = self._borders.T @ self._solved - np.diag(corner[some])

    def solve(self, sides: Sides) -> Unknowns:
        """Return the solution."""
        found = self._once(sides)
        for _ in range(_REFINEMENTS):
            change = self._once(self._residuals(sides, found))
            found = found.plus(change)
        return found

    def _with_matrix(self, b: Array) -> Array:
        return np.asarray(self._units * self._solve(self._units * b))

    def _residuals(self, sides: Sides, found: Unknowns) -> Sides:
        w, alpha, z, t, size = found
        return Sides(
            sides.margins - (self._A @ w - t + alpha / self._weights),
            sides.prices - (z - alpha @ self._A),
            sides.shift - (w - self._E.times(z) + self._F * size),
            sides.total - float(alpha.sum()),
            sides.rest - (float(self._F @ z) - self._spread * size),
        )

    def _once(self, sides: Sides) -> Unknowns:
        A, E, F, weights = self._A, self._E, self._F, self._weights
        margins, prices, shift, total, rest = sides
        if self._by_entries:
            within = E.root_divide(shift)
            right = E.transposed_root_times((weights * margins) @ A + prices) + within
            ends = [float(weights @ margins) - total, -rest - float(E.root_divide(F) @ within)]
        else:
            right = margins - A @ (shift + E.times(prices))
            ends = [total, rest - float(F @ prices)]
        x = self._with_matrix(right)
        y = np.linalg.solve(self._inner, np.array(ends[: self._borders.shape[1]]) - self._borders.T @ x)
        x, t, size = x + self._solved @ y, float(y[0]), float(y[1]) if len(y) > 1 else 0.0
        if self._by_entries:
            w = E.root_times(x)
            z = E.transposed_root_divide(x - within + E.root_divide(F) * size)
            return Unknowns(w, weights * (margins - A @ w + t), z, t, size)
        z = x @ A + prices
        return Unknowns(shift + E.times(z) - F * size, x, z, t, size)
