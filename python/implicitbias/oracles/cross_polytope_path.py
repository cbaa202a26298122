"""Maximum margins in weighted l1 norms, by a primal-dual interior point method.

max {t : A w - t = s >= 0, |w|_1 <= 1} with w = u - v and z = A' alpha has the conditions

    sum (u + v) = sum alpha = 1,    alpha s = u (size - z) = v (size + z) = 0,    u, v >= 0,    |z| <= size,

where size is the bound on the dual norm that alpha proves. Newton's method goes along equal products as they
fall, with n d min(n, d) operations an iteration, and fewer where the samples are sparse.
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

    u: Array
    v: Array
    t: float
    s: Array
    alpha: Array
    z: Array
    size: float

    @property
    def w(self) -> Array:
        """The direction."""
        return self.u - self.v

    def products(self) -> tuple[Array, Array, Array]:
        """Return alpha s, u (size - z) and v (size + z)."""
        return self.alpha * self.s, self.u * (self.size - self.z), self.v * (self.size + self.z)

    def moved(self, step: "_Point") -> "_Point":
        """Return where a step leads, or most of the way to the boundary, for w and alpha each."""
        w = to_the_boundary((self.s, step.s), (self.u, step.u), (self.v, step.v))
        rooms = (self.size - self.z, step.size - step.z), (self.size + self.z, step.size + step.z)
        alpha = to_the_boundary((self.alpha, step.alpha), *rooms)
        return _Point(
            self.u + w * step.u,
            self.v + w * step.v,
            self.t + w * step.t,
            self.s + w * step.s,
            self.alpha + alpha * step.alpha,
            self.z + alpha * step.z,
            self.size + alpha * step.size,
        )


def cross_polytope_path(A: Any, weights: Array, iterations: int = 100) -> Iterator[tuple[Array, Array]]:
    """Yield w and alpha that come nearer to the maximum margin, until steps end or the precision does.

    Coordinates of w that vanish at the end of the path are 0.

    Parameters
    ----------
    A : ndarray or sparse array of shape (n, d)
        Of rows whose dual norms are at most about 1.
    weights : ndarray of shape (d,)
        Of the norm |weights w|_1.
    iterations : int
        At most.
    """
    n, d = A.shape
    A = scaled(A, np.ones(n), weights)
    A = A if n > d else dense_rows(A)
    alpha, u = np.full(n, 1 / n), np.full(d, 0.5 / d)
    z = alpha @ A
    begin = _Point(u, u, -1.0, np.ones(n), alpha, z, 1.1 * float(np.abs(z).max()) + 1 / n)
    for at in predictor_corrector(begin, partial(_Newton, A), iterations):
        vanish = (at.u <= at.size - at.z) & (at.v <= at.size + at.z)
        yield np.where(vanish & ~vanish.all(), 0.0, at.w) / weights, at.alpha


class _Newton:
    """The linearized conditions, their matrix factorized."""

    def __init__(self, A: Any, at: _Point) -> None:
        self._A, self._at = A, at
        self._of_u, self._of_v = at.u / (at.size - at.z), at.v / (at.size + at.z)
        E = self._of_u + self._of_v
        self._system = BorderedSystem(A, E, at.alpha / at.s, self._of_u - self._of_v, float(E.sum()))

    def step(self, product: float, predicted: _Point | None) -> _Point:
        """Return the step to where all products are this number, to first order, or to second order."""
        at, A = self._at, self._A
        targets = [product - each for each in at.products()]
        if predicted is not None:
            targets[0] -= predicted.alpha * predicted.s
            targets[1] -= predicted.u * (predicted.size - predicted.z)
            targets[2] -= predicted.v * (predicted.size + predicted.z)
        of_s = targets[0] / at.alpha
        of_u, of_v = targets[1] / (at.size - at.z), targets[2] / (at.size + at.z)
        residual = A @ at.w - at.t - at.s
        sides = Sides(
            of_s - residual,
            at.alpha @ A - at.z,
            of_u - of_v,
            1 - float(at.alpha.sum()),
            1 - float((at.u + at.v + of_u + of_v).sum()),
        )
        _, alpha, z, t, size = self._system.solve(sides)
        u, v = of_u - self._of_u * (size - z), of_v - self._of_v * (size + z)
        return _Point(u, v, t, of_s - at.s / at.alpha * alpha, alpha, z, size)
