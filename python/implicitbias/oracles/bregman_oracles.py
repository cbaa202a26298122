"""Every potential as its oracle sees it."""

import math
from contextlib import suppress
from functools import singledispatch
from typing import Any

import numpy as np

from .._arguments import seen
from .._core import (
    Cosh,
    Entropy,
    Euclidean,
    HyperbolicEntropy,
    Potential,
    PowerPotential,
    QuadraticPotential,
    SpectralEntropy,
    SquaredLp,
)
from .._types import Array
from ..arithmetic.lp_norm import conjugate, lp_norm
from ..errors import InvalidTypeError, OracleError
from .affine_set import AffineSet, Equations, units_of
from .bregman import BregmanOracle, Solution
from .cone_program import solve
from .cosh_projection import MODERATE, cosh_projection
from .entropic_projection import entropic_projection
from .positive_point import has_positive_point

_DEEP = 1e-9  # the least eigenvalue that counts as positive, relative to the shortest solution


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
        equations = affine.equations()
        step, multipliers = self._least_step(equations, equations.offset - equations.rows @ w0)
        found = Solution(equations.nearest(w0 + step), multipliers, equations)
        finer = affine.equations(units_of(found.point))
        moved = finer.multipliers(equations, multipliers)
        return found.or_refined(Solution(finer.nearest(found.point), moved, finer), affine)

    def _least_step(self, equations: Equations, off: Array) -> tuple[Array, Array]:
        """Return the w of least w' D w with rows w = off, and its multipliers.

        It is found as v = C' w of least length, D = C C', which has half the digits to lose.
        """
        system = np.linalg.solve(self._C, equations.rows.T)
        v = np.linalg.lstsq(system.T, off)[0]
        multipliers = np.linalg.lstsq(system, v)[0]
        return self.inverse_link(equations.rows.T @ multipliers), multipliers

    def link(self, w: Array) -> Array:
        return self._D @ w

    def inverse_link(self, z: Array) -> Array:
        return np.asarray(np.linalg.solve(self._C.T, np.linalg.solve(self._C, z)))

    def conjugate(self, z: Array) -> float:
        return float(z @ self.inverse_link(z)) / 2

    def curvature(self, z: Array, A: Array) -> Array:
        return A @ self.inverse_link(A.T)

    def divergence(self, w: Array, v: Array) -> float:
        return float((w - v) @ self.link(w - v)) / 2


@bregman_oracle.register(Euclidean)
class _Euclidean(_Quadratic):
    """psi(w) = |w|^2 / 2, without a matrix."""

    def __init__(self, potential: Euclidean, dimension: int) -> None: ...

    def _least_step(self, equations: Equations, off: Array) -> tuple[Array, Array]:
        return equations.rows.T @ off, off  # the rows are orthonormal

    def link(self, w: Array) -> Array:
        return w

    def inverse_link(self, z: Array) -> Array:
        return z


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
        with suppress(OracleError):
            return super().solve(w0, affine)
        with suppress(OracleError):
            return self._primal_dual(w0, affine.equations(affine.columns))
        return self._primal_dual(w0, affine.equations())

    def _primal_dual(self, w0: Array, equations: Equations) -> Solution:
        return Solution(*entropic_projection(np.log(w0), equations), equations)

    def least_squares(self, A: Array, b: Array) -> Array:
        from scipy.optimize import nnls

        return np.asarray(nnls(A, b)[0])

    def reaches(self, affine: AffineSet) -> bool:
        return has_positive_point(affine)


@bregman_oracle.register(SquaredLp)
class _SquaredLp(BregmanOracle):
    """psi(w) = |w|_p^2 / 2, whose conjugate is |z|_q^2 / 2."""

    def __init__(self, potential: SquaredLp, dimension: int) -> None:
        self._p = potential.p
        self._q = conjugate(self._p)

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


@bregman_oracle.register(PowerPotential)
class _Power(BregmanOracle):
    """psi(w) = sum_i |w_i|^p / p, whose conjugate is sum_i |z_i|^q / q."""

    def __init__(self, potential: PowerPotential, dimension: int) -> None:
        self._p = potential.p
        self._q = conjugate(self._p)

    def link(self, w: Array) -> Array:
        return np.sign(w) * np.abs(w) ** (self._p - 1)

    def inverse_link(self, z: Array) -> Array:
        return np.sign(z) * np.abs(z) ** (self._q - 1)

    def conjugate(self, z: Array) -> float:
        return float((np.abs(z) ** self._q).sum()) / self._q

    def curvature(self, z: Array, A: Array) -> Array:
        size = np.abs(z)
        if self._q > 2 and not size.any():  # flat there; any curvature will do to start
            return A @ A.T
        powers = np.maximum(size, 1e-200) ** (self._q - 2) if self._q < 2 else size ** (self._q - 2)
        return (self._q - 1) * (A * powers) @ A.T

    def divergence(self, w: Array, v: Array) -> float:
        terms = np.abs(w) ** self._p / self._p + np.abs(v) ** self._p / self._q
        return max(float(terms.sum() - self.link(v) @ w), 0.0)

    def as_cvxpy(self, w: Any) -> Any:
        import cvxpy as cp

        return cp.sum(cp.power(cp.abs(w), self._p)) / self._p


class _HyperbolicEntropy(BregmanOracle):
    """psi(w) = sum_i w_i arsinh(w_i / beta) - sqrt(w_i^2 + beta^2), whose conjugate is beta cosh(z_i).

    It is the least entropy of u, v > 0 with u - v = w, relative to u = v = beta / 2.
    """

    def __init__(self, beta: float) -> None:
        self._beta, self._log_half = beta, math.log(beta) - math.log(2)

    def in_units(self, unit: float) -> BregmanOracle:
        """Divide beta as well."""
        return _HyperbolicEntropy(self._beta / unit)

    def link(self, w: Array) -> Array:
        return np.arcsinh(w / self._beta)

    def inverse_link(self, z: Array) -> Array:
        # beta sinh(z), which may be moderate where sinh is not.
        near = np.abs(z) < 1
        far = np.exp(np.abs(z) + self._log_half) - np.exp(self._log_half - np.abs(z))
        return np.where(near, self._beta * np.sinh(np.where(near, z, 0.0)), np.sign(z) * far)

    def conjugate(self, z: Array) -> float:
        return float(np.exp(np.logaddexp(z, -z) + self._log_half).sum())

    def curvature(self, z: Array, A: Array) -> Array:
        return A * np.exp(np.logaddexp(z, -z) + self._log_half) @ A.T

    def divergence(self, w: Array, v: Array) -> float:
        from scipy.special import kl_div

        return float(sum(kl_div(*both).sum() for both in zip(self._parts(w), self._parts(v), strict=True)))

    def _parts(self, w: Array) -> tuple[Array, Array]:
        """Return u and v."""
        large = (np.hypot(w, self._beta) + np.abs(w)) / 2
        small = self._beta / 2 * (self._beta / 2 / large)
        return np.where(w > 0, large, small), np.where(w > 0, small, large)

    def as_cvxpy(self, w: Any) -> Any:
        import cvxpy as cp

        minus = cp.Variable(w.shape)
        return sum(
            -cp.sum(cp.entr(part)) - (1 + self._log_half) * cp.sum(part) for part in (w + minus, minus)
        )


@bregman_oracle.register
def _(potential: HyperbolicEntropy, dimension: int) -> BregmanOracle:
    return _HyperbolicEntropy(potential.beta)


class _Cosh(BregmanOracle):
    """psi(w) = sum_i cosh(c w_i) / c for c = 1, or the unit of w."""

    def __init__(self, unit: float) -> None:
        self._unit = unit

    def in_units(self, unit: float) -> BregmanOracle:
        """Multiply c."""
        return _Cosh(self._unit * unit)

    def solve(self, w0: Array, affine: AffineSet) -> Solution:
        if self._unit <= MODERATE:
            with suppress(OracleError):
                return super().solve(w0, affine)
        point, gap = cosh_projection(self._unit, w0, affine)
        equations = affine.equations()
        return Solution(point, np.zeros(len(equations.offset)), equations, gap)

    def link(self, w: Array) -> Array:
        return np.sinh(self._unit * w)

    def inverse_link(self, z: Array) -> Array:
        return np.arcsinh(z) / self._unit

    def conjugate(self, z: Array) -> float:
        return float((z * np.arcsinh(z) - np.hypot(1, z)).sum()) / self._unit

    def curvature(self, z: Array, A: Array) -> Array:
        return A / np.hypot(1, z) @ A.T / self._unit

    def divergence(self, w: Array, v: Array) -> float:
        z, moved = self._unit * v, self._unit * (w - v)
        # cosh(z + h) - cosh(z) - h sinh(z) with 2 sinh(z + h / 2) sinh(h / 2) for the difference.
        terms = 2 * np.sinh(z + moved / 2) * np.sinh(moved / 2) - moved * np.sinh(z)
        return max(float(terms.sum()), 0.0) / self._unit

    def as_cvxpy(self, w: Any) -> Any:
        import cvxpy as cp

        return cp.sum(cp.exp(self._unit * w) + cp.exp(-self._unit * w)) / (2 * self._unit)


@bregman_oracle.register
def _(potential: Cosh, dimension: int) -> BregmanOracle:
    return _Cosh(1.0)
