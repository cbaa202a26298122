"""The lasso path against its optimality conditions and closed forms, forward stagewise against its limit."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog, nnls
from sklearn.linear_model import Lasso

import implicitbias as ib
from implicitbias.paths import lasso, stagewise


def problem_of(n, d, seed):
    rng = np.random.default_rng(seed)
    return ib.Problem(rng.standard_normal((n, d)), rng.standard_normal(n), ib.Squared())


MONOTONE = problem_of(3, 6, 5)
NOT_MONOTONE = problem_of(5, 10, 0)


def smallest_l1_norm(problem):
    X = problem.X
    return linprog(np.ones(2 * X.shape[1]), A_eq=np.hstack([X, -X]), b_eq=problem.y).fun


def assert_optimal(problem, w, alpha, largest):
    force = -2 * problem.X.T @ (problem.X @ w - problem.y)
    assert np.abs(force).max() <= alpha + 1e-9 * largest
    assert np.all(np.abs(force - alpha * np.sign(w))[np.abs(w) > 1e-9] <= 1e-9 * largest)


@pytest.mark.parametrize(("n", "d"), [(5, 10), (20, 50), (30, 12)])
def test_the_lasso_path_is_optimal(n, d):
    problem = problem_of(n, d, 1)
    path = lasso(problem)
    first = path.alphas[0]
    assert first == pytest.approx(2 * np.abs(problem.X.T @ problem.y).max(), rel=1e-12)
    assert np.all(np.diff(path.alphas) < 0)
    assert path.alphas[-1] <= 1e-10 * first
    assert path.violation < 1e-10
    assert np.all(np.diff(path.l1_norms) > 0)
    for w, alpha in zip(path.w, path.alphas, strict=True):
        assert_optimal(problem, w, alpha, first)
    norms = np.linspace(0, path.l1_norms[-1], 23)
    points = path.at_norm(norms)
    np.testing.assert_allclose(np.abs(points).sum(axis=1), norms, atol=1e-12)
    for w, alpha in zip(points, np.interp(norms, path.l1_norms, path.alphas), strict=True):
        assert_optimal(problem, w, alpha, first)


def test_the_lasso_path_ends_at_the_smallest_l1_norm():
    for seed in range(5):
        problem = problem_of(10, 40, seed)
        path = lasso(problem)
        np.testing.assert_allclose(problem.X @ path.w[-1], problem.y, atol=1e-10)
        assert path.l1_norms[-1] == pytest.approx(smallest_l1_norm(problem), rel=1e-9)


def test_orthonormal_columns():
    # Soft thresholds: w_i = sign(c_i) max(|c_i| - alpha / 2, 0) with c = X'y.
    X, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((8, 5)))
    y = np.random.default_rng(1).standard_normal(8)
    path = lasso(ib.Problem(X, y, ib.Squared()))
    c = X.T @ y
    for w, alpha in zip(path.w, path.alphas, strict=True):
        np.testing.assert_allclose(w, np.sign(c) * np.maximum(np.abs(c) - alpha / 2, 0), atol=1e-12)
    assert path.monotone
    assert stagewise(ib.Problem(X, y, ib.Squared()), 1e-3).converged


@pytest.mark.parametrize("scale", [1e-8, 1e8])
def test_any_scale(scale):
    problem = problem_of(5, 10, 1)
    scaled = ib.Problem(scale * problem.X, problem.y, ib.Squared())
    np.testing.assert_allclose(lasso(scaled).w * scale, lasso(problem).w, atol=1e-10)
    scaled = ib.Problem(problem.X, scale * problem.y, ib.Squared())
    np.testing.assert_allclose(lasso(scaled).w / scale, lasso(problem).w, atol=1e-10)


def test_ties():
    path = lasso(ib.Problem(np.eye(2), [1.0, 1.0], ib.Squared()))
    np.testing.assert_allclose(path.at_norm(1.0), [0.5, 0.5], atol=1e-9)
    assert path.violation < 1e-9


def test_no_signal():
    problem = ib.Problem([[1.0, 2.0]], [0.0], ib.Squared())
    path = lasso(problem)
    np.testing.assert_array_equal(path.w, [[0, 0]])
    assert path.monotone
    np.testing.assert_array_equal(path.at_norm(0), [0, 0])
    assert stagewise(problem, 0.1).converged


def test_matrices_are_flattened():
    X = np.random.default_rng(0).standard_normal((4, 2, 3))
    flat = ib.Problem(X.reshape(4, 6), [1.0, 2, 3, 4], ib.Squared())
    path = lasso(ib.Problem(X, [1.0, 2, 3, 4], ib.Squared()))
    np.testing.assert_array_equal(path.w, lasso(flat).w.reshape(-1, 2, 3))
    assert path.at_norm([0.1, 0.2]).shape == (2, 2, 3)
    assert stagewise(path.problem, 1e-2).w.shape[1:] == (2, 3)


def test_norms_beyond_the_path():
    path = lasso(MONOTONE)
    for c in (-0.1, path.l1_norms[-1] + 0.1, [0.1, 99.0]):
        with pytest.raises(ib.InvalidValueError, match="c: expected l1 norms from 0 to"):
            path.at_norm(c)


@pytest.mark.parametrize("ties", ["first", "average"])
def test_stagewise_follows_a_monotone_lasso_path(ties):
    path = lasso(MONOTONE)
    assert path.monotone
    off = []
    for epsilon in (4e-3, 1e-3, 2.5e-4):
        steps = stagewise(MONOTONE, epsilon, ties=ties, tolerance=1e-8)
        assert steps.converged
        norms = np.minimum(steps.l1_norms, path.l1_norms[-1])
        off.append(np.abs(steps.w - path.at_norm(norms)).max())
        np.testing.assert_allclose(steps.arc_length, steps.l1_norms, atol=3 * epsilon)
        assert steps.l1_norms[-1] == pytest.approx(path.l1_norms[-1], abs=epsilon)
    assert off[0] < 4e-3
    assert off[2] < off[1] / 2 < off[0] / 4


def stagewise_limit(problem):
    """The knots of forward stagewise with infinitesimal steps: each piece moves along a nonnegative least
    squares solution over the tied coordinates, until another one ties (Hastie et al. 2007).
    """
    X, y = problem.X, problem.y
    w = np.zeros(X.shape[1])
    knots = [w]
    while True:
        c = X.T @ (y - X @ w)
        largest = np.abs(c).max()
        if largest < 1e-12 * np.abs(X.T @ y).max():
            return np.array(knots)
        tied = np.abs(c) >= largest * (1 - 1e-9)
        signs = np.sign(c[tied])
        step = np.zeros_like(w)
        step[tied] = signs * nnls(X[:, tied] * signs, y - X @ w)[0]
        falls = X.T @ (X @ step)
        # Those that move fall in proportion; when does another catch up?
        length = 1.0
        for sign in (1, -1):
            with np.errstate(divide="ignore", invalid="ignore"):
                times = (largest - sign * c[~tied]) / (largest - sign * falls[~tied])
            length = min([length, *times[times > 0]])
        w = w + length * step
        knots.append(w)


@pytest.mark.parametrize("ties", ["first", "average"])
def test_stagewise_tends_to_its_limit(ties):
    knots = stagewise_limit(NOT_MONOTONE)
    arc_length = np.append(0, np.cumsum(np.abs(np.diff(knots, axis=0)).sum(axis=1)))
    off = []
    for epsilon in (4e-3, 1e-3, 2.5e-4):
        steps = stagewise(NOT_MONOTONE, epsilon, ties=ties, record=ib.log_spaced(1000))
        along = np.minimum(steps.arc_length, arc_length[-1])
        limit = np.stack([np.interp(along, arc_length, column) for column in knots.T], axis=1)
        off.append(np.abs(steps.w - limit).max())
    assert off[2] < off[1] / 2 < off[0] / 4
    assert off[2] < 6e-4


def test_stagewise_misses_the_smallest_l1_norm_where_the_lasso_path_is_not_monotone():
    for seed in range(5):
        problem = problem_of(5, 10, seed)
        path = lasso(problem)
        assert not path.monotone
        steps = stagewise(problem, 2e-4)
        assert steps.residual <= 1e-6 * np.linalg.norm(problem.y)
        assert steps.l1_norms[-1] > smallest_l1_norm(problem) + 5e-4
        limit = np.abs(stagewise_limit(problem)[-1]).sum()
        assert steps.l1_norms[-1] == pytest.approx(limit, abs=1e-3)
        assert limit > path.l1_norms[-1] + 1e-3 * (1 - 1e-2)


def test_average_keeps_symmetric_coordinates_equal():
    problem = ib.Problem([[1.0, 1.0, 0.2], [0.5, 0.5, -1]], [1.0, 1.0], ib.Squared())
    averaged = stagewise(problem, 1e-2).w
    np.testing.assert_array_equal(averaged[:, 0], averaged[:, 1])
    first = stagewise(problem, 1e-2, ties="first").w
    np.testing.assert_array_equal(first[:, 1], 0)
    np.testing.assert_allclose(first[:, 0].max(), averaged[:, :2].sum(axis=1).max(), rtol=0.02)


def test_data_that_cannot_be_fitted():
    problem = problem_of(20, 4, 0)
    best = np.linalg.lstsq(problem.X, problem.y)[0]
    steps = stagewise(problem, 1e-3)
    assert steps.converged
    np.testing.assert_allclose(steps.w[-1], best, atol=1e-5)
    np.testing.assert_allclose(lasso(problem).w[-1], best, atol=1e-10)


def test_stagewise_run():
    steps = stagewise(MONOTONE, 0.01, max_steps=50, record=ib.every(20))
    assert not steps.converged
    np.testing.assert_array_equal(steps.t, [0, 20, 40, 50])
    assert steps.run.method == ib.SteepestDescent(ib.Lp(1), ties="average")
    lengths = np.abs(np.diff(stagewise(MONOTONE, 0.01, max_steps=50, record=ib.every(1)).w, axis=0)).sum(
        axis=1
    )
    assert lengths[0] == pytest.approx(0.01, rel=1e-12)
    assert lengths.max() <= 0.01 * (1 + 1e-12)


@pytest.mark.parametrize("function", [lasso, lambda problem: stagewise(problem, 0.1)])
def test_refused_problems(function):
    with pytest.raises(ib.InvalidTypeError, match="problem: expected a Problem"):
        function("data")
    with pytest.raises(ib.InvalidTypeError, match=r"problem: expected the loss Squared\(\), got LogCosh"):
        function(ib.Problem([[1.0, 2.0]], [1.0], ib.LogCosh()))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epsilon": 0.0}, "epsilon: expected a positive number"),
        ({"epsilon": math.inf}, "epsilon: expected a positive number"),
        ({"epsilon": "small"}, "epsilon: expected a number, got .small."),
        ({"epsilon": 100.0}, "epsilon: expected a length below"),
        ({"epsilon": 0.1, "tolerance": -1}, "tolerance: expected a positive number"),
        ({"epsilon": 0.1, "max_steps": 0}, "max_steps: expected an int from 1"),
    ],
)
def test_refused_options(options, message):
    with pytest.raises((ib.InvalidValueError, ib.InvalidTypeError), match=message):
        stagewise(MONOTONE, **options)


@st.composite
def tied_problems(draw):
    """Entries -1, 0 and 1, with copies, negatives, multiples and combinations of columns, and of any size."""
    n, d = draw(st.integers(1, 8)), draw(st.integers(1, 8))
    entries = st.integers(-1, 1).map(float)
    X = draw(arrays(float, (n, d), elements=entries))
    if draw(st.booleans()):
        others = draw(arrays(float, (d, draw(st.integers(1, 4))), elements=entries))
        X = np.hstack([X, X @ others])
    X *= 10.0 ** draw(arrays(float, X.shape[1], elements=st.sampled_from([-8.0, -6, 0, 0, 0, 0, 3])))
    y = draw(arrays(float, n, elements=st.integers(-2, 2).map(float)))
    return ib.Problem(X, y, ib.Squared())


@given(tied_problems())
@settings(max_examples=300)
def test_there_is_a_path_whatever_the_columns(problem):
    X, y = problem.X, problem.y
    path = lasso(problem)
    assert path.alphas[-1] == 0
    assert np.all(np.diff(path.alphas) < 0)
    sizes = 2 * np.linalg.norm(X, axis=0) * np.linalg.norm(y)
    for share in (0, 0.3):  # at the knots and between
        w = np.vstack([path.w, share * path.w[1:] + (1 - share) * path.w[:-1]])
        alphas = np.append(path.alphas, share * path.alphas[1:] + (1 - share) * path.alphas[:-1])[:, None]
        forces = -2 * (w @ X.T - y) @ X
        assert np.all(np.abs(forces) <= alphas + 1e-11 * sizes)
        assert np.all((np.abs(forces - alphas * np.sign(w)) <= 1e-11 * sizes)[w != 0])
    # The end is a least squares solution, in every column's own units.
    columns = X / np.where(sizes > 0, np.linalg.norm(X, axis=0), 1)
    best = columns @ np.linalg.lstsq(columns, y)[0]
    np.testing.assert_allclose(X @ path.w[-1], best, atol=1e-9 * (1 + np.linalg.norm(y)))


def test_columns_that_gain_by_rounding_alone_take_no_part():
    """Seven columns are all that seven samples take: the gradients of the others are rounding."""
    X = [
        [-1, 0, -1, 0, -1, 0, 0, -3, 1, -1, -1],
        [0, 0, 1, 1, 1, 1, -1, 1, -2, -2, 0],
        [-1, -1, 0, -1, -1, 1, 0, -2, 0, 0, -2],
        [0, 1, -1, -1, 1, -1, 1, 0, 1, -1, 0],
        [-1, -1, 0, 0, -1, 0, -1, -1, 1, 0, -1],
        [-1, -1, -1, -1, 0, 0, -1, -1, 2, -2, -3],
        [0, 0, 0, 0, -1, 1, 1, -2, -1, 1, 0],
    ]
    path = lasso(ib.Problem(1e-8 * np.array(X), [-1, 0, -1, 0, 0, 0, 0], ib.Squared()))
    assert path.violation < 1e-14
    assert np.all(np.count_nonzero(path.w, axis=1) <= 7)


def test_a_column_and_its_negative():
    path = lasso(ib.Problem([[1.0, 1, -1], [1, 0, -1]], [-2.0, -1], ib.Squared()))
    np.testing.assert_allclose(path.alphas, [6, 2, 0], atol=1e-14)
    np.testing.assert_allclose(path.w[:, 0] - path.w[:, 2], [0, -1, -1], atol=1e-14)
    np.testing.assert_allclose(path.w[:, 1], [0, 0, -1], atol=1e-14)
    for ties in ("first", "average"):
        steps = stagewise(path.problem, 0.01, ties=ties)
        assert steps.converged
        assert steps.l1_norms[-1] == pytest.approx(path.l1_norms[-1], abs=1e-5)


def test_another_program_finds_the_same_values():
    rng = np.random.default_rng(0)
    for _ in range(20):
        X, y = rng.integers(-1, 2, (6, 5)).astype(float), rng.integers(-2, 3, 6).astype(float)
        X = np.hstack([X, -X[:, :2], X[:, :1]])
        path = lasso(ib.Problem(X, y, ib.Squared()))
        for alpha in path.alphas[0] * np.array([0.9, 0.5, 0.1]):
            w = np.array([np.interp(-alpha, -path.alphas, column) for column in path.w.T])
            other = Lasso(alpha / 2 / len(y), fit_intercept=False, tol=1e-14, max_iter=10**6).fit(X, y)
            np.testing.assert_allclose(X @ w, other.predict(X), atol=1e-6)
            assert np.abs(w).sum() == pytest.approx(np.abs(other.coef_).sum(), abs=1e-6)


def test_small_columns_have_their_path_to_the_end():
    for size in (1e-6, 1e-12, 1e-30):
        X, y = np.array([[1.0, 1], [1, 2], [1, 4]]) * [1, size], np.array([1.0, 2, 4])
        problem = ib.Problem(X, y, ib.Squared())
        path = lasso(problem)
        np.testing.assert_allclose(path.w[-1] * [1, size], [0, 1], atol=1e-12)
        # The larger column moves alone until alpha is of the size of the smaller one.
        assert path.alphas[0] == pytest.approx(14)
        assert path.alphas[1] < 14 * size
        assert not stagewise(problem, 0.01, max_steps=1000).converged


def test_an_empty_array_is_no_recording():
    problem = ib.Problem(np.eye(2), [1.0, 2.0], ib.Squared())
    with pytest.raises(ib.InvalidTypeError, match="^record: "):
        ib.paths.stagewise(problem, record=np.empty(0))
