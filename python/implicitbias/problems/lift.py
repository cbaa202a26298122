"""Factors U V' of any matrix, as one factor of a positive semidefinite matrix."""

import numpy as np

from .._arguments import instance
from .._calls import public
from .._core import Problem
from ..errors import InvalidValueError
from .linear_model import require_linear


@public
def lift(problem: Problem) -> Problem:
    """Return the symmetric problem on which U U' stands for U V' on this one (section 4).

    Its samples are 1/2 [[0, X_n], [X_n', 0]]. `FactorizedGradientDescent` on it, from
    ``w0 = numpy.vstack([U0, V0])``, takes the steps of gradient descent on U and V with the same step sizes:
    ``run.factor`` is U above V, and the upper right block of ``run.w`` is U V'. The paper's samples lack the
    1/2, and with them every step would be taken from doubled predictions.

    Parameters
    ----------
    problem : Problem
        With samples of shape (r, c).

    Returns
    -------
    Problem
        With samples of shape (r + c, r + c), the same targets and the same loss.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        If the samples are no matrices, or another model than `Linear` makes the predictor.

    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, section 4.

    Examples
    --------
    >>> problem = ib.Problem([[[1.0, 2.0]]], [1], ib.Exponential())
    >>> ib.lift(problem).shape
    (3, 3)
    """
    require_linear(instance(problem, Problem, "problem"), "lifted samples")
    X = problem.X
    if X.ndim != 3:
        raise InvalidValueError(
            f"problem: expected matrices, samples of shape (r, c), got shape {X.shape[1:]}"
        )
    n, r, c = X.shape
    lifted = np.zeros((n, r + c, r + c))
    lifted[:, :r, r:] = X / 2
    lifted[:, r:, :r] = X.transpose(0, 2, 1) / 2
    return Problem(lifted, problem.y, problem.loss)
