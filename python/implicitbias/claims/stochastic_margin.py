"""Stochastic gradient descent with constant steps: the l_2 maximum margin, as on all samples."""

import math

from .._core import Constant, Logistic, Lp, Method, MiniBatch, Problem
from .._types import Hypothesis
from ..arithmetic.lp_norm import longest
from ..nouns.bare_descent import norm_of_bare_descent
from ..nouns.gradient_descent import GradientDescent
from ..problems.rows import signed_rows
from ..runs.run import Run
from .later_margin import LaterMarginClaim
from .sources import NACSON, Source
from .wording import text_of_exp

_CURVATURE = 0.25  # of the logistic loss, at most


class StochasticMarginClaim(LaterMarginClaim):
    """Nacson, Srebro and Soudry (2019): constant steps on batches find the maximum margin of all samples.

    Notes
    -----
    The theorem is about smooth losses, as the logistic is and the exponential is not, and samples drawn with
    or without replacement; the gap closes like 1 / log t, at a rate in epochs that does not depend on the
    batch. Steps have to be small; here, such that none raises the loss of its own batch.
    """

    proved_for = (Logistic,)

    def __init__(self, problem: Problem, method: Method, batch: MiniBatch) -> None:
        super().__init__(problem, method, Lp(2), Source(NACSON), batch, f", on {batch!r}")

    def step_hypotheses(self, run: Run) -> list[Hypothesis]:
        """Constant steps of at most 4 / (b B^2), for batches of b samples and the largest |x_n|_2, B."""
        rule, b = run.step_size, run.batch.size if run.batch else len(self.problem.y)
        length = longest(signed_rows(self.problem))  # the square may be beyond doubles
        log_bound = -math.log(_CURVATURE * b) - 2 * math.log(length)
        small = isinstance(rule, Constant) and math.log(rule.eta) <= log_bound + 1e-9
        constant = f"steps are constant, and eta <= 4 / (b B^2) = {text_of_exp(log_bound, 4)} ({rule!r})"
        return [(constant, small), *super().step_hypotheses(run)]


def stochastic_claim(
    problem: Problem, method: Method, batch: MiniBatch | None
) -> StochasticMarginClaim | None:
    """Return the claim about gradient descent on batches; None for other methods and losses."""
    descent = method == GradientDescent() or norm_of_bare_descent(method) == Lp(2)
    about = batch is not None and descent and isinstance(problem.loss, Logistic)
    return StochasticMarginClaim(problem, method, batch) if about and batch else None
