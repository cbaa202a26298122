"""A fingerprint in words and as HTML."""

import math
from collections.abc import Sequence

from .._html import grid, stacked
from .row import Row

_HEADS = ["geometry", "ratio", "compatible", "gap"]


def as_text(said: Sequence[str], rows: Sequence[Row]) -> str:
    """Return what is said, and the table."""
    table = [_HEADS, *map(_cells, rows)]
    widths = [max(len(cells[column]) for cells in table) for column in range(len(_HEADS))]
    return "\n".join([*said, *("  ".join(map(str.ljust, cells, widths)).rstrip() for cells in table)])


def as_html(said: Sequence[str], rows: Sequence[Row]) -> str:
    """Return the same as HTML; compatible geometries are bold."""
    table = grid("", _HEADS, map(_cells, rows), [row.compatible for row in rows])
    return stacked(list(said), table)


def _cells(row: Row) -> list[str]:
    ratio = "-" if row.ratio.lower == -math.inf else f"{row.ratio.lower:.4f} .. {row.ratio.upper:.4f}"
    return [row.name, ratio, "yes" if row.compatible else "no", "" if row.trend is None else str(row.trend)]
