"""Fast-forward: where a run is at t = 10^300, from the differential equation that its iterates follow."""

import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import singledispatch
from typing import NoReturn

import numpy as np
from threadpoolctl import threadpool_limits

from ... import _arguments
from ..._core import (
    AdaGrad,
    Adam,
    Constant,
    FactorizedGradientDescent,
    LogSpaced,
    LossNormalized,
    Lp,
    Method,
    MirrorDescent,
    Polynomial,
    RMSProp,
    SteepestDescent,
    StepSize,
)
from ..._types import Array, is_number
from ...arithmetic.lp_norm import lp_norm
from ...errors import InvalidTypeError, InvalidValueError
from ...nouns.bare_descent import norm_of_bare_descent
from ...nouns.of_ones_own import is_strictly_convex
from ...problems.linear_model import require_linear
from ...problems.rows import moderate, samples_of
from ..trajectory import power_of_ten
from ..view import RunView
from .alternating_path import AlternatingPath, alternates
from .collocation import StuckError
from .jumping_path import JUMPING, JumpingPath
from .mean_path import MeanPath
from .no_curve import why_no_curve
from .recalling_path import RecallingPath
from .resting_path import RestingPath, weight_decay
from .singular_path import SingularPath, jumps_between_singular_vectors
from .sliding_flow import SlidingFlow
from .smooth_path import SmoothPath

LARGEST_COUNT = 2**53  # a double counts iterations up to here
_LAST = 10**7  # the latest leap that is checked by iterating on
_EPSILON = float(np.finfo(float).eps)
_OF_W = 1e-3  # an error of more than this part of |w| says nothing of w, whatever the tolerance
_FINEST = 1e-11  # the smallest error, absolute, that integrations with errors of 1e-13 can tell
_LN10 = math.log(10)


def fast_forward(
    run: RunView,
    advance_to: Callable[[int], None],
    until: float | None,
    until_log10: float | None,
    tolerance: float | None,
) -> None:
    """Do what `Run.fast_forward` says, on a run that this thread has taken and advances so."""
    end = _end(run, until, until_log10)
    tolerance = None if tolerance is None else _arguments.tolerance(tolerance)
    _require_a_flow(run)
    path = _mean_path(run)
    tolerance = tolerance or path.tolerance
    start, error = max(run._loop.t, path.earliest), math.inf
    if not _iterate(run, advance_to, start, end):
        return
    path.look()
    fresh = start >= _LAST

    def leaps(more: int) -> bool:
        """Iterate, and leap as soon as that can be done; return whether the end is reached."""
        nonlocal error
        t = run._loop.t
        looks = np.geomspace(t, t + more, path.looks + 1)[1:].tolist() if more else [t]
        for look in looks:
            if more:
                if not _iterate(run, advance_to, round(look), end):
                    return True
                path.look()
            if look is looks[-1] or path.ready():
                leap = _leap(path, run, end, tolerance)
                if isinstance(leap, _Leap):
                    leap.take(run)
                    return True
                error = leap
        return False

    while run._loop.t < _LAST:
        if leaps(9 * run._loop.t):
            return
    more = path.alone(fresh)
    if more is None or not leaps(more):
        _refuse(run, tolerance, error)


def _mean_path(run: RunView) -> MeanPath:
    flow = _sliding_flow(run.method)
    if flow:
        return JumpingPath(run, flow)
    if jumps_between_singular_vectors(run.method):
        return SingularPath(run)
    if weight_decay(run.method):
        return RestingPath(run)
    if run._loop.equation().lag:
        return RecallingPath(run)
    return AlternatingPath(run) if alternates(run) else SmoothPath(run)


def _sliding_flow(method: Method) -> type[SlidingFlow] | None:
    norm = norm_of_bare_descent(method)
    return JUMPING.get(norm) if isinstance(norm, Lp) else None  # norms of one's own need have no hash


def _refuse(run: RunView, tolerance: float, error: float, rounding: bool = False) -> NoReturn:
    at = f"t = {run.t:,}" if isinstance(run.t, int) else f"t = 10^{run._loop.log10_t:g}"
    if error < 0.5:
        could = f"{2 * error:.1e} could"
    elif rounding:
        could = "none could: w is so large that rounding alone moves it by more"
    else:
        could = "none could: the iterates follow no smooth curve yet; take smaller steps, or advance first"
        if weight_decay(run.method):
            could = "none could: w is not at rest yet, after many 1 / (eta weight_decay) iterations it is"
        elif _sliding_flow(run.method):
            could += ", or ties change while samples fade that they rest on"
            could += "; implicitbias.max_margin has the limit's margin"
        elif jumps_between_singular_vectors(run.method):
            could += ", or samples are too few for what singular values that tie or vanish do"
    raise InvalidValueError(f"tolerance: {tolerance:g} cannot be met by a leap from {at}; {could}")


@dataclass(frozen=True)
class Time:
    """A time to be recorded: t itself up to 2^53, log10 t alone where t overflows."""

    t: float
    log10_t: float

    @classmethod
    def power_of_ten(cls, log10_t: float) -> "Time":
        """Return the time nearest to 10^log10_t: an iteration, where they are counted."""
        t = power_of_ten(log10_t)
        return cls(t, log10_t) if t > LARGEST_COUNT else cls.iteration(round(t))

    @classmethod
    def iteration(cls, t: int) -> "Time":
        """Return the time of an iteration."""
        return cls(t, math.log10(t) if t else -math.inf)


def _end(run: RunView, until: float | None, until_log10: float | None) -> Time:
    if until is not None and until_log10 is not None:
        raise InvalidValueError("until_log10: expected none beside until")
    name, value = ("until", 1e300 if until is None else until)
    if until_log10 is not None:
        name, value = "until_log10", until_log10
    if not is_number(value):
        _arguments.refuse(name, "a number", value)
    try:
        value = float(value)
    except OverflowError:
        raise InvalidValueError(f"{name}: the number is too large for a float; use until_log10") from None
    if name == "until" and 0 < value <= LARGEST_COUNT:
        end = Time.iteration(round(value))
    elif math.isfinite(value) and (name == "until_log10" or value > 0):
        end = Time.power_of_ten(math.log10(value) if name == "until" else value)
    else:
        raise InvalidValueError(f"{name}: expected a finite number beyond t = {run.t}, got {value!r}")
    if not end.log10_t > run._loop.log10_t:
        raise InvalidValueError(f"{name}: expected more than t = {run.t}, where the run is, got {value!r}")
    return end


def _require_a_flow(run: RunView) -> None:
    loss = run.problem.loss
    require_linear(run.problem, "fast_forward")
    moderate(samples_of(run.problem))
    if not (loss.monotone and loss.convex and loss.exponential_tail):
        why = ": with a finite root a run converges geometrically, and needs no leap"
        raise InvalidTypeError(
            "problem: expected a convex loss with an exponential tail (Exponential, Logistic, CrossEntropy, "
            "MulticlassExponential, PairwiseLogistic, or one of your own that states convex and "
            f"exponential_tail), got {loss!r}{'' if loss.monotone else why}"
        )
    if run.batch is not None:
        raise InvalidValueError("batch: expected none; random batches follow no differential equation")
    _require_smooth_steps(run.step_size)
    if weight_decay(run.method) and isinstance(run.step_size, LossNormalized):
        _refuse_steps(run.step_size, "under weight decay the cap need not bind for ever")
    if missing := why_no_curve(run.method):
        raise InvalidTypeError(f"method: expected {missing}")
    _require_smooth(run.method)


def _refuse_steps(step_size: StepSize, why: str) -> NoReturn:
    raise InvalidTypeError(
        f"step_size: expected Constant, Polynomial or a capped LossNormalized, got {step_size!r}: {why}"
    )


def _require_smooth_steps(step_size: StepSize) -> None:
    match step_size:
        case Constant():
            return
        case Polynomial():
            if step_size.power > 1:
                _refuse_steps(step_size, "their sum is finite, and w(t) converges without a leap")
        case LossNormalized():
            if not isinstance(step_size.scale, float):
                _refuse_steps(step_size, "whether the cap binds for ever depends on a scale that changes")
            if step_size.cap == math.inf:
                why = (
                    "they need no leap: in strictly convex norms the margin gap closes like 1 / t; in others "
                )
                _refuse_steps(
                    step_size, f"{why}it may come to rest, and a cap mends that; or write Constant(eta)"
                )
        case _:
            _refuse_steps(step_size, "they have no form beyond the iterations that are taken")


@singledispatch
def _require_smooth(method: Method) -> None:
    raise InvalidTypeError(
        "method: expected SteepestDescent, MirrorDescent, AdaGrad, Adam, RMSProp or "
        f"FactorizedGradientDescent, got {method!r}"
    )


@_require_smooth.register
def _(method: SteepestDescent) -> None:
    jumps = _sliding_flow(method) or jumps_between_singular_vectors(method)
    if method.momentum is None and not is_strictly_convex(method.norm) and not jumps:
        raise InvalidTypeError(
            "method: expected a norm whose steepest step depends continuously on the gradient, such as Lp(p) "
            "with 1 < p < inf or QuadraticNorm(D), or Lp(1) and Lp(inf), Schatten(1) and Schatten(inf), got "
            f"{method.norm!r}: its iterates jump between several steepest steps, and what they follow is "
            "known for these alone"
        )


@_require_smooth.register
def _(method: MirrorDescent) -> None:
    if method.constraint is not None:
        raise InvalidTypeError(f"method: expected none with a constraint, got {method.constraint!r}")


@_require_smooth.register
def _(method: AdaGrad | FactorizedGradientDescent | Adam | RMSProp) -> None:
    pass


def _iterate(run: RunView, advance_to: Callable[[int], None], until: int, end: Time) -> bool:
    """Iterate; return whether the end is still ahead."""
    if run._loop.t < until:
        advance_to(int(min(until, end.t)))
    return run._loop.t >= until and run._loop.log10_t < end.log10_t


@dataclass(frozen=True)
class _Leap:
    """The rows that a run will have."""

    times: list[Time]
    coordinates: Array
    errors: Array

    def take(self, run: RunView) -> None:
        for time, q, error in zip(self.times, self.coordinates, self.errors.tolist(), strict=True):
            run._loop.leap(time.t, time.log10_t, q, error)


def _leap(path: MeanPath, run: RunView, end: Time, tolerance: float) -> "_Leap | float":
    """Integrate from the current state to the end, or return the error that is too large."""
    if run.margin <= 0 and not weight_decay(run.method) and not _separable(run):
        return math.inf
    size = lp_norm(run.w, 2)
    if _OF_W * size < _FINEST:
        raise InvalidValueError(
            f"w: expected a size of at least {_FINEST / _OF_W:g} for a leap, whose errors are absolute, got "
            f"|w| = {size:.2g} at t = {run.t:,}; take larger steps, or divide X by a number"
        )
    tolerance = min(tolerance, _OF_W * size)
    # The rounding of a row grows with w, like log t. No further iterations would help.
    rounding = 8 * _EPSILON * size * end.log10_t / run._loop.log10_t
    if rounding > tolerance:
        _refuse(run, tolerance, rounding, rounding=True)
    times = list(_schedule(run, end))
    inherited = run._loop.error
    budget = tolerance if path.jumps else tolerance - inherited  # an error that is mostly jumps says nothing
    # BLAS threads take longer to meet than these small systems to solve.
    with suppress(StuckError), threadpool_limits(1, "blas"):
        ahead = path.integrate(np.array([_LN10 * time.log10_t for time in times]), budget)
        if isinstance(ahead, float):
            return ahead + tolerance - budget
        # Rounding of the iterates so far, which adds up like a random walk, and rounding of a row.
        walk = 0.0 if inherited else math.sqrt(run._loop.t) * size
        errors = np.maximum.accumulate(ahead.errors) + _EPSILON * (walk + 8 * ahead.sizes)
        if not errors[-1] <= budget:
            return float(np.nan_to_num(errors[-1] + tolerance - budget, nan=math.inf))
        return _Leap(times, ahead.coordinates, inherited + errors + ahead.jumps)
    return math.inf


def _separable(run: RunView) -> bool:
    """Whether the loss tends to 0, where no margin says so yet; False where that is not known."""
    if isinstance(run.method, FactorizedGradientDescent):
        return False
    from ...oracles.separability import separability

    separability(run.problem).require()
    return True


def _schedule(run: RunView, end: Time) -> Iterator[Time]:
    """Yield the times of the run's recording (20 a decade, where it is not log-spaced) up to the end.

    Beyond 10^308 they are so many a decade of log t.
    """
    per_decade = run.record.per_decade if isinstance(run.record, LogSpaced) else 20
    last, k = run._loop.log10_t, math.floor(run._loop.log10_t * per_decade)
    while last < 308:
        k += 1
        time = Time.power_of_ten(k / per_decade)
        if time.log10_t >= end.log10_t:
            break
        if time.log10_t > last:
            yield time
            last = time.log10_t
    k = math.floor(per_decade * math.log10(last))
    while last >= 308:
        k += 1
        log10_t = 10 ** (k / per_decade)
        if log10_t >= end.log10_t:
            break
        if log10_t > last:
            yield Time(math.inf, log10_t)
    yield end
