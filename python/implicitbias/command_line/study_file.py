"""A study: a sweep, what it is to do and what is to come of it, as a TOML file that can be published."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .._arguments import choice, positive_number, seen, tolerance, whole_number
from .._core import Loss, Method, MiniBatch, Model, Problem, Recording, StepSize
from .._types import is_number
from ..errors import InvalidValueError
from ..nouns.from_text import read_array, read_noun
from ..runs.sweep.sweep import Sweep
from .console import reason
from .run_options import read_dataset

_SWEEP = ("data", "loss", "model", "method", "step_size", "w0", "batch", "record", "zip")
_DATA_OPTIONS = ("target", "positive", "standardize", "intercept")
_PHASE = ("x", "y", "value", "panels", "file")


@dataclass
class Study:
    """What a file says.

    Attributes
    ----------
    sweep : Sweep
    steps : int or None
    fast_forward : float or None
        Where the runs are to leap to, after their steps.
    adaptive : float or None
    tables : list of str
        Files for what was recorded: .nc, .zarr or .csv.
    margins : str or None
        A figure of the margins, their quantiles over the last axis.
    phases : list of dict
        Phase diagrams: x, y, value, panels and file of each.
    """

    sweep: Sweep
    steps: int | None
    fast_forward: float | None
    adaptive: float | None
    tables: list[str] = field(default_factory=list)
    margins: str | None = None
    phases: list[dict[str, str]] = field(default_factory=list)


def read_study(path: Path) -> Study:
    """Read a file.

    Raises
    ------
    InvalidValueError
        If it is no TOML, or says something that a study has no word for.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise InvalidValueError(f"study: {str(path)!r} cannot be read ({reason(error)})") from error
    about = _table(told, "sweep")
    _known(told, ("sweep", "data", "steps", "fast_forward", "adaptive", "outputs", "phase"), "")
    _known(about, _SWEEP, "sweep.")
    outputs = _table(told, "outputs")
    _known(outputs, ("tables", "margins"), "outputs.")
    phases = told.get("phase", [])
    if not isinstance(phases, list):
        raise InvalidValueError(f"phase: expected tables [[phase]], got {seen(phases)}")
    for each in phases:
        _known(each, _PHASE, "phase.")
        for name in ("x", "y", "file"):
            _text(each.get(name), f"phase.{name}")
    tables = _list(outputs.get("tables", []))
    for name in tables:
        choice(
            Path(_text(name, "outputs.tables")).suffix, "outputs.tables: its ending", ".nc", ".zarr", ".csv"
        )
    steps, far = told.get("steps"), told.get("fast_forward")
    if steps is None and far is None:
        raise InvalidValueError("steps: expected a number of steps, or fast_forward, got neither")
    adaptive = told.get("adaptive")
    margins = outputs.get("margins")
    return Study(
        _sweep(about, _table(told, "data")),
        None if steps is None else whole_number(steps, "steps"),
        None if far is None else positive_number(far, "fast_forward"),
        None if adaptive is None else tolerance(adaptive, "adaptive"),
        tables,
        None if margins is None else _text(margins, "outputs.margins"),
        phases,
    )


def _sweep(about: dict[str, Any], options: dict[str, Any]) -> Sweep:
    """Return the sweep; texts are nouns as in Python, lists and tables with labels are axes."""
    _known(options, _DATA_OPTIONS, "data.")
    for name in ("data", "loss", "method"):
        if name not in about:
            raise InvalidValueError(f"sweep.{name}: expected it in the table [sweep], got nothing")
    given = {
        "method": _axis(about["method"], lambda text: read_noun(_text(text, "method"), Method, "method")),
        "step_size": _axis(about.get("step_size"), _step),
        "w0": _axis(about.get("w0"), lambda value: read_array(str(value), "w0")),
        "batch": _axis(about.get("batch"), lambda text: read_noun(_text(text, "batch"), MiniBatch, "batch")),
    }
    record = about.get("record")
    return Sweep(
        _problems(about, options),
        record=None if record is None else read_noun(_text(record, "record"), Recording, "record"),
        zip=about.get("zip", ()),
        **given,
    )


def _problems(about: dict[str, Any], options: dict[str, Any]) -> Any:
    """Return the problem, or all pairs of data and loss, labeled by what differs."""
    names, losses = _list(about["data"]), _list(about["loss"])
    problems: dict[str, Problem] = {}
    model = about.get("model")
    model = None if model is None else read_noun(_text(model, "model"), Model, "model")
    for name in names:
        for text in losses:
            loss = read_noun(_text(text, "loss"), Loss, "loss")
            named = {each: options.get(each) for each in _DATA_OPTIONS}
            data = read_dataset(_text(name, "data"), **named, loss=loss)
            label = ", ".join([name] * (len(names) > 1) + [text] * (len(losses) > 1))
            if label in problems:
                raise InvalidValueError(f"data, loss: expected each pair once, got {label!r} twice")
            problems[label] = data.problem(loss, model)
    several = isinstance(about["data"], list) or isinstance(about["loss"], list)
    return problems if several else next(iter(problems.values()))


def _step(value: Any) -> StepSize:
    return read_noun(str(value) if is_number(value) else _text(value, "step_size"), StepSize, "step_size")


def _axis(value: Any, read: Callable[[Any], Any]) -> Any:
    """Return what one value, a list of them, or a table with labels stands for."""
    if value is None:
        return None
    if isinstance(value, list):
        return [read(each) for each in value]
    if isinstance(value, dict):
        return {label: read(each) for label, each in value.items()}
    return read(value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _table(told: dict[str, Any], name: str) -> dict[str, Any]:
    table = told.get(name, {})
    if not isinstance(table, dict):
        raise InvalidValueError(f"{name}: expected a table [{name}], got {seen(table)}")
    return table


def _known(table: Any, names: tuple[str, ...], place: str) -> None:
    if not isinstance(table, dict):
        raise InvalidValueError(f"{place[:-1]}: expected a table, got {seen(table)}")
    for name in table:
        if name not in names:
            raise InvalidValueError(f"{place}{name}: a study has no such word; it has {', '.join(names)}")


def _text(value: Any, argument: str) -> str:
    if not isinstance(value, str):
        raise InvalidValueError(f"{argument}: expected a text, got {seen(value)}")
    return value
