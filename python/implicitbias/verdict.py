"""Where a run stands against the paper's claim about it."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ._core import Constant, LossNormalized, Polynomial
from .claims import Claim, Hypothesis, Limit, MaxMarginClaim
from .errors import InvalidTypeError, InvalidValueError
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
        Relative margin gap 1 - margin / gamma*, or the distance to the predicted point relative to its
        length (absolute below 1).
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
        return f"theorem {self.claim.theorem} {self.verdict}: {self.reason}"


def compare(run: Run, claim: Claim, *, tolerance: float | None = None) -> Report:
    """Hold a run against a claim.

    The verdict is "hypothesis fails" where the claim assumes something that does not hold here,
    "holds" where the gap is within the tolerance, "violated" where the run has settled elsewhere (or
    its certificate contradicts the oracle), and otherwise "not yet converged".

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
    if claim.method != run.method:
        raise InvalidValueError(
            f"claim: expected a claim about {run.method!r}, got one about {claim.method!r}"
        )
    if tolerance is None:
        tolerance = 1e-2 if isinstance(claim, MaxMarginClaim) else 1e-6
    if not tolerance > 0:
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
    verdict, reason, gap, angle = judge(run, limit, tolerance)
    if failed:
        verdict, reason = "hypothesis fails", f"it assumes that {failed[0]}"
    return Report(verdict, reason, gap, angle, bracket, hypotheses, claim, limit, tolerance)


def _same_problem(claim: Claim, run: Run) -> bool:
    one, other = claim.problem, run.problem
    return one.loss == other.loss and np.array_equal(one.X, other.X) and np.array_equal(one.y, other.y)


def _step_hypotheses(run: Run) -> list[Hypothesis]:
    """What Theorem 5 asks of the steps, with min where the paper prints max."""
    step_size = run.step_size
    # LossNormalized satisfies the bound by construction; the others are checked where they were recorded.
    if isinstance(step_size, LossNormalized):
        small = step_size.scale <= 1
    else:
        trajectory = run.trajectory
        radius = max(run.method.geometry.dual(x) for x in run.problem.X)
        log_beta = 2 * math.log(radius) + trajectory.log_loss
        taken = trajectory.t < run.t if run.t > 0 else trajectory.t == 0
        small = all(
            step_size.log_step(int(t), beta) <= -beta + 1e-9
            for t, beta in zip(trajectory.t[taken], log_beta[taken], strict=True)
        )
    endless = not isinstance(step_size, Polynomial) or step_size.power <= 1
    recorded = "" if isinstance(step_size, Constant | LossNormalized) else " at every recorded t"
    return [
        (f"eta_t <= 1 / (B^2 L(w_t)){recorded}", small),
        ("the steps have an infinite sum", endless),
    ]


def _judge_margin(run: Run, limit: Limit, tolerance: float) -> tuple[Verdict, str, float, float]:
    gap = 1 - run.margin / limit.value if math.isfinite(run.margin) else math.inf
    angle = _angle(run.w, limit.point) if limit.unique else math.nan
    lower, upper = run.bracket
    slack = limit.gap + 1e-12
    if lower > limit.value * (1 + slack) or upper < limit.value * (1 - slack):
        return "violated", f"the certified bracket [{lower:.6g}, {upper:.6g}] excludes the oracle", gap, angle
    if gap <= tolerance:
        return "holds", f"the margin is within {max(gap, 0):.2g} of the maximum {limit.value:.6g}", gap, angle
    settled = _settled_gap(run, limit.value)
    if settled > max(tolerance, gap / 2):
        reason = f"the margin settles {settled:.2g} below the maximum {limit.value:.6g}"
        return "violated", reason, gap, angle
    return (
        "not yet converged",
        f"the margin is still {gap:.2g} below the maximum {limit.value:.6g}",
        gap,
        angle,
    )


def _settled_gap(run: Run, maximum: float) -> float:
    """Return the gap extrapolated to |w| = inf, or -inf where |w| has not yet doubled.

    Under Theorem 5 the gap is of the order of 1 / |w|: what remains after taking that away is settled.
    """
    trajectory = run.trajectory
    sizes = np.array([run.method.geometry.value(w) for w in trajectory.w])
    before = np.flatnonzero((sizes <= sizes[-1] / 2) & np.isfinite(trajectory.best_margin))
    if before.size == 0:
        return -math.inf
    gaps = 1 - trajectory.best_margin / maximum
    early, late = before[-1], len(sizes) - 1
    return float((gaps[late] * sizes[late] - gaps[early] * sizes[early]) / (sizes[late] - sizes[early]))


def _judge_point(run: Run, limit: Limit, tolerance: float) -> tuple[Verdict, str, float, float]:
    distance = float(np.linalg.norm(run.w - limit.point))
    gap = distance / max(1.0, float(np.linalg.norm(limit.point)))
    if gap <= tolerance:
        return "holds", f"w is within {gap:.2g} of the predicted point", gap, math.nan
    residual = float(np.linalg.norm(_predictions(run) - run.problem.y))
    if residual <= 1e-3 * tolerance * max(1.0, float(np.linalg.norm(run.problem.y))):
        return (
            "violated",
            f"the data are fitted to {residual:.2g}, {gap:.2g} off the predicted point",
            gap,
            math.nan,
        )
    return "not yet converged", f"the residual is still {residual:.2g}", gap, math.nan


def _predictions(run: Run) -> np.ndarray:
    return run.problem.X.reshape(len(run.problem.y), -1) @ run.w.ravel()


def _angle(a: np.ndarray, b: np.ndarray) -> float:
    """Degrees between two directions, exact also for tiny angles."""
    if not a.any():
        return math.nan
    u, v = a.ravel() / np.linalg.norm(a), b.ravel() / np.linalg.norm(b)
    return math.degrees(2 * math.atan2(float(np.linalg.norm(u - v)), float(np.linalg.norm(u + v))))
