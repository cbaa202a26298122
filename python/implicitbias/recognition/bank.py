"""The geometries that directions on one problem are held against, solved once."""

import math
from functools import cached_property

from .._core import Norm, Problem, Schatten
from .families import NAMED, beside_lines, lines, norm_on, place_of
from .limits import Geometry, Limits
from .mirror_paths import MirrorPaths


class Bank:
    """Lines of norms, and geometries on none, with their limits.

    Parameters
    ----------
    problem : Problem
    norms : list of Norm, optional
        Instead of those that are there by default; an l_p or Schatten norm brings its whole line.
    """

    def __init__(self, problem: Problem, norms: list[Norm] | None = None) -> None:
        self.problem, self._norms = problem, norms
        self.limits = Limits(problem)

    @cached_property
    def paths(self) -> MirrorPaths | None:
        """The paths of mirror descent; None where norms are given."""
        return MirrorPaths(self.problem) if self._norms is None else None

    @property
    def norms(self) -> list[Norm]:
        """Those that are given, or the named ones of the lines."""
        if self._norms is not None:
            return self._norms
        named = [norm_on(name, 1 / p) for name in lines(self.problem) for p in NAMED]
        return [norm for norm in named if norm != Schatten(2)]

    @cached_property
    def on_lines(self) -> dict[str, list[Geometry]]:
        """The geometries of every line, by 1/p."""
        families = {place_of(norm).family for norm in self.norms}
        return {name: self.limits.line(name) for name in lines(self.problem) if name in families}

    @cached_property
    def singles(self) -> list[Geometry]:
        """The geometries on no line."""
        if self._norms is None:
            return [self.limits.of(norm, family, name) for family, name, norm in beside_lines(self.problem)]
        return [self.limits.of(norm) for norm in self._norms if place_of(norm).family not in self.on_lines]

    @cached_property
    def shown(self) -> list[Geometry]:
        """The geometries that have a row in the table; Schatten(2) is there as Lp(2)."""
        nodes = [each for line in self.on_lines.values() for each in line]
        found = {norm: next((each for each in nodes if each.norm == norm), None) for norm in self.norms}
        on_lines = [norm for norm in found if place_of(norm).family in self.on_lines]
        return [found[norm] or self.limits.of(norm) for norm in on_lines] + self.singles

    @cached_property
    def contrast(self) -> float:
        """The smallest gap that the limit of l1, l2 or linf, or their like on matrices, has in another."""
        least = math.inf
        for line in self.on_lines.values():
            corners = [each for each in line if each.place.x in (0, 0.5, 1)]
            for one in corners:
                others = [each for each in corners if each is not one]
                least = min([least, *(1 - self.limits.ratios(one.direction, others))])
        return max(float(least), 0.0) if math.isfinite(least) else math.nan
