"""A row of the table of a fingerprint."""

from dataclasses import dataclass
from typing import Any

from .._types import Array
from ..bracket import Bracket
from .trend import Trend


@dataclass(frozen=True)
class Row:
    """One geometry of the table.

    Attributes
    ----------
    geometry : Norm or Potential
    family : str
    name : str
        What it is called in tables and figures.
    ratio : Bracket
        Certified: the normalized margin of w over the maximum one.
    compatible : bool
        Whether w may be on its way there.
    trend : Trend or None
        How the gap falls, where there are several t.
    ratios : ndarray of shape (k,)
        The ratio at each t, to the middle of the limit's bracket.
    """

    geometry: Any
    family: str
    name: str
    ratio: Bracket
    compatible: bool
    trend: Trend | None
    ratios: Array

    @property
    def gap(self) -> float:
        """1 - ratio, in the middle of the bracket."""
        return 1 - (self.ratio.lower + self.ratio.upper) / 2
