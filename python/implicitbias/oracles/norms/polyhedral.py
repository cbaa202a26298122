"""Polyhedral norms, as oracles know them."""

from typing import Any

import numpy as np

from ..._core import PolyhedralNorm
from ..._types import Array
from ...arithmetic.lp_norm import conjugate, lp_norm
from ..cone_program import lp_form
from ..linear_ball import LinearBall, linear_image_ball
from ..linear_program import linear_program
from .norm_oracle import NormOracle, oracle_of


@oracle_of.register(PolyhedralNorm)
class PolyhedralOracle(NormOracle):
    """|A w|_1 or |A w|_inf."""

    norm: PolyhedralNorm

    def as_cvxpy(self, w: Any) -> Any:
        import cvxpy as cp
        from scipy.sparse import csr_array

        # A sparse matrix keeps cvxpy from multiplying zeros by infinite bounds.
        return lp_form(csr_array(self.norm.A) @ cp.vec(w, order="C"), self.norm.p)

    def dual(self, z: Array) -> float:
        """Return the least |c|_q of all c with A' c = z, by the simplex method.

        Every such c bounds the dual norm from above; HiGHS' own is one to its tolerance only.
        """
        m, d = self.norm.A.shape
        Q, R = np.linalg.qr(self.norm.A)  # A' c = z is Q' c = R'^-1 z, which is better scaled
        target = np.linalg.solve(R.T, z.ravel())
        scale = float(np.abs(target).max()) or 1.0
        target /= scale
        equal = np.hstack([Q.T, -Q.T])  # c = c+ - c-
        cost, at_most, below = np.ones(2 * m), None, None
        if self.norm.p == 1:  # one more variable bounds every c+ + c-
            equal, cost = np.hstack([equal, np.zeros((d, 1))]), np.append(np.zeros(2 * m), 1.0)
            at_most, below = np.hstack([np.eye(m), np.eye(m), -np.ones((m, 1))]), np.zeros(m)
        x = linear_program(cost, A_ub=at_most, b_ub=below, A_eq=equal, b_eq=target).x
        c = x[:m] - x[m : 2 * m]
        return scale * lp_norm(c + Q @ (target - Q.T @ c), conjugate(self.norm.p))

    def linear_ball(self, shape: tuple[int, ...]) -> LinearBall | None:
        return linear_image_ball(self.norm.A, self.norm.p)

    def chart(self, d: int) -> Any:
        from scipy.sparse import csr_array

        return csr_array(np.linalg.inv(np.linalg.qr(self.norm.A).R))
