"""The table that grows while the paper is re-run."""

import math
import textwrap
from collections.abc import Iterable
from itertools import groupby

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .finding import Finding, examine
from .registry import Effort, Statement, papers

_SHORT = {"hypothesis fails": "unmet", "fails in part": "in part"}


def run(
    statements: Iterable[Statement], effort: Effort, seed: int, console: Console
) -> tuple[list[Finding], bool]:
    """Try statements one after the other, a line of the table each as it is decided.

    Returns
    -------
    findings : list of Finding
    interrupted : bool
        Whether Ctrl-C ended it early.
    """
    papers_tried = [(paper, list(members)) for paper, members in groupby(statements, lambda each: each.paper)]
    findings: list[Finding] = []
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
                    finding = examine(statement, effort, seed)
            except KeyboardInterrupt:
                console.print(f"Interrupted in {statement.key}; what is decided follows.", style="yellow")
                return findings, True
            findings.append(finding)
            _print(console, widths, _cells(finding), (statement.title, ""))
            if not finding.as_expected:
                console.print(f"     {finding.reason}", style="red", soft_wrap=True)
    return findings, False


def summary(findings: list[Finding]) -> Text:
    """Return the last line: how many did what they must, apart from what is open."""
    held, failed, open_ = (
        sum(each.verdict == verdict for each in findings) for verdict in ("holds", "fails", "open")
    )
    as_expected, tried = sum(each.as_expected for each in findings) - open_, len(findings) - open_
    seconds = sum(finding.seconds for finding in findings)
    if open_ and not tried:
        plural = "s" if open_ > 1 else ""
        return Text(f"numbers for {open_} open question{plural}, in {seconds:.0f} s", "bold green")
    questions = f", {open_} open" if open_ else ""
    text = f"{as_expected} of {tried} statements are as expected"
    text += f" ({held} hold, {failed} fail{questions}), in {seconds:.0f} s"
    return Text(text, "bold green" if as_expected == tried else "bold red")


def heading(paper: str) -> str:
    """Return who says what follows, by the paper's key."""
    return f"{paper}: {papers()[paper].citation}" if paper else "of one's own"


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


def verdict(finding: Finding) -> str:
    """Return the verdict in a few words, and what it should have been where it is another."""
    must = finding.statement.expect
    if finding.as_expected:
        return "fails, as it must" if must == "fails" else finding.verdict
    return finding.verdict.upper() + ("" if must == "open" else f", must {must.removesuffix('s')}")


def measured(finding: Finding) -> str:
    """Return the decisive measurement and its tolerance, where it has one."""
    worst = finding.decisive
    if worst is None:
        return "nothing"
    value = f"{worst.value:.1e}" if worst.value else "0"
    if math.isinf(worst.tolerance):
        return value
    return f"{value} {'<=' if worst.within else '>'} {worst.tolerance:.2g}"


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
