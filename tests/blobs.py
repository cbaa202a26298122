"""Samples of several classes that a matrix separates."""

import numpy as np


def blobs(n=15, k=3, d=5, seed=0, spread=0.3):
    """Samples about k centers, which a matrix separates, and the numbers of their classes."""
    rng = np.random.default_rng(seed)
    centers, own = rng.standard_normal((k, d)), np.arange(n) % k
    return centers[own] + spread * rng.standard_normal((n, d)), own
