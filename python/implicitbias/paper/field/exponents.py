"""Rates as claims: the exponent of t that a gap falls with, fitted, with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ...errors import InvalidValueError
from ..trial import Trial


@dataclass(frozen=True)
class Exponent:
    """A fitted exponent, and two standard errors of it."""

    value: float
    error: float

    def __str__(self) -> str:
        return f"{self.value:.2f} +- {self.error:.2f}"


def fitted_exponent(t: ArrayLike, gaps: ArrayLike, after: float = 1.0) -> Exponent:
    """Fit gap = c t^a from some t on, by least squares in logarithms.

    What rounding has reached does not count. Two standard errors are those of points that scatter
    independently, and .02 at least.
    """
    t, gaps = np.asarray(t, float), np.asarray(gaps, float)
    counted = (gaps > 1e-12) & (t >= after)
    if counted.sum() < 5:
        raise InvalidValueError(f"gaps: expected 5 at least above rounding to fit, got {int(counted.sum())}")
    x, y = np.log(t[counted]), np.log(gaps[counted])
    x0 = x - x.mean()
    slope = float(x0 @ y / (x0 @ x0))
    rest = y - y.mean() - slope * x0
    error = float(np.sqrt(rest @ rest / max(len(x) - 2, 1) / (x0 @ x0)))
    return Exponent(slope, max(2 * error, 0.02))


def at_least_as_fast(trial: Trial, label: str, fits: Sequence[Exponent], claimed: float) -> None:
    """Measure by how much gaps fall more slowly than t^claimed, beyond the intervals of the fits."""
    low, high = min(fits, key=lambda fit: fit.value), max(fits, key=lambda fit: fit.value)
    trial.note(f"{label}: fitted exponents from {low} to {high}, claimed {claimed:g}")
    for fit in fits:
        trial.measure(label, max(0.0, fit.value - fit.error - claimed))
