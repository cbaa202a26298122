"""Faces of the ball of matrices, in which steps jump where singular values of the gradient vanish or tie.

With -grad L = G = U diag(s) V' the steepest step of norm 1 in the spectral norm is U V'. Where some s vanish,
all U_1 V_1' + U_0 C V_0' with |C| <= 1 are steepest, U_0 and V_0 the singular vectors with s = 0. In the
nuclear norm a step is u v' for the largest s, and where k of these tie, all U_1 S V_1' are steepest with S
positive semidefinite of trace 1.

In both cases steps are some fixed part and a linear function of x, C or S, and so are margins.
"""

import math
from abc import ABC, abstractmethod

import numpy as np

from ..._types import Array

_RANK = 1e-10  # relative: of what samples say of a face
_MOST_ROUNDS, _SETTLED = 20_000, 1e-13
_ACTIVE = 1e-7


class Face(ABC):
    """The steepest steps at a gradient, of which some singular values count as vanishing, or as equal.

    Parameters
    ----------
    samples : ndarray of shape (n, r, c)
        How margins change with w.
    gradient : ndarray of shape (r, c)
        G = -grad L.
    k : int
        So many singular values are positive, or tie for the largest.
    rank : int, optional
        Of what samples say of the face, where that is less than the face has dimensions.

    Attributes
    ----------
    size : float
        The dual norm of G, if ties were exact.
    gap : float
        What vanishes where one more singular value comes to the ties, relative to the largest one.
    fixed : ndarray of shape (r, c)
        The part of steps that is none of x.
    rows : ndarray of shape (n, f)
        How margins change with x, in an orthonormal basis of the matrices C, or S, or of those that samples
        are.
    apart : ndarray of shape (f,)
        What of G has to vanish on the ties.
    """

    size: float
    gap: float
    fixed: Array
    rows: Array
    apart: Array
    left: Array
    right: Array

    def __init__(self, samples: Array, gradient: Array, k: int, rank: int | None = None) -> None:
        self.samples, self.k, self._basis = samples, k, None
        self.U, self.values, self.Vt = np.linalg.svd(gradient)
        self._parts()
        blocks = self.left.T @ samples @ self.right
        self.rows = self.entries(blocks)
        if rank is not None and rank < self.rows.shape[1]:
            self._basis = np.linalg.svd(self.rows, full_matrices=False)[2][:rank]
            self.rows = self.entries(blocks)
        self._ties(self.left.T @ gradient @ self.right)

    @abstractmethod
    def _parts(self) -> None:
        """Find what depends on singular values and vectors alone."""

    @abstractmethod
    def _ties(self, block: Array) -> None:
        """Find what depends on the gradient's block."""

    @abstractmethod
    def _block(self, x: Array) -> Array: ...

    @abstractmethod
    def _entries(self, blocks: Array) -> Array: ...

    def block(self, x: Array) -> Array:
        """Return C, or S."""
        return self._block(x if self._basis is None else x @ self._basis)

    def entries(self, blocks: Array) -> Array:
        """Return x of each block, or of its part that is symmetric."""
        x = self._entries(blocks)
        return x if self._basis is None else np.asarray(x @ self._basis.T)

    @abstractmethod
    def at_rest(self, M: Array, b: Array) -> Array:
        """Return the x that keeps the ties, M x + b being how fast they are left."""

    @abstractmethod
    def pull(self, M: Array) -> Array:
        """Return by which change of x ties are exact."""

    @abstractmethod
    def inside(self, x: Array) -> float:
        """Return how far the block is inside of the face; negative outside."""

    @abstractmethod
    def nearest(self, x: Array) -> Array:
        """Return the point of the face that is nearest."""

    @abstractmethod
    def power(self, block: Array) -> Array:
        """Return a block that is in every span of blocks which contains what steps make of its elements."""

    @abstractmethod
    def leaving(self, x: Array) -> tuple[int, Array]:
        """Return how many singular values leave the ties at the border of the face, and which way, as x."""

    @abstractmethod
    def near(self, gap: float) -> int:
        """Return k such that others vanish, or these tie, up to a gap."""

    @abstractmethod
    def without(self, out: int) -> int:
        """Return k where so many singular values have left the ties."""

    @abstractmethod
    def freedom(self, x: Array) -> float:
        """Return the trace of the covariance of steps about their mean x."""

    def step(self, x: Array) -> Array:
        """Return the step at x, of norm 1."""
        return np.asarray(self.fixed + self.left @ self.block(x) @ self.right.T)

    def rank(self) -> int:
        """Return the dimension of the x that margins depend on.

        Raises
        ------
        LinAlgError
            If steps may leave their span, so that ties say too little of them.
        """
        f = self.rows.shape[1]
        if f == 0:
            return 0
        _, sizes, basis = np.linalg.svd(self.rows, full_matrices=False)
        basis = basis[sizes > _RANK * max(sizes[0], 1e-300)]
        if 0 < len(basis) < f:
            x = np.random.default_rng(0).standard_normal(len(basis)) @ basis
            image = self.entries(self.power(self.block(x)))
            if np.linalg.norm(image - image @ basis.T @ basis) > 1e-8 * np.linalg.norm(image):
                raise np.linalg.LinAlgError("fewer samples than ties")
        return len(basis)

    def constrained(self, M: Array, b: Array, start: Array) -> Array:
        """Return argmin x'M x / 2 + b'x over the face, by alternating directions."""
        rho = float(np.trace(M)) / len(M)
        inverse = np.linalg.inv(M + rho * np.eye(len(M)))
        z, u = self.nearest(start), np.zeros(len(M))
        for _ in range(_MOST_ROUNDS):
            x = inverse @ (rho * (z - u) - b)
            before, z = z, self.nearest(1.6 * x - 0.6 * z + u)
            u = u + 1.6 * x - 0.6 * before - z
            if max(np.abs(x - z).max(), np.abs(z - before).max()) <= _SETTLED:
                break
        return z


class SpectralFace(Face):
    """U_1 V_1' + U_0 C V_0', |C| <= 1."""

    def _parts(self) -> None:
        k = self.k
        self.left, self.right = self.U[:, k:], self.Vt[k:].T
        self.fixed = self.U[:, :k] @ self.Vt[:k]
        self.size = float(self.values[:k].sum())
        self.gap = float(self.values[k - 1] / self.values[0])
        self._shape = self.left.shape[1], self.right.shape[1]

    def _ties(self, block: Array) -> None:
        self.apart = self.entries(block)

    def _block(self, x: Array) -> Array:
        return x.reshape(self._shape)

    def _entries(self, blocks: Array) -> Array:
        return blocks.reshape(*blocks.shape[:-2], math.prod(self._shape))

    def at_rest(self, M: Array, b: Array) -> Array:
        return np.asarray(-np.linalg.solve(M, b))

    def pull(self, M: Array) -> Array:
        return np.asarray(np.linalg.solve(M, self.apart))

    def inside(self, x: Array) -> float:
        return 1 - float(np.linalg.norm(self.block(x), 2)) if len(x) else 1.0

    def nearest(self, x: Array) -> Array:
        U, values, Vt = np.linalg.svd(self.block(x), full_matrices=False)
        return self.entries(U * np.minimum(values, 1) @ Vt)

    def power(self, block: Array) -> Array:
        return block @ block.T @ block

    def leaving(self, x: Array) -> tuple[int, Array]:
        U, values, Vt = np.linalg.svd(self.block(x), full_matrices=False)
        out = values > 1 - _ACTIVE
        return int(out.sum()), self.entries(U[:, out] @ Vt[out])

    def near(self, gap: float) -> int:
        return int((self.values > gap * self.values[0]).sum())

    def without(self, out: int) -> int:
        return self.k + out

    def freedom(self, x: Array) -> float:
        return float(min(self._shape) - x @ x)


class NuclearFace(Face):
    """U_1 S V_1', S positive semidefinite of trace 1."""

    def _parts(self) -> None:
        k = self.k
        self.left, self.right = self.U[:, :k], self.Vt[:k].T
        self.fixed = np.zeros(self.samples.shape[1:])
        self.size = float(self.values[:k].mean())
        less = self.values[k] if k < len(self.values) else 0.0
        self.gap = float((self.values[k - 1] - less) / self.values[0]) if k < len(self.values) else 1.0
        self._upper = np.triu_indices(k)
        self._weights = np.where(self._upper[0] == self._upper[1], 1.0, math.sqrt(2))

    def _ties(self, block: Array) -> None:
        self.apart = self.entries(block - self.size * np.eye(self.k))
        self._identity = self.entries(np.eye(self.k))

    def _block(self, x: Array) -> Array:
        upper = np.zeros((self.k, self.k))
        upper[self._upper] = x / self._weights
        return np.asarray(upper + np.triu(upper, 1).T)

    def _entries(self, blocks: Array) -> Array:
        i, j = self._upper
        return np.asarray((blocks[..., i, j] + blocks[..., j, i]) / 2 * self._weights)

    def at_rest(self, M: Array, b: Array) -> Array:
        x = np.linalg.solve(M, self._identity)
        return np.asarray(x / (self._identity @ x))

    def pull(self, M: Array) -> Array:
        x, even = np.linalg.solve(M, np.column_stack([self.apart, self._identity])).T
        return np.asarray(x - (self._identity @ x) / (self._identity @ even) * even)

    def inside(self, x: Array) -> float:
        return float(np.linalg.eigvalsh(self.block(x))[0])

    def nearest(self, x: Array) -> Array:
        values, vectors = np.linalg.eigh(self.block(x))
        down = np.cumsum(values[::-1]) - 1
        excess = float(np.max(down / np.arange(1, self.k + 1)))
        return self.entries(vectors * np.maximum(values - excess, 0) @ vectors.T)

    def power(self, block: Array) -> Array:
        return block @ block

    def leaving(self, x: Array) -> tuple[int, Array]:
        values, vectors = np.linalg.eigh(self.block(x))
        out = values < _ACTIVE
        return int(out.sum()), -self.entries(vectors[:, out] @ vectors[:, out].T)

    def near(self, gap: float) -> int:
        return int((self.values >= (1 - gap) * self.values[0]).sum())

    def without(self, out: int) -> int:
        return self.k - out

    def freedom(self, x: Array) -> float:
        return 1 - float(x @ x)
