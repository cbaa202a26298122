"""Bregman projections on affine sets, independent of the compiled potentials.

min D(w, w0) subject to A w = b has the dual max <l, b - A w0> - D(w0, w(l)), where grad psi(w(l)) =
grad psi(w0) + A' l. cvxpy solves the first, and Newton's method on the second polishes its answer.
"""

import math
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

import numpy as np

from .._core import Entropy, Euclidean, Potential, QuadraticPotential, SpectralEntropy, SquaredLp
from .._types import Array
from ..arithmetic.powers_of_two import power_of_two
from ..errors import InvalidTypeError, OracleError
from .cone_program import solve
from .norms import lp_norm


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
    def curvature(self, z: Array, A: Array) -> Array:
        """Return A H A', where H is the derivative of the inverse link at z."""

    @abstractmethod
    def divergence(self, w: Array, v: Array) -> float:
        """Return D(w, v)."""

    def as_cvxpy(self, w: Any) -> Any:
        """Return psi of a cvxpy expression, or None where Newton's method needs no help."""
        return None

    def solve(self, w0: Array, affine: "AffineSet") -> tuple[Array, Array]:
        """Return argmin {D(w, w0) : w in the set} and the multipliers of its rows."""
        start = self.link(w0)
        multipliers = _by_cvxpy(self, start, affine)
        with np.errstate(over="ignore", invalid="ignore"):
            multipliers = _newton(self, start, affine, multipliers)
        return self.inverse_link(start + affine.basis.T @ multipliers), multipliers

    def rows(self, A: Array) -> Array:
        """Return the rows of A as they act on the parameters of the domain."""
        return A

    def interior(self, w: Array, directions: Array) -> float:
        """Return how deep {w + directions' v} reaches into the domain: positive where it meets the inside."""
        return math.inf


@singledispatch
def bregman_oracle(potential: Potential, dimension: int) -> BregmanOracle:
    """Return the oracle of a potential."""
    raise InvalidTypeError(f"potential: expected one with an oracle, got a {type(potential).__name__}")


class _Quadratic(BregmanOracle):
    """psi(w) = w' D w / 2: a linear problem."""

    def __init__(self, D: Array) -> None:
        self._D = D
        self._C = np.linalg.cholesky(D)

    def solve(self, w0: Array, affine: "AffineSet") -> tuple[Array, Array]:
        """Find v = C'(w - w0) of least length, D = C C': it has half the digits to lose."""
        system = np.linalg.solve(self._C, affine.basis.T)
        v = np.linalg.lstsq(system.T, affine.offset - affine.basis @ w0)[0]
        multipliers = np.linalg.lstsq(system, v)[0]
        step = np.linalg.solve(self._C.T, np.linalg.solve(self._C, affine.basis.T @ multipliers))
        return w0 + step, multipliers

    def link(self, w: Array) -> Array:
        return self._D @ w

    def inverse_link(self, z: Array) -> Array:
        return np.asarray(np.linalg.solve(self._D, z), dtype=float)

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

    def curvature(self, z: Array, A: Array) -> Array:
        return A * np.exp(z) @ A.T

    def divergence(self, w: Array, v: Array) -> float:
        from scipy.special import kl_div

        return float(kl_div(w, v).sum())

    def as_cvxpy(self, w: Any) -> Any:
        import cvxpy as cp

        return -cp.sum(cp.entr(w)) - cp.sum(w)

    def interior(self, w: Array, directions: Array) -> float:
        from scipy.optimize import linprog

        scale = float(np.abs(w).max()) or 1.0
        if len(directions) == 0:
            return 1.0 if w.min() > 1e-14 * scale else 0.0
        # max s subject to w + directions' v >= s, s <= 1; one scale for all of it.
        m, d = directions.shape
        rows = np.column_stack([-directions.T, np.ones(d)])
        cost = np.append(np.zeros(m), -1.0)
        # A depth is told from 0 at 1e-9: the solver's own tolerance of 1e-7 must not tell it.
        tight = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
        answer = linprog(cost, rows, w / scale, bounds=[(None, None)] * m + [(None, 1)], options=tight)
        if answer.status != 0:
            raise OracleError(f"the linear program of the domain has no solution: {answer.message}")
        return -float(answer.fun)


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

    def curvature(self, z: Array, A: Array) -> Array:
        values, V = self._eigen(z)
        # The derivative of exp multiplies entry (i, j) in the eigenbasis by a difference quotient of exp:
        # exp of the mean times sinh(x) / x.
        mean, half = np.add.outer(values, values) / 2, np.subtract.outer(values, values) / 2
        safe = np.where(half == 0, 1.0, half)
        quotients = np.exp(mean) * np.where(half == 0, 1.0, np.sinh(safe) / safe)
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

    def interior(self, w: Array, directions: Array) -> float:
        import cvxpy as cp

        scale = float(np.abs(w).max()) or 1.0
        if len(directions) == 0:
            return 1.0 if self._eigen(w)[0][0] > 1e-14 * scale else 0.0
        v, depth = cp.Variable(len(directions)), cp.Variable()
        square = (self._side, self._side)
        W = cp.reshape(w / scale + self.rows(directions).T @ v, square, order="C")
        program = cp.Problem(cp.Maximize(depth), [W - depth * np.eye(self._side) >> 0, depth <= 1])
        return solve(program)


@dataclass(frozen=True)
class AffineSet:
    """{w : A w = b}, by an orthonormal basis of the row space: as well conditioned as it can be."""

    basis: Array  # (r, d): A w = b is basis w = offset
    offset: Array
    free: Array  # (d - r, d): the directions along the set
    misfit: float  # componentwise backward error: the least change of A and b that makes A w = b solvable
    smallest: float  # singular value that counts, of the rows scaled to length 1
    rows: Array  # A and b, with rows of length 1
    targets: Array

    @classmethod
    def of(cls, A: Array, b: Array) -> "AffineSet":
        """Decompose the rows, each scaled to length 1."""
        lengths = np.array([lp_norm(row, 2) for row in A])
        scale = np.where(lengths > 0, lengths, np.maximum(np.abs(b), 1e-300))
        A, b = A / scale[:, None], b / scale
        U, sizes, V = np.linalg.svd(A)
        rank = int((sizes > max(sizes[0], 1e-300) * max(A.shape) * np.finfo(float).eps).sum())
        offset = U[:, :rank].T @ b / sizes[:rank]
        least = V[:rank].T @ offset
        misfit = _backward_error(A, b, least)
        smallest = float(sizes[rank - 1]) if rank else 1.0
        return cls(V[:rank], offset, V[rank:], misfit, smallest, A, b)

    def misfit_at(self, w: Array) -> float:
        """Return |A w - b|, of the rows scaled to length 1."""
        return lp_norm(self.rows @ w.ravel() - self.targets, 2)

    def meets(self, oracle: BregmanOracle) -> bool:
        """Return whether some w inside the potential's domain lies in the set."""
        return self.misfit <= 1e-12 and oracle.interior(self.basis.T @ self.offset, self.free) > 1e-9


def _backward_error(A: Array, b: Array, w: Array) -> float:
    """Return the least relative change of A and b, nearly, with which A w = b for some w near this one.

    A w = b rounds in proportion to |A| |w| + |b|, row by row, and what one row rounds the others must make up
    for: rows whose terms are all tiny are held to a millionth of the largest, not to their own rounding.
    """
    terms = np.abs(A) @ np.abs(w) + np.abs(b)
    if not terms.any():
        return 0.0
    terms = np.maximum(terms, 1e-6 * terms.max())
    weighted = A / terms[:, None]
    units = np.abs(weighted).max(axis=0)
    units[units == 0] = 1.0
    w = w + np.linalg.lstsq(weighted / units, (b - A @ w) / terms, rcond=None)[0] / units
    return float((np.abs(A @ w - b) / terms).max())


@dataclass(frozen=True)
class Projection:
    """A Bregman projection with its proof."""

    point: Array
    value: float  # D(point, w0)
    gap: float  # between D(point, w0) and the dual value, relative to the former


def project(oracle: BregmanOracle, w0: Array, affine: AffineSet) -> Projection:
    """Return argmin {D(w, w0) : A w = b}, where `affine.meets(oracle)`.

    Every potential is homogeneous but for a linear function, so that w, w0 and b may be divided by one
    number: the size of b.
    """
    unit = power_of_two(float(np.abs(affine.offset).max(initial=0.0)))
    start, affine = w0 / unit, replace(affine, offset=affine.offset / unit)
    try:
        point, multipliers = oracle.solve(start, affine)
    except np.linalg.LinAlgError as error:
        raise OracleError(f"the projection has no solution here: {error}; rescale the data") from error
    value = oracle.divergence(point, start)
    # grad psi(point) lies in grad psi(w0) + A' l exactly: D(w, w0) + D(w0, w) = <A' l, w - w0>.
    gap = float(np.abs(multipliers) @ np.abs(affine.basis @ point - affine.offset))
    return Projection(unit * point, oracle.divergence(unit * point, w0), gap / value if value > 0 else 0.0)


def _by_cvxpy(oracle: BregmanOracle, start: Array, affine: AffineSet) -> Array:
    """Return the multipliers of the convex program; zeros where there is none or the solver gives up."""
    import cvxpy as cp

    w = cp.Variable(len(start))
    potential, none = oracle.as_cvxpy(w), np.zeros(len(affine.offset))
    if potential is None:
        return none
    constraint = affine.basis @ w == affine.offset
    program = cp.Problem(cp.Minimize(potential - start @ w), [constraint])
    with suppress(OracleError):
        solve(program)
    return none if constraint.dual_value is None else -np.asarray(constraint.dual_value)


def _newton(oracle: BregmanOracle, start: Array, affine: AffineSet, multipliers: Array) -> Array:
    """Solve A w(l) = b, the stationarity of the dual; steps are halved until |A w - b| falls."""
    A, b = affine.basis, affine.offset

    def misfit(multipliers: Array) -> Array:
        return b - A @ oracle.inverse_link(start + A.T @ multipliers)

    best = misfit(multipliers)
    for _ in range(200):
        curvature = oracle.curvature(start + A.T @ multipliers, A)
        step = np.linalg.lstsq(curvature, best, rcond=1e-15)[0]
        for halvings in range(60):
            trial = misfit(multipliers + step / 2**halvings)
            if np.linalg.norm(trial) < np.linalg.norm(best):
                break
        else:
            break  # as exact as rounding lets it be, or stuck: the caller sees the gap
        multipliers, best = multipliers + step / 2**halvings, trial
    point = oracle.inverse_link(start + A.T @ multipliers)
    rounding = 64 * np.finfo(float).eps * np.linalg.norm(np.abs(A) @ np.abs(point) + np.abs(b))
    if not np.linalg.norm(best) <= max(1e-9 * (1 + np.linalg.norm(b)), rounding):
        raise OracleError(f"Newton's method stops at |A w - b| = {np.linalg.norm(best):.1e}")
    return multipliers
