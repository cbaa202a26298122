"""An interior point method for maximum margins of badly scaled samples.

In coordinates w = M u in which the samples B = A M are well scaled, min |w| subject to A w >= 1 has the
conditions

    B u - 1 = s >= 0,    alpha >= 0,    alpha_n s_n = 0,    M' z = B' alpha,    M u = c(z),

where c maps a dual vector to the direction that it measures, in some scale. `central_path` leaves z out, as
A' alpha, which for badly scaled samples is a small difference of huge numbers; here it is a variable.
"""

from collections.abc import Callable, Iterator

import numpy as np

from .._types import Array
from .central_path import cholesky, to_the_boundary
from .direction_map import DirectionMap, Slope
from .stretched import Stretched

# Relative slopes of c that stand for smaller ones: where they are a diagonal, and eigenvalues of a matrix.
_NO_SLOPE, _FLAT = 1e-30, 1e-12


def well_scaled_path(
    M: Array, B: Array, c: DirectionMap, u: Array, iterations: int = 100
) -> Iterator[tuple[Array, Array, Array]]:
    """Yield u, alpha and z along the central path, until the iterations or the precision are at their end.

    Parameters
    ----------
    M : ndarray of shape (d, d)
    B : ndarray of shape (n, d)
    c : DirectionMap
    u : ndarray of shape (d,)
        With positive margins B u.
    iterations : int
        At most.
    """
    rows = np.abs(B).max(axis=1)
    target = 1 / rows  # margins of 1, of rows of one size
    B = B / rows[:, None]
    u = 2 * u / float((B @ u / target).min())
    unit = float(np.abs(M @ u).max())
    M = M / unit
    s, z = B @ u - target, c.inverse(M @ u)
    alpha = float((M @ u) @ z) / len(B) / s
    for _ in range(iterations):
        yield u, alpha / rows, z / unit
        if not (s.min() > 0 and alpha.min() > 0 and np.isfinite(u).all() and np.isfinite(z).all()):
            return
        with np.errstate(all="ignore"):
            E, e = c.linearize(M @ u, z)
            try:
                newton = _Newton(M, B, E, e, u, z, alpha, s, target)
            except (np.linalg.LinAlgError, ValueError):
                return
            mu = float(alpha @ s) / len(B)
            _, _, d_alpha, d_s = newton.step(np.zeros(len(B)))
            length = to_the_boundary((alpha, d_alpha), (s, d_s))
            ahead = float((alpha + length * d_alpha) @ (s + length * d_s)) / len(B)
            du, dz, d_alpha, d_s = newton.step((ahead / mu) ** 3 * mu - length**2 * d_alpha * d_s)
            length = to_the_boundary((alpha, d_alpha), (s, d_s))
            u, z = u + length * du, z + length * dz
            alpha, s = alpha + length * d_alpha, s + length * d_s


class _Newton:
    """The linearized conditions, their matrix factorized."""

    def __init__(
        self,
        M: Array,
        B: Array,
        E: Slope,
        e: Array,
        u: Array,
        z: Array,
        alpha: Array,
        s: Array,
        target: Array,
    ) -> None:
        inverse = _inverse(E)
        self._M, self._B, self._e, self._inverse = M, B, e, inverse
        self._alpha, self._s, self._missing = alpha, s, target + s - B @ u
        self._force = M.T @ (inverse(e) - z)
        matrix = M.T @ inverse(M) + B.T @ ((alpha / s)[:, None] * B)
        self._scale = 1 / np.sqrt(matrix.diagonal())
        self._solve = cholesky(self._scale[:, None] * matrix * self._scale)

    def step(self, complementarity: Array) -> tuple[Array, Array, Array, Array]:
        """Return the steps of u, z, alpha and s to where alpha s is this, to first order."""
        weights = self._alpha / self._s
        force = self._force + self._B.T @ (complementarity / self._s + weights * self._missing)
        du = self._scale * self._solve(self._scale * force)
        dz = self._inverse(self._M @ du - self._e)
        ds = self._B @ du - self._missing
        d_alpha = (complementarity - self._alpha * ds) / self._s - self._alpha
        return du, dz, d_alpha, ds


def _inverse(E: Slope) -> Callable[[Array], Array]:
    """Return what multiplies vectors, and columns, by the inverse of a diagonal or a matrix."""
    if isinstance(E, Stretched):
        matrix = np.zeros((len(E.diagonal), len(E.diagonal)))
        E.inverse().add_to(matrix)
        return lambda v: np.asarray(matrix @ v)
    if E.ndim == 1:
        slopes = np.maximum(E, _NO_SLOPE * E.max())
        return lambda v: (v.T / slopes).T
    values, vectors = np.linalg.eigh(E)
    inverse = (vectors / np.maximum(values, _FLAT * values[-1])) @ vectors.T
    return lambda v: np.asarray(inverse @ v)
