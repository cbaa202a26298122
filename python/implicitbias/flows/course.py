"""A flow on its way: its steps, their errors, and whether it has come to rest."""

import math
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np

from .._types import Array
from ..errors import DomainError, ImplicitBiasError
from .motion import Data, Motion

# Steps between two tests for stiffness, that is, for stability rather than accuracy limiting them.
_PROBATION = 300
_LARGEST_NUMBER_OF_STEPS = 20000
# Errors of the path in stiff stretches, relative to its length. The limit of a mirror flow does not feel
# them: its dual variables stay on the data manifold whatever the steps.
_STIFF_DUAL_TOLERANCE = 1e-8
_EPSILON = float(np.finfo(float).eps)


@dataclass
class Course:
    """A flow as it is integrated: the rows kept, and how it ended."""

    times: list[float]
    points: list[Array]
    converged: bool = False
    message: str = ""

    def keep(self, t: float, w: Array) -> None:
        """Keep a row if t has grown by 1 %, so that rows are dense where things happen and few in all."""
        if t >= 1.01 * self.times[-1]:
            self.times.append(t)
            self.points.append(w)

    def end(self, t: float, w: Array, message: str, converged: bool) -> "Course":
        """End here; return the course."""
        if t > self.times[-1]:
            self.times.append(t)
            self.points.append(w)
        self.message, self.converged = message, converged
        return self


def follow(data: Data, motion: Motion, tolerance: float, deadline: float) -> Course:
    """Integrate until the residual is at rounding level or nothing moves."""
    t, q, w = 0.0, motion.start, motion.point(motion.start)
    course, watch = Course([t], [w]), _Watch(data, motion, w, tolerance)
    times = [t]
    steps = _steps(data, motion, tolerance)
    while not (ending := watch.ending(t, q, w)):
        if time.monotonic() > deadline:
            return course.end(t, w, f"is not at rest when its time is up, at t = {t:.3g}", False)
        if len(times) > _LARGEST_NUMBER_OF_STEPS:
            return course.end(t, w, f"is not at rest after {len(times) - 1} steps, at t = {t:.3g}", False)
        stuck = len(times) > 300 and t - times[-300] <= 1e4 * tolerance * t
        step = None if stuck else next(steps, None)
        if step is None:
            return course.end(
                t, w, f"the velocity jumps at t = {t:.6g}, where the steps become too small", False
            )
        t, q = step
        w = motion.point(q)
        course.keep(t, w)
        times.append(t)
    return course.end(t, w, ending, True)


class _Watch:
    """Sees whether a flow has come to rest."""

    def __init__(self, data: Data, motion: Motion, w: Array, tolerance: float) -> None:
        self._data, self._motion = data, motion
        # A fit is told more finely than the path is integrated, and never below rounding.
        self._fit = max(1e-2 * tolerance, 50 * _EPSILON)
        self._start, self._t, self._w = w, 0.0, w
        self._fastest = 0.0
        self._best, self._since_best = math.inf, 0

    def ending(self, t: float, q: Array, w: Array) -> str:
        """Say where the flow has come to rest; empty while it has not."""
        residual, scale = float(np.linalg.norm(self._data.residuals(w))), self._data.scale(w)
        # The loss of a flow falls: where it does not any more, all that is left is rounding.
        self._since_best = 0 if residual < self._best else self._since_best + 1
        self._best = min(self._best, residual)
        if residual <= self._fit * scale or (self._since_best >= 50 and residual <= 1e-10 * scale):
            return "fits the data"
        slopes = self._data.slopes(w)
        gradient = float(np.linalg.norm(self._motion.gradient @ slopes))
        terms = float(np.linalg.norm(np.abs(self._motion.gradient) @ np.abs(slopes)))
        if gradient > 50 * _EPSILON * terms and not self._still(t, q, w):
            return ""
        if residual <= 1e-10 * scale:
            return ""  # the flow goes on until its residual is rounding
        unfitted = np.abs(self._data.residuals(w)) > 1e-10 * scale
        if gradient <= 1e-9 * terms or not slopes[unfitted].any():
            return "rests at a stationary point of L that does not fit the data"
        # The dual variables tell a boundary from a long wait before it is left.
        return "rests at the boundary of the domain, where grad L is not 0" if self._motion.dual else ""

    def _still(self, t: float, q: Array, w: Array) -> bool:
        """Whether it is slow, would not move in ten times the time so far, nor go far in a million times."""
        if t == 0:
            return False
        speed = float(np.linalg.norm(w - self._w)) / (t - self._t)
        self._t, self._w, self._fastest = t, w, max(speed, self._fastest)
        if speed > 1e-6 * self._fastest:
            return False
        size = min(float(np.linalg.norm(w)), float(np.linalg.norm(w - self._start)))
        velocity = self._motion.velocity(w)
        for later, change in ((10 * t, 1e4 * self._fit), (1e6 * t, 0.1)):
            try:
                ahead = self._motion.point(q + later * velocity)
            except ImplicitBiasError:
                return False
            if not float(np.linalg.norm(ahead - w)) <= change * size:
                return False
        return True


def _steps(data: Data, motion: Motion, tolerance: float) -> Iterator[tuple[float, Array]]:
    """Yield t and q after each step: DOP853's, and once the flow proves stiff, BDF's."""
    from scipy.integrate import BDF, DOP853

    class Careful(DOP853):  # type: ignore[misc]
        """DOP853, whose error estimate is a square over a norm and can vanish by chance at a kink."""

        def _estimate_error_norm(self, K: Array, h: float, scale: Array) -> float:
            fifth_order = h * _rms(np.dot(K.T, self.E5) / scale)
            return max(float(super()._estimate_error_norm(K, h, scale)), fifth_order)

    failure = ""

    def derivative(t: float, q: Array) -> Array:
        nonlocal failure
        try:
            return motion.velocity(motion.point(q))
        except ImplicitBiasError as error:  # trial steps may be far too long
            if np.isfinite(q).all():
                failure = str(error)
            return np.full(q.shape, math.nan)  # both solvers answer NaN with a shorter step

    def slope(q: Array, direction: Array) -> Array:
        shift = max(min(1e-3 * allowance.ahead, 1e-6 * allowance.way), 1e-8 * _rms(q))
        change = derivative(0, q + shift * direction) - derivative(0, q - shift * direction)
        finite: Array = np.nan_to_num(change / (2 * shift), posinf=0, neginf=0)
        return finite

    def jacobian(t: float, q: Array) -> Array:
        return np.array([slope(q, direction) for direction in np.eye(len(q))]).T

    def largest_rate(q: Array) -> float:
        """Of the linearized flow, by power iteration."""
        rate, direction = 0.0, np.random.default_rng(0).standard_normal(len(q))
        for _ in range(20):
            direction = slope(q, direction / float(np.linalg.norm(direction)))
            rate = float(np.linalg.norm(direction))
            if not rate > 0:
                break
        return rate

    def first_step() -> float:
        """So short that the velocity hardly changes."""
        velocity, step = derivative(0, motion.start), 1.0
        while not _rms(derivative(0, motion.start + step * velocity) - velocity) <= 1e-2 * _rms(velocity):
            step /= 10
        return step

    allowance = _Allowance(data, motion)
    elapsed, explicit = 0.0, True
    lengths: list[float] = []
    solver: Any = Careful(derivative, 0.0, motion.start, math.inf, first_step=first_step())
    for step in count(1):
        solver.rtol = 0.0
        solver.atol = allowance.error(elapsed + solver.t, solver.y, solver.h_abs, tolerance)
        solver.step()
        if solver.status == "failed":
            if failure:
                raise DomainError(f"the flow leaves the domain at t = {elapsed + solver.t:.6g}: {failure}")
            return
        failure = ""
        yield elapsed + solver.t, solver.y
        lengths.append(solver.step_size)
        if explicit and motion.lipschitz and step % _PROBATION == 0:
            explicit = bool(np.median(lengths[-_PROBATION // 2 :]) * largest_rate(solver.y) < 2)
            if not explicit:
                elapsed += solver.t
                if motion.dual:
                    tolerance = max(tolerance, _STIFF_DUAL_TOLERANCE)
                # BDF takes from rtol how far its Newton iterations go.
                solver = BDF(
                    derivative, 0.0, solver.y, math.inf, rtol=1e-3, jac=jacobian, first_step=solver.h_abs
                )


class _Allowance:
    """The error a step may make: relative to the way so far, smaller than what is ahead, above rounding."""

    def __init__(self, data: Data, motion: Motion) -> None:
        self._data, self._motion = data, motion
        self._earlier: deque[tuple[float, Array]] = deque()  # times and velocities, from about 0.95 t on
        self._steepness = 0.0
        self.way, self.ahead = 0.0, 0.0

    def error(self, t: float, q: Array, step: float, tolerance: float) -> float:
        """Return the root mean square error allowed a step of this length from q, at time t."""
        w = self._motion.point(q)
        velocity = self._motion.velocity(w)
        speed = bend = _rms(velocity)
        # Where w is at the boundary its dual variables drift on for ever: only the velocity's change counts.
        self._earlier.append((t, velocity))
        while len(self._earlier) > 2 and self._earlier[1][0] <= 0.95 * t:
            self._earlier.popleft()
        if len(self._earlier) > 1:
            bend = min(speed, _rms(velocity - self._earlier[0][1]))
        self.ahead = bend * step
        self.way = max(_rms(q - self._motion.start), self.ahead)
        # The residual's rounding enters by the velocity, which was |v| / |r| times larger where that is most.
        residual, scale = float(np.linalg.norm(self._data.residuals(w))), self._data.scale(w)
        if residual > 0:
            self._steepness = max(self._steepness, speed / residual)
        rounding = 4 * _EPSILON * (_rms(q) + step * self._steepness * scale)
        return max(min(tolerance * self.way, 1e-3 * self.ahead), rounding)


def _rms(v: Array) -> float:
    return float(np.linalg.norm(v)) / math.sqrt(len(v))
