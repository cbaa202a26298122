"""Projected gradient descent on monotone losses: maximum margins over cones, a conjecture."""

from functools import cached_property

from .._core import Euclidean, Lp, MirrorDescent, Problem
from .._types import Hypothesis
from ..bracket import Bracket
from ..flows.flow import Flow
from ..oracles.cone_margin import Cone, cone_margin, recession_cone, separates_within
from ..runs.run import Run
from .claim import Judgment
from .later_margin import LaterMarginClaim
from .limit import Limit
from .max_margin import MaxMarginClaim
from .sources import GUNASEKAR, Source
from .wording import percent


class RecessionConeClaim(LaterMarginClaim):
    """Within a set w(t) tends to the maximum l_2 margin over the directions in which the set has no end.

    Attributes
    ----------
    cone : Cone
        Those directions.

    Notes
    -----
    The paper leaves limits under explicit constraints open (section 5), and nobody has proved this. Outside
    of a cone, in {w >= -3} say, a run may have a larger normalized margin for a while: the gap counts either
    way, and its certificate bounds another maximum.
    """

    bounded_steps = True
    step_hypotheses = MaxMarginClaim.step_hypotheses
    remark = MaxMarginClaim.remark

    def __init__(self, problem: Problem, method: MirrorDescent, cone: Cone) -> None:
        super().__init__(problem, method, Lp(2), Source(GUNASEKAR, conjecture=True))
        self.cone = cone
        self.statement = self.statement.replace(
            "|w| <= 1}", f"|w| <= 1, w in the recession cone of {method.constraint!r}}}"
        )

    @property
    def hypotheses(self) -> list[Hypothesis]:
        """Data that a direction of the cone separates, and an exponential tail."""
        separable = (
            "some w in the recession cone separates the data",
            separates_within(self.problem, self.cone),
        )
        return [separable, *super().hypotheses[1:]]

    @cached_property
    def _limit(self) -> Limit:
        solution = cone_margin(self.problem, self.cone)
        return Limit(solution.direction, solution.value, solution.gap, True)

    def bracket(self, run: Run | Flow) -> Bracket | None:
        """Return None: a run certifies the maximum margin over all w."""
        return None

    def _hold_against(self, limit: Limit, run: Run | Flow, tolerance: float) -> Judgment:
        found = super()._hold_against(limit, run, tolerance)
        if found.gap >= -tolerance:
            return found
        reason = (
            f"the margin is still {percent(-found.gap)} above the maximum {limit.value:.6g} over the cone"
        )
        return Judgment("not yet converged", reason, found.gap, found.angle)


def recession_claim(problem: Problem, method: MirrorDescent) -> RecessionConeClaim | None:
    """Return the claim about projected gradient descent in a set without end; None for others."""
    if method.potential != Euclidean() or method.momentum is not None or method.constraint is None:
        return None
    cone = recession_cone(method.constraint, problem.shape)
    return None if cone is None else RecessionConeClaim(problem, method, cone)
