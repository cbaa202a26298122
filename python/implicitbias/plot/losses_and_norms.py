"""How losses fall and parameters grow with t."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from .._arguments import instance
from .._calls import public
from .._core import Gauge, Lp, Norm
from .against_t import Runs, draw_quantity
from .axes_of_t import Curve, after_start
from .lines import lines_of
from .style import Style, drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..runs.view import RunView

# The logarithm of the smallest double that has all its digits, a little above it.
_LEAST = -700.0


@public
def losses(
    runs: Runs,
    *,
    labels: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    style: Style | None = None,
    band: Literal["quantiles"] | None = None,
    over: str | None = None,
) -> "Axes":
    """Draw the loss L(w) against t, both axes logarithmic.

    Where it falls below what double precision holds, -log L is drawn, which grows.

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
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> run = ib.Run(problem, ib.GradientDescent(), 0.1).advance(1000)
    >>> ib.plot.losses(run, style="single-column").get_ylabel()
    'loss $L$'
    """
    lines = lines_of(runs, labels, band=band, over=over)
    lowest = min((line.run.log_loss for line in lines if np.isfinite(line.run.log_loss)), default=0.0)
    below = lowest < _LEAST

    def loss(run: "RunView") -> Curve:
        rows = run.trajectory
        with np.errstate(over="ignore"):
            values = -rows.log_loss if below else np.exp(rows.log_loss)
        return after_start(rows, values, positive=True)

    with drawing(ax, style) as ax:
        draw_quantity(ax, lines, loss, band, nothing="no loss after $t = 0$ to draw")
        ax.set_yscale("log")
        ax.set_ylabel(r"$-\log L$" if below else "loss $L$")
        return ax


@public
def norms(
    runs: Runs,
    norm: Norm | None = None,
    *,
    labels: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    style: Style | None = None,
    band: Literal["quantiles"] | None = None,
    over: str | None = None,
) -> "Axes":
    """Draw the norm of w against t: it grows like log t on separable data, with steps that are bounded.

    Parameters
    ----------
    runs : Run, Iterates, sequence of them, or Sweep
    norm : Norm, optional
        By default each run's own, in which its margins are normalized: `Run.induced_norm`, or l2 where there
        is none.
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
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> run = ib.Run(problem, ib.GradientDescent(), 0.1).advance(1000)
    >>> ib.plot.norms(run, ib.Lp(1)).get_xscale()
    'log'
    """
    if norm is not None:
        instance(norm, Norm, "norm")
    lines = lines_of(runs, labels, band=band, over=over)

    def size(run: "RunView") -> Curve:
        rows = run.trajectory
        own: Gauge = norm or run.induced_norm or Lp(2)
        values = [own.value(w) if np.abs(w).max(initial=0) < 1e150 else np.inf for w in rows.w]
        return after_start(rows, values, positive=True)

    with drawing(ax, style) as ax:
        curves = draw_quantity(ax, lines, size, band, nothing="no norm after $t = 0$ to draw")
        values = [y[np.isfinite(y)] for _, y in curves]
        found = np.concatenate(values)
        if found.size and found.max() > 100 * found.min():
            ax.set_yscale("log")
        ax.set_ylabel(r"norm $\|w\|$")
        return ax
