"""What all figures share: colors, names of runs, legends, fresh axes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any

from .._arguments import instance, seen
from ..errors import InvalidValueError
from ..flows.flow import Flow
from ..nouns.as_text import mathtext, plain
from ..runs.iterates import Iterates
from ..runs.run import Run
from .figures import import_matplotlib

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's colors: told apart by all readers. Their yellow is left out; it is lost on paper.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")

# The look of a line of reference: wide, so that it shows behind a thin one where the two agree.
WIDE: dict[str, Any] = {"lw": 4, "alpha": 0.35, "ls": "-", "solid_capstyle": "butt"}


def as_list(runs: Any, kinds: tuple[type, ...] = (Run,), argument: str = "runs") -> list[Any]:
    """Return one run or several, of any iterable, as a list."""
    several = isinstance(runs, Iterable) and not hasattr(runs, "keys")  # a trajectory has keys
    result = list(runs) if several else [runs]
    for run in result:
        if not (Run in kinds and isinstance(run, Iterates)):
            instance(run, kinds, argument)
    if not result:
        raise InvalidValueError(f"{argument}: expected at least one")
    return result


def on_losses(runs: Any, *, monotone: bool) -> list[Run]:
    """Return runs as a list, all on monotone losses or all on losses with a finite root."""
    result = as_list(runs)
    for run in result:
        if run.problem.loss.monotone != monotone:
            wanted = "a monotone loss" if monotone else "a loss with a finite root"
            raise InvalidValueError(f"runs: expected runs on {wanted}, got one on {run.problem.loss!r}")
    return result


def named(runs: Sequence[Any], labels: Sequence[str] | None) -> list[tuple[Any, str, str]]:
    """Return each run with its label and color.

    Without labels a run is named after its method, and its step size too where that alone would not tell it
    from another.
    """
    if labels is None:
        names = [_name(run) for run in runs]
        count = Counter(names)
        labels = [
            name if count[name] == 1 or not isinstance(run, Run) else f"{name}, {plain(run.step_size)}"
            for name, run in zip(names, runs, strict=True)
        ]
    else:
        several = isinstance(labels, Sequence) and not isinstance(labels, str)
        if not several or len(labels) != len(runs):
            raise InvalidValueError(f"labels: expected {len(runs)} texts, one a run, got {seen(labels)}")
        for label in labels:
            instance(label, str, "labels", "texts")
    return list(zip(runs, labels, cycle(COLORS)))


def _name(run: Run | Flow | Iterates) -> str:
    if isinstance(run, Iterates):
        return f"iterates, {mathtext(run.norm)}"
    return ("flow of " if isinstance(run, Flow) else "") + mathtext(run.method)


def axes_for(ax: "Axes | None", projection: str | None = None) -> "Axes":
    """Return the axes that are given, if they are some, or those of a new figure."""
    import_matplotlib()
    import matplotlib.pyplot as plt
    from matplotlib.axes import Axes

    if ax is not None:
        return instance(ax, Axes, "ax", "matplotlib Axes, as of plt.subplots()")
    figure = plt.figure(figsize=(7.2, 4.6), layout="constrained")
    return figure.add_subplot(projection=projection)


def show_t(ax: "Axes", runs: Sequence[Run]) -> None:
    """Make x the iterations from 1 on, on a logarithmic axis; also where no run has gone far yet."""
    last = max(run.log10_t for run in runs)
    if last > 304:
        raise InvalidValueError("runs: figures against t end at 1e304; trajectory.log10_t goes on")
    ax.set_xlim(0.8, 1.3 * 10 ** max(last, 1))
    ax.set_xscale("log")
    if last > 18:  # matplotlib's own choice of ticks looks for decades that overflow
        from matplotlib.ticker import FixedLocator, NullLocator

        step = next(step for step in (5, 10, 20, 50) if last <= 7 * step)
        ax.xaxis.set_major_locator(FixedLocator([10.0**k for k in range(0, int(last) + 1, step)]))
        ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlabel("iteration $t$")


def add_legend(ax: Any, styles: Sequence[tuple[str, str]] = (), *, below: bool = False) -> None:
    """Add one legend entry a run, and one a line style in gray; below the axes where lines go anywhere.

    A line style is matplotlib's, or "wide".
    """
    from matplotlib.lines import Line2D

    handles, labels = ax.get_legend_handles_labels()
    for text, style in styles:
        look = WIDE if style == "wide" else {"ls": style, "lw": 1.3}
        handles.append(Line2D([], [], color="0.35", **look))
        labels.append(text)
    # borderaxespad is in font sizes: the legend clears the axis label at any height of the axes.
    place = {"loc": "upper center", "bbox_to_anchor": (0.5, 0), "borderaxespad": 5} if below else {}
    columns = 2 if max(map(len, labels)) <= 32 else 1
    ax.legend(handles, labels, frameon=False, ncols=columns, fontsize="small", **place)
    if "top" in ax.spines:
        ax.spines[["top", "right"]].set_visible(False)
