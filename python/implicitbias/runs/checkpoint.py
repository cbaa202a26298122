"""Checkpoints: a run in one NPZ file, self-contained, without pickles."""

import json
import os
import platform
import sys
from importlib.metadata import version
from os import PathLike
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import _core
from .._core import Method, MiniBatch, Problem, Recording, RunLoop, StepSize
from ..errors import CheckpointError, InvalidValueError
from ..nouns.as_json import build, describe, own_kinds
from ..problems import mapped_file
from . import sealed_archive
from .view import RunView

FORMAT = "implicitbias run"
# 2: times beyond 2^53, and what was integrated; 3: forms, samples sparse or in a file; 4: sealed; 5: the last
# violation of the bound on steps.
FORMAT_VERSION = 5


class Parts(NamedTuple):
    """What a run is made of."""

    problem: Problem
    method: Method
    step_size: StepSize
    batch: MiniBatch | None
    record: Recording
    loop: RunLoop
    form: str
    threads: int
    until: int | None
    origin: dict[str, Any]


def libraries() -> dict[str, str]:
    """Return what the numbers of a run depend on besides this package, with versions."""
    return {
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        "Eigen": _core.eigen_version(),
        "compiler": _core.compiler(),
    }


def write(run: RunView, path: str | PathLike[str]) -> None:
    """Write `run`, so that a crash at any moment leaves the old file or the new one."""
    state, trajectory = run._loop.snapshot()
    arrays: dict[str, NDArray[Any]] = {"y": run.problem.y}
    samples = _describe_samples(run.problem.X, arrays, path)
    moved = _name_of_parameters(run.problem)
    for part, columns in (("state", state), ("trajectory", trajectory)):
        columns[moved] = columns.pop("w")
        arrays |= {f"{part}/{name}": np.asarray(value) for name, value in columns.items()}
    header = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "package_version": version("implicitbias"),
        "simd_level": _core.simd_level(),
        "libraries": libraries(),
        "command": sys.orig_argv,
        "until": run._until,
        "samples": samples,
        "loss": describe(run.problem.loss, "loss", arrays),
        "model": describe(run.problem.model, "model", arrays),
        "method": describe(run.method, "method", arrays),
        "step_size": describe(run.step_size, "step_size", arrays),
        "batch": describe(run.batch, "batch", arrays),
        "record": describe(run.record, "record", arrays),
        "form": run._form,
        "threads": run.threads,
    }
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    sealed_archive.write(path, arrays)


def read(path: str | PathLike[str], own: dict[str, Any]) -> Parts:
    """Read the parts of a run back; nouns of one's own are given by their kinds."""
    try:
        arrays, sealed = sealed_archive.read(path)
    except CheckpointError as error:
        raise CheckpointError(f"{os.fspath(path)}: {error}") from error.__cause__
    try:
        return _restore(arrays, sealed, own)
    except CheckpointError as error:
        raise CheckpointError(f"{os.fspath(path)}: {error}") from error.__cause__
    except Exception as error:
        raise CheckpointError(f"{os.fspath(path)}: the contents do not fit together ({error})") from error


def _restore(arrays: dict[str, NDArray[Any]], sealed: bool, own: dict[str, Any]) -> Parts:
    if "header" not in arrays:
        raise CheckpointError("not a checkpoint of implicitbias: it has no header")
    header = json.loads(arrays["header"].tobytes())
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise CheckpointError(f"expected the format {FORMAT!r}")
    if type(header["format_version"]) is not int or not 1 <= header["format_version"] <= FORMAT_VERSION:
        raise CheckpointError(
            f"written by implicitbias {header['package_version']} in format {header['format_version']}; "
            f"this version reads formats up to {FORMAT_VERSION}"
        )
    if header["format_version"] >= 4 and not sealed:
        raise CheckpointError("damaged: its end is missing")
    nouns = (header.get(part) for part in ("loss", "model", "method", "step_size"))
    saved = {kind for noun in nouns for kind in own_kinds(noun)}
    for kind in own.keys() - saved:
        with_what = f"no {kind} of one's own" if saved else "nouns of the package only"
        raise CheckpointError(f"{kind}: expected none, the run was saved with {with_what}")
    samples = _build_samples(header.get("samples"), arrays)
    model = build(header.get("model", {"noun": "Linear", "fields": {}}), arrays, own)
    # Parameters have a sample's shape, or a row for each class or target. Sizes are checked before any array
    # is made as large as the file claims its samples are.
    if model.identity:
        sample, parameters = samples.shape[1:], arrays["trajectory/w"].shape[1:]
        if parameters != sample and parameters[1:] != sample:
            raise CheckpointError(f"its samples have shape {samples.shape}, its parameters another")
    problem = Problem(samples, arrays["y"], build(header["loss"], arrays, own), model)
    method = build(header["method"], arrays, own)
    step_size = build(header["step_size"], arrays, own)
    batch = build(header["batch"], arrays, own)
    record = build(header["record"], arrays, own)
    form, threads, until = header.get("form", "auto"), header.get("threads", 1), header.get("until")
    if not (until is None or (type(until) is int and 0 <= until < 2**63)):
        raise CheckpointError(f"until: expected the number of an iteration, got {until!r}")
    if not (isinstance(header.get("libraries", {}), dict) and isinstance(header.get("command", []), list)):
        raise CheckpointError("libraries, command: expected names and versions, and a list of words")
    if form not in ("auto", "plain"):
        raise CheckpointError(f"form: expected 'auto' or 'plain', got {form!r}")
    names = ("package_version", "simd_level", "libraries", "command", "threads")
    origin = {name: header[name] for name in names if name in header}

    def part(prefix: str) -> dict[str, Any]:
        return {name.removeprefix(prefix): value for name, value in arrays.items() if name.startswith(prefix)}

    state = {name: value[()] if value.ndim == 0 else value for name, value in part("state/").items()}
    rows = part("trajectory/")
    for columns in (state, rows):
        columns["w"] = columns.pop(_name_of_parameters(problem))
    if np.isnan(state["largest_step"]) or state["largest_step_t"] < 0:
        raise CheckpointError("largest_step: expected a number, and the time when it was taken")
    loop = RunLoop.restore(problem, method, step_size, batch, record, state, rows, form == "plain", threads)
    return Parts(problem, method, step_size, batch, record, loop, form, threads, until, origin)


def _name_of_parameters(problem: Problem) -> str:
    """Return what files call what a method moves: versions without models refuse a file that has no w."""
    return "w" if problem.model.identity else "theta"


def _describe_samples(X: Any, arrays: dict[str, NDArray[Any]], path: str | PathLike[str]) -> Any:
    """Return where X is, if not in `arrays` under its name, as JSON."""
    if isinstance(X, np.memmap):
        found = mapped_file.reference(X, path)
        if found is None:
            arrays["X"] = np.asarray(X)
        return {"file": found}
    if isinstance(X, np.ndarray):
        arrays["X"] = X
        return None
    arrays |= {f"X/{part}": getattr(X, part) for part in ("data", "indices", "indptr")}
    return {"sparse": list(X.shape)}


def _build_samples(description: Any, arrays: dict[str, NDArray[Any]]) -> Any:
    if description is None:
        return arrays["X"]
    if "file" in description:
        if description["file"] is None:
            return mapped_file.map_copy(arrays["X"])
        try:
            return mapped_file.open_again(description["file"])
        except InvalidValueError as error:
            raise CheckpointError(str(error)) from None
    from scipy.sparse import csr_array

    parts = tuple(arrays[f"X/{part}"] for part in ("data", "indices", "indptr"))
    return csr_array(parts, shape=tuple(description["sparse"]))
