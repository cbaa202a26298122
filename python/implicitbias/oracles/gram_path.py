"""Maximum margins in norms that are quadratic, by inner products of samples.

In |w|^2 = w' D w the best w is D^-1 A' alpha, and all that the central path asks of A is K = A D^-1 A': with
fewer samples than features, n^2 d operations once and n^3 an iteration.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from .._types import Array
from ..problems.rows import dense_rows
from .central_path import central_path
from .direction_map import PowerMap

LARGEST_GRAM = 4000  # samples, of which a Cholesky factorization takes a second
_TINY = 1e-140  # sizes whose squares lose digits


def gram_path(A: Any, chart: Any, tolerance: float) -> Iterator[tuple[Array, Array]]:
    """Yield w and weights along the central path, from where the relative gap is near the tolerance.

    Parameters
    ----------
    A : ndarray or sparse array of shape (n, d)
        At most `LARGEST_GRAM` rows, none of them zero.
    chart : sparse array of shape (d, d)
        C, where the norm |C v| is |v|_2.
    tolerance : float
        Relative gap.
    """
    B = A @ chart
    K = dense_rows(B @ B.T)
    units = np.sqrt(K.diagonal())  # that of each sample, so that the factorization loses no small one
    if not units.min() > _TINY or (factor := _factor(K / np.outer(units, units))) is None:
        return
    path = central_path(
        factor * units[:, None], PowerMap(2.0), lambda z: float(np.linalg.norm(z)), None, 100, K
    )
    for _, alpha in path:
        margins = K @ alpha
        squared = float(alpha @ margins)
        # The margin of w is min (K alpha)_n / |w|, and no margin exceeds |w|.
        if squared > 0 and margins.min() >= (1 - tolerance) * squared:
            w = np.asarray(chart @ (alpha @ B))
            yield w, alpha


def _factor(K: Array) -> Array | None:
    """Return L with L L' = K, up to rounding; None where K is not positive, to rounding."""
    ridge = 0.0
    while ridge < 1e-9:
        try:
            return np.asarray(np.linalg.cholesky(K + ridge * np.eye(len(K))), dtype=np.float64)
        except np.linalg.LinAlgError:
            ridge = max(100 * ridge, 4 * len(K) * math.ulp(1.0))
    return None
