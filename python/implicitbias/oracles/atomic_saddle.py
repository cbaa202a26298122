"""Maximum margins by first-order steps in norms of which nothing is known but their steepest steps.

Where the unit ball has corners, the steepest step jumps from one to the next, and steps in the norm's own
geometry do not settle. But w is a combination of such steps, the atoms: on those found so far the margin is
that of a game between their weights and those of the samples, for which there are first-order steps in l1.
The steepest step on A' alpha is the atom that is missed most.
"""

from collections.abc import Iterator

import numpy as np

from .._core import Lp, Norm
from .._types import Array
from .atomic_margin import atom_along
from .margin_map import MarginMap
from .saddle_point import saddle_point

_MISSED = 0.5  # share of the gap that is due to atoms, from which on the next one is taken up
_STEPS = 300  # of a game, at first
_ALIKE = 1e-9  # distance of atoms that are the same


def atomic_saddle_point(
    A: MarginMap, norm: Norm, shape: tuple[int, ...], start: tuple[Array | None, Array], steps: int
) -> Iterator[tuple[Array, Array]]:
    """Yield w and alpha that come nearer to the maximum margin, as `saddle_point` does.

    Parameters
    ----------
    A : MarginMap
        Not all zero.
    norm : Norm
    shape : tuple of int
        Of the parameters.
    start : (ndarray of shape (d,) or None, ndarray of shape (n,))
        A direction, and weights of the rows, not negative.
    steps : int
        At most, of all games.
    """
    w, alpha = start
    size = 0.0 if w is None else norm.value(w.reshape(shape))
    first = [atom_along(A.combination(alpha), norm, shape)]
    if w is not None and size > 0:
        first.insert(0, w / size)
    atoms, within = np.array(first), np.column_stack([A.margins(each) for each in first])
    shares, length = np.eye(len(first))[0], _STEPS
    while steps > 0:
        game, begun = MarginMap(within, np.ones(len(within)), 0), (shares, alpha)
        for taken in saddle_point(game, Lp(1), shares.shape, begun, min(length, steps)):
            shares, alpha = taken
            yield shares @ atoms, alpha
            z = A.combination(alpha)
            least, known = float(game.margins(shares).min()), float(np.abs(game.combination(alpha)).max())
            best = norm.dual(z.reshape(shape))
            if best - known > _MISSED * (best - least):
                break
        steps -= length
        missed = atom_along(z, norm, shape)
        if np.abs(atoms - missed).max(axis=1).min() > _ALIKE:
            atoms, within = np.vstack([atoms, missed]), np.column_stack([within, A.margins(missed)])
            shares = np.append(shares, 0.0)
        else:
            length = 2 * length
