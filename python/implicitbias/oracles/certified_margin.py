"""Certified maximum margins without a convex program."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from .. import _arguments
from .._arguments import instance, labeled
from .._calls import public
from .._core import Exponential, Lp, Norm, Problem
from .._types import Array
from ..arithmetic.powers_of_two import power_of_two
from ..bracket import Bracket
from ..errors import InvalidTypeError, InvalidValueError, OracleError
from ..nouns.of_ones_own import is_strictly_convex
from ..problems.rows import signed_rows
from .central_path import central_path
from .norms import oracle_of
from .separability import separability
from .well_scaled import Coordinates, Doubled, agreeing, combination, doubled_products
from .well_scaled_path import well_scaled_path

_EPSILON = float(np.finfo(float).eps)
_HARMLESS = 1e-8  # relative rounding errors of margins that do no harm
_PATIENCE = 10  # iterations without progress
_MORE_PATIENCE = 30  # on the path in the samples' coordinates, along which z may grow by many digits first
# Of p, where the central path begins that goes on towards l1, and what becomes of p - 1 from norm to norm; of
# weights, how far from the boundary the next norm's path takes them up.
_FAR_FROM_L1, _NEARER, _FROM_THE_BOUNDARY = 1.5, 0.7, 1e-3
_HALF_WAY = 30  # iterations for each norm on the way


@dataclass(frozen=True, eq=False)
class MarginSolution:
    """A maximum margin with its certificate.

    Attributes
    ----------
    direction : ndarray of the parameter's shape
        Of norm 1, with the margin `value`.
    weights : ndarray of shape (N,)
        alpha in the simplex, one a row (`Problem.rows`: a sample, or a sample and another class): no margin
        exceeds |sum_n alpha_n y_n x_n|_*.
    value : float
        min_n y_n <direction, x_n>.
    bracket : Bracket
        Certified interval around the maximum margin, rounding included.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> solution = ib.max_margin(problem, ib.Lp(2))
    >>> print(solution.direction.round(4), f"{solution.value:.4f}")
    [0.7071 0.7071] 1.0607
    """

    direction: Array = field(repr=False)
    weights: Array = field(repr=False)
    value: float
    bracket: Bracket


@public
def max_margin(problem: Problem, norm: Norm, *, tolerance: float = 1e-6) -> MarginSolution:
    """Solve max {min_n y_n <w, x_n> : |w| <= 1}, the limit of steepest descent (Theorem 5), with a proof.

    Written without cvxpy, it checks the claims' oracles, as they check it, and goes where they do not: an
    iteration costs n d min(n, d) operations in l_p norms and some d^2 max(n, d) in others, and ten to thirty
    iterations do. They need not be trusted: whatever w and alpha they end at, min_n y_n <w, x_n> / |w| and
    |sum_n alpha_n y_n x_n|_* enclose the maximum.

    Parameters
    ----------
    problem : Problem
        With labels -1 and +1, or a multiclass loss: then it is the margin of each sample's class over all
        others. Otherwise the loss plays no part.
    norm : Norm
        Strictly convex: Lp(p) with 1 < p < inf, QuadraticNorm(D), or one made of such. Norms close to l1 and
        linf, p < 1.03 and p > 6 about, may not reach the tolerance.
    tolerance : float, default 1e-6
        Certified relative gap, 1 - lower / upper.

    Returns
    -------
    MarginSolution

    Raises
    ------
    NotSeparableError
        If there is no positive margin.
    InvalidTypeError, InvalidValueError
        If the norm is not strictly convex, or the tolerance cannot be met; the message says which gap was.

    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Theorem 5.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> solution = ib.max_margin(problem, ib.Lp(2))
    >>> print(f"{solution.value:.4f}", solution.bracket.gap < 1e-6)
    1.0607 True
    """
    instance(problem, Problem, "problem")
    labeled(problem)
    instance(norm, Norm, "norm")
    if not is_strictly_convex(norm):
        raise InvalidTypeError(
            "norm: expected one whose steepest step depends continuously on the gradient, such as Lp(p) with "
            f"1 < p < inf or QuadraticNorm(D), got {norm!r}"
        )
    tolerance = _arguments.tolerance(tolerance)
    shape = problem.predictor_shape
    A = signed_rows(problem)
    sizes = np.array([norm.dual(a.reshape(shape)) for a in A])
    if not sizes.min() > 0:  # a sample that is zero has no positive margin
        separability(problem).require()
    # A power of two, so that dividing by it is exact.
    if not np.isfinite(sizes.max()):
        raise InvalidValueError("X: the dual norm of a sample overflows; rescale the data")
    unit = power_of_two(float(sizes.max()))
    A /= unit
    proof = _Proof(A, norm, shape)
    for path in _paths(proof.A, norm, shape):
        proof.since = 0
        for w, alpha in path:
            proof.consider(w, alpha)
            if proof.gap <= tolerance:
                return proof.solution(unit)
            if proof.since >= _PATIENCE or proof.vanishing:
                break
    proof.since = 0
    for doubled_w, doubled_alpha in _well_scaled_path(proof.A, norm, shape):
        proof.consider_doubled(doubled_w, doubled_alpha)
        if proof.gap <= tolerance:
            return proof.solution(unit)
        if proof.since >= _MORE_PATIENCE:
            break
    if not proof.lower > 0:
        separability(problem).require()
    raise InvalidValueError(
        f"tolerance: {tolerance:g} cannot be met; a certified gap of {proof.gap:.2g} was reached"
    )


class _Proof:
    """The best bounds on the maximum margin so far."""

    def __init__(self, A: Array, norm: Norm, shape: tuple[int, ...]) -> None:
        self.A, self._norm, self._shape = A, norm, shape
        # A bound on the rounding of inner products, sums over samples and norms.
        self._unsigned, self._error = np.abs(A), (sum(A.shape) + 16) * _EPSILON * norm.condition
        self.lower, self.upper, self.since = -math.inf, math.inf, 0
        self.vanishing = False  # whether the last combination of samples was nothing but rounding

    def dual(self, z: Array) -> float:
        """Return |z|_*."""
        return self._norm.dual(z.reshape(self._shape))

    @property
    def gap(self) -> float:
        """The relative gap that is certified."""
        return Bracket(self.lower, self.upper).gap if self.lower > 0 else math.inf

    def consider(self, w: Array, alpha: Array) -> None:
        """Look at what a w and weights prove, with what rounding may make of it."""
        bound, error = self.dual(alpha @ self.A), self._error * self.dual(alpha @ self._unsigned)
        self._keep(
            w,
            self.A @ w - self._error * (self._unsigned @ np.abs(w)),
            alpha,
            bound * (1 + self._error) + error,
        )
        self.vanishing = bound <= error

    def consider_doubled(self, w: Doubled, alpha: Doubled) -> None:
        """Look at what a w and weights of twice the digits prove: products are exact, norms are rounded."""
        margins, rounding = doubled_products(self.A, w)
        bound = combination(self.A, alpha, self.dual)
        self._keep(w.high, margins - rounding, alpha.high, bound * (1 + self._error))

    def _keep(self, w: Array, margins: Array, alpha: Array, upper: float) -> None:
        size = self._norm.value(w.reshape(self._shape))
        self.since += 1
        if size > 0:
            lower = float(margins.min()) / size * (1 - self._error)
            if lower > self.lower:
                self.lower, self._w, self.since = lower, (w / size).reshape(self._shape), 0
        if upper < self.upper:
            self.upper, self._weights, self.since = upper, alpha, 0

    def solution(self, unit: float) -> MarginSolution:
        """Return it in numbers of the data, which were divided by this unit."""
        w = self._w.ravel()
        margins, rounding = self.A @ w, self._error * (self._unsigned @ np.abs(w))
        if np.any(rounding > _HARMLESS * margins):
            margins, _ = doubled_products(self.A, Doubled.of(w))
        bracket = Bracket(unit * self.lower, unit * self.upper)
        return MarginSolution(self._w, self._weights, unit * float(margins.min()), bracket)


def _well_scaled_path(A: Array, norm: Norm, shape: tuple[int, ...]) -> Iterator[tuple[Doubled, Doubled]]:
    """Yield w and weights along the central path in coordinates in which the samples are well scaled."""
    coordinates = Coordinates.of(A)
    if coordinates is None:
        return
    M, B = coordinates.M, coordinates.B
    try:
        separator = separability(Problem(B, np.ones(len(B)), Exponential()))
    except OracleError:
        return
    if not separator.separable:
        return
    for u, alpha, z in well_scaled_path(M, B, oracle_of(norm).directions(shape), separator.direction):
        total = alpha.sum()
        if not (np.isfinite(total) and total > 0):
            return
        scale = np.abs(z).max() / total * np.eye(len(z))
        yield Doubled.product(M, u), agreeing(A, coordinates, alpha / total, z / total, scale)


def _paths(A: Array, norm: Norm, shape: tuple[int, ...]) -> Iterator[Iterator[tuple[Array, Array]]]:
    """Yield central paths, the norm's own and, close to l1, one from where those of norms farther off end."""

    def path(norm: Norm, start: Array | None, iterations: int = 100) -> Iterator[tuple[Array, Array]]:
        def dual(z: Array) -> float:
            return norm.dual(z.reshape(shape))

        return central_path(A, oracle_of(norm).directions(shape), dual, start, iterations)

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
