"""Coefficients along paths of growing l1 norm."""

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from .._calls import public
from ..paths import LassoPath, StagewisePath
from .style import COLORS, WIDE, add_legend, as_list, axes_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Path = LassoPath | StagewisePath


@public
def coefficients(paths: Path | Sequence[Path], *, ax: "Axes | None" = None) -> "Axes":
    """Draw every coefficient against the l1 norm of all: lasso paths wide, forward stagewise dashed.

    The two agree as long as the lasso path is monotone (section 2.4).

    Parameters
    ----------
    paths : LassoPath, StagewisePath or sequence of them
        On one problem.
    ax : matplotlib Axes, optional

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
    ax = axes_for(ax)
    for path in paths:
        columns = path.w.reshape(len(path.w), -1).T
        look = WIDE if isinstance(path, LassoPath) else {"ls": "--", "lw": 1.2}
        for i, (column, color) in enumerate(zip(columns, cycle(COLORS))):
            label = f"$w_{{{i + 1}}}$" if path is paths[0] and len(columns) <= len(COLORS) else ""
            if np.any(column):
                ax.plot(path.l1_norms, column, color=color, label=label, **look)
        ax.axvline(path.l1_norms[-1], color="0.7", ls=look["ls"], lw=0.8, zorder=0)
    ax.axhline(0, color="0.8", lw=0.8, zorder=0)
    ax.set_xlabel(r"$\|w\|_1$")
    ax.set_ylabel("coefficients")
    kinds = {LassoPath: ("lasso", "wide"), StagewisePath: ("forward stagewise", "--")}
    add_legend(ax, [kinds[kind] for kind in dict.fromkeys(map(type, paths))], below=True)
    return ax
