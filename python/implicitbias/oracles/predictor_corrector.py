"""Mehrotra's predictor and corrector, which bring the products of multipliers and slacks to 0.

Where a step for products of 0 would lead says how far they may fall at once, and what is left out at first
order (Mehrotra 1992, "On the implementation of a primal-dual interior point method").
"""

from collections.abc import Callable, Iterator
from typing import Protocol, Self, TypeVar

import numpy as np

from .._types import Array


class Point(Protocol):
    """The variables of an interior point method, or a step of each."""

    @property
    def w(self) -> Array:
        """The direction."""

    def products(self) -> tuple[Array, ...]:
        """Return those of multipliers and slacks, all positive inside."""

    def moved(self, step: Self) -> Self:
        """Return where a step leads, or most of the way to the boundary."""


P = TypeVar("P", bound=Point)


class Newton(Protocol[P]):
    """The linearized conditions at a point, their matrix factorized."""

    def step(self, product: float, predicted: P | None) -> P:
        """Return the step to where all products are this number, to first order, or to second order."""


def predictor_corrector(at: P, newton_at: Callable[[P], Newton[P]], iterations: int) -> Iterator[P]:
    """Yield the points of the method, the first one included, until steps end or the precision does."""
    for _ in range(iterations):
        yield at
        with np.errstate(all="ignore"):
            try:
                newton = newton_at(at)
            except (np.linalg.LinAlgError, ValueError):
                return
            ahead = at.moved(predicted := newton.step(0.0, None))
            mu, mu_ahead = _mean_product(at), _mean_product(ahead)
            at = at.moved(newton.step((mu_ahead / mu) ** 3 * mu, predicted))
        if not (min(map(np.min, at.products())) > 0 and np.isfinite(at.w).all()):
            return


def _mean_product(at: Point) -> float:
    return float(np.concatenate(at.products()).mean())
