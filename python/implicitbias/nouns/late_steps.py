"""What step rules come to: the size of their steps as t grows."""

from functools import singledispatch

from .._core import Constant, Normalized, Polynomial, Schedule, StepSize


@singledispatch
def late_step(rule: StepSize) -> float | None:
    """Return what eta_t tends to, of `Normalized` the length of a step; None where that is not known."""
    return None


@late_step.register
def _(rule: Constant) -> float:
    return rule.eta


@late_step.register
def _(rule: Polynomial | Normalized) -> float:
    return 0.0 if rule.power > 0 else rule.eta


@late_step.register
def _(rule: Schedule) -> float:
    return float(rule.etas[-1])
