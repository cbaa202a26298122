"""The path of methods whose steps jump: coordinate descent and sign descent."""

import math
from typing import ClassVar

import numpy as np

from ..._core import Lp, SteepestDescent
from ..._types import Array
from ...problems.rows import signed_rows
from ..view import RunView
from .collocation import StuckError
from .coordinate_flow import CoordinateFlow
from .equal_features import EqualFeatures
from .fading_flow import FadingFlow
from .mean_path import Ahead
from .path_among_jumps import PathAmongJumps
from .sign_flow import SignFlow
from .sliding_flow import PathPoint, SlidingFlow

JUMPING: dict[Lp, type[SlidingFlow]] = {Lp(1): CoordinateFlow, Lp(math.inf): SignFlow}
_EPSILON = float(np.finfo(float).eps)
_NEARLY = 1e3  # an error within so many tolerances is met later
_MANY = 100  # jumps, of which the farthest is no accident


class JumpingPath(PathAmongJumps):
    """The mean path of steps that jump.

    Between its events it is second order accurate, and coordinates that leave its ties stay about where their
    jumps had taken them. What errors it will have are therefore seen since the last event, if there was none
    for a while: how far the iterates jump about it, in units of the bound for jumps of a step, one unit at
    least where few were seen, since ties may lie ahead where none is yet. By twice or three times as much a
    poorer path is moved where it leaves a coordinate behind, and what that makes of it counts as jumps: the
    mean path itself is known better, and is what the tolerance is for.
    """

    earliest, looks, tolerance = 10**4, 20, 1e-6
    singular = (*PathAmongJumps.singular, RuntimeError)
    _failures: ClassVar[tuple[type[Exception], ...]] = (*singular, StuckError)
    _calm = 5  # looks in a row without an event

    def __init__(self, run: RunView, flow: type[SlidingFlow]) -> None:
        super().__init__(run)
        method = run.method
        assert isinstance(method, SteepestDescent)
        self._features = EqualFeatures(signed_rows(run.problem), method, run.w.ravel())
        self._flow = flow(run.problem, run.step_size, self._features)
        self._seen: list[_Look] = []

    def look(self) -> None:
        """Take note of where the run is."""
        run, whole = self._run, self._run.w.ravel()
        if not self._features.has(whole):  # rounding has taken coordinates apart that a symmetry keeps alike
            assert isinstance(run.method, SteepestDescent)
            self._features = EqualFeatures(signed_rows(run.problem), run.method, whole, symmetry=False)
            self._flow = type(self._flow)(run.problem, run.step_size, self._features)
            self._seen = []
        w = self._features.inward(whole)
        self._seen = [*self._seen[-self.looks :], _Look(self.log_t, w)]

    def ready(self) -> bool:
        """Try where it has been calm for a while, and for as long again; the first decade is jumps."""
        if len(self._seen) <= self.looks:
            return False
        try:
            with np.errstate(all="ignore"):
                return self._looks_since_last_event(self._flow) % self._calm == 0
        except self.singular:
            return False

    def _integrate(self, log_times: Array, tolerance: float) -> Ahead | float:
        fading: FadingFlow | None = None
        try:
            reached = self._along(self._flow, log_times, tolerance)
            if isinstance(reached, Ahead) or reached <= _NEARLY * tolerance or not (fading := self._fading()):
                return reached
        except self._failures:
            if not (fading := self._fading()):
                raise
        return self._along(fading, log_times, tolerance)

    def _fading(self) -> FadingFlow | None:
        """Return the flow with samples that fade like the jumps, if ties rest on such samples."""
        if not isinstance(self._flow, SignFlow):
            return None
        return FadingFlow.about(self._flow, self._seen[-1].w, self.log_t)

    def _along(self, flow: SlidingFlow, log_times: Array, tolerance: float) -> Ahead | float:
        now, w = self._seen[-1].log_t, self._seen[-1].w
        whole = self._run.w.ravel()
        if not self._features.has(whole):
            return math.inf
        if not np.isfinite(self._run._loop.equation().velocity(now, whole, 1)).all():
            return math.inf  # the step size has not settled yet
        seen = self._since_last_event(flow)
        start, times = seen[0].w, np.array([look.log_t for look in seen])
        points = [look.point(flow) for look in seen]
        spread = _spread(seen, points)
        good, poor = flow.measured(start, points, tolerance / 30)
        *_, before = poor.follow(start, times, tolerance / 30)
        features = self._features
        shared = points[-1].along_null(points[-1].w - before.w)  # how the dependent shared their steps
        error = float(np.linalg.norm(features.change(np.abs(points[-1].w - before.w - shared))))
        if error > tolerance:
            return error
        ahead, both = np.append(now, log_times), np.append(times, log_times)
        begin, *better = good.follow(w, ahead, max(tolerance / 1000, 1e-13))
        rows = features.outward(np.array([point.w for point in better]))

        def distances(spread: float) -> Array:
            poorer = list(poor.follow(start, both, tolerance / 30, spread))[len(times) :]
            others = features.outward(np.array([point.w for point in poorer]) + shared)
            return np.asarray(np.linalg.norm(rows - others, axis=1))

        jumps, apart = self._jumps([begin, *better], spread), distances(spread)
        if apart.max() > tolerance:  # by what stays behind where it jumped to, or by the path
            jumps, apart = jumps + apart, distances(0.0)
        if not np.isfinite(jumps).all():
            return math.inf
        return Ahead(rows, np.linalg.norm(rows, axis=1), np.maximum(error, apart), jumps)

    def _jumps(self, points: list[PathPoint], spread: float) -> Array:
        """Return how far iterates are at most from the points but the first.

        A jump lasts until the path has passed the iterate: forever, where a coordinate hardly moves any more.
        At an event iterates are some steps early or late: what they do beyond it they may do before.
        """
        distances, far, before = np.zeros(len(points)), np.zeros(len(points[0].w)), points[0]
        shared = np.zeros_like(far)
        for k, point in enumerate(points):
            reach, change = spread * point.reach(), point.w - before.w
            if k:
                reach = np.minimum(reach, far + 2 * np.abs(change).sum())  # so far w comes at all
            far = np.maximum(far - self._flow.passed(change), reach)
            shared += point.unknown_shares(change)
            distances[k:], before = float(np.linalg.norm(self._features.change(far + shared))), point
            if point.slide.null.shape[1]:
                continue
            rounding = _EPSILON * float(np.linalg.norm(point.w))
            if float(np.linalg.norm(reach)) <= rounding and point.slide is points[-1].slide:
                break
        return np.asarray(np.maximum.accumulate(distances[:0:-1])[::-1])

    def _looks_since_last_event(self, flow: SlidingFlow) -> int:
        tied = [set(look.point(flow).slide.tied) for look in self._seen]
        since = len(tied) - 1
        while since and tied[since - 1] == tied[-1]:
            since -= 1
        return len(tied) - since

    def _since_last_event(self, flow: SlidingFlow) -> "list[_Look]":
        """Return the looks since when the same coordinates are tied, or all if few."""
        since = self._looks_since_last_event(flow)
        # An event may have come just before the first.
        return self._seen[1 - since :] if since > self._calm else self._seen


def _spread(seen: "list[_Look]", points: list[PathPoint]) -> float:
    """Return how far iterates jump at most, in units of their bound: one, unless many jumps were seen."""
    farthest = max(point.jump(look.w) for look, point in zip(seen, points, strict=True))
    many = sum(len(point.slide.tied) for point in points) >= _MANY
    return 3 * farthest if many else 2 * max(farthest, 1.0)


class _Look:
    """Where the run was, and the point on the path that it was about."""

    def __init__(self, log_t: float, w: Array) -> None:
        self.log_t, self.w = log_t, w
        self._point: PathPoint | None = None
        self._flow: SlidingFlow | None = None

    def point(self, flow: SlidingFlow) -> PathPoint:
        """Return the point, which is sought once."""
        if self._point is None or self._flow is not flow:
            self._point, self._flow = flow.at(self.w, self.log_t), flow
        return self._point
