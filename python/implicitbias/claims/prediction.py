"""Which claim is about which method, the paper's own or a later one, and why some have none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import singledispatch

import numpy as np
from numpy.typing import ArrayLike

from .._arguments import flag, instance
from .._calls import public
from .._core import (
    AdaGrad,
    Adam,
    Euclidean,
    FactorizedGradientDescent,
    Lp,
    Method,
    MiniBatch,
    MirrorDescent,
    NaturalGradient,
    Norm,
    PolynomialTail,
    Potential,
    PrimalMomentum,
    Problem,
    QuadraticNorm,
    QuadraticPotential,
    RMSProp,
    SteepestDescent,
)
from .._types import Array
from ..nouns.bare_descent import norm_of_bare_descent
from ..nouns.of_ones_own import is_quadratic, kind_of
from ..runs.start import some_start, start_of
from .claim import LimitClaim
from .later_results import later_claim
from .max_margin import MaxMarginClaim, has_all
from .no_claim import unless_on_batches, why_no_limit_direction, why_no_limit_point
from .no_claim_on_models import why_no_claim_on
from .overlap import beyond_separable
from .path_direction import PathDirectionClaim
from .projection import ProjectionClaim
from .psd_margin import PsdMarginClaim


@public
def predict(
    problem: Problem,
    method: Method,
    w0: ArrayLike | None = None,
    *,
    flow: bool = False,
    batch: MiniBatch | None = None,
) -> LimitClaim | None:
    """Return the claim about the limit, the paper's or a later one; None without one (see `why_no_claim`).

    Where a theorem's reason reaches further than its statement, as with momentum from any w0, the claim's
    `source` says so: "beyond Theorem 1b (this package)". Of later results, such as those on Adam, it says
    whose they are, and of what nobody has proved that it is a conjecture. Which claim is about gradient
    descent depends on whether the data separate: it is looked at here, which takes seconds on large data.

    Parameters
    ----------
    problem : Problem
    method : Method
    w0 : array_like, optional
        The start, where the limit depends on it; by default the method's own.
    flow : bool, default False
        Ask for the limit as eta -> 0 (eq. 10), which `implicitbias.flow` reaches.
    batch : MiniBatch, optional
        Ask about gradients on random batches: there is none where the limit is known on all samples only.

    Returns
    -------
    LimitClaim or None
        With `solve()`, which gives the `Limit`; None where there is none.

    Raises
    ------
    DomainError, InvalidTypeError, InvalidValueError
        If no run has such a method, start or batch on the problem, as `Run` says it.

    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Theorems 1 to 1b, 5 and 7. Of later results the claim's
    ``source.paper`` has title and address.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> claim = ib.predict(problem, ib.MirrorDescent(ib.Entropy()))
    >>> print(claim.source, claim.solve().point.round(6))
    Theorem 1 [0.5  0.25]
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> print(ib.predict(problem, ib.Adam(eps=0)).source)
    Zhang, Zou & Cao (2024)
    """
    answer = unless_on_batches(_answer(problem, method, w0, flow, batch), problem, batch)
    return None if isinstance(answer, str) else answer


@public
def why_no_claim(
    problem: Problem, method: Method, *, flow: bool = False, batch: MiniBatch | None = None
) -> str | None:
    """Return the reason why `predict` gives None; None where there is a claim.

    Parameters
    ----------
    problem : Problem
    method : Method
    flow : bool, default False
        Ask about the limit as eta -> 0, as for `predict`.
    batch : MiniBatch, optional
        Ask about gradients on random batches, as for `predict`.

    Returns
    -------
    str or None

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> "section 3.3" in ib.why_no_claim(problem, ib.AdaGrad())
    True
    >>> ib.why_no_claim(problem, ib.GradientDescent()) is None
    True
    """
    answer = unless_on_batches(_answer(problem, method, None, flow, batch), problem, batch)
    return answer if isinstance(answer, str) else None


@dataclass(frozen=True)
class _Question:
    problem: Problem
    w0: Array
    given: bool  # w0, by whoever asks
    flow: bool

    def projection(
        self, method: Method, potential: Potential, theorem: str, *, beyond: bool = False
    ) -> ProjectionClaim:
        constraint = method.constraint if isinstance(method, MirrorDescent) else None
        return ProjectionClaim(
            self.problem, method, potential, constraint, self.w0, theorem, self.flow, beyond
        )


def _answer(
    problem: Problem, method: Method, w0: ArrayLike | None, flow: bool, batch: MiniBatch | None
) -> LimitClaim | str:
    instance(problem, Problem, "problem")
    instance(method, Method, "method")
    flow = flag(flow, "flow")
    if batch is not None:
        instance(batch, MiniBatch, "batch")
    # Of what no run can have there is no claim. Where nobody says where it starts, any start will do; models
    # have none that every constraint takes: gradient descent is asked.
    if w0 is None:
        asked = method if problem.model.identity else SteepestDescent(Lp(2))
        start = start_of(problem, asked, some_start(problem, asked), batch)
    else:
        start = start_of(problem, method, w0, batch)
    if batch is not None and has_all(batch, problem):
        batch = None
    if not problem.model.identity:
        return why_no_claim_on(problem)
    for noun in (problem.loss, method, getattr(method, "potential", None)):
        if (kind := kind_of(noun)) in ("loss", "method", "potential"):
            all_the_same = (
                "Its runs are certified all the same: see run.bracket and max_margin."
                if problem.loss.monotone
                else "How well its runs fit, run.residual says, and behavior(run), how they end."
            )
            return (
                f"{type(noun).__name__} is a {kind} of your own, and the paper's claims are about those that "
                f"it treats. {all_the_same}"
            )
    question = _Question(problem, start, w0 is not None, flow)
    if not flow and (later := later_claim(problem, method, batch)) is not None:
        return later
    if batch is not None and isinstance(method, Adam | RMSProp) and problem.loss.monotone:
        return (
            f"On batches of {batch.size} samples no limit of {method!r} is known; on single ones, with two "
            "classes, that of Adam(eps=0) is (Baek, Song and Yun 2026)."
        )
    if not problem.loss.monotone:
        return _limit_point(method, question)
    if flow:
        return "The paper states limits of flows for losses with a unique finite root only (eq. 10)."
    return _limit_direction(method, question)


@singledispatch
def _limit_point(method: Method, question: _Question) -> LimitClaim | str:
    """Losses with a unique finite root (section 2)."""
    return why_no_limit_point(method)


@_limit_point.register
def _(method: MirrorDescent, question: _Question) -> LimitClaim | str:
    potential, momentum = method.potential, method.momentum
    if method.constraint is not None and not method.constraint.affine:
        return (
            "Theorem 1a is about affine sets, where the dual variables move along the rows of X and G alone. "
            f"{type(method.constraint).__name__} is none: where an iterate is projected, its dual variables "
            "leave the data manifold, and the limit may depend on the step sizes."
        )
    if isinstance(momentum, PrimalMomentum) and not potential.quadratic and not question.flow:
        return (
            "Primal momentum takes the dual variables off the data manifold: the limit depends on beta, "
            "gamma and the step sizes (section 2.2, Example 2, Proposition 2a). Dual momentum has a claim, "
            "and primal momentum with quadratic potentials."
        )
    if momentum is not None:
        # Theorem 1b is about runs without constraints from the minimum of psi. Its reason, that the dual
        # variables stay on the data manifold, holds for flows, constraints and other starts, too.
        minimum = np.array_equal(question.w0, method.default_start(question.problem))
        beyond = question.flow or method.constraint is not None or not minimum
        # In quadratic potentials, whose links are linear, momentum in the primal and in the dual are one.
        descent = isinstance(momentum, PrimalMomentum) and _norm_of(potential) == Lp(2)
        theorem = "2.1" if descent and not beyond else "1b"
        return question.projection(method, potential, theorem, beyond=beyond)
    if method.constraint is not None:
        return question.projection(method, potential, "1a", beyond=question.flow)
    return question.projection(method, potential, "2.3" if question.flow else "1")


@_limit_point.register
def _(method: NaturalGradient, question: _Question) -> LimitClaim | str:
    metric = method.potential
    if not isinstance(metric, Potential):
        return (
            "The paper's claims are about metrics that are Hessians of potentials (section 2.3); of a metric "
            "of one's own that is not known."
        )
    if metric.quadratic or question.flow:
        return question.projection(method, metric, "2.3")
    return (
        "A finite step of natural gradient descent takes the dual variables off the data manifold: the "
        "limit depends on the step sizes (section 2.3, Example 3, Proposition 3a). Quadratic potentials have "
        "a claim, and the flow, predict(..., flow=True)."
    )


@_limit_point.register
def _(method: SteepestDescent, question: _Question) -> LimitClaim | str:
    if norm_of_bare_descent(method) is None:
        return why_no_limit_point(method)
    potential = _half_square(method.norm, question.problem.shape)
    if potential is not None:
        return question.projection(method, potential, "2.1" if isinstance(potential, Euclidean) else "2.4")
    return (
        "For losses with a unique finite root the limit of steepest descent in a general norm depends on "
        "the step size, and even as eta -> 0 it is not the solution nearest to w(0) in that norm (section "
        "2.4, Example 4 and Figure 1c). Only quadratic norms have a claim: there steepest descent is mirror "
        "descent."
    )


@_limit_point.register
def _(method: AdaGrad, question: _Question) -> LimitClaim | str:
    return (
        "On losses with a unique finite root the paper expects no limit of AdaGrad that is independent of "
        "the step sizes (section 3.3)."
    )


@_limit_point.register
def _(method: FactorizedGradientDescent, question: _Question) -> LimitClaim | str:
    return (
        "On losses with a unique finite root the limit of gradient descent on a factor depends on U(0), its "
        "scale included, and on the step sizes; it is the solution of least nuclear norm only as both tend "
        "to 0 (section 4, a conjecture)."
    )


@singledispatch
def _limit_direction(method: Method, question: _Question) -> LimitClaim | str:
    """Strictly monotone losses (section 3)."""
    return why_no_limit_direction(method)


@_limit_direction.register
def _(method: SteepestDescent, question: _Question) -> LimitClaim | str:
    if norm_of_bare_descent(method) is None:
        return why_no_limit_direction(method)
    if is_quadratic(method.norm):
        return _as_steepest_descent(method, method.norm, question, "5")
    return MaxMarginClaim(question.problem, method, method.norm, "5")


@_limit_direction.register
def _(method: MirrorDescent, question: _Question) -> LimitClaim | str:
    norm = _norm_of(method.potential)
    if method.constraint is not None:
        return (
            "Limits under explicit constraints on strictly monotone losses are open in the paper (section "
            "5). What is claimed is a conjecture on projected gradient descent in sets without end; in "
            "bounded sets w(t) stays. run.bracket is certified all the same, of the maximum margin over all "
            "w."
        )
    if norm is None or method.momentum is not None:
        return (
            "On strictly monotone losses w(t) diverges, so that Theorem 1 does not apply; the paper "
            "characterizes limit directions of gradient descent and steepest descent (section 3), not of "
            "mirror descent with momentum; of entropies, on a part of R^d, no later result does either."
        )
    return _as_steepest_descent(method, norm, question)


@_limit_direction.register
def _(method: NaturalGradient, question: _Question) -> LimitClaim | str:
    metric = method.potential
    norm = _norm_of(metric) if isinstance(metric, Potential) else None
    if norm is None:
        return (
            "On strictly monotone losses the paper does not characterize natural gradient descent, unless "
            "its metric is constant: then it is steepest descent in a quadratic norm."
        )
    return _as_steepest_descent(method, norm, question)


@_limit_direction.register
def _(method: AdaGrad, question: _Question) -> LimitClaim | str:
    return (
        "AdaGrad's accumulator stays bounded (Theorem 6), so that the first steps are never forgotten: the "
        "limit direction depends on eta, w(0) and G(0) (section 3.3). bounded_accumulator(run) is about that "
        "bound, and limit_direction(run) about a later result."
    )


@_limit_direction.register
def _(method: FactorizedGradientDescent, question: _Question) -> LimitClaim | str:
    if question.problem.classes is not None:
        return "Theorem 7 is about samples that are symmetric matrices; those of classes are vectors."
    return PsdMarginClaim(question.problem, method, question.w0 if question.given else None)


def _as_steepest_descent(
    method: Method, norm: Norm, question: _Question, theorem: str | None = None
) -> LimitClaim:
    """Return the claim about a method that is steepest descent in this quadratic norm."""
    if isinstance(question.problem.loss, PolynomialTail):
        return PathDirectionClaim(question.problem, method, norm)
    claim = MaxMarginClaim(question.problem, method, norm, theorem or ("3.1" if norm == Lp(2) else "5"))
    return beyond_separable(claim) if norm == Lp(2) else claim


def _half_square(norm: Norm, shape: tuple[int, ...]) -> Potential | None:
    """Return |w|^2 / 2 where the norm is quadratic: its mirror descent is steepest descent."""
    if not is_quadratic(norm):
        return None
    if isinstance(norm, QuadraticNorm):
        return QuadraticPotential(norm.D)
    # A steepest step is -D^-1 g.
    units = np.eye(math.prod(shape))
    inverse = -np.array([norm.steepest(unit.reshape(shape)).ravel() for unit in units])
    if np.array_equal(inverse, units):
        return Euclidean()
    D = np.linalg.inv((inverse + inverse.T) / 2)
    return QuadraticPotential((D + D.T) / 2)


def _norm_of(potential: Potential) -> Norm | None:
    """Return the norm in which mirror descent in a quadratic potential is steepest descent."""
    if isinstance(potential, QuadraticPotential):
        return QuadraticNorm(potential.D)
    return Lp(2) if potential.quadratic else None
