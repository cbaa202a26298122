"""Types that many files name."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
"""Numbers in double precision."""

Hypothesis = tuple[str, bool]
"""What is assumed, in words, and whether it holds here."""
