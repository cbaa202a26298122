"""Maximum margins by convex programming, written without the compiled norms so that each checks the other."""

import math
import warnings
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._core import GroupNorm, Lp, Norm, PolyhedralNorm, QuadraticNorm, Schatten, WeightedNorm
from .errors import InvalidTypeError, OracleError

Array = NDArray[np.float64]

# Asked of the solver; it says "inaccurate" where rounding stops it earlier, and the duality gap that is
# computed afterwards tells how far it came.
_TIGHT = {"tol_gap_abs": 1e-13, "tol_gap_rel": 1e-13, "tol_feas": 1e-13, "max_iter": 500}


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

    try:
        return cp.norm(entries, "inf" if p == math.inf else p)
    except ZeroDivisionError:  # its fraction nearest to 1 / p is 0
        raise OracleError(f"cvxpy has no form of the l_p norm with p = {p:g}") from None


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
def _(norm: Schatten, w: Any) -> Any:
    import cvxpy as cp
    from cvxpy.transforms.partial_optimize import partial_optimize

    if norm.p == 1:
        return cp.normNuc(w)
    if norm.p == 2:
        return cp.norm(cp.vec(w, order="C"), 2)
    if norm.p == math.inf:
        return cp.sigma_max(w)
    # The least |bound|_p over non-increasing bounds whose partial sums are at least those of the singular
    # values (weak majorisation). Singular values are the positive eigenvalues of [0 W; W' 0].
    r, c = w.shape
    eigen = cp.bmat([[np.zeros((r, r)), w], [w.T, np.zeros((c, c))]])
    bound = cp.Variable(min(r, c), nonneg=True)
    partial_sums = [cp.lambda_sum_largest(eigen, k) <= cp.sum(bound[:k]) for k in range(1, min(r, c) + 1)]
    program = cp.Problem(cp.Minimize(_lp(bound, norm.p)), [*partial_sums, cp.diff(bound) <= 0])
    return partial_optimize(program, opt_vars=[bound], dont_opt_vars=w.variables(), solver=cp.CLARABEL)


@as_cvxpy.register
def _(norm: PolyhedralNorm, w: Any) -> Any:
    import cvxpy as cp

    return _lp(norm.A @ cp.vec(w, order="C"), norm.p)


@as_cvxpy.register
def _(norm: WeightedNorm, w: Any) -> Any:
    import cvxpy as cp

    return as_cvxpy(norm.norm, cp.multiply(norm.weights.reshape(w.shape), w))


@singledispatch
def dual_norm(norm: Norm, z: Array) -> float:
    """Return |z|_* = max {<z, v> : |v| <= 1}, by a cone program unless a closed form is registered."""
    import cvxpy as cp

    v = cp.Variable(z.shape)
    return float(solve(cp.Problem(cp.Maximize(cp.sum(cp.multiply(z, v))), [as_cvxpy(norm, v) <= 1])))


@dual_norm.register
def _(norm: Lp, z: Array) -> float:
    return lp_norm(z, _conjugate(norm.p))


@dual_norm.register
def _(norm: QuadraticNorm, z: Array) -> float:
    return lp_norm(np.linalg.solve(np.linalg.cholesky(norm.D), z.ravel()), 2.0)


@dual_norm.register
def _(norm: GroupNorm, z: Array) -> float:
    return _group_norm(norm, z, _conjugate(norm.p), _conjugate(norm.q))


@dual_norm.register
def _(norm: Schatten, z: Array) -> float:
    return lp_norm(_singular_values(z), _conjugate(norm.p))


@dual_norm.register
def _(norm: PolyhedralNorm, z: Array) -> float:
    """Return the least |c|_q of all c with A' c = z, by the simplex method, whose vertices are exact."""
    from scipy.optimize import linprog

    m, d = norm.A.shape
    scale = float(np.abs(z).max()) or 1.0
    equal = np.hstack([norm.A.T, -norm.A.T])  # c = c+ - c-
    target, at_most = z.ravel() / scale, None
    cost = np.ones(2 * m)
    if norm.p == 1:  # one more variable bounds every c+ + c-
        equal, cost = np.hstack([equal, np.zeros((d, 1))]), np.append(np.zeros(2 * m), 1.0)
        at_most = np.hstack([np.eye(m), np.eye(m), -np.ones((m, 1))])
    below = None if at_most is None else np.zeros(m)
    answer = linprog(cost, at_most, below, equal, target, method="highs-ds")
    if not answer.success:
        raise OracleError(f"HiGHS gave no solution: {answer.message}")
    return scale * float(answer.fun)


@dual_norm.register
def _(norm: WeightedNorm, z: Array) -> float:
    return dual_norm(norm.norm, z / norm.weights.reshape(z.shape))


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


@dataclass(frozen=True)
class MaxMargin:
    """A maximum margin with its proof."""

    direction: Array  # |direction| = 1
    weights: Array  # alpha in the simplex
    value: float  # min_n y_n <direction, x_n>
    gap: float  # 1 - value / |sum alpha_n y_n x_n|_*
    unique: bool


def max_margin(X: Array, y: Array, norm: Norm) -> MaxMargin:
    """Solve max {min_n y_n <w, x_n> : |w| <= 1} for separable data.

    It solves min |w| subject to y_n <w, x_n> >= 1, which has the same direction and is better scaled.
    The value and the relative duality gap are computed from the solution, not taken from the solver.
    """
    import cvxpy as cp

    A = y[:, None] * X.reshape(len(y), -1)
    scale = 2.0 ** np.floor(np.log2(np.abs(A).max()))  # a power of two: dividing by it is exact
    A = A / scale
    shape = X.shape[1:]
    w = cp.Variable(shape)
    margins = A @ cp.vec(w, order="C") >= 1
    solve(cp.Problem(cp.Minimize(as_cvxpy(norm, w)), [margins]))

    direction = w.value / norm_value(norm, w.value)
    value = float((A @ direction.ravel()).min())
    weights = np.maximum(margins.dual_value, 0)
    if not (value > 0 and weights.sum() > 0):
        raise OracleError(f"Clarabel's solution is no separator: its margin is {value}")
    weights /= weights.sum()
    bound = dual_norm(norm, (weights @ A).reshape(shape))
    unique = strictly_convex(norm) or _only_one(A, norm, direction / value)
    return MaxMargin(direction, weights, value * scale, 1 - value / bound, unique)


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
def _(norm: WeightedNorm, w: Array) -> float:
    return norm_value(norm.norm, norm.weights.reshape(w.shape) * w)


@norm_value.register
def _(norm: Schatten, w: Array) -> float:
    return lp_norm(_singular_values(w), norm.p)


def _only_one(A: Array, norm: Norm, best: Array) -> bool:
    """Whether the set of optimal w is a point: it does not extend along two random directions.

    An interior-point solution lies in the middle of the set, so that one side of each direction tells.
    "Optimal" means to 1e-9, and "not" to 1e-4 relative to |w|_2 (a direction's component along a given
    segment is smaller than that with probability 1e-4).
    """
    import cvxpy as cp

    w = cp.Variable(best.shape)
    flat = cp.vec(w, order="C")
    optimal = [A @ flat >= 1, as_cvxpy(norm, w) <= (1 + 1e-9) * norm_value(norm, best)]
    for along in np.random.default_rng().standard_normal((2, best.size)):
        try:
            extent = solve(cp.Problem(cp.Maximize(along @ flat), optimal)) - along @ best.ravel()
        except OracleError:  # so thin a set may look empty to the solver: then it is not known to be a point
            return False
        if extent > 1e-4 * np.linalg.norm(best):
            return False
    return True


def solve(program: Any) -> float:
    """Solve a cvxpy program as tightly as the solver can, and return its value."""
    import cvxpy as cp

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # "may be inaccurate": the gap says how inaccurate
        try:
            value = program.solve(solver=cp.CLARABEL, **_TIGHT)
        except (cp.error.SolverError, cp.error.DCPError, ArithmeticError, ValueError) as error:
            # Besides its own errors, cvxpy fails in its own arithmetic for p that are barely above 1 or huge.
            raise OracleError(f"the convex program has no solution here: {error}") from error
    if program.status not in ("optimal", "optimal_inaccurate"):
        raise OracleError(f"Clarabel gave no solution: {program.status}")
    return float(value)
