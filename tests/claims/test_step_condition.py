"""Theorem 5 allows any start: without memory, the step condition counts from its last violation on."""

import math

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import conftest
import implicitbias as ib

NORMS = [ib.Lp(1), ib.Lp(4 / 3), ib.Lp(2), ib.Lp(3), ib.Lp(math.inf), ib.GroupNorm([[0, 1], [2, 3, 4]])]
UNDECIDED = 1e-9  # relative distance from the condition's bound within which rounding decides


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10**6),
    norm=st.sampled_from(NORMS),
    log10_eta=st.floats(-3, 1),
    far=st.floats(0, 3),
    form=st.sampled_from(["auto", "plain"]),
)
def test_where_constant_steps_are_too_long(seed, norm, log10_eta, far, form):
    """eta B^2 L <= 1 is asked of every step: which one breaks it last is found in NumPy."""
    X, y = conftest.separable(8, 5, seed=seed)
    problem = ib.Problem(X, y, ib.Exponential())
    method = ib.SteepestDescent(norm)
    B = max(norm.dual(x) for x in X)
    eta = 10**log10_eta / B**2
    w0 = far * np.random.default_rng(seed).standard_normal(5)
    run = ib.Run(problem, method, ib.Constant(eta), w0=w0, record=ib.every(1), form=form)
    try:
        run.advance(500)
    except ib.DomainError:
        assume(False)  # steps that are too long may overflow exp
    ratios = eta * B**2 * np.exp(run.trajectory.log_loss[:-1])
    assume(np.all(np.abs(ratios - 1) > UNDECIDED))
    exceeded = np.flatnonzero(ratios > 1)
    assert run.last_violation == (exceeded[-1] if len(exceeded) else None)
    report = ib.compare(run, ib.predict(problem, method, w0), tolerance=1e9)
    if len(exceeded) == 0:
        assert "step condition" not in report.reason
    elif exceeded[-1] < 499:
        assert f"the step condition is met from t = {exceeded[-1] + 1} on" in report.reason
        assert all(holds for _, holds in report.hypotheses)
    else:
        assert report.verdict == "hypothesis fails"
