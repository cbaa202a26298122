"""Certificates of maximum margins: whatever w and weights are, they enclose the maximum."""

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._core import Norm
from .._types import Array
from ..bracket import Bracket
from ..problems.rows import largest
from .norms import oracle_of
from .norms.norm_oracle import Measure
from .well_scaled import Doubled, combination, doubled_products

_EPSILON = float(np.finfo(float).eps)
_HARMLESS = 1e-9  # relative rounding errors that do no harm
_FEW = 1_000_000  # entries of the rows up to which products without rounding take no time


@dataclass(frozen=True, eq=False)
class MarginSolution:
    """A maximum margin with its certificate.

    Attributes
    ----------
    direction : ndarray of the parameter's shape
        Of norm 1, with the margin `value`, as it is rounded: the bracket holds for it, too.
    weights : ndarray of shape (N,)
        alpha in the simplex, one a row (`Problem.rows`: a sample, or a sample and another class): no margin
        exceeds |sum_n alpha_n y_n x_n|_*.
    support : ndarray of int, shape (s,)
        The rows that carry the maximum: how far their margins are above the smallest, relative to that, is
        less than their weights are, relative to the largest.
    value : float
        min_n y_n <direction, x_n>.
    bracket : Bracket
        Certified interval around the maximum margin, rounding included.
    intercept : float or ndarray of shape (k,)
        b, of k classes one each, of sum 0; 0 without an intercept.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> solution = ib.max_margin(problem, ib.Lp(2))
    >>> print(solution.direction.round(4), f"{solution.value:.4f}")
    [0.7071 0.7071] 1.0607
    >>> solution.support
    array([0, 1])
    """

    direction: Array = field(repr=False)
    weights: Array = field(repr=False)
    support: NDArray[np.int64] = field(repr=False)
    value: float
    bracket: Bracket
    intercept: float | Array = 0.0


class MarginProof:
    """The best bounds on the maximum margin so far.

    Parameters
    ----------
    A : ndarray or sparse array of shape (n, d)
    norm : Norm, or what measures like one
    shape : tuple of int
        Of the parameters.
    sizes : ndarray of shape (n,), optional
        The largest absolute entries of the rows.
    """

    def __init__(
        self, A: Any, norm: Norm | Measure, shape: tuple[int, ...], sizes: Array | None = None
    ) -> None:
        self.A, self._shape = A, shape
        self._measure = oracle_of(norm).measure() if isinstance(norm, Norm) else norm
        # A bound on the relative rounding of inner products, sums over samples and norms.
        self.error: float = (sum(A.shape) + 16) * _EPSILON * self._measure.condition
        self._sizes = largest(A, axis=1) if sizes is None else sizes
        self._exact = math.prod(A.shape) <= _FEW
        self.lower, self.upper, self.since = -math.inf, math.inf, 0
        self.vanishing = False  # whether the last combination of samples was nothing but rounding

    def dual(self, z: Array) -> float:
        """Return |z|_*."""
        return float(self._measure.dual(z.reshape(self._shape)))

    def _value(self, w: Array) -> float:
        return float(self._measure.value(w.reshape(self._shape)))

    @cached_property
    def _unsigned(self) -> Any:
        return abs(self.A)

    def least_margin(self, w: Array) -> tuple[float, float]:
        """Return the smallest margin and a bound on its rounding: sizes of rows will do where harmless."""
        products: Array = self.A @ w
        rounding: Array = self.error * self._sizes * float(np.abs(w).sum())
        if np.any(rounding > _HARMLESS * np.abs(products)):
            rounding = self.error * (self._unsigned @ np.abs(w))
            least, most = float((products - rounding).min()), float((products + rounding).min())
            if self._exact and most > max(self.lower, 0.0) and least < (1 - _HARMLESS) * most:
                products, rounding = doubled_products(self.A, Doubled.of(w))
        least = float(products.min())
        return least, least - float((products - rounding).min())

    def _bound(self, alpha: Array) -> float:
        """Return |A' alpha|_* over the sum of alpha, and a bound on its rounding, likewise."""
        size, rounding = self.dual(alpha @ self.A), self.error * float(alpha @ self._sizes)
        rounding *= self.dual(np.ones(self.A.shape[1]))
        if rounding > _HARMLESS * size:
            rounding = self.error * self.dual(alpha @ self._unsigned)
        self.vanishing = size <= rounding
        if self._exact and rounding > _HARMLESS * size and size - rounding < self.upper:
            return combination(self.A, Doubled.of(alpha), self.dual) * (1 + self.error)
        return size * (1 + self.error) + rounding

    @property
    def gap(self) -> float:
        """The relative gap that is certified."""
        return Bracket(self.lower, self.upper).gap if self.lower > 0 else math.inf

    def consider(self, w: Array | Doubled, alpha: Array | Doubled) -> None:
        """Look at what a w and weights prove, with what rounding may make of it.

        Of those of twice the digits products are exact, and norms are rounded.
        """
        self.since += 1
        if isinstance(w, Doubled):
            assert isinstance(alpha, Doubled)
            self._keep(w.high)
            self._keep_bound(alpha.high, combination(self.A, alpha, self.dual) * (1 + self.error))
            self.vanishing = False
            return
        assert not isinstance(alpha, Doubled)
        self._keep(w)
        self._keep_bound(alpha, self._bound(alpha))

    def _keep(self, w: Array) -> None:
        """Keep a direction as it is rounded, where its margin is larger."""
        size = self._value(w)
        if not size > 0:
            return
        direction = w / size
        least, rounding = self.least_margin(direction)
        lower = (least - rounding) / max(self._value(direction), 1.0)
        lower -= self.error * abs(lower)
        if lower > self.lower:
            self.lower, self.w, self.since = lower, direction.reshape(self._shape), 0

    def _keep_bound(self, alpha: Array, upper: float) -> None:
        if upper < self.upper:
            self.upper, self.weights, self.since = upper, alpha, 0

    def solution(self, unit: float) -> MarginSolution:
        """Return it in numbers of the data, which were divided by this unit."""
        w = self.w.ravel()
        margins, sizes = self.A @ w, np.abs(w)
        harmless = np.all(self.error * self._sizes * sizes.sum() <= _HARMLESS * margins)
        if not harmless and np.any(self.error * (self._unsigned @ sizes) > _HARMLESS * margins):
            margins, _ = doubled_products(self.A, Doubled.of(w))
        least = float(margins.min())
        support = np.flatnonzero(self.weights / self.weights.max() > margins / least - 1)
        bracket = Bracket(unit * self.lower, unit * self.upper)
        return MarginSolution(self.w, self.weights, support, unit * least, bracket)
