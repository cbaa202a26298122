"""Ratios to the maximum margins against the geometry: fingerprints."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._arguments import instance
from .._calls import public
from .._core import Lp, Norm, Schatten
from ..errors import InvalidValueError
from ..recognition.result import Fingerprint
from ..recognition.row import Row
from .lines import check_labels
from .style import COLORS, MARKERS, Style, add_legend, drawing, mark, width

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@public
def fingerprint(
    found: Fingerprint,
    *,
    labels: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    style: Style | None = None,
) -> "Axes":
    """Draw which part of the maximum margin a direction has in each geometry, one line a t.

    Geometries on a line of exponents are joined, in the order of 1/p; a bar is the certified bracket of the
    last t; compatible geometries have filled dots, and the interval of 1/p is shaded.

    Parameters
    ----------
    found : Fingerprint
        Of a direction that separates the data, or of a solution that fits them.
    labels : sequence of str, optional
        One a geometry of the table; by default their names.
    ax : matplotlib Axes, optional
    style : {'single-column', 'double-column', 'slides'}, optional
        Sizes that a journal or slides take, as in `margins`.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> problem = ib.Problem(rng.standard_normal((10, 40)), [1, -1] * 5, ib.Exponential())
    >>> run = ib.Run(problem, ib.GradientDescent()).advance(1000)
    >>> ax = ib.plot.fingerprint(ib.fingerprint(problem, run.w, geometries=[ib.Lp(1), ib.Lp(2)]))
    >>> ax.get_ylabel()
    'ratio to the maximum margin'
    """
    instance(found, Fingerprint, "found")
    if found.best is None:
        raise InvalidValueError(f"found: expected a fingerprint with ratios to draw; {found.reason}")
    if labels is not None:
        check_labels(labels, len(found.table), "geometry")
    named = {id(row): row.name for row in found.table}
    if labels is not None:
        named = {id(row): label for row, label in zip(found.table, labels, strict=True)}
    rows = sorted(found.table, key=_order)
    times = [None] if found.t is None else found.t.tolist()
    shown = range(len(times)) if len(times) <= len(COLORS) else _some(len(times))
    with drawing(ax, style, height=1.35) as ax:
        for number, i in enumerate(shown):
            color, marker = COLORS[number % len(COLORS)], MARKERS[number % len(MARKERS)]
            label = None if times[i] is None else f"t = {times[i]:.6g}"
            for places in _joined(rows):
                ratios = [rows[place].ratios[i] for place in places]
                ax.plot(places, ratios, color=color, marker=marker, ms=mark(0.7), mfc="white", label=label)
                label = None
            last = i == len(times) - 1
            for place, row in enumerate(rows):
                if last and row.compatible:
                    ax.plot(place, row.ratios[i], color=color, marker=marker, ms=mark(), zorder=3)
                if last and math.isfinite(row.ratio.lower):
                    bracket = [row.ratio.lower, row.ratio.upper]
                    ax.plot([place, place], bracket, color=color, lw=width(2.7), alpha=0.35, zorder=1)
        family = found.table[0].family
        inside = [place for place, row in enumerate(rows) if row.compatible and row.family == family]
        if found.interval is not None and inside:
            ax.axvspan(min(inside) - 0.4, max(inside) + 0.4, color="0.92", zorder=0)
        ax.set_xticks(range(len(rows)), [named[id(row)] for row in rows], rotation=60, ha="right")
        ax.axhline(1, color="0.8", lw=width(0.5), zorder=0)
        margins = any(isinstance(row.geometry, Norm) for row in rows)
        kind = "maximum margin" if margins else "span of the projection"
        ax.set_ylabel(f"ratio to the {kind}")
        ax.set_title(found.reason, fontsize="small", wrap=True)
        add_legend(ax, place="right")
        return ax


def _some(count: int) -> list[int]:
    """Return about as many indices as there are colors, the last among them."""
    return sorted(set(np.linspace(0, count - 1, len(COLORS)).round().astype(int).tolist()))


def _order(row: Row) -> tuple[int, str, float]:
    """Return lines first, by 1/p, and the others by what they are called."""
    geometry: Any = row.geometry
    if isinstance(geometry, Lp | Schatten):
        return (0 if isinstance(geometry, Lp) else 1), "", -1 / geometry.p
    return 2, row.name, 0.0


def _joined(rows: list[Row]) -> list[list[int]]:
    """Return the places of each line's rows, and of each other row alone."""
    found: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        line = row.family if isinstance(row.geometry, Lp | Schatten) else f"{place}"
        found.setdefault(line, []).append(place)
    return list(found.values())
