"""Continuous time: the flows that the methods of section 2 follow as eta -> 0 (eq. 10), to their limits."""

import math
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import singledispatch
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._core import (
    Affine,
    Constant,
    Constraint,
    DualMomentum,
    GroupNorm,
    Loss,
    Lp,
    Method,
    MirrorDescent,
    Momentum,
    NaturalGradient,
    Norm,
    Potential,
    PrimalMomentum,
    Problem,
    Schatten,
    Simplex,
    SquaredLp,
    SteepestDescent,
    WeightedNorm,
    registry,
)
from .errors import DomainError, ImplicitBiasError, InvalidTypeError, InvalidValueError
from .oracle import strictly_convex
from .run import Run
from .sample_rows import dense_rows, moderate

Array = NDArray[np.float64]

# Whether a flow is stiff, so that stability limits the explicit steps, is asked whenever so many are done.
_PROBATION = 300
_LARGEST_NUMBER_OF_STEPS = 20000
# Errors of the path in stiff stretches, relative to its length. The limit of a mirror flow does not feel
# them: its dual variables stay on the data manifold whatever the steps.
_STIFF_DUAL_TOLERANCE = 1e-8
_EPSILON = float(np.finfo(float).eps)


@dataclass(frozen=True, eq=False)
class Flow:
    """A flow from its start to its limit point.

    Attributes
    ----------
    problem : Problem
    method : Method
    w0 : ndarray
        The start that was asked for, of the problem's parameter shape.
    t : ndarray of shape (k,)
        Times, from 0: t = sum of the step sizes that a discrete run would take.
    path : ndarray of shape (k, *w.shape)
        The points passed at these times. Under a constraint the first is the Bregman projection of w0 on it,
        to which the first step jumps however small it is.
    residual : float
        Euclidean norm |Xw - y| at the end: at rounding level where the limit fits the data.
    error : float
        Estimated distance of `w` from the limit: how far away the same flow ends when it is integrated and
        stopped with tolerances a hundred times coarser. Infinite where either does not come to rest.
    converged : bool
        Whether the path came to rest. Its limit need not fit the data: see `residual` and `message`.
    message : str
        Where it ended and why, in a sentence.
    """

    problem: Problem
    method: Method
    w0: Array = field(repr=False)
    t: Array = field(repr=False)
    path: Array = field(repr=False)
    residual: float
    error: float
    converged: bool
    message: str

    @property
    def w(self) -> Array:
        """The limit point, a copy; where not `converged`, the last point."""
        limit: Array = self.path[-1].copy()
        return limit


def flow(
    problem: Problem,
    method: Method,
    w0: ArrayLike | None = None,
    *,
    tolerance: float = 1e-12,
    max_seconds: float = 60.0,
) -> Flow:
    """Follow the small-step limit of a method to its limit point.

    Parameters
    ----------
    problem : Problem
        With a loss of a unique finite root; for monotone losses there is a limit direction only.
    method : MirrorDescent, NaturalGradient or SteepestDescent
    w0 : array_like, optional
        Start, of the problem's parameter shape; by default the method's own, as in `Run`.
    tolerance : float, optional
        Error of a step relative to the way so far, from 1e-13 to 1e-3.
    max_seconds : float, optional
        A flow that takes longer is returned as it is, not `converged`.

    Returns
    -------
    Flow

    Raises
    ------
    InvalidTypeError
        If the loss is monotone, or the method's small-step limit is not a differential equation: l1 and linf
        steepest descent, scheduled momentum.
    InvalidValueError
        If an argument does not fit; the message names it.
    DomainError
        If `w0` is outside the domain, or the flow leaves it, as a metric of your own may make it; for the
        natural gradient of SquaredLp(p < 2) also if a coordinate of `w0` is 0.

    Notes
    -----
    - Mirror descent (eq. 5): d grad psi(w) / dt = -grad L(w). The multipliers of the samples are integrated,
      so that grad psi(w(t)) - grad psi(w(0)) is in the row space of X by construction. Under a constraint it
      is the flow of psi restricted to the constraint set (Theorem 1a), which every w(t) is in.
    - Natural gradient (eqs. 9-10): dw/dt = -H(w)^-1 grad L(w). Where H is a potential's Hessian that is the
      mirror flow, and integrated as such.
    - Steepest descent (eq. 11): dw/dt = argmin_v <grad L(w), v> + |v|^2 / 2, for norms whose step depends
      continuously on the gradient. Its limit is in general *not* the minimum-norm solution (Example 4).
      In Lp(p) with p > 2 the step is not smooth where a partial derivative vanishes, and from about p = 5
      that may take more steps than are allowed (see `Flow.converged`).
    - Momentum (eqs. 7-8) with constant coefficients, 0 <= beta < 1: as eta -> 0 the increments are small
      and vary slowly. In the dual, dz(t) = beta dz(t-1) - eta grad L settles at -eta grad L / (1 - beta).
      In the primal, grad psi(w + dw) and grad psi(w + beta dw) differ from grad psi(w) by H dw and beta H dw
      up to eta^2, so that H (dw(t) - beta dw(t-1)) = -eta grad L settles at the same. Both follow the flow
      without momentum 1 / (1 - beta) times as fast, to the same limit; gamma plays no part.

    Steps are taken by SciPy's DOP853, and by BDF where the flow is stiff.
    """
    if not isinstance(problem, Problem):
        raise InvalidTypeError(f"problem: expected a Problem, got {type(problem).__name__}")
    if not isinstance(method, Method):
        raise InvalidTypeError(f"method: expected a Method, got {type(method).__name__}")
    if problem.loss.monotone:
        raise InvalidTypeError(
            f"problem: expected a loss with a finite root, got {problem.loss!r}, under which w(t) grows "
            "without end: it has a limit direction and no limit point"
        )
    if not (isinstance(tolerance, float) and 1e-13 <= tolerance <= 1e-3):
        raise InvalidValueError(f"tolerance: expected a float from 1e-13 to 1e-3, got {tolerance!r}")
    if isinstance(max_seconds, bool) or not (isinstance(max_seconds, int | float) and max_seconds > 0):
        raise InvalidValueError(f"max_seconds: expected a positive number, got {max_seconds!r}")
    deadline = time.monotonic() + min(max_seconds, 1e9)
    start = Run(problem, method, Constant(1.0), w0=w0).w
    data = _Data(problem)
    motion = _motion(method, data, start)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of trial steps
        motion.velocity(motion.point(motion.start))  # what is wrong at the start is not the flow's doing
        course = _follow(data, motion, tolerance, deadline)
        rough = _follow(data, motion, 100 * tolerance, deadline) if course.converged else course
    path = np.array(course.points)
    residual = float(np.linalg.norm(data.residuals(path[-1])))
    return Flow(
        problem=problem,
        method=method,
        w0=start,
        t=motion.slowness * np.array(course.times),
        path=path.reshape(-1, *problem.shape),
        residual=residual,
        error=float(np.linalg.norm(path[-1] - rough.points[-1])) if rough.converged else math.inf,
        converged=course.converged,
        message=f"{course.message}: |Xw - y| = {residual:.2g}",
    )


class _Data:
    """The problem on flat parameters."""

    def __init__(self, problem: Problem) -> None:
        self.shape: tuple[int, ...] = problem.shape
        self.y: Array = moderate(problem.y, "y")
        self.X: Array = dense_rows(moderate(problem.X))
        self._sizes = np.abs(self.X)
        self._loss: Loss = problem.loss

    def residuals(self, w: Array) -> Array:
        return self.X @ w - self.y

    def slopes(self, w: Array) -> Array:
        """Return l'(r_n)."""
        _, log_scale, slopes = self._loss.evaluate(self.residuals(w))
        return math.exp(log_scale) * slopes

    def scale(self, w: Array) -> float:
        """Return what the residual's rounding is relative to."""
        return float(np.linalg.norm(self._sizes @ np.abs(w) + np.abs(self.y)))


@dataclass(frozen=True)
class _Motion:
    """dq/dt = velocity(point(q)) in coordinates q that suit the method, with w = point(q)."""

    start: Array
    point: Callable[[Array], Array]
    velocity: Callable[[Array], Array]
    gradient: Array  # its product with l'(r_n) is 0 where L is stationary, given the constraint
    dual: bool  # whether the limit is the same for whatever path within these coordinates
    lipschitz: bool = True
    slowness: float = 1.0  # how much longer it takes by this clock than by the method's


@singledispatch
def _motion(method: Method, data: _Data, w0: Array) -> _Motion:
    raise InvalidTypeError(
        f"method: expected MirrorDescent, NaturalGradient or SteepestDescent, whose small-step limits are "
        f"flows of w, got {type(method).__name__}"
    )


@_motion.register
def _(method: MirrorDescent, data: _Data, w0: Array) -> _Motion:
    return _mirror(method.potential, method.constraint, data, w0, _slowness(method.momentum))


@_motion.register
def _(method: NaturalGradient, data: _Data, w0: Array) -> _Motion:
    metric = method.potential
    if isinstance(metric, Potential):
        zeros = np.argwhere(w0 == 0)
        if isinstance(metric, SquaredLp) and metric.p < 2 and len(zeros):
            where = ", ".join(str(i) for i in zeros[0])
            raise DomainError(
                f"w0: w[{where}] = 0, where the Hessian of {metric!r} is infinite: natural gradient descent "
                "never moves that coordinate, and its small-step limit is no mirror flow; start elsewhere, "
                "or use MirrorDescent"
            )
        return _mirror(metric, None, data, w0)

    def velocity(w: Array) -> Array:
        gradient = data.X.T @ data.slopes(w)
        return -metric.solve(w.reshape(data.shape), gradient.reshape(data.shape)).ravel()

    return _Motion(w0.ravel(), _same, velocity, data.X.T, dual=False)


@_motion.register
def _(method: SteepestDescent, data: _Data, w0: Array) -> _Motion:
    norm: Norm = method.norm
    if type(norm) in registry["norms"] and not strictly_convex(norm):
        jumps: dict[Norm, tuple[str, str]] = {
            Lp(1): ("where partial derivatives tie", "; paths.stagewise follows it by small steps"),
            Lp(math.inf): ("where a partial derivative changes its sign", ""),
        }
        where, other = jumps.get(norm, ("where several steps are steepest", ""))
        raise InvalidTypeError(
            f"method: expected a norm whose steepest step depends continuously on the gradient, such as "
            f"Lp(p) with 1 < p < inf, got {norm!r}: its step jumps {where}, and the small-step limit slides "
            f"along there, which no differential equation says{other}"
        )

    def velocity(w: Array) -> Array:
        gradient = data.X.T @ data.slopes(w)
        return norm.steepest(gradient.reshape(data.shape)).ravel()

    # Where p > 2 the step grows like |g_i|^(1/(p-1)) from g_i = 0 (or a group's, a singular value's). It is
    # monotone in g, so that the flow is unique, but implicit methods fare worse on it than explicit ones.
    lipschitz = max(_exponents(norm)) <= 2
    return _Motion(w0.ravel(), _same, velocity, data.X.T, dual=False, lipschitz=lipschitz)


def _exponents(norm: Norm) -> tuple[float, ...]:
    match norm:
        case Lp() | Schatten():
            return (norm.p,)
        case GroupNorm():
            return norm.p, norm.q
        case WeightedNorm():
            return _exponents(norm.norm)
    return (2.0,)


def _same(q: Array) -> Array:
    return q


def _slowness(momentum: Momentum | None) -> float:
    if momentum is None:
        return 1.0
    if not isinstance(momentum, DualMomentum | PrimalMomentum):
        raise InvalidTypeError(
            f"method: expected DualMomentum or PrimalMomentum, got {type(momentum).__name__}"
        )
    beta = momentum.beta
    for name, value in (("beta", beta), ("gamma", momentum.gamma)):
        if np.ndim(value):
            raise InvalidTypeError(
                f"method: expected momentum with constant coefficients, got an array as {name}: a "
                "coefficient for each step has no small-step limit"
            )
    if beta >= 1:
        raise InvalidValueError(
            f"method: expected momentum with beta < 1, got beta = {beta:g}, which never forgets its first "
            "steps: no first-order flow is its small-step limit"
        )
    return 1.0 - float(beta)


def _mirror(
    potential: Potential, constraint: Constraint | None, data: _Data, w0: Array, slowness: float = 1.0
) -> _Motion:
    """The mirror flow: z = z0 + Q q with an orthonormal basis Q of the row space, X' = Q R.

    Under a constraint only the samples' parts across its rows move w.
    """
    z0 = potential.link(w0).ravel()
    inverse_link = _inverse_link(potential, constraint, data.shape)
    along = np.linalg.qr(_rows(constraint, len(z0)).T)[0]
    samples = data.X.T
    basis, R = np.linalg.qr(samples - along @ (along.T @ samples))

    def point(q: Array) -> Array:
        return inverse_link(z0 + basis @ q)

    def velocity(w: Array) -> Array:
        return -(R @ data.slopes(w))

    return _Motion(np.zeros(basis.shape[1]), point, velocity, R, dual=True, slowness=slowness)


def _rows(constraint: Constraint | None, dimension: int) -> Array:
    if constraint is None:
        return np.zeros((0, dimension))
    if isinstance(constraint, Simplex):
        return np.ones((1, dimension))
    if isinstance(constraint, Affine):
        rows: Array = constraint.G
        return rows
    raise InvalidTypeError(f"method: expected the constraint Affine or Simplex, got {constraint!r}")


def _inverse_link(
    potential: Potential, constraint: Constraint | None, shape: tuple[int, ...]
) -> Callable[[Array], Array]:
    """Return z -> argmin psi(w) - <z, w>, over the constraint set if there is one, on flat vectors."""

    def free(z: Array) -> Array:
        return potential.inverse_link(z.reshape(shape)).ravel()

    def on_simplex(z: Array) -> Array:
        w = np.exp(z - z.max())
        normalised: Array = w / w.sum()
        return normalised

    if isinstance(constraint, Affine):
        return _AffineProjection(potential, constraint, shape, free)
    return free if constraint is None else on_simplex


class _AffineProjection:
    """z -> the w in {Gw = h} with grad psi(w) - z in the row space of G, by Newton on the multipliers.

    It starts from the multipliers of the call before, which along a path are nearly right.
    """

    def __init__(
        self,
        potential: Potential,
        constraint: Affine,
        shape: tuple[int, ...],
        inverse_link: Callable[[Array], Array],
    ) -> None:
        self._potential, self._shape, self._inverse_link = potential, shape, inverse_link
        self._G, self._h = constraint.G, constraint.h
        self._multipliers = np.zeros(len(self._h))

    def __call__(self, z: Array) -> Array:
        try:
            return self._solve(z)
        except ImplicitBiasError:
            self._multipliers = np.zeros(len(self._h))
            return self._solve(z)

    def _solve(self, z: Array) -> Array:
        G, h = self._G, self._h
        multipliers = self._multipliers
        w = self._inverse_link(z + multipliers @ G)
        misfit = h - G @ w
        for _ in range(100):
            rounding = _EPSILON * float(np.linalg.norm(np.abs(G) @ np.abs(w) + np.abs(h)))
            size = float(np.linalg.norm(misfit))
            if size <= 2 * rounding:
                break
            step = self._newton_step(w, misfit)
            for length in 0.5 ** np.arange(40):
                trial = multipliers + length * step
                trial_w = self._inverse_link(z + trial @ G)
                trial_misfit = h - G @ trial_w
                if float(np.linalg.norm(trial_misfit)) < size:
                    multipliers, w, misfit = trial, trial_w, trial_misfit
                    break
            else:
                if size <= 1e4 * rounding:  # rounding stops it here
                    break
                raise DomainError(
                    f"the projection on {{G w = h}} does not converge: |G w - h| = {size:.2g}; the set may "
                    "not meet the potential's domain"
                )
        self._multipliers = multipliers
        return w

    def _newton_step(self, w: Array, misfit: Array) -> Array:
        """Return (G H(w)^-1 G')^-1 misfit, or a gradient step where H is singular (SquaredLp at 0)."""
        parameter = w.reshape(self._shape)
        try:
            columns = [self._potential.solve(parameter, row.reshape(self._shape)).ravel() for row in self._G]
            step = np.linalg.lstsq(self._G @ np.array(columns).T, misfit)[0]
        except (ImplicitBiasError, np.linalg.LinAlgError):
            return misfit
        return step.astype(np.float64) if bool(np.isfinite(step).all()) else misfit


@dataclass
class _Course:
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

    def end(self, t: float, w: Array, message: str, converged: bool) -> "_Course":
        if t > self.times[-1]:
            self.times.append(t)
            self.points.append(w)
        self.message, self.converged = message, converged
        return self


def _follow(data: _Data, motion: _Motion, tolerance: float, deadline: float) -> _Course:
    """Integrate until the residual is at rounding level or nothing moves."""
    t, q, w = 0.0, motion.start, motion.point(motion.start)
    course, watch = _Course([t], [w]), _Watch(data, motion, w, tolerance)
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

    def __init__(self, data: _Data, motion: _Motion, w: Array, tolerance: float) -> None:
        self._data, self._motion = data, motion
        # In units of rounding: finer than the integration, and coarser with it.
        self._fit = max(1e-2 * tolerance, 50 * _EPSILON)
        self._start, self._t, self._w = w, 0.0, w
        self._fastest = 0.0
        self._best, self._since_best = math.inf, 0

    def ending(self, t: float, q: Array, w: Array) -> str:
        """Say where the flow has come to rest; empty while it has not."""
        residual, scale = float(np.linalg.norm(self._data.residuals(w))), self._data.scale(w)
        # The loss of a flow falls: what no longer does is rounding.
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
            return ""  # to go on until it is rounding
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


def _steps(data: _Data, motion: _Motion, tolerance: float) -> Iterator[tuple[float, Array]]:
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
            return np.full(q.shape, math.nan)  # both solvers then try a shorter one

    def slope(q: Array, direction: Array) -> Array:
        shift = max(min(1e-3 * allowance.ahead, 1e-6 * allowance.way), 1e-8 * _rms(q))
        change = derivative(0, q + shift * direction) - derivative(0, q - shift * direction)
        finite: Array = np.nan_to_num(change / (2 * shift), posinf=0, neginf=0)
        return finite

    def jacobian(t: float, q: Array) -> Array:
        return np.array([slope(q, direction) for direction in np.eye(len(q))]).T

    def largest_rate(q: Array) -> float:
        """Of the linearised flow, by power iteration."""
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

    def __init__(self, data: _Data, motion: _Motion) -> None:
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
