"""Polynomial tails: gradient descent goes where the regularization path goes, and not to the margin."""

import numpy as np
import pytest
from scipy.optimize import minimize

import conftest
import implicitbias as ib

X, Y = conftest.separable(12, 4, seed=9)
ROWS = Y[:, None] * X
QUADRATIC = ib.QuadraticNorm(np.diag([1.0, 2.0, 3.0, 4.0]))


def problem_of(power):
    return ib.Problem(X, Y, ib.PolynomialTail(power))


def safe_step(power):
    return 1 / (power * (power + 1) * np.square(ROWS).sum())


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0, 6.0])
@pytest.mark.parametrize("norm", [ib.Lp(2), QUADRATIC], ids=repr)
def test_the_oracle(power, norm):
    """The direction minimizes a product without constraints, (sum m^-b)^(1/b) |w|, of degree 0."""
    limit = ib.predict(problem_of(power), ib.SteepestDescent(norm)).solve()

    def objective(w):
        m = ROWS @ w
        return np.log(np.sum(m**-power)) / power + np.log(norm.value(w)) if m.min() > 0 else np.inf

    start = ib.max_margin(problem_of(power), ib.Lp(2)).direction
    found = minimize(
        objective, start, method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-14, "maxiter": 10**4}
    )
    np.testing.assert_allclose(limit.direction, found.x / norm.value(found.x), atol=1e-5)
    assert objective(limit.point) <= found.fun + 1e-9
    assert limit.value == pytest.approx((ROWS @ limit.point).min(), rel=1e-12)
    assert norm.value(limit.point) == pytest.approx(1, rel=1e-12)
    assert limit.gap < 1e-9


def test_a_path_far_out_points_there():
    """Balls of growing radius, minimized by a program of their own: weight decay's."""
    problem, limit = problem_of(1.0), ib.predict(problem_of(1.0), ib.GradientDescent()).solve()
    apart = []
    for radius in (10.0, 100.0):
        w = ib.predict(problem, ib.SteepestDescent(ib.Lp(2), weight_decay=1 / radius)).solve().point
        apart.append(np.linalg.norm(w / np.linalg.norm(w) - limit.point))
    assert apart[1] < apart[0] / 3
    assert apart[1] < 0.05


@pytest.mark.parametrize(
    ("power", "step", "steps"), [(1.0, None, 10**6), (0.5, ib.LossNormalized(), 10**5), (2.0, None, 10**6)]
)
def test_runs_reach_the_direction_and_not_the_margin(power, step, steps):
    problem = problem_of(power)
    claim = ib.predict(problem, ib.GradientDescent())
    assert claim.source == "Ji et al. (2020)"
    run = ib.Run(problem, ib.GradientDescent(), safe_step(power) if step is None else step)
    assert ib.compare(run.advance(100), claim).verdict == "not yet converged"
    report = ib.compare(run.advance(steps), claim, tolerance=0.02)
    assert report.verdict == "holds", report
    # The twin: an exponential tail has another direction, with a larger margin.
    best = ib.predict(ib.Problem(X, Y, ib.Exponential()), ib.GradientDescent()).solve()
    assert np.linalg.norm(best.point - report.limit.point) > 0.1
    assert report.limit.value < 0.97 * best.value
    assert run.margin < 0.98 * best.value


def test_rates():
    """Angles fall like t^(-1 / (b + 2)): by 10^(1/3) a decade for b = 1."""
    problem = problem_of(1.0)
    claim, run = (
        ib.predict(problem, ib.GradientDescent()),
        ib.Run(problem, ib.GradientDescent(), safe_step(1.0)),
    )
    gaps = [ib.compare(run.advance(more), claim).gap for more in (10**4, 9 * 10**4, 9 * 10**5)]
    slopes = -np.diff(np.log10(gaps))
    assert np.all(np.abs(slopes - 1 / 3) < 0.07)


def test_hypotheses_that_fail():
    problem = problem_of(1.0)
    for step, said in ((1.0, "eta_t <= 1 / beta"), (ib.Normalized(1.0), "eta_t <= 1 / (B^2 L(w_t))")):
        run = ib.Run(problem, ib.GradientDescent(), step).advance(10)
        report = ib.compare(run, ib.predict(problem, run.method))
        assert (report.verdict, said in report.reason) == ("hypothesis fails", True)
    opposed = ib.Problem([[1.0, 0.0], [-1.0, 0.0]], [1, 1], ib.PolynomialTail(1.0))
    claim = ib.predict(opposed, ib.GradientDescent())
    assert claim.hypotheses == [("the data are linearly separable", False)]
    with pytest.raises(ib.NotSeparableError):
        claim.solve()
    # In norms that are not quadratic nothing is known: Theorem 5 assumes an exponential tail.
    assert ib.predict(problem, ib.SteepestDescent(ib.Lp(3))).source == "Theorem 5"
