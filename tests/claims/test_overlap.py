"""Data that no w separates: the ray of gradient descent and its offset, or the least loss."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize

import implicitbias as ib

RNG = np.random.default_rng(7)
# Samples 0 to 7 lie in two of five coordinates and overlap there; the others can be separated across.
REST = np.hstack([RNG.standard_normal((8, 2)), np.zeros((8, 3))])
OTHERS = RNG.standard_normal((8, 5)) * [1, 1, 0.5, 0.5, 0.5] + [0.0, 0, 1.5, 0, 1]
SIGNS = RNG.choice([-1, 1], 16)
X = np.vstack([REST, OTHERS]) * SIGNS[:, None]
LOSSES = [ib.Logistic(), ib.Exponential()]
STEP = ib.Constant(0.01)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_the_oracle(loss):
    problem = ib.Problem(X, SIGNS, loss)
    assert ib.separability(problem).kind == "quasi-complete"
    limit = ib.predict(problem, ib.GradientDescent()).solve()
    np.testing.assert_array_equal(limit.separated, np.arange(16) >= 8)
    formula = {
        "Logistic": lambda m: np.logaddexp(0, -m).sum(),
        "Exponential": lambda m: np.exp(-m).sum(),
    }[type(loss).__name__]
    found = minimize(lambda v: formula(REST[:, :2] @ v), np.zeros(2), method="BFGS", options={"gtol": 1e-9})
    np.testing.assert_allclose(limit.offset, np.append(found.x, [0, 0, 0]), atol=1e-6)
    across = ib.predict(ib.Problem(OTHERS[:, 2:], np.ones(8), ib.Exponential()), ib.GradientDescent()).solve()
    np.testing.assert_allclose(limit.point, np.append([0, 0], across.point), atol=1e-6)
    assert limit.value == pytest.approx(across.value, rel=1e-8)
    assert limit.gap < 1e-7


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_runs_follow_the_ray(loss):
    problem = ib.Problem(X, SIGNS, loss)
    claim = ib.predict(problem, ib.GradientDescent())
    assert claim.source == "Ji & Telgarsky (2019)"
    run = ib.Run(problem, ib.GradientDescent(), STEP)
    assert ib.compare(run.advance(1000), claim).verdict == "not yet converged"
    off = [np.linalg.norm((run.advance(n).w - claim.solve().offset)[:2]) for n in (9000, 90_000, 900_000)]
    # The distance from the offset falls like 1 / t, the margin's gap like 1 / log t.
    assert np.all(np.abs(-np.diff(np.log10(off)) - 1) < 0.25)
    report = ib.compare(run, claim, tolerance=0.15)
    assert report.verdict == "holds", report
    assert report.angle < 20
    assert off[-1] < 5e-3 < np.linalg.norm(claim.solve().offset)
    # The twin: another loss has another offset.
    other = ib.Problem(X, SIGNS, LOSSES[1 - LOSSES.index(loss)])
    wrong = ib.predict(other, ib.GradientDescent()).solve().offset
    assert np.linalg.norm((run.w - wrong)[:2]) > 0.1


def test_complete_overlap():
    A = RNG.standard_normal((20, 3))
    for loss in LOSSES:
        problem = ib.Problem(A, np.ones(20), loss)
        assert ib.separability(problem).kind == "overlap"
        report = ib.compare(
            ib.Run(problem, ib.GradientDescent()).advance(10_000), ib.predict(problem, ib.GradientDescent())
        )
        assert (report.verdict, report.gap < 1e-8) == ("holds", True)
        _, log_scale, gradient = problem.evaluate(report.limit.point)
        assert math.exp(log_scale) * np.linalg.norm(gradient) < 1e-7
        assert report.limit.value == pytest.approx(math.exp(problem.evaluate(report.limit.point)[0]))


def test_a_sample_and_its_opposite():
    """By hand: w_0 = 0 balances x and -x, and w_1 grows for ever."""
    problem = ib.Problem([[1.0, 0.0], [-1.0, 0.0], [1.0, 2.0]], [1, 1, 1], ib.Logistic())
    limit = ib.predict(problem, ib.SteepestDescent(ib.Lp(2))).solve()
    np.testing.assert_allclose(limit.point, [0, 1], atol=1e-9)
    np.testing.assert_allclose(limit.offset, [0, 0], atol=1e-6)
    assert limit.value == pytest.approx(2)


def test_logistic_losses_are_smooth_everywhere():
    """Steps up to 4 / |X|^2 lower the loss, though B^2 L(w) is larger than |X|^2 / 4 at its least."""
    A = np.random.default_rng(0).standard_normal((40, 3))
    problem = ib.Problem(A, np.ones(40), ib.Logistic())
    eta = 4 / np.linalg.norm(A, 2) ** 2
    claim = ib.predict(problem, ib.GradientDescent())
    assert eta > 1 / (np.square(A).sum(axis=1).max() * claim.solve().value)
    assert ib.compare(ib.Run(problem, ib.GradientDescent(), eta).advance(3000), claim).verdict == "holds"
    over = ib.Run(problem, ib.GradientDescent(), 1.1 * eta).advance(3000)
    assert ib.compare(over, claim).verdict == "hypothesis fails"
    w, losses = np.zeros(3), []
    for _ in range(50):
        losses.append(np.logaddexp(0, -A @ w).sum())
        w = w + eta * A.T @ (1 / (1 + np.exp(A @ w)))
    assert np.all(np.diff(losses) <= 1e-12)


def test_on_batches_there_is_no_ray():
    problem, batch = ib.Problem(X, SIGNS, ib.Exponential()), ib.MiniBatch(2, 0)
    assert ib.predict(problem, ib.GradientDescent(), batch=batch) is None
    assert "Ji & Telgarsky" in ib.why_no_claim(problem, ib.GradientDescent(), batch=batch)


def test_hypotheses_and_what_has_no_ray():
    problem = ib.Problem(X, SIGNS, ib.Logistic())
    run = ib.Run(problem, ib.GradientDescent(), ib.Constant(10.0)).advance(100)
    report = ib.compare(run, ib.predict(problem, run.method))
    assert (report.verdict, "1 / (B^2 L(w_t))" in report.reason) == ("hypothesis fails", True)
    for method, loss in (
        (ib.SteepestDescent(ib.Lp(3)), ib.Logistic()),
        (ib.GradientDescent(), ib.Sigmoid()),
        (ib.GradientDescent(), ib.Probit()),
    ):
        claim = ib.predict(ib.Problem(X, SIGNS, loss), method)
        assert claim.hypotheses[0] == ("the data are linearly separable", False)


def test_samples_that_are_zero_have_a_loss_that_nothing_changes():
    limit = ib.predict(ib.Problem([[0, 0], [1.0, 0]], [1, 1], ib.Logistic()), ib.GradientDescent()).solve()
    np.testing.assert_allclose(limit.point, [1, 0], atol=1e-12)
    np.testing.assert_array_equal(limit.offset, [0, 0])
