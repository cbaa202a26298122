"""The margins z = A w of labeled samples, where the rows of A are never formed but for a few."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._core import Problem
from .._types import Array
from ..problems.class_labels import codes_of
from ..problems.rows import is_sparse, samples_of

_EPSILON = float(np.finfo(float).eps)
_AT_A_TIME = 1 << 22  # entries of X that are read, as doubles, in one piece


class MarginMap:
    """Margins: y_n <w, x_n>, or <W_y - W_c, x_n> for every class c other than a sample's own, in order.

    Parameters
    ----------
    X : ndarray or csr_array of shape (n, d)
    labels : ndarray of shape (n,)
        -1 and +1, or numbers of classes.
    classes : int
        How many there are; 0 for labels -1 and +1.
    """

    def __init__(self, X: Any, labels: NDArray[Any], classes: int) -> None:
        self._X, self._labels, self._classes = X, labels, classes
        self.samples, features = X.shape
        self.shape = self.samples * max(classes - 1, 1), features * max(classes, 1)
        if classes:
            others = np.arange(classes - 1)
            self._others = others + (others >= labels[:, None])

    @classmethod
    def of(cls, problem: Problem) -> "MarginMap":
        """Return that of a problem with labels -1 and +1 or those of classes."""
        X = samples_of(problem)
        if problem.classes is None:
            return cls(X, np.asarray(problem.y, dtype=np.float64), 0)
        return cls(X, codes_of(problem.y, problem.classes), len(problem.classes))

    def any(self) -> bool:
        """Return whether some feature of some sample is not 0."""
        return any(abs(piece).max() > 0 for piece in self._pieces())

    def part(self, samples: NDArray[np.int64]) -> "MarginMap":
        """Return that of some samples, as doubles."""
        X = self._X[samples].astype(np.float64)
        return MarginMap(X if is_sparse(X) else np.asarray(X), self._labels[samples], self._classes)

    def margins(self, w: Array) -> Array:
        """Return A w."""
        scores = self._scores(w, sizes=False)
        if not self._classes:
            return np.asarray(self._labels * scores[:, 0])
        n = np.arange(self.samples)[:, None]
        return np.asarray((scores[n, self._labels[:, None]] - scores[n, self._others]).ravel())

    def rounding(self, w: Array) -> Array:
        """Return bounds on the rounding errors of A w."""
        scores = (self._X.shape[1] + 8) * _EPSILON * self._scores(np.abs(w), sizes=True)
        if not self._classes:
            return np.asarray(scores[:, 0])
        n = np.arange(self.samples)[:, None]
        return np.asarray((scores[n, self._labels[:, None]] + scores[n, self._others]).ravel())

    def combination(self, alpha: Array) -> Array:
        """Return A' alpha."""
        return self._combined(alpha, sizes=False)

    def sizes_combined(self, alpha: Array) -> Array:
        """Return |A|' alpha, beside which the rounding of A' alpha is small, for alpha >= 0."""
        return self._combined(alpha, sizes=True)

    def rows(self, count: int) -> Array:
        """Return about so many rows of A, dense, from all over it."""
        few = self.part(np.unique(np.linspace(0, self.samples - 1, count).astype(np.int64)))
        return np.array([few.combination(one) for one in np.eye(few.shape[0])[:: max(self._classes - 1, 1)]])

    def least_of_samples(self, margins: Array) -> Array:
        """Return the smallest margin of every sample."""
        return np.asarray(margins.reshape(self.samples, -1).min(axis=1))

    def of_samples(self, values: Array) -> Array:
        """Return values by sample and pair, of shape (n, pairs of a sample)."""
        return values.reshape(self.samples, -1)

    def _combined(self, alpha: Array, *, sizes: bool) -> Array:
        sign = 1.0 if sizes else -1.0
        if not self._classes:
            weights = (alpha if sizes else alpha * self._labels)[:, None]
        else:
            pairs, n = alpha.reshape(self.samples, -1), np.arange(self.samples)[:, None]
            weights = np.zeros((self.samples, self._classes))
            weights[n, self._others] = sign * pairs
            weights[n[:, 0], self._labels] = pairs.sum(axis=1)
        total, first = np.zeros((weights.shape[1], self._X.shape[1])), 0
        for piece in self._pieces():
            some = weights[first : first + piece.shape[0]]
            total += np.asarray(((abs(piece) if sizes else piece).T @ some).T)
            first += piece.shape[0]
        return total.ravel()

    def _scores(self, w: Array, *, sizes: bool) -> Array:
        """Return W x_n for all samples, or that of |x_n|."""
        W = w.reshape(max(self._classes, 1), -1).T
        pieces = [np.asarray((abs(piece) if sizes else piece) @ W) for piece in self._pieces()]
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)

    def _pieces(self) -> Iterator[Any]:
        n, d = self._X.shape
        step = max(1, _AT_A_TIME // d)
        for first in range(0, n, step):
            piece = self._X if n <= step else self._X[first : first + step]
            yield piece if piece.dtype == np.float64 else piece.astype(np.float64)
