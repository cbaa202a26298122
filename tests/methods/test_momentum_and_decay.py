"""Momentum by averages and decoupled weight decay: what they are by other names, and where they end."""

import math
import pickle

import numpy as np
import pytest

import conftest
import examples
import implicitbias as ib
from implicitbias.nouns.bare_descent import norm_of_bare_descent

X, y = conftest.separable(20, 4)
LABELED = ib.Problem(X, y, ib.Logistic())
MATRICES = ib.Problem(X.reshape(20, 2, 2), y, ib.Logistic())
FITTED = ib.Problem(X.reshape(20, 2, 2), y, ib.Squared())
NORMS = [ib.Lp(2), ib.Lp(4), ib.Lp(1.5), ib.Schatten(3), examples.QUADRATIC]
OLDER = ib.MirrorDescent | ib.NaturalGradient | ib.AdaGrad | ib.FactorizedGradientDescent
NEW = [
    each
    for each in examples.METHODS
    if not (isinstance(each, OLDER) or norm_of_bare_descent(each) is not None)
]


def test_named_constructors():
    assert ib.Signum() == ib.SteepestDescent(ib.Lp(math.inf), momentum=ib.EMA(0.9))
    assert ib.Muon() == ib.SteepestDescent(ib.Schatten(math.inf), momentum=ib.EMA(0.95, nesterov=True))
    shipped = ib.Muon(0.9, False, "newton-schulz", weight_decay=0.1)
    assert shipped == ib.NewtonSchulzDescent(ib.EMA(0.9), 0.1)
    assert ib.GradientDescent(ib.EMA(0.9)) == ib.SteepestDescent(ib.Lp(2), momentum=ib.EMA(0.9))
    assert ib.GradientDescent(ib.DualMomentum(0.9)) == ib.MirrorDescent(ib.Euclidean(), ib.DualMomentum(0.9))


@pytest.mark.parametrize("loss", [ib.Logistic(), ib.Squared()], ids=repr)
def test_averages_are_heavy_balls(loss):
    problem, beta = ib.Problem(*conftest.separable(20, 4), loss), 0.8
    run = ib.Run(problem, ib.GradientDescent(ib.EMA(beta)), 0.01).advance(300)
    heavy = ib.GradientDescent(ib.DualMomentum.heavy_ball(beta))
    np.testing.assert_allclose(run.w, ib.Run(problem, heavy, 0.01 * (1 - beta)).advance(300).w, rtol=1e-10)


@pytest.mark.parametrize("norm", examples.NORMS, ids=repr)
def test_an_average_of_one_gradient_is_none(norm):
    bare = ib.Run(MATRICES, ib.SteepestDescent(norm), 1e-3, form="plain").advance(50)
    for nesterov in (False, True):
        method = ib.SteepestDescent(norm, momentum=ib.EMA(0.0, nesterov))
        np.testing.assert_allclose(ib.Run(MATRICES, method, 1e-3).advance(50).w, bare.w, rtol=1e-12)


def test_momentum_in_a_norm_of_ones_own(tmp_path):
    own, same = (
        ib.Run(LABELED, ib.SteepestDescent(norm, "first", ib.EMA(0.7), 0.1), 0.01).advance(100)
        for norm in (conftest.Taxicab(), ib.Lp(1))
    )
    np.testing.assert_allclose(own.w, same.w, rtol=1e-12)
    own.save(tmp_path / "run.npz")
    again = ib.Run.load(tmp_path / "run.npz", norm=conftest.Taxicab()).advance(50)
    np.testing.assert_array_equal(again.w, own.advance(50).w)


def test_momentum_does_not_underflow():
    # Along the common feature the loss falls below exp(-1e5), and a momentum in doubles would be 0.
    problem = ib.Problem(np.column_stack([X, y]), y, ib.Exponential())
    method = ib.SteepestDescent(ib.Lp(math.inf), momentum=ib.EMA(0.5))
    near, far = (
        ib.Run(problem, method, np.exp(w) * np.full(200, 1e-3), w0=[0, 0, 0, 0, w]).advance(200).w
        for w in (0.0, 600.0)
    )
    np.testing.assert_allclose(far[:4], near[:4], rtol=1e-9)
    run = ib.Run(problem, method, ib.LossNormalized(), w0=[0, 0, 0, 0, 1e5]).advance(30)
    assert run.w[4] > 1e5
    assert run.log_loss < -1e5


@pytest.mark.parametrize("norm", NORMS, ids=repr)
@pytest.mark.parametrize("momentum", [None, ib.EMA(0.5)], ids=repr)
def test_with_weight_decay_descent_ends_at_a_regularized_minimum(norm, momentum):
    # Where w comes to rest decay w is the steepest step: L + decay |w|^2 / 2 is stationary (eq. 11).
    decay = 0.5
    run = ib.Run(MATRICES, ib.SteepestDescent(norm, "first", momentum, decay), 0.02).advance(30_000)
    gradient = ((-y / (1 + np.exp(X @ run.w.ravel() * y))) @ X).reshape(2, 2)
    np.testing.assert_allclose(decay * run.w, norm.steepest(gradient), atol=1e-9)


@pytest.mark.parametrize("method", [ib.Lion(weight_decay=2.0), ib.Adam(eps=0.0, weight_decay=2.0)], ids=repr)
def test_with_weight_decay_signs_end_in_a_box(method):
    # Xie and Li (2024), Lemma 3.8: w minimizes L on |w|_inf <= 1 / decay iff <-decay w, grad> = |grad|_1.
    run = ib.Run(LABELED, method, ib.Polynomial(0.1, 0.6)).advance(100_000)
    gradient = (-y / (1 + np.exp(X @ run.w * y))) @ X
    assert np.abs(run.w).max() <= 0.5 * (1 + 1e-3)
    assert -2.0 * run.w @ gradient == pytest.approx(np.abs(gradient).sum(), rel=0.01)


@pytest.mark.parametrize(
    "method",
    [
        ib.SteepestDescent(ib.Lp(2), weight_decay=4.0),
        ib.Muon(weight_decay=4.0),
        ib.Muon(orthogonalization="newton-schulz", weight_decay=4.0),
        ib.Adam(weight_decay=4.0),
        ib.Lion(weight_decay=4.0),
    ],
    ids=repr,
)
def test_too_much_weight_decay_is_refused_at_its_step(method):
    run = ib.Run(MATRICES, method, [0.05, 0.25, 0.1, 0.2500001, 0.1])
    with pytest.raises(
        ib.DomainError, match=r"step t = 3, of size 0.25: eta_t times weight_decay is 1"
    ) as raised:
        run.advance(5)
    assert "the run stays at t = 3. Take smaller steps" in str(raised.value)
    twin = ib.Run(MATRICES, method, [0.05, 0.25, 0.1, 0.2500001, 0.1]).advance(3)
    for name, value in twin._loop.snapshot()[0].items():
        np.testing.assert_array_equal(run._loop.snapshot()[0][name], value, err_msg=name)


def test_the_first_step_from_all_of_w_forgets_it():
    # eta_t weight_decay = 1: the step is all that is left, without a trace of a large w.
    method, w0 = ib.SteepestDescent(ib.Lp(2), weight_decay=10.0), np.array([1e9, 0.0, 0, 0])
    problem = ib.Problem([[0.0, 3.0, 4.0, 0.0]], [1.0], ib.Exponential())
    np.testing.assert_allclose(ib.Run(problem, method, 0.1, w0=w0).advance(1).w, [0, 0.3, 0.4, 0], rtol=1e-15)


@pytest.mark.parametrize("method", NEW, ids=repr)
def test_runs_go_on_bit_by_bit(method, tmp_path):
    run = ib.Run(MATRICES, method, 0.05).advance(37)
    run.save(tmp_path / "run.npz")
    others = [ib.Run.load(tmp_path / "run.npz"), pickle.loads(pickle.dumps(run))]
    run.advance(60)
    for other in others:
        other.advance(60)
        assert other.method == method
        for name, value in run._loop.snapshot()[0].items():
            np.testing.assert_array_equal(other._loop.snapshot()[0][name], value, err_msg=name)
        np.testing.assert_array_equal(other.trajectory.w, run.trajectory.w)


@pytest.mark.parametrize("method", [each for each in NEW if not getattr(each, "weight_decay", 0)], ids=repr)
def test_brackets_contain_the_maximum(method):
    best = ib.predict(MATRICES, ib.SteepestDescent(method.geometry)).solve().value
    run = ib.Run(MATRICES, method, 0.02).advance(20_000)
    rows = run.trajectory
    assert np.all(rows.best_margin <= best * (1 + 1e-9))
    assert np.all(rows.best_bound >= best * (1 - 1e-9))
    assert run.bracket.gap < 0.75


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ib.EMA(1.0), "beta: expected a number in [0, 1), got 1"),
        (lambda: ib.EMA(math.nan), "beta: expected a number in [0, 1), got nan"),
        (lambda: ib.Signum(-0.1), "beta: expected a number in [0, 1), got -0.1"),
        (lambda: ib.Muon(1.5), "beta: expected a number in [0, 1), got 1.5"),
        (lambda: ib.Muon(orthogonalization="qr"), "orthogonalization: expected 'exact' or 'newton-schulz'"),
        (lambda: ib.Adam(beta1=1), "beta1: expected a number in [0, 1), got 1"),
        (lambda: ib.Adam(beta2=-1), "beta2: expected a number in [0, 1), got -1"),
        (lambda: ib.Adam(eps=-1e-8), "eps: expected a finite number >= 0, got -1e-08"),
        (lambda: ib.Adam(eps=math.inf), "eps: expected a finite number >= 0, got inf"),
        (lambda: ib.RMSProp(beta=2), "beta: expected a number in [0, 1), got 2"),
        (lambda: ib.RMSProp(eps=-1), "eps: expected a finite number >= 0, got -1"),
        (lambda: ib.Lion(beta1=1), "beta1: expected a number in [0, 1), got 1"),
        (lambda: ib.Lion(weight_decay=-1), "weight_decay: expected a finite number >= 0, got -1"),
        (
            lambda: ib.SteepestDescent(ib.Lp(2), weight_decay=math.nan),
            "weight_decay: expected a finite number >= 0, got nan",
        ),
        (
            lambda: ib.MirrorDescent(ib.Euclidean(), ib.EMA(0.9)),
            "momentum: expected a Momentum, got EMA(beta=0.9, nesterov=False); write "
            "PrimalMomentum.heavy_ball(0.9)",
        ),
        (
            lambda: ib.Run(LABELED, ib.Muon(), 0.1),
            "norm: Schatten expects matrices as parameters, got shape (4,)",
        ),
        (
            lambda: ib.Run(LABELED, ib.Adam(), ib.LossNormalized()),
            "step_size: LossNormalized needs a smoothness bound, and there is none for this method; use "
            "Normalized, Constant, Polynomial or Schedule, such as Normalized(0.1, 0.5)",
        ),
        (
            lambda: ib.Run(LABELED, ib.Lion(), ib.LossNormalized()),
            "step_size: LossNormalized needs a smoothness",
        ),
        (
            lambda: ib.Run(LABELED, ib.Signum(), ib.ExactLineSearch()),
            "step_size: ExactLineSearch needs a method that steps along a ray: SteepestDescent without",
        ),
        (
            lambda: ib.Run(LABELED, ib.Signum(), 0.1).fast_forward(1e20),
            "method: expected a strictly convex norm with EMA(beta=0.9, nesterov=False), got Lp(p=inf)",
        ),
        (
            lambda: ib.Run(LABELED, ib.Adam(eps=0), 0.1).fast_forward(1e20),
            "method: expected eps > 0, got Adam(",
        ),
        (
            lambda: ib.flow(FITTED, ib.GradientDescent(ib.EMA(0.9))),
            "method: expected none with momentum or weight decay",
        ),
    ],
)
def test_bad_input_is_refused(make, message):
    with pytest.raises((ib.InvalidValueError, ib.InvalidTypeError)) as raised:
        make()
    assert str(raised.value).startswith(message), str(raised.value)


@pytest.mark.parametrize("method", NEW, ids=repr)
def test_what_is_claimed_and_why_nothing_else(method):
    decays = getattr(method, "weight_decay", 0) > 0
    for problem in (MATRICES, FITTED):
        if problem is FITTED and isinstance(method, ib.DualAcceleration):
            continue
        reason = ib.why_no_claim(problem, method)
        amsgrad = isinstance(method, ib.Adam) and method.amsgrad
        claimed = not isinstance(method, ib.NewtonSchulzDescent) if decays else problem is MATRICES
        claimed = claimed and not amsgrad
        assert (ib.predict(problem, method) is not None) == claimed == (reason is None)
        if decays and not claimed:
            assert "Newton-Schulz" in reason
        elif amsgrad:
            assert "AMSGrad" in reason
        elif not claimed:
            assert type(method).__name__ in reason or "momentum" in reason
