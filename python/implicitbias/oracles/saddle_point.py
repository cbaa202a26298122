"""Maximum margins by first-order steps: max over |w| <= 1 of min over the simplex of <alpha, A w>.

The primal-dual hybrid gradient method: w moves along A' alpha and back into the ball, in the Euclidean
geometry where the ball has a projection and in the norm's own otherwise; alpha moves along -A w in that of
the entropy. Their averages converge like 1 / t, and restarts from these make it faster where the program is
sharp. Nothing here is trusted: the caller judges each w and alpha by what it proves.
"""

import math
from collections.abc import Iterator

import numpy as np
from scipy.sparse import identity

from .._core import Norm
from .._types import Array
from ..arithmetic.lp_norm import lp_norm
from .margin_map import MarginMap
from .norms import oracle_of

_LOOK = 10  # steps between looks at the gap
_SOME = 50  # samples whose sizes are looked at
# Of the largest weight, what those of the start are known to; and the least that has a logarithm.
_UNCERTAIN, _FLOOR = 1e-6, 1e-300
_STUCK = 1e-10  # a step size at which points no longer move


class _Geometry:
    """How w moves, in coordinates v with w = C v; samples are divided by one number, for steps of size 1."""

    def __init__(self, A: MarginMap, norm: Norm, shape: tuple[int, ...]) -> None:
        oracle, d = oracle_of(norm), A.shape[1]
        self._A, self._norm, self._shape = A, norm, shape
        self._project = oracle.ball_projection(shape)
        chart = None if self._project is None else oracle.chart(d)
        self._chart = None if chart is None or (chart != identity(d)).nnz == 0 else chart
        self.unit = 1.0
        # Some rows, and the mean of all sizes, as those rows may be 0.
        some = [*A.rows(_SOME), A.sizes_combined(np.full(A.shape[0], 1 / A.shape[0]))]
        if self._project is None:
            self.unit = max(map(self.dual, some))
        else:
            self.unit = max(lp_norm(row if chart is None else chart.T @ row, 2) for row in some)
        # The Euclidean length of a point of the sphere.
        z = self.combination(np.ones(A.shape[0]))
        self.radius = lp_norm(self.moved(1e9 * z / (lp_norm(z, 2) or 1.0))[1], 2) or 1.0

    def dual_variables(self, w: Array | None) -> Array:
        """Return those of w, where they are at hand, or 0."""
        if w is None or self._project is None or self._chart is not None:
            return np.zeros(self._A.shape[1])
        return w / (self._norm.value(w.reshape(self._shape)) or 1.0)

    def margins(self, v: Array) -> Array:
        """Return A C v."""
        return self._A.margins(self.w(v)) / self.unit

    def combination(self, alpha: Array) -> Array:
        """Return (A C)' alpha."""
        z = self._A.combination(alpha) / self.unit
        return z if self._chart is None else np.asarray(self._chart.T @ z)

    def gap(self, v: Array, alpha: Array) -> float:
        """Return the largest <alpha, A w> of any w in the ball, less the smallest margin."""
        best = self.dual(self._A.combination(alpha)) / self.unit
        return best - float(self.margins(v).min())

    def w(self, v: Array) -> Array:
        """Return C v."""
        return v if self._chart is None else np.asarray(self._chart @ v)

    def dual(self, z: Array) -> float:
        """Return |z|_*."""
        return self._norm.dual(z.reshape(self._shape))

    def moved(self, theta: Array) -> tuple[Array, Array]:
        """Return dual variables within the ball, and the point that they stand for.

        Where there is a projection they are one; otherwise the point is the gradient of |theta|_*^2 / 2.
        """
        if self._project is not None:
            v = self._project(theta)
            return v, v
        size = self.dual(theta)
        theta = theta / max(1.0, size)
        if size == 0:
            return theta, theta
        step = -np.asarray(self._norm.steepest(theta.reshape(self._shape)), dtype=np.float64)
        return theta, step.ravel()


def saddle_point(
    A: MarginMap,
    norm: Norm,
    shape: tuple[int, ...],
    start: tuple[Array | None, Array],
    steps: int = 20_000,
) -> Iterator[tuple[Array, Array]]:
    """Yield w and alpha, iterates and their averages, that come nearer to the maximum margin.

    Parameters
    ----------
    A : MarginMap
        Not all zero.
    norm : Norm
    shape : tuple of int
        Of the parameters.
    start : (ndarray of shape (d,) or None, ndarray of shape (n,))
        A direction, and weights of the rows, not negative.
    steps : int
        At most.
    """
    geometry = _Geometry(A, norm, shape)
    walk = _Walk(geometry, geometry.dual_variables(start[0]), start[1])
    for t in range(1, steps + 1):
        if not walk.step(t):
            return
        if t % _LOOK == 0:
            for v, alpha in (walk.now, walk.average):
                yield geometry.w(v), alpha
            walk.restart_if_due(t)


class _Walk:
    """The iterates, their averages since the last restart, and the step sizes."""

    def __init__(self, geometry: _Geometry, theta: Array, weights: Array) -> None:
        self._geometry = geometry
        alpha = weights + _UNCERTAIN * weights.max()
        self._size, self._balance, self._gap = 1.0, geometry.radius, math.inf
        self._set(theta, alpha / alpha.sum())

    def _set(self, theta: Array, alpha: Array) -> None:
        """Start from here."""
        self._theta, self._v = self._geometry.moved(theta)
        self._alpha, self._log_alpha = alpha, np.log(alpha + _FLOOR)
        self._margins, self._z = self._geometry.margins(self._v), self._geometry.combination(alpha)
        self._begun = self._theta, self._log_alpha
        self._sums = [np.zeros_like(part) for part in (self._theta, self._v, alpha)]
        self._weight, self._since = 0.0, 0

    @property
    def now(self) -> tuple[Array, Array]:
        """The iterate."""
        return self._v, self._alpha

    @property
    def average(self) -> tuple[Array, Array]:
        """The average since the last restart."""
        return self._sums[1] / self._weight, self._sums[2] / self._weight

    def step(self, t: int) -> bool:
        """Take a step whose distances bound the change of the bilinear term; False where none is left."""
        while True:
            size = self._size
            theta, v = self._geometry.moved(self._theta + size * self._balance * self._z)
            margins = self._geometry.margins(v)
            log_alpha = self._log_alpha - size / self._balance * (2 * margins - self._margins)
            log_alpha -= log_alpha.max()
            alpha = np.exp(log_alpha)
            total = float(alpha.sum())
            alpha /= total
            log_alpha -= math.log(total)
            turn = abs(float((alpha - self._alpha) @ (margins - self._margins)))
            moved = max(float((v - self._v) @ (theta - self._theta)) / 2, 0.0)
            entropy = max(float(alpha @ (log_alpha - self._log_alpha)), 0.0)
            longest = (moved / self._balance + self._balance * entropy) / turn if turn > 0 else math.inf
            self._size = min((1 - (t + 1) ** -0.3) * longest, (1 + (t + 1) ** -0.6) * size)
            if size <= longest:
                break
            if self._size < _STUCK:
                return False
        self._theta, self._v, self._margins = theta, v, margins
        self._alpha, self._log_alpha, self._z = alpha, log_alpha, self._geometry.combination(alpha)
        for total_of, part in zip(self._sums, (theta, v, alpha), strict=True):
            total_of += size * part
        self._weight += size
        self._since += 1
        return True

    def restart_if_due(self, t: int) -> None:
        """Start again from the better of iterate and average, once the gap is half that of the last start."""
        iterate, average = self._geometry.gap(*self.now), self._geometry.gap(*self.average)
        if min(iterate, average) >= self._gap / 2 and self._since < max(200, 0.3 * t):
            return
        self._gap = min(iterate, average)
        theta, log_alpha = self._begun
        if average < iterate:
            self._set(self._sums[0] / self._weight, self.average[1])
        else:
            self._set(self._theta, self._alpha)
        distance = float(np.linalg.norm(self._theta - theta))
        entropy = math.sqrt(2 * max(float(self._alpha @ (self._log_alpha - log_alpha)), 0.0))
        if distance > 1e-10 and entropy > 1e-10:
            self._balance = math.sqrt(self._balance * distance / entropy)
