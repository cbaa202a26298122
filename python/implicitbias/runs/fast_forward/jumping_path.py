"""The path of methods whose steps jump: coordinate descent and sign descent."""

import math

import numpy as np

from ..._core import Lp
from ..._types import Array
from ..view import RunView
from .collocation import StuckError
from .coordinate_flow import CoordinateFlow
from .mean_path import Ahead
from .sign_flow import SignFlow
from .sliding_flow import PathPoint, SlidingFlow

JUMPING: dict[Lp, type[SlidingFlow]] = {Lp(1): CoordinateFlow, Lp(math.inf): SignFlow}
_EPSILON = float(np.finfo(float).eps)
_LN10 = math.log(10)


class JumpingPath:
    """The mean path of steps that jump.

    Between its events it is second order accurate, and coordinates that leave its ties stay about where their
    jumps had taken them. What errors it will have are therefore seen since the last event, if there was none
    for a while: how far the iterates jump about it, in units of the bound for jumps of a step, one unit at
    least, since ties may lie ahead where none is yet. By as much and as much again the poorer path is moved
    where it leaves a coordinate behind.
    """

    earliest, looks = 10**4, 20
    _calm = 5  # looks in a row without an event

    def __init__(self, run: RunView, flow: SlidingFlow) -> None:
        self._run, self._flow = run, flow
        self._seen: list[tuple[float, Array]] = []

    def look(self) -> None:
        """Take note of where the run is."""
        self._seen = [*self._seen[-self.looks :], (_LN10 * self._run.log10_t, self._run.w.ravel())]

    def alone(self, fresh: bool) -> int | None:
        """Do without an earlier decade: a leap's error has the jumps in it, otherwise they are looked at."""
        if not fresh:
            return None
        return 0 if self._run._loop.error else 1000

    def integrate(self, log_times: Array, tolerance: float) -> Ahead | float:
        """Return the path at times ahead, or its error if the tolerance is exceeded already now."""
        try:
            with np.errstate(all="ignore"):
                return self._integrate(log_times, tolerance)
        except (np.linalg.LinAlgError, OverflowError, RuntimeError) as error:
            raise StuckError(f"the ties are singular: {error}") from error

    def _integrate(self, log_times: Array, tolerance: float) -> Ahead | float:
        now, w = self._seen[-1]
        if not np.isfinite(self._run._loop.equation().velocity(now, w, 1)).all():
            return math.inf  # the step size has not settled yet
        seen, points = self._since_last_event()
        start, times = seen[0][1], np.array([log_t for log_t, _ in seen])
        jumps = [point.jump(w) for (_, w), point in zip(seen, points, strict=True)]
        spread = 2 * float(np.max(jumps, initial=1.0))
        good, poor = self._flow.measured(start, points, tolerance / 30)
        *_, before = poor.follow(start, times, tolerance / 30)
        error = float(np.linalg.norm(points[-1].w - before.w))
        if error > tolerance:
            return error
        ahead, both = np.append(now, log_times), np.append(times, log_times)
        begin, *better = good.follow(w, ahead, max(tolerance / 1000, 1e-13))
        poorer = list(poor.follow(start, both, tolerance / 30, spread))[len(times) :]
        rows = np.array([point.w for point in better])
        distances = np.linalg.norm(rows - [point.w for point in poorer], axis=1)
        sizes = np.linalg.norm(rows, axis=1)
        ahead_jumps = self._jumps([begin, *better], spread)
        if not np.isfinite(ahead_jumps).all():
            return math.inf
        return Ahead(rows, sizes, np.maximum(error, distances), ahead_jumps)

    def _jumps(self, points: list[PathPoint], spread: float) -> Array:
        """Return how far iterates are at most from the points but the first.

        A jump lasts until the path has passed the iterate: forever, where a coordinate hardly moves any more.
        At an event iterates are some steps early or late: what they do beyond it they may do before.
        """
        distances, far, before = np.zeros(len(points)), np.zeros(len(points[0].w)), points[0]
        for k, point in enumerate(points):
            reach = spread * point.reach()
            far = np.maximum(far - self._flow.passed(point.w - before.w), reach)
            distances[k:], before = float(np.linalg.norm(far)), point
            rounding = _EPSILON * float(np.linalg.norm(point.w))
            if float(np.linalg.norm(reach)) <= rounding and point.slide is points[-1].slide:
                break
        return np.asarray(np.maximum.accumulate(distances[:0:-1])[::-1])

    def _since_last_event(self) -> tuple[list[tuple[float, Array]], list[PathPoint]]:
        """Return the looks since when the same coordinates are tied, or all if few, and the path there."""
        points = [self._flow.at(w, log_t) for log_t, w in self._seen]
        tied = [set(point.slide.tied) for point in points]
        since = len(tied) - 1
        while since and tied[since - 1] == tied[-1]:
            since -= 1
        # An event may have come just before the first.
        since = since + 1 if len(tied) - since > self._calm else 0
        return self._seen[since:], points[since:]
