"""Two paths to sparse solutions: the lasso's, and forward stagewise, the small steps of l1 steepest descent.

Section 2.4 (Efron et al. 2004): the two are the same while every coordinate of the lasso path is monotone,
and then both end at the solution of smallest l1 norm; otherwise forward stagewise may end elsewhere.
"""

import math
import warnings
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._core import Constant, Lp, Problem, Recording, Squared, SteepestDescent, read_array
from .errors import InvalidTypeError, InvalidValueError, OracleError
from .run import Run, log_spaced

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
        return _l1_norms(self.w)

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
    X, y = _least_squares(problem)
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
    column = _power_of_two(float(np.linalg.norm(X, axis=0).max()))
    row = _power_of_two(float(np.abs(X.T @ y).max()) / column / len(y)) / 2.0**17
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of early stops and dropped columns: the check tells
        alphas, _, coefficients = lars_path(X / column, y / row, method="lasso", max_iter=10**6)
    return 2 * len(y) * column * row * alphas, coefficients.T * (row / column)


def _violation(X: Array, y: Array, w: Array, alphas: Array) -> float:
    """By how much the path is not optimal or does not end at 0, relative to the largest alpha.

    -grad L(w) should be in alpha times the subdifferential of |w|_1, at the knots and in the middle between.
    """
    points = np.concatenate([w, (w[1:] + w[:-1]) / 2])
    levels = np.concatenate([alphas, (alphas[1:] + alphas[:-1]) / 2])[:, None]
    forces = -2 * (points @ X.T - y) @ X
    active = np.abs(points) > 1e-12 * np.abs(points).max()
    excess = np.abs(forces) - levels
    missing = np.where(active, np.abs(forces - levels * np.sign(points)), 0)
    return float(max(excess.max(), missing.max(), alphas[-1]) / alphas[0])


@dataclass(frozen=True, eq=False)
class StagewisePath:
    """The path of forward stagewise: l1 steepest descent with small steps from 0.

    Attributes
    ----------
    problem : Problem
    run : Run
        The run that took the steps.
    epsilon : float
        l1 length of the first step, the longest.
    t : ndarray of shape (k,)
        Iterations of the recorded points.
    w : ndarray of shape (k, *w.shape)
        The points.
    residual : float
        Euclidean norm |Xw - y| at the end.
    converged : bool
        Whether the run came within the tolerance of a least squares fit.
    """

    problem: Problem
    run: Run = field(repr=False)
    epsilon: float
    t: NDArray[np.int64] = field(repr=False)
    w: Array = field(repr=False)
    residual: float
    converged: bool

    @cached_property
    def l1_norms(self) -> Array:
        """|w|_1 of the points, shape (k,)."""
        return _l1_norms(self.w)

    @cached_property
    def arc_length(self) -> Array:
        """l1 length of the path through the recorded points, shape (k,).

        It is `l1_norms` while every coordinate is monotone, and longer otherwise.
        """
        return np.concatenate([[0.0], np.cumsum(_l1_norms(np.diff(self.w, axis=0)))])


def stagewise(
    problem: Problem,
    epsilon: float | None = None,
    *,
    ties: Literal["first", "average"] = "average",
    tolerance: float = 1e-6,
    max_steps: int = 10**7,
    record: Recording | None = None,
) -> StagewisePath:
    """Forward stagewise, or epsilon-boosting: l1 steepest descent from 0 with small steps (section 2.4).

    Parameters
    ----------
    problem : Problem
        With the squared loss.
    epsilon : float, optional
        l1 length of the first step; by default a hundredth of the largest that goes downhill for sure.
        eta = epsilon / |grad L(0)|_inf. The steps are eq. (11)'s, so that their
        lengths epsilon |grad L(w)|_inf / |grad L(0)|_inf fall with the gradient and the run converges; steps
        all of length epsilon take the same path and end by hovering within epsilon of its end.
    ties : {'first', 'average'}, optional
        Where several coordinates tie: move the first, or all of them equally.
    tolerance : float, optional
        Stop where |Xw - y'| <= tolerance |y|, y' being the nearest that can be fitted: y itself, or else the
        least squares fit.
    max_steps : int, optional
    record : Recording, optional
        Which points are kept besides the last; ``log_spaced(per_decade=200)`` by default.

    Returns
    -------
    StagewisePath

    Raises
    ------
    InvalidTypeError
        If the loss is not the squared loss.
    InvalidValueError
        If `epsilon` is so large that the steps need not go downhill, or another argument does not fit.

    Notes
    -----
    As epsilon -> 0 the rule for ties does not matter. With g = grad L(w), the limit is the inclusion
    dw/dt in -S(g), S = the subdifferential of |g|_inf^2 / 2, which is |g|_inf times the convex hull of the
    tied coordinates' signs. S is monotone, so that in g, where dg/dt in -2 X'X S(g), there is one solution,
    to which explicit steps converge whatever they select from the hull. It moves along the v in S(g) with
    the smallest |Xv|: the tied coordinates that v moves stay tied, by shares that are in general not equal,
    and the others fall behind. Steps along one coordinate at a time realise these shares by turns.
    In w the limit is unique where the tied columns of X are affinely independent. All that 'average' adds is
    that coordinates whose columns are symmetric stay equal at a finite epsilon.
    """
    X, y = _least_squares(problem)
    first = 2 * float(np.abs(X.T @ y).max())
    largest = first / max(float((X**2).sum(axis=0).max()), np.finfo(float).tiny)
    if epsilon is None:
        epsilon = largest / 100 if first > 0 else 1.0
    for name, value in (("epsilon", epsilon), ("tolerance", tolerance)):
        if not (isinstance(value, int | float) and 0 < value < math.inf):
            raise InvalidValueError(f"{name}: expected a positive number, got {value!r}")
    if not (isinstance(max_steps, int) and max_steps >= 1):
        raise InvalidValueError(f"max_steps: expected a positive int, got {max_steps!r}")
    if first > 0 and epsilon >= largest:
        raise InvalidValueError(
            f"epsilon: expected a length below |grad L(0)|_inf / max_i |X_i|^2 = {largest:.6g}, beyond which "
            f"steps may go uphill, got {epsilon!r}"
        )
    eta = epsilon / first if first > 0 else 1.0
    run = Run(
        problem, SteepestDescent(Lp(1), ties), Constant(eta), record=record or log_spaced(per_decade=200)
    )

    best = X @ np.linalg.lstsq(X, y)[0]

    def converged() -> bool:
        return float(np.linalg.norm(X @ run.w.ravel() - best)) <= tolerance * float(np.linalg.norm(y))

    while not converged() and run.t < max_steps:
        run.advance(min(max(run.t // 4, 1000), max_steps - run.t))
    rows = run.trajectory
    t, w = rows.t, rows.w
    if t[-1] < run.t:
        t, w = np.append(t, run.t), np.concatenate([w, run.w[None]])
    residual = float(np.linalg.norm(X @ w[-1].ravel() - y))
    return StagewisePath(problem, run, epsilon, t, w, residual, converged())


def _least_squares(problem: Problem) -> tuple[Array, Array]:
    if not isinstance(problem, Problem):
        raise InvalidTypeError(f"problem: expected a Problem, got {type(problem).__name__}")
    if not isinstance(problem.loss, Squared):
        raise InvalidTypeError(f"problem: expected the loss Squared(), got {problem.loss!r}")
    y = problem.y
    return problem.X.reshape(len(y), -1), y


def _l1_norms(w: Array) -> Array:
    norms: Array = np.abs(w.reshape(len(w), -1)).sum(axis=1)
    return norms


def _power_of_two(size: float) -> float:
    return 2.0 ** math.floor(math.log2(size)) if size > 0 else 1.0
