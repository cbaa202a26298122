"""Axes of figures against t: where they begin and end, so that the curves fill them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._types import Array
from ..errors import InvalidValueError
from ..runs.trajectory import Trajectory
from ..runs.view import RunView

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Curve = tuple[Array, Array]

# Larger numbers overflow in matplotlib's arithmetic; runs that diverged have them.
LARGEST = 1e250


def drawable(values: Any, *, positive: bool = False) -> Array:
    """Return numbers as they can be drawn: NaN where they are not finite, or too large."""
    values = np.asarray(values, float)
    with np.errstate(invalid="ignore"):
        shown = (np.abs(values) < LARGEST) & ((values > 0) | (not positive))
    return np.where(shown, values, np.nan)


def after_start(rows: Trajectory, values: Any, *, positive: bool = False) -> Curve:
    """Return what is drawn of a number a row from t = 1 on: a logarithmic axis has no 0."""
    later = rows.t >= 1
    return rows.t[later], drawable(values, positive=positive)[later]


def show_t(ax: "Axes", runs: Sequence[RunView], first: float = 1.0) -> None:
    """Make x the iterations from the first on, on a logarithmic axis; also where no run has gone far yet."""
    last = max(run.log10_t for run in runs)
    if last > 304:
        raise InvalidValueError("runs: figures against t end at 1e304; trajectory.log10_t goes on")
    ax.set_xlim(0.8 * first, 1.3 * 10 ** max(last, 1))
    ax.set_xscale("log")
    if last > 18:  # matplotlib's own choice of ticks looks for decades that overflow
        from matplotlib.ticker import FixedLocator, NullLocator

        step = next(step for step in (5, 10, 20, 50, 100) if last <= 6.5 * step)
        ax.xaxis.set_major_locator(FixedLocator([10.0**k for k in range(0, int(last) + 1, step)]))
        ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlabel("iteration $t$")


def note(ax: Any, text: str) -> None:
    """Say in the middle of axes why they are empty."""
    write = ax.text2D if ax.name == "3d" else ax.text
    write(0.5, 0.5, text, ha="center", va="center", color="0.35", transform=ax.transAxes, wrap=True)
    if ax.get_xscale() == "log":
        ax.set_ylim(0.1, 1)  # a logarithmic axis has no limits of its own without numbers


def window(curves: Sequence[Curve], levels: Sequence[float] = ()) -> tuple[float, tuple[float, float]] | None:
    """Return where axes on a logarithmic x begin, and between which y, so that the curves fill them.

    Early iterates may be far off, on both sides. What counts is the second half of the axis, in log x, and
    the level that is tended to; x begins where a curve comes into view. None where there is nothing to see.
    """
    seen = [(x[shown], y[shown]) for x, y in curves if (shown := np.isfinite(y) & (x > 0)).any()]
    if not seen:
        return None
    first, last = min(x[0] for x, _ in seen), max(x[-1] for x, _ in seen)
    bottom, top = _between(seen, levels, first, last)
    inside = [x[(y > bottom) & (y < top)] for x, y in seen]
    first = min((x[0] for x in inside if len(x)), default=first)
    return float(first), _between(seen, levels, first, last)


def _between(
    curves: Sequence[Curve], levels: Sequence[float], first: float, last: float
) -> tuple[float, float]:
    """Return the least and the largest y of the second half, or last third, of curves, and some more."""
    half = np.sqrt(first) * np.sqrt(last)
    begins = (min(np.searchsorted(x, half), 2 * len(x) // 3, max(len(x) - 3, 0)) for x, _ in curves)
    late = [y[begin:] for begin, (_, y) in zip(begins, curves, strict=True)]
    values = np.concatenate([*late, np.asarray(levels, float)])
    bottom, top = float(values.min()), float(values.max())
    spare = 0.06 * (top - bottom) or 0.1 * abs(top) or 1.0
    return bottom - spare, top + spare
