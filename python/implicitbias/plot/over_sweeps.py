"""Figures of sweeps: quantiles over an axis, and values on a plane of two."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._arguments import choice, instance, seen
from .._calls import public
from .._types import is_number
from ..claims.comparison import compare
from ..errors import DomainError, InvalidTypeError, InvalidValueError
from ..runs.run import Run
from ..runs.sweep.sweep import Sweep
from .figures import import_matplotlib
from .style import COLORS, add_legend, axes_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# What a claim may come to, and the color of each.
_VERDICTS = {
    "holds": "#009E73",
    "not yet converged": "#F0E442",
    "hypothesis fails": "#CC79A7",
    "violated": "#D55E00",
    "no claim": "#BBBBBB",
    "failed": "#000000",
}


def draw_quantiles(sweep: Sweep, over: str | None, ax: "Axes | None") -> "Axes":
    """Draw medians of the margin over an axis against t, with the 10 and 90 % quantiles."""
    if not all(problem.loss.monotone for problem in sweep.problem):
        raise InvalidValueError("runs: expected a sweep on monotone losses, whose runs have margins")
    margin = sweep.to_pandas()["margin"]
    names = margin.index.names[:-1]
    if not names:
        raise InvalidValueError("runs: expected a sweep with an axis to take quantiles over, got one run")
    over = names[-1] if over is None else choice(over, "over", *names)
    margin = margin[np.isfinite(margin) & (margin.index.get_level_values("t") >= 1)]
    rest = [name for name in names if name != over]
    table = margin.groupby(level=[*rest, "t"], sort=False).quantile([0.1, 0.5, 0.9]).unstack()
    lines = list(table.groupby(level=rest, sort=False)) if rest else [((), table)]
    if len(lines) > len(COLORS):
        raise InvalidValueError(
            f"runs: expected at most {len(COLORS)} lines beside the axis {over!r}, got {len(lines)}; "
            "sweep less, or draw plot.phase"
        )
    ax = axes_for(ax)
    for (labels, rows), color in zip(lines, COLORS, strict=False):
        rows = rows.sort_index(level="t")
        t = rows.index.get_level_values("t")
        told = labels if isinstance(labels, tuple) else (labels,)
        label = ", ".join(
            f"{name.replace('_', ' ')} {value:g}" if isinstance(value, float) else f"{value}"
            for name, value in zip(rest, told, strict=True)
        )
        ax.fill_between(t, rows[0.1], rows[0.9], color=color, alpha=0.2, lw=0)
        ax.plot(t, rows[0.5], color=color, lw=1.6, label=label or f"median over {over.replace('_', ' ')}")
    ax.set_xscale("log")
    ax.set_xlabel("iteration $t$")
    ax.set_ylabel(r"normalized margin $\min_n\, y_n \langle w, x_n\rangle \,/\, \|w\|$")
    ax.axhline(0, color="0.8", lw=0.8, zorder=0)
    add_legend(ax, [("median, and 10 to 90 %", "-")])
    return ax


@public
def phase(
    sweep: Sweep,
    x: str,
    y: str,
    value: str | Callable[[Run], float] = "gap",
    *,
    panels: str | None = None,
    ax: "Axes | None" = None,
) -> Any:
    """Draw what runs have come to on the plane of two axes of a sweep: a phase diagram.

    Parameters
    ----------
    sweep : Sweep
    x, y : str
        Names of arguments that are axes. Over other axes the median is taken.
    value : {'gap', 'limit', 'verdict'} or callable, default 'gap'
        The certified gap; the distance from the predicted limit, and the verdict, as `compare` finds them; or
        a function of a run that returns a number.
    panels : str, optional
        A third axis: one panel for each of its values, side by side.
    ax : matplotlib Axes, optional
        Where there are no panels.

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
    labels, dims = sweep.axes, sweep.dims
    given = {"x": x, "y": y} | ({"panels": panels} if panels is not None else {})
    for argument, name in given.items():
        if name not in dims:
            listed = ", ".join(map(repr, dims)) or "none, as it is one run"
            raise InvalidValueError(f"{argument}: expected an axis of the sweep ({listed}), got {seen(name)}")
    chosen = [dims[name] for name in given.values()]
    if len(set(chosen)) < len(given):
        raise InvalidValueError(f"{', '.join(given)}: expected axes that differ and are not tied")
    if panels is not None and ax is not None:
        raise InvalidValueError("ax: expected None where there are panels, which make their own")
    if not callable(value):
        choice(value, "value", "gap", "limit", "verdict")
    if value == "gap" and not all(problem.loss.monotone for problem in sweep.problem):
        raise InvalidValueError(
            "value: expected 'limit', 'verdict' or a function of a run on losses with a finite root, whose "
            "runs have no margins, got 'gap'"
        )
    others = tuple(axis for axis in range(len(sweep.shape)) if axis not in chosen)
    if value == "verdict" and any(sweep.shape[axis] > 1 for axis in others):
        raise InvalidValueError("value: expected numbers where the sweep has more axes, got 'verdict'")
    grid = np.transpose(_values(sweep, value), (*chosen, *others))
    grid = grid.reshape(*grid.shape[: len(chosen)], -1)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "All-NaN slice", RuntimeWarning)  # all these runs failed
        grid = grid[..., 0] if value == "verdict" else np.nanmedian(grid, axis=-1)
    if panels is None:
        ax = axes_for(ax)
        _draw(grid, (labels[x], labels[y]), (x, y), value, ax)
        return ax
    import_matplotlib()
    import matplotlib.pyplot as plt

    count = len(labels[panels])
    _, axes = plt.subplots(
        1, count, figsize=(1.5 + 3.6 * count, 3.8), sharey=True, squeeze=False, layout="constrained"
    )
    for i, (each, label) in enumerate(zip(axes[0], labels[panels].tolist(), strict=True)):
        _draw(grid[:, :, i], (labels[x], labels[y]), (x, y), value, each)
        each.set_title(f"{_spoken(panels)}: {label}")
    return list(axes[0])


def begun(sweep: Sweep) -> Iterator[tuple[tuple[int, ...], Run]]:
    """Yield the runs that could begin, with their indices."""
    for index in np.ndindex(sweep.shape):
        with suppress(DomainError):
            yield index, sweep.runs[index]


def _values(sweep: Sweep, value: str | Callable[[Run], float]) -> NDArray[Any]:
    """Return a number, or a verdict, for each run, in the sweep's shape; NaN where there is none."""
    if value in ("limit", "verdict"):
        found = compare(sweep)
        return found.gaps if value == "limit" else found.verdicts
    numbers = np.full(sweep.shape, np.nan)
    messages = sweep.messages
    for index, run in begun(sweep):
        if not callable(value):
            numbers[index] = np.nan if messages[index] else run.bracket.gap
            continue
        number = value(run)
        if not is_number(number):
            raise InvalidTypeError(f"value: expected a function that returns a number, got {seen(number)}")
        numbers[index] = number
    return numbers


def _draw(
    grid: NDArray[Any],
    labels: tuple[NDArray[Any], NDArray[Any]],
    names: tuple[str, str],
    value: str | Callable[[Run], float],
    ax: "Axes",
) -> None:
    """Draw one panel: x to the right, y upwards."""
    from matplotlib.colors import ListedColormap, LogNorm

    edges = [_edges(each) for each in labels]
    shown: Any = grid
    look: dict[str, Any] = {}
    if value == "verdict":
        shown = np.vectorize(list(_VERDICTS).index, otypes=[float])(grid)
        look = {"cmap": ListedColormap(list(_VERDICTS.values())), "vmin": -0.5, "vmax": len(_VERDICTS) - 0.5}
    elif value in ("gap", "limit"):
        shown = np.where(np.isfinite(grid) & (grid > 0), grid, np.nan)
        if np.isfinite(shown).any():
            look = {"norm": LogNorm()}
    mesh = ax.pcolormesh(*edges, np.transpose(shown), **look)
    told = {"gap": "certified relative margin gap", "limit": "distance from the predicted limit"}
    if value == "verdict":
        bar = ax.figure.colorbar(mesh, ax=ax, ticks=range(len(_VERDICTS)))
        bar.ax.set_yticklabels(list(_VERDICTS))
    else:
        name = getattr(value, "__name__", "<lambda>").replace("<lambda>", "value")
        ax.figure.colorbar(mesh, ax=ax, label=told.get(str(value), name))
    for axis, each, name, scale in (
        (ax.xaxis, labels[0], names[0], ax.set_xscale),
        (ax.yaxis, labels[1], names[1], ax.set_yscale),
    ):
        axis.set_label_text(_spoken(name))
        if _is_logarithmic(each):
            scale("log")
        elif not _is_scale(each):
            texts = [f"{label:g}" if isinstance(label, float) else str(label) for label in each.tolist()]
            axis.set_ticks(range(len(each)), texts)
            if axis is ax.xaxis:
                ax.tick_params("x", rotation=30)


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
