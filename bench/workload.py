"""The data, and what all loops start from."""

import math

import numpy as np

EXPONENTS = {"1": 1, "4/3": 4 / 3, "1.5": 1.5, "1.7": 1.7, "2": 2, "inf": math.inf}


def samples(n, d, dtype="float64"):
    """Return Gaussian samples (n, d) with the labels that a hidden direction gives them."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, d))
    return X.astype(dtype, copy=False), np.sign(X @ rng.standard_normal(d))


def signed_rows(X, y, p):
    """Return A with the rows y_n x_n, and 1 / B^2 where B is their largest dual norm."""
    A = on_cache_line(X * y[:, None].astype(X.dtype))
    q = math.inf if p == 1 else p / (p - 1) if p < math.inf else 1
    return A, float(np.linalg.norm(A, q, axis=1).max()) ** -2


def on_cache_line(array):
    """Return a copy that starts at a multiple of 64 bytes."""
    # Left to the allocator, the same loop takes up to 20 % longer in one process than in the next.
    buffer = np.empty(array.nbytes + 64, np.uint8)
    start = -buffer.ctypes.data % 64
    copy = buffer[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[:] = array
    return copy
