"""``implicitbias run``: methods on data, certified, and held against the oracle."""

from pathlib import Path
from typing import Annotated

import typer

from .._core import Exponential, Loss, Method, MiniBatch, Model, Norm, Recording, Squared, StepSize
from ..datasets import BUILT_IN
from ..errors import InvalidValueError
from ..nouns.as_text import MATRIX_NORMS, file_stem
from ..nouns.from_text import known_names, read_noun, read_shape, read_start
from ..runs.autosave import interval
from .console import complain, saying
from .output_files import refuse_unwritable_places, to_file, to_folder
from .run_json import failing_as_json
from .run_options import (
    TiesName,
    make_runs,
    read_dataset,
    read_methods,
    read_steps,
    refuse,
    whole_number,
)
from .run_work import Work, introduce
from .saved_runs import Job, resumed

# Panels of the help.
_DATA, _STEPS, _ALSO, _SAVING, _VERDICTS = (
    "Data",
    "Steps",
    "Besides the runs",
    "Saving and resuming",
    "Verdicts and output",
)


def run(
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", parser=to_folder, help="Folder for the figure, the table and the runs."
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="DATA",
            autocompletion=lambda: list(BUILT_IN),
            rich_help_panel=_DATA,
            help=f"{', '.join(BUILT_IN)}, or a .csv, .tsv, .parquet, .svmlight, .npy or .npz file (X of "
            "matrices, too) (iris_setosa).",
        ),
    ] = None,
    norm: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NORM",
            autocompletion=lambda: ["1", "4/3", "2", "inf", *MATRIX_NORMS.values(), *known_names(Norm)],
            help="Steepest descent in 1, 4/3, 2, inf, ...; for matrices nuclear, frobenius, spectral; "
            "or as in Python: 'GroupNorm([[0, 1], [2, 3]])', 'PolyhedralNorm(load(\"A.npy\"), 1)', "
            "'WeightedNorm([1, 2], Lp(1))'; may be repeated (1, 4/3, 2, inf).",
        ),
    ] = None,
    method: Annotated[
        list[str] | None,
        typer.Option(
            metavar="METHOD",
            autocompletion=lambda: known_names(Method),
            help="As in Python: 'MirrorDescent(Entropy, DualMomentum(0.9))'; may be repeated.",
        ),
    ] = None,
    loss: Annotated[
        str | None,
        typer.Option(
            metavar="LOSS",
            autocompletion=lambda: [name.lower() for name in known_names(Loss)],
            help="exponential, logistic, CrossEntropy, squared, 'Huber(0.5)', ... (by the targets).",
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            autocompletion=lambda: known_names(Model),
            help="What makes w of the parameters: 'Diagonal(2)', ...; most need --w0 (Linear).",
        ),
    ] = None,
    steps: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER",
            help="Number of steps, from the first one on, such as 1000000 or 1e6 (1e6).",
        ),
    ] = None,
    scale: Annotated[
        float | None,
        typer.Option(
            metavar="NUMBER", rich_help_panel=_STEPS, help="Loss-normalized steps: scale / (B^2 L) (1)."
        ),
    ] = None,
    cap: Annotated[
        float | None,
        typer.Option(metavar="NUMBER", rich_help_panel=_STEPS, help="Largest loss-normalized step (inf)."),
    ] = None,
    eta: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NUMBER",
            rich_help_panel=_STEPS,
            help="Constant steps instead; may be repeated: every method with every step.",
        ),
    ] = None,
    step: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULE",
            autocompletion=lambda: known_names(StepSize),
            rich_help_panel=_STEPS,
            help="Any step rule instead, 'Polynomial(0.1, 0.5)', ...; may be repeated.",
        ),
    ] = None,
    ties: Annotated[
        TiesName | None,
        typer.Option(
            metavar="WHICH",
            rich_help_panel=_STEPS,
            help="Where several steps are steepest, as in l1: first or average (first).",
        ),
    ] = None,
    w0: Annotated[
        str | None,
        typer.Option(
            metavar="ARRAY",
            rich_help_panel=_STEPS,
            help="Start: '[1, 1]', 'normal(0.1)' or 'load(\"w0.npy\")'.",
        ),
    ] = None,
    batch: Annotated[
        str | None,
        typer.Option(
            metavar="BATCH", rich_help_panel=_STEPS, help="Random batches: 'MiniBatch(size, seed)'."
        ),
    ] = None,
    record: Annotated[
        str | None,
        typer.Option(
            metavar="RECORDING",
            rich_help_panel=_SAVING,
            help="Steps to keep: 'LogSpaced(20)' or 'Every(1)'.",
        ),
    ] = None,
    flow: Annotated[
        bool, typer.Option("--flow", rich_help_panel=_ALSO, help="The limit of infinitesimal steps.")
    ] = False,
    lasso: Annotated[
        bool,
        typer.Option(
            "--lasso", rich_help_panel=_ALSO, help="The lasso path and forward stagewise (squared loss)."
        ),
    ] = False,
    regularization: Annotated[
        bool,
        typer.Option(
            "--regularization",
            rich_help_panel=_ALSO,
            help="The regularization paths in the norms (monotone losses).",
        ),
    ] = False,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN", rich_help_panel=_DATA, help="Tables: the column of targets (the last)."
        ),
    ] = None,
    positive: Annotated[
        str | None,
        typer.Option(
            metavar="LABEL",
            rich_help_panel=_DATA,
            help="Files: the label that becomes +1, all others -1.",
        ),
    ] = None,
    standardize: Annotated[
        bool | None, typer.Option(rich_help_panel=_DATA, help="Files: center and scale every feature.")
    ] = None,
    standardise: Annotated[bool | None, typer.Option(hidden=True)] = None,  # the former name of standardize
    intercept: Annotated[
        bool | None, typer.Option(rich_help_panel=_DATA, help="Append a column of ones.")
    ] = None,
    shape: Annotated[
        str | None,
        typer.Option(
            metavar="SHAPE",
            rich_help_panel=_DATA,
            help="Make every sample a matrix, row by row: 8x8, for digits_3v8.",
        ),
    ] = None,
    resume: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            parser=to_file,
            rich_help_panel=_SAVING,
            help="Go on with a run that was interrupted, from its .npz file, to where it was to end or to "
            "--steps; may be repeated.",
        ),
    ] = None,
    every: Annotated[
        float,
        typer.Option(
            metavar="SECONDS",
            rich_help_panel=_SAVING,
            help="Between checkpoints: each run's .npz file, while it iterates.",
        ),
    ] = 60.0,
    log: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            parser=to_file,
            rich_help_panel=_SAVING,
            help="A file for a line at every checkpoint, with the time left.",
        ),
    ] = None,
    no_oracle: Annotated[
        bool,
        typer.Option(
            "--no-oracle",
            rich_help_panel=_VERDICTS,
            help="Ask no convex or linear program: the runs' own certificates, and no verdict.",
        ),
    ] = False,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            rich_help_panel=_VERDICTS,
            help="Exit status 1 unless every verdict is 'holds' or 'no claim'.",
        ),
    ] = False,
    json: Annotated[
        bool,
        typer.Option(
            "--json",
            rich_help_panel=_VERDICTS,
            help="Print JSON on stdout, and all else on stderr.",
        ),
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", rich_help_panel=_VERDICTS, help="Print errors only, and --json.")
    ] = False,
) -> None:
    """Run a method or several, certify them, and hold them against the oracle.

    Runs are saved while they iterate. What was interrupted goes on with
    --resume, and is not overwritten.

    Exit status: 0, or 1 where a run failed (with --strict, also where a verdict
    is 'violated', 'hypothesis fails' or 'not yet converged'), 2 for bad
    arguments and files, 130 after Ctrl-C or SIGTERM.
    """
    with saying(nothing=quiet, to_stderr=json), failing_as_json(json):
        number = None if steps is None else whole_number(steps)
        interval(every)
        refuse_unwritable_places(out, log)
        refuse("together with --no-oracle, which gives no verdict", strict=(strict and no_oracle) or None)
        if standardise is not None:
            complain("--standardise is deprecated; write --standardize", "warning", "yellow")
            standardize = standardise
        if resume is not None:
            refuse(
                "together with --resume: the file has it",
                **{"data": data, "norm": norm, "method": method, "loss": loss, "model": model},
                **{"scale": scale, "cap": cap},
                **{"eta": eta, "step": step, "ties": ties, "w0": w0, "batch": batch, "record": record},
                **{"target": target, "positive": positive, "standardize": standardize},
                **{"intercept": intercept, "shape": shape, "flow": flow or None, "lasso": lasso or None},
                regularization=regularization or None,
            )
            work = Work(resumed(resume, number), resume[0].parent if out is None else out, not no_oracle)
        else:
            if out is None:
                raise InvalidValueError("out: expected a folder, --out FOLDER")
            methods = read_methods(norm, method, ties)
            source = "iris_setosa" if data is None else data
            asked = None if loss is None else read_noun(loss, Loss, "loss")
            dataset = read_dataset(source, target, positive, standardize, intercept, asked)
            if shape is not None:
                dataset = dataset.as_matrices(*read_shape(shape))
            default = Exponential() if dataset.classification else Squared()
            made_by = None if model is None else read_noun(model, Model, "model")
            problem = dataset.problem(asked or default, made_by)
            rules = read_steps(problem.loss, methods.values(), step, scale, cap, eta)
            start = None if w0 is None else read_start(w0, problem.shape)
            runs = make_runs(
                problem,
                methods,
                rules,
                w0=start,
                batch=None if batch is None else read_noun(batch, MiniBatch, "batch"),
                record=None if record is None else read_noun(record, Recording, "record"),
            )
            introduce(dataset, problem, list(runs.values()), oracle=not no_oracle)
            files = {name: out / f"{file_stem(name)}.npz" for name in runs}
            job = Job(runs, dict.fromkeys(runs, 10**6 if number is None else number), files)
            flows_of = methods if flow else {}
            work = Work(job, out, not no_oracle, dataset, flows_of, start, lasso, regularization)
            work.check()
        status = work.do(every, log, quiet=quiet, json=json, strict=strict)
    raise typer.Exit(status)
