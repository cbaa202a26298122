"""Arrays as NumPy saves them: X and y of an NPZ file, or one matrix with the targets as a column."""

from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._arguments import seen
from ..errors import InvalidValueError
from .entries import numbers
from .table import Samples, Table


def read_npz(file: str, content: bytes) -> Samples:
    """Read arrays X and y."""
    try:
        arrays = np.lib.npyio.NpzFile(BytesIO(content), allow_pickle=False)
        X, y = np.asarray(arrays["X"]), np.asarray(arrays["y"])
    except Exception as error:  # NumPy and zipfile raise a dozen kinds on damaged files
        raise InvalidValueError(f"{file}: expected an NPZ file with arrays X and y ({error})") from error
    if X.ndim not in (2, 3) or not _is_real(X) or y.shape != X.shape[:1]:
        raise InvalidValueError(
            f"{file}: expected real X of shape (n, d) or (n, r, c), not empty, and y of shape (n,), "
            f"got {X.dtype} {X.shape} and {y.shape}"
        )
    return Samples(
        numbers(X, lambda *at: f"{file}, X[{', '.join(map(str, at))}]"),
        y,
        lambda row: f"{file}, y[{row}]",
        ["x" + ",".join(map(str, at)) for at in np.ndindex(X.shape[1:])],
    )


def read_npy(file: str, content: bytes, target: object) -> Samples:
    """Read a matrix, of which a column, given by its number, holds the targets."""
    try:
        matrix = np.lib.format.read_array(BytesIO(content), allow_pickle=False)
    except Exception as error:
        raise InvalidValueError(f"{file}: expected a matrix as numpy.save writes it ({error})") from error
    if matrix.ndim != 2 or not _is_real(matrix):
        raise InvalidValueError(
            f"{file}: expected a real matrix, not empty, of features and targets, got {matrix.dtype} "
            f"{matrix.shape}; numpy.savez(path, X=X, y=y) keeps both in one file"
        )
    d = matrix.shape[1]
    at = str(target).strip()
    if at not in map(str, range(-d, d)):
        raise InvalidValueError(
            f"target: expected the number of the column with the targets, 0 to {d - 1} or -1 for the last, "
            f"as a .npy file has no names, got {seen(target)}"
        )
    header = [f"x{column}" for column in range(d)]
    table = Table(file, header, list(matrix.T), lambda row, column: f"{file}, [{row}, {column}]")
    return table.samples(int(at) % d)


def _is_real(array: NDArray[Any]) -> bool:
    return array.size > 0 and array.dtype.kind in "fiub"
