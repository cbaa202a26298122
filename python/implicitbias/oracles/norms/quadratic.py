"""Norms of quadratic forms, as oracles know them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..._core import QuadraticNorm
from ..._types import Array
from ...arithmetic.lp_ball import nearest_in_lp_ball
from ...arithmetic.lp_norm import lp_norm
from .norm_oracle import NormOracle, oracle_of


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

    def chart(self, d: int) -> Any:
        from scipy.sparse import csr_array

        return csr_array(np.linalg.inv(np.linalg.cholesky(self.norm.D).T))
