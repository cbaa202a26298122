"""Features whose coordinates are alike forever, by a symmetry of the problem: in linf they move as one.

Let features and samples fall into blocks such that in every sample of a block the features of a block, each
in its own sign, add up to the same, and likewise the samples of a block in every feature of a block. Where
coordinates are equal in each block, up to their signs, margins are equal in each block of samples, and so are
partial derivatives in each block of features: what is alike stays alike, in exact arithmetic.

The signs of such derivatives are the same, also where single features could not vanish together: x + z and
x - z have derivatives of the same sign as long as those of z cancel, though either may be as near to 0 as a
sample is that has lost its weight.
"""

import numpy as np
from numpy.typing import NDArray

from ..._types import Array

Indices = NDArray[np.intp]

_EXACT = 1e-13  # relative error of a sum of features
_MOST = 10**8  # comparisons of entries: in larger problems symmetries are not looked for
_ALIKE = 1e-11  # relative differences that are rounding of iterates


def alike(rows: Array, offset: Array, w: Array) -> Array:
    """Return signed blocks of coordinates that stay alike from a w on, one a column; mostly of one each.

    Parameters
    ----------
    rows : ndarray of shape (n, d)
        The A of margins A w + offset.
    offset : ndarray of shape (n,)
    w : ndarray of shape (d,)
    """
    n, d = rows.shape
    sizes = np.sort((rows**2).sum(axis=0))
    if n * d * max(n, d) > _MOST or not (np.diff(sizes) <= _ALIKE * sizes[-1:]).any():
        return np.eye(d)
    margins = rows @ w + offset
    h = np.exp(margins.min() - margins) @ rows
    small = np.abs(w) <= _ALIKE * np.abs(w).max()
    signs = np.where(small, np.sign(h), np.sign(w))
    signs[signs == 0] = 1
    signed = rows * signs
    # What stays alike has the same entries in some order.
    features = _blocks(np.column_stack([signs * w, signs * h, np.sort(signed, axis=0).T]), _ALIKE)
    samples = _blocks(np.column_stack([margins, offset, np.sort(signed, axis=1)]), _ALIKE)
    while True:  # split blocks until their sums are the same
        before = features.max(), samples.max()
        samples = _split(samples, signed @ _members(features))
        features = _split(features, signed.T @ _members(samples))
        if before == (features.max(), samples.max()):
            return _members(features) * signs[:, None]


def _blocks(keys: Array, tolerance: float) -> Indices:
    """Return the number of each row's block: rows that are the same, relative to the largest of a column."""
    sizes, blocks, count = np.abs(keys).max(axis=0), np.full(len(keys), -1), 0
    for i in range(len(keys)):
        if blocks[i] < 0:
            blocks[(np.abs(keys - keys[i]) <= tolerance * sizes).all(axis=1) & (blocks < 0)] = count
            count += 1
    return blocks


def _split(blocks: Indices, sums: Array) -> Indices:
    return _blocks(np.column_stack([1.0 + blocks, sums]), _EXACT)


def _members(blocks: Indices) -> Array:
    return np.asarray(blocks[:, None] == np.arange(blocks.max() + 1), float)
