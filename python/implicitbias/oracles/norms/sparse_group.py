"""The norm of the sparse group lasso, as oracles know them."""

from typing import Any

import numpy as np

from ..._core import GroupNorm, Lp, SparseGroupNorm
from ..._types import Array
from ...arithmetic.lp_norm import lp_norm
from .norm_oracle import NormOracle, as_cvxpy, oracle_of


@oracle_of.register(SparseGroupNorm)
class SparseGroupOracle(NormOracle):
    """The sum of l1 and group norms."""

    norm: SparseGroupNorm

    def as_cvxpy(self, w: Any) -> Any:
        groups = GroupNorm(self.norm.groups)
        return self.norm.lasso * as_cvxpy(Lp(1), w) + self.norm.group * as_cvxpy(groups, w)

    def value(self, w: Array) -> float:
        groups = oracle_of(GroupNorm(self.norm.groups))
        return self.norm.lasso * lp_norm(w, 1) + self.norm.group * groups.value(w)

    def dual(self, z: Array) -> float:
        """Return the largest root t of |S(z_g, lasso t)|_2 = group t over groups, S the soft threshold."""
        from scipy.optimize import brentq

        def excess(t: float, sizes: Array) -> float:
            return lp_norm(np.maximum(sizes - self.norm.lasso * t, 0), 2) - self.norm.group * t

        scale = float(np.abs(z).max()) or 1.0
        parts = [np.abs(z.ravel()[list(group)]) / scale for group in self.norm.groups]
        precise = {"xtol": 1e-300, "rtol": 4 * np.finfo(float).eps}
        return scale * float(
            max(brentq(excess, 0, lp_norm(part, 2) / self.norm.group, (part,), **precise) for part in parts)
        )
