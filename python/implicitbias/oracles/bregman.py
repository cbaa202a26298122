"""Bregman projections on affine sets, independent of the compiled potentials.

min D(w, w0) subject to A w = b has the dual max <l, b - A w0> - D(w0, w(l)), where grad psi(w(l)) =
grad psi(w0) + A' l. cvxpy solves the first, and Newton's method on the second polishes its answer.
"""

from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._types import Array
from ..arithmetic.lp_norm import lp_norm
from ..errors import OracleError
from .affine_set import AffineSet, Equations, units_of
from .cone_program import solve

_ROUNDING = 1e-12  # the relative change of data up to which they count as fitted
_FITTED = 1e-14  # relative to the terms of a row
_MOVES = 4  # where an entry is nearly 0, the potential's curvature changes along the first
_FEW_PARAMETERS = 500  # whose second derivatives take less than a second


@dataclass(frozen=True)
class Solution:
    """The point with grad psi(point) = grad psi(w0) + rows' multipliers.

    Where multipliers may overflow, the relative gap that the point has of its own stands for them.
    """

    point: Array
    multipliers: Array
    equations: Equations
    gap: float | None = None

    def or_refined(self, refined: "Solution", affine: AffineSet) -> "Solution":
        """Return the refined solution, unless it is off the set: entries of 0 have units that hide it."""
        most = max(affine.misfit_at(self.point), _ROUNDING * lp_norm(self.point, 2))
        return refined if affine.misfit_at(refined.point) <= most else self


class BregmanOracle(ABC):
    """A potential of d parameters as an oracle sees it: NumPy formulas and cvxpy atoms, nothing compiled.

    Parameters are flat, w and z of shape (d,), rows A of shape (m, d).
    """

    @abstractmethod
    def link(self, w: Array) -> Array:
        """Return grad psi(w)."""

    @abstractmethod
    def inverse_link(self, z: Array) -> Array:
        """Return the w with grad psi(w) = z."""

    @abstractmethod
    def conjugate(self, z: Array) -> float:
        """Return max_w <z, w> - psi(w)."""

    @abstractmethod
    def curvature(self, z: Array, A: Array) -> Array:
        """Return A H A', where H is the derivative of the inverse link at z."""

    @abstractmethod
    def divergence(self, w: Array, v: Array) -> float:
        """Return D(w, v)."""

    def as_cvxpy(self, w: Any) -> Any:
        """Return psi of a cvxpy expression, or None where Newton's method needs no help."""
        return None

    def solve(self, w0: Array, affine: AffineSet) -> Solution:
        """Return argmin {D(w, w0) : w in the set}."""
        start, ones = self.link(w0), np.ones(len(w0))
        with np.errstate(over="ignore", invalid="ignore"):
            try:
                found = _solve_in(ones, self, start, affine)
            except OracleError:
                found = _solve_in(affine.columns, self, start, affine)
            with suppress(OracleError):
                found = found.or_refined(_solve_in(units_of(found.point), self, start, affine, found), affine)
        return found

    def in_units(self, unit: float) -> "BregmanOracle":
        """Return psi(unit w) as a potential of w, up to a factor and a linear function."""
        return self

    def least_squares(self, A: Array, b: Array) -> Array:
        """Return some w of the domain's closure for which |A w - b|_2 is least."""
        return np.asarray(np.linalg.lstsq(A, b, rcond=None)[0])

    def rows(self, A: Array) -> Array:
        """Return the rows of A as they act on the parameters of the domain."""
        return A

    def reaches(self, affine: AffineSet) -> bool:
        """Return whether a set of parameters reaches into the domain."""
        return True


@dataclass(frozen=True)
class Projection:
    """A Bregman projection with its proof."""

    point: Array
    value: float  # D(point, w0)
    gap: float  # from D(point, w0) down to the dual value, relative to D(point, w0)


def meets(oracle: BregmanOracle, affine: AffineSet) -> bool:
    """Return whether some w inside the potential's domain lies in the set."""
    return affine.misfit <= _ROUNDING and oracle.reaches(affine)


def project(oracle: BregmanOracle, w0: Array, affine: AffineSet) -> Projection:
    """Return argmin {D(w, w0) : A w = b}, where the set meets the domain.

    w, w0 and b are divided by one number, the size of b: most potentials are homogeneous but for a linear
    function, and others say what becomes of them.
    """
    affine, unit = affine.divided()
    start, divided = w0 / unit, oracle.in_units(unit)
    try:
        found = divided.solve(start, affine)
    except np.linalg.LinAlgError as error:
        raise OracleError(f"the projection has no solution here: {error}; rescale the data") from error
    point = unit * _onto(divided, affine, found)
    with np.errstate(over="ignore"):
        value = oracle.divergence(point, w0)
    if found.gap is not None:
        return Projection(point, value, found.gap)
    # grad psi(point) lies in grad psi(w0) + A' l exactly: D(w, w0) + D(w0, w) = <A' l, w - w0>.
    off = found.equations.rows @ found.point - found.equations.offset
    gap = float(np.abs(found.multipliers) @ np.abs(off))
    size = divided.divergence(found.point, start)
    return Projection(point, value, gap / size if size > 0 else 0.0)


def _onto(oracle: BregmanOracle, affine: AffineSet, found: Solution) -> Array:
    """Return the point, nearer to the set: independent equations lose digits where a feature is far from 0.

    The point moves along H A', where H is the derivative of the inverse link: so little that grad psi stays
    in grad psi(w0) + A' l but for second order.
    """
    points = [found.point, found.equations.fitted(found.point)]
    points.sort(key=affine.relative_misfit, reverse=True)
    least = points[-1]
    if affine.relative_misfit(least) <= _FITTED or least.size > _FEW_PARAMETERS:
        return least
    with suppress(np.linalg.LinAlgError), np.errstate(all="ignore"):
        for _ in range(_MOVES):
            sizes, vectors = np.linalg.eigh(oracle.curvature(oracle.link(points[-1]), np.eye(least.size)))
            # Where an entry is 0, its curvature may be infinite: other directions must not be lost beside it.
            root = vectors * np.sqrt(np.clip(sizes, 0.0, 1e8 * np.median(sizes)))
            moved = points[-1] + root @ np.linalg.lstsq(affine.rows @ root, affine.off(points[-1]))[0]
            if not np.isfinite(moved).all() or np.isnan(oracle.link(moved)).any():
                break
            points.append(moved)
            if affine.relative_misfit(moved) <= _FITTED:
                break
    return min(points, key=affine.relative_misfit)


def _solve_in(
    units: Array, oracle: BregmanOracle, start: Array, affine: AffineSet, near: Solution | None = None
) -> Solution:
    """Return argmin {D(w, w0) : w in the set} with grad psi(w0) = start, by equations in these units."""
    equations = affine.equations(units)
    if near is None:
        multipliers = _by_cvxpy(oracle, start, equations)
    else:
        multipliers = equations.multipliers(near.equations, near.multipliers)
    try:
        multipliers = _newton(oracle, start, equations, multipliers)
    except OracleError:
        multipliers = _newton(oracle, start, equations, np.zeros_like(multipliers))
    point = oracle.inverse_link(start + equations.rows.T @ multipliers)
    return Solution(point, multipliers, equations)


def _by_cvxpy(oracle: BregmanOracle, start: Array, affine: Equations) -> Array:
    """Return the multipliers of the convex program; zeros where there is none or the solver gives up."""
    import cvxpy as cp

    w, none = cp.Variable(len(start)), np.zeros(len(affine.offset))
    if (potential := oracle.as_cvxpy(w)) is None:
        return none
    constraint = affine.rows @ w == affine.offset
    program = cp.Problem(cp.Minimize(potential - start @ w), [constraint])
    with suppress(OracleError):
        solve(program)
    return none if constraint.dual_value is None else -np.asarray(constraint.dual_value)


def _newton(oracle: BregmanOracle, start: Array, affine: Equations, multipliers: Array) -> Array:
    """Minimize psi*(start + A' l) - <b, l>, of gradient A w(l) - b, by steps that are halved until it falls.

    Where its changes are lost in rounding, steps are halved until |A w - b| falls.
    """
    A, b = affine.rows, affine.offset

    def value(multipliers: Array) -> tuple[float, float]:
        """Return the function, and the size of its terms."""
        terms = oracle.conjugate(start + A.T @ multipliers), float(b @ multipliers)
        return terms[0] - terms[1], sum(map(abs, terms))

    def misfit(multipliers: Array) -> Array:
        return b - A @ oracle.inverse_link(start + A.T @ multipliers)

    if not value(multipliers)[0] <= value(np.zeros_like(b))[0]:
        multipliers = np.zeros_like(b)
    best, (least, size) = misfit(multipliers), value(multipliers)
    for _ in range(200):
        if not np.any(best):
            break
        try:
            step = _step(oracle.curvature(start + A.T @ multipliers, A), best)
        except np.linalg.LinAlgError as error:
            raise OracleError(f"Newton's method stops: {error}") from error
        decrease = float(best @ step)
        for halvings in range(60):
            trial = multipliers + step / 2**halvings
            now = misfit(trial)
            if decrease > 1e-8 * size:
                if value(trial)[0] <= least - 1e-4 * decrease / 2**halvings:
                    break
            elif np.linalg.norm(now) < np.linalg.norm(best):
                break
        else:
            break  # as exact as rounding lets it be, or stuck: the caller sees the gap
        multipliers, best, (least, size) = trial, now, value(trial)
    point = oracle.inverse_link(start + A.T @ multipliers)
    rounding = 64 * np.finfo(float).eps * np.linalg.norm(np.abs(A) @ np.abs(point) + np.abs(b))
    if not np.linalg.norm(best) <= max(1e-9 * (1 + np.linalg.norm(b)), rounding):
        raise OracleError(f"Newton's method stops at |A w - b| = {np.linalg.norm(best):.1e}")
    return multipliers


def _step(curvature: Array, gradient: Array) -> Array:
    """Return a Newton step, in units in which every multiplier has about the same curvature."""
    units = np.sqrt(np.maximum(curvature.diagonal(), np.finfo(float).tiny))
    solution = np.linalg.lstsq(curvature / np.outer(units, units), gradient / units, rcond=1e-15)[0]
    return np.asarray(solution / units)
