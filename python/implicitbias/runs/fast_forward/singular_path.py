"""The path of methods whose steps jump between singular vectors: spectral and nuclear descent."""

import math
from itertools import pairwise

import numpy as np

from ..._core import Method, Schatten
from ..._types import Array
from ...nouns.bare_descent import norm_of_bare_descent
from ..view import RunView
from .mean_path import Ahead
from .path_among_jumps import PathAmongJumps
from .singular_flow import FACES, SingularFlow, SingularPoint

_REACHES = 0.03  # of log t, between points where the reach is found
_LONG, _SHORT = 1.0, 10.0  # in log t: a stretch that tells the error, and by how much less a shorter one says


def jumps_between_singular_vectors(method: Method) -> bool:
    """Return whether a method is steepest descent in the spectral or the nuclear norm, and no more."""
    norm = norm_of_bare_descent(method)
    return isinstance(norm, Schatten) and norm in FACES


class SingularPath(PathAmongJumps):
    """The mean path of steps that jump between singular vectors.

    Positions of iterates about it are known up to a step, which stays of each start: by 1 / t. The poorer
    path starts a decade earlier, and is ten times as far off. How far iterates jump about the path is seen in
    them, in units of its reach, one unit at least; at an event they are some steps early or late, for good.
    """

    earliest, looks, tolerance = 1000, 4, 1e-3

    def __init__(self, run: RunView) -> None:
        super().__init__(run)
        norm = norm_of_bare_descent(run.method)
        assert isinstance(norm, Schatten)
        self._flow = SingularFlow(run.problem, run.step_size, FACES[norm])
        self._seen: list[tuple[float, Array]] = []

    def look(self) -> None:
        """Take note of where the run is."""
        self._seen = [*self._seen[-self.looks :], (self.log_t, self._run.w.ravel())]

    def ready(self) -> bool:
        """Try whenever a decade is known."""
        return len(self._seen) > self.looks

    def _integrate(self, log_times: Array, tolerance: float) -> Ahead | float:
        (then, before), (now, w) = self._seen[0], self._seen[-1]
        if not np.isfinite(self._run._loop.equation().velocity(now, w, 1)).all():
            return math.inf  # the step size has not settled yet
        times, poor = np.append(now, log_times), self._flow.poorer()
        begin = self._flow.begin(w, now)
        poorer = list(poor.follow(before, np.union1d(then, np.array([now])), tolerance / 30))[-1]
        error = float(np.linalg.norm(begin.w - poorer.w))
        short = not self._run._loop.error and now - then < _LONG
        scale = _SHORT if short else 1.0
        if not scale * error <= tolerance:
            return scale * error
        better = list(self._flow.follow(w, times, max(tolerance / 1000, 1e-13)))
        others = list(poor.follow(before, np.union1d(then, times), tolerance / 30))[-len(log_times) :]
        rows = np.array([point.w for point in better[1:]])
        apart = np.linalg.norm(rows - np.array([point.w for point in others]), axis=1)
        spread = 2 * max(float(np.linalg.norm(w - begin.w)) / max(begin.reach(), 1e-300), 1.0)
        jumps = spread * _reach(better)
        return Ahead(rows, np.linalg.norm(rows, axis=1), scale * np.maximum(error, apart), jumps)


def _reach(points: list[SingularPoint]) -> Array:
    """Return how far iterates are at most from the points but the first, in units.

    Between points where that is found it is about as large: it falls like 1 / t, to what counts as 0.
    """
    reach, stays = np.zeros(len(points)), 0.0
    last, before = 0, points[0].reach()
    for k, (previous, point) in enumerate(pairwise(points), 1):
        event = point.slide is not previous.slide
        if event or k == len(points) - 1 or point.log_t > points[last].log_t + _REACHES * point.log_t:
            now = point.reach()
            if event:
                stays = max(stays, before, now)
            reach[last + 1 : k + 1] = max(stays, before, now)
            last, before = k, now
    return reach[1:]
