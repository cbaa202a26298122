"""Certified maximum margins in every norm."""

import math
from collections.abc import Callable
from contextlib import suppress

import numpy as np
from numpy.typing import ArrayLike

from .. import _arguments
from .._arguments import flag, instance, labeled
from .._calls import public
from .._core import Norm, Problem
from .._types import Array
from ..arithmetic.powers_of_two import power_of_two
from ..errors import InvalidValueError, OracleError
from ..problems.rows import dense_rows, largest, margin_rows
from .margin_proof import MarginProof, MarginSolution
from .margin_start import MarginStart
from .margin_ways import follow, ways_to_margin
from .margin_with_intercept import best_margin_with_intercept
from .separability import separability

_SOME = 20  # samples, the largest, that are measured


@public
def max_margin(
    problem: Problem,
    norm: Norm,
    *,
    tolerance: float = 1e-6,
    intercept: bool = False,
    start: ArrayLike | MarginSolution | None = None,
) -> MarginSolution:
    """Solve max {min_n y_n <w, x_n> : |w| <= 1}, the limit of steepest descent (Theorem 5), with a proof.

    Where the norm's unit ball is a polytope, as in l1 and linf, HiGHS solves linear programs on the rows and
    columns that matter; where the norm is strictly convex, an interior point method takes ten to thirty
    iterations of n d min(n, d) operations in l_p norms, n^3 in l2 with fewer samples than features, and some
    d^2 max(n, d) in others; so it does in sums and maxima of the Euclidean sizes of groups, and in the
    spectral and the nuclear norm of small matrices. For others
    convex programs are solved. None of them need be trusted: whatever w and alpha they end at,
    min_n y_n <w, x_n> / |w| and |sum_n alpha_n y_n x_n|_* on all samples enclose the maximum.

    Parameters
    ----------
    problem : Problem
        With labels -1 and +1, or a multiclass loss: then it is the margin of each sample's class over all
        others. Otherwise the loss plays no part.
    norm : Norm
        Any. One of your own that is not strictly convex needs a form registered with `as_cvxpy`, or few
        parameters.
    tolerance : float, default 1e-6
        Certified relative gap, 1 - lower / upper, at which it stops.
    intercept : bool, default False
        Whether there is an intercept that the norm does not count: margins are y_n (<w, x_n> + b), those of
        classes (W_y - W_c) x_n + b_y - b_c, and |w| = 1 alone. Half the distance of the hulls of two classes
        in the dual norm is the maximum then. (An entry of 1 in each sample is an intercept that counts.)
    start : array_like or MarginSolution, optional
        Parameters near the maximum, such as the solution in another norm or of other samples, or where a run
        is. Of many samples those with the smallest margins there come first, which saves most of the rounds.
        The certificate does not depend on it: it is of all samples, whatever the start is.

    Returns
    -------
    MarginSolution

    Raises
    ------
    NotSeparableError
        If there is no positive margin.
    InvalidValueError
        If the tolerance cannot be met; the message says which gap was. If the start has another shape, is 0,
        or is not finite.
    OracleError
        If rounding hides the margin.

    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Theorem 5.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> solution = ib.max_margin(problem, ib.Lp(2))
    >>> print(f"{solution.value:.4f}", solution.bracket.gap < 1e-6)
    1.0607 True
    >>> print(ib.max_margin(problem, ib.Lp(np.inf)).direction)
    [1. 1.]
    >>> apart = ib.Problem([[3.0, 1.0], [1.0, 1.0]], [1, -1], ib.Exponential())
    >>> solution = ib.max_margin(apart, ib.Lp(2), intercept=True)
    >>> print(f"{solution.value:.4f} {solution.intercept:.4f}", solution.direction.round(6) + 0.0)
    1.0000 -2.0000 [1. 0.]

    Along a path, every solution is the start of the next:

    >>> for p in (2, 1.5, 1.2):
    ...     solution = ib.max_margin(apart, ib.Lp(p), intercept=True, start=solution)
    >>> print(f"{solution.value:.4f}")
    1.0000
    """
    instance(problem, Problem, "problem")
    labeled(problem)
    instance(norm, Norm, "norm")
    tolerance = _arguments.tolerance(tolerance)
    begin = MarginStart.of(start, problem)
    if flag(intercept, "intercept"):
        solution = best_margin_with_intercept(problem, norm, tolerance, start=begin)
    else:
        solution = best_margin(problem, norm, tolerance, start=begin)
    if (gap := solution.bracket.gap) > tolerance:
        raise InvalidValueError(
            f"tolerance: {tolerance:g} cannot be met; a certified gap of {gap:.2g} was reached"
        )
    return solution


def require_separable(problem: Problem) -> None:
    """Raise the error, with its proof, of a problem that is not separable."""
    separability(problem).require()


def best_margin(
    problem: Problem,
    norm: Norm,
    tolerance: float,
    require: Callable[[Problem], None] = require_separable,
    start: MarginStart | None = None,
) -> MarginSolution:
    """Return what `max_margin` does, whether or not its gap meets the tolerance.

    Parameters
    ----------
    problem : Problem
    norm : Norm
    tolerance : float
    require : callable
        Asked where no positive margin was found: it raises `NotSeparableError` where there is none.
    start : MarginStart, optional

    Raises
    ------
    NotSeparableError
        If there is no positive margin.
    OracleError
        If rounding hides whether there is one.
    InvalidValueError
        If dual norms of samples overflow.
    """
    A = margin_rows(problem)
    sizes = largest(A, axis=1)
    if not sizes.min() > 0:  # a sample that is zero has no positive margin
        require(problem)
    unit = _unit(A[np.argsort(-sizes)[:_SOME]], norm, problem.predictor_shape)
    A /= unit
    proof = MarginProof(A, norm, problem.predictor_shape, sizes / unit)
    if start is not None:
        proof.consider(start.w, start.weights_of(A.shape[0]))
    for way in ways_to_margin(proof, problem, norm, tolerance, start) if proof.gap > tolerance else ():
        if follow(proof, way, tolerance):
            break
        if not proof.lower > 0:
            with suppress(OracleError):  # rounding may hide from it what another way can tell
                require(problem)
    if not proof.lower > 0:
        require(problem)
        raise OracleError("X: rounding hides the margin of data that are separable; rescale the features")
    return proof.solution(unit)


def _unit(rows: Array, norm: Norm, shape: tuple[int, ...]) -> float:
    """Return about the largest dual norm of some rows: a power of two, so that dividing by it is exact."""
    size = max(norm.dual(row.reshape(shape)) for row in dense_rows(rows))
    if not math.isfinite(size):
        raise InvalidValueError("X: the dual norm of a sample overflows; rescale the data")
    return power_of_two(size)
