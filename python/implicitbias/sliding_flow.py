"""The flow of steepest descent in l1, which slides along ties of partial derivatives.

Each iteration of coordinate descent moves the coordinate whose partial derivative is largest. Where several
tie it jumps between them, by steps that shrink like 1 / t, and its mean path keeps them tied: with
h = -grad L, signs sigma of h, G = max |h| and the set J of tied coordinates,

    dw_i / dt = eta G sigma_i lambda_i    for i in J,    0 otherwise,    lambda >= 0, sum lambda = 1,

where lambda is such that all |h_i| in J fall alike: M lambda = kappa 1, with M the Hessian of the loss in
sigma w on J. (Filippov's solution of an equation whose right side jumps; such a piece is called a sliding
mode.) A coordinate enters J when its partial derivative reaches the others, and leaves when its lambda
reaches 0; between such events the path is smooth.

The iterates advance by eta max |h|, which is more than eta G, since a tied coordinate is moved when it is
ahead. By how much on average follows from V = e' M e / 2, where e is the distance to the path along the
ties. A step that moves coordinate i changes V by eta G (eta G (M_ii - kappa) / 2 - (max |h| - G)); V is
bounded, and coordinate i moves in a part lambda_i of all steps. Hence the mean of max |h| - G is
eta G (sum lambda_i M_ii - kappa) / 2. With the usual term of the modified equation, in which kappa is what
G falls with,

    ds / dt = eta G (1 + eta sum lambda_i M_ii / 2 + O(t^-2)),    s = sum sigma_i w_i.

The iterates themselves are some steps away from their mean path, and a coordinate that leaves J is left
behind where it happened to be.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, nnls

from ._core import Constant, Logistic, LossNormalized, Polynomial, Problem, StepSize
from .collocation import StuckError, steps
from .sample_rows import signed_rows

Array = NDArray[np.float64]
Indices = NDArray[np.intp]

# Per unit of log t: how fast the integration is pulled to the ties. By themselves they drift apart at rate 1.
_PULL = 3.0
_CHECKS = 5  # for events, a step
_MOST_EVENTS = 20  # a coordinate
_AHEAD = 1e-11  # relative, of a partial derivative


@dataclass(frozen=True)
class PathPoint:
    """A point on the mean path.

    Attributes
    ----------
    w : ndarray of shape (d,)
    tied : ndarray of int
        The coordinates that move.
    """

    w: Array
    tied: Indices
    _slide: "_Slide"
    _log_t: float

    def jump(self, w: Array) -> float:
        """Return how far an iterate is from the path, in units of its reach."""
        reach = self.reach()[self.tied]
        return float(np.max(np.abs(w - self.w)[self.tied] / reach))

    def reach(self) -> Array:
        """Return how far w is from the path, at most, where the partial derivatives are a step from a tie."""
        ties, reach = self._ties(), np.zeros(len(self.w))
        derivative = ties.eta * ties.largest * float(ties.M.diagonal().max())
        reach[self.tied] = derivative * np.abs(np.linalg.inv(ties.M)).sum(axis=1)
        return reach

    def _ties(self) -> "_Ties":
        return self._slide.ties(self._log_t, self._slide.signs * self.w[self.tied])


class SlidingFlow:
    """The mean path of a run of steepest descent in l1, on a loss with an exponential tail.

    Parameters
    ----------
    problem : Problem
    step_size : StepSize
        Constant, Polynomial, or LossNormalized where its cap binds.
    """

    def __init__(self, problem: Problem, step_size: StepSize) -> None:
        self.problem = problem
        self.A = signed_rows(problem.X, problem.y)
        assert isinstance(step_size, Constant | Polynomial | LossNormalized)
        eta = step_size.cap if isinstance(step_size, LossNormalized) else step_size.eta
        self._log_eta = math.log(eta)
        self.power = step_size.power if isinstance(step_size, Polynomial) else 0.0

    def log_eta(self, log_t: float) -> float:
        """Return the logarithm of the step size."""
        return self._log_eta - self.power * float(np.logaddexp(0, log_t))

    def follow(
        self, w: Array, log_times: Array, tolerance: float, left_behind: float = 0.0
    ) -> Iterator[PathPoint]:
        """Integrate from an iterate at log_times[0], and yield the points at all times, that one first.

        Parameters
        ----------
        w : ndarray of shape (d,)
        log_times : ndarray
            Increasing.
        tolerance : float
            Error of a step, absolute, in the Euclidean norm.
        left_behind : float
            How many steps its partial derivative was from the ties, where a coordinate leaves them.

        Raises
        ------
        StuckError
        """
        s, end = float(log_times[0]), float(log_times[-1])
        w, tied = self._settle(w, self._near(w, s), s)
        yield PathPoint(w, tied, _Slide(self, w, tied), s)
        for _ in range(_MOST_EVENTS * (1 + len(w))):
            slide = _Slide(self, w, tied)
            q, event = slide.signs * w[tied], False
            for at, stop, solution in steps(slide, q, s, end, tolerance):
                s, event = _first_event(slide, at, stop, solution)
                q = solution(np.array([s])).ravel()
                between = log_times[(log_times > at) & (log_times <= s)]
                for time, row in zip(between.tolist(), solution(between).reshape(len(q), -1).T, strict=True):
                    yield PathPoint(slide.whole(row), tied, slide, time)
                if event:
                    break
            if not event:
                return
            w, (leaving, entering) = slide.whole(q), slide.events(s, q)
            near, before = np.union1d(np.delete(tied, leaving), entering), tied
            point, tied = self._settle(w, near, s)
            left = np.setdiff1d(before, tied)
            if left_behind and len(left):
                # Further than its tie, not short of it, from where it would be moved again.
                reach = left_behind * PathPoint(w, before, slide, s).reach()
                w[left] += np.sign(self.gradient(w)[left]) * reach[left]
                w, tied = self._settle(w, near, s)
            else:
                w = point
        raise StuckError(f"too many events up to log t = {s:.6g}")

    def tied(self, log_t: float, w: Array) -> Indices:
        """Return the coordinates that move on the path where an iterate is."""
        return self._settle(w, self._near(w, log_t), log_t)[1]

    def gradient(self, w: Array) -> Array:
        """Return -grad L, in the loss's scale."""
        _, _, slopes = self.problem.loss.evaluate(self.A @ w)
        return np.asarray(-slopes @ self.A)

    def _near(self, w: Array, log_t: float) -> Indices:
        """Return the coordinates whose partial derivatives are within some steps of the largest."""
        _, log_scale, slopes = self.problem.loss.evaluate(self.A @ w)
        h, curvature = np.abs(slopes @ self.A), -slopes @ self.A**2
        a_step = math.exp(self.log_eta(log_t) + log_scale) * curvature.max()
        return np.flatnonzero(h >= h.max() * (1 - 3 * a_step))

    def _settle(self, w: Array, tied: Indices, log_t: float) -> tuple[Array, Indices]:
        """Return the point on the path with the same s, and the coordinates that move there.

        They are among those that tie, or lie ahead where others tie. What ties and does not move, falls
        behind.
        """
        while True:
            slide = _Slide(self, w, tied)
            moving = tied[_moving(slide.ties(log_t, slide.signs * w[tied]).M)]
            slide = _Slide(self, w, moving)
            point = slide.whole(slide.to_ties(log_t, slide.signs * w[moving]))
            h = np.abs(self.gradient(point))
            ahead = np.setdiff1d(np.flatnonzero(h > h[moving].max() * (1 + _AHEAD)), tied)
            if not len(ahead):
                return point, moving
            tied = np.union1d(tied, ahead)


@dataclass(frozen=True)
class _Ties:
    """At one point of a slide."""

    M: Array  # the Hessian of the loss in sigma w, in the loss's scale
    shares: Array  # lambda
    largest: float  # G, in the same scale
    slopes: Array
    eta: float  # times the loss's scale
    speed: float  # ds / d log t
    apart: Array  # sigma w's distance to where the ties are exact


class _Slide:
    """The coordinates that tie at w, which move, while all others stay."""

    powers = 1.0

    def __init__(self, flow: SlidingFlow, w: Array, tied: Indices) -> None:
        self.flow, self._tied, self._w = flow, tied, w
        h = flow.gradient(w)
        self.signs = np.sign(h[tied])
        self._others = np.setdiff1d(np.arange(len(w)), tied)
        self._rows = flow.A[:, tied] * self.signs
        self._rest = flow.A[:, self._others] @ w[self._others]
        # Some that have just left may be ahead, by rounding or a part of a step, and fall behind from there.
        self._limit = np.maximum(np.abs(h[self._others]) / np.abs(h[tied]).max(), 1) + _AHEAD

    def whole(self, q: Array) -> Array:
        """Return w where its tied coordinates, times their signs, are q."""
        w = self._w.copy()
        w[self._tied] = self.signs * q
        return w

    def ties(self, log_t: float, q: Array) -> _Ties:
        loss, margins = self.flow.problem.loss, self._rest + self._rows @ q
        _, log_scale, slopes = loss.evaluate(margins)
        curvature = -slopes / (1 + np.exp(-margins)) if isinstance(loss, Logistic) else -slopes
        M, h = (self._rows.T * curvature) @ self._rows, -slopes @ self._rows
        ones, solved = np.linalg.solve(M, np.column_stack([np.ones(len(q)), h])).T
        shares = ones / ones.sum()
        largest = float(shares @ h)
        log_unit = self.flow.log_eta(log_t) + log_scale
        eta = math.exp(log_unit)
        beyond = eta * float(shares @ M.diagonal()) + self.flow.power * math.exp(-log_t)
        speed = math.exp(log_t + log_unit) * largest * (1 + beyond / 2)
        return _Ties(M, shares, largest, slopes, eta, speed, solved - largest * ones)

    def velocity(self, log_t: float, q: Array) -> Array:
        try:
            ties = self.ties(log_t, q)
        except (np.linalg.LinAlgError, OverflowError):
            return np.full(len(q), np.nan)
        return ties.speed * ties.shares + _PULL * ties.apart

    def jacobian(self, log_t: float, q: Array) -> Array:
        """Return the velocity's derivative, as if lambda and M stayed."""
        try:
            ties = self.ties(log_t, q)
        except (np.linalg.LinAlgError, OverflowError):
            return np.full((len(q), len(q)), np.nan)
        slowing = ties.speed * float(ties.shares @ ties.M @ ties.shares) / ties.largest
        return np.asarray((_PULL - slowing) * ties.shares[:, None] - _PULL * np.eye(len(q)))

    def to_ties(self, log_t: float, q: Array) -> Array:
        for _ in range(20):
            apart = self.ties(log_t, q).apart
            q = q + apart
            if np.abs(apart).max() <= 1e-14 * np.abs(q).max():
                break
        return q

    def events(self, log_t: float, q: Array) -> tuple[NDArray[np.bool_], Indices]:
        """Return which of the ties are to leave, and which other coordinates are to enter."""
        leaving, entering = self._until_events(log_t, q)
        return leaving < 0, self._others[entering < 0]

    def until_event(self, log_t: float, q: Array) -> float:
        """Return what becomes negative at an event."""
        leaving, entering = self._until_events(log_t, q)
        return float(np.min(np.append(leaving, entering)))

    def _until_events(self, log_t: float, q: Array) -> tuple[Array, Array]:
        ties = self.ties(log_t, q)
        h = np.abs(ties.slopes @ self.flow.A[:, self._others])
        return ties.shares, self._limit - h / ties.largest


def _first_event(
    slide: _Slide, start: float, stop: float, solution: Callable[[Array], Array]
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


def _moving(M: Array) -> NDArray[np.bool_]:
    """Return where lambda > 0 in min lambda' M lambda over the simplex, a problem of least squares."""
    root = np.linalg.cholesky(M + 1e-13 * M.trace() * np.eye(len(M)))
    shares, _ = nnls(root.T, np.linalg.solve(root, np.ones(len(M))))
    return np.asarray(shares > 1e-9 * shares.max())
