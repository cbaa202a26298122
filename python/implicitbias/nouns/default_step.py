"""Which steps a run on a monotone loss takes where none are given."""

from .._arguments import instance, step_rule
from .._core import Method, StepSize


def default_step(method: Method) -> StepSize:
    """Return the default step rule of a method, as the method itself states it."""
    stated = instance(method, Method, "method").default_step_size
    rule: StepSize = step_rule(stated, f"{type(method).__name__}.default_step_size")
    return rule
