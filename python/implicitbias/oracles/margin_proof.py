"""Certificates of maximum margins: whatever w and weights are, they enclose the maximum."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .._core import Norm
from .._types import Array
from ..bracket import Bracket
from .well_scaled import Doubled, combination, doubled_products

_EPSILON = float(np.finfo(float).eps)
_HARMLESS = 1e-8  # relative rounding errors of margins that do no harm


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


class MarginProof:
    """The best bounds on the maximum margin so far."""

    def __init__(self, A: Any, norm: Norm, shape: tuple[int, ...]) -> None:
        self.A, self._norm, self._shape = A, norm, shape
        # A bound on the rounding of inner products, sums over samples and norms.
        self._unsigned, self._error = abs(A), (sum(A.shape) + 16) * _EPSILON * norm.condition
        self.lower, self.upper, self.since = -math.inf, math.inf, 0
        self.vanishing = False  # whether the last combination of samples was nothing but rounding

    def dual(self, z: Array) -> float:
        """Return |z|_*."""
        return self._norm.dual(z.reshape(self._shape))

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
        bound, error = self.dual(alpha @ self.A), self._error * self.dual(alpha @ self._unsigned)
        margins = self.A @ w - self._error * (self._unsigned @ np.abs(w))
        self._keep(w, margins, alpha, bound * (1 + self._error) + error)
        self.vanishing = bound <= error

    def _keep(self, w: Array, margins: Array, alpha: Array, upper: float) -> None:
        size = self._norm.value(w.reshape(self._shape))
        self.since += 1
        if size > 0:
            lower = float(margins.min()) / size * (1 - self._error)
            if lower > self.lower:
                self.lower, self.w, self.since = lower, (w / size).reshape(self._shape), 0
        if upper < self.upper:
            self.upper, self.weights, self.since = upper, alpha, 0

    def solution(self, unit: float) -> MarginSolution:
        """Return it in numbers of the data, which were divided by this unit."""
        w = self.w.ravel()
        margins, rounding = self.A @ w, self._error * (self._unsigned @ np.abs(w))
        if np.any(rounding > _HARMLESS * margins):
            margins, _ = doubled_products(self.A, Doubled.of(w))
        bracket = Bracket(unit * self.lower, unit * self.upper)
        return MarginSolution(self.w, self.weights, unit * float(margins.min()), bracket)
