"""A fingerprint in words and as HTML."""

import math
from collections.abc import Sequence

from .._html import grid, stacked
from .row import Row

_HEADS = ["geometry", "ratio", "compatible", "gap"]


def as_text(said: Sequence[str], rows: Sequence[Row]) -> str:
    """Return what is said, and the table."""
    table = _table(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join([*said, *("  ".join(map(str.ljust, cells, widths)).rstrip() for cells in table)])


def as_html(said: Sequence[str], rows: Sequence[Row]) -> str:
    """Return the same as HTML; compatible geometries are bold."""
    if not (table := _table(rows)):
        return stacked(list(said))
    heads, *cells = table
    return stacked(list(said), grid("", heads, cells, [row.compatible for row in rows]))


def _table(rows: Sequence[Row]) -> list[list[str]]:
    """Return heads and cells; none where w was held against nothing, and no gap where there is no trend."""
    if all(row.ratio.lower == -math.inf for row in rows):
        return []
    columns = len(_HEADS) if any(row.trend is not None for row in rows) else len(_HEADS) - 1
    return [cells[:columns] for cells in [_HEADS, *map(_cells, rows)]]


def _cells(row: Row) -> list[str]:
    ratio = "-" if row.ratio.lower == -math.inf else f"{row.ratio.lower:.4f} .. {row.ratio.upper:.4f}"
    return [row.name, ratio, "yes" if row.compatible else "no", "" if row.trend is None else str(row.trend)]
