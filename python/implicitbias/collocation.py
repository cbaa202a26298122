"""Collocation at Radau points: an implicit integrator of high order, for smooth and stiff equations.

In log time the modified equation of a run is smooth, its fast directions are hundreds of times faster than
its slow ones, and its solution is wanted to rounding. Explicit methods are held to the fast directions
(DOP853 takes 2e5 evaluations to t = 1e300, for n = 20 and d = 5), and multistep ones of low order add up
their local errors (LSODA's are 5e-11 at its finest tolerance). Radau IIA with eight stages takes 1e3
evaluations and is exact to rounding.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import NDArray

Array = NDArray[np.float64]

STAGES = 8

# In log t. What is not smooth, as a coordinate that turns in l_p with p > 2, shows in steps shorter than
# this, and is crossed in explicit steps.
SHORTEST, CROSSING = 1e-3, 0.2


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


@dataclass(frozen=True)
class Step:
    """The solution between two times: its start and the Legendre series of its derivative."""

    s: float
    length: float
    start: Array
    series: Array

    def __call__(self, s: Array) -> Array:
        """Return the solution at the times s within the step, one a column."""
        x = 2 * (s - self.s) / self.length - 1
        integral = legendre.legint(self.series, lbnd=-1, axis=0)
        return np.asarray(self.start[:, None] + self.length / 2 * legendre.legval(x, integral))

    def velocity(self, s: Array) -> Array:
        """Return its derivative, also beyond the step."""
        return np.asarray(legendre.legval(2 * (s - self.s) / self.length - 1, self.series).T)


class StuckError(ArithmeticError):
    """The steps became too short: the equation is not smooth, or the solution leaves its domain."""


def integrate(
    velocity: Callable[[float, Array], Array],
    jacobian: Callable[[float, Array], Array],
    q: Array,
    times: Array,
    tolerance: float,
) -> Array:
    """Integrate dq/ds = velocity(s, q) from times[0] and return q at all times, one a row.

    Parameters
    ----------
    velocity : callable
        NaN where it is not defined.
    jacobian : callable
        An approximation of its derivative; how good it is shows in the number of evaluations only.
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
    for at, stop, step in steps(velocity, jacobian, q, float(times[0]), float(times[-1]), tolerance):
        between = times[(times > at) & (times <= stop)]
        if len(between):
            rows.append(step(between).reshape(len(q), -1).T)
    return np.concatenate(rows)


def steps(
    velocity: Callable[[float, Array], Array],
    jacobian: Callable[[float, Array], Array],
    q: Array,
    s: float,
    end: float,
    tolerance: float,
) -> Iterator[tuple[float, float, Callable[[Array], Array]]]:
    """Yield the steps that `integrate` takes: from, to, and the solution between, one a column."""
    length, last, tried, crossings = 0.1, None, 0, 0
    while s < end:
        tried += 1
        if tried > 5000:
            raise StuckError(f"too many steps up to log t = {s:.6g}")
        if length < SHORTEST:  # something is not smooth: go over it in explicit steps
            crossings += 1
            if crossings > 100:
                raise StuckError(f"the equation is not smooth about log t = {s:.6g}")
            stop = min(s + CROSSING, end)
            for stretch in _explicit_steps(velocity, q, s, stop, tolerance):
                yield s, stretch.t, stretch
                q, s = stretch(stretch.t), stretch.t
            length, last = CROSSING / 4, None
            continue
        if end - s < 1.1 * length:  # and leave no sliver
            length = end - s
        target = max(tolerance, _noise(q, length))
        step = _step(velocity, jacobian(s, q), q, s, length, target, last)
        if step is None:
            length /= 3
            continue
        error = length * float(np.linalg.norm(step.series[-1])) / (2 * STAGES)
        if error > target:
            length *= max(0.8 * (target / error) ** (1 / STAGES), 0.2)
            continue
        stop = end if length == end - s else s + length
        yield s, stop, step
        q, s, last = step(np.array([stop])).ravel(), stop, step
        length *= min(0.8 * (target / max(error, 1e-300)) ** (1 / STAGES), 3.0)


def _explicit_steps(
    velocity: Callable[[float, Array], Array], q: Array, s: float, end: float, tolerance: float
) -> Iterator[Any]:
    """Yield DOP853's interpolants from s to the end."""
    from scipy.integrate import DOP853

    noise = _noise(q, end - s)
    with np.errstate(all="ignore"):
        first, atol = 1e-4 * (end - s), max(tolerance, noise)
        solver: Any = DOP853(velocity, s, q, end, rtol=1e-13, atol=atol, first_step=first)
        for _ in range(3000):
            solver.step()
            if solver.status == "failed":
                break
            yield solver.dense_output()
            if solver.status == "finished":
                return
    raise StuckError(f"the steps became too short at log t = {solver.t:.6g}")


def _noise(q: Array, length: float) -> float:
    """Return what rounding makes of a step, at least."""
    # AdaGrad's log G is -1.8e308 where no gradient ever was: it does not move.
    size = float(np.linalg.norm(q[np.abs(q) < 1e100]))
    return 64 * float(np.finfo(float).eps) * (1 + size) * max(length, 1)


@np.errstate(over="ignore", invalid="ignore")  # of trial steps that are too long
def _step(
    velocity: Callable[[float, Array], Array],
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
    inverse = np.linalg.inv(np.eye(len(q)) - length * RATES[:, None, None] * jacobian)
    times = s + length * (NODES + 1) / 2
    if last is not None and length <= 3 * last.length:
        stages = last.velocity(times)
    else:
        stages = np.tile(velocity(s, q), (STAGES, 1))
    before = math.inf
    for _ in range(20):
        points = q + length * INTEGRALS @ stages
        residual = np.array([velocity(*at) for at in zip(times.tolist(), points, strict=True)]) - stages
        if not np.isfinite(residual).all():
            return None
        change = 2 * (MODES @ np.einsum("kij,kj->ki", inverse, FROM_STAGES @ residual)).real
        stages = stages + change
        size = length * float(np.linalg.norm(change, axis=1).max())
        if size <= 0.01 * tolerance or (size <= tolerance and size > 0.3 * before):
            return Step(s, length, q, SERIES @ stages)
        if size > 0.9 * before:
            return None
        before = size
    return None
