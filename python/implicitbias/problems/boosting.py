"""Problems known by another name."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .._calls import public
from .._core import Exponential, Problem
from ..errors import InvalidTypeError, InvalidValueError


@public
def adaboost(weak_learners: ArrayLike, labels: ArrayLike | None = None) -> Problem:
    """Return the problem that AdaBoost solves: exponential loss on the predictions of weak learners.

    Coordinate descent with exact line search on it is AdaBoost::

        run = ib.Run(ib.problems.adaboost(M), ib.SteepestDescent(ib.Lp(1)), ib.ExactLineSearch())

    AdaBoost's weights on the samples are the soft-max weights of -margins. Its edge r is the largest entry
    of the normalized gradient, and the coordinate that has it moves by the minimizer of the loss,
    log((1 + r) / (1 - r)) / 2 where predictions are +-1. A weak learner with a negative edge gets a negative
    weight, as if -h_j were a weak learner too. Steps of 1 / (B^2 L), or a shrinkage small enough, satisfy
    Theorem 5 and reach the maximum l1 margin; exact line search need not (see `datasets.rudin_2004`).

    Parameters
    ----------
    weak_learners : array_like of shape (n, m)
        y_i h_j(x_i), or h_j(x_i) if labels are given; from -1 to 1 (confidence-rated), often +-1.
    labels : array_like of shape (n,), optional
        y_i, -1 or +1.

    Returns
    -------
    Problem
        With the exponential loss.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        Where an argument does not fit; the message names it.

    References
    ----------
    Freund and Schapire, "A Decision-Theoretic Generalization of On-Line Learning and an Application to
    Boosting" (J. Comput. System Sci. 55, 1997); Rudin, Daubechies and Schapire, "The Dynamics of AdaBoost"
    (JMLR 5, 2004); section 3.2 of the paper, after Theorem 5.

    Examples
    --------
    >>> problem = ib.problems.adaboost([[1, 1, -1], [1, -1, 1], [-1, 1, 1]])
    >>> run = ib.Run(problem, ib.SteepestDescent(ib.Lp(1)), ib.ExactLineSearch()).advance(1000)
    >>> print(f"{run.margin:.3f}")
    0.333
    """
    predictions = _real(weak_learners, "weak_learners")
    if predictions.ndim != 2 or predictions.size == 0:
        raise InvalidValueError(
            "weak_learners: expected shape (n, m), samples by weak learners, not empty, "
            f"got {predictions.shape}"
        )
    for i, j in np.argwhere(~(np.abs(predictions) <= 1))[:1]:
        raise InvalidValueError(
            f"weak_learners: expected entries from -1 to 1, got {predictions[i, j]} at [{i}, {j}]"
        )
    y = np.ones(len(predictions)) if labels is None else _real(labels, "labels")
    if y.shape != predictions.shape[:1]:
        raise InvalidValueError(f"labels: expected shape ({len(predictions)},), got {y.shape}")
    for (i,) in np.argwhere(np.abs(y) != 1)[:1]:
        cure = "; write 2 * labels - 1" if set(y.tolist()) == {0, 1} else ""
        raise InvalidValueError(f"labels: expected -1 or +1, got {y[i]} at [{i}]{cure}")
    return Problem(predictions, y, Exponential())


def _real(values: ArrayLike, argument: str) -> np.ndarray:
    try:
        array = np.asarray(values)
    except ValueError as error:  # rows of different lengths
        raise InvalidValueError(f"{argument}: expected an array of real numbers ({error})") from None
    if array.dtype.kind not in "fiu":
        raise InvalidTypeError(f"{argument}: expected an array of real numbers, got one of {array.dtype}")
    return array.astype(float)
