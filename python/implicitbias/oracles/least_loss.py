"""The least loss of data that are not separable, between bounds that are proved."""

import math

import numpy as np

from .._core import Problem
from .._types import Array
from ..arithmetic.powers_of_two import power_of_two
from ..bracket import Bracket
from ..problems.rows import LARGEST, entries, is_sparse, loss_at, signed_rows
from .separability import Separability

_STEPS = 60  # of Newton's method
_HALVINGS = 40
_EPSILON = float(np.finfo(float).eps)


def least_loss(problem: Problem, w: Array, proof: Separability) -> Bracket | None:
    """Return [a lower bound on min L, L(w)], or None where the loss is not convex.

    For margins z and a convex loss, L(w') >= L(z) + <L'(z), A w' - z> for every w'. Newton's method looks for
    a z = A v where A' L'(z) is nearly 0. What is left of it counts by the largest |w' - v| of any w' with no
    larger loss: none of its margins is below some -M, as a single loss would be more, and the weights of the
    proof, whose weighted margins sum to 0, bound them from above.
    """
    log_loss, *_ = problem.evaluate(w)
    upper = math.exp(log_loss) if log_loss < 700 else math.inf
    if not problem.loss.convex:
        return None
    if entries(problem) > LARGEST // 8 or proof.kind != "overlap":
        return Bracket(0.0, upper * (1 + 1e-12))
    A = signed_rows(problem, sparse=True)
    A = np.asarray(A.toarray() if is_sparse(A) else A)
    unit = power_of_two(float(np.abs(A).max()))  # products of entries may overflow
    A = A / unit
    # The least loss is the same from any start; from a w with a larger loss than 0 has, numbers may overflow.
    at_zero = problem.evaluate(np.zeros_like(w))[0]
    v = _newton(problem, A, unit * w.ravel() if log_loss < at_zero else np.zeros(w.size))
    lower = _lower_bound(problem, A, v, proof.weights)
    return Bracket(max(lower, 0.0), upper * (1 + 1e-12))


def _newton(problem: Problem, A: Array, v: Array) -> Array:
    """Return where the loss is nearly least, by Newton's method on slopes by differences."""
    loss, scale, slopes = loss_at(problem, A @ v)
    for _ in range(_STEPS):
        gradient = slopes @ A
        curvature = _curvatures(problem, A @ v, scale)
        step, *_ = np.linalg.lstsq((A.T * curvature) @ A, -gradient, rcond=1e-12)
        for halving in range(_HALVINGS):
            ahead = v + step / 2**halving
            new_loss, new_scale, new_slopes = loss_at(problem, A @ ahead)
            falls = new_loss < loss or (
                new_loss <= loss + 4 * _EPSILON * (1 + abs(loss))
                and np.linalg.norm(new_slopes @ A) * math.exp(new_scale - scale) < np.linalg.norm(gradient)
            )
            if falls:
                break
        else:
            return v
        v, loss, scale, slopes = ahead, new_loss, new_scale, new_slopes
    return v


def _curvatures(problem: Problem, z: Array, scale: float) -> Array:
    """Return the second derivatives, relative to exp(scale), each along its own margin, and none 0."""
    shift = 1e-5 * (1 + np.abs(z))
    m = z.size // len(problem.y)
    found = np.zeros_like(z)
    for column in range(m):
        own = np.arange(z.size) % m == column
        there = [loss_at(problem, z + sign * shift * own) for sign in (1, -1)]
        ahead, behind = (slopes * math.exp(log_scale - scale) for _, log_scale, slopes in there)
        found[own] = ((ahead - behind) / (2 * shift))[own]
    return np.maximum(found, 1e-12 * max(float(found.max()), 1e-300))


def _lower_bound(problem: Problem, A: Array, v: Array, weights: Array) -> float:
    log_loss, log_scale, slopes = loss_at(problem, A @ v)
    loss, gradient = math.exp(log_loss), math.exp(log_scale) * (slopes @ A)
    rounding = (sum(A.shape) + 16) * _EPSILON * math.exp(log_scale) * (np.abs(slopes) @ np.abs(A))
    some = weights > 1e-9 * weights.max()
    lowest = _lowest_margin(problem, loss)
    # Weighted margins sum to 0, and none is below -M: one of them is at most M (1 - alpha) / alpha.
    highest = lowest * (1 - weights[some]) / weights[some]
    margins = float(np.linalg.norm(np.maximum(highest, lowest)))
    values = np.linalg.svd(A[some], compute_uv=False)
    rank = int((values > 1e-10 * values[0]).sum())
    reach = margins / float(values[rank - 1]) + float(np.linalg.norm(v))
    off = float(np.linalg.norm(np.abs(gradient) + rounding))
    return loss * (1 - 64 * _EPSILON) - off * reach * (1 + 1e-6)


def _lowest_margin(problem: Problem, loss: float) -> float:
    """Return an M for which one margin of -M alone costs more than this loss."""
    m = len(problem.classes) - 1 if problem.classes is not None else 1
    M = 1.0
    while M < 1e300:
        z = np.full((1, m), 1e3 * M) if m > 1 else np.zeros((1, 1))
        z[0, 0] = -M
        if problem.loss.evaluate(z)[0] > math.log(loss) + 1e-9:
            break
        M *= 2
    return M
