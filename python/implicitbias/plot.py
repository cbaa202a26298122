"""Figures of runs. Every function returns the matplotlib Axes it drew on."""

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .claims import Claim, MaxMarginClaim, predict
from .errors import InvalidTypeError, InvalidValueError
from .labels import mathtext
from .run import Run

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]

# Okabe and Ito's colours: told apart by all readers. Their yellow is left out; it is lost on paper.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")


def margins(runs: Run | Sequence[Run], *, oracle: bool = True, ax: "Axes | None" = None) -> "Axes":
    """Draw normalised margins with their certified brackets against t.

    Solid: the margin; dashed: the certified upper bound of each iterate; shaded: the best bracket so far;
    dotted: the maximum margin by the convex program.

    Parameters
    ----------
    runs : Run or sequence of Run
        On monotone losses.
    oracle : bool
        Solve for the maximum margins and draw them.
    ax : matplotlib Axes, optional
    """
    runs = _all_runs(runs, monotone=True)
    ax = ax or _new_axes()
    top = 0.0
    for run, colour in zip(runs, cycle(COLOURS)):
        rows = run.trajectory
        later = rows.t >= 1
        t = rows.t[later]
        margin = np.where(np.isfinite(rows.margin), rows.margin, np.nan)[later]
        ax.plot(t, margin, color=colour, lw=1.6, label=mathtext(run.method.geometry))
        ax.plot(t, rows.bound[later], color=colour, lw=1, ls="--")
        certified = rows.best_margin > 0  # before that, the bracket says nothing yet
        bracket = rows.best_margin[certified], rows.best_bound[certified]
        ax.fill_between(rows.t[certified], *bracket, color=colour, alpha=0.12, lw=0)
        claim = predict(run.problem, run.method) if oracle else None
        if claim is not None:
            ax.axhline(claim.solve().value, color=colour, lw=1.2, ls=":")
        top = max(top, run.bracket.upper)
    ax.set_xscale("log")
    # Early iterates may be far off on both sides; what matters is around the limits.
    ax.set_ylim(-0.15 * top, 1.6 * top)
    ax.axhline(0, color="0.8", lw=0.8, zorder=0)
    ax.set_xlabel("iteration $t$")
    ax.set_ylabel(r"normalised margin $\min_n\, y_n \langle w, x_n\rangle \,/\, \|w\|$")
    _style_legend(
        ax, [("margin", "-"), ("certified upper bound", "--"), *([("oracle", ":")] if oracle else [])]
    )
    return ax


def gaps(runs: Run | Sequence[Run], *, oracle: bool = True, ax: "Axes | None" = None) -> "Axes":
    """Draw relative margin gaps against t, both axes logarithmic.

    Dashed: the gap a run certifies by itself, from its best bracket so far; solid: the gap to the maximum
    margin by the convex program.

    Parameters
    ----------
    runs : Run or sequence of Run
        On monotone losses.
    oracle : bool
        Solve for the maximum margins and draw the gaps to them.
    ax : matplotlib Axes, optional
    """
    runs = _all_runs(runs, monotone=True)
    ax = ax or _new_axes()
    for run, colour in zip(runs, cycle(COLOURS)):
        rows = run.trajectory
        positive = (rows.t >= 1) & (rows.best_margin > 0)
        t, label = rows.t[positive], mathtext(run.method.geometry)
        certified = 1 - rows.best_margin[positive] / rows.best_bound[positive]
        claim = predict(run.problem, run.method) if oracle else None
        if claim is not None:
            true = 1 - rows.best_margin[positive] / claim.solve().value
            ax.plot(t, np.where(true > 0, true, np.nan), color=colour, lw=1.6, label=label)
            label = ""
        ax.plot(t, certified, color=colour, lw=1, ls="--", label=label)
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlabel("iteration $t$")
    ax.set_ylabel("relative margin gap")
    _style_legend(ax, [*([("to the oracle", "-")] if oracle else []), ("certified by the run", "--")])
    return ax


def residuals(runs: Run | Sequence[Run], *, ax: "Axes | None" = None) -> "Axes":
    """Draw |Xw - y| against t for losses with a finite root, both axes logarithmic."""
    runs = _all_runs(runs, monotone=False)
    ax = ax or _new_axes()
    for run, colour in zip(runs, cycle(COLOURS)):
        rows = run.trajectory
        later = rows.t >= 1
        residual = np.where(rows.residual > 0, rows.residual, np.nan)[later]
        ax.plot(rows.t[later], residual, color=colour, lw=1.6, label=mathtext(run.method.geometry))
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlabel("iteration $t$")
    ax.set_ylabel(r"residual $\|Xw - y\|_2$")
    _style_legend(ax, [])
    return ax


def path(run: Run, claim: Claim | None = None, *, ax: "Axes | None" = None) -> "Axes":
    """Draw the way of a run with two or three parameters, and where the claim says it ends.

    For monotone losses w(t) / |w(t)| moves on the unit sphere of the method's norm; for the others w(t)
    moves towards the set G of all solutions.

    Parameters
    ----------
    run : Run
    claim : Claim, optional
        Its predicted point or direction becomes a star.
    ax : matplotlib Axes, optional
        With a 3-D projection for three parameters.
    """
    (run,) = _all_runs(run)
    rows = run.trajectory
    points = rows.w.reshape(len(rows), -1)
    dimension = points.shape[1]
    if dimension not in (2, 3):
        raise InvalidValueError(f"run: expected one with 2 or 3 parameters, got {dimension}")
    if ax is None:
        ax = _new_axes(projection="3d" if dimension == 3 else None)
    draw: Any = ax
    norm = run.method.geometry
    if run.problem.loss.monotone:
        sizes = np.array([norm.value(w) for w in rows.w])
        points = points[sizes > 0] / sizes[sizes > 0, None]
        times = rows.t[sizes > 0]
        _draw_sphere(draw, norm, dimension)
        suffix = r" / \|w\|"
    else:
        times = rows.t
        _draw_solutions(draw, run, points)
        suffix = ""
    draw.plot(*points.T, color="0.6", lw=0.8, zorder=2)
    shown = draw.scatter(*points.T, c=np.log10(np.maximum(times, 1)), cmap="viridis", s=14, zorder=3)
    draw.figure.colorbar(
        shown, ax=ax, label=r"$\log_{10} t$", shrink=0.8, pad=0.12 if dimension == 3 else 0.05
    )
    if claim is not None:
        kind = "maximum margin" if isinstance(claim, MaxMarginClaim) else "predicted point"
        star = claim.solve().point.ravel()[:, None]
        draw.scatter(*star, marker="*", s=180, color="#D55E00", edgecolor="black", zorder=4, label=kind)
    draw.set_xlabel(f"$w_1{suffix}$")
    draw.set_ylabel(f"$w_2{suffix}$")
    if dimension == 3:
        draw.set_zlabel(f"$w_3{suffix}$")
        draw.set_box_aspect((1, 1, 1))
    else:
        draw.set_aspect("equal", adjustable="datalim")
    draw.legend(frameon=False, loc="best")
    return ax


def _draw_sphere(ax: Any, norm: Any, dimension: int) -> None:
    around = np.linspace(0, 2 * np.pi, 361)
    if dimension == 2:
        directions = np.stack([np.cos(around), np.sin(around)])
        sphere = directions / np.array([norm.value(v) for v in directions.T])
        ax.plot(*sphere, color="0.75", lw=1, zorder=1, label=f"unit sphere of {mathtext(norm)}")
        return
    around, up = np.meshgrid(around[::12], np.linspace(0, np.pi, 16))
    directions = np.stack([np.sin(up) * np.cos(around), np.sin(up) * np.sin(around), np.cos(up)])
    sizes = np.array([norm.value(v) for v in directions.reshape(3, -1).T]).reshape(up.shape)
    ax.plot_wireframe(*(directions / sizes), color="0.85", lw=0.5, label=f"unit sphere of {mathtext(norm)}")


def _draw_solutions(ax: Any, run: Run, points: Array) -> None:
    """Draw G = {w : Xw = y} where it is a line or (in 3-D) a plane."""
    X = run.problem.X.reshape(len(run.problem.y), -1)
    centre = points.mean(axis=0)
    nearest = centre + np.linalg.lstsq(X, run.problem.y - X @ centre)[0]
    _, sizes, rows = np.linalg.svd(X)
    rank = int((sizes > 1e-12 * sizes[0]).sum())
    free = rows[rank:]
    reach = 1.2 * max(np.ptp(points, axis=0).max(), 1e-3) * np.linspace(-1, 1, 9)
    if len(free) == 1:
        ax.plot(
            *(nearest[:, None] + free[0][:, None] * reach),
            color=COLOURS[0],
            lw=1.4,
            label=r"$G = \{Xw = y\}$",
        )
    elif len(free) == 2 and X.shape[1] == 3:
        a, b = np.meshgrid(reach, reach)
        plane = nearest[:, None, None] + free[0][:, None, None] * a + free[1][:, None, None] * b
        ax.plot_surface(*plane, color=COLOURS[0], alpha=0.25, label=r"$G = \{Xw = y\}$")


def _all_runs(runs: Run | Sequence[Run], monotone: bool | None = None) -> list[Run]:
    runs = [runs] if isinstance(runs, Run) else list(runs) if isinstance(runs, Sequence) else [runs]
    for run in runs:
        if not isinstance(run, Run):
            raise InvalidTypeError(f"runs: expected runs, got {type(run).__name__}")
        if monotone is not None and run.problem.loss.monotone != monotone:
            wanted = "a monotone loss" if monotone else "a loss with a finite root"
            raise InvalidValueError(f"runs: expected runs on {wanted}, got one on {run.problem.loss!r}")
    if not runs:
        raise InvalidValueError("runs: expected at least one")
    return runs


def _new_axes(projection: str | None = None) -> "Axes":
    import matplotlib.pyplot as plt

    figure = plt.figure(figsize=(7.2, 4.6), layout="constrained")
    return figure.add_subplot(projection=projection)


def _style_legend(ax: "Axes", styles: list[tuple[str, str]]) -> None:
    """Add one legend entry a run, and one a line style in grey."""
    from matplotlib.lines import Line2D

    handles, labels = ax.get_legend_handles_labels()
    for text, style in styles:
        handles.append(Line2D([], [], color="0.35", ls=style, lw=1.3))
        labels.append(text)
    ax.legend(handles, labels, frameon=False, ncols=2, fontsize="small")
    ax.spines[["top", "right"]].set_visible(False)
