"""Bounds on a maximum margin by first-order steps, on the samples that matter.

The steps need not be trusted: what counts is what their weights and directions prove, rounding included.
"""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._core import Norm, Problem
from .._types import Array
from ..bracket import Bracket
from ..errors import InvalidTypeError, InvalidValueError, OracleError
from ..nouns.of_ones_own import is_strictly_convex
from .atomic_saddle import atomic_saddle_point
from .margin_map import MarginMap
from .max_margin import max_margin
from .norms import oracle_of
from .saddle_point import saddle_point
from .separability import Separability, separability

_EPSILON = float(np.finfo(float).eps)
_SMALL = 2_000_000  # entries of the rows up to which all of them are taken
_FEW = 100_000_000  # entries of the rows of the samples that are taken at first, of many
_ROUNDS = 60  # of rows that are taken up
_STEPS, _MORE_STEPS = 2_000, 40_000  # of the saddle point's method in each of them, and on all rows
_ATOMIC_STEPS = 80_000


class Maximum(NamedTuple):
    """What is certified of a maximum margin."""

    lower: float
    upper: float
    direction: Array  # whose normalized margin is the lower side; zeros where there is none
    weights: Array  # alpha, whose |A' alpha|_* is the upper side, where all samples were taken; or empty
    proof: Separability | None = None  # where nothing separates; the upper side is 0 then


class Margins:
    """The margins of a problem in one norm."""

    def __init__(self, problem: Problem, norm: Norm, A: MarginMap | None = None) -> None:
        self._problem, self._norm, self._shape = problem, norm, problem.predictor_shape
        self._A = A or MarginMap.of(problem)
        self._error = _rounding(self._A, norm)
        self._projects = oracle_of(norm).ball_projection(self._shape) is not None

    def lower(self, w: Array) -> float:
        """Return the normalized margin of w, rounding deducted."""
        least = float((self._A.margins(w.ravel()) - self._A.rounding(w.ravel())).min())
        size = self._norm.value(w.reshape(self._shape))
        if not 0 < size < math.inf:
            return -math.inf
        return least / size * (1 - math.copysign(self._error, least))

    def maximum(self, tolerance: float, w: Array | None = None, patience: int | None = None) -> Maximum:
        """Return bounds with this relative gap, or the proof that nothing separates.

        With a patience, of so many steps, bounds with another gap will do.

        Raises
        ------
        InvalidValueError
            If the tolerance cannot be met.
        """
        A = self._A
        whole, few = math.prod(A.shape) <= _SMALL, max(_FEW * A.samples // math.prod(A.shape), 50)
        margins = np.zeros(A.shape[0]) if w is None else A.margins(w.ravel())
        active = np.arange(A.samples) if whole else _smallest(A.least_of_samples(margins), few)
        start = None if w is None else w.ravel(), _soft_max(A.of_samples(margins)[active].ravel())
        best, found = math.inf, Maximum(-math.inf, math.inf, np.zeros(A.shape[1]), np.zeros(0))
        looked = False  # for a proof that nothing separates
        for attempt in range(2 if whole else _ROUNDS):
            part = A.part(active)
            bounds = Bounds(part, self._norm, self._shape, self._error)
            steps = _STEPS if attempt == 0 or not whole else patience or _MORE_STEPS
            for direction, alpha in self._walk(part, start, steps, again=attempt > 0):
                bounds.look(direction, alpha)
                if bounds.gap <= (tolerance if whole else tolerance / 2):
                    break
            fell, best = bounds.upper < best * (1 - 1e-3), min(best, bounds.upper)
            if bounds.direction is not None:
                found = self._better(found, bounds.direction)
                margins = A.margins(bounds.direction)
            found = found._replace(upper=best, weights=bounds.weights if whole else np.zeros(0))
            enough = best - found.lower <= tolerance * best or (patience and whole and attempt)
            if found.lower > 0 and enough:
                return found
            if bounds.lower <= 0 and not looked:
                looked, proof = True, self._overlap(active)
                if proof is not None:
                    return Maximum(-math.inf, 0.0, np.zeros(A.shape[1]), proof.weights, proof)
            # Samples without weight make room, as long as the bound falls: so no set of samples comes again.
            heavy = part.of_samples(bounds.weights)
            kept = heavy.max(axis=1) > (1e-9 * heavy.max() if fell else -1)
            joined = np.union1d(active[kept], _smallest(A.least_of_samples(margins), few))
            weights = np.zeros((len(joined), heavy.shape[1]))
            weights[np.searchsorted(joined, active[kept])] = heavy[kept]
            active, start = joined, (bounds.direction, weights.ravel())
        return self._by_program(tolerance, found)

    def _walk(
        self, A: MarginMap, start: tuple[Array | None, Array], steps: int, again: bool
    ) -> Iterator[tuple[Array, Array]]:
        """Yield w and alpha by first-order steps, over atoms where the norm's own geometry has no others."""
        curved = self._projects or is_strictly_convex(self._norm)
        if not curved or (again and not self._projects):
            yield from atomic_saddle_point(A, self._norm, self._shape, start, _ATOMIC_STEPS)
        if curved:
            yield from saddle_point(A, self._norm, self._shape, start, steps)

    def _better(self, found: Maximum, direction: Array) -> Maximum:
        """Return what is certified once this direction is known, too."""
        direction = direction.ravel()
        lower = self.lower(direction)
        return found._replace(lower=lower, direction=direction) if lower > found.lower else found

    def _by_program(self, tolerance: float, found: Maximum) -> Maximum:
        """Return what the convex program certifies."""
        reason = ""
        try:
            solution = max_margin(self._problem, self._norm)
        except (OracleError, InvalidTypeError, InvalidValueError) as error:
            reason = f" ({error})"
        else:
            upper = Bounds(self._A, self._norm, self._shape, self._error).of(solution.weights)
            found = self._better(found, solution.direction)._replace(
                upper=min(found.upper, upper), weights=solution.weights
            )
        if found.lower > 0 and found.upper - found.lower <= tolerance * found.upper:
            return found
        raise InvalidValueError(
            f"tolerance: {tolerance:g} cannot be met; what is certified of the maximum margin is "
            f"[{max(found.lower, 0.0):.6g}, {found.upper:.6g}]{reason}"
        )

    def _overlap(self, active: NDArray[np.int64]) -> Separability | None:
        """Return the proof that nothing separates; of many rows, that of those that are at hand will do."""
        problem, whole = self._problem, math.prod(self._A.shape) <= _SMALL
        if not whole and problem.classes is not None:  # all classes keep their numbers
            active = np.union1d(active, np.unique(problem.y, return_index=True)[1])
        some = problem if whole else Problem(problem.X[active], problem.y[active], problem.loss)
        found = separability(some)
        if found.separable:
            return None
        if whole:
            return found
        weights = np.zeros((self._A.samples, len(found.weights) // len(active)))
        weights[active] = found.weights.reshape(len(active), -1)
        kind: Any = found.kind if found.kind == "overlap" else "undecided"
        nowhere = np.zeros(self._shape)
        return Separability(False, kind, 0.0, nowhere, weights.ravel(), found.residual)


class Bounds:
    """What weights of some samples, and directions, prove of the maximum margin on these."""

    def __init__(self, A: MarginMap, norm: Norm, shape: tuple[int, ...], error: float) -> None:
        self._A, self._norm, self._shape, self._error = A, norm, shape, error
        self.lower, self.upper, self.size = -math.inf, math.inf, 0.0
        self.weights = np.ones(A.shape[0])
        self.direction: Array | None = None

    @classmethod
    def of_norm(cls, A: MarginMap, norm: Norm, shape: tuple[int, ...]) -> "Bounds":
        """Return the bounds before anything was looked at."""
        return cls(A, norm, shape, _rounding(A, norm))

    @property
    def gap(self) -> float:
        """The relative gap, 1 - lower / upper."""
        return Bracket(self.lower, self.upper).gap if self.lower > 0 else math.inf

    def look(self, w: Array, alpha: Array) -> None:
        """Keep a direction and weights, each if it proves a better bound than those before."""
        size = self._norm.value(w.reshape(self._shape))
        margin = float(self._A.margins(w).min()) / size if size > 0 else -math.inf
        if margin > self.lower:
            self.lower, self.direction = margin, w
        rough = self._dual(self._A.combination(alpha))
        if rough < self.upper and (upper := self.of(alpha)) < self.upper:
            self.upper, self.weights = upper, alpha

    def of(self, alpha: Array) -> float:
        """Return |A' alpha|_* over the sum of alpha, rounding added."""
        dual, self.size = self._dual(self._A.combination(alpha)), self._dual(self._A.sizes_combined(alpha))
        return (dual + self._error * self.size) * (1 + self._error) / (float(alpha.sum()) * (1 - self._error))

    def _dual(self, z: Array) -> float:
        return self._norm.dual(z.reshape(self._shape))


def _rounding(A: MarginMap, norm: Norm) -> float:
    """Return a bound on the relative rounding of inner products, sums over samples and norms."""
    return float((sum(A.shape) + 16) * _EPSILON * norm.condition)


def _smallest(values: Array, count: int) -> NDArray[np.int64]:
    """Return the indices of the `count` smallest values, in order."""
    count = min(count, len(values))
    return np.sort(np.argpartition(values, count - 1)[:count])


def _soft_max(margins: Array) -> Array:
    """Return weights exp(-beta m) with a beta that leaves weight on some dozens of samples, or on all."""
    above = margins - margins.min()
    unit = float(np.sort(above)[min(len(above) - 1, 30)])
    return np.exp(-above / unit) if unit > 0 else np.ones(len(margins))
