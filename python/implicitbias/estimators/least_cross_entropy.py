"""The least cross-entropy of classes, of two the logistic loss, with a proof by its dual.

No W has a smaller loss than the sum of the entropies of probabilities P with X'(P - Y) = 0, where Y are those
of the labels (Fenchel duality). What a Newton step changes the P of a W by to first order leads to such ones.
"""

from typing import Any, NamedTuple

import numpy as np

from .._types import Array
from ..problems.rows import dense_rows, largest, scaled

_STEPS, _HALVINGS = 200, 30
_LARGEST_SYSTEM = 1500  # unknowns, of which a Newton system is factorized
_ENOUGH = 1e-10  # relative gap at which it stops


class LeastCrossEntropy(NamedTuple):
    """Weights, their loss, and how far that is from the least."""

    W: Array  # (k, d), of sum 0 over the classes
    loss: float  # the sum over the samples
    gap: float  # certified against all W up to twice as large, rounding included; infinite where nothing is
    weights: Array  # of each sample and another class, of sum 1: those of rows that cancel


def least_cross_entropy(X: Any, codes: Any, k: int) -> LeastCrossEntropy:
    """Minimize the sum of log sum_c exp(<W_c - W_y, x>) by Newton's method.

    Parameters
    ----------
    X : ndarray or sparse array of shape (n, d)
    codes : ndarray of int, shape (n,)
        The class of each sample.
    k : int
        How many there are.
    """
    n, d = X.shape
    units = largest(X, axis=0)
    units[units == 0] = 1.0
    X = scaled(X, np.ones(n), units)
    Y = np.eye(k)[codes]
    U = np.zeros((k - 1, d))  # the last class has weights 0
    least, weights = -np.inf, None
    for _ in range(_STEPS):
        loss, P = _loss(X, Y, U)
        gradient = (X.T @ (P - Y)[:, :-1]).T
        step = _newton_step(X, P, gradient)
        change = _with_last(X @ step.T)
        moved = P * (1 + change - (P * change).sum(axis=1, keepdims=True))
        if moved.min() >= 0:
            off = np.abs(X.T @ (moved - Y)).sum() * 2 * float(np.abs(U).max(initial=0.0))
            least, weights = max(least, _entropy(moved) - off), moved
        if loss - least <= _ENOUGH * loss:
            break
        slope = float((gradient * step).sum())
        for halvings in range(_HALVINGS):
            trial = U + step / 2**halvings
            if _loss(X, Y, trial)[0] < loss + 1e-4 * slope / 2**halvings:
                break
        else:
            break  # as small as rounding lets it be
        U = trial
    loss, P = _loss(X, Y, U)
    W = np.vstack([U, np.zeros(d)]) / units
    others = (P if weights is None else weights)[Y == 0]
    return LeastCrossEntropy(W - W.mean(axis=0), loss, max(loss - least, 0.0), others / (others.sum() or 1.0))


def _loss(X: Any, Y: Array, U: Array) -> tuple[float, Array]:
    """Return the loss, and the probabilities of the classes."""
    Z = _with_last(X @ U.T)
    Z = Z - Z.max(axis=1, keepdims=True)
    total = np.exp(Z).sum(axis=1, keepdims=True)
    return float((np.log(total) - (Y * Z).sum(axis=1, keepdims=True)).sum()), np.exp(Z) / total


def _with_last(scores: Any) -> Array:
    """Return scores of all classes, of which that of the last is 0."""
    return np.hstack([np.asarray(scores), np.zeros((len(scores), 1))])


def _entropy(P: Array) -> float:
    return float(-(P * np.log(np.where(P > 0, P, 1.0))).sum())


def _newton_step(X: Any, P: Array, gradient: Array) -> Array:
    """Return the step to where the gradient vanishes to first order, the shortest of those there are."""
    from scipy.sparse.linalg import LinearOperator, cg

    k, d = gradient.shape
    P = P[:, :-1]
    if k * d <= _LARGEST_SYSTEM:
        H = np.empty((k, d, k, d))
        for a in range(k):
            for b in range(k):
                H[a, :, b] = dense_rows((X.T * (P[:, a] * ((a == b) - P[:, b]))) @ X)
        step = np.linalg.lstsq(H.reshape(k * d, k * d), -gradient.ravel(), rcond=1e-14)[0]
        return np.asarray(step.reshape(k, d))

    def curvature(direction: Array) -> Array:
        change = np.asarray(X @ direction.reshape(k, d).T)
        return np.asarray((X.T @ (P * (change - (P * change).sum(axis=1, keepdims=True)))).T).ravel()

    operator = LinearOperator((k * d, k * d), matvec=curvature)
    step, _ = cg(operator, -gradient.ravel(), rtol=1e-10, maxiter=500)
    return np.asarray(step.reshape(k, d))
