"""The lasso path: argmin L(w) + alpha |w|_1 for all alpha."""

import math
import warnings
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._core import Problem, read_array
from ..errors import InvalidValueError, OracleError
from ..scaling import power_of_two
from .least_squares import l1_norms, least_squares

Array = NDArray[np.float64]

# By how much the optimality conditions of the lasso may fail, relative to the largest alpha.
_OPTIMAL = 1e-8
# Ties, where least angle regression goes astray, are broken by such a change of y, relative to its size.
_TIE_BREAK = 1e-10


@dataclass(frozen=True, eq=False)
class LassoPath:
    """The minimisers of L(w) + alpha |w|_1 for all alpha, linear in alpha between knots.

    Attributes
    ----------
    problem : Problem
    alphas : ndarray of shape (k,)
        Falling from |grad L(0)|_inf, where w = 0, to 0. As L is the sum of (u - y)^2, with neither 1/2 nor
        1/n, they are 2 n times scikit-learn's.
    w : ndarray of shape (k, *w.shape)
        The minimisers at the knots. The last is the minimum l1-norm solution if the data can be fitted.
    violation : float
        By how much the optimality conditions fail on the path, relative to the largest alpha.
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
        return bool(np.all(np.diff(sizes, axis=0) >= -1e-9 * sizes.max()))

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


def lasso(problem: Problem) -> LassoPath:
    """Follow the minimisers of L(w) + alpha |w|_1 from alpha = |grad L(0)|_inf to 0 (section 2.4).

    By scikit-learn's least angle regression, on the samples as they are: neither centred nor standardised,
    and without an intercept. That its result is optimal, at and between the knots, is checked.

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
        If what scikit-learn found is not optimal. Where coordinates tie it may fail; then the path is that of
        a y changed by 1e-10 of its size.
    """
    X, y = least_squares(problem)
    if not (X.T @ y).any():
        return LassoPath(problem, np.zeros(1), np.zeros((1, *problem.shape)), 0.0)
    alphas, w = _lars(X, y)
    violation = _violation(X, y, w, alphas)
    if violation > _OPTIMAL:
        noise = np.random.default_rng(0).standard_normal(len(y))
        alphas, w = _lars(X, y + _TIE_BREAK * float(np.linalg.norm(y) / np.linalg.norm(noise)) * noise)
        violation = _violation(X, y, w, alphas)
    if violation > _OPTIMAL:
        raise OracleError(
            f"lars_path found no lasso path here: its optimality conditions fail by {violation:.2g} of the "
            "largest alpha; are some columns nearly dependent?"
        )
    return LassoPath(problem, alphas, w.reshape(-1, *problem.shape), violation)


def _lars(X: Array, y: Array) -> tuple[Array, Array]:
    """Return the alphas and the w at the knots."""
    from sklearn.linear_model import lars_path

    # scikit-learn compares with absolute tolerances: the columns should be of order 1, and alpha start so
    # high that its tolerance of 1e-7 at the end is far below, yet above rounding.
    column = power_of_two(float(np.linalg.norm(X, axis=0).max()))
    row = power_of_two(float(np.abs(X.T @ y).max()) / column / len(y)) / 2.0**17
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of early stops and dropped columns: the check tells
        alphas, _, coefficients = lars_path(X / column, y / row, method="lasso", max_iter=10**6)
    return 2 * len(y) * column * row * alphas, coefficients.T * (row / column)


def _violation(X: Array, y: Array, w: Array, alphas: Array) -> float:
    """By how much the path is not optimal or does not end at 0, relative to the largest alpha.

    -grad L(w) should be in alpha times the subdifferential of |w|_1, at the knots and in the middle between.
    """
    if not alphas[0] > 0:
        return math.inf
    points = np.concatenate([w, (w[1:] + w[:-1]) / 2])
    levels = np.concatenate([alphas, (alphas[1:] + alphas[:-1]) / 2])[:, None]
    forces = -2 * (points @ X.T - y) @ X
    active = np.abs(points) > 1e-12 * np.abs(points).max()
    excess = np.abs(forces) - levels
    missing = np.where(active, np.abs(forces - levels * np.sign(points)), 0)
    return float(max(excess.max(), missing.max(), alphas[-1]) / alphas[0])
