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
_EXCHANGES = 10
_ROUNDING = 1e-9  # of margins that are 1
_TINY = 1e-140  # sizes whose squares lose digits


def gram_path(A: Any, chart: Any, tolerance: float) -> Iterator[tuple[Array, Array]]:
    """Yield w and weights whose relative gap is at most the tolerance, up to rounding.

    Parameters
    ----------
    A : ndarray or sparse array of shape (n, d)
        At most `LARGEST_GRAM` rows, none of them zero.
    chart : sparse array of shape (d, d)
        C, where the norm |C v| is |v|_2.
    tolerance : float
        Relative gap.
    """
    identity = chart.nnz == len(chart.data) == A.shape[1] and (chart.diagonal() == 1).all()
    B = A if identity else A @ chart
    K = dense_rows(B @ B.T)
    for alpha in _weights(K):
        margins = K @ alpha
        squared = float(alpha @ margins)
        # The margin of w is min (K alpha)_n / |w|, and no margin exceeds |w|.
        if squared > 0 and margins.min() >= (1 - tolerance) * squared:
            yield np.asarray(chart @ (alpha @ B)), alpha


def _weights(K: Array) -> Iterator[Array]:
    """Yield weights by pivoting, and along the central path."""
    if (alpha := _by_pivoting(K)) is not None:
        yield alpha
    units = np.sqrt(K.diagonal())  # of each sample, so that the factorization loses no small one
    if units.min() > _TINY and (factor := _factor(K / np.outer(units, units))) is not None:
        samples = factor * units[:, None]
        path = central_path(samples, PowerMap(2.0), lambda z: float(np.linalg.norm(z)), gram=K)
        yield from (alpha for _, alpha in path)


def _by_pivoting(K: Array) -> Array | None:
    """Return the weights, if nearly all samples are support vectors, as in high dimensions.

    K alpha is 1 on the support and 1 - missing off it, where alpha is 0. Samples of negative weights leave
    the support, and those of smaller margins enter (Portugal, Judice and Vicente 1994).
    """
    from scipy.linalg import cho_factor, cho_solve

    n = len(K)
    try:
        factor = cho_factor(K, check_finite=False)
    except np.linalg.LinAlgError:
        return None
    everywhere = cho_solve(factor, np.ones(n))
    off = everywhere < 0
    for _ in range(_EXCHANGES):
        if off.sum() > n / 4:
            break
        inverse = cho_solve(factor, np.eye(n)[:, off])
        missing = np.zeros(n)
        missing[off] = np.linalg.solve(inverse[off], everywhere[off])
        alpha = np.where(off, 0.0, everywhere - inverse @ missing[off])
        wrong = np.where(off, missing > _ROUNDING, alpha < 0)
        if not wrong.any():
            return np.asarray(alpha / alpha.sum())
        off ^= wrong
    return None


def _factor(K: Array) -> Array | None:
    """Return L with L L' = K, up to rounding; None where K is not positive, to rounding."""
    ridge = 0.0
    while ridge < 1e-9:
        try:
            return np.asarray(np.linalg.cholesky(K + ridge * np.eye(len(K))), dtype=np.float64)
        except np.linalg.LinAlgError:
            ridge = max(100 * ridge, 4 * len(K) * math.ulp(1.0))
    return None
