"""Phase diagrams: values of the runs of a sweep on the plane of two of its axes."""

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._arguments import choice, instance, seen
from .._calls import public
from .._types import is_number
from ..claims.comparison import compare
from ..errors import InvalidTypeError, InvalidValueError
from ..recognition.fingerprint import fingerprint
from ..runs.run import Run
from ..runs.sweep.sweep import Sweep
from .axes_of_t import note
from .lines import begun, check_labels
from .style import Style, drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# What a claim may come to, and the color of each.
_VERDICTS = {
    "holds": "#009E73",
    "not yet converged": "#F0E442",
    "hypothesis fails": "#6F4A8E",
    "violated": "#D55E00",
    "no claim": "#BBBBBB",
    "failed": "#000000",
}


@public
def phase(
    sweep: Sweep,
    x: str,
    y: str,
    value: str | Callable[[Run], float] = "gap",
    *,
    panels: str | None = None,
    labels: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    style: Style | None = None,
) -> Any:
    """Draw what runs have come to on the plane of two axes of a sweep: a phase diagram.

    Parameters
    ----------
    sweep : Sweep
    x, y : str
        Names of arguments that are axes. Over other axes the median is taken.
    value : {'gap', 'limit', 'verdict', 'p'} or callable, default 'gap'
        The certified gap; the distance from the predicted limit, and the verdict, as `compare` finds them;
        the p of the norm in which w is best, as `ib.fingerprint` finds it; or a function of a run that
        returns a number.
    panels : str, optional
        A third axis: one panel for each of its values, side by side.
    labels : sequence of str, optional
        Three: what x, y and the value are called; by default the names of the arguments.
    ax : matplotlib Axes, optional
        Where there are no panels.
    style : {'single-column', 'double-column', 'slides'}, optional
        Sizes that a journal or slides take, as in `margins`.

    Returns
    -------
    matplotlib Axes, or a list of them where there are panels

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> methods = [ib.SteepestDescent(ib.Lp(p)) for p in (1.5, 2, 2.5)]
    >>> sweep = ib.Sweep(problem, methods, [0.01, 0.1, 1.0]).advance(100)
    >>> ax = ib.plot.phase(sweep, "step_size", "method")
    >>> print(ax.get_xlabel(), ax.get_xscale())
    step size log
    """
    instance(sweep, Sweep, "sweep")
    axes, dims = sweep.axes, sweep.dims
    given = {"x": x, "y": y} | ({"panels": panels} if panels is not None else {})
    for argument, name in given.items():
        if not isinstance(name, str) or name not in dims:
            listed = ", ".join(map(repr, dims)) or "none, as it is one run"
            raise InvalidValueError(f"{argument}: expected an axis of the sweep ({listed}), got {seen(name)}")
    chosen = [dims[name] for name in given.values()]
    if len(set(chosen)) < len(given):
        raise InvalidValueError(f"{', '.join(given)}: expected axes that differ and are not tied")
    if panels is not None and ax is not None:
        raise InvalidValueError("ax: expected None where there are panels, which make their own")
    if not callable(value):
        choice(value, "value", "gap", "limit", "verdict", "p")
    if value == "gap" and not all(problem.loss.monotone for problem in sweep.problem):
        raise InvalidValueError(
            "value: expected 'limit', 'verdict' or a function of a run on losses with a finite root, whose "
            "runs have no margins, got 'gap'"
        )
    if labels is not None:
        check_labels(labels, 3, "name: of x, y and the value")
    others = tuple(axis for axis in range(len(sweep.shape)) if axis not in chosen)
    if value == "verdict" and any(sweep.shape[axis] > 1 for axis in others):
        raise InvalidValueError("value: expected numbers where the sweep has more axes, got 'verdict'")
    grid = np.transpose(_values(sweep, value), (*chosen, *others))
    grid = grid.reshape(*grid.shape[: len(chosen)], -1)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "All-NaN slice", RuntimeWarning)  # all these runs failed
        grid = grid[..., 0] if value == "verdict" else np.nanmedian(grid, axis=-1)
    names = labels or (_spoken(x), _spoken(y), _name_of(value))
    if panels is None:
        with drawing(ax, style) as ax:
            _draw(grid[None], (axes[x], axes[y]), names, value, [ax])
            return ax
    each_panel = np.moveaxis(grid, 2, 0)
    with drawing(None, style, panels=len(each_panel)) as drawn:
        _draw(each_panel, (axes[x], axes[y]), names, value, drawn)
        for each, label in zip(drawn, axes[panels].tolist(), strict=True):
            each.set_title(f"{_spoken(panels)}: {label}")
        return drawn


def _values(sweep: Sweep, value: str | Callable[[Run], float]) -> NDArray[Any]:
    """Return a number, or a verdict, for each run, in the sweep's shape; NaN where there is none."""
    if value in ("limit", "verdict"):
        found = compare(sweep)
        return found.gaps if value == "limit" else found.verdicts
    numbers = np.full(sweep.shape, np.nan)
    messages = sweep.messages
    for index, run in begun(sweep):
        if callable(value):
            number = value(run)
            if not is_number(number):
                raise InvalidTypeError(
                    f"value: expected a function that returns a number, got {seen(number)}"
                )
            numbers[index] = number
        elif not messages[index]:
            numbers[index] = run.bracket.gap if value == "gap" else _inverse_p(run)
    return numbers


def _inverse_p(run: Run) -> float:
    """Return 1/p of the norm in which w is best: 0 for the maximum norm, NaN where that is not known."""
    p = fingerprint(run.problem, run.w).p
    return np.nan if p is None else 1 / p


def _name_of(value: str | Callable[[Run], float]) -> str:
    told = {"gap": "relative margin gap", "limit": "distance from the limit"}
    told |= {"verdict": "verdict", "p": "$p$ of the fingerprint"}
    return told.get(str(value)) or getattr(value, "__name__", "<lambda>").replace("<lambda>", "value")


def _draw(
    panels: NDArray[Any],
    labels: tuple[NDArray[Any], NDArray[Any]],
    names: Sequence[str],
    value: str | Callable[[Run], float],
    axes: Sequence[Any],
) -> None:
    """Draw panels, x to the right and y upwards, in colors that mean the same in all of them."""
    from matplotlib import rcParams
    from matplotlib.colors import ListedColormap, LogNorm, Normalize

    edges = [_edges(each) for each in labels]
    shown: Any = panels
    look: dict[str, Any] = {}
    if value == "verdict":
        shown = np.vectorize(list(_VERDICTS).index, otypes=[float])(panels)
        look = {
            "cmap": ListedColormap(list(_VERDICTS.values())),
            "norm": Normalize(-0.5, len(_VERDICTS) - 0.5),
        }
    elif value == "p":
        look = {"norm": Normalize(0, 1)}
    else:
        fits = np.isfinite(panels) & ((panels > 0) | (value not in ("gap", "limit")))
        shown = np.where(fits, panels, np.nan)
        if fits.any():
            scale = LogNorm if value in ("gap", "limit") else Normalize
            look = {"norm": scale(np.nanmin(shown), np.nanmax(shown))}
    for grid, ax in zip(shown, axes, strict=True):
        ax.set_facecolor("0.88")  # where runs failed, or have no such number
        mesh = ax.pcolormesh(*edges, np.transpose(grid), **look)
        if value == "verdict":  # in gray, red would be as bright as green
            violated = np.ma.masked_not_equal(np.transpose(grid), list(_VERDICTS).index("violated"))
            ax.pcolor(*edges, violated, hatch="xxx", alpha=0)
        _scale(ax.xaxis, labels[0], names[0])
        _scale(ax.yaxis, labels[1], names[1] if ax is axes[0] else "")
        if ax is not axes[0]:
            ax.tick_params("y", labelleft=False)
    if not np.isfinite(shown).any():
        note(axes[0], "no such number of any run")
        return
    bar = axes[0].figure.colorbar(mesh, ax=list(axes), label=names[2])
    if value == "verdict":
        bar.set_ticks(range(len(_VERDICTS)), labels=list(_VERDICTS))
        bar.set_label("" if names[2] == "verdict" else names[2])
    elif value == "p":
        bar.set_ticks([0, 0.25, 0.5, 0.75, 1], labels=[r"$\infty$", "4", "2", "4/3", "1"])
    bar.ax.tick_params(labelsize=rcParams["ytick.labelsize"])


def _scale(axis: Any, labels: NDArray[Any], name: str) -> None:
    """Give an axis its name and its scale, or a tick for each label."""
    axis.set_label_text(name)
    if _is_logarithmic(labels):
        axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    elif not _is_scale(labels):
        texts = [f"{label:g}" if isinstance(label, float) else str(label) for label in labels.tolist()]
        axis.set_ticks(range(len(labels)), texts)
        if axis.axis_name == "x":
            axis.set_tick_params(rotation=30)


def _is_scale(labels: NDArray[Any]) -> bool:
    """Whether labels are numbers that grow, or fall, and have a scale of their own."""
    if labels.dtype.kind not in "if" or len(labels) < 2 or not np.isfinite(labels).all():
        return False
    steps = np.diff(labels.astype(float))
    return bool((steps > 0).all() or (steps < 0).all())


def _is_logarithmic(labels: NDArray[Any]) -> bool:
    """Whether positive numbers are spread by factors rather than by differences."""
    if not _is_scale(labels) or labels.min() <= 0 or labels.max() < 20 * labels.min():
        return False
    factors, steps = np.abs(np.diff(np.log(labels))), np.abs(np.diff(labels))
    return bool(factors.max() / factors.min() < steps.max() / steps.min())


def _edges(labels: NDArray[Any]) -> NDArray[Any]:
    """Return where the cells of an axis begin and end; in the middle between two, on their scale."""
    if not _is_scale(labels):
        return np.arange(len(labels) + 1) - 0.5
    at = np.log(labels) if _is_logarithmic(labels) else labels.astype(float)
    middle = (at[1:] + at[:-1]) / 2
    edges = np.concatenate([[2 * at[0] - middle[0]], middle, [2 * at[-1] - middle[-1]]])
    with np.errstate(over="ignore"):
        edges = np.exp(edges) if _is_logarithmic(labels) else edges
    largest = np.finfo(float).max
    return np.asarray(np.clip(edges, -largest, largest), float)


def _spoken(name: str) -> str:
    return name.replace("_", " ")
