"""Where the search for a maximum margin begins: near the solution of a problem that is much like it."""

from typing import Any, NamedTuple

import numpy as np

from .._core import Problem
from .._types import Array
from ..problems.foreign_parameters import parameters_of
from ..problems.linear_model import of_predictors
from .margin_proof import MarginSolution


class MarginStart(NamedTuple):
    """A direction, and what else is known of a solution."""

    w: Array  # flat
    weights: Array | None = None
    intercept: Array | None = None

    @classmethod
    def of(cls, start: Any, problem: Problem) -> "MarginStart | None":
        """Return that of a direction or a solution, for parameters as the problem has them.

        Raises
        ------
        InvalidTypeError, InvalidValueError
            If they are no such parameters.
        """
        if start is None:
            return None
        solution = start if isinstance(start, MarginSolution) else None
        direction = start if solution is None else solution.direction
        w = parameters_of(direction, of_predictors(problem), "start").ravel()
        if solution is None:
            return cls(w)
        intercept = np.atleast_1d(np.asarray(solution.intercept, dtype=np.float64))
        return cls(w, solution.weights, intercept)

    def weights_of(self, rows: int) -> Array:
        """Return its weights, or equal ones if they are of other rows."""
        known = self.weights is not None and len(self.weights) == rows
        return self.weights if known and self.weights is not None else np.full(rows, 1 / rows)
