"""Fast-forward: against iterations, closed forms and asymptotics; recording, checkpoints, refusals."""

import json
import math
import re

import numpy as np
import pytest

import conftest
import implicitbias as ib
from implicitbias.oracles.separability import separability

GD = ib.GradientDescent()
STEP = ib.Constant(0.01)


def largest_stable_step(problem, method, w0=None):
    run = ib.Run(problem, method, ib.Constant(1e-8), w0=w0).advance(1)
    return 1e-8 * math.exp(-run.largest_step[0])


def random_run(seed):
    """A method, problem, loss and step size drawn by seed."""
    rng = np.random.default_rng(1000 + seed)
    n, d, q = int(rng.integers(3, 30)), int(rng.integers(2, 8)), rng.uniform(1.2, 1.9)
    X, y = conftest.separable(n, d, seed)
    root = rng.standard_normal((d, d))
    D = root @ root.T / d + np.eye(d)
    methods = [
        GD,
        ib.SteepestDescent(ib.Lp(q)),
        ib.SteepestDescent(ib.QuadraticNorm(D)),
        ib.MirrorDescent(ib.SquaredLp(q)),
        ib.MirrorDescent(ib.QuadraticPotential(D)),
        ib.AdaGrad(float(rng.integers(2))),
        ib.FactorizedGradientDescent(),
        ib.SteepestDescent(ib.Lp(1.5 + q)),
    ]
    method, w0 = methods[seed % len(methods)], None
    if isinstance(method, ib.FactorizedGradientDescent):
        X = rng.standard_normal((n, 3, 3))
        X, y, w0 = X + X.transpose(0, 2, 1), np.sign(np.trace(X, axis1=1, axis2=2)), 0.5 * np.eye(3)
    problem = ib.Problem(X, y, (ib.Exponential(), ib.Logistic())[rng.integers(2)])
    if isinstance(method, ib.AdaGrad):
        eta = rng.uniform(0.05, 0.5)
    else:
        eta = rng.uniform(0.1, 0.9) * largest_stable_step(problem, method, w0)
    step = ib.Constant(eta) if rng.random() < 0.7 else ib.Polynomial(eta, rng.uniform(0.1, 0.8))
    return lambda: ib.Run(problem, method, step, w0=w0)


def assert_meets_iterations(make, until, accuracy):
    leapt, iterated = make().fast_forward(until), make().advance(until)
    rows, others = leapt.trajectory, iterated.trajectory
    np.testing.assert_array_equal(rows.t, others.t)
    distances = np.linalg.norm((rows.w - others.w).reshape(len(rows), -1), axis=1)
    assert (
        rows.t[~rows.integrated][-1] <= 1e5
        or not rows.integrated.any()
        or isinstance(leapt.method, ib.SteepestDescent)
    )
    assert (distances[~rows.integrated] == 0).all()
    # Iterations round, too: like a random walk where their sums are not compensated.
    sizes = np.linalg.norm(others.w.reshape(len(others), -1), axis=1)
    walk = 0 if isinstance(leapt.method, ib.MirrorDescent) else np.sqrt(others.t) * 2.2e-16 * sizes
    assert (distances <= rows.error + walk).all()
    assert distances.max() <= accuracy
    np.testing.assert_allclose(rows.margin[1:], others.margin[1:], atol=1e-9)
    np.testing.assert_allclose(rows.log_loss, others.log_loss, atol=1e-8)


@pytest.mark.parametrize("seed", [8, 11, 13, 15, 17, 4, 46, 18])
def test_against_iterations(seed):
    assert_meets_iterations(random_run(seed), 316228, 1e-11)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(64))
def test_against_ten_million_iterations(seed):
    assert_meets_iterations(random_run(seed), 10**7, 1e-10)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("seed", "accuracy"), [(8, 1e-12), (40, 1e-12), (11, 1e-12), (15, 1e-10), (13, 1e-9)]
)
def test_against_a_hundred_million_iterations(seed, accuracy):
    make = random_run(seed)
    leapt, iterated = make().fast_forward(10**8), make().advance(10**8)
    assert np.linalg.norm(leapt.w - iterated.w) <= accuracy


def many_coordinates(p, seed):
    """Some turn on the way, some hardly move: their steps have almost infinite slopes."""
    X, y = conftest.separable(50, 100, seed)
    problem = ib.Problem(X, y, ib.Exponential())
    eta = 0.3 * largest_stable_step(problem, ib.SteepestDescent(ib.Lp(p)))
    return lambda: ib.Run(problem, ib.SteepestDescent(ib.Lp(p)), ib.Constant(eta))


def test_coordinates_that_turn():
    make = many_coordinates(3.0, 2)
    leapt = make().fast_forward(10**6)
    assert leapt.trajectory.integrated[-1]
    assert np.linalg.norm(leapt.w - make().advance(10**6).w) <= min(1e-10, leapt.trajectory.error[-1])


@pytest.mark.slow
@pytest.mark.parametrize(("p", "seed"), [(2.5, 0), (3.0, 1), (4.0, 4)])
def test_more_coordinates_that_turn(p, seed):
    assert_meets_iterations(many_coordinates(p, seed), 3_162_278, 1e-9)


@pytest.mark.parametrize("method", [ib.AdaGrad(), ib.SteepestDescent(ib.Lp(3))])
def test_a_feature_that_is_zero(method):
    X, y = conftest.separable(20, 5, 2)
    ends = [
        ib.Run(ib.Problem(data, y, ib.Exponential()), method, STEP).fast_forward(1e100).w
        for data in (X * [1, 1, 0, 1, 1], np.delete(X, 2, axis=1))
    ]
    assert ends[0][2] == 0
    np.testing.assert_allclose(np.delete(ends[0], 2), ends[1], rtol=1e-11)


@pytest.mark.slow
def test_adagrad_against_iterations_in_extended_precision():
    """Those in double precision are 1.5e-10 from exact ones at 10^8 here, and the leap 5e-14."""
    run, until = random_run(13)(), 100_000
    rows = (run.problem.y[:, None] * run.problem.X).astype(np.longdouble)
    step = run.step_size
    eta, power = np.longdouble(step.eta), getattr(step, "power", 0.0)
    w = np.zeros(rows.shape[1], dtype=np.longdouble)
    G = w + np.asarray(run.method.G0)
    for t in range(until):
        force = np.exp(-(rows @ w))
        if isinstance(run.problem.loss, ib.Logistic):
            force /= 1 + force
        g = force @ rows
        G += g**2
        w += eta * np.longdouble(t + 1) ** -power * g / np.sqrt(G)
    run.fast_forward(until)
    assert run.trajectory.integrated[-1]
    distance = float(np.linalg.norm(run.w - w))
    assert distance <= run.trajectory.error[-1]
    assert distance <= 2e-13


def test_capped_loss_normalized_steps(problem):
    make = lambda: ib.Run(problem, GD, ib.LossNormalized(1.0, 0.02))  # noqa: E731
    assert_meets_iterations(make, 10**5, 1e-11)


@pytest.mark.parametrize(("loss", "eta", "x"), [(ib.Exponential(), 0.3, 0.7), (ib.Logistic(), 2.0, 1.3)])
def test_one_sample(loss, eta, x):
    """e^(w x) = eta x^2 t + O(log t)."""
    run = ib.Run(ib.Problem([[x]], [1.0], loss), GD, ib.Constant(eta)).fast_forward(1e300)
    rows = run.trajectory
    late = rows.log10_t > 30
    expected = (math.log(eta * x * x) + math.log(10) * rows.log10_t[late]) / x
    assert late.sum() > 5000
    assert (np.abs(rows.w[late, 0] - expected) <= rows.error[late]).all()
    assert np.abs(rows.w[late, 0] - expected).max() < 1e-11
    # sum of eta_t = eta t^(1/2) / (1/2)
    slower = ib.Run(run.problem, GD, ib.Polynomial(eta, 0.5)).fast_forward(until_log10=1e4, tolerance=1e-6)
    expected = (math.log(2 * eta * x * x) + 0.5 * math.log(10) * 1e4) / x
    assert abs(slower.w[0] - expected) <= slower.trajectory.error[-1] < 1e-6


@pytest.mark.parametrize("terms", [1, 2, 3, 4])
def test_modified_equation(terms):
    """For f(w) = eta e^-w: f' = -f, f'' = f, so that it is f + f^2/2 + 5/12 f^3 + ..."""
    problem = ib.Problem([[1.0]], [1.0], ib.Exponential())
    equation = ib.Run(problem, GD, ib.Constant(0.5))._loop.equation()
    errors = []
    for t in (300.0, 600.0):
        w = math.log(0.5 * t)
        f = 0.5 * math.exp(-w)
        series = f + f**2 / 2 + 5 / 12 * f**3
        errors.append(abs(equation.velocity(math.log(t), [w], terms)[0] / t - series))
    order = math.log2(errors[0] / errors[1])
    assert order == pytest.approx(min(terms + 1, 4), abs=0.1)


def test_beyond_doubles(problem):
    run = ib.Run(problem, GD, STEP).fast_forward(until_log10=1e6, tolerance=1e-6)
    assert run.t == math.inf
    assert run.log10_t == 1e6
    assert run.bracket.gap < 1e-5
    rows = run.trajectory
    assert (np.diff(rows.log10_t) > 0).all()
    assert rows.log10_t[-1] == 1e6
    assert rows.t[-1] == math.inf
    assert len(rows) < 7000
    assert (rows.margin[-1] <= rows.best_bound).all()


def test_rows(problem):
    run = ib.Run(problem, GD, STEP, record=ib.log_spaced(3)).fast_forward(1e20)
    rows = run.trajectory
    assert run.t == 1e20
    assert isinstance(run.t, float)
    assert rows.t.dtype == np.float64
    expected = [
        0,
        *sorted({round(10 ** (k / 3)) for k in range(48)}),
        *(10 ** (k / 3) for k in range(48, 61)),
    ]
    np.testing.assert_allclose(rows.t, expected, rtol=1e-13)
    assert not rows.integrated[0]
    assert rows.integrated[-1]
    assert (rows.error[~rows.integrated] == 0).all()
    assert (rows.error[rows.integrated] > 0).all()
    assert (rows.error <= 1e-8).all()
    assert (np.diff(rows.best_margin) >= 0).all()
    assert run.bracket.lower <= ib.predict(problem, GD).solve().value <= run.bracket.upper


def test_advance_after_a_leap(problem):
    run = ib.Run(problem, GD, STEP).fast_forward(10**6)
    assert run.t == 10**6
    assert isinstance(run.t, int)
    run.advance(10**5)
    assert run.t == 1_100_000
    other = ib.Run(problem, GD, STEP).advance(1_100_000)
    assert np.linalg.norm(run.w - other.w) <= run._loop.error
    assert run.trajectory.t.dtype == np.int64
    run.fast_forward(1e18)
    with pytest.raises(ValueError, match=r"^steps: at t = 10\^18 there are none to take"):
        run.advance(1)
    again = run.fast_forward(1e300).w
    assert np.linalg.norm(again - ib.Run(problem, GD, STEP).fast_forward(1e300).w) <= run._loop.error


@pytest.mark.parametrize("until", [10**5, 1e40])
def test_checkpoints(problem, tmp_path, until):
    run = ib.Run(problem, ib.AdaGrad(1.0), ib.Constant(0.1)).fast_forward(until)
    run.save(tmp_path / "run.npz")
    again = ib.Run.load(tmp_path / "run.npz")
    assert (again.t, again.log10_t, again._loop.error) == (run.t, run.log10_t, run._loop.error)
    assert again.bracket == run.bracket
    rows, others = run._loop.trajectory(), again._loop.trajectory()
    for name in rows:
        np.testing.assert_array_equal(rows[name], others[name])
    run.fast_forward(1e100)
    np.testing.assert_array_equal(run.w, again.fast_forward(1e100).w)


def test_older_checkpoints(problem, tmp_path):
    path = tmp_path / "run.npz"
    run = ib.Run(problem, GD, STEP).advance(1000)
    run.save(path)
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    for name in (
        "state/error",
        "state/log10_t",
        *(f"trajectory/{c}" for c in ("log10_t", "error", "integrated")),
    ):
        del arrays[name]
    header = json.loads(arrays["header"].tobytes()) | {"format_version": 1}
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    np.savez(path, **arrays)
    again = ib.Run.load(path)
    rows, others = run._loop.trajectory(), again._loop.trajectory()
    for name in rows:
        np.testing.assert_array_equal(rows[name], others[name])
    np.testing.assert_array_equal(again.fast_forward(1e9).w, run.fast_forward(1e9).w)


@pytest.mark.parametrize(
    ("method", "step_size", "options", "complaint"),
    [
        (
            ib.SteepestDescent(ib.WeightedNorm(range(1, 6), ib.Lp(1))),
            STEP,
            {},
            r"^method: expected a norm .*Lp\(1\) and Lp\(inf\)",
        ),
        (ib.SteepestDescent(ib.GroupNorm([[0, 1], [2, 3, 4]])), STEP, {}, "^method: expected a norm"),
        (ib.SteepestDescent(ib.PolyhedralNorm(np.eye(5), 1)), STEP, {}, "^method: expected a norm"),
        (ib.SteepestDescent(conftest.Taxicab()), STEP, {}, "^method: expected a norm"),
        (ib.NaturalGradient(ib.Euclidean()), STEP, {}, "^method: expected SteepestDescent"),
        (GD, ib.LossNormalized(), {}, "^step_size: .* need no leap"),
        (GD, ib.ExactLineSearch(), {}, "^step_size: expected Constant"),
        (GD, ib.Schedule([1.0]), {}, "^step_size: expected Constant"),
        (GD, ib.Polynomial(0.1, 1.5), {}, "^step_size: .* their sum is finite"),
        (GD, STEP, {"batch": ib.MiniBatch(3, 0)}, "^batch: expected none"),
    ],
)
def test_refusals(problem, method, step_size, options, complaint):
    run = ib.Run(problem, method, step_size, **options)
    with pytest.raises((TypeError, ValueError), match=complaint):
        run.fast_forward()
    assert run.t == 0
    assert len(run.trajectory) == 1


@pytest.mark.parametrize("loss", [ib.Squared(), ib.Probit(), ib.Sigmoid(), ib.PolynomialTail(0.5)])
def test_refused_losses(loss):
    run = ib.Run(ib.Problem(*conftest.separable(20, 5), loss), GD, STEP)
    with pytest.raises(ib.InvalidTypeError, match="^problem: expected a convex loss with an expon"):
        run.fast_forward()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"until": 50}, "^until: expected more than t = 100"),
        ({"until": 100}, "^until: expected more than t = 100"),
        ({"until": -1e9}, "^until: expected a finite number"),
        ({"until": math.nan}, "^until: expected a finite number"),
        ({"until": math.inf}, "^until: expected a finite number"),
        ({"until": 10**400}, "^until: .* use until_log10"),
        ({"until": "1e9"}, "^until: expected a number, got '1e9'; write until=1000000000"),
        ({"until_log10": 2}, "^until_log10: expected more than t = 100"),
        ({"until_log10": math.inf}, "^until_log10: expected a finite number"),
        ({"until": 1e9, "until_log10": 9}, "^until_log10: expected none beside until"),
        ({"tolerance": 0.0}, "^tolerance: expected a float"),
        ({"tolerance": 1}, "^tolerance: expected a float"),
    ],
)
def test_arguments(problem, arguments, complaint):
    run = ib.Run(problem, GD, STEP).advance(100)
    with pytest.raises((TypeError, ValueError), match=complaint):
        run.fast_forward(**arguments)
    assert run.t == 100


def test_a_tolerance_that_cannot_be_met(problem):
    run = ib.Run(problem, GD, STEP)
    with pytest.raises(ib.InvalidValueError, match=r"^tolerance: 1e-14 cannot be met .* could") as raised:
        run.fast_forward(tolerance=1e-14)
    possible = float(re.search(r"(\S+) could", str(raised.value))[1])
    assert 1e-14 < possible < 1e-10
    assert ib.Run(problem, GD, STEP).fast_forward(tolerance=10 * possible).t == 1e300


def test_data_that_are_not_separable():
    X = np.random.default_rng(0).standard_normal((40, 3))
    problem = ib.Problem(X, np.sign(X[::-1, 0]), ib.Exponential())
    assert not separability(problem).separable
    with pytest.raises(ib.NotSeparableError):
        ib.Run(problem, GD, STEP).fast_forward()


def test_figures(problem):
    run = ib.Run(problem, GD, STEP).fast_forward()
    for draw in (ib.plot.gaps, ib.plot.margins):
        ax = draw(run)
        ax.figure.canvas.draw()
        texts = [label.get_text() for label in ax.get_xticklabels()]
        assert [int(re.search(r"\{(\d+)\}\}", text)[1]) for text in texts] == list(range(0, 301, 50))
    with pytest.raises(ValueError, match="^runs: figures against t end at 1e304"):
        ib.plot.gaps(run.fast_forward(until_log10=400))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_leap_of_a_thin_factor_is_that_of_its_square(rank):
    X = np.array([[[2, 0.3, 0], [0.3, -1, 0.2], [0, 0.2, 0.5]], [[1, 0, 0.4], [0, 0.5, 0], [0.4, 0, -0.3]]])
    start = np.array([[0.5, 0.1, 0.3], [0.2, -0.4, 0.1], [0.1, 0.3, -0.2]])[:, :rank]
    problem, steps = ib.Problem(X, [1, 1], ib.Exponential()), ib.LossNormalized(cap=0.1)
    leapt, iterated = (ib.Run(problem, ib.FactorizedGradientDescent(), steps, w0=start) for _ in range(2))
    leapt.fast_forward(1e6)
    np.testing.assert_allclose(leapt.w, iterated.advance(10**6).w, atol=leapt.error + 1e-9)
    assert np.linalg.matrix_rank(leapt.w, tol=1e-6) <= rank
    assert leapt.bracket.lower <= leapt.bracket.upper
