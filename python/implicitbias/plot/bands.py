"""Medians over runs, with the band between two quantiles."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..runs.view import RunView
from .axes_of_t import Curve
from .lines import Line


def draw_bands(ax: Any, lines: Sequence[Line], quantity: Callable[[RunView], Curve]) -> list[Curve]:
    """Draw for each label the median of a quantity over its runs against t, with 10 and 90 % quantiles.

    At each t the quantiles are of the runs that have a row there. Returns the medians.
    """
    medians = []
    for label in dict.fromkeys(line.label for line in lines):
        runs = [line for line in lines if line.label == label]
        t, (low, median, high) = _quantiles([quantity(line.run) for line in runs])
        ax.fill_between(t, low, high, color=runs[0].color, alpha=0.2, lw=0)
        ax.plot(t, median, label=label, **runs[0].look())
        medians.append((t, median))
    return medians


def _quantiles(curves: Sequence[Curve]) -> tuple[Any, Any]:
    """Return the times at which some curve has a number, and the quantiles there of those that do."""
    from pandas import Series

    t = np.concatenate([x for x, _ in curves])
    values = np.concatenate([y for _, y in curves])
    table = Series(values, t)[np.isfinite(values)].groupby(level=0).quantile([0.1, 0.5, 0.9])
    if table.empty:
        return np.zeros(0), np.zeros((3, 0))
    found = table.unstack()
    return found.index.to_numpy(), found.to_numpy().T
