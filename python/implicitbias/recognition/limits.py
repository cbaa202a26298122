"""The limits of geometries on one problem: maximum margins and their directions."""

import math
from dataclasses import dataclass

import numpy as np

from .._core import Norm, Problem
from .._types import Array
from ..nouns.as_text import plain
from ..oracles.margin_bounds import Margins
from ..oracles.margin_map import MarginMap
from .families import COARSE_LINE, LINE, Place, norm_on, place_of

_SMALL = 200_000  # entries of the rows up to which limits are known to a thousandth, on a fine grid
_CLOSE, _LESS_CLOSE = 1e-3, 1e-2
_PATIENCE = 4_000  # steps beyond which a limit is known as well as it is


@dataclass(frozen=True)
class Geometry:
    """A norm, where it stands, and its limit.

    Attributes
    ----------
    norm : Norm
    place : Place
    name : str
    lower, upper : float
        The maximum margin lies between them.
    direction : ndarray
        Whose margin is the lower one.
    """

    norm: Norm
    place: Place
    name: str
    lower: float
    upper: float
    direction: Array

    @property
    def value(self) -> float:
        """The middle of the bracket."""
        return (self.lower + self.upper) / 2

    @property
    def slack(self) -> float:
        """What the width of the bracket leaves open of a ratio."""
        return (self.upper - self.lower) / (2 * self.lower)


class Limits:
    """The bank's geometries on one problem, and others that are asked for."""

    def __init__(self, problem: Problem) -> None:
        self._problem, self._A = problem, MarginMap.of(problem)
        self.size = min(self._A.samples, self._A.shape[1])
        small = math.prod(self._A.shape) <= _SMALL
        self._tolerance, self._patience = (_CLOSE, 10 * _PATIENCE) if small else (_LESS_CLOSE, _PATIENCE)
        self._line = LINE if small else COARSE_LINE

    def of(
        self, norm: Norm, family: str | None = None, name: str | None = None, nearby: Array | None = None
    ) -> Geometry:
        """Return a geometry with its limit; a direction nearby is where to begin."""
        best = Margins(self._problem, norm, self._A).maximum(self._tolerance, nearby, self._patience)
        if best.proof is not None:
            best.proof.require()
        place, name = place_of(norm, family), name or plain(norm)
        return Geometry(norm, place, name, best.lower, best.upper, best.direction)

    def line(self, family: str) -> list[Geometry]:
        """Return the geometries of a line, by 1/p, from neighbor to neighbor outwards from l2."""
        found: dict[float, Geometry] = {}
        middle = int(np.flatnonzero(self._line == 0.5)[0])
        for part in (self._line[middle:], self._line[:middle][::-1]):
            nearby = found[0.5].direction if found else None
            for x in part:
                found[x] = self.of(norm_on(family, x), nearby=nearby)
                nearby = found[x].direction
        return [found[x] for x in self._line]

    def margin(self, w: Array) -> tuple[float, float]:
        """Return the smallest margin of w, and what rounding may take off it."""
        margins, rounding = self._A.margins(w.ravel()), self._A.rounding(w.ravel())
        least = float(margins.min())
        return least, least - float((margins - rounding).min())

    def sizes(self, w: Array, geometries: list[Geometry]) -> Array:
        """Return w's norms."""
        return np.array([each.norm.value(w.reshape(self._problem.predictor_shape)) for each in geometries])

    def ratios(self, w: Array, geometries: list[Geometry]) -> Array:
        """Return w's normalized margins over the maximum ones."""
        values = np.array([each.value for each in geometries])
        return np.asarray(float(self._A.margins(w.ravel()).min()) / self.sizes(w, geometries) / values)
