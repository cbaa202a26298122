"""Samples as rows of float64 for what reads them in Python, dense or sparse."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._core import Problem
from .._types import Array
from ..errors import InvalidValueError
from .class_labels import codes_of

# The largest dense copy of a sparse array or a mapped file has so many entries: a gigabyte.
LARGEST = 1 << 27
_AT_A_TIME = 1 << 20  # entries of a sparse array that are made dense in one piece


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


def each_row(A: Any) -> Iterator[Array]:
    """Yield rows of a dense or sparse array, some at a time as dense ones."""
    step = max(_AT_A_TIME // A.shape[1], 1)
    for first in range(0, A.shape[0], step):
        yield from dense_rows(A[first : first + step])


def samples_of(problem: Problem) -> Any:
    """Return the samples as rows, (n, d): a csr_array or a dense array, of the precision that they have.

    Whatever reads samples in Python asks here, so that a further kind of array is made one of these two once.
    """
    X = problem.X
    return X if is_sparse(X) else X.reshape(len(X), -1)


def rows_of(problem: Problem) -> Any:
    """Return what `Problem.rows` is: the rows of A in the predictor's shape, or a csr_array."""
    rows = signed_rows(problem, sparse=True)
    return rows if is_sparse(rows) else rows.reshape(-1, *problem.predictor_shape)


def signed_rows(problem: Problem, *, sparse: bool = False) -> Any:
    """Return the rows of A in z = A w, on a flat predictor.

    They are y_n x_n of a monotone loss and x_n otherwise, the pairs (e_y - e_c) (x) x_n of a multiclass one,
    e_c (x) x_n for several targets: dense, or a csr_array where the samples are sparse and that will do.

    Raises
    ------
    InvalidValueError
        If a dense copy would take more than a gigabyte.
    """
    X, y = samples_of(problem), problem.y
    if problem.classes is not None:
        own = codes_of(y, problem.classes)
        k = len(problem.classes)
        # The classes other than a sample's own, in order.
        others = np.arange(k - 1) + (np.arange(k - 1) >= own[:, None])
        return _scored(X, k, [(np.repeat(own[:, None], k - 1, axis=1), 1.0), (others, -1.0)], sparse)
    if y.ndim == 2:
        every = np.tile(np.arange(y.shape[1]), (len(y), 1))
        return _scored(X, y.shape[1], [(every, 1.0)], sparse)
    signs = y if problem.loss.monotone else np.ones_like(y)
    if sparse and is_sparse(X):
        from scipy.sparse import csr_array, diags

        return csr_array(diags(signs) @ X.astype(np.float64))
    return signs[:, None] * dense_rows(X)


def margin_rows(problem: Problem) -> Any:
    """Return the rows of A in margins A w of labels, whatever the loss makes of them, sparse or dense."""
    rows = signed_rows(problem, sparse=True)
    return rows if problem.loss.monotone else scaled(rows, problem.y)  # by -1 and +1


def entries(problem: Problem) -> int:
    """Return how many numbers the rows of A have, zeros included."""
    n, *shape = problem.X.shape
    if problem.classes is None and problem.y.ndim == 1:
        return int(n * math.prod(shape))
    k = problem.predictor_shape[0]
    return int(n * (k if problem.classes is None else k - 1) * math.prod(problem.predictor_shape))


def loss_at(problem: Problem, z: Array) -> tuple[float, float, Array]:
    """Return log L, the scale and the slopes at the margins or residuals z = A w, flat as those are."""
    log_loss, log_scale, slopes = problem.loss.evaluate(z.reshape(len(problem.y), -1))
    return log_loss, log_scale, slopes.ravel()


def targets_of(problem: Problem) -> Array:
    """Return the targets of the rows of a loss with a finite root, flat."""
    return np.asarray(problem.y, dtype=np.float64).ravel()


def _scored(X: Any, k: int, terms: list[tuple[NDArray[np.int64], float]], sparse: bool) -> Any:
    """Return sums of terms sign e_c (x) x_n: each has the c of m rows a sample, (n, m), and its sign."""
    (n, d), m = X.shape, terms[0][0].shape[1]
    if sparse and is_sparse(X):
        from scipy.sparse import csr_array, hstack

        def block(c: int) -> Any:
            sample, row = np.divmod(np.arange(n * m), m)
            signs = sum(sign * (of_rows[sample, row] == c) for of_rows, sign in terms)
            return csr_array((signs, sample, np.arange(n * m + 1)), shape=(n * m, n)) @ X.astype(np.float64)

        rows = csr_array(hstack([block(c) for c in range(k)], format="csr"))
        rows.eliminate_zeros()
        return rows
    size = math.prod((n, m, k, d))
    if size > LARGEST:
        raise InvalidValueError(
            f"X: expected samples whose rows can be formed, as this computation needs them; {n} samples with "
            f"{m} rows of {k * d} numbers each would take {8e-9 * size:.3g} GB"
        )
    rows = np.zeros((n, m, k, d))
    samples, X = np.arange(n)[:, None], dense_rows(X)
    for of_rows, sign in terms:
        rows[samples, np.arange(m), of_rows] = sign * X[:, None]
    return rows.reshape(n * m, k * d)


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
    if is_sparse(A):
        return np.asarray(abs(A).max(axis=axis).toarray().ravel(), dtype=np.float64)
    return np.asarray(np.maximum(A.max(axis=axis), -A.min(axis=axis)), dtype=np.float64)  # without a copy


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
    """Return whether two problems have the same model, loss and data."""
    if one is other:
        return True
    alike = one.model == other.model and one.loss == other.loss and np.array_equal(one.y, other.y)
    return alike and equal(one.X, other.X)
