"""Regularization paths against SLSQP, closed forms and the maximum margin, with their certificates."""

import math

import cvxpy as cp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

import conftest
import implicitbias as ib
from examples import QUADRATIC
from implicitbias.oracles.max_margin import max_margin
from implicitbias.oracles.norms import oracle_of
from implicitbias.paths import regularization

LOSSES = [ib.Exponential(), ib.Logistic(), ib.Probit()]
GROUPS = ib.GroupNorm([[0, 3], [1, 2]])
X, Y = conftest.separable(20, 4, 3)
RADII = 10.0 ** np.arange(-1, 6.1)


def log_loss(problem, w):
    margins = problem.y * (problem.X.reshape(len(problem.y), -1) @ w.ravel())
    return problem.loss.evaluate(margins)[0]


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
@pytest.mark.parametrize(
    "norm", [ib.Lp(1), ib.Lp(2), QUADRATIC, GROUPS], ids=lambda norm: type(norm).__name__
)
def test_against_slsqp(loss, norm):
    problem = ib.Problem(X, Y, loss)
    path = regularization(problem, norm, [0.3, 2.0, 9.0])
    # |w|_1 as a sum over w+ - w-; the other norms are smooth away from 0.
    split = norm == ib.Lp(1)

    def joined(v):
        return v[:4] - v[4:] if split else v

    for c, w, value in zip(path.radii, path.w, path.log_loss, strict=True):
        inside = (lambda v, c=c: c - v.sum()) if split else (lambda v, c=c: c - oracle_of(norm).value(v))
        start = np.full(8, 0.1 * c / 8) if split else 0.1 * c * w / oracle_of(norm).value(w) + 0.01 * c
        found = minimize(
            lambda v: log_loss(problem, joined(v)),
            start,
            method="SLSQP",
            bounds=[(0, None)] * 8 if split else None,
            constraints={"type": "ineq", "fun": inside},
            options={"ftol": 1e-14, "maxiter": 1000},
        )
        assert value == pytest.approx(found.fun, abs=1e-6)
        np.testing.assert_allclose(w, joined(found.x), atol=2e-3 * c)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_closed_form_of_one_sample(loss):
    # One sample: w(c) is c times the dual direction, and the margin the dual norm.
    problem = ib.Problem([[3.0, -4.0]], [-1.0], loss)
    path = regularization(problem, ib.Lp(2), [0.1, 1, 100])
    np.testing.assert_allclose(path.w, path.radii[:, None] * [-0.6, 0.8], rtol=1e-4, atol=1e-12)
    np.testing.assert_allclose(path.margin, 5, rtol=1e-8)


def test_closed_form_of_two_samples():
    # By Lagrange: in the l2 ball exp(-w_1) / exp(-2 w_2) = w_1 / (w_2 / 2).
    path = regularization(
        ib.Problem(np.diag([1.0, 2.0]), [1.0, 1.0], ib.Exponential()), ib.Lp(2), [0.1, 1, 10, 1e5]
    )
    np.testing.assert_allclose(path.norms, path.radii, rtol=1e-12)
    for first, second in path.w:
        assert -first + 2 * second == pytest.approx(math.log(2 * first / second), abs=1e-3)


@pytest.mark.parametrize("p", [1, 4 / 3, 2, math.inf])
@pytest.mark.parametrize("loss", LOSSES[:2], ids=repr)
def test_the_limit_is_the_maximum_margin(loss, p):
    problem = ib.Problem(X, Y, loss)
    path = regularization(problem, ib.Lp(p), RADII)
    best = max_margin(ib.Problem(X, Y, ib.Exponential()), ib.Lp(p))
    assert np.all(path.gap <= 1e-7 * np.maximum(1, np.abs(path.log_loss)))
    assert np.all(path.margin <= best.value / (1 - best.gap) * (1 + 1e-12))
    if loss == ib.Exponential():
        short = best.value - path.margin
        assert np.all(short <= (np.log(len(Y)) + path.gap) / RADII + 1e-12)
    assert path.margin[-1] == pytest.approx(best.value, rel=1e-4)
    if p in (4 / 3, 2):
        np.testing.assert_allclose(path.directions[-1], best.direction, atol=1e-4)


@pytest.mark.parametrize("p", [1, 4 / 3, 2, math.inf])
def test_matrices(p):
    rng = np.random.default_rng(0)
    samples = rng.standard_normal((8, 2, 3))
    y = np.sign(np.tensordot(samples, rng.standard_normal((2, 3)), 2))
    path = regularization(ib.Problem(samples, y, ib.Exponential()), ib.Schatten(p), [1.0, 1e2, 1e4])
    assert path.w.shape == path.directions.shape == (3, 2, 3)
    np.testing.assert_allclose(path.norms, path.radii, rtol=1e-9)
    assert path.margin[-1] == pytest.approx(
        max_margin(ib.Problem(samples, y, ib.Exponential()), ib.Schatten(p)).value, abs=3e-4
    )


@given(st.integers(0, 10**6), st.sampled_from(LOSSES), st.sampled_from([1, 1.5, 2, math.inf]))
def test_nothing_in_the_ball_beats_the_certificate(seed, loss, p):
    rng = np.random.default_rng(seed)
    samples, y = rng.standard_normal((6, 3)), rng.choice([-1.0, 1.0], 6)
    problem = ib.Problem(samples, y, loss)
    c = 10 ** rng.uniform(-1, 1.5)
    path = regularization(problem, ib.Lp(p), [c])
    best = path.w[0]
    assert path.norms[0] <= c * (1 + 1e-12)
    assert path.log_loss[0] == log_loss(problem, best)
    # Far and near: the last are steps of rounding size and more towards other points of the ball.
    others = rng.standard_normal((30, 3))
    others *= c / np.array([[oracle_of(ib.Lp(p)).value(w)] for w in others])
    shares = np.concatenate([[1.0] * 10, 10 ** rng.uniform(-8, 0, 20)])[:, None]
    for w in best + shares * (others - best):
        assert log_loss(problem, w) >= path.log_loss[0] - path.gap[0] - 1e-12


@pytest.mark.parametrize("loss", LOSSES[:2], ids=repr)
def test_the_other_radii_do_not_matter(loss):
    problem = ib.Problem(X, Y, loss)
    path = regularization(problem, ib.Lp(4 / 3), RADII)
    for i in (1, 4, 7):
        alone = regularization(problem, ib.Lp(4 / 3), RADII[i : i + 1])
        rounding = 1e-15 * max(1, RADII[i])
        assert abs(alone.log_loss[0] - path.log_loss[i]) <= max(alone.gap[0], path.gap[i]) + rounding
        np.testing.assert_allclose(alone.w[0], path.w[i], atol=1e-4 * RADII[i])


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
@pytest.mark.parametrize("norm", [ib.Lp(1), ib.Lp(2)], ids=repr)
def test_data_that_are_not_separable_stop_at_the_minimizer(loss, norm):
    problem = ib.Problem(X, np.where(np.arange(20) < 6, -Y, Y), loss)
    path = regularization(problem, norm, RADII)
    found = minimize(lambda w: log_loss(problem, w), np.zeros(4), method="BFGS", options={"gtol": 1e-9})
    np.testing.assert_allclose(path.w[-1], found.x, atol=1e-5)
    np.testing.assert_array_equal(path.w[-4:], np.broadcast_to(path.w[-1], (4, 4)))
    assert path.norms[-1] < 5
    assert path.gap.max() < 1e-8


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
@pytest.mark.parametrize("norm", [ib.Lp(1), ib.Lp(4 / 3), ib.Lp(2), ib.Lp(math.inf), GROUPS], ids=repr)
def test_small_balls(norm, loss):
    # There L is linear: w(c) is c times the dual direction of its force, by the compiled norm.
    force = Y @ X
    steepest = norm.steepest(-force) / norm.dual(force)
    path = regularization(ib.Problem(X, Y, loss), norm, [1e-300, 1e-30, 1e-16, 1e-12, 1e-10])
    np.testing.assert_allclose(path.norms, path.radii, rtol=1e-9)
    np.testing.assert_allclose(path.directions, np.broadcast_to(steepest, (5, 4)), atol=1e-6)
    np.testing.assert_allclose(path.margin, (Y * (X @ steepest)).min(), rtol=1e-5)
    assert path.gap.max() <= 1e-9
    # No more than its gap above what is least to first order.
    start, _, slopes = loss.evaluate(np.zeros(len(Y)))
    fall = path.radii * norm.dual(slopes @ (Y[:, None] * X)) / math.exp(start)
    assert np.all(path.log_loss <= start - fall + path.gap + 1e-14)


def test_nothing_to_learn():
    path = regularization(ib.Problem([[1.0, 2.0], [1.0, 2.0]], [1.0, -1.0], ib.Exponential()), ib.Lp(1))
    np.testing.assert_array_equal(path.w, 0)
    np.testing.assert_array_equal(path.directions, 0)
    np.testing.assert_array_equal(path.margin, -np.inf)
    np.testing.assert_allclose(path.log_loss, math.log(2))


@pytest.mark.parametrize("scale", [1e-8, 1e8])
def test_any_scale(scale):
    path = regularization(ib.Problem(X, Y, ib.Logistic()), ib.Lp(2), RADII)
    scaled = regularization(ib.Problem(scale * X, Y, ib.Logistic()), ib.Lp(2), RADII / scale)
    np.testing.assert_allclose(scaled.directions, path.directions, atol=1e-4)


def test_default_radii_reach_the_limit(problem):
    path = regularization(problem, ib.Lp(2))
    best = max_margin(problem, ib.Lp(2)).value
    assert path.margin[0] < 0.5 * best
    assert path.margin[-1] == pytest.approx(best, rel=1e-3)
    assert repr(path).startswith("RegularizationPath(Lp(p=2.0), Exponential(), 51 radii from ")


def test_a_norm_of_ones_own(problem):
    class Mine(ib.Norm):
        value, dual, steepest = conftest.Taxicab.value, conftest.Taxicab.dual, conftest.Taxicab.steepest

    with pytest.raises(TypeError, match="as_cvxpy"):
        regularization(problem, Mine(), [1.0])

    @ib.as_cvxpy.register
    def _(norm: Mine, w):
        return cp.norm1(w)

    path = regularization(problem, Mine(), [1.0, 10.0])
    np.testing.assert_allclose(path.log_loss, regularization(problem, ib.Lp(1), [1, 10]).log_loss, atol=1e-7)


@pytest.mark.parametrize(
    "radii", [[], [0.0, 1.0], [-1.0], [1.0, 1.0], [2.0, 1.0], [1.0, math.nan], [1.0, math.inf], 1.0, "wide"]
)
def test_refused_radii(problem, radii):
    with pytest.raises(ib.ImplicitBiasError, match="^radii: expected"):
        regularization(problem, ib.Lp(2), radii)


def test_refusals(problem):
    with pytest.raises(TypeError, match="^problem: expected a Problem, got '"):
        regularization("data", ib.Lp(2))
    with pytest.raises(TypeError, match="^norm: expected a Norm, got [0-9]"):
        regularization(problem, 2)
    for loss in (ib.Sigmoid(), ib.Squared(), ib.PolynomialTail(0.5)):
        with pytest.raises(TypeError, match=r"^problem: expected the loss Exponential, .*, got "):
            regularization(ib.Problem(X, Y, loss), ib.Lp(2))


@pytest.mark.parametrize(
    "norm", [ib.Schatten(1), ib.WeightedNorm([1, 2], ib.Lp(2)), ib.QuadraticNorm(np.eye(3))]
)
def test_norms_of_other_shapes(problem, norm):
    with pytest.raises(ib.InvalidValueError, match="shape") as of_run:
        ib.Run(problem, ib.SteepestDescent(norm))
    with pytest.raises(ib.InvalidValueError, match="shape") as of_path:
        regularization(problem, norm)
    assert str(of_path.value) == str(of_run.value)


def test_what_is_not_certified_is_refused():
    # A Gaussian tail at 1e9: the squares of margins lose what a point of the l1 ball would need.
    with pytest.raises(ib.OracleError, match="no minimizer at radius 1e.09: the gap in log L stays at"):
        regularization(ib.Problem(X, Y, ib.Probit()), ib.Lp(1), [1e9])
