"""Steps of a given length where the method steps on an average of gradients, or decays its weights."""

import numpy as np
import pytest

import implicitbias as ib

X = np.random.default_rng(4).standard_normal((7, 3, 2)) + 0.7
PROBLEM = ib.Problem(X, np.ones(7), ib.Exponential())
ETA, POWER = 0.3, 0.5

LARGEST_ENTRY = ib.Lp(np.inf)
METHODS = [
    (ib.Signum(0.9), LARGEST_ENTRY),
    (ib.Muon(), ib.Schatten(np.inf)),
    (ib.SteepestDescent(ib.Lp(1.5), momentum=ib.EMA(0.8, nesterov=True)), ib.Lp(1.5)),
    (ib.Adam(eps=0.0), LARGEST_ENTRY),
    (ib.RMSProp(), LARGEST_ENTRY),
    (ib.Lion(), LARGEST_ENTRY),
    (ib.DualAcceleration(), ib.Lp(2)),
]


@pytest.mark.parametrize(("method", "norm"), METHODS, ids=repr)
def test_a_step_is_as_long_as_the_rule_says(method, norm):
    run = ib.Run(PROBLEM, method, ib.Normalized(ETA, POWER), record=ib.every(1)).advance(40)
    lengths = [norm.value(step.reshape(3, 2)) for step in np.diff(run.trajectory.w, axis=0)]
    np.testing.assert_allclose(lengths, ETA * np.arange(1, 41) ** -POWER, rtol=1e-9)


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("decay", [0.0, 0.7])
def test_signs_of_an_average_with_decay(nesterov, decay):
    beta = 0.9
    method = ib.SteepestDescent(ib.Lp(np.inf), momentum=ib.EMA(beta, nesterov), weight_decay=decay)
    run = ib.Run(PROBLEM, method, ib.Normalized(ETA, POWER)).advance(300)
    rows, w, m = X.reshape(7, 6), np.zeros(6), np.zeros(6)
    for t in range(300):
        margins = rows @ w
        gradient = -np.exp(margins.min() - margins) @ rows * np.exp(-margins.min())
        m = beta * m + (1 - beta) * gradient
        stepped_on = beta * m + (1 - beta) * gradient if nesterov else m
        eta = ETA * (t + 1) ** -POWER
        w = (1 - eta * decay) * w - eta * np.sign(stepped_on)
    np.testing.assert_allclose(run.w.ravel(), w, rtol=1e-7)


def test_muon_on_scores_beyond_underflow():
    """The loss leaves the range of doubles, and steps stay as long as the rule says."""
    run = ib.Run(PROBLEM, ib.Muon(), ib.Normalized(100.0)).advance(60)
    assert run.log_loss < -1000
    before = run.w
    np.testing.assert_allclose(ib.Schatten(np.inf).value(run.advance(1).w - before), 100.0, rtol=1e-9)


@pytest.mark.parametrize("method", [ib.AdaGrad(), ib.MirrorDescent(ib.Cosh())], ids=repr)
def test_methods_without_proportional_steps_are_refused(method):
    with pytest.raises(ib.InvalidValueError, match="Normalized needs .* as long as eta says"):
        ib.Run(PROBLEM, method, ib.Normalized(0.1))


@pytest.mark.parametrize("method", [ib.Muon(), ib.Signum(), ib.GradientDescent(ib.EMA(0.9))], ids=repr)
def test_the_default_step_of_averages_descends(method):
    """Loss-normalized steps along an average explode: it remembers larger losses."""
    run = ib.Run(PROBLEM, method).advance(3000)
    assert run.step_size == ib.Normalized(0.1, 0.5)
    assert run.bracket.lower > 0.8 * run.bracket.upper > 0


@pytest.mark.parametrize("method", [ib.Adam(), ib.RMSProp(), ib.Lion()], ids=repr)
def test_the_default_step_of_methods_that_forget_the_gradients_size_decreases(method):
    run = ib.Run(PROBLEM, method).advance(3000)
    assert run.step_size == ib.Polynomial(0.1, 0.5)
    assert run.bracket.lower > 0.7 * run.bracket.upper > 0
