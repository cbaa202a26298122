"""Separable classes, and their maximum margins in norms of matrices by programs that know no method."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..._types import Array

NORMS = ("max", "fro", "spec")
CONTRAST = "the three norms' separators differ: each misses the others' maximum margins by more than a tenth"


def clusters(
    seed: int, k: int = 3, d: int = 5, each: int = 5, spread: float = 0.3
) -> tuple[Array, NDArray[Any]]:
    """Return samples around k Gaussian centers, and their classes."""
    rng = np.random.default_rng(seed)
    centers = rng.standard_normal((k, d))
    y = np.repeat(np.arange(k), each)
    return centers[y] + spread * rng.standard_normal((len(y), d)), np.asarray(y)


def norm_of(W: Array, norm: str) -> float:
    """Return the max, Frobenius or spectral norm."""
    return float(np.abs(W).max() if norm == "max" else np.linalg.norm(W, "fro" if norm == "fro" else 2))


def margin(X: Array, y: Array, W: Array) -> float:
    """Return the least <W_y - W_c, x> over samples and the classes other than theirs."""
    scores = X @ W.T
    own = scores[np.arange(len(y)), y].copy()
    scores[np.arange(len(y)), y] = -np.inf
    return float((own - scores.max(1)).min())


def separator(X: Array, y: Array, norm: str) -> Array | None:
    """Return the W of least norm whose margins are 1 at least, by a cone program (cvxpy).

    None where there is none, or the solver is not sure of it.
    """
    import cvxpy as cp

    k = int(y.max()) + 1
    W = cp.Variable((k, X.shape[1]))
    pairs = [(n, c) for n in range(len(y)) for c in range(k) if c != y[n]]
    samples, others = np.array(pairs).T
    margins = cp.sum(cp.multiply(X[samples], W[y[samples]] - W[others]), axis=1)
    size = cp.max(cp.abs(W)) if norm == "max" else cp.norm(W, "fro" if norm == "fro" else 2)
    program = cp.Problem(cp.Minimize(size), [margins >= 1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the status says it, too
        try:
            program.solve(solver=cp.CLARABEL)
        except cp.error.SolverError:
            return None
    return np.asarray(W.value) if program.status == cp.OPTIMAL else None


def gap(X: Array, y: Array, W: Array, best: Array, norm: str) -> float:
    """Return by how much W misses the maximum margin in a norm, relative to it."""
    return 1 - margin(X, y, W) / norm_of(W, norm) * norm_of(best, norm) / margin(X, y, best)


def contrasting(
    seed: int, norms: Sequence[str] = NORMS, apart: float = 0.1
) -> tuple[Array, Array, dict[str, Array]]:
    """Return clusters on which each norm's separator fails another norm, and the separators."""
    rng = np.random.default_rng(seed)
    while True:
        X, y = clusters(int(rng.integers(2**31)))
        found = {norm: separator(X, y, norm) for norm in norms}
        best = {norm: W for norm, W in found.items() if W is not None}
        if len(best) < len(norms):
            continue
        misses = [gap(X, y, best[a], best[b], b) for a in norms for b in norms if a != b]
        if min(misses) > apart:
            return X, y, best
