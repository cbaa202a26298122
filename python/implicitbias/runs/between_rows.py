"""Where a run was between two rows of a leap: what it follows there is smooth in log t, or nearly so."""

import math

import numpy as np

from .._arguments import refuse
from .._types import Array, is_number
from ..errors import InvalidValueError
from .trajectory import Trajectory

_ROWS = 8  # of those next to t
_EPSILON = float(np.finfo(float).eps)


def between_rows(rows: Trajectory, t: float | None, log10_t: float | None) -> tuple[Array, float]:
    """Do what `Run.at` says."""
    name, when = _time(rows, t, log10_t)
    times = rows.log10_t
    after = int(np.searchsorted(times, when))
    # A power of ten and its logarithm differ in rounding.
    for row in (after - 1, after):
        if 0 <= row < len(times) and math.isclose(when, times[row], rel_tol=1e-15):
            return rows.w[row].copy(), float(rows.error[row])
    seen = t if log10_t is None else log10_t
    if after == len(times):
        raise InvalidValueError(f"{name}: expected at most the last row's, {_text(rows)}, got {seen!r}")
    integrated = rows.integrated
    if not (integrated[after] and integrated[after - 1]):
        raise InvalidValueError(
            f"{name}: expected a row, or a time between two that `fast_forward` integrated, got {seen!r}: "
            "iterates between other rows are not known; record more of them (record=every())"
        )
    first, last = after - 1, after
    while first > 0 and integrated[first - 1] and after - first < _ROWS // 2:
        first -= 1
    while last + 1 < len(times) and integrated[last + 1] and last - first + 1 < _ROWS:
        last += 1
    while first > 0 and integrated[first - 1] and last - first + 1 < _ROWS:
        first -= 1
    return _interpolated(
        times[first : last + 1], rows.w[first : last + 1], when, float(rows.error[first : last + 1].max())
    )


def _time(rows: Trajectory, t: float | None, log10_t: float | None) -> tuple[str, float]:
    """Return the name of the argument, and log10 t."""
    if (t is None) == (log10_t is None):
        raise InvalidValueError("t: expected either t or log10_t")
    name, value = ("t", t) if log10_t is None else ("log10_t", log10_t)
    if value is None or not is_number(value):
        refuse(name, "a number", value)
    try:
        value = float(value)
    except OverflowError:
        raise InvalidValueError(f"{name}: the number is too large for a float") from None
    if math.isnan(value) or (name == "t" and value < 0):
        raise InvalidValueError(f"{name}: expected a time from 0 on, got {value!r}")
    if name == "log10_t":
        return name, value
    return name, math.log10(value) if value > 0 else -math.inf


def _text(rows: Trajectory) -> str:
    return f"t = 10^{rows.log10_t[-1]:g}"


def _interpolated(times: Array, w: Array, when: float, error: float) -> tuple[Array, float]:
    """Return the polynomial's value, and the rows' error with twice what fewer rows change of it."""
    flat = w.reshape(len(w), -1)
    weights = _lagrange(times, when)
    value = weights @ flat
    change = max(
        float(np.linalg.norm(_lagrange(times[rest], when) @ flat[rest] - value))
        for rest in (slice(1, None), slice(None, -1), slice(1, -1))
        if len(times[rest])
    )
    amplified = float(np.abs(weights).sum())
    rounding = 4 * _EPSILON * amplified * float(np.linalg.norm(value))
    return value.reshape(w.shape[1:]), amplified * error + 2 * change + rounding


def _lagrange(times: Array, when: float) -> Array:
    """Return the weights of the values at some times."""
    apart = times[:, None] - times
    np.fill_diagonal(apart, 1.0)
    ahead = np.tile(when - times, (len(times), 1))
    np.fill_diagonal(ahead, 1.0)
    return np.asarray((ahead / apart).prod(axis=1))
