"""What the lasso and stagewise paths read from a problem."""

import numpy as np

from .._arguments import instance
from .._core import Problem, Squared
from .._types import Array
from ..errors import InvalidTypeError
from ..problems.linear_model import require_linear
from ..problems.rows import moderate, samples_of, signed_rows, targets_of


def least_squares(problem: Problem) -> tuple[Array, Array]:
    """Return X as rows of flat parameters, and y, of a problem with the squared loss."""
    instance(problem, Problem, "problem")
    require_linear(problem, "these paths")
    if not isinstance(problem.loss, Squared):
        raise InvalidTypeError(f"problem: expected the loss Squared(), got {problem.loss!r}")
    moderate(samples_of(problem))
    return signed_rows(problem), moderate(targets_of(problem), "y")


def l1_norms(w: Array) -> Array:
    """Return |w|_1 of every point."""
    norms: Array = np.abs(w.reshape(len(w), -1)).sum(axis=1)
    return norms
