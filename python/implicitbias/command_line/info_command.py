"""``implicitbias info``: versions, or what a saved run is and what made it."""

import shlex
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from ..runs.progress import status
from ..runs.run import Run
from ..versions import versions
from .console import console
from .output_files import to_file
from .saved_runs import loaded


def info(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", parser=to_file, help="A run's .npz file: what it is, and what made it."
        ),
    ] = None,
) -> None:
    """Print versions, SIMD level and solvers; or those that made a saved run, and where it is."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(overflow="fold")
    for name, value in (_versions() if file is None else describe(loaded(file, "file"))).items():
        table.add_row(name, value)
    console.print(table)


def _versions() -> dict[str, str]:
    import cvxpy

    return {**versions(), "solvers": ", ".join(sorted(cvxpy.installed_solvers()))}


def describe(run: Run) -> dict[str, str]:
    """Return what a run is and, if it was loaded, what made its checkpoint."""
    origin = run.origin or {}
    n, *features = run.problem.X.shape
    classes = "" if run.problem.classes is None else f"{len(run.problem.classes)} classes, "
    shown = {
        "problem": f"{n} samples x {' x '.join(map(str, features))} features, {classes}{run.problem.loss!r}",
        "model": "" if run.problem.model.identity else repr(run.problem.model),
        "method": repr(run.method),
        "step size": repr(run.step_size),
        "batch": repr(run.batch),
        "t": f"{run.t:,} of {run.until:,}" if run.t <= (run.until or 0) else f"{run.t:,}",
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
