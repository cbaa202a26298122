"""A run or a flow, held against the paper's claim about it."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from .._core import AdaGrad
from ..runs.run import Run
from .console import reason

if TYPE_CHECKING:
    from ..claims.claim import LimitClaim
    from ..flows.flow import Flow


@dataclass(frozen=True)
class Line:
    """A line of the table: one run or flow, judged.

    Verdicts are those of `compare`, "no claim", "failed", and "not asked" where no oracle was to be asked.
    """

    name: str
    run: "Run | Flow"
    verdict: str
    remark: str
    claim: "LimitClaim | None" = None
    gap: float = math.nan
    oracle: float = math.nan
    oracle_gap: float = math.nan
    angle: float = math.nan
    unmet: tuple[str, ...] = ()  # hypotheses that are not met

    @property
    def met(self) -> bool:
        """Whether a strict command accepts it: nothing that the paper claims of it is missing."""
        return self.verdict in ("holds", "no claim")

    @cached_property
    def iterates(self) -> str:
        """What they do: "converged", "2-cycle", ...; it takes further iterations to see."""
        from ..runs.behavior import behavior

        if not isinstance(self.run, Run):
            return "converged" if self.run.converged else "not converged"
        now = behavior(self.run)
        return f"{now.period}-cycle" if now.period else now.kind


def judge(name: str, run: "Run | Flow") -> Line:
    """Hold a run against its claim; whatever goes wrong is the line's remark."""
    from ..claims.comparison import compare
    from ..claims.prediction import predict, why_no_claim

    try:
        flow = not isinstance(run, Run)
        batch = run.batch if isinstance(run, Run) else None
        claim = predict(run.problem, run.method, run.w0, flow=flow, batch=batch)
        if claim is None:
            remark = why_no_claim(run.problem, run.method, flow=flow, batch=batch) or ""
            remark += _beyond_the_paper(run)
            return Line(name, run, "no claim", remark)
        report = compare(run, claim)
    except Exception as error:  # solvers raise errors of their own, too
        return failed(name, run, error)
    if report.limit is None:
        return Line(name, run, report.verdict, report.reason)
    limit = report.limit
    unmet = tuple(text for text, met in report.hypotheses if not met)
    found = (claim, report.gap, limit.value, limit.gap, report.angle, unmet)
    return Line(name, run, report.verdict, report.reason, *found)


def failed(name: str, run: "Run | Flow", error: Exception) -> Line:
    """Return the line of a run that ended in an error."""
    return Line(name, run, "failed", reason(error))


def unjudged(name: str, run: "Run | Flow") -> Line:
    """Return the line of a run that no oracle was asked about."""
    return Line(name, run, "not asked", "")


def _beyond_the_paper(run: "Run | Flow") -> str:
    """Return what Theorem 6 says of AdaGrad's run, and a later result than the paper of its direction."""
    from ..claims.accumulator import bounded_accumulator
    from ..claims.adagrad_direction import limit_direction
    from ..claims.comparison import compare

    if not isinstance(run, Run) or not isinstance(run.method, AdaGrad) or not run.problem.loss.monotone:
        return ""
    beyond = compare(run, limit_direction(run))
    return f" {compare(run, bounded_accumulator(run))}. Later than the paper, {beyond}."
