"""Where a run stands against the claim about it."""

import math
from dataclasses import dataclass
from typing import Any, cast, overload

from .._arguments import instance, positive_number
from .._calls import public
from .._html import facts, hypotheses
from .._types import Hypothesis
from ..bracket import Bracket
from ..errors import InvalidTypeError
from ..flows.flow import Flow
from ..runs.iterates import Iterates
from ..runs.run import Run
from ..runs.sweep.sweep import Sweep
from .answers import (
    check_applies,
    checked_bracket,
    checked_hypotheses,
    checked_judgment,
    checked_remark,
    checked_statement,
)
from .claim import Claim, Judgment, Verdict
from .limit import Limit
from .verdicts import Verdicts, judge_all


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
        point relative to that from w0; by which part G exceeds its bound; the distance from the asymptote
        relative to |w_hat|, or that from a direction; what is left of a loss's fall.
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

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> run = ib.Run(problem, ib.GradientDescent(), 0.05).advance(1000)
    >>> print(ib.compare(run, ib.predict(problem, run.method)))
    Theorem 1 holds: w is within ... of the way from w0 to the predicted point
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

    def _repr_html_(self) -> str:
        rows: list[tuple[str, Any]] = [
            ("verdict", self.verdict),
            ("reason", self.reason),
            ("gap", self.gap),
            ("tolerance", self.tolerance),
            ("angle", None if math.isnan(self.angle) else f"{self.angle:.3g} degrees"),
            ("bracket", self.bracket and self.bracket._repr_html_()),
            ("hypotheses", hypotheses(self.hypotheses)),
        ]
        return facts(f"{self.claim.source}", rows)


@overload
def compare(run: Run | Flow | Iterates, claim: Claim | None, *, tolerance: float | None = None) -> Report: ...
@overload
def compare(run: Sweep, claim: Claim = ..., *, tolerance: float | None = None) -> Verdicts: ...
@public
def compare(run: Any, claim: Any = ..., *, tolerance: float | None = None) -> Report | Verdicts:
    """Hold a run, a flow, or all runs of a sweep, against a claim.

    The verdict is "hypothesis fails" where the claim assumes something that does not hold here (that the
    iterates converge to a solution, for limit points: see `behavior`). What a run may do without does not
    decide it, but is listed in `hypotheses` and named in the reason: that the steps are bounded, and of a
    loss that is not convex that it tends to 0. Otherwise it is "holds" where the gap is within the
    tolerance now, "violated" on proof only, where the run's certificate contradicts the oracle (where it has
    converged to another solution, for limit points), and otherwise "not yet converged".

    Parameters
    ----------
    run : Run, Flow, Iterates or Sweep
        Of `Iterates` the steps are taken on trust, and their norm alone must be the claim's.
    claim : Claim, optional for a sweep
        From `predict`, for the same problem and method; with ``flow=True`` for a flow. None is refused. The
        runs of a sweep are held against what is predicted of each, where none is given.
        From `bounded_accumulator`, `limit_direction` or `asymptote`, for the same run, which may have gone on
        since. Or one of your own: see `Claim`.
    tolerance : float, optional
        Gap up to which the claim holds; by default the claim's own, 0.01 for margins, 1e-6 for limit points
        and asymptotes.

    Returns
    -------
    Report, or Verdicts of a sweep

    Raises
    ------
    InvalidTypeError, InvalidValueError
        If the claim is None, or not about this run; the message says what it is about.
    OracleError
        If the oracle is not precise enough for the tolerance.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> run = ib.Run(problem, ib.SteepestDescent(ib.Lp(1))).advance(1000)
    >>> print(ib.compare(run, ib.predict(problem, run.method)).verdict)
    holds
    """
    if not isinstance(run, Iterates):
        instance(run, (Run, Flow, Sweep), "run")
    if tolerance is not None:
        tolerance = positive_number(tolerance, "tolerance")
    if claim is ... and not isinstance(run, Sweep):
        raise InvalidTypeError("claim: expected a Claim, got nothing; write compare(run, claim)")
    if claim is not ...:
        claim = instance(claim, Claim, "claim")
    if isinstance(run, Sweep):
        given = None if claim is ... else claim
        return judge_all(run, given, lambda each, its: _judged(each, its, tolerance))
    # Claims that know no foreign iterates refuse them.
    return _judged(cast("Run | Flow", run), claim, tolerance)


def _judged(run: Run | Flow, claim: Claim, tolerance: float | None) -> Report:
    check_applies(claim.applies_to(run), claim)  # type: ignore[func-returns-value]
    if tolerance is None:
        tolerance = positive_number(claim.default_tolerance, f"{type(claim).__name__}.default_tolerance")
    checked_statement(claim)
    bracket = checked_bracket(claim.bracket(run), claim)
    of_problem = checked_hypotheses(claim.hypotheses, claim)
    of_run = checked_hypotheses(claim.run_hypotheses(run), claim, "run_hypotheses")
    hypotheses = of_problem + of_run
    judgment, remark = Judgment("hypothesis fails", ""), ""
    if all(holds for _, holds in of_problem):
        judgment = checked_judgment(claim.judge(run, tolerance), claim)
        remark = checked_remark(claim.remark(run), claim)
    hypotheses += judgment.hypotheses
    verdict, reason = judgment.verdict, judgment.reason + remark
    for text, holds in hypotheses:
        if not holds:
            verdict, reason = "hypothesis fails", f"it assumes that {text}"
            break
    # A hypothesis in the same words may be open: then whether it holds for this run is what counts.
    more = checked_hypotheses(claim.open_hypotheses(run), claim, "open_hypotheses")
    known = list((dict(hypotheses) | dict(more)).items())
    return Report(
        verdict, reason, judgment.gap, judgment.angle, bracket, known, claim, judgment.limit, tolerance
    )
