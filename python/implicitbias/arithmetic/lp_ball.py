"""Nearest points of l_p balls, as first-order methods ask for them thousands of times."""

import math
from collections.abc import Callable

import numpy as np

from .._types import Array
from .lp_norm import lp_norm

_CLOSE = 1e-6  # of log |w|_p^p at the nearest point
_ROOTS, _NEWTON = 40, 6  # steps of Newton's method for the multiplier, and for the entries at each of them


def nearest_in_lp_ball(p: float) -> Callable[[Array], Array] | None:
    """Return the Euclidean projection on {w : |w|_p <= 1}, nearly; None for 1 < p < 2.

    The result is in the ball up to rounding, and for p other than 1, 2 and inf nearest up to 1e-6 or so.
    """
    if p == 1:
        return _in_l1
    if p == 2:
        return lambda v: v / max(1.0, lp_norm(v, 2))
    if p == math.inf:
        return lambda v: np.clip(v, -1.0, 1.0)
    return (lambda v: _in_lp(v, p)) if p > 2 else None


def _in_l1(v: Array) -> Array:
    sizes = np.abs(v)
    if sizes.sum() <= 1:
        return v
    sizes = np.maximum(sizes - max(float(sizes.max()) - 1, 0.0), 0)  # what lies further below becomes 0
    descending = -np.sort(-sizes.ravel())
    excess = np.cumsum(descending) - 1
    count = np.arange(1, sizes.size + 1)
    last = int(np.flatnonzero(descending * count > excess)[-1])
    return np.asarray(np.sign(v) * np.maximum(sizes - excess[last] / count[last], 0))


def _in_lp(v: Array, p: float) -> Array:
    """Solve w + c w^(p-1) = |v| for each entry, with the c for which |w|_p = 1."""
    sizes = np.abs(v)
    if lp_norm(sizes, p) <= 1:
        return v
    low, high, log_c = -700.0, 700.0, 0.0
    w = sizes
    for _ in range(_ROOTS):
        # Newton's method on a convex function comes down from any point above its root.
        w = np.minimum(sizes, (sizes * math.exp(-log_c)) ** (1 / (p - 1)))
        for _ in range(_NEWTON):
            pull = np.exp(log_c) * w ** (p - 2)
            w = np.maximum(w - (w + pull * w - sizes) / (1 + pull * (p - 1)), 0)
        powers = w**p
        excess = math.log(max(float(powers.sum()), 1e-300))
        if abs(excess) < _CLOSE:
            break
        low, high = (log_c, high) if excess > 0 else (low, log_c)
        pull = np.exp(log_c) * w ** (p - 2)
        slope = -p * float((powers * pull / (1 + pull * (p - 1))).sum()) / max(float(powers.sum()), 1e-300)
        ahead = log_c - excess / slope if slope < 0 else math.nan
        log_c = ahead if low < ahead < high else (low + high) / 2
    return np.asarray(np.sign(v) * w / max(1.0, float((w**p).sum()) ** (1 / p)))
