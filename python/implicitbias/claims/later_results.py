"""Which later result is about which method; the paper's own claims are in `prediction`."""

from functools import singledispatch

from .._core import (
    Adam,
    DualAcceleration,
    Lion,
    Method,
    MiniBatch,
    MirrorDescent,
    NewtonSchulzDescent,
    Problem,
    RMSProp,
    SteepestDescent,
)
from .adam_margin import adam_margin
from .averaged_margin import AveragedMarginClaim
from .claim import LimitClaim
from .fast_margin import FastMarginClaim
from .horizon import HorizonClaim, has_horizon
from .per_sample import PerSampleClaim, is_per_sample
from .recession_cone import recession_claim
from .stochastic_margin import stochastic_claim
from .weight_decay import decay_claim


def later_claim(problem: Problem, method: Method, batch: MiniBatch | None) -> LimitClaim | None:
    """Return the claim of a later result about where w(t) goes; None where the paper's are asked."""
    if getattr(method, "weight_decay", 0.0):
        return decay_claim(problem, method)
    return _direction(method, problem, batch) if problem.loss.monotone else None


@singledispatch
def _direction(method: Method, problem: Problem, batch: MiniBatch | None) -> LimitClaim | None:
    """Strictly monotone losses."""
    return None


@_direction.register
def _(method: SteepestDescent, problem: Problem, batch: MiniBatch | None) -> LimitClaim | None:
    if method.momentum is None:
        return stochastic_claim(problem, method, batch)
    return AveragedMarginClaim(problem, method, batch)


@_direction.register
def _(method: NewtonSchulzDescent | Lion, problem: Problem, batch: MiniBatch | None) -> LimitClaim:
    return AveragedMarginClaim(problem, method, batch)


@_direction.register
def _(method: MirrorDescent, problem: Problem, batch: MiniBatch | None) -> LimitClaim | None:
    if has_horizon(method):
        return HorizonClaim(problem, method)
    return recession_claim(problem, method) or stochastic_claim(problem, method, batch)


@_direction.register
def _(method: DualAcceleration, problem: Problem, batch: MiniBatch | None) -> LimitClaim:
    return FastMarginClaim(problem, method)


@_direction.register
def _(method: Adam, problem: Problem, batch: MiniBatch | None) -> LimitClaim | None:
    if method.amsgrad:
        return None
    if batch is None:
        return adam_margin(problem, method)
    return PerSampleClaim(problem, method, batch) if is_per_sample(method, problem, batch) else None


@_direction.register
def _(method: RMSProp, problem: Problem, batch: MiniBatch | None) -> LimitClaim | None:
    return adam_margin(problem, method) if batch is None else None
