"""Minima of losses in balls of norms, and behind barriers of boxes: where weight decay leads.

A method that steps along -grad K of the gradient, w <- w - eta (grad K(g) + lambda w), is at rest where
L(w) + K*(lambda w) / lambda is least, for the conjugate K*. K a dual norm gives the ball |w| <= 1 / lambda;
K(g) = sum |g_i| - eps log(1 + |g_i| / eps), the step of Adam at rest, gives a barrier of the box.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._core import Norm, Problem
from .._types import Array
from ..problems.rows import signed_rows, targets_of
from .cone_program import solve
from .losses import loss_as_cvxpy
from .norms import as_cvxpy, oracle_of

# The part of L up to which a minimum is good enough for every tolerance.
_PRECISE = 1e-6


@dataclass(frozen=True)
class RegularizedMinimum:
    """A minimum with its proof."""

    point: Array
    log_value: float  # of what is minimized
    relative: float  # by which part of the value it can exceed the least at most

    @property
    def value(self) -> float:
        """The value, 0 where that underflows."""
        return math.exp(self.log_value) if self.log_value > -math.inf else 0.0

    @property
    def excess(self) -> float:
        """By how much the value can exceed the least at most."""
        return self.relative * self.value


def loss_and_gradient(problem: Problem, w: Array) -> tuple[float, Array]:
    """Return L(w) and its gradient; inf where L is beyond doubles."""
    log_loss, log_scale, gradient = problem.evaluate(w)
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.exp(log_loss)), np.exp(log_scale) * gradient


def stationarity(problem: Problem, norm: Norm, decay: float, w: Array) -> float:
    """Return |g|_* + <decay w, g> for the gradient g at w, which is 0 at the minimum in the ball alone.

    By convexity L(w) exceeds the least L in the ball by at most that over the decay.
    """
    _, log_scale, rest = _at_rest(problem, norm, decay, w)
    with np.errstate(over="ignore"):
        return rest * float(np.exp(log_scale))


def in_ball(problem: Problem, norm: Norm, decay: float) -> RegularizedMinimum:
    """Minimize L(w) subject to |w| <= 1 / decay.

    Raises
    ------
    InvalidTypeError
        If the loss or the norm has no cvxpy form.
    OracleError
        If the solver fails.
    """
    import cvxpy as cp

    slopes = loss_and_gradient(problem, np.zeros(problem.predictor_shape))[1]
    if not slopes.any():
        return RegularizedMinimum(slopes, float(problem.evaluate(slopes)[0]), 0.0)
    v = cp.Variable(problem.predictor_shape)  # decay w, of which the ball has radius 1
    ball = as_cvxpy(norm, v) <= 1

    def least(objective: Any, within: list[Any]) -> RegularizedMinimum:
        solve(cp.Problem(cp.Minimize(objective), [*within, ball]))
        w = np.asarray(v.value) / decay / max(1.0, oracle_of(norm).value(v.value))
        return RegularizedMinimum(w, *_log_loss_and_excess(problem, norm, decay, w))

    found = least(*_loss_of(problem, v / decay))
    if found.relative > _PRECISE and problem.loss.exponential_tail:
        # What is small beside the solver's tolerance is a sum of exponentials, whose logarithm is convex.
        z = signed_rows(problem) @ cp.vec(v, order="C") / decay
        found = min(found, least(cp.log_sum_exp(-z), []), key=lambda each: each.relative)
    at_start = oracle_of(norm).dual(slopes)
    if stationarity(problem, norm, decay, found.point) > _PRECISE * at_start:
        # In a small ball the solver sees no slope beside the value; and the tangent at 0 is all that counts.
        tangent = cp.vec(v, order="C") @ (slopes / at_start).ravel()
        found = min(found, least(tangent, []), key=lambda each: each.relative)
    return found


def behind_barrier(problem: Problem, eps: float, decay: float) -> RegularizedMinimum:
    """Minimize L(w) + (eps / decay) sum_i [-log(1 - decay |w_i|) - decay |w_i|].

    Raises
    ------
    InvalidTypeError
        If the loss has no cvxpy form.
    OracleError
        If the solver fails.
    """
    import cvxpy as cp

    v = cp.Variable(problem.predictor_shape)
    loss, within = _loss_of(problem, v / decay)
    # Along each half of an axis the barrier is convex, and so it is as a function of |v|, since it rises.
    size = cp.Variable(problem.predictor_shape, nonneg=True)
    barrier = cp.sum(-cp.log(1 - size) - size)
    solve(cp.Problem(cp.Minimize(loss + eps / decay * barrier), [*within, cp.abs(v) <= size]))
    w = np.asarray(v.value) / decay
    least, gradient = loss_and_gradient(problem, w)
    height, slopes = barrier_at(w, eps, decay), np.abs(gradient)
    # The tangent of L at w and the barrier together are at least -K(gradient) / decay (Fenchel and Young).
    conjugate = float((slopes - eps * np.log1p(slopes / eps)).sum()) / decay
    excess = height + float(np.vdot(gradient, w)) + conjugate
    value = least + height
    return RegularizedMinimum(w, math.log(value), max(excess, 0.0) / value)


def _log_loss_and_excess(problem: Problem, norm: Norm, decay: float, w: Array) -> tuple[float, float]:
    """Return log L(w), and by which part of L(w) it can exceed the least in the ball, whatever underflows."""
    log_loss, log_scale, rest = _at_rest(problem, norm, decay, w)
    if log_loss == -math.inf:
        return log_loss, 0.0
    with np.errstate(over="ignore"):
        return log_loss, max(rest, 0.0) / decay * float(np.exp(log_scale - log_loss))


def _at_rest(problem: Problem, norm: Norm, decay: float, w: Array) -> tuple[float, float, float]:
    """Return log L(w), and the logarithm of a scale with the `stationarity` over that scale."""
    log_loss, log_scale, gradient = problem.evaluate(w)
    rest = oracle_of(norm).dual(gradient) + decay * float(np.vdot(w, gradient))
    return log_loss, log_scale, rest


def barrier_at(w: Array, eps: float, decay: float) -> float:
    """Return (eps / decay) sum_i [-log(1 - decay |w_i|) - decay |w_i|], of a w in the box or on its edge."""
    inside = np.minimum(decay * np.abs(w), 1 - 1e-15)
    return eps / decay * float((-np.log1p(-inside) - inside).sum())


def _loss_of(problem: Problem, w: Any) -> tuple[Any, list[Any]]:
    """Return L of a cvxpy expression of the parameters."""
    import cvxpy as cp

    z = signed_rows(problem) @ cp.vec(w, order="C")
    if not problem.loss.monotone:
        z = z - targets_of(problem)
    return loss_as_cvxpy(problem.loss, cp.reshape(z, (len(problem.y), z.size // len(problem.y)), order="C"))
