"""Maximum margins by convex programming, with the duality gap as it was reached."""

import math
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from .._core import Exponential, Norm, Problem
from .._types import Array
from ..errors import OracleError
from ..nouns.of_ones_own import is_strictly_convex
from ..problems.rows import dense_rows, largest, margin_rows, scaled
from .cone_program import solve
from .dual_margin import by_dual
from .norms import as_cvxpy, oracle_of
from .separability import separability
from .well_scaled import Coordinates, Doubled, agreeing, combination, inner_products

# Relative duality gap below which a maximum margin is not refined any further.
GAP = 1e-9
# Rows, and entries of rows, from which on the dual program is solved first, which needs few of them, where
# that is enough, and where one attempt more is: rounding keeps semidefinite programs from more.
_MANY, _LARGE, _CLOSE, _ENOUGH = 1000, 200_000, 1e-8, 1e-6
# Attempts in turn: coordinates of the norm or of the samples, and settings of the solver.
_ATTEMPTS = [("norm", 0), ("norm", 1), ("samples", 0), ("samples", 1), ("norm", 2), ("norm", 3), ("norm", 4)]


@dataclass(frozen=True)
class MaxMargin:
    """A maximum margin with its proof."""

    direction: Array  # |direction| = 1
    weights: Array  # alpha in the simplex
    value: float  # min_n y_n <direction, x_n>
    gap: float  # 1 - value / |sum alpha_n y_n x_n|_*
    unique: bool


def max_margin(problem: Problem, norm: Norm) -> MaxMargin:
    """Solve max {min_n y_n <w, x_n> : |w| <= 1} for separable data.

    It solves min |w| subject to y_n <w, x_n> >= 1, which has the same direction and is better scaled, with
    the unit of the data an upper bound on the margin; while the gap is above 1e-9 again, on the samples near
    the margin, in another way, and in coordinates in which the samples are well scaled. Of many rows, such as
    the pairs of a multiclass problem, the dual program comes first, on those that matter. The value and the
    relative duality gap are computed from the best w, at first any separator, and the best weights, not taken
    from the solver, in twice the digits where rounding matters. The weights of badly scaled samples may need
    those, too: then `weights` are rounded ones.

    Raises
    ------
    NotSeparableError
        If there is no positive margin.
    OracleError
        If no solver finds weights.
    """
    found = by_convex_programs(problem, norm)
    unique = is_strictly_convex(norm) or not found.program.another(found.value, found.direction)
    gap = max(1 - found.value / found.bound, 0.0)
    return MaxMargin(found.direction, found.weights, found.value, gap, unique)


class BestMargin(NamedTuple):
    """The best that convex programs found."""

    program: "_Program"
    direction: Array  # |direction| = 1
    weights: Array  # alpha in the simplex
    value: float  # the margin of the direction
    bound: float  # what the weights prove


def by_convex_programs(problem: Problem, norm: Norm) -> BestMargin:
    """Return the solution of `max_margin`, without a look for others.

    Raises
    ------
    NotSeparableError, OracleError
        As `max_margin` does.
    InvalidTypeError
        If the norm has no cvxpy form.
    """
    import cvxpy as cp

    program = _Program(margin_rows(problem), norm, problem.predictor_shape)
    n = program.A.shape[0]
    if problem.classes is None:
        separator = separability(Problem(program.within, np.ones(n), Exponential()))
        start = program.chart @ separator.direction
    else:
        separator = separability(problem)
        start = separator.direction.ravel()
    separator.require()
    as_cvxpy(norm, cp.Variable(program.shape))  # norms without a cvxpy form are refused here
    best, bound, near = program.normalized(start), math.inf, np.full(n, True)
    missed, size = np.full(n, False), largest(program.within, axis=1)
    unit = float(size.min())
    failure = OracleError("the samples are too many for coordinates in which they are well scaled")
    large = n > _MANY or math.prod(program.A.shape) > _LARGE
    for w, weights in by_dual(program.A, norm, program.shape, best[1].ravel()) if large else ():
        best = max(best, program.normalized(w), key=itemgetter(0))
        upper = combination(program.A, Doubled.of(weights), program.dual)
        if 0 < upper < bound:
            unit = bound = upper
            alpha = weights
    if bound < math.inf:
        near = program.A @ best[1].ravel() <= 1.001 * best[0] + 1e-6 * size
    for coordinates, attempt in _attempts(1 - best[0] / bound):
        try:
            if coordinates == "norm":
                ws, upper, weights = program.by_norm(near, unit, attempt)
            else:
                ws, upper, weights = program.by_samples(near, best[0], attempt)
        except OracleError as error:
            failure = error
            continue
        if 0 < upper < bound:
            unit = bound = upper
            alpha = weights
        for w in ws:
            candidate = program.normalized(w)
            best = max(best, candidate, program.mended(candidate[1], best[1], bound), key=itemgetter(0))
        if 1 - best[0] / bound <= GAP:
            break
        # Samples that were left out wrongly come back, and stay.
        margins = inner_products(program.A, ws[0].ravel())[0]
        missed |= margins < margins[near].min()
        # The margin of a large sample is near within what its size makes of the solver's precision.
        near = (program.A @ best[1].ravel() <= 1.001 * best[0] + 1e-6 * size) | missed
    if bound == math.inf:
        raise OracleError(
            f"no convex program gave weights that bound the maximum margin ({failure}); it helps to center "
            "the features and to scale them to one size"
        )
    value, direction = best
    return BestMargin(program, direction, alpha, value, bound)


def _attempts(gap: float) -> list[tuple[str, int]]:
    """Return what is left to try where the dual program has this gap; 1 where it was not solved."""
    return [] if gap <= _CLOSE else _ATTEMPTS[:1] if gap <= _ENOUGH else _ATTEMPTS


class _Found(NamedTuple):
    """What a program ends at."""

    ws: tuple[Array, Array]  # the solver's w, and one with equal margins on its support
    bound: float  # an upper bound on the maximum margin
    weights: Array  # alpha, which proves the bound


@dataclass(frozen=True)
class _Program:
    """min |w| subject to A w >= 1."""

    A: Any
    norm: Norm
    shape: tuple[int, ...]

    @cached_property
    def chart(self) -> Any:
        """C, where the norm |C v| is well-scaled in v."""
        return oracle_of(self.norm).chart(self.A.shape[1])

    @cached_property
    def within(self) -> Any:
        """The samples in the norm's coordinates, A C."""
        return self.A @ self.chart

    @cached_property
    def coordinates(self) -> Coordinates:
        """The samples' coordinates."""
        found = Coordinates.of(self.A)
        if found is None:
            raise OracleError("the samples are too many for coordinates in which they are well scaled")
        return found

    @cached_property
    def inverse_chart(self) -> Array:
        """C^-1."""
        return np.linalg.inv(self.chart.toarray())

    def normalized(self, w: Array) -> tuple[float, Array]:
        """Return the margin of w, rounding deducted, and w with |w| = 1."""
        w = w.reshape(self.shape)
        length = oracle_of(self.norm).value(w)
        if not 0 < length < math.inf:
            return -math.inf, w
        w = w / length
        margins, rounding = inner_products(self.A, w.ravel())
        return float((margins - rounding).min()), w

    def mended(self, w: Array, inside: Array, margin: float) -> tuple[float, Array]:
        """Return the same of w and as much of another w, with positive margins, as gives it this margin.

        A solver's tolerance may be more than the margin of a large sample: it needs a little, and has much.
        """
        lacking = margin - inner_products(self.A, w.ravel())[0]
        share = float((lacking / inner_products(self.A, inside.ravel())[0]).max())
        return self.normalized(w + max(share, 0.0) * inside if share < 1 else inside)

    def dual(self, z: Array) -> float:
        """Return |z|_*."""
        return oracle_of(self.norm).dual(z.reshape(self.shape))

    def by_norm(self, near: Array, unit: float, attempt: int) -> _Found:
        """Solve it on the samples near the margin, in the norm's coordinates."""
        rows = self.within[near]
        u, multipliers, _ = _least_norm(rows / unit, self.chart, self.norm, self.shape, attempt)
        alpha = np.zeros(len(near))
        alpha[near] = multipliers / (multipliers.sum() or 1.0)
        equal = u + _to_equal_margins(rows, u, alpha[near])
        return _Found(
            (self.chart @ u, self.chart @ equal),
            combination(self.A, Doubled.of(alpha), self.dual),
            alpha,
        )

    def by_samples(self, near: Array, margin: float, attempt: int) -> _Found:
        """Solve it in the coordinates of the samples, where a margin is known."""
        M, B = self.coordinates.M, self.coordinates.B
        rows, change = B[near], margin * (self.inverse_chart @ M)
        u, multipliers, z = _least_norm(rows, self.chart, self.norm, self.shape, attempt, change=change)
        total = float(multipliers.sum()) or 1.0
        alpha = np.zeros(len(near))
        alpha[near] = multipliers / total
        scale = margin / total * self.inverse_chart.T
        weights = agreeing(dense_rows(self.A), self.coordinates, alpha, scale @ z, scale)
        equal = u + _to_equal_margins(rows, u, alpha[near])
        ws = inner_products(M, u)[0], inner_products(M, equal)[0]
        return _Found(ws, combination(self.A, weights, self.dual), weights.high)

    def another(self, margin: float, best: Array) -> bool:
        """Whether there is another w of norm 1 with this margin: one 1e-3 away, optimal to 1e-8.

        The least |C v| - <tilt, v> lies at an end of the set of optimal v, however small the tilt. Where only
        one is optimal, it moves in proportion to the tilt, if the norm is curved there, or not at all. The
        tilt is of one size in all of the chart: in w it would be nothing along coordinates of small weight.
        """
        from scipy.sparse.linalg import spsolve

        tilt = np.random.default_rng(0).standard_normal(best.size)
        tilt *= 1e-6 / self.dual(spsolve(self.chart.T.tocsc(), tilt))
        rows = self.within / margin
        if self.A.shape[0] > _MANY:  # the others have margin to spare for a w 1e-3 away
            margins, near = self.A @ best.ravel(), self.A @ best.ravel() <= 2 * margin
            reach = max(self.dual(row) for row in dense_rows(self.A[near]))
            rows = rows[margins <= margin + 2e-3 * reach]
        for each in (tilt, -tilt):
            with suppress(OracleError):
                u, *_ = _least_norm(rows, self.chart, self.norm, self.shape, tilt=each)
                away = (self.chart @ u).reshape(self.shape) - best
                distance = oracle_of(self.norm).value(away)
                other = best + 1e-3 / max(distance, 1e-3) * away
                margins, rounding = inner_products(self.A, other.ravel())
                least = float((margins + rounding).min()) / margin
                if distance > 1e-3 and least >= (1 - 1e-8) * oracle_of(self.norm).value(other):
                    return True
        return False


def _least_norm(
    rows: Any,
    C: Any,
    norm: Norm,
    shape: tuple[int, ...],
    attempt: int = 0,
    tilt: Array | None = None,
    change: Array | None = None,
) -> tuple[Array, Array, Array]:
    """Return argmin {|C v| - <tilt, v> : rows u >= 1}, where v = change u, with the multipliers of both.

    Without a change of coordinates v = u, and the second multipliers are empty.
    """
    import cvxpy as cp

    u = cp.Variable(rows.shape[1])
    v = u if change is None else cp.Variable(len(change))
    # Rows are scaled to one size: the constraint of a large sample is nearly <x, u> >= 0, that of a cone.
    size = largest(rows, axis=1)
    constraints = [scaled(rows, size) @ u >= 1 / size]
    if change is not None:
        constraints.append(v == change @ u)
    objective = as_cvxpy(norm, cp.reshape(C @ v, shape, order="C"))
    if tilt is not None:
        objective -= tilt @ v
    solve(cp.Problem(cp.Minimize(objective), constraints), attempt)
    multipliers = np.maximum(constraints[0].dual_value, 0) / size
    return u.value, multipliers, np.zeros(0) if change is None else -constraints[1].dual_value


def _to_equal_margins(A: Any, u: Array, alpha: Array) -> Array:
    """Return the least step to equal margins on the support, and no less by rounding.

    Along it a norm that is smooth there grows to second order only: the margins' error becomes its square.
    """
    size = largest(A, axis=1)
    weights, rows = alpha * size, scaled(A, size)
    support = weights > 1e-6 * weights.max(initial=0.0)
    if not support.any():
        return np.zeros_like(u)
    target = alpha @ (A @ u) / size + 8 * np.finfo(float).eps * (abs(rows) @ np.abs(u))
    # The least step does not move along features that no sample of the support has.
    features = largest(rows[support], axis=0) > 0
    step = np.zeros_like(u)
    step[features] = np.linalg.lstsq(
        dense_rows(rows[support][:, features]), (target - rows @ u)[support], rcond=None
    )[0]
    return step
