"""Norms of weighted parameters, as oracles know them."""

from collections.abc import Callable
from typing import Any

from ..._core import WeightedNorm
from ..._types import Array
from ..ball import Ball
from ..direction_map import DirectionMap, WeightedMap
from ..linear_ball import LinearBall
from .norm_oracle import NormOracle, oracle_of


@oracle_of.register(WeightedNorm)
class WeightedOracle(NormOracle):
    """Another norm of weights * w."""

    norm: WeightedNorm

    @property
    def _inner(self) -> NormOracle:
        return oracle_of(self.norm.norm)

    def as_cvxpy(self, w: Any) -> Any:
        import cvxpy as cp

        return self._inner.as_cvxpy(cp.multiply(self.norm.weights.reshape(w.shape), w))

    def dual_as_cvxpy(self, z: Any) -> Any:
        return self._inner.dual_as_cvxpy(z / self.norm.weights.reshape(z.shape))

    def value(self, w: Array) -> float:
        return self._inner.value(self.norm.weights.reshape(w.shape) * w)

    def dual(self, z: Array) -> float:
        return self._inner.dual(z / self.norm.weights.reshape(z.shape))

    def chart(self, d: int) -> Any:
        from scipy.sparse import csr_array

        return csr_array(self._inner.chart(d) / self.norm.weights.reshape(d, 1))

    def linear_ball(self, shape: tuple[int, ...]) -> LinearBall | None:
        ball = self._inner.linear_ball(shape)
        return None if ball is None else ball.of_weighted(self.norm.weights)

    def ball(self, shape: tuple[int, ...]) -> Ball | None:
        ball = self._inner.ball(shape)
        return None if ball is None else ball.of_weighted(self.norm.weights.ravel())

    def ball_projection(self, shape: tuple[int, ...]) -> Callable[[Array], Array] | None:
        return self._inner.ball_projection(shape)

    def directions(self, shape: tuple[int, ...]) -> DirectionMap:
        return WeightedMap(self._inner.directions(shape), self.norm.weights.ravel())

    def exponents(self, shape: tuple[int, ...]) -> Array:
        return self._inner.exponents(shape)

    def turning(self, steps: Array) -> Array:
        return self._inner.turning(steps * self.norm.weights.reshape(steps.shape[1:]))

    def smoothing_powers(self, d: int) -> Array:
        return self._inner.smoothing_powers(d)

    def lipschitz(self) -> bool:
        return self._inner.lipschitz()
