"""Theorem 5 and section 3.1: normalized margins tend to the maximum margin."""

import math
from contextlib import suppress
from dataclasses import replace
from functools import cached_property

import numpy as np

from .._core import (
    CrossEntropy,
    Exponential,
    Gauge,
    Method,
    MiniBatch,
    MulticlassExponential,
    Norm,
    Problem,
    StepSize,
)
from .._types import Array, Hypothesis
from ..arithmetic.lp_norm import lp_norm
from ..bracket import Bracket
from ..errors import InvalidTypeError, InvalidValueError, OracleError
from ..flows.flow import Flow
from ..nouns.of_ones_own import is_strictly_convex, kind_of
from ..oracles import certified_margin
from ..oracles.max_margin import GAP, max_margin
from ..oracles.separability import Separability, separability
from ..problems.rows import entries, same_problem, samples_of
from ..runs.iterates import Iterates
from ..runs.run import Run
from .angle import angle
from .claim import Judgment, LimitClaim, Verdict
from .limit import Limit
from .sources import GUNASEKAR, Source
from .wording import in_pairs, percent, text_of_exp

# Entries of the rows up to which max_margin takes milliseconds, and beyond which cvxpy takes half a minute
# or fails.
_SMALL, _LARGE = 20_000, 300_000


class MaxMarginClaim(LimitClaim):
    """Theorem 5 and section 3.1: the normalized margin tends to the maximum margin in the norm.

    Attributes
    ----------
    norm : Norm or Gauge
        In which margins are normalized.
    step_bound : str
        What the theorem asks the steps not to exceed.
    bounded_steps : bool
        Whether it asks, besides, that some finite eta_+ bound them all.
    """

    default_tolerance = 1e-2
    step_bound = "1 / (B^2 L(w_t))"
    bounded_steps = True

    def __init__(self, problem: Problem, method: Method, norm: Gauge, theorem: str) -> None:
        super().__init__(problem, method, theorem)
        self.norm = norm
        if isinstance(problem.loss, CrossEntropy):  # no sum over the pairs, but the proof needs no more of it
            self.source = Source(GUNASEKAR, theorem, beyond=True)
        best = "max {min_n y_n <w, x_n> : |w| <= 1}"
        self.statement = f"min_n y_n <w(t), x_n> / |w(t)| -> {best} in {norm!r}{in_pairs(problem)}"

    @cached_property
    def separability(self) -> Separability:
        """Whether the data are separable, with a proof."""
        return separability(self.problem)

    @property
    def _tail(self) -> Hypothesis:
        tail = f"{self.problem.loss!r} has an exponential tail"
        proved = isinstance(self.problem.loss, Exponential | MulticlassExponential)
        if self.problem.loss.exponential_tail and not proved:
            tail += " (the paper proves the exponential loss and remarks that such tails will do)"
        return tail, self.problem.loss.exponential_tail

    @property
    def _vanishing(self) -> str | None:
        """What only a run can show of a loss that is not convex: that it gets over its plateaus."""
        if self.problem.loss.convex:
            return None
        return f"L(w(t)) -> 0 ({self.problem.loss!r} is not convex: a run shows it once L < 1/2)"

    @property
    def hypotheses(self) -> list[Hypothesis]:
        """Separable data and an exponential tail; of a loss that is not convex, that L -> 0."""
        separable = "the data are linearly separable", self.separability.separable
        vanishing = [(self._vanishing, True)] if self._vanishing else []
        return [separable, self._tail, *vanishing]

    def start_hypotheses(self, w0: Array) -> list[Hypothesis]:
        """Return what it assumes of the w with which a run started."""
        return []

    def step_hypotheses(self, run: Run) -> list[Hypothesis]:
        """Return what Theorem 5 (with min where the paper prints max) or 7 asks of the steps."""
        bound, last = f"eta_t <= {self.step_bound}", run.last_violation
        small = last is None or last < run.t - 1
        if last is None:
            bound += " at every step"
        elif small:
            bound += f" from t = {last + 1} on"
        else:
            log_ratio, t = run.largest_step
            bound += f" (at t = {last} it was more, at t = {t} {text_of_exp(log_ratio)} times that)"
        return [(bound, small), infinite_sum(run), whole_gradients(run)]

    def applies_to(self, run: Run | Flow) -> None:
        """Raise where the claim is not about this run; of foreign iterates the norm alone is known."""
        if not isinstance(run, Iterates):
            super().applies_to(run)
            return
        if not same_problem(self.problem, run.problem):
            raise InvalidValueError(
                "claim: expected a claim about the iterates' problem, got one about other data"
            )
        if self.norm != run.norm:
            raise InvalidValueError(
                f"claim: expected a claim about margins in {run.norm!r}, got one in {self.norm!r}"
            )

    def run_hypotheses(self, run: Run | Flow) -> list[Hypothesis]:
        """Return what it assumes of a run's start and of its steps."""
        if isinstance(run, Iterates):
            return [
                (
                    "start and steps are as the theorem asks (of foreign iterates, this is taken on trust)",
                    True,
                )
            ]
        assert isinstance(run, Run)  # flows are for losses with a finite root
        return self.start_hypotheses(run.w0) + self.step_hypotheses(run)

    def open_hypotheses(self, run: Run | Flow) -> list[Hypothesis]:
        """Return what the theorem assumes and a run may do without: where it fails, no limit is excluded.

        Steps without a bound may reach the maximum margin, or cycle below it for ever. A loss that is not
        convex may be about to leave a plateau. But once L < 1/2 every margin is positive, and steps that do
        not let L rise keep it so: then |l'| >= l / 2 for the sigmoid loss, and L -> 0 as for a convex one.
        """
        if not isinstance(run, Run):
            return []
        open_ones = []
        if self.bounded_steps:
            text = "the steps are bounded by some eta_+ < inf"
            if not run.step_size.bounded:
                text += f" ({run.step_size!r} grows like 1 / L)"
            else:
                text += _on_trust(run.step_size)
            open_ones.append((text, run.step_size.bounded))
        if self._vanishing:
            open_ones.append((self._vanishing, run.log_loss < -math.log(2)))
        return open_ones

    def remark(self, run: Run | Flow) -> str:
        """Return from when on the steps are as the theorem asks, and what it asks that is not met.

        The theorem allows any start. The methods it is about have no memory, so that a run may be taken to
        start after the last step that exceeded the bound.
        """
        if not isinstance(run, Run):
            return ""
        last = run.last_violation
        remark = "" if last is None else f"; the step condition is met from t = {last + 1} on"
        missing = [text for text, holds in self.open_hypotheses(run) if not holds]
        return remark + "".join(f"; a hypothesis is not met: {text}" for text in missing)

    def margin(self, run: Run) -> float:
        """Return the normalized margin of a run's iterate, in the norm of the claim."""
        return run.margin

    def bracket(self, run: Run | Flow) -> Bracket | None:
        """Return what a run certifies of the maximum margin."""
        assert not isinstance(run, Flow)
        return run.bracket

    @cached_property
    def _limit(self) -> Limit:
        self.separability.require()
        assert isinstance(self.norm, Norm)
        size, known = entries(self.problem), is_strictly_convex(self.norm)
        if known and size > _LARGE:
            return self._certified()
        try:
            solution = max_margin(self.problem, self.norm)
        except (OracleError, InvalidTypeError) as error:  # the latter where a norm has no cvxpy form
            if not known:
                raise
            with suppress(OracleError):
                return self._certified()
            raise error
        limit = Limit(solution.direction, solution.value, solution.gap, solution.unique)
        if known and size <= _SMALL:
            with suppress(OracleError):
                certified = self._certified()
                if certified.gap < limit.gap and limit.gap > GAP:
                    return certified
                limit = replace(limit, bracket=certified.bracket)
        return limit

    def _certified(self) -> Limit:
        assert isinstance(self.norm, Norm)
        try:
            solution = certified_margin.max_margin(self.problem, self.norm)
        except InvalidValueError as error:
            raise OracleError(f"max_margin failed: {error}") from error
        # The bracket may belong to a w with twice the digits; the direction is that w rounded.
        gap = max(1 - solution.value / solution.bracket.upper, 0.0)
        return Limit(solution.direction, solution.value, gap, True, solution.bracket)

    def _hold_against(self, limit: Limit, run: Run | Flow, tolerance: float) -> Judgment:
        assert not isinstance(run, Flow)
        margin = self.margin(run)
        gap = 1 - margin / limit.value if math.isfinite(margin) else math.inf
        degrees = angle(run.w, limit.point) if limit.unique else math.nan
        maximum = f"the maximum margin {limit.value:.6g}"
        verdict: Verdict = "not yet converged"
        if margin > 0:
            reason = f"the margin is still {percent(gap)} below {maximum}"
        elif margin == 0 and _underflows(run):
            size = lp_norm(run.w, 2)
            reason = f"its margins are smaller than any double, as X and |w| = {size:.2g} are; rescale X"
        else:
            reason = f"the data are not separated yet (margin {margin:.3g}, maximum {limit.value:.6g})"
        if margin > 0:
            reason += self._on_the_way(run, limit)
        for whose, bracket in (("the", self.bracket(run)), ("max_margin's", limit.bracket)):
            if bracket is not None and limit.excluded_by(bracket):
                ends = f"[{bracket.lower:.9g}, {bracket.upper:.9g}]"
                reason = f"{whose} certified bracket {ends} excludes the oracle's {limit.value:.9g}"
                return Judgment("violated", reason, gap, degrees)
        if gap <= tolerance:
            verdict = "holds"
            reason = f"the margin is {percent(gap)} below {maximum} (tolerance {percent(tolerance)})"
        return Judgment(verdict, reason, gap, degrees)

    def _on_the_way(self, run: Run, limit: Limit) -> str:
        """Return what else there is to say of a run that has not converged."""
        return ""


def _underflows(run: Run) -> bool:
    """Whether the products of w and X are no numbers that doubles hold, and w has margins all the same."""
    size = lp_norm(run.w, 2) * float(abs(samples_of(run.problem)).max())
    return bool(np.any(run.w)) and size < float(np.finfo(float).tiny)


def _on_trust(rule: StepSize) -> str:
    """Say that what a rule of one's own states is not checked."""
    return (
        f" (of {type(rule).__name__}, a rule of one's own, this is taken on trust)" if kind_of(rule) else ""
    )


def infinite_sum(run: Run) -> Hypothesis:
    """Steps with an infinite sum; where that is not checked, it says so."""
    text = "the steps have an infinite sum"
    if run.step_size.length is not None:
        text += " (a schedule ends, so this is taken on trust)"
    return text + _on_trust(run.step_size), not run.step_size.summable


def whole_gradients(run: Run) -> Hypothesis:
    """No random batches, but those that all samples are."""
    return "every gradient is taken on all samples", has_all(run.batch, run.problem)


def has_all(batch: MiniBatch | None, problem: Problem) -> bool:
    """Return whether batches are all samples."""
    return batch is None or (not batch.replace and batch.size == problem.X.shape[0])
