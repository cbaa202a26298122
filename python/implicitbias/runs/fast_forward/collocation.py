"""Collocation at Radau points: an implicit integrator of high order, for smooth and stiff equations.

In log time the modified equation of a run is smooth, its fast directions are hundreds of times faster than
its slow ones, and its solution is wanted to rounding. Explicit methods are held to the fast directions
(DOP853 takes 2e5 evaluations to t = 1e300, for n = 20 and d = 5), and multistep ones of low order add up
their local errors (LSODA's are 5e-11 at its finest tolerance). Radau IIA with eight stages takes 1e3
evaluations and is exact to rounding.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
from numpy.polynomial import legendre

from ..._types import Array
from .radau import NODES, SERIES, STAGES, velocities_of_increments
from .stages import solve

# In log t: where the solution has a kink, the error of a step across is within any tolerance that is met.
SHORTEST = 1e-9
_ROUNDING = 256 * float(np.finfo(float).eps)
_MOST_STEPS, _MOST_FAILURES = 600, 12


class Step:
    """The solution between two times, by the Legendre series of its derivative.

    Parameters
    ----------
    s, length : float
    start : ndarray of shape (d,)
        The solution at s.
    stages : ndarray of shape (STAGES, d)
        The equation's velocity at the nodes.
    noise : ndarray of shape (d,)
        How far rounding may take that off.
    corrections : ndarray of shape (STAGES, STAGES), optional
        What makes the solution's derivative of that.
    """

    def __init__(
        self, s: float, length: float, start: Array, stages: Array, noise: Array, corrections: Array | None
    ) -> None:
        self.s, self.length = s, length
        self._stages = SERIES @ stages
        self.series = self._stages if corrections is None else SERIES @ (corrections @ stages)
        self._integral = length / 2 * legendre.legint(self.series, lbnd=-1, axis=0)
        self._integral[0] += start
        beyond = np.maximum(np.abs(self.series[-1]) / (2 * STAGES) - noise, 0)
        self.error = length * float(np.linalg.norm(beyond))

    def __call__(self, s: Array) -> Array:
        """Return the solution at the times s within the step, one a column."""
        return np.asarray((legendre.legvander(self._x(s), STAGES) @ self._integral).T)

    def velocity(self, s: Array) -> Array:
        """Return the equation's velocity, also beyond the step."""
        return np.asarray(legendre.legvander(self._x(s), STAGES - 1) @ self._stages)

    def _x(self, s: Array) -> Array:
        return 2 * (s - self.s) / self.length - 1


class StuckError(ArithmeticError):
    """The steps became too short: the equation is not smooth, or the solution leaves its domain."""


class Equation(Protocol):
    """dq/ds = velocity(s, q) for q of shape (d,)."""

    @property
    def powers(self) -> Array | float:
        """Of each velocity v, such that its link sign(v) |v|^powers is smooth in q; 1 where v itself is."""

    @property
    def terms_along(self) -> int:
        """Of the series that makes dq/ds of increments; 1 where `velocity` is dq/ds."""

    def velocity(self, s: float, q: Array) -> Array:
        """Return dq/ds, or the increment of an iteration that is one unit of s; NaN where undefined."""

    def jacobian(self, s: float, q: Array) -> Array:
        """Return how the velocity's link changes with q, shape (d, d).

        How good it is shows in the number of evaluations only.
        """


@dataclass(frozen=True)
class Doubt:
    """Where a solution begins that is not known exactly.

    Attributes
    ----------
    velocity : ndarray of shape (d,)
        dq/ds there, about: what `velocity` returns may be far off.
    size : float
        How far q may be off; the first step need not be more exact.
    """

    velocity: Array
    size: float


def integrate(
    equation: Equation, q: Array, times: Array, tolerance: float, doubt: Doubt | None = None
) -> Array:
    """Integrate an equation from q at times[0], and return q at all times, one a row.

    Parameters
    ----------
    equation : Equation
    q : ndarray of shape (d,)
    times : ndarray of shape (k,)
        Increasing.
    tolerance : float
        Error of a step, absolute, in the Euclidean norm.
    doubt : Doubt, optional
        About q.

    Raises
    ------
    StuckError
    """
    rows = [q[None]]
    for at, stop, step in steps(equation, q, float(times[0]), float(times[-1]), tolerance, doubt):
        between = times[(times > at) & (times <= stop)]
        if len(between):
            rows.append(step(between).reshape(len(q), -1).T)
    return np.concatenate(rows)


def steps(
    equation: Equation, q: Array, s: float, end: float, tolerance: float, doubt: Doubt | None = None
) -> Iterator[tuple[float, float, Callable[[Array], Array]]]:
    """Yield the steps that `integrate` takes: from, to, and the solution between, one a column."""
    length, last, tried, failed, growth = 0.1, None, 0, 0, 3.0
    jacobian: Array | None = None
    while s < end:
        tried += 1
        if tried > _MOST_STEPS:
            raise StuckError(f"too many steps up to log t = {s:.6g}")
        if length < SHORTEST or failed > _MOST_FAILURES:
            raise StuckError(f"the equation is not smooth about log t = {s:.6g}")
        if end - s < 1.1 * length:  # a last step that leaves no sliver
            length = end - s
        target = max(tolerance, _noise(q, length))
        if jacobian is None:
            jacobian = equation.jacobian(s, q)
        if last is None and doubt:
            target = max(target, doubt.size)
        if last is not None and length <= 3 * last.length:
            guess = last.velocity
        else:
            here = equation.velocity(s, q) if last or not doubt else doubt.velocity
            guess = partial(_constant, here)
        step = _step(equation, jacobian, q, s, length, target, guess)
        if step is None:
            length, failed, growth = length / 3, failed + 1, 1.0
            continue
        if step.error > target:
            length *= max(0.8 * (target / step.error) ** (1 / STAGES), 0.2)
            continue
        stop = end if length == end - s else s + length
        yield s, stop, step
        q, s, last, jacobian = step(np.array([stop])).ravel(), stop, step, None
        if length > 0.1:
            failed = 0
        length *= min(0.8 * (target / max(step.error, 1e-300)) ** (1 / STAGES), growth)
        growth = 3.0


def _constant(velocity: Array, times: Array) -> Array:
    return np.tile(velocity, (len(times), 1))


def _noise(q: Array, length: float) -> float:
    """Return what rounding makes of a step, at least."""
    return _ROUNDING / 4 * (1 + _size(q)) * max(length, 1)


def _size(q: Array) -> float:
    # AdaGrad's log G is -1.8e308 where no gradient ever was: it does not move.
    return float(np.linalg.norm(q[np.abs(q) < 1e100]))


@np.errstate(over="ignore", under="ignore", invalid="ignore")  # trial steps may be far too long
def _step(
    equation: Equation,
    jacobian: Array,
    q: Array,
    s: float,
    length: float,
    tolerance: float,
    guess: Callable[[Array], Array],
) -> Step | None:
    """Solve for the velocities at the nodes; None where that fails."""
    if not np.isfinite(jacobian).all():
        return None
    times = s + length * (NODES + 1) / 2
    corrections = velocities_of_increments(times, length, equation.terms_along)

    def velocity(changes: Array) -> Array:
        pairs = zip(times.tolist(), q + changes, strict=True)
        return np.array([equation.velocity(time, point) for time, point in pairs])

    rounding = 4 * _ROUNDING * (1 + _size(q))
    solved = solve(
        velocity, guess(times), jacobian, equation.powers, length, corrections, tolerance, rounding
    )
    return Step(s, length, q, *solved, corrections) if solved else None
