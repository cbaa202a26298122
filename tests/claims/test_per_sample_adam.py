"""Adam on single samples: a fixed point as the oracle, runs that reach it, and others that must not."""

import math

import cvxpy as cp
import numpy as np
import pytest

import implicitbias as ib

ONE, SQRT = ib.MiniBatch(1, 0), ib.Polynomial(0.1, 0.5)
ADAM = ib.Adam(eps=0)
# Four samples in six dimensions: the fixed point's margin is 14 % below the best in l_2, 32 % in l_inf.
ROWS = np.random.default_rng(9).standard_normal((4, 6))
PROBLEM = ib.Problem(ROWS, np.ones(4), ib.Logistic())


def claim_of(problem, method=ADAM):
    return ib.predict(problem, method, batch=ONE)


def test_the_fixed_point():
    """Its dual variables by a cone program make the norm in which it is the maximum margin."""
    limit = claim_of(PROBLEM).solve()
    c = np.full(4, 0.25)
    for _ in range(300):
        M = np.sqrt(np.square(c) @ np.square(ROWS))
        w = cp.Variable(6)
        margins = ROWS @ w >= 1
        cp.Problem(cp.Minimize(cp.sum(cp.multiply(M, cp.square(w)))), [margins]).solve()
        dual = margins.dual_value / margins.dual_value.sum()
        if np.abs(dual - c).sum() < 1e-7:
            break
        c += 0.3 * (dual - c)
    np.testing.assert_allclose(
        limit.point / np.linalg.norm(limit.point), w.value / np.linalg.norm(w.value), atol=1e-5
    )
    assert limit.gap < 1e-12
    for p in (2, math.inf):
        other = ib.predict(PROBLEM, ib.SteepestDescent(ib.Lp(p))).solve().value
        assert 1 - (ROWS @ limit.point).min() / np.linalg.norm(limit.point, p) / other > 0.1


def test_entries_of_one_size_make_it_that_of_l2():
    """Theorem 3.3."""
    rng = np.random.default_rng(2)
    X = rng.choice([-1.0, 1.0], (6, 4)) * np.exp(rng.standard_normal((6, 1)))
    problem = ib.Problem(X, np.sign(X[:, 0]), ib.Exponential())
    limit, l2 = claim_of(problem).solve(), ib.predict(problem, ib.GradientDescent()).solve()
    np.testing.assert_allclose(limit.point / np.linalg.norm(limit.point), l2.point, atol=1e-6)


def test_runs_reach_it_on_single_samples_and_not_on_all():
    claim = claim_of(PROBLEM)
    assert (claim.source, claim.theorem) == ("Baek, Song & Yun (2026), Theorem 4.8",) * 2
    run = ib.Run(PROBLEM, ADAM, SQRT, batch=ONE)
    assert ib.compare(run.advance(100), claim).verdict == "not yet converged"
    report = ib.compare(run.advance(10**5), claim)
    assert report.verdict == "holds", report
    assert report.angle < 5
    whole = ib.Run(PROBLEM, ADAM, SQRT).advance(3 * 10**5)
    report = ib.compare(whole, claim)
    assert (report.verdict, "one sample" in report.reason) == ("hypothesis fails", True)
    assert report.gap > 0.05
    assert ib.compare(whole, ib.predict(PROBLEM, ADAM), tolerance=0.05).verdict == "holds"
    assert "on all samples" in ib.compare(run, ib.predict(PROBLEM, ADAM)).reason


@pytest.mark.parametrize(
    ("method", "step", "said"),
    [
        (ib.Adam(0.5, 0.6, eps=0), SQRT, "beta2 is near 1"),
        (ib.Adam(0.99, 0.97, eps=0), SQRT, "beta1 <= beta2"),
        (ADAM, ib.Constant(0.01), "the steps tend to 0"),
        (ADAM, ib.Polynomial(0.1, 2.0), "infinite sum"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_hypotheses_that_fail(method, step, said):
    run = ib.Run(PROBLEM, method, step, batch=ONE).advance(100)
    report = ib.compare(run, claim_of(PROBLEM, method))
    assert (report.verdict, said in report.reason) == ("hypothesis fails", True)


def test_what_is_open():
    """Batches between one sample and all, eps, RMSProp, and classes."""
    classes = ib.Problem(ROWS, np.arange(4) % 3, ib.CrossEntropy())
    for problem, method, batch in (
        (PROBLEM, ADAM, ib.MiniBatch(2, 0)),
        (PROBLEM, ib.Adam(), ONE),
        (PROBLEM, ib.RMSProp(eps=0), ONE),
        (classes, ADAM, ONE),
    ):
        assert ib.predict(problem, method, batch=batch) is None
        assert "no limit of" in ib.why_no_claim(problem, method, batch=batch)
    opposed = ib.Problem([[1.0, 0.0], [-1.0, 0.0]], [1, 1], ib.Logistic())
    assert claim_of(opposed).hypotheses[0] == ("the data are linearly separable", False)
    with pytest.raises(ib.NotSeparableError):
        claim_of(opposed).solve()
