"""What the command line says of its runs: a table, files and a figure."""

import csv
import math
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .._core import AdaGrad, SteepestDescent
from ..bracket import Bracket
from ..errors import ImplicitBiasError
from ..nouns.as_text import mathtext, plain
from ..plot.figures import new_figure
from ..runs.progress import status
from ..runs.run import Run

if TYPE_CHECKING:
    from ..claims.claim import LimitClaim
    from ..flows.flow import Flow
    from ..paths import LassoPath, RegularizationPath, StagewisePath


@dataclass(frozen=True)
class Line:
    """A line of the table: one run or flow, judged."""

    name: str
    run: "Run | Flow"
    verdict: str
    remark: str
    claim: "LimitClaim | None" = None
    gap: float = math.nan
    oracle: float = math.nan
    oracle_gap: float = math.nan
    angle: float = math.nan

    @cached_property
    def iterates(self) -> str:
        """What they do: "converged", "2-cycle", ...; it takes further iterations to see."""
        from ..runs.behavior import behavior

        if not isinstance(self.run, Run):
            return "converged" if self.run.converged else "not converged"
        now = behavior(self.run)
        return f"{now.period}-cycle" if now.period else now.kind


def judge(name: str, run: "Run | Flow") -> Line:
    """Hold a run against its claim; whatever goes wrong is the line's remark."""
    from .. import compare, predict, why_no_claim

    try:
        if isinstance(run, Run):
            flow, w0 = False, run.trajectory.w[0]
        else:
            flow, w0 = True, run.w0
        claim = predict(run.problem, run.method, w0, flow=flow)
        if claim is None:
            remark = (why_no_claim(run.problem, run.method, flow=flow) or "") + _beyond_the_paper(run)
            return Line(name, run, "no claim", remark)
        report = compare(run, claim)
    except Exception as error:  # solvers raise errors of their own, too
        return failed(name, run, error)
    if report.limit is None:
        return Line(name, run, report.verdict, report.reason)
    limit = report.limit
    return Line(
        name, run, report.verdict, report.reason, claim, report.gap, limit.value, limit.gap, report.angle
    )


def _beyond_the_paper(run: "Run | Flow") -> str:
    """Return what Theorem 6 says of AdaGrad's run, and a later result than the paper of its direction."""
    from .. import bounded_accumulator, compare, limit_direction

    if not isinstance(run, Run) or not isinstance(run.method, AdaGrad) or not run.problem.loss.monotone:
        return ""
    beyond = compare(run, limit_direction(run))
    return f" {compare(run, bounded_accumulator(run))}. Later than the paper, {beyond}."


def describe(run: Run) -> dict[str, str]:
    """Return what a run is and, if it was loaded, what made its checkpoint."""
    origin = run.origin or {}
    n, *features = run.problem.X.shape
    shown = {
        "problem": f"{n} samples x {' x '.join(map(str, features))} features, {run.problem.loss!r}",
        "method": repr(run.method),
        "step size": repr(run.step_size),
        "batch": repr(run.batch),
        "t": f"{run.t:,}" if run.until is None else f"{run.t:,} of {run.until:,}",
        "state": status(run),
        "threads": str(run.threads),
        "implicitbias": origin.get("package_version", ""),
        "SIMD level": origin.get("simd_level", ""),
        **origin.get("libraries", {}),
        "command": shlex.join(map(str, origin.get("command", []))),
    }
    return {
        _printable(name): _printable(str(value)) for name, value in shown.items() if value not in ("", "None")
    }


def _printable(text: str) -> str:
    """Return text of a file that may be anybody's, without what would steer a terminal."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def failed(name: str, run: "Run | Flow", error: Exception) -> Line:
    """Return the line of a run that ended in an error."""
    return Line(name, run, "failed", reason(error))


def reason(error: Exception) -> str:
    """Return an error's message, with its class where it is not one of ours."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) if isinstance(error, ImplicitBiasError) else f"{type(error).__name__}: {error}"


def _number(form: str) -> Callable[[float], str]:
    return lambda value: "-" if math.isnan(value) else format(value, form)


_verdict_style = {"holds": "green", "violated": "bold red", "failed": "bold red", "no claim": "dim"}

# Heading, value and how the terminal shows it; the CSV file has the value in full.
Column = tuple[str, Callable[[Line], Any], Callable[[Any], str]]

_time: Column = (
    "t",
    lambda line: line.run.t if isinstance(line.run, Run) else float(line.run.t[-1]),
    lambda t: f"{t:,}" if isinstance(t, int) else f"{t:.4g}",
)
_verdict: Column = ("verdict", lambda line: line.verdict, str)
_margin_columns: list[Column] = [
    _time,
    ("margin", lambda line: _margin(line.run), _number(".5g")),
    ("certified upper bound", lambda line: _bracket(line.run).upper, _number(".5g")),
    ("oracle", lambda line: line.oracle, _number(".5g")),
    ("relative gap", lambda line: line.gap, _number(".1e")),
    ("angle (deg)", lambda line: line.angle, _number(".2g")),
    _verdict,
]
_point_columns: list[Column] = [
    _time,
    ("residual", lambda line: line.run.residual, _number(".2e")),
    ("distance to claim", lambda line: line.gap, _number(".1e")),
    ("iterates", lambda line: line.iterates, str),
    _verdict,
]
# For the CSV file only.
_certificates: list[Column] = [
    ("certified lower bound", lambda line: _bracket(line.run).lower, str),
    ("certified relative gap", lambda line: _bracket(line.run).gap, str),
    ("oracle's duality gap", lambda line: line.oracle_gap, str),
]
_manifold: list[Column] = [
    ("off the data manifold", lambda line: _off_manifold(line.run), str),
    ("oracle's duality gap", lambda line: line.oracle_gap, str),
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
    name: Column = ("norm" if steepest else "method", lambda line: line.name, str)
    return [name, *(_margin_columns if lines[0].run.problem.loss.monotone else _point_columns)]


def print_table(lines: list[Line], console: Console) -> None:
    """Print one line a run, and below the table why a verdict is not "holds"."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for name, _, _ in _columns(lines):
        left = name in ("norm", "method", "iterates", "verdict")
        table.add_column(name, justify="left" if left else "right", vertical="bottom", no_wrap=name == "t")
    for line in lines:
        cells = [form(value(line)) for _, value, form in _columns(lines)]
        table.add_row(*cells[:-1], Text(cells[-1], _verdict_style.get(line.verdict, "yellow")))
    console.print(table)
    remarks: dict[str, list[str]] = {}
    for line in lines:
        if line.verdict != "holds":
            remarks.setdefault(line.remark, []).append(line.name)
    for remark, names in remarks.items():
        console.print(f"{', '.join(names)}: {remark}")


def write_table(path: Path, lines: list[Line]) -> None:
    """Write the table, in full precision and with the certificates, as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        columns = _columns(lines) + (_certificates if lines[0].run.problem.loss.monotone else _manifold)
        writer.writerow([name for name, _, _ in columns])
        writer.writerows([value(line) for _, value, _ in columns] for line in lines)


def draw(path: Path, lines: list[Line]) -> None:
    """Draw what did not fail; where all did, everything, without the oracle."""
    from .. import plot

    sound = [line for line in lines if line.verdict != "failed"]
    shown, oracle = sound or lines, bool(sound)
    ways = [line.run for line in shown]
    runs, labels = zip(
        *((line.run, _label(line)) for line in shown if isinstance(line.run, Run)), strict=True
    )
    problem = ways[0].problem
    in_space = not problem.loss.monotone and math.prod(problem.shape) in (2, 3)
    figure: Any = new_figure(12 if problem.loss.monotone or in_space else 7.2, 4.6)
    if problem.loss.monotone:
        left, right = figure.subplots(1, 2)
        plot.margins(runs, oracle=oracle, labels=labels, ax=left)
        plot.gaps(runs, oracle=oracle, labels=labels, ax=right)
    else:
        plot.residuals(runs, labels=labels, ax=figure.add_subplot(1, 1 + in_space, 1))
    if in_space:
        ax = figure.add_subplot(1, 2, 2, projection="3d" if math.prod(problem.shape) == 3 else None)
        claims = [line.claim for line in shown if line.claim is not None]
        plot.path(ways, claims, labels=[line.name for line in shown], ax=ax)
    figure.savefig(path, dpi=160)


def _label(line: Line) -> str:
    """Return the line's name with its norm in mathematical notation."""
    method = line.run.method
    if not isinstance(method, SteepestDescent):
        return line.name
    return line.name.replace(plain(method.norm), mathtext(method.norm), 1)


def draw_paths(path: Path, ways: "Sequence[LassoPath | StagewisePath]") -> None:
    """Draw coefficients against l1 norms."""
    from .. import plot

    figure = new_figure(7.2, 4.6)
    plot.coefficients(ways, ax=figure.add_subplot())
    figure.savefig(path, dpi=160)


def write_paths(path: Path, ways: "dict[str, RegularizationPath]") -> None:
    """Write one line a radius of every regularization path, as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["norm", "radius", "|w|", "margin", "log L", "certified gap in log L"])
        for name, way in ways.items():
            columns = (way.radii, way.norms, way.margin, way.log_loss, way.gap)
            writer.writerows([name, *row] for row in zip(*(c.tolist() for c in columns), strict=True))


def draw_regularization(path: Path, ways: "dict[str, RegularizationPath]", runs: dict[str, Run]) -> None:
    """Draw regularization paths beside the runs."""
    from .. import plot

    figure = new_figure(7.2, 4.6)
    plot.paths(list(ways.values()), list(runs.values()), ax=figure.add_subplot())
    figure.savefig(path, dpi=160)
