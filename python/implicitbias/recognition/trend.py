"""How a gap falls with t."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from .._types import Array

Law = Literal["1 / t", "t^-1/2", "1 / log t", "levels off"]
_ENOUGH = 3  # times that a trend needs
_NOTHING = 1e-9  # a gap that is none
_FLAT = 0.02  # slope below which a gap does not fall


@dataclass(frozen=True)
class Trend:
    """How the gap 1 - ratio falls: of the laws that are known the nearest.

    Attributes
    ----------
    law : {'1 / t', 't^-1/2', '1 / log t', 'levels off'}
    gap : float
        What the fit says of t = infinity: 0 but for a gap that levels off.
    slope : float
        Of log gap over log t, in the later half of the times.
    """

    law: Law
    gap: float
    slope: float

    def __str__(self) -> str:
        return f"levels off at {self.gap:.2g}" if self.law == "levels off" else f"like {self.law}"


def trend_of(t: Array, gaps: Array) -> Trend | None:
    """Return the trend of gaps over times; None where they are too few, or nothing is left."""
    later = (t > 1) & (gaps > _NOTHING)
    t, gaps = t[later], gaps[later]
    if len(t) < _ENOUGH:
        return None
    half = max(_ENOUGH, len(t) // 2)
    t, gaps = t[-half:], gaps[-half:]
    slope = float(np.polyfit(np.log(t), np.log(gaps), 1)[0])
    fits = [(_fit(shape, gaps), law) for law, shape in _shapes(t).items()]
    (_, floor), law = min(fits)
    if slope > -_FLAT or floor > gaps[-1] / 2:
        return Trend("levels off", floor if slope <= -_FLAT else float(gaps[-1]), slope)
    return Trend(law, 0.0, slope)


def _shapes(t: Array) -> dict[Law, Array]:
    return {"1 / t": 1 / t, "t^-1/2": t**-0.5, "1 / log t": 1 / np.log(t)}


def _fit(shape: Array, gaps: Array) -> tuple[float, float]:
    """Return the relative misfit of floor + c shape, neither negative, and the floor."""
    from scipy.optimize import nnls

    columns = np.column_stack([np.ones_like(shape), shape / shape.max()]) / gaps[:, None]
    (floor, _), misfit = nnls(columns, np.ones_like(gaps))
    return float(misfit), float(floor)
