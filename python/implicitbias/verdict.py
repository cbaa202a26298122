"""Where a run stands against the paper's claim about it."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ._core import LossNormalized, Polynomial, Problem, Schedule
from .claims import Claim, Hypothesis, Limit, MaxMarginClaim, ProjectionClaim
from .continuous_time import Flow
from .errors import InvalidTypeError, InvalidValueError, OracleError
from .long_run import behaviour
from .run import Bracket, Run

Array = NDArray[np.float64]
Verdict = Literal["holds", "violated", "hypothesis fails", "not yet converged"]


@dataclass(frozen=True)
class Report:
    """What `compare` found.

    Attributes
    ----------
    verdict : {'holds', 'violated', 'hypothesis fails', 'not yet converged'}
    reason : str
        Why, in a sentence.
    gap : float
        Relative margin gap 1 - margin / gamma*, or the distance to the predicted point relative to that
        from w0.
    angle : float
        Degrees between w and the predicted direction; NaN where that is not unique, or for limit points.
    bracket : Bracket or None
        The run's own certified bracket around gamma*.
    hypotheses : list of (str, bool)
        The claim's, and those about the run's steps.
    claim : Claim
    limit : Limit or None
        None where the claim has no limit because a hypothesis fails.
    tolerance : float
    """

    verdict: Verdict
    reason: str
    gap: float
    angle: float
    bracket: Bracket | None
    hypotheses: list[Hypothesis]
    claim: Claim
    limit: Limit | None
    tolerance: float

    def __str__(self) -> str:
        return f"{self.claim.source} {self.verdict}: {self.reason}"


def compare(run: Run | Flow, claim: Claim | None, *, tolerance: float | None = None) -> Report:
    """Hold a run, or a flow, against a claim.

    The verdict is "hypothesis fails" where the claim assumes something that does not hold here (that the
    iterates converge to a solution, for limit points: see `behaviour`), "holds" where the gap is within the
    tolerance now, "violated" on proof only, where the run's certificate contradicts the oracle (where it has
    converged to another solution, for limit points), and otherwise "not yet converged".

    Parameters
    ----------
    run : Run or Flow
    claim : Claim
        From `predict`, for the same problem and method; with ``flow=True`` for a flow. None is refused.
    tolerance : float, optional
        Gap up to which the claim holds; 0.01 for margins, 1e-6 for limit points.
    """
    claim = _checked(run, claim)
    if tolerance is None:
        tolerance = 1e-2 if isinstance(claim, MaxMarginClaim) else 1e-6
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float | np.floating):
        raise InvalidTypeError(f"tolerance: expected a number, got {tolerance!r}")
    if not 0 < tolerance < math.inf:
        raise InvalidValueError(f"tolerance: expected a positive number, got {tolerance}")
    bracket = run.bracket if isinstance(run, Run) and run.problem.loss.monotone else None
    hypotheses = list(claim.hypotheses)
    if isinstance(run, Run) and isinstance(claim, MaxMarginClaim):
        hypotheses += claim.start_hypotheses(_start(run)) + _step_hypotheses(run, claim)
    if not all(holds for _, holds in claim.hypotheses):
        judgement, limit = _Judgement("hypothesis fails", "", math.nan), None
    else:
        limit = claim.solve()
        on_it = isinstance(claim, ProjectionClaim) and _length(run.w - limit.point) <= _rounding(run, limit)
        if limit.gap > tolerance / 2 and not on_it:
            raise OracleError(
                f"the oracle's duality gap {limit.gap:.1e} is too large for the tolerance {tolerance:g}"
            )
        if isinstance(claim, ProjectionClaim):
            judgement = _judge_point(run, claim, limit, tolerance)
        else:
            assert isinstance(run, Run)  # flows are for losses with a finite root
            judgement = _judge_margin(run, limit, tolerance)
    hypotheses += judgement.hypotheses
    verdict, reason = judgement.verdict, judgement.reason
    failed = [text for text, holds in hypotheses if not holds]
    if failed:
        verdict, reason = "hypothesis fails", f"it assumes that {failed[0]}"
    return Report(
        verdict, reason, judgement.gap, judgement.angle, bracket, hypotheses, claim, limit, tolerance
    )


def _checked(run: Run | Flow, claim: Claim | None) -> Claim:
    if not isinstance(run, Run | Flow):
        raise InvalidTypeError(f"run: expected a Run or a Flow, got {type(run).__name__}")
    if not isinstance(claim, Claim):
        raise InvalidTypeError(
            f"claim: expected a Claim, got {type(claim).__name__}"
            + (" (predict found none; why_no_claim says why)" if claim is None else "")
        )
    if claim.problem is not run.problem and not _same_problem(claim.problem, run.problem):
        raise InvalidValueError("claim: expected a claim about the run's problem, got one about other data")
    if claim.method != run.method:
        raise InvalidValueError(
            f"claim: expected a claim about {run.method!r}, got one about {claim.method!r}"
        )
    if isinstance(claim, ProjectionClaim):
        if claim.flow != isinstance(run, Flow):
            raise InvalidValueError(
                "claim: expected one from predict(..., flow=True) for a flow, and without flow=True for a run"
            )
        if not np.array_equal(claim.w0, _start(run)):
            raise InvalidValueError(
                "claim: expected a claim about the run's start; predict(problem, method, w0) takes it"
            )
    return claim


def _start(run: Run | Flow) -> Array:
    return run.w0 if isinstance(run, Flow) else run.trajectory.w[0]


def _same_problem(one: Problem, other: Problem) -> bool:
    return one.loss == other.loss and np.array_equal(one.X, other.X) and np.array_equal(one.y, other.y)


@dataclass(frozen=True)
class _Judgement:
    verdict: Verdict
    reason: str
    gap: float
    angle: float = math.nan
    hypotheses: tuple[Hypothesis, ...] = ()


def _step_hypotheses(run: Run, claim: MaxMarginClaim) -> list[Hypothesis]:
    """What Theorem 5 (with min where the paper prints max) or 7 asks of the steps."""
    log_ratio, t = run.largest_step
    # Loss-normalised steps meet the bound with equality, up to rounding.
    small = log_ratio <= 1e-9
    bound = f"eta_t <= {claim.step_bound} at every step"
    if not small:
        factor = f"{math.exp(log_ratio):.3g}" if log_ratio < 700 else f"10^{log_ratio / math.log(10):.0f}"
        bound += f" (at t = {t} it was {factor} times that)"
    endless = not isinstance(run.step_size, Polynomial) or run.step_size.power <= 1
    total = "the steps have an infinite sum"
    if isinstance(run.step_size, Schedule):
        total += " (a schedule ends, so this is taken on trust)"
    bounded = "the steps are bounded by some eta_+ < inf"
    if isinstance(run.step_size, LossNormalized) and run.step_size.cap == math.inf:
        bounded += " (true of this run so far: uncapped steps grow like 1 / L)"
    whole = "every gradient is taken on all samples"
    return [(bound, small), (bounded, True), (total, endless), (whole, run.batch is None)]


def _judge_margin(run: Run, limit: Limit, tolerance: float) -> _Judgement:
    gap = 1 - run.margin / limit.value if math.isfinite(run.margin) else math.inf
    angle = _angle(run.w, limit.point) if limit.unique else math.nan
    lower, upper = run.bracket
    maximum = f"the maximum margin {limit.value:.6g}"
    verdict: Verdict = "not yet converged"
    if run.margin > 0:
        reason = f"the margin is still {_percent(gap)} below {maximum}"
    else:
        reason = f"the data are not separated yet (margin {run.margin:.3g}, maximum {limit.value:.6g})"
    # The maximum lies between the oracle's primal and dual values.
    if lower > limit.value / (1 - limit.gap) * (1 + 1e-12) or upper < limit.value * (1 - 1e-12):
        verdict, reason = "violated", f"the certified bracket [{lower:.6g}, {upper:.6g}] excludes the oracle"
    elif gap <= tolerance:
        verdict = "holds"
        reason = f"the margin is {_percent(gap)} below {maximum} (tolerance {_percent(tolerance)})"
    return _Judgement(verdict, reason, gap, angle)


def _percent(gap: float) -> str:
    return f"{max(100 * gap, 0):.2g} %" if math.isfinite(gap) else "infinitely far"


def _judge_point(run: Run | Flow, claim: ProjectionClaim, limit: Limit, tolerance: float) -> _Judgement:
    start = _start(run)
    distance, way = _length(run.w - limit.point), _length(limit.point - start)
    rounding = _rounding(run, limit)
    gap = max(distance - rounding, 0.0) / way if distance > rounding else 0.0
    if gap <= tolerance:
        return _Judgement("holds", f"w is within {gap:.2g} of the way from w0 to the predicted point", gap)
    # Theorems 1 to 1b speak of iterates that converge to a global minimiser.
    residual, sigma = claim.solutions.misfit_at(run.w), claim.solutions.smallest
    if isinstance(run, Flow):
        at_rest, fitted, what = run.converged, run.converged and run.residual < 1e-6, run.message
    else:
        now = behaviour(run)
        at_rest, fitted, what = now.kind not in ("converged", "converging"), now.kind == "converged", now.text
    # w is at most residual / sigma from the set of solutions.
    if fitted and residual / sigma <= 1e-2 * distance:
        return _Judgement("violated", f"the data are fitted, {gap:.2g} of the way off", gap)
    converges = fitted or not at_rest
    assumed = "w(t) converges to a solution" + ("" if converges else f" ({what})")
    reason = f"w is still {gap:.2g} of the way from the predicted point, with residual {residual:.2g}"
    return _Judgement("not yet converged", reason, gap, hypotheses=((assumed, converges),))


def _rounding(run: Run | Flow, limit: Limit) -> float:
    """Return what rounding leaves open: all of the way, where a run starts on a solution."""
    return 1e-12 * max(_length(limit.point), _length(_start(run)))


def _length(v: np.ndarray) -> float:
    largest = float(np.abs(v).max())
    return largest * float(np.linalg.norm(v / largest)) if largest > 0 else 0.0


def _angle(a: np.ndarray, b: np.ndarray) -> float:
    """Degrees between two directions, exact also for tiny angles."""
    if not a.any():
        return math.nan
    u, v = a.ravel() / _length(a), b.ravel() / _length(b)
    return math.degrees(2 * math.atan2(float(np.linalg.norm(u - v)), float(np.linalg.norm(u + v))))
