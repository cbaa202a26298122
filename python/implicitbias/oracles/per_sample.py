"""Where Adam on single samples goes: a maximum margin in a norm that its own dual variables make."""

import numpy as np

from .._core import Problem
from .._types import Array
from ..errors import OracleError
from ..problems.rows import signed_rows
from .max_margin import MaxMargin

_STEP, _MOST, _STILL = 0.1, 20_000, 1e-13


def per_sample_margin(problem: Problem) -> tuple[MaxMargin, Array]:
    """Solve for c = T(c), and return the margin in |M(c)^(1/2) w|_2 with the diagonal of M(c)^(1/2).

    M(c) = diag (sum_n c_n^2 x_n^2)^(1/2), and T(c) are the dual variables, of sum 1, of min {w' M(c) w : y_n
    <w, x_n> >= 1}. The iteration moves c a tenth of the way. The gap is |c - T(c)|_1.

    Raises
    ------
    NotSeparableError
        If the data are not separable.
    OracleError
        If the iteration does not settle.
    """
    A = signed_rows(problem)
    A = A / np.abs(A).max()
    squares, c = np.square(A), np.full(len(A), 1 / len(A))
    for _ in range(_MOST):
        weights = (np.square(c) @ squares) ** 0.25
        seen = weights > 1e-12 * weights.max()  # a coordinate without support has no force on it, either
        dual, w = _least_length(A[:, seen] / weights[seen])
        apart = float(np.abs(dual - c).sum())
        if apart <= _STILL:
            break
        c = c + _STEP * (dual - c)
    if not apart <= 1e-6:
        raise OracleError(
            f"the fixed point of per-sample Adam is not found: |c - T(c)|_1 stays at {apart:.1e}"
        )
    v = np.zeros(A.shape[1])
    v[seen] = w / weights[seen] / np.linalg.norm(w)
    value = float((signed_rows(problem) @ v).min())
    return MaxMargin(v.reshape(problem.predictor_shape), dual, value, apart, True), np.where(
        seen, weights, 0.0
    )


def _least_length(B: Array) -> tuple[Array, Array]:
    """Return the dual variables, of sum 1, and the w of min {|w|_2 : B w >= 1} (Lawson and Hanson)."""
    from scipy.optimize import nnls

    E = np.vstack([B.T, np.ones(len(B))])
    target = np.append(np.zeros(B.shape[1]), 1.0)
    u, _ = nnls(E, target, maxiter=100 * len(B))
    r = E @ u - target
    return u / u.sum(), -r[:-1] / r[-1]
