"""The path of methods whose steps go by averages of the past: momentum, Adam with eps > 0, RMSProp.

Beside w such a method remembers averages with weights beta^k. Where they began is one mode that dies out like
beta^t; what is left of them depends on where the path was of late, and so on w and t alone: their modified
equation (recalling_equation.hpp) has derivatives along the path, of which the k-th is of order (k lag / t)^k,
lag = beta / (1 - beta).
"""

import math
from dataclasses import replace

import numpy as np

from ..._core import SteepestDescent
from ..._types import Array
from ..view import RunView
from .mean_path import Ahead
from .smooth_path import SmoothPath
from .turns import turn_errors

_FORGOTTEN = 30  # lags, after which beta^t is rounding


class RecallingPath(SmoothPath):
    """The solution of the modified equation, from where the run has forgotten how it began."""

    def __init__(self, run: RunView) -> None:
        super().__init__(run)
        self._lag = run._loop.equation().lag
        self.earliest = max(SmoothPath.earliest, math.ceil(_FORGOTTEN * (1 + self._lag)))

    @np.errstate(over="ignore")  # where w grows like a power of t, the norm of two paths' distance overflows
    def integrate(self, log_times: Array, tolerance: float) -> Ahead | float:
        """Return the path at times ahead, or its error if the tolerance is exceeded already now."""
        ahead = super().integrate(log_times, tolerance)
        # Iterations round the same way while w hardly moves, which adds up like t: a tenth of it is older
        # than the decade that the error was measured over.
        return ahead if isinstance(ahead, float) else replace(ahead, errors=1.25 * ahead.errors)

    def _turn_errors(self, log_times: Array, velocities: Array) -> Array:
        """Return them for coordinates whose steps, too, are averages about a turn."""
        assert isinstance(self._run.method, SteepestDescent)
        return turn_errors(self._run.method.norm, log_times, velocities, 1 + self._lag)
