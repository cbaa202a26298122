"""The table of the runs: in the terminal, and as CSV."""

import csv
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .._core import SteepestDescent
from ..bracket import Bracket
from ..runs.run import Run
from .judged import Line

if TYPE_CHECKING:
    from ..flows.flow import Flow
    from ..paths.regularization_path import RegularizationPath


def _number(form: str) -> Callable[[float], str]:
    return lambda value: "-" if math.isnan(value) else format(value, form)


_verdict_style = {"holds": "green", "violated": "bold red", "failed": "bold red", "no claim": "dim"}


@dataclass(frozen=True)
class Column:
    """Its heading, what it has of a line, in full, and how the terminal shows it."""

    heading: str
    value: Callable[[Line], Any]
    shown: Callable[[Any], str] = str
    text: bool = False  # aligned on the left
    of_oracle: bool = False  # shown in the terminal only where an oracle was asked
    file_only: bool = False


_time = Column(
    "t",
    lambda line: line.run.t if isinstance(line.run, Run) else float(line.run.t[-1]),
    lambda t: f"{t:,}" if isinstance(t, int) else f"{t:.4g}",
)
_verdict = Column("verdict", lambda line: line.verdict, text=True)
_step_size = Column(
    "step size", lambda line: repr(line.run.step_size) if isinstance(line.run, Run) else "", file_only=True
)
_duality_gap = Column("oracle's duality gap", lambda line: line.oracle_gap, file_only=True)
_margin_columns = [
    _time,
    Column("margin", lambda line: _margin(line.run), _number(".5g")),
    Column("certified upper bound", lambda line: _bracket(line.run).upper, _number(".5g")),
    Column("oracle", lambda line: line.oracle, _number(".5g"), of_oracle=True),
    Column("relative gap", lambda line: line.gap, _number(".1e"), of_oracle=True),
    Column("angle (deg)", lambda line: line.angle, _number(".2g"), of_oracle=True),
    _verdict,
    Column("certified lower bound", lambda line: _bracket(line.run).lower, file_only=True),
    Column("certified relative gap", lambda line: _bracket(line.run).gap, file_only=True),
    _duality_gap,
    _step_size,
]
_point_columns = [
    _time,
    Column("residual", lambda line: line.run.residual, _number(".2e")),
    Column("distance to claim", lambda line: line.gap, _number(".1e"), of_oracle=True),
    Column("iterates", lambda line: line.iterates, text=True),
    _verdict,
    Column("off the data manifold", lambda line: _off_manifold(line.run), file_only=True),
    _duality_gap,
    _step_size,
]


def _off_manifold(run: "Run | Flow") -> float:
    return run.off_manifold if isinstance(run, Run) else math.nan


def _margin(run: "Run | Flow") -> float:
    return run.margin if isinstance(run, Run) else math.nan


def _bracket(run: "Run | Flow") -> Bracket:
    """Return the certified bracket; flows are for losses with a finite root only, without one."""
    return run.bracket if isinstance(run, Run) else Bracket(math.nan, math.nan)


def _columns(lines: list[Line]) -> list[Column]:
    steepest = all(isinstance(line.run.method, SteepestDescent) for line in lines)
    name = Column("norm" if steepest else "method", lambda line: line.name, text=True)
    return [name, *(_margin_columns if lines[0].run.problem.loss.monotone else _point_columns)]


def print_table(lines: list[Line], console: Console) -> None:
    """Print one line a run, and below the table why a verdict is not "holds", or is so all the same.

    Where a name leaves too little room for the numbers, every name stands above them.
    """
    asked = any(line.verdict != "not asked" for line in lines)
    columns = [each for each in _columns(lines) if not each.file_only and (asked or not each.of_oracle)]
    rows = [[each.shown(each.value(line)) for each in columns] for line in lines]
    widths = [
        max(len(word) for cell in (each.heading, *cells) for word in _words(each, cell))
        for each, cells in zip(columns, zip(*rows, strict=True), strict=True)
    ]
    names = [row[0] for row in rows]
    above = sum(widths) - widths[0] + max(map(len, names)) + len(columns) - 1 > console.width
    widths[0] = len(columns[0].heading) if above else max(widths[0], *map(len, names))
    # The width that is left goes to verdicts of several words.
    room = console.width - sum(widths[:-1]) - (len(columns) - 1)
    widths[-1] = max(widths[-1], min(room, max(len(row[-1]) for row in rows)))

    def show(cells: list[Any], style: str = "") -> None:
        table = Table.grid(padding=(0, 1, 0, 0))
        for each, width in zip(columns, widths, strict=True):
            justify: Any = "left" if each.text else "right"
            table.add_column(justify=justify, width=width, vertical="bottom", overflow="fold")
        table.add_row(*cells, style=style)
        console.print(table)

    show([each.heading for each in columns], "bold")
    for line, row in zip(lines, rows, strict=True):
        if above:
            console.print(line.name, highlight=False)
        show(["" if above else row[0], *row[1:-1], Text(row[-1], _verdict_style.get(line.verdict, "yellow"))])
    remarks: dict[str, list[str]] = {}
    for line in lines:
        if line.verdict == "holds":
            told = [f"a hypothesis is not met: {text}" for text in line.unmet]
        else:
            told = [line.remark] if line.remark else []
        for remark in told:
            remarks.setdefault(remark, []).append(line.name)
    for remark, which in remarks.items():
        console.print(f"{', '.join(which)}: {remark}")


def _words(column: Column, cell: str) -> list[str]:
    """Return what of a cell stands in one line."""
    return cell.split() if column.text or cell == column.heading else [cell]


def write_table(path: Path, lines: list[Line]) -> None:
    """Write the table, in full precision and with the certificates, as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        columns = _columns(lines)
        writer.writerow([each.heading for each in columns])
        writer.writerows([each.value(line) for each in columns] for line in lines)


def write_paths(path: Path, ways: "dict[str, RegularizationPath]") -> None:
    """Write one line a radius of every regularization path, as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["norm", "radius", "|w|", "margin", "log L", "certified gap in log L"])
        for name, way in ways.items():
            columns = (way.radii, way.norms, way.margin, way.log_loss, way.gap)
            writer.writerows([name, *row] for row in zip(*(c.tolist() for c in columns), strict=True))
