"""Which potential's Bregman projection an interpolating solution is, for losses with a finite root.

Mirror descent from argmin psi ends at the w with grad psi(w) - grad psi(w0) in the rows' span (Theorem 1):
how far it is off that span tells potentials apart, without a convex program, and p and beta continuously.

A verdict needs a w on the span, but for rounding: what is merely nearest in the bank is no answer, and a w
that started elsewhere is off all spans. Where the rows span all parameters but one, some p and some beta meet
the one equation for nearly every w: then none is fitted, and on the span is what is there to rounding. Of a w
that does not fit yet, potentials stay compatible up to what the rest of its way to a solution may change of
grad psi.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from .._arguments import instance
from .._core import (
    Cosh,
    Entropy,
    Euclidean,
    HyperbolicEntropy,
    MirrorDescent,
    Potential,
    PowerPotential,
    Problem,
)
from .._types import Array
from ..bracket import Bracket
from ..errors import DomainError, InvalidValueError, OracleError
from ..nouns.as_text import plain
from ..oracles.affine_set import AffineSet
from ..oracles.bregman import project
from ..oracles.bregman_oracles import bregman_oracle
from ..problems.rows import moderate, signed_rows, targets_of
from .least_near import least_near
from .result import Fingerprint, nothing_known
from .row import Row
from .trend import trend_of
from .verdict import WIDEST, interval_text

_P = (1.1, 1.25, 4 / 3, 1.5, 2.0, 3.0, 4.0, 8.0)  # of power potentials in the table
_BETA = (0.1, 1.0)  # of hyperbolic entropies in the table
_LINE = np.linspace(0.05, 0.99, 189)  # 1/p
_FITTED = 1e-2  # relative residual up to which the data are fitted
_LOGS = np.linspace(-2, 45, 95)  # logarithms of the largest entry over beta
_SURE = 1e-6  # distance off the span that rounding may leave
_PER_RESIDUAL = 10.0  # what a residual may add to that, at least
_ON = 1e-3  # distance off the span up to which w is on it


def bank(problem: Problem) -> Iterator[Potential]:
    """Yield the potentials that solutions are held against."""
    for p in _P:
        yield Euclidean() if p == 2 else PowerPotential(p)
    yield Entropy()
    yield from map(HyperbolicEntropy, _BETA)
    yield Cosh()


def fingerprint_of_fit(
    problem: Problem, points: list[Array], times: Array | None, potentials: Sequence[Any] | None
) -> Fingerprint:
    """Return the fingerprint of the last of some points."""
    if potentials is not None and not potentials:
        raise InvalidValueError("geometries: expected at least one potential, got none")
    for each in potentials or ():
        instance(each, Potential, "geometries")
    fit = _Fit(problem)
    w = points[-1].ravel()
    known = [*bank(problem), *fit.fitted(w)] if potentials is None else list(potentials)
    residual = fit.residual(w)
    if residual > _FITTED:
        reason = f"w does not fit the data: its residual is {residual:.2g} times the targets"
        unknown = np.full(len(points), np.nan)
        rows = [
            Row(each, _family(each), plain(each), Bracket(-math.inf, 1.0), True, None, unknown)
            for each in known
        ]
        return nothing_known(rows, times, reason, Potential)
    off = np.array([fit.off(each, w) for each in known])
    nearest = fit.nearest(w)

    def may_be(potential: Potential, least: float = float(off.min())) -> bool:
        leeway = _SURE + max(_PER_RESIDUAL * residual, fit.leeway(potential, w, nearest))
        return fit.off(potential, w) <= 2 * least + leeway

    rows = []
    for each in known:
        along = np.array([1 - fit.off(each, point.ravel()) for point in points])
        trend = None if times is None else trend_of(times, 1 - along)
        ratio = fit.ratio(each, w)
        rows.append(Row(each, _family(each), plain(each), ratio, may_be(each), trend, along))
    order = np.argsort(off)
    rows = [rows[i] for i in order]
    interval = estimate = None
    if rows[0].family == "power":
        interval, estimate = fit.exponents(w, may_be)
    families = {row.family for row in rows if row.compatible}
    decided, reason = True, f"{rows[0].name}: w is {off.min():.1g} off the span of its Bregman projection"
    if off.min() > (_ON if fit.equations > 1 else _SURE):
        decided = False
        reason = (
            f"w is on no path of the bank from its start: {rows[0].name}, the nearest, is {off.min():.1g} off"
        )
    elif len(families) > 1:
        decided, reason = False, f"cannot be told apart on these data: {', '.join(sorted(families))}"
    elif interval is not None and interval[1] - interval[0] >= WIDEST:
        decided, reason = False, f"cannot be told apart on these data: {interval_text(interval)}"

    def ask(geometry: Any) -> bool:
        instance(geometry, Potential, "geometry")
        return may_be(geometry)

    return Fingerprint(
        rows, times, rows[0].geometry, interval, estimate, decided, reason, fit.contrast(off), ask
    )


class _Fit:
    """The solutions of a problem, and how far a point is off the spans that potentials give them."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._rows, self._targets = moderate(signed_rows(problem)), moderate(targets_of(problem), "y")
        _, values, V = np.linalg.svd(self._rows, full_matrices=False)
        self._span = V[values > 1e-12 * values[0]] if values.size and values[0] > 0 else V[:0]
        if not self._span.size:
            raise InvalidValueError("X: expected features that are not all 0: every w fits alike")
        self.equations = self._span.shape[1] - len(self._span)  # of points that are on a span

    def residual(self, w: Array) -> float:
        """Return |Xw - y| over |y|."""
        size = float(np.linalg.norm(self._targets)) or 1.0
        return float(np.linalg.norm(self._rows @ w - self._targets)) / size

    def _start(self, potential: Potential) -> Array:
        return np.asarray(MirrorDescent(potential).default_start(self._problem))

    def off(self, potential: Potential, w: Array) -> float:
        """Return which part of grad psi(w) - grad psi(w0) is off the rows' span; 1 outside the domain."""
        start = self._start(potential)
        try:
            moved = (potential.link(w.reshape(start.shape)) - potential.link(start)).ravel()
        except (DomainError, InvalidValueError):
            return 1.0
        size = float(np.linalg.norm(moved))
        if not 0 < size < math.inf:
            return 0.0 if size == 0 else 1.0
        moved = moved / size
        return float(np.linalg.norm(moved - self._span.T @ (self._span @ moved)))

    def nearest(self, w: Array) -> Array:
        """Return the solution that is nearest to w."""
        return np.asarray(w + np.linalg.lstsq(self._rows, self._targets - self._rows @ w, rcond=None)[0])

    def leeway(self, potential: Potential, w: Array, nearest: Array) -> float:
        """Return how much grad psi changes from w to the nearest solution; 1 where one is in the domain."""
        start = self._start(potential)
        links = []
        for point in (w, nearest):
            with suppress(DomainError, InvalidValueError):
                links.append((potential.link(point.reshape(start.shape)) - potential.link(start)).ravel())
        if len(links) < 2:
            return float(len(links))
        size, change = float(np.linalg.norm(links[0])), float(np.linalg.norm(links[1] - links[0]))
        return min(change / size, 1.0) if 0 < size < math.inf else 1.0

    def fitted(self, w: Array) -> Iterator[Potential]:
        """Yield the potentials whose span has w for a p or beta that the table does not have."""
        if self.equations < 2 or not (size := float(np.abs(w).max())) > 0:
            return
        lines: list[tuple[Callable[[float], Potential], Array, Iterable[Potential]]] = [
            (lambda x: PowerPotential(1 / x), _LINE, map(PowerPotential, _P)),
            (lambda log: HyperbolicEntropy(size * math.exp(-log)), _LOGS, map(HyperbolicEntropy, _BETA)),
        ]
        for on_line, line, known in lines:
            x, off = least_near(lambda x, on_line=on_line: self.off(on_line(x), w), line)  # type: ignore[misc]
            if off <= _ON and min(self.off(each, w) for each in known) > _SURE:
                yield on_line(x)

    def exponents(
        self, w: Array, may_be: Callable[[Potential, float], bool]
    ) -> tuple[tuple[float, float], float]:
        """Return the interval of 1/p whose power potentials may be the one, and the nearest."""
        x, least = least_near(lambda x: self.off(PowerPotential(1 / x), w), _LINE)
        there = [x, *(float(each) for each in _LINE if may_be(PowerPotential(1 / each), least))]
        return (min(there), max(there)), x

    def ratio(self, potential: Potential, w: Array) -> Bracket:
        """Return (D(projection, w0) / D(w, w0))^(1/2), certified: like lengths, 1 at the projection."""
        start = self._start(potential)
        try:
            oracle = bregman_oracle(potential, w.size)
            projection = project(oracle, start.ravel(), AffineSet.of(oracle.rows(self._rows), self._targets))
            size = potential.divergence(w.reshape(start.shape), start)
        except (OracleError, DomainError, InvalidValueError):
            return Bracket(-math.inf, 1.0)
        if not 0 < size < math.inf:
            return Bracket(0.0, 0.0) if size > 0 else Bracket(1.0, 1.0)
        upper = min(1.0, math.sqrt(projection.value / size))
        return Bracket(min(upper, math.sqrt(max(projection.value * (1 - projection.gap) / size, 0.0))), upper)

    def contrast(self, off: Array) -> float:
        """Return the second smallest distance less the smallest."""
        return float(np.diff(np.sort(off)[:2])[0]) if len(off) > 1 else math.nan


def _family(potential: Potential) -> str:
    if isinstance(potential, HyperbolicEntropy):
        return "hyperbolic entropy"
    return "power" if isinstance(potential, Euclidean | PowerPotential) else plain(potential)
