"""The data and the steps of the pairings: what both sides start from."""

import math
from functools import cache

import numpy as np
import scipy.sparse

from pairings_list import CLASSES, FACTOR, LENGTH, ON_POSITIVE_NUMBERS, SINGLE, SPARSE, SYMMETRIC
from workload import on_cache_line

# In which norm steps are taken: margins change by |dw| times the dual norm of a sample.
EXPONENTS = {
    "l1": 1,
    "l4/3": 4 / 3,
    "l2": 2,
    "linf": math.inf,
    "mirror l1.5": 1.5,
    "heavy ball": 2,
    "Nesterov": 2,
    "EMA": 2,
    "w >= 0": 2,
    "l2 ball": 2,
}
RADIUS = 1e-4  # of the ball, and how far the start is from bounds: some steps
MODULUS = {"mirror l1.5": 0.5}  # of the potential's strong convexity in that norm


@cache
def samples(size, monotone):
    """Return X and y: labels that need not be separable, or targets that need not be met."""
    rng = np.random.default_rng(0)
    if size.startswith("digits"):
        from sklearn.datasets import load_digits

        X, digit = load_digits(return_X_y=True)
        y = 1.0 - 2 * (digit % 2) if monotone else digit.astype(float)
        return on_cache_line((X / 16).astype("float32" if size == SINGLE else float)), y
    if size == SPARSE:
        columns = np.concatenate([rng.choice(2000, 20, replace=False) for _ in range(2000)])
        entries = rng.standard_normal(columns.size) / math.sqrt(20)
        X = scipy.sparse.csr_array((entries, columns, np.arange(2001) * 20), shape=(2000, 2000))
        X.sort_indices()
    elif size == SYMMETRIC:
        X = rng.standard_normal((50, 30, 30))
        X += X.transpose(0, 2, 1)
        X = on_cache_line(X / np.linalg.norm(X, 2, axis=(1, 2)).max())  # largest spectral norm: 1
    else:
        n, d = map(int, size.removesuffix(", classes").split(" x "))
        X = on_cache_line(rng.standard_normal((n, d)) / math.sqrt(d))
    noise = rng.standard_normal(X.shape[0])
    return X, np.sign(noise) if monotone else noise


@cache
def classes(size):
    """Return the samples' classes, from 0 on."""
    if size.startswith("digits"):
        from sklearn.datasets import load_digits

        return load_digits().target
    return np.random.default_rng(1).permutation(np.arange(50) % CLASSES[size])


def start(pairing):
    """Return w(0), a flat array."""
    X, _ = samples(pairing.size, pairing.monotone)
    if pairing.method == FACTOR:
        return np.eye(30).ravel() / 100
    d = X.shape[1] * CLASSES.get(pairing.size, 1)
    if pairing.method == "w >= 0":
        return np.full(d, RADIUS)
    return np.full(d, 1 / d if pairing.method in ON_POSITIVE_NUMBERS else 0.0, X.dtype)


def inverse_smoothness(pairing):
    """Return the modulus over B^2, B the largest dual norm of a sample: loss-normalized steps times L."""
    if pairing.method == FACTOR:
        return 1.0  # B is 1, and the rest depends on w
    X, _ = samples(pairing.size, pairing.monotone)
    p = EXPONENTS[pairing.method]
    q = math.inf if p == 1 else p / (p - 1) if p < math.inf else 1
    sizes = np.linalg.norm(X.toarray() if pairing.size == SPARSE else X.astype(float), q, axis=1)
    return MODULUS.get(pairing.method, 1) / sizes.max() ** 2


def first_step(pairing):
    """Return eta(0) of constant and decreasing steps: so small that no run converges while it is timed.

    Where derivatives vanish but for rounding, ours is more careful, and slower.
    """
    X, y = samples(pairing.size, pairing.monotone)
    if pairing.step == LENGTH:
        return 1e-7
    if pairing.method in ("AdaGrad", FACTOR):
        return 1e-5
    if pairing.method in ("Adam", "RMSProp", "Lion"):  # whose steps never shrink
        return 1e-8
    if pairing.method in ON_POSITIVE_NUMBERS:  # no weight moves by more than 1e-4 of itself
        return 1e-4 / (len(y) * abs(X).max() * abs(y).max())
    return 1e-5 * inverse_smoothness(pairing) / len(y)
