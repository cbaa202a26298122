"""Features that are multiples of each other: in l1 and linf one of them moves for all.

Their partial derivatives are multiples of each other forever. In linf they step alike, each in its own sign,
and about a tie they go to and fro as one: one feature that is their signed sum. In l1 the largest alone
moves. Of several that are as large, equal or opposite, ``ties="first"`` moves the first, ``"average"`` all by
an equal part of the step, which does to the margins what the first would do alone.
"""

import math

import numpy as np

from ..._core import Lp, SteepestDescent
from ..._types import Array
from .features_alike import alike


class EqualFeatures:
    """One feature for each family of multiples.

    Parameters
    ----------
    rows : ndarray of shape (n, d)
        The A of margins A w.
    method : SteepestDescent
        In l1 or linf.
    w : ndarray of shape (d,)
        Where the run is. What the families do not move stays there.
    symmetry : bool
        Whether in linf features count as one that a symmetry keeps alike.

    Attributes
    ----------
    rows : ndarray of shape (n, m)
    offset : ndarray of shape (n,)
        What margins are beside ``rows @ inward(w)``.
    """

    def __init__(self, rows: Array, method: SteepestDescent, w: Array, symmetry: bool = True) -> None:
        families = _families(rows)
        outward = np.zeros((rows.shape[1], len(families)))
        for k, family in enumerate(families):
            sizes = np.abs(rows[:, family]).sum(axis=0)
            signs = np.sign(rows[:, family].T @ rows[:, family[0]]) if sizes[0] else np.ones(1)
            if method.norm == Lp(math.inf):
                outward[family, k] = signs
                continue
            largest = sizes >= sizes.max() * (1 - 1e-14)
            if method.ties == "average":
                outward[family, k] = largest * signs / largest.sum()
            else:
                outward[family[int(np.argmax(largest))], k] = 1.0
        self._take(rows, outward, w)
        if method.norm == Lp(math.inf) and symmetry:
            self._take(rows, outward @ alike(self.rows, self.offset, self.inward(w)), w)

    def _take(self, rows: Array, outward: Array, w: Array) -> None:
        self._outward = outward
        self._inward = outward.T / np.maximum((outward**2).sum(axis=0), 1e-300)[:, None]
        self.rows = rows @ outward
        self._stays = w - outward @ self.inward(w)
        self.offset = rows @ self._stays

    def inward(self, w: Array) -> Array:
        """Return the coordinates of the families."""
        return np.asarray(self._inward @ w)

    def outward(self, coordinates: Array) -> Array:
        """Return w, for one vector of coordinates a row."""
        return np.asarray(coordinates @ self._outward.T + self._stays)

    def change(self, coordinates: Array) -> Array:
        """Return how w changes, in size, where the coordinates do."""
        return np.asarray(np.abs(self._outward) @ coordinates)

    def has(self, w: Array) -> bool:
        """Return whether nothing but the families has moved, beyond rounding."""
        apart = np.abs(self.outward(self.inward(w)) - w)
        return bool(apart.max() <= 1e-12 * (1 + np.abs(w).max()))


def _families(rows: Array) -> list[list[int]]:
    """Return the columns that are multiples of each other, as lists of them."""
    families: dict[bytes, list[int]] = {}
    scales = rows[np.argmax(rows != 0, axis=0), np.arange(rows.shape[1])]
    for j, scale in enumerate(scales.tolist()):
        # By exact division multiples of integers agree in all digits but the last.
        key = np.round(rows[:, j] / scale, 13) + 0.0 if scale else np.array([float(j)])
        families.setdefault(key.tobytes(), []).append(j)
    return list(families.values())
