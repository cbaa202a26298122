"""What is known of w alone, where it is moved itself: what asks for that, and the problem on which it is."""

from .._core import Diagonal, Problem
from ..errors import InvalidTypeError


def require_linear(problem: Problem, what: str, on_theta: str = "") -> None:
    """Refuse a problem whose parameters are not the predictor; ``on_theta`` is what there is for those.

    Raises
    ------
    InvalidTypeError
    """
    if not problem.model.identity:
        raise InvalidTypeError(
            f"problem: expected the model Linear() for {what}, got {problem.model!r}, where theta moves and "
            f"w follows{_instead(problem)}; write Problem(problem.X, problem.y, problem.loss){on_theta}"
        )


def _instead(problem: Problem) -> str:
    """Return what says the same of w alone, if something does (Woodworth et al. 2020)."""
    if problem.model != Diagonal(2):
        return ", by no equation of its own"
    return (
        ": from u = v = alpha to where the flow of MirrorDescent(HyperbolicEntropy(2 * alpha**2)) on "
        "Linear() is at time 4 t"
    )


def of_predictors(problem: Problem) -> Problem:
    """Return the problem with the same samples and loss, on which w itself is what moves."""
    return problem if problem.model.identity else Problem(problem.X, problem.y, problem.loss)
