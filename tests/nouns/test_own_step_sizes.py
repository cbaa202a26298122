"""Step size rules of one's own: against those of the package, and what they may do wrong."""

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import implicitbias as ib
from conftest import separable
from own_nouns import Adam, LossSized, Power

X, Y = separable(12, 4)
PROBLEM = ib.Problem(X, Y, ib.Exponential())


@given(st.floats(1e-4, 0.3), st.floats(0, 1.5), st.integers(0, 10**9))
def test_a_rule_is_what_the_package_has(eta, power, t):
    own, known = Power(eta, power), ib.Polynomial(eta, power)
    assert own.log_step(t, 0.0) == pytest.approx(known.log_step(t, 0.0), rel=1e-13, abs=1e-13)
    runs = [ib.Run(PROBLEM, ib.GradientDescent(), rule, form="plain").advance(30) for rule in (own, known)]
    np.testing.assert_allclose(runs[0].trajectory.w, runs[1].trajectory.w, rtol=1e-11)
    np.testing.assert_allclose(runs[0].trajectory.best_bound, runs[1].trajectory.best_bound, rtol=1e-11)


def test_a_rule_may_look_at_the_smoothness_bound():
    easy = ib.Problem(Y[:, None] * (2 + 0.3 * X), Y, ib.Exponential())  # of a large margin: L falls fast
    runs = [
        ib.Run(easy, method, rule).advance(2000)
        for method in (ib.GradientDescent(), ib.SteepestDescent(ib.Lp(3)))
        for rule in (LossSized(), ib.LossNormalized(0.5))
    ]
    for own, known in (runs[:2], runs[2:]):
        assert own.form == "plain"
        assert own.log_loss < -300
        np.testing.assert_allclose(own.w, known.w, rtol=1e-7)
    for problem, method, batch, complaint in [
        (
            ib.Problem(X, Y, ib.Probit()),
            ib.GradientDescent(),
            None,
            "needs a loss whose curvature is bounded",
        ),
        (PROBLEM, ib.AdaGrad(), None, "needs a smoothness bound"),
        (PROBLEM, ib.GradientDescent(), ib.MiniBatch(3, 0), "needs the whole loss"),
    ]:
        with pytest.raises(ib.InvalidValueError, match=f"^step_size: LossSized {complaint}"):
            ib.Run(problem, method, LossSized(), batch=batch)


class Seen(ib.StepSize):
    def __init__(self):
        self.rows = []

    def step_size(self, t, log_loss, log_gradient, more=1):
        self.rows.append((t, log_loss, log_gradient))
        return 0.1


@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Squared()], ids=repr)
@pytest.mark.parametrize(
    ("method", "q"), [(ib.GradientDescent(), 2), (ib.SteepestDescent(ib.Lp(1)), math.inf)]
)
def test_what_a_rule_sees(loss, method, q):
    rule, problem = Seen(), ib.Problem(X / 10, Y, loss)
    run = ib.Run(problem, method, rule, record=ib.every()).advance(20)
    assert [t for t, *_ in rule.rows] == list(range(20))
    np.testing.assert_allclose([row[1] for row in rule.rows], run.trajectory.log_loss[:-1], rtol=1e-14)
    for (_, _, log_gradient), w in zip(rule.rows, run.trajectory.w, strict=False):
        _, log_scale, gradient = problem.evaluate(w)
        assert log_gradient == pytest.approx(log_scale + math.log(np.linalg.norm(gradient, q)), abs=1e-12)


class Polyak(ib.StepSize):
    def log_step_size(self, log_loss, log_gradient):
        return log_loss - 2 * log_gradient


def test_polyak_in_numpy():
    problem, w = ib.Problem(X, Y, ib.Logistic()), np.zeros(4)
    run = ib.Run(problem, ib.GradientDescent(), Polyak()).advance(30)
    for _ in range(30):
        margins = Y * (X @ w)
        gradient = -X.T @ (Y / (1 + np.exp(margins)))
        w = w - np.log1p(np.exp(-margins)).sum() / (gradient @ gradient) * gradient
    np.testing.assert_allclose(run.w, w, rtol=1e-7)  # such steps magnify rounding from one to the next


def test_a_checkpoint_wants_the_rule(tmp_path):
    path = tmp_path / "run.npz"
    for rule in (Power(0.1, 0.3), Polyak()):
        run = ib.Run(PROBLEM, ib.GradientDescent(), rule).advance(30)
        run.save(path)
        again = ib.Run.load(path, step_size=pickle.loads(pickle.dumps(rule)))
        copied = pickle.loads(pickle.dumps(run))
        run.advance(40)
        for other in (again, copied):
            np.testing.assert_array_equal(other.advance(40).trajectory.w, run.trajectory.w)
    with pytest.raises(
        ib.CheckpointError, match=r"step_size: .*Polyak, got none; Run\.load\(path, step_size="
    ):
        ib.Run.load(path)
    ib.Run(PROBLEM, Adam(), Power(0.1, 0.3)).save(path)
    with pytest.raises(ib.CheckpointError, match="step_size: it has other values"):
        ib.Run.load(path, method=Adam(), step_size=Power(0.1, 0.4))


def test_claims_take_a_rule_on_trust():
    run = ib.Run(PROBLEM, ib.GradientDescent(), Power(0.05, 0.1)).advance(1000)
    report = ib.compare(run, ib.predict(PROBLEM, run.method))
    assert (
        "the steps have an infinite sum (of Power, a rule of one's own, this is taken on trust)",
        True,
    ) in (report.hypotheses)
    with pytest.raises(ib.InvalidTypeError, match="^step_size: expected Constant, Polynomial or a capped"):
        run.fast_forward(1e20)


class Wayward(ib.StepSize):
    answer = None

    def step_size(self, t):
        return 0.1 if self.answer is None else self.answer()


@pytest.mark.parametrize(
    ("answer", "error", "complaint"),
    [
        (lambda: -0.1, ValueError, "expected a finite number >= 0, got -0.1"),
        (lambda: math.nan, ValueError, "expected a finite number >= 0, got nan"),
        (lambda: math.inf, ValueError, "got inf; define log_step_size, its logarithm"),
        (lambda: np.ones(2), TypeError, r"expected a real number, got an array of shape \(2,\)"),
        (lambda: [0.1], TypeError, "expected a real number, got a list"),
        (lambda: None, TypeError, "expected a real number, got None"),
        (lambda: "0.1", TypeError, "expected a real number, got '0.1'"),
        (lambda: True, TypeError, "expected a real number, got True"),
        (lambda: 1 / 0, ZeroDivisionError, "division"),
    ],
)
def test_wrong_answers_leave_a_run_as_it_was(answer, error, complaint):
    rule = Wayward()
    run = ib.Run(PROBLEM, ib.GradientDescent(), rule).advance(7)
    rule.answer = answer
    with pytest.raises(error, match=complaint) as raised:
        run.advance(5)
    if isinstance(raised.value, ib.ImplicitBiasError):
        assert str(raised.value).startswith("Wayward.step_size() at t = 7 returned: ")
    rule.answer = None
    assert run.t == 7
    sound = ib.Run(PROBLEM, ib.GradientDescent(), 0.1, form="plain").advance(20)
    np.testing.assert_array_equal(run.advance(13).w, sound.w)
    np.testing.assert_array_equal(run.trajectory.t, sound.trajectory.t)


def test_steps_may_be_zero():
    run = ib.Run(
        PROBLEM, ib.GradientDescent(), type("Zero", (Wayward,), {"answer": lambda self: 0})()
    ).advance(3)
    np.testing.assert_array_equal(run.w, np.zeros(4))
    none = type("Zero", (ib.StepSize,), {"log_step_size": lambda self: -math.inf})()
    np.testing.assert_array_equal(ib.Run(PROBLEM, ib.GradientDescent(), none).advance(3).w, np.zeros(4))
    for wrong in (math.nan, math.inf):
        rule = type("Wrong", (ib.StepSize,), {"log_step_size": lambda self, t, wrong=wrong: wrong})()
        with pytest.raises(
            ib.InvalidValueError, match=r"^Wrong\.log_step_size\(\) at t = 0 returned: .* -inf for 0"
        ):
            ib.Run(PROBLEM, ib.GradientDescent(), rule).advance(1)


def test_what_is_missing_is_named():
    with pytest.raises(
        ib.InvalidTypeError, match="^Bare: expected a method step_size, found none; write def step"
    ):
        ib.Run(PROBLEM, ib.GradientDescent(), type("Bare", (ib.StepSize,), {})())
    unknown = type("Unknown", (ib.StepSize,), {"step_size": lambda self, time: 0.1})()
    with pytest.raises(
        ib.InvalidTypeError, match=r"^Unknown\.step_size: expected arguments called t, .* got time"
    ):
        ib.Run(PROBLEM, ib.GradientDescent(), unknown)
    with pytest.raises(ib.InvalidValueError, match="^log_step: this rule looks at log_loss, expected it"):
        Polyak().log_step(0, 0.0)
    assert Polyak().log_step(0, 0.0, -2.0, -3.0) == 4.0
