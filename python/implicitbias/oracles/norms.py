"""All that oracles know of a norm, in one class each, without the compiled norms: each checks the other.

Another norm is one class here, registered for `oracle_of`. A norm of one's own whose convex form alone is
known registers that for `as_cvxpy`.
"""

import math
from functools import singledispatch
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._arguments import instance
from .._calls import public
from .._core import (
    GroupNorm,
    Lp,
    Norm,
    PolyhedralNorm,
    QuadraticNorm,
    Schatten,
    SparseGroupNorm,
    WeightedNorm,
    read_array,
)
from .._cures import with_article
from .._types import Array
from ..arithmetic.lp_norm import conjugate, lp_norm
from ..errors import InvalidTypeError
from .cone_program import lp_form, solve
from .direction_map import DirectionMap, PowerMap, SteepestMap
from .linear_program import linear_program


class NormOracle:
    """What oracles ask of a norm, with answers that hold for any.

    Parameters
    ----------
    norm : Norm
    """

    def __init__(self, norm: Any) -> None:
        self.norm = norm

    def as_cvxpy(self, w: Any) -> Any:
        """Return the norm of a cvxpy expression, as a convex cvxpy expression."""
        return as_cvxpy(self.norm, w)

    def dual_as_cvxpy(self, z: Any) -> Any:
        """Return the dual norm of a cvxpy expression, or None where it has no form but a program."""
        return None

    def value(self, w: Array) -> float:
        """Return |w|."""
        import cvxpy as cp

        return float(self.as_cvxpy(cp.Constant(w)).value)

    def dual(self, z: Array) -> float:
        """Return |z|_*."""
        import cvxpy as cp

        v = cp.Variable(z.shape)
        return float(solve(cp.Problem(cp.Maximize(cp.sum(cp.multiply(z, v))), [self.as_cvxpy(v) <= 1])))

    def chart(self, d: int) -> Any:
        """Return a sparse matrix C, (d, d), such that the norm |C v| is well-scaled in v."""
        from scipy.sparse import csr_array, identity

        return csr_array(identity(d))

    def directions(self, shape: tuple[int, ...]) -> DirectionMap:
        """Return the map from dual vectors to the directions that they measure."""
        return SteepestMap(self.norm, shape)

    def exponents(self, shape: tuple[int, ...]) -> Array:
        """Return a of each entry of `turning`: it moves with sign(h) |h|^a of a smooth h."""
        return np.ones(math.prod(shape))

    def turning(self, steps: Array) -> Array:
        """Return what turns where it changes its sign, one row a step of shape (r, c) or (d,)."""
        return steps.reshape(len(steps), -1)

    def smoothing_powers(self, d: int) -> Array:
        """Return the powers of a step's entries that are smooth in the gradient, none below 1."""
        return np.maximum(1 / self.exponents((d,)), 1.0)


class LpOracle(NormOracle):
    """|w|_p."""

    norm: Lp

    def as_cvxpy(self, w: Any) -> Any:
        import cvxpy as cp

        return lp_form(cp.vec(w, order="C"), self.norm.p)

    def dual_as_cvxpy(self, z: Any) -> Any:
        return LpOracle(Lp(conjugate(self.norm.p))).as_cvxpy(z)

    def value(self, w: Array) -> float:  # exact, as cvxpy is not: it rounds p to a fraction
        return lp_norm(w, self.norm.p)

    def dual(self, z: Array) -> float:
        return lp_norm(z, conjugate(self.norm.p))

    def directions(self, shape: tuple[int, ...]) -> DirectionMap:
        # Near l1 the power is so steep that its scale must not depend on it.
        return PowerMap(self.norm.p) if self.norm.p >= 1.2 else super().directions(shape)

    def exponents(self, shape: tuple[int, ...]) -> Array:
        return np.full(math.prod(shape), 1 / (self.norm.p - 1))


class QuadraticOracle(NormOracle):
    """(w' D w)^(1/2)."""

    norm: QuadraticNorm

    def as_cvxpy(self, w: Any) -> Any:
        import cvxpy as cp

        return cp.norm(np.linalg.cholesky(self.norm.D).T @ cp.vec(w, order="C"), 2)

    def dual(self, z: Array) -> float:
        return lp_norm(np.linalg.solve(np.linalg.cholesky(self.norm.D), z.ravel()), 2.0)

    def chart(self, d: int) -> Any:
        from scipy.sparse import csr_array

        return csr_array(np.linalg.inv(np.linalg.cholesky(self.norm.D).T))


class GroupOracle(NormOracle):
    """The l_p norm of the l_q norms of groups."""

    norm: GroupNorm

    def as_cvxpy(self, w: Any) -> Any:
        import cvxpy as cp

        entries = cp.vec(w, order="C")
        sizes = [lp_form(entries[list(group)], self.norm.q) for group in self.norm.groups]
        return lp_form(cp.hstack(sizes), self.norm.p)

    def dual_as_cvxpy(self, z: Any) -> Any:
        dual = self.norm.groups, conjugate(self.norm.p), conjugate(self.norm.q)
        return GroupOracle(GroupNorm(*dual)).as_cvxpy(z)

    def value(self, w: Array) -> float:
        return self._of_groups(w, self.norm.p, self.norm.q)

    def dual(self, z: Array) -> float:
        return self._of_groups(z, conjugate(self.norm.p), conjugate(self.norm.q))

    def _of_groups(self, v: Array, p: float, q: float) -> float:
        return lp_norm(np.array([lp_norm(v.ravel()[list(group)], q) for group in self.norm.groups]), p)

    def exponents(self, shape: tuple[int, ...]) -> Array:
        exponents = np.ones(math.prod(shape))
        for group in self.norm.groups:
            exponents[list(group)] = 1 / ((self.norm.p if len(group) == 1 else self.norm.q) - 1)
        return exponents


class SparseGroupOracle(NormOracle):
    """The sum of l1 and group norms."""

    norm: SparseGroupNorm

    def as_cvxpy(self, w: Any) -> Any:
        groups = GroupNorm(self.norm.groups)
        return self.norm.lasso * as_cvxpy(Lp(1), w) + self.norm.group * as_cvxpy(groups, w)

    def value(self, w: Array) -> float:
        groups = oracle_of(GroupNorm(self.norm.groups))
        return self.norm.lasso * lp_norm(w, 1) + self.norm.group * groups.value(w)

    def dual(self, z: Array) -> float:
        """Return the largest root t of |S(z_g, lasso t)|_2 = group t over groups, S the soft threshold."""
        from scipy.optimize import brentq

        def excess(t: float, sizes: Array) -> float:
            return lp_norm(np.maximum(sizes - self.norm.lasso * t, 0), 2) - self.norm.group * t

        scale = float(np.abs(z).max()) or 1.0
        parts = [np.abs(z.ravel()[list(group)]) / scale for group in self.norm.groups]
        precise = {"xtol": 1e-300, "rtol": 4 * np.finfo(float).eps}
        return scale * float(
            max(brentq(excess, 0, lp_norm(part, 2) / self.norm.group, (part,), **precise) for part in parts)
        )


class SchattenOracle(NormOracle):
    """The l_p norm of the singular values."""

    norm: Schatten

    def as_cvxpy(self, w: Any) -> Any:
        import cvxpy as cp
        from cvxpy.transforms.partial_optimize import partial_optimize

        p = self.norm.p
        if p == 1:
            return cp.normNuc(w)
        if p == 2 or min(w.shape) == 1:
            return cp.norm(cp.vec(w, order="C"), 2)
        if p == math.inf:
            return cp.sigma_max(w)
        # The least |bound|_p over non-increasing bounds whose partial sums are at least those of the singular
        # values (weak majorization). Singular values are the positive eigenvalues of [0 W; W' 0].
        r, c = w.shape
        eigen = cp.bmat([[np.zeros((r, r)), w], [w.T, np.zeros((c, c))]])
        bound = cp.Variable(min(r, c), nonneg=True)
        sums = [cp.lambda_sum_largest(eigen, k) <= cp.sum(bound[:k]) for k in range(1, min(r, c) + 1)]
        program = cp.Problem(cp.Minimize(lp_form(bound, p)), [*sums, cp.diff(bound) <= 0])
        return partial_optimize(program, opt_vars=[bound], dont_opt_vars=w.variables(), solver=cp.CLARABEL)

    def dual_as_cvxpy(self, z: Any) -> Any:
        known = self.norm.p in (1, 2, math.inf)  # for others it is a program of its own
        return SchattenOracle(Schatten(conjugate(self.norm.p))).as_cvxpy(z) if known else None

    def value(self, w: Array) -> float:
        return lp_norm(np.asarray(np.linalg.svd(w, compute_uv=False), dtype=float), self.norm.p)

    def dual(self, z: Array) -> float:
        return SchattenOracle(Schatten(conjugate(self.norm.p))).value(z)

    def exponents(self, shape: tuple[int, ...]) -> Array:
        return np.full(1, 1 / (self.norm.p - 1))

    def turning(self, steps: Array) -> Array:
        """Return the least singular value with the sign of the determinant, if there is one."""
        if steps.shape[1] != steps.shape[2]:
            return np.ones((len(steps), 1))
        least = np.linalg.svd(steps, compute_uv=False)[:, -1:]
        return np.asarray(least * np.sign(np.linalg.det(steps))[:, None])

    def smoothing_powers(self, d: int) -> Array:
        return np.ones(d)


class PolyhedralOracle(NormOracle):
    """|A w|_1 or |A w|_inf."""

    norm: PolyhedralNorm

    def as_cvxpy(self, w: Any) -> Any:
        import cvxpy as cp
        from scipy.sparse import csr_array

        # A sparse matrix keeps cvxpy from multiplying zeros by infinite bounds.
        return lp_form(csr_array(self.norm.A) @ cp.vec(w, order="C"), self.norm.p)

    def dual(self, z: Array) -> float:
        """Return the least |c|_q of all c with A' c = z, by the simplex method.

        Every such c bounds the dual norm from above; HiGHS' own is one to its tolerance only.
        """
        m, d = self.norm.A.shape
        Q, R = np.linalg.qr(self.norm.A)  # A' c = z is Q' c = R'^-1 z, which is better scaled
        target = np.linalg.solve(R.T, z.ravel())
        scale = float(np.abs(target).max()) or 1.0
        target /= scale
        equal = np.hstack([Q.T, -Q.T])  # c = c+ - c-
        cost, at_most, below = np.ones(2 * m), None, None
        if self.norm.p == 1:  # one more variable bounds every c+ + c-
            equal, cost = np.hstack([equal, np.zeros((d, 1))]), np.append(np.zeros(2 * m), 1.0)
            at_most, below = np.hstack([np.eye(m), np.eye(m), -np.ones((m, 1))]), np.zeros(m)
        x = linear_program(cost, A_ub=at_most, b_ub=below, A_eq=equal, b_eq=target).x
        c = x[:m] - x[m : 2 * m]
        return scale * lp_norm(c + Q @ (target - Q.T @ c), conjugate(self.norm.p))

    def chart(self, d: int) -> Any:
        from scipy.sparse import csr_array

        return csr_array(np.linalg.inv(np.linalg.qr(self.norm.A).R))


class WeightedOracle(NormOracle):
    """Another norm of weights * w."""

    norm: WeightedNorm

    @property
    def _inner(self) -> NormOracle:
        return oracle_of(self.norm.norm)

    def as_cvxpy(self, w: Any) -> Any:
        import cvxpy as cp

        return self._inner.as_cvxpy(cp.multiply(self.norm.weights.reshape(w.shape), w))

    def dual_as_cvxpy(self, z: Any) -> Any:
        return self._inner.dual_as_cvxpy(z / self.norm.weights.reshape(z.shape))

    def value(self, w: Array) -> float:
        return self._inner.value(self.norm.weights.reshape(w.shape) * w)

    def dual(self, z: Array) -> float:
        return self._inner.dual(z / self.norm.weights.reshape(z.shape))

    def chart(self, d: int) -> Any:
        from scipy.sparse import csr_array

        return csr_array(self._inner.chart(d) / self.norm.weights.reshape(d, 1))

    def exponents(self, shape: tuple[int, ...]) -> Array:
        return self._inner.exponents(shape)

    def turning(self, steps: Array) -> Array:
        return self._inner.turning(steps * self.norm.weights.reshape(steps.shape[1:]))

    def smoothing_powers(self, d: int) -> Array:
        return self._inner.smoothing_powers(d)


@singledispatch
def oracle_of(norm: Norm) -> NormOracle:
    """Return what oracles know of a norm; ``@oracle_of.register`` adds one."""
    return NormOracle(norm)


oracle_of.register(Lp, LpOracle)
oracle_of.register(QuadraticNorm, QuadraticOracle)
oracle_of.register(GroupNorm, GroupOracle)
oracle_of.register(SparseGroupNorm, SparseGroupOracle)
oracle_of.register(Schatten, SchattenOracle)
oracle_of.register(PolyhedralNorm, PolyhedralOracle)
oracle_of.register(WeightedNorm, WeightedOracle)


@public
@singledispatch
def as_cvxpy(norm: Norm, w: Any) -> Any:
    """Return the norm of a cvxpy expression, as a convex cvxpy expression.

    Register one function for a norm of your own with ``@as_cvxpy.register``, typed with its class.

    Parameters
    ----------
    norm : Norm
    w : cvxpy.Expression
        Of shape (d,) or (r, c).

    Returns
    -------
    cvxpy.Expression

    Raises
    ------
    InvalidTypeError
        If the norm has no form.
    OracleError
        If cvxpy has none, for p that are barely above 1 or huge.

    Examples
    --------
    >>> import cvxpy
    >>> w = cvxpy.Variable(2)
    >>> problem = cvxpy.Problem(cvxpy.Minimize(ib.as_cvxpy(ib.Lp(1), w)), [w[0] + 2 * w[1] == 1])
    >>> print(f"{problem.solve():.4f}")
    0.5000
    """
    instance(norm, Norm, "norm")
    oracle = oracle_of(norm)
    if type(oracle) is not NormOracle:
        return oracle.as_cvxpy(w)
    name = type(norm).__name__
    raise InvalidTypeError(
        f"norm: expected a norm with a cvxpy form, got {with_article(name)}; register a function "
        f"(norm: {name}, w) that returns it with @implicitbias.as_cvxpy.register"
    )


@public
def dual_norm(norm: Norm, z: ArrayLike) -> float:
    """Return |z|_* = max {<z, v> : |v| <= 1}, by a cone program unless there is a closed form.

    Parameters
    ----------
    norm : Norm
    z : array_like of shape (d,) or (r, c)

    Returns
    -------
    float

    Examples
    --------
    >>> ib.dual_norm(ib.Lp(1), [3.0, -4.0])
    4.0
    """
    instance(norm, Norm, "norm")
    z = read_array(z, "z", 2 if getattr(z, "ndim", 1) == 2 else 1)
    norm.value(z)  # shapes that the norm does not know are refused here
    return oracle_of(norm).dual(z) if z.size else 0.0
