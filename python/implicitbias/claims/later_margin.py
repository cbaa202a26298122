"""Maximum margins by later results than the paper, each with its own conditions on the steps."""

import math

import numpy as np

from .._core import Exponential, Gauge, Loss, Method, MiniBatch, MulticlassExponential, Norm, Problem
from .._types import Array, Hypothesis
from ..bracket import Bracket
from ..errors import InvalidTypeError, InvalidValueError
from ..flows.flow import Flow
from ..oracles.norms import oracle_of
from ..problems.rows import loss_at, signed_rows
from ..runs.iterates import Iterates
from ..runs.run import Run
from .max_margin import MaxMarginClaim, infinite_sum, whole_gradients
from .sources import Source
from .wording import in_pairs


class LaterMarginClaim(MaxMarginClaim):
    """The normalized margin tends to the maximum margin in a norm, by a later result than the paper.

    Attributes
    ----------
    batch : MiniBatch or None
        The batches it is about; None for gradients on all samples.
    """

    bounded_steps = False
    proved_for: tuple[type[Loss], ...] = (Exponential, MulticlassExponential)

    def __init__(
        self,
        problem: Problem,
        method: Method,
        norm: Gauge,
        source: Source,
        batch: MiniBatch | None = None,
        qualified: str = "",
    ) -> None:
        super().__init__(problem, method, norm, "")
        self.source, self.batch, self.on_batches = source, batch, batch is not None
        best = "max {min_n y_n <w, x_n> : |w| <= 1}"
        self.statement = (
            f"min_n y_n <w(t), x_n> / |w(t)| -> {best} in {norm!r}{in_pairs(problem)}{qualified} "
            "(later than the paper)"
        )

    @property
    def _tail(self) -> Hypothesis:
        loss = self.problem.loss
        tail = f"{loss!r} has an exponential tail"
        if loss.exponential_tail and not isinstance(loss, self.proved_for):
            tail += " (the proof is about other losses with one)"
        return tail, loss.exponential_tail

    def applies_to(self, run: Run | Flow) -> None:
        """Raise where the claim is about other batches, or the run one of which the steps are not known."""
        if isinstance(run, Iterates):
            raise InvalidTypeError(
                "claim: expected one about margins in a norm, whatever the steps, got one about the steps of "
                f"{self.method!r}, which Iterates do not tell; write predict(problem, SteepestDescent(norm))"
            )
        super().applies_to(run)
        if self.batch is not None and self.batch != getattr(run, "batch", None):
            raise InvalidValueError(
                f"claim: expected a claim about the run's batches, got one about {self.batch!r}; "
                "predict(problem, method, batch=run.batch) takes them"
            )

    def step_hypotheses(self, run: Run) -> list[Hypothesis]:
        """Return what it asks of the steps: an infinite sum, and gradients on all samples or its batches."""
        gradients = whole_gradients(run) if self.batch is None else (f"batches are {self.batch!r}", True)
        return [infinite_sum(run), gradients]

    def remark(self, run: Run | Flow) -> str:
        """Return what it asks and is not met."""
        missing = [text for text, holds in self.open_hypotheses(run) if not holds]
        return "".join(f"; a hypothesis is not met: {text}" for text in missing)

    def margin(self, run: Run) -> float:
        """Return the normalized margin of a run's iterate, in the norm of the claim."""
        if run.method.geometry == self.norm:
            return run.margin
        return certified(self.problem, run.w, self.norm).lower

    def bracket(self, run: Run | Flow) -> Bracket | None:
        """Return what a run certifies of the maximum margin, in the norm of the claim."""
        assert isinstance(run, Run)
        if run.method.geometry == self.norm:
            return run.bracket
        return certified(self.problem, run.w, self.norm)


def certified(problem: Problem, w: Array, norm: Gauge) -> Bracket:
    """Return the normalized margin of w, and what the slopes there prove that no w exceeds."""
    assert isinstance(norm, Norm)
    rows, oracle = signed_rows(problem), oracle_of(norm)
    margins = rows @ w.ravel()
    _, _, slopes = loss_at(problem, margins)
    weights = slopes / slopes.sum()
    size = oracle.value(w)
    # Inner products err by this much at most, relative to |w| and to the largest row.
    unit = (sum(rows.shape) + 16) * np.finfo(float).eps
    rounding = unit * max(oracle.dual(row.reshape(problem.shape)) for row in rows)
    lower = float(margins.min()) / size - rounding if size > 0 else -math.inf
    return Bracket(lower, oracle.dual((weights @ rows).reshape(problem.shape)) + rounding)
