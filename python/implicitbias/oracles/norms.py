"""Norms in the words of oracles, written without the compiled norms so that each checks the other."""

import math
from contextlib import suppress
from functools import singledispatch
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._arguments import instance
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
from .._types import Array
from ..errors import InvalidTypeError, OracleError
from .cone_program import solve


@singledispatch
def as_cvxpy(norm: Norm, w: Any) -> Any:
    """Return the norm of a cvxpy expression, as a convex cvxpy expression.

    Register one function for a norm of your own with ``@as_cvxpy.register``, typed with its class.

    Parameters
    ----------
    norm : Norm
    w : cvxpy.Expression
        Of shape (d,) or (r, c).
    """
    name = type(norm).__name__
    raise InvalidTypeError(
        f"norm: expected a norm with a cvxpy form, got a {name}; register a function (norm: {name}, w) "
        f"that returns it with @implicitbias.as_cvxpy.register"
    )


def _lp(entries: Any, p: float) -> Any:
    import cvxpy as cp

    with suppress(ZeroDivisionError):  # its fraction nearest to 1 / p is 0
        form = cp.norm(entries, "inf" if p == math.inf else p)
        if form.is_atom_convex():  # or 1, which it takes for no norm
            return form
    raise OracleError(f"cvxpy has no form of the l_p norm with p = {p!r}")


@as_cvxpy.register
def _(norm: Lp, w: Any) -> Any:
    import cvxpy as cp

    return _lp(cp.vec(w, order="C"), norm.p)


@as_cvxpy.register
def _(norm: QuadraticNorm, w: Any) -> Any:
    import cvxpy as cp

    return cp.norm(np.linalg.cholesky(norm.D).T @ cp.vec(w, order="C"), 2)


@as_cvxpy.register
def _(norm: GroupNorm, w: Any) -> Any:
    import cvxpy as cp

    entries = cp.vec(w, order="C")
    return _lp(cp.hstack([_lp(entries[list(group)], norm.q) for group in norm.groups]), norm.p)


@as_cvxpy.register
def _(norm: SparseGroupNorm, w: Any) -> Any:
    return norm.lasso * as_cvxpy(Lp(1), w) + norm.group * as_cvxpy(GroupNorm(norm.groups), w)


@as_cvxpy.register
def _(norm: Schatten, w: Any) -> Any:
    import cvxpy as cp
    from cvxpy.transforms.partial_optimize import partial_optimize

    if norm.p == 1:
        return cp.normNuc(w)
    if norm.p == 2 or min(w.shape) == 1:
        return cp.norm(cp.vec(w, order="C"), 2)
    if norm.p == math.inf:
        return cp.sigma_max(w)
    # The least |bound|_p over non-increasing bounds whose partial sums are at least those of the singular
    # values (weak majorization). Singular values are the positive eigenvalues of [0 W; W' 0].
    r, c = w.shape
    eigen = cp.bmat([[np.zeros((r, r)), w], [w.T, np.zeros((c, c))]])
    bound = cp.Variable(min(r, c), nonneg=True)
    partial_sums = [cp.lambda_sum_largest(eigen, k) <= cp.sum(bound[:k]) for k in range(1, min(r, c) + 1)]
    program = cp.Problem(cp.Minimize(_lp(bound, norm.p)), [*partial_sums, cp.diff(bound) <= 0])
    return partial_optimize(program, opt_vars=[bound], dont_opt_vars=w.variables(), solver=cp.CLARABEL)


@as_cvxpy.register
def _(norm: PolyhedralNorm, w: Any) -> Any:
    import cvxpy as cp
    from scipy.sparse import csr_array

    # Sparse, lest cvxpy multiply zeros by infinite bounds.
    return _lp(csr_array(norm.A) @ cp.vec(w, order="C"), norm.p)


@as_cvxpy.register
def _(norm: WeightedNorm, w: Any) -> Any:
    import cvxpy as cp

    return as_cvxpy(norm.norm, cp.multiply(norm.weights.reshape(w.shape), w))


def dual_norm(norm: Norm, z: ArrayLike) -> float:
    """Return |z|_* = max {<z, v> : |v| <= 1}, by a cone program unless there is a closed form."""
    instance(norm, Norm, "norm")
    z = read_array(z, "z", 2 if getattr(z, "ndim", 1) == 2 else 1)
    norm.value(z)  # refuses shapes
    return _dual_norm(norm, z) if z.size else 0.0


@singledispatch
def _dual_norm(norm: Norm, z: Array) -> float:
    import cvxpy as cp

    v = cp.Variable(z.shape)
    return float(solve(cp.Problem(cp.Maximize(cp.sum(cp.multiply(z, v))), [as_cvxpy(norm, v) <= 1])))


@_dual_norm.register
def _(norm: Lp, z: Array) -> float:
    return lp_norm(z, _conjugate(norm.p))


@_dual_norm.register
def _(norm: QuadraticNorm, z: Array) -> float:
    return lp_norm(np.linalg.solve(np.linalg.cholesky(norm.D), z.ravel()), 2.0)


@_dual_norm.register
def _(norm: GroupNorm, z: Array) -> float:
    return _group_norm(norm, z, _conjugate(norm.p), _conjugate(norm.q))


@_dual_norm.register
def _(norm: SparseGroupNorm, z: Array) -> float:
    """Return the largest root t of |S(z_g, lasso t)|_2 = group t over groups, S being the soft threshold."""
    from scipy.optimize import brentq

    def excess(t: float, sizes: Array) -> float:
        return lp_norm(np.maximum(sizes - norm.lasso * t, 0), 2) - norm.group * t

    scale = float(np.abs(z).max()) or 1.0
    parts = [np.abs(z.ravel()[list(group)]) / scale for group in norm.groups]
    precise = {"xtol": 1e-300, "rtol": 4 * np.finfo(float).eps}
    return scale * float(
        max(brentq(excess, 0, lp_norm(part, 2) / norm.group, (part,), **precise) for part in parts)
    )


@_dual_norm.register
def _(norm: Schatten, z: Array) -> float:
    return lp_norm(_singular_values(z), _conjugate(norm.p))


@_dual_norm.register
def _(norm: PolyhedralNorm, z: Array) -> float:
    """Return the least |c|_q of all c with A' c = z, by the simplex method.

    Every such c bounds the dual norm from above; HiGHS' own is one to its tolerance only.
    """
    from scipy.optimize import linprog

    m, d = norm.A.shape
    Q, R = np.linalg.qr(norm.A)  # A' c = z is Q' c = R'^-1 z, which is better scaled
    target = np.linalg.solve(R.T, z.ravel())
    scale = float(np.abs(target).max()) or 1.0
    target /= scale
    equal = np.hstack([Q.T, -Q.T])  # c = c+ - c-
    cost, at_most, below = np.ones(2 * m), None, None
    if norm.p == 1:  # one more variable bounds every c+ + c-
        equal, cost = np.hstack([equal, np.zeros((d, 1))]), np.append(np.zeros(2 * m), 1.0)
        at_most, below = np.hstack([np.eye(m), np.eye(m), -np.ones((m, 1))]), np.zeros(m)
    answer = linprog(cost, at_most, below, equal, target, method="highs-ds")
    if not answer.success:
        raise OracleError(f"HiGHS gave no solution: {answer.message}")
    c = answer.x[:m] - answer.x[m : 2 * m]
    return scale * lp_norm(c + Q @ (target - Q.T @ c), _conjugate(norm.p))


@_dual_norm.register
def _(norm: WeightedNorm, z: Array) -> float:
    return _dual_norm(norm.norm, z / norm.weights.reshape(z.shape))


def _conjugate(p: float) -> float:
    return math.inf if p == 1 else 1.0 if p == math.inf else p / (p - 1)


def _singular_values(v: Array) -> Array:
    return np.asarray(np.linalg.svd(v, compute_uv=False), dtype=np.float64)


def _group_norm(norm: GroupNorm, v: Array, p: float, q: float) -> float:
    return lp_norm(np.array([lp_norm(v.ravel()[list(group)], q) for group in norm.groups]), p)


def lp_norm(v: Array, p: float) -> float:
    """Return |v|_p relative to the largest entry, so that no power over- or underflows."""
    largest = float(np.abs(v).max())
    return largest * float(np.linalg.norm(v.ravel() / largest, p)) if largest > 0 else 0.0


@singledispatch
def strictly_convex(norm: Norm) -> bool:
    """Return whether the norm is known to be strictly convex: then maximum margin directions are unique."""
    return False


@strictly_convex.register
def _(norm: Lp) -> bool:
    return 1 < norm.p < math.inf


@strictly_convex.register
def _(norm: QuadraticNorm) -> bool:
    return True


@strictly_convex.register
def _(norm: GroupNorm) -> bool:
    return 1 < norm.p < math.inf and 1 < norm.q < math.inf


@strictly_convex.register
def _(norm: Schatten) -> bool:
    return 1 < norm.p < math.inf


@strictly_convex.register
def _(norm: WeightedNorm) -> bool:
    return strictly_convex(norm.norm)


@singledispatch
def norm_value(norm: Norm, w: Array) -> float:
    """Return |w| by the oracle's own formula."""
    import cvxpy as cp

    return float(as_cvxpy(norm, cp.Constant(w)).value)


@norm_value.register
def _(norm: Lp, w: Array) -> float:  # cvxpy rounds p to a fraction
    return lp_norm(w, norm.p)


@norm_value.register
def _(norm: GroupNorm, w: Array) -> float:
    return _group_norm(norm, w, norm.p, norm.q)


@norm_value.register
def _(norm: SparseGroupNorm, w: Array) -> float:
    return norm.lasso * lp_norm(w, 1) + norm.group * norm_value(GroupNorm(norm.groups), w)


@norm_value.register
def _(norm: WeightedNorm, w: Array) -> float:
    return norm_value(norm.norm, norm.weights.reshape(w.shape) * w)


@norm_value.register
def _(norm: Schatten, w: Array) -> float:
    return lp_norm(_singular_values(w), norm.p)
