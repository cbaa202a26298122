"""Maximum margins in the nuclear norm by a barrier of singular values.

The dual problem is max {sum b : b >= 0, |B|_2 <= 1}, where B is the matrix of the entries A' b, and |B|_2
its largest singular value. The path maximizes sum b + mu (sum_n log b_n + log det(I - BB')) as mu falls. A
Newton system has one unknown for each row of A, that of a semidefinite program (r + c)^2 for W of shape
(r, c). The slope of the determinant's logarithm is w, up to a factor. Coordinates that the norm does not
count are the multipliers of the constraint F' b = 0.
"""

import math
from collections.abc import Iterator

import numpy as np

from .._types import Array
from .central_path import cholesky

_FALL = 0.2  # of mu, from one point of the path to the next
_CENTERINGS = 20
_NEAR = 0.01  # decrement from which on the next point is begun
_SHORT_OF_THE_BOUNDARY = 0.95
_LAST = 1e-11  # mu relative to the margin
_ROUNDING = 1e-14  # parts of sums, and of steps, that are nothing but rounding


def nuclear_path(
    A: Array, shape: tuple[int, int], F: Array | None = None, start: Array | None = None
) -> Iterator[tuple[Array, Array]]:
    """Yield w and weights that come nearer to the maximum margin in the nuclear norm.

    Parameters
    ----------
    A : ndarray of shape (n, r c)
    shape : (r, c)
        Of W.
    F : ndarray of shape (n, m), optional
        Independent columns, of the coordinates that the norm does not count. Then w ends with these.
    start : ndarray of shape (n,), optional
        Positive weights, by default equal ones; those with F' alpha = 0 are feasible.
    """
    n = len(A)
    F = np.zeros((n, 0)) if F is None else F
    b = np.ones(n) if start is None else start
    size = float(np.linalg.norm((b @ A).reshape(shape), 2))
    if size <= _ROUNDING * float(b @ np.linalg.norm(A, axis=1)):  # then there is no margin beyond rounding
        return
    b = b / (2 * size)
    mu = float(b.sum())
    while mu > _LAST * float(b.sum()):
        for _ in range(_CENTERINGS):
            try:
                step, free, decrement = _newton(A, b, mu, F, shape)
                outside = -float((step / b).min())
                length = min(1.0, _SHORT_OF_THE_BOUNDARY / outside) if outside > 0 else 1.0
                b = b + length * _inside(b @ A, length * step @ A, shape) * step
                slope = _barrier((b @ A).reshape(shape))[0]
            except (np.linalg.LinAlgError, ValueError):  # rounding ends the path
                return
            if not decrement > _NEAR:
                break
        yield np.append(slope, free), b / b.sum()
        mu *= _FALL


def _newton(A: Array, b: Array, mu: float, F: Array, shape: tuple[int, int]) -> tuple[Array, Array, float]:
    """Return a step on F' b = 0, the free coordinates that are its multipliers, and its decrement."""
    with np.errstate(all="ignore"):  # factors of what is not finite are refused
        slope, curvature = _barrier((b @ A).reshape(shape))
        gradient, H = A @ slope - 1 / b - 1 / mu, A @ curvature @ A.T
        H[np.diag_indices(len(b))] += 1 / b**2
        units = 1 / np.sqrt(H.diagonal())  # in which all unknowns are of one size
        factor = cholesky(H * units * units[:, None])
        step = -units * factor(units * gradient)
        borders = units[:, None] * factor(units[:, None] * F)
        free = np.linalg.solve(F.T @ borders, F.T @ (step + b))
        step = step - borders @ free
        return (
            step,
            np.asarray(free, dtype=np.float64),
            math.sqrt(max(-float(step @ (gradient + F @ free)), 0.0)),
        )


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
    """Return which part of a step leaves the largest singular value below 1.

    Raises
    ------
    ValueError
        If none does, as it is 1 but for rounding.
    """
    W, move, length = w.reshape(shape), step.reshape(shape), 1.0
    most = 1 - (1 - _SHORT_OF_THE_BOUNDARY) * (1 - float(np.linalg.norm(W, 2)))
    while not np.linalg.norm(W + length * move, 2) < most:
        length *= 0.7
        if length < _ROUNDING:
            raise ValueError("the largest singular value is 1 but for rounding")
    return length
