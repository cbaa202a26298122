"""Maximum margins with an intercept that no norm counts, as the support vector machine has it.

max {min_n y_n (<w, x_n> + b) : |w| <= 1} is the margin in the norm max(|w|, |b| / R) of (w, b), for any R
that does not hold b back: the largest |x_n|_* is one, as either class has samples on its side of the plane.
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
from ..arithmetic.powers_of_two import power_of_two
from ..errors import InvalidValueError, OracleError
from ..nouns.of_ones_own import is_strictly_convex
from ..problems.class_labels import codes_of
from ..problems.rows import dense_rows, is_sparse, largest, margin_rows
from .central_path import central_path
from .cone_program import solve
from .linear_ball import LinearBall
from .linear_margin import by_linear_programs
from .margin_proof import MarginProof, MarginSolution
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
    def of(cls, rows: Any, norm: Norm, shape: tuple[int, ...]) -> "WithIntercept":
        """Return that of the R which holds no b back on these rows."""
        return cls(norm, shape, max(norm.dual(row.reshape(shape)) for row in _dense(rows)) or 1.0)

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
) -> MarginSolution:
    """Return the maximum margin with a free intercept, whether or not its gap meets the tolerance.

    Parameters
    ----------
    problem : Problem
    norm : Norm
    tolerance : float
    require : callable
        Asked where no positive margin was found: it raises `NotSeparableError` where there is none.

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
    shape, rows, F = problem.predictor_shape, margin_rows(problem), intercepts(problem)
    measure = WithIntercept.of(rows, norm, shape)
    unit = power_of_two(measure.reach)
    A = beside(rows / unit, F)
    proof = MarginProof(A, WithIntercept(norm, shape, measure.reach / unit), (A.shape[1],))
    with suppress(OracleError):
        for v, alpha in _ways(proof, norm, shape, tolerance):
            proof.consider(v, alpha)
            if proof.gap <= tolerance:
                break
    if not proof.lower > 0:
        require(problem)
        raise OracleError("X: rounding hides the margin of data that are separable; rescale the features")
    found = proof.solution(unit)
    v = found.direction.ravel()
    size = norm.value(v[: -F.shape[1]].reshape(shape))
    b = unit * v[-F.shape[1] :] / size
    return replace(
        found,
        direction=v[: -F.shape[1]].reshape(shape) / size,
        value=found.value / size,
        intercept=float(b[0]) if problem.classes is None else b - b.mean(),
    )


def _dense(rows: Any) -> Iterator[Array]:
    """Yield rows, some at a time as dense ones."""
    for first in range(0, rows.shape[0], _MANY):
        yield from dense_rows(rows[first : first + _MANY])


def beside(rows: Any, F: Array) -> Any:
    """Return rows with further entries."""
    if not is_sparse(rows):
        return np.hstack([rows, F])
    from scipy.sparse import csr_array, hstack

    return csr_array(hstack([rows, csr_array(F)], format="csr"))


def with_ones(problem: Problem) -> Problem:
    """Return the problem of samples with a last entry of 1."""
    X = problem.X if is_sparse(problem.X) else problem.X.reshape(len(problem.y), -1)
    return Problem(beside(X, np.ones((X.shape[0], 1))), problem.y, problem.loss)


def _ways(
    proof: MarginProof, norm: Norm, shape: tuple[int, ...], tolerance: float
) -> Iterator[tuple[Array, Array]]:
    """Yield (w, b) and weights of F' alpha = 0 that come nearer to the maximum margin."""
    A, m = proof.A, proof.A.shape[1] - math.prod(shape)
    ball = oracle_of(norm).linear_ball(shape)
    if ball is not None:
        yield from by_linear_programs(A, _with_free(ball, m), tolerance)
    elif (few_rows := _few_rows(norm, shape)) is not None:
        if A.shape[0] > few_rows and A.shape[0] > A.shape[1]:
            solve_some = partial(_best, norm=norm, shape=shape, tolerance=tolerance / 4)
            yield from on_working_rows(A, _start(A, m), solve_some, tolerance / 4, max(200, min(A.shape)))
        if proof.gap > tolerance:
            yield from _path(A, norm, shape)
    if proof.gap > tolerance:
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


def _start(A: Any, m: int) -> Array:
    """Return the w of the rows' balanced mean, with b in the middle between two classes."""
    F = dense_rows(A[:, -m:])
    w = np.asarray((_balanced(F) / largest(A, axis=1)) @ A)
    w[-m:] = 0.0
    if m == 1:
        margins = A @ w
        positive = F[:, 0] > 0
        w[-1] = (margins[~positive].min() - margins[positive].min()) / 2
    return w


def _by_program(A: Any, norm: Norm, shape: tuple[int, ...], m: int) -> tuple[Array, Array]:
    """Return the solution of min |w| subject to A (w, b) >= 1, and its multipliers."""
    import cvxpy as cp

    w, b = cp.Variable(shape), cp.Variable(m)
    apart = A[:, :-m] @ cp.vec(w, order="C") + dense_rows(A[:, -m:]) @ b >= 1
    solve(cp.Problem(cp.Minimize(as_cvxpy(norm, w)), [apart]))
    weights = np.maximum(apart.dual_value, 0.0)
    return np.append(w.value.ravel(), b.value), weights / (weights.sum() or 1.0)
