"""Dual acceleration: its rate, its certificate, and the steps that its theorem asks for."""

import numpy as np
import pytest

import conftest
import implicitbias as ib


@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Logistic()], ids=repr)
@pytest.mark.parametrize("seed", range(3))
def test_the_gap_falls_like_the_square_of_time(loss, seed):
    # Constant normalized steps leave a gap of order 1 / t; a quotient of 10 is between the two orders.
    problem = ib.Problem(*conftest.separable(15, 5, seed), loss)
    best = ib.predict(problem, ib.SteepestDescent(ib.Lp(2))).solve().value
    run = ib.Run(problem, ib.DualAcceleration())
    gaps, certified = [], []
    for t in (1000, 10_000):
        run.advance(t - run.t)
        gaps.append(1 - run.margin / best)
        certified.append(run.bracket.gap)
        assert run.bracket.lower <= best * (1 + 1e-12)
        assert run.bracket.upper >= best * (1 - 1e-12)
    assert gaps[1] < gaps[0] / 50
    assert certified[1] < certified[0] / 50
    assert certified[1] < 1e-4


def test_the_default_steps_are_those_of_the_theorem():
    X, y = conftest.separable(10, 3)
    problem = ib.Problem(X, y, ib.Exponential())
    run = ib.Run(problem, ib.DualAcceleration()).advance(100)
    B = np.linalg.norm(X, axis=1).max()
    same = ib.Run(problem, ib.DualAcceleration(), 1 / B**2).advance(100)
    np.testing.assert_allclose(run.w, same.w, rtol=1e-10)
    assert run.last_violation is None


def test_the_certificate_averages_the_samples_weights_by_time():
    X, y = conftest.separable(10, 3)
    rows = X * y[:, None]
    run = ib.Run(ib.Problem(X, y, ib.Exponential()), ib.DualAcceleration(), 0.05, record=ib.every(1)).advance(
        40
    )
    q = np.exp(-run.trajectory.w @ rows.T)
    q /= q.sum(axis=1, keepdims=True)
    t = np.arange(40)
    average = (t @ q[:40]) @ rows / t.sum()
    state = run._loop.snapshot()[0]
    np.testing.assert_allclose(-state["gradient_sum"] / state["weight_sum"], average, rtol=1e-12)
    # t times the method's own memory is the same sum.
    np.testing.assert_allclose(state["g"], average * t.sum() / 40, rtol=1e-12)
