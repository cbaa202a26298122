"""A loss as rows and slopes see it: its value, gradient and curvatures at any parameters, however scaled.

Everything is relative to the loss itself, so that nothing under- or overflows: slopes and curvatures are
those over L. Margins of few samples, and gradients, are exact where an ordinary product may have lost digits.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .._core import CrossEntropy, Exponential, Logistic, MulticlassExponential, PairwiseLogistic, Problem
from .._types import Array
from ..problems.rows import loss_at, signed_rows, targets_of
from .well_scaled import inner_products

_SHIFT = 1e-5  # of margins, for differences of slopes
_LITTLE = 1e-10  # of L, an excess that is as good as none
_FEW = 20_000  # entries of samples of which exact products take some hundredths of a second
_SHIFTS = 6  # of margins towards the best bound
_LEAST_BEND = 1e-12  # of slopes, relative to their size


@dataclass(frozen=True)
class LossPoint:
    """Where a loss is at some parameters."""

    w: Array  # flat
    margins: Array  # or residuals
    log_loss: float
    slopes: Array  # over L
    gradient: Array  # over L


class LossModel:
    """The loss of a problem on flat parameters.

    Parameters
    ----------
    problem : Problem
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.A: Array = signed_rows(problem)

    @cached_property
    def targets(self) -> Array:
        """What margins are short of A w by: 0 of labels."""
        monotone = self.problem.loss.monotone
        return np.zeros(len(self.A)) if monotone else targets_of(self.problem)

    def at(self, w: Array) -> LossPoint:
        """Return where the loss is."""
        return self.at_margins(w, self._product(self.A, w) - self.targets)

    def _product(self, A: Array, v: Array) -> Array:
        return inner_products(A, v)[0] if A.size <= _FEW else np.asarray(A @ v)

    def at_margins(self, w: Array, margins: Array) -> LossPoint:
        """Return the same with given margins, which need not be those of w."""
        log_loss, log_scale, slopes = loss_at(self.problem, margins)
        with np.errstate(over="ignore", invalid="ignore"):
            relative = slopes * np.exp(log_scale - log_loss)
        if not np.isfinite(relative).all():  # L vanishes beside its slopes, or is beyond doubles
            relative = np.zeros_like(slopes)
        return LossPoint(w, margins, log_loss, relative, self._product(self.A.T, relative))

    def curvatures(self, point: LossPoint) -> Array:
        """Return second derivatives over L, each along its own margin, by differences of slopes."""
        z = point.margins
        shift = _SHIFT * np.maximum(1.0, 0.0 if self.problem.loss.exponential_tail else np.abs(z))
        m = len(z) // len(self.problem.y)
        found = np.zeros_like(z)
        for column in range(m):
            own = np.arange(len(z)) % m == column
            ends = []
            for sign in (1, -1):
                _, log_scale, slopes = loss_at(self.problem, z + sign * shift * own)
                with np.errstate(over="ignore", invalid="ignore"):
                    ends.append(slopes * np.exp(log_scale - point.log_loss))
            found[own] = ((ends[0] - ends[1]) / (2 * shift))[own]
        return np.maximum(np.nan_to_num(found, posinf=0.0, neginf=0.0), 0.0)

    def excess(self, point: LossPoint, radius: float, dual: Callable[[Array], float]) -> float:
        """Return by which multiple of L, at most, tangents at a point are less than L there in a ball."""
        both = np.concatenate([point.margins, self.targets])[None]
        at_z = float(inner_products(both, np.tile(point.slopes, 2))[0][0])
        return max(radius * dual(point.gradient) + at_z, 0.0)

    def log_least(
        self, point: LossPoint, excess: float, radius: float, dual: Callable[[Array], float]
    ) -> float:
        """Return a lower bound on log L in the ball of a radius, by tangents at and about a point.

        By convexity L(w') >= L + <slopes, A w' - z> for the slopes at any margins z, and where L is a sum of
        exponentials the same holds of log L. The bound is best where the right side is L at some w': slopes
        of losses that vanish can be multiplied by one number for that, which keeps their combination.
        """
        if self._log_is_convex:
            return point.log_loss - excess
        best = point.log_loss + math.log1p(-excess) if excess < 1 else -math.inf
        if excess < _LITTLE or not self.problem.loss.monotone:
            return best
        for _ in range(_SHIFTS):
            size = np.maximum(np.abs(point.slopes), 1e-300)
            bend = np.maximum(self.curvatures(point) / size, _LEAST_BEND)
            signed = radius * dual(point.gradient) + float(point.slopes @ point.margins)
            point = self.at_margins(point.w, point.margins + signed / float((size / bend).sum()) / bend)
            if not (math.isfinite(point.log_loss) and point.slopes.any()):
                break
            if (excess := self.excess(point, radius, dual)) < 1:
                best = max(best, point.log_loss + math.log1p(-excess))
        return best

    def log_least_of_margin(self, weights: Array, margin: float) -> float:
        """Return a lower bound on log L where weights of sum 1 prove that no margin exceeds this one.

        With l*, the conjugate of a loss, and any s in (0, 1], L >= -sum_n l*(-s alpha_n) - s margin: of the
        exponential loss that is exp(B) at s = exp(B), for B = H(alpha) - margin and the entropy H. Logistic
        losses have (1 - a) log(1 / (1 - a)) >= a - a^2 in the place of a, and the bound exp(B) (1 - exp(B)).
        """
        positive = weights[weights > 0]
        B = float(-(positive * np.log(positive)).sum()) - margin
        if self._log_is_convex:
            return B
        if isinstance(self.problem.loss, Logistic | PairwiseLogistic | CrossEntropy) and B < 0:
            return B + math.log1p(-math.exp(B)) if B < -1e-15 else -math.inf
        return -math.inf

    @cached_property
    def _log_is_convex(self) -> bool:
        """Whether log L is convex, too."""
        return isinstance(self.problem.loss, Exponential | MulticlassExponential)
