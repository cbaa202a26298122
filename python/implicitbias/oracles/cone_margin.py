"""Maximum margins in l_2 over the cone in which a set recedes."""

import math
from dataclasses import dataclass
from functools import singledispatch

import numpy as np

from .._core import Affine, Box, Constraint, NonNegative, Problem
from .._types import Array
from ..arithmetic.powers_of_two import power_of_two, powers_of_two
from ..errors import NotSeparableError
from ..problems.rows import signed_rows
from .cone_program import solve
from .linear_program import linear_program
from .max_margin import MaxMargin


@dataclass(frozen=True)
class Cone:
    """The flat w with lower <= w <= upper and G w = 0, where every side is 0 or infinite.

    A cone has sides or equations, never both, so that `project` takes one step.
    """

    lower: Array
    upper: Array
    G: Array

    def project(self, z: Array) -> Array:
        """Return the nearest w in the cone."""
        within = np.clip(z, self.lower, self.upper)
        return within if not self.G.size else within - np.linalg.pinv(self.G) @ (self.G @ within)


@singledispatch
def recession_cone(constraint: Constraint, shape: tuple[int, ...]) -> Cone | None:
    """Return the directions in which a set of w of this shape is unbounded; None where it is bounded."""
    return None


@recession_cone.register
def _(constraint: NonNegative, shape: tuple[int, ...]) -> Cone:
    d = math.prod(shape)
    return Cone(np.zeros(d), np.full(d, math.inf), np.zeros((0, d)))


@recession_cone.register
def _(constraint: Box, shape: tuple[int, ...]) -> Cone | None:
    lower, upper = (
        np.broadcast_to(np.asarray(side, dtype=float), shape).ravel()
        for side in (constraint.lower, constraint.upper)
    )
    if np.isfinite(lower).all() and np.isfinite(upper).all():
        return None
    free_below, free_above = np.isneginf(lower), np.isposinf(upper)
    sides = np.where(free_below, -math.inf, 0.0), np.where(free_above, math.inf, 0.0)
    return Cone(*sides, np.zeros((0, lower.size)))


@recession_cone.register
def _(constraint: Affine, shape: tuple[int, ...]) -> Cone | None:
    d = math.prod(shape)
    G = np.asarray(constraint.G).reshape(-1, d)
    G = G / powers_of_two(np.abs(G).max(axis=1))[:, None]  # solvers' tolerances are absolute
    return Cone(np.full(d, -math.inf), np.full(d, math.inf), G) if np.linalg.matrix_rank(G) < d else None


def separates_within(problem: Problem, cone: Cone) -> bool:
    """Return whether some w in a cone has a positive margin on every sample."""
    A, _ = _in_units(problem)
    n, d = A.shape
    found = linear_program(
        np.append(np.zeros(d), -1.0),
        A_ub=np.column_stack([-A, np.ones(n)]),
        b_ub=np.zeros(n),
        A_eq=np.column_stack([cone.G, np.zeros(len(cone.G))]) if cone.G.size else None,
        b_eq=np.zeros(len(cone.G)) if cone.G.size else None,
        bounds=[*zip(np.maximum(cone.lower, -1), np.minimum(cone.upper, 1), strict=True), (None, None)],
    )
    w = cone.project(found.x[:d])
    return bool((A @ w).min() > 1e-9 * np.abs(A).max())


def _in_units(problem: Problem) -> tuple[Array, float]:
    """Return the rows in units of a power of two, and that: tolerances of solvers are absolute."""
    A = signed_rows(problem)
    unit = power_of_two(float(np.abs(A).max()))
    return A / unit, unit


def cone_margin(problem: Problem, cone: Cone) -> MaxMargin:
    """Solve max {min_n y_n <w, x_n> : |w|_2 <= 1, w in the cone}, with the gap of a dual point.

    Weak duality gives the gap: for weights alpha >= 0 of sum 1 no w has a larger margin than the projection
    of sum alpha_n y_n x_n on the cone is long.

    Raises
    ------
    NotSeparableError
        If no w in the cone has a positive margin.
    OracleError
        If the solver fails.
    """
    import cvxpy as cp

    if not separates_within(problem, cone):
        raise NotSeparableError(
            "constraint: expected a set in which some direction without end separates the data, got one in "
            "which none does"
        )
    A, unit = _in_units(problem)
    w = cp.Variable(A.shape[1])
    margins = A @ w >= 1
    within = [
        w[np.isfinite(cone.lower)] >= 0,
        w[np.isfinite(cone.upper)] <= 0,
        *([cone.G @ w == 0] if cone.G.size else []),
    ]
    solve(cp.Problem(cp.Minimize(cp.sum_squares(w)), [margins, *within]))
    inside = cone.project(w.value)
    inside = inside / np.linalg.norm(inside)
    alpha = np.maximum(margins.dual_value, 0)
    alpha = alpha / alpha.sum()
    value, bound = float((A @ inside).min()), float(np.linalg.norm(cone.project(alpha @ A)))
    gap = max(1 - value / bound, 0.0)
    return MaxMargin(inside.reshape(problem.predictor_shape), alpha, value * unit, gap, True)
