"""The regularization path: argmin {L(w) : |w| <= c} for growing c."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._arguments import instance
from .._calls import public
from .._core import Norm, Problem, read_array
from .._types import Array
from ..arithmetic.powers_of_two import power_of_two
from ..errors import InvalidValueError, OracleError
from ..oracles.cone_program import solve
from ..oracles.max_margin import max_margin
from ..oracles.norms import as_cvxpy, oracle_of
from ..oracles.separability import separability
from ..oracles.well_scaled import Coordinates, inner_products
from ..problems.rows import loss_at, signed_rows
from .loss_tails import tail

# The certified gap in log L at which refinement stops, and the one beyond which a point is refused; relative
# to 1, |log L| or the largest margin, whichever is largest.
_AIM, _TOLERANCE = 1e-10, 1e-6
# Samples with less than e^-60 of the largest slope are far: they are only kept above e^-40 of the loss.
_NEAR, _FAR = 60.0, 40.0
# Settings tried in turn: Clarabel often solves with one a program that it fails to solve with another.
_WAYS: list[dict[str, Any]] = [
    {},
    {"equilibrate_enable": False},
    {"tol_gap_abs": 1e-9, "tol_gap_rel": 1e-9, "tol_feas": 1e-9},
]
_MOST_STEPS = 30


@dataclass(frozen=True, eq=False)
class RegularizationPath:
    """The minimizers w(c) of L(w) over the balls |w| <= c, each with a certificate.

    Attributes
    ----------
    problem : Problem
    norm : Norm
    radii : ndarray of shape (k,)
        The c, rising.
    w : ndarray of shape (k, *w.shape)
        The minimizers.
    log_loss : ndarray of shape (k,)
        log L(w(c)).
    margin : ndarray of shape (k,)
        min_n y_n <w(c), x_n> / |w(c)|; -inf where w(c) = 0.
    gap : ndarray of shape (k,)
        By how much log L(w(c)) can exceed the least log L in the ball at most, proved by a dual point, up to
        rounding (some 1e-16 of the largest margin in the ball).

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> path = ib.paths.regularization(problem, ib.Lp(2), [1.0, 10.0])
    >>> print(path.directions.round(4)[-1], path.gap.max() < 1e-6)
    [0.7071 0.7071] True
    """

    problem: Problem
    norm: Norm
    radii: Array = field(repr=False)
    w: Array = field(repr=False)
    log_loss: Array = field(repr=False)
    margin: Array = field(repr=False)
    gap: Array = field(repr=False)

    @cached_property
    def norms(self) -> Array:
        """|w(c)|, shape (k,): c as long as the ball binds, then the norm of the finite minimizer."""
        return np.array([oracle_of(self.norm).value(w) for w in self.w])

    @cached_property
    def directions(self) -> Array:
        """w(c) / |w(c)|, shape (k, *w.shape); 0 where w(c) = 0."""
        sizes = np.where(self.norms > 0, self.norms, 1.0)
        return self.w / sizes.reshape(-1, *[1] * (self.w.ndim - 1))

    def __repr__(self) -> str:
        return (
            f"RegularizationPath({self.norm!r}, {self.problem.loss!r}, {len(self.radii)} radii from "
            f"{self.radii[0]:.3g} to {self.radii[-1]:.3g}, margin {self.margin[-1]:.6g}, "
            f"largest gap {self.gap.max():.1e})"
        )


@public
def regularization(problem: Problem, norm: Norm, radii: ArrayLike | None = None) -> RegularizationPath:
    """Minimize a monotone loss over balls of growing radius (Rosset, Zhu and Hastie 2004; section 3.2).

    On separable data w(c) / |w(c)| tends to the maximum margin direction in the norm, which is where the
    steepest descent path tends, too (Theorem 5). Otherwise w(c) comes to rest at the minimizer of L.

    Parameters
    ----------
    problem : Problem
        With a convex monotone loss: exponential, logistic or probit.
    norm : Norm
        Any with a cvxpy form.
    radii : array_like of shape (k,), optional
        Positive and increasing. By default ten a decade, up to where log(n) / c is 1e-3 of the maximum
        margin.

    Returns
    -------
    RegularizationPath

    Raises
    ------
    InvalidTypeError
        If the loss is another, or the norm has no cvxpy form.
    InvalidValueError
        If radii are not positive, finite and increasing, or the norm is not one of such parameters.
    OracleError
        If at some radius the certified gap in log L is above 1e-6 of the largest among 1, |log L| and the
        |y_n <w, x_n>|. On well separated data it is below 1e-7 up to margins of 1e5; the probit loss, whose
        logarithm is their square, may end at 1e3 in l1 and linf.

    Notes
    -----
    With the exponential loss the margin of w(c) is at least gamma* - log(n) / c, gamma* being the maximum
    margin, attained at v: -min_n m_n <= log L(w(c)) <= log L(c v) <= log n - c gamma*.

    Where the norm is not strictly convex (l1, linf) there may be other minimizers.

    Each w(c) comes from convex programs that model the loss of a sample, near its margin m, by an exponential
    function with the same slope and curvature: exact for the exponential loss, for the others a variant of
    Newton's method.
    The certificate needs no solver: for any m' in R^n, with slopes -l'(m'_n) = lambda_n and A = (y_n x_n), by
    convexity L(w) >= sum_n l(m'_n) + <lambda, m'> - c |A' lambda|_* all over the ball.

    References
    ----------
    Rosset, Zhu and Hastie (2004), "Boosting as a Regularized Path to a Maximum Margin Classifier", JMLR 5;
    Gunasekar et al. (2018), arXiv:1802.08246, section 3.2.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> path = ib.paths.regularization(problem, ib.Lp(2), [1.0, 10.0])
    >>> print(path.margin.round(4))
    [1.0607 1.0607]
    """
    instance(problem, Problem, "problem")
    instance(norm, Norm, "norm")
    norm.value(np.zeros(problem.predictor_shape))  # shapes that the norm does not know are refused here
    balls = _Balls(problem, norm)
    radii = _default_radii(problem, norm) if radii is None else read_array(radii, "radii", 1)
    rising = (np.diff(radii, prepend=0.0) > 0) & np.isfinite(radii)
    if not (radii.size and rising.all()):
        at = int(rising.argmin()) if radii.size else 0
        first = f"radii[{at}] = {radii[at]:g}" if radii.size else "none"
        raise InvalidValueError(f"radii: expected positive numbers, each larger than the last, got {first}")
    points = list(balls.minimizers(radii))
    w = np.array([point.w for point in points])
    log_loss, margin, gap = (np.array(column) for column in list(zip(*points, strict=True))[1:])
    return RegularizationPath(problem, norm, radii, w, log_loss, margin, gap)


def _default_radii(problem: Problem, norm: Norm) -> Array:
    if separability(problem).separable:
        margin = max_margin(problem, norm).value
        unit = max(1.0, math.log(len(problem.y))) / margin
    else:
        mean = signed_rows(problem).mean(axis=0).reshape(problem.predictor_shape)
        unit = 1 / (oracle_of(norm).dual(mean) or 1.0)
    return unit * np.geomspace(1e-2, 1e3, 51)


class _Point(NamedTuple):
    w: Array
    log_loss: float
    margin: float
    gap: float


class _Balls:
    """A problem and a norm, with flat parameters v in numbers of order one: |v| <= 1 is the ball."""

    def __init__(self, problem: Problem, norm: Norm) -> None:
        self.problem, self.norm, self.shape = problem, norm, problem.predictor_shape
        tail(problem.loss, np.zeros((1, 1)))  # other losses are refused here
        self.A = signed_rows(problem)
        # w = M u, where the samples B = A M are well scaled.
        found = Coordinates.of(self.A)
        self.M: Array = np.eye(self.A.shape[1]) if found is None else found.M
        self.B: Array = self.A if found is None else found.B
        # w = C v, where the norm is well scaled.
        self.C = oracle_of(self.norm).chart(self.A.shape[1])
        self.from_norm = np.linalg.solve(self.C.toarray(), self.M)

    def margins(self, w: Array) -> Array:
        """Return A w, without what ordinary products lose of it."""
        return inner_products(self.A, w)[0]

    def minimizers(self, radii: Array) -> Iterator[_Point]:
        """Yield the minimizer in every ball, each from the one before."""
        w, interior = np.zeros(self.A.shape[1]), False
        # The first ball in which the loss changes by about 1.
        first = 1 / (self.dual(self.A.mean(axis=0)) or 1.0)
        for c in radii:
            # Balls grow by a factor of four, or of two where the last one was not filled: if it is because
            # the minimizer is inside, a larger one does not bind either.
            reach = 0.0
            while not interior:
                reach = min(c, max(4 * self.size(w), first, 2 * reach))
                w, log_loss, bound = self.minimize(w, reach)
                if self.size(w) < (1 - 1e-6) * reach and self.size(rest := self.polished(w)) < reach:
                    w, interior = rest, True
                if reach == c:
                    break
            if interior:
                log_loss, bound = self.log_loss(self.margins(w)), self.bound(self.margins(w), c)
            gap = max(log_loss - bound, 0.0)
            if not gap <= _TOLERANCE * self.scale(w, log_loss):
                raise OracleError(
                    f"no minimizer at radius {c:.6g}: the gap in log L stays at {gap:.2g}; try "
                    "smaller radii, and center and scale the features"
                )
            size = self.size(w)
            margin = float(self.margins(w).min()) / size if size > 0 else -math.inf
            yield _Point(w.reshape(self.shape), log_loss, margin, gap)

    def size(self, w: Array) -> float:
        return oracle_of(self.norm).value(w.reshape(self.shape))

    def dual(self, z: Array) -> float:
        return oracle_of(self.norm).dual(z.reshape(self.shape))

    def log_loss(self, margins: Array) -> float:
        return loss_at(self.problem, margins)[0]

    def tail(self, margins: Array) -> tuple[Array, Array]:
        """Return log(-l') and -l'' / l' at every margin."""
        log_slope, curvature = tail(self.problem.loss, margins.reshape(len(self.problem.y), -1))
        return log_slope.ravel(), curvature.ravel()

    def scale(self, w: Array, log_loss: float) -> float:
        return max(1.0, abs(log_loss), float(np.abs(self.margins(w)).max()))

    def bound(self, margins: Array, c: float) -> float:
        """Return a lower bound on log L in the ball of radius c, by the tangents at any margins."""
        best = -math.inf
        for _ in range(4):
            log_loss, log_scale, slopes = loss_at(self.problem, margins)
            excess = -float(slopes @ margins) - c * self.dual(slopes @ self.A)
            change = math.exp(min(log_scale - log_loss, 700)) * excess
            if change > -1:
                best = max(best, log_loss + math.log1p(change))
            # The bound is best where the excess is 0: multiply all slopes by one number, which keeps -slopes.
            curvature = np.maximum(self.tail(margins)[1], 1e-12)
            margins = margins + excess / float(slopes @ (1 / curvature)) / curvature
        return best

    def minimize(self, w: Array, c: float) -> tuple[Array, float, float]:
        """Return the minimizer in the ball of radius c, its log loss, and a lower bound on all of them."""
        size = self.size(w)
        on_sphere = w * (c / size) if size > 0 else c * self.steepest()
        log_loss, there = (self.log_loss(self.margins(each)) for each in (w, on_sphere))
        # In a small ball the loss may fall by no more than rounding.
        if there <= log_loss + 4 * np.finfo(float).eps * max(1.0, abs(log_loss)):
            w, log_loss = on_sphere, there
        bound = self.bound(self.margins(w), c)
        stalled = 0
        for _ in range(_MOST_STEPS):
            aim = _AIM * self.scale(w, log_loss)
            if log_loss - bound <= aim or stalled == len(_WAYS):
                break
            before = log_loss, log_loss - bound
            with suppress(OracleError):
                found, margins = self.step(w, c, _WAYS[stalled])
                bound = max(bound, self.bound(margins, c))
                for _ in range(8):
                    if (lower := self.log_loss(self.margins(found))) < log_loss:
                        w, log_loss = found, lower
                        break
                    found = (found + w) / 2
            progress = log_loss < before[0] - aim or log_loss - bound < before[1] / 2
            stalled = 0 if progress else stalled + 1
        return w, log_loss, bound

    def steepest(self) -> Array:
        """Return the v with |v| = 1 along which L falls fastest from w = 0; 0 where L does not fall."""
        import cvxpy as cp

        slopes = loss_at(self.problem, np.zeros(len(self.A)))[2]
        force = -slopes @ self.A
        if np.all(np.abs(force) <= 4 * np.finfo(float).eps * (np.abs(slopes) @ np.abs(self.A))):
            return np.zeros_like(force)
        force /= power_of_two(float(np.abs(force).max()))
        v = cp.Variable(self.shape)
        solve(cp.Problem(cp.Maximize(force @ cp.vec(v, order="C")), [as_cvxpy(self.norm, v) <= 1]))
        found = v.value.ravel()
        return np.asarray(found / self.size(found))

    def step(self, w: Array, c: float, way: dict[str, Any]) -> tuple[Array, Array]:
        """Minimize the model around w over the ball of radius c; return the w and the dual point, as margins.

        In the model L is sum_n exp(b_n - h_n m_n). The program finds the w = M u with the least e such that
        sum_n exp(-s_n) <= 1 with s_n = h_n m_n - b_n + e, all over the size of the margins, so that nothing
        grows with c.
        """
        import cvxpy as cp
        from scipy.special import logsumexp

        margins = self.margins(w)
        log_slope, curvature = self.tail(margins)
        h = np.maximum(curvature, 1e-2)
        log_weight = log_slope - np.log(h)
        b = log_weight + h * margins
        near = log_weight >= log_weight.max() - _NEAR

        scale = power_of_two(max(1.0, float(np.abs(h * margins).max())))
        rows, per = h[:, None] * self.B, 1 / scale
        u, v = cp.Variable(rows.shape[1]), cp.Variable(rows.shape[1])
        s, e = cp.Variable(int(near.sum())), cp.Variable()
        offset = per * (b - log_weight.max())  # at w the sample with the largest weight has s = e
        constraints = [
            rows[near] @ u - offset[near] - per * (s - e) >= 0,
            cp.sum(cp.exp(-s)) <= 1,
            as_cvxpy(self.norm, cp.reshape(self.C @ v, self.shape, order="C")) <= 1,
            v == (scale / c * self.from_norm) @ u,
        ]
        if not near.all():
            constraints.append(rows[~near] @ u - offset[~near] - per * (_FAR - e) >= 0)
        solve(cp.Problem(cp.Minimize(per * e), constraints), **way)

        found = inner_products(self.M, scale * u.value)[0]
        size = self.size(found)
        if size > c or (
            size > 0 and self.log_loss(self.margins(found * (c / size))) < self.log_loss(self.margins(found))
        ):
            found = found * (c / size)
        weights = np.empty(len(h))
        weights[near] = constraints[0].dual_value
        if not near.all():
            weights[~near] = constraints[-1].dual_value
        weights = np.maximum(weights, 1e-40)
        log_total = logsumexp(b - h * self.margins(found))
        return found, (b - np.log(weights / weights.sum()) - log_total) / h

    def polished(self, w: Array) -> Array:
        """Return the minimizer of L near w, by iteratively reweighted least squares: Newton's method."""
        force, best = math.inf, w
        for _ in range(_MOST_STEPS):
            smaller = float(np.linalg.norm(loss_at(self.problem, self.margins(w))[2] @ self.B))
            if not smaller < force:
                break
            force, best = smaller, w
            log_slope, curvature = self.tail(self.margins(w))
            weights, h = np.exp(log_slope - log_slope.max()), np.maximum(curvature, 1e-12)
            step = np.linalg.lstsq(np.sqrt(weights * h)[:, None] * self.B, np.sqrt(weights / h))[0]
            w = w + self.M @ step
        return best
