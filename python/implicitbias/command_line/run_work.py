"""The work of one ``implicitbias run``: iterate, judge, write the files, and say what was found."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.text import Text

from .._core import Method, Problem, Squared
from ..datasets.dataset import Dataset
from ..errors import InvalidValueError
from ..nouns.bare_descent import norm_of_bare_descent
from ..runs.log_file import logged
from ..runs.run import Run
from .beside_runs import compare_paths, flow_lines, regularization_paths
from .console import complain, console
from .judged import Line, failed, judge, unjudged
from .output_files import make_folder, show_file, written
from .run_figures import draw
from .run_json import runs_as_json
from .run_table import print_table, write_table
from .saved_runs import Job, refuse_unfinished

_LARGE = 100_000  # entries of X, from which on a convex or linear program takes seconds


def introduce(dataset: Dataset, problem: Problem, runs: Iterable[Run], *, oracle: bool) -> None:
    """Say what is run; refuse labels that are not separable, unless no oracle is asked, or claims take them.

    Raises
    ------
    NotSeparableError
    """
    n, *features = dataset.X.shape
    size = " x ".join(map(str, features))
    console.print(
        Text.assemble((dataset.name, "bold"), f", {n} samples x {size} features"),
        soft_wrap=True,
    )
    steps = dict.fromkeys(repr(run.step_size) for run in runs)
    model = () if problem.model.identity else (repr(problem.model),)
    console.print(", ".join((repr(problem.loss), *model, *steps)))
    for note in dataset.notes:
        console.print(f"Note: {note}.", soft_wrap=True, highlight=False)
    if not problem.loss.monotone or not oracle:
        return
    if _large(problem):
        console.print("Looking whether the data are linearly separable, by a linear program ...")
    separability = dataset.separability()
    if not separability and all(_needs_no_margin(problem, run.method) for run in runs):
        console.print(f"Not linearly separable ({separability.kind}): the claims are about such data, too.")
        return
    separability.require()
    console.print(f"Linearly separable: a linear program finds a w of linf margin {separability.margin:.3g}.")


def _needs_no_margin(problem: Problem, method: Method) -> bool:
    """Whether there is a claim about a method on data that do not separate."""
    from ..claims.prediction import predict

    claim = predict(problem, method)
    return claim is not None and all(holds for _, holds in claim.hypotheses)


def _large(problem: Problem) -> bool:
    n, *features = problem.X.shape
    return bool(n * math.prod(features) > _LARGE)


@dataclass
class Work:
    """The runs, what was asked for besides, and where files go.

    Attributes
    ----------
    job : Job
    out : Path
    oracle : bool
        Whether the runs are judged.
    dataset : Dataset, optional
        None where runs are resumed.
    flows_of : dict
        The methods whose flows are followed, by their names, from `w0`.
    lasso, regularization : bool
    """

    job: Job
    out: Path
    oracle: bool
    dataset: Dataset | None = None
    flows_of: dict[str, Method] = field(default_factory=dict)
    w0: Any = None
    lasso: bool = False
    regularization: bool = False

    @property
    def problem(self) -> Problem:
        """All runs are about one."""
        return next(iter(self.job.runs.values())).problem

    def in_norms(self) -> dict[str, Run]:
        """Return one run of steepest descent in each norm, without momentum or weight decay."""
        first: dict[str, Run] = {}
        for name, run in self.job.runs.items():
            method = run.method
            known = any(each.method == method for each in first.values())
            if norm_of_bare_descent(method) is not None and not known:
                first[name] = run
        return first

    def check(self) -> None:
        """Refuse what cannot be computed besides, and files of runs that are on their way.

        Raises
        ------
        InvalidValueError
        """
        loss = self.problem.loss
        if self.lasso and loss != Squared():
            raise InvalidValueError(f"lasso: --lasso needs the squared loss, got {loss!r}")
        if self.regularization and not (loss.monotone and self.in_norms()):
            raise InvalidValueError(
                "regularization: --regularization needs steepest descent on a monotone loss, got "
                f"{', '.join(self.job.runs)} on {loss!r}"
            )
        if self.regularization and not self.oracle:
            raise InvalidValueError(
                "regularization: expected it without --no-oracle, as its points are convex programs"
            )
        refuse_unfinished(self.job.files.values())

    def do(self, every: float, log: Path | None, *, quiet: bool, json: bool, strict: bool) -> int:
        """Do it, and return the exit status; an interrupted job ends with its own runs."""
        make_folder(self.out)
        job = self.job
        with logged(log, lambda text: complain(text, "warning", "yellow")):
            job.iterate(self.out, every, quiet)  # all are on disk before the first is judged, which may fail
        lines = self._lines()
        files, complete = self._report(lines)
        if not job.interrupted and self.lasso:
            files += compare_paths(self.problem, self.out)
        if not job.interrupted and self.regularization:
            more, all_written = regularization_paths(self.in_norms(), self.out)
            files += more
            complete &= all_written
        if json:
            print(runs_as_json(job, lines, self.dataset, files))
        if quiet:
            for line in lines:
                if line.verdict == "failed":
                    complain(f"{line.name}: {line.remark}")
        unmet = [line for line in lines if not line.met] if strict else []
        for line in unmet:
            complain(f"strict: {line.name}: {line.verdict}")
        if job.interrupted:
            return 130
        if unmet or any(line.verdict == "failed" for line in lines):
            return 1
        return 0 if complete and job.all_written else 2

    def _lines(self) -> list[Line]:
        if self.oracle and _large(self.problem):
            console.print(
                "Asking the oracles: convex programs on data this large take seconds to minutes; --no-oracle "
                "leaves them out."
            )
        lines = []
        for name in self.job.ended:
            run = self.job.runs[name]
            if name in self.job.failures:
                lines.append(failed(name, run, self.job.failures[name]))
            elif self.oracle:
                with console.status(f"The oracle of {name}"):
                    lines.append(judge(name, run))
            else:
                lines.append(unjudged(name, run))
        if not self.job.interrupted:
            lines += flow_lines(self.problem, self.flows_of, self.w0, self.oracle)
        return lines

    def _report(self, lines: list[Line]) -> tuple[list[Path], bool]:
        """Write the table, print it and draw the figure; return the files, and whether both are there."""
        table = self.out / "table.csv"
        figure = self.out / ("margins.png" if self.problem.loss.monotone else "residuals.png")
        # The table is written first: neither a closed terminal nor a figure that fails loses it.
        files = [table] if written(table, lambda path: write_table(path, lines)) else []
        print_table(lines, console)
        files += [figure] if written(figure, lambda path: draw(path, lines)) else []
        for path in files:
            show_file(path)
        return files, len(files) == 2
