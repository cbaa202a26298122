"""Adam and RMSProp far out: in the log domain, across |g| = eps, and where their averages cannot follow."""

import math

import mpmath
import numpy as np
import pytest
from scipy.optimize import brentq

import conftest
import implicitbias as ib

LOWEST = -745  # log of the smallest double


def rescaled(X, method, eta, steps):
    """Return w after so many steps on exponential loss; m and v are in units of the gradient at each t."""
    w, m, v, shift = np.zeros(X.shape[1]), 0.0, 0.0, 0.0
    for t in range(1, steps + 1):
        z = X @ w
        lowest = z.min()
        g = -(np.exp(lowest - z) @ X)
        change = math.exp(lowest - shift)
        shift = lowest
        m = method.beta1 * change * m + (1 - method.beta1) * g
        v = method.beta2 * change**2 * v + (1 - method.beta2) * g**2
        corrections = 1 - method.beta1**t, 1 - method.beta2**t
        w = w - eta * (m / corrections[0]) / np.sqrt(v / corrections[1])
    return w


@pytest.mark.parametrize(
    ("steps", "log_loss"), [(35_000, LOWEST), pytest.param(300_000, -6000, marks=pytest.mark.slow)]
)
def test_nothing_underflows_without_eps(steps, log_loss):
    X, y = conftest.separable(12, 5)
    method, eta = ib.Adam(0.9, 0.95, eps=0.0), 0.2
    run = ib.Run(ib.Problem(X, y, ib.Exponential()), method, eta).advance(steps)
    rows = X * y[:, None]
    w = rescaled(rows, method, eta, steps)
    assert run.log_loss < log_loss
    assert run.margin == pytest.approx((rows @ w).min() / np.abs(w).max(), rel=1e-3)


def test_the_average_of_squares_falls_no_faster_than_beta2():
    # On one sample g falls like exp(-r t). Then m and v are geometric sums, in units of g and g^2, and their
    # quotient times eta is r again; v's sum exists for r < -log(beta2) / 2.
    problem, method = ib.Problem([[1.0]], [1.0], ib.Exponential()), ib.Adam(0.5, 0.95, eps=0.0)
    for eta in (0.001, 0.01, 1.0, 100.0):

        def surplus(r, eta=eta):
            m, v = 0.5 / (1 - 0.5 * math.exp(r)), 0.05 / (1 - 0.95 * math.exp(2 * r))
            return r - eta * m / math.sqrt(v)

        rate = brentq(surplus, 0, -math.log(0.95) / 2 * (1 - 1e-15), xtol=1e-15)
        run = ib.Run(problem, method, eta).advance(10_000)
        before = run.log_loss
        run.advance(10_000)
        assert (before - run.log_loss) / 10_000 == pytest.approx(rate, rel=1e-6)


def on_one_sample(method, eta, w, steps):
    """Return the iterates on the loss exp(-w) in 60 digits, from the definitions."""
    adam = isinstance(method, ib.Adam)
    beta1, beta2 = (method.beta1, method.beta2) if adam else (0.0, method.beta)
    corrected = adam and method.bias_correction
    with mpmath.workdps(60):
        beta1, beta2, eps, eta, w = (mpmath.mpf(each) for each in (beta1, beta2, method.eps, eta, w))
        m = v = mpmath.mpf(0)
        rows = [w]
        for t in range(1, steps + 1):
            g = -mpmath.exp(-w)
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            m_hat, v_hat = (m / (1 - beta1**t), v / (1 - beta2**t)) if corrected else (m, v)
            w -= eta * m_hat / (mpmath.sqrt(v_hat) + eps)
            rows.append(w)
        return [float(row) for row in rows]


@pytest.mark.parametrize("eps", [1e-2, 1e-8, 1e-155, 1e-300, 5e-324])
@pytest.mark.parametrize("beyond", [-3.0, 0.0, 3.0])
@pytest.mark.parametrize("kind", ["Adam", "Adam without correction", "RMSProp"])
def test_the_crossover_at_eps(kind, eps, beyond):
    method = {
        "Adam": ib.Adam(0.8, 0.9, eps),
        "Adam without correction": ib.Adam(0.8, 0.9, eps, bias_correction=False),
        "RMSProp": ib.RMSProp(0.9, eps),
    }[kind]
    w0 = -math.log(eps) + beyond  # |g| is eps exp(-beyond)
    run = ib.Run(ib.Problem([[1.0]], [1.0], ib.Exponential()), method, 0.3, w0=[w0], record=ib.every(1))
    run.advance(60)
    rows = np.array(on_one_sample(method, 0.3, w0, 60))
    np.testing.assert_allclose(run.trajectory.w[:, 0] - w0, rows - w0, rtol=1e-9, atol=1e-13 * abs(w0))


@pytest.mark.parametrize(("w0", "eta"), [(1000.0, 1e300), (730.0, 1e308)])
def test_far_below_eps_steps_are_those_of_the_gradient(w0, eta):
    # g itself is below the smallest double, or almost; eta g / eps is not.
    run = ib.Run(ib.Problem([[1.0]], [1.0], ib.Exponential()), ib.RMSProp(0.5, 1e-8), eta, w0=[w0])
    moved = math.exp(math.log(eta) - w0 + math.log(1e8))
    assert run.advance(1).w[0] == pytest.approx(w0 + moved, rel=1e-12)


def test_adam_does_not_depend_on_the_scale_of_the_loss_without_eps():
    # Under exponential loss w0 in the direction of a common feature multiplies the loss.
    X, y = conftest.separable(10, 4)
    X = np.column_stack([X, y])
    problem = ib.Problem(X, y, ib.Exponential())
    near, far = (
        ib.Run(problem, ib.Adam(eps=0.0), 1e-2, w0=[0, 0, 0, 0, w]).advance(300).w for w in (0.0, 1000.0)
    )
    np.testing.assert_allclose(far[:4], near[:4], rtol=1e-8)
    np.testing.assert_allclose(far[4] - 1000, near[4], rtol=1e-8)


def test_features_that_no_sample_has_stay():
    X, y = conftest.separable(10, 4)
    X[:, 2] = 0
    for method in (ib.Adam(eps=0.0), ib.RMSProp(eps=0.0), ib.Lion(), ib.Signum()):
        run = ib.Run(ib.Problem(X, y, ib.Exponential()), method, 1e-2).advance(500)
        assert run.w[2] == 0
        assert np.all(run.w[[0, 1, 3]] != 0)


def test_the_two_phases_of_adam():
    # Where gradients are far above eps its steps are those without eps; far below, those of gradient descent.
    X, y = conftest.separable(10, 4)
    problem = ib.Problem(X, y, ib.Exponential())
    with_eps, without = (ib.Run(problem, ib.Adam(eps=eps), 1e-2).advance(200).w for eps in (1e-13, 0.0))
    np.testing.assert_allclose(with_eps, without, rtol=1e-9)
    adam = ib.Run(problem, ib.Adam(0.9, 0.999, eps=1e9), 1e7).advance(3000)
    descent = ib.Run(problem, ib.GradientDescent(), 1e-2).advance(3000)
    assert adam.log_loss == pytest.approx(descent.log_loss, rel=1e-2)
