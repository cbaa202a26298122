"""Norms of blocks, as oracles know them."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..._core import BlockNorm, Lp
from ..._types import Array
from .norm_oracle import NormOracle, oracle_of


@oracle_of.register(BlockNorm)
class BlockOracle(NormOracle):
    """The l_p norm of a norm of blocks."""

    norm: BlockNorm

    def as_cvxpy(self, w: Any) -> Any:
        import cvxpy as cp

        flat = cp.vec(w, order="C")
        sizes = self._of_blocks(
            lambda begin, shape: self._inner.as_cvxpy(
                cp.reshape(flat[begin : begin + math.prod(shape)], shape, order="C")
            )
        )
        return self._outer.as_cvxpy(cp.hstack(sizes))

    def value(self, w: Array) -> float:
        return self._outer.value(np.array(self._of_blocks(_cut(w, self._inner.value))))

    def dual(self, z: Array) -> float:
        return self._outer.dual(np.array(self._of_blocks(_cut(z, self._inner.dual))))

    @property
    def _inner(self) -> NormOracle:
        return oracle_of(self.norm.norm)

    @property
    def _outer(self) -> NormOracle:
        return oracle_of(Lp(self.norm.p))

    def _of_blocks(self, size: Callable[[int, tuple[int, ...]], Any]) -> list[Any]:
        begins = np.cumsum([0, *map(math.prod, self.norm.blocks)]).tolist()
        return [size(begin, tuple(shape)) for begin, shape in zip(begins, self.norm.blocks, strict=False)]


def _cut(v: Array, size: Callable[[Array], float]) -> Callable[[int, tuple[int, ...]], float]:
    """Return the size of the block of v that begins there."""
    return lambda begin, shape: size(v.ravel()[begin : begin + math.prod(shape)].reshape(shape))
