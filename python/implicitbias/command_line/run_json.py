"""The runs of one command as JSON: one object, in which every number is one that JSON knows."""

import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from .._core import Constant, Problem
from ..datasets.dataset import Dataset
from ..errors import ImplicitBiasError
from ..runs.run import Run
from .console import reason
from .judged import Line
from .saved_runs import Job


def runs_as_json(job: Job, lines: list[Line], dataset: Dataset | None, more: Sequence[Path]) -> str:
    """Return what a command found.

    "dataset" has name, samples, shape, classification and notes, and is null for runs that are resumed;
    "problem" has samples, shape, loss and monotone. Each of "runs", the flows among them, has name, kind,
    method, step_size, eta (of constant steps), batch, t, log_loss, margin, bracket (lower, upper),
    certified_gap, residual, iterates, verdict, reason, gap, angle (degrees), oracle, oracle_gap and files.
    Where there is a model, "problem" has it, and runs a kkt_residual. What there is not is null.

    Parameters
    ----------
    job : Job
    lines : list of Line
    dataset : Dataset, optional
    more : sequence of Path
        The files that belong to no single run.
    """
    shown = {
        "implicitbias": version("implicitbias"),
        "dataset": None if dataset is None else _dataset(dataset),
        "problem": _problem(next(iter(job.runs.values())).problem),
        "interrupted": job.interrupted,
        "runs": [_line(line, job.written_files(line.name)) for line in lines],
        "files": [str(path) for path in more],
    }
    return json.dumps(as_numbers_of_json(shown), indent=1, allow_nan=False)


@contextmanager
def failing_as_json(asked: bool) -> Iterator[None]:
    """Within, an error that ends the command is an object on stdout, too, where JSON was asked for."""
    try:
        yield
    except (ImplicitBiasError, OSError, MemoryError) as error:
        if asked:
            print(json.dumps({"error": reason(error)}, indent=1))
        raise


def _dataset(dataset: Dataset) -> dict[str, Any]:
    return {
        "name": dataset.name,
        "samples": dataset.X.shape[0],
        "shape": list(dataset.X.shape[1:]),
        "classification": dataset.classification,
        "notes": list(dataset.notes),
    }


def _problem(problem: Problem) -> dict[str, Any]:
    classes = {} if problem.classes is None else {"classes": problem.classes.astype(str).tolist()}
    return {
        "samples": problem.X.shape[0],
        "shape": list(problem.shape),
        **classes,
        **({} if problem.model.identity else {"model": repr(problem.model)}),
        "loss": repr(problem.loss),
        "monotone": problem.loss.monotone,
    }


def _line(line: Line, files: dict[str, Path]) -> dict[str, Any]:
    run, monotone = line.run, line.run.problem.loss.monotone
    shown: dict[str, Any] = {
        "name": line.name,
        "kind": "run" if isinstance(run, Run) else "flow",
        "method": repr(run.method),
        **dict.fromkeys(("step_size", "eta", "batch", "t", "log_loss", "margin", "bracket", "certified_gap")),
        "residual": None if monotone else run.residual,
        "iterates": None if monotone else line.iterates,
        "verdict": line.verdict,
        "reason": line.remark,
        "gap": line.gap,
        "angle": line.angle,
        "oracle": line.oracle,
        "oracle_gap": line.oracle_gap,
        "files": {what: str(path) for what, path in files.items()},
    }
    if not isinstance(run, Run):
        return shown | {"t": run.t[-1]}
    shown |= {"step_size": repr(run.step_size), "t": run.t, "log_loss": run.log_loss}
    if isinstance(run.step_size, Constant):
        shown["eta"] = run.step_size.eta
    if run.batch is not None:
        shown["batch"] = repr(run.batch)
    if monotone:
        lower, upper = run.bracket
        shown |= {"margin": run.margin, "bracket": {"lower": lower, "upper": upper}}
        shown["certified_gap"] = run.bracket.gap
    if monotone and not run.problem.model.identity:
        shown["kkt_residual"] = run.kkt_residual
    return shown


def as_numbers_of_json(value: Any) -> Any:
    """Return a value without NaN, which is null, and infinities, which are "inf" and "-inf"."""
    match value:
        case dict():
            return {name: as_numbers_of_json(each) for name, each in value.items()}
        case list():
            return [as_numbers_of_json(each) for each in value]
        case float() | np.floating():
            number = float(value)
            return None if math.isnan(number) else number if math.isfinite(number) else str(number)
        case np.integer():
            return int(value)
    return value
