"""Runs on the way, and data of uneven scales, are no violation of a claim."""

import math

import numpy as np

import implicitbias as ib


def test_a_loss_that_is_not_convex_must_get_over_its_plateaus():
    X = [[1, 0], [1, 0.1], [1, -0.05], [1, 0.05], [-10, 1]]
    problem = ib.Problem(X, np.ones(5), ib.Sigmoid())
    (vanishing,) = [
        text for text, _ in ib.predict(problem, ib.GradientDescent()).hypotheses if "L(w(t)) -> 0" in text
    ]
    for method in (ib.GradientDescent(), ib.SteepestDescent(ib.Lp(1))):
        for w0, arrives in (([5.0, 0.0], False), ([4.0, 45.0], True)):
            run = ib.Run(problem, method, ib.Constant(0.005), w0=w0).advance(1000)
            report = ib.compare(run, ib.predict(problem, method))
            assert report.verdict == "not yet converged"
            assert [text for text, _ in report.hypotheses].count(vanishing) == 1
            assert dict(report.hypotheses)[vanishing] == arrives == (run.margin > 0)
            assert (f"a hypothesis is not met: {vanishing}" in report.reason) != arrives


def test_not_started_is_not_converged(problem):
    claim, run = ib.predict(problem, ib.GradientDescent()), ib.Run(problem, ib.GradientDescent())
    report = ib.compare(run, claim)
    assert (report.verdict, report.gap) == ("not yet converged", math.inf)
    assert math.isnan(report.angle)


def test_early_plateaus_are_no_violation():
    """Runs that converge in the end, on the way there."""
    cases = [
        ([[3.0, 0], [1, 1]], ib.GradientDescent(), ib.Constant(1e-4), 10),
        ([[1.0, 0], [0.001, 0.002]], ib.SteepestDescent(ib.Lp(1)), ib.LossNormalized(), 100),
    ]
    for X, method, step_size, steps in cases:
        problem = ib.Problem(X, [1.0, 1], ib.Exponential())
        report = ib.compare(ib.Run(problem, method, step_size).advance(steps), ib.predict(problem, method))
        assert report.verdict == "not yet converged", report


def test_no_violation_before_the_data_are_fitted():
    """Residuals that look small, of nearly dependent constraints or in a curved geometry."""
    flat = ib.MirrorDescent(ib.Euclidean(), constraint=ib.Affine([[1.0, 1, 1]], [1.0]))
    cases = [
        ([[1.0, 1, 1.001]], [1.0007], flat, None, 0.1, 1000),
        ([[1.0, 1e-3]], [1003.302], ib.MirrorDescent(ib.Entropy()), [0.1, 1e6], 0.05, 5),
    ]
    for X, y, method, w0, eta, steps in cases:
        problem = ib.Problem(X, y, ib.Squared())
        run = ib.Run(problem, method, ib.Constant(eta), w0=w0).advance(steps)
        assert ib.compare(run, ib.predict(problem, method, w0)).verdict == "not yet converged"


def test_scales_that_differ():
    for X, y in ((np.diag([1, 1e-17]), [1, 1e-17]), (np.diag([1, 1e-12]), [1.0, 1]), (np.eye(2), [1, 1e-9])):
        for method in (ib.GradientDescent(), ib.MirrorDescent(ib.Entropy())):
            claim = ib.predict(ib.Problem(X, y, ib.Squared()), method)
            assert claim.hypotheses[0][1]
            np.testing.assert_allclose(claim.solve().point, np.array(y) / np.diag(X), rtol=1e-12)
    wrong = ib.Problem([[1.0, 0], [1, 0]], [1, 1 + 2e-11], ib.Squared())
    assert not ib.predict(wrong, ib.GradientDescent()).hypotheses[0][1]


def test_ill_conditioned_quadratic_potentials():
    rng = np.random.default_rng(0)
    Q = np.linalg.qr(rng.standard_normal((6, 6)))[0]
    X, w0, y = rng.standard_normal((2, 6)), 100 * rng.standard_normal(6), np.ones(2)
    D = Q @ np.diag(np.logspace(0, 10, 6)) @ Q.T
    D = (D + D.T) / 2
    limit = ib.predict(ib.Problem(X, y, ib.Squared()), ib.MirrorDescent(ib.QuadraticPotential(D)), w0).solve()
    inverse = Q @ np.diag(np.logspace(0, -10, 6)) @ Q.T
    expected = w0 + inverse @ X.T @ np.linalg.solve(X @ inverse @ X.T, y - X @ w0)
    np.testing.assert_allclose(limit.point, expected, rtol=1e-7)
    assert limit.gap < 1e-8
