"""Singular values against t."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .._calls import public
from ..errors import InvalidValueError
from .against_t import Runs
from .axes_of_t import drawable, note, show_t
from .lines import lines_of
from .style import Style, add_legend, drawing, width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Below this part of the largest, singular values are rounding.
_ROUNDING = 1e-16


@public
def singular_values(
    runs: Runs,
    *,
    labels: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    style: Style | None = None,
) -> "Axes":
    """Draw the singular values of w(t) against t, both axes logarithmic: the wider, the larger.

    On monotone losses, where w grows without end, they are parts of the largest one.

    Parameters
    ----------
    runs : Run, Iterates, sequence of them, or Sweep
        Whose parameters are matrices.
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
    >>> X = np.random.default_rng(0).standard_normal((6, 3, 3))
    >>> run = ib.Run(ib.Problem(X, [1, -1] * 3, ib.Exponential()), ib.Muon(), 0.1).advance(1000)
    >>> ib.plot.singular_values(run).get_ylabel()
    'relative singular values'
    """
    lines = lines_of(runs, labels)
    for line in lines:
        if len(line.run.problem.predictor_shape) != 2:
            raise InvalidValueError(
                "runs: expected runs whose parameters are matrices, got shape "
                f"{line.run.problem.predictor_shape}"
            )
    relative = all(line.run.problem.loss.monotone for line in lines)
    with drawing(ax, style) as ax:
        anything = False
        for line in lines:
            rows = line.run.trajectory
            shown = (rows.t >= 1) & (np.abs(rows.w) < 1e150).all(axis=(1, 2))
            values = np.linalg.svd(rows.w[shown], compute_uv=False)
            largest = values[:, :1]
            values = np.where(values > _ROUNDING * largest, values, np.nan)
            if relative:
                with np.errstate(invalid="ignore", divide="ignore"):
                    values = values / largest
            for i, column in enumerate(values.T):
                label = line.label if i == 0 else None
                share = 1.3 - 0.8 * i / max(1, values.shape[1] - 1)
                ax.plot(
                    rows.t[shown],
                    drawable(column, positive=True),
                    label=label,
                    lw=width(share),
                    **line.look(),
                )
            anything |= bool(np.isfinite(values).any())
        show_t(ax, [line.run for line in lines])
        ax.set_yscale("log")
        if not anything:
            note(ax, "no $w$ after $t = 0$ to draw")
        ax.set_ylabel(("relative " if relative else "") + "singular values")
        add_legend(ax)
        return ax
