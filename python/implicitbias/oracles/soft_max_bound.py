"""The upper bound on a maximum margin that the soft-max weights of one direction prove."""

import math

import numpy as np

from .._types import Array
from .margin_bounds import Bounds

_TEMPERATURES = 2.0 ** np.arange(-2, 14)  # over the range of the margins


def soft_max_bound(bounds: Bounds, margins: Array) -> float:
    """Return the least |A' alpha|_* of alpha ~ exp(-beta m) over some beta, rounding added.

    Any weights bound the maximum margin; those of a direction near it at the right temperature do so well.
    """
    above = margins - margins.min()
    spread = float(above.max())
    if spread == 0:
        return bounds.of(np.ones(len(margins)))
    return min((bounds.of(np.exp(-beta / spread * above)) for beta in _TEMPERATURES), default=math.inf)
