"""From dual vectors to the directions that they measure, and how those turn with them."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from .._core import Norm
from .._types import Array
from .stretched import Stretched, group_numbers

Slope = Array | Stretched

# Near l1 a power is so steep that the scale of its map must not depend on it: p from which on it may.
STEEP = 1.2
_FLAT = 1e-12  # curvature, relative to the median, that stands for smaller ones
_SMALLEST = 1e-60


class DirectionMap(Protocol):
    """The map c from dual vectors to directions: <c(z), z> = |c(z)| |z|_*."""

    @property
    def degree(self) -> float:
        """Of homogeneity."""

    def __call__(self, z: Array) -> Array:
        """Return c(z)."""

    def inverse(self, w: Array) -> Array:
        """Return the z with c(z) = w, nearly."""

    def linearize(self, w: Array, z: Array) -> tuple[Slope, Array]:
        """Return E and e with w + e + E dz = c(z + dz) to first order; an array is a diagonal or a matrix."""


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
        curvature = np.maximum(curvature, _FLAT * np.median(curvature))
        # The step goes to where the smaller of the two is: there the other overshoots.
        return 1 / curvature, np.where(
            np.abs(w) < np.abs(there), (z - self.inverse(w)) / curvature, there - w
        )


class GroupMap(DirectionMap):
    """c(z), the gradient of sum_g |z_g|_q*^p* / p*, with p* and q* conjugate to p and q.

    Its inverse is the gradient of sum_g |w_g|_q^p / p, whose slope is a diagonal that is stretched along one
    direction of each group.

    Parameters
    ----------
    groups : sequence of sequences of int
    d : int
        Coordinates.
    p : float
        Of the groups' sizes, more than 1.
    q : float
        Within groups, more than 1.
    """

    def __init__(self, groups: Any, d: int, p: float, q: float) -> None:
        self._p, self._q = p, q
        self._group_of, self._groups = group_numbers(groups, d), len(groups)

    @property
    def degree(self) -> float:
        """Of homogeneity, p* - 1."""
        return 1 / (self._p - 1)

    def __call__(self, z: Array) -> Array:
        """Return c(z)."""
        return self._gradient(z, self._p / (self._p - 1), self._q / (self._q - 1))

    def inverse(self, w: Array) -> Array:
        """Return the z with c(z) = w."""
        return self._gradient(w, self._p, self._q)

    def linearize(self, w: Array, z: Array) -> tuple[Stretched, Array]:
        """Return E and e, as `PowerMap` does: until w and z belong together the larger tells the slope."""
        there, q = self(z), self._q
        w_is_smaller = np.abs(w) < np.abs(there)
        at = np.where(w_is_smaller, there, w)
        sizes = self._sizes(at, q)
        of_entries = np.abs(at) / np.where(sizes > 0, sizes, 1.0)[self._group_of]
        curvature = (q - 1) * _power(sizes, self._p - 2)[self._group_of] * _power(of_entries, q - 2)
        curvature = np.maximum(curvature, _FLAT * np.median(curvature))
        along = np.sign(at) * of_entries ** (q / 2)
        E = Stretched(1 / curvature, along, np.full(self._groups, (q - 1) / (self._p - 1)), self._group_of)
        if max(self._p, q) <= 2:
            return E, there - w
        # The step goes to where the smaller of the two is: there the other overshoots.
        return E, np.where(w_is_smaller, E.times(z - self.inverse(w)), there - w)

    def _gradient(self, v: Array, p: float, q: float) -> Array:
        """Return the gradient of sum_g |v_g|_q^p / p, by parts that are at most 1."""
        sizes = self._sizes(v, q)
        units = np.where(sizes > 0, sizes, 1.0)
        within = np.abs(v) / units[self._group_of]
        return np.asarray(np.sign(v) * within ** (q - 1) * (sizes ** (p - 1))[self._group_of])

    def _sizes(self, v: Array, q: float) -> Array:
        """Return |v_g|_q."""
        largest = np.zeros(self._groups)
        np.maximum.at(largest, self._group_of, np.abs(v))
        units = np.where(largest > 0, largest, 1.0)
        within = (np.abs(v) / units[self._group_of]) ** q
        return np.asarray(units * np.bincount(self._group_of, within, self._groups) ** (1 / q))


def _power(v: Array, exponent: float) -> Array:
    """Return v to a power, where 0 stands for the smallest number that has a finite one."""
    return np.asarray(np.maximum(v, _SMALLEST) ** exponent)


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

    def linearize(self, w: Array, z: Array) -> tuple[Slope, Array]:
        """Return E and e."""
        E, e = self.within.linearize(self.weights * w, z / self.weights)
        if isinstance(E, Stretched):
            return E / self.weights, e / self.weights
        scaled = E / self.weights**2 if E.ndim == 1 else E / np.outer(self.weights, self.weights)
        return scaled, e / self.weights
