"""Collocation at Radau points: an implicit integrator of high order, for smooth and stiff equations.

In log time the modified equation of a run is smooth, its fast directions are hundreds of times faster than
its slow ones, and its solution is wanted to rounding. Explicit methods are held to the fast directions
(DOP853 takes 2e5 evaluations to t = 1e300, for n = 20 and d = 5), and multistep ones of low order add up
their local errors (LSODA's are 5e-11 at its finest tolerance). Radau IIA with eight stages takes 1e3
evaluations and is exact to rounding.

A velocity need not be smooth in q where the solution is smooth, or nearly so. In l_p with p > 2 a coordinate
moves with sign(h) |h|^(1/(p-1)), h its partial derivative, whose slope is infinite where it turns: there h
follows the velocity, not the velocity h. Newton's method for the stages v therefore compares not velocities,
but their link sign(v) |v|^(p-1), which is smooth in h.
"""

import math
from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np
from numpy.polynomial import legendre
from scipy.linalg.lapack import zgetrf, zgetrs

from ..._types import Array

STAGES = 8

# In log t: where the solution has a kink, the error of a step across is within any tolerance that is met.
SHORTEST = 1e-9
_MOST_STEPS, _MOST_FAILURES = 1000, 12


def _radau() -> tuple[Array, Array, Array]:
    """Return the nodes in [-1, 1], the integrals up to each in units of a step, and what makes series."""
    top = np.zeros(STAGES + 1)
    top[-2:] = 1, -1
    nodes = np.sort(legendre.legroots(top).real)
    nodes[-1] = 1.0
    integrals = np.array([legendre.legval(nodes, legendre.legint(e, lbnd=-1)) for e in np.eye(STAGES)]).T / 2
    series = np.linalg.inv(legendre.legvander(nodes, STAGES - 1))
    return nodes, np.asarray(integrals @ series), np.asarray(series)


NODES, INTEGRALS, SERIES = _radau()
# The eigenvalues come in conjugate pairs, of which one is solved for.
_values, _vectors = np.linalg.eig(INTEGRALS)
_half = _values.imag > 0
RATES, MODES, FROM_STAGES = _values[_half], _vectors[:, _half], np.linalg.inv(_vectors)[_half]
TYPICAL_RATE = float(np.abs(RATES).mean())


class Step:
    """The solution between two times, by the Legendre series of its derivative."""

    def __init__(self, s: float, length: float, start: Array, series: Array) -> None:
        self.s, self.length, self.series = s, length, series
        self._integral = length / 2 * legendre.legint(series, lbnd=-1, axis=0)
        self._integral[0] += start

    def __call__(self, s: Array) -> Array:
        """Return the solution at the times s within the step, one a column."""
        return np.asarray((legendre.legvander(self._x(s), STAGES) @ self._integral).T)

    def velocity(self, s: Array) -> Array:
        """Return its derivative, also beyond the step."""
        return np.asarray(legendre.legvander(self._x(s), STAGES - 1) @ self.series)

    def _x(self, s: Array) -> Array:
        return 2 * (s - self.s) / self.length - 1


class StuckError(ArithmeticError):
    """The steps became too short: the equation is not smooth, or the solution leaves its domain."""


class Equation(Protocol):
    """dq/ds = velocity(s, q) for q of shape (d,)."""

    @property
    def powers(self) -> Array | float:
        """Of each velocity v, such that its link sign(v) |v|^powers is smooth in q; 1 where v itself is."""

    def velocity(self, s: float, q: Array) -> Array:
        """Return dq/ds; NaN where it is not defined."""

    def jacobian(self, s: float, q: Array) -> Array:
        """Return how the velocity's link changes with q, shape (d, d).

        How good it is shows in the number of evaluations only.
        """


def integrate(equation: Equation, q: Array, times: Array, tolerance: float) -> Array:
    """Integrate an equation from q at times[0], and return q at all times, one a row.

    Parameters
    ----------
    equation : Equation
    q : ndarray of shape (d,)
    times : ndarray of shape (k,)
        Increasing.
    tolerance : float
        Error of a step, absolute, in the Euclidean norm.

    Raises
    ------
    StuckError
    """
    rows = [q[None]]
    for at, stop, step in steps(equation, q, float(times[0]), float(times[-1]), tolerance):
        between = times[(times > at) & (times <= stop)]
        if len(between):
            rows.append(step(between).reshape(len(q), -1).T)
    return np.concatenate(rows)


def steps(
    equation: Equation, q: Array, s: float, end: float, tolerance: float
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
        step = _step(equation, jacobian, q, s, length, target, last)
        if step is None:
            length, failed, growth = length / 3, failed + 1, 1.0
            continue
        error = length * float(np.linalg.norm(step.series[-1])) / (2 * STAGES)
        if error > target:
            length *= max(0.8 * (target / error) ** (1 / STAGES), 0.2)
            continue
        stop = end if length == end - s else s + length
        yield s, stop, step
        q, s, last, jacobian = step(np.array([stop])).ravel(), stop, step, None
        if length > 0.1:
            failed = 0
        length *= min(0.8 * (target / max(error, 1e-300)) ** (1 / STAGES), growth)
        growth = 3.0


def _noise(q: Array, length: float) -> float:
    """Return what rounding makes of a step, at least."""
    # AdaGrad's log G is -1.8e308 where no gradient ever was: it does not move.
    size = float(np.linalg.norm(q[np.abs(q) < 1e100]))
    return 64 * float(np.finfo(float).eps) * (1 + size) * max(length, 1)


@np.errstate(over="ignore", under="ignore", invalid="ignore")  # trial steps may be far too long
def _step(
    equation: Equation,
    jacobian: Array,
    q: Array,
    s: float,
    length: float,
    tolerance: float,
    last: Step | None,
) -> Step | None:
    """Solve for the velocities at the nodes by simplified Newton iterations; None where they fail."""
    if not np.isfinite(jacobian).all():
        return None
    powers, times = equation.powers, s + length * (NODES + 1) / 2
    if last is not None and length <= 3 * last.length:
        stages = last.velocity(times)
    else:
        stages = np.tile(equation.velocity(s, q), (STAGES, 1))
    own = length * TYPICAL_RATE * np.abs(jacobian.diagonal())
    factors: list[tuple[Array, Array, int]] = []
    before = math.inf
    for iteration in range(20):
        points = q + length * INTEGRALS @ stages
        velocities = np.array(
            [equation.velocity(time, point) for time, point in zip(times.tolist(), points, strict=True)]
        )
        if not np.isfinite(velocities).all():
            return None
        if not factors:
            slopes = powers * np.abs(np.vstack([stages, velocities])).max(axis=0) ** (powers - 1)
            slopes[slopes + own == 0] = 1.0  # coordinates that do not move
            scale = slopes + np.abs(jacobian).max(axis=1)
            matrices = (np.diag(slopes) - length * RATES[:, None, None] * jacobian) / scale[:, None]
            factors = [zgetrf(matrix) for matrix in matrices]
            if any(singular for _, _, singular in factors):
                return None
        # The slope of the link differs from stage to stage: each stage takes its own.
        apart = velocities - stages
        secants = powers * np.abs(stages) ** (powers - 1)
        np.divide(_link(velocities, powers) - _link(stages, powers), apart, out=secants, where=apart != 0)
        residual = apart * secants * ((slopes + own) / np.maximum(secants + own, 1e-300))
        modes = FROM_STAGES @ (residual / scale)
        solved = [zgetrs(lu, pivots, m)[0] for (lu, pivots, _), m in zip(factors, modes, strict=True)]
        change = 2 * (MODES @ np.array(solved)).real
        if not np.isfinite(change).all():
            return None
        stages = stages + change
        size = length * float(np.linalg.norm(change, axis=1).max())
        if size <= 0.01 * tolerance or (size <= tolerance and size > 0.3 * before):
            return Step(s, length, q, SERIES @ stages)
        if not size <= (0.9 if iteration > 2 else 10) * before:
            return None
        before = size
    return None


def _link(velocity: Array, powers: Array | float) -> Array:
    """Return sign(v) |v|^powers."""
    return np.asarray(np.sign(velocity) * np.abs(velocity) ** powers)
