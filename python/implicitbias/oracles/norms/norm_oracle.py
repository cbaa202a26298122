"""What oracles know of a norm, without the compiled norms, so that each checks the other.

A norm has one class, in a file of this folder that is imported in ``__init__``. A norm of one's own whose
convex form alone is known registers that for `as_cvxpy`.
"""

import math
from collections.abc import Callable
from functools import singledispatch
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import ArrayLike

from ..._arguments import instance
from ..._calls import public
from ..._core import Norm, read_array
from ..._cures import with_article
from ..._types import Array
from ...errors import InvalidTypeError
from ..ball import Ball
from ..cone_program import solve
from ..direction_map import DirectionMap, SteepestMap
from ..linear_ball import LinearBall


class Measure(Protocol):
    """What measures vectors and dual vectors in floating point."""

    @property
    def condition(self) -> float:
        """By how much its relative rounding errors exceed those of a sum."""

    def value(self, w: Array, /) -> float:
        """Return |w|."""

    def dual(self, z: Array, /) -> float:
        """Return |z|_*."""


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

    def measure(self) -> Measure:
        """Return what proofs measure with: the compiled norm, unless another is more exact."""
        return cast(Measure, self.norm)

    def chart(self, d: int) -> Any:
        """Return a sparse matrix C, (d, d), such that the norm |C v| is well-scaled in v."""
        from scipy.sparse import csr_array, identity

        return csr_array(identity(d))

    def linear_ball(self, shape: tuple[int, ...]) -> LinearBall | None:
        """Return the unit ball as a polytope, or None where it is none."""
        return None

    def ball(self, shape: tuple[int, ...]) -> Ball | None:
        """Return the unit ball for `ball_path`, or None where it is none of those."""
        return None

    def ball_projection(self, shape: tuple[int, ...]) -> Callable[[Array], Array] | None:
        """Return the Euclidean projection on {v : |C v| <= 1}, nearly, in coordinates of the chart C.

        None where there is none that is fast.
        """
        return None

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

    def lipschitz(self) -> bool:
        """Return whether steepest steps are Lipschitz functions of the gradient, where they are functions."""
        return True


@singledispatch
def oracle_of(norm: Norm) -> NormOracle:
    """Return what oracles know of a norm; ``@oracle_of.register(TheNorm)`` adds a class."""
    return NormOracle(norm)


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
