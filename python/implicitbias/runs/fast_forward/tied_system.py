"""Least squares over the coordinates that tie, where samples weigh 1 and t^-3 in the same system.

The Hessian of the loss on ties is M = A' D A, with D the samples' weights. Where fewer samples than ties
keep theirs, as on integer data, M is singular to rounding. It is therefore taken in combinations of the
coordinates that leave the margins of heavier samples exactly as they are (Gaussian elimination, the heaviest
sample first): each then has a scale of its own, and so have the partial derivatives along it, in which
nothing cancels.

Where features are dependent M is singular for good. What margins do is the same for all solutions, and the
smallest is taken.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr
from scipy.linalg.lapack import dpotrf, dpotrs

from ..._types import Array
from .slopes import Slopes

_SAFE = 1e-4  # a pivot of M, scaled to a diagonal of 1, down to which it is solved as it is
_LOST = 1e-150  # the root of a weight, whose square is lost


def dependences(rows: Array) -> Array:
    """Return an orthonormal basis of the vectors that rows take to 0, one a column."""
    sizes = np.linalg.norm(rows, axis=0)
    if not len(sizes):
        return np.zeros((0, 0))
    _, values, right = np.linalg.svd(rows / np.where(sizes > 0, sizes, 1))
    rank = int((values > 1e-10 * values[:1]).sum())
    null = right[rank:].T / np.where(sizes > 0, sizes, 1)[:, None]
    return np.asarray(np.linalg.qr(null)[0]) if null.shape[1] else null


def independent(rows: Array, dependent: int) -> NDArray[np.intp]:
    """Return the indices of columns that span all, `dependent` fewer than there are."""
    if not dependent:
        return np.arange(rows.shape[1])
    order = qr(rows, mode="r", pivoting=True)[1]
    return np.sort(np.asarray(order, np.intp)[: rows.shape[1] - dependent])


def refined(
    inside: NDArray[np.bool_], attempt: Callable[[NDArray[np.bool_]], tuple[Array, Array]]
) -> NDArray[np.bool_]:
    """Return the coordinates that are within their bounds where a quadratic program has its minimum.

    Parameters
    ----------
    inside : ndarray of bool, shape (m,)
        Those that it begins with; of samples that weigh little a solver knows nothing.
    attempt : callable
        Takes those that are to be within their bounds, and returns by how much each of them is not, and, of
        all, how steeply the objective falls from the bound inwards, in units of what it may.
    """
    inside = inside.copy()
    beyond, falls = attempt(inside)
    for _ in range(4 * len(inside)):
        if len(beyond) and beyond.max() >= 0:
            inside[np.flatnonzero(inside)[int(np.argmax(beyond))]] = False
            beyond, falls = attempt(inside)
            continue
        for j in np.argsort(-falls):
            if inside[j] or falls[j] < -1e-9:
                continue
            trial = inside.copy()
            trial[j] = True
            tried = attempt(trial)
            if falls[j] > 1e-9 or tried[0].max() < 0:  # what is lost in rounding is to be feasible
                inside, (beyond, falls) = trial, tried
                break
        else:
            break
    return inside


class TiedFeatures:
    """Solves A' D A x = A' z for the independent columns of A.

    Parameters
    ----------
    features : ndarray of shape (n, m)
        A.
    """

    def __init__(self, features: Array) -> None:
        self.features = features
        self._combine = np.eye(features.shape[1])
        self._combined = features

    def at(self, slopes: Slopes) -> "TiedSystem":
        """Return the system with the weights there."""
        system = TiedSystem(self._combine, self._combined, slopes)
        if not system.safe:
            self._combine, self._combined = _eliminate(self.features, slopes.second)
            system = TiedSystem(self._combine, self._combined, slopes)
        return system


class TiedSystem:
    """The system with weights: it has a scale for each combination of coordinates."""

    def __init__(self, combine: Array, combined: Array, slopes: Slopes) -> None:
        self._combined = combined
        self._root = slopes.root(combined)
        self._scales = np.sqrt(np.einsum("ni,ni->i", self._root, self._root))
        lost = self._scales <= _LOST  # what moves samples without weight alone stays
        self._scales[lost] = math.inf
        self._root = self._root / self._scales
        self._combine = combine / self._scales
        self._factor, fails = dpotrf(self._root.T @ self._root + np.diag(1.0 * lost), lower=1)
        self.safe = not fails and bool((self._factor.diagonal() ** 2 > _SAFE).all())
        if fails:
            self._factor = np.full_like(self._factor, np.nan)

    def solve(self, along: Array, first: Array | None = None) -> Array:
        """Return x for R z = along, R the root of the weights; then, in another column, for D z = first."""
        sides = self._root.T @ along
        if first is not None:
            sides = np.column_stack([sides, self._combined.T @ first / self._scales])
        return np.asarray(self._combine @ self._inverse(sides))

    def _inverse(self, sides: Array) -> Array:
        return np.asarray(dpotrs(self._factor, sides, lower=1)[0]) if sides.size else sides

    @property
    def inverse(self) -> Array:
        """The inverse of A' D A."""
        return np.asarray(self._combine @ self._inverse(self._combine.T))


def _eliminate(features: Array, weights: Array) -> tuple[Array, Array]:
    """Return C and A C, such that the columns of A C leave out ever more of the heavy samples."""
    combine, combined = np.eye(features.shape[1]), features.copy()
    sizes, roots = np.abs(features).max(axis=0), np.sqrt(weights)
    for k in range(features.shape[1] - 1):
        rest = np.abs(combined[:, k:]) * np.maximum(roots, 1e-300)[:, None]
        row, pivot = np.unravel_index(int(np.argmax(rest)), rest.shape)
        order = np.array([k, k + int(pivot)])
        for columns in (combine, combined, sizes):
            columns[..., order] = columns[..., order[::-1]]
        if combined[row, k] == 0:
            break
        factors = combined[row, k + 1 :] / combined[row, k]
        combine[:, k + 1 :] -= np.outer(combine[:, k], factors)
        combined[:, k + 1 :] -= np.outer(combined[:, k], factors)
        sizes[k + 1 :] = np.maximum(sizes[k + 1 :], np.abs(factors) * sizes[k])
        rest = combined[:, k + 1 :]
        rest[np.abs(rest) <= 1e-13 * sizes[k + 1 :]] = 0
        combined[row, k + 1 :] = 0
    return combine, combined
