"""Minima of losses in balls of any norm, by Newton's method in coordinates where the loss is well scaled.

Each step minimizes a quadratic model of log L over the ball, in coordinates in which the model's Hessian is
the identity, and in units of the step or of the ball, whichever is smaller: the convex program has numbers of
order one, whatever the sizes of features and of the ball. Of the model's program nothing is trusted: a step
counts where the loss falls, and each point bounds the least loss by its tangent.
"""

import math
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from .._core import Norm
from .._types import Array
from ..errors import OracleError
from ..problems.rows import largest, scaled
from .cone_program import solve
from .loss_model import LossModel, LossPoint
from .nearby_slopes import at_rest, nearby_slopes
from .norms import as_cvxpy, oracle_of
from .whitening import whitening

_STEPS = 60
_LARGE, _MANY = 1_000_000, 500  # entries of samples, and parameters, of which steps take long
_HALVINGS, _DOUBLINGS = 12, 60
_ON_THE_SPHERE = 1e-9
_NOTHING = 1e-13  # a fall of log L that is rounding
_AIM = 1e-9
_EPSILON = float(np.finfo(float).eps)


@dataclass
class Enclosure:
    """The best point so far, and the best lower bound on log L in the ball."""

    point: LossPoint
    excess: float  # over L, that the tangent at the point leaves
    log_least: float

    @property
    def gap(self) -> float:
        """By how much log L at the point can exceed the least at most."""
        if self.point.log_loss == -math.inf:
            return 0.0
        of_tangent = -math.log1p(-self.excess) if self.excess < 1 else math.inf
        return min(max(self.point.log_loss - self.log_least, 0.0), of_tangent)


class NewtonInBall:
    """argmin {L(w) : |w| <= 1 / decay}.

    Parameters
    ----------
    model : LossModel
    norm : Norm
    shape : tuple of int
        Of w.
    decay : float
    """

    def __init__(self, model: LossModel, norm: Norm, shape: tuple[int, ...], decay: float) -> None:
        self.model, self._norm, self._shape, self._decay = model, norm, shape, decay
        self._oracle = oracle_of(norm)
        start = model.at(np.zeros(model.A.shape[1]))
        self._at_start = start.log_loss, self._dual(start.gradient)
        self.best = Enclosure(start, math.inf, -math.inf)
        self.consider(start.w)

    def consider(self, w: Array) -> bool:
        """Take a w, drawn into the ball, where it is better; return whether it is."""
        if not np.isfinite(w).all():
            return False
        point, best = self.model.at(self._inside(w)), self.best
        if point.log_loss == -math.inf:
            self.best = Enclosure(point, 0.0, -math.inf)
        if not math.isfinite(point.log_loss) or best.point.log_loss == -math.inf:
            return False
        excess = self.model.excess(point, 1 / self._decay, self._dual)
        self.bound_by(self.model.log_least(point, excess, 1 / self._decay, self._dual))
        # Where rounding hides which loss is less, the tangents tell which point is nearer.
        rounding = 4 * _EPSILON * max(1.0, abs(point.log_loss))
        level = abs(point.log_loss - best.point.log_loss) <= rounding
        if excess < best.excess if level else point.log_loss < best.point.log_loss:
            best.point, best.excess = point, excess
            return True
        return False

    def is_precise(self, part: float) -> bool:
        """Return whether the gap is at most this part, of L and of what the tangent at w = 0 falls by.

        In a small ball the loss is that at 0 up to little: the second says whether it has fallen.
        """
        if self.best.point.log_loss == -math.inf:
            return True
        log_loss, dual = self._at_start
        left = self._decay * self.best.excess * math.exp(min(self.best.point.log_loss - log_loss, 0.0))
        return self.best.gap <= part and (left <= part * dual or self.best.excess <= _EPSILON)

    def bound_by(self, log_least: float) -> None:
        """Take a lower bound on log L in the ball."""
        self.best.log_least = max(log_least, self.best.log_least)

    def bound_nearby(self) -> None:
        """Take the bound of tangents whose slopes cancel beyond the digits of those at the best point."""
        point = self.best.point
        inside = self._decay * self._oracle.value(point.w.reshape(self._shape)) < 1 - _ON_THE_SPHERE
        target = at_rest(self._norm, point.w, point.gradient, inside)
        if target is not None and (found := nearby_slopes(self.model, point, target)) is not None:
            excess = max(self._dual(found.gradient) / self._decay + found.along, 0.0) + found.cost
            if excess < self.best.excess:
                self.best.excess = excess

    def run(self) -> Enclosure:
        """Return the best that Newton's steps find from the best point so far; of large data, that point."""
        if self.model.A.size > _LARGE or self.model.A.shape[1] > _MANY:
            return self.best
        kinds, failures = ["own", "log", "wide"], 0
        for _ in range(_STEPS):
            if failures == len(kinds) or self.is_precise(_AIM):
                break
            loss, excess = self.best.point.log_loss, self.best.excess
            moved = False
            with suppress(OracleError, np.linalg.LinAlgError, ValueError):
                moved = self._move(kinds[0])
            fell = loss - self.best.point.log_loss > _NOTHING * max(1.0, abs(loss))
            if not moved or self.best.excess > 0.5 * excess:
                kinds.append(kinds.pop(0))
            failures = 0 if moved and (fell or self.best.excess < 0.5 * excess) else failures + 1
        return self.best

    def _inside(self, w: Array) -> Array:
        size = self._decay * self._oracle.value(w.reshape(self._shape))
        return w / size if size > 1 else w

    def _dual(self, z: Array) -> float:
        return self._oracle.dual(z.reshape(self._shape))

    def _move(self, kind: str) -> bool:
        here = self.best.point
        step = self._step(here, kind)
        for halving in range(_HALVINGS):
            if self.consider(here.w + step / 2**halving):
                break
        else:
            return False
        doubling = 1  # where losses are linear the model knows no end
        while not halving and doubling < _DOUBLINGS and self.consider(here.w + step * 2.0**doubling):
            doubling += 1
        size = self._decay * self._oracle.value(self.best.point.w.reshape(self._shape))
        if 0.5 < size < 1:
            self.consider(self.best.point.w / size)
        return True

    def _step(self, here: LossPoint, kind: str) -> Array:
        """Return the step to the least of a model in the ball."""
        import cvxpy as cp

        A, curvature = self.model.A, self.model.curvatures(here)
        if kind == "wide":  # losses that are linear in pieces have no curvature, but bend in the end
            curvature = np.maximum(curvature, np.abs(here.slopes) / (1 + np.abs(here.margins)))
        if not curvature.max() > 0:
            curvature = np.abs(here.slopes)
        rows = A
        if kind == "log":  # the Hessian of the logarithm of a sum of exponentials
            rows = A - (curvature / curvature.sum()) @ A
        coordinates = whitening(np.sqrt(curvature)[:, None] * rows)
        M, rank = coordinates
        slope = here.slopes @ coordinates.seen_by(A)
        slope[rank:] = 0.0
        with np.errstate(over="ignore", invalid="ignore"):
            free = here.w - M @ slope  # the least of the model anywhere
            if np.isfinite(free).all() and self._decay * self._oracle.value(free.reshape(self._shape)) < 1:
                return np.asarray(free - here.w)
        K = self._decay * M
        length = float(np.abs(slope).max())
        if not length > 0:
            return np.zeros(len(M))
        reach = largest(K, axis=0)
        units = 1 / np.where(
            np.arange(len(M)) < rank, np.maximum(1 / length, reach), np.maximum(reach, 1e-300)
        )
        curved = np.where(np.arange(len(M)) < rank, units, 0.0)
        y = cp.Variable(len(M))
        scale = max(float((curved**2).max()), float(np.abs(units * slope).max()))
        program = cp.Minimize(
            0.5 * cp.sum_squares(cp.multiply(curved / math.sqrt(scale), y)) + (units * slope / scale) @ y
        )
        v = cp.reshape(
            self._decay * here.w + scaled(K, np.ones(len(K)), 1 / units) @ y, self._shape, order="C"
        )
        solve(cp.Problem(program, [as_cvxpy(self._norm, v) <= 1]))
        return np.asarray(M @ (units * y.value))
