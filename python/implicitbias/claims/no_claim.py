"""Why nothing is claimed of methods that neither the paper nor a later result speaks of."""

from .._core import Adam, Method, MiniBatch, Problem, SteepestDescent
from .claim import LimitClaim
from .max_margin import has_all

_DECAY = (
    "With weight decay w(t) tends to a minimum of the loss in a ball. That is claimed of convex losses with "
    "a form for convex programs, and not of Newton-Schulz steps: with singular values from .68 to 1.21 they "
    "leave open what the ball is."
)
_AMSGRAD = (
    "AMSGrad divides by the root of the largest v so far: in the end its steps are those of gradient "
    "descent in a fixed metric, which the first gradients have made. No result says which."
)


def unless_on_batches(
    answer: LimitClaim | str, problem: Problem, batch: MiniBatch | None
) -> LimitClaim | str:
    """Return an answer, or why one about all samples says nothing of random batches."""
    if isinstance(answer, str) or answer.on_batches or has_all(batch, problem):
        return answer
    return (
        f"{answer.source} is about gradients on all samples, and no limit is known on {batch!r}: steps that "
        "remain large beside their noise need not go there. Without batch= the claim is about all samples."
    )


def why_no_limit_point(method: Method) -> str:
    """Return why, on losses with a unique finite root."""
    if why := _why_on_any_loss(method):
        return why
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
    return _why_on_any_loss(method) or f"Nothing is known of {method!r} on strictly monotone losses."


def _why_on_any_loss(method: Method) -> str:
    if isinstance(method, Adam) and method.amsgrad:
        return _AMSGRAD
    if getattr(method, "weight_decay", 0.0):
        return _DECAY
    return ""
