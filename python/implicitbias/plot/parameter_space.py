"""Ways through parameter spaces of two or three dimensions."""

from collections.abc import Sequence
from itertools import combinations, cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from .._arguments import instance
from .._calls import public
from .._core import Gauge, Lp, Problem
from .._types import Array
from ..claims.claim import LimitClaim
from ..errors import InvalidValueError
from ..flows.flow import Flow
from ..nouns.as_text import mathtext
from ..problems.rows import same_problem, signed_rows, targets_of
from ..runs.iterates import Iterates
from ..runs.run import Run
from .style import COLORS, add_legend, as_list, axes_for, named

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@public
def path(
    runs: Run | Flow | Iterates | Sequence[Run | Flow | Iterates],
    claim: LimitClaim | Sequence[LimitClaim] | None = None,
    *,
    labels: Sequence[str] | None = None,
    ax: "Axes | None" = None,
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
        One a run; by default named after the method.
    ax : matplotlib Axes, optional
        With a 3-D projection for three parameters.

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
        instance(each, LimitClaim, "claim", "a Claim with a limit")
    problem = runs[0].problem
    for each in claims:
        if not any(same_problem(each.problem, run.problem) for run in runs):
            raise InvalidValueError(
                "claim: expected a claim about the runs' problem, got one about other data or another loss; "
                "write predict(run.problem, run.method)"
            )
    if any(run.problem.predictor_shape != problem.predictor_shape for run in runs):
        raise InvalidValueError("runs: expected runs on one problem, got parameters of several shapes")
    dimension = int(np.prod(problem.predictor_shape))
    if dimension not in (2, 3):
        raise InvalidValueError(f"runs: expected 2 or 3 parameters, got {dimension}")
    lines = named(runs, labels)
    draw: Any = axes_for(ax, "3d" if dimension == 3 else None)
    if (draw.name == "3d") != (dimension == 3):
        raise InvalidValueError(f"ax: expected {dimension}-D axes for {dimension} parameters")
    stars: list[Array] = []
    for each in claims:
        point = each.solve().point.ravel()
        if problem.loss.monotone:  # the ways lie on the unit sphere
            point = point / (each.method.geometry.value(point) or 1.0)
        if not any(np.allclose(point, star, rtol=1e-6, atol=1e-9) for star in stars):
            stars.append(point)

    ways = [_way(run) for run in runs]
    if problem.loss.monotone:
        spheres = dict.fromkeys(_norm_of(run) for run in runs)
        for norm, color in zip(spheres, COLORS if len(spheres) > 1 else ("0.75",), strict=False):
            _draw_sphere(draw, norm, dimension, color)
        suffix = r" / \|w\|"
    else:
        inside = np.concatenate([*(points for _, points in ways), *(star[None] for star in stars)])
        _draw_solutions(draw, problem, inside)
        suffix = ""
    for (run, label, color), (times, points) in zip(lines, ways, strict=True):
        if len(points) == 0:
            continue
        if len(runs) == 1:
            draw.plot(*points.T, color="0.6", lw=0.8, zorder=2)
            age = np.log10(np.maximum(times, 1))
            shown = draw.scatter(*points.T, c=age, cmap="viridis", s=14, zorder=3)
            pad = 0.12 if dimension == 3 else 0.05
            draw.figure.colorbar(shown, ax=draw, label=r"$\log_{10} t$", shrink=0.8, pad=pad)
        else:
            style = {"ls": "--"} if isinstance(run, Flow) else {"marker": ".", "ms": 4}
            draw.plot(*points.T, color=color, lw=1.2, zorder=3, label=label, **style)
        first = points[:1].T
        draw.scatter(*first, s=50, facecolor="none", edgecolor="black", zorder=4)
    kind = "maximum margin" if problem.loss.monotone else "predicted point"
    own = len(claims) == len(runs) == len(stars) > 1  # each star has the color of its run
    for star, color in zip(stars, COLORS if own else cycle(["black"]), strict=False):
        # Stars are hollow, so that the end of the way can be seen inside.
        style = {"facecolor": "none", "edgecolor": color, "linewidth": 1.4}
        draw.scatter(*star[:, None], marker="*", s=240, zorder=5, label=kind, **style)
        kind = ""
    _finish(draw, dimension, suffix, stars[0] if len(stars) else runs[0].w.ravel())
    return draw  # type: ignore[no-any-return]


def _way(run: Run | Flow) -> tuple[Array, Array]:
    """Times and points; directions for monotone losses, from the first w that has one."""
    if isinstance(run, Flow):
        return run.t, run.path.reshape(len(run.t), -1)
    rows = run.trajectory
    points = rows.w.reshape(len(rows), -1)
    if not run.problem.loss.monotone:
        return rows.t.astype(float), points
    sizes = np.array([_norm_of(run).value(w) for w in rows.w])
    moved = sizes > 0
    return rows.t[moved].astype(float), points[moved] / sizes[moved, None]


def _norm_of(run: Run | Flow) -> Gauge:
    """Return that of w in which its way is one on a unit sphere; l2 where a model induces none."""
    return run.method.geometry if isinstance(run, Flow) else run.induced_norm or Lp(2)


def _draw_sphere(ax: Any, norm: Gauge, dimension: int, color: str) -> None:
    alpha = 1.0 if color == "0.75" else 0.3
    around = np.linspace(0, 2 * np.pi, 361)
    circle = np.stack([np.cos(around), np.sin(around)])
    name = f"unit sphere of {mathtext(norm)}"
    if dimension == 2:
        ax.plot(*_on_sphere(norm, circle), color=color, alpha=alpha, lw=1, zorder=1, label=name)
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
        ax.plot(*section, color=color, alpha=alpha, lw=0.7, zorder=1, label=name)
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
    if X.shape[1] == 2:
        middle = (points.min(axis=0) + points.max(axis=0)) / 2
        ax.set_xlim(middle[0] - 0.65 * size, middle[0] + 0.65 * size)
        ax.set_ylim(middle[1] - 0.65 * size, middle[1] + 0.65 * size)
    name = r"$G = \{w : Xw = y\}$"
    if len(free) == 1:
        line = nearest[:, None] + free[0][:, None] * reach
        ax.plot(*line, color="0.5", lw=1.4, label=name)
    elif len(free) == 2 and X.shape[1] == 3:
        a, b = np.meshgrid(reach, reach)
        plane = nearest[:, None, None] + free[0][:, None, None] * a + free[1][:, None, None] * b
        ax.plot_surface(*plane, color="0.5", alpha=0.25, label=name)


def _finish(ax: Any, dimension: int, suffix: str, front: Array) -> None:
    ax.set_xlabel(f"$w_1{suffix}$")
    ax.set_ylabel(f"$w_2{suffix}$")
    if dimension == 3:
        ax.set_zlabel(f"$w_3{suffix}$")
        ax.set_aspect("equal")
        if suffix:  # seen from the side of the sphere where the limit lies, a little askew
            around = np.degrees(np.arctan2(front[1], front[0]))
            up = np.degrees(np.arctan2(front[2], np.hypot(front[0], front[1])))
            ax.view_init(elev=float(np.clip(up, -35, 35)) + 8, azim=float(around) + 25)
    else:
        ax.set_aspect("equal")
    ax.locator_params(nbins=5)
    if ax.get_legend_handles_labels()[0]:
        add_legend(ax, below=True)
