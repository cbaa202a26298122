"""Flows that slide: the mean paths of steepest descent in norms whose steps jump.

In l1 the step jumps between coordinates whose partial derivatives tie, in linf its coordinates change their
signs where partial derivatives vanish. Iterates jump to and fro about such ties, by steps that shrink like
1 / t, and their mean path keeps to the ties. Of the steps that are steepest there, a face F of the ball, it
moves by the v with <H v, f - v> >= 0 for all f in F, H the Hessian of the loss: partial derivatives then
change such that v stays steepest. That is argmin {v' H v : v in F} (Filippov's solution of an equation whose
right side jumps; a piece of it is called a sliding mode). Between events, at which F changes, the path is
smooth.

The iterates themselves are some steps away from their mean path, and a coordinate that leaves the ties is
left behind where it happened to be.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from ..._core import Problem, StepSize
from ..._types import Array
from .collocation import StuckError, steps
from .equal_features import EqualFeatures
from .late_loss import LateLoss
from .tied_system import TiedSystem

Indices = NDArray[np.intp]

ROUNDING = 1e-11  # relative error of a partial derivative

# Per unit of log t: how fast the integration is pulled to the ties. By themselves they drift apart at rate 1.
_PULL = 3.0
_CHECKS = 5  # checks for events in a step
_MOST_EVENTS = 50, 5  # events, and events more for each coordinate


@dataclass(frozen=True)
class Ties:
    """At one point of a slide."""

    M: Array  # the Hessian of the loss in the tied coordinates, in the loss's scale
    system: TiedSystem  # what it is solved by
    eta: float  # the step size times the loss's scale
    size: float  # the dual norm of the gradient, in that scale
    speed: float  # how far the path goes while log t gains 1
    change: Array  # derivative of the speed in q
    direction: Array  # the direction of the path
    apart: Array  # distance from where the ties are exact
    leaving: Array  # for each tied coordinate, negative where it is to leave
    entering: Array  # for each other coordinate, negative where it is to enter


class Slide(ABC):
    """A piece of the path without events, as an equation in coordinates q of its own.

    Attributes
    ----------
    w : ndarray of shape (d,)
        Where it begins.
    tied, others : ndarray of int
    signs : ndarray of shape (d,)
        Of the partial derivatives of -L; 0 where they vanish.
    start : ndarray
        The q at which it begins.
    along : ndarray
        Such that <along, q> says how far along the path q is.
    rows, other_rows : ndarray
        How margins change with q, and with the coordinates that are not tied.
    null : ndarray of shape (m, k)
        An orthonormal basis of what tied coordinates may do beside, margins being the same.
    signed_null : ndarray of shape (m, k)
        The same in q.
    lift : ndarray of shape (m, j)
        What tied coordinates do for each unknown of the system: nothing along `null`.
    """

    powers, terms_along = 1.0, 1
    rows: Array
    null: Array
    signed_null: Array
    lift: Array

    def __init__(
        self, flow: "SlidingFlow", w: Array, tied: Indices, signs: Array, start: Array, along: Array
    ) -> None:
        self.flow, self.w, self.tied, self.signs, self.start, self.along = flow, w, tied, signs, start, along
        self.others = np.setdiff1d(np.arange(len(w)), tied)
        self.other_rows = np.ascontiguousarray(flow.A[:, self.others])
        self._rest = flow.offset + self.other_rows @ w[self.others]

    def margins(self, q: Array) -> Array:
        """Return the margins at q."""
        return np.asarray(self._rest + self.rows @ q)

    @abstractmethod
    def whole(self, q: Array) -> Array:
        """Return w at q."""

    @abstractmethod
    def coordinates(self, w: Array) -> Array:
        """Return q at a w that is on this piece."""

    @abstractmethod
    def ties(self, log_t: float, q: Array) -> Ties:
        """Return what ties there, and where to."""

    @abstractmethod
    def freedom(self, change: Array) -> float:
        """Return how far w may have come along `null`, at most, while the path changed so."""

    def response(self, ties: Ties) -> Array:
        """Return how tied coordinates of w change with the distances of their derivatives from ties."""
        return np.asarray(self.lift @ ties.system.inverse @ self.lift.T)

    def velocity(self, log_t: float, q: Array) -> Array:
        """Return dq / d log t; NaN where what ties is singular."""
        try:
            ties = self.ties(log_t, q)
        except (np.linalg.LinAlgError, OverflowError):
            return np.full(len(q), np.nan)
        return ties.speed * ties.direction + _PULL * ties.apart

    def jacobian(self, log_t: float, q: Array) -> Array:
        """Return the velocity's derivative, as if ties were exact and the loss were exponential."""
        try:
            ties = self.ties(log_t, q)
            root, free = self.flow.slopes(self.margins(q)).root(self.rows), len(q) - len(ties.M)
            bends = (self.rows @ ties.direction)[:, None] * root
            bend = ties.speed * self.lift @ ties.system.solve(bends)
        except (np.linalg.LinAlgError, OverflowError):
            return np.full((len(q), len(q)), np.nan)
        result = np.outer(ties.direction, ties.change + _PULL * self.along) - _PULL * np.eye(len(q))
        result[free:] += bend
        result[free:, free:] += _PULL * self.signed_null @ self.signed_null.T  # where nothing pulls
        return result

    def on_ties(self, log_t: float) -> Array:
        """Return the q on the ties that is as far along the path as the start."""
        q = self.start
        for _ in range(20):
            apart = self.ties(log_t, q).apart
            q = q + apart
            if np.abs(apart).max() <= 1e-14 * np.abs(q).max():
                break
        else:
            if np.abs(apart).max() > 1e-3:
                raise np.linalg.LinAlgError("no point is on all ties")
        return q

    def until_event(self, log_t: float, q: Array) -> float:
        """Return what becomes negative at an event."""
        ties = self.ties(log_t, q)
        return float(np.min(np.append(ties.leaving, ties.entering)))


@dataclass(frozen=True)
class PathPoint:
    """A point on the mean path, on one of its pieces."""

    w: Array
    slide: Slide
    log_t: float

    def jump(self, w: Array) -> float:
        """Return how far an iterate is from the path, in units of its reach and above rounding."""
        tied, rounding = self.slide.tied, ROUNDING * float(np.abs(w).max())
        return float(np.max(np.abs(w - self.w)[tied] / (self.reach()[tied] + rounding), initial=0))

    def along_null(self, change: Array) -> Array:
        """Return the part of a change of w that margins do not see, for coordinates that tie here."""
        part, null = np.zeros(len(change)), self.slide.null
        part[self.slide.tied] = null @ (null.T @ change[self.slide.tied])
        return part

    def unknown_shares(self, change: Array) -> Array:
        """Return how far coordinates may have come that margins do not see, while the path changed so."""
        far = np.zeros(len(change))
        if self.slide.null.shape[1]:
            far[self.slide.tied] = self.slide.freedom(change) * np.linalg.norm(self.slide.null, axis=1)
        return far

    def reach(self) -> Array:
        """Return how far w is from the path where the partial derivatives are a step from a tie, at most."""
        ties, reach = self.slide.ties(self.log_t, self.slide.coordinates(self.w)), np.zeros(len(self.w))
        if len(ties.M):
            derivative = ties.eta * ties.size * float(ties.M.diagonal().max())
            reach[self.slide.tied] = derivative * np.abs(self.slide.response(ties)).sum(axis=1)
        return reach


class SlidingFlow(LateLoss, ABC):
    """The mean path of a run of steepest descent, on a loss with an exponential tail.

    Parameters
    ----------
    problem : Problem
    step_size : StepSize
        Constant, Polynomial, or LossNormalized where its cap binds.
    features : EqualFeatures, optional
        One for each family, whose coordinates are the w here.
    """

    def __init__(self, problem: Problem, step_size: StepSize, features: EqualFeatures | None = None) -> None:
        rows, offset = (features.rows, features.offset) if features else (None, None)
        super().__init__(problem, step_size, rows, offset)

    @abstractmethod
    def near(self, w: Array, log_t: float) -> Indices:
        """Return the coordinates whose partial derivatives are within some steps of a tie."""

    @abstractmethod
    def settle(self, w: Array, near: Indices, log_t: float) -> Slide:
        """Return the piece that begins on the ties, as far along the path as w.

        Tied there are those of the coordinates near a tie that the flow keeps there, and others that cross
        the ties on the way.
        """

    @abstractmethod
    def passed(self, change: Array) -> Array:
        """Return how far tied coordinates of the path come past where iterates stay, while w changes."""

    @abstractmethod
    def left_behind(self, before: Slide, after: Slide) -> Array:
        """Return on which side of the path coordinates of an iterate stay behind at an event; 0 for none.

        A coordinate that leaves a tie, or stops or turns without staying there, does so where a step took it.
        """

    def measured(
        self, start: Array, points: list[PathPoint], tolerance: float
    ) -> tuple["SlidingFlow", "SlidingFlow"]:
        """Return the flow with what iterates alone can tell of it, and a poorer one.

        Parameters
        ----------
        start : ndarray of shape (d,)
            An iterate.
        points : list of PathPoint
            Those that iterates are about, from the start on.
        tolerance : float
            For integrations.
        """
        return self, self

    def at(self, w: Array, log_t: float) -> PathPoint:
        """Return the point on the path that an iterate is about."""
        slide = self.settle(w, self.near(w, log_t), log_t)
        return PathPoint(slide.w, slide, log_t)

    def follow(
        self, w: Array, log_times: Array, tolerance: float, spread: float = 0.0
    ) -> Iterator[PathPoint]:
        """Integrate from an iterate at log_times[0], and yield the points at all times, that one first.

        Parameters
        ----------
        w : ndarray of shape (d,)
        log_times : ndarray
            Increasing.
        tolerance : float
            Error of a step, absolute, in the Euclidean norm.
        spread : float
            How far from its tie a coordinate is where it leaves it, in units of its reach, or of a step.

        Raises
        ------
        StuckError
        """
        s, end = float(log_times[0]), float(log_times[-1])
        slide = (first := self.at(w, s)).slide
        yield first
        for _ in range(_MOST_EVENTS[0] + _MOST_EVENTS[1] * len(w)):
            q, event = slide.start, False
            for at, stop, solution in steps(slide, q, s, end, tolerance):
                s, event = _first_event(slide, at, stop, solution)
                q = solution(np.array([s])).ravel()
                between = log_times[(log_times > at) & (log_times <= s)]
                for time, row in zip(between.tolist(), solution(between).reshape(len(q), -1).T, strict=True):
                    yield PathPoint(slide.whole(row), slide, time)
                if event:
                    break
            if not event:
                return
            slide = self._beyond_event(slide, s, q, spread)
        raise StuckError(f"too many events up to log t = {s:.6g}")

    def _beyond_event(self, slide: Slide, log_t: float, q: Array, spread: float) -> Slide:
        w, ties = slide.whole(q), slide.ties(log_t, q)
        entering = slide.others[ties.entering < 10 * ROUNDING]
        near = np.union1d(slide.tied, entering[self.A[:, entering].any(axis=0)])  # a feature that is 0 stays
        after = self.settle(w, near, log_t)
        reach = spread * np.maximum(PathPoint(w, slide, log_t).reach(), ties.eta * ties.size)
        # A coordinate so near the tie that rounding decides its side may be on either.
        signs = np.where(reach > ROUNDING * np.abs(w).max(), self.left_behind(slide, after), 0)
        if signs.any():
            after = self.settle(w + signs * reach, np.setdiff1d(near, np.flatnonzero(signs)), log_t)
        return after


def _first_event(
    slide: Slide, start: float, stop: float, solution: Callable[[Array], Array]
) -> tuple[float, bool]:
    """Return the time just after the first event in a step, or its end."""

    def until_event(at: float) -> float:
        return slide.until_event(at, solution(np.array([at])).ravel())

    for check in np.linspace(start, stop, _CHECKS + 1)[1:].tolist():
        if until_event(check) < 0:
            if until_event(start) < 0:
                return start, True
            at, beyond = brentq(until_event, start, check, xtol=1e-15, rtol=1e-15), 1e-15 * check
            while not until_event(at) < 0:
                at, beyond = min(at + beyond, check), 2 * beyond
            return at, True
        start = check
    return stop, False
