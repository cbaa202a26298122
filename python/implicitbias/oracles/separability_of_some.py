"""Separability of many samples, decided on some: those of small margins, or that contradict each other."""

from typing import Any, Literal

import numpy as np

from .._types import Array
from ..problems.rows import dense_rows, largest
from .central_path import central_path
from .direction_map import PowerMap
from .separability_proof import contradicts, separates

_ROUNDS, _STEPS, _ATTEMPTS = 30, 60, 6
_ENOUGH = 0.5  # of the largest margin of some rows, at which the others are looked at
_CANCEL = 1e-10  # length of a combination, relative to those of the rows, from which on a proof is tried
_NO_WEIGHT = 1e-9  # relative to the largest


def separated_by_some(A: Any) -> tuple[Literal["complete", "overlap"] | None, Array, Array]:
    """Return what is proved of all rows, a w that separates them, and weights; None where nothing is.

    Parameters
    ----------
    A : ndarray or sparse array of shape (n, d)
        With rows and columns of about one size.
    """
    n, d = A.shape
    sizes, at_a_time = largest(A, axis=1), min(2 * d + 100, n)
    near = np.zeros(n, dtype=bool)
    if not sizes.min() > 0:
        return None, np.zeros(d), np.zeros(n)
    w = np.asarray((1 / sizes) @ A)
    for _ in range(_ROUNDS):
        near[np.argpartition(A @ w, at_a_time - 1)[:at_a_time]] = True
        kind, w, weights = _of_few(A[near])
        alpha = np.zeros(n)
        alpha[near] = weights
        if kind != "complete":
            return kind, w, alpha
        if separates(A, w):
            return "complete", w, alpha
        if near.all():
            break
    return None, w, alpha


def _of_few(rows: Any) -> tuple[Literal["complete", "overlap"] | None, Array, Array]:
    """Return the same of a few rows, with a w of half the largest margin."""
    n, d = rows.shape
    length, attempts = float(np.linalg.norm(largest(rows, axis=1)) / np.sqrt(n)), 0
    path = central_path(rows if n > d else dense_rows(rows), PowerMap(2.0), _norm, None, _STEPS)
    for w, alpha in path:
        bound, size = _norm(alpha @ rows), _norm(w)
        if size > 0 and float((rows @ w).min()) >= _ENOUGH * bound * size > 0:
            return "complete", w, alpha
        if bound <= _CANCEL * length and attempts < _ATTEMPTS:
            attempts += 1
            some = alpha > _NO_WEIGHT * alpha.max()
            if contradicts(rows[some], alpha[some]) == d:
                return "overlap", np.zeros(d), np.where(some, alpha, 0.0)
    return None, w, alpha


def _norm(z: Array) -> float:
    return float(np.linalg.norm(z))
