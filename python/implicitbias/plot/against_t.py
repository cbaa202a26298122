"""Margins, gaps and residuals against t."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .._arguments import flag
from .._calls import public
from ..claims.max_margin import MaxMarginClaim
from ..claims.prediction import predict
from ..errors import InvalidTypeError, NotSeparableError, OracleError
from ..runs.iterates import Iterates
from ..runs.run import Run
from ..runs.sweep.sweep import Sweep
from ..runs.view import RunView
from .axes_of_t import Curve, after_start, drawable, note, show_t, window
from .bands import draw_bands
from .lines import Line, lines_of
from .style import Style, add_legend, drawing, width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Runs = Run | Iterates | Sequence[Run | Iterates] | Sweep


@public
def margins(
    runs: Runs,
    *,
    oracle: bool = True,
    labels: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    style: Style | None = None,
    band: Literal["quantiles"] | None = None,
    over: str | None = None,
) -> "Axes":
    """Draw normalized margins min_n y_n <w, x_n> / |w| with their certified brackets against t.

    Solid: the margin; dashed: the certified upper bound of each iterate; shaded: the best bracket so far;
    dotted: the maximum margin by the convex program, where there is one.

    Parameters
    ----------
    runs : Run, Iterates, sequence of them, or Sweep
        On monotone losses.
    oracle : bool, default True
        Solve for the maximum margins and draw them; not where there is a band.
    labels : sequence of str, optional
        One a run; by default named after the method. Runs of one label look alike and have one entry.
    ax : matplotlib Axes, optional
    style : {'single-column', 'double-column', 'slides'}, optional
        Sizes that a journal takes (3.25 and 6.75 in wide, text of 8 points), or slides (10 in, 18 points).
    band : {'quantiles'}, optional
        Draw in place of the runs of one label their median, and the band between the 10 and 90 % quantiles.
        Of a sweep, over one of its axes: a line for each value of the others.
    over : str, optional
        This axis of the sweep, by the name of its argument; by default the last.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InvalidTypeError, InvalidValueError
        If runs are none, or are on losses with a finite root; if a label, style or axis does not fit.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> run = ib.Run(problem, ib.GradientDescent()).advance(1000)
    >>> ax = ib.plot.margins(run)
    >>> ax.get_xlabel()
    'iteration $t$'
    """
    oracle = flag(oracle, "oracle")
    lines = lines_of(runs, labels, band=band, over=over, monotone=True)
    with drawing(ax, style) as ax:
        if band is not None:
            curves, levels = draw_bands(ax, lines, _margin), list[float]()
            styles = [("median, and 10 to 90 %", "-")]
        else:
            curves, levels = _draw_brackets(ax, lines, oracle)
            styles = [
                ("margin", "-"),
                ("certified upper bound", "--"),
                *([("oracle", ":")] if oracle else []),
            ]
        shown = window(curves, levels)
        first, (bottom, top) = shown or (1.0, (-0.15, 1.0))
        show_t(ax, [line.run for line in lines], first)
        ax.set_ylim(bottom, top)
        if shown is None:
            note(ax, "no margin after $t = 0$ yet")
        if bottom < 0:
            ax.axhline(0, color="0.8", lw=width(0.5), zorder=0)
        ax.set_ylabel("normalized margin")
        add_legend(ax, styles)
        return ax


def _margin(run: RunView) -> Curve:
    rows = run.trajectory
    return after_start(rows, rows.margin)


def _draw_brackets(ax: Any, lines: Sequence[Line], oracle: bool) -> tuple[list[Curve], list[float]]:
    """Draw margins, bounds and brackets; return what the axes must have in view, and the maximum margins."""
    curves: list[Curve] = []
    levels: list[float] = []
    for line in lines:
        rows = line.run.trajectory
        t, margin = _margin(line.run)
        bound = drawable(rows.bound)[rows.t >= 1]
        ax.plot(t, margin, label=line.label, **line.look())
        ax.plot(t, bound, color=line.color, lw=width(0.65), ls="--")
        certified = rows.best_margin > 0  # earlier the bracket says nothing
        bracket = rows.best_margin[certified], rows.best_bound[certified]
        ax.fill_between(rows.t[certified], *bracket, color=line.color, alpha=0.12, lw=0)
        best = _maximum_margin(line.run) if oracle else None
        if best is not None:
            ax.axhline(best, color=line.color, lw=width(0.8), ls=":")
            levels.append(best)
        # The axes leave out bounds that are far above the rest.
        far = 1.6 * max(abs(best or 0.0), *np.abs(margin[-1:]), 0.0)
        curves += [(t, margin), (t, np.where(bound <= far, bound, np.nan))]
    return curves, levels


@public
def gaps(
    runs: Runs,
    *,
    oracle: bool = True,
    labels: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    style: Style | None = None,
    band: Literal["quantiles"] | None = None,
    over: str | None = None,
) -> "Axes":
    """Draw relative margin gaps against t, both axes logarithmic, from where the margin is positive.

    Dashed: the gap a run certifies by itself, from its best bracket so far; solid: the gap to the maximum
    margin by the convex program.

    Parameters
    ----------
    runs : Run, Iterates, sequence of them, or Sweep
        On monotone losses.
    oracle : bool, default True
        Solve for the maximum margins and draw the gaps to them; not where there is a band.
    labels : sequence of str, optional
        One a run; by default named after the method. Runs of one label look alike and have one entry.
    ax : matplotlib Axes, optional
    style : {'single-column', 'double-column', 'slides'}, optional
        Sizes that a journal or slides take, as in `margins`.
    band : {'quantiles'}, optional
        Draw the median over runs of one label, or over an axis of a sweep, of certified gaps.
    over : str, optional
        This axis, by the name of its argument; by default the last.

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
    oracle = flag(oracle, "oracle")
    lines = lines_of(runs, labels, band=band, over=over, monotone=True)
    with drawing(ax, style) as ax:
        if band is not None:
            draw_bands(ax, lines, _certified_gap)
            styles = [("certified: median, and 10 to 90 %", "-")]
        else:
            styles = [*([("to the oracle", "-")] if oracle else []), ("certified by the run", "--")]
        for line in lines if band is None else ():
            rows, label = line.run.trajectory, line.label
            t, certified = _certified_gap(line.run)
            best = _maximum_margin(line.run) if oracle else None
            if best is not None:
                true = drawable(1 - rows.best_margin[_positive(rows)] / best, positive=True)
                ax.plot(t, true, label=label, **line.look())
                ax.plot(t, certified, color=line.color, lw=width(0.65), ls="--")
            else:
                ax.plot(t, certified, label=label, lw=width(0.65), ls="--", **line.look())
        show_t(ax, [line.run for line in lines])
        if not any(_positive(line.run.trajectory).any() for line in lines):
            note(ax, "no positive margin yet")
        ax.set_yscale("log")
        ax.set_ylabel("relative margin gap")
        add_legend(ax, styles)
        return ax


def _positive(rows: Any) -> Any:
    return (rows.t >= 1) & (rows.best_margin > 0)


def _certified_gap(run: RunView) -> Curve:
    rows = run.trajectory
    positive = _positive(rows)
    gap = 1 - rows.best_margin[positive] / rows.best_bound[positive]
    return rows.t[positive], drawable(gap, positive=True)


@public
def residuals(
    runs: Runs,
    *,
    labels: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    style: Style | None = None,
    band: Literal["quantiles"] | None = None,
    over: str | None = None,
) -> "Axes":
    """Draw |Xw - y| against t for losses with a finite root, both axes logarithmic.

    Parameters
    ----------
    runs : Run, Iterates, sequence of them, or Sweep
    labels : sequence of str, optional
        One a run; by default named after the method. Runs of one label look alike and have one entry.
    ax : matplotlib Axes, optional
    style : {'single-column', 'double-column', 'slides'}, optional
        Sizes that a journal or slides take, as in `margins`.
    band : {'quantiles'}, optional
        Draw the median over runs of one label, or over an axis of a sweep, as in `margins`.
    over : str, optional
        This axis, by the name of its argument; by default the last.

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
    lines = lines_of(runs, labels, band=band, over=over, monotone=False)

    def residual(run: RunView) -> Curve:
        rows = run.trajectory
        return after_start(rows, rows.residual, positive=True)

    with drawing(ax, style) as ax:
        draw_quantity(ax, lines, residual, band, nothing="no residual to draw")
        ax.set_yscale("log")
        ax.set_ylabel(r"residual $\|Xw - y\|_2$")
        return ax


def draw_quantity(
    ax: Any, lines: Sequence[Line], quantity: Callable[[RunView], Curve], band: str | None, *, nothing: str
) -> list[Curve]:
    """Draw a quantity of runs against t, or its median and quantiles over those of a label."""
    if band is not None:
        curves = draw_bands(ax, lines, quantity)
    else:
        curves = [quantity(line.run) for line in lines]
        for line, curve in zip(lines, curves, strict=True):
            ax.plot(*curve, label=line.label, **line.look())
    show_t(ax, [line.run for line in lines])
    if not any(np.isfinite(y).any() for _, y in curves):
        note(ax, nothing)
    add_legend(ax, [("median, and 10 to 90 %", "-")] if band is not None else [])
    return curves


def _maximum_margin(run: RunView) -> float | None:
    """Return the maximum margin in the norm of the run's margins; None where nothing is claimed of it."""
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
