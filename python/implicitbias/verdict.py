"""Where a run stands against the paper's claim about it."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ._core import LossNormalized, Polynomial, Schedule
from .claims import Claim, Hypothesis, Limit, MaxMarginClaim, ProjectionClaim
from .errors import InvalidTypeError, InvalidValueError, OracleError
from .run import Bracket, Run

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


def compare(run: Run, claim: Claim, *, tolerance: float | None = None) -> Report:
    """Hold a run against a claim.

    The verdict is "hypothesis fails" where the claim assumes something that does not hold here,
    "holds" where the gap is within the tolerance now, "violated" where the run's certificate contradicts
    the oracle or the run has settled elsewhere while |w| doubled three times (while it fitted the data, for
    limit points), and otherwise "not yet converged".

    Parameters
    ----------
    run : Run
    claim : Claim
        From `predict`, for the same problem and method.
    tolerance : float, optional
        Gap up to which the claim holds; 0.01 for margins, 1e-6 for limit points.
    """
    if not isinstance(run, Run):
        raise InvalidTypeError(f"run: expected a Run, got {type(run).__name__}")
    if not isinstance(claim, Claim):
        raise InvalidTypeError(
            f"claim: expected a Claim, got {type(claim).__name__}"
            + (" (predict found none; why_no_claim says why)" if claim is None else "")
        )
    if claim.problem is not run.problem and not _same_problem(claim, run):
        raise InvalidValueError("claim: expected a claim about the run's problem, got one about other data")
    if isinstance(claim, ProjectionClaim) and not np.array_equal(claim.w0, run.trajectory.w[0]):
        raise InvalidValueError(
            "claim: expected a claim about the run's start; predict(problem, method, w0) takes it"
        )
    if claim.method != run.method:
        raise InvalidValueError(
            f"claim: expected a claim about {run.method!r}, got one about {claim.method!r}"
        )
    if tolerance is None:
        tolerance = 1e-2 if isinstance(claim, MaxMarginClaim) else 1e-6
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float | np.floating):
        raise InvalidTypeError(f"tolerance: expected a number, got {tolerance!r}")
    if not 0 < tolerance < math.inf:
        raise InvalidValueError(f"tolerance: expected a positive number, got {tolerance}")
    hypotheses = claim.hypotheses + (_step_hypotheses(run) if isinstance(claim, MaxMarginClaim) else [])
    judge = _judge_margin if isinstance(claim, MaxMarginClaim) else _judge_point
    failed = [text for text, holds in hypotheses if not holds]
    bracket = run.bracket if run.problem.loss.monotone else None
    if not all(holds for _, holds in claim.hypotheses):
        reason = f"it assumes that {failed[0]}"
        return Report(
            "hypothesis fails", reason, math.nan, math.nan, bracket, hypotheses, claim, None, tolerance
        )
    limit = claim.solve()
    if limit.gap > tolerance / 2:
        raise OracleError(
            f"the oracle's duality gap {limit.gap:.1e} is too large for the tolerance {tolerance:g}"
        )
    verdict, reason, gap, angle = judge(run, limit, tolerance)
    if failed:
        verdict, reason = "hypothesis fails", f"it assumes that {failed[0]}"
    return Report(verdict, reason, gap, angle, bracket, hypotheses, claim, limit, tolerance)


def _same_problem(claim: Claim, run: Run) -> bool:
    one, other = claim.problem, run.problem
    return one.loss == other.loss and np.array_equal(one.X, other.X) and np.array_equal(one.y, other.y)


def _step_hypotheses(run: Run) -> list[Hypothesis]:
    """What Theorem 5 asks of the steps, with min where the paper prints max."""
    log_ratio, t = run.largest_step
    # Loss-normalised steps meet the bound with equality, up to rounding.
    small = log_ratio <= 1e-9
    bound = "eta_t <= 1 / (B^2 L(w_t)) at every step"
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
    return [(bound, small), (bounded, True), (total, endless)]


def _judge_margin(run: Run, limit: Limit, tolerance: float) -> tuple[Verdict, str, float, float]:
    gap = 1 - run.margin / limit.value if math.isfinite(run.margin) else math.inf
    angle = _angle(run.w, limit.point) if limit.unique else math.nan
    lower, upper = run.bracket
    # The maximum lies between the oracle's primal and dual values.
    if lower > limit.value / (1 - limit.gap) * (1 + 1e-12) or upper < limit.value * (1 - 1e-12):
        return "violated", f"the certified bracket [{lower:.6g}, {upper:.6g}] excludes the oracle", gap, angle
    maximum = f"the maximum margin {limit.value:.6g}"
    if gap <= tolerance:
        return (
            "holds",
            f"the margin is {_percent(gap)} below {maximum} (tolerance {_percent(tolerance)})",
            gap,
            angle,
        )
    settled = _settled_gap(run, limit.value)
    if settled is not None and settled > max(tolerance, gap / 2):
        return "violated", f"the margin settles {_percent(settled)} below {maximum}", gap, angle
    return "not yet converged", f"the margin is still {_percent(gap)} below {maximum}", gap, angle


def _percent(gap: float) -> str:
    return f"{max(100 * gap, 0):.2g} %" if math.isfinite(gap) else "infinitely far"


def _settled_gap(run: Run, maximum: float) -> float | None:
    """Return the gap extrapolated to |w| = inf, or None while that is not known.

    Under Theorem 5 the gap is asymptotically of the order of 1 / |w|. Only where three successive doublings
    of |w|, all with positive margins, extrapolate to the same gap has the run settled.
    """
    rows = run.trajectory
    sizes = np.array([run.method.geometry.value(w) for w in rows.w])
    marks = []
    for halvings in range(4):
        reached = np.flatnonzero(sizes <= sizes[-1] / 2**halvings)
        if reached.size == 0 or not rows.margin[reached[-1]] > 0:
            return None
        marks.append(reached[-1])
    size, gap = sizes[marks], 1 - rows.margin[marks] / maximum
    settled = (gap[:-1] * size[:-1] - gap[1:] * size[1:]) / (size[:-1] - size[1:])
    if settled.min() <= 0 or settled.max() - settled.min() > 0.1 * settled.min():
        return None
    return float(settled.min())


def _judge_point(run: Run, limit: Limit, tolerance: float) -> tuple[Verdict, str, float, float]:
    distance = _length(run.w - limit.point)
    way = _length(limit.point - run.trajectory.w[0])
    gap = distance / way if way > 0 else (math.inf if distance > 0 else 0.0)
    X = run.problem.X.reshape(len(run.problem.y), -1)
    residual = _length(X @ run.w.ravel() - run.problem.y)
    if gap <= tolerance:
        return "holds", f"w is within {gap:.2g} of the way from w0 to the predicted point", gap, math.nan
    # w is at most residual / sigma from the set of solutions, sigma the smallest singular value that counts.
    values = np.linalg.svd(X, compute_uv=False)
    sigma = values[values > values[0] * max(X.shape) * np.finfo(float).eps].min()
    if residual / sigma <= 1e-2 * distance:
        return "violated", f"the data are fitted to {residual:.2g}, {gap:.2g} of the way off", gap, math.nan
    return "not yet converged", f"the residual is still {residual:.2g}", gap, math.nan


def _length(v: np.ndarray) -> float:
    largest = float(np.abs(v).max())
    return largest * float(np.linalg.norm(v / largest)) if largest > 0 else 0.0


def _angle(a: np.ndarray, b: np.ndarray) -> float:
    """Degrees between two directions, exact also for tiny angles."""
    if not a.any():
        return math.nan
    u, v = a.ravel() / _length(a), b.ravel() / _length(b)
    return math.degrees(2 * math.atan2(float(np.linalg.norm(u - v)), float(np.linalg.norm(u + v))))
