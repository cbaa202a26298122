"""Margins against the norm: regularization paths, and runs beside them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .._arguments import flag
from .._calls import public
from ..errors import InvalidValueError
from ..nouns.as_text import mathtext
from ..oracles.max_margin import max_margin
from ..oracles.separability import separability
from ..paths import RegularizationPath
from ..problems.rows import same_problem
from ..runs.run import Run
from .axes_of_t import drawable, window
from .lines import as_list, lines_of
from .style import COLORS, Style, add_legend, drawing, wide, width

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@public
def paths(
    paths: RegularizationPath | Iterable[RegularizationPath],
    runs: Run | Iterable[Run] = (),
    *,
    oracle: bool = True,
    labels: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    style: Style | None = None,
) -> "Axes":
    """Draw normalized margins of regularization paths, and of optimization paths of the same norm |w|.

    Wide: the regularization path; dashed: the run, in the same color where its geometry is the path's norm;
    dotted: the maximum margin, to which both tend (section 3.2).

    Parameters
    ----------
    paths : RegularizationPath or iterable of them
    runs : Run or iterable of Run, default ()
        On the problem of the paths, or of one of them.
    oracle : bool, default True
        Solve for the maximum margins and draw them, where the data are separable.
    labels : sequence of str, optional
        One a run; by default named after the method. Runs of one label look alike and have one entry.
    ax : matplotlib Axes, optional
    style : {'single-column', 'double-column', 'slides'}, optional
        Sizes that a journal or slides take, as in `margins`.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> run = ib.Run(problem, ib.GradientDescent()).advance(1000)
    >>> ax = ib.plot.paths(ib.paths.regularization(problem, ib.Lp(2), [1.0, 10.0]), run)
    >>> ax.get_xscale()
    'log'
    """
    paths = as_list(paths, (RegularizationPath,), "paths")
    oracle, runs = flag(oracle, "oracle"), list(as_list(runs)) if runs else []
    lines = lines_of(runs, labels, monotone=True) if runs else []
    for run in runs:
        if not any(same_problem(run.problem, path.problem) for path in paths):
            raise InvalidValueError(
                "runs: expected runs on the problem of the paths, got one on other data or another loss"
            )
    with drawing(ax, style) as ax:
        colors = {line.run.method.geometry: line.color for line in reversed(lines)}
        curves, levels = [], []
        for path in paths:
            label = "" if path.norm in colors else mathtext(path.norm)
            color = colors.setdefault(path.norm, COLORS[(len(runs) + len(colors)) % len(COLORS)])
            ax.plot(path.norms, path.margin, color=color, label=label, **wide())
            curves.append((path.norms, drawable(path.margin)))
            if oracle and separability(path.problem).separable:
                levels.append(max_margin(path.problem, path.norm).value)
                ax.axhline(levels[-1], color=color, lw=width(0.8), ls=":", zorder=1)
        for line in lines:
            rows = line.run.trajectory
            sizes = np.array([line.run.method.geometry.value(theta) for theta in rows.theta])
            moved = sizes > 0
            ax.plot(sizes[moved], rows.margin[moved], lw=width(0.9), ls="--", label=line.label, **line.look())
            curves.append((sizes[moved], drawable(rows.margin[moved])))
        ax.set_xscale("log")
        ax.set_xlabel(r"norm $\|w\|$")
        ax.set_ylabel("normalized margin")
        # Small w are about to leave 0 in a direction that the limit has nothing to do with.
        shown = window(curves, levels)
        if shown is not None:
            ax.set_xlim(left=0.8 * shown[0])
            ax.set_ylim(shown[1])
        if ax.get_ylim()[0] < 0:
            ax.axhline(0, color="0.8", lw=width(0.5), zorder=0)
        kinds = [("regularization path", "wide"), ("run", "--"), ("maximum margin", ":")]
        drawn = [True, bool(runs), oracle]
        add_legend(ax, [kind for kind, present in zip(kinds, drawn, strict=True) if present])
        return ax
