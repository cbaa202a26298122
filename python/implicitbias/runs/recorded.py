"""Rows that a loop has recorded, in the place of the loop."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._types import Array


class Recorded:
    """What a run has of its loop, told from columns: where it stands is their last row."""

    # Whose rows they are, for messages.
    whose = "rows that were recorded"

    def __init__(self, columns: dict[str, NDArray[Any]]) -> None:
        self._columns = columns

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{self.whose} have no {name!r}; a Run has")

    def _last(self, name: str) -> float:
        return float(self._columns[name][-1])

    @property
    def t(self) -> Any:
        """The last iteration."""
        return self._columns["t"][-1].item()

    @property
    def log10_t(self) -> float:
        """Its logarithm."""
        return self._last("log10_t")

    @property
    def log_loss(self) -> float:
        """The last log L."""
        return self._last("log_loss")

    @property
    def error(self) -> float:
        """The estimated distance from the iterates."""
        return self._last("error")

    @property
    def w(self) -> Array:
        """The last predictor."""
        return np.array(self._columns["w"][-1])

    @property
    def theta(self) -> Array:
        """The last parameters."""
        return np.array(self._columns.get("theta", self._columns["w"])[-1])

    @property
    def memory(self) -> dict[str, Array]:
        """Nothing: what a method remembers is not recorded."""
        return {}

    @property
    def residual(self) -> float:
        """The last residual."""
        return self._last("residual")

    @property
    def off_manifold(self) -> float:
        """The last distance from the data manifold."""
        return self._last("off_manifold")

    def trajectory(self) -> dict[str, NDArray[Any]]:
        """Return a copy of the columns."""
        return {name: column.copy() for name, column in self._columns.items()}

    def certificate(self) -> tuple[float, float, float, float]:
        """Return margin, bound and the best of both so far."""
        names = ("margin", "bound", "best_margin", "best_bound")
        margin, bound, lower, upper = (self._last(name) for name in names)
        return margin, bound, lower, upper
