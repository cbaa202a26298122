"""Losses as convex programs have them, without the compiled losses, so that each checks the other."""

import math
from functools import singledispatch
from typing import Any

import numpy as np

from .._core import (
    CrossEntropy,
    Exponential,
    Huber,
    LogCosh,
    Logistic,
    Loss,
    MulticlassExponential,
    PairwiseLogistic,
    PolynomialTail,
    Squared,
)
from ..errors import InvalidTypeError


@singledispatch
def loss_as_cvxpy(loss: Loss, z: Any) -> tuple[Any, list[Any]]:
    """Return the sum of a loss as a convex expression, and constraints that it comes with.

    Parameters
    ----------
    loss : Loss
    z : cvxpy.Expression
        Margins or residuals of shape (n, m): of a multiclass loss, a sample's over all other classes.

    Raises
    ------
    InvalidTypeError
        If the loss has no form.
    """
    raise InvalidTypeError(f"problem: expected a convex loss with a cvxpy form, got {loss!r}")


def has_form(loss: Loss) -> bool:
    """Return whether a loss has a form."""
    return loss_as_cvxpy.dispatch(type(loss)) is not loss_as_cvxpy.dispatch(object)


@loss_as_cvxpy.register
def _(loss: Squared, z: Any) -> tuple[Any, list[Any]]:
    import cvxpy as cp

    return cp.sum_squares(z), []


@loss_as_cvxpy.register
def _(loss: Huber, z: Any) -> tuple[Any, list[Any]]:
    import cvxpy as cp

    return cp.sum(cp.huber(z, loss.delta)), []


@loss_as_cvxpy.register
def _(loss: LogCosh, z: Any) -> tuple[Any, list[Any]]:
    import cvxpy as cp

    return cp.sum(cp.logistic(2 * z) - z) - z.size * math.log(2), []


@loss_as_cvxpy.register
def _(loss: Exponential | MulticlassExponential, z: Any) -> tuple[Any, list[Any]]:
    import cvxpy as cp

    return cp.sum(cp.exp(-z)), []


@loss_as_cvxpy.register
def _(loss: Logistic | PairwiseLogistic, z: Any) -> tuple[Any, list[Any]]:
    import cvxpy as cp

    return cp.sum(cp.logistic(-z)), []


@loss_as_cvxpy.register
def _(loss: CrossEntropy, z: Any) -> tuple[Any, list[Any]]:
    import cvxpy as cp

    with_own = cp.hstack([-z, np.zeros((z.shape[0], 1))])
    return cp.sum(cp.log_sum_exp(with_own, axis=1)), []


@loss_as_cvxpy.register
def _(loss: PolynomialTail, z: Any) -> tuple[Any, list[Any]]:
    import cvxpy as cp

    # l(z) is the least (1 + s)^-b + b t with z >= s - t: the line below 0 has the steepest slope, -b.
    s, t = cp.Variable(z.shape, nonneg=True), cp.Variable(z.shape, nonneg=True)
    return cp.sum(cp.power(1 + s, -loss.power) + loss.power * t), [z >= s - t]
