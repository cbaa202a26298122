"""Certified maximum margins, against convex programs and closed forms."""

import math
from contextlib import suppress
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from scipy.sparse import csr_array

import conftest
import implicitbias as ib
from implicitbias.oracles import margin_ways
from implicitbias.oracles import max_margin as margin_oracle
from implicitbias.oracles import norms as oracle
from implicitbias.oracles.certified_margin import best_margin
from implicitbias.oracles.linear_margin import solve_on_parts

D = np.diag([1.0, 2, 3, 4, 5, 6])
NORMS = [
    *(ib.Lp(p) for p in (1.05, 4 / 3, 1.7, 2, 3, 6)),
    ib.QuadraticNorm(D),
    ib.WeightedNorm(np.arange(1.0, 7), ib.Lp(1.5)),
    ib.GroupNorm([[0, 1], [2, 3, 4, 5]], 1.5, 3),
    ib.Schatten(1.5),
    ib.Schatten(4),
]
# Where the ball is a polytope, and where it is neither that nor strictly convex.
PAIRS = [[0, 1], [2, 3, 4, 5]]
POLYTOPES = [
    ib.Lp(1),
    ib.Lp(math.inf),
    ib.WeightedNorm(np.arange(1.0, 7), ib.Lp(1)),
    ib.WeightedNorm(np.arange(1.0, 7), ib.Lp(math.inf)),
    ib.GroupNorm(PAIRS, 1, math.inf),
    ib.GroupNorm(PAIRS, math.inf, 1),
    ib.PolyhedralNorm(D + 0.5, 1),
    ib.PolyhedralNorm(D + 0.5, math.inf),
]
OTHERS = [
    ib.GroupNorm(PAIRS),
    ib.GroupNorm(PAIRS, math.inf, 2),
    ib.SparseGroupNorm(PAIRS),
    ib.Schatten(1),
    ib.Schatten(math.inf),
    ib.WeightedNorm(np.arange(1.0, 7), ib.Schatten(1)),
]


def shaped(X, norm):
    inner = getattr(norm, "norm", norm)
    return X.reshape(-1, 3, 2) if isinstance(inner, ib.Schatten) else X


@pytest.mark.parametrize("norm", NORMS + POLYTOPES + OTHERS, ids=repr)
@pytest.mark.parametrize("n", [4, 25, 400])
def test_against_cvxpy(norm, n):
    X, y = conftest.separable(n, 6, 1)
    X = shaped(X, norm)
    solution = ib.max_margin(ib.Problem(X, y, ib.Logistic()), norm)
    expected = margin_oracle.max_margin(ib.Problem(X, y, ib.Exponential()), norm)
    lower, upper = solution.bracket
    assert upper * (1 - 1e-6) <= lower <= solution.value <= upper
    assert lower <= expected.value / (1 - expected.gap) * (1 + 1e-12)
    assert expected.value <= upper * (1 + 1e-12)
    if expected.unique:
        np.testing.assert_allclose(solution.direction, expected.direction, atol=1e-2)
    # Both sides of the certificate, by the oracle's own formulas.
    assert oracle.oracle_of(norm).value(solution.direction) == pytest.approx(1, abs=1e-12)
    margins = y * (X.reshape(n, -1) @ solution.direction.ravel())
    assert margins.min() == pytest.approx(solution.value, rel=1e-12)
    assert solution.weights.min() >= 0
    assert solution.weights.sum() == pytest.approx(1, abs=1e-14)
    np.testing.assert_allclose(margins[solution.support], margins.min(), rtol=1e-2)
    assert solution.weights[solution.support].sum() >= 0.99
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
    X = np.repeat(X, 10, axis=0)  # 20,000 rows, ties included
    problem, few = (ib.Problem(X[::step], np.repeat(y, 10)[::step], ib.Exponential()) for step in (1, 10))
    for norm in (ib.Lp(1), ib.Lp(1.5), ib.Lp(2), ib.Lp(math.inf), ib.GroupNorm([range(10), range(10, 20)])):
        solution = ib.max_margin(problem, norm, tolerance=1e-5)
        assert solution.bracket.gap <= 1e-5
        best = margin_oracle.max_margin(few, norm)
        assert solution.bracket.lower <= best.value / (1 - best.gap) * (1 + 1e-12)
        assert best.value <= solution.bracket.upper * (1 + 1e-12)


@pytest.mark.parametrize("p", [1, math.inf])
def test_many_pairs_of_classes_in_norms_of_singular_values(p, monkeypatch):
    """Both sides by the definition; no convex program is solved."""
    monkeypatch.setattr("implicitbias.oracles.margin_ways.by_convex_programs", None)
    rng = np.random.default_rng(0)
    y = np.arange(120) % 6
    X = rng.standard_normal((120, 8)) + 2 * rng.standard_normal((6, 8))[y]
    found = ib.max_margin(ib.Problem(X, y, ib.CrossEntropy()), ib.Schatten(p))
    sizes = np.linalg.svd(found.direction, compute_uv=False)
    assert (sizes.sum() if p == 1 else sizes.max()) == pytest.approx(1, rel=1e-12)
    scores = X @ found.direction.T
    pairs = [(n, c) for n in range(120) for c in range(6) if c != y[n]]
    assert min(scores[n, y[n]] - scores[n, c] for n, c in pairs) == pytest.approx(found.value, rel=1e-12)
    combined = np.zeros((6, 8))
    for weight, (n, c) in zip(found.weights, pairs, strict=True):
        combined[y[n]] += weight * X[n]
        combined[c] -= weight * X[n]
    sizes = np.linalg.svd(combined, compute_uv=False)
    assert (sizes.max() if p == 1 else sizes.sum()) == pytest.approx(found.bracket.upper, rel=1e-9)
    assert found.bracket.gap <= 1e-6


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
    with pytest.raises(TypeError, match="^norm: expected a Norm"):
        ib.max_margin(problem, 2)
    with pytest.raises(TypeError, match="^problem: expected a Problem"):
        ib.max_margin(None, ib.Lp(2))
    with pytest.raises(ValueError, match="^tolerance: expected a float"):
        ib.max_margin(problem, ib.Lp(2), tolerance=2.0)
    with pytest.raises(ValueError, match="^tolerance: 1e-15 cannot be met"):
        ib.max_margin(problem, ib.Lp(2), tolerance=1e-15)
    X = np.random.default_rng(0).standard_normal((40, 3))
    for samples, labels in (
        ([[1.0], [1.0]], [1.0, -1]),
        ([[1.0], [0.0]], [1.0, 1]),
        (X, np.sign(X[::-1, 0])),
    ):
        with pytest.raises(ib.NotSeparableError):
            ib.max_margin(ib.Problem(samples, labels, ib.Exponential()), ib.Lp(2))


def test_the_loss_plays_no_part():
    X, y = conftest.separable(20, 5)
    one, other = (
        ib.max_margin(ib.Problem(X, y, loss), ib.Lp(1)) for loss in (ib.Exponential(), ib.Squared())
    )
    np.testing.assert_array_equal(one.direction, other.direction)
    assert ib.separability(ib.Problem(csr_array(X), y, ib.Squared())).separable


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


def test_many_features():
    """In l1 few of them come into a linear program; the weights prove that no other one matters."""
    X, y = conftest.separable(40, 3000)
    for stored in (X, csr_array(X)):
        solution = ib.max_margin(ib.Problem(stored, y, ib.Exponential()), ib.Lp(1))
        w, z = solution.direction, (solution.weights * y) @ X
        assert np.abs(w).sum() == pytest.approx(1, rel=1e-12)
        assert (1 - 1e-6) * np.abs(z).max() <= (y * (X @ w)).min() <= np.abs(z).max() * (1 + 1e-12)


@pytest.mark.parametrize("n", [30, 300])
def test_inner_products_of_samples_that_are_dependent(n):
    """Copies and multiples of samples have a singular matrix of inner products; few are on the support."""
    X, y = conftest.separable(n, 400)
    A = np.vstack([y[:, None] * X, y[:10, None] * X[:10], 100 * y[:5, None] * X[:5]])
    problem = ib.Problem(A, np.ones(len(A)), ib.Exponential())
    solution = ib.max_margin(problem, ib.Lp(2), tolerance=1e-9)
    z = solution.weights @ A
    assert np.linalg.norm(z) * (1 - 1e-8) <= (A @ solution.direction).min() <= np.linalg.norm(z) * (1 + 1e-12)


@pytest.mark.parametrize("p", [1 + 1e-9, 1.001, 80, 1e6])
def test_close_to_the_ends(p):
    problem = ib.Problem(*conftest.separable(30, 6), ib.Exponential())
    assert ib.max_margin(problem, ib.Lp(p)).bracket.gap <= 1e-6


WIDE, TALL, WEIGHTS = (250, 400), (500, 220), np.geomspace(1, 100, 400)
LARGE = [(ib.Lp(p), shape) for p in (1, math.inf) for shape in (WIDE, TALL)] + [
    (ib.WeightedNorm(WEIGHTS, ib.Lp(p)), WIDE) for p in (1, 3, math.inf)
]


@pytest.mark.parametrize(("norm", "shape"), LARGE, ids=repr)
def test_interior_points_in_norms_of_many_parameters(norm, shape, monkeypatch):
    """Against a linear program, or, in l3, the same norm of samples that are divided by the weights."""
    X, y = conftest.separable(*shape)
    X = X * (np.random.default_rng(1).random(shape) < 0.3)
    X[:, 0] = y * np.abs(X[:, 0] + 0.1)
    ball = oracle.oracle_of(norm).linear_ball(shape[1:])
    A = y[:, None] * X
    if ball is None:
        known = ib.max_margin(ib.Problem(X / WEIGHTS, y, ib.Exponential()), norm.norm).bracket
    else:
        x, weights, _, _ = solve_on_parts(A @ ball.to_w, ball, np.full(len(ball.lower), True))
        w, z = ball.to_w @ x, weights @ A
        known = (A @ w).min() / norm.value(w), norm.dual(z)
    monkeypatch.setattr(margin_ways, "by_linear_programs", None)  # what comes where others fail
    monkeypatch.setattr(margin_ways, "by_convex_programs", None)
    for samples in (X, csr_array(X)):
        bracket = ib.max_margin(ib.Problem(samples, y, ib.Exponential()), norm).bracket
        assert bracket.gap <= 1e-6
        assert bracket.lower <= known[1] * (1 + 1e-12)
        assert known[0] <= bracket.upper * (1 + 1e-12)


def test_a_norm_of_ones_own_without_a_form():
    problem = ib.Problem(*conftest.separable(30, 6), ib.Exponential())
    own, known = (ib.max_margin(problem, norm) for norm in (conftest.Taxicab(), ib.Lp(1)))
    assert own.value == pytest.approx(known.value, rel=1e-9)
    assert own.bracket.gap <= 1e-6


@pytest.mark.parametrize("p", [1, 4 / 3, 2, 3, np.inf])
@pytest.mark.parametrize("size", [1e-13, 1e-17])
def test_the_direction_as_it_is_rounded_has_the_margin_that_is_certified(p, size):
    for seed in range(2):
        a, b, c, d = np.random.default_rng(seed).standard_normal(4)
        X = np.array([[a, b, size], [-a, -b, size], [c, d, -1.0]])
        with suppress(ib.OracleError):  # where no direction in doubles has a margin
            found = best_margin(ib.Problem(X, np.ones(3), ib.Exponential()), ib.Lp(p), 1e-6)
            w = [Fraction(x) for x in found.direction.tolist()]
            margins = [sum(Fraction(x) * v for x, v in zip(row, w, strict=True)) for row in X.tolist()]
            assert found.bracket.lower <= float(min(margins)) * (1 + 1e-9)
            assert found.value == pytest.approx(float(min(margins)), rel=1e-9)


@pytest.mark.parametrize("condition", [1e6, 1e10, 1e13])
def test_quadratic_norms_of_bad_condition(condition):
    rng = np.random.default_rng(0)
    Q = np.linalg.qr(rng.standard_normal((8, 8)))[0]
    D = (Q * np.logspace(0, -np.log10(condition), 8)) @ Q.T
    D = (D + D.T) / 2
    X = rng.standard_normal((20, 8))
    norm, y = ib.QuadraticNorm(D), np.sign(X @ rng.standard_normal(8))
    assert ib.max_margin(ib.Problem(X, y, ib.Exponential()), norm).bracket.gap < 1e-6
    alone = ib.max_margin(ib.Problem(X[:1], [1], ib.Exponential()), norm)
    with mpmath.workdps(50):
        x = mpmath.matrix(X[0].tolist())
        best = float(mpmath.sqrt((x.T * mpmath.lu_solve(mpmath.matrix(D.tolist()), x))[0]))
    assert alone.bracket.lower <= best * (1 + 1e-15)
    assert best <= alone.bracket.upper * (1 + 1e-15)
