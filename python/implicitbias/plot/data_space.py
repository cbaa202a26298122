"""Samples: with the separators of runs, and which of them come to be support vectors."""

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _arguments
from .._calls import public
from .._core import Problem
from .._types import Array
from ..errors import InvalidValueError
from ..problems.rows import is_sparse, margin_rows, same_problem
from .against_t import Runs
from .axes_of_t import note, show_t
from .lines import Line, lines_of
from .style import MARKERS, Style, add_legend, drawing, mark, show_square, width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GRAYS = ("0.15", "0.5", "0.3", "0.65")


@public
def separators(
    runs: Runs,
    *,
    labels: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    style: Style | None = None,
) -> "Axes":
    """Draw samples in the plane, with the separator of each run and the lines through its smallest margins.

    Solid: where two classes score alike; dashed: where the scores differ by the smallest margin. Ringed are
    the samples whose margin is within 1 % of the smallest.

    Parameters
    ----------
    runs : Run, Iterates, sequence of them, or Sweep
        Of two or more classes, on one problem whose samples have two features, or a third that is the same
        for all samples: an intercept.
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
    >>> problem = ib.Problem([[1.0, 2.0], [2.0, 1.0], [-1.0, 1.0]], [1, 1, -1], ib.Exponential())
    >>> runs = [ib.Run(problem, ib.SteepestDescent(ib.Lp(p))).advance(1000) for p in (1, 2)]
    >>> ax = ib.plot.separators(runs)
    >>> [text.get_text() for text in ax.get_legend().get_texts()][-1]
    'margin'
    """
    lines = lines_of(runs, labels, monotone=True)
    problem = lines[0].run.problem
    if not all(same_problem(line.run.problem, problem) for line in lines):
        raise InvalidValueError("runs: expected runs on one problem, got several")
    points, offset = _plane(problem)
    with drawing(ax, style, square=True) as ax:
        _draw_samples(ax, problem, points)
        if offset is None:  # separators go through the origin
            ax.plot(0, 0, marker="+", color="0.5", ms=mark(1.2), zorder=1)
        center, half = show_square(ax, points if offset is not None else np.vstack([points, np.zeros(2)]))
        drawn = [  # lines below are wider: separators that agree show each other
            _draw_separator(ax, line, points, offset, (center, half), width(1 + 0.9 * above))
            for above, line in zip(reversed(range(len(lines))), lines, strict=True)
        ]
        if not any(drawn):
            note(ax, "no separator: $w$ is 0, or not finite")
        ax.set_aspect("equal")
        ax.set_xlabel("$x_1$")
        ax.set_ylabel("$x_2$")
        add_legend(ax, [("separator", "-"), ("margin", "--")])
        return ax


def _plane(problem: Problem) -> tuple[Array, float | None]:
    """Return the samples as points of the plane, and the constant feature, if there is one."""
    X = problem.X
    X = np.asarray(X.toarray() if is_sparse(X) else X, float)
    if X.ndim == 2 and X.shape[1] == 2:
        return X, None
    if X.ndim == 2 and X.shape[1] == 3 and np.ptp(X[:, 2]) == 0 and X[0, 2] != 0:
        return X[:, :2], float(X[0, 2])
    raise InvalidValueError(
        "runs: expected samples with 2 features, or a third one that is the same for all samples, got "
        f"samples of shape {X.shape[1:]}"
    )


def _draw_samples(ax: Any, problem: Problem, points: Array) -> None:
    y = np.asarray(problem.y)
    for i, label in enumerate(np.unique(y)):
        gray = _GRAYS[i % len(_GRAYS)]
        face = gray if i % 2 else "white"
        name = f"{label:+g}" if problem.classes is None else str(label)
        at = points[y == label].T
        look = {"marker": MARKERS[i % len(MARKERS)], "ls": "", "color": gray, "mfc": face, "ms": mark(0.9)}
        ax.plot(*at, label=f"$y = {name}$" if problem.classes is None else name, zorder=3, **look)


def _draw_separator(
    ax: Any, line: Line, points: Array, offset: float | None, window: tuple[Array, float], lw: float
) -> bool:
    """Draw where classes score alike, and where their scores differ by the smallest margin."""
    w = np.asarray(line.run.w)
    if not (np.isfinite(w).all() and w.any()):
        return False
    w = w / np.abs(w).max()  # of what diverges, the products may overflow
    W = np.stack([w, np.zeros_like(w)]) if w.ndim == 1 else w
    constant = 0.0 if offset is None else offset
    margins = (margin_rows(line.run.problem) @ w.ravel()).reshape(len(points), -1).min(axis=1)
    smallest = margins.min()
    middle, half = window
    reach = 3 * half * np.linspace(-1, 1, 4001)
    label: str | None = line.label
    for i, j in combinations(range(len(W)), 2):
        a = W[i] - W[j]
        normal, shift = a[:2], constant * a[2] if offset is not None else 0.0
        size = float(normal @ normal)
        if size == 0:
            continue
        along = np.array([-normal[1], normal[0]]) / np.sqrt(size)
        for level in (0.0, smallest, -smallest) if smallest > 0 else (0.0,):
            foot = middle + normal * (level - shift - normal @ middle) / size
            way = foot + along * reach[:, None]
            scores = way @ W[:, :2].T + (constant * W[:, 2] if offset is not None else 0.0)
            others = np.delete(scores, [i, j], axis=1).max(axis=1, initial=-np.inf)
            shown = np.where((np.minimum(scores[:, i], scores[:, j]) >= others)[:, None], way, np.nan)
            if level == 0:
                ax.plot(*shown.T, color=line.color, label=label, lw=lw, zorder=2 - 0.01 * lw)
                label = None
            else:
                ax.plot(*shown.T, color=line.color, ls="--", lw=width(0.6), zorder=2)
    if smallest > 0:
        nearest = points[margins <= 1.01 * smallest]
        ring = {"marker": "o", "ls": "", "mfc": "none", "mec": line.color, "ms": mark(1.8), "mew": width(0.8)}
        ax.plot(*nearest.T, zorder=4, **ring)
    return True


@public
def support_vectors(
    runs: Runs,
    *,
    tolerance: float = 1e-2,
    labels: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    style: Style | None = None,
) -> "Axes":
    """Draw the margins of all samples, as parts of the smallest, against t: support vectors come to 1.

    Rows count from where the data are separated. In color: the samples whose margin is within the tolerance
    of the smallest at the end; gray: the others. Of k classes there is a line for a sample and each other
    class.

    Parameters
    ----------
    runs : Run, Iterates, sequence of them, or Sweep
        On monotone losses.
    tolerance : float, default 0.01
        A sample whose margin exceeds the smallest by at most this part is a support vector.
    labels : sequence of str, optional
        One a run; by default named after the method. Runs of one label look alike and have one entry.
    ax : matplotlib Axes, optional
    style : {'single-column', 'double-column', 'slides'}, optional
        Sizes that a journal or slides take, as in `margins`.

    Returns
    -------
    matplotlib Axes

    See Also
    --------
    Run.support_vectors : the support vectors of the last row, and how the gradients lie to them.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.0], [0.0, 1.0], [3.0, 3.0]], [1, 1, 1], ib.Exponential())
    >>> ax = ib.plot.support_vectors(ib.Run(problem, ib.GradientDescent()).advance(1000))
    >>> ax.get_ylabel()
    'relative margins'
    """
    tolerance = _arguments.tolerance(tolerance)
    lines = lines_of(runs, labels, monotone=True)
    with drawing(ax, style) as ax:
        tops, first = [], []
        for line in lines:
            rows = line.run.trajectory
            w = rows.w.reshape(len(rows), -1)
            shown = (rows.t >= 1) & (np.abs(w) < 1e150).all(axis=1) & w.any(axis=1)
            margins = np.asarray((margin_rows(line.run.problem) @ w[shown].T).T)
            t, smallest = rows.t[shown], margins.min(axis=1, keepdims=True)
            separated = smallest[:, 0] > 0
            if not separated.any():
                continue
            t, parts = t[separated], margins[separated] / smallest[separated]
            last = parts[-1]
            ax.plot(t, parts[:, last > 1 + tolerance], color="0.7", lw=width(0.5), zorder=1)
            on = parts[:, last <= 1 + tolerance]
            ax.plot(t, on[:, 0], label=line.label, zorder=3, **line.look())
            ax.plot(t, on[:, 1:], color=line.color, zorder=2)
            tops.append(np.max(last, initial=1 + tolerance))
            first.append(t[0])
        show_t(ax, [line.run for line in lines], float(min(first, default=1)))
        ax.set_yscale("log")
        if tops:
            ax.set_ylim(0.93, 1.5 * max(tops))
        else:
            note(ax, "no row that separates the data")
        ax.set_ylabel("relative margins")
        add_legend(ax, [("support vectors", "-")])
        return ax
