"""Coordinates in which samples are far from dependent, exactly equivalent to the given ones.

The columns of a timestamp and an intercept agree to twelve digits, and all that tells samples apart is in the
others. One column is replaced by its difference from a combination of those that it nearly is: a difference
that is computed without rounding errors has all its digits.
"""

from collections.abc import Callable

import numpy as np

from .._types import Array
from ..arithmetic.exact_fractions import is_combination, simple_rationals
from ..arithmetic.exact_products import products
from ..arithmetic.powers_of_two import powers_of_two
from ..errors import OracleError

ENTRY_ERROR = float(np.finfo(float).eps)  # relative error of the entries of C
_NEARLY_DEPENDENT = 1e-5


def well_conditioned(A: Array) -> tuple[Array, Callable[[Array], Array]]:
    """Return C = A T, with columns that are far from dependent, and the map u -> T u.

    Parameters
    ----------
    A : ndarray of shape (n, d)
        With columns of about one size.

    Returns
    -------
    C : ndarray of shape (n, k)
        A T for an exact T of rank k; every entry has a relative error of at most `ENTRY_ERROR`. Columns of A
        that are dependent, exactly, have none of their own here.
    back : callable
        From u of shape (k,) to w = T u of shape (d,).

    Raises
    ------
    OracleError
        If entries of C underflow.
    """
    from scipy.linalg import qr, solve_triangular

    Q, R, order = qr(A, mode="economic", pivoting=True)
    sizes = np.abs(R.diagonal())
    rank = int((sizes > _NEARLY_DEPENDENT * sizes[0]).sum())
    kept, nearly = order[:rank], order[rank:]
    basis, triangle = A[:, kept], R[:rank, :rank]

    def coefficients(column: Array) -> Array:
        return np.asarray(solve_triangular(triangle, Q[:, :rank].T @ column))

    columns, combined = [basis], list[Array]()
    own = list[int]()
    for k in nearly.tolist():
        first = coefficients(A[:, k])
        guide = np.hstack(columns)
        if _dependent(basis, A[:, k], first) or is_combination(
            A[:, np.append(kept, own).astype(int)], A[:, k], guide / np.abs(guide).max(axis=0)
        ):
            continue
        # The second term corrects the rounding of the first.
        both = np.column_stack([basis, basis, A[:, k]])
        rest, _ = products(both, np.concatenate([-first, np.zeros(rank), [1.0]]))
        second = coefficients(rest)
        difference, bounds = products(both, np.concatenate([-first, -second, [1.0]]))
        if np.any(bounds > ENTRY_ERROR * np.abs(difference)):
            raise OracleError("X: differences of its columns underflow; rescale the features")
        if difference.any():
            columns.append(difference[:, None])
            own.append(k)
            combined.append(first + second)
    C = np.hstack(columns)
    units = powers_of_two(np.abs(C).max(axis=0))

    def back(u: Array) -> Array:
        u = u / units
        w = np.zeros(A.shape[1])
        w[kept] = u[:rank]
        for k, part, coefficient in zip(own, u[rank:].tolist(), combined, strict=True):
            w[k] = part
            w[kept] -= part * coefficient
        return w

    return C / units, back


def _dependent(basis: Array, column: Array, coefficients: Array) -> bool:
    """Return whether a column is exactly a combination of others with simple rational coefficients."""
    multiple = simple_rationals(np.append(-coefficients, 1.0))
    if multiple is None or not multiple[-1]:
        return False
    sums, bounds = products(np.column_stack([basis, column]), multiple)
    return not (sums.any() or bounds.any())
