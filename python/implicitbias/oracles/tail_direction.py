"""Where the regularization path of a polynomial tail goes: argmin sum_n m_n^-b over the unit ball."""

import numpy as np

from .._core import Norm, Problem
from .._types import Array
from ..problems.rows import signed_rows
from .cone_program import solve
from .max_margin import MaxMargin, max_margin
from .norms import as_cvxpy, oracle_of


def tail_direction(problem: Problem, norm: Norm, power: float) -> MaxMargin:
    """Solve min {sum_n <w, y_n x_n>^-power : |w| <= 1}, whose w has |w| = 1.

    The result's value is the margin of w, not the sum. Its gap bounds by which part the sum exceeds the least
    one: where margins are positive the sum is convex, and so no less than its tangent at w.

    Raises
    ------
    NotSeparableError
        If the data are not separable.
    OracleError
        If the solver fails.
    """
    import cvxpy as cp

    A, unit = signed_rows(problem), max_margin(problem, norm).value
    w = cp.Variable(problem.predictor_shape)
    margins = A / unit @ cp.vec(w, order="C")
    solve(cp.Problem(cp.Minimize(cp.sum(cp.power(margins, -power))), [as_cvxpy(norm, w) <= 1]))
    oracle = oracle_of(norm)
    found: Array = w.value / oracle.value(w.value)
    m = A @ found.ravel() / unit
    weights = power * m ** (-power - 1)
    # On the unit ball the tangent is below the sum at `found` by this much at most.
    fall = oracle.dual((weights @ A / unit).reshape(problem.predictor_shape)) - float(weights @ m)
    gap = max(fall / float(np.sum(m**-power)), 0.0)
    return MaxMargin(found, weights / weights.sum(), float(m.min()) * unit, gap, True)
