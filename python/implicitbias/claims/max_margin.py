"""The paper's claims: which limit it predicts, under which hypotheses, as a convex program."""

import math
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from .._core import (
    Affine,
    Constraint,
    ExactLineSearch,
    Exponential,
    LossNormalized,
    Method,
    Norm,
    Polynomial,
    Potential,
    Problem,
    Schedule,
    Simplex,
    StepSize,
)
from .._types import Array
from ..bracket import Bracket
from ..errors import InvalidValueError, OracleError
from ..oracles import certified_margin
from ..oracles.bregman import AffineSet, BregmanOracle, bregman_oracle, project
from ..oracles.max_margin import GAP, max_margin
from ..oracles.norms import strictly_convex
from ..oracles.separability import Separability, separability
from ..problems.rows import dense_rows, moderate
from ..runs.run import Run

Hypothesis = tuple[str, bool]

# Entries of X up to which max_margin takes milliseconds, and beyond which cvxpy takes half a minute or fails.
_SMALL, _LARGE = 20_000, 300_000


@dataclass(frozen=True)
class Limit:
    """A predicted limit and how well it is known.

    Attributes
    ----------
    point : ndarray
        The limit point, or for limit directions the maximum margin w with |w| = 1.
    value : float
        The maximum margin, or the Bregman divergence D(point, w0) for a projection.
    gap : float
        Relative duality gap of the convex program, computed from its solution.
    unique : bool
        Whether it is the only one. False: another was found, a thousandth away, with the same value to 1e-8;
        then compare values, not points. True: the program is strictly convex, or none was found.
    bracket : Bracket or None
        A second opinion on a maximum margin: what `max_margin` certifies, in norms that it knows and where it
        takes milliseconds.
    """

    point: Array
    value: float
    gap: float
    unique: bool
    bracket: Bracket | None = None

    def excluded_by(self, bracket: Bracket) -> bool:
        """Whether a certified bracket of the maximum margin excludes the primal or the dual value."""
        above = bracket.lower * (1 - self.gap) > self.value * (1 + 1e-12)
        return above or bracket.upper < self.value * (1 - 1e-12)

    @property
    def direction(self) -> Array:
        """`point`, by the name that fits limit directions."""
        return self.point


class Claim(ABC):
    """One statement about one problem and method.

    Attributes
    ----------
    theorem : str
        Its number in the paper: a theorem ("5", "1a") or a section ("2.1"); for a result that is not the
        paper's, whose it is.
    statement : str
        What it says, in a sentence.
    hypotheses : list of (str, bool)
        What it assumes of the problem and method, each checked on this data. What it assumes of the
        step sizes is checked by `compare`, which sees the run.
    """

    theorem: str
    statement: str

    def __init__(self, problem: Problem, method: Method, theorem: str) -> None:
        self.problem, self.method, self.theorem = problem, method, theorem

    @property
    def source(self) -> str:
        """Where the paper says it: "Theorem 5" or "Section 2.1"."""
        return f"{'Section' if '.' in self.theorem else 'Theorem'} {self.theorem}"

    @property
    @abstractmethod
    def hypotheses(self) -> list[Hypothesis]:
        """What the statement assumes, each with whether it holds here."""

    def __repr__(self) -> str:
        return f"<Claim: {self.source}, {self.statement}>"


class LimitClaim(Claim):
    """A claim that predicts where the iterates go."""

    @cached_property
    @abstractmethod
    def _limit(self) -> Limit: ...

    def solve(self) -> Limit:
        """Solve the convex program, once; large ones, and those where it gets further, by `max_margin`.

        Raises
        ------
        NotSeparableError
            If there is no maximum margin; the message holds the certificate.
        InvalidTypeError
            If the norm has no cvxpy form registered.
        OracleError
            If the solver fails.
        """
        return self._limit


class MaxMarginClaim(LimitClaim):
    """Theorem 5 and section 3.1: the normalised margin tends to the maximum margin in the norm.

    Attributes
    ----------
    norm : Norm
        In which margins are normalised.
    step_bound : str
        What the theorem asks the steps not to exceed.
    bounded_steps : bool
        Whether it asks, besides, that some finite eta_+ bound them all.
    """

    step_bound = "1 / (B^2 L(w_t))"
    bounded_steps = True

    def __init__(self, problem: Problem, method: Method, norm: Norm, theorem: str) -> None:
        super().__init__(problem, method, theorem)
        self.norm = norm
        best = "max {min_n y_n <w, x_n> : |w| <= 1}"
        self.statement = f"min_n y_n <w(t), x_n> / |w(t)| -> {best} in {norm!r}"

    @cached_property
    def _separability(self) -> Separability:
        return separability(self.problem)

    @property
    def _tail(self) -> Hypothesis:
        tail = f"{self.problem.loss!r} has an exponential tail"
        if self.problem.loss.exponential_tail and not isinstance(self.problem.loss, Exponential):
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
        separable = "the data are linearly separable", self._separability.separable
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
        endless = not isinstance(run.step_size, Polynomial) or run.step_size.power <= 1
        total = "the steps have an infinite sum"
        if isinstance(run.step_size, Schedule):
            total += " (a schedule ends, so this is taken on trust)"
        return [(bound, small), (total, endless), whole_gradients(run)]

    def open_hypotheses(self, run: Run) -> list[Hypothesis]:
        """Return what the theorem assumes and a run may do without: where it fails, no limit is excluded.

        Steps without a bound may reach the maximum margin, or cycle below it for ever. A loss that is not
        convex may be about to leave a plateau. But once L < 1/2 every margin is positive, and steps that do
        not let L rise keep it so: then |l'| >= l / 2 for the sigmoid loss, and L -> 0 as for a convex one.
        """
        open_ones = []
        if self.bounded_steps:
            text = "the steps are bounded by some eta_+ < inf"
            unbounded = _unbounded(run.step_size)
            if unbounded:
                text += f" ({run.step_size!r} grows like 1 / L)"
            open_ones.append((text, not unbounded))
        if self._vanishing:
            open_ones.append((self._vanishing, run.log_loss < -math.log(2)))
        return open_ones

    def step_remark(self, run: Run) -> str:
        """Return from when on the steps are as the theorem asks, and what it asks that is not met.

        The theorem allows any start. The methods it is about have no memory, so that a run may be taken to
        start after the last step that exceeded the bound.
        """
        last = run.last_violation
        remark = "" if last is None else f"; the step condition is met from t = {last + 1} on"
        missing = [text for text, holds in self.open_hypotheses(run) if not holds]
        return remark + "".join(f"; a hypothesis is not met: {text}" for text in missing)

    def margin(self, run: Run) -> float:
        """Return the normalised margin of a run's iterate, in the norm of the claim."""
        return run.margin

    def bracket(self, run: Run) -> Bracket:
        """Return what a run certifies of the maximum margin."""
        return run.bracket

    @cached_property
    def _limit(self) -> Limit:
        self._separability.require()
        size, known = math.prod(self.problem.X.shape), strictly_convex(self.norm)
        if known and size > _LARGE:
            return self._certified()
        try:
            solution = max_margin(self.problem.X, self.problem.y, self.norm)
        except OracleError as error:
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
        try:
            solution = certified_margin.max_margin(self.problem, self.norm)
        except InvalidValueError as error:
            raise OracleError(f"max_margin failed: {error}") from error
        # The bracket may be of a w of twice the digits, of which the direction is rounded.
        gap = max(1 - solution.value / solution.bracket.upper, 0.0)
        return Limit(solution.direction, solution.value, gap, True, solution.bracket)


class ProjectionClaim(LimitClaim):
    """Theorems 1 to 1b: the limit is the Bregman projection of w0 on the solutions.

    Attributes
    ----------
    potential : Potential
    constraint : Constraint or None
    w0 : ndarray
    flow : bool
        Whether it is about the limit of infinitesimal steps, eq. (10).
    beyond : bool
        Whether it is true for the theorem's reason where the paper does not state it.
    """

    def __init__(
        self,
        problem: Problem,
        method: Method,
        potential: Potential,
        constraint: Constraint | None,
        w0: Array,
        theorem: str,
        flow: bool,
        beyond: bool,
    ) -> None:
        super().__init__(problem, method, theorem)
        self.potential, self.constraint, self.w0 = potential, constraint, w0
        self.flow, self.beyond = flow, beyond
        within = "" if constraint is None else f", w in {constraint!r}"
        limit = "w(t) -> argmin" if not flow else "as eta -> 0, w(t) -> argmin"
        self.statement = f"{limit} {{D(w, w0) : Xw = y{within}}} in {potential!r}"

    @property
    def source(self) -> str:
        """Where the paper says it, or which theorem it goes beyond: "beyond Theorem 1b (this package)"."""
        return f"beyond {super().source} (this package)" if self.beyond else super().source

    @cached_property
    def _oracle(self) -> BregmanOracle:
        return bregman_oracle(self.potential, self.w0.size)

    @cached_property
    def solutions(self) -> AffineSet:
        """The w that fit the data, within the constraint."""
        rows, targets = dense_rows(moderate(self.problem.X)), moderate(self.problem.y, "y")
        if isinstance(self.constraint, Affine):
            rows, targets = np.vstack([rows, self.constraint.G]), np.append(targets, self.constraint.h)
        elif isinstance(self.constraint, Simplex):
            rows, targets = np.vstack([rows, np.ones(rows.shape[1])]), np.append(targets, 1.0)
        return AffineSet.of(self._oracle.rows(rows), targets)

    @cached_property
    def _realisable(self) -> bool:
        return self.solutions.meets(self._oracle)

    @property
    def hypotheses(self) -> list[Hypothesis]:
        """Realisable data."""
        where = "inside the domain of the potential"
        if self.constraint is not None:
            where += " and in the constraint set"
        return [(f"some w {where} fits the data exactly", self._realisable)]

    @cached_property
    def _limit(self) -> Limit:
        for text, holds in self.hypotheses:
            if not holds:
                raise InvalidValueError(f"problem: expected that {text}")
        projection = project(self._oracle, self.w0.ravel(), self.solutions)
        return Limit(projection.point.reshape(self.w0.shape), projection.value, projection.gap, True)


def _unbounded(rule: StepSize) -> bool:
    """Whether a rule's steps grow without bound as L falls."""
    return isinstance(rule, ExactLineSearch) or (isinstance(rule, LossNormalized) and rule.cap == math.inf)


def whole_gradients(run: Run) -> Hypothesis:
    """No random batches."""
    return "every gradient is taken on all samples", run.batch is None


def text_of_exp(exponent: float) -> str:
    """Return exp(exponent) to three digits, beyond the range of doubles as a power of ten."""
    if abs(exponent) < 700:
        return f"{math.exp(exponent):.3g}"
    if abs(exponent) < 1e15:
        return f"10^{exponent / math.log(10):.0f}"
    return "inf" if exponent > 0 else "0"  # of logarithms in which the lowest double stands for log 0
