"""Verdicts about runs that are on their limit but for rounding, however large the data's rounding is."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import implicitbias as ib


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6), far=st.integers(0, 6), steps=st.sampled_from([0, 1, 10]))
def test_a_run_that_starts_on_a_solution_far_from_0(seed, far, steps):
    """All numbers are whole, and exact: the run stays where it is, and the projection is w0."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 4))
    X = rng.integers(-3, 4, (n, n + 3)) + 10.0**far
    w0 = rng.integers(-3, 4, n + 3).astype(float)
    assume(np.linalg.matrix_rank(X / 10.0**far) == n)
    problem = ib.Problem(X, X @ w0, ib.Squared())
    run = ib.Run(problem, ib.GradientDescent(), 1e-3 / (X**2).sum(), w0=w0).advance(steps)
    assert np.array_equal(run.w, w0)
    claim = ib.predict(problem, run.method, w0)
    try:
        report = ib.compare(run, claim)
    except ib.OracleError:  # a gap that is too large is said
        assume(False)
    assert report.verdict == "holds"


@pytest.mark.parametrize("eta", [0.2, 0.3, 0.45])
@pytest.mark.parametrize("t", [1, 50, 200])
def test_a_least_squares_solution_of_0_is_no_cycle(eta, t):
    """w <- (1 - 4 eta) w falls to 0, where the targets cancel, and what is left alternates by rounding."""
    problem = ib.Problem([[1.0], [-1.0]], [1.0, 1.0], ib.Squared())
    run = ib.Run(problem, ib.GradientDescent(), eta, w0=[1.0]).advance(t)
    assert ib.behavior(run).kind == "stalled"


@pytest.mark.parametrize("w", [[800.0], [-800.0], [1e5]])
def test_certificates_where_the_loss_overflows(w):
    problem = ib.Problem([[1.0], [1.0]], [1, -1], ib.Exponential())
    certificate = ib.certify(problem, w, ib.Lp(2))
    assert certificate.loss.lower == pytest.approx(2, rel=1e-6)  # of exp(-m) + exp(m)
    assert certificate.loss.upper == np.inf
