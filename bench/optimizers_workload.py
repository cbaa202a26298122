"""The data, the start and the steps of the optimizers on cross-entropy."""

from functools import cache

import numpy as np

from workload import on_cache_line

SIZES = {"digits, 1797 x 64, 10 classes": "digits", "50 x 100, 3 classes": "50 x 100"}

BETA1, BETA2, EPS = 0.9, 0.999, 1e-8  # Adam
BETA = 0.95  # Muon

# So small that no run converges while it is timed: eta of the first step's length 1e-5 or so.
STEPS = {
    "digits": {"gradient descent": 1e-6, "sign descent": 1e-9, "Adam": 1e-5, "Muon": 1e-8},
    "50 x 100": {"gradient descent": 1e-5, "sign descent": 1e-8, "Adam": 1e-6, "Muon": 1e-7},
}
METHODS = list(STEPS["digits"])


@cache
def samples(size):
    """Return X, the classes from 0 on, and how many there are."""
    if size == "digits":
        from sklearn.datasets import load_digits

        X, y = load_digits(return_X_y=True)
        return on_cache_line(X / 16), y, 10
    rng = np.random.default_rng(0)
    return on_cache_line(rng.standard_normal((50, 100)) / 10), rng.permutation(np.resize(np.arange(3), 50)), 3


@cache
def start(size):
    """Return W(0): at 0 some derivatives vanish, of which rounding makes a sign."""
    X, _, k = samples(size)
    return 0.01 * np.random.default_rng(1).standard_normal((k, X.shape[1]))
