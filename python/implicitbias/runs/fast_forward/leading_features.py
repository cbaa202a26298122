"""Which features can have the largest partial derivative, whatever the samples weigh.

In l1 the feature whose partial derivative is largest moves. The derivatives are h = F' p, with weights p > 0
of the samples. A feature that is at most an average of others, f_i <= F c in every sample with c >= 0 and
sum c = 1, has h_i <= c' h: it never is the largest alone, and never moves, though where only samples that
have lost their weights tell it from the average its derivative seems to tie.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from ..._types import Array
from .slopes import Slopes

_EXACT = 1e-13  # relative error of a feature
_MANY = 1000  # samples, of which averages are only sought that are the same as a feature
_SOLVED = 1e-10  # residual of an average


def leading(features: Array, slopes: Slopes) -> NDArray[np.bool_]:
    """Return which features exceed, in some sample, every average of the others that lead.

    Parameters
    ----------
    features : ndarray of shape (n, m)
        Those that nearly tie, times the signs of their partial derivatives.
    slopes : Slopes
        Where they do.
    """
    leads = np.ones(features.shape[1], bool)
    size = float(np.abs(features).max())
    if _independent(features, slopes, size):
        return leads
    for j in range(len(leads)):
        leads[j] = False
        short = (features[:, leads] - features[:, j : j + 1]).min(axis=0, initial=np.inf)
        leads[j] = not (short >= -_EXACT * size).any()
    if leads.sum() < 3 or _independent(features[:, leads], slopes, size):
        return leads
    n = len(features)
    slack = n if n <= _MANY else 0
    sums = np.append(np.zeros(n), 1.0)
    system = np.column_stack([np.vstack([features / size, np.ones(len(leads))]), np.eye(n + 1, slack) * -1.0])
    for j in np.flatnonzero(leads).tolist():
        leads[j] = False
        columns = np.append(leads, np.ones(slack, bool))
        goal = np.append(features[:, j] / size, 0.0) + sums
        leads[j] = nnls(system[:, columns], goal)[1] > _SOLVED
    return leads


def _independent(features: Array, slopes: Slopes, size: float) -> bool:
    """Return whether the samples' weights alone say that no feature is below an average of the others.

    What an average exceeds it by, s with 0 <= s <= 2 size, has p' s within the derivatives' range, and the
    sum of p s^2 is at least the least eigenvalue of the Hessian.
    """
    h = slopes.first @ features
    counts = slopes.first > 0
    ratio = float((slopes.second[counts] / slopes.first[counts]).max(initial=0))
    least = float(np.linalg.eigvalsh(slopes.hessian(features))[0])
    return least > 2 * size * ratio * float(h.max() - h.min()) + 1e-10 * size**2 * float(slopes.second.sum())
