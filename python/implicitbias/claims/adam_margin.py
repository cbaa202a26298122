"""Adam and RMSProp on separable data: the maximum margin in l_inf, and in l_2 where there is an eps."""

import math

import numpy as np

from .._core import Adam, Constant, Exponential, Logistic, Lp, Polynomial, Problem, RMSProp, StepSize
from .._types import Hypothesis
from ..errors import InvalidTypeError
from ..nouns.late_steps import late_step
from ..oracles.max_margin import max_margin
from ..runs.run import Run
from .later_margin import LaterMarginClaim
from .limit import Limit
from .sources import WANG, ZHANG, Source
from .wording import text_of_exp

Adaptive = Adam | RMSProp


class SignMarginClaim(LaterMarginClaim):
    """Zhang, Zou and Cao (2024): without eps the direction tends to the l_inf maximum margin.

    Notes
    -----
    The theorem is about steps that decrease to 0. That constant ones lead there, too, is a conjecture, where
    sqrt(v) can follow the gradient: the loss falls like exp(-gamma eta t), for the maximum margin gamma, and
    v no faster than beta2^t. Beyond eta gamma = (1 - beta2) / 2 steps shrink.
    """

    method: Adaptive
    proved_for = (Exponential, Logistic)

    def __init__(self, problem: Problem, method: Adaptive) -> None:
        super().__init__(problem, method, Lp(math.inf), Source(ZHANG))

    @property
    def hypotheses(self) -> list[Hypothesis]:
        """Separable data, an exponential tail, and averages of which m is the shorter one."""
        if isinstance(self.method, RMSProp):
            return super().hypotheses
        text = f"beta1 <= beta2 ({self.method.beta1:g} and {self.method.beta2:g})"
        return [*super().hypotheses, (text, self.method.beta1 <= self.method.beta2)]

    def step_hypotheses(self, run: Run) -> list[Hypothesis]:
        """Return what is asked of the steps: that they decrease to 0, or that v can follow the gradient."""
        return [self._followed(run.step_size), *super().step_hypotheses(run)]

    def _followed(self, rule: StepSize) -> Hypothesis:
        late = late_step(rule)
        if late == 0.0:
            return f"the steps tend to 0 ({rule!r})", True
        if late is None:
            return f"the steps tend to 0 (not checked of {rule!r})", True
        rate = (1 - _of_squares(self.method)) / 2
        text = f"the steps tend to 0, or eta gamma < (1 - beta2) / 2 = {rate:.3g}, so that v follows g^2"
        if not self.separability.separable:
            return text, True
        speed = late * self.solve().value
        return f"{text} (eta gamma is {speed:.3g}; of constant steps a conjecture)", speed < rate


class EpsMarginClaim(LaterMarginClaim):
    """Wang et al. (2021): with eps > 0 the direction tends to the l_2 maximum margin, in the end.

    Notes
    -----
    While the derivatives exceed eps steps are those of eps = 0, and the margin is near the maximum in l_inf;
    once they are below, steps are -eta_t m / eps, gradient descent. Fan and Szepesvari (2026,
    arXiv:2609.33904) show that for eta_t ~ t^-a, 1/3 < a < 1, that is after some log(1 / eps)^(1 / (1 - a))
    steps; `switching_time` is when eta_0 + ... + eta_t is log(1 / eps) over the l_inf maximum margin, and
    beta2^(t / 2) is eps. A given gap in l_2 takes 1 / eps to some power.
    """

    method: Adaptive

    def __init__(self, problem: Problem, method: Adaptive) -> None:
        after = (
            f", in the end: from the switching time on, when derivatives fall below eps = {method.eps:g}, "
            "after about log(1 / eps)^(1 / (1 - a)) steps eta_t ~ t^-a (Fan & Szepesvari 2026); until then "
            "w(t) is near the maximum margin in Lp(p=inf)"
        )
        super().__init__(problem, method, Lp(2), Source(WANG), qualified=after)

    def switching_time(self, rule: StepSize) -> float:
        """Return about when the derivatives fall below eps, from a start at 0.

        Parameters
        ----------
        rule : Constant or Polynomial
            The steps.

        Returns
        -------
        float
            inf where they never do, or beyond the range of doubles.

        Raises
        ------
        InvalidTypeError
            For other rules.
        NotSeparableError
            If the data are not separable.

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
        >>> claim = ib.predict(problem, ib.Adam(eps=1e-8))
        >>> round(claim.switching_time(ib.Constant(1e-4)))
        122806
        """
        if not isinstance(rule, Constant | Polynomial):
            raise InvalidTypeError(f"rule: expected Constant or Polynomial, got {rule!r}")
        far = max(-math.log(self.method.eps), 0.0)
        speed = rule.eta * max_margin(self.problem, Lp(math.inf)).value
        slowest = 2 * far / (1 - _of_squares(self.method))  # v falls no faster than beta2^t
        return max(slowest, _time(rule.power if isinstance(rule, Polynomial) else 0.0, far / speed))

    def _on_the_way(self, run: Run, limit: Limit) -> str:
        """Return on which side of eps the gradient is."""
        _, log_scale, gradient = self.problem.evaluate(run.w)
        largest = float(np.abs(gradient).max())
        log_ratio = math.log(largest) + log_scale - math.log(self.method.eps) if largest > 0 else -math.inf
        side = "Adam is about sign descent still" if log_ratio > 0 else "steps are those of gradient descent"
        text = f"; the largest derivative is {text_of_exp(log_ratio)} times eps: {side}"
        return text.replace("Adam", type(self.method).__name__)


def adam_margin(problem: Problem, method: Adaptive) -> LaterMarginClaim:
    """Return the claim about Adam or RMSProp without weight decay on all samples."""
    return EpsMarginClaim(problem, method) if method.eps > 0 else SignMarginClaim(problem, method)


def _of_squares(method: Adaptive) -> float:
    return method.beta if isinstance(method, RMSProp) else method.beta2


def _time(power: float, total: float) -> float:
    """Return the t at which the integral of s^-power from 1 to t + 1 has come to this total."""
    reached = 1 + (1 - power) * total
    log_time = total if power == 1 else math.log(reached) / (1 - power) if reached > 0 else math.inf
    return math.expm1(log_time) if log_time < 709 else math.inf
