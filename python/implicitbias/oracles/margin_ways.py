"""The ways in which the maximum margin in a norm is looked for, the likeliest first."""

from collections.abc import Iterator
from math import inf, prod
from typing import Any, NamedTuple

import numpy as np

from .._core import Exponential, Lp, Norm, Problem
from .._types import Array
from ..errors import InvalidTypeError, OracleError
from ..nouns.of_ones_own import is_quadratic, is_strictly_convex
from ..problems.rows import dense_rows, is_sparse, largest
from .atomic_margin import by_atoms
from .ball_path import MANY_UNKNOWNS, MOST_UNKNOWNS, ball_path
from .central_path import central_path
from .gram_path import LARGEST_GRAM, gram_path
from .linear_margin import by_linear_programs
from .margin_proof import MarginProof
from .margin_start import MarginStart
from .max_margin import GAP, by_convex_programs
from .norms import oracle_of
from .separability import separability
from .singular_values_path import singular_values_path
from .well_scaled import Coordinates, Doubled, agreeing
from .well_scaled_path import well_scaled_path
from .working_rows import on_working_rows

_PATIENCE = 10  # iterations without progress
_MORE_PATIENCE = 30  # on the path in the samples' coordinates, along which z may grow by many digits first
# Of p, where the central path begins that goes on towards l1, and what becomes of p - 1 from norm to norm; of
# weights, how far from the boundary the next norm's path takes them up.
_FAR_FROM_L1, _NEARER, _FROM_THE_BOUNDARY = 1.5, 0.7, 1e-3
_HALF_WAY = 30  # iterations for each norm on the way
_MANY, _LARGE = 1000, 300_000  # rows, and their entries, from which on working rows are faster
_MOST_AT_A_TIME = 1000  # of working rows
_ROUGH = 1e-2  # gap in l2 of a w that linear programs begin at
_FIRST = 200  # working rows at a time in norms of singular values


class Way(NamedTuple):
    """Points that may prove more and more, and how many in a row may prove nothing new."""

    points: Iterator[tuple[Array, Array]] | Iterator[tuple[Doubled, Doubled]]
    patience: float


def follow(proof: MarginProof, way: Way, tolerance: float) -> bool:
    """Follow a way until the gap is at most the tolerance, and return whether it is."""
    proof.since = 0
    for w, alpha in way.points:
        proof.consider(w, alpha)
        if proof.gap <= tolerance:
            return True
        if proof.since >= way.patience or proof.vanishing:
            break
    return False


def ways_to_margin(
    proof: MarginProof, problem: Problem, norm: Norm, tolerance: float, start: MarginStart | None = None
) -> Iterator[Way]:
    """Yield ways to the maximum margin of a problem, whose rows up to a factor the proof has."""
    A, shape = proof.A, problem.predictor_shape
    ball = oracle_of(norm).linear_ball(shape)
    tall = A.shape[0] > max(_MANY, A.shape[1]) and prod(A.shape) > _LARGE
    first = None if start is None else start.w
    some = is_strictly_convex(norm) or (not is_sparse(A) and any(_of_ball(A, norm, shape)))
    if start is not None and tall and some:  # steps on all of sparse rows take no longer in l1 and linf
        # The rows that carry weight near a maximum are as many as features, at most.
        at_a_time = max(_at_a_time(A), 2 * min(A.shape))
        yield Way(_on_working_rows(A, norm, shape, tolerance, at_a_time, first), inf)
    if ball is not None:
        yield from _of_ball(A, norm, shape)
        if tall and first is None:
            first = _near(A, shape)
        yield Way(by_linear_programs(A, ball, tolerance, first), inf)
    elif is_strictly_convex(norm):
        if tall and start is None and not is_sparse(A):  # of sparse rows all come into a step that is as fast
            yield Way(_on_working_rows(A, norm, shape, tolerance, _at_a_time(A)), inf)
        yield from _interior(A, norm, shape, tolerance)
        if tall and is_sparse(A):
            yield Way(_on_working_rows(A, norm, shape, tolerance, _at_a_time(A)), inf)
        yield Way(_well_scaled_path(dense_rows(A), norm, shape), _MORE_PATIENCE)
        if isinstance(norm, Lp):  # the neighbor's solution is nearly that of a p close to 1, or large
            neighbor = oracle_of(Lp(1 if norm.p < 2 else inf)).linear_ball(shape)
            assert neighbor is not None
            yield Way(by_linear_programs(A, neighbor, tolerance), inf)
    elif any(_of_ball(A, norm, shape)):
        if tall and start is None and not is_sparse(A):
            yield Way(_on_working_rows(A, norm, shape, tolerance, _at_a_time(A)), inf)
        yield from _of_ball(A, norm, shape)
    elif (of_values := singular_values_path(norm, shape)) is not None:
        if A.shape[0] > of_values.few_rows:
            yield Way(_on_working_rows(A, norm, shape, tolerance, _FIRST), inf)
        else:
            yield from _interior(A, norm, shape, tolerance)
    if proof.gap <= GAP:  # convex programs stop there
        return
    try:
        found = by_convex_programs(problem, norm)
    except OracleError:
        return
    except InvalidTypeError:  # of norms without a cvxpy form
        yield Way(by_atoms(A, norm, shape), inf)
    else:
        yield Way(iter([(found.direction.ravel(), found.weights)]), inf)


def _near(A: Any, shape: tuple[int, ...]) -> Array | None:
    """Return about the best w in l2, near which most rows are that carry weight in other norms."""
    best = None
    for w, _ in _on_working_rows(A, Lp(2), shape, _ROUGH, _at_a_time(A)):
        best = w
    return best


def _of_ball(A: Any, norm: Norm, shape: tuple[int, ...]) -> Iterator[Way]:
    """Yield the interior point method of a simple unit ball, unless linear programs take less."""
    oracle, unknowns = oracle_of(norm), min(A.shape)
    ball = oracle.ball(shape)
    if ball is None or unknowns > MOST_UNKNOWNS:
        return
    if unknowns >= MANY_UNKNOWNS or oracle.linear_ball(shape) is None:
        yield Way(ball_path(A, [ball]), _PATIENCE)


def _interior(A: Any, norm: Norm, shape: tuple[int, ...], tolerance: float) -> Iterator[Way]:
    """Yield interior point methods on all rows of A; none in norms that have none."""
    n, d = A.shape
    if not is_strictly_convex(norm):
        yield from _of_ball(A, norm, shape)
        if (of_values := singular_values_path(norm, shape)) is not None:
            yield Way(of_values.path(dense_rows(A), (shape[0], shape[1])), _PATIENCE)
        return
    if is_quadratic(norm) and n <= min(d, LARGEST_GRAM):
        yield Way(gram_path(A, oracle_of(norm).chart(d), tolerance / 2), _PATIENCE)
    for path in _paths(A if n > d else dense_rows(A), norm, shape):
        yield Way(path, _PATIENCE)


def _at_a_time(A: Any) -> int:
    """Return how many working rows an interior point method takes up at once."""
    return int(min(_MOST_AT_A_TIME, max(200, min(A.shape) // 2)))


def _on_working_rows(
    A: Any,
    norm: Norm,
    shape: tuple[int, ...],
    tolerance: float,
    at_a_time: int,
    start: Array | None = None,
) -> Iterator[tuple[Array, Array]]:
    """Yield w and weights that interior point methods find on the rows that carry weight."""

    def solve(rows: Any) -> tuple[Array, Array, float]:
        proof = MarginProof(rows, norm, shape)
        if not any(follow(proof, way, tolerance / 4) for way in _interior(rows, norm, shape, tolerance / 4)):
            raise OracleError("interior point methods end before the tolerance")
        return proof.w.ravel(), proof.weights, proof.upper

    if start is None:
        start = np.asarray((1 / largest(A, axis=1)) @ A)
    return on_working_rows(A, start, solve, tolerance / 4, at_a_time)


def _well_scaled_path(A: Array, norm: Norm, shape: tuple[int, ...]) -> Iterator[tuple[Doubled, Doubled]]:
    """Yield w and weights along the central path in coordinates in which the samples are well scaled."""
    coordinates = Coordinates.of(A)
    if coordinates is None:
        return
    M, B = coordinates.M, coordinates.B
    try:
        separator = separability(Problem(B, np.ones(len(B)), Exponential()))
    except OracleError:
        return
    if not separator.separable:
        return
    for u, alpha, z in well_scaled_path(M, B, oracle_of(norm).directions(shape), separator.direction):
        total = alpha.sum()
        if not (np.isfinite(total) and total > 0):
            return
        scale = np.abs(z).max() / total * np.eye(len(z))
        yield Doubled.product(M, u), agreeing(A, coordinates, alpha / total, z / total, scale)


def _paths(A: Any, norm: Norm, shape: tuple[int, ...]) -> Iterator[Iterator[tuple[Array, Array]]]:
    """Yield central paths, the norm's own and, close to l1, one from where those of norms farther off end."""

    def path(norm: Norm, start: Array | None, iterations: int = 100) -> Iterator[tuple[Array, Array]]:
        def dual(z: Array) -> float:
            return norm.dual(z.reshape(shape))

        return central_path(A, oracle_of(norm).directions(shape), dual, start, iterations)

    yield path(norm, None)
    if isinstance(norm, Lp) and norm.p < _FAR_FROM_L1:
        p, start = _FAR_FROM_L1, None
        while p > norm.p:
            farther = Lp(p)
            alphas = [alpha for _, alpha in path(farther, start, _HALF_WAY) if np.isfinite(alpha).all()]
            best = min(alphas, key=lambda alpha: farther.dual((alpha @ A).reshape(shape)))
            start = (1 - _FROM_THE_BOUNDARY) * best + _FROM_THE_BOUNDARY / A.shape[0]
            p = max(norm.p, 1 + _NEARER * (p - 1))
        yield path(norm, start)
