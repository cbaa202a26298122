"""Maximum margins in norms whose unit ball is a box, by a primal-dual interior point method.

max {t : A w - t = s >= 0, |w| <= 1 in every entry} has the conditions

    A' alpha = above - below,    sum alpha = 1,    alpha s = above (1 - w) = below (1 + w) = 0,

where above and below are the prices of the sides of the box. Newton's method goes along equal products as
they fall, with n d min(n, d) operations an iteration, and fewer where the samples are sparse.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from .._types import Array
from ..problems.rows import dense_rows, scaled
from .bordered_system import BorderedSystem, Sides
from .central_path import to_the_boundary
from .predictor_corrector import predictor_corrector


class _Point(NamedTuple):
    """The variables, or a step of each."""

    w: Array
    t: float
    s: Array
    alpha: Array
    above: Array
    below: Array

    def products(self) -> tuple[Array, Array, Array]:
        """Return alpha s, above (1 - w) and below (1 + w)."""
        return self.alpha * self.s, self.above * (1 - self.w), self.below * (1 + self.w)

    def moved(self, step: "_Point") -> "_Point":
        """Return where a step leads, or most of the way to the boundary, for w and the prices each."""
        inside = to_the_boundary((self.s, step.s), (1 - self.w, -step.w), (1 + self.w, step.w))
        prices = to_the_boundary((self.alpha, step.alpha), (self.above, step.above), (self.below, step.below))
        return _Point(
            self.w + inside * step.w,
            self.t + inside * step.t,
            self.s + inside * step.s,
            self.alpha + prices * step.alpha,
            self.above + prices * step.above,
            self.below + prices * step.below,
        )


def box_path(A: Any, half: Array, iterations: int = 100) -> Iterator[tuple[Array, Array]]:
    """Yield w and weights that come nearer to the maximum margin, until steps end or the precision does.

    Parameters
    ----------
    A : ndarray or sparse array of shape (n, d)
        Of rows whose dual norms are at most about 1.
    half : ndarray of shape (d,)
        Half the sides of the box, which is {w : |w| <= half}.
    iterations : int
        At most.
    """
    n, d = A.shape
    A = scaled(A, np.ones(n), 1 / half)
    A = A if n > d else dense_rows(A)
    alpha = np.full(n, 1 / n)
    z = alpha @ A
    room = np.full(d, max(float(np.abs(z).mean()), 1 / n))
    begin = _Point(np.zeros(d), -1.0, np.ones(n), alpha, np.maximum(z, 0) + room, np.maximum(-z, 0) + room)
    for at in predictor_corrector(begin, partial(_Newton, A), iterations):
        yield half * at.w, at.alpha


class _Newton:
    """The linearized conditions, their matrix factorized."""

    def __init__(self, A: Any, at: _Point) -> None:
        self._A, self._at = A, at
        self._E = 1 / (at.above / (1 - at.w) + at.below / (1 + at.w))
        self._system = BorderedSystem(A, self._E, at.alpha / at.s)

    def step(self, product: float, predicted: _Point | None) -> _Point:
        """Return the step to where all products are this number, to first order, or to second order."""
        at, A = self._at, self._A
        targets = [product - each for each in at.products()]
        if predicted is not None:
            targets[0] -= predicted.alpha * predicted.s
            targets[1] += predicted.above * predicted.w
            targets[2] -= predicted.below * predicted.w
        of_s, of_above, of_below = targets[0] / at.alpha, targets[1] / (1 - at.w), targets[2] / (1 + at.w)
        residual = A @ at.w - at.t - at.s
        prices = at.alpha @ A - at.above + at.below
        sides = Sides(of_s - residual, prices, self._E * (of_below - of_above), 1 - float(at.alpha.sum()))
        w, alpha, _, t, _ = self._system.solve(sides)
        s = of_s - at.s / at.alpha * alpha
        above = of_above + at.above / (1 - at.w) * w
        below = of_below - at.below / (1 + at.w) * w
        return _Point(w, t, s, alpha, above, below)
