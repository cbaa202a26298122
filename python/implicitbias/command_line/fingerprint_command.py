"""``implicitbias fingerprint``: which geometry weights from a file maximize the margin in."""

import json as json_module
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from .._core import CrossEntropy, Exponential, Loss, Norm, Potential, Problem, Squared
from ..datasets.dataset import Dataset
from ..errors import InvalidValueError
from ..nouns.as_text import MATRIX_NORMS
from ..nouns.from_text import known_names, read_array, read_norm, read_noun, read_shape
from .console import console, reason, saying
from .output_files import make_folder, show_file, to_file, to_folder, written
from .run_json import as_numbers_of_json, failing_as_json
from .run_options import read_dataset

if TYPE_CHECKING:
    from ..recognition.result import Fingerprint


def fingerprint(
    data: Annotated[
        str,
        typer.Option(metavar="DATA", help="A data set's name, or a .npz file with X and y, .csv, ..."),
    ],
    weights: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            parser=to_file,
            help="A .npy file: parameters of shape (d,), or (k, d) for k classes; with --t several of them.",
        ),
    ],
    t: Annotated[
        str | None,
        typer.Option("--t", metavar="ARRAY", help="The iterations of several parameters: '[100, 1000]'."),
    ] = None,
    geometry: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NORM",
            autocompletion=lambda: ["1", "2", "inf", *MATRIX_NORMS.values(), *known_names(Norm)],
            help="Instead of the bank: 1, 4/3, inf, nuclear, ... or as in Python; may be repeated.",
        ),
    ] = None,
    loss: Annotated[
        str | None,
        typer.Option(metavar="LOSS", help="exponential, CrossEntropy, squared, ... (by the targets)."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", parser=to_folder, help="Folder for the figure and the JSON."),
    ] = None,
    target: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Tables: the column of targets (the last).")
    ] = None,
    positive: Annotated[
        str | None, typer.Option(metavar="LABEL", help="Files: the label that becomes +1, all others -1.")
    ] = None,
    standardize: Annotated[bool | None, typer.Option(help="Files: center and scale every feature.")] = None,
    intercept: Annotated[bool | None, typer.Option(help="Append a column of ones.")] = None,
    shape: Annotated[
        str | None, typer.Option(metavar="SHAPE", help="Make every sample a matrix, row by row: 8x8.")
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print JSON on stdout, and all else on stderr.")
    ] = False,
) -> None:
    """Recognize the geometry of an optimizer from the parameters that it ended at.

    Exit status: 0, or 2 for bad arguments and files.
    """
    with saying(to_stderr=json), failing_as_json(json):
        if out is not None:
            make_folder(out)
        w = _read_weights(weights)
        asked = None if loss is None else read_noun(loss, Loss, "loss")

        def read(kind: Loss | None) -> Dataset:
            found = read_dataset(data, target, positive, standardize, intercept, kind)
            return found if shape is None else found.as_matrices(*read_shape(shape))

        problem = _problem(read, asked, w.shape if t is None else w.shape[1:])
        from ..recognition.fingerprint import fingerprint as recognize

        times = None if t is None else read_array(t, "t")
        geometries = None if geometry is None else [_geometry(text, problem) for text in geometry]
        found = recognize(problem, w, times, geometries)
        if json:
            print(_as_json(found))
        else:
            console.print(repr(found), soft_wrap=True, highlight=False)
        if out is not None:
            _write(found, out)


def _read_weights(path: Path) -> Any:
    why = "it holds several arrays"
    try:
        found = np.load(path, allow_pickle=False)
    except OSError as error:
        found, why = None, reason(error)
    except (ValueError, EOFError):
        found, why = None, "it is no NPY file, or one of objects"
    if not isinstance(found, np.ndarray):
        raise InvalidValueError(f"weights: expected a .npy file of parameters, got {str(path)!r} ({why})")
    return found


def _problem(read: Callable[[Loss | None], Dataset], asked: Loss | None, shape: tuple[int, ...]) -> Problem:
    """Return the problem; without a loss that is asked for, by the targets and the parameters' shape."""
    dataset = read(asked)
    if asked is None and not dataset.classification:
        labels = np.unique(dataset.y)
        whole = np.array_equal(labels, np.round(labels))
        if whole and len(shape) == 2 and len(labels) == shape[0]:
            asked = CrossEntropy()
            dataset = read(asked)
        elif whole and len(labels) == 2:
            smaller, larger = (f"{label:g}" for label in labels)
            note = (
                f"note: targets {smaller} and {larger} are numbers here; write --positive {larger} for labels"
            )
            console.print(note, soft_wrap=True, highlight=False)
    default = Exponential() if dataset.classification else Squared()
    return dataset.problem(asked or default)


def _geometry(text: str, problem: Problem) -> Any:
    return read_norm(text) if problem.loss.monotone else read_noun(text, Potential, "geometry")


def _as_json(found: "Fingerprint") -> str:
    """Return what was found; numbers that there are not are null."""
    shown = {
        "decided": found.decided,
        "best": None if found.best is None else repr(found.best),
        "p": found.p,
        "interval": None if found.interval is None else list(found.interval),
        "reason": found.reason,
        "warning": found.warning,
        "contrast": found.contrast,
        "t": None if found.t is None else found.t.tolist(),
        "table": [
            {
                "geometry": repr(row.geometry),
                "name": row.name,
                "family": row.family,
                "ratio": {"lower": row.ratio.lower, "upper": row.ratio.upper},
                "compatible": row.compatible,
                "trend": None if row.trend is None else str(row.trend),
                "ratios": row.ratios.tolist(),
            }
            for row in found.table
        ],
    }
    return json_module.dumps(as_numbers_of_json(shown), indent=1, allow_nan=False)


def _write(found: "Fingerprint", out: Path) -> None:
    def draw(path: Path) -> None:
        from ..plot.against_geometry import fingerprint as drawn
        from ..plot.figures import new_figure

        figure = new_figure(7.2, 4.6)
        drawn(found, ax=figure.add_subplot())
        figure.savefig(path, dpi=150)

    files = {"fingerprint.json": lambda path: path.write_text(_as_json(found), encoding="utf-8")}
    if found.best is not None:
        files["fingerprint.png"] = draw
    for name, write in files.items():
        if written(out / name, write):
            show_file(out / name)
