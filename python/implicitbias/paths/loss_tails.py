"""Slopes and curvatures of monotone losses, as the regularization path models them by exponentials."""

import math
from functools import singledispatch

import numpy as np

from .._core import CrossEntropy, Exponential, Logistic, Loss, MulticlassExponential, PairwiseLogistic, Probit
from .._types import Array
from ..errors import InvalidTypeError


@singledispatch
def tail(loss: Loss, margins: Array) -> tuple[Array, Array]:
    """Return log(-l') and -l'' / l' at every margin, of shape (n, m) for samples with m margins each.

    Where a margin's slope depends on others, too, it is what they are at most.
    """
    raise InvalidTypeError(
        "problem: expected the loss Exponential, Logistic, Probit, CrossEntropy, MulticlassExponential or "
        f"PairwiseLogistic, got {loss!r}"
    )


@tail.register
def _(loss: Exponential | MulticlassExponential, margins: Array) -> tuple[Array, Array]:
    return -margins, np.ones_like(margins)


@tail.register
def _(loss: CrossEntropy, margins: Array) -> tuple[Array, Array]:
    from scipy.special import logsumexp

    # With p = -l', the Hessian diag(p) - p p' is at most diag(p).
    log_total = np.logaddexp(0, logsumexp(-margins, axis=1, keepdims=True))
    return -margins - log_total, np.ones_like(margins)


@tail.register
def _(loss: Logistic | PairwiseLogistic, margins: Array) -> tuple[Array, Array]:
    from scipy.special import expit, log_expit

    return log_expit(-margins), expit(margins)


@tail.register
def _(loss: Probit, margins: Array) -> tuple[Array, Array]:
    from scipy.special import log_ndtr

    log_slope = -(margins**2) / 2 - math.log(2 * math.pi) / 2 - log_ndtr(margins)
    return log_slope, margins + np.exp(log_slope)
