"""Unit balls of sums, and of maxima, of the Euclidean sizes of groups, as interior point methods see them.

Every group has a second-order cone: (r, w) with |w| <= r, and (size, -z) with |z| <= size. Newton's method
goes along products of these in the scaling of Nesterov and Todd (1997), "Self-scaled barriers and
interior-point methods for convex programming", in which (r, w) = W^2 (size, -z) with
W^2 = eta^2 (2 q q' - J), J = diag(1, -1, ..., -1), and q'J q = 1.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._types import Array
from .ball import Ball, Slope, Target
from .stretched import Stretched

_SHORT_OF_THE_BOUNDARY = 0.995


class Cones(NamedTuple):
    """Vectors of second-order cones, a head and a tail each."""

    heads: Array  # one a group
    tails: Array  # one after another where the group's coordinates are
    of: NDArray[np.int64]  # the group of a coordinate

    def like(self, heads: Array, tails: Array) -> "Cones":
        """Return other vectors of the same groups."""
        return Cones(heads, tails, self.of)

    def dot(self, tails: Array) -> Array:
        """Return the inner products of tails."""
        return np.asarray(np.bincount(self.of, self.tails * tails, len(self.heads)), dtype=np.float64)

    def inner(self, other: "Cones") -> Array:
        """Return the inner products."""
        return self.heads * other.heads + self.dot(other.tails)

    def times(self, factors: Array) -> "Cones":
        """Return these vectors times a factor for each group."""
        return self.like(factors * self.heads, factors[self.of] * self.tails)

    def plus(self, other: "Cones", factor: float = 1.0) -> "Cones":
        """Return the sum with a multiple of others."""
        return self.like(self.heads + factor * other.heads, self.tails + factor * other.tails)

    def mirrored(self) -> "Cones":
        """Return J times this."""
        return self.like(self.heads, -self.tails)

    def determinants(self) -> Array:
        """Return head^2 - |tail|^2."""
        sizes = np.sqrt(self.dot(self.tails))
        return (self.heads - sizes) * (self.heads + sizes)

    def product(self, other: "Cones") -> "Cones":
        """Return Jordan products."""
        tails = self.heads[self.of] * other.tails + other.heads[self.of] * self.tails
        return self.like(self.inner(other), tails)

    def quotient(self, other: "Cones") -> "Cones":
        """Return x with self x = other."""
        heads = (self.heads * other.heads - self.dot(other.tails)) / self.determinants()
        return self.like(heads, (other.tails - heads[self.of] * self.tails) / self.heads[self.of])

    def room(self, step: "Cones") -> float:
        """Return which part of a step stays inside, short of the boundary."""
        root = np.sqrt(self.determinants())
        unit, move = self.times(1 / root), step.times(1 / root)
        heads = unit.heads * move.heads - unit.dot(move.tails)
        tails = move.tails - ((heads + move.heads) / (unit.heads + 1))[self.of] * unit.tails
        outside = float((np.sqrt(np.bincount(self.of, tails**2, len(heads))) - heads).max())
        return min(1.0, _SHORT_OF_THE_BOUNDARY / max(outside, 1e-300))


class _Scaling:
    """W, at a primal and a dual vector of cones."""

    def __init__(self, x: Cones, y: Cones) -> None:
        of_x, of_y = x.determinants(), y.determinants()
        self.eta = (of_x / of_y) ** 0.25
        unit_x, unit_y = x.times(1 / np.sqrt(of_x)), y.times(1 / np.sqrt(of_y))
        gamma = np.sqrt((1 + unit_x.inner(unit_y)) / 2)
        self.q = unit_x.plus(unit_y.mirrored()).times(0.5 / gamma)
        self.squared = self.q.dot(self.q.tails)  # |tail of q|^2

    def times(self, v: Cones) -> Cones:
        """Return W v."""
        return self._rotated(v, self.q).times(self.eta)

    def divide(self, v: Cones) -> Cones:
        """Return W^-1 v."""
        return self._rotated(v, self.q.mirrored()).times(1 / self.eta)

    def _rotated(self, v: Cones, q: Cones) -> Cones:
        along = q.dot(v.tails)
        tails = v.tails + (v.heads + along / (1 + q.heads))[q.of] * q.tails
        return v.like(q.heads * v.heads + along, tails)

    @property
    def corner(self) -> Array:
        """The first entry of W^2."""
        return self.eta**2 * (1 + 2 * self.squared)

    @property
    def border(self) -> Array:
        """The rest of its first column."""
        return (2 * self.eta**2 * self.q.heads)[self.q.of] * self.q.tails

    def block(self, by: Array) -> Stretched:
        """Return eta^2 times the identity, stretched along q."""
        sizes = np.sqrt(self.squared)
        along = self.q.tails / np.where(sizes > 0, sizes, 1.0)[self.q.of]
        return Stretched((self.eta**2)[self.q.of], along, by, self.q.of)

    def toward(self, x: Cones, y: Cones, product: float, predicted: "GroupsPoint | None") -> Cones:
        """Return W g, where steps with W^-1 dx + W dy = g lead to products of this number.

        A predicted step corrects g by what the products are of second order in it.
        """
        found = y.mirrored().times(product / y.determinants()).plus(x, -1.0)
        if predicted is None:
            return found
        second = self.divide(predicted.x).product(self.times(predicted.y))
        return found.plus(self.times(self.times(y).quotient(second)), -1.0)


class GroupsPoint(NamedTuple):
    """Primal and dual vectors of cones, or a step of each; whether the sum of their heads is bounded."""

    x: Cones
    y: Cones
    bounds_sum: bool

    @property
    def w(self) -> Array:
        """The direction."""
        return self.x.tails

    @property
    def z(self) -> Array:
        """The dual vector."""
        return -self.y.tails

    def products(self) -> tuple[Array]:
        """Return r size - <w, z>."""
        return (self.x.inner(self.y),)

    def rooms(self, step: "GroupsPoint") -> tuple[float, float]:
        """Return which part of a step stays inside."""
        return self.x.room(step.x), self.y.room(step.y)

    def moved(self, step: "GroupsPoint", primal: float, dual: float) -> "GroupsPoint":
        """Return where these parts of a step lead."""
        return GroupsPoint(self.x.plus(step.x, primal), self.y.plus(step.y, dual), self.bounds_sum)

    def slope(self) -> Slope:
        """Return how w moves with z."""
        return _SumSlope(self) if self.bounds_sum else _MaximumSlope(self)

    def rounded(self) -> Array:
        """Return w, 0 where groups vanish at the end of the path."""
        vanish = self.x.heads <= self.y.heads - np.sqrt(self.y.dot(self.y.tails))
        if not self.bounds_sum or vanish.all():
            return self.w
        return np.where(vanish[self.x.of], 0.0, self.w)


class SumOfGroups(Ball):
    """{v : sum_g |v_g|_2 <= 1}.

    Parameters
    ----------
    units : ndarray of shape (d,)
    group_of : ndarray of int, shape (d,)
    """

    def __init__(self, units: Array, group_of: NDArray[np.int64]) -> None:
        self.units, self._of = units, group_of

    def begin(self, z: Array, room: float) -> GroupsPoint:
        """Return a point inside."""
        groups = int(self._of.max()) + 1
        sizes = np.sqrt(np.bincount(self._of, z**2, groups))
        heads = np.full(groups, 1.1 * float(sizes.max()) + room)
        x = Cones(np.full(groups, 1 / groups), np.zeros(len(z)), self._of)
        return GroupsPoint(x, Cones(heads, -z, self._of), True)


class LargestOfGroups(SumOfGroups):
    """{v : |v_g|_2 <= 1 for all g}."""

    def begin(self, z: Array, room: float) -> GroupsPoint:
        """Return a point inside."""
        groups = int(self._of.max()) + 1
        sizes = np.sqrt(np.bincount(self._of, z**2, groups))
        heads = sizes + max(float(sizes.mean()), room)
        x = Cones(np.ones(groups), np.zeros(len(z)), self._of)
        return GroupsPoint(x, Cones(heads, -z, self._of), False)


class _SumSlope(Slope):
    """The slope where the sum of the heads of x is bounded: all heads of y are its multiplier."""

    def __init__(self, at: GroupsPoint) -> None:
        self._at, self._scaling = at, _Scaling(at.x, at.y)
        self.E = self._scaling.block(1 + 2 * self._scaling.squared)
        self._corner = self._scaling.corner
        self.F, self.spread = self._scaling.border, float(self._corner.sum())

    def target(self, product: float, predicted: Any) -> Target:
        """Return the target at which all products are this number."""
        shift = self._scaling.toward(self._at.x, self._at.y, product, predicted)
        return Target(shift.tails, 1 - float((self._at.x.heads + shift.heads).sum()), (shift.heads,))

    def step(self, target: Target, w: Array, z: Array, size: float) -> GroupsPoint:
        """Return the step of all variables."""
        x, y = self._at.x, self._at.y
        heads = target.held[0] - self._corner * size + x.like(x.heads, self.F).dot(z)
        return GroupsPoint(x.like(heads, w), y.like(np.full(len(heads), size), -z), True)


class _MaximumSlope(Slope):
    """The slope where every head of x is 1, and does not move."""

    def __init__(self, at: GroupsPoint) -> None:
        self._at, self._scaling = at, _Scaling(at.x, at.y)
        self.E = self._scaling.block(1 / (1 + 2 * self._scaling.squared))
        self._corner, self._border = self._scaling.corner, self._scaling.border
        self.F, self.spread = None, 0.0

    def target(self, product: float, predicted: Any) -> Target:
        """Return the target at which all products are this number."""
        shift = self._scaling.toward(self._at.x, self._at.y, product, predicted)
        share = shift.heads / self._corner
        return Target(shift.tails - share[shift.of] * self._border, 0.0, (shift.heads,))

    def step(self, target: Target, w: Array, z: Array, size: float) -> GroupsPoint:
        """Return the step of all variables."""
        x, y = self._at.x, self._at.y
        heads = (target.held[0] + x.like(x.heads, self._border).dot(z)) / self._corner
        return GroupsPoint(x.like(np.zeros(len(heads)), w), y.like(heads, -z), False)
