"""Diagonal matrices that are stretched along one direction of each group of coordinates.

E = D^(1/2) (I + sum_g (c_g - 1) n_g n_g') D^(1/2), with unit vectors n_g on groups that do not overlap. In
this form an inverse or a root is one of c, which loses no digits, and products take as long as those of
diagonals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._types import Array
from ..problems.rows import scaled


def group_numbers(groups: Any, d: int) -> NDArray[np.int64]:
    """Return the number of the group of each of d coordinates."""
    group_of = np.empty(d, dtype=np.int64)
    for number, group in enumerate(groups):
        group_of[list(group)] = number
    return group_of


@dataclass(frozen=True, eq=False)
class Stretched:
    """The matrix E above.

    Parameters
    ----------
    diagonal : ndarray of shape (d,)
        Of D, positive.
    along : ndarray of shape (d,)
        n, of all groups one after another where their coordinates are.
    by : ndarray of shape (groups,)
        c, positive.
    group_of : ndarray of int, shape (d,)
    """

    diagonal: Array
    along: Array
    by: Array
    group_of: NDArray[np.int64]

    @classmethod
    def diagonal_of(cls, diagonal: Array) -> "Stretched":
        """Return a diagonal matrix."""
        d = len(diagonal)
        return cls(diagonal, np.zeros(d), np.ones(1), np.zeros(d, dtype=np.int64))

    @classmethod
    def beside(cls, parts: "Sequence[Stretched]") -> "Stretched":
        """Return the block diagonal matrix of some."""
        if len(parts) == 1:
            return parts[0]
        begins = np.cumsum([0] + [len(part.by) for part in parts])
        return cls(
            np.concatenate([part.diagonal for part in parts]),
            np.concatenate([part.along for part in parts]),
            np.concatenate([part.by for part in parts]),
            np.concatenate([part.group_of + begin for part, begin in zip(parts, begins, strict=False)]),
        )

    def __truediv__(self, weights: Array) -> "Stretched":
        """Return the matrix of E_ij / (weights_i weights_j)."""
        signs = np.sign(weights)
        return Stretched(self.diagonal / weights**2, signs * self.along, self.by, self.group_of)

    @property
    def is_diagonal(self) -> bool:
        """Whether nothing is stretched."""
        return not self.along.any()

    def inverse(self) -> "Stretched":
        """Return E^-1."""
        return Stretched(1 / self.diagonal, self.along, 1 / self.by, self.group_of)

    def times(self, x: Array) -> Array:
        """Return E x."""
        root = np.sqrt(self.diagonal)
        return root * self._stretch(root * x, self.by)

    def root_times(self, x: Array) -> Array:
        """Return R x, where R R' = E."""
        return np.sqrt(self.diagonal) * self._stretch(x, np.sqrt(self.by))

    def transposed_root_times(self, x: Array) -> Array:
        """Return R' x."""
        return self._stretch(np.sqrt(self.diagonal) * x, np.sqrt(self.by))

    def root_divide(self, x: Array) -> Array:
        """Return R^-1 x."""
        return self._stretch(x / np.sqrt(self.diagonal), 1 / np.sqrt(self.by))

    def transposed_root_divide(self, x: Array) -> Array:
        """Return R'^-1 x."""
        return self._stretch(x, 1 / np.sqrt(self.by)) / np.sqrt(self.diagonal)

    def rows_times_root(self, A: Any) -> Any:
        """Return A R, of a dense or sparse A of shape (n, d)."""
        A = scaled(A, np.ones(A.shape[0]), 1 / np.sqrt(self.diagonal))
        if self.is_diagonal:
            return A
        directions = self._directions(self.along)
        return A + (A @ directions) @ (directions * (np.sqrt(self.by) - 1)).T

    def add_to(self, M: Array) -> None:
        """Add E to a dense matrix of shape (d, d)."""
        M[np.diag_indices(len(M))] += self.diagonal
        if self.is_diagonal:
            return
        columns = self._directions(np.sqrt(self.diagonal) * self.along)
        more = ((columns * (self.by - 1)) @ columns.T).tocoo()
        M[more.row, more.col] += more.data

    def _stretch(self, x: Array, by: Array) -> Array:
        lengths = np.bincount(self.group_of, self.along * x, len(by))
        return x + self.along * ((by - 1) * lengths)[self.group_of]

    def _directions(self, along: Array) -> Any:
        """Return the parts of a vector in the groups as columns of a sparse matrix."""
        from scipy.sparse import csr_array

        d = len(along)
        return csr_array((along, (np.arange(d), self.group_of)), shape=(d, len(self.by)))
