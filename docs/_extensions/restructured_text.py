"""Pieces of pages in reStructuredText."""

import re

_MARKUP = re.compile(r"[\\*|]|_(?!\w)")


def escaped(text):
    """Return text in which nothing outside of backticks is markup: |w|_p stays as it is."""
    parts = re.split(r"(``.*?``|`[^`]*`)", text)
    parts[::2] = [_MARKUP.sub(r"\\\g<0>", part) for part in parts[::2]]
    return "".join(parts)


def heading(title, mark="="):
    """Return the lines of a heading."""
    title = escaped(title)
    return [title, mark * len(title), ""]


def table(rows, head=None, widths=None, style=None):
    """Return the lines of a table, with a head or none, widths in per cent, and a class for its style."""
    options = {"header-rows": head and 1, "widths": widths, "class": style}
    lines = [".. list-table::", *(f"   :{name}: {value}" for name, value in options.items() if value), ""]
    for row in [head, *rows] if head else rows:
        lines += [f"   {'*' if k == 0 else ' '} - {cell}" for k, cell in enumerate(row)]
    return [*lines, ""]


def hidden_toctree(entries):
    """Return the lines of a toctree that the sidebar alone shows."""
    return [".. toctree::", "   :hidden:", "", *(f"   {entry}" for entry in entries), ""]
