"""Which smooth path a run follows, and how far off it is: what `fast_forward` integrates."""

import math
from dataclasses import dataclass
from functools import singledispatch
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from ._core import GroupNorm, Lp, ModifiedEquation, Norm, SteepestDescent, WeightedNorm
from .collocation import StuckError, integrate
from .coordinate_flow import CoordinateFlow
from .sign_flow import SignFlow
from .sliding_flow import PathPoint, SlidingFlow

if TYPE_CHECKING:
    from .run import Run

Array = NDArray[np.float64]

_JUMPING: dict[Norm, type[SlidingFlow]] = {Lp(1): CoordinateFlow, Lp(math.inf): SignFlow}
_TERMS = 4  # of the modified equation
_EPSILON = float(np.finfo(float).eps)
_LN10 = math.log(10)


@dataclass(frozen=True)
class Ahead:
    """Rows of a path that was integrated.

    Attributes
    ----------
    coordinates : ndarray of shape (k, ...)
        The method's.
    sizes : ndarray of shape (k,)
        |w|_2.
    errors : ndarray of shape (k,)
        Estimated errors of the path.
    jumps : ndarray of shape (k,)
        How far the iterates are from their path.
    """

    coordinates: Array
    sizes: Array
    errors: Array
    jumps: Array


class MeanPath(Protocol):
    """The path that a run follows, from where it was looked at last.

    Its error is measured: a second integration is poorer. It leaves a decade of iterations earlier, and by
    now it can be compared with the iterates. Its distance is taken for the error of the first.
    """

    earliest: int  # from where it can be integrated
    looks: int  # how often the run is to be looked at in a decade

    def look(self) -> None:
        """Take note of where the run is."""

    def alone(self, fresh: bool) -> int | None:
        """Do without an earlier decade; return how many iterations to look at instead, or None.

        A run is fresh that was past its last decade to begin with.
        """

    def integrate(self, log_times: Array, tolerance: float) -> Ahead | float:
        """Return the path at times ahead, or its error if the tolerance is exceeded already now."""


def mean_path(run: "Run") -> MeanPath:
    """Return the path that a run follows."""
    method = run.method
    if isinstance(method, SteepestDescent) and method.norm in _JUMPING:
        return JumpingPath(run, _JUMPING[method.norm](run.problem, run.step_size))
    return SmoothPath(run)


@singledispatch
def _powers(norm: Norm, dimension: int) -> Array:
    """Return the powers that make steepest steps smooth in the gradient (`collocation.Equation`)."""
    return np.ones(dimension)


@_powers.register
def _(norm: Lp, dimension: int) -> Array:
    return np.full(dimension, max(norm.p - 1, 1.0))


@_powers.register
def _(norm: WeightedNorm, dimension: int) -> Array:
    return _powers(norm.norm, dimension)


@_powers.register
def _(norm: GroupNorm, dimension: int) -> Array:
    powers = np.ones(dimension)
    for group in norm.groups:
        exponent = norm.p if len(group) == 1 else norm.q
        powers[list(group)] = max(exponent - 1, 1.0)
    return powers


class SmoothPath:
    """The solution of the modified equation; the poorer one has one term less and coarser steps."""

    earliest, looks = 100, 1

    def __init__(self, run: "Run") -> None:
        self._run = run
        self._seen: list[tuple[float, ModifiedEquation]] = []

    def look(self) -> None:
        """Take note of where the run is."""
        self._seen = [*self._seen[-1:], (_LN10 * self._run.log10_t, self._run._loop.equation())]

    def alone(self, fresh: bool) -> int | None:
        """Do without an earlier decade; the poorer path tells enough."""
        self._seen = self._seen[-1:]
        return 0

    def integrate(self, log_times: Array, tolerance: float) -> Ahead | float:
        """Return the path at times ahead, or its error if the tolerance is exceeded already now."""
        (then, before), (now, equation) = self._seen[0], self._seen[-1]
        method, dimension = self._run.method, len(equation.start)
        powers = (
            _powers(method.norm, dimension) if isinstance(method, SteepestDescent) else np.ones(dimension)
        )
        poor, good = _Smooth(before, _TERMS - 1, powers), _Smooth(equation, _TERMS, powers)
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
        better = integrate(good, equation.start, times, max(tolerance / 1000, 1e-13))[1:]
        distances = [_distance(equation, p, before, q) for p, q in zip(better, poorer, strict=True)]
        sizes = np.array([float(np.linalg.norm(equation.point(q))) for q in better])
        return Ahead(better, sizes, np.maximum(error, distances), np.zeros(len(better)))


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
        velocities = [self.equation.velocity(log_t, q, terms) for terms in (_TERMS - 1, _TERMS)]
        return bool(np.linalg.norm(velocities[1] - velocities[0]) <= 1e-4 * np.linalg.norm(velocities[1]))


class JumpingPath:
    """The mean path of steps that jump.

    Between its events it is second order accurate, and coordinates that leave its ties stay about where their
    jumps had taken them. What errors it will have are therefore seen since the last event, if there was none
    for a while: how far the iterates jump about it, in units of the bound for jumps of a step. By as much and
    as much again the poorer path is moved where it leaves a coordinate behind.
    """

    earliest, looks = 10**4, 20
    _calm = 5  # looks without an event

    def __init__(self, run: "Run", flow: SlidingFlow) -> None:
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
            return math.inf  # the step size is not what it will be
        seen, points = self._since_last_event()
        start, times = seen[0][1], np.array([log_t for log_t, _ in seen])
        spread = 2 * max(point.jump(w) for (_, w), point in zip(seen, points, strict=True))
        good, poor = self._flow.measured(start, points, tolerance / 30)
        *_, before = poor.follow(start, times, tolerance / 30)
        error = float(np.linalg.norm(points[-1].w - before.w))
        if error > tolerance:
            return error
        ahead, both = np.append(now, log_times), np.append(times, log_times)
        better = list(good.follow(w, ahead, max(tolerance / 1000, 1e-13)))[1:]
        poorer = list(poor.follow(start, both, tolerance / 30, spread))[len(times) :]
        rows = np.array([point.w for point in better])
        distances = np.linalg.norm(rows - [point.w for point in poorer], axis=1)
        sizes = np.linalg.norm(rows, axis=1)
        jumps = np.zeros(len(rows))
        for k, point in enumerate(better):
            jumps[k:] = spread * float(np.linalg.norm(point.reach()))
            if jumps[k] <= _EPSILON * sizes[k]:  # and they shrink
                break
        return Ahead(rows, sizes, np.maximum(error, distances), jumps)

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
