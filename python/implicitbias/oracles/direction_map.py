"""From dual vectors to the directions that they measure, and how those turn with them."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .._core import Norm
from .._types import Array


class DirectionMap(Protocol):
    """The map c from dual vectors to directions: <c(z), z> = |c(z)| |z|_*."""

    @property
    def degree(self) -> float:
        """Of homogeneity."""

    def __call__(self, z: Array) -> Array:
        """Return c(z)."""

    def inverse(self, w: Array) -> Array:
        """Return the z with c(z) = w, nearly."""

    def linearize(self, w: Array, z: Array) -> tuple[Array, Array]:
        """Return E and e with w + e + E dz = c(z + dz) to first order; E is a diagonal or a matrix."""


@dataclass(frozen=True)
class PowerMap(DirectionMap):
    """c(z) = sign(z) |z|^(q - 1), the gradient of |z|_q^q / q; its inverse is sign(w) |w|^(p - 1).

    One of both has an infinite slope at 0, and Newton's steps would be far too long there. Until w and z
    belong together the larger of them tells the slope.
    """

    p: float

    @property
    def degree(self) -> float:
        """Of homogeneity, q - 1."""
        return 1 / (self.p - 1)

    def __call__(self, z: Array) -> Array:
        """Return c(z)."""
        return np.asarray(np.sign(z) * np.abs(z) ** self.degree)

    def inverse(self, w: Array) -> Array:
        """Return the z with c(z) = w."""
        return np.asarray(np.sign(w) * np.abs(w) ** (self.p - 1))

    def linearize(self, w: Array, z: Array) -> tuple[Array, Array]:
        """Return the diagonal of E, and e."""
        there = self(z)
        largest = np.maximum(np.abs(w), np.abs(there))
        if self.p <= 2:
            return self.degree * largest ** (2 - self.p), there - w
        curvature = (self.p - 1) * largest ** (self.p - 2)
        curvature = np.maximum(curvature, 1e-12 * np.median(curvature))
        # The step goes to where the smaller of the two is: there the other overshoots.
        return 1 / curvature, np.where(
            np.abs(w) < np.abs(there), (z - self.inverse(w)) / curvature, there - w
        )


@dataclass(frozen=True)
class SteepestMap(DirectionMap):
    """c(z), the gradient of |z|_*^2 / 2, which is minus the steepest step; its slope by differences."""

    norm: Norm
    shape: tuple[int, ...]

    @property
    def degree(self) -> float:
        """Of homogeneity."""
        return 1.0

    def __call__(self, z: Array) -> Array:
        """Return c(z)."""
        return -np.asarray(self.norm.steepest(z.reshape(self.shape)), dtype=np.float64).ravel()

    def inverse(self, w: Array) -> Array:
        """Return the gradient of |w|^2 / 2, by differences."""
        size, shifts = self.norm.value(w.reshape(self.shape)), 1e-7 * float(np.abs(w).max()) * np.eye(len(w))
        ahead, behind = (
            np.array([self.norm.value((w + sign * shift).reshape(self.shape)) for shift in shifts])
            for sign in (1, -1)
        )
        return np.asarray(size * (ahead - behind) / (2 * shifts[0, 0]))

    def linearize(self, w: Array, z: Array) -> tuple[Array, Array]:
        """Return the matrix E, and e."""
        shift = 1e-7 * float(np.abs(z).max())
        slope = np.array([self(z + step) - self(z - step) for step in shift * np.eye(len(z))]) / (2 * shift)
        return (slope + slope.T) / 2, self(z) - w


@dataclass(frozen=True, eq=False)
class WeightedMap(DirectionMap):
    """c(z / weights) / weights, where c is the map of a norm of weights * w."""

    within: DirectionMap
    weights: Array

    @property
    def degree(self) -> float:
        """Of homogeneity."""
        return self.within.degree

    def __call__(self, z: Array) -> Array:
        """Return c(z / weights) / weights."""
        return self.within(z / self.weights) / self.weights

    def inverse(self, w: Array) -> Array:
        """Return the z that goes to w."""
        return self.weights * self.within.inverse(self.weights * w)

    def linearize(self, w: Array, z: Array) -> tuple[Array, Array]:
        """Return E and e."""
        E, e = self.within.linearize(self.weights * w, z / self.weights)
        scaled = E / self.weights**2 if E.ndim == 1 else E / np.outer(self.weights, self.weights)
        return scaled, e / self.weights
