"""Entropic projections on affine sets whose points are nearly 0 in some entries, by a primal-dual method."""

import numpy as np

from .._types import Array
from ..errors import OracleError
from .affine_set import Equations

_MOST_STEPS = 1000
_SMALLEST = 1e-300


def entropic_projection(start: Array, equations: Equations) -> tuple[Array, Array]:
    """Return argmin {D(w, w0) : w solves the equations} where log w0 = start, and the multipliers.

    Where the multipliers l are huge, w = exp(start + rows' l) has lost its digits, and where entries vanish
    its curvature: steps are those of Newton's method on w and l together. In one step an entry of w falls or
    grows by a factor of ten at most; those that keep falling do not count any longer.

    Raises
    ------
    OracleError
        If it does not converge.
    """
    with np.errstate(all="ignore"):  # what is not finite is refused
        return _projection(start, equations.rows, equations.offset)


def _projection(start: Array, A: Array, b: Array) -> tuple[Array, Array]:
    w, multipliers = np.exp(start), np.zeros(len(b))
    for _ in range(_MOST_STEPS):
        behind = np.log(w) - start - A.T @ multipliers
        terms = A * np.sqrt(w)
        sizes = np.linalg.norm(terms, axis=1)
        terms /= sizes[:, None]
        missing = (b - A @ w + A @ (w * behind)) / sizes
        if not (np.isfinite(terms).all() and np.isfinite(missing).all()):
            break
        step = np.linalg.lstsq(terms @ terms.T, missing, rcond=1e-15)[0] / sizes
        change = A.T @ step - behind
        multipliers = multipliers + step
        w = np.maximum(w * (1 + np.clip(change, -0.9, 9.0)), _SMALLEST)
        counts = np.abs(A) @ w + np.abs(b)
        vanishes = change < -0.9
        off = A @ np.where(vanishes, 0.0, w) - b
        if np.all(np.abs(change[~vanishes]) < 1e-9) and np.all(np.abs(off) <= 1e-13 * counts):
            return np.where(vanishes, 0.0, w), multipliers
    raise OracleError("the projection does not converge; rescale the data")
