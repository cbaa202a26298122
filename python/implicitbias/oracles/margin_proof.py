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
from .well_scaled import Doubled, combination, doubled_products

_EPSILON = float(np.finfo(float).eps)
_HARMLESS = 1e-9  # relative rounding errors that do no harm


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
    support : ndarray of int, shape (s,)
        The rows that carry the maximum: how far their margins are above the smallest, relative to that, is
        less than their weights are, relative to the largest.
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
    >>> solution.support
    array([0, 1])
    """

    direction: Array = field(repr=False)
    weights: Array = field(repr=False)
    support: NDArray[np.int64] = field(repr=False)
    value: float
    bracket: Bracket


class MarginProof:
    """The best bounds on the maximum margin so far.

    Parameters
    ----------
    A : ndarray or sparse array of shape (n, d)
    norm : Norm
    shape : tuple of int
        Of the parameters.
    sizes : ndarray of shape (n,), optional
        The largest absolute entries of the rows.
    """

    def __init__(self, A: Any, norm: Norm, shape: tuple[int, ...], sizes: Array | None = None) -> None:
        self.A, self._norm, self._shape = A, norm, shape
        # A bound on the rounding of inner products, sums over samples and norms.
        self._error = (sum(A.shape) + 16) * _EPSILON * norm.condition
        self._sizes = largest(A, axis=1) if sizes is None else sizes
        self.lower, self.upper, self.since = -math.inf, math.inf, 0
        self.vanishing = False  # whether the last combination of samples was nothing but rounding

    def dual(self, z: Array) -> float:
        """Return |z|_*."""
        return self._norm.dual(z.reshape(self._shape))

    @cached_property
    def _unsigned(self) -> Any:
        return abs(self.A)

    def _products(self, w: Array) -> tuple[Array, Array]:
        """Return A w and a bound on its rounding: the sizes of rows will do where it is harmless."""
        products = self.A @ w
        rounding = self._error * self._sizes * np.abs(w).sum()
        if np.any(rounding > _HARMLESS * np.abs(products)):
            rounding = self._error * (self._unsigned @ np.abs(w))
        return products, rounding

    def _combined(self, alpha: Array) -> tuple[float, float]:
        """Return |A' alpha|_* and a bound on its rounding, likewise."""
        size = self.dual(alpha @ self.A)
        rounding = self._error * float(alpha @ self._sizes) * self.dual(np.ones(self.A.shape[1]))
        if rounding > _HARMLESS * size:
            rounding = self._error * self.dual(alpha @ self._unsigned)
        return size, rounding

    @property
    def gap(self) -> float:
        """The relative gap that is certified."""
        return Bracket(self.lower, self.upper).gap if self.lower > 0 else math.inf

    def consider(self, w: Array | Doubled, alpha: Array | Doubled) -> None:
        """Look at what a w and weights prove, with what rounding may make of it.

        Of those of twice the digits products are exact, and norms are rounded.
        """
        if isinstance(w, Doubled):
            assert isinstance(alpha, Doubled)
            self.vanishing = False
            margins, rounding = doubled_products(self.A, w)
            bound = combination(self.A, alpha, self.dual)
            self._keep(w.high, margins - rounding, alpha.high, bound * (1 + self._error))
            return
        assert not isinstance(alpha, Doubled)
        margins, rounding = self._products(w)
        bound, error = self._combined(alpha)
        self._keep(w, margins - rounding, alpha, bound * (1 + self._error) + error)
        self.vanishing = bound <= error

    def _keep(self, w: Array, margins: Array, alpha: Array, upper: float) -> None:
        size = self._norm.value(w.reshape(self._shape))
        self.since += 1
        if size > 0:
            lower = float(margins.min()) / size
            lower -= self._error * abs(lower)
            if lower > self.lower:
                self.lower, self.w, self.since = lower, (w / size).reshape(self._shape), 0
        if upper < self.upper:
            self.upper, self.weights, self.since = upper, alpha, 0

    def solution(self, unit: float) -> MarginSolution:
        """Return it in numbers of the data, which were divided by this unit."""
        w = self.w.ravel()
        margins, rounding = self._products(w)
        if np.any(rounding > _HARMLESS * margins):
            margins, _ = doubled_products(self.A, Doubled.of(w))
        least = float(margins.min())
        support = np.flatnonzero(self.weights / self.weights.max() > margins / least - 1)
        bracket = Bracket(unit * self.lower, unit * self.upper)
        return MarginSolution(self.w, self.weights, support, unit * least, bracket)
