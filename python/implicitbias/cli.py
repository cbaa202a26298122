"""The command line: ``implicitbias run`` and ``implicitbias info``."""

import csv
import io
import math
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from . import _core
from ._core import (
    Constant,
    Exponential,
    Logistic,
    Loss,
    LossNormalized,
    Lp,
    Squared,
    SteepestDescent,
    StepSize,
)
from .datasets import BUILT_IN, Dataset, load
from .errors import ImplicitBiasError, InvalidValueError
from .labels import file_stem, parse_norm, plain
from .run import Run

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    help="The implicit bias of optimisation methods, executable.",
)
# What users name their files and labels is printed as it is, [brackets] and :colons: included.
console = Console(markup=False, emoji=False)
complaints = Console(stderr=True, markup=False, emoji=False)


class LossName(StrEnum):
    """Losses by their names on the command line."""

    exponential = "exponential"
    logistic = "logistic"
    squared = "squared"

    def build(self) -> Loss:
        """Return the loss."""
        return {"exponential": Exponential, "logistic": Logistic, "squared": Squared}[self.value]()


class TiesName(StrEnum):
    """Which l1 step to take where coordinates tie."""

    first = "first"
    average = "average"


@dataclass(frozen=True)
class Line:
    """A line of the table: one norm's run, judged."""

    run: Run
    verdict: str
    remark: str
    gap: float = math.nan
    oracle: float = math.nan
    oracle_gap: float = math.nan
    angle: float = math.nan


@app.callback(invoke_without_command=True)
def main_job(context: typer.Context) -> None:
    """Run the main job: iris_setosa under l1, l4/3, l2 and linf."""
    if context.invoked_subcommand is None:
        run(out=Path("implicitbias-out"))


@app.command()
def run(
    out: Annotated[Path, typer.Option(help="Folder for the figure, the table and the trajectories.")],
    data: Annotated[
        str, typer.Option(help=f"{', '.join(BUILT_IN)}, or a .csv or .npz file.")
    ] = "iris_setosa",
    norm: Annotated[list[str] | None, typer.Option(help="1, 4/3, 2, inf, ...; may be repeated.")] = None,
    loss: Annotated[LossName, typer.Option(help="Loss.")] = LossName.exponential,
    steps: Annotated[str, typer.Option(help="Number of steps, such as 1000000 or 1e6.")] = "1e6",
    scale: Annotated[float | None, typer.Option(help="Loss-normalised steps: scale / (B^2 L) (1).")] = None,
    cap: Annotated[float | None, typer.Option(help="Largest loss-normalised step (inf).")] = None,
    eta: Annotated[float | None, typer.Option(help="Constant step instead.")] = None,
    ties: Annotated[TiesName | None, typer.Option(help="Where coordinates tie in l1 (first).")] = None,
    target: Annotated[str | None, typer.Option(help="CSV: the column of targets (the last).")] = None,
    positive: Annotated[
        str | None, typer.Option(help="Files: the label that becomes +1, all others -1.")
    ] = None,
    standardise: Annotated[bool | None, typer.Option(help="Files: centre and scale every feature.")] = None,
    intercept: Annotated[bool | None, typer.Option(help="Append a column of ones.")] = None,
    quiet: Annotated[bool, typer.Option(help="No progress bars.")] = False,
) -> None:
    """Run steepest descent in one norm or several, certify it, and hold it against the oracle.

    Exit status: 0, or 1 where a norm failed, 2 for bad arguments and files, 130 after Ctrl-C.
    """
    count = _whole_number(steps)
    norms = _norms(norm or ["1", "4/3", "2", "inf"])
    if all(each.p != 1 for each in norms):
        _refuse("without --norm 1", ties=ties)
    dataset = _dataset(data, target, positive, standardise, intercept)
    problem = dataset.problem(loss.build())
    step_size = _step_size(problem.loss, scale, cap, eta)
    runs = [Run(problem, SteepestDescent(each, (ties or TiesName.first).value), step_size) for each in norms]
    n, d = dataset.X.shape
    console.print(
        Text.assemble(
            (dataset.name, "bold"), f", {n} samples x {d} features, {problem.loss!r}, {step_size!r}"
        ),
        soft_wrap=True,
    )
    if problem.loss.monotone:
        separability = dataset.separability()
        separability.require()
        console.print(f"Linearly separable: a linear program finds linf margin {separability.margin:.6g}.")
    _make_folder(out)

    # All runs are on disk before the first is judged, which may take long, or fail.
    ended: list[tuple[Run, Exception | None]] = []
    written, interrupted = True, False
    for each in runs:
        if not quiet:
            console.print(f"{_name(each)}:")
        failure = None
        try:
            each.advance(count, progress=not quiet)
        except KeyboardInterrupt:
            interrupted = True
        except ImplicitBiasError as error:
            failure = error
        written &= _save(each, out)
        ended.append((each, failure))
        if interrupted:
            console.print(f"Interrupted at t = {each.t:,}; what there is follows.", style="yellow")
            break
    lines = [_failed(each, failure) if failure else _judge(each) for each, failure in ended]
    written &= _report(lines, out)
    if interrupted:
        raise typer.Exit(130)
    if any(line.verdict == "failed" for line in lines):
        raise typer.Exit(1)
    if not written:
        raise typer.Exit(2)


@app.command()
def info() -> None:
    """Print versions, SIMD level and solvers."""
    import platform
    from importlib.metadata import version

    import cvxpy

    table = Table(show_header=False, box=None)
    table.add_row("implicitbias", version("implicitbias"))
    table.add_row("Python", f"{platform.python_version()} on {platform.platform()}")
    table.add_row("SIMD level", _core.simd_level())
    for package in ("numpy", "scipy", "cvxpy", "clarabel", "scikit-learn", "matplotlib"):
        table.add_row(package, version(package))
    table.add_row("solvers", ", ".join(sorted(cvxpy.installed_solvers())))
    console.print(table)


def _whole_number(text: str) -> int:
    with suppress(ArithmeticError):  # Decimal's way to say that this is no number
        value = Decimal(text)
        if 1 <= value < 2**63 and value == int(value):
            return int(value)
    raise InvalidValueError(
        f"steps: expected a whole number from 1 to 2^63 - 1, such as 100000 or 1e5, got {text!r}"
    )


def _norms(texts: list[str]) -> list[Lp]:
    norms: dict[str, Lp] = {}  # by the names of their files
    for text in texts:
        norm = parse_norm(text)
        if norms.setdefault(file_stem(norm), norm) is not norm:
            raise InvalidValueError(f"norm: expected every norm once, got {plain(norm)} again as {text!r}")
    return list(norms.values())


def _refuse(where: str, **options: object) -> None:
    """Refuse options that would be ignored."""
    for name, value in options.items():
        if value is not None:
            raise InvalidValueError(f"{name}: --{name} has no effect {where}")


def _dataset(
    data: str, target: str | None, positive: str | None, standardise: bool | None, intercept: bool | None
) -> Dataset:
    if data in BUILT_IN:
        _refuse(f"on {data}, which comes prepared", target=target, positive=positive, standardise=standardise)
        return BUILT_IN[data]() if intercept is None else BUILT_IN[data](intercept=intercept)
    if not os.path.exists(data):
        raise InvalidValueError(f"data: expected {', '.join(BUILT_IN)} or an existing file, got {data!r}")
    return load(
        data, target=target, positive=positive, standardise=bool(standardise), intercept=bool(intercept)
    )


def _step_size(loss: Loss, scale: float | None, cap: float | None, eta: float | None) -> StepSize:
    if eta is not None:
        _refuse("together with --eta", scale=scale, cap=cap)
        return Constant(eta)
    if not loss.monotone:
        raise InvalidValueError(f"eta: {loss!r} needs a constant step; give --eta")
    return LossNormalized(1.0 if scale is None else scale, math.inf if cap is None else cap)


def _make_folder(out: Path) -> None:
    """Make the folder, and find out now, not after the runs, whether files can be written there."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=out).close()
    except OSError as error:
        raise InvalidValueError(
            f"out: expected a folder to write to, got {str(out)!r} ({_reason(error)})"
        ) from error


def _written(path: Path, write: Callable[[Path], None]) -> bool:
    """Write a file; where that fails, say so and go on to what can still be saved."""
    try:
        write(path)
    except Exception as error:  # of the disk, or of matplotlib on runs that diverged
        _complain(f"out: {str(path)!r} cannot be written ({_reason(error)})")
        return False
    return True


def _save(run: Run, out: Path) -> bool:
    stem = file_stem(run.method.geometry)
    checkpoint = _written(out / f"{stem}.npz", run.save)
    return _written(out / f"{stem}.csv", run.trajectory.to_csv) and checkpoint


def _complain(error: object) -> None:
    complaints.print(Text.assemble(("error:", "red"), f" {error}"), soft_wrap=True)


def _judge(run: Run) -> Line:
    from . import compare, predict, why_no_claim  # not at the top: they import cvxpy

    try:
        claim = predict(run.problem, run.method)
        if claim is None:
            return Line(run, "no claim", why_no_claim(run.problem, run.method))
        report = compare(run, claim)
    except Exception as error:  # solvers raise errors of their own, too
        return _failed(run, error)
    if report.limit is None:
        return Line(run, report.verdict, report.reason)
    return Line(
        run, report.verdict, report.reason, report.gap, report.limit.value, report.limit.gap, report.angle
    )


def _failed(run: Run, error: Exception) -> Line:
    return Line(run, "failed", _reason(error))


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) if isinstance(error, ImplicitBiasError) else f"{type(error).__name__}: {error}"


def _name(run: Run) -> str:
    return plain(run.method.geometry)


def _number(form: str) -> Callable[[float], str]:
    return lambda value: "-" if math.isnan(value) else format(value, form)


_verdict_style = {"holds": "green", "violated": "bold red", "failed": "bold red", "no claim": "dim"}

# Heading, value and how the terminal shows it; the CSV file has the value in full.
Column = tuple[str, Callable[[Line], Any], Callable[[Any], str]]

_common: list[Column] = [
    ("norm", lambda line: _name(line.run), str),
    ("t", lambda line: line.run.t, "{:,}".format),
]
_verdict: Column = ("verdict", lambda line: line.verdict, str)
_margin_columns: list[Column] = [
    *_common,
    ("margin", lambda line: line.run.margin, _number(".5g")),
    ("certified upper bound", lambda line: line.run.bracket.upper, _number(".5g")),
    ("oracle", lambda line: line.oracle, _number(".5g")),
    ("relative gap", lambda line: line.gap, _number(".1e")),
    ("angle (deg)", lambda line: line.angle, _number(".2g")),
    _verdict,
]
_point_columns: list[Column] = [
    *_common,
    ("residual", lambda line: line.run.trajectory.residual[-1], _number(".2e")),
    ("distance to claim", lambda line: line.gap, _number(".1e")),
    _verdict,
]
# For the CSV file only.
_certificates: list[Column] = [
    ("certified lower bound", lambda line: line.run.bracket.lower, str),
    ("certified relative gap", lambda line: line.run.bracket.gap, str),
    ("oracle's duality gap", lambda line: line.oracle_gap, str),
]


def _columns(lines: list[Line]) -> list[Column]:
    return _margin_columns if lines[0].run.problem.loss.monotone else _point_columns


def _print_table(lines: list[Line]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for name, _, _ in _columns(lines):
        left = name in ("norm", "verdict")
        table.add_column(name, justify="left" if left else "right", vertical="bottom", no_wrap=name == "t")
    for line in lines:
        cells = [form(value(line)) for _, value, form in _columns(lines)]
        table.add_row(*cells[:-1], Text(cells[-1], _verdict_style.get(line.verdict, "yellow")))
    console.print(table)
    for line in lines:
        if line.verdict != "holds":
            console.print(f"{_name(line.run)}: {line.remark}")


def _report(lines: list[Line], out: Path) -> bool:
    """Write the table, print it and draw the figure; return whether both files could be written."""
    table = out / "table.csv"
    figure = out / ("margins.png" if lines[0].run.problem.loss.monotone else "residuals.png")
    # In this order: neither a closed terminal nor a figure that fails loses the table.
    files = [table] if _written(table, lambda path: _write_table(path, lines)) else []
    _print_table(lines)
    files += [figure] if _written(figure, lambda path: _draw(path, lines)) else []
    for path in files:
        console.print(f"{path.name:>16}  {path}", soft_wrap=True, highlight=False)
    return len(files) == 2


def _write_table(path: Path, lines: list[Line]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        columns = _columns(lines) + (_certificates if lines[0].run.problem.loss.monotone else [])
        writer.writerow([name for name, _, _ in columns])
        writer.writerows([value(line) for _, value, _ in columns] for line in lines)


def _draw(path: Path, lines: list[Line]) -> None:
    """Draw the runs that did not fail; where all did, all of them, without the oracle."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from . import plot

    sound = [line.run for line in lines if line.verdict != "failed"]
    runs, oracle = sound or [line.run for line in lines], bool(sound)
    monotone = runs[0].problem.loss.monotone
    figure = Figure(figsize=(12 if monotone else 7.2, 4.6), layout="constrained")
    FigureCanvasAgg(figure)
    if monotone:
        left, right = figure.subplots(1, 2)
        plot.margins(runs, oracle=oracle, ax=left)
        plot.gaps(runs, oracle=oracle, ax=right)
    else:
        plot.residuals(runs, ax=figure.subplots())
    figure.savefig(path, dpi=160)


def main() -> None:
    """Run the command line; the package's own errors are messages, not tracebacks."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # file names that the terminal cannot spell
    try:
        app()
    except (ImplicitBiasError, OSError) as error:
        _complain(error)
        raise SystemExit(2) from None
