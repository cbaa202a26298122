"""Maximum margins in the spectral norm by a primal-dual interior point method.

That is max {t : A w >= t, X >= 0}, where X has W and W' beside two identities on its diagonal. The dual has
weights alpha of the rows, of sum 1, and Z >= 0 with -A' alpha / 2 beside its diagonal blocks; X Z = 0 in the
end. Newton's method goes along X Z = mu as mu falls, in the scaling of Nesterov and Todd (1997), "Self-scaled
barriers and interior-point methods for convex programming", with Mehrotra's predictor and corrector, from
points that are feasible. Its systems have as many unknowns as W has entries, however many rows A has. With
free coordinates b, which no norm counts, A w + F b >= t and F' alpha = 0.
"""

import math
from collections.abc import Iterator

import numpy as np

from .._types import Array
from .central_path import cholesky

_SHORT_OF_THE_BOUNDARY = 0.98
_ITERATIONS = 100


def spectral_path(
    A: Array, shape: tuple[int, int], F: Array | None = None, start: Array | None = None
) -> Iterator[tuple[Array, Array]]:
    """Yield w and weights that come nearer to the maximum margin in the spectral norm.

    Parameters
    ----------
    A : ndarray of shape (n, r c)
    shape : (r, c)
        Of W.
    F : ndarray of shape (n, m), optional
        Independent columns, of the coordinates b that the norm does not count. Then w is (w, b).
    start : ndarray of shape (n,), optional
        Positive weights of sum 1, by default equal ones; those with F' alpha = 0 are feasible.
    """
    n, r = len(A), shape[0]
    F = np.zeros((n, 0)) if F is None else F
    alpha, b = np.full(n, 1 / n) if start is None else start, np.zeros(F.shape[1])
    mean = (alpha @ A).reshape(shape)
    U, values, V = np.linalg.svd(mean, full_matrices=False)
    X, Z = np.eye(sum(shape)) + _beside(U @ V / 2), values[0] * np.eye(sum(shape)) - _beside(mean / 2)
    t = float((A @ X[:r, r:].ravel()).min()) - float(values.sum())
    for _ in range(_ITERATIONS):
        w = X[:r, r:].ravel()
        yield np.append(w, b), alpha / alpha.sum()
        try:
            with np.errstate(all="ignore"):
                rows = np.column_stack([A, F, -np.ones(n)])
                dx, d_alpha, dZ = _Newton(rows, A @ w + F @ b - t, alpha, X, Z, r).step()
        except (np.linalg.LinAlgError, ValueError):
            return
        X = X + _beside(dx[: w.size].reshape(shape))
        b, t, alpha, Z = b + dx[w.size : -1], t + float(dx[-1]), alpha + d_alpha, Z + dZ


class _Newton:
    """The linearized conditions, in units in which slacks and multipliers are the same."""

    def __init__(self, rows: Array, s: Array, alpha: Array, X: Array, Z: Array, r: int) -> None:
        self._shape = r, len(X) - r
        self._size = math.prod(self._shape)
        self._slacks, root = np.sqrt(s * alpha), np.sqrt(alpha / s)
        of_x, of_z = np.linalg.cholesky(X), np.linalg.cholesky(Z)
        U, self._values, _ = np.linalg.svd(of_z.T @ of_x)
        self._to = (U / np.sqrt(self._values)).T @ of_z.T
        self._root, self._rows = root, root[:, None] * rows
        M = self._rows.T @ self._rows
        M[: self._size, : self._size] += self._form()
        self._units = 1 / np.sqrt(M.diagonal())  # in which all unknowns are of one size
        self._solve = cholesky(M * self._units * self._units[:, None])

    def _form(self) -> Array:
        """Return the matrix of the square of a scaled step of X as a form in W."""
        r, G = self._shape[0], self._to.T @ self._to
        form = np.einsum("ij,ab->iajb", G[:r, :r], G[r:, r:]) + np.einsum("ib,ja->iajb", G[:r, r:], G[:r, r:])
        return np.asarray(2 * form.reshape(self._size, -1))

    def step(self) -> tuple[Array, Array, Array]:
        """Return a step of (w, b, t), alpha and Z that stays short of the boundary."""
        D, pairs = np.diag(self._values), len(self._slacks) + len(self._values)
        _, ds, dX, d_alpha, dZ = self._towards(-self._slacks, -D)
        primal, dual = min(self._reach(ds, dX), 1.0), min(self._reach(d_alpha, dZ), 1.0)
        mu = float(self._slacks @ self._slacks + self._values @ self._values) / pairs
        ahead = (self._slacks + primal * ds) @ (self._slacks + dual * d_alpha)
        ahead += ((D + primal * dX) * (D + dual * dZ)).sum()
        aim = (max(float(ahead) / pairs, 0.0) / mu) ** 3 * mu
        lacking = aim * np.eye(len(D)) - D**2 - (dX @ dZ + dZ @ dX) / 2
        step, ds, dX, d_alpha, dZ = self._towards(
            (aim - self._slacks**2 - ds * d_alpha) / self._slacks,
            2 * lacking / (self._values + self._values[:, None]),
        )
        primal = min(_SHORT_OF_THE_BOUNDARY * self._reach(ds, dX), 1.0)
        dual = min(_SHORT_OF_THE_BOUNDARY * self._reach(d_alpha, dZ), 1.0)
        dZ = self._to.T @ dZ @ self._to
        return primal * step, dual * self._root * d_alpha, dual * (dZ + dZ.T) / 2

    def _towards(self, q: Array, Q: Array) -> tuple[Array, Array, Array, Array, Array]:
        """Return the step of (w, b, t), and the scaled steps, whose sums these are."""
        r = self._shape[0]
        multipliers = self._to.T @ (Q + np.diag(self._values)) @ self._to
        target = (q + self._slacks) @ self._rows
        target[: self._size] += 2 * multipliers[:r, r:].ravel()
        target[-1] += 1.0
        step = self._units * self._solve(self._units * target)
        ds, dX = self._rows @ step, self._to @ _beside(step[: self._size].reshape(self._shape)) @ self._to.T
        return step, ds, dX, q - ds, Q - dX

    def _reach(self, d: Array, D: Array) -> float:
        """Return how far scaled steps lead to the boundary."""
        units = 1 / np.sqrt(self._values)
        least = min(float((d / self._slacks).min()), float(np.linalg.eigvalsh(D * units * units[:, None])[0]))
        return -1 / least if least < 0 else math.inf


def _beside(W: Array) -> Array:
    """Return the symmetric matrix with W and W' beside zeros on its diagonal."""
    r, c = W.shape
    return np.block([[np.zeros((r, r)), W], [W.T, np.zeros((c, c))]])
