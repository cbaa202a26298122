"""Exact line search: against closed forms, other minimizers and high precision."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import log_ndtr

import conftest
import examples
import implicitbias as ib

# l(z) of margins, or of residuals.
LOSS = {
    ib.Squared(): lambda r: r**2,
    ib.Huber(0.7): lambda r: np.where(abs(r) <= 0.7, r**2, 0.7 * (2 * abs(r) - 0.7)),
    ib.LogCosh(): lambda r: np.logaddexp(r, -r) - math.log(2),
    ib.Exponential(): lambda m: np.exp(-m),
    ib.Logistic(): lambda m: np.logaddexp(0, -m),
    ib.Probit(): lambda m: -log_ndtr(m),
    ib.PolynomialTail(0.5): lambda m: np.where(m >= 0, (1 + np.maximum(m, 0)) ** -0.5, 1 - m / 2),
}
NORMS = [ib.Lp(1), ib.Lp(4 / 3), ib.Lp(2), ib.Lp(math.inf), examples.QUADRATIC, ib.Schatten(1)]


def mixed(n, seed, loss):
    """Samples of shape (2, 2) that no direction separates: two of them contradict each other."""
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((n, 2, 2)), np.where(rng.random(n) < 0.5, 1.0, -1.0)
    X[1], y[1] = -0.7 * X[0], y[0]
    return ib.Problem(X, y, loss)


def numbers(problem, w):
    """The margins, or residuals, of w: linear in w for a monotone loss."""
    u = problem.X.reshape(len(problem.y), -1) @ np.ravel(w)
    return problem.y * u if problem.loss.monotone else u - problem.y


def velocity(problem, dw):
    return numbers(problem, dw) - numbers(problem, np.zeros_like(dw))


def optimality(problem, before, after):
    """The derivative of the loss at `after`, along the way there, relative to the sum of its terms' sizes."""
    _, _, slopes = problem.loss.evaluate(numbers(problem, after))
    terms = slopes * velocity(problem, after - before)
    return terms.sum() / np.abs(terms).sum()


def test_examples_of_all_convex_losses():
    assert set(LOSS) == {loss for loss in examples.ONE_SCORE if loss.convex}
    z = np.linspace(-6, 6, 241)
    for loss in examples.LOSSES:
        value = np.exp([loss.evaluate([each])[0] for each in z])
        assert loss.convex == bool(np.all(np.diff(value, 2) > -1e-12)), loss


@pytest.mark.parametrize("norm", NORMS, ids=repr)
@pytest.mark.parametrize("loss", LOSS, ids=repr)
def test_one_step_against_scipy(loss, norm):
    for seed in range(5):
        problem = mixed(12, seed, loss)
        w0 = np.random.default_rng(seed).standard_normal((2, 2))
        z = numbers(problem, w0)
        _, log_scale, slopes = loss.evaluate(z)
        g = (slopes * np.where(loss.monotone, problem.y, 1)) @ problem.X.reshape(12, 4)
        dw = norm.steepest(g.reshape(2, 2))
        v = velocity(problem, dw)
        best = minimize_scalar(lambda s, z=z, v=v: LOSS[loss](z + s * v).sum(), bracket=(0, 0.01), tol=1e-10)
        for shrinkage in (1.0, 0.3):
            run = ib.Run(problem, ib.SteepestDescent(norm), ib.ExactLineSearch(shrinkage), w0=w0).advance(1)
            np.testing.assert_allclose(run.w, w0 + shrinkage * best.x * dw, atol=1e-6)
        if not loss.bounds_curvature:
            assert run.largest_step == (-math.inf, 0)
            return
        # The step itself, eta = s / exp(log_scale), as largest_step tells it.
        radius = max(norm.dual(s * x) for x in problem.X for s in (1, -1))
        log_beta = 2 * math.log(radius) + math.log(LOSS[loss](z).sum())
        eta = math.log(0.3 * best.x) - log_scale
        assert run.largest_step == (pytest.approx(eta + log_beta, abs=1e-5), 0)


@given(
    st.sampled_from(list(LOSS)),
    st.sampled_from(NORMS),
    st.integers(0, 2**32 - 1),
    st.sampled_from([1e-6, 1, 1e3]),
    st.floats(0.01, 1),
)
def test_first_order_optimality_and_descent(loss, norm, seed, size, shrinkage):
    problem = mixed(7, seed, loss)
    w0 = size * np.random.default_rng(seed).standard_normal((2, 2))
    run = ib.Run(problem, ib.SteepestDescent(norm), ib.ExactLineSearch(), w0=w0).advance(1)
    # As exact as margins are, sums of numbers of w's size; Probit's curvature grows with them.
    largest = 1 + max(np.abs(w0).max(), np.abs(run.w).max())
    tolerance = 1e-12 * largest ** (2 if loss == ib.Probit() else 1)
    assert abs(optimality(problem, w0, run.w)) < tolerance
    short = ib.Run(
        problem, ib.SteepestDescent(norm), ib.ExactLineSearch(shrinkage), w0=w0, record=ib.every(1)
    ).advance(30)
    log_loss = short.trajectory.log_loss
    assert np.all(np.diff(log_loss) <= 1e-12 * (1 + np.abs(log_loss[1:])))


@pytest.mark.parametrize("method", [ib.GradientDescent(), ib.SteepestDescent(ib.Lp(2))], ids=repr)
@pytest.mark.parametrize("scale", [1e-150, 1.0, 1e60])
def test_squared_loss_in_closed_form(method, scale):
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((20, 6)), scale * rng.standard_normal(20)
    run = ib.Run(ib.Problem(X, y, ib.Squared()), method, ib.ExactLineSearch(), record=ib.every(1)).advance(40)
    w = np.zeros(6)
    for row in run.trajectory.w:
        np.testing.assert_allclose(row, w, rtol=1e-9, atol=1e-9 * scale)
        g = X.T @ ((X @ w - y) / scale)
        w = w - scale * (g @ g) / ((X @ g) @ (X @ g)) * g


def test_at_the_minimum_the_step_is_zero():
    problem = ib.Problem([[1.0, 0], [1, 2]], [1.0, 5], ib.Squared())
    for method in (ib.SteepestDescent(ib.Lp(1)), ib.GradientDescent(), ib.NaturalGradient(ib.Euclidean())):
        run = ib.Run(problem, method, ib.ExactLineSearch(), w0=[1.0, 2]).advance(10)
        np.testing.assert_array_equal(run.w, [1, 2])
    # Of a loss that no direction takes to 0, too: its minimum is reached, and stays.
    run = ib.Run(mixed(12, 0, ib.Logistic()), ib.GradientDescent(), ib.ExactLineSearch()).advance(10**4)
    assert np.all(np.isfinite(run.w))
    assert ib.Run(run.problem, run.method, run.step_size, w0=run.w).advance(100).log_loss <= run.log_loss


@pytest.mark.parametrize("target", [1e-280, 1e-290, 1e-300, 1e-307, 5e-324])
def test_underflow_ends_the_search(target):
    problem = ib.Problem([[0.3], [0.7]], [0.0, target], ib.Squared())
    run = ib.Run(problem, ib.GradientDescent(), ib.ExactLineSearch())
    assert 0 <= run.advance(100).w[0] <= target / 0.7


@pytest.mark.parametrize(
    "method",
    [ib.MirrorDescent(ib.QuadraticPotential(np.diag([1.0, 4]))), ib.NaturalGradient(ib.Entropy())],
    ids=repr,
)
def test_other_methods_minimize_along_their_ray(method):
    problem = ib.Problem([[1.0, 2], [3, 1], [1, -1]], [3.0, 4, 0.5], ib.Squared())
    w0 = np.array([2.0, 0.7])
    run = ib.Run(problem, method, ib.ExactLineSearch(), w0=w0).advance(1)
    g = problem.X.T @ (problem.X @ w0 - problem.y)
    dw = -g / [1, 4] if isinstance(method, ib.MirrorDescent) else -g * w0
    v = problem.X @ dw
    np.testing.assert_allclose(run.w, w0 - (g @ dw) / (v @ v) * dw, rtol=1e-13)


def test_the_minimum_may_lie_outside_the_domain():
    problem = ib.Problem([[1.0, 0]], [-1.0], ib.Squared())
    run = ib.Run(problem, ib.NaturalGradient(ib.Entropy()), ib.ExactLineSearch())
    with pytest.raises(ib.DomainError, match=r"the step leaves the domain.*stays at t = 0"):
        run.advance(1)
    np.testing.assert_array_equal(run.w, [1, 1])


@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Logistic(), ib.Probit()], ids=repr)
@pytest.mark.parametrize("size", [3.0, 300.0, 1e4])
def test_far_below_underflow(loss, size):
    """The loss is exp(-size) and less; what rises along the ray has no weight that a double can hold."""
    mpmath.mp.dps = 30
    X = np.array([[2.0, 0.1], [1.0, -0.7], [-0.7, 1.3]])
    w0 = size * np.array([10.0, 8])
    run = ib.Run(ib.Problem(X, np.ones(3), loss), ib.SteepestDescent(ib.Lp(1)), ib.ExactLineSearch(), w0=w0)
    run.advance(1)
    np.testing.assert_array_equal(run.w != w0, [False, True])
    v = [mpmath.mpf(float(x)) for x in X[:, 1]]
    start = [mpmath.mpf(float(a)) * w0[0] + mpmath.mpf(float(b)) * w0[1] for a, b in X]

    def log_slope(m):
        if isinstance(loss, ib.Exponential):
            return -m
        if isinstance(loss, ib.Logistic):
            return -mpmath.log1p(mpmath.exp(m)) if m < 100 else -m
        tail = mpmath.erfc(-m / mpmath.sqrt(2)) / 2
        return -m * m / 2 - mpmath.log(2 * mpmath.pi) / 2 - mpmath.log(tail)

    def derivative(s):
        logs = [log_slope(m + s * u) for m, u in zip(start, v, strict=True)]
        largest = max(logs)
        return mpmath.fsum(-u * mpmath.exp(each - largest) for u, each in zip(v, logs, strict=True))

    s, width = float(run.w[1] - w0[1]), 1e-11 * size
    assert derivative(s - width) < 0 < derivative(s + width)


# Where there is no minimum, and what is refused.


def test_a_perfect_weak_learner():
    problem = ib.Problem([[1.0, 1], [-1, 1], [1, 1]], np.ones(3), ib.Exponential())
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(1)), ib.ExactLineSearch())
    for _ in range(2):
        with pytest.raises(ib.DomainError, match=r"^step t = 0: no margin falls .*w\[1\] alone.*Constant"):
            run.advance(5)
        assert run.t == 0
        np.testing.assert_array_equal(run.w, [0, 0])
    separable = ib.Problem([[1.0, 0.1], [1, 0.2]], [1.0, 1], ib.Logistic())
    with pytest.raises(ib.DomainError, match=r"^step t = 0: no margin falls along the ray, so"):
        ib.Run(separable, ib.GradientDescent(), ib.ExactLineSearch()).advance(1)


@pytest.mark.parametrize("shrinkage", [0, -1, 1.1, math.inf, math.nan])
def test_shrinkage(shrinkage):
    with pytest.raises(ValueError, match=r"^shrinkage: expected a number in \(0, 1\], got"):
        ib.ExactLineSearch(shrinkage)


@pytest.mark.parametrize(
    "method",
    [
        ib.MirrorDescent(ib.Entropy()),
        ib.MirrorDescent(ib.SquaredLp(1.5)),
        ib.GradientDescent(ib.DualMomentum(0.5)),
        ib.MirrorDescent(ib.Euclidean(), constraint=ib.Affine([[1.0, 1]], [0.0])),
        ib.AdaGrad(),
    ],
    ids=repr,
)
def test_methods_without_a_ray_are_refused(method):
    problem = ib.Problem([[1.0, 2]], [1.0], ib.Squared())
    with pytest.raises(ValueError, match="^step_size: ExactLineSearch needs a method that steps along a ray"):
        ib.Run(problem, method, ib.ExactLineSearch())


@pytest.mark.parametrize("loss", [loss for loss in examples.LOSSES if not loss.convex], ids=repr)
def test_losses_that_are_not_convex_are_refused(loss):
    problem = ib.Problem([[1.0, 2]], [1.0], loss)
    with pytest.raises(ValueError, match="^step_size: ExactLineSearch needs a convex loss"):
        ib.Run(problem, ib.GradientDescent(), ib.ExactLineSearch())


def test_there_is_no_step_outside_a_run():
    with pytest.raises(ValueError, match="^log_step: ExactLineSearch looks at the ray"):
        ib.ExactLineSearch().log_step(0, 0.0)


# As part of a run.


def test_on_batches_of_one_it_is_kaczmarz():
    """Each step projects w on the hyperplane <w, x_n> = y_n of the sample drawn."""
    X, _ = conftest.separable(4, 6)
    y = np.arange(1.0, 5)
    problem = ib.Problem(X, y, ib.Squared())
    run = ib.Run(problem, ib.GradientDescent(), ib.ExactLineSearch(), batch=ib.MiniBatch(1, 3))
    for _ in range(40):
        before = run.w
        after = run.advance(1).w
        projections = before + (y - X @ before)[:, None] / (X * X).sum(axis=1)[:, None] * X
        assert np.abs(projections - after).max(axis=1).min() < 1e-12
    assert ib.compare(run.advance(3000), ib.predict(problem, run.method)).verdict == "holds"


@pytest.mark.parametrize("batch", [None, ib.MiniBatch(3, 1)], ids=repr)
def test_resumed_and_chunked_runs_are_whole(batch, tmp_path):
    problem = mixed(9, 4, ib.Squared())
    whole, parts = (
        ib.Run(problem, ib.SteepestDescent(ib.Lp(4 / 3)), ib.ExactLineSearch(0.9), batch=batch)
        for _ in range(2)
    )
    whole.advance(300)
    for steps in (1, 99, 150):
        parts.advance(steps).save(tmp_path / "run.npz")
        parts = ib.Run.load(tmp_path / "run.npz")
    parts.advance(50)
    assert parts.step_size == ib.ExactLineSearch(0.9)
    np.testing.assert_array_equal(parts.w, whole.w)
    np.testing.assert_array_equal(parts.trajectory.log_loss, whole.trajectory.log_loss)
    assert parts.largest_step == whole.largest_step


def test_norms_written_in_python():
    problem = mixed(9, 4, ib.Exponential())
    own, ours = (
        ib.Run(problem, ib.SteepestDescent(norm), ib.ExactLineSearch()).advance(100)
        for norm in (conftest.Taxicab(), ib.Lp(1))
    )
    np.testing.assert_allclose(own.w, ours.w, rtol=1e-12)


@pytest.mark.parametrize("scale", [1e-155, 1e-120, 1e120])
def test_data_of_any_scale(scale):
    """The run on scaled data is the run on the data, w scaled back."""
    X, y = np.array([[2.0, 1], [-1, 1], [0.5, -2], [-1, -1.5]]), np.ones(4)
    for loss in (ib.Exponential(), ib.Logistic()):
        runs = [
            ib.Run(
                ib.Problem(X * factor, y, loss), ib.SteepestDescent(ib.Lp(2)), ib.ExactLineSearch()
            ).advance(20)
            for factor in (1.0, scale)
        ]
        np.testing.assert_allclose(runs[1].w * scale, runs[0].w, rtol=1e-9)
        assert np.abs(runs[0].w).max() > 0.1
