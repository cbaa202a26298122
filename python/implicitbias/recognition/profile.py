"""The ratios of one direction over all geometries, and which of them may still be the one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .._core import Norm
from .._types import Array
from .compatibility import NEARLY_0, PADDING, allowed, distance, position
from .families import Place, place_of
from .limits import Geometry, Limits

FINE = np.linspace(0, 1, 201)  # 1/p at which lines are looked at
_LEAST_SLACK = 1e-3


@dataclass(frozen=True)
class Best:
    """Where a direction's ratio is largest: a place on a line, or a geometry on none."""

    place: Place
    ratio: float
    slack: float
    geometry: Geometry | None  # None on a line


class Profile:
    """A direction against the lines and the geometries on none.

    Parameters
    ----------
    limits : Limits
    lines : dict of str to list of Geometry
        By 1/p, from 0 to 1.
    singles : sequence of Geometry
    w : ndarray
        With a positive margin.
    """

    def __init__(
        self, limits: Limits, lines: dict[str, list[Geometry]], singles: Sequence[Geometry], w: Array
    ) -> None:
        self._limits, self._lines, self._singles, self._w = limits, lines, list(singles), w
        self.on_lines = {
            name: _smooth(nodes, np.minimum(limits.ratios(w, nodes), 1)) for name, nodes in lines.items()
        }
        self.of_singles = np.minimum(limits.ratios(w, self._singles), 1) if self._singles else np.zeros(0)
        best_on_line, *others = self._candidates()
        self.best = max(best_on_line, *others, key=lambda each: each.ratio) if others else best_on_line
        self.compatible = {name: self._on_line(name, self.best) for name in lines}
        if self.best.place.log_weights.size:
            # Weights made of the data may fit a direction by chance: that speaks against no norm without any.
            for name, there in self.compatible.items():
                there |= self._on_line(name, best_on_line)

    def _candidates(self) -> list[Best]:
        """Return the best place of all lines, and then the geometries on none."""
        found = []
        for name, ratios in self.on_lines.items():
            at = int(ratios.argmax())
            nodes = self._lines[name]
            slack = max(each.slack for each in nodes)
            found.append(Best(Place(name, float(FINE[at]), True), float(ratios[at]), slack, None))
        singles = [
            Best(each.place, float(ratio), each.slack, each)
            for each, ratio in zip(self._singles, self.of_singles, strict=True)
        ]
        return [max(found, key=lambda each: each.ratio), *singles]

    def _in_best(self, nodes: Sequence[Geometry], best: Best) -> Array:
        """Return the ratios that the limits of some geometries have in the best one."""
        if best.geometry is not None:
            return np.array([self._limits.ratios(each.direction, [best.geometry])[0] for each in nodes])
        line = self._lines[best.place.family]
        return np.array(
            [
                float(np.interp(best.place.x, FINE, _smooth(line, self._limits.ratios(each.direction, line))))
                for each in nodes
            ]
        )

    def _may_be(
        self, ratios: Array, distances: Array, nodes: Sequence[Geometry], in_best: Array, best: Best
    ) -> NDArray[np.bool_]:
        slack = max(max(each.slack for each in nodes) + best.slack, _LEAST_SLACK)
        missing = allowed(ratios, distances, self._limits.size)
        return np.asarray(best.ratio - ratios * np.minimum(in_best, 1) <= missing + slack)

    def _on_line(self, name: str, best: Best) -> NDArray[np.bool_]:
        """Return which places of a line may be the one, as far as the best one says."""
        nodes = self._lines[name]
        in_best = _smooth(nodes, self._in_best(nodes, best))
        if best.place.family == name and best.geometry is None:
            distances = np.abs(position(FINE) - position(best.place.x))
        else:
            distances = np.array([distance(Place(name, x), best.place) for x in FINE])
        may_be = self._may_be(self.on_lines[name], distances, nodes, in_best, best)
        if best.place.family == name and best.geometry is None:
            may_be[int(np.abs(FINE - best.place.x).argmin())] = True
        there = np.asarray((np.abs(FINE[:, None] - FINE[None, may_be]) <= PADDING + 1e-9).any(axis=1))
        if there[FINE <= NEARLY_0 + 1e-9].any():
            there[FINE <= NEARLY_0 + 1e-9] = True
        return there

    def asked(self, norm: Norm, known: Geometry | None) -> bool:
        """Return whether a norm may be the one, solved for where it is neither known nor on a line."""
        place = place_of(norm)
        if known is None and not (place.on_line and place.family in self.compatible):
            known = self._limits.of(norm)
        if known is not None:
            return self.may_be(known)
        return bool(self.compatible[place.family][int(np.abs(FINE - place.x).argmin())])

    def may_be(self, geometry: Geometry) -> bool:
        """Return whether one geometry may be the one."""
        line = self.compatible.get(geometry.place.family) if geometry.place.on_line else None
        if line is not None:
            return bool(line[int(np.abs(FINE - geometry.place.x).argmin())])
        if geometry is self.best.geometry:
            return True
        ratio = np.minimum(self._limits.ratios(self._w, [geometry]), 1)
        apart = np.array([distance(geometry.place, self.best.place)])
        in_best = self._in_best([geometry], self.best)
        return bool(self._may_be(ratio, apart, [geometry], in_best, self.best)[0])


def _smooth(nodes: Sequence[Geometry], values: Array) -> Array:
    """Return values at the nodes of a line between them, without overshooting."""
    from scipy.interpolate import PchipInterpolator

    return np.asarray(PchipInterpolator([each.place.x for each in nodes], values)(FINE))
