"""The data of each loop in the suite of methods: what every peer starts from."""

import numpy as np

from workload import on_cache_line, samples, signed_rows

BETA = 0.5  # momentum


def steepest_squared():
    """Return X (10, 3) and y, which no w fits, and the step size."""
    rng = np.random.default_rng(0)
    return on_cache_line(rng.standard_normal((10, 3))), rng.standard_normal(10), 1e-4


def entropy_momentum():
    """Return X (10, 3) and y = X w for a positive w, and the step size."""
    X = on_cache_line(np.random.default_rng(0).standard_normal((10, 3)))
    return X, X @ np.array([0.5, 0.3, 0.2]), 1e-3


def adagrad():
    """Return the rows y_n x_n of 50 x 100 samples and the step size."""
    return signed_rows(*samples(50, 100), 2)[0], 1e-2


def mirror_l15():
    """Return the same rows and the step size times L, (p - 1) / B^2."""
    A, inverse = signed_rows(*samples(50, 100), 1.5)
    return A, 0.5 * inverse


def factorized():
    """Return 50 symmetric matrices as rows (50, 900), y, U(0) (30, 30) and the step size."""
    rng = np.random.default_rng(0)
    X, V = rng.standard_normal((50, 30, 30)), rng.standard_normal((30, 3))
    X = on_cache_line((X + X.transpose(0, 2, 1)).reshape(50, 900))
    return X, X @ (V @ V.T).ravel(), 0.1 * np.eye(30), 1e-6


WORKLOADS = {
    "10 x 3, l4/3, squared loss": steepest_squared,
    "10 x 3, entropy, primal momentum": entropy_momentum,
    "50 x 100, AdaGrad": adagrad,
    "50 x 100, mirror descent, l1.5": mirror_l15,
    "U U', d = 30, n = 50": factorized,
}
