"""Samples in a mapped file: referred to where the file lasts, by what finds it again and a checksum."""

import mmap
import os
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._core import Linear, Loss, Model, Problem, checksum
from ..errors import CheckpointWarning, InvalidValueError

# Folders where files do not last, and the names of joblib's, which JOBLIB_TEMP_FOLDER may put anywhere.
TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm")
OF_JOBLIB = "joblib_memmapping_folder"

# Samples in a temporary file are copied up to so many bytes, a gigabyte.
LARGEST = 1 << 30


def reference(X: Any, checkpoint: str | os.PathLike[str]) -> dict[str, Any] | None:
    """Return where the samples of a memory map are, as JSON, or None if the checkpoint is to hold them.

    Samples must be found as long as the checkpoint is. Their file may be gone already, and one that is
    temporary will be, unless it is in one folder with the checkpoint, whose end is that of both.
    """
    found = _find(X)
    if found is None or not _is_temporary(found["path"], checkpoint):
        return found
    if X.nbytes <= LARGEST:
        return None
    warnings.warn(
        f"X: {checkpoint!s} refers to samples of {1e-9 * X.nbytes:.3g} GB in the temporary file "
        f"{found['path']!r}; it can be loaded as long as that is there",
        CheckpointWarning,
        stacklevel=2,
    )
    return found


def describe(X: Any) -> dict[str, Any]:
    """Return what a pickle has of a memory map: where it is, and a copy too if that may not last."""
    found = _find(X)
    lasts = found is not None and (not _is_temporary(found["path"], None) or X.nbytes > LARGEST)
    return {"file": found, "copy": None if lasts else np.array(X)}


def problem(described: dict[str, Any], y: Any, loss: Loss, model: Model | None = None) -> Problem:
    """Return a pickled problem."""
    found, copy = described["file"], described["copy"]
    try:
        X = map_copy(copy) if found is None else open_again(found)
    except InvalidValueError:
        if copy is None:
            raise
        X = map_copy(copy)
    return Problem(X, y, loss, Linear() if model is None else model)


def map_copy(X: NDArray[Any]) -> Any:
    """Map a file without a name that holds X: runs on it go on as on the file that is gone, bit by bit."""
    with tempfile.TemporaryFile() as file:
        file.write(np.ascontiguousarray(X).data)
        file.flush()
        return np.memmap(file, X.dtype, "r", shape=X.shape)


def open_again(found: dict[str, Any]) -> Any:
    """Map the file again.

    Raises
    ------
    InvalidValueError
        If it is gone or has changed.
    """
    path = found["path"]
    if os.path.exists(path) and not os.path.isfile(path):
        raise InvalidValueError(f"X: the samples are those of {path!r}, which is no file")
    try:
        X = np.memmap(path, found["dtype"], "r", offset=found["offset"], shape=tuple(found["shape"]))
    except (OSError, ValueError) as error:
        raise InvalidValueError(
            f"X: the samples are those of {path!r}, which is not there: {error}"
        ) from None
    if checksum(X) != found["checksum"]:
        raise InvalidValueError(f"X: the samples are those of {path!r}, which has changed")
    return X


def _find(X: Any) -> dict[str, Any] | None:
    """Return where the file of a map is, which part of it X is, and its checksum; None if it is gone.

    Raises
    ------
    InvalidValueError
        If X was changed in memory only.
    """
    if X.filename is None:
        return None
    # A slice still has the offset of the whole map; memory says where in the file it begins.
    begin = X.offset - X.offset % mmap.ALLOCATIONGRANULARITY
    inside = X.ctypes.data - np.frombuffer(X._mmap, np.uint8).ctypes.data
    found = {
        "path": os.path.abspath(os.fspath(X.filename)),
        "dtype": X.dtype.str,
        "shape": list(X.shape),
        "offset": begin + inside,
        "checksum": checksum(X),
    }
    try:
        open_again(found)  # another file may have taken its name
    except InvalidValueError as error:
        if X.mode == "c" and os.path.isfile(found["path"]):
            raise InvalidValueError(
                f"{error} or is not what X was changed to in memory: mode='c' keeps changes from the file. "
                "Write X with numpy.save(path, X) and make the problem of numpy.load(path, mmap_mode='r'), "
                "or of numpy.array(X), which the checkpoint holds"
            ) from None
        return None
    return found


def _is_temporary(path: str, checkpoint: str | os.PathLike[str] | None) -> bool:
    """Whether a file will be gone while the checkpoint is still there, or some day, if there is none."""
    file = Path(path).resolve()
    if any(part.startswith(OF_JOBLIB) for part in file.parts):
        return True
    for root in {Path(name).resolve() for name in (tempfile.gettempdir(), *TEMPORARY)}:
        if not file.is_relative_to(root):
            continue
        folder = root / file.relative_to(root).parts[0]
        if checkpoint is None or folder == file or not Path(checkpoint).resolve().is_relative_to(folder):
            return True
    return False
