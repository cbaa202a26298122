"""Which lines a figure of runs has: one a run, or one for all runs of a label."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np

from .._arguments import choice, instance, is_iterable, refuse, seen
from ..claims.claim import LimitClaim
from ..errors import DomainError, InvalidValueError
from ..flows.flow import Flow
from ..nouns.as_text import mathtext, plain
from ..problems.rows import same_problem
from ..runs.iterates import Iterates
from ..runs.run import Run
from ..runs.sweep.sweep import Sweep
from ..runs.view import RunView
from .style import COLORS, MARKERS, mark


class Line(NamedTuple):
    """A run as it is drawn; runs of one label look alike."""

    run: Any
    label: str
    color: str
    marker: str  # empty where all lines have one label

    def look(self, offset: float = 0.02) -> dict[str, Any]:
        """Return color and marks, these a little apart from those of other lines."""
        if not self.marker:
            return {"color": self.color}
        start = offset + 0.023 * MARKERS.index(self.marker)
        marks = {"marker": self.marker, "ms": mark(0.8), "mfc": "white", "markevery": (start, 0.16)}
        return {"color": self.color, **marks}


def as_list(runs: Any, kinds: tuple[type, ...] = (Run,), argument: str = "runs") -> list[Any]:
    """Return one run or several, of any iterable, as a list."""
    several = is_iterable(runs) and not hasattr(runs, "keys")  # a trajectory has keys
    result = list(runs) if several else [runs]
    for run in result:
        if not (Run in kinds and isinstance(run, RunView)):
            instance(run, kinds, argument)
    if not result:
        raise InvalidValueError(f"{argument}: expected at least one")
    return result


def check_claim(claim: Any, runs: Sequence[Any]) -> None:
    """Refuse what is no claim with a limit about the problem of one of the runs."""
    instance(claim, LimitClaim, "claim", "a Claim with a limit")
    if not any(same_problem(claim.problem, run.problem) for run in runs):
        raise InvalidValueError(
            "claim: expected a claim about the runs' problem, got one about other data or another loss; "
            "write predict(run.problem, run.method)"
        )


def lines_of(
    runs: Any,
    labels: Sequence[str] | None,
    *,
    band: str | None = None,
    over: str | None = None,
    monotone: bool | None = None,
) -> list[Line]:
    """Return the lines of runs, or of a sweep, all on monotone losses, or on losses with a finite root.

    The runs of a sweep that bands are drawn of have the labels of its axes but one, `over`.
    """
    if band is not None:
        choice(band, "band", "quantiles")
    if over is not None and not (band is not None and isinstance(runs, Sweep)):
        raise InvalidValueError(
            "over: expected None where there is no sweep, or no band, over whose axis it goes"
        )
    if not isinstance(runs, Sweep):
        if band is not None and isinstance(runs, RunView):
            refuse("runs", "a Sweep where there is a band, or several runs", runs)
        return named(_on_losses(as_list(runs), monotone), labels)
    if band is None:
        return named(_on_losses([run for _, run in begun(runs)], monotone), labels)
    names = _names_beside(runs, over)
    found = [(names[index], run) for index, run in begun(runs)]
    _on_losses([run for _, run in found], monotone)
    distinct = list(dict.fromkeys(names.ravel().tolist()))
    if len(distinct) > len(COLORS):
        raise InvalidValueError(
            f"runs: expected at most {len(COLORS)} lines beside the axis {over or list(runs.axes)[-1]!r}, "
            f"got {len(distinct)}; write over=, one of {', '.join(runs.axes)}, or draw plot.phase"
        )
    if labels is not None:
        check_labels(labels, len(distinct), "line")
        renamed = dict(zip(distinct, labels, strict=True))
        found = [(renamed[name], run) for name, run in found]
    return _told_apart(found)


def begun(sweep: Sweep) -> Iterator[tuple[tuple[int, ...], Run]]:
    """Yield the runs that could begin, with their indices."""
    for index in np.ndindex(sweep.shape):
        with suppress(DomainError):
            yield index, sweep.runs[index]


def named(runs: Sequence[Any], labels: Sequence[str] | None) -> list[Line]:
    """Return each run with its label.

    Without labels a run is named after its method, and its step size too where that alone would not tell it
    from another.
    """
    if labels is None:
        names = [_name(run) for run in runs]
        count = Counter(names)
        labels = [
            name if count[name] == 1 or not _has_steps(run) else f"{name}, {plain(run.step_size)}"
            for name, run in zip(names, runs, strict=True)
        ]
    else:
        check_labels(labels, len(runs), "run")
    return _told_apart(list(zip(labels, runs, strict=True)))


def check_labels(labels: Any, count: int, what: str) -> None:
    """Refuse what is not so many texts."""
    several = isinstance(labels, Sequence) and not isinstance(labels, str)
    if not several or len(labels) != count:
        raise InvalidValueError(f"labels: expected {count} texts, one a {what}, got {seen(labels)}")
    for label in labels:
        instance(label, str, "labels", "texts")
        if label.startswith("_"):
            raise InvalidValueError(f"labels: got {label!r}, but legends omit what begins with _")
        if "$" in label:
            from matplotlib.mathtext import MathTextParser

            try:
                MathTextParser("path").parse(label)
            except ValueError:
                raise InvalidValueError(
                    f"labels: expected formulas that matplotlib knows between $, got {label!r}; for the sign "
                    "write \\$"
                ) from None


def _told_apart(found: Sequence[tuple[str, Any]]) -> list[Line]:
    """Return lines of a color and a mark for each label."""
    distinct = list(dict.fromkeys(label for label, _ in found))
    place = {label: i % len(COLORS) for i, label in enumerate(distinct)}
    return [
        Line(run, label, COLORS[place[label]], MARKERS[place[label]] if len(distinct) > 1 else "")
        for label, run in found
    ]


def _has_steps(run: Any) -> bool:
    return isinstance(run, RunView) and run.step_size is not None


def _name(run: RunView | Flow) -> str:
    if isinstance(run, Iterates):
        return f"iterates, {mathtext(run.norm)}"
    return ("flow of " if isinstance(run, Flow) else "") + mathtext(run.method)


def _on_losses(runs: list[Any], monotone: bool | None) -> list[Any]:
    if not runs:
        raise InvalidValueError("runs: expected at least one that could begin")
    for run in runs:
        if monotone is not None and run.problem.loss.monotone != monotone:
            wanted = "a monotone loss" if monotone else "a loss with a finite root"
            raise InvalidValueError(f"runs: expected runs on {wanted}, got one on {run.problem.loss!r}")
    return runs


def _names_beside(sweep: Sweep, over: str | None) -> Any:
    """Return what each run of a sweep is called by its place on all axes but one, in the sweep's shape."""
    dims, axes = sweep.dims, sweep.axes
    if not dims:
        raise InvalidValueError("runs: expected a sweep with an axis to take quantiles over, got one run")
    across = max(dims.values()) if over is None else dims[choice(over, "over", *dims)]
    first = {axis: name for name, axis in reversed(dims.items())}  # of tied arguments, the first
    told = [name for axis, name in sorted(first.items()) if axis != across]
    names = np.full(sweep.shape, f"median over {first[across].replace('_', ' ')}", dtype=object)
    for index in np.ndindex(sweep.shape) if told else ():
        parts = [(name, axes[name][index[dims[name]]]) for name in told]
        names[index] = ", ".join(
            f"{name.replace('_', ' ')} {value:g}" if isinstance(value, float) else f"{value}"
            for name, value in parts
        )
    return names
