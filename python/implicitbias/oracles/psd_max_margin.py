"""Maximum margins over positive semidefinite matrices (Theorem 7), with the duality gap as it was reached."""

import math
from contextlib import suppress

import numpy as np

from .._types import Array
from ..arithmetic.powers_of_two import powers_of_two
from ..errors import OracleError
from .cone_program import solve
from .max_margin import GAP, MaxMargin

# The largest eigenvalue of a combination of samples of size 1 that proves that there is no margin.
_NO_MARGIN = 1e-12


def psd_max_margin(X: Array, y: Array, *, look_for_another: bool = True) -> MaxMargin:
    """Solve max {min_n y_n <W, X_n> : trace W = 1, W >= 0} for symmetric X_n.

    The value and the relative duality gap, with the bound lambda_max(sum_n alpha_n y_n X_n), are computed
    from the best solutions, not taken from the solver. The value is 0 where the bound is not positive but for
    rounding. To look for another W of this margin takes two programs more; where nobody looks, `unique` is
    False.

    Raises
    ------
    OracleError
        If the solver fails, or leaves open whether the margin is positive.
    """
    A = y[:, None, None] * X
    A = A / 2 + A.transpose(0, 2, 1) / 2
    sizes = np.abs(A).max(axis=(1, 2))
    if not sizes.min() > 0:
        return MaxMargin(np.eye(len(A[0])) / len(A[0]), np.where(sizes > 0, 0.0, 1.0), 0.0, 0.0, False)
    # Samples are scaled to one size, and so are the margins that they need: a large one needs a tiny one.
    sizes = powers_of_two(sizes)
    unit = float(sizes.min())
    A, needed = A / sizes[:, None, None], unit / sizes
    value, bound, positive = -math.inf, math.inf, True
    for attempt in range(5):
        W, alpha = _largest_margin(A, needed, attempt)
        least = float((np.tensordot(A, W, 2) / needed).min())
        largest = float(np.linalg.eigvalsh(np.tensordot(alpha, A, 1))[-1])
        upper = largest / float(alpha @ needed)
        if least > value:
            value, direction = least, W
        if upper < bound:
            bound, weights = upper, alpha
        positive = positive and largest > _NO_MARGIN
        if bound - value <= GAP * abs(value):
            break
    weights = weights * needed / float(weights @ needed)
    if not positive and not value > 0:
        return MaxMargin(direction, weights, 0.0, 0.0, False)
    if not value > 0:
        raise OracleError(
            f"the solver leaves open whether the maximum margin, {bound * unit:.1e} at most, is positive; it "
            "helps to scale the entries of the samples to one size"
        )
    unique = look_for_another and not _another(A, value * needed, direction)
    return MaxMargin(direction, weights, value * unit, max(1 - value / bound, 0.0), unique)


def _largest_margin(
    A: Array, needed: Array, attempt: int = 0, tilt: Array | None = None
) -> tuple[Array, Array]:
    """Return argmax {min_n <W, A_n> / needed_n + <tilt, W> : trace W = 1, W >= 0} and weights, of sum 1."""
    import cvxpy as cp

    W, margin = cp.Variable(A.shape[1:], PSD=True), cp.Variable()
    flat = cp.vec(W, order="C")
    margins = A.reshape(len(A), -1) @ flat >= margin * needed
    objective = margin if tilt is None else margin + tilt.ravel() @ flat
    solve(cp.Problem(cp.Maximize(objective), [margins, cp.trace(W) == 1]), attempt)
    weights = np.maximum(margins.dual_value, 0)
    if not 0 < weights.sum() < math.inf:
        raise OracleError(
            "the solver gave no weights; it helps to scale the entries of the samples to one size"
        )
    return _onto_psd(W.value), weights / weights.sum()


def _onto_psd(W: Array) -> Array:
    """Return the matrix without its negative eigenvalues, with trace 1."""
    values, vectors = np.linalg.eigh(W)
    kept = (vectors * np.maximum(values, 0)) @ vectors.T
    return np.asarray(kept / np.trace(kept))


def _another(A: Array, margins: Array, best: Array) -> bool:
    """Whether it finds another W of trace 1 with these margins: one 1e-3 away from the best, optimal to 1e-8.

    See `oracles.max_margin`.
    """
    tilt = np.random.default_rng(0).standard_normal(best.shape)
    tilt *= 1e-6 / np.linalg.norm(tilt + tilt.T, 2)
    for each in (tilt, -tilt):
        with suppress(OracleError):
            away = _largest_margin(A, margins, tilt=each)[0] - best
            distance = float(np.linalg.norm(away, "nuc"))
            other = best + 1e-3 / max(distance, 1e-3) * away
            if distance > 1e-3 and np.all(np.tensordot(A, other, 2) >= (1 - 1e-8) * margins):
                return True
    return False
