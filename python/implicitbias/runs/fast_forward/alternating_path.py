"""The path of steepest descent where the slope of its steps is infinite: in l_p with p > 2 and the like.

A coordinate moves with sign(h) |h|^a, a = 1 / (p - 1), h its partial derivative. Where h is so small that
a step changes its sign, the coordinate goes to and fro, by turns, and what moves on is the mean of two
iterates. That goes on as a smooth curve: h is all but 0, and the coordinate moves as the others need it to.

The modified equation of iterates that start at such a point says nothing about the curve, since they leave
it. Its series is therefore taken in derivatives along the curve (`radau.velocities_of_increments`), which the
collocation has. The curve begins at a mean of the iterates that follow, with binomial weights: alternation
cancels to rounding.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from ..._core import ModifiedEquation, SteepestDescent
from ..._types import Array
from ..view import RunView
from .collocation import Doubt
from .mean_path import Ahead
from .smooth_path import SmoothEquation, SmoothPath, Start, smoothing_powers

_AVERAGED = 32  # steps, an even number
_EARLIEST = 1000
_LATEST = 36.0  # log t, until which iterations are taken one by one
_TERMS = 3
_FAR_AWAY = 8 * math.log(10)  # in log t after the leap: to and fro is below rounding
_TOGETHER = 2.0  # times what a coordinate does alone, since several push each other
_ALTERNATING = 2.0  # a coordinate's speed, in units of that below which it alone goes to and fro


def alternates(run: RunView) -> bool:
    """Return whether steps have infinite slopes."""
    return isinstance(run.method, SteepestDescent) and bool(smoothing_powers(run).max() > 1)


class AlternatingPath(SmoothPath):
    """The curve about which coordinates go to and fro; the poorer one has one term less and coarser steps.

    Attributes
    ----------
    back : int
        As in `SmoothPath`, but half a decade ago.
    tolerance : float
        The default: the larger p, the longer coordinates go far to and fro.
    """

    looks, back = 2, 1

    def __init__(self, run: RunView) -> None:
        super().__init__(run)
        self.tolerance = 1e-8 if smoothing_powers(run).max() <= 3 else 1e-6

    def ready(self) -> bool:
        """Try twice a decade, from where the iterates that are averaged are few."""
        return self._seen[-1].log_t >= math.log(_EARLIEST)

    def integrate(self, log_times: Array, tolerance: float) -> Ahead | float:
        """Return the path at times ahead, or its error if the tolerance is exceeded already now."""
        now = self._seen[-1]
        first = int(np.searchsorted(log_times, now.log_t, side="right"))
        if first == len(log_times):
            return math.inf  # the run is there in some iterations
        ahead = super().integrate(log_times[first:], tolerance)
        if isinstance(ahead, float) or not first:
            return ahead
        assert isinstance(now, _Mean)
        rows = now.iterates[np.rint(np.exp(log_times[:first])).astype(int) - now.t]
        sizes = np.array([float(np.linalg.norm(now.equation.point(q))) for q in rows])
        return Ahead(
            np.concatenate([rows, ahead.coordinates]),
            np.append(sizes, ahead.sizes),
            np.append(np.full(first, ahead.errors[0]), ahead.errors),
            np.append(np.zeros(first), ahead.jumps),
        )

    def _start(self, equation: ModifiedEquation, log_t: float) -> Start:
        return _mean(equation, log_t) if log_t < _LATEST else super()._start(equation, log_t)

    def _equation(self, start: Start, fewer: int) -> SmoothEquation:
        return SmoothEquation(start.equation, smoothing_powers(self._run), 1, _TERMS - fewer)

    def _added(self, equation: SmoothEquation, log_times: Array, coordinates: Array) -> Array:
        """Return it with how far coordinates go to and fro, which moves others for good."""
        far, slopes, since = np.zeros(len(log_times)), np.empty(0), -math.inf
        for k, (log_t, q) in enumerate(zip(log_times.tolist(), coordinates, strict=True)):
            if log_t > log_times[0] + _FAR_AWAY:
                break
            if log_t > since + 1:
                slopes, since = np.abs(equation.jacobian(log_t, q).diagonal()), log_t
            far[k] = _to_and_fro(equation, slopes, log_t, q)
        return np.asarray(super()._added(equation, log_times, coordinates) + np.maximum.accumulate(far))


@dataclass(frozen=True)
class _Mean(Start):
    """A mean of iterates, from t on."""

    t: int = 0
    iterates: Array = field(default_factory=lambda: np.empty(0))


def _mean(equation: ModifiedEquation, log_t: float) -> _Mean:
    t, iterates = round(math.exp(log_t)), [equation.start]
    for k in range(t, t + _AVERAGED):
        iterates.append(iterates[-1] + equation.velocity(math.log(k), iterates[-1], 1) / k)
    way = np.array(iterates)
    velocity = (t + _AVERAGED / 2) * _binomial(_AVERAGED - 1) @ np.diff(way, axis=0)
    # The fourth difference is 16 times alternation, of which the mean may be off by some; a curve has none.
    size = float(np.linalg.norm(np.abs(np.diff(way, 4, axis=0)).max(axis=0))) / 4
    middle = math.log(t + _AVERAGED / 2)
    return _Mean(equation, middle, _mean_weights() @ way, Doubt(velocity, size), t, way)


def _binomial(n: int) -> Array:
    """Return weights that take n steps by turns to and fro to nothing."""
    return np.array([math.comb(n, k) for k in range(n + 1)]) / 2.0**n


def _mean_weights() -> Array:
    """Return weights that take alternation to nothing, and polynomials of degree 5 to their middle value.

    With x = E - 2 + 1 / E binomial weights are (1 + x / 4)^m; they are divided by the first terms of that.
    """
    m = _AVERAGED // 2 - 2
    second, fourth = np.array([1.0, -2, 1]), np.array([1.0, -4, 6, -4, 1])
    inverse = np.array([0.0, 0, 1, 0, 0]) + m * (m + 1) / 32 * fourth
    inverse[1:4] -= m / 4 * second
    return np.convolve(_binomial(2 * m), inverse)


def _to_and_fro(equation: SmoothEquation, slopes: Array, log_t: float, q: Array) -> float:
    """Return a bound for how far iterates are from the curve.

    Alone a coordinate goes to and fro by steps of speed v, v^(power - 1) = slope / (2 t), the slope that of
    its link, as long as it moves on at less.
    """
    velocity, powers = equation.velocity(log_t, q), equation.powers
    alone = np.exp((np.log(np.maximum(slopes, 1e-300) / 2) - log_t) / np.maximum(powers - 1, 1e-3))
    far = np.where((powers > 1) & (np.abs(velocity) <= _ALTERNATING * alone), alone, 0.0)
    return _TOGETHER * float(np.linalg.norm(far)) * math.exp(-log_t)
