"""Maximum margins by convex programming, written without the compiled norms so that each checks the other."""

import math
import warnings
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._core import Lp, Norm, QuadraticNorm
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


@as_cvxpy.register
def _(norm: Lp, w: Any) -> Any:
    import cvxpy as cp

    entries = cp.vec(w, order="C")
    return cp.norm(entries, "inf" if norm.p == math.inf else norm.p)


@as_cvxpy.register
def _(norm: QuadraticNorm, w: Any) -> Any:
    import cvxpy as cp

    return cp.norm(np.linalg.cholesky(norm.D).T @ cp.vec(w, order="C"), 2)


@singledispatch
def dual_norm(norm: Norm, z: Array) -> float:
    """Return |z|_* = max {<z, v> : |v| <= 1}, by a cone program unless a closed form is registered."""
    import cvxpy as cp

    v = cp.Variable(z.shape)
    return float(_solve(cp.Problem(cp.Maximize(cp.sum(cp.multiply(z, v))), [as_cvxpy(norm, v) <= 1])))


@dual_norm.register
def _(norm: Lp, z: Array) -> float:
    q = math.inf if norm.p == 1 else 1.0 if norm.p == math.inf else norm.p / (norm.p - 1)
    return float(np.linalg.norm(z.ravel(), q))


@dual_norm.register
def _(norm: QuadraticNorm, z: Array) -> float:
    return math.sqrt(z.ravel() @ np.linalg.solve(norm.D, z.ravel()))


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
    shape = X.shape[1:]
    w = cp.Variable(shape)
    margins = A @ cp.vec(w, order="C") >= 1
    size = as_cvxpy(norm, w)
    _solve(cp.Problem(cp.Minimize(size), [margins]))

    direction = w.value / _value(norm, w.value)
    value = float((A @ direction.ravel()).min())
    weights = np.maximum(margins.dual_value, 0)
    weights /= weights.sum()
    bound = dual_norm(norm, (weights @ A).reshape(shape))
    unique = strictly_convex(norm) or _only_one(A, norm, w.value)
    return MaxMargin(direction, weights, value, 1 - value / bound, unique)


def _value(norm: Norm, w: Array) -> float:
    import cvxpy as cp

    if isinstance(norm, Lp):  # cvxpy rounds p to a fraction
        return float(np.linalg.norm(w.ravel(), norm.p))
    return float(as_cvxpy(norm, cp.Constant(w)).value)


def _only_one(A: Array, norm: Norm, best: Array) -> bool:
    """Whether the set of optimal w is a point: its extent along a random direction is zero, almost surely.

    "Optimal" means to 1e-9 and "zero" to 1e-3, relative to |w|.
    """
    import cvxpy as cp

    along = np.random.default_rng(0).standard_normal(best.size)
    w = cp.Variable(best.shape)
    flat = cp.vec(w, order="C")
    optimal = [A @ flat >= 1, as_cvxpy(norm, w) <= (1 + 1e-9) * _value(norm, best)]
    extent = [_solve(cp.Problem(sense(along @ flat), optimal)) for sense in (cp.Maximize, cp.Minimize)]
    return bool(extent[0] - extent[1] <= 1e-3 * np.linalg.norm(along) * np.linalg.norm(best))


def _solve(program: Any) -> float:
    import cvxpy as cp

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # "may be inaccurate": the gap says how inaccurate
        try:
            value = program.solve(solver=cp.CLARABEL, **_TIGHT)
        except cp.error.SolverError as error:
            raise OracleError(f"Clarabel gave no solution: {error}") from error
    if program.status not in ("optimal", "optimal_inaccurate"):
        raise OracleError(f"Clarabel gave no solution: {program.status}")
    return float(value)
