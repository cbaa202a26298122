"""Every kernel against the plain form, at sizes on both sides of where one takes over from another."""

import math

import numpy as np
import pytest
from scipy.special import logsumexp

import examples
import implicitbias as ib
from conftest import samples
from plain import LOSS
from storages import STORAGES

SMALL = [(1, 1), (3, 1), (10, 3), (7, 16), (16, 7), (17, 19), (50, 100), (100, 51)]
# Beyond the cache, where blocks are read once: with and without rests in either direction, and tall.
STREAMED = [(1040, 512), (1051, 509), (8200, 65), (9, 60000)]


def one_step(problem, w0):
    """Return the gradient as a step of gradient descent shows it, and log L."""
    run = ib.Run(problem, ib.GradientDescent(), ib.Constant(1), w0=w0)
    log_loss = run.log_loss
    return w0 - run.advance(1).w, log_loss


@pytest.mark.parametrize("loss", examples.ONE_SCORE, ids=repr)
@pytest.mark.parametrize("shape", SMALL + STREAMED)
def test_gradient(loss, shape):
    X, y, w = samples(*shape)
    value, slope = LOSS[type(loss).__name__]
    gradient, log_loss = one_step(ib.Problem(X, y, loss), w)
    slopes = slope(X @ w, y)
    rounding = 1e-13 * (np.abs(w) + np.abs(X.T) @ np.abs(slopes))
    assert np.all(np.abs(gradient - X.T @ slopes) <= rounding)
    assert log_loss == pytest.approx(math.log(value(X @ w, y).sum()), rel=1e-13, abs=1e-13)


# Below and beyond the cache for single precision, too.
@pytest.mark.parametrize("shape", [*SMALL, *STREAMED, (2100, 512), (20000, 63)])
@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Sigmoid(), ib.Squared()], ids=repr)
@pytest.mark.parametrize("storage", list(STORAGES)[1:])
def test_gradient_of_other_storage(storage, loss, shape, tmp_path):
    X, y, w = samples(*shape)
    X[np.random.default_rng(1).random(shape) < 0.5] = 0
    X = X.astype(np.float32).astype(np.float64)
    value, slope = LOSS[type(loss).__name__]
    gradient, log_loss = one_step(ib.Problem(STORAGES[storage](X, tmp_path), y, loss), w)
    slopes = slope(X @ w, y)
    rounding = 1e-13 * (np.abs(w) + np.abs(X.T) @ np.abs(slopes))
    assert np.all(np.abs(gradient - X.T @ slopes) <= rounding)
    assert log_loss == pytest.approx(math.log(value(X @ w, y).sum()), rel=1e-13, abs=1e-13)


# log(-l') and log l for positive margins; log(log(1 + t)) is log t for small t.
LOG_TAILS = {
    "Exponential": (lambda m: -m, lambda m: -m),
    "Logistic": (
        lambda m: -m - np.log1p(np.exp(-m)),
        lambda m: -m + np.log(np.where(m < 30, np.log1p(np.exp(-m)) / np.maximum(np.exp(-m), 1e-99), 1)),
    ),
    "Sigmoid": (lambda m: -m - 2 * np.log1p(np.exp(-m)), lambda m: -m - np.log1p(np.exp(-m))),
}


@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Logistic(), ib.Sigmoid()], ids=repr)
@pytest.mark.parametrize("spread", [1.0, 200.0, 500.0, 5000.0])
@pytest.mark.parametrize("falling", [True, False])
def test_streamed_weights_over_any_range(loss, spread, falling):
    # Margins from 0 to `spread`, in an order that meets the largest weight last or first.
    n, d = 1040, 512
    X, _, _ = samples(n, d)
    w = np.zeros(d)
    w[0] = 1.0
    X[:, 0] = np.linspace(0, spread, n)[:: -1 if falling else 1] + 2
    margins = X @ w
    log_slope, log_value = LOG_TAILS[type(loss).__name__]
    scale = np.linalg.norm(X, axis=1).max() ** 2  # steps are grad L / L
    run = ib.Run(
        ib.Problem(X, np.ones(n), loss), ib.SteepestDescent(ib.Lp(2)), ib.LossNormalized(scale), w0=w
    )
    assert run.log_loss == pytest.approx(logsumexp(log_value(margins)), rel=1e-13)
    expected = np.exp(log_slope(margins) - logsumexp(log_value(margins))) @ X
    np.testing.assert_allclose(run.advance(1).w - w, expected, rtol=0, atol=1e-12)


def test_streamed_runs_go_on_as_if_never_interrupted(tmp_path):
    X, y, _ = samples(1051, 509)
    problem = ib.Problem(X, y, ib.Exponential())
    whole = ib.Run(problem, ib.SteepestDescent(ib.Lp(4 / 3))).advance(30)
    part = ib.Run(problem, ib.SteepestDescent(ib.Lp(4 / 3))).advance(13)
    part.save(tmp_path / "run.npz")
    resumed = ib.Run.load(tmp_path / "run.npz").advance(17)
    np.testing.assert_array_equal(resumed.w, whole.w)
    np.testing.assert_array_equal(resumed.trajectory.bound, whole.trajectory.bound)


@pytest.mark.parametrize("power", [1 / 64, 0.25, 0.3, 0.75, 1, 1.5, 2, 2.25, 3, 7.1, 17.25, 64, 100])
@pytest.mark.parametrize("scale", [1e-300, 1e-40, 1e-3, 1, 1e40, 1e300])
@pytest.mark.parametrize("size", [1, 3, 64, 100, 131])
def test_powers(power, scale, size):
    g = np.random.default_rng(size).standard_normal(size)
    g[size // 2] = 0
    norm = ib.Lp(1 + 1 / power)
    q = 1 + power
    largest = np.abs(g).max()
    if largest == 0:
        np.testing.assert_array_equal(norm.steepest(scale * g), 0)
        return
    relative = np.abs(g) / largest
    expected = -np.sign(g) * relative**power * largest * np.sum(relative**q) ** (2 / q - 1)
    np.testing.assert_allclose(norm.steepest(scale * g), scale * expected, rtol=1e-12, atol=1e-290 * scale)
