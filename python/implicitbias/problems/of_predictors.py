"""A problem whose parameters are predictors, where a model makes these of others."""

from .._core import Problem


def of_predictors(problem: Problem) -> Problem:
    """Return the problem with the same samples and loss, on which w itself is what moves."""
    return problem if problem.model.identity else Problem(problem.X, problem.y, problem.loss)
