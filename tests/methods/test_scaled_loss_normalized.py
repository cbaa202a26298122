"""LossNormalized with a rule for its scale (Nacson et al. 2019): eta_t = scale_t / beta(w_t)."""

import copy
import math
import os
import pickle

import numpy as np
import pytest

import conftest
import examples
import implicitbias as ib
from plain_steps import dual, iterates
from same import assert_same

W0 = np.array([0.1, -0.2, 0.3, 0.05])
RULES = [
    ib.LossNormalized(ib.Polynomial(0.7, 0.5)),
    ib.LossNormalized(ib.Polynomial(0.7, 0.5), 5.0),
    ib.LossNormalized(np.linspace(0.2, 1, 300)),
]


def scales(rule):
    """Return the scale of every step."""
    t = np.arange(300)
    return 0.7 / np.sqrt(t + 1) if isinstance(rule.scale, ib.Polynomial) else rule.scale.etas


@pytest.mark.parametrize("rule", RULES, ids=repr)
@pytest.mark.parametrize("norm", [ib.Lp(4 / 3), ib.Lp(2), examples.QUADRATIC], ids=repr)
@pytest.mark.parametrize("loss", [ib.Exponential(), ib.PolynomialTail(0.5)], ids=repr)
def test_iterates_against_a_plain_loop(rule, norm, loss):
    problem, scale = ib.Problem(*conftest.separable(20, 4, seed=2), loss), scales(rule)
    run = ib.Run(problem, ib.SteepestDescent(norm), rule, w0=W0, record=ib.every(1)).advance(300)
    radius = max(dual(norm, x) for x in problem.X)
    expected = iterates(
        problem, norm, lambda t, loss, _: min(rule.cap, scale[t] / (radius**2 * loss)), W0, 300
    )
    np.testing.assert_allclose(run.trajectory.w, expected, rtol=1e-7, atol=1e-9)


def test_a_constant_is_a_number():
    assert ib.LossNormalized(ib.Constant(0.5)) == ib.LossNormalized(0.5)
    assert type(ib.LossNormalized(ib.Constant(0.5)).scale) is float
    assert repr(ib.LossNormalized(0.5, 2)) == "LossNormalized(scale=0.5, cap=2.0)"
    assert ib.LossNormalized([1, 0.5]).scale == ib.Schedule([1, 0.5])
    assert ib.LossNormalized(np.float32(0.5)).scale == 0.5
    assert ib.LossNormalized(np.array(0.5)).scale == 0.5
    assert ib.LossNormalized(ib.Polynomial(0.5, 0)) != ib.LossNormalized(0.5)


def test_a_constant_scale_keeps_its_engine(problem):
    runs = [
        ib.Run(problem, ib.GradientDescent(), ib.LossNormalized(scale)).advance(1000)
        for scale in (0.5, ib.Polynomial(0.5, 0), [0.5] * 1000)
    ]
    assert [run.form != "plain" for run in runs] == [True, True, False]
    for run in runs[1:]:
        np.testing.assert_allclose(run.w, runs[0].w, rtol=1e-11)


def test_values():
    rule = ib.LossNormalized(ib.Polynomial(2.0, 0.5), cap=10.0)
    assert math.exp(rule.log_step(3, math.log(4))) == pytest.approx(0.25)
    assert math.exp(rule.log_step(3, -1e6)) == pytest.approx(10)
    assert ib.LossNormalized([1.0, 0.25]).log_step(1, -1e6) == 1e6 - math.log(4)
    assert ib.LossNormalized([1.0, 0.0]).log_step(1, 0.0) == -math.inf
    with pytest.raises(ib.InvalidValueError, match="^t: the rule has steps 0 to 1, got 2"):
        ib.LossNormalized([1.0, 0.25]).log_step(2, 0.0)


def test_what_it_says_of_itself():
    assert [rule.bounded for rule in RULES] == [False, True, False]
    assert [rule.length for rule in RULES] == [None, None, 300]
    powers = (0.5, 1, 1.5)
    assert [ib.LossNormalized(ib.Polynomial(1, power)).summable for power in powers] == [False, False, True]


def test_it_ends_with_its_scale(problem):
    run = ib.Run(problem, ib.GradientDescent(), ib.LossNormalized(np.full(10, 0.5)))
    with pytest.raises(ib.InvalidValueError, match="the schedule ends at t = 10"):
        run.advance(11)
    assert run.advance(10).t == 10


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_it_comes_back(rule, problem, tmp_path):
    for twin in (pickle.loads(pickle.dumps(rule)), copy.deepcopy(rule)):
        assert twin == rule
        assert hash(twin) == hash(rule)
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(2)), rule).advance(100)
    run.save(tmp_path / "run.npz")
    again = ib.Run.load(tmp_path / "run.npz")
    assert again.step_size == rule
    assert_same(again.advance(100), run.advance(100))


def test_on_the_command_line(command):
    rules = "LossNormalized(Polynomial(1, 1/2), cap=1e3)", "loss_normalized([1, 1])", "[1, 0.5]", "0.1"
    steps = (part for rule in rules for part in ("--step", rule))
    status, _, complaint = command("run", "--norm", "2", *steps, "--steps", "2", "--out", "o")
    assert status == 0, complaint
    found = {ib.Run.load(f"o/{name}").step_size for name in os.listdir("o") if name.endswith(".npz")}
    assert found == {
        ib.LossNormalized(ib.Polynomial(1, 0.5), 1e3),
        ib.LossNormalized([1, 1]),
        ib.Schedule([1, 0.5]),
        ib.Constant(0.1),
    }


NO_NUMBERS = [None, True, "1", {}, ib.Lp(2), object()]


@pytest.mark.parametrize(
    "scale", [ib.LossNormalized(), ib.Polyak(), ib.Normalized(1.0), ib.ExactLineSearch()], ids=repr
)
def test_rules_that_look_at_more_than_t_are_refused(scale):
    complaint = f"^scale: expected a number or a rule that looks at t alone .*got {type(scale).__name__}"
    with pytest.raises(ib.InvalidValueError, match=complaint):
        ib.LossNormalized(scale)


@pytest.mark.parametrize("scale", [0, -1, math.nan, math.inf, [], [[1.0]], [-1.0], [math.nan], *NO_NUMBERS])
def test_refused_scales(scale):
    with pytest.raises((ib.InvalidValueError, ib.InvalidTypeError), match="^scale: expected"):
        ib.LossNormalized(scale)


def test_leaps_ask_for_a_scale_that_stays(problem):
    run = ib.Run(problem, ib.GradientDescent(), ib.LossNormalized(ib.Polynomial(1, 0.5), 1.0))
    with pytest.raises(ib.InvalidTypeError, match="^step_size: .*a scale that changes"):
        run.fast_forward(1e30)


def test_margins_tend_to_the_maximum_like_one_over_the_root():
    # Nacson et al. (2019): the gap falls like log t / sqrt t.
    problem = ib.Problem(*conftest.separable(15, 4, seed=6), ib.Exponential())
    rule = ib.LossNormalized(ib.Polynomial(1.0, 0.5))
    run = ib.Run(problem, ib.GradientDescent(), rule)
    best = ib.predict(problem, ib.SteepestDescent(ib.Lp(2))).solve().value
    gaps = [1 - run.advance(9 * run.t if run.t else 1000).margin / best for _ in range(3)]
    assert gaps[2] < 0.05
    assert 1.5 < gaps[0] / gaps[1] < 6
    assert 1.5 < gaps[1] / gaps[2] < 6


def test_a_summable_scale_fails_the_theorem(problem):
    run = ib.Run(problem, ib.GradientDescent(), ib.LossNormalized(ib.Polynomial(1.0, 2.0), 1.0)).advance(100)
    report = ib.compare(run, ib.predict(problem, run.method))
    assert report.verdict == "hypothesis fails"
    assert any("infinite sum" in text and not holds for text, holds in report.hypotheses)
