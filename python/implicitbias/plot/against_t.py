"""Margins, gaps and residuals against t."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from .._arguments import choice, flag, instance
from .._calls import public
from ..claims.max_margin import MaxMarginClaim
from ..claims.prediction import predict
from ..errors import InvalidTypeError, NotSeparableError, OracleError
from ..runs.iterates import Iterates
from ..runs.run import Run
from ..runs.sweep.sweep import Sweep
from .over_sweeps import begun, draw_quantiles
from .style import add_legend, axes_for, named, on_losses, show_t

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@public
def margins(
    runs: Run | Iterates | Sequence[Run | Iterates] | Sweep,
    *,
    oracle: bool = True,
    labels: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    band: Literal["quantiles"] | None = None,
    over: str | None = None,
) -> "Axes":
    """Draw normalized margins with their certified brackets against t.

    Solid: the margin; dashed: the certified upper bound of each iterate; shaded: the best bracket so far;
    dotted: the maximum margin by the convex program, where there is one.

    Parameters
    ----------
    runs : Run, Iterates, sequence of them, or Sweep
        On monotone losses.
    oracle : bool, default True
        Solve for the maximum margins and draw them.
    labels : sequence of str, optional
        One a run; by default named after the method.
    ax : matplotlib Axes, optional
    band : {'quantiles'}, optional
        Of a sweep, draw in place of its runs the median over one of its axes, and the band between the 10 and
        90 % quantiles; a line for each value of the others.
    over : str, optional
        This axis, by the name of its argument; by default the last.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> run = ib.Run(problem, ib.GradientDescent()).advance(1000)
    >>> ax = ib.plot.margins(run)
    >>> ax.get_xlabel()
    'iteration $t$'
    """
    if band is not None:
        choice(band, "band", "quantiles")
        return draw_quantiles(instance(runs, Sweep, "runs", "a Sweep where there is a band"), over, ax)
    if isinstance(runs, Sweep):
        runs = [run for _, run in begun(runs)]
    runs, oracle = on_losses(runs, monotone=True), flag(oracle, "oracle")
    lines = named(runs, labels)
    ax = axes_for(ax)
    for run, label, color in lines:
        rows = run.trajectory
        later = rows.t >= 1
        t = rows.t[later]
        margin = np.where(np.isfinite(rows.margin), rows.margin, np.nan)[later]
        ax.plot(t, margin, color=color, lw=1.6, label=label)
        ax.plot(t, rows.bound[later], color=color, lw=1, ls="--")
        certified = rows.best_margin > 0  # earlier the bracket says nothing
        bracket = rows.best_margin[certified], rows.best_bound[certified]
        ax.fill_between(rows.t[certified], *bracket, color=color, alpha=0.12, lw=0)
        best = _maximum_margin(run) if oracle else None
        if best is not None:
            ax.axhline(best, color=color, lw=1.2, ls=":")
    show_t(ax, runs)
    # Early iterates may be far off on both sides; what matters is around the limits.
    finite = [run.margin for run in runs if np.isfinite(run.margin)]
    bounds = [run.bracket.upper for run in runs if np.isfinite(run.bracket.upper)]
    top = max(bounds or map(abs, finite), default=0) or 1.0
    ax.set_ylim(min([-0.15 * top, *(1.2 * margin for margin in finite)]), 1.6 * top)
    ax.axhline(0, color="0.8", lw=0.8, zorder=0)
    ax.set_ylabel(r"normalized margin $\min_n\, y_n \langle w, x_n\rangle \,/\, \|w\|$")
    add_legend(ax, [("margin", "-"), ("certified upper bound", "--"), *([("oracle", ":")] if oracle else [])])
    return ax


@public
def gaps(
    runs: Run | Iterates | Sequence[Run | Iterates],
    *,
    oracle: bool = True,
    labels: Sequence[str] | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw relative margin gaps against t, both axes logarithmic, from where the margin is positive.

    Dashed: the gap a run certifies by itself, from its best bracket so far; solid: the gap to the maximum
    margin by the convex program.

    Parameters
    ----------
    runs : Run, Iterates or sequence of them
        On monotone losses.
    oracle : bool, default True
        Solve for the maximum margins and draw the gaps to them.
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
    >>> ax = ib.plot.gaps(run)
    >>> ax.get_ylabel()
    'relative margin gap'
    """
    runs, oracle = on_losses(runs, monotone=True), flag(oracle, "oracle")
    lines = named(runs, labels)
    ax = axes_for(ax)
    for run, label, color in lines:
        rows = run.trajectory
        positive = (rows.t >= 1) & (rows.best_margin > 0)
        t = rows.t[positive]
        certified = 1 - rows.best_margin[positive] / rows.best_bound[positive]
        best = _maximum_margin(run) if oracle else None
        if best is not None:
            true = 1 - rows.best_margin[positive] / best
            ax.plot(t, np.where(true > 0, true, np.nan), color=color, lw=1.6, label=label)
            label = ""
        ax.plot(t, certified, color=color, lw=1, ls="--", label=label)
    show_t(ax, runs)
    if not any(run.bracket.lower > 0 for run in runs):
        ax.set_ylim(1e-3, 1)
        ax.text(0.5, 0.5, "no positive margin yet", ha="center", color="0.35", transform=ax.transAxes)
    ax.set_yscale("log")
    ax.set_ylabel("relative margin gap")
    add_legend(ax, [*([("to the oracle", "-")] if oracle else []), ("certified by the run", "--")])
    return ax


@public
def residuals(
    runs: Run | Iterates | Sequence[Run | Iterates],
    *,
    labels: Sequence[str] | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw |Xw - y| against t for losses with a finite root, both axes logarithmic.

    Parameters
    ----------
    runs : Run, Iterates or sequence of them
    labels : sequence of str, optional
        One a run; by default named after the method.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> run = ib.Run(problem, ib.GradientDescent(), 0.05).advance(100)
    >>> ax = ib.plot.residuals(run)
    >>> ax.get_yscale()
    'log'
    """
    runs = on_losses(runs, monotone=False)
    lines = named(runs, labels)
    ax = axes_for(ax)
    ax.set_yscale("log")
    anything = False
    for run, label, color in lines:
        rows = run.trajectory
        later = rows.t >= 1
        drawn = (rows.residual > 0) & (rows.residual < 1e250)  # matplotlib overflows on what diverged
        residual = np.where(drawn, rows.residual, np.nan)[later]
        anything |= bool(np.isfinite(residual).any())
        ax.plot(rows.t[later], residual, color=color, lw=1.6, label=label)
    show_t(ax, runs)
    if not anything:
        ax.text(0.5, 0.5, "no residual to draw", ha="center", color="0.35", transform=ax.transAxes)
    ax.set_ylabel(r"residual $\|Xw - y\|_2$")
    add_legend(ax, below=True)
    return ax


def _maximum_margin(run: Run) -> float | None:
    """Return gamma* in the norm of the run's margins; None where there is none, or no claim about it."""
    claim = predict(run.problem, run.method, batch=run.batch)
    if not isinstance(claim, MaxMarginClaim) or claim.norm != run.method.geometry:
        return None
    try:
        return claim.solve().value
    except NotSeparableError:
        return None
    except (InvalidTypeError, OracleError) as error:
        error.add_note("oracle=False draws the figure without it.")
        raise
