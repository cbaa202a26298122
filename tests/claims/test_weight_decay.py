"""Weight decay: minima in balls and behind barriers, solved twice, and runs that end there or must not."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

import implicitbias as ib
from implicitbias.oracles.regularized_minimum import in_ball

RNG = np.random.default_rng(0)
X = RNG.standard_normal((20, 5))
Y = np.sign(X @ RNG.standard_normal(5) + 0.8 * RNG.standard_normal(20))
NOISY = ib.Problem(X, Y, ib.Logistic())
CLASSES = RNG.standard_normal((12, 5)), np.arange(12) % 3
INF = ib.Lp(math.inf)
LENGTH, SQRT = ib.Normalized(0.3, 0.5), ib.Polynomial(0.3, 0.5)
XIE = "Xie & Li (2024), Theorem 1.1"
LOSSES = [ib.Squared(), ib.Huber(0.5), ib.LogCosh(), ib.Exponential(), ib.Logistic(), ib.PolynomialTail(1.0)]


def held(method, step, steps, problem=NOISY):
    claim = ib.predict(problem, method)
    assert ib.why_no_claim(problem, method) is None
    return ib.compare(ib.Run(problem, method, step).advance(steps), claim)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_minima_in_boxes(loss):
    """By projected quasi-Newton steps of SciPy's on the compiled loss."""
    problem, decay = ib.Problem(X, Y, loss), 1.5
    limit = ib.predict(problem, ib.Lion(weight_decay=decay)).solve()

    def value(w):
        log_loss, log_scale, gradient = problem.evaluate(w)
        return math.exp(log_loss), math.exp(log_scale) * gradient

    found = minimize(
        value,
        np.zeros(5),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-1 / decay, 1 / decay)] * 5,
        options={"ftol": 1e-15, "gtol": 1e-10},
    )
    assert limit.value == pytest.approx(found.fun, rel=1e-9)
    np.testing.assert_allclose(limit.point, found.x, atol=1e-5)
    assert limit.gap < 1e-6


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_minima_behind_barriers(loss):
    """By their certificate, and none of many points around is lower."""
    problem = ib.Problem(X, Y, loss)
    for eps in (1e-8, 0.1):
        claim = ib.predict(problem, ib.Adam(eps=eps, weight_decay=1.5))
        limit = claim.solve()
        assert limit.gap < 1e-10
        assert limit.value == pytest.approx(claim.objective(limit.point), rel=1e-12)
        around = limit.point + 1e-3 * np.random.default_rng(0).standard_normal((100, 5))
        lowest = min(claim.objective(w) for w in around if np.abs(w).max() < 1 / 1.5)
        assert lowest >= limit.value * (1 - 1e-12)


@pytest.mark.parametrize("norm", [ib.Lp(1), ib.Lp(3), ib.GroupNorm([[0, 1], [2, 3, 4]])], ids=repr)
def test_minima_in_balls_are_on_the_regularization_path(norm):
    for loss in (ib.Logistic(), ib.Exponential()):
        problem = ib.Problem(X, Y, loss)
        path = ib.paths.regularization(problem, norm, [0.8])
        limit = ib.predict(problem, ib.SteepestDescent(norm, weight_decay=1.25)).solve()
        assert math.log(limit.value) == pytest.approx(path.log_loss[0], abs=1e-8)


@pytest.mark.parametrize(
    "loss", [ib.CrossEntropy(), ib.PairwiseLogistic(), ib.MulticlassExponential()], ids=repr
)
def test_minima_of_classes_are_certified(loss):
    """The certificate is the compiled gradient's, the program's loss is another."""
    problem = ib.Problem(*CLASSES, loss)
    for norm in (ib.Schatten(math.inf), ib.Lp(1)):
        found = in_ball(problem, norm, 0.5)
        assert 0 <= found.excess < 1e-7 * found.value
        assert norm.value(found.point) <= 2 * (1 + 1e-12)


@pytest.mark.parametrize(
    ("method", "step", "source", "gap"),
    [
        (ib.SteepestDescent(INF, weight_decay=1.0), LENGTH, "Xie & Li (2024), Theorem 3.5", 1e-5),
        (ib.SteepestDescent(ib.Lp(1), weight_decay=1.0), LENGTH, "Xie & Li (2024), Theorem 3.5", 1e-5),
        (ib.SteepestDescent(ib.Lp(2), weight_decay=1.0), LENGTH, "Xie & Li (2024), Theorem 3.5", 1e-9),
        (ib.Signum(weight_decay=1.0), LENGTH, "Chen et al. (2024)", 1e-5),
        (
            ib.SteepestDescent(ib.Lp(3), "first", ib.EMA(0.9), 1.0),
            LENGTH,
            "beyond Chen et al. (2024) (this package)",
            1e-6,
        ),
        (ib.Lion(weight_decay=1.0), SQRT, "Chen et al. (2024)", 1e-5),
        (ib.Adam(eps=0, weight_decay=1.0), SQRT, XIE, 1e-5),
        (ib.Adam(eps=0, weight_decay=1.0), ib.Constant(1e-3), XIE, 1e-5),
        (ib.Adam(eps=1e-2, weight_decay=1.0), SQRT, f"a conjecture beyond {XIE} (this package)", 1e-9),
        (ib.Adam(0.5, 0.9, 1.0, 0.3, False), SQRT, f"a conjecture beyond {XIE} (this package)", 1e-9),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_runs_end_at_the_minimum(method, step, source, gap):
    assert held(method, step, 20).verdict == "not yet converged"
    report = held(method, step, 10**5)
    assert (report.verdict, report.claim.source) == ("holds", source)
    assert report.gap < gap
    claim, w = report.claim, ib.Run(NOISY, method, step).advance(10**5).w
    assert abs(claim.residual(w)) < 1e-2 < claim.residual(np.full(5, 0.1))
    assert claim.size(w) <= 1 + 1e-3
    if "barrier" in report.reason:
        assert claim.size(w) < 1
        g = NOISY.evaluate(report.limit.point)
        g = math.exp(g[1]) * g[2]
        np.testing.assert_allclose(claim.decay * report.limit.point, -g / (np.abs(g) + method.eps), atol=1e-5)


def test_other_losses_and_muon():
    root = ib.Problem(X, X @ RNG.standard_normal(5), ib.Huber(0.5))
    assert held(ib.Adam(eps=0, weight_decay=2.0), SQRT, 10**5, root).verdict == "holds"
    classes = ib.Problem(*CLASSES, ib.CrossEntropy())
    report = held(ib.Muon(0.9, weight_decay=1.0), LENGTH, 10**4, classes)
    assert (report.verdict, report.claim.source) == ("holds", "Chen, Li & Liu (2025)")
    assert report.limit.value < math.log(3) * 12


def test_eps_is_the_difference():
    """The twin: with eps > 0 AdamW stays inside of the box, where L is larger than at its edge."""
    ball = ib.predict(NOISY, ib.Adam(eps=0, weight_decay=1.0))
    inside = ib.Run(NOISY, ib.Adam(eps=1e-2, weight_decay=1.0), SQRT).advance(10**5).w
    assert ball.objective(inside) > ball.solve().value + 1e-2
    assert ball.residual(inside) > 1e-3
    with pytest.raises(ib.InvalidValueError, match="^claim: expected a claim about Adam"):
        ib.compare(ib.Run(NOISY, ib.Adam(eps=1e-2, weight_decay=1.0), SQRT), ball)


@pytest.mark.parametrize(
    ("method", "step", "said"),
    [
        (ib.SteepestDescent(INF, weight_decay=1.0), SQRT, "the lengths of the steps are set"),
        (ib.Lion(weight_decay=1.0), ib.Constant(0.1), "tend to 0"),
        (ib.Lion(weight_decay=1.0), ib.Polynomial(0.3, 1.5), "infinite sum"),
        (ib.Adam(0.99, 0.9, 0.0, 1.0), SQRT, "beta1 <= beta2"),
        (ib.Adam(eps=0, weight_decay=1.0), ib.Schedule([0.01, 0.02] * 50), "do not increase"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_hypotheses_that_fail(method, step, said):
    report = held(method, step, 100)
    assert report.verdict == "hypothesis fails"
    assert said in report.reason


def test_steps_in_proportion_to_the_gradient_end_elsewhere():
    """They lead to the minimum of L + lambda |w|^2 / 2, well above the least L in the ball."""
    report = held(ib.SteepestDescent(INF, weight_decay=1.0), SQRT, 10**4)
    assert report.gap > 0.1


def test_what_has_no_form_has_no_claim():
    problem = ib.Problem(X, Y, ib.Sigmoid())
    assert ib.predict(problem, ib.Adam(weight_decay=0.1)) is None
    assert "convex losses" in ib.why_no_claim(problem, ib.Adam(weight_decay=0.1))


@pytest.mark.parametrize("decay", [2e-2, 1e-2, 1e-3, 1e-4])
def test_losses_that_separable_data_make_next_to_nothing(decay):
    """L is below a solver's tolerance, and then below doubles; its logarithm has a minimum all the same."""
    rng = np.random.default_rng(1)
    samples = rng.standard_normal((20, 4))
    labels = np.sign(samples @ rng.standard_normal(4))
    problem = ib.Problem(samples, labels, ib.Logistic())
    claim = ib.predict(problem, ib.Adam(eps=0, weight_decay=decay))
    limit = claim.solve()
    rows = labels[:, None] * samples * (1 / decay)  # of w in units of the box

    def log_loss(v):
        margins = rows @ v
        least = margins.min()
        weights = np.exp(least - margins)
        return -least + math.log(weights.sum()), -(weights @ rows) / weights.sum()

    found = minimize(
        log_loss, np.zeros(4), jac=True, bounds=[(-1, 1)] * 4, options={"ftol": 1e-15, "maxiter": 500}
    )
    assert problem.evaluate(limit.point)[0] == pytest.approx(found.fun, rel=1e-4)
    assert limit.gap < 1e-4
    assert decay * np.abs(limit.point).max() == pytest.approx(1, rel=1e-6)
    method = ib.SteepestDescent(ib.Lp(2), weight_decay=decay)
    run = ib.Run(problem, method, ib.Normalized(1.0, 0.7)).advance(500)
    assert ib.compare(run, ib.predict(problem, method)).verdict == "not yet converged"


def test_minima_that_are_many_are_not_called_one():
    flat = ib.Problem([[1.0], [1.0]], [0.0, 10.0], ib.Huber(1.0))
    assert not ib.predict(flat, ib.SteepestDescent(ib.Lp(2), weight_decay=0.05)).solve().unique


def largest_alone(g, sizes):
    """Return the part of g where `sizes` are largest, of length 1."""
    part = np.where(sizes == sizes.max(), g, 0.0)
    return part / np.linalg.norm(part)


# Norms of five parameters, each with the least of <g, w> on its ball.
BALLS = {
    "l1": (ib.Lp(1), lambda g: -largest_alone(g, np.abs(g))),
    "l2": (ib.Lp(2), lambda g: -g / np.linalg.norm(g)),
    "linf": (INF, lambda g: -np.sign(g)),
    "groups": (
        ib.GroupNorm([[0, 1], [2, 3, 4]]),
        lambda g: -largest_alone(g, np.repeat([np.linalg.norm(g[:2]), np.linalg.norm(g[2:])], [2, 3])),
    ),
}


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10**6),
    loss=st.sampled_from(LOSSES),
    name=st.sampled_from(list(BALLS)),
    log10_decay=st.floats(1, 12),
)
def test_small_balls(seed, loss, name, log10_decay):
    """Where values at w and at 0 round to the same, the tangent decides: its least point is the limit."""
    rng = np.random.default_rng(seed)
    problem, decay = ib.Problem(rng.standard_normal((6, 5)), rng.choice([-1.0, 1], 6), loss), 10**log10_decay
    norm, least = BALLS[name]
    method = ib.SteepestDescent(norm, weight_decay=decay)
    claim, step = ib.predict(problem, method), ib.Normalized(1e-3 / decay, 0.5)
    slopes = problem.evaluate(np.zeros(5))[2]
    assume(np.abs(slopes).min() > 1e-3 * np.abs(slopes).max())
    tangent = least(slopes)
    assert norm.value(tangent) == pytest.approx(1)
    assert tangent @ slopes == pytest.approx(-norm.dual(slopes))
    limit = claim.solve()
    assert limit.gap <= 1e-5 + 20 / decay
    there = ib.compare(ib.Run(problem, method, step, w0=limit.point), claim)
    assert there.verdict == "holds"
    along = ib.compare(ib.Run(problem, method, step, w0=tangent / decay), claim, tolerance=30 / decay + 1e-5)
    assert along.verdict == "holds"
    opposite = ib.compare(ib.Run(problem, method, step, w0=-tangent / decay), claim, tolerance=0.1)
    assert opposite.verdict == "not yet converged"
    assert opposite.gap > 0.5


@pytest.mark.parametrize("loss", [ib.Squared(), ib.Huber(0.5), ib.LogCosh()], ids=repr)
@pytest.mark.filterwarnings("error")
def test_targets_of_0(loss):
    problem = ib.Problem([[1.0, 2], [0, 1]], [0.0, 0], loss)
    limit = ib.predict(problem, ib.SteepestDescent(ib.Lp(1), weight_decay=0.1)).solve()
    assert limit.point.tolist() == [0, 0]
    assert (limit.value, limit.gap) == (0, 0)
