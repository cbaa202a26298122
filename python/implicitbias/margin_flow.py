"""Maximum margins without a convex program: steepest descent, fast-forwarded until it certifies itself."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ._core import Constant, Exponential, LogSpaced, Norm, Problem, SteepestDescent
from .errors import InvalidTypeError, InvalidValueError, NotSeparableError
from .oracle import strictly_convex
from .run import Bracket, Run

Array = NDArray[np.float64]

# Of w, which is in the hundreds of thousands by then. The certificate is rigorous wherever w is.
_ERROR = 0.5
_FARTHEST = 1e7  # log10 t, where rounding takes over


@dataclass(frozen=True, eq=False)
class MarginSolution:
    """A maximum margin with its certificate.

    Attributes
    ----------
    direction : ndarray of the parameter's shape
        Of norm 1, with the margin `value`.
    value : float
        min_n y_n <direction, x_n>.
    bracket : Bracket
        Certified interval around the maximum margin, rounding included.
    log10_t : float
        How far steepest descent had to go for it.
    """

    direction: Array = field(repr=False)
    value: float
    bracket: Bracket
    log10_t: float


def max_margin(problem: Problem, norm: Norm, *, tolerance: float = 1e-6) -> MarginSolution:
    """Solve max {min_n y_n <w, x_n> : |w| <= 1} by the theorem that steepest descent does (Theorem 5).

    Its margin gap closes like 1 / log t, so that it is fast-forwarded to log t of about 1 / tolerance.
    Written without cvxpy, it checks the claims' oracles, as they check it. Each step solves systems of the
    size of w: up to some hundred parameters it takes a second or less.

    Parameters
    ----------
    problem : Problem
        With labels -1 and +1; its loss plays no part.
    norm : Norm
        Strictly convex: Lp(p) with 1 < p < inf, QuadraticNorm(D), or one made of such. For p > 2 the flow may
        turn too sharply to be followed, and is then refused.
    tolerance : float, optional
        Certified relative gap, 1 - lower / upper.

    Raises
    ------
    NotSeparableError
        If there is no positive margin.
    InvalidTypeError, InvalidValueError
        If the norm is not strictly convex, or the tolerance cannot be met.
    """
    if not isinstance(problem, Problem):
        raise InvalidTypeError(f"problem: expected a Problem, got {type(problem).__name__}")
    if not np.all(np.abs(problem.y) == 1):
        raise InvalidTypeError("problem: expected labels -1 and +1")
    if not isinstance(norm, Norm):
        raise InvalidTypeError(f"norm: expected a Norm, got {type(norm).__name__}")
    if not strictly_convex(norm):
        raise InvalidTypeError(
            f"norm: expected one whose steepest descent has a smooth flow, such as Lp(p) with 1 < p < inf or "
            f"QuadraticNorm(D), got {norm!r}"
        )
    if not (isinstance(tolerance, float) and 0 < tolerance < 1):
        raise InvalidValueError(f"tolerance: expected a float between 0 and 1, got {tolerance!r}")
    # In units of the largest sample; a power of two, so that dividing by it is exact.
    largest = max(norm.dual(x) for x in problem.X)
    if not largest > 0:
        raise InvalidValueError("X: expected at least one sample that is not zero")
    unit = float(2.0 ** np.ceil(np.log2(largest)))
    scaled = Problem(problem.X / unit, problem.y, Exponential())
    step_size = Constant(0.5 / len(problem.y))  # half of what provably descends, 1 / (B^2 L(0))
    run = Run(scaled, SteepestDescent(norm), step_size, record=LogSpaced(1))
    log10_t = min(max(0.1 / tolerance, 100), _FARTHEST)
    while True:
        try:
            run.fast_forward(until_log10=log10_t, tolerance=_ERROR)
        except NotSeparableError:
            raise
        except InvalidValueError:
            raise InvalidValueError(
                f"norm: the flow in {norm!r} turns too sharply to be followed to t = 10^{log10_t:g} (in l_p "
                f"with p > 2 coordinates do); a certified gap of {run.bracket.gap:.2g} was reached"
            ) from None
        if run.bracket.gap <= tolerance:
            break
        if log10_t >= _FARTHEST:
            raise InvalidValueError(
                f"tolerance: {tolerance:g} cannot be met; a certified gap of {run.bracket.gap:.2g} was "
                "reached"
            )
        log10_t = min(4 * log10_t, _FARTHEST)
    size = norm.value(run.w)
    lower, upper = run.bracket
    return MarginSolution(run.w / size, unit * run.margin, Bracket(unit * lower, unit * upper), log10_t)
