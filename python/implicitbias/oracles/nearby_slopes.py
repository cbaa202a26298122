"""Slopes near those of a loss at a point, in twice the digits, whose combination of samples is a given one.

At a minimum slopes of samples cancel, up to what a norm or a barrier makes of it. In doubles they do not by
more than their rounding times the samples, and a large ball makes much of the rest: nothing is proved of a
minimum that is found to the last digit. For a convex loss l of each margin and its conjugate l*, tangents
are -l*(a) for slopes a: of a + c that is at least l(z) - (a + c) z - |c| h, if the slope differs from a by
|c| within h of z. With c as small as rounding the last part is nothing.
"""

from typing import NamedTuple

import numpy as np

from .._core import CrossEntropy, Lp, Norm
from .._types import Array
from ..problems.rows import loss_at
from .loss_model import LossModel, LossPoint
from .well_scaled import Doubled, doubled_products
from .whitening import whitening

_ROUNDS = 3
_SLOPE_ERROR = 16 * float(np.finfo(float).eps)  # relative, of slopes as they are computed
_LEAST_SHIFT = 1e-6  # of margins of size 1
_LEAST_BEND = 1e-10  # curvature, relative to a slope, of slopes that can be changed
_NEXT_TO_NOTHING = 1e-12  # of L, a slope that is left out
_NEAR = 1e-9
_LARGE = 1_000_000  # entries of samples


class Tangents(NamedTuple):
    """L(w') >= (1 - along - cost) L + <gradient, w'> L, for the loss L at a point."""

    gradient: Array
    along: float
    cost: float


def nearby_slopes(model: LossModel, point: LossPoint, target: Array) -> Tangents | None:
    """Return tangents with nearly this gradient; None where slopes near those of the point have none.

    Parameters
    ----------
    model : LossModel
    point : LossPoint
    target : ndarray of shape (d,)
        Over L, as the point's gradient is.
    """
    # Margins of a sample have one conjugate together in the cross-entropy; and exact products take long.
    if isinstance(model.problem.loss, CrossEntropy) or model.A.size > _LARGE:
        return None
    curvature, tail = model.curvatures(point), model.problem.loss.exponential_tail
    # No loss is below 0: one of next to nothing, at most twice its slope, may be left out.
    left_out = tail & (point.margins > 0) & (np.abs(point.slopes) < _NEXT_TO_NOTHING)
    kept = np.where(left_out, 0.0, point.slopes)
    bends = ~left_out & (curvature > _LEAST_BEND * np.abs(point.slopes))
    if not (bends.any() and np.isfinite(target).all()):
        return None
    root = np.where(bends, np.sqrt(curvature / curvature.max()), 0.0)
    coordinates = whitening(root[:, None] * model.A)
    M, inner = coordinates.M, root[:, None] * coordinates.seen_by(model.A)
    M, inner = M[:, : coordinates.rank], inner[:, : coordinates.rank]
    change = np.zeros_like(point.slopes)
    for _ in range(_ROUNDS):
        missing = target - doubled_products(model.A.T, Doubled(kept, change))[0]
        change = change + root * (inner @ (missing @ M))
    # Within h the slope is to differ by as much.
    off = np.where(change == 0, 0.0, np.abs(change) + _SLOPE_ERROR * np.abs(point.slopes))
    size = np.maximum(1.0, 0.0 if tail else np.abs(point.margins))
    h = np.where(off > 0, np.maximum(4 * off / np.where(bends, curvature, 1.0), _LEAST_SHIFT * size), 0.0)
    _, log_scale, slopes = loss_at(model.problem, point.margins + np.sign(change) * h)
    with np.errstate(over="ignore", invalid="ignore"):
        apart = np.sign(change) * (slopes * np.exp(log_scale - point.log_loss) - point.slopes)
    if not (apart >= off).all():
        return None
    cost = float(np.abs(change) @ h + 2 * np.abs(point.slopes[left_out]).sum())
    of_w = np.concatenate([point.margins, model.targets])[None]
    along = doubled_products(of_w, Doubled(np.tile(kept, 2), np.tile(change, 2)))[0]
    return Tangents(doubled_products(model.A.T, Doubled(kept, change))[0], float(along[0]), cost)


def at_rest(norm: Norm, w: Array, gradient: Array, inside: bool) -> Array | None:
    """Return the gradient nearby with which w is the least in a ball of a norm; None of other norms."""
    if inside:
        return np.zeros_like(gradient)
    if not isinstance(norm, Lp):
        return None
    p, size = norm.p, np.abs(w)
    force = -float(w @ gradient) / norm.value(w)
    if p == np.inf:
        outermost = size >= (1 - _NEAR) * size.max()
        return np.where(outermost, np.sign(w) * np.minimum(np.sign(w) * gradient, 0.0), 0.0)
    if p == 1:
        return np.where(size > _NEAR * size.max(), -force * np.sign(w), np.clip(gradient, -force, force))
    return np.asarray(-force * np.sign(w) * (size / norm.value(w)) ** (p - 1))
