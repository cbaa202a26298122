"""Maximum margins on products of simple unit balls, by a primal-dual interior point method.

max {t : A w - t = s >= 0, |w| <= 1} and its dual have the conditions

    A' alpha = z,    sum alpha = 1,    alpha s = 0,

and those of the balls that w and z belong to (`ball.py`). Newton's method goes along equal products as they
fall, with n d min(n, d) operations an iteration, and fewer where the samples are sparse.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from .._types import Array
from ..problems.rows import dense_rows, scaled
from .ball import Ball, BallPoint
from .bordered_system import BorderedSystem, Sides
from .central_path import to_the_boundary
from .predictor_corrector import predictor_corrector
from .stretched import Stretched

# Rows or features, the fewer of both, from which on the simplex method takes many steps, and up to which a
# matrix of as many rows and columns is factorized in seconds.
MANY_UNKNOWNS, MOST_UNKNOWNS = 200, 5000


class _Point(NamedTuple):
    """The variables, or a step of each; those of each ball beside each other."""

    t: float
    s: Array
    alpha: Array
    within: tuple[BallPoint, ...]

    @property
    def w(self) -> Array:
        """The direction."""
        return np.concatenate([each.w for each in self.within])

    def products(self) -> tuple[Array, ...]:
        """Return alpha s and those of each ball."""
        return (self.alpha * self.s, *(product for each in self.within for product in each.products()))

    def moved(self, step: "_Point") -> "_Point":
        """Return where a step leads, or most of the way to the boundary, for w and alpha each."""
        rooms = [each.rooms(change) for each, change in zip(self.within, step.within, strict=True)]
        w = min(to_the_boundary((self.s, step.s)), *(room for room, _ in rooms))
        alpha = min(to_the_boundary((self.alpha, step.alpha)), *(room for _, room in rooms))
        return _Point(
            self.t + w * step.t,
            self.s + w * step.s,
            self.alpha + alpha * step.alpha,
            tuple(
                each.moved(change, w, alpha) for each, change in zip(self.within, step.within, strict=True)
            ),
        )


def ball_path(A: Any, balls: Sequence[Ball], iterations: int = 100) -> Iterator[tuple[Array, Array]]:
    """Yield w and weights that come nearer to the maximum margin, until steps end or the precision does.

    Coordinates of w that vanish at the end of the path may be 0.

    Parameters
    ----------
    A : ndarray or sparse array of shape (n, d)
        Of rows whose dual norms are at most about 1.
    balls : sequence of Ball
        That the parts of w belong to, one after another; at most one of them bounds a sum.
    iterations : int
        At most.
    """
    n, d = A.shape
    units = np.concatenate([ball.units for ball in balls])
    A = scaled(A, np.ones(n), 1 / units)
    A = A if n > d else dense_rows(A)
    alpha, ends = np.full(n, 1 / n), np.cumsum([len(ball.units) for ball in balls])[:-1]
    within = [ball.begin(z, 1 / n) for ball, z in zip(balls, np.split(alpha @ A, ends), strict=True)]
    begin = _Point(-1.0, np.ones(n), alpha, tuple(within))
    for at in predictor_corrector(begin, partial(_Newton, A, ends), iterations):
        yield units * np.concatenate([each.rounded() for each in at.within]), at.alpha


class _Newton:
    """The linearized conditions, their matrix factorized."""

    def __init__(self, A: Any, ends: Array, at: _Point) -> None:
        self._A, self._ends, self._at = A, ends, at
        self._slopes = [each.slope() for each in at.within]
        E = Stretched.beside([slope.E for slope in self._slopes])
        F = [np.zeros(len(slope.E.diagonal)) if slope.F is None else slope.F for slope in self._slopes]
        sums = [slope for slope in self._slopes if slope.F is not None]
        whole = np.concatenate(F) if sums else None
        spread = sum(slope.spread for slope in sums)
        self._system = BorderedSystem(A, E, at.alpha / at.s, whole, spread)

    def step(self, product: float, predicted: _Point | None) -> _Point:
        """Return the step to where all products are this number, to first order, or to second order."""
        at, A = self._at, self._A
        of_s = product / at.alpha - at.s
        if predicted is not None:
            of_s -= predicted.alpha * predicted.s / at.alpha
        before = [None] * len(at.within) if predicted is None else predicted.within
        targets = [slope.target(product, step) for slope, step in zip(self._slopes, before, strict=True)]
        sides = Sides(
            of_s - (A @ at.w - at.t - at.s),
            at.alpha @ A - np.concatenate([each.z for each in at.within]),
            np.concatenate([target.shift for target in targets]),
            1 - float(at.alpha.sum()),
            sum(target.rest for target in targets),
        )
        w, alpha, z, t, size = self._system.solve(sides)
        parts = zip(self._slopes, targets, np.split(w, self._ends), np.split(z, self._ends), strict=True)
        within = tuple(slope.step(target, dw, dz, size) for slope, target, dw, dz in parts)
        return _Point(t, of_s - at.s / at.alpha * alpha, alpha, within)
