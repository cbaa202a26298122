"""Ways through parameter spaces of two or three dimensions."""

from collections.abc import Sequence
from itertools import combinations, cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from .._calls import public
from .._core import Gauge, Lp, Problem
from .._types import Array
from ..claims.claim import LimitClaim
from ..errors import InvalidValueError
from ..flows.flow import Flow
from ..nouns.as_text import mathtext
from ..problems.rows import signed_rows, targets_of
from ..runs.iterates import Iterates
from ..runs.past import whole
from ..runs.run import Run
from ..runs.view import RunView
from .axes_of_t import note
from .lines import Line, as_list, check_claim, named
from .style import COLORS, Style, add_legend, drawing, mark, show_square, width

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@public
def path(
    runs: Run | Flow | Iterates | Sequence[Run | Flow | Iterates],
    claim: LimitClaim | Sequence[LimitClaim] | None = None,
    *,
    labels: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    style: Style | None = None,
) -> "Axes":
    """Draw the ways of runs with two or three parameters, and where the claim says they end (Figure 1).

    For monotone losses w(t) / |w(t)| moves on the unit sphere of the method's norm; for the others w(t)
    moves towards the set G of all solutions. One run is colored by t, several have a color each; a circle
    is the start.

    Parameters
    ----------
    runs : Run, Flow, Iterates or sequence of them
        On one problem; flows are dashed.
    claim : Claim or sequence of Claim, optional
        Their predicted points or directions become stars.
    labels : sequence of str, optional
        One a run; by default named after the method. Runs of one label look alike and have one entry.
    ax : matplotlib Axes, optional
        With a 3-D projection for three parameters.
    style : {'single-column', 'double-column', 'slides'}, optional
        Sizes that a journal or slides take, as in `margins`.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> run = ib.Run(problem, ib.GradientDescent(), 0.05).advance(100)
    >>> ax = ib.plot.path(run, ib.predict(problem, run.method))
    >>> ax.name
    'rectilinear'
    """
    runs = as_list(runs, (Run, Flow))
    claims = [] if claim is None else list(claim) if isinstance(claim, Sequence) else [claim]
    for each in claims:
        check_claim(each, runs)
    problem = runs[0].problem
    if any(run.problem.predictor_shape != problem.predictor_shape for run in runs):
        raise InvalidValueError("runs: expected runs on one problem, got parameters of several shapes")
    dimension = int(np.prod(problem.predictor_shape))
    if dimension not in (2, 3):
        raise InvalidValueError(f"runs: expected 2 or 3 parameters, got {dimension}")
    lines = named(runs, labels)
    stars, ways = _stars(claims), [_way(run) for run in runs]
    inside = np.concatenate([*(points for _, points in ways), *(star[None] for star in stars)])
    with drawing(ax, style, projection="3d" if dimension == 3 else None, square=True) as ax:
        if (ax.name == "3d") != (dimension == 3):
            raise InvalidValueError(f"ax: expected {dimension}-D axes for {dimension} parameters")
        if problem.loss.monotone:
            spheres = dict.fromkeys(_norm_of(run) for run in runs)
            for norm, color in zip(spheres, COLORS if len(spheres) > 1 else ("0.6",), strict=False):
                _draw_sphere(ax, norm, dimension, color)
        elif len(inside):
            _draw_solutions(ax, problem, inside)
        for line, (times, points) in zip(lines, ways, strict=True):
            if len(points):
                _draw_way(ax, line, times, points, alone=len(runs) == 1)
        own = len(claims) == len(runs) == len(stars) > 1  # each star has the color of its run
        for star, color in zip(
            stars, [line.color for line in lines] if own else cycle(["black"]), strict=False
        ):
            # Stars are hollow and lie below the ways, whose ends can be seen inside.
            look: dict[str, Any] = {
                "marker": "*",
                "s": mark(2.6) ** 2,
                "facecolor": "none",
                "edgecolor": color,
                "linewidth": width(0.9),
                "zorder": 2,
            }
            name = "maximum margin" if problem.loss.monotone else "predicted point"
            ax.scatter(*star[:, None], label=name, **look)
        if not any(len(points) for _, points in ways):
            note(ax, "no direction yet: $w$ is 0")
        if dimension == 2:
            show_square(ax, inside)
        _finish(ax, r" / \|w\|" if problem.loss.monotone else "", stars[0] if stars else runs[0].w.ravel())
        return ax


def _stars(claims: Sequence[LimitClaim]) -> list[Array]:
    """Return the points that are predicted, each once; directions lie on the unit sphere, as ways do."""
    stars: list[Array] = []
    for each in claims:
        point = each.solve().point.ravel()
        if each.problem.loss.monotone:
            point = point / (each.method.geometry.value(point) or 1.0)
        if not any(np.allclose(point, star, rtol=1e-6, atol=1e-9) for star in stars):
            stars.append(point)
    return stars


def _draw_way(ax: Any, line: Line, times: Array, points: Array, *, alone: bool) -> None:
    if alone:
        ax.plot(*points.T, color="0.6", lw=width(0.5), zorder=2)
        age = np.log10(np.maximum(times, 1))
        # A film has the colors of its last frame in all of them.
        latest = max(whole(line.run).log10_t, 1.0) if isinstance(line.run, RunView) else None
        shown = ax.scatter(*points.T, c=age, vmin=0, vmax=latest, cmap="viridis", s=mark(0.6) ** 2, zorder=3)
        pad = 0.12 if points.shape[1] == 3 else 0.03
        ax.figure.colorbar(shown, ax=ax, label=r"$\log_{10} t$", shrink=0.9, pad=pad, aspect=30)
    else:
        every = 0.04 if len(points) > 60 else None  # marks show the steps, where they are not too many
        look = {"marker": line.marker or ".", "ms": mark(0.45), "markevery": every}
        if isinstance(line.run, Flow):
            look = {"ls": "--"}
        ax.plot(*points.T, color=line.color, lw=width(0.8), zorder=3, label=line.label, **look)
    ax.scatter(*points[:1].T, s=mark(1.2) ** 2, facecolor="none", edgecolor="black", lw=width(0.6), zorder=4)


def _way(run: Run | Flow) -> tuple[Array, Array]:
    """Times and points; directions for monotone losses, from the first w that has one."""
    if isinstance(run, Flow):
        return run.t, run.path.reshape(len(run.t), -1)
    rows = run.trajectory
    points = rows.w.reshape(len(rows), -1)
    near: Any = (np.abs(points) < 1e150).all(axis=1)  # what diverged is nowhere to be drawn
    if not run.problem.loss.monotone:
        return rows.t[near].astype(float), points[near]
    sizes = np.array(
        [_norm_of(run).value(w) if inside else 0.0 for w, inside in zip(rows.w, near, strict=True)]
    )
    moved = sizes > 0
    return rows.t[moved].astype(float), points[moved] / sizes[moved, None]


def _norm_of(run: Run | Flow) -> Gauge:
    """Return that of w in which its way is one on a unit sphere; l2 where a model induces none."""
    return run.method.geometry if isinstance(run, Flow) else run.induced_norm or Lp(2)


def _draw_sphere(ax: Any, norm: Gauge, dimension: int, color: str) -> None:
    alpha = 1.0 if color == "0.6" else 0.4
    around = np.linspace(0, 2 * np.pi, 361)
    circle = np.stack([np.cos(around), np.sin(around)])
    name = f"unit sphere of {mathtext(norm)}"
    if dimension == 2:
        ax.plot(*_on_sphere(norm, circle), color=color, alpha=alpha, lw=width(0.7), zorder=1, label=name)
        return
    # Sections by the mirror planes of the cube, v_i = 0 and v_i = +-v_j: they hold every edge of the l1 and
    # linf balls.
    axes = np.eye(3)
    planes = [(axes[i], axes[j]) for i, j in combinations(range(3), 2)]
    for one, other in tuple(planes):
        third = np.cross(one, other)
        planes += [((one + other) / np.sqrt(2), third), ((one - other) / np.sqrt(2), third)]
    for one, other in planes:
        section = _on_sphere(norm, np.stack([one, other], axis=1) @ circle)
        ax.plot(*section, color=color, alpha=alpha, lw=width(0.45), zorder=1, label=name)
        name = ""


def _on_sphere(norm: Gauge, directions: Array) -> Array:
    sizes: Array = np.array([norm.value(v) for v in directions.T])
    return directions / sizes


def _draw_solutions(ax: Any, problem: Problem, points: Array) -> None:
    """Draw G = {w : Xw = y} where it is a line or (in 3-D) a plane, in a square or cube around the points."""
    X, y = signed_rows(problem), targets_of(problem)
    center = points.mean(axis=0)
    nearest = center + np.linalg.lstsq(X, y - X @ center)[0]
    _, sizes, rows = np.linalg.svd(X)
    rank = int((sizes > 1e-12 * sizes[0]).sum())
    free = rows[rank:]
    size = max(np.ptp(points, axis=0).max(), 1e-3)
    reach = (2.0 if X.shape[1] == 2 else 0.7) * size * np.linspace(-1, 1, 9)
    name = r"$G = \{w : Xw = y\}$"
    if len(free) == 1:
        line = nearest[:, None] + free[0][:, None] * reach
        ax.plot(*line, color="0.5", lw=width(0.9), label=name)
    elif len(free) == 2 and X.shape[1] == 3:
        a, b = np.meshgrid(reach, reach)
        plane = nearest[:, None, None] + free[0][:, None, None] * a + free[1][:, None, None] * b
        ax.plot_surface(*plane, color="0.5", alpha=0.25, label=name)


def _finish(ax: Any, suffix: str, front: Array) -> None:
    ax.set_xlabel(f"$w_1{suffix}$")
    ax.set_ylabel(f"$w_2{suffix}$")
    ax.set_aspect("equal")
    if ax.name == "3d":
        ax.set_zlabel(f"$w_3{suffix}$")
        # A little smaller than usual: layouts know nothing of the labels beside the box.
        ax.set_box_aspect([np.ptp(ax.get_xlim()), np.ptp(ax.get_ylim()), np.ptp(ax.get_zlim())], zoom=0.88)
        if suffix:  # seen from the side of the sphere where the limit lies, a little askew
            around = np.degrees(np.arctan2(front[1], front[0]))
            up = np.degrees(np.arctan2(front[2], np.hypot(front[0], front[1])))
            ax.view_init(elev=float(np.clip(up, -35, 35)) + 8, azim=float(around) + 25)
    ax.locator_params(nbins=5)
    add_legend(ax)
