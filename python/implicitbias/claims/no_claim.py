"""Why nothing is claimed of methods that the paper does not have."""

from functools import singledispatch

from .._core import DualAcceleration, Method, SteepestDescent

_BOUNDED = (
    "With weight decay w(t) stays bounded: where it converges it minimizes a loss that is regularized by the "
    "norm, or bounded by it, as the steps have it, and its direction need not be that of a maximum margin."
)


def why_no_limit_point(method: Method) -> str:
    """Return why, on losses with a unique finite root."""
    if getattr(method, "weight_decay", 0.0):
        return (
            "With weight decay w(t) need not tend to a solution: the loss is weighed against the size of w, "
            "and the paper's claims are about solutions."
        )
    if isinstance(method, SteepestDescent) and method.momentum is not None:
        momentum = f"DualMomentum.heavy_ball({method.momentum.beta:g})"
        return (
            "The paper's momentum is that of mirror descent (section 2.2), not an average of gradients. "
            f"GradientDescent({momentum}) has a claim; with constant steps in l_2 it is EMA without nesterov."
        )
    return (
        f"The paper does not treat {type(method).__name__} on losses with a unique finite root: its steps "
        "leave the row space of X, so that the limit depends on their sizes."
    )


def why_no_limit_direction(method: Method) -> str:
    """Return why, on strictly monotone losses."""
    return _BOUNDED if getattr(method, "weight_decay", 0.0) else _why_no_direction(method)


@singledispatch
def _why_no_direction(method: Method) -> str:
    return f"The paper does not treat {method!r} on strictly monotone losses."


@_why_no_direction.register
def _(method: DualAcceleration) -> str:
    return (
        "The paper does not treat DualAcceleration, a later method: its l_2 margin tends to the maximum like "
        "1 / t^2 (Ji, Srebro and Telgarsky 2021)."
    )
