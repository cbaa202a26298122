"""Minima of losses in balls of norms, and behind barriers of boxes: where weight decay leads.

A method that steps along -grad K of the gradient, w <- w - eta (grad K(g) + lambda w), is at rest where
L(w) + K*(lambda w) / lambda is least, for the conjugate K*. K a dual norm gives the ball |w| <= 1 / lambda;
K(g) = sum |g_i| - eps log(1 + |g_i| / eps), the step of Adam at rest, gives a barrier of the box.
"""

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .._core import Norm, Problem
from .._types import Array
from ..errors import NotSeparableError, OracleError
from ..problems.rows import signed_rows, targets_of
from .certified_margin import best_margin
from .cone_program import solve
from .least_loss import least_loss
from .loss_model import LossModel
from .losses import loss_as_cvxpy
from .nearby_slopes import nearby_slopes
from .newton_behind_barrier import newton_behind_barrier
from .newton_in_ball import NewtonInBall
from .norms import as_cvxpy, oracle_of
from .separability import separability

# The part of L up to which a minimum is good enough for every tolerance.
_PRECISE = 1e-6
# The gap of a maximum margin that bounds a loss.
_MARGIN = 1e-10


@dataclass(frozen=True)
class RegularizedMinimum:
    """A minimum with its proof."""

    point: Array
    log_value: float  # of what is minimized
    log_gap: float  # by how much that can exceed the least at most

    @property
    def value(self) -> float:
        """The value, 0 where that underflows."""
        return math.exp(self.log_value) if self.log_value > -math.inf else 0.0

    @property
    def relative(self) -> float:
        """By which part of the value it can exceed the least at most."""
        return -math.expm1(-self.log_gap)

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

    w = 0 is in the ball, so that there always is a point; the gap says how near it is proved to be. Convex
    programs come first, then Newton's method in coordinates where the loss is well scaled, and at last the
    ends of growing balls.

    Raises
    ------
    InvalidTypeError
        If the loss or the norm has no cvxpy form.
    """
    zero = np.zeros(problem.predictor_shape)
    slopes = loss_and_gradient(problem, zero)[1]
    if not slopes.any():
        return RegularizedMinimum(slopes, float(problem.evaluate(slopes)[0]), 0.0)
    newton = NewtonInBall(LossModel(problem), norm, problem.predictor_shape, decay)
    for w in _by_programs(problem, norm, decay, slopes):
        newton.consider(w.ravel())
        if newton.is_precise(_PRECISE):
            break
    newton.run()
    if not newton.is_precise(_PRECISE):
        newton.bound_nearby()
    if problem.loss.monotone and not newton.is_precise(_PRECISE):
        _at_the_end(problem, norm, decay, newton)
    found = newton.best
    return RegularizedMinimum(found.point.w.reshape(zero.shape), found.point.log_loss, found.gap)


def _by_programs(problem: Problem, norm: Norm, decay: float, slopes: Array) -> Iterator[Array]:
    """Yield minima that convex programs find, where they do."""
    import cvxpy as cp

    v = cp.Variable(problem.predictor_shape)  # decay w, of which the ball has radius 1
    ball = as_cvxpy(norm, v) <= 1

    def least(objective: Any, within: list[Any]) -> Iterator[Array]:
        with suppress(OracleError):
            solve(cp.Problem(cp.Minimize(objective), [*within, ball]))
            yield np.asarray(v.value) / decay

    yield from least(*_loss_of(problem, v / decay))
    if problem.loss.exponential_tail:
        # What is small beside the solver's tolerance is a sum of exponentials, whose logarithm is convex.
        z = signed_rows(problem) @ cp.vec(v, order="C") / decay
        yield from least(cp.log_sum_exp(-z), [])
    # In a small ball the solver sees no slope beside the value; and the tangent at 0 is all that counts.
    yield from least(cp.vec(v, order="C") @ (slopes / np.abs(slopes).max()).ravel(), [])


def _at_the_end(problem: Problem, norm: Norm, decay: float, newton: NewtonInBall) -> None:
    """Consider where the minimum tends to in growing balls, and what is known of the loss there.

    Of separable data that is the direction of the maximum margin, whose weights bound the loss; of others it
    is the least loss of all, which no ball changes.
    """
    with suppress(OracleError):
        try:
            found = best_margin(problem, norm, _MARGIN)
        except NotSeparableError:
            w = newton.best.point.w.reshape(problem.predictor_shape)
            least = least_loss(problem, w, separability(problem))
            if least is not None and least.lower > 0:
                newton.bound_by(math.log(least.lower))
        else:
            newton.bound_by(newton.model.log_least_of_margin(found.weights, found.bracket.upper / decay))
            newton.consider(found.direction.ravel() / decay)
            newton.run()


def behind_barrier(problem: Problem, eps: float, decay: float) -> RegularizedMinimum:
    """Minimize L(w) + (eps / decay) sum_i [-log(1 - decay |w_i|) - decay |w_i|].

    w = 0 is in the box, so that there always is a point; the gap says how near it is proved to be.
    """
    model = LossModel(problem)
    found = [_behind_barrier_at(problem, eps, decay, w) for w in newton_behind_barrier(model, eps, decay)]
    best = min(found, key=lambda each: (each.log_gap, each.log_value))
    if best.log_gap <= _PRECISE:
        return best
    lowest = min(found, key=lambda each: each.log_value)
    point = model.at(lowest.point.ravel())
    loss, v = math.exp(point.log_loss), decay * point.w
    tangents = nearby_slopes(model, point, -eps / loss * v / (1 - np.abs(v))) if loss > 0 else None
    if tangents is None:
        return best
    conjugate = _conjugate(loss * tangents.gradient, eps, decay)
    excess = max(barrier_at(point.w, eps, decay) + loss * tangents.along + conjugate, 0.0)
    nearby = replace(lowest, log_gap=_log_gap(excess + loss * tangents.cost, lowest.value))
    return min(best, nearby, key=lambda each: each.log_gap)


def _behind_barrier_at(problem: Problem, eps: float, decay: float, flat: Array) -> RegularizedMinimum:
    """Return a point with its proof."""
    w = flat.reshape(problem.predictor_shape)
    least, gradient = loss_and_gradient(problem, w)
    height = barrier_at(w, eps, decay)
    value = least + height
    if value == 0:
        return RegularizedMinimum(w, -math.inf, 0.0)
    # The tangent of L at w and the barrier together are at least -K(gradient) / decay (Fenchel and Young).
    excess = max(height + float(np.vdot(gradient, w)) + _conjugate(gradient, eps, decay), 0.0)
    return RegularizedMinimum(w, math.log(value), _log_gap(excess, value))


def _conjugate(gradient: Array, eps: float, decay: float) -> float:
    """Return K(gradient) / decay."""
    slopes = np.abs(gradient)
    return float((slopes - eps * np.log1p(slopes / eps)).sum()) / decay


def _log_gap(excess: float, value: float) -> float:
    """Return by how much the logarithm of a value exceeds that of what is less by an excess."""
    return -math.log1p(-excess / value) if excess < value else math.inf


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
