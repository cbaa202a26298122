"""The certified bracket holds the oracle's value, always."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import conftest
import examples
import implicitbias as ib
from implicitbias.oracles.max_margin import max_margin


def assert_brackets(run, value):
    rows = run.trajectory
    slack = 1e-9 * value
    assert np.all(rows.margin <= value + slack)
    assert np.all(rows.bound >= value - slack)
    assert np.all(rows.best_margin <= value + slack)
    assert np.all(rows.best_bound >= value - slack)
    assert np.all(np.diff(rows.best_margin) >= 0)
    assert np.all(np.diff(rows.best_bound) <= 0)
    assert rows.margin[0] == -math.inf
    assert run.bracket.lower >= rows.best_margin[-1]
    assert run.bracket.upper <= rows.best_bound[-1]


@pytest.mark.parametrize("norm", examples.NORMS, ids=repr)
@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Logistic(), ib.Sigmoid()], ids=repr)
def test_the_bracket_holds_the_oracle(norm, loss):
    X, y = conftest.separable(12, 4)
    X = X.reshape(12, 2, 2)
    run = ib.Run(ib.Problem(X, y, loss), ib.SteepestDescent(norm)).advance(10**5)
    oracle = max_margin(ib.Problem(X, y, ib.Exponential()), norm)
    assert_brackets(run, oracle.value)
    assert run.margin >= 0.99 * oracle.value


@given(
    seed=st.integers(0, 2**32),
    n=st.integers(1, 12),
    d=st.integers(1, 8),
    p=st.sampled_from([1, 1.5, 2, math.inf]),
)
def test_random_problems(seed, n, d, p):
    X, y = conftest.separable(n, d, seed)
    run = ib.Run(ib.Problem(X, y, ib.Exponential()), ib.SteepestDescent(ib.Lp(p))).advance(300)
    assert_brackets(run, max_margin(ib.Problem(X, y, ib.Exponential()), ib.Lp(p)).value)


GROUPS = [range(k, 24, 6) for k in range(6)]
LARGER = [
    ib.GroupNorm(GROUPS),
    ib.GroupNorm(GROUPS, math.inf, 2),
    ib.GroupNorm(GROUPS, 1.5, 3),
    *(ib.Schatten(p) for p in (1, 4 / 3, 3, math.inf)),
    ib.PolyhedralNorm(np.vstack([np.eye(24), np.ones((1, 24))]), 1),
    ib.WeightedNorm(np.linspace(1, 3, 24), ib.Lp(1)),
    ib.WeightedNorm(np.linspace(1, 3, 24), ib.Schatten(1)),
]


@pytest.mark.parametrize("norm", LARGER, ids=repr)
def test_matrices_that_are_not_square(norm):
    X, y = conftest.separable(40, 24, seed=3)
    X = X.reshape(40, 6, 4)
    run = ib.Run(ib.Problem(X, y, ib.Exponential()), ib.SteepestDescent(norm)).advance(2000)
    oracle = max_margin(ib.Problem(X, y, ib.Exponential()), norm)
    assert oracle.gap <= 1e-8
    assert_brackets(run, oracle.value)


def test_columns_against_their_definition():
    X, y = conftest.separable(12, 4)
    run = ib.Run(ib.Problem(X, y, ib.Exponential()), ib.SteepestDescent(ib.Lp(1.5))).advance(1000)
    for w, margin, bound in zip(
        run.trajectory.w[1:], run.trajectory.margin[1:], run.trajectory.bound[1:], strict=True
    ):
        m = y * (X @ w)
        assert margin == pytest.approx(m.min() / np.linalg.norm(w, 1.5), rel=1e-12)
        p = np.exp(m.min() - m)
        assert bound == pytest.approx(np.linalg.norm((p / p.sum() * y) @ X, 3), rel=1e-12)


@pytest.mark.parametrize("norm", examples.NORMS, ids=repr)
def test_duality_lemma(norm):
    # |grad L|_* >= gamma* sum |l'| for every w (Theorem 5's key step).
    X, y = conftest.separable(12, 4)
    value = max_margin(ib.Problem(X.reshape(12, 2, 2), y, ib.Exponential()), norm).value
    rng = np.random.default_rng(5)
    for w in rng.standard_normal((20, 4)) * 3:
        slopes = np.exp(-y * (X @ w))
        assert norm.dual(((slopes * y) @ X).reshape(2, 2)) >= value * slopes.sum() * (1 - 1e-9)


def test_non_separable_data_are_not_certified_as_separable():
    problem = ib.Problem([[1.0, 0.5], [-1.0, -0.5]], [1, 1], ib.Exponential())
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(2)), w0=[0.3, 0.4]).advance(1000)
    assert run.bracket.lower <= 0 <= run.bracket.upper
    assert run.bracket.gap > 1 or run.bracket.gap == math.inf


@pytest.mark.parametrize("p", [1, 4 / 3, 2, math.inf])
def test_iris(p):
    data = ib.datasets.iris_setosa()
    run = ib.Run(data.problem(ib.Exponential()), ib.SteepestDescent(ib.Lp(p))).advance(10**5)
    oracle = max_margin(ib.Problem(data.X, data.y, ib.Exponential()), ib.Lp(p))
    assert oracle.gap <= 1e-8
    assert_brackets(run, oracle.value)
    assert run.margin >= 0.99 * oracle.value
