"""Coefficients along paths of growing l1 norm."""

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from .._calls import public
from ..paths import LassoPath, StagewisePath
from .lines import as_list, check_labels
from .style import COLORS, MARKERS, Style, add_legend, drawing, mark, wide, width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Path = LassoPath | StagewisePath


@public
def coefficients(
    paths: Path | Sequence[Path],
    *,
    labels: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    style: Style | None = None,
) -> "Axes":
    """Draw every coefficient against the l1 norm of all: lasso paths wide, forward stagewise dashed.

    The two agree as long as the lasso path is monotone (section 2.4).

    Parameters
    ----------
    paths : LassoPath, StagewisePath or sequence of them
        On one problem.
    labels : sequence of str, optional
        One a coefficient; by default w_1, w_2, ..., where there are not more than colors.
    ax : matplotlib Axes, optional
    style : {'single-column', 'double-column', 'slides'}, optional
        Sizes that a journal or slides take, as in `margins`.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.0], [0.0, 2.0]], [2.0, 2.0], ib.Squared())
    >>> ax = ib.plot.coefficients([ib.paths.lasso(problem), ib.paths.stagewise(problem)])
    >>> ax.get_ylabel()
    'coefficients'
    """
    paths = as_list(paths, (LassoPath, StagewisePath), "paths")
    count = paths[0].w[0].size
    if labels is not None:
        check_labels(labels, count, "coefficient")
    elif count <= len(COLORS):
        labels = [f"$w_{{{i + 1}}}$" for i in range(count)]
    with drawing(ax, style) as ax:
        for path in paths:
            columns = path.w.reshape(len(path.w), -1).T
            lasso = isinstance(path, LassoPath)
            look = wide() if lasso else {"ls": "--", "lw": width(0.8)}
            for i, (column, color) in enumerate(zip(columns, cycle(COLORS))):
                label = labels[i] if path is paths[0] and labels is not None else ""
                marks: dict[str, Any] = {
                    "marker": MARKERS[i % len(MARKERS)],
                    "ms": mark(0.7),
                    "markevery": (0.03 * (i % 7), 0.3),
                }
                if np.any(column):
                    ax.plot(path.l1_norms, column, color=color, label=label, **look, **marks)
            ax.axvline(path.l1_norms[-1], color="0.7", ls=look["ls"], lw=width(0.5), zorder=0)
        ax.axhline(0, color="0.8", lw=width(0.5), zorder=0)
        ax.set_xlabel(r"$\|w\|_1$")
        ax.set_ylabel("coefficients")
        kinds = {LassoPath: ("lasso", "wide"), StagewisePath: ("forward stagewise", "--")}
        add_legend(ax, [kinds[kind] for kind in dict.fromkeys(map(type, paths))])
        return ax
