"""The l_p norm of an array of any size."""

import numpy as np

from .._types import Array


def lp_norm(v: Array, p: float) -> float:
    """Return |v|_p, relative to its largest entry: powers neither over- nor underflow."""
    largest = float(np.abs(v).max(initial=0.0))
    return largest * float(np.linalg.norm(v.ravel() / largest, p)) if largest > 0 else 0.0
