"""Fast-forward in l1 and linf: mean paths that slide, against iterations, closed forms, linear programs."""

import math

import numpy as np
import pytest
from scipy.optimize import linprog

import conftest
import implicitbias as ib
from implicitbias.runs.fast_forward.coordinate_flow import CoordinateFlow
from implicitbias.runs.fast_forward.sign_flow import SignFlow, _drift

CD, SIGN = ib.SteepestDescent(ib.Lp(1)), ib.SteepestDescent(ib.Lp(math.inf))


def random_run(method, seed):
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(3, 25)), int(rng.integers(2, 16))
    X, y = conftest.separable(n, d, seed)
    size = np.abs(X).max() if method is CD else np.abs(X).sum(axis=1).max()  # its dual norm
    eta = rng.uniform(0.2, 0.9) / (n * size**2)
    step = (ib.Constant(eta), ib.Polynomial(eta, 0.2), ib.LossNormalized(1.0, eta))[seed % 3]
    problem = ib.Problem(X, y, (ib.Exponential(), ib.Logistic())[rng.integers(2)])
    return lambda: ib.Run(problem, method, step)


def assert_meets_iterations(make, until, tolerance):
    try:
        leapt = make().fast_forward(until, tolerance=tolerance)
    except ib.InvalidValueError as refusal:
        assert "cannot be met" in str(refusal)  # noqa: PT017, ties may still change
        return False
    rows, others = leapt.trajectory, make().advance(until).trajectory
    np.testing.assert_array_equal(rows.t, others.t)
    distances = np.linalg.norm(rows.w - others.w, axis=1)
    assert (distances[~rows.integrated] == 0).all()
    assert (distances <= rows.error).all()
    np.testing.assert_allclose(rows.margin[1:], others.margin[1:], atol=10 * rows.error.max())
    return rows.integrated.any()


@pytest.mark.parametrize(
    ("method", "seed"), [(CD, 1), (CD, 3), (CD, 14), (CD, 27), (SIGN, 0), (SIGN, 4), (SIGN, 5), (SIGN, 25)]
)
def test_against_iterations(method, seed):
    assert assert_meets_iterations(random_run(method, seed), 316228, 1e-4)


@pytest.mark.thorough
@pytest.mark.parametrize(("method", "most"), [(CD, 24), (SIGN, 17)])
def test_against_a_million_iterations(method, most):
    leaps = [assert_meets_iterations(random_run(method, seed), 10**6, 1e-5) for seed in range(30)]
    assert sum(leaps) >= most


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [2, 27])
def test_against_ten_million_iterations(seed):
    make = random_run(CD, seed)
    leapt, iterated = make().fast_forward(10**7), make().advance(10**7)
    assert leapt.trajectory.integrated[-1]
    assert np.linalg.norm(leapt.w - iterated.w) <= min(1e-6, leapt.trajectory.error[-1])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "eta", "seed"), [(CD, 1e-3, 1), (CD, 1e-3, 4), (SIGN, 3e-5, 0), (SIGN, 3e-5, 1)]
)
def test_many_coordinates(method, eta, seed):
    X, y = conftest.separable(50, 100, seed)
    problem = ib.Problem(X, y, ib.Exponential())
    make = lambda: ib.Run(problem, method, ib.Constant(eta))  # noqa: E731
    assert assert_meets_iterations(make, 3_162_278, 1e-3)


@pytest.fixture(scope="module")
def far():
    X, y = conftest.separable(20, 5, 2)
    run = ib.Run(ib.Problem(X, y, ib.Exponential()), CD, ib.Constant(0.005), record=ib.log_spaced(10))
    return run.fast_forward(1e300, tolerance=1e-6)


def test_the_limit(far):
    """Theorem 5, and the dual of the linear program: partial derivatives tie where w moves."""
    A, rows = far.problem.y[:, None] * far.problem.X, far.trajectory
    program = linprog(np.ones(10), A_ub=-np.hstack([A, -A]), b_ub=-np.ones(20))
    report = ib.compare(far, ib.predict(far.problem, CD), tolerance=1e-2)
    assert report.verdict == "holds", report
    assert far.bracket.lower <= 1 / program.fun <= far.bracket.upper
    half = int(np.argmax(rows.log10_t > 150))
    moved = rows.w[-1] - rows.w[half]
    p = np.exp(-A @ far.w + (A @ far.w).min())
    h = np.abs(p @ A)
    np.testing.assert_allclose(h[np.abs(moved) > 1e-6], h.max(), rtol=1e-8)
    # While log t gains 1, w gains the program's solution.
    slope = moved / (math.log(10) * (300 - rows.log10_t[half]))
    np.testing.assert_allclose(slope, program.x[:5] - program.x[5:], atol=1e-3)


def test_beyond_doubles(far, tmp_path):
    far.save(tmp_path / "run.npz")
    again = ib.Run.load(tmp_path / "run.npz")
    for run in (far, again):
        run.fast_forward(until_log10=5000, tolerance=1e-5)
        assert run.log10_t == 5000
        assert run.bracket.gap < 1e-4
    np.testing.assert_array_equal(far.w, again.w)


def test_one_coordinate():
    """One sample: its largest entry alone moves, e^(w x) = eta x^2 t + O(log t)."""
    run = ib.Run(ib.Problem([[0.3, -0.7, 0.5]], [1.0], ib.Exponential()), CD, ib.Constant(0.3)).fast_forward(
        tolerance=1e-6
    )
    np.testing.assert_array_equal(run.w != 0, [False, True, False])
    expected = (math.log(0.3 * 0.7**2) + 300 * math.log(10)) / 0.7
    assert abs(-run.w[1] - expected) <= run.trajectory.error[-1] < 1e-6


def test_the_limit_of_sign_descent():
    """Theorem 5, and the dual of the linear program: partial derivatives vanish where w moves slowly."""
    X, y = conftest.separable(20, 5, 3)
    run = ib.Run(ib.Problem(X, y, ib.Exponential()), SIGN, ib.Constant(5e-4), record=ib.log_spaced(10))
    run.fast_forward(1e300, tolerance=1e-5)
    A, rows = y[:, None] * X, run.trajectory
    program = linprog(
        -np.eye(6)[5],
        A_ub=np.hstack([-A, np.ones((20, 1))]),
        b_ub=np.zeros(20),
        bounds=[(-1, 1)] * 5 + [(0, None)],
    )
    margin, direction = -program.fun, program.x[:5]
    report = ib.compare(run, ib.predict(run.problem, SIGN), tolerance=1e-2)
    assert report.verdict == "holds", report
    assert run.bracket.lower <= margin <= run.bracket.upper * (1 + 1e-12)
    assert run.bracket.gap < 2e-3
    half = int(np.argmax(rows.log10_t > 150))
    velocity = (rows.w[-1] - rows.w[half]) / (math.log(10) * (300 - rows.log10_t[half]))
    np.testing.assert_allclose(velocity * margin, direction, atol=1e-3)
    p = np.exp(-A @ run.w + (A @ run.w).min())
    h = np.abs(p @ A)
    slow = np.abs(direction) < 0.99
    assert 0 < slow.sum() < 5
    assert h[slow].max() < 1e-8 * h.sum()


def test_one_sample_of_sign_descent():
    """All coordinates move alike: e^(w x) = eta |x|_1^2 t + O(log t)."""
    x = np.array([0.3, -0.7, 0.5, 0.0])
    run = ib.Run(ib.Problem([x], [1.0], ib.Exponential()), SIGN, ib.Constant(0.2)).fast_forward(
        tolerance=1e-6
    )
    expected = (math.log(0.2 * 1.5**2) + 300 * math.log(10)) / 1.5 * np.sign(x)
    assert np.linalg.norm(run.w - expected) <= run.trajectory.error[-1] < 1e-6


@pytest.mark.parametrize("seed", [0, 1])
def test_drift_of_sign_descent(seed):
    """With one coordinate tied it is known: nothing remains to be measured. Without it, c would be 1 to 3."""
    X, y = conftest.separable(5, 2, seed)
    problem, step = ib.Problem(X, y, ib.Exponential()), ib.Constant(0.01)
    run, flow = ib.Run(problem, SIGN, step).advance(10**5), SignFlow(problem, step)
    start, since = run.w, math.log(run.t)
    *_, path = flow.follow(start, np.array([since, since + math.log(10)]), 1e-12)
    run.advance(9 * 10**5)
    actual = flow.at(run.w, path.log_t)
    assert len(actual.slide.tied) == 1
    assert abs(_drift(path, actual, since)) < 1e-4


def test_drift_is_measured():
    """Of several coordinates; what is measured in a decade holds for the next."""
    problem, step = ib.Problem(*conftest.separable(20, 5, 2), ib.Exponential()), ib.Constant(2e-3)
    run, flow = ib.Run(problem, SIGN, step).advance(10**5), SignFlow(problem, step)
    starts, times = [run.w], np.log([10**5, 10**6, 10**7])
    for _ in range(2):
        run.advance(9 * run.t)
        starts.append(run.w)
    points = [flow.at(w, t) for w, t in zip(starts[:2], times, strict=False)]
    measured, _ = flow.measured(starts[0], points, 1e-12)
    ends = [list(f.follow(starts[1], times[1:], 1e-12))[-1].w for f in (flow, measured)]
    errors = [float(np.linalg.norm(end - flow.at(starts[2], times[2]).w)) for end in ends]
    assert errors[1] < 0.3 * errors[0]


def test_mean_of_the_largest_derivative():
    """By how much the largest of several that nearly tie exceeds their tie, on average, in a linear model."""
    rng = np.random.default_rng(0)
    for size in (2, 3, 6):
        root = rng.standard_normal((size, 2 * size)) + 1
        M = root @ root.T
        shares = np.linalg.solve(M, np.ones(size))
        if shares.min() <= 0:
            continue
        kappa = 1 / shares.sum()
        shares *= kappa
        apart, sum_, count, steps = np.zeros(size), 0.0, np.zeros(size), 30_000
        for _ in range(steps):
            h = -M @ apart
            most = int(np.argmax(h))
            sum_, count[most] = sum_ + h[most], count[most] + 1
            apart -= shares
            apart[most] += 1
        np.testing.assert_allclose(count / steps, shares, atol=1e-2)
        assert sum_ / steps == pytest.approx((shares @ M.diagonal() - kappa) / 2, rel=1e-2)


def test_second_order():
    """The correction of the speed: halving the steps quarters the error of the mean path's length."""
    X, y = conftest.separable(20, 5, 2)
    problem, ends = ib.Problem(X, y, ib.Exponential()), []
    for eta, start in ((0.008, 10_000), (0.004, 20_000), (0.002, 40_000)):
        step = ib.Constant(eta)
        run = ib.Run(problem, CD, step).advance(start)
        # The same place, eta t = 80, then to eta t = 1600.
        times = np.log([start, 20 * start])
        *_, point = CoordinateFlow(problem, step).follow(run.w, times, 1e-12)
        run.advance(19 * start)
        ends.append((np.abs(point.w).sum() - np.abs(run.w).sum()) / eta)
    assert max(map(abs, ends)) < 1e-4  # without the correction .045, whatever the step
    assert ends[0] / ends[1] == pytest.approx(2, abs=0.2)
    assert ends[1] / ends[2] == pytest.approx(2, abs=0.2)


def test_beyond_the_last_decade(far):
    """It iterates on for some jumps."""
    run = ib.Run(far.problem, CD, ib.Constant(0.005)).advance(10**7)
    run.fast_forward(2e7)
    rows = run.trajectory
    assert rows.integrated[-1]
    assert (
        np.linalg.norm(run.w - ib.Run(far.problem, CD, ib.Constant(0.005)).advance(2 * 10**7).w)
        <= rows.error[-1]
    )


@pytest.mark.slow
def test_a_cap_that_does_not_bind(problem):
    with pytest.raises(ib.InvalidValueError, match="^tolerance: .* follow no smooth curve yet"):
        ib.Run(problem, CD, ib.LossNormalized(1e-9, 1e9)).fast_forward()


@pytest.mark.parametrize(
    ("method", "share"), [(CD, 0), (ib.SteepestDescent(ib.Lp(1), "average"), 1), (SIGN, 1)]
)
def test_equal_and_opposite_features(problem, method, share):
    """The first moves, all move by the same part of a step, or all move alike."""
    d = problem.X.shape[1]
    twice = ib.Problem(np.hstack([problem.X, -problem.X]), problem.y, ib.Exponential())
    make = lambda: ib.Run(twice, method, ib.Constant(5e-4))  # noqa: E731
    assert assert_meets_iterations(make, 316_228, 1e-4)
    run = make().fast_forward(tolerance=1e-5)
    np.testing.assert_allclose(run.w[d:], -share * run.w[:d], rtol=1e-9)
    best = ib.predict(twice, method).solve().value
    assert 0 <= 1 - run.margin / best <= 5e-3
