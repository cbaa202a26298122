"""Where methods with weight decay come to rest: at a point, for ever.

A step takes w to (1 - eta lambda) w + eta s, with s the method's step of size 1: at rest w = s / lambda. For
descent on a convex loss, in a norm whose steps are smooth, and for Adam with eps > 0, a distance from there
shrinks at least like 1 - eta lambda once it is small, and as long as steps are stable. Whether they are shows
in the residual w - s / lambda, in which nothing cancels that goes to and fro.
"""

import math

import numpy as np

from ..._core import Adam, Constant, LogSpaced, Method, Polynomial, RunLoop, SteepestDescent
from ..._types import Array
from ..view import RunView
from .mean_path import Ahead

_EPSILON = float(np.finfo(float).eps)
_SAFELY = 0.5  # of the rate at which a distance shrinks: averages of the past slow it down


def weight_decay(method: Method) -> float:
    """Return a method's weight decay, 0 where it has none."""
    return float(getattr(method, "weight_decay", 0.0))


class RestingPath:
    """The point where a run with weight decay is, if it is at rest there.

    The error is the larger of what is left of the last decade's way, at the slowest rate, and twice the
    residual.
    """

    earliest, looks, tolerance, jumps = 100, 4, 1e-8, False

    def __init__(self, run: RunView) -> None:
        self._run, self._decay = run, weight_decay(run.method)
        self._seen: list[tuple[float, Array]] = []

    def look(self) -> None:
        """Take note of where the run is."""
        self._seen = [*self._seen[-self.looks :], (float(self._run._loop.t), self._run.w.ravel())]

    def ready(self) -> bool:
        """Try whenever a decade is known: that takes but one step."""
        return len(self._seen) > self.looks

    def alone(self, fresh: bool) -> int | None:
        """Do without an earlier decade: after a leap the run is at rest, otherwise it has to stay."""
        return 0 if self._run._loop.error else self._run._loop.t

    def integrate(self, log_times: Array, tolerance: float) -> Ahead | float:
        """Return the path at times ahead, or its error if the tolerance is exceeded already now."""
        (then, before), (now, w) = self._seen[0], self._seen[-1]
        error = 0.0
        if then < now:
            shrinks = math.expm1(min(_SAFELY * self._decay * (self._way(now) - self._way(then)), 700.0))
            left = float(np.linalg.norm(w - before)) / shrinks if shrinks else math.inf
            error = max(left, 2 * self._residual(w))
        if not error <= tolerance:
            return error
        rows, sizes = np.tile(w, (len(log_times), 1)), np.full(len(log_times), np.linalg.norm(w))
        return Ahead(rows, sizes, np.full(len(log_times), error), np.zeros(len(log_times)))

    def _way(self, t: float) -> float:
        """Return the sum of the step sizes up to t."""
        rule = self._run.step_size
        assert isinstance(rule, Constant | Polynomial)
        power = rule.power if isinstance(rule, Polynomial) else 0.0
        return rule.eta * (math.log(t) if power == 1 else t ** (1 - power) / (1 - power))

    def _residual(self, w: Array) -> float:
        """Return |w - s / lambda|: the way of the method's first step from w at eta = 1 / lambda."""
        step, here = Constant(1 / self._decay), w.reshape(self._run.w.shape)
        loop = RunLoop(self._run.problem, _without_past(self._run.method), step, None, LogSpaced(1), here)
        loop.advance(1, 60.0)
        return float(np.linalg.norm(loop.w.ravel() - w)) + _EPSILON * float(np.linalg.norm(w))


def _without_past(method: Method) -> Method:
    """Return the method whose first step goes by the gradient as later ones of this do by its averages."""
    if isinstance(method, Adam):
        return Adam(method.beta1, method.beta2, method.eps, weight_decay(method))
    assert isinstance(method, SteepestDescent)
    return SteepestDescent(method.norm, weight_decay=method.weight_decay)
