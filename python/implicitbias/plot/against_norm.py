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
from .style import COLORS, WIDE, add_legend, as_list, axes_for, named, on_losses

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
        One a run; by default named after the method.
    ax : matplotlib Axes, optional

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
    runs = on_losses(runs, monotone=True) if runs else []
    for run in runs:
        if not any(same_problem(run.problem, path.problem) for path in paths):
            raise InvalidValueError(
                "runs: expected runs on the problem of the paths, got one on other data or another loss"
            )
    oracle, lines = flag(oracle, "oracle"), named(runs, labels)
    ax = axes_for(ax)
    colors = {run.method.geometry: color for run, _, color in reversed(lines)}
    for path in paths:
        label = "" if path.norm in colors else mathtext(path.norm)
        color = colors.setdefault(path.norm, COLORS[(len(runs) + len(colors)) % len(COLORS)])
        ax.plot(path.norms, path.margin, color=color, label=label, **WIDE)
        if oracle and separability(path.problem).separable:
            best = max_margin(path.problem, path.norm).value
            ax.axhline(best, color=color, lw=1.2, ls=":", zorder=1)
    for run, label, color in lines:
        rows = run.trajectory
        sizes = np.array([run.method.geometry.value(theta) for theta in rows.theta])
        moved = sizes > 0
        ax.plot(sizes[moved], rows.margin[moved], color=color, lw=1.4, ls="--", label=label)
    ax.set_xscale("log")
    ax.set_xlabel(r"norm $\|w\|$")
    ax.set_ylabel(r"normalized margin $\min_n\, y_n \langle w, x_n\rangle \,/\, \|w\|$")
    # Small w are about to leave 0 in a direction that the limit has nothing to do with.
    last = [margin for each in (*paths, *runs) if np.isfinite(margin := np.ravel(each.margin)[-1])]
    top = max(map(abs, last), default=0) or 1.0
    bottom = min([-0.4 * top, *(1.2 * margin for margin in last)])
    ax.set_ylim(bottom, 1.15 * top)
    shown = [size for path in paths for size in path.norms[path.margin >= bottom]]
    ax.set_xlim(left=0.7 * min(shown) if shown else None)
    ax.axhline(0, color="0.8", lw=0.8, zorder=0)
    kinds = [("regularization path", "wide"), ("run", "--"), ("maximum margin", ":")]
    drawn = [True, bool(runs), oracle]
    add_legend(ax, [kind for kind, present in zip(kinds, drawn, strict=True) if present], below=True)
    return ax
