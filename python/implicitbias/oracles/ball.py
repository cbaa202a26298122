"""Unit balls as interior point methods see them: primal and dual variables, and how they move together.

In units in which the ball is a standard one, a point of it has w and z, with steps of these to first order

    dw = E dz - F size + shift,    F' dz - spread size = rest,

where E is a stretched diagonal. Where the ball bounds a sum, size is the step of the bound that alpha proves;
otherwise there is no F.
"""

from copy import copy
from typing import Any, NamedTuple, Protocol, Self

import numpy as np

from .._types import Array
from .central_path import to_the_boundary
from .stretched import Stretched


class Target(NamedTuple):
    """What a step leads to, beside dz and size."""

    shift: Array
    rest: float
    held: tuple[Any, ...]  # by the slope that made it


class Slope(Protocol):
    """How w moves with z at a point."""

    E: Stretched
    F: Array | None
    spread: float

    def target(self, product: float, predicted: Any) -> Target:
        """Return that of products of this number, to first order, or to second order."""

    def step(self, target: Target, w: Array, z: Array, size: float) -> "BallPoint":
        """Return the step of all variables that goes with one of w, z and size."""


class BallPoint(Protocol):
    """Primal and dual variables, or a step of each."""

    @property
    def w(self) -> Array:
        """The direction."""

    @property
    def z(self) -> Array:
        """The dual vector."""

    def products(self) -> tuple[Array, ...]:
        """Return those of multipliers and slacks, all positive inside."""

    def rooms(self, step: Any) -> tuple[float, float]:
        """Return which part of a step stays inside, of primal and of dual variables."""

    def moved(self, step: Any, primal: float, dual: float) -> "BallPoint":
        """Return where these parts of a step lead."""

    def slope(self) -> Slope:
        """Return how w moves with z."""

    def rounded(self) -> Array:
        """Return w, with zeros where it vanishes at the end of the path."""


class Ball(Protocol):
    """A unit ball of w = units v."""

    units: Array

    def of_weighted(self, weights: Array) -> Self:
        """Return that of the norm of weights w."""
        ball = copy(self)
        ball.units = self.units / weights
        return ball

    def begin(self, z: Array, room: float) -> BallPoint:
        """Return a point inside, for a dual vector in these units, with some room beside it."""


class Box(Ball):
    """{v : |v_i| <= 1}, with prices of its sides: z = above - below, above (1 - v) = below (1 + v) = 0.

    Parameters
    ----------
    units : ndarray of shape (d,)
    """

    def __init__(self, units: Array) -> None:
        self.units = units

    def begin(self, z: Array, room: float) -> "BoxPoint":
        """Return a point inside."""
        room = max(float(np.abs(z).mean()), room)
        return BoxPoint(np.zeros(len(z)), np.maximum(z, 0) + room, np.maximum(-z, 0) + room)


class BoxPoint(NamedTuple):
    """The variables, or a step of each."""

    w: Array
    above: Array
    below: Array

    @property
    def z(self) -> Array:
        """The dual vector."""
        return self.above - self.below

    def products(self) -> tuple[Array, Array]:
        """Return above (1 - w) and below (1 + w)."""
        return self.above * (1 - self.w), self.below * (1 + self.w)

    def rooms(self, step: "BoxPoint") -> tuple[float, float]:
        """Return which part of a step stays inside."""
        inside = to_the_boundary((1 - self.w, -step.w), (1 + self.w, step.w))
        return inside, to_the_boundary((self.above, step.above), (self.below, step.below))

    def moved(self, step: "BoxPoint", primal: float, dual: float) -> "BoxPoint":
        """Return where these parts of a step lead."""
        above, below = self.above + dual * step.above, self.below + dual * step.below
        return BoxPoint(self.w + primal * step.w, above, below)

    def slope(self) -> "_BoxSlope":
        """Return how w moves with z."""
        return _BoxSlope(self)

    def rounded(self) -> Array:
        """Return w."""
        return self.w


class _BoxSlope(Slope):
    def __init__(self, at: BoxPoint) -> None:
        self._at = at
        self.E = Stretched.diagonal_of(1 / (at.above / (1 - at.w) + at.below / (1 + at.w)))
        self.F, self.spread = None, 0.0

    def target(self, product: float, predicted: BoxPoint | None) -> Target:
        """Return that of products of this number."""
        at = self._at
        above, below = (product - each for each in at.products())
        if predicted is not None:
            above, below = above + predicted.above * predicted.w, below - predicted.below * predicted.w
        of_above, of_below = above / (1 - at.w), below / (1 + at.w)
        return Target(self.E.times(of_below - of_above), 0.0, (of_above, of_below))

    def step(self, target: Target, w: Array, z: Array, size: float) -> BoxPoint:
        """Return the step of all variables."""
        of_above, of_below = target.held
        at = self._at
        above = of_above + at.above / (1 - at.w) * w
        return BoxPoint(w, above, of_below - at.below / (1 + at.w) * w)


class CrossPolytope(Ball):
    """{v : |v|_1 <= 1}, v = u - l: sum (u + l) = 1, u (size - z) = l (size + z) = 0, u, l >= 0, |z| <= size.

    Parameters
    ----------
    units : ndarray of shape (d,)
    """

    def __init__(self, units: Array) -> None:
        self.units = units

    def begin(self, z: Array, room: float) -> "CrossPolytopePoint":
        """Return a point inside."""
        u = np.full(len(z), 0.5 / len(z))
        return CrossPolytopePoint(u, u, z, 1.1 * float(np.abs(z).max()) + room)


class CrossPolytopePoint(NamedTuple):
    """The variables, or a step of each."""

    u: Array
    v: Array
    z: Array
    size: float

    @property
    def w(self) -> Array:
        """The direction."""
        return self.u - self.v

    def products(self) -> tuple[Array, Array]:
        """Return u (size - z) and v (size + z)."""
        return self.u * (self.size - self.z), self.v * (self.size + self.z)

    def rooms(self, step: "CrossPolytopePoint") -> tuple[float, float]:
        """Return which part of a step stays inside."""
        rooms = (self.size - self.z, step.size - step.z), (self.size + self.z, step.size + step.z)
        return to_the_boundary((self.u, step.u), (self.v, step.v)), to_the_boundary(*rooms)

    def moved(self, step: "CrossPolytopePoint", primal: float, dual: float) -> "CrossPolytopePoint":
        """Return where these parts of a step lead."""
        u, v = self.u + primal * step.u, self.v + primal * step.v
        return CrossPolytopePoint(u, v, self.z + dual * step.z, self.size + dual * step.size)

    def slope(self) -> "_CrossPolytopeSlope":
        """Return how w moves with z."""
        return _CrossPolytopeSlope(self)

    def rounded(self) -> Array:
        """Return w, 0 where it vanishes at the end of the path."""
        vanish = (self.u <= self.size - self.z) & (self.v <= self.size + self.z)
        return np.where(vanish & ~vanish.all(), 0.0, self.w)


class _CrossPolytopeSlope(Slope):
    def __init__(self, at: CrossPolytopePoint) -> None:
        self._at = at
        self._of_u, self._of_v = at.u / (at.size - at.z), at.v / (at.size + at.z)
        E = self._of_u + self._of_v
        self.E, self.F, self.spread = Stretched.diagonal_of(E), self._of_u - self._of_v, float(E.sum())

    def target(self, product: float, predicted: CrossPolytopePoint | None) -> Target:
        """Return that of products of this number."""
        at = self._at
        u, v = (product - each for each in at.products())
        if predicted is not None:
            u = u - predicted.u * (predicted.size - predicted.z)
            v = v - predicted.v * (predicted.size + predicted.z)
        of_u, of_v = u / (at.size - at.z), v / (at.size + at.z)
        return Target(of_u - of_v, 1 - float((at.u + at.v + of_u + of_v).sum()), (of_u, of_v))

    def step(self, target: Target, w: Array, z: Array, size: float) -> CrossPolytopePoint:
        """Return the step of all variables."""
        of_u, of_v = target.held
        return CrossPolytopePoint(of_u - self._of_u * (size - z), of_v - self._of_v * (size + z), z, size)
