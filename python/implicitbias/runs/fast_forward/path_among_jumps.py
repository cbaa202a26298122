"""What paths have in common about which iterates jump for ever."""

import math
from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from ..._types import Array
from ..view import RunView
from .collocation import StuckError
from .mean_path import Ahead

_LN10 = math.log(10)


class PathAmongJumps(ABC):
    """The mean path of steps that jump: where ties are singular it is not known.

    Attributes
    ----------
    singular : tuple of Exception types
        By which ties turn out to be singular.
    """

    jumps = True
    singular: ClassVar[tuple[type[Exception], ...]] = (np.linalg.LinAlgError, OverflowError)

    def __init__(self, run: RunView) -> None:
        self._run = run

    @property
    def log_t(self) -> float:
        """Where the run is, in log t."""
        return _LN10 * self._run.log10_t

    def alone(self, fresh: bool) -> int | None:
        """Do without an earlier decade: a leap's error has the jumps in it, otherwise they are looked at."""
        if not fresh:
            return None
        return 0 if self._run._loop.error else 1000

    def integrate(self, log_times: Array, tolerance: float) -> Ahead | float:
        """Return the path at times ahead, or its error if the tolerance is exceeded already now."""
        try:
            with np.errstate(all="ignore"):
                return self._integrate(log_times, tolerance)
        except self.singular as error:
            raise StuckError(f"the ties are singular: {error}") from error

    @abstractmethod
    def _integrate(self, log_times: Array, tolerance: float) -> Ahead | float: ...
