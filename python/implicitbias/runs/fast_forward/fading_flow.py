"""The flow of sign descent where zeros of partial derivatives rest on samples that fade like the jumps.

Partial derivatives h = A' p of a set Z of coordinates can vanish together, p > 0, unless a combination c
of them has A c >= 0 in all samples, and not 0 in all: then c' h > 0 whatever samples weigh. Samples where
A c > 0 for some such c fade. The others last: without those that fade, all h = 0 is possible.

A step changes h by about eta G p, which is how far from 0 it jumps. While a sample that fades weighs more,
the sign of c' h shows, and its margin grows the faster. Once it weighs less than jumps, it is the other
samples that decide how coordinates go. What the two leave to a sample is a weight that falls like the jumps,

    p_k = c_k eta G^2,     A_k v = 2 v' (Hessian) v / G,       G = |h|_1, v = (sigma, u),

with a c_k that is bounded from above; or else one that falls faster, and decides nothing. From below c_k has
no bound: iterates may happen to be, for some decades, where signs are such that it falls, and it comes back.
Which samples do what is therefore not stated. The path takes its ties from the samples that last, and goes on
in the directions that they do not see such that the weights of those that fade fall like jumps at least. The
error has all that coordinates may do in these directions. Margins of samples that last do not depend on it.
"""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..._types import Array
from ...errors import OracleError
from ...oracles.linear_program import linear_program
from .sign_flow import SignFlow, SignSlide, Ways
from .sliding_flow import ROUNDING, Slide, Ties
from .slopes import Slopes

Indices = NDArray[np.intp]
Which = NDArray[np.bool_]

_FASTER = 1e-3, 2e-3  # by how much a margin grows faster than with c eta G^2; and to begin with


def fading(rows: Array) -> Which:
    """Return the samples in which a combination of features is positive that nowhere is negative.

    Parameters
    ----------
    rows : ndarray of shape (n, m)
        The features.
    """
    n, m = rows.shape
    sizes = np.maximum(np.abs(rows).max(axis=1, initial=0), 1e-300)
    positive = np.column_stack([-rows / sizes[:, None], np.eye(n)])
    bounds = [(None, None)] * m + [(0, 1)] * n
    cost = np.append(np.zeros(m), -np.ones(n))
    try:
        found = linear_program(cost, A_ub=positive, b_ub=np.zeros(n), bounds=bounds)
    except OracleError as error:
        raise np.linalg.LinAlgError("which samples fade is not known") from error
    return np.asarray(found.x[m:] > 0.5)


class FadingFlow(SignFlow):
    """The mean path with samples that fade; it ends where an event is.

    Attributes
    ----------
    fades : ndarray of bool, shape (n,)
    goes_on : ndarray of bool, shape (n,)
        Of the samples that fade, those whose weights fall like the jumps on the path.
    """

    fades: Which
    goes_on: Which

    @classmethod
    def about(cls, flow: SignFlow, w: Array, log_t: float) -> "FadingFlow | None":
        """Return the flow with the samples that fade about an iterate, if there are any."""
        near = flow.near(w, log_t)
        fades = fading(flow.A[:, near])
        if not fades.any():
            return None
        self = cls.__new__(cls)
        self.__dict__.update(flow.__dict__)
        self.fades, self.goes_on = fades, np.zeros_like(fades)
        while True:
            slide = self._slide(w, near)
            slow = slide.slow(log_t, slide.start)
            if not slow.any():
                return self
            self.goes_on = self.goes_on | slow

    def _slide(self, w: Array, near: Indices) -> "FadingSlide":
        signs = np.sign(self.slopes_at(w).first @ self.A)
        signs[near] = 0
        return FadingSlide(self, w, near, signs)

    def settle(self, w: Array, near: Indices, log_t: float) -> "FadingSlide":
        """Return the piece that begins on the ties of the samples that last."""
        slide = self._slide(w, near)
        slide = FadingSlide(self, slide.whole(slide.on_ties(log_t)), near, slide.signs)
        here = slide.ties(log_t, slide.start)
        if min(here.leaving.min(initial=1), here.entering.min(initial=1)) < 0:
            raise np.linalg.LinAlgError("what ties is not known while samples fade")
        return slide

    def left_behind(self, before: Slide, after: Slide) -> Array:
        """Refuse: where coordinates are that samples that last do not see is not known."""
        raise np.linalg.LinAlgError("ties change while samples fade")


class FadingSlide(SignSlide):
    """The coordinates with h_i = 0 but for samples that fade, and all others at full speed."""

    flow: FadingFlow

    def __init__(self, flow: FadingFlow, w: Array, tied: Indices, signs: Array) -> None:
        super().__init__(flow, w, tied, signs)
        features = self.rows[:, 1:]
        if (fading(features) != flow.fades).any():
            raise np.linalg.LinAlgError("other samples fade than did")
        self._ways = Ways(np.where(flow.fades[:, None], 0, features))
        self.null = self.signed_null = self._ways.null
        self.lift = self._ways.lift
        seen = features[flow.goes_on] @ self.null
        self._steering = self.null @ np.linalg.pinv(seen, 1e-10)

    def freedom(self, change: Array) -> float:
        """Return it: the path, too, goes along what is not known, and so may iterates."""
        way = np.abs(change)[self.tied]
        return math.sqrt(len(way)) * float(np.abs(change).max()) + float(np.linalg.norm(way))

    def ties(self, log_t: float, q: Array) -> Ties:
        """Return what ties there, and where to."""
        ties, faster, rate = self._steered(log_t, q)
        if np.abs(faster[self.flow.goes_on]).max(initial=0) > _FASTER[0] * rate:
            raise np.linalg.LinAlgError("samples that fade do not go on together")
        if faster[self.flow.fades & ~self.flow.goes_on].min(initial=np.inf) < _FASTER[0] * rate:
            raise np.linalg.LinAlgError("a sample that fades would not fall faster than the jumps")
        return ties

    def slow(self, log_t: float, q: Array) -> Which:
        """Return which samples that fade would not fall faster than the jumps."""
        _, faster, rate = self._steered(log_t, q)
        return np.asarray(self.flow.fades & ~self.flow.goes_on & (faster < _FASTER[1] * rate))

    def _steered(self, log_t: float, q: Array) -> tuple[Ties, Array, float]:
        """Return what ties, how much faster margins grow than with c eta G^2, and how fast that is."""
        ties, goes_on = super().ties(log_t, q), self.flow.goes_on
        rate = self._rate(ties, self.flow.slopes(self.margins(q)))
        direction = ties.direction.copy()
        direction[1:] += self._steering @ (rate - self.rows[goes_on] @ direction)
        steered = replace(ties, direction=direction, leaving=1 - np.abs(direction[1:]) + 2 * ROUNDING)
        return steered, self.rows @ direction - rate, abs(rate)

    def _rate(self, ties: Ties, slopes: Slopes) -> float:
        """Return how fast the margin of a sample grows along the path that weighs c eta G^2."""
        along = slopes.root(self.rows) @ ties.direction
        return 2 * float(along @ along) / ties.size + self.flow.power / ties.speed
