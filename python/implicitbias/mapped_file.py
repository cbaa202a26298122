"""Samples in a mapped file, referred to by what finds them again and by a checksum."""

import mmap
import os
from typing import Any

import numpy as np

from ._core import Loss, Problem, checksum
from .errors import InvalidValueError


def describe(X: Any) -> dict[str, Any]:
    """Return where the file of a memory map is, which part of it X is, and its checksum, as JSON."""
    if X.filename is None:
        raise InvalidValueError("X: expected a memory map of a file with a name")
    # A slice still has the offset of the whole map; memory says where in the file it begins.
    begin = X.offset - X.offset % mmap.ALLOCATIONGRANULARITY
    inside = X.ctypes.data - np.frombuffer(X._mmap, np.uint8).ctypes.data
    reference = {
        "path": os.path.abspath(os.fspath(X.filename)),
        "dtype": X.dtype.str,
        "shape": list(X.shape),
        "offset": begin + inside,
        "checksum": checksum(X),
    }
    if X.mode == "c":
        open_again(reference)  # refuses what was changed in memory only
    return reference


def open_again(reference: dict[str, Any]) -> Any:
    """Map the file again.

    Raises
    ------
    InvalidValueError
        If it is gone or has changed.
    """
    path = reference["path"]
    if os.path.exists(path) and not os.path.isfile(path):
        raise InvalidValueError(f"X: the samples are those of {path!r}, which is no file")
    try:
        X = np.memmap(
            path, reference["dtype"], "r", offset=reference["offset"], shape=tuple(reference["shape"])
        )
    except (OSError, ValueError) as error:
        raise InvalidValueError(
            f"X: the samples are those of {path!r}, which is not there: {error}"
        ) from None
    if checksum(X) != reference["checksum"]:
        raise InvalidValueError(f"X: the samples are those of {path!r}, which has changed")
    return X


def problem(reference: dict[str, Any], y: Any, loss: Loss) -> Problem:
    """Return a pickled problem."""
    return Problem(open_again(reference), y, loss)
