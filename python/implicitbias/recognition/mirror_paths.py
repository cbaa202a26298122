"""Potentials whose mirror descent looks like a norm on the way: the hyperbolic entropy and cosh.

From l2 they pass through the l_p between it and l1, or linf, like 1 / log t, so that margins alone would take
them for one of those. But mirror descent from argmin psi moves grad psi(w) along samples alone, whatever its
steps and batches: it lies in their span, exactly and at all times, which steepest descent in another norm
does not.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .._core import Cosh, HyperbolicEntropy, Potential, Problem
from .._types import Array
from ..nouns.as_text import plain
from ..oracles.bregman_oracles import bregman_oracle
from ..oracles.margin_map import MarginMap
from ..problems.class_labels import codes_of
from ..problems.rows import dense_rows, samples_of
from .least_near import least_near

_LARGEST = 10_000_000_000  # n d min(n, d), up to which the span of the samples is looked at
_HARMLESS = 1e-9  # rounding of a ratio
_FEWEST = 5  # dimensions across the span, fewer of which a parameter that is fitted could meet by chance
_LINES = np.linspace(0.02, 0.98, 49)  # 1/p
_HYPERBOLIC, _COSH = np.linspace(-2.5, 60, 126), np.linspace(-2.5, 6, 86)  # log of |w| over the unit
_EXACT, _FAR_BETTER, _NO_WORSE = 1e-2, 0.1, 0.8  # distances off the span, and relative to that of l_p


class Path(NamedTuple):
    """A potential, with the unit in which w is nearest to its paths."""

    potential: Potential
    family: str
    name: str
    unit: float  # w over this is what the potential sees
    off: float  # which part of grad psi(w) is off the span


class MirrorPaths:
    """How far directions on one problem are off the paths of mirror descent from argmin psi.

    Parameters
    ----------
    problem : Problem
        With margins.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._span = _span(problem)
        self._scores = 1 if problem.classes is None else len(problem.classes)

    @property
    def known(self) -> bool:
        """Whether enough is across the samples' span."""
        return self._span is not None

    def off(self, z: Array) -> float:
        """Return which part of a dual vector is off the span of the rows; 1 where it is not finite."""
        assert self._span is not None
        largest = float(np.abs(z).max())
        if not 0 < largest < math.inf:
            return 0.0 if largest == 0 else 1.0
        z = z / largest
        Z = (z / np.linalg.norm(z)).reshape(self._scores, -1)
        # Pairs of classes span all W of sum 0 over the classes whose rows are in the samples' span.
        within = Z - Z.mean(axis=0) if self._problem.classes is not None else Z
        return float(np.linalg.norm(Z - (within @ self._span.T) @ self._span))

    def of_powers(self, w: Array) -> float:
        """Return how far the nearest power potential, that of some l_p, is off."""
        u = w.ravel() / np.abs(w).max()
        return least_near(lambda x: self.off(np.sign(u) * np.abs(u) ** (1 / x - 1)), _LINES)[1]

    def nearest(self, w: Array) -> list[Path]:
        """Return the potentials, in the units that are nearest, the nearest potential first."""
        w = w.ravel()
        size = float(np.abs(w).max())

        def place(link: Callable[[Array], Array], scales: Array) -> tuple[float, float]:
            scale, off = least_near(lambda scale: self.off(link(math.exp(scale) / size * w)), scales)
            return size * math.exp(-scale), off

        beta, off = place(np.arcsinh, _HYPERBOLIC)
        name = plain(HyperbolicEntropy(float(f"{beta:.3g}")))
        entropy = Path(HyperbolicEntropy(beta), "hyperbolic entropy", name, 1.0, off)
        unit, off = place(np.sinh, _COSH)
        cosh = Path(Cosh(), "cosh", f"cosh, w over {unit:.3g}", unit, off)
        return sorted([entropy, cosh], key=lambda path: path.off)

    def ratio(self, path: Path, w: Array) -> float:
        """Return what the margin of w is of the largest one of any v with psi(v) <= psi(w), at least.

        No such v has a margin above (psi(w) + psi*(l A' alpha)) / l, whatever l > 0 and alpha in the simplex
        are. Those that make grad psi(w) of samples are the best there are on a path of mirror descent.
        """
        from scipy.optimize import minimize_scalar

        A, w = MarginMap.of(self._problem), w.ravel() / path.unit
        oracle, nowhere = bregman_oracle(path.potential, w.size), np.zeros_like(w)
        level, none = oracle.divergence(w, nowhere), oracle.conjugate(nowhere)
        alpha = self._weights(oracle.link(w))
        total, least = float(alpha.sum()), float((A.margins(w) - A.rounding(w)).min())
        if not (0 < total < math.inf and least > 0):
            return 0.0
        z = A.combination(alpha) / total

        def bound(log_l: float) -> float:
            """Return the logarithm of what l proves."""
            with np.errstate(over="ignore"):
                return math.log(max(level + oracle.conjugate(math.exp(log_l) * z) - none, least)) - log_l

        near = math.log(total)
        found = minimize_scalar(bound, bounds=(near - 1, near + 1), method="bounded", options={"xatol": 1e-9})
        upper = math.exp(min(float(found.fun), bound(near)))
        return min(1.0, least / upper * (1 - _HARMLESS))

    def _weights(self, z: Array) -> Array:
        """Return the weights of rows, not negative, that z is made of if it is made of any."""
        X, problem = dense_rows(samples_of(self._problem)), self._problem
        Z = z.reshape(self._scores, -1)
        C = np.linalg.lstsq(X.T, Z.T, rcond=None)[0]
        if problem.classes is None:
            return np.asarray(np.maximum(C[:, 0] * problem.y, 0.0))
        own = np.equal.outer(codes_of(problem.y, problem.classes), np.arange(self._scores))
        return np.asarray(np.maximum(-C[~own], 0.0))


def is_named(path: Path, powers: float) -> bool:
    """Return whether a path explains what powers, off by so much, do not."""
    return path.off <= min(_EXACT, _FAR_BETTER * powers)


def may_be(path: Path, powers: float) -> bool:
    """Return whether a path is nearer than that of any power."""
    return path.off < _NO_WORSE * powers


def _span(problem: Problem) -> Array | None:
    """Return orthonormal rows that span the samples, or None where hardly anything is across."""
    n, d = len(problem.y), math.prod(problem.X.shape[1:])
    if n * d * min(n, d) > _LARGEST:
        return None
    X = dense_rows(samples_of(problem))
    _, values, V = np.linalg.svd(X, full_matrices=False)
    rank = int((values > max(n, d) * np.finfo(float).eps * values[0]).sum())
    return V[:rank] if d - rank >= _FEWEST else None
