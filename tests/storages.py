"""The same numbers as a problem may take them: each function returns X in another form."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse

Array = np.ndarray[Any, Any]


def mapped(X: Array, folder: Path, offset: int = 0) -> Any:
    """Write X to a file and map it, from `offset` bytes on."""
    path = folder / f"X{len(list(folder.iterdir()))}.bin"
    path.write_bytes(bytes(offset) + X.tobytes())
    return np.memmap(path, X.dtype, "r", offset, X.shape)


STORAGES: dict[str, Callable[[Array, Path], Any]] = {
    "float64": lambda X, folder: X,
    "float32": lambda X, folder: X.astype(np.float32),
    "mapped": mapped,
    "mapped float32": lambda X, folder: mapped(X.astype(np.float32), folder, offset=4096 * 3 + 4),
    "sparse": lambda X, folder: scipy.sparse.csr_array(X),
    "sparse float32": lambda X, folder: scipy.sparse.csr_array(X.astype(np.float32)),
}


def as_array(X: Any) -> Array:
    """Return X as a dense array again."""
    return X.toarray() if scipy.sparse.issparse(X) else np.asarray(X)
