"""What is known of w alone, where it is moved itself."""

from .._core import Problem
from ..errors import InvalidTypeError


def require_linear(problem: Problem, what: str) -> None:
    """Refuse a problem whose parameters are not the predictor.

    Raises
    ------
    InvalidTypeError
    """
    if not problem.model.identity:
        raise InvalidTypeError(
            f"problem: expected the model Linear() for {what}, got {problem.model!r}; write "
            "Problem(problem.X, problem.y, problem.loss)"
        )
