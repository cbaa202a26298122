"""Theorem 7: gradient descent on a factor, and maximum margins over positive semidefinite matrices."""

import math
from functools import cached_property

import numpy as np

from .._core import FactorizedGradientDescent, Problem
from .._types import Array, Hypothesis
from ..errors import NotSeparableError
from ..oracles.max_margin import MaxMargin
from ..oracles.psd_max_margin import psd_max_margin
from ..runs.run import Run
from .limit import Limit
from .max_margin import MaxMarginClaim

# Matrices whose entries are all below this size have lost too many digits to tell their rank.
_UNDERFLOW = 1e-290
_STEADY = 0.01  # radians


class PsdMarginClaim(MaxMarginClaim):
    """Theorem 7: W = U U' tends in direction to the maximum margin over positive semidefinite matrices.

    Attributes
    ----------
    w0 : ndarray or None
        The factor U(0), if it was given.
    """

    step_bound = "1 / (L(W_t) (4 B^2 trace W_t + 2 B)), with B the largest spectral norm of a sample"
    bounded_steps = False  # Theorem 7 asks for finite steps, and for no common bound

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
            return []  # the rank is asked of U(0): W(0) has the square of its condition number
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
