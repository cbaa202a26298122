"""A certified interval."""

import math
from typing import NamedTuple

from ._html import facts, interval


class Bracket(NamedTuple):
    """Certified interval around the maximum margin: lower <= gamma* <= upper, rounding included.

    Attributes
    ----------
    lower : float
        Lower side.
    upper : float
        Upper side.

    Examples
    --------
    >>> ib.Bracket(0.75, 1.0).gap
    0.25
    """

    lower: float
    upper: float

    @property
    def gap(self) -> float:
        """Relative width, 1 - lower / upper; infinite while nothing is certified."""
        if not math.isfinite(self.lower) or self.upper == 0:
            return math.inf
        return 1 - self.lower / self.upper

    def _repr_html_(self) -> str:
        return facts(
            "Bracket",
            [
                ("lower", self.lower),
                ("upper", self.upper),
                ("gap", self.gap),
                ("from 0", interval(*self) or None),
            ],
        )
