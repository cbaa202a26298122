"""Coordinates in which a quadratic model of weighted samples has the identity as its Hessian."""

from typing import NamedTuple

import numpy as np

from .._types import Array
from ..arithmetic.powers_of_two import powers_of_two
from ..problems.rows import largest
from .well_scaled import inner_products

_MANY = 200_000  # multiplications that take a tenth of a second exactly
_EPSILON = float(np.finfo(float).eps)


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
    """Return the coordinates of a matrix (n, d), by a pivoted QR factorization."""
    from scipy.linalg import qr, solve_triangular

    n, d = S.shape
    columns = powers_of_two(largest(S, axis=0))
    R, order = qr(S / columns, mode="r", pivoting=True)
    pivots = np.abs(np.diagonal(R))
    rank = int((pivots > max(n, d) * _EPSILON * pivots[0]).sum())
    M = np.eye(d)
    M[:rank, :rank] = solve_triangular(R[:rank, :rank], np.eye(rank))
    M[:rank, rank:] = -solve_triangular(R[:rank, :rank], R[:rank, rank:])
    M[order] = M.copy()
    return Whitening(M / columns[:, None], rank)
