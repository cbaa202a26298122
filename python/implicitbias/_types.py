"""Types that many files name, and what counts as a number."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
"""Numbers in double precision."""

Hypothesis = tuple[str, bool]
"""What is assumed, in words, and whether it holds here."""


def is_number(value: object) -> bool:
    """Whether a value is a real number, of Python or NumPy, as float() takes it."""
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
