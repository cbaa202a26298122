"""The lines that the figures draw, as arrays: ways, balls, level sets, solutions, separators, margins."""

import math
from collections.abc import Callable

import numpy as np

from .._core import (
    FactorizedGradientDescent,
    Gauge,
    Lp,
    MirrorDescent,
    NaturalGradient,
    Potential,
    Problem,
    Schatten,
)
from .._types import Array
from ..errors import ImplicitBiasError
from ..runs.run import Run

Axes = tuple[int, int]
Line = tuple[Array, Array]

_MOST_ROWS = 300
_AROUND = np.linspace(0, 2 * np.pi, 97)  # multiples of 45 degrees among them: corners of balls are sharp
_PRECISION = 1e-4  # a tenth of a pixel


def way(run: Run, axes: Axes) -> Line:
    """Return w(t), or its direction on the unit sphere of the method's norm for monotone losses."""
    rows = run.trajectory.w[_spread(len(run.trajectory))]
    w = rows.reshape(len(rows), -1)
    if run.problem.loss.monotone:
        sizes = np.array([sphere_norm(run).value(each) for each in rows])
        w = w[sizes > 0] / sizes[sizes > 0, None]
    return w[:, axes[0]], w[:, axes[1]]


def sphere_norm(run: Run) -> Gauge:
    """Return the norm whose unit sphere the run's directions lie on."""
    if isinstance(run.method, FactorizedGradientDescent):
        # W = U U' is positive semidefinite, so that this norm is its trace.
        return Schatten(1)
    return run.induced_norm or Lp(2)


def place(run: Run, point: Array, axes: Axes) -> tuple[float, float]:
    """Return where a point is drawn; on monotone losses its direction, on the unit sphere."""
    flat = np.ravel(point)
    size = sphere_norm(run).value(np.reshape(point, run.w.shape)) if run.problem.loss.monotone else 1.0
    return float(flat[axes[0]] / (size or 1.0)), float(flat[axes[1]] / (size or 1.0))


def ball(run: Run, axes: Axes) -> Line:
    """Return the unit sphere of a run's norm, in the plane of two coordinates."""
    norm = sphere_norm(run)
    zero = np.zeros(run.problem.shape)
    return _in_all_directions(lambda u: 1 / norm.value(u), zero, axes)


def level_set(run: Run, axes: Axes) -> Line | None:
    """Return the points as far from w(0) as the last iterate, in the method's potential or norm.

    The plane of two coordinates through w(0) cuts it. Where the potential is a sum over the coordinates, or
    the norm one of their sizes, this section is also its shadow, so that it bounds the whole set.
    """
    far = _distance_from(run)
    size = far(run.w)
    if not 0 < size < math.inf:
        return None
    start, reach = run.w0, float(np.abs(run.w - run.w0).max())
    return _in_all_directions(
        lambda u: _crossing(lambda r: far(start + r * u) - size, reach, size), start, axes
    )


def _crossing(f: Callable[[float], float], reach: float, size: float) -> float:
    """Return where a function that grows from ``f(0) = -size`` crosses 0, up to what a figure shows.

    Secants find it, the Illinois rule; where the function is infinite, outside a domain, halves.
    """
    low, below, high, above = 0.0, -size, reach, f(reach)
    while above < 0 and high < 1e6 * reach:
        low, below, high = high, above, 2 * high
        above = f(high)
    for _ in range(40):
        share = 0.5 if math.isinf(above) else below / (below - above)
        middle = low + share * (high - low)
        value = f(middle)
        if abs(value) < _PRECISION * size or high - low < _PRECISION * reach:
            return middle
        if value < 0:
            low, below, above = middle, value, above / 2
        else:
            high, above, below = middle, value, below / 2
    return low


def _distance_from(run: Run) -> Callable[[Array], float]:
    """Return D(w, w(0)) in the potential, or |w - w(0)|; infinite outside the domain."""
    method, start = run.method, run.w0
    if not isinstance(method, MirrorDescent | NaturalGradient) or not isinstance(method.potential, Potential):
        norm = sphere_norm(run)
        return lambda w: float(norm.value(w - start))
    potential = method.potential
    value, slope = potential.value(start), np.asarray(potential.link(start))

    def divergence(w: Array) -> float:
        try:
            return float(potential.value(w) - value - (slope * (w - start)).sum())
        except ImplicitBiasError:
            return math.inf

    return divergence


def _in_all_directions(radius: Callable[[Array], float], center: Array, axes: Axes) -> Line:
    points = []
    for angle in _AROUND[:-1]:
        direction = np.zeros(center.shape)
        direction.flat[list(axes)] = np.cos(angle), np.sin(angle)
        # The explorer's only matrices are the symmetric W of a factorization.
        if direction.ndim == 2:
            direction[1, 0] = direction[0, 1]
        points.append(np.ravel(center + radius(direction) * direction))
    closed = np.array([*points, points[0]])
    return closed[:, axes[0]], closed[:, axes[1]]


def solutions(problem: Problem, axes: Axes, reach: float) -> Line | None:
    """Return the line of all w that fit the targets; None where they are none, one, or more than a line."""
    X, y = np.asarray(problem.X), np.asarray(problem.y)
    if X.ndim > 2:
        return None
    nearest, _, rank, _ = np.linalg.lstsq(X, y)
    if X.shape[1] - rank != 1 or np.abs(X @ nearest - y).max() > 1e-9 * max(1.0, float(np.abs(y).max())):
        return None
    free = np.linalg.svd(X)[2][-1]
    line = nearest[:, None] + free[:, None] * np.array([-reach, reach])
    return line[axes[0]], line[axes[1]]


def separator(w: Array, axes: Axes, reach: float) -> Line | None:
    """Return the line <w, x> = 0 in the plane of two coordinates; None where w has neither."""
    first, second = float(w[axes[0]]), float(w[axes[1]])
    size = math.hypot(first, second)
    if not 0 < size < math.inf:
        return None
    ends = np.array([-reach, reach])
    return -second / size * ends, first / size * ends


def margins(run: Run) -> tuple[Array, Array, Array, Array]:
    """Return log10 t, the margin, and the best certified lower and upper bounds on the maximum so far."""
    rows = run.trajectory
    shown = _spread(len(rows))
    shown = shown[np.asarray(rows.t)[shown] > 0]
    columns = (rows.log10_t, rows.margin, rows.best_margin, rows.best_bound)
    t, margin, lower, upper = (np.asarray(column)[shown] for column in columns)
    return t, margin, lower, upper


def residuals(run: Run) -> Line:
    """Return log10 t, and log10 of the largest residual."""
    rows = run.trajectory
    shown = _spread(len(rows))
    shown = shown[(np.asarray(rows.t)[shown] > 0) & (np.asarray(rows.residual)[shown] > 0)]
    return np.asarray(rows.log10_t)[shown], np.log10(np.asarray(rows.residual)[shown])


def _spread(n: int) -> Array:
    """Return some indices of n rows, first and last among them."""
    return np.unique(np.linspace(0, n - 1, min(n, _MOST_ROWS)).astype(int))
