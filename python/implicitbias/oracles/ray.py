"""Data that overlap: the part that can be separated, and the least loss on the rest."""

from dataclasses import dataclass

import numpy as np

from .._core import Exponential, Lp, Problem
from .._types import Array
from ..problems.rows import signed_rows
from .cone_program import solve
from .losses import loss_as_cvxpy
from .max_margin import max_margin
from .separability import Separability


@dataclass(frozen=True)
class Ray:
    """Where gradient descent goes: w(t) = offset + (growing) direction + o(growing).

    The rows of A split into those that some w separates while it gives the others the margin 0, as many as
    can be, and those others, the rest. `span` has orthonormal columns that span the rest.
    """

    separated: Array  # bool, one a row
    span: Array
    offset: Array
    direction: Array  # zeros where nothing is separated
    margin: float  # of the direction, over the rows that are separated; 0 without one
    loss: float  # of the rest at the offset: the infimum of L
    gap: float  # relative, the larger one of both programs'

    def along(self, w: Array) -> Array:
        """Return the part of w in the span of the rest."""
        return np.asarray(self.span @ (self.span.T @ w.ravel()))


def ray(problem: Problem, found: Separability) -> Ray:
    """Solve for the ray of data that do not separate.

    Raises
    ------
    InvalidTypeError
        If the loss has no cvxpy form.
    OracleError
        If a solver fails.
    """
    import cvxpy as cp

    A = signed_rows(problem)
    # The direction that proves quasi-complete separation gives as many rows as can be a positive margin.
    separated = A @ found.direction.ravel() > 1e-9 * np.abs(A).max(axis=1)
    rest = A[~separated]
    _, sizes, rows = np.linalg.svd(rest, full_matrices=False)
    span = rows[sizes > 1e-10 * sizes[0]].T
    v = cp.Variable(span.shape[1])
    loss, within = loss_as_cvxpy(problem.loss, cp.reshape(rest @ span @ v, (len(rest), 1), order="C"))
    solve(cp.Problem(cp.Minimize(loss), within))
    offset = span @ v.value
    log_loss, log_scale, slopes = problem.loss.evaluate((rest @ offset).reshape(-1, 1))
    least = float(np.exp(log_loss))
    slope = np.exp(log_scale) * (slopes.ravel() @ rest)
    gap = float(np.linalg.norm(slope) * max(np.linalg.norm(offset), 1 / sizes[0]) / least)
    if not separated.any():
        return Ray(separated, span, offset, np.zeros_like(offset), 0.0, least, gap)
    across = A[separated] - A[separated] @ span @ span.T
    best = max_margin(Problem(across, np.ones(len(across)), Exponential()), Lp(2))
    direction = best.direction - span @ (span.T @ best.direction)
    return Ray(separated, span, offset, direction, best.value, least, max(gap, best.gap))
