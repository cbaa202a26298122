"""Where a run was between its rows: against runs that recorded them."""

import math

import numpy as np
import pytest

import implicitbias as ib
import random_runs


@pytest.mark.parametrize("name", ["l1", "linf", "lp", "adagrad", "entropy", "heavy ball", "adam"])
def test_against_more_rows(name):
    """What is stated there bounds the distance from a run that recorded there, which has errors, too."""
    compared = 0
    for seed in range(3000, 3004):
        run, other = random_runs.draw(name, seed)(), random_runs.draw(name, seed)()
        fine = ib.Run(other.problem, other.method, other.step_size, w0=other.w, record=ib.log_spaced(83))
        try:
            rows = fine.fast_forward(10**7).trajectory
            run.fast_forward(10**7)
        except ib.InvalidValueError:
            continue
        leapt = run.trajectory.t[run.trajectory.integrated]
        for t, w, error in zip(rows.t, rows.w, rows.error, strict=True):
            if len(leapt) and leapt[0] <= t:
                here, stated = run.at(float(t))
                assert np.linalg.norm(here - w) <= stated + error
                compared += 1
    assert compared > 100


def test_rows_and_times(problem):
    run = ib.Run(problem, ib.GradientDescent(), 0.01, record=ib.log_spaced(5)).fast_forward(until_log10=1e5)
    rows = run.trajectory
    for row in (0, 3, 40, 200, -1):
        w, error = run.at(log10_t=rows.log10_t[row])
        np.testing.assert_array_equal(w, rows.w[row])
        assert error == rows.error[row]
    np.testing.assert_array_equal(run.at(10**30)[0], run.at(1e30)[0])
    np.testing.assert_array_equal(run.at(0)[0], rows.w[0])
    # Where no row was, gradient descent's w is w_hat log t + w_tilde, which a polynomial has exactly.
    w, error = run.at(log10_t=12345.6)
    line = ib.asymptote(run).solve()
    assert np.linalg.norm(w - line.w_hat * math.log(10) * 12345.6 - line.w_tilde) < 1e-3
    assert error < 1e-6
    sparse = ib.Run(problem, ib.GradientDescent(), 0.01, record=ib.log_spaced(1)).fast_forward(1e30)
    assert sparse.at(1.7e7)[1] > 10 * run.at(1.7e7)[1]  # fewer rows tell less


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({}, "^t: expected either"),
        ({"t": 10, "log10_t": 1}, "^t: expected either"),
        ({"t": "10"}, "^t: expected a number"),
        ({"t": -1}, "^t: expected a time from 0 on"),
        ({"log10_t": math.nan}, "^log10_t: expected a time from 0 on"),
        ({"t": 1e31}, r"^t: expected at most the last row's, t = 10\^30"),
        ({"t": 77.5}, "^t: expected a row, or .* record more of them"),
    ],
)
def test_refusals(problem, arguments, complaint):
    run = ib.Run(problem, ib.GradientDescent(), 0.01).fast_forward(1e30)
    with pytest.raises((TypeError, ValueError), match=complaint):
        run.at(**arguments)


def test_matrices():
    X = np.random.default_rng(1).standard_normal((6, 2, 2))
    problem = ib.Problem(X, np.sign(X.sum(axis=(1, 2))), ib.Exponential())
    run = ib.Run(problem, ib.GradientDescent(), 0.01).fast_forward(1e50)
    assert run.at(3.3e33)[0].shape == (2, 2)


def test_a_run_is_where_it_is():
    run = ib.Run(ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential()), ib.GradientDescent(), 0.1)
    w, error = run.advance(77).at(77)
    np.testing.assert_array_equal(w, run.w)
    assert error == 0
    for time in ({"t": 10**400}, {"log10_t": 10**400}):
        with pytest.raises(ib.InvalidValueError, match=f"^{next(iter(time))}: the number is too large"):
            run.at(**time)
