"""Maximum margins with an intercept that no norm counts, as the support vector machine has it.

max {min_n y_n (<w, x_n> + b) : |w| <= 1} is the margin in the norm max(|w|, |b| / R) of (w, b), for any R
that does not hold b back: the smallest |x_n|_* of a class is one, of that class for which it is larger, as
either has its samples on its side of the plane.
Features that are far from 0 are moved there first, which b makes up for.
Weights with sum_n alpha_n y_n = 0 prove the bound |sum_n alpha_n y_n x_n|_*; of others R makes it larger.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from .._core import Lp, Norm, Problem
from .._types import Array
from ..arithmetic.exact_products import products
from ..arithmetic.powers_of_two import power_of_two
from ..bracket import Bracket
from ..errors import InvalidValueError, OracleError
from ..nouns.of_ones_own import is_strictly_convex
from ..problems.class_labels import codes_of
from ..problems.rows import dense_rows, each_row, is_sparse, largest, margin_rows, samples_of
from .ball import Box
from .ball_path import MANY_UNKNOWNS, MOST_UNKNOWNS, ball_path
from .central_path import central_path
from .cone_program import solve
from .exact_margin import by_exact_program
from .linear_ball import LinearBall, linear_lp_ball
from .linear_margin import by_linear_programs
from .margin_proof import MarginProof, MarginSolution
from .margin_start import MarginStart
from .norms import as_cvxpy, oracle_of
from .separability import separability
from .singular_values_path import singular_values_path
from .working_rows import on_working_rows

_PATIENCE = 15  # iterations without progress
_REACH = 2.0  # |b| of rows whose dual norms are below 2
_MANY = 1000  # rows from which on they are taken up as they carry weight


class WithIntercept:
    """max(|w|, |b|_inf / R), as a proof measures it.

    Parameters
    ----------
    norm : Norm
    shape : tuple of int
        Of w.
    reach : float
        R.
    """

    def __init__(self, norm: Norm, shape: tuple[int, ...], reach: float) -> None:
        self.norm, self.shape, self.reach = oracle_of(norm).measure(), shape, reach
        self.size = math.prod(shape)
        self.condition = self.norm.condition

    @classmethod
    def of(cls, rows: Any, F: Array, norm: Norm, shape: tuple[int, ...]) -> "WithIntercept":
        """Return that of an R which holds no b back on these rows, whose entries for intercepts F has.

        A margin <w, a> + <b, f> is positive on all rows of one f, so that <b, f> > -|a|_* for the smallest
        of them: that is b or -b, or the difference of two entries of b, which sum to 0 without a loss.
        """
        nearest: dict[bytes, float] = {}
        for row, f in zip(each_row(rows), F, strict=True):
            size = norm.dual(row.reshape(shape))
            nearest[f.tobytes()] = min(size, nearest.get(f.tobytes(), math.inf))
        return cls(norm, shape, max(nearest.values()) or 1.0)

    def value(self, v: Array) -> float:
        """Return max(|w|, |b|_inf / R)."""
        b = float(np.abs(v[self.size :]).max())
        return max(self.norm.value(v[: self.size].reshape(self.shape)), b / self.reach)

    def dual(self, z: Array) -> float:
        """Return |z_w|_* + R |z_b|_1."""
        b = float(np.abs(z[self.size :]).sum())
        return self.norm.dual(z[: self.size].reshape(self.shape)) + self.reach * b


def intercepts(problem: Problem) -> Array:
    """Return the entries of rows for intercepts, (N, 1) or (N, k): y_n, or e_y - e_c of pairs."""
    if problem.classes is None:
        return np.asarray(problem.y, dtype=np.float64)[:, None]
    k = len(problem.classes)
    own = codes_of(problem.y, problem.classes)
    pairs = np.eye(k)[own][:, None] - np.eye(k)[None]
    return np.asarray(pairs[np.arange(k) != own[:, None]])


def require_separable_with_intercept(problem: Problem) -> None:
    """Raise the error, with its proof, of a problem that is not separable with an intercept either."""
    separability(with_ones(problem)).require()


def best_margin_with_intercept(
    problem: Problem,
    norm: Norm,
    tolerance: float,
    require: Callable[[Problem], None] = require_separable_with_intercept,
    start: MarginStart | None = None,
) -> MarginSolution:
    """Return the maximum margin with a free intercept, whether or not its gap meets the tolerance.

    Parameters
    ----------
    problem : Problem
    norm : Norm
    tolerance : float
    require : callable
        Asked where no positive margin was found: it raises `NotSeparableError` where there is none.
    start : MarginStart, optional
        Where to begin.

    Raises
    ------
    NotSeparableError
        If there is no positive margin.
    InvalidValueError
        If there is one class alone.
    OracleError
        If rounding hides the margin.
    """
    if problem.classes is None and len(np.unique(problem.y)) < 2:
        raise InvalidValueError(
            "y: expected labels of both classes, without which an intercept makes margins of any size; write "
            "intercept=False"
        )
    given, shape, F = problem, problem.predictor_shape, intercepts(problem)
    problem, center = _centered(given)
    rows = margin_rows(problem)
    measure = WithIntercept.of(rows, F, norm, shape)
    unit = power_of_two(measure.reach)
    A = beside(rows / unit, F)
    measure = WithIntercept(norm, shape, measure.reach / unit)
    proof = MarginProof(A, measure, (A.shape[1],))
    with suppress(OracleError):
        begin = None
        if start is not None:
            begin = _start(A, F.shape[1], start.w)
            known = start.intercept
            if known is not None and len(known) == F.shape[1] > 1:
                begin[-len(known) :] = (known + start.w.reshape(len(known), -1) @ center) / unit
            proof.consider(begin, start.weights_of(len(F)))
        for v, alpha in _ways(proof, norm, shape, tolerance, begin) if proof.gap > tolerance else ():
            if F.shape[1] > 1:  # what all intercepts have in common makes no margin
                v[-F.shape[1] :] -= v[-F.shape[1] :].mean()
            proof.consider(v, alpha)
            if proof.gap <= tolerance:
                break
    if proof.gap > tolerance and (exact := by_exact_program(A, _polytope(norm, shape, F.shape[1]))):
        proof.consider(*exact)
    if not proof.lower > 0:
        require(given)
        raise OracleError("X: rounding hides the margin of data that are separable; rescale the features")
    found = proof.solution(unit)
    v = found.direction.ravel()
    size = measure.norm.value(v[: -F.shape[1]].reshape(shape))
    w, b = v[: -F.shape[1]] / size, unit * v[-F.shape[1] :] / size
    return _moved_back(proof, measure, replace(found, direction=w, intercept=b), unit, center)


def _moved_back(
    proof: MarginProof, measure: WithIntercept, found: MarginSolution, unit: float, center: Array
) -> MarginSolution:
    """Return the solution for data that were moved by a center, with the margin that its rounded b leaves."""
    w, W = found.direction, found.direction.reshape(np.size(found.intercept), -1)
    several = len(W) > 1
    b = found.intercept - products(W, center)[0]
    b = b - b.mean() if several else b
    # What is left of the rounded b where the center is taken off again; of classes, beside that of the first.
    first = np.full((len(W), 1), -b[0] if several else 0.0)
    terms = np.hstack([W, -W[:1] * several + 0.0 * W, b[:, None], first])
    left = products(terms, np.concatenate([center, center, [1.0, 1.0]]))[0]
    least, rounding = proof.least_margin(np.append(w, left / unit))
    if several or center.any():  # what is left was rounded, too: beside margins that are tiny it counts
        rounding += 2 * float(np.finfo(float).eps) * float(np.abs(left).max()) / unit
    w = w.reshape(measure.shape)
    lower = (least - rounding) / max(measure.norm.value(w), 1.0) * (1 - proof.error)
    bracket = Bracket(unit * min(lower, proof.upper), found.bracket.upper)
    return replace(
        found, direction=w, value=unit * least, bracket=bracket, intercept=b if several else float(b[0])
    )


def _centered(problem: Problem) -> tuple[Problem, Array]:
    """Return the problem with features moved towards 0, and by how much: an intercept takes up the rest.

    Features move that are far from 0 beside their spread, where the smallest and the largest of one sign
    differ by less than a factor of two: by a number between them, so that differences are exact (Sterbenz
    1974), and what is proved of them holds for the data as given.
    """
    flat = samples_of(problem)
    center = np.zeros(flat.shape[1])
    if is_sparse(flat):
        return problem, center
    low, high = flat.min(axis=0).astype(float), flat.max(axis=0).astype(float)
    far = (
        (low != 0)
        & (np.sign(low) == np.sign(high))
        & (np.maximum(abs(low), abs(high)) <= 2 * np.minimum(abs(low), abs(high)))
    )
    if not far.any():
        return problem, center
    center[far] = low[far] + (high[far] - low[far]) / 2
    X = flat.astype(np.float64) - center
    return Problem(X.reshape(problem.X.shape), problem.y, problem.loss), center


def beside(rows: Any, F: Array) -> Any:
    """Return rows with further entries."""
    if not is_sparse(rows):
        return np.hstack([rows, F])
    from scipy.sparse import csr_array, hstack

    return csr_array(hstack([rows, csr_array(F)], format="csr"))


def with_ones(problem: Problem) -> Problem:
    """Return the problem of samples with a last entry of 1."""
    X = samples_of(problem)
    return Problem(beside(X, np.ones((X.shape[0], 1))), problem.y, problem.loss)


def _ways(
    proof: MarginProof, norm: Norm, shape: tuple[int, ...], tolerance: float, start: Array | None
) -> Iterator[tuple[Array, Array]]:
    """Yield (w, b) and weights of F' alpha = 0 that come nearer to the maximum margin."""
    A, m = proof.A, proof.A.shape[1] - math.prod(shape)
    linear, ball = oracle_of(norm).linear_ball(shape), oracle_of(norm).ball(shape)
    few = linear is not None and min(A.shape) < MANY_UNKNOWNS
    if ball is not None and not few and min(A.shape) <= MOST_UNKNOWNS:
        yield from ball_path(A, [ball, Box(np.full(m, _REACH))])
    if linear is not None and proof.gap > tolerance:
        yield from by_linear_programs(A, _with_free(linear, m), tolerance, start)
    elif (few_rows := _few_rows(norm, shape)) is not None:
        if A.shape[0] > few_rows and A.shape[0] > A.shape[1]:
            solve_some = partial(_best, norm=norm, shape=shape, tolerance=tolerance / 4)
            begin, at_a_time = _start(A, m) if start is None else start, max(200, min(A.shape))
            yield from on_working_rows(A, begin, solve_some, tolerance / 4, at_a_time)
        if proof.gap > tolerance:
            yield from _path(A, norm, shape)
    if proof.gap > tolerance:
        with suppress(OracleError):
            yield _by_program(A, norm, shape, m)


def _few_rows(norm: Norm, shape: tuple[int, ...]) -> int | None:
    """Return how many rows an interior point method takes at once; None where there is none."""
    if is_strictly_convex(norm):
        return _MANY
    of_values = singular_values_path(norm, shape)
    return None if of_values is None else of_values.few_rows


def _path(rows: Any, norm: Norm, shape: tuple[int, ...]) -> Iterator[tuple[Array, Array]]:
    """Yield what the central path goes through, as long as it gets on."""
    d = math.prod(shape)
    X, F = dense_rows(rows[:, :d]), dense_rows(rows[:, d:])
    if (of_values := singular_values_path(norm, shape)) is not None:
        # Intercepts of classes are one more than their differences: the last is 0.
        free = F[:, : max(F.shape[1] - 1, 1)]
        for w, alpha in of_values.path(X, (shape[0], shape[1]), free, _balanced(F)):
            yield np.append(w, np.zeros(rows.shape[1] - w.size)), alpha
        return

    def dual(z: Array) -> float:
        return norm.dual(z.reshape(shape))

    gram = X @ X.T if norm == Lp(2) and len(X) <= d else None
    yield from central_path(X, oracle_of(norm).directions(shape), dual, _balanced(F), gram=gram, free=F)


def _best(rows: Any, norm: Norm, shape: tuple[int, ...], tolerance: float) -> tuple[Array, Array, float]:
    """Return the (w, b), the weights and the bound of some rows."""
    found = MarginProof(rows, WithIntercept(norm, shape, _REACH), (rows.shape[1],))
    for w, alpha in _path(rows, norm, shape):
        found.consider(w, alpha)
        if found.gap <= tolerance or found.since >= _PATIENCE:
            break
    if not found.lower > 0:
        raise OracleError("the rows at hand have no margin")
    return found.w.ravel(), found.weights, found.upper


def _polytope(norm: Norm, shape: tuple[int, ...], m: int) -> LinearBall | None:
    """Return the ball with intercepts in a norm of which it is a polytope, as in each of one parameter."""
    linear = oracle_of(norm).linear_ball(shape)
    if linear is None and math.prod(shape) == 1:
        linear = linear_lp_ball(1, math.inf)
    return None if linear is None else _with_free(linear, m)


def _with_free(ball: LinearBall, m: int) -> LinearBall:
    """Return a ball times a cube that holds all b of use, for rows of at most unit dual norm or so."""
    from scipy.sparse import block_diag, csr_array, eye_array, hstack

    return LinearBall(
        block_diag([ball.to_w, eye_array(m)], format="csc"),
        hstack([csr_array(ball.rows), csr_array((ball.rows.shape[0], m))], format="csr"),
        ball.most,
        np.append(ball.lower, np.full(m, -_REACH)),
        np.append(ball.upper, np.full(m, _REACH)),
    )


def _balanced(F: Array) -> Array:
    """Return positive weights with F' alpha = 0: every class has the same, and its samples share it."""
    if F.shape[1] == 1:
        positive = F[:, 0] > 0
        counts = positive.sum(), (~positive).sum()
    else:
        counts, positive = (F > 0).sum(axis=0), F.argmax(axis=1)
    if not min(counts):
        raise OracleError("one class alone has no margin")
    weights = np.where(positive, 1 / counts[0], 1 / counts[1]) if F.shape[1] == 1 else 1 / counts[positive]
    return np.asarray(weights / weights.sum())


def _start(A: Any, m: int, w: Array | None = None) -> Array:
    """Return a w, that of the rows' balanced mean if none is given, with b in the middle of two classes."""
    F = dense_rows(A[:, -m:])
    v = (_balanced(F) / largest(A, axis=1)) @ A if w is None else np.append(w, np.zeros(m))
    v[-m:] = 0.0
    if m == 1:
        margins = A @ v
        positive = F[:, 0] > 0
        v[-1] = (margins[~positive].min() - margins[positive].min()) / 2
    return np.asarray(v)


def _by_program(A: Any, norm: Norm, shape: tuple[int, ...], m: int) -> tuple[Array, Array]:
    """Return the solution of min |w| subject to A (w, b) >= 1, and its multipliers."""
    import cvxpy as cp

    w, b = cp.Variable(shape), cp.Variable(m)
    apart = A[:, :-m] @ cp.vec(w, order="C") + dense_rows(A[:, -m:]) @ b >= 1
    solve(cp.Problem(cp.Minimize(as_cvxpy(norm, w)), [apart]))
    weights = np.maximum(apart.dual_value, 0.0)
    return np.append(w.value.ravel(), b.value), weights / (weights.sum() or 1.0)
