"""Maximum margins in the spectral and the nuclear norm by a barrier of singular values.

In the spectral norm max {t : A w >= t, |W| <= 1} goes along t + mu (sum_n log (A w - t)_n + log det(I - WW'))
as mu falls; in the nuclear norm its dual max {sum b : b >= 0, |A' b| <= 1} along the same of b and A' b.
Newton systems have as many unknowns as W has entries, or A has rows, where those of semidefinite programs
have the square of its rows and columns. Multipliers are mu over the slacks, and mu times the slope of the
determinant.
"""

import math
from collections.abc import Iterator

import numpy as np

from .._types import Array
from .central_path import cholesky

_FALL = 0.2  # of mu, from one point of the path to the next
_CENTERINGS = 20
# Decrement from which on the next point is begun; the slope of a determinant has to be more exact.
_NEAR, _NEARER = 0.3, 0.01
_SHORT_OF_THE_BOUNDARY = 0.95
_LAST = 1e-11  # mu relative to the margin


def spectral_path(A: Array, shape: tuple[int, int]) -> Iterator[tuple[Array, Array]]:
    """Yield w and weights that come nearer to the maximum margin in the spectral norm.

    Parameters
    ----------
    A : ndarray of shape (n, r c)
    shape : (r, c)
        Of W.
    """
    d = A.shape[1]
    slacks = np.column_stack([A, -np.ones(len(A))])  # of (w, t)
    start = np.append(np.zeros(d), -float(np.linalg.norm(A, axis=1).max()))
    for point, _ in _path(np.append(np.zeros(d), 1.0), slacks, None, shape, start):
        weights = 1 / (slacks @ point)
        yield point[:-1], weights / weights.sum()


def nuclear_path(A: Array, shape: tuple[int, int]) -> Iterator[tuple[Array, Array]]:
    """Yield w and weights that come nearer to the maximum margin in the nuclear norm.

    Parameters
    ----------
    A : ndarray of shape (n, r c)
    shape : (r, c)
        Of W.
    """
    n = len(A)
    start = np.full(n, 0.5 / float(np.linalg.norm(A.sum(axis=0).reshape(shape), 2)))
    for b, slope in _path(np.ones(n), np.eye(n), A.T, shape, start):
        yield slope, b / b.sum()


def _path(
    gain: Array, slacks: Array, to_matrix: Array | None, shape: tuple[int, int], point: Array
) -> Iterator[tuple[Array, Array]]:
    """Yield x, and the slope of -log det, of large <gain, x> where slacks x >= 0 and x's matrix is short.

    That is the one of its first entries, or `to_matrix` x.
    """
    d = math.prod(shape)

    def matrix(x: Array) -> Array:
        return x[:d] if to_matrix is None else to_matrix @ x

    mu, near = float(np.abs(gain @ point)), _NEAR if to_matrix is None else _NEARER
    while mu > _LAST * abs(float(gain @ point)):
        for _ in range(_CENTERINGS):
            scaled = slacks / (slacks @ point)[:, None]
            slope, curvature = _barrier(matrix(point).reshape(shape))
            gradient, H = -scaled.sum(axis=0) - gain / mu, scaled.T @ scaled
            if to_matrix is None:
                gradient[:d] += slope
                H[:d, :d] += curvature
            else:
                gradient += slope @ to_matrix
                H += to_matrix.T @ curvature @ to_matrix
            units = 1 / np.sqrt(H.diagonal())  # in which all unknowns are of one size
            try:
                step = -units * cholesky(H * units * units[:, None])(units * gradient)
            except (np.linalg.LinAlgError, ValueError):
                return
            outside = -float((scaled @ step).min())
            length = min(1.0, _SHORT_OF_THE_BOUNDARY / outside) if outside > 0 else 1.0
            point = point + length * _inside(matrix(point), length * matrix(step), shape) * step
            if not math.sqrt(max(-float(gradient @ step), 0.0)) > near:
                break
        yield point, _barrier(matrix(point).reshape(shape))[0]
        mu *= _FALL


def _barrier(W: Array) -> tuple[Array, Array]:
    """Return the gradient and the Hessian of -log det(I - W W')."""
    r, c = W.shape
    if r > c:
        slope, hessian = _barrier(W.T)
        turned = np.arange(r * c).reshape(c, r).T.ravel()
        return slope[turned], hessian[np.ix_(turned, turned)]
    P = np.linalg.inv(np.eye(r) - W @ W.T)
    G = P @ W
    hessian = 2 * np.einsum("ij,ab->iajb", P, np.eye(c) + W.T @ G) + 2 * np.einsum("ib,ja->iajb", G, G)
    return 2 * G.ravel(), hessian.reshape(r * c, r * c)


def _inside(w: Array, step: Array, shape: tuple[int, int]) -> float:
    """Return which part of a step leaves the largest singular value below 1."""
    W, move, length = w.reshape(shape), step.reshape(shape), 1.0
    most = 1 - (1 - _SHORT_OF_THE_BOUNDARY) * (1 - float(np.linalg.norm(W, 2)))
    while not np.linalg.norm(W + length * move, 2) < most:
        length *= 0.7
    return length
