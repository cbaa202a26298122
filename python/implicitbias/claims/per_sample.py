"""Adam on single samples: neither the l_inf nor the l_2 maximum margin, but one that the data make."""

from functools import cached_property

from .._core import Adam, Exponential, Logistic, MiniBatch, Problem
from .._types import Array, Hypothesis
from ..arithmetic.lp_norm import lp_norm
from ..flows.flow import Flow
from ..nouns.late_steps import late_step
from ..oracles.max_margin import MaxMargin
from ..oracles.per_sample import per_sample_margin
from ..oracles.separability import Separability, separability
from ..problems.rows import signed_rows
from ..runs.run import Run
from .angle import angle
from .claim import Judgment, LimitClaim, Verdict
from .limit import Limit
from .max_margin import infinite_sum
from .sources import BAEK, Source
from .wording import percent

# Epochs that beta2's average must reach over: on four samples limits of beta2 = .95 and of 1 were one.
_EPOCHS = 4


class PerSampleClaim(LimitClaim):
    """Baek, Song and Yun (2026): w(t) tends to a maximum margin in a norm that its dual variables make.

    Attributes
    ----------
    batch : MiniBatch
        Of single samples.

    Notes
    -----
    Where v averages the squares of single gradients, a coordinate's step is over (sum_n c_n^2 x_n^2)^(1/2),
    for the weights c of the samples, which the limit determines: c = T(c), the dual variables of min {w' M(c)
    w : y_n <w, x_n> >= 1} with M(c) = diag (sum_n c_n^2 x_n^2)^(1/2) (Theorem 4.8, where w(t) converges in
    direction, and beta2 tends to 1). Where all entries of a sample have one size, M(c) is a multiple of the
    identity, and the limit that of l_2 (Theorem 3.3). The gap is in the norm (w' M(c) w)^(1/2).
    """

    method: Adam
    default_tolerance = 1e-2

    on_batches = True

    def __init__(self, problem: Problem, method: Adam, batch: MiniBatch) -> None:
        super().__init__(problem, method)
        self.source, self.batch = Source(BAEK, "4.8"), batch
        self.statement = (
            "w(t) -> argmin {w' M(c) w : y_n <w, x_n> >= 1} in direction, with M(c) = diag (sum_n c_n^2 "
            "x_n^2)^(1/2) and c = T(c) its dual variables, on single samples (later than the paper)"
        )

    @cached_property
    def _separability(self) -> Separability:
        return separability(self.problem)

    @cached_property
    def _solution(self) -> tuple[MaxMargin, Array]:
        self._separability.require()
        return per_sample_margin(self.problem)

    @property
    def hypotheses(self) -> list[Hypothesis]:
        """Separable data, the loss, and averages of which that of the squares is long."""
        loss, beta1, beta2 = self.problem.loss, self.method.beta1, self.method.beta2
        tail = f"{loss!r} has an exponential tail"
        if loss.exponential_tail and not isinstance(loss, Exponential | Logistic):
            tail += " (the proof is about the exponential and the logistic loss)"
        steps = _EPOCHS * len(self.problem.y)
        long = f"beta2 is near 1: 1 / (1 - beta2) >= {steps}, {_EPOCHS} epochs"
        return [
            ("the data are linearly separable", self._separability.separable),
            (tail, loss.exponential_tail),
            (f"beta1 <= beta2 ({beta1:g} and {beta2:g})", beta1 <= beta2),
            (long, steps * (1 - beta2) <= 1 + 1e-9),
        ]

    def run_hypotheses(self, run: Run | Flow) -> list[Hypothesis]:
        """Return what it asks of the steps, and that gradients are those of single samples."""
        assert isinstance(run, Run)
        late = late_step(run.step_size)
        decreasing = f"the steps tend to 0 ({run.step_size!r}" + (", not checked)" if late is None else ")")
        single = run.batch is not None and run.batch.size == 1
        return [
            (decreasing, not late),
            infinite_sum(run),
            ("every gradient is taken on one sample", single),
            ("w(t) converges in direction (not checked)", True),
        ]

    @cached_property
    def _limit(self) -> Limit:
        solution = self._solution[0]
        return Limit(solution.direction, solution.value, solution.gap, True)

    def _hold_against(self, limit: Limit, run: Run | Flow, tolerance: float) -> Judgment:
        size = lp_norm(self._solution[1] * run.w.ravel(), 2)
        margin = float((signed_rows(self.problem) @ run.w.ravel()).min()) / size if size > 0 else 0.0
        gap = 1 - margin / limit.value
        reason = f"the margin over (w' M(c) w)^(1/2) is {percent(gap)} below the maximum {limit.value:.6g}"
        verdict: Verdict = "holds" if gap <= tolerance else "not yet converged"
        return Judgment(verdict, reason, gap, angle(run.w, limit.point))


def is_per_sample(method: Adam, problem: Problem, batch: MiniBatch) -> bool:
    """Return whether the claim is about Adam on such batches."""
    return batch.size == 1 and method.eps == 0 and problem.classes is None
