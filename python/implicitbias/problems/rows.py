"""Samples as rows of float64 for what reads them in Python, dense or sparse."""

from typing import Any

import numpy as np

from .._core import Problem
from .._types import Array
from ..errors import InvalidValueError

# The largest dense copy of a sparse array or a mapped file has so many entries: a gigabyte.
LARGEST = 1 << 27


def dense_rows(X: Any) -> Array:
    """Return samples as a dense array, (n, d).

    Raises
    ------
    InvalidValueError
        If they are sparse, or in a mapped file, and a dense copy would take more than a gigabyte.
    """
    n = X.shape[0]
    d = int(np.prod(X.shape[1:]))
    if n * d > LARGEST and (is_sparse(X) or isinstance(X, np.memmap)):
        raise InvalidValueError(
            f"X: expected samples of which a dense copy can be made, as this computation needs one; those of "
            f"shape {X.shape} would take {8e-9 * n * d:.3g} GB"
        )
    return np.asarray(X.toarray() if is_sparse(X) else X, dtype=np.float64).reshape(n, d)


def signed_rows(X: Any, y: Array, *, sparse: bool = False) -> Any:
    """Return the rows y_n x_n: dense, or a csr_array where X is sparse and that will do."""
    if sparse and is_sparse(X):
        from scipy.sparse import csr_array, diags

        return csr_array(diags(y) @ X.astype(np.float64))
    return y[:, None] * dense_rows(X)


def moderate(values: Any, argument: str = "X") -> Any:
    """Return numbers as they are, for what multiplies them with each other.

    Raises
    ------
    InvalidValueError
        If products of three of them may overflow, or vanish beside 1.
    """
    size = float(abs(values).max())
    if not (size == 0 or 1e-100 <= size <= 1e100):
        raise InvalidValueError(
            f"{argument}: expected numbers of which the largest has a size from 1e-100 to 1e100, as this "
            f"computation multiplies them with each other, got {size:.3g}; rescale the data"
        )
    return values


def is_sparse(X: Any) -> bool:
    """Return whether samples are a sparse array: as they come from a problem, they are that or NumPy's."""
    return not isinstance(X, np.ndarray)


def largest(A: Any, axis: int) -> Array:
    """Return the largest absolute entry of every column (axis 0) or row (axis 1)."""
    sizes = abs(A).max(axis=axis)
    return np.asarray(sizes.toarray().ravel() if is_sparse(A) else sizes, dtype=np.float64)


def scaled(A: Any, rows: Array, columns: Array | None = None) -> Any:
    """Return A with its rows, and its columns, divided by these numbers."""
    if not is_sparse(A):
        return (A if columns is None else A / columns) / rows[:, None]
    from scipy.sparse import csr_array, diags

    within = A if columns is None else A @ diags(1 / columns)
    return csr_array(diags(1 / rows) @ within)


def equal(X: Any, Z: Any) -> bool:
    """Return whether the samples of two problems are the same numbers, stored in the same way."""
    if is_sparse(X) and is_sparse(Z):
        return bool(X.shape == Z.shape and (X != Z).nnz == 0)
    return is_sparse(X) == is_sparse(Z) and np.array_equal(X, Z)


def same_problem(one: Problem, other: Problem) -> bool:
    """Return whether two problems have the same loss and data."""
    if one is other:
        return True
    return one.loss == other.loss and np.array_equal(one.y, other.y) and equal(one.X, other.X)
