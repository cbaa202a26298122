"""The table that grows while the paper is re-run."""

from collections.abc import Iterable
from typing import Any

from rich.cells import set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .registry import Effort, Statement
from .trial import Finding, examine

# Of fixed width, so that lines can be printed one by one.
_COLUMNS = {"": 2, "statement": 17, "verdict": 7, "measured": 18, "    s": 5}
_SHORT = {"hypothesis fails": "unmet", "fails in part": "in part"}
_ONE_LINE: Any = {"no_wrap": True, "overflow": "ellipsis", "highlight": False}


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
    findings: list[Finding] = []
    console.print(_line(dict.fromkeys(_COLUMNS, "bold").items(), ("what it is about", "bold")), **_ONE_LINE)
    for statement in statements:
        try:
            with console.status(f"{statement.key}: {statement.title}", spinner="dots"):
                finding = examine(statement, effort, seed)
        except KeyboardInterrupt:
            console.print(f"Interrupted in {statement.key}; what is decided follows.", style="yellow")
            return findings, True
        findings.append(finding)
        console.print(_row(finding), **_ONE_LINE)
        if not finding.as_expected:
            console.print(f"     {finding.reason}", style="red", soft_wrap=True)
    return findings, False


def summary(findings: list[Finding]) -> Text:
    """Return the last line: how many did what they must."""
    as_expected = sum(finding.as_expected for finding in findings)
    seconds = sum(finding.seconds for finding in findings)
    text = f"{as_expected} of {len(findings)} statements are as expected"
    held, failed = (sum(each.verdict == verdict for each in findings) for verdict in ("holds", "fails"))
    text += f" ({held} hold, {failed} fail), in {seconds:.0f} s"
    return Text(text, "bold green" if as_expected == len(findings) else "bold red")


def show_list(statements: Iterable[Statement], console: Console) -> None:
    """Print what there is to select from."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("statement", "source", "must", "what it is about"):
        table.add_column(name)
    for each in statements:
        table.add_row(each.key, each.source, each.expect.removesuffix("s"), each.title)
    console.print(table)


def verdict(finding: Finding) -> str:
    """Return the verdict in a few words, and what it should have been where it is another."""
    if finding.as_expected:
        return "holds" if finding.verdict == "holds" else "fails, as it must"
    return f"{finding.verdict.upper()}, must {'hold' if finding.statement.expect == 'holds' else 'fail'}"


def measured(finding: Finding) -> str:
    """Return the decisive measurement and its tolerance."""
    worst = finding.decisive
    if worst is None:
        return "nothing"
    value = f"{worst.value:.1e}" if worst.value else "0"
    return f"{value} {'<=' if worst.within else '>'} {worst.tolerance:.0e}"


def _line(cells: Iterable[tuple[str, str]], last: tuple[str, str]) -> Text:
    line = Text()
    for (text, style), width in zip(cells, _COLUMNS.values(), strict=True):
        shown = text if len(text) <= width else text[: width - 1] + "…"
        line.append(set_cell_size(shown, width), style).append(" ")
    return line.append(*last)


def _row(finding: Finding) -> Text:
    style = "green" if finding.as_expected else "bold red"
    statement = finding.statement
    cells = [
        ("ok" if finding.as_expected else "!!", style),
        (statement.key, ""),
        (_SHORT.get(finding.verdict, finding.verdict), style),
        (measured(finding), ""),
        (f"{finding.seconds:5.1f}", "dim"),
    ]
    return _line(cells, (statement.title, ""))
