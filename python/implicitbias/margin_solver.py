"""Certified maximum margins without a convex program."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import singledispatch

import numpy as np
from numpy.typing import NDArray

from ._core import Lp, Norm, Problem, QuadraticNorm, WeightedNorm
from .direction_map import direction_map
from .errors import InvalidTypeError, InvalidValueError
from .interior_point import central_path
from .linear_separability import separability
from .oracle import strictly_convex
from .run import Bracket
from .sample_rows import signed_rows
from .scaling import power_of_two

Array = NDArray[np.float64]

_EPSILON = float(np.finfo(float).eps)
_PATIENCE = 10  # iterations without progress
# Of p, where the central path begins that goes on towards l1, and what becomes of p - 1 from norm to norm; of
# weights, how far from the boundary the next norm's path takes them up.
_FAR_FROM_L1, _NEARER, _FROM_THE_BOUNDARY = 1.5, 0.7, 1e-3
_HALF_WAY = 30  # iterations for a norm on the way


@dataclass(frozen=True, eq=False)
class MarginSolution:
    """A maximum margin with its certificate.

    Attributes
    ----------
    direction : ndarray of the parameter's shape
        Of norm 1, with the margin `value`.
    weights : ndarray of shape (n,)
        alpha in the simplex: no margin exceeds |sum_n alpha_n y_n x_n|_*.
    value : float
        min_n y_n <direction, x_n>.
    bracket : Bracket
        Certified interval around the maximum margin, rounding included.
    """

    direction: Array = field(repr=False)
    weights: Array = field(repr=False)
    value: float
    bracket: Bracket


def max_margin(problem: Problem, norm: Norm, *, tolerance: float = 1e-6) -> MarginSolution:
    """Solve max {min_n y_n <w, x_n> : |w| <= 1}, the limit of steepest descent (Theorem 5), with a proof.

    Written without cvxpy, it checks the claims' oracles, as they check it, and goes where they do not: an
    iteration costs n d min(n, d) operations in l_p norms and some d^2 max(n, d) in others, and ten to thirty
    iterations do. They need not be trusted: whatever w and alpha they end at, min_n y_n <w, x_n> / |w| and
    |sum_n alpha_n y_n x_n|_* enclose the maximum.

    Parameters
    ----------
    problem : Problem
        With labels -1 and +1; its loss plays no part.
    norm : Norm
        Strictly convex: Lp(p) with 1 < p < inf, QuadraticNorm(D), or one made of such. Norms close to l1 and
        linf, p < 1.03 and p > 6 about, may not reach the tolerance.
    tolerance : float, optional
        Certified relative gap, 1 - lower / upper.

    Raises
    ------
    NotSeparableError
        If there is no positive margin.
    InvalidTypeError, InvalidValueError
        If the norm is not strictly convex, or the tolerance cannot be met; the message says which gap was.
    """
    if not isinstance(problem, Problem):
        raise InvalidTypeError(f"problem: expected a Problem, got {type(problem).__name__}")
    if not np.all(np.abs(problem.y) == 1):
        raise InvalidTypeError("problem: expected labels -1 and +1")
    if not isinstance(norm, Norm):
        raise InvalidTypeError(f"norm: expected a Norm, got {type(norm).__name__}")
    if not strictly_convex(norm):
        raise InvalidTypeError(
            "norm: expected one whose steepest step depends continuously on the gradient, such as Lp(p) with "
            f"1 < p < inf or QuadraticNorm(D), got {norm!r}"
        )
    if not (isinstance(tolerance, float) and 0 < tolerance < 1):
        raise InvalidValueError(f"tolerance: expected a float between 0 and 1, got {tolerance!r}")
    shape, n = problem.shape, len(problem.y)
    A = signed_rows(problem.X, problem.y)
    sizes = np.array([norm.dual(a.reshape(shape)) for a in A])
    if not sizes.min() > 0:  # a sample that is zero has no positive margin
        separability(problem).require()
    # A power of two, so that dividing by it is exact.
    if not np.isfinite(sizes.max()):
        raise InvalidValueError("X: the dual norm of a sample overflows; rescale the data")
    unit = power_of_two(float(sizes.max()))
    A /= unit
    # What rounding may make of inner products, sums over samples and norms.
    unsigned, unit_error = np.abs(A), (n + A.shape[1] + 16) * _EPSILON * _condition(norm)
    lower, upper, best = -math.inf, math.inf, np.zeros(shape)

    def dual(z: Array) -> float:
        return norm.dual(z.reshape(shape))

    for path in _paths(A, norm, shape):
        since = 0
        for w, alpha in path:
            size, since = norm.value(w.reshape(shape)), since + 1
            if size > 0:
                margin = float((A @ w - unit_error * (unsigned @ np.abs(w))).min()) / size * (1 - unit_error)
                if margin > lower:
                    lower, best, since = margin, (w / size).reshape(shape), 0
            bound, error = dual(alpha @ A), unit_error * dual(alpha @ unsigned)
            if bound * (1 + unit_error) + error < upper:
                upper, weights, since = bound * (1 + unit_error) + error, alpha, 0
            bracket = Bracket(unit * lower, unit * upper)
            if lower > 0 and bracket.gap <= tolerance:
                return MarginSolution(best, weights, unit * float((A @ best.ravel()).min()), bracket)
            if since >= _PATIENCE or bound <= error:
                break
    if not lower > 0:
        separability(problem).require()
    raise InvalidValueError(
        f"tolerance: {tolerance:g} cannot be met; a certified gap of {bracket.gap:.2g} was reached"
    )


def _paths(A: Array, norm: Norm, shape: tuple[int, ...]) -> Iterator[Iterator[tuple[Array, Array]]]:
    """Yield central paths, the norm's own and, close to l1, one from where those of norms farther off end."""

    def path(norm: Norm, start: Array | None, iterations: int = 100) -> Iterator[tuple[Array, Array]]:
        def dual(z: Array) -> float:
            return norm.dual(z.reshape(shape))

        return central_path(A, direction_map(norm, shape), dual, start, iterations)

    yield path(norm, None)
    if isinstance(norm, Lp) and norm.p < _FAR_FROM_L1:
        p, start = _FAR_FROM_L1, None
        while p > norm.p:
            farther = Lp(p)
            alphas = [alpha for _, alpha in path(farther, start, _HALF_WAY) if np.isfinite(alpha).all()]
            best = min(alphas, key=lambda alpha: farther.dual((alpha @ A).reshape(shape)))
            start = (1 - _FROM_THE_BOUNDARY) * best + _FROM_THE_BOUNDARY / len(A)
            p = max(norm.p, 1 + _NEARER * (p - 1))
        yield path(norm, start)


@singledispatch
def _condition(norm: Norm) -> float:
    """Return by how much rounding is amplified in a norm and its dual."""
    return 1.0


@_condition.register
def _(norm: QuadraticNorm) -> float:
    return float(np.linalg.cond(norm.D))


@_condition.register
def _(norm: WeightedNorm) -> float:
    return _condition(norm.norm)
