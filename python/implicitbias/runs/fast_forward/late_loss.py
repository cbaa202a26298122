"""What a mean path knows of a run's loss and step sizes: derivatives in a common scale, and late steps."""

import math

import numpy as np

from ..._core import (
    Constant,
    CrossEntropy,
    Logistic,
    LossNormalized,
    PairwiseLogistic,
    Polynomial,
    Problem,
    StepSize,
)
from ..._types import Array
from ...problems.rows import loss_at, signed_rows
from .slopes import Slopes


class LateLoss:
    """A loss with an exponential tail, and the size of steps on it.

    Parameters
    ----------
    problem : Problem
    step_size : StepSize
        Constant, Polynomial, or LossNormalized where its cap binds.
    rows : ndarray of shape (n, d), optional
        How margins change with the path's coordinates; by default with w.
    offset : ndarray of shape (n,), optional
        Margins where all coordinates are 0; none by default.
    """

    def __init__(
        self, problem: Problem, step_size: StepSize, rows: Array | None = None, offset: Array | None = None
    ) -> None:
        self._problem = problem
        self.A = signed_rows(problem) if rows is None else rows
        self.offset = np.zeros(len(self.A)) if offset is None else offset
        assert isinstance(step_size, Constant | Polynomial | LossNormalized)
        eta = step_size.cap if isinstance(step_size, LossNormalized) else step_size.eta
        self._log_eta = math.log(eta)
        self.power = step_size.power if isinstance(step_size, Polynomial) else 0.0

    def log_eta(self, log_t: float) -> float:
        """Return the logarithm of the step size."""
        return self._log_eta - self.power * float(np.logaddexp(0, log_t))

    def slopes(self, margins: Array) -> Slopes:
        """Return the loss's derivatives."""
        _, log_scale, slopes = loss_at(self._problem, margins)
        second, loss = -slopes, self._problem.loss
        if isinstance(loss, Logistic | PairwiseLogistic):
            second = -slopes / (1 + np.exp(-margins))
        groups = len(self._problem.y) if isinstance(loss, CrossEntropy) else None
        return Slopes(log_scale, -slopes, second, groups)

    def gradient(self, w: Array) -> Array:
        """Return -grad L, in the loss's scale."""
        return np.asarray(self.slopes_at(w).first @ self.A)

    def slopes_at(self, w: Array) -> Slopes:
        """Return the loss's derivatives at w."""
        return self.slopes(self.offset + self.A @ w)
