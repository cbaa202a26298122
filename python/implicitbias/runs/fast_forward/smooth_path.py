"""The path of methods whose steps depend smoothly on w, or nearly so: their modified equation's."""

import math
from dataclasses import dataclass

import numpy as np

from ..._core import ModifiedEquation, SteepestDescent
from ..._types import Array
from ...oracles.norms import oracle_of
from ..view import RunView
from .collocation import Doubt, integrate
from .mean_path import Ahead
from .turns import turn_errors

_TURNS = 12 * math.log(10)  # in log t: later ones are below rounding
_LN10 = math.log(10)
_DEAR = 6 * _LN10  # log t, from where a quarter of a decade of iterations takes longer than to try a leap


class SmoothPath:
    """The solution of the modified equation; the poorer one has one term less and coarser steps.

    Attributes
    ----------
    back : int
        So many looks ago the poorer one begins: a decade, whenever a leap is tried.
    """

    earliest, looks, back, tolerance, jumps = 100, 4, 4, 1e-8, False

    def __init__(self, run: RunView) -> None:
        self._run = run
        self._seen: list[Start] = []

    def look(self) -> None:
        """Take note of where the run is."""
        now = self._start(self._run._loop.equation(), _LN10 * self._run.log10_t)
        self._seen = [*self._seen[-self.back :], now]

    def ready(self) -> bool:
        """Try before a decade ends only where iterations take longer than that."""
        return len(self._seen) > self.back and self._seen[-1].log_t >= _DEAR

    def alone(self, fresh: bool) -> int | None:
        """Do without an earlier decade; the poorer path tells enough."""
        self._seen = self._seen[-1:]
        return 0

    def integrate(self, log_times: Array, tolerance: float) -> Ahead | float:
        """Return the path at times ahead, or its error if the tolerance is exceeded already now."""
        before, now = self._seen[0], self._seen[-1]
        poor, good = self._equation(before, 1), self._equation(now, 0)
        if not (poor.is_smooth(before) and good.is_smooth(now)):
            return math.inf
        start, doubt = before.q, before.doubt
        if before.log_t < now.log_t:
            times = np.array([before.log_t, now.log_t])
            start, doubt = integrate(poor, start, times, tolerance / 30, doubt)[1], None
        error = float(np.linalg.norm(now.equation.point(now.q) - before.equation.point(start)))
        if not error <= tolerance:
            return error
        times = np.append(now.log_t, log_times)
        poorer = integrate(poor, start, times, tolerance / 30, doubt)[1:]
        # Turns are looked for between the rows, too, as long as they matter.
        finer = np.append(np.arange(now.log_t, min(now.log_t + _TURNS, times[-1]), _LN10 / 20), times[-1])
        both = np.union1d(times, finer)
        course = integrate(good, now.q, both, max(tolerance / 1000, 1e-13), now.doubt)
        better, on_finer = (course[np.searchsorted(both, at)] for at in (log_times, finer))
        points, others = (
            np.array([start.equation.point(q) for q in rows])
            for start, rows in ((now, better), (before, poorer))
        )
        distances, sizes = np.linalg.norm(points - others, axis=1), np.linalg.norm(points, axis=1)
        added = self._added(good, finer, on_finer)[np.searchsorted(finer, log_times)]
        return Ahead(better, sizes, np.maximum(error, distances) + added, np.zeros(len(better)))

    def _start(self, equation: ModifiedEquation, log_t: float) -> "Start":
        return Start(equation, log_t, equation.start)

    def _equation(self, start: "Start", fewer: int) -> "SmoothEquation":
        """Return the equation from there, with fewer terms than there are."""
        terms = start.equation.most_terms
        return SmoothEquation(start.equation, smoothing_powers(self._run), terms - fewer)

    def _added(self, equation: "SmoothEquation", log_times: Array, coordinates: Array) -> Array:
        """Return what errors coordinates that turn have added by each time."""
        if not isinstance(self._run.method, SteepestDescent):
            return np.zeros(len(log_times))
        pairs = zip(log_times.tolist(), coordinates, strict=True)
        velocities = [equation.equation.velocity(t, q, 1) for t, q in pairs]
        return self._turn_errors(log_times, np.reshape(velocities, (-1, *self._run.w.shape)))

    def _turn_errors(self, log_times: Array, velocities: Array) -> Array:
        assert isinstance(self._run.method, SteepestDescent)
        return turn_errors(self._run.method.norm, log_times, velocities)


def smoothing_powers(run: RunView) -> Array:
    """Return the powers of velocities that are smooth in a run's coordinates."""
    if isinstance(run.method, SteepestDescent):
        return oracle_of(run.method.norm).smoothing_powers(run.w.size)
    return np.ones(len(run._loop.equation().start))


@dataclass(frozen=True)
class Start:
    """Where a run was looked at, and the equation from there."""

    equation: ModifiedEquation
    log_t: float
    q: Array
    doubt: Doubt | None = None


@dataclass(frozen=True)
class SmoothEquation:
    """The modified equation in log time, by the first terms of its series, or of that along its solution."""

    equation: ModifiedEquation
    powers: Array
    terms: int
    terms_along: int = 1

    def velocity(self, log_t: float, q: Array) -> Array:
        """Return dq / d log t, or an increment times t."""
        return self.equation.velocity(log_t, q, self.terms)

    def jacobian(self, log_t: float, q: Array) -> Array:
        """Return how the velocity's link changes with q."""
        return self.equation.jacobian(log_t, q, self.powers)

    def is_smooth(self, start: Start) -> bool:
        """Whether the series converges: it does not where coordinates go to and fro."""
        if self.terms_along > 1:
            return True
        most = self.equation.most_terms
        velocities = [self.equation.velocity(start.log_t, start.q, terms) for terms in (most - 1, most)]
        return bool(np.linalg.norm(velocities[1] - velocities[0]) <= 1e-4 * np.linalg.norm(velocities[1]))
