"""The mean path of steepest descent in the spectral and the nuclear norm, which slides on singular values.

Iterates jump about the set where some singular values of the gradient vanish (spectral), or tie for the
largest (nuclear), and their mean path keeps to it. Of the steps v in the face F that are steepest there it
takes the one with <H v, f - v> >= 0 for all f in F, H the Hessian of the loss, as `sliding_flow` has it for
coordinates: with x the position in the face,

    spectral: D = U_0' G V_0 = 0 stays, M x + b = 0, |C| <= 1;    b from the fixed part of steps,
    nuclear: the symmetric part of U_1' G V_1 stays a multiple of 1, M x = lambda 1, S >= 0, trace S = 1.

The iterates stay near: a step changes D by eta |G|_* M (x - s), s its own position, and V = D' M^-1 D / 2 by
eta |G|_* (-<D, s - x> + O(eta)), where <D, s - x> >= (1 - |C|) |D|_1, for s is steepest. Hence D is some
steps large, and the mean of s is x. Positions vary by the covariance of s, which makes steps longer by
eta tr(M covariance) / 2, relative; only its trace is known, and it is taken for even.

Since a singular value counts as 0 below 1e-9 of the largest one in the spectral norm's steps, late iterates
jump about the border of that instead.

Velocities depend on margins, and thus on w in the span of samples alone, which is what is integrated.
"""

import math
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from ..._core import Problem, Schatten, StepSize
from ..._types import Array
from .collocation import Step, StuckError, steps
from .late_loss import LateLoss
from .radau import NODES, velocities_of_increments
from .singular_faces import Face, NuclearFace, SpectralFace

FACES: dict[Schatten, type[Face]] = {Schatten(1): NuclearFace, Schatten(math.inf): SpectralFace}
_PULL = 3.0  # per unit of log t: how fast the integration is pulled to the ties
_NEAR = 10.0  # steps from a tie that count as near
_RANGE = 1e-9  # relative to the largest: a singular value that counts as 0, or as equal
_CHECKS, _MOST_EVENTS, _MOST_ROUNDS = 3, 200, 30
_SPAN = 1e-12
_CLOSE, _CLOSELY = 0.1, 1e-7  # a gap, and relative accuracy from there to the ties
_STALE = 0.5  # in log t: a Jacobian serves as long


@dataclass(frozen=True)
class Sliding:
    """What a path does at a point."""

    face: Face
    M: Array
    x: Array
    jump: float  # by how much a step changes entries of D, or of S, at most, in the loss's scale
    near: float  # by how much a step changes a singular value, about, relative to the largest
    change: Array  # dw / d log t
    events: tuple[float, float]  # negative where a singular value is to leave the ties, or to enter

    def reach(self) -> float:
        """Return how far iterates are from the path, about."""
        if not len(self.M):
            return 0.0
        response = np.abs(np.linalg.inv(self.M)).sum(axis=1)
        far = self.jump + _RANGE * float(self.face.values[0])
        return far * float(np.linalg.norm(response))


class SingularSlide:
    """A piece of the path without events, as an equation for w in the span of the samples.

    Parameters
    ----------
    flow : SingularFlow
    w : ndarray of shape (d,)
        Where it begins.
    k, rank : int
        Of the face.
    limit : float
        The gap below which one more singular value comes to the ties, where that is less than usual.
    """

    powers = 1.0

    def __init__(self, flow: "SingularFlow", w: Array, k: int, rank: int, limit: float = math.inf) -> None:
        self.flow, self.w, self.k, self.rank, self.limit = flow, w, k, rank, limit
        self.start, self.terms_along = flow.span @ w, flow.terms
        self._jacobian: tuple[float, Array] = (-math.inf, np.empty(0))

    def at(self, log_t: float, q: Array) -> Sliding:
        """Return what the path does at q."""
        flow = self.flow
        slopes = flow.slopes(flow.rows @ q)
        face = flow.face((slopes.first @ flow.A).reshape(flow.shape), self.k, self.rank)
        fixed = np.einsum("nij,ij->n", flow.samples, face.fixed)
        root = slopes.root(np.column_stack([face.rows, fixed]))
        root, along = root[:, :-1], root[:, -1]
        M, pull = root.T @ root, face.pull
        x = face.at_rest(M, root.T @ along) if len(M) else np.zeros(0)
        step, log_unit = face.step(x), flow.log_eta(log_t) + slopes.log_scale
        eta, longer = math.exp(log_unit), 1.0
        if flow.varying and len(M):
            longer += eta * float(np.trace(M)) / len(M) * max(face.freedom(x), 0.0) / 2
        change = math.exp(log_t + log_unit) * face.size * longer * step
        if len(M):
            change = change + _PULL * (face.step(pull(M)) - face.fixed)
        near = eta * face.size * float(slopes.second @ flow.sizes) / float(face.values[0])
        return Sliding(
            face=face,
            M=M,
            x=x,
            jump=eta * face.size * float(M.diagonal().max(initial=0)),
            near=near,
            change=change.ravel(),
            events=(face.inside(x), face.gap - min(max(near, _RANGE), self.limit)),
        )

    def velocity(self, log_t: float, q: Array) -> Array:
        """Return dq / d log t; NaN where what ties is singular."""
        try:
            return np.asarray(self.flow.span @ self.at(log_t, q).change)
        except (np.linalg.LinAlgError, OverflowError):
            return np.full(len(q), np.nan)

    def jacobian(self, log_t: float, q: Array) -> Array:
        """Return the velocity's derivative, by differences, of late."""
        if log_t - self._jacobian[0] > _STALE:
            here = self.velocity(log_t, q)
            shift = 1e-6 * max(float(np.abs(here).max()), 1e-3)
            columns = [self.velocity(log_t, q + change) - here for change in shift * np.eye(len(q))]
            self._jacobian = log_t, np.array(columns).T / shift
        return self._jacobian[1]


@dataclass(frozen=True)
class SingularPoint:
    """A point on the path."""

    log_t: float
    w: Array
    slide: SingularSlide

    def reach(self) -> float:
        """Return how far iterates are from it, about."""
        return self.slide.at(self.log_t, self.slide.flow.span @ self.w).reach()


class SingularFlow(LateLoss):
    """The mean path of a run in a Schatten norm whose steps jump.

    Parameters
    ----------
    problem : Problem
    step_size : StepSize
        As of `LateLoss`.
    face : type of Face
    """

    terms, varying = 3, True

    def __init__(self, problem: Problem, step_size: StepSize, face: type[Face]) -> None:
        super().__init__(problem, step_size)
        self.shape = problem.shape
        self.samples = self.A.reshape(-1, *self.shape)
        self.sizes = (self.A**2).mean(axis=1)
        self._face = face
        _, sizes, span = np.linalg.svd(self.A, full_matrices=False)
        self.span = span[sizes > _SPAN * sizes[0]]
        self.rows = self.A @ self.span.T

    def poorer(self) -> "SingularFlow":
        """Return it with a term less, and as if positions in a face did not vary."""
        flow = copy(self)
        flow.terms, flow.varying = self.terms - 1, False
        return flow

    def face(self, gradient: Array, k: int, rank: int | None = None) -> Face:
        """Return the face at a gradient of which k singular values are positive, or tie."""
        return self._face(self.samples, gradient, k, rank)

    def begin(self, w: Array, log_t: float) -> SingularPoint:
        """Return the point on the path that an iterate is about."""
        slide = SingularSlide(self, w, 1, 0)
        near = slide.at(log_t, slide.start)
        k = near.face.near(max(_NEAR * near.near, _RANGE))
        for _ in range(_MOST_ROUNDS):
            slide = self._on_ties(w, k, log_t)
            here = slide.at(log_t, slide.start)
            if here.events[0] > 0:
                return SingularPoint(log_t, slide.w, slide)
            out, _ = here.face.leaving(self._constrained(slide, here))
            if not out:
                break
            k = here.face.without(out)
        raise StuckError(f"what ties about log t = {log_t:.6g} is not known")

    def follow(self, w: Array, log_times: Array, tolerance: float) -> Iterator[SingularPoint]:
        """Integrate from an iterate at log_times[0], and yield the points at all times, that one first.

        Parameters
        ----------
        w : ndarray of shape (d,)
        log_times : ndarray
            Increasing.
        tolerance : float
            Error of a step, absolute, in the Euclidean norm.

        Raises
        ------
        StuckError
        """
        now, end = float(log_times[0]), float(log_times[-1])
        first = self.begin(w, now)
        yield first
        slide = first.slide
        for _ in range(_MOST_EVENTS):
            w, event = slide.w, None
            for at, whole, stop, event in self._pieces(slide, w, now, end, tolerance):
                between = log_times[(log_times > at) & (log_times <= stop)]
                if len(between):
                    for time, row in zip(between.tolist(), whole(between).T, strict=True):
                        yield SingularPoint(time, row, slide)
                w, now = whole(np.array([stop])).ravel(), stop
                if event is not None:
                    break
            if event is None:
                return
            slide = self._beyond(slide, w, now, entering=event == 1)
        raise StuckError(f"too many events up to log t = {now:.6g}")

    def _pieces(
        self, slide: SingularSlide, w: Array, s: float, end: float, tolerance: float
    ) -> "Iterator[tuple[float, Callable[[Array], Array], float, int | None]]":
        """Yield a slide's steps: from, all of w between, to, and what event ends it."""
        try:
            for at, stop, solution in steps(slide, slide.start, s, end, tolerance):
                assert isinstance(solution, Step)
                whole = self._whole(slide, w, solution)
                s, event = _first_event(slide, at, stop, solution)
                yield at, whole, s, event
                w = whole(np.array([s])).ravel()
                if s < end and _closing(slide, at, stop, solution):
                    yield self._close(slide, w, s, end, tolerance)
                    return
        except StuckError:
            yield self._close(slide, w, s, end, tolerance)

    def _close(
        self, slide: SingularSlide, w: Array, s: float, end: float, tolerance: float
    ) -> "tuple[float, Callable[[Array], Array], float, int | None]":
        """Integrate to where a singular value comes to the ties.

        Its vectors turn ever faster there, like a power of the distance, which no polynomial follows.
        """
        ends = [
            lambda time, w: slide.at(time, self.span @ w).events[0],
            lambda time, w: slide.at(time, self.span @ w).events[1],
        ]
        for event in ends:
            event.terminal, event.direction = True, -1  # type: ignore[attr-defined]
        try:
            found = solve_ivp(
                lambda time, w: slide.at(time, self.span @ w).change,
                (s, min(end, s + 1)),
                w,
                method="LSODA",
                events=ends,
                dense_output=True,
                rtol=_CLOSELY,
                atol=max(tolerance, _CLOSELY / 100),
            )
        except ValueError as error:  # an event that is none on the polynomial between two steps
            raise StuckError(f"the equation is not smooth about log t = {s:.6g}") from error
        which = [k for k, times in enumerate(found.t_events or ()) if len(times)]
        if found.status < 0 or not (which or found.t[-1] == end):
            raise StuckError(f"the equation is not smooth about log t = {s:.6g}")
        return s, found.sol, float(found.t[-1]), which[0] if which else None

    def _whole(self, slide: SingularSlide, w: Array, step: Step) -> "_Whole":
        if len(self.span) == len(w):
            return _Whole(self.span, step, None)
        times = step.s + step.length * (NODES + 1) / 2
        at = zip(times.tolist(), step(times).T, strict=True)
        changes = np.array([slide.at(time, q).change for time, q in at])
        corrections = velocities_of_increments(times, step.length, slide.terms_along)
        return _Whole(self.span, step, Step(step.s, step.length, w, changes, np.zeros(len(w)), corrections))

    def _on_ties(self, w: Array, k: int, log_t: float) -> SingularSlide:
        """Return the piece that begins where ties are exact."""
        for _ in range(_MOST_ROUNDS):
            gradient = self.gradient(w).reshape(self.shape)
            slide = SingularSlide(self, w, k, self.face(gradient, k).rank())
            here = slide.at(log_t, slide.start)
            if not len(here.M):
                break
            face = here.face
            apart = (face.step(face.pull(here.M)) - face.fixed).ravel()
            w = w + apart
            if np.abs(apart).max() <= 1e-14 * np.abs(w).max():
                break
        slide.limit = face.gap / 2 if (face := here.face).gap < 2 * max(here.near, _RANGE) else math.inf
        return slide

    def _constrained(self, slide: SingularSlide, here: Sliding) -> Array:
        slopes, face = self.slopes(self.rows @ slide.start), here.face
        fixed = np.einsum("nij,ij->n", self.samples, face.fixed)
        b = slopes.root(face.rows).T @ slopes.root(fixed[:, None]).ravel()
        return face.constrained(here.M, b, here.x)

    def _beyond(self, slide: SingularSlide, w: Array, log_t: float, entering: bool) -> SingularSlide:
        """Return the piece that begins at an event."""
        k = slide.at(log_t, self.span @ w).face.without(-1) if entering else slide.k
        after = self._on_ties(w, k, log_t)
        here = after.at(log_t, after.start)
        if here.events[0] > 0 and entering:
            return after
        out, way = here.face.leaving(self._constrained(after, here))
        if not out:
            raise StuckError(f"what leaves the ties at log t = {log_t:.6g} is not known")
        # What leaves has come away by some step, as iterates do.
        far = 2 * max(here.near, _RANGE) * float(here.face.values[0])
        change = here.face.step(np.asarray(np.linalg.solve(here.M, -far * way))) - here.face.fixed
        w, k = after.w + change.ravel(), here.face.without(out)
        gradient = self.gradient(w).reshape(self.shape)
        slide = SingularSlide(self, w, k, self.face(gradient, k).rank())
        slide.limit = slide.at(log_t, slide.start).face.gap / 2
        return slide


@dataclass(frozen=True)
class _Whole:
    """All of w along a step, of which the span of the samples is known."""

    span: Array
    step: Step
    all: Step | None

    def __call__(self, log_times: Array) -> Array:
        """Return w at times within the step, one a column."""
        w = self.span.T @ self.step(log_times)
        if self.all is not None:
            other = self.all(log_times)
            w += other - self.span.T @ (self.span @ other)
        return np.asarray(w)


def _closing(slide: SingularSlide, start: float, stop: float, step: Step) -> bool:
    """Whether a singular value will have come to the ties before a step that is no longer ends."""
    before, gap = (slide.at(at, step(np.array([at])).ravel()).face.gap for at in (start, stop))
    return gap < min(_CLOSE, before / 2)


def _first_event(slide: SingularSlide, start: float, stop: float, step: Step) -> tuple[float, int | None]:
    """Return the time just after the first event in a step, and whether one leaves (0) or enters (1)."""

    def events(at: float) -> Array:
        return np.array(slide.at(at, step(np.array([at])).ravel()).events)

    for check in np.linspace(start, stop, _CHECKS + 1)[1:].tolist():
        if events(check).min() < 0:
            if events(start).min() < 0:
                return start, int(np.argmin(events(start)))
            at, beyond = brentq(lambda s: events(s).min(), start, check, xtol=1e-13), 1e-13
            while not events(at).min() < 0:
                at, beyond = min(at + beyond, check), 2 * beyond
            return at, int(np.argmin(events(at)))
        start = check
    return stop, None
