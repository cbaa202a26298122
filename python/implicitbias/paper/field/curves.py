"""Figures of the papers: how gaps fall with t, in the colors that all readers tell apart."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

import implicitbias as ib

from ..._types import Array
from ...plot.style import COLORS, MARKERS, add_legend
from .separable import gap

Curves = Mapping[str, tuple[Any, Any]]


def gaps_of(run: ib.Run, rows: Array, best: Array, p: float = 2.0) -> tuple[Array, Array]:
    """Return the recorded t > 0 of a run, and its l_p margin gaps there."""
    at = np.asarray(run.trajectory.t, float) > 0
    ws = run.trajectory.w[at].reshape(int(at.sum()), -1)
    return np.asarray(run.trajectory.t, float)[at], np.array([gap(rows, w, best, p) for w in ws])


def draw_curves(
    ax: Any,
    curves: Curves,
    *,
    ylabel: str,
    powers: Sequence[float] = (),
    xlabel: str = "iteration $t$",
    logy: bool = True,
    legend: bool = True,
) -> None:
    """Draw curves over t on logarithmic axes, with gray lines that fall like t to some powers."""
    ax.set(xscale="log", yscale="log" if logy else "linear", xlabel=xlabel, ylabel=ylabel)
    looks = zip(COLORS * 3, MARKERS * 3, strict=True)
    for i, ((label, (t, y)), (color, marker)) in enumerate(zip(curves.items(), looks, strict=False)):
        t, y = np.asarray(t, float), np.asarray(y, float)
        shown = (y > 0) & (t > 0) if logy else t > 0
        marks = {"marker": marker, "ms": 4, "mfc": "white", "markevery": (0.02 + 0.023 * i, 0.16)}
        ax.plot(t[shown], y[shown], label=label, color=color, lw=1.6, **marks)
    for power in powers:
        t, y = (np.asarray(each, float) for each in next(iter(curves.values())))
        low, high = ax.get_ylim()
        ts = np.geomspace(max(np.max(t) ** 0.35, np.min(t[t > 0])), np.max(t), 40)
        line = 3 * y[-1] * (ts / ts[-1]) ** power
        ax.plot(ts, line, color="0.6", lw=1, ls="--", label=f"$t^{{{power:g}}}$")
        ax.set_ylim(low, high)
    ax.spines[["top", "right"]].set_visible(False)
    if legend:
        add_legend(ax)
