"""Theorem 6: AdaGrad's accumulator stays bounded, and by what."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .._arguments import instance
from .._calls import public
from .._core import AdaGrad, Constant, Exponential, Problem
from .._types import Array, Hypothesis
from ..errors import InvalidTypeError
from ..flows.flow import Flow
from ..oracles.separability import separability
from ..problems.linear_model import require_linear
from ..problems.rows import loss_at, signed_rows
from ..runs.run import Run
from .claim import Judgment, OneRunClaim
from .max_margin import whole_gradients
from .wording import text_of_exp

# As in the core, the lowest double stands for log 0.
LOG_ZERO = np.finfo(float).min


@public
def bounded_accumulator(run: Run) -> "AccumulatorClaim":
    """Return Theorem 6 for an AdaGrad run, with an explicit bound on G(t) for all t.

    It is about all of the run, from w(0) and G0 on, and may be asked for before the first step. Where its
    step condition holds later only, `limit_direction` shows by how much G can still grow from there.

    Parameters
    ----------
    run : Run
        Of AdaGrad, on a monotone loss.

    Returns
    -------
    AccumulatorClaim
        For `compare`; its `bound` has w's shape.

    Raises
    ------
    InvalidTypeError
        If the run is not one of AdaGrad on a monotone loss.

    See Also
    --------
    limit_direction : where w(t) / |w(t)| goes once G has settled.

    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Theorem 6.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> run = ib.Run(problem, ib.AdaGrad(1.0), 0.1)
    >>> claim = ib.bounded_accumulator(run)
    >>> print(ib.compare(run.advance(1000), claim).verdict)
    holds
    """
    return AccumulatorClaim(adagrad_run(run))


def adagrad_run(run: Run) -> Run:
    """Return the run, if it is one of AdaGrad on a monotone loss."""
    instance(run, Run, "run")
    require_linear(run.problem, "a claim about AdaGrad")
    if not isinstance(run.method, AdaGrad):
        raise InvalidTypeError(f"run: expected one of AdaGrad, got one of {run.method!r}")
    if not run.problem.loss.monotone:
        raise InvalidTypeError(f"run: expected one on a monotone loss, got one on {run.problem.loss!r}")
    return run


class AccumulatorClaim(OneRunClaim):
    """Theorem 6: AdaGrad's accumulator G(t) stays bounded.

    Attributes
    ----------
    run : Run
    bound : ndarray of w's shape
        That no ``run.G`` exceeds; inf where the step condition fails.

    Notes
    -----
    The paper's proof gives the bound, which it does not state. Let P = diag(G^(1/2)), with the gradient g at
    w already in G, and B = max_n |x_n|_{P^-1}. As long as L does not exceed L(w), its curvature along v is at
    most B^2 L(w) |v|_P^2, since l'' <= l, hence for 0 <= s <= 1

        L(w - s eta P^-1 g) <= L(w) - s eta (1 - s eta B^2 L(w) / 2) |g|^2_{P^-1}.

    Where (eta / 2) B^2 L(w) < 1 the right side never rises above L(w), so that the assumption is kept. G only
    grows, B and L only fall, and the condition stays true. As L >= 0, the sum over all t is

        sum_t sum_i g_i(t)^2 / G_i(t)^(1/2) <= L(w0) / (eta (1 - eta B^2 L(w0) / 2)) =: R,

    and g_i(t)^2 are the increments of G_i, so that (G_i(t) - G0_i) / G_i(t)^(1/2) <= R for all t.

    The paper asks for B <= 1 and for a condition that its text renders as "eta 2 L(w0) < 1"; the proof needs
    (eta / 2) L(w0) < 1. The condition here is weaker than both together. That the data be separable is the
    paper's hypothesis; the bound does not need it.
    """

    def __init__(self, run: Run) -> None:
        super().__init__(run.problem, run.method, "6")
        self.run = run
        self.statement = (
            "G_i(t) <= (R / 2 + (R^2 / 4 + G0_i)^(1/2))^2 for all t, with R = L(w0) / (eta (1 - eta B^2 "
            "L(w0) / 2)) and B = max_n |G(0)^(-1/4) x_n|_2"
        )

    @cached_property
    def _growth(self) -> "Growth | None":
        if not isinstance(self.run.step_size, Constant):
            return None
        G0 = np.broadcast_to(self.run.method.G0, self.problem.shape)  # type: ignore[attr-defined]
        with np.errstate(divide="ignore"):
            log_G0 = np.maximum(np.log(G0), LOG_ZERO)
        return Growth.after(self.problem, self.run.step_size.eta, self.run.trajectory.w[0], log_G0)

    @property
    def log_bound(self) -> Array:
        """Its logarithm, which has no under- or overflow."""
        return np.full(self.problem.shape, np.inf) if self._growth is None else self._growth.log_bound

    @property
    def bound(self) -> Array:
        """That no G(t) exceeds."""
        with np.errstate(over="ignore"):
            return np.asarray(np.exp(self.log_bound))

    @cached_property
    def hypotheses(self) -> list[Hypothesis]:
        """Separable data, the loss, the step condition, whole gradients."""
        separable = "the data are linearly separable", separability(self.problem).separable
        return [separable, tail(self.problem), *step_hypotheses(self.run, self._growth, "w0", "G(0)")]

    def judge(self, run: Run | Flow, tolerance: float) -> Judgment:
        """Hold G now against the bound; the tolerance plays no part."""
        assert isinstance(run, Run)
        # G never falls: where it is within the bound now, it was at all times before.
        excess = run.log_G - self.log_bound
        rows = run.trajectory
        iterations = rows.t[~rows.integrated][-1] if run.error else run.t
        unit = 1e-9 + iterations * np.finfo(float).eps + run.error
        rounding = unit * (1 + np.abs(self.log_bound))
        if np.any(excess > rounding):
            most = float(excess.max())
            return Judgment(
                "violated", f"an entry of G is {text_of_exp(most)} times its bound", np.expm1(most)
            )
        return Judgment("holds", f"G(t) has stayed within its bound up to t = {run.t}", 0.0)


def tail(problem: Problem) -> Hypothesis:
    """An exponential tail; all such losses here have l'' <= l, too."""
    text = f"{problem.loss!r} has an exponential tail, and l'' <= l"
    if not isinstance(problem.loss, Exponential):
        text += " (Theorem 6 is about the exponential loss; its proof uses no more than this)"
    return text, problem.loss.exponential_tail


def step_hypotheses(run: Run, growth: "Growth | None", w: str, G: str) -> list[Hypothesis]:
    """Return what Theorem 6 asks of the steps, from w and G on."""
    constant = f"the step size is constant ({run.step_size!r})", isinstance(run.step_size, Constant)
    if growth is None:
        return [constant, whole_gradients(run)]
    text = f"(eta / 2) B^2 L({w}) < 1 with B = max_n |{G}^(-1/4) x_n|_2 (it is "
    small = text + text_of_exp(growth.log_step) + ")", growth.log_step < 0
    return [constant, small, whole_gradients(run)]


@dataclass(frozen=True)
class Growth:
    """How much AdaGrad's accumulator can still grow, by Theorem 6 from any w and G on.

    Attributes
    ----------
    log_step : float
        log of (eta / 2) B^2 L(w); the theorem asks that it be negative.
    log_G : ndarray of w's shape
        With the gradient at w, which the next step will use.
    log_bound : ndarray of w's shape
        Of the bound on G at all later times; inf if `log_step` is not negative.
    """

    log_step: float
    log_G: Array  # noqa: N815, the paper's name
    log_bound: Array

    @classmethod
    def after(cls, problem: Problem, eta: float, w: Array, log_G: Array) -> "Growth":
        """Start at w, with the squares of all gradients before that at w in G."""
        rows = signed_rows(problem)
        log_loss, log_scale, slopes = loss_at(problem, rows @ w.ravel())
        before = log_G.ravel()
        with np.errstate(divide="ignore"):
            now = np.logaddexp(before, 2 * (np.log(np.abs(slopes @ rows)) + log_scale))
            log_radius_squared = np.logaddexp.reduce(2 * np.log(np.abs(rows)) - now / 2, axis=1).max()
        log_step = float(math.log(eta / 2) + log_radius_squared + log_loss)
        log_bound = np.full_like(before, np.inf)
        if log_step < 0:
            log_half = log_loss - math.log(2 * eta) - math.log(-math.expm1(log_step))  # log (R / 2)
            root = np.logaddexp(log_half, np.logaddexp(2 * log_half, before) / 2)
            log_bound = np.where(rows.any(axis=0), 2 * root, before)
        return cls(log_step, now.reshape(w.shape), log_bound.reshape(w.shape))

    @property
    def log_norm(self) -> float:
        """Log of the largest factor by which |G^(1/4) w|_2 can still grow, for any w."""
        positive = self.log_G > LOG_ZERO
        return float((self.log_bound - self.log_G)[positive].max(initial=0.0)) / 4
