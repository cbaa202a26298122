"""Certified maximum margins, against convex programs and closed forms."""

import math

import numpy as np
import pytest
from scipy.sparse import csr_array

import conftest
import implicitbias as ib
from implicitbias.oracles import max_margin as margin_oracle
from implicitbias.oracles import norms as oracle

D = np.diag([1.0, 2, 3, 4, 5, 6])
NORMS = [
    *(ib.Lp(p) for p in (1.05, 4 / 3, 1.7, 2, 3, 6)),
    ib.QuadraticNorm(D),
    ib.WeightedNorm(np.arange(1.0, 7), ib.Lp(1.5)),
    ib.GroupNorm([[0, 1], [2, 3, 4, 5]], 1.5, 3),
    ib.Schatten(1.5),
    ib.Schatten(4),
]


@pytest.mark.parametrize("norm", NORMS, ids=repr)
@pytest.mark.parametrize("n", [4, 25, 400])
def test_against_cvxpy(norm, n):
    X, y = conftest.separable(n, 6, 1)
    if isinstance(norm, ib.Schatten):
        X = X.reshape(n, 3, 2)
    solution = ib.max_margin(ib.Problem(X, y, ib.Logistic()), norm)
    expected = margin_oracle.max_margin(ib.Problem(X, y, ib.Exponential()), norm)
    lower, upper = solution.bracket
    assert upper * (1 - 1e-6) <= lower <= solution.value <= upper
    assert lower <= expected.value / (1 - expected.gap) * (1 + 1e-12)
    assert expected.value <= upper * (1 + 1e-12)
    np.testing.assert_allclose(solution.direction, expected.direction, atol=1e-2)
    # Both sides of the certificate, by the oracle's own formulas.
    assert oracle.oracle_of(norm).value(solution.direction) == pytest.approx(1, abs=1e-12)
    margins = y * (X.reshape(n, -1) @ solution.direction.ravel())
    assert margins.min() == pytest.approx(solution.value, rel=1e-12)
    assert solution.weights.min() >= 0
    assert solution.weights.sum() == pytest.approx(1, abs=1e-14)
    combined = np.tensordot(solution.weights * y, X, axes=1)
    assert oracle.dual_norm(norm, combined) == pytest.approx(upper, rel=1e-9)


def test_one_sample():
    """Its dual norm, as for two that are orthogonal in l2 the harmonic mean of their squares."""
    for p in (1.01, 1.5, 2, 40):
        solution = ib.max_margin(ib.Problem([[3.0, -4]], [-1.0], ib.Exponential()), ib.Lp(p), tolerance=1e-12)
        assert solution.bracket.lower <= (3 ** (p / (p - 1)) + 4 ** (p / (p - 1))) ** (1 - 1 / p)
    problem = ib.Problem([[3.0, 0], [0, 4]], [1.0, 1], ib.Exponential())
    solution = ib.max_margin(problem, ib.Lp(2), tolerance=1e-12)
    assert solution.bracket.lower <= 12 / 5 <= solution.bracket.upper
    np.testing.assert_allclose(solution.direction, [4 / 5, 3 / 5])
    np.testing.assert_allclose(solution.weights, [16 / 25, 9 / 25])


def test_many_samples():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((2000, 20))
    direction = rng.standard_normal(20)
    y = np.sign(X @ direction)
    X += 0.3 * y[:, None] * direction / np.linalg.norm(direction)
    solution = ib.max_margin(ib.Problem(X, y, ib.Exponential()), ib.Lp(2), tolerance=1e-5)
    assert solution.bracket.gap <= 1e-5
    assert (
        margin_oracle.max_margin(ib.Problem(X, y, ib.Exponential()), ib.Lp(2)).value <= solution.bracket.upper
    )


@pytest.mark.parametrize("scale", [1e-6, 1e8])
def test_scale(scale):
    X, y = conftest.separable(20, 5)
    one = ib.max_margin(ib.Problem(X, y, ib.Exponential()), ib.Lp(1.5), tolerance=1e-4)
    other = ib.max_margin(ib.Problem(scale * X, y, ib.Exponential()), ib.Lp(1.5), tolerance=1e-4)
    assert other.value == pytest.approx(scale * one.value, rel=1e-4)
    assert other.bracket.gap <= 1e-4


def test_samples_of_very_different_size():
    X, y = conftest.separable(20, 5)
    X *= 10 ** np.random.default_rng(0).uniform(-10, 0, 20)[:, None]
    for p in (1.1, 2, 3):
        solution = ib.max_margin(ib.Problem(X, y, ib.Exponential()), ib.Lp(p), tolerance=1e-8)
        assert solution.bracket.lower <= margin_oracle.max_margin(
            ib.Problem(X, y, ib.Exponential()), ib.Lp(p)
        ).value * (1 + 1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("p", [4 / 3, 2])
def test_a_thousand_samples_in_five_thousand_dimensions(p):
    X, y = conftest.separable(1000, 5000)
    solution = ib.max_margin(ib.Problem(X, y, ib.Exponential()), ib.Lp(p), tolerance=1e-4)
    w, alpha, q = solution.direction, solution.weights, p / (p - 1)
    lower = (y * (X @ w)).min() / (np.abs(w) ** p).sum() ** (1 / p)
    upper = (np.abs((alpha * y) @ X) ** q).sum() ** (1 / q) / alpha.sum()
    assert lower <= upper <= lower * (1 + 1e-4) ** 2
    assert solution.bracket == pytest.approx((lower, upper), rel=1e-9)


def test_refusals(problem):
    for norm in (ib.Lp(1), ib.Lp(math.inf), conftest.Taxicab()):
        with pytest.raises(TypeError, match="^norm: expected one whose steepest step depends continuously"):
            ib.max_margin(problem, norm)
    with pytest.raises(TypeError, match="^norm: expected a Norm"):
        ib.max_margin(problem, 2)
    with pytest.raises(TypeError, match="^problem: expected a Problem"):
        ib.max_margin(None, ib.Lp(2))
    with pytest.raises(ValueError, match="^tolerance: expected a float"):
        ib.max_margin(problem, ib.Lp(2), tolerance=2.0)
    with pytest.raises(ValueError, match="^tolerance: 1e-15 cannot be met"):
        ib.max_margin(problem, ib.Lp(2), tolerance=1e-15)
    with pytest.raises(ValueError, match="^tolerance: 1e-06 cannot be met; a certified gap of"):
        ib.max_margin(problem, ib.Lp(1 + 1e-9))
    X = np.random.default_rng(0).standard_normal((40, 3))
    for samples, labels in (
        ([[1.0], [1.0]], [1.0, -1]),
        ([[1.0], [0.0]], [1.0, 1]),
        (X, np.sign(X[::-1, 0])),
    ):
        with pytest.raises(ib.NotSeparableError):
            ib.max_margin(ib.Problem(samples, labels, ib.Exponential()), ib.Lp(2))


def test_samples_stored_otherwise():
    X, y = conftest.separable(20, 5)
    X = np.float32(X * (np.abs(X) > 0.3))
    dense = ib.max_margin(ib.Problem(np.float64(X), y, ib.Exponential()), ib.Lp(1.5))
    for stored in (X, csr_array(X)):
        solution = ib.max_margin(ib.Problem(stored, y, ib.Exponential()), ib.Lp(1.5))
        assert solution.value == pytest.approx(dense.value, rel=1e-12)


@pytest.mark.parametrize("p", [1.04, 1.05, 1.07, 1.1])
def test_close_to_l1(p):
    """From where it begins its own central path does not get anywhere on some of these."""
    for seed in range(15):
        problem = ib.Problem(*conftest.separable(25 + 35 * (seed % 2), 6, seed), ib.Exponential())
        solution = ib.max_margin(problem, ib.Lp(p))
        assert solution.bracket.gap <= 1e-6
        assert solution.value <= ib.max_margin(problem, ib.Lp(1.2)).bracket.upper
