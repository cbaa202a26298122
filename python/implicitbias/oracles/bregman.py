"""Bregman projections on affine sets, independent of the compiled potentials.

min D(w, w0) subject to A w = b has the dual max <l, b - A w0> - D(w0, w(l)), where grad psi(w(l)) =
grad psi(w0) + A' l. cvxpy solves the first, and Newton's method on the second polishes its answer.
"""

import math
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import numpy as np

from .._arguments import seen
from .._core import Entropy, Euclidean, Potential, QuadraticPotential, SpectralEntropy, SquaredLp
from .._types import Array
from ..arithmetic.lp_norm import lp_norm
from ..errors import InvalidTypeError, OracleError
from .affine_set import AffineSet, Equations, units_of
from .cone_program import solve
from .entropic_projection import entropic_projection
from .positive_point import has_positive_point

_ROUNDING = 1e-12  # the relative change of data up to which they count as fitted
_DEEP = 1e-9  # the least eigenvalue that counts as positive, relative to the shortest solution


@dataclass(frozen=True)
class Solution:
    """The point with grad psi(point) = grad psi(w0) + rows' multipliers."""

    point: Array
    multipliers: Array
    equations: Equations

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

    def rows(self, A: Array) -> Array:
        """Return the rows of A as they act on the parameters of the domain."""
        return A

    def reaches(self, affine: AffineSet) -> bool:
        """Return whether a set of parameters reaches into the domain."""
        return True


@singledispatch
def bregman_oracle(potential: Potential, dimension: int) -> BregmanOracle:
    """Return the oracle of a potential."""
    raise InvalidTypeError(f"potential: expected one with an oracle, got {seen(potential)}")


class _Quadratic(BregmanOracle):
    """psi(w) = w' D w / 2: a linear problem."""

    def __init__(self, D: Array) -> None:
        self._D = D
        self._C = np.linalg.cholesky(D)

    def solve(self, w0: Array, affine: AffineSet) -> Solution:
        """Find v = C'(w - w0) of least length, D = C C': it has half the digits to lose."""
        equations = affine.equations()
        system = np.linalg.solve(self._C, equations.rows.T)
        v = np.linalg.lstsq(system.T, equations.offset - equations.rows @ w0)[0]
        multipliers = np.linalg.lstsq(system, v)[0]
        step = np.linalg.solve(self._C.T, np.linalg.solve(self._C, equations.rows.T @ multipliers))
        found = Solution(equations.nearest(w0 + step), multipliers, equations)
        finer = affine.equations(units_of(found.point))
        moved = finer.multipliers(equations, multipliers)
        return found.or_refined(Solution(finer.nearest(found.point), moved, finer), affine)

    def link(self, w: Array) -> Array:
        return self._D @ w

    def inverse_link(self, z: Array) -> Array:
        return np.asarray(np.linalg.solve(self._D, z), dtype=float)

    def conjugate(self, z: Array) -> float:
        return float(z @ self.inverse_link(z)) / 2

    def curvature(self, z: Array, A: Array) -> Array:
        return A @ np.linalg.solve(self._D, A.T)

    def divergence(self, w: Array, v: Array) -> float:
        return float((w - v) @ self._D @ (w - v)) / 2


@bregman_oracle.register
def _(potential: Euclidean, dimension: int) -> BregmanOracle:
    return _Quadratic(np.eye(dimension))


@bregman_oracle.register
def _(potential: QuadraticPotential, dimension: int) -> BregmanOracle:
    return _Quadratic(potential.D)


@bregman_oracle.register(Entropy)
class _Entropy(BregmanOracle):
    """psi(w) = sum_i w_i log w_i - w_i on w > 0."""

    def __init__(self, potential: Entropy, dimension: int) -> None: ...

    def link(self, w: Array) -> Array:
        return np.log(w)

    def inverse_link(self, z: Array) -> Array:
        return np.exp(z)

    def conjugate(self, z: Array) -> float:
        return float(np.exp(z).sum())

    def curvature(self, z: Array, A: Array) -> Array:
        return A * np.exp(z) @ A.T

    def divergence(self, w: Array, v: Array) -> float:
        from scipy.special import kl_div

        return float(kl_div(w, v).sum())

    def as_cvxpy(self, w: Any) -> Any:
        import cvxpy as cp

        return -cp.sum(cp.entr(w)) - cp.sum(w)

    def solve(self, w0: Array, affine: AffineSet) -> Solution:
        try:
            return super().solve(w0, affine)
        except OracleError:
            equations = affine.equations(affine.columns)
            return Solution(*entropic_projection(np.log(w0), equations), equations)

    def reaches(self, affine: AffineSet) -> bool:
        return has_positive_point(affine)


@bregman_oracle.register(SquaredLp)
class _SquaredLp(BregmanOracle):
    """psi(w) = |w|_p^2 / 2, whose conjugate is |z|_q^2 / 2."""

    def __init__(self, potential: SquaredLp, dimension: int) -> None:
        self._p = potential.p
        self._q = self._p / (self._p - 1)

    @staticmethod
    def _gradient(w: Array, p: float) -> Array:
        """Return the gradient of |w|_p^2 / 2."""
        size = lp_norm(w, p)
        return size * np.sign(w) * (np.abs(w) / size) ** (p - 1) if size > 0 else np.zeros_like(w)

    def link(self, w: Array) -> Array:
        return self._gradient(w, self._p)

    def inverse_link(self, z: Array) -> Array:
        return self._gradient(z, self._q)

    def conjugate(self, z: Array) -> float:
        return lp_norm(z, self._q) ** 2 / 2

    def curvature(self, z: Array, A: Array) -> Array:
        q, size = self._q, lp_norm(z, self._q)
        if size == 0:  # the Hessian of the conjugate depends on the direction there; any will do to start
            return A @ A.T
        relative = z / size
        powers = np.abs(relative) ** (q - 2)
        along = A @ (powers * relative)
        return (q - 1) * (A * powers) @ A.T + (2 - q) * np.outer(along, along)

    def divergence(self, w: Array, v: Array) -> float:
        z = self.link(v)
        half = (lp_norm(w, self._p) ** 2 + lp_norm(v, self._p) ** 2) / 2
        return max(half - float(z @ w), 0.0)

    def as_cvxpy(self, w: Any) -> Any:
        import cvxpy as cp

        return cp.square(cp.norm(w, self._p)) / 2


@bregman_oracle.register(SpectralEntropy)
class _SpectralEntropy(BregmanOracle):
    """psi(W) = tr(W log W - W) on symmetric positive definite W; no cvxpy atom, Newton's method alone."""

    def __init__(self, potential: SpectralEntropy, dimension: int) -> None:
        self._side = math.isqrt(dimension)

    def _eigen(self, w: Array) -> tuple[Array, Array]:
        W = w.reshape(self._side, self._side)
        values, vectors = np.linalg.eigh((W + W.T) / 2)
        return values, vectors

    def link(self, w: Array) -> Array:
        values, V = self._eigen(w)
        return np.asarray((V * np.log(values)) @ V.T).ravel()

    def inverse_link(self, z: Array) -> Array:
        values, V = self._eigen(z)
        return np.asarray((V * np.exp(values)) @ V.T).ravel()

    def conjugate(self, z: Array) -> float:
        return float(np.exp(self._eigen(z)[0]).sum())

    def curvature(self, z: Array, A: Array) -> Array:
        values, V = self._eigen(z)
        # In the eigenbasis the derivative of exp multiplies entry (i, j) by a difference quotient of exp: by
        # exp of the larger times (1 - exp(-x)) / x.
        apart = np.abs(np.subtract.outer(values, values))
        safe = np.where(apart == 0, 1.0, apart)
        factors = np.where(apart == 0, 1.0, -np.expm1(-safe) / safe)
        quotients = np.exp(np.maximum.outer(values, values)) * factors
        inner = np.einsum("ia,nij,jb->nab", V, A.reshape(-1, self._side, self._side), V)
        curvature: Array = np.einsum("nab,ab,mab->nm", inner, quotients, inner)
        return curvature

    def divergence(self, w: Array, v: Array) -> float:
        values, _ = self._eigen(w)
        others, _ = self._eigen(v)
        entropy = float((values * np.log(values) - values).sum())
        return max(entropy + float(others.sum()) - float(self.link(v) @ w), 0.0)

    def rows(self, A: Array) -> Array:
        matrices = A.reshape(-1, self._side, self._side)
        return ((matrices + matrices.transpose(0, 2, 1)) / 2).reshape(len(A), -1)

    def reaches(self, affine: AffineSet) -> bool:
        import cvxpy as cp

        equations = affine.divided()[0].equations()
        w, directions = equations.least, equations.free
        if len(directions) == 0:
            return bool(self._eigen(w)[0][0] > _DEEP)
        v, depth = cp.Variable(len(directions)), cp.Variable()
        square = (self._side, self._side)
        W = cp.reshape(w + self.rows(directions).T @ v, square, order="C")
        program = cp.Problem(cp.Maximize(depth), [W - depth * np.eye(self._side) >> 0, depth <= 1])
        return solve(program) > _DEEP


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

    Every potential is homogeneous but for a linear function, so that w, w0 and b may be divided by one
    number: the size of b.
    """
    affine, unit = affine.divided()
    start = w0 / unit
    try:
        found = oracle.solve(start, affine)
    except np.linalg.LinAlgError as error:
        raise OracleError(f"the projection has no solution here: {error}; rescale the data") from error
    value = oracle.divergence(found.point, start)
    # grad psi(point) lies in grad psi(w0) + A' l exactly: D(w, w0) + D(w0, w) = <A' l, w - w0>.
    off = found.equations.rows @ found.point - found.equations.offset
    gap = float(np.abs(found.multipliers) @ np.abs(off))
    point = unit * found.equations.fitted(found.point)
    return Projection(point, oracle.divergence(point, w0), gap / value if value > 0 else 0.0)


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
