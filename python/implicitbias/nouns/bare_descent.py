"""Steepest descent as the paper has it: the gradient alone moves w."""

from .._core import Method, Norm, SteepestDescent


def norm_of_bare_descent(method: Method) -> Norm | None:
    """Return the norm of steepest descent without momentum and weight decay; None for any other method."""
    if not isinstance(method, SteepestDescent) or method.momentum is not None or method.weight_decay:
        return None
    return method.norm
