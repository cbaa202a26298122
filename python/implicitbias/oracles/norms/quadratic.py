"""Norms of quadratic forms, as oracles know them."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..._core import QuadraticNorm
from ..._types import Array
from ...arithmetic.exact_products import products
from ...arithmetic.lp_ball import nearest_in_lp_ball
from ...arithmetic.lp_norm import lp_norm
from ..well_scaled import Doubled
from .norm_oracle import Measure, NormOracle, oracle_of

_BADLY = 1e4  # condition from which rounding matters
_SMALL = 300  # size to which twice the digits are cheap
_REFINEMENTS = 30
_NOTHING = 1e-18  # relative to the square of a dual norm


@oracle_of.register(QuadraticNorm)
class QuadraticOracle(NormOracle):
    """(w' D w)^(1/2)."""

    norm: QuadraticNorm

    def as_cvxpy(self, w: Any) -> Any:
        import cvxpy as cp

        return cp.norm(np.linalg.cholesky(self.norm.D).T @ cp.vec(w, order="C"), 2)

    def dual(self, z: Array) -> float:
        return lp_norm(np.linalg.solve(np.linalg.cholesky(self.norm.D), z.ravel()), 2.0)

    def ball_projection(self, shape: tuple[int, ...]) -> Callable[[Array], Array] | None:
        return nearest_in_lp_ball(2.0)

    def measure(self) -> Measure:
        """Return one that keeps its digits where the matrix is badly conditioned, and small."""
        if self.norm.condition > _BADLY and len(self.norm.D) <= _SMALL:
            return PreciseQuadratic(self.norm.D)
        return super().measure()

    def chart(self, d: int) -> Any:
        from scipy.sparse import csr_array

        return csr_array(np.linalg.inv(np.linalg.cholesky(self.norm.D).T))


class PreciseQuadratic:
    """(w' D w)^(1/2) and its dual norm, correct to some units in the last place whatever D's condition.

    Parameters
    ----------
    D : ndarray of shape (d, d)
    """

    condition = 1.0

    def __init__(self, D: Array) -> None:
        from scipy.linalg import cho_factor

        self._D, self._factor = D, cho_factor(D)
        # What rounding may take off the least eigenvalue is some units in the last place of the largest.
        values = np.linalg.eigvalsh(D)
        self._least = float(values[0] - 8 * len(D) * np.finfo(float).eps * values[-1])

    def value(self, w: Array) -> float:
        """Return |w|."""
        return math.sqrt(max(_dot(w.ravel(), Doubled.product(self._D, w.ravel())), 0.0))

    def dual(self, z: Array) -> float:
        """Return |z|_*, from v with D v = z - r: its square is z'v + v'r + r' D^-1 r."""
        from scipy.linalg import cho_solve

        z = z.ravel()
        v, rest = Doubled.of(cho_solve(self._factor, z)), math.inf
        for _ in range(_REFINEMENTS):
            both = np.column_stack([self._D, self._D, z])
            r, _ = products(both, np.concatenate([-v.high, -v.low, [1.0]]))
            square = _dot(z, v) + _dot(r, v)
            before, rest = rest, float(r @ r) / self._least if self._least > 0 else math.inf
            if rest <= _NOTHING * square or not rest < before:
                break
            v = Doubled.of(v.high, v.low + cho_solve(self._factor, r))
        if self._least > 0:
            return math.sqrt(max(square + rest, 0.0))
        return float(lp_norm(np.linalg.solve(np.linalg.cholesky(self._D), z), 2.0))


def _dot(w: Array, v: Doubled) -> float:
    """Return <w, v>, rounded once."""
    return float(products(np.append(w, w)[None], np.append(v.high, v.low))[0][0])
