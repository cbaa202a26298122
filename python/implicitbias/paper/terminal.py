"""The table that grows while the paper is re-run."""

import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .entry import Entry
from .finding import Finding
from .registry import Statement
from .words import heading, measured

_SHORT = {"hypothesis fails": "unmet", "fails in part": "in part"}


def show(
    statements: Iterable[Statement], entries: Iterator[Entry], console: Console
) -> tuple[list[Entry], bool]:
    """Print a line of the table for each statement, as it is decided.

    Parameters
    ----------
    statements : iterable of Statement
    entries : iterator
        What is found of each, in their order; each is awaited.
    console : Console

    Returns
    -------
    decided : list of (Finding, list of Picture)
    interrupted : bool
        Whether Ctrl-C ended it early.
    """
    papers_tried = [(paper, list(members)) for paper, members in groupby(statements, lambda each: each.paper)]
    decided: list[Entry] = []
    for paper, members in papers_tried:
        if len(papers_tried) > 1:
            _print(console, (), (), (heading(paper), "bold"))
        # Columns have fixed widths, so that lines can be printed one by one.
        widths = 2, max(len(key) for key in ("statement", *(each.key for each in members))), 7, 16, 5
        headings = "", "statement", "verdict", "measured", "    s"
        _print(console, widths, [(each, "bold") for each in headings], ("what it is about", "bold"))
        for statement in members:
            try:
                with console.status(f"{statement.key}: {statement.title}", spinner="dots"):
                    finding, pictures = next(entries)
                decided.append((finding, pictures))
                _print(console, widths, _cells(finding), (statement.title, ""))
                if not finding.as_expected:
                    console.print(f"     {finding.reason}", style="red", soft_wrap=True)
            except KeyboardInterrupt:
                console.print(f"Interrupted in {statement.key}; what is decided follows.", style="yellow")
                return decided, True
    return decided, False


def show_list(statements: Iterable[Statement], console: Console) -> None:
    """Print what there is to select from, paper by paper."""
    for paper, group in groupby(statements, lambda each: each.paper):
        members = list(group)
        console.print(Text(heading(paper), "bold"), soft_wrap=False, highlight=False)
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("statement", min_width=max(len(each.key) for each in members))
        for name in ("source", "must", "what it is about"):
            table.add_column(name)
        for each in members:
            must = "(open)" if each.expect == "open" else each.expect.removesuffix("s")
            table.add_row(each.key, each.source, must, each.title)
        console.print(table)
        console.print()


def _print(
    console: Console, widths: Iterable[int], cells: Iterable[tuple[str, str]], last: tuple[str, str]
) -> None:
    """Print a line; its last cell goes on in the lines below, between words."""
    line = Text()
    for (text, style), width in zip(cells, widths, strict=True):
        line.append(set_cell_size(text, max(width, cell_len(text))), style).append(" ")
    indent = cell_len(line.plain)
    words, style = last
    room = max(console.width - indent, 20)
    parts = textwrap.wrap(words, room, break_long_words=False, break_on_hyphens=False) or [""]
    for k, part in enumerate(parts):
        start = line if k == 0 else Text(" " * indent)
        console.print(start.append(part, style), soft_wrap=True, highlight=False)


def _cells(finding: Finding) -> list[tuple[str, str]]:
    style = "green" if finding.as_expected else "bold red"
    return [
        ("ok" if finding.as_expected else "!!", style),
        (finding.statement.key, ""),
        (_SHORT.get(finding.verdict, finding.verdict), style),
        (measured(finding), ""),
        (f"{finding.seconds:5.1f}", "dim"),
    ]
