"""Step size rules: their values, their refusals."""

import math

import numpy as np
import pytest

import implicitbias as ib


def eta(rule, t, log_smoothness=0.0):
    return math.exp(rule.log_step(t, log_smoothness))


def test_values():
    assert eta(ib.Constant(0.3), 10**9) == pytest.approx(0.3)
    assert eta(ib.Polynomial(2.0, 0.5), 0) == pytest.approx(2)
    assert eta(ib.Polynomial(2.0, 0.5), 3) == pytest.approx(1)
    assert eta(ib.Schedule([1.0, 0.25]), 1) == pytest.approx(0.25)
    assert eta(ib.Schedule([0.0]), 0) == 0
    assert eta(ib.LossNormalized(0.5), 0, math.log(4)) == pytest.approx(0.125)
    assert eta(ib.LossNormalized(0.5, cap=0.1), 0, math.log(4)) == pytest.approx(0.1)


def test_loss_normalized_compares_logarithms():
    # With 1 / L overflowing, a comparison in the linear domain would let the cap bind or not by accident.
    assert ib.LossNormalized().log_step(0, -1e6) == 1e6
    assert ib.LossNormalized(cap=1e300).log_step(0, -1e6) == pytest.approx(300 * math.log(10))


@pytest.mark.parametrize(
    ("build", "complaint"),
    [
        (lambda: ib.Constant(0), "^eta: expected a positive finite number, got 0"),
        (lambda: ib.Constant(-1), "^eta: "),
        (lambda: ib.Constant(math.inf), "^eta: "),
        (lambda: ib.Constant(math.nan), "^eta: "),
        (lambda: ib.LossNormalized(0), "^scale: "),
        (lambda: ib.LossNormalized(math.inf), "^scale: "),
        (lambda: ib.LossNormalized(cap=0), "^cap: "),
        (lambda: ib.Polynomial(-1, 1), "^eta: "),
        (lambda: ib.Polynomial(1, -0.1), "^power: "),
        (lambda: ib.Polynomial(1, math.nan), "^power: "),
        (lambda: ib.Schedule([]), "^etas: expected at least one"),
        (lambda: ib.Schedule([1, -1]), r"^etas: .*etas\[1\] = -1"),
        (lambda: ib.Schedule([1, math.nan]), "^etas: "),
        (lambda: ib.Schedule([math.inf]), "^etas: "),
        (lambda: ib.Schedule([[1.0]]), "^etas: .*1 dimension,"),
        (lambda: ib.LogSpaced(0), "^per_decade: "),
        (lambda: ib.Every(0), "^steps: "),
    ],
)
def test_refusals(build, complaint):
    with pytest.raises(ib.InvalidValueError, match=complaint):
        build()


@pytest.mark.parametrize("value", ["1", None, True, 1j, [1.0], 2.0 + 0j])
def test_not_a_number(value):
    with pytest.raises(ib.InvalidTypeError, match="^eta: expected a real number"):
        ib.Constant(value)


def test_numbers_of_all_kinds():
    for value in (1, np.float32(1), np.int8(1), np.float64(1), np.array(1.0)):
        assert ib.Constant(value).eta == 1


def test_loss_normalized_needs_a_monotone_loss():
    problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    with pytest.raises(ValueError, match="^step_size: LossNormalized needs a loss whose curvature"):
        ib.Run(problem, ib.SteepestDescent(ib.Lp(2)), ib.LossNormalized())


def test_a_schedule_ends(problem):
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(2)), ib.Schedule(np.full(10, 0.01)))
    with pytest.raises(ValueError, match="the schedule ends at t = 10"):
        run.advance(11)
    assert run.t == 0
    assert run.advance(10).t == 10


def test_recordings():
    times, t = [0], 0
    while t < 10**5:
        t = ib.log_spaced(per_decade=5).after(t)
        times.append(t)
    expected = sorted({round(10 ** (k / 5)) for k in range(26)})
    assert times == [0, *expected]
    assert {1, 10, 100, 1000, 10**4, 10**5} <= set(times)
    assert [ib.every(7).after(t) for t in (0, 6, 7, 13)] == [7, 7, 14, 14]
    assert ib.log_spaced().after(2**62) > 2**62
    assert ib.every(2**62).after(2**62) == 2**63 - 1
