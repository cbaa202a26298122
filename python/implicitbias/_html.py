"""Tables of HTML, as notebooks show objects: in the page's own colors, with all text escaped."""

import html
import math
from collections.abc import Iterable, Sequence
from typing import Any

_LONGEST = 400  # characters of a text in a cell
_FEW = 6  # entries of an array, or of a list


class Markup(str):
    """HTML that is finished: nothing in it is escaped again."""

    __slots__ = ()


def facts(title: str, rows: Iterable[tuple[str, Any]]) -> Markup:
    """Return a table of what is said of one thing: a name and a value a row. None is left out.

    Parameters
    ----------
    title : str
    rows : iterable of (str, object)
    """
    lines = (
        f'<tr><th scope="row" style="text-align: left">{html.escape(name)}</th>'
        f'<td style="text-align: left">{cell(value)}</td></tr>'
        for name, value in rows
        if value is not None
    )
    return Markup(f"<table>{_caption(title)}{''.join(lines)}</table>")


def grid(
    title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], bold: Sequence[bool] | None = None
) -> Markup:
    """Return a table with a head, some of whose rows may be bold."""
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in heads)
    lines = [f"<tr>{head}</tr>"]
    for i, row in enumerate(rows):
        style = ' style="font-weight: bold"' if bold is not None and bold[i] else ""
        lines.append(f"<tr{style}>{''.join(f'<td>{cell(value)}</td>' for value in row)}</tr>")
    return Markup(f"<table>{_caption(title)}{''.join(lines)}</table>")


def stacked(*parts: Any) -> Markup:
    """Return parts below each other; those that are no markup are text."""
    return Markup("".join(part if isinstance(part, Markup) else f"<p>{cell(part)}</p>" for part in parts))


def cell(value: Any) -> str:
    """Return a value as a cell shows it: numbers in six digits, lists a line an entry, long ones cut."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        shown = [cell(each) for each in value[:_FEW]]
        return "<br>".join([*shown, *([f"... ({len(value) - _FEW} more)"] if len(value) > _FEW else [])])
    text = str(value)
    return html.escape(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}...")


def array(values: Any) -> str:
    """Return an array in words: its entries where they are few, else its shape too."""
    flat = values.ravel().tolist()
    entries = ", ".join(f"{each:.6g}" for each in flat[:_FEW])
    return f"[{entries}]" if len(flat) <= _FEW else f"[{entries}, ...] of shape {values.shape}"


def hypotheses(found: Iterable[tuple[str, bool]]) -> list[str]:
    """Return what is assumed, each with whether it holds."""
    return [f"{'holds' if holds else 'fails'}: {text}" for text, holds in found]


def interval(lower: float, upper: float) -> Markup:
    """Return a drawing of an interval on the line from 0; empty where it has no ends."""
    if not (math.isfinite(lower) and math.isfinite(upper)) or upper <= 0:
        return Markup("")
    # Shares of the largest: numbers near the ends of what floats hold have no difference, or no inverse.
    size = max(-lower, upper)
    begin, first, last = min(lower / size, 0.0), lower / size, upper / size
    scale = 180 / (last - begin) / 1.1
    zero = f"{10 - begin * scale:.1f}"
    left, right = 10 + (first - begin) * scale, 10 + (last - begin) * scale
    return Markup(
        '<svg width="200" height="18" viewBox="0 0 200 18" role="img" stroke="currentColor" '
        f'fill="currentColor"><title>{lower:.6g} to {upper:.6g}</title>'
        '<line x1="10" y1="9" x2="190" y2="9" stroke-opacity="0.35"/>'
        f'<line x1="{zero}" y1="4" x2="{zero}" y2="14" stroke-opacity="0.5"/>'
        f'<rect x="{left:.1f}" y="5" width="{max(right - left, 2):.1f}" height="8" stroke="none"/></svg>'
    )


def _caption(title: str) -> str:
    return f'<caption style="text-align: left; color: inherit"><b>{html.escape(title)}</b></caption>'
