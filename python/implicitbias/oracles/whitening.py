"""Coordinates in which a quadratic model of weighted samples has the identity as its Hessian."""

from typing import NamedTuple

import numpy as np

from .._types import Array
from ..arithmetic.powers_of_two import powers_of_two
from ..problems.rows import largest
from .well_scaled import inner_products, orthonormalizing

_MANY = 200_000  # multiplications that take a tenth of a second exactly


class Whitening(NamedTuple):
    """w = M u, of an invertible M for which the first columns of S M are orthonormal."""

    M: Array
    rank: int  # of S, the number of those columns

    def seen_by(self, A: Array) -> Array:
        """Return A M, of few samples each entry without what an ordinary product may lose."""
        if A.size * A.shape[1] > _MANY:
            return A @ self.M
        return np.column_stack([inner_products(A, column)[0] for column in self.M.T])


def whitening(S: Array) -> Whitening:
    """Return the coordinates of a matrix (n, d)."""
    columns = powers_of_two(largest(S, axis=0))
    M, rank = orthonormalizing(S / columns)
    return Whitening(M / columns[:, None], rank)
