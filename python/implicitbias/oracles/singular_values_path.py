"""Which interior point method is that of a norm of singular values, and up to what size it is fast."""

import math
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from .._core import Norm, Schatten
from .._types import Array
from .nuclear_path import nuclear_path
from .spectral_path import spectral_path

_FEW_ENTRIES = 1000
_FEW_ROWS = {1: 300, math.inf: 5000}


class Path(Protocol):
    """A path of w, or (w, b), and weights that come nearer to the maximum margin."""

    def __call__(
        self, A: Array, shape: tuple[int, int], F: Array | None = None, start: Array | None = None
    ) -> Iterator[tuple[Array, Array]]:
        """Yield what it goes through."""


class SingularValuesPath(NamedTuple):
    """A path, and the rows up to which it is faster on all of them."""

    path: Path
    few_rows: int


def singular_values_path(norm: Norm, shape: tuple[int, ...]) -> SingularValuesPath | None:
    """Return that of the nuclear or the spectral norm of matrices that are not large; None of others."""
    if not (isinstance(norm, Schatten) and norm.p in _FEW_ROWS):
        return None
    if min(shape) < 2 or math.prod(shape) > _FEW_ENTRIES:
        return None
    return SingularValuesPath(nuclear_path if norm.p == 1 else spectral_path, _FEW_ROWS[norm.p])
