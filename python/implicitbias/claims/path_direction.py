"""Polynomial tails: gradient descent goes where the regularization path goes, not to the maximum margin."""

import math
from functools import cached_property

import numpy as np

from .._core import Constant, Method, Norm, Polynomial, PolynomialTail, Problem, Schedule, StepSize
from .._types import Hypothesis
from ..arithmetic.lp_norm import log_lp_norm
from ..flows.flow import Flow
from ..oracles.norms import oracle_of
from ..oracles.separability import Separability, separability
from ..oracles.tail_direction import tail_direction
from ..problems.rows import signed_rows
from ..runs.run import Run
from .angle import angle
from .claim import Judgment, LimitClaim
from .limit import Limit
from .max_margin import infinite_sum, whole_gradients
from .sources import JI_PATH, Source
from .wording import text_of_exp


class PathDirectionClaim(LimitClaim):
    """Ji et al. (2020): w(t) / |w(t)| tends to the limit of the regularization path.

    Attributes
    ----------
    norm : Norm
        Of the path: l_2, or the quadratic norm of steepest descent.

    Notes
    -----
    The path is w(c) = argmin {L(w) : |w| <= c}. With the loss (1 + m)^-b its direction tends to argmin
    sum_n <w, y_n x_n>^-b over |w| = 1, in which all samples have a part, and whose margin need not be the
    largest. Angles have been seen to fall like t^(-1 / (b + 2)).
    """

    default_tolerance = 1e-2

    def __init__(self, problem: Problem, method: Method, norm: Norm) -> None:
        super().__init__(problem, method)
        assert isinstance(problem.loss, PolynomialTail)
        self.source, self.norm, self.power = Source(JI_PATH), norm, problem.loss.power
        self.statement = (
            f"w(t) / |w(t)| -> argmin {{sum_n (y_n <w, x_n>)^-{self.power:g} : |w| = 1}} in {norm!r}, the "
            "limit direction of the regularization path (later than the paper)"
        )

    @cached_property
    def _separability(self) -> Separability:
        return separability(self.problem)

    @property
    def hypotheses(self) -> list[Hypothesis]:
        """Separable data."""
        return [("the data are linearly separable", self._separability.separable)]

    def run_hypotheses(self, run: Run | Flow) -> list[Hypothesis]:
        """Return what it asks of the steps: that none exceeds the inverse of the loss's smoothness."""
        assert isinstance(run, Run)
        return [self._small(run), infinite_sum(run), whole_gradients(run)]

    def _small(self, run: Run) -> Hypothesis:
        largest, last = _largest(run.step_size), run.last_violation
        if largest is None:  # rules that look at the loss; of others no record is kept of what is small
            known = run.problem.loss.bounds_curvature and not math.isnan(run.largest_step[0])
            return "eta_t <= 1 / (B^2 L(w_t)) in the end", known and (last is None or last < run.t - 1)
        dual = [
            oracle_of(self.norm).dual(row.reshape(self.problem.shape)) for row in signed_rows(self.problem)
        ]
        log_smooth = math.log(self.power * (self.power + 1)) + 2 * log_lp_norm(np.array(dual), 2)
        beta = text_of_exp(log_smooth, 4)
        bound = f"eta_t <= 1 / beta, with beta = b (b + 1) sum_n |x_n|_*^2 = {beta}"
        return f"{bound} ({run.step_size!r})", math.log(largest) + log_smooth <= 1e-9

    @cached_property
    def _limit(self) -> Limit:
        self._separability.require()
        found = tail_direction(self.problem, self.norm, self.power)
        return Limit(found.direction, found.value, found.gap, True)

    def _hold_against(self, limit: Limit, run: Run | Flow, tolerance: float) -> Judgment:
        size = self.norm.value(run.w)
        gap = self.norm.value(run.w / size - limit.point) if size > 0 else math.inf
        degrees = angle(run.w, limit.point)
        reason = f"w / |w| is {gap:.2g} from the direction of the path, whose margin is {limit.value:.6g}"
        return Judgment("holds" if gap <= tolerance else "not yet converged", reason, gap, degrees)


def _largest(rule: StepSize) -> float | None:
    """Return the largest step of a rule that looks at t alone."""
    if isinstance(rule, Constant | Polynomial):
        return rule.eta
    return float(rule.etas.max()) if isinstance(rule, Schedule) else None
