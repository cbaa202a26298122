"""Data that overlap: the part that can be separated, and the least loss on the rest."""

from dataclasses import dataclass

import numpy as np

from .._core import Exponential, Loss, Lp, Problem
from .._types import Array
from ..arithmetic.powers_of_two import power_of_two
from ..problems.rows import signed_rows
from .max_margin import max_margin
from .separability import Separability

_MOST_STEPS = 200


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
    """Solve for the ray of data that do not separate, with exponential or logistic loss.

    Raises
    ------
    OracleError
        If the solver of the maximum margin fails.
    """
    A = signed_rows(problem)
    # The direction that proves quasi-complete separation gives as many rows as can be a positive margin.
    separated = A @ found.direction.ravel() > 1e-9 * np.abs(A).max(axis=1)
    rest = A[~separated]
    _, sizes, rows = np.linalg.svd(rest, full_matrices=False)
    span = rows[sizes > 1e-10 * sizes[0]].T
    coordinates, least, gap = _least_loss(problem.loss, rest @ span)
    offset = span @ coordinates
    if not separated.any():
        return Ray(separated, span, offset, np.zeros_like(offset), 0.0, least, gap)
    across = A[separated] - A[separated] @ span @ span.T
    best = max_margin(Problem(across, np.ones(len(across)), Exponential()), Lp(2))
    direction = best.direction - span @ (span.T @ best.direction)
    return Ray(separated, span, offset, direction, best.value, least, max(gap, best.gap))


def _least_loss(loss: Loss, B: Array) -> tuple[Array, float, float]:
    """Return argmin sum_n l((B v)_n), the minimum, and what Newton's method would still change of both."""
    v = np.zeros(B.shape[1])
    if not B.any():  # samples that are 0, whose loss nothing changes
        return v, _formulas(loss, B @ v)[0], 0.0
    scale = power_of_two(float(np.abs(B).max()))  # squares of v may overflow
    B = B / scale
    unit = 1 / float(np.linalg.norm(B, 2))
    for _ in range(_MOST_STEPS):
        value, slopes, curvatures = _formulas(loss, B @ v)
        root = np.sqrt(curvatures)
        step = np.linalg.lstsq(root[:, None] * B, -slopes / root)[0]
        fall, length = -float(slopes @ (B @ step)), 1.0
        while _formulas(loss, B @ (v + length * step))[0] > value - 1e-4 * length * fall and length > 1e-9:
            length /= 2
        if fall <= 1e-28 * value or length <= 1e-9:  # no more than rounding is left
            break
        v = v + length * step
    left = float(np.linalg.norm(step)) / max(float(np.linalg.norm(v)), unit)
    return v / scale, value, max(fall / value, left)


def _formulas(loss: Loss, m: Array) -> tuple[float, Array, Array]:
    """Return the sum of a loss over margins, its slopes and its curvatures."""
    from scipy.special import expit

    if isinstance(loss, Exponential):
        with np.errstate(over="ignore"):
            values = np.exp(-m)
        return float(values.sum()), -values, values
    return float(np.logaddexp(0, -m).sum()), -expit(-m), np.maximum(expit(m) * expit(-m), 1e-300)
