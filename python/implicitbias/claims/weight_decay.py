"""Weight decay: the loss's minimum in a ball of the method's norm, and with Adam's eps behind a barrier."""

import math
from abc import abstractmethod
from functools import cached_property

import numpy as np

from .._core import (
    Adam,
    Constant,
    Lion,
    Lp,
    Method,
    Norm,
    Normalized,
    Polynomial,
    Problem,
    Schatten,
    Schedule,
    SteepestDescent,
)
from .._types import Array, Hypothesis
from ..errors import OracleError
from ..flows.flow import Flow
from ..nouns.late_steps import late_step
from ..oracles.losses import has_form
from ..oracles.regularized_minimum import (
    RegularizedMinimum,
    barrier_at,
    behind_barrier,
    in_ball,
    loss_and_gradient,
    stationarity,
)
from ..problems.rows import signed_rows
from ..runs.run import Run
from .claim import Judgment, LimitClaim, Verdict
from .limit import Limit
from .max_margin import infinite_sum, whole_gradients
from .sources import CHEN_LION, CHEN_MUON, XIE, Source

# The least fall of a value, relative to the value, of which rounding leaves more than nine digits.
_LEAST_FALL = 1e-5

Decaying = SteepestDescent | Lion | Adam


class DecayClaim(LimitClaim):
    """With decoupled weight decay w(t) tends to a minimum that the decay regularizes.

    Attributes
    ----------
    decay : float
        lambda.
    """

    method: Decaying
    default_tolerance = 1e-3

    def __init__(self, problem: Problem, method: Decaying, source: Source) -> None:
        super().__init__(problem, method)
        self.source, self.decay = source, method.weight_decay

    @property
    def hypotheses(self) -> list[Hypothesis]:
        """A convex loss."""
        return [(f"{self.problem.loss!r} is convex", self.problem.loss.convex)]

    def run_hypotheses(self, run: Run | Flow) -> list[Hypothesis]:
        """Return what it assumes of the steps, and that gradients are taken on all samples."""
        assert isinstance(run, Run)
        return [*self._steps(run), infinite_sum(run), whole_gradients(run)]

    @abstractmethod
    def _steps(self, run: Run) -> list[Hypothesis]: ...

    @abstractmethod
    def _solve(self) -> RegularizedMinimum: ...

    @abstractmethod
    def residual(self, w: Array) -> float:
        """Return how far w is from where the method is at rest, 0 only there."""

    @abstractmethod
    def size(self, w: Array) -> float:
        """Return the norm of decay w, which is at most 1 in the end."""

    @abstractmethod
    def log_objective(self, w: Array) -> float:
        """Return the logarithm of what the claim says is least, whatever underflows."""

    def objective(self, w: Array) -> float:
        """Return what the claim says is least."""
        with np.errstate(over="ignore"):
            return float(np.exp(self.log_objective(w)))

    @cached_property
    def _start(self) -> float:
        return self.log_objective(np.zeros(self.problem.shape))

    @cached_property
    def _minimum(self) -> RegularizedMinimum:
        return self._solve()

    @cached_property
    def _limit(self) -> Limit:
        found, rows = self._minimum, signed_rows(self.problem)
        unique = self.problem.loss.strictly_convex and int(np.linalg.matrix_rank(rows)) == rows.shape[1]
        below = found.log_value - found.log_gap
        return Limit(found.point, found.value, self._part(found.point, found.log_value, below), unique)

    def _part(self, w: Array, above: float, least: float) -> float:
        """Return which part of its fall from 0 the value at w is above a lower one, given their logarithms.

        Where the loss has no root the fall is that of the logarithm: it says how far w has gone where L is
        next to nothing. Under strong decay the fall is lost in the rounding of the values, and nearly linear:
        `residual` is which part is left.
        """
        if least == -math.inf and self.problem.loss.monotone:
            return math.inf
        fall, left = self._start - least, above - least
        if not self.problem.loss.monotone:
            start, value, lower = (math.exp(each) for each in (self._start, above, least))
            fall, left = (start - lower) / (start or 1.0), (value - lower) / (start or 1.0)
        return left / fall if fall > _LEAST_FALL else self.residual(w)

    def judge(self, run: Run | Flow, tolerance: float) -> Judgment:
        """Hold a run against the limit, whose own gap must be well below the tolerance.

        Raises
        ------
        OracleError
            If it is not.
        """
        gap = self.solve().gap
        if gap > tolerance / 2:
            part = f"{gap:.2g}" if gap < math.inf else "all"
            raise OracleError(
                f"{self._ways} leave the least {self._what} open by {part} of its fall from w = 0, too much "
                f"for the tolerance {tolerance:g}; it helps to center the features and to scale them to one "
                "size"
            )
        return super().judge(run, tolerance)

    def _hold_against(self, limit: Limit, run: Run | Flow, tolerance: float) -> Judgment:
        size = self.size(run.w)
        outside = max(size - 1, 0.0)
        inside = run.w if not outside else run.w / size
        excess = self._part(inside, self.log_objective(inside), self._minimum.log_value)
        gap = max(excess, outside)
        log = "log of " if self.problem.loss.monotone else ""
        found = (
            f"the {log}{self._what} is {excess:.2g} of its fall from w = 0 above the least, "
            f"{limit.value:.6g}; "
            f"lambda |w| = {size:.6g}, and the residual of {self._rest} is {self.residual(run.w):.2g}"
        )
        if excess < -2 * limit.gap - 1e-9:
            return Judgment("violated", f"the oracle is wrong: {found}", gap)
        verdict: Verdict = "holds" if gap <= tolerance else "not yet converged"
        return Judgment(verdict, found, gap)

    _what: str
    _rest: str
    _ways: str


class BallClaim(DecayClaim):
    """w(t) tends to the minimum of L in the ball |w| <= 1 / lambda of the method's norm.

    Xie and Li (2024) prove it of normalized steepest descent (Theorem 3.5) and, where it converges, of AdamW
    without eps (Theorem 1.1); Chen et al. (2024) of Lion, Chen, Li and Liu (2025) of Muon.

    Attributes
    ----------
    norm : Norm
        Of the ball.

    Notes
    -----
    Lengths that are set matter: steps in proportion to the gradient's dual norm lead to the minimum of
    L(w) + lambda |w|^2 / 2. At the minimum |g|_* + <lambda w, g> = 0 for the gradient g (Xie and Li, Lemma
    3.8): that is `residual`, relative to |g|_* at w = 0.
    """

    _what, _rest = "loss", "|g|_* = -<lambda w, g>"
    _ways = "convex programs, Newton's method and the ends of growing balls"

    def __init__(self, problem: Problem, method: Decaying) -> None:
        super().__init__(problem, method, _source(method))
        geometry = method.geometry
        assert isinstance(geometry, Norm)
        self.norm = geometry
        self.statement = (
            f"w(t) -> argmin {{L(w) : |w| <= {1 / self.decay:g}}}, the ball of radius 1 / weight_decay in "
            f"{geometry!r} (later than the paper)"
        )

    @property
    def hypotheses(self) -> list[Hypothesis]:
        """A convex loss; of AdamW, beta1 <= beta2."""
        found = super().hypotheses
        if isinstance(self.method, Adam):
            beta1, beta2 = self.method.beta1, self.method.beta2
            found.append((f"beta1 <= beta2 ({beta1:g} and {beta2:g})", beta1 <= beta2))
        return found

    def _steps(self, run: Run) -> list[Hypothesis]:
        if isinstance(self.method, Adam):
            return [_not_increasing(run), ("w(t) converges (not checked)", True)]
        rule = run.step_size
        normalized = isinstance(rule, Normalized) or isinstance(self.method, Lion)
        return [
            (
                f"the lengths of the steps are set, and tend to 0 ({rule!r})",
                normalized and late_step(rule) == 0,
            )
        ]

    def _solve(self) -> RegularizedMinimum:
        return in_ball(self.problem, self.norm, self.decay)

    def log_objective(self, w: Array) -> float:
        """Return log L(w)."""
        return float(self.problem.evaluate(w)[0])

    def residual(self, w: Array) -> float:
        """Return |g|_* + <lambda w, g>, relative to |g|_* at w = 0."""
        at_start = self.norm.dual(loss_and_gradient(self.problem, np.zeros_like(w))[1])
        return stationarity(self.problem, self.norm, self.decay, w) / (at_start or 1.0)

    def size(self, w: Array) -> float:
        """Return lambda |w|."""
        return self.decay * self.norm.value(w)


class BarrierClaim(DecayClaim):
    """AdamW with eps > 0 tends to the minimum of L and a barrier of the box: a conjecture.

    Notes
    -----
    AdamW is at rest where lambda w = -g / (|g| + eps) entry by entry, for the gradient g: that is where L(w)
    + (eps / lambda) sum_i [-log(1 - lambda |w_i|) - lambda |w_i|] is least, whatever the averages. `residual`
    is |lambda w (|g| + eps) + g|_1, relative to |g|_1 at w = 0. That it gets there nobody has proved; with
    eps = 0 it is Theorem 1.1 of Xie and Li (2024).
    """

    method: Adam
    _what, _rest = "loss and the barrier", "lambda w (|g| + eps) = -g"
    _ways = "steps of Newton's method and tangents in twice the digits"

    def __init__(self, problem: Problem, method: Adam) -> None:
        super().__init__(problem, method, Source(XIE, "1.1", conjecture=True))
        self.statement = (
            "w(t) -> argmin L(w) + (eps / lambda) sum_i [-log(1 - lambda |w_i|) - lambda |w_i|], a barrier "
            f"of the box |w_i| <= 1 / lambda, for lambda = {self.decay:g} and eps = {method.eps:g} (later "
            "than the paper)"
        )

    def _steps(self, run: Run) -> list[Hypothesis]:
        return [_not_increasing(run), ("w(t) converges (not checked)", True)]

    def _solve(self) -> RegularizedMinimum:
        return behind_barrier(self.problem, self.method.eps, self.decay)

    def log_objective(self, w: Array) -> float:
        """Return the logarithm of L(w) and the barrier."""
        value = loss_and_gradient(self.problem, w)[0] + barrier_at(w, self.method.eps, self.decay)
        return math.log(value) if value > 0 else -math.inf

    def residual(self, w: Array) -> float:
        """Return |lambda w (|g| + eps) + g|_1, relative to |g|_1 at w = 0."""
        gradient, at_start = (loss_and_gradient(self.problem, v)[1] for v in (w, np.zeros_like(w)))
        with np.errstate(invalid="ignore"):  # of slopes beyond doubles
            rest = self.decay * w * (np.abs(gradient) + self.method.eps) + gradient
        return float(np.abs(rest).sum() / (np.abs(at_start).sum() or 1.0))

    def size(self, w: Array) -> float:
        """Return lambda |w|_inf."""
        return self.decay * float(np.abs(w).max())


def decay_claim(problem: Problem, method: Method) -> DecayClaim | None:
    """Return the claim about a method with weight decay; None where none is known."""
    if not has_form(problem.loss) or getattr(method, "amsgrad", False):
        return None
    if isinstance(method, Adam) and method.eps > 0:
        return BarrierClaim(problem, method)
    return BallClaim(problem, method) if isinstance(method, Decaying) else None


def _source(method: Decaying) -> Source:
    if isinstance(method, Adam):
        return Source(XIE, "1.1")
    if isinstance(method, Lion):
        return Source(CHEN_LION)
    if method.momentum is None:
        return Source(XIE, "3.5")
    if method.norm == Schatten(math.inf):
        return Source(CHEN_MUON)
    return Source(CHEN_LION, beyond=method.norm != Lp(math.inf))


def _not_increasing(run: Run) -> Hypothesis:
    rule = run.step_size
    if isinstance(rule, Schedule):
        return "the steps do not increase", bool(np.all(np.diff(rule.etas) <= 0))
    checked = isinstance(rule, Constant | Polynomial | Normalized)
    return f"the steps do not increase ({rule!r})" + ("" if checked else ", not checked"), True
