"""Continuous time: the flows that the methods of section 2 follow as eta -> 0 (eq. 10), to their limits."""

from __future__ import annotations

import math
import time
import warnings
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from .. import _arguments
from .._arguments import instance, positive_number
from .._calls import public
from .._core import Method, Problem
from .._types import Array
from ..errors import InvalidTypeError
from ..problems.linear_model import require_linear
from ..runs.start import start_of
from .course import follow
from .motion import Data, motion_of


@dataclass(frozen=True, eq=False)
class Flow:
    """A flow from its start to its limit point.

    Attributes
    ----------
    problem : Problem
    method : Method
    w0 : ndarray
        The start that was asked for, of the problem's parameter shape.
    t : ndarray of shape (k,)
        Times, from 0: t = sum of the step sizes that a discrete run would take.
    path : ndarray of shape (k, *w.shape)
        The points passed at these times. Under a constraint the first is the Bregman projection of w0 on it,
        to which the first step jumps however small it is.
    residual : float
        Euclidean norm |Xw - y| at the end: at rounding level where the limit fits the data.
    error : float
        Estimated distance of `w` from the limit: how far away the same flow ends when it is integrated and
        stopped with tolerances a hundred times coarser. Infinite where either does not come to rest.
    converged : bool
        Whether the path came to rest. Its limit need not fit the data: see `residual` and `message`.
    message : str
        Where it ended and why, in a sentence.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> flow = ib.flow(problem, ib.MirrorDescent(ib.Entropy()))
    >>> print(flow.converged, flow.w.round(6))
    True [0.5  0.25]
    """

    problem: Problem
    method: Method
    w0: Array = field(repr=False)
    t: Array = field(repr=False)
    path: Array = field(repr=False)
    residual: float
    error: float
    converged: bool
    message: str

    @property
    def w(self) -> Array:
        """The limit point, a copy; where not `converged`, the last point."""
        limit: Array = self.path[-1].copy()
        return limit


@public
def flow(
    problem: Problem,
    method: Method,
    w0: ArrayLike | None = None,
    *,
    tolerance: float = 1e-12,
    max_seconds: float = 60.0,
) -> Flow:
    """Follow the small-step limit of a method to its limit point.

    Parameters
    ----------
    problem : Problem
        With a loss of a unique finite root; for monotone losses there is a limit direction only.
    method : MirrorDescent, NaturalGradient or SteepestDescent
    w0 : array_like, optional
        Start, of the problem's parameter shape; by default the method's own, as in `Run`.
    tolerance : float, default 1e-12
        Error of a step relative to the way so far, from 1e-13 to 1e-3.
    max_seconds : float, default 60
        A flow that takes longer is returned as it is, not `converged`.

    Returns
    -------
    Flow

    Raises
    ------
    InvalidTypeError
        If the loss is monotone, the model is not Linear(), or the method's small-step limit is not a
        differential equation: l1 and linf steepest descent, scheduled momentum.
    InvalidValueError
        If an argument does not fit; the message names it.
    DomainError
        If `w0` is outside the domain, or the flow leaves it, as a metric of your own may make it; for the
        natural gradient of SquaredLp(p < 2) also if a coordinate of `w0` is 0.

    Notes
    -----
    - Mirror descent (eq. 5): d grad psi(w) / dt = -grad L(w). The multipliers of the samples are integrated,
      so that grad psi(w(t)) - grad psi(w(0)) is in the row space of X by construction. Under a constraint it
      is the flow of psi restricted to the constraint set (Theorem 1a), which every w(t) is in.
    - Natural gradient (eqs. 9-10): dw/dt = -H(w)^-1 grad L(w). Where H is a potential's Hessian that is the
      mirror flow, and integrated as such.
    - Steepest descent (eq. 11): dw/dt = argmin_v <grad L(w), v> + |v|^2 / 2, for norms whose step depends
      continuously on the gradient. Its limit is in general *not* the minimum-norm solution (Example 4).
      In Lp(p) with p > 2 the step is not smooth where a partial derivative vanishes, and from about p = 5
      that may take more steps than are allowed (see `Flow.converged`).
    - Momentum (eqs. 7-8) with constant coefficients, 0 <= beta < 1: as eta -> 0 the increments are small
      and vary slowly. In the dual, dz(t) = beta dz(t-1) - eta grad L settles at -eta grad L / (1 - beta).
      In the primal, grad psi(w + dw) and grad psi(w + beta dw) differ from grad psi(w) by H dw and beta H dw
      up to eta^2, so that H (dw(t) - beta dw(t-1)) = -eta grad L settles at the same. Both follow the flow
      without momentum 1 / (1 - beta) times as fast, to the same limit; gamma plays no part.

    Steps are taken by SciPy's DOP853, and by BDF where the flow is stiff.

    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, eqs. (5), (10) and (11), Examples 3 and 4.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> flow = ib.flow(problem, ib.NaturalGradient(ib.Entropy()))
    >>> print(flow.w.round(6))
    [0.5  0.25]
    """
    instance(problem, Problem, "problem")
    instance(method, Method, "method")
    require_linear(problem, "a flow", ", or follow theta by a Run with small constant steps")
    if problem.loss.monotone:
        raise InvalidTypeError(
            f"problem: expected a loss with a finite root, got {problem.loss!r}, under which w(t) grows "
            "without end: it has a limit direction and no limit point"
        )
    tolerance = _arguments.tolerance(tolerance, within=(1e-13, 1e-3))
    deadline = time.monotonic() + min(positive_number(max_seconds, "max_seconds", most=math.inf), 1e9)
    start = start_of(problem, method, w0)
    data = Data(problem)
    motion = motion_of(method, data, start)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # trial steps may overflow
        motion.velocity(motion.point(motion.start))  # errors at the start name w0, not the flow
        course = follow(data, motion, tolerance, deadline)
        rough = follow(data, motion, 100 * tolerance, deadline) if course.converged else course
    path = np.array(course.points)
    residual = float(np.linalg.norm(data.residuals(path[-1])))
    return Flow(
        problem=problem,
        method=method,
        w0=start,
        t=motion.slowness * np.array(course.times),
        path=path.reshape(-1, *problem.shape),
        residual=residual,
        error=float(np.linalg.norm(path[-1] - rough.points[-1])) if rough.converged else math.inf,
        converged=course.converged,
        message=f"{course.message}: |Xw - y| = {residual:.2g}",
    )
