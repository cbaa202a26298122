"""The lasso path: argmin L(w) + alpha |w|_1 for all alpha."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from .._calls import public
from .._core import Problem, read_array
from .._types import Array
from ..errors import InvalidValueError, OracleError
from .lasso_knots import lasso_knots
from .least_squares import l1_norms, least_squares

# By how much the optimality conditions of the lasso may fail, relative to |y| and the size of each column.
_OPTIMAL = 1e-8
_HELP = "are some columns nearly dependent? Remove them, or center and scale them"


@dataclass(frozen=True, eq=False)
class LassoPath:
    """The minimizers of L(w) + alpha |w|_1 for all alpha, linear in alpha between knots.

    Attributes
    ----------
    problem : Problem
    alphas : ndarray of shape (k,)
        Falling from |grad L(0)|_inf, where w = 0, to 0. As L is the sum of (u - y)^2, with neither 1/2 nor
        1/n, they are 2 n times scikit-learn's.
    w : ndarray of shape (k, *w.shape)
        The minimizers at the knots. The last is the minimum l1-norm solution if the data can be fitted.
        Where columns depend on each other there may be several paths, with the same Xw: one of them.
    violation : float
        By how much the optimality conditions fail on the path, relative to |y| and to the size of each
        column.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.0], [0.0, 2.0]], [2.0, 2.0], ib.Squared())
    >>> path = ib.paths.lasso(problem)
    >>> path.monotone
    True
    >>> print(path.l1_norms.round(4))
    [0.  0.5 3. ]
    """

    problem: Problem
    alphas: Array = field(repr=False)
    w: Array = field(repr=False)
    violation: float

    @cached_property
    def l1_norms(self) -> Array:
        """|w|_1 at the knots, rising, shape (k,)."""
        return l1_norms(self.w)

    @property
    def monotone(self) -> bool:
        """Whether no coordinate ever shrinks or changes its sign as alpha falls.

        Then forward stagewise follows the same path.
        """
        sizes = np.abs(self.w)
        return bool(np.all(np.diff(sizes, axis=0) >= -1e-9 * sizes.max(axis=0)))

    @public
    def at_norm(self, c: ArrayLike) -> Array:
        """Return argmin {L(w) : |w|_1 <= c}, the point of the path of this l1 norm.

        Between knots no coordinate changes its sign, so that w is linear in |w|_1 too.

        Parameters
        ----------
        c : float or array_like of shape (m,)
            From 0 to the last of `l1_norms`.

        Returns
        -------
        ndarray
            Of the parameter's shape, or (m, *w.shape).

        Raises
        ------
        InvalidValueError
            If c is outside the path.

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 0.0], [0.0, 2.0]], [2.0, 2.0], ib.Squared())
        >>> print(ib.paths.lasso(problem).at_norm(1.0).round(4))
        [0.4 0.6]
        """
        norms = self.l1_norms
        asked = read_array(c, "c", 0 if np.isscalar(c) else 1)
        outside = asked[(asked < 0) | (asked > norms[-1] * (1 + 1e-12))]
        if outside.size:
            raise InvalidValueError(
                f"c: expected l1 norms from 0 to {norms[-1]:.6g}, the last of the path, got "
                f"{outside.flat[0]:.6g}"
            )
        columns = [np.interp(asked, norms, column) for column in self.w.reshape(len(norms), -1).T]
        return np.stack(columns, axis=-1).reshape(*asked.shape, *self.w.shape[1:])


@public
def lasso(problem: Problem) -> LassoPath:
    """Follow the minimizers of L(w) + alpha |w|_1 from alpha = |grad L(0)|_inf to 0 (section 2.4).

    By least angle regression with signs, on the samples as they are: neither centered nor standardized, and
    without an intercept. Columns may be copies, multiples or combinations of each other, and of any size: the
    path ends where the residual is orthogonal to each. That its result is optimal, at and between the knots,
    is checked.

    Parameters
    ----------
    problem : Problem
        With the squared loss.

    Returns
    -------
    LassoPath

    Raises
    ------
    InvalidTypeError
        If the loss is another: its path is not piecewise linear.
    OracleError
        If rounding leaves what was found short of optimal, as columns that are dependent but for their last
        digits may.

    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, section 2.4.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.0], [0.0, 2.0]], [2.0, 2.0], ib.Squared())
    >>> print(ib.paths.lasso(problem).alphas)
    [8. 4. 0.]
    """
    X, y = least_squares(problem)
    if not (X.T @ y).any():
        return LassoPath(problem, np.zeros(1), np.zeros((1, *problem.predictor_shape)), 0.0)
    try:
        alphas, w = lasso_knots(X, y)
    except (np.linalg.LinAlgError, RuntimeError) as error:
        raise OracleError(f"no lasso path was found here: {error}; {_HELP}") from error
    violation = _violation(X, y, w, alphas)
    if not violation <= _OPTIMAL:
        raise OracleError(
            f"no lasso path was found here: the optimality conditions fail by {violation:.2g} of |y| and the "
            f"size of a column; {_HELP}"
        )
    return LassoPath(problem, alphas, w.reshape(-1, *problem.predictor_shape), violation)


def _violation(X: Array, y: Array, w: Array, alphas: Array) -> float:
    """By how much the path is not optimal or does not end at 0, relative to |y| and the size of each column.

    -grad L(w) should be in alpha times the subdifferential of |w|_1, at the knots and in the middle between.
    """
    points = np.concatenate([w, (w[1:] + w[:-1]) / 2])
    levels = np.concatenate([alphas, (alphas[1:] + alphas[:-1]) / 2])[:, None]
    sizes = 2 * np.linalg.norm(X, axis=0) * np.linalg.norm(y)
    with np.errstate(over="ignore", invalid="ignore"):
        forces = -2 * (points @ X.T - y) @ X
        excess = np.abs(forces) - levels
        missing = np.where(points != 0, np.abs(forces - levels * np.sign(points)), 0.0)
        failures = np.maximum(excess, missing) / np.where(sizes > 0, sizes, 1.0)
    return float(max(failures.max(), 0.0))
