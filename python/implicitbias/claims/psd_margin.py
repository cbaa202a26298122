"""Theorem 7: gradient descent on a factor, and maximum margins over positive semidefinite matrices."""

import math
from contextlib import suppress
from functools import cached_property

import numpy as np

from .._core import FactorizedGradientDescent, Problem
from .._types import Array, Hypothesis
from ..arithmetic.powers_of_two import powers_of_two
from ..errors import NotSeparableError, OracleError
from ..oracles.max_margin import GAP, MaxMargin
from ..oracles.norms import solve
from ..runs.run import Run
from .claim import Limit
from .max_margin import MaxMarginClaim

# Below that too many digits of W are lost to tell its rank.
_UNDERFLOW = 1e-290
# The largest eigenvalue of a combination of samples of size 1 that proves that there is no margin.
_NO_MARGIN = 1e-12
_STEADY = 0.01  # radians


class PsdMarginClaim(MaxMarginClaim):
    """Theorem 7: W = U U' tends in direction to the maximum margin over positive semidefinite matrices.

    Attributes
    ----------
    w0 : ndarray or None
        The factor U(0), if it was given.
    """

    step_bound = "1 / (L(W_t) (4 B^2 trace W_t + 2 B)), with B the largest spectral norm of a sample"
    bounded_steps = False  # each finite, it says

    def __init__(self, problem: Problem, method: FactorizedGradientDescent, w0: Array | None) -> None:
        super().__init__(problem, method, method.geometry, "7")
        self.w0 = w0
        self.statement = (
            "min_n y_n <W(t), X_n> / trace W(t) -> max {min_n y_n <W, X_n> : trace W <= 1, W >= 0}, if L -> "
            "0 and the steps and the gradients converge in direction"
        )

    @cached_property
    def _solution(self) -> MaxMargin:
        return psd_max_margin(self.problem.X, self.problem.y)

    @property
    def _separable(self) -> Hypothesis:
        return "the data are separable by a positive semidefinite matrix", self._solution.value > 0

    @property
    def _full_rank(self) -> Hypothesis:
        d, rank = self.problem.shape[0], self.method.rank  # type: ignore[attr-defined]
        if self.w0 is not None:
            return f"U(0) has rank {d}", int(np.linalg.matrix_rank(self.w0)) == d
        return f"U(0) has rank {d} (no w0 was given to tell)", rank is None or rank >= d

    @property
    def hypotheses(self) -> list[Hypothesis]:
        """Data separable by a positive semidefinite matrix, an exponential tail, a start of full rank."""
        return [self._separable, self._tail, self._full_rank]

    def start_hypotheses(self, w0: Array) -> list[Hypothesis]:
        """W(0) = U(0) U(0)' of full rank, unless it comes of the U(0) of which the claim speaks."""
        largest = float(np.abs(w0).max())
        if self.w0 is not None and np.allclose(self.w0 @ self.w0.T, w0, 0, 1e-12 * largest + _UNDERFLOW):
            return []  # W(0) has the square of its condition
        if largest <= _UNDERFLOW:
            return [("W(0) has full rank (it underflows; predict(problem, method, w0) can tell)", True)]
        return [("W(0) has full rank", int(np.linalg.matrix_rank(w0, hermitian=True)) == len(w0))]

    def step_hypotheses(self, run: Run) -> list[Hypothesis]:
        """Return what the theorem asks of the steps, and of the course of the run as far as it can be seen.

        No finite run contradicts a limit: what it does not bear out is said to be not checked.
        """
        small = "so far L < e^-10" if run.log_loss < -10 else "not checked: L is not below e^-10 yet"
        course = [f"L -> 0 ({small})"]
        for what, turned in zip(("increments W(t+1) - W(t)", "gradients"), _turned(run), strict=True):
            if turned < _STEADY:
                seen = f"they turned by less than {_STEADY} while trace W doubled"
            else:
                seen = "not checked: they are turning still, or trace W has not doubled twice"
            course.append(f"the {what} converge in direction ({seen})")
        course.append("the data are not among exceptions of measure 0 (not checked)")
        return super().step_hypotheses(run) + [(text, True) for text in course]

    @cached_property
    def _limit(self) -> Limit:
        solution = self._solution
        if not solution.value > 0:
            raise NotSeparableError(
                "y: expected data that a positive semidefinite matrix separates, but some convex combination "
                "of y_n X_n has no positive eigenvalue (to rounding): no such matrix has a positive margin "
                "on every sample"
            )
        return Limit(solution.direction, solution.value, solution.gap, solution.unique)


def _turned(run: Run) -> tuple[float, float]:
    """Return how far increments and gradients turned while trace W doubled: infinity before it did twice."""
    rows, problem = run.trajectory, run.problem
    T = np.trace(rows.w, axis1=1, axis2=2)
    fourth, half = (np.flatnonzero(T[-1] / factor >= T)[-1:] for factor in (4, 2))
    if not fourth.size:
        return math.inf, math.inf
    start, middle, end = rows.w[fourth[0]], rows.w[half[0]], rows.w[-1]
    before, now = (problem.evaluate(W)[2] for W in (middle, end))
    return _apart(middle - start, end - middle), _apart(before, now)


def _apart(one: Array, other: Array) -> float:
    """Return the distance of two directions; infinity where one of them is none."""
    if not (one.any() and other.any()):
        return math.inf
    u, v = (each / np.abs(each).max() for each in (one, other))
    return float(np.linalg.norm(u / np.linalg.norm(u) - v / np.linalg.norm(v)))


def psd_max_margin(X: Array, y: Array) -> MaxMargin:
    """Solve max {min_n y_n <W, X_n> : trace W = 1, W >= 0} for symmetric X_n.

    The value and the relative duality gap, with the bound lambda_max(sum_n alpha_n y_n X_n), are computed
    from the best solutions, not taken from the solver. The value is 0 where the bound is not positive but for
    rounding.

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
    # Samples of one size, with margins relative to it: what a large one needs may be nothing beside it.
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
    unique = not _another(A, value * needed, direction)
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
