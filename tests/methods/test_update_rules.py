"""Every method that averages gradients, against its rule in plain NumPy."""

import math

import numpy as np
import pytest

import examples
import implicitbias as ib
from plain import LOSS
from plain_methods import iterate, rule_of

ETAS = 0.1 * (1 + np.arange(300)) ** -0.3
LOSSES = [ib.Squared(), ib.Logistic()]
OLDER = ib.MirrorDescent | ib.NaturalGradient | ib.AdaGrad | ib.FactorizedGradientDescent
METHODS = [
    *(each for each in examples.METHODS if not isinstance(each, OLDER)),
    *(
        ib.SteepestDescent(norm, "first", momentum, weight_decay)
        for norm in examples.NORMS
        for momentum, weight_decay in [(ib.EMA(0.9), 0.0), (ib.EMA(0.8, nesterov=True), 0.5)]
    ),
    ib.SteepestDescent(ib.Lp(3), weight_decay=0.5),
    ib.Muon(orthogonalization="newton-schulz"),
    ib.Adam(0.5, 0.9, eps=0),
    ib.Adam(0.0, 0.99, eps=1e-3, bias_correction=False),
]
AVERAGING = [ib.Adam(eps=0.0), ib.Lion(), ib.Signum(), ib.DualAcceleration()]
SPECTRAL = [ib.Muon(), ib.Muon(0.9, False, "newton-schulz"), ib.NewtonSchulzDescent()]
CHAOTIC = ib.Adam | ib.RMSProp
METHODS = [each for each in METHODS if getattr(each, "ties", "first") == "first"]


def gradients(loss, X, y):
    """Return the gradient of the sum of the losses, and the sum of the samples' weights at the last w."""
    slope, last = LOSS[type(loss).__name__][1], []

    def gradient(w):
        slopes = slope(X.reshape(len(X), -1) @ w.ravel(), y)
        last[:] = [np.abs(slopes).sum()]
        return np.tensordot(slopes, X, 1)

    return gradient, lambda: last[0]


def samples(loss, n, shape, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, *shape))
    scores = X.reshape(n, -1) @ rng.standard_normal(math.prod(shape))
    return X, np.sign(scores) if loss.monotone else scores


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
@pytest.mark.parametrize("method", METHODS, ids=repr)
def test_iterates_against_plain_loops(method, loss):
    shape = (2, 2)
    X, y = samples(loss, 9, shape)
    etas = ETAS / (50 if not loss.monotone else 10)
    problem = ib.Problem(X, y, loss)
    if isinstance(method, ib.DualAcceleration) and not loss.monotone:
        with pytest.raises(ValueError, match="^loss: DualAcceleration weighs samples by their margins"):
            ib.Run(problem, method, 0.1)
        return
    w0 = np.array([[0.3, -0.2], [0.1, 0.4]])
    run = ib.Run(problem, method, etas, w0=w0, record=ib.every(1)).advance(300)
    gradient, total = gradients(loss, X, y)
    rows, nudged = (
        iterate(rule_of(method, shape, total), gradient, start, etas, getattr(method, "weight_decay", 0.0))
        for start in (w0, w0 + 1e-12)
    )
    assert np.abs(rows[-1] - w0).max() > 1e-2
    # Where a rule magnifies rounding, as steps that jump and averages of few squares do, no digits are left.
    size = np.abs(rows).max()
    chaotic = np.abs(nudged - rows).max(axis=(1, 2)) > 1e-8 * size
    predictable = int(np.argmax(chaotic)) if chaotic.any() else len(rows)
    assert predictable > (50 if isinstance(method, CHAOTIC) else 150)
    np.testing.assert_allclose(run.trajectory.w[:predictable], rows[:predictable], rtol=0, atol=1e-7 * size)


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (1, 4)], ids=str)
@pytest.mark.parametrize("method", SPECTRAL, ids=repr)
def test_spectral_steps_on_any_shape(method, shape):
    X, y = samples(ib.Logistic(), 12, shape)
    run = ib.Run(ib.Problem(X, y, ib.Logistic()), method, 1e-3).advance(100)
    gradient, _ = gradients(ib.Logistic(), X, y)
    rows = iterate(rule_of(method, shape), gradient, np.zeros(shape), [1e-3] * 100)
    np.testing.assert_allclose(run.w, rows[-1], rtol=0, atol=1e-9 * np.abs(rows).max())


def test_polar_factors_are_those_of_the_range():
    # Samples of rank 1 that share a factor: every gradient has rank 1, but for rounding.
    rng = np.random.default_rng(0)
    X = rng.standard_normal((8, 4))[:, :, None] * rng.standard_normal(5)
    run = ib.Run(ib.Problem(X, np.sign(X[:, 0, 0]), ib.Logistic()), ib.Muon(), 1e-2).advance(200)
    values = np.linalg.svd(run.w, compute_uv=False)
    assert values[1] < 1e-12 * values[0]


@pytest.mark.parametrize("batch", examples.BATCHES, ids=repr)
@pytest.mark.parametrize("method", AVERAGING, ids=repr)
def test_batches(method, batch):
    X, y = samples(ib.Logistic(), 6, (4,))
    problem = ib.Problem(X, y, ib.Logistic())
    whole = ib.Run(problem, method, 0.1, batch=ib.MiniBatch(6, 5)).advance(50)
    np.testing.assert_allclose(whole.w, ib.Run(problem, method, 0.1).advance(50).w, rtol=1e-9)
    part = ib.Run(problem, method, 0.1, batch=batch).advance(50)
    assert np.abs(part.w - whole.w).max() > 1e-3
