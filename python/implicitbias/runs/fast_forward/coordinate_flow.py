"""The flow of steepest descent in l1, which slides along ties of partial derivatives.

Each iteration of coordinate descent moves the coordinate whose partial derivative is largest. With
h = -grad L, signs sigma of h, G = max |h| and the set J of tied coordinates, the mean path is

    dw_i / dt = eta G sigma_i lambda_i    for i in J,    0 otherwise,    lambda >= 0, sum lambda = 1,

where lambda is such that all |h_i| in J fall alike: M lambda = kappa 1, with M the Hessian of the loss in
sigma w on J. A coordinate enters J when its partial derivative reaches the others, and leaves when its lambda
reaches 0.

The iterates advance by eta max |h|, which is more than eta G, since a tied coordinate is moved when it is
ahead. By how much on average follows from V = e' M e / 2, where e is the distance to the path along the
ties. A step that moves coordinate i changes V by eta G (eta G (M_ii - kappa) / 2 - (max |h| - G)); V is
bounded, and coordinate i moves in a part lambda_i of all steps. Hence the mean of max |h| - G is
eta G (sum lambda_i M_ii - kappa) / 2. With the usual term of the modified equation, in which kappa is what
G falls with,

    ds / dt = eta G (1 + eta sum lambda_i M_ii / 2 + O(t^-2)),    s = sum sigma_i w_i.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from ..._types import Array
from .leading_features import leading
from .sliding_flow import ROUNDING, Slide, SlidingFlow, Ties
from .slopes import Slopes
from .tied_system import TiedFeatures, TiedSystem, dependences, independent, refined

Indices = NDArray[np.intp]


class CoordinateFlow(SlidingFlow):
    """The mean path of coordinate descent. What ties and does not move, falls behind."""

    def passed(self, change: Array) -> Array:
        """Return it for iterates that stay, or that have come as far by all others."""
        way = np.abs(change)
        return np.asarray(np.minimum(way, way.sum() - way))

    def left_behind(self, before: Slide, after: Slide) -> Array:
        """Return where w is beyond the path, for it was moved until it stopped."""
        stopped = np.setdiff1d(before.tied, after.tied)
        signs = np.zeros(self.A.shape[1])
        signs[stopped] = after.signs[stopped]
        return signs

    def near(self, w: Array, log_t: float) -> Indices:
        """Return the coordinates whose partial derivatives are within some steps of the largest."""
        slopes = self.slopes_at(w)
        h, curvature = np.abs(slopes.first @ self.A), slopes.first @ self.A**2
        a_step = math.exp(self.log_eta(log_t) + slopes.log_scale) * curvature.max()
        return np.flatnonzero(h >= h.max() * (1 - 3 * a_step))

    def settle(self, w: Array, near: Indices, log_t: float) -> "CoordinateSlide":
        """Return the piece that begins on the ties with the same s."""
        while True:
            slopes = self.slopes_at(w)
            signs = np.sign(slopes.first @ self.A)
            candidates = near[leading(self.A[:, near] * signs[near], slopes)]
            moving = candidates[_moving(self.A[:, candidates] * signs[candidates], slopes)]
            slide = CoordinateSlide(self, w, moving)
            point = slide.whole(slide.on_ties(log_t))
            h = np.abs(self.gradient(point))
            ahead = np.setdiff1d(np.flatnonzero(h > h[moving].max() * (1 + ROUNDING)), near)
            if not len(ahead):
                return CoordinateSlide(self, point, moving)
            near = np.union1d(near, ahead)


class CoordinateSlide(Slide):
    """The coordinates that tie move, while all others stay; q is w, times their signs."""

    def __init__(self, flow: CoordinateFlow, w: Array, tied: Indices) -> None:
        h = flow.gradient(w)
        signs = np.sign(h)
        super().__init__(flow, w, tied, signs, signs[tied] * w[tied], np.ones(len(tied)))
        self.rows = flow.A[:, tied] * signs[tied]
        self._shares = Shares(self.rows)
        self.signed_null, self.lift = self._shares.null, self._shares.lift
        self.null = signs[tied][:, None] * self.signed_null
        # A coordinate that has just left may be ahead, by rounding or part of a step, and falls behind then.
        self._limit = np.maximum(np.abs(h[self.others]) / np.abs(h[tied]).max(), 1) + ROUNDING

    def whole(self, q: Array) -> Array:
        """Return w at q."""
        w = self.w.copy()
        w[self.tied] = self.signs[self.tied] * q
        return w

    def coordinates(self, w: Array) -> Array:
        """Return q at a w that is on this piece."""
        return self.signs[self.tied] * w[self.tied]

    def ties(self, log_t: float, q: Array) -> Ties:
        """Return what ties there, and where to."""
        slopes = self.flow.slopes(self.margins(q))
        M, h = slopes.hessian(self.rows), slopes.first @ self.rows
        shares, apart, system = self._shares.at(slopes)
        largest = float(shares @ h)
        log_unit = self.flow.log_eta(log_t) + slopes.log_scale
        eta = math.exp(log_unit)
        beyond = eta * float(shares @ M.diagonal()) + self.flow.power * math.exp(-log_t)
        others = np.abs(slopes.first @ self.other_rows)
        speed = math.exp(log_t + log_unit) * largest * (1 + beyond / 2)
        return Ties(
            M=M,
            system=system,
            eta=eta,
            size=largest,
            speed=speed,
            change=-speed * (shares @ M) / largest,
            direction=shares,
            apart=apart,
            leaving=shares + 2 * ROUNDING,
            entering=self._limit - others / largest,
        )

    def freedom(self, change: Array) -> float:
        """Return it: of shares that sum to 1 the sum of squares is 1 at most."""
        way = np.abs(change)
        return math.sqrt(max(float(way.sum()) ** 2 - float(way @ way), 0.0))


class Shares:
    """How coordinates that tie share the steps: the smallest of what keeps them tied.

    Parameters
    ----------
    rows : ndarray of shape (n, m)
        Features of coordinates that tie, times the signs of their partial derivatives.
    """

    def __init__(self, rows: Array) -> None:
        # What moves one coordinate for another: dependent features have dependent differences, for all tie.
        differences = rows[:, 1:] - rows[:, :1]
        apart = np.vstack([-np.ones(rows.shape[1] - 1), np.eye(rows.shape[1] - 1)])
        self.null = np.linalg.qr(apart @ dependences(differences))[0]
        basis = independent(differences, self.null.shape[1])
        self._rows, self._ties = rows[:, 0], TiedFeatures(differences[:, basis])
        self.lift = self._smallest(apart[:, basis])
        self._first = self._smallest(np.eye(rows.shape[1])[0])

    def at(self, slopes: Slopes) -> tuple[Array, Array, TiedSystem]:
        """Return the shares, how far coordinates are from where they tie, and what was solved."""
        system = self._ties.at(slopes)
        solved = self.lift @ system.solve(-slopes.root(self._rows[:, None]), slopes.first)
        return self._first + solved[:, 0], solved[:, 1], system

    def _smallest(self, x: Array) -> Array:
        return np.asarray(x - self.null @ (self.null.T @ x))


def _moving(features: Array, slopes: Slopes) -> NDArray[np.bool_]:
    """Return where lambda > 0 in min lambda' M lambda over the simplex, a problem of least squares."""
    R = slopes.root(features)
    M = R.T @ R
    root = np.linalg.cholesky(M + 1e-13 * M.trace() * np.eye(len(M)))
    shares, _ = nnls(root.T, np.linalg.solve(root, np.ones(len(M))))
    begin = np.asarray(shares > 1e-9 * shares.max())

    def attempt(inside: NDArray[np.bool_]) -> tuple[Array, Array]:
        shares, _, _ = Shares(features[:, inside]).at(slopes)
        residual = R[:, inside] @ shares
        short = residual @ residual - R.T @ residual
        size = np.linalg.norm(residual) * np.linalg.norm(R, axis=0).max()
        return -ROUNDING - shares, short / max(float(size), 1e-300)

    return refined(begin, attempt)
