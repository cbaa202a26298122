"""The path of methods whose steps depend smoothly on w, or nearly so: their modified equation's."""

import math
from dataclasses import dataclass

import numpy as np

from ..._core import ModifiedEquation, SteepestDescent
from ..._types import Array
from ...oracles.norms import oracle_of
from ..view import RunView
from .collocation import integrate
from .mean_path import Ahead
from .turns import turn_errors

_TURNS = 12 * math.log(10)  # in log t: later ones are below rounding
_LN10 = math.log(10)


class SmoothPath:
    """The solution of the modified equation; the poorer one has one term less and coarser steps."""

    earliest, looks, tolerance, jumps = 100, 1, 1e-8, False

    def __init__(self, run: RunView) -> None:
        self._run = run
        self._seen: list[tuple[float, ModifiedEquation]] = []

    def look(self) -> None:
        """Take note of where the run is."""
        self._seen = [*self._seen[-1:], (_LN10 * self._run.log10_t, self._run._loop.equation())]

    def ready(self) -> bool:
        """Try only where a decade ends."""
        return False

    def alone(self, fresh: bool) -> int | None:
        """Do without an earlier decade; the poorer path tells enough."""
        self._seen = self._seen[-1:]
        return 0

    def integrate(self, log_times: Array, tolerance: float) -> Ahead | float:
        """Return the path at times ahead, or its error if the tolerance is exceeded already now."""
        (then, before), (now, equation) = self._seen[0], self._seen[-1]
        method, dimension = self._run.method, len(equation.start)
        powers = (
            oracle_of(method.norm).smoothing_powers(dimension)
            if isinstance(method, SteepestDescent)
            else np.ones(dimension)
        )
        terms = equation.most_terms
        poor, good = _Smooth(before, terms - 1, powers), _Smooth(equation, terms, powers)
        if not (poor.is_smooth(then, before.start) and good.is_smooth(now, equation.start)):
            return math.inf
        start = before.start
        if then < now:
            start = integrate(poor, start, np.array([then, now]), tolerance / 30)[1]
        error = _distance(equation, equation.start, before, start)
        if not error <= tolerance:
            return error
        times = np.append(now, log_times)
        poorer = integrate(poor, start, times, tolerance / 30)[1:]
        # Turns are looked for between the rows, too, as long as they matter.
        finer = np.append(np.arange(now, min(now + _TURNS, times[-1]), _LN10 / 20), times[-1])
        both = np.union1d(times, finer)
        course = integrate(good, equation.start, both, max(tolerance / 1000, 1e-13))
        better, on_finer = (course[np.searchsorted(both, at)] for at in (log_times, finer))
        distances = [_distance(equation, p, before, q) for p, q in zip(better, poorer, strict=True)]
        sizes = np.array([float(np.linalg.norm(equation.point(q))) for q in better])
        errors = (
            np.maximum(error, distances) + self._turns(finer, on_finer)[np.searchsorted(finer, log_times)]
        )
        return Ahead(better, sizes, errors, np.zeros(len(better)))

    def _turns(self, log_times: Array, coordinates: Array) -> Array:
        """Return what errors coordinates that turn have added by each time."""
        method, equation = self._run.method, self._seen[-1][1]
        if not isinstance(method, SteepestDescent):
            return np.zeros(len(log_times))
        velocities = [equation.velocity(t, q, 1) for t, q in zip(log_times, coordinates, strict=True)]
        return self._turn_errors(log_times, np.reshape(velocities, (-1, *self._run.w.shape)))

    def _turn_errors(self, log_times: Array, velocities: Array) -> Array:
        assert isinstance(self._run.method, SteepestDescent)
        return turn_errors(self._run.method.norm, log_times, velocities)


def _distance(one: ModifiedEquation, p: Array, other: ModifiedEquation, q: Array) -> float:
    return float(np.linalg.norm(one.point(p) - other.point(q)))


@dataclass(frozen=True)
class _Smooth:
    """The modified equation by its first terms, in log time."""

    equation: ModifiedEquation
    terms: int
    powers: Array

    def velocity(self, log_t: float, q: Array) -> Array:
        return self.equation.velocity(log_t, q, self.terms)

    def jacobian(self, log_t: float, q: Array) -> Array:
        return self.equation.jacobian(log_t, q, self.powers)

    def is_smooth(self, log_t: float, q: Array) -> bool:
        """Whether the series converges: it does not where coordinates go to and fro."""
        most = self.equation.most_terms
        velocities = [self.equation.velocity(log_t, q, terms) for terms in (most - 1, most)]
        return bool(np.linalg.norm(velocities[1] - velocities[0]) <= 1e-4 * np.linalg.norm(velocities[1]))
