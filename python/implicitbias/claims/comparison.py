"""Where a run stands against the claim about it."""

import math
import sys
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .._core import Problem
from .._types import Array
from ..bracket import Bracket
from ..errors import InvalidTypeError, InvalidValueError, OracleError
from ..flows.flow import Flow
from ..problems.rows import dense_rows, equal
from ..runs.behavior import behaviour, sizes_of_terms
from ..runs.run import Run
from .accumulator import AccumulatorClaim
from .adagrad_direction import AdaGradDirectionClaim
from .asymptote import AsymptoteClaim
from .max_margin import Claim, Hypothesis, Limit, LimitClaim, MaxMarginClaim, ProjectionClaim, text_of_exp

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
        Relative margin gap 1 - margin / gamma*, in the norm of the claim; the distance to the predicted
        point relative to that from w0; by which part G exceeds its bound; the distance from the asymptote.
    angle : float
        Degrees between w and the predicted direction; NaN where that is not unique, or for limit points.
    bracket : Bracket or None
        The run's own certified bracket around gamma*, in the norm of the claim.
    hypotheses : list of (str, bool)
        The claim's, and those about the run's steps.
    claim : Claim
    limit : Limit or None
        None where the claim has no limit, by itself or because a hypothesis fails.
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
    iterates converge to a solution, for limit points: see `behaviour`). What a run may do without does not
    decide it, but is listed in `hypotheses` and named in the reason: that the steps are bounded, and of a
    loss that is not convex that it tends to 0. Otherwise it is "holds" where the gap is within the
    tolerance now, "violated" on proof only, where the run's certificate contradicts the oracle (where it has
    converged to another solution, for limit points), and otherwise "not yet converged".

    Parameters
    ----------
    run : Run or Flow
    claim : Claim
        From `predict`, for the same problem and method; with ``flow=True`` for a flow. None is refused.
        From `bounded_accumulator`, `limit_direction` or `asymptote`, for the same run, which may have gone on
        since.
    tolerance : float, optional
        Gap up to which the claim holds; 0.01 for margins, 1e-6 for limit points and asymptotes.
    """
    claim = _checked(run, claim)
    if tolerance is None:
        tolerance = 1e-2 if isinstance(claim, MaxMarginClaim) else 1e-6
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float | np.floating):
        raise InvalidTypeError(f"tolerance: expected a number, got {tolerance!r}")
    if not 0 < tolerance <= sys.float_info.max:  # Python's integers go further
        raise InvalidValueError(f"tolerance: expected a positive number, got {tolerance}")
    hypotheses, bracket = list(claim.hypotheses), None
    if isinstance(claim, MaxMarginClaim):
        assert isinstance(run, Run)  # flows are for losses with a finite root
        bracket = claim.bracket(run)
        hypotheses += claim.start_hypotheses(_start(run)) + claim.step_hypotheses(run)
    limit = None
    if not all(holds for _, holds in claim.hypotheses):
        judgement = _Judgement("hypothesis fails", "", math.nan)
    elif isinstance(claim, LimitClaim):
        limit = claim.solve()
        judgement = _judge_limit(run, claim, limit, tolerance)
    elif isinstance(claim, AsymptoteClaim):
        assert isinstance(run, Run)
        judgement = _judge_asymptote(run, claim, tolerance)
    else:
        assert isinstance(run, Run)
        assert isinstance(claim, AccumulatorClaim)
        judgement = _judge_accumulator(run, claim)
    hypotheses += judgement.hypotheses
    verdict, reason = judgement.verdict, judgement.reason
    failed = [text for text, holds in hypotheses if not holds]
    if failed:
        verdict, reason = "hypothesis fails", f"it assumes that {failed[0]}"
    if isinstance(claim, MaxMarginClaim) and isinstance(run, Run):
        reason += "" if failed else claim.step_remark(run)
        # Of what the claim says about any run, this one may know more.
        hypotheses = list((dict(hypotheses) | dict(claim.open_hypotheses(run))).items())
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
    if claim.problem is not run.problem and not same_problem(claim.problem, run.problem):
        raise InvalidValueError("claim: expected a claim about the run's problem, got one about other data")
    if claim.method != run.method:
        raise InvalidValueError(
            f"claim: expected a claim about {run.method!r}, got one about {claim.method!r} (to measure a run "
            "by another method's limit, use claim.solve())"
        )
    if isinstance(claim, AccumulatorClaim | AdaGradDirectionClaim | AsymptoteClaim) and not _same_run(
        claim.run, run
    ):
        raise InvalidValueError("claim: expected a claim about this run, got one about another")
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


def _same_run(one: Run, other: Run | Flow) -> bool:
    """Whether both are one run, from a checkpoint perhaps, with equal problems and methods."""
    if one is other:
        return True
    parts = isinstance(other, Run) and one.step_size == other.step_size and one.batch == other.batch
    return parts and np.array_equal(_start(one), _start(other))


def same_problem(one: Problem, other: Problem) -> bool:
    """Whether two problems have the same loss and data."""
    if one is other:
        return True
    return one.loss == other.loss and np.array_equal(one.y, other.y) and equal(one.X, other.X)


@dataclass(frozen=True)
class _Judgement:
    verdict: Verdict
    reason: str
    gap: float
    angle: float = math.nan
    hypotheses: tuple[Hypothesis, ...] = ()


def _judge_limit(run: Run | Flow, claim: LimitClaim, limit: Limit, tolerance: float) -> _Judgement:
    on_it = isinstance(claim, ProjectionClaim) and _length(run.w - limit.point) <= _rounding(run, limit)
    if limit.gap > tolerance / 2 and not on_it:
        raise OracleError(
            f"the oracle's duality gap {limit.gap:.1e} is too large for the tolerance {tolerance:g}"
        )
    if isinstance(claim, ProjectionClaim):
        return _judge_point(run, claim, limit, tolerance)
    assert isinstance(run, Run)
    assert isinstance(claim, MaxMarginClaim)
    return _judge_margin(run, claim, limit, tolerance)


def _judge_margin(run: Run, claim: MaxMarginClaim, limit: Limit, tolerance: float) -> _Judgement:
    margin = claim.margin(run)
    gap = 1 - margin / limit.value if math.isfinite(margin) else math.inf
    angle = _angle(run.w, limit.point) if limit.unique else math.nan
    maximum = f"the maximum margin {limit.value:.6g}"
    verdict: Verdict = "not yet converged"
    if margin > 0:
        reason = f"the margin is still {_percent(gap)} below {maximum}"
    else:
        reason = f"the data are not separated yet (margin {margin:.3g}, maximum {limit.value:.6g})"
    if isinstance(claim, AdaGradDirectionClaim) and margin > 0:
        reason += _on_the_way(run, limit)
    for whose, bracket in (("the", claim.bracket(run)), ("max_margin's", limit.bracket)):
        if bracket is not None and limit.excluded_by(bracket):
            ends = f"[{bracket.lower:.9g}, {bracket.upper:.9g}]"
            reason = f"{whose} certified bracket {ends} excludes the oracle's {limit.value:.9g}"
            return _Judgement("violated", reason, gap, angle)
    if gap <= tolerance:
        verdict = "holds"
        reason = f"the margin is {_percent(gap)} below {maximum} (tolerance {_percent(tolerance)})"
    return _Judgement(verdict, reason, gap, angle)


def _on_the_way(run: Run, limit: Limit) -> str:
    """Return where AdaGrad is heading: constant steps leave w itself behind."""
    text = "; with constant steps the gap closes like 1 / log t"
    rows = run.trajectory
    earlier = np.flatnonzero((rows.t >= 1) & (rows.log10_t <= run.log10_t - 1))
    if earlier.size:
        row = earlier[-1]
        angle = _angle(run.w - rows.w[row], limit.point)
        text += f", while w({run.t}) - w({rows.t[row]}) is {angle:.2g} degrees from the predicted direction"
    return text


def _judge_accumulator(run: Run, claim: AccumulatorClaim) -> _Judgement:
    # G never falls: that it is within the bound now says so of all times before.
    excess = run.log_G - claim.log_bound
    rows = run.trajectory
    iterations = rows.t[~rows.integrated][-1] if run.error else run.t
    unit = 1e-9 + iterations * np.finfo(float).eps + run.error
    rounding = unit * (1 + np.abs(claim.log_bound))
    if np.any(excess > rounding):
        most = float(excess.max())
        return _Judgement("violated", f"an entry of G is {text_of_exp(most)} times its bound", np.expm1(most))
    return _Judgement("holds", f"G(t) has stayed within its bound up to t = {run.t}", 0.0)


def _judge_asymptote(run: Run, claim: AsymptoteClaim, tolerance: float) -> _Judgement:
    line = claim.solve()
    gap = line.residual(run)
    angle = _angle(run.w, line.w_hat)
    reason = (
        f"at t = 10^{run.log10_t:.4g} w is {gap:.2g} from w_hat log t + w_tilde in the support vectors' span"
    )
    if gap <= tolerance:
        return _Judgement("holds", reason, gap, angle)
    reason += f"; that falls about like t^-{line.exponent:.2g}"
    return _Judgement("not yet converged", reason, gap, angle)


def _percent(gap: float) -> str:
    return f"{max(100 * gap, 0):.2g} %" if math.isfinite(gap) else "infinitely far"


def _judge_point(run: Run | Flow, claim: ProjectionClaim, limit: Limit, tolerance: float) -> _Judgement:
    distance, way = _length(run.w - limit.point), _length(limit.point - _start(run))
    # Where the way is short, or none as the run starts on the limit, rounding must not decide.
    rounding = _rounding(run, limit)
    off = distance if rounding < 1e-6 * way else max(distance - rounding, 0.0)
    gap = off / max(way, rounding) if off > 0 else 0.0
    if gap <= tolerance:
        if way <= rounding:
            return _Judgement("holds", "w is the predicted point up to rounding, as w0 was", gap)
        return _Judgement("holds", f"w is within {gap:.2g} of the way from w0 to the predicted point", gap)
    # Theorems 1 to 1b speak of iterates that converge to a global minimiser.
    residual, sigma = claim.solutions.misfit_at(run.w), claim.solutions.smallest
    if isinstance(run, Flow):
        X, y = dense_rows(run.problem.X), run.problem.y
        size = float(sizes_of_terms(X, y, run.w.reshape(1, -1))[0])
        at_rest, fitted, what = run.converged, run.converged and run.residual <= 1e-6 * size, run.message
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
    """Return what rounding leaves open: all of the way, where a run starts on a solution; never 0."""
    smallest = float(np.finfo(float).tiny)
    return smallest + 1e-12 * max(_length(limit.point), _length(_start(run)))


def _length(v: np.ndarray) -> float:
    largest = float(np.abs(v).max())
    return largest * float(np.linalg.norm(v / largest)) if largest > 0 else 0.0


def _angle(a: np.ndarray, b: np.ndarray) -> float:
    """Degrees between two directions, exact also for tiny angles."""
    if not a.any():
        return math.nan
    u, v = a.ravel() / _length(a), b.ravel() / _length(b)
    return math.degrees(2 * math.atan2(float(np.linalg.norm(u - v)), float(np.linalg.norm(u + v))))
