"""What is known of w alone, where it is moved itself: what asks for that, and the problem on which it is."""

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


def of_predictors(problem: Problem) -> Problem:
    """Return the problem with the same samples and loss, on which w itself is what moves."""
    return problem if problem.model.identity else Problem(problem.X, problem.y, problem.loss)
