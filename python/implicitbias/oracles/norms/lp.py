"""l_p norms, as oracles know them."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..._core import Lp
from ..._types import Array
from ...arithmetic.lp_ball import nearest_in_lp_ball
from ...arithmetic.lp_norm import conjugate, lp_norm
from ..ball import Ball, Box, CrossPolytope
from ..cone_program import lp_form
from ..direction_map import STEEP, DirectionMap, GroupMap, PowerMap
from ..linear_ball import LinearBall, linear_lp_ball
from .norm_oracle import NormOracle, oracle_of


@oracle_of.register(Lp)
class LpOracle(NormOracle):
    """|w|_p."""

    norm: Lp

    def as_cvxpy(self, w: Any) -> Any:
        import cvxpy as cp

        return lp_form(cp.vec(w, order="C"), self.norm.p)

    def dual_as_cvxpy(self, z: Any) -> Any:
        return LpOracle(Lp(conjugate(self.norm.p))).as_cvxpy(z)

    def value(self, w: Array) -> float:  # exact, as cvxpy is not: it rounds p to a fraction
        return lp_norm(w, self.norm.p)

    def dual(self, z: Array) -> float:
        return lp_norm(z, conjugate(self.norm.p))

    def linear_ball(self, shape: tuple[int, ...]) -> LinearBall | None:
        return linear_lp_ball(math.prod(shape), self.norm.p)

    def ball(self, shape: tuple[int, ...]) -> Ball | None:
        if self.norm.p not in (1, math.inf):
            return None
        units = np.ones(math.prod(shape))
        return CrossPolytope(units) if self.norm.p == 1 else Box(units)

    def ball_projection(self, shape: tuple[int, ...]) -> Callable[[Array], Array] | None:
        return nearest_in_lp_ball(self.norm.p)

    def directions(self, shape: tuple[int, ...]) -> DirectionMap:
        if self.norm.p >= STEEP:
            return PowerMap(self.norm.p)
        d = math.prod(shape)
        return GroupMap([range(d)], d, 2.0, self.norm.p)

    def lipschitz(self) -> bool:
        return self.norm.p <= 2

    def exponents(self, shape: tuple[int, ...]) -> Array:
        return np.full(math.prod(shape), 1 / (self.norm.p - 1))
