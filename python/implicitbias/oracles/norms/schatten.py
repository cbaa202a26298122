"""Norms of singular values, as oracles know them."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..._core import Schatten
from ..._types import Array
from ...arithmetic.lp_ball import nearest_in_lp_ball
from ...arithmetic.lp_norm import conjugate, lp_norm
from ..cone_program import lp_form
from .norm_oracle import NormOracle, oracle_of


@oracle_of.register(Schatten)
class SchattenOracle(NormOracle):
    """The l_p norm of the singular values."""

    norm: Schatten

    def as_cvxpy(self, w: Any) -> Any:
        import cvxpy as cp
        from cvxpy.transforms.partial_optimize import partial_optimize

        p = self.norm.p
        if p == 1:
            return cp.normNuc(w)
        if p == 2 or min(w.shape) == 1:
            return cp.norm(cp.vec(w, order="C"), 2)
        if p == math.inf:
            return cp.sigma_max(w)
        # The least |bound|_p over non-increasing bounds whose partial sums are at least those of the singular
        # values (weak majorization). Singular values are the positive eigenvalues of [0 W; W' 0].
        r, c = w.shape
        eigen = cp.bmat([[np.zeros((r, r)), w], [w.T, np.zeros((c, c))]])
        bound = cp.Variable(min(r, c), nonneg=True)
        sums = [cp.lambda_sum_largest(eigen, k) <= cp.sum(bound[:k]) for k in range(1, min(r, c) + 1)]
        program = cp.Problem(cp.Minimize(lp_form(bound, p)), [*sums, cp.diff(bound) <= 0])
        return partial_optimize(program, opt_vars=[bound], dont_opt_vars=w.variables(), solver=cp.CLARABEL)

    def dual_as_cvxpy(self, z: Any) -> Any:
        known = self.norm.p in (1, 2, math.inf)  # for others it is a program of its own
        return SchattenOracle(Schatten(conjugate(self.norm.p))).as_cvxpy(z) if known else None

    def value(self, w: Array) -> float:
        return lp_norm(_singular_values(w), self.norm.p)

    def dual(self, z: Array) -> float:
        return lp_norm(_singular_values(z), conjugate(self.norm.p))

    def ball_projection(self, shape: tuple[int, ...]) -> Callable[[Array], Array] | None:
        """Return what projects the singular values."""
        of_values = nearest_in_lp_ball(self.norm.p)
        if of_values is None:
            return None

        def project(v: Array) -> Array:
            U, values, V = np.linalg.svd(v.reshape(shape), full_matrices=False)
            return np.asarray(((U * of_values(values)) @ V).ravel())

        return project

    def lipschitz(self) -> bool:
        return self.norm.p <= 2

    def exponents(self, shape: tuple[int, ...]) -> Array:
        return np.full(1, 1 / (self.norm.p - 1))

    def turning(self, steps: Array) -> Array:
        """Return the least singular value with the sign of the determinant, if there is one."""
        if steps.shape[1] != steps.shape[2]:
            return np.ones((len(steps), 1))
        least = np.linalg.svd(steps, compute_uv=False)[:, -1:]
        return np.asarray(least * np.sign(np.linalg.det(steps))[:, None])

    def smoothing_powers(self, d: int) -> Array:
        return np.ones(d)


def _singular_values(v: Array) -> Array:
    return np.asarray(np.linalg.svd(v, compute_uv=False), dtype=np.float64)
