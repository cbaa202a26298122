"""Group norms, as oracles know them."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..._core import GroupNorm
from ..._types import Array
from ...arithmetic.lp_ball import nearest_in_lp_ball
from ...arithmetic.lp_norm import conjugate, lp_norm
from ..ball import Ball
from ..cone_program import lp_form
from ..direction_map import STEEP, DirectionMap, GroupMap
from ..group_balls import LargestOfGroups, SumOfGroups
from ..linear_ball import LinearBall, linear_group_ball
from ..stretched import group_numbers
from .norm_oracle import NormOracle, oracle_of


@oracle_of.register(GroupNorm)
class GroupOracle(NormOracle):
    """The l_p norm of the l_q norms of groups."""

    norm: GroupNorm

    def as_cvxpy(self, w: Any) -> Any:
        import cvxpy as cp

        entries = cp.vec(w, order="C")
        sizes = [lp_form(entries[list(group)], self.norm.q) for group in self.norm.groups]
        return lp_form(cp.hstack(sizes), self.norm.p)

    def dual_as_cvxpy(self, z: Any) -> Any:
        dual = self.norm.groups, conjugate(self.norm.p), conjugate(self.norm.q)
        return GroupOracle(GroupNorm(*dual)).as_cvxpy(z)

    def value(self, w: Array) -> float:
        return self._of_groups(w, self.norm.p, self.norm.q)

    def dual(self, z: Array) -> float:
        return self._of_groups(z, conjugate(self.norm.p), conjugate(self.norm.q))

    def _of_groups(self, v: Array, p: float, q: float) -> float:
        return lp_norm(np.array([lp_norm(v.ravel()[list(group)], q) for group in self.norm.groups]), p)

    def linear_ball(self, shape: tuple[int, ...]) -> LinearBall | None:
        return linear_group_ball(self.norm.groups, math.prod(shape), self.norm.p, self.norm.q)

    def ball_projection(self, shape: tuple[int, ...]) -> Callable[[Array], Array] | None:
        """Return what projects the groups' sizes, where those are Euclidean, and scales the groups."""
        of_sizes = nearest_in_lp_ball(self.norm.p)
        if of_sizes is None or self.norm.q != 2:
            return None
        group_of = group_numbers(self.norm.groups, math.prod(shape))

        def project(v: Array) -> Array:
            sizes = np.sqrt(np.bincount(group_of, v**2))
            return np.asarray(v * (of_sizes(sizes) / np.where(sizes > 0, sizes, 1.0))[group_of])

        return project

    def ball(self, shape: tuple[int, ...]) -> Ball | None:
        if self.norm.q != 2 or self.norm.p not in (1, math.inf):
            return None
        d = math.prod(shape)
        kind = SumOfGroups if self.norm.p == 1 else LargestOfGroups
        return kind(np.ones(d), group_numbers(self.norm.groups, d))

    def directions(self, shape: tuple[int, ...]) -> DirectionMap:
        if not min(self.norm.p, self.norm.q) >= STEEP or max(self.norm.p, self.norm.q) == math.inf:
            return super().directions(shape)
        return GroupMap(self.norm.groups, math.prod(shape), self.norm.p, self.norm.q)

    def lipschitz(self) -> bool:
        return max(self.norm.p, self.norm.q) <= 2

    def exponents(self, shape: tuple[int, ...]) -> Array:
        exponents = np.ones(math.prod(shape))
        for group in self.norm.groups:
            exponents[list(group)] = 1 / ((self.norm.p if len(group) == 1 else self.norm.q) - 1)
        return exponents
