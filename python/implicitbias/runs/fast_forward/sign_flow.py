"""The flow of steepest descent in linf, which slides along zeros of partial derivatives.

Each iteration of sign descent moves all coordinates by eta |h|_1, h = -grad L, with the signs sigma of h. The
mean path keeps h_i = 0 on a set Z of coordinates, about which the iterates go to and fro:

    dw_i / dt = eta G sigma_i,      i not in Z,      G = sum |h_i|,
    dw_Z / dt = eta G u,            M u = -H sigma,  |u_i| <= 1,

with M the Hessian of the loss on Z and H that between Z and all others. A coordinate enters Z when its
partial derivative vanishes, and leaves when its u_i reaches 1 or -1.

The iterates advance by more than eta G, since |h|_1 > 0 on Z, too. By how much on average follows from
V = h' M^-1 h / 2 on Z. A step changes h by eta G M (u - s), s their signs, and V by
eta G ((s - u)' M (s - u) eta G / 2 - h' (s - u)). V is bounded, hence the mean of |h|_1 - h' u on Z, by which
|h|_1 exceeds the path's, is eta G tr(M C) / 2, C the covariance of the signs. With the usual term of the
modified equation, for v = (sigma, u),

    dr / dt = eta G (1 + eta (tr(M C) + v' (Hessian) v) / 2 + O(t^-2)),    r the way of those not in Z.

C has 1 - u_i^2 in its diagonal. The rest of it, how the signs of several coordinates follow each other, is
not known. What it adds, c / t, is measured: by how much farther iterates came than the path without it.
"""

import math
from copy import copy

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import lsq_linear

from ..._types import Array
from .sliding_flow import ROUNDING, PathPoint, Slide, SlidingFlow, Ties
from .slopes import Slopes
from .tied_system import TiedFeatures, TiedSystem, dependences, independent, refined

Indices = NDArray[np.intp]

_NEAR = 10  # steps from a tie that count as near
_TELLING = 0.5  # the stretch of log t that tells the drift


class SignFlow(SlidingFlow):
    """The mean path of sign descent. What leaves a tie goes on at full speed."""

    drift = 0.0  # c

    def measured(
        self, start: Array, points: list[PathPoint], tolerance: float
    ) -> tuple["SignFlow", "SignFlow"]:
        """Return the flow with its drift, and with what the first half of the points say of it.

        Where they are too few to tell, with none, and with a bound.
        """
        times = np.array([point.log_t for point in points])
        if times[-1] - times[0] < _TELLING:
            return self, self._drifting(_most_drift(points[-1]))
        path = list(self.follow(start, times, tolerance))
        half = len(points) // 2
        good, poor = (_drift(path[k], points[k], times[0]) for k in (-1, half))
        return self._drifting(good), self._drifting(poor)

    def _drifting(self, drift: float) -> "SignFlow":
        flow = copy(self)
        flow.drift = drift
        return flow

    def passed(self, change: Array) -> Array:
        """Return it for iterates that go on at full speed, all the same way."""
        way = np.abs(change)
        return np.asarray(way.max() - way)

    def left_behind(self, before: Slide, after: Slide) -> Array:
        """Return where w is short of the path, for it went to and fro until it set off."""
        return np.asarray(np.where(after.signs == before.signs, 0, -after.signs))

    def near(self, w: Array, log_t: float) -> Indices:
        """Return the coordinates whose partial derivatives are within some steps of 0."""
        slopes = self.slopes_at(w)
        h, curvature = np.abs(slopes.first @ self.A), (slopes.root(self.A) ** 2).sum(axis=0)
        step = math.exp(self.log_eta(log_t) + slopes.log_scale) * h.sum()
        # A feature that is 0 in all samples has no curvature, and does not move.
        return np.flatnonzero((h <= _NEAR * step * curvature) & (curvature > 0))

    def settle(self, w: Array, near: Indices, log_t: float) -> "SignSlide":
        """Return the piece that begins on the ties, with the coordinates not tied where they are."""
        while True:
            slopes = self.slopes_at(w)
            signs = np.sign(slopes.first @ self.A)
            signs[near] = 0
            tied = near
            if len(near):
                u, inside = _velocities(self.A[:, near], self.A @ signs, slopes)
                tied = near[inside]
                signs[near[~inside]] = u[~inside]
            slide = SignSlide(self, w, tied, signs)
            point = slide.whole(slide.on_ties(log_t)) if len(tied) else w
            others = np.setdiff1d(slide.others, near)
            crossed = others[(self.gradient(point) * signs)[others] < 0]
            if not len(crossed):
                return SignSlide(self, point, tied, signs)
            near = np.union1d(near, crossed)


def _drift(path: PathPoint, actual: PathPoint, since: float) -> float:
    """Return the c with which the path would have come as far as an iterate.

    By c / t it lags behind while log t gains 1, and it forgets how far it was, as log(t + 1) does: at t there
    is left c (log t - since) / t. What exceeds its bound is rounding.
    """
    slide = path.slide
    assert isinstance(slide, SignSlide)
    missing = slide.way(actual.w - path.w)
    speed = slide.ties(path.log_t, slide.coordinates(path.w)).speed
    if speed == 0:
        return 0.0
    most = _most_drift(actual)
    return float(np.clip(missing / speed * math.exp(path.log_t) / (path.log_t - since), -most, most))


def _most_drift(point: PathPoint) -> float:
    """Return a bound: a step changes tied derivatives by |M| 1 at most, and so far they are from 0."""
    slide = point.slide
    ties = slide.ties(point.log_t, slide.coordinates(point.w))
    return math.exp(point.log_t) * ties.eta * float(np.abs(ties.M).sum())


class SignSlide(Slide):
    """The coordinates with h_i = 0, and all others at full speed.

    q is how far the others have come since the beginning, and w where it is tied.
    """

    flow: SignFlow

    def __init__(self, flow: SignFlow, w: Array, tied: Indices, signs: Array) -> None:
        along = np.zeros(1 + len(tied))
        along[0] = 1
        super().__init__(flow, w, tied, signs, np.append(0.0, w[tied]), along)
        self.rows = np.column_stack([flow.A @ signs, flow.A[:, tied]])
        self._ways = Ways(self.rows[:, 1:])
        self.null = self.signed_null = self._ways.null
        self.lift = self._ways.lift
        h = flow.gradient(w)
        # Coordinates that have just left a tie, and move away from 0.
        noise = ROUNDING * (flow.slopes_at(w).first @ np.abs(self.other_rows)) / np.abs(h).sum()
        self._limit = np.minimum((signs * h)[self.others] / np.abs(h).sum(), 0) - noise

    def whole(self, q: Array) -> Array:
        """Return w at q."""
        w = np.asarray(self.w + self.signs * q[0])
        w[self.tied] = q[1:]
        return w

    def coordinates(self, w: Array) -> Array:
        """Return q at a w that is on this piece."""
        return np.append(self.way(w - self.w), w[self.tied])

    def way(self, change: Array) -> float:
        """Return by how much farther a w is along the path."""
        moving = self.signs != 0
        return float(np.mean((self.signs * change)[moving]))

    def ties(self, log_t: float, q: Array) -> Ties:
        """Return what ties there, and where to."""
        slopes = self.flow.slopes(self.margins(q))
        H = slopes.hessian(self.rows)
        u, apart, system = self._ways.at(self.rows[:, 0], slopes)
        others = self.signs[self.others] * (slopes.first @ self.other_rows)
        total = float(others.sum())
        log_unit = self.flow.log_eta(log_t) + slopes.log_scale
        eta, along = math.exp(log_unit), np.append(1.0, u)
        beyond = eta * float(H.diagonal()[1:] @ (1 - u**2) + along @ H @ along)
        beyond += (self.flow.power + 2 * self.flow.drift) * math.exp(-log_t)
        speed = math.exp(log_t) * eta * total * (1 + beyond / 2)
        return Ties(
            M=H[1:, 1:],
            system=system,
            eta=eta,
            size=total,
            speed=speed,
            change=-speed * H[0] / total,
            direction=along,
            apart=np.append(0.0, apart),
            leaving=1 - np.abs(u) + 2 * ROUNDING,
            entering=others / total - self._limit,
        )

    def freedom(self, change: Array) -> float:
        """Return it: no coordinate is faster than those at full speed."""
        way = np.abs(change)
        tied = way[self.tied]
        return math.sqrt(max(len(tied) * float(way.max()) ** 2 - float(tied @ tied), 0.0))


class Ways:
    """How coordinates move whose partial derivatives stay 0: the smallest of what keeps them there.

    Parameters
    ----------
    rows : ndarray of shape (n, m)
        Their features.
    """

    def __init__(self, rows: Array) -> None:
        self.null = dependences(rows)
        basis = independent(rows, self.null.shape[1])
        self._ties = TiedFeatures(rows[:, basis])
        unit = np.eye(rows.shape[1])[:, basis]
        self.lift = unit - self.null @ (self.null.T @ unit)

    def at(self, along: Array, slopes: Slopes) -> tuple[Array, Array, TiedSystem]:
        """Return the velocities, how far coordinates are from ties, and what was solved.

        Parameters
        ----------
        along : ndarray of shape (n,)
            How margins change with all others.
        slopes : Slopes
        """
        system = self._ties.at(slopes)
        solved = self.lift @ system.solve(-slopes.root(along[:, None]), slopes.first)
        return solved[:, 0], solved[:, 1], system


def _velocities(features: Array, along: Array, slopes: Slopes) -> tuple[Array, NDArray[np.bool_]]:
    """Return the u within [-1, 1] for which the margins' velocities are least, and which are no bounds."""
    R, goal = slopes.root(features), slopes.root(along[:, None])[:, 0]
    u = lsq_linear(R, -goal, (-1, 1), method="bvls", tol=1e-14).x
    signs = np.where(u < 0, -1.0, 1.0)

    def velocities(inside: NDArray[np.bool_]) -> Array:
        u, fixed = signs.copy(), ~inside
        if inside.any():
            u[inside] = Ways(features[:, inside]).at(along + features[:, fixed] @ signs[fixed], slopes)[0]
        return u

    def attempt(inside: NDArray[np.bool_]) -> tuple[Array, Array]:
        u = velocities(inside)
        beyond = np.abs(u) > 1
        signs[beyond] = np.sign(u[beyond])
        residual = R @ u + goal
        short = signs * (R.T @ residual)
        size = np.linalg.norm(residual) * np.linalg.norm(R, axis=0).max()
        return (np.abs(u) - 1 - ROUNDING)[inside], short / max(float(size), 1e-300)

    inside = refined(np.abs(u) < 1 - 1e-9, attempt)
    return velocities(inside), inside
