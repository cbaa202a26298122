"""Forward stagewise: l1 steepest descent in small steps."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .._arguments import positive_number, whole_number
from .._calls import public
from .._core import Constant, Lp, Problem, Recording, SteepestDescent
from .._types import Array
from ..arithmetic.powers_of_two import powers_of_two
from ..errors import InvalidValueError
from ..runs.recordings import log_spaced
from ..runs.run import Run
from .least_squares import l1_norms, least_squares


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

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.0], [0.0, 2.0]], [2.0, 2.0], ib.Squared())
    >>> path = ib.paths.stagewise(problem)
    >>> print(path.converged, path.w[-1].round(3))
    True [2. 1.]
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
        return l1_norms(self.w)

    @cached_property
    def arc_length(self) -> Array:
        """l1 length of the path through the recorded points, shape (k,).

        It is `l1_norms` while every coordinate is monotone, and longer otherwise.
        """
        return np.concatenate([[0.0], np.cumsum(l1_norms(np.diff(self.w, axis=0)))])


@public
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
    ties : {'first', 'average'}, default 'average'
        Where several coordinates tie: move the first, or all of them equally.
    tolerance : float, default 1e-6
        Stop where |Xw - y'| <= tolerance |y|, y' being the nearest that can be fitted: y itself, or else the
        least squares fit.
    max_steps : int, default 10**7
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
    and the others fall behind. Steps along one coordinate at a time realize these shares by turns.
    In w the limit is unique where the tied columns of X are affinely independent. All that 'average' adds is
    that coordinates whose columns are symmetric stay equal at a finite epsilon.

    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, section 2.4.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.0], [0.0, 2.0]], [2.0, 2.0], ib.Squared())
    >>> print(ib.paths.stagewise(problem).w[-1].round(3))
    [2. 1.]
    """
    X, y = least_squares(problem)
    first = 2 * float(np.abs(X.T @ y).max())
    largest = first / max(float((X**2).sum(axis=0).max()), np.finfo(float).tiny)
    if epsilon is None:
        epsilon = largest / 100 if first > 0 else 1.0
    epsilon, tolerance = positive_number(epsilon, "epsilon"), positive_number(tolerance, "tolerance")
    max_steps = whole_number(max_steps, "max_steps", least=1)
    if first > 0 and epsilon >= largest:
        raise InvalidValueError(
            f"epsilon: expected a length below |grad L(0)|_inf / max_i |X_i|^2 = {largest:.6g}, beyond which "
            f"steps may go uphill, got {epsilon!r}"
        )
    eta = epsilon / first if first > 0 else 1.0
    record = log_spaced(per_decade=200) if record is None else record
    run = Run(problem, SteepestDescent(Lp(1), ties), Constant(eta), record=record)

    # Columns are scaled to one size, so that lstsq does not take small ones for dependent.
    columns = X / powers_of_two(np.abs(X).max(axis=0))
    best = columns @ np.linalg.lstsq(columns, y)[0]

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
