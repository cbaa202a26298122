"""Minima of losses and a barrier of a box, by Newton's method: where Adam with weight decay is at rest.

What is least is L(w) + (eps / decay) sum_i [-log(1 - |v_i|) - |v_i|] for v = decay w. Steps solve least
squares, whose rows are those of the samples and one a coordinate, so that no product of them loses digits.
"""

from collections.abc import Iterator

import numpy as np

from .._types import Array
from ..arithmetic.powers_of_two import powers_of_two
from ..problems.rows import largest
from .loss_model import LossModel, LossPoint

_STEPS = 300
_HALVINGS = 30
_PATIENCE = 6  # steps that change next to nothing
_TO_THE_EDGE = 0.99
_EPSILON = float(np.finfo(float).eps)


def newton_behind_barrier(model: LossModel, eps: float, decay: float) -> Iterator[Array]:
    """Yield parameters that come nearer to the minimum.

    Parameters
    ----------
    model : LossModel
    eps, decay : float
    """
    v, stalled = np.zeros(model.A.shape[1]), 0
    here = model.at(v)
    value = _value(here, v, eps / decay)
    wide = False
    for _ in range(_STEPS):
        yield v / decay
        try:
            step, slope = _step(model, here, v, eps, decay, wide)
        except np.linalg.LinAlgError:
            return
        if not np.isfinite(step).all():
            return
        with np.errstate(divide="ignore", invalid="ignore"):
            room = np.where(step > 0, (1 - v) / step, np.where(step < 0, (1 + v) / -step, np.inf))
        length = min(1.0, _TO_THE_EDGE * float(room.min()))
        for _ in range(_HALVINGS):
            ahead = v + length * step
            there = model.at(ahead / decay)
            new = _value(there, ahead, eps / decay)
            if new <= value + 1e-4 * length * slope or abs(new - value) <= 8 * _EPSILON * abs(value):
                break
            length /= 2
        else:
            stalled, wide = stalled + 1, not wide
            if stalled >= _PATIENCE:
                return
            continue
        little = value - new <= 1e-12 * abs(value)
        stalled, wide = (stalled + 1, not wide) if little else (0, wide)
        v, here, value = ahead, there, new
        if stalled >= _PATIENCE:
            return


def _value(point: LossPoint, v: Array, eps_over_decay: float) -> float:
    with np.errstate(over="ignore", divide="ignore"):
        height = float((-np.log1p(-np.abs(v)) - np.abs(v)).sum())
        return float(np.exp(point.log_loss)) + eps_over_decay * height


def _step(
    model: LossModel, here: LossPoint, v: Array, eps: float, decay: float, wide: bool
) -> tuple[Array, float]:
    """Return Newton's step in v, and the slope along it."""
    loss = float(np.exp(min(here.log_loss, 700.0)))
    curvature = model.curvatures(here)
    if wide:
        curvature = np.maximum(curvature, np.abs(here.slopes) / (1 + np.abs(here.margins)))
    # A curvature of next to nothing beside the slope is one that rounding leaves.
    curvature = np.maximum(curvature, 1e-12 * np.abs(here.slopes) + 1e-300)
    room = np.maximum(1 - np.abs(v), _EPSILON)
    rows, pull = np.sqrt(loss * curvature), np.sqrt(eps / decay) / room
    A = rows[:, None] * model.A / decay
    units = np.maximum(powers_of_two(largest(A, axis=0)), pull)
    system = np.vstack([A / units, np.diag(pull / units)])
    lengths = np.where(rows > 0, loss * here.slopes / np.where(rows > 0, rows, 1.0), 0.0)
    slopes = np.concatenate([lengths, np.sqrt(eps / decay) * v])
    Q, R = np.linalg.qr(system)
    step = -np.linalg.solve(R, Q.T @ slopes) / units
    gradient = loss * here.gradient / decay + eps / decay * v / room
    return step, float(step @ gradient)
