"""The command line: ``implicitbias run`` and ``implicitbias info``."""

import csv
import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from . import _core
from ._core import (
    Constant,
    Exponential,
    Logistic,
    Loss,
    LossNormalized,
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
console = Console()


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
    scale: Annotated[float, typer.Option(help="Loss-normalised steps: scale / (B^2 L).")] = 1.0,
    cap: Annotated[float, typer.Option(help="Largest loss-normalised step.")] = math.inf,
    eta: Annotated[float | None, typer.Option(help="Constant step instead.")] = None,
    ties: Annotated[TiesName, typer.Option(help="Where coordinates tie in l1.")] = TiesName.first,
    target: Annotated[str | None, typer.Option(help="CSV: the column of targets (the last).")] = None,
    positive: Annotated[str | None, typer.Option(help="The label that becomes +1, all others -1.")] = None,
    standardise: Annotated[bool, typer.Option(help="Files: centre and scale every feature.")] = False,
    intercept: Annotated[bool | None, typer.Option(help="Append a column of ones.")] = None,
    quiet: Annotated[bool, typer.Option(help="No progress bars.")] = False,
) -> None:
    """Run steepest descent in one norm or several, certify it, and hold it against the oracle."""
    count = _whole_number(steps)
    norms = [parse_norm(text) for text in norm or ["1", "4/3", "2", "inf"]]
    dataset = _dataset(data, target, positive, standardise, intercept)
    problem = dataset.problem(loss.build())
    step_size = _step_size(problem.loss, scale, cap, eta)
    n, d = dataset.X.shape
    console.print(
        f"[bold]{dataset.name}[/], {n} samples x {d} features, {problem.loss!r}, {step_size!r}",
        soft_wrap=True,
    )
    if problem.loss.monotone:
        separability = dataset.separability()
        separability.require()
        console.print(f"Linearly separable: a linear program finds linf margin {separability.margin:.6g}.")
    out.mkdir(parents=True, exist_ok=True)

    runs, interrupted = [], False
    for each in norms:
        runs.append(Run(problem, SteepestDescent(each, ties.value), step_size))
        if not quiet:
            console.print(f"{plain(each)}:")
        try:
            runs[-1].advance(count, progress=not quiet)
        except KeyboardInterrupt:
            console.print(f"[yellow]Interrupted at t = {runs[-1].t:,}; what there is follows.[/]")
            interrupted = True
            break
    lines = [_judge(each) for each in runs]
    _print_table(lines)
    for path in _write(out, lines):
        console.print(f"{path.name:>16}  {path}", soft_wrap=True, highlight=False)
    if interrupted:
        raise typer.Exit(130)


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
    try:
        value = float(text)
        exact = int(text) if text.strip().isdigit() else int(value)
    except (ValueError, OverflowError):
        value, exact = math.nan, 0
    if not value >= 1 or exact != value:
        raise InvalidValueError(f"steps: expected a whole number such as 100000 or 1e5, got {text!r}")
    return exact


def _dataset(
    data: str, target: str | None, positive: str | None, standardise: bool, intercept: bool | None
) -> Dataset:
    if data in BUILT_IN:
        return BUILT_IN[data]() if intercept is None else BUILT_IN[data](intercept=intercept)
    if not Path(data).exists():
        raise InvalidValueError(f"data: expected {', '.join(BUILT_IN)} or an existing file, got {data!r}")
    return load(data, target=target, positive=positive, standardise=standardise, intercept=bool(intercept))


def _step_size(loss: Loss, scale: float, cap: float, eta: float | None) -> StepSize:
    if eta is not None:
        return Constant(eta)
    if not loss.monotone:
        raise InvalidValueError(f"eta: {loss!r} needs a constant step; give --eta")
    return LossNormalized(scale, cap)


def _judge(run: Run) -> Line:
    from .claims import predict, why_no_claim
    from .verdict import compare

    claim = predict(run.problem, run.method)
    if claim is None:
        return Line(run, "no claim", why_no_claim(run.problem, run.method))
    report = compare(run, claim)
    if report.limit is None:
        return Line(run, report.verdict, report.reason)
    return Line(
        run, report.verdict, report.reason, report.gap, report.limit.value, report.limit.gap, report.angle
    )


def _number(form: str) -> Callable[[float], str]:
    return lambda value: "-" if math.isnan(value) else format(value, form)


_verdict_style = {"holds": "green", "violated": "bold red", "no claim": "dim"}

# Heading, value and how the terminal shows it; the CSV file has the value in full.
Column = tuple[str, Callable[[Line], Any], Callable[[Any], str]]

_common: list[Column] = [
    ("norm", lambda line: plain(line.run.method.geometry), str),
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
        style = _verdict_style.get(line.verdict, "yellow")
        cells = [form(value(line)) for _, value, form in _columns(lines)]
        table.add_row(*cells[:-1], f"[{style}]{cells[-1]}[/]")
    console.print(table)
    for line in lines:
        if line.verdict != "holds":
            console.print(f"{plain(line.run.method.geometry)}: {line.remark}")


def _write(out: Path, lines: list[Line]) -> list[Path]:
    """Write the trajectories, the table and the figure; return the latter two."""
    for line in lines:
        stem = file_stem(line.run.method.geometry)
        line.run.save(out / f"{stem}.npz")
        line.run.trajectory.to_csv(out / f"{stem}.csv")
    table = out / "table.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        columns = _columns(lines) + (_certificates if lines[0].run.problem.loss.monotone else [])
        writer.writerow([name for name, _, _ in columns])
        writer.writerows([value(line) for _, value, _ in columns] for line in lines)
    return [table, _draw(out, [line.run for line in lines])]


def _draw(out: Path, runs: list[Run]) -> Path:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from . import plot

    monotone = runs[0].problem.loss.monotone
    figure = Figure(figsize=(12 if monotone else 7.2, 4.6), layout="constrained")
    FigureCanvasAgg(figure)
    if monotone:
        left, right = figure.subplots(1, 2)
        plot.margins(runs, ax=left)
        plot.gaps(runs, ax=right)
    else:
        plot.residuals(runs, ax=figure.subplots())
    path = out / ("margins.png" if monotone else "residuals.png")
    figure.savefig(path, dpi=160)
    return path


def main() -> None:
    """Run the command line; the package's own errors are messages, not tracebacks."""
    try:
        app()
    except ImplicitBiasError as error:
        Console(stderr=True).print(f"[red]error:[/] {error}", highlight=False, soft_wrap=True)
        raise SystemExit(2) from None
