"""Where runs begin. What a start may be, runs decide; flows and claims ask them."""

import numpy as np
from numpy.typing import ArrayLike

from .._core import Constant, Every, FactorizedGradientDescent, Method, MiniBatch, Problem
from .._types import Array
from .run import Run


def start_of(problem: Problem, method: Method, w0: ArrayLike | None, batch: MiniBatch | None = None) -> Array:
    """Return where a run begins: w, the parameters theta of a model, or the factor of w.

    Raises
    ------
    InvalidTypeError, InvalidValueError, DomainError
        If there is no such run, as `Run` says it.
    """
    run = Run(problem, method, Constant(1.0), w0=w0, batch=batch, record=Every(1), form="plain")
    return run.factor if isinstance(method, FactorizedGradientDescent) else run.theta


def some_start(problem: Problem, method: Method) -> Array | None:
    """Return a start where 0 is a saddle point; None where 0 will do."""
    if isinstance(method, FactorizedGradientDescent):
        return np.ones((problem.shape[0], method.rank or 1))
    return None if problem.model.identity else np.full(problem.shape, 0.1)
