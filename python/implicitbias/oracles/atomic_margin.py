"""Maximum margins in norms of which nothing is known but their steepest steps.

w is a combination of atoms, points of the unit ball, with weights of sum 1. The linear program on those found
so far has multipliers alpha, and the steepest step on A' alpha is the atom that they miss most: a finite
number of times where the ball is a polytope (Demiriz, Bennett and Shawe-Taylor 2002, "Linear programming
boosting via column generation").
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from .._core import Norm
from .._types import Array
from ..errors import OracleError
from .linear_ball import LinearBall
from .linear_margin import solve_on_parts

_ROUNDS = 500


def atom_along(z: Array, norm: Norm, shape: tuple[int, ...]) -> Array:
    """Return the point v of the unit ball with the largest <z, v>, flat; 0 for z = 0."""
    step = -np.asarray(norm.steepest(z.reshape(shape)), dtype=np.float64)
    return step.ravel() / (norm.value(step) or 1.0)


def by_atoms(A: Any, norm: Norm, shape: tuple[int, ...]) -> Iterator[tuple[Array, Array]]:
    """Yield w and weights that come nearer to the maximum margin.

    Parameters
    ----------
    A : ndarray or sparse array of shape (n, d)
    norm : Norm
    shape : tuple of int
        Of the parameters.
    """
    n, d = A.shape
    atoms, weights = np.empty((0, d)), np.full(n, 1 / n)
    for _ in range(_ROUNDS):
        atoms = np.vstack([atoms, atom_along(weights @ A, norm, shape)])
        k = len(atoms)
        ball = LinearBall(atoms.T, np.ones((1, k)), np.ones(1), np.zeros(k), np.full(k, math.inf))
        try:
            x, weights, _, _ = solve_on_parts(A @ ball.to_w, ball, np.full(k, True))
        except OracleError:
            return
        yield ball.to_w @ x, weights
