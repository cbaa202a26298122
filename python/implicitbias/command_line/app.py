"""The command line: ``implicitbias paper``, ``implicitbias run`` and ``implicitbias info``."""

import io
import math
import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from .. import _core
from .._core import (
    Constant,
    Exponential,
    Loss,
    LossNormalized,
    Lp,
    Method,
    MiniBatch,
    Norm,
    Problem,
    QuadraticNorm,
    Recording,
    Squared,
    SteepestDescent,
    StepSize,
)
from ..datasets import BUILT_IN, Dataset, load
from ..errors import DataWarning, ImplicitBiasError, InvalidValueError
from ..nouns.as_text import file_stem, plain
from ..nouns.from_text import read_array, read_norm, read_noun, read_shape
from ..runs.autosave import interval
from ..runs.run import Run
from .console import complain, console, written
from .run_table import (
    Line,
    describe,
    draw,
    draw_paths,
    draw_regularization,
    failed,
    judge,
    print_table,
    reason,
    write_paths,
    write_table,
)
from .saved_runs import Job, loaded, logged, new_name, refuse_unfinished, resumed

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    help="The implicit bias of optimization methods, executable.",
)


class TiesName(StrEnum):
    """Which l1 step to take where coordinates tie."""

    first = "first"
    average = "average"


@app.callback(invoke_without_command=True)
def main_job(context: typer.Context) -> None:
    """Run the main job: re-run the paper, and write a report to implicitbias-out."""
    if context.invoked_subcommand is None:
        paper(out=Path("implicitbias-out"))


@app.command()
def paper(
    only: Annotated[
        str | None, typer.Option(help="Statements, by their names: 'thm5,fig1a'; --list shows all.")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="Show the statements, and run none.")] = False,
    fast: Annotated[bool, typer.Option("--fast", help="Shorter runs: some ten seconds.")] = False,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Longer runs, more and real data: some minutes.")
    ] = False,
    seed: Annotated[
        int, typer.Option(min=0, max=2**31 - 1, help="Another number shifts the seeds of all random data.")
    ] = 0,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the report: HTML, Markdown, figures and numbers.")
    ] = None,
    from_: Annotated[
        Path | None,
        typer.Option("--from", help="A Python file with statements of your own (@ib.statement); runs those."),
    ] = None,
) -> None:
    """Re-run the paper: try every statement, and say whether it holds.

    Exit status: 0, or 1 where a verdict is not the expected one, 2 for bad arguments and files, 130 after
    Ctrl-C.
    """
    from ..paper import Effort, from_file, statements, terminal

    if fast and thorough:
        raise InvalidValueError("fast: expected --fast or --thorough, not both")
    loaded = None if from_ is None else from_file.load(from_)
    if only is not None:
        chosen = statements([key.strip() for key in only.split(",") if key.strip()])
        if not chosen:
            raise InvalidValueError(f"only: expected names of statements, got {only!r}")
    else:
        chosen = statements() if loaded is None else loaded
    if list_:
        terminal.show_list(chosen, console)
        return
    if out is not None:
        _make_folder(out)
    effort: Effort = "fast" if fast else "thorough" if thorough else "default"
    findings, interrupted = terminal.run(chosen, effort, seed, console)
    if out is not None and findings:
        from ..paper import report

        findings = report.write(findings, out)
        console.print(f"Report: {out / 'report.html'}", soft_wrap=True, highlight=False)
    console.print(terminal.summary(findings))
    if interrupted:
        raise typer.Exit(130)
    if not all(finding.as_expected for finding in findings):
        raise typer.Exit(1)


@app.command()
def run(
    out: Annotated[
        Path | None, typer.Option(help="Folder for the figure, the table and the trajectories.")
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            help=f"{', '.join(BUILT_IN)}, or a .csv, .tsv, .parquet, .svmlight, .npy or .npz file (X of "
            "matrices, too) (iris_setosa)."
        ),
    ] = None,
    norm: Annotated[
        list[str] | None,
        typer.Option(
            help="Steepest descent in 1, 4/3, 2, inf, ...; for matrices nuclear, frobenius, spectral; "
            "or as in Python: 'GroupNorm([[0, 1], [2, 3]])', 'PolyhedralNorm(load(\"A.npy\"), 1)', "
            "'WeightedNorm([1, 2], Lp(1))'; may be repeated."
        ),
    ] = None,
    method: Annotated[
        list[str] | None,
        typer.Option(help="As in Python: 'MirrorDescent(Entropy, DualMomentum(0.9))'; may be repeated."),
    ] = None,
    loss: Annotated[
        str | None,
        typer.Option(help="exponential, logistic, squared, 'Huber(0.5)', ... (by the targets)."),
    ] = None,
    steps: Annotated[
        str | None, typer.Option(help="Number of steps, from the first one on, such as 1000000 or 1e6 (1e6).")
    ] = None,
    scale: Annotated[float | None, typer.Option(help="Loss-normalized steps: scale / (B^2 L) (1).")] = None,
    cap: Annotated[float | None, typer.Option(help="Largest loss-normalized step (inf).")] = None,
    eta: Annotated[float | None, typer.Option(help="Constant step instead.")] = None,
    step: Annotated[str | None, typer.Option(help="Any step rule: 'Polynomial(0.1, 0.5)', ...")] = None,
    ties: Annotated[
        TiesName | None, typer.Option(help="Where several steps are steepest, as in l1 (first).")
    ] = None,
    w0: Annotated[str | None, typer.Option(help="Start: '[1, 1]' or 'load(\"w0.npy\")'.")] = None,
    batch: Annotated[str | None, typer.Option(help="Random batches: 'MiniBatch(size, seed)'.")] = None,
    record: Annotated[str | None, typer.Option(help="'LogSpaced(20)' or 'Every(1)'.")] = None,
    flow: Annotated[bool, typer.Option("--flow", help="Also the limit of infinitesimal steps.")] = False,
    lasso: Annotated[
        bool, typer.Option("--lasso", help="Also the lasso path and forward stagewise (squared loss).")
    ] = False,
    regularization: Annotated[
        bool,
        typer.Option(
            "--regularization", help="Also the regularization paths in the norms (monotone losses)."
        ),
    ] = False,
    target: Annotated[str | None, typer.Option(help="Tables: the column of targets (the last).")] = None,
    positive: Annotated[
        str | None, typer.Option(help="Files: the label that becomes +1, all others -1.")
    ] = None,
    standardize: Annotated[bool | None, typer.Option(help="Files: center and scale every feature.")] = None,
    standardise: Annotated[bool | None, typer.Option(hidden=True)] = None,  # its former name
    intercept: Annotated[bool | None, typer.Option(help="Append a column of ones.")] = None,
    shape: Annotated[
        str | None, typer.Option(help="Make every sample a matrix, row by row: 8x8, for digits_3v8.")
    ] = None,
    resume: Annotated[
        list[Path] | None,
        typer.Option(
            help="Go on with a run that was interrupted, from its .npz file, to where it was to end or to "
            "--steps; may be repeated."
        ),
    ] = None,
    every: Annotated[
        float, typer.Option(help="Seconds between checkpoints: each run's .npz file, while it iterates.")
    ] = 60.0,
    log: Annotated[
        Path | None, typer.Option(help="A file for a line at every checkpoint, with the time left.")
    ] = None,
    quiet: Annotated[bool, typer.Option(help="No progress bars.")] = False,
) -> None:
    """Run a method or several, certify them, and hold them against the oracle.

    Runs are saved while they iterate. What was interrupted goes on with --resume, and is not overwritten.

    Exit status: 0, or 1 where a run failed, 2 for bad arguments and files, 130 after Ctrl-C or SIGTERM.
    """
    number = None if steps is None else _whole_number(steps)
    if standardise is not None:
        complain("--standardise is deprecated; write --standardize", "warning", "yellow")
        standardize = standardise
    if resume is not None:
        _refuse(
            "together with --resume: the file has it",
            **{"data": data, "norm": norm, "method": method, "loss": loss, "scale": scale, "cap": cap},
            **{"eta": eta, "step": step, "ties": ties, "w0": w0, "batch": batch, "record": record},
            **{"target": target, "positive": positive, "standardize": standardize, "intercept": intercept},
            **{"shape": shape, "flow": flow or None, "lasso": lasso or None},
            regularization=regularization or None,
        )
        job = resumed(resume, number)
        _work(job, resume[0].parent if out is None else out, every, log, quiet)
        return
    if out is None:
        raise InvalidValueError("out: expected a folder, --out FOLDER")
    methods = _methods(norm, method, ties)
    dataset = _dataset("iris_setosa" if data is None else data, target, positive, standardize, intercept)
    if shape is not None:
        dataset = dataset.as_matrices(*read_shape(shape))
    default = Exponential() if dataset.classification else Squared()
    problem = dataset.problem(default if loss is None else read_noun(loss, Loss, "loss"))
    step_size = _step_size(problem.loss, step, scale, cap, eta)
    options: dict[str, Any] = {
        "w0": None if w0 is None else read_array(w0, "w0"),
        "batch": None if batch is None else read_noun(batch, MiniBatch, "batch"),
        "record": None if record is None else read_noun(record, Recording, "record"),
    }
    runs = {name: Run(problem, each, step_size, **options) for name, each in methods.items()}
    n, *features = dataset.X.shape
    size = " x ".join(map(str, features))
    console.print(
        Text.assemble(
            (dataset.name, "bold"), f", {n} samples x {size} features, {problem.loss!r}, {step_size!r}"
        ),
        soft_wrap=True,
    )
    for note in dataset.notes:
        console.print(f"Note: {note}.", soft_wrap=True, highlight=False)
    if problem.loss.monotone:
        separability = dataset.separability()
        separability.require()
        console.print(
            f"Linearly separable: a linear program finds a w of linf margin {separability.margin:.3g}."
        )
    if lasso and problem.loss != Squared():
        raise InvalidValueError(f"lasso: --lasso needs the squared loss, got {problem.loss!r}")
    in_norms = {name: each for name, each in runs.items() if isinstance(each.method, SteepestDescent)}
    if regularization and not (problem.loss.monotone and in_norms):
        raise InvalidValueError(
            "regularization: --regularization needs steepest descent on a monotone loss, got "
            f"{', '.join(runs)} on {problem.loss!r}"
        )
    files = {name: out / f"{file_stem(name)}.npz" for name in runs}
    refuse_unfinished(files.values())

    def more_lines() -> list[Line]:
        return _flow_lines(runs, options["w0"]) if flow else []

    def more_files() -> bool:
        if lasso:
            _compare_paths(problem, out)
        return not regularization or _regularization_paths(in_norms, out)

    job = Job(runs, dict.fromkeys(runs, 10**6 if number is None else number), files)
    _work(job, out, every, log, quiet, more_lines, more_files)


def _work(
    job: Job,
    out: Path,
    every: float,
    log: Path | None,
    quiet: bool,
    more_lines: Callable[[], list[Line]] = list,
    more_files: Callable[[], bool] = lambda: True,
) -> None:
    """Iterate, judge and report; an interrupted job ends with its own runs."""
    interval(every)  # refuses what is none before anything runs
    _make_folder(out)
    with logged(log):
        job.iterate(out, every, quiet)  # all are on disk before the first is judged, which may fail
    lines = [
        failed(name, job.runs[name], job.failures[name])
        if name in job.failures
        else judge(name, job.runs[name])
        for name in job.ended
    ]
    if not job.interrupted:
        lines += more_lines()
    all_written = job.all_written & _report(lines, out)
    if job.interrupted:
        raise typer.Exit(130)
    all_written &= more_files()
    if any(line.verdict == "failed" for line in lines):
        raise typer.Exit(1)
    if not all_written:
        raise typer.Exit(2)


@app.command()
def info(
    file: Annotated[
        Path | None, typer.Argument(help="A run's .npz file: what it is, and what made it.")
    ] = None,
) -> None:
    """Print versions, SIMD level and solvers; or those that made a saved run, and where it is."""
    import platform
    from importlib.metadata import version

    table = Table(show_header=False, box=None)
    if file is not None:
        for name, value in describe(loaded(file, "file")).items():
            table.add_row(name, value)
        console.print(table)
        return

    import cvxpy

    table.add_row("implicitbias", version("implicitbias"))
    table.add_row("Python", f"{platform.python_version()} on {platform.platform()}")
    table.add_row("SIMD level", _core.simd_level())
    for package in ("numpy", "scipy", "cvxpy", "clarabel", "scikit-learn", "pandas", "matplotlib"):
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


def _methods(norms: list[str] | None, methods: list[str] | None, ties: TiesName | None) -> dict[str, Method]:
    """Return the methods by their names, which name their files, too."""
    if norms is None:
        norms = [] if methods else ["1", "4/3", "2", "inf"]
    in_norms = [(text, read_norm(text)) for text in norms]
    if not any(_ties(norm) for _, norm in in_norms):
        _refuse("without --norm 1 or another whose steps can tie", ties=ties)
    averaged = ties is TiesName.average
    asked: list[tuple[str, str, Method]] = [
        (text, plain(norm), SteepestDescent(norm, "average" if averaged and _ties(norm) else "first"))
        for text, norm in in_norms
    ]
    for text in methods or []:
        each = read_noun(text, Method, "method")
        asked.append((text, plain(each), each))
    named: dict[str, Method] = {}
    for text, name, each in asked:
        if each in named.values():
            kind = "norm" if len(named) < len(in_norms) else "method"
            raise InvalidValueError(f"{kind}: expected every {kind} once, got {name} again as {text!r}")
        named[new_name(name, list(named))] = each
    return named


def _ties(norm: Norm) -> bool:
    """Whether several steps can be steepest."""
    return norm.p == 1 if isinstance(norm, Lp) else not isinstance(norm, QuadraticNorm)


def _refuse(where: str, **options: object) -> None:
    """Refuse options that would be ignored."""
    for name, value in options.items():
        if value is not None:
            raise InvalidValueError(f"{name}: --{name} has no effect {where}")


def _dataset(
    data: str, target: str | None, positive: str | None, standardize: bool | None, intercept: bool | None
) -> Dataset:
    if data in BUILT_IN:
        _refuse(f"on {data}, which comes prepared", target=target, positive=positive, standardize=standardize)
        return BUILT_IN[data]() if intercept is None else BUILT_IN[data](intercept=intercept)
    if not os.path.exists(data):
        raise InvalidValueError(f"data: expected {', '.join(BUILT_IN)} or an existing file, got {data!r}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # the notes have them, too
        return load(
            data, target=target, positive=positive, standardize=bool(standardize), intercept=bool(intercept)
        )


def _step_size(
    loss: Loss, step: str | None, scale: float | None, cap: float | None, eta: float | None
) -> StepSize:
    if step is not None:
        _refuse("together with --step", scale=scale, cap=cap, eta=eta)
        return read_noun(step, StepSize, "step")
    if eta is not None:
        _refuse("together with --eta", scale=scale, cap=cap)
        return Constant(eta)
    if not loss.monotone:
        raise InvalidValueError(
            f"eta: {loss!r} needs a step size; give --eta or --step (if the targets are labels: --positive)"
        )
    return LossNormalized(1.0 if scale is None else scale, math.inf if cap is None else cap)


def _flow_lines(runs: dict[str, Run], w0: Any) -> list[Line]:
    from .. import flow

    lines = []
    for name, run in runs.items():
        name = f"flow of {name}"
        try:
            lines.append(judge(name, flow(run.problem, run.method, w0)))
        except ImplicitBiasError as error:
            console.print(f"{name}: {error}")
    return lines


def _compare_paths(problem: Problem, out: Path) -> None:
    """Follow the lasso path and forward stagewise, say whether they agree, and draw them."""
    from .. import paths

    ways = lasso, steps = paths.lasso(problem), paths.stagewise(problem)
    monotone = "monotone" if lasso.monotone else "not monotone"
    console.print(
        f"Lasso path: {monotone}, to the least l1 norm {lasso.l1_norms[-1]:.6g}. Forward stagewise, in steps "
        f"of up to {steps.epsilon:.2g}: to l1 norm {steps.l1_norms[-1]:.6g}, residual {steps.residual:.1e}."
    )
    figure = out / "lasso.png"
    if written(figure, lambda path: draw_paths(path, ways)):
        console.print(f"{figure.name:>16}  {figure}", soft_wrap=True, highlight=False)


def _regularization_paths(runs: dict[str, Run], out: Path) -> bool:
    """Follow the regularization paths in the norms of the runs, write them and draw them beside the runs."""
    from .. import paths

    ways = {}
    for name, run in runs.items():
        assert isinstance(run.method, SteepestDescent)
        try:
            ways[name] = paths.regularization(run.problem, run.method.norm)
        except ImplicitBiasError as error:
            console.print(f"Regularization path in {name}: {error}", soft_wrap=True)
            continue
        console.print(
            f"Regularization path in {name}: to norm {ways[name].norms[-1]:.6g}, margin "
            f"{ways[name].margin[-1]:.6g}; log L is certified within {ways[name].gap.max():.1e}.",
            soft_wrap=True,
        )
    if not ways:
        return True
    table, figure = out / "paths.csv", out / "paths.png"
    files = [table] if written(table, lambda path: write_paths(path, ways)) else []
    drawn = {name: runs[name] for name in ways}
    files += [figure] if written(figure, lambda path: draw_regularization(path, ways, drawn)) else []
    for path in files:
        console.print(f"{path.name:>16}  {path}", soft_wrap=True, highlight=False)
    return len(files) == 2


def _make_folder(out: Path) -> None:
    """Make the folder, and find out now, not after the runs, whether files can be written there."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=out).close()
    except OSError as error:
        raise InvalidValueError(
            f"out: expected a folder to write to, got {str(out)!r} ({reason(error)})"
        ) from error


def _report(lines: list[Line], out: Path) -> bool:
    """Write the table, print it and draw the figure; return whether both files could be written."""
    table = out / "table.csv"
    figure = out / ("margins.png" if lines[0].run.problem.loss.monotone else "residuals.png")
    # In this order: neither a closed terminal nor a figure that fails loses the table.
    files = [table] if written(table, lambda path: write_table(path, lines)) else []
    print_table(lines, console)
    files += [figure] if written(figure, lambda path: draw(path, lines)) else []
    for path in files:
        console.print(f"{path.name:>16}  {path}", soft_wrap=True, highlight=False)
    return len(files) == 2


def main() -> None:
    """Run the command line; the package's own errors are messages, not tracebacks."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # file names that the terminal cannot spell
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(errors="backslashreplace")
    try:
        app()
    except (ImplicitBiasError, OSError) as error:
        complain(error)
        raise SystemExit(2) from None
    except MemoryError as error:
        complain(f"out of memory ({error})")
        raise SystemExit(2) from None
