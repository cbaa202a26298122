"""Steepest descent along averages of gradients, Signum, Muon and Lion: maximum margins in their norms."""

import math

from .._core import (
    EMA,
    Constant,
    CrossEntropy,
    Exponential,
    Lion,
    Logistic,
    Lp,
    MiniBatch,
    MulticlassExponential,
    NewtonSchulzDescent,
    Normalized,
    PairwiseLogistic,
    Problem,
    SteepestDescent,
)
from .._types import Hypothesis
from ..arithmetic.lp_norm import longest
from ..nouns.late_steps import late_step
from ..problems.rows import signed_rows
from ..runs.run import Run
from .later_margin import LaterMarginClaim
from .sources import BAEK, FAN, LI, Source

# Epochs that an average of random batches must reach over: the theorems say only that beta be near 1.
_EPOCHS = 16
Averaged = SteepestDescent | NewtonSchulzDescent | Lion


class AveragedMarginClaim(LaterMarginClaim):
    """Fan et al. (2025), Theorem 2: normalized steps along an average find the maximum margin of their norm.

    Notes
    -----
    The theorem is about steps of lengths that fall to 0 with an infinite sum, t^-1/2 for the best rate,
    along an average without Nesterov's look ahead: where lengths stay, a step changes the gradient's
    direction by as much for ever, and the average lags behind it. In l_2 constant steps in proportion to the
    average, gradient descent with momentum, find the same margin (Wang et al. 2022, arXiv:2110.03891), at the
    rate 1 / log t.

    Of random batches, an average must reach over all of the samples, many times: the theorems ask for beta
    near 1. Here 1 / (1 - beta), the number of gradients that it averages, must be that of 16 epochs; then
    sign descent on single samples of Gaussian data ended 1 % to 2 % below the maximum, at half of that 2 %
    to 6 %.
    """

    method: Averaged
    proved_for = (Exponential, Logistic, CrossEntropy, MulticlassExponential, PairwiseLogistic)

    def __init__(self, problem: Problem, method: Averaged, batch: MiniBatch | None = None) -> None:
        source, qualified = _source(method, batch), _about(method, batch)
        super().__init__(problem, method, method.geometry, source, batch, qualified)

    def _small(self, eta: float, run: Run) -> Hypothesis:
        log_square = 2 * math.log(longest(signed_rows(self.problem)))  # the square may be beyond doubles
        text = "constant steps have eta <= 1 / (B^2 L(w_t)) in the end (Wang et al. 2022: momentum in l_2)"
        return text, math.log(eta) + log_square + run.log_loss <= 0

    @property
    def _memory(self) -> float:
        if isinstance(self.method, Lion):
            return self.method.beta2
        momentum = self.method.momentum
        return momentum.beta if isinstance(momentum, EMA) else 0.0

    def step_hypotheses(self, run: Run) -> list[Hypothesis]:
        """Lengths of steps that tend to 0 with an infinite sum; of batches, an average over all of them."""
        rule = run.step_size
        if isinstance(rule, Constant) and self.norm == Lp(2):
            lengths = self._small(rule.eta, run)
        else:
            set_ = isinstance(rule, Normalized) or isinstance(self.method, Lion)
            text = f"the lengths of the steps are set, and tend to 0 ({rule!r})"
            lengths = text, set_ and late_step(rule) == 0.0
        found = [lengths, *super().step_hypotheses(run)]
        if self.batch is not None:
            steps = _EPOCHS * len(self.problem.y) / self.batch.size
            text = f"the average reaches over {_EPOCHS} epochs, 1 / (1 - beta) >= {steps:.4g} (beta near 1)"
            found.append((text, steps * (1 - self._memory) <= 1 + 1e-9))
        return found


def _source(method: Averaged, batch: MiniBatch | None) -> Source:
    if isinstance(method, NewtonSchulzDescent | Lion):
        return Source(FAN, "2", conjecture=True)
    if batch is not None:
        return Source(BAEK, "5.1") if method.norm == Lp(math.inf) else Source(LI)
    return Source(FAN, "2", beyond=method.momentum is not None and method.momentum.nesterov)


def _about(method: Averaged, batch: MiniBatch | None) -> str:
    if isinstance(method, NewtonSchulzDescent):
        return ", with Newton-Schulz steps, whose singular values are near those of steepest descent"
    return "" if batch is None else f", nearly: the nearer the nearer beta is to 1, on {batch!r}"
