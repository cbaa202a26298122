"""What other doors make of a problem with a model: refusals, claims, files, figures, the command line."""

import csv
import json
import math
import re

import numpy as np
import pytest

import implicitbias as ib

X, Y = [[1.0, 0.5], [0.5, 2.0], [0.3, -0.2]], [1, 1, 1]
MARGINS = ib.Problem(X, Y, ib.Exponential(), model=ib.Diagonal())
RESIDUALS = ib.Problem(X[:2], [1.0, 2.0], ib.Squared(), model=ib.Diagonal())
START = [0.5, 0.4, 0.1, 0.2]


def run_on(problem=MARGINS, **arguments):
    step = None if problem.loss.monotone else 0.01
    return ib.Run(problem, ib.GradientDescent(), step, w0=START, **arguments)


@pytest.mark.parametrize(
    "door",
    [
        lambda: ib.flow(RESIDUALS, ib.GradientDescent()),
        lambda: run_on().fast_forward(1e20),
        lambda: ib.asymptote(ib.Run(MARGINS, ib.GradientDescent(), 0.1, w0=START)),
        lambda: ib.bounded_accumulator(ib.Run(MARGINS, ib.AdaGrad(), 0.1, w0=START)),
        lambda: ib.paths.lasso(RESIDUALS),
        lambda: ib.paths.stagewise(RESIDUALS, 0.1),
    ],
)
def test_what_is_about_w_alone_asks_for_the_linear_model(door):
    with pytest.raises(ib.InvalidTypeError, match=r"^problem: expected the model Linear\(\) .*; write Prob"):
        door()


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (ib.Polyak(), "convex in the parameters"),
        (ib.ExactLineSearch(), "convex in the parameters"),
        (ib.LossNormalized(), "no|none for this method on this model"),
    ],
)
def test_rules_that_a_model_lacks_something_for(step, text):
    method = ib.SteepestDescent(ib.GroupNorm([[0, 1], [2, 3]]))
    with pytest.raises(ib.InvalidValueError, match=f"^step_size: .* needs .*({text})"):
        ib.Run(MARGINS, method, step, w0=START)


def test_there_is_no_claim_and_the_reason_names_what_there_is():
    for problem, words in [(MARGINS, "KKT point.*run.kkt_residual"), (RESIDUALS, "Woodworth")]:
        assert ib.predict(problem, ib.GradientDescent(), START) is None
        assert words.split(".*")[0] in ib.why_no_claim(problem, ib.GradientDescent())


def test_oracles_are_about_w():
    linear = ib.Problem(X, Y, ib.Exponential())
    assert MARGINS.predictor_shape == (2,)
    assert MARGINS.rows.shape == (3, 2)
    assert ib.separability(MARGINS).kind == ib.separability(linear).kind
    assert ib.max_margin(MARGINS, ib.Lp(2)).value == ib.max_margin(linear, ib.Lp(2)).value
    found = run_on().advance(20_000).support_vectors()
    assert found.cone_residual[-1] < 0.1


def test_a_model_counts_where_problems_are_compared():
    linear = ib.Problem(X, Y, ib.Exponential())
    claim = ib.predict(linear, ib.GradientDescent())
    with pytest.raises(ib.InvalidValueError, match="problem"):
        ib.compare(run_on(), claim)


def test_trajectories_have_both():
    run = run_on(record=ib.every(1)).advance(3)
    rows = run.trajectory
    assert "theta" in rows.keys()  # noqa: SIM118
    assert rows["theta"].shape == (4, 4)
    np.testing.assert_array_equal(rows["w"], rows.theta[:, :2] ** 2 - rows.theta[:, 2:] ** 2)


def test_csv_files_have_both(tmp_path):
    path = tmp_path / "run.csv"
    run = run_on().advance(10)
    run.trajectory.to_csv(path)
    with path.open() as file:
        rows = list(csv.reader(file))
    assert rows[0][-6:] == ["w0", "w1", "theta0", "theta1", "theta2", "theta3"]
    assert [float(each) for each in rows[-1][-6:]] == [*run.w, *run.theta]


def test_files_of_linear_runs_hold_what_they_did(tmp_path):
    ib.Run(ib.Problem(X, Y, ib.Exponential()), ib.GradientDescent()).save(tmp_path / "linear.npz")
    run_on().save(tmp_path / "model.npz")
    with np.load(tmp_path / "linear.npz") as linear, np.load(tmp_path / "model.npz") as model:
        assert {"state/w", "trajectory/w"} <= set(linear.files)
        assert "state/theta" not in linear.files
        # Versions that know no models find no w in the file, and refuse it.
        assert {"state/theta", "trajectory/theta"} <= set(model.files)
        assert not {"state/w", "trajectory/w"} & set(model.files)


class Norm(ib.Norm):
    def value(self, w):
        return float(np.abs(w).sum())

    def dual(self, g):
        return float(np.abs(g).max())

    def steepest(self, g):
        return np.where(np.arange(g.size) == np.abs(g).argmax(), -g, 0.0)


class Descent(ib.Method):
    def init(self, problem, w0):
        return {"w": np.full(problem.shape, 0.5) if w0 is None else w0}

    def step(self, state, gradient, eta, t):
        return {"w": state["w"] - eta * gradient}


def test_nouns_of_ones_own_move_theta(tmp_path):
    own = ib.Run(MARGINS, Descent(), 0.1, w0=START).advance(50)
    named = ib.Run(MARGINS, ib.GradientDescent(), 0.1, w0=START).advance(50)
    np.testing.assert_allclose(own.theta, named.theta)
    own.save(tmp_path / "own.npz")
    np.testing.assert_array_equal(
        ib.Run.load(tmp_path / "own.npz", method=Descent()).advance(5).theta, own.advance(5).theta
    )
    norm = ib.Run(MARGINS, ib.SteepestDescent(Norm()), 0.1, w0=START).advance(20)
    norm.save(tmp_path / "norm.npz")
    np.testing.assert_array_equal(ib.Run.load(tmp_path / "norm.npz", norm=Norm()).theta, norm.theta)
    assert norm.induced_norm is None


def test_figures():
    run = run_on().advance(1000)
    for draw in (ib.plot.margins, ib.plot.gaps, ib.plot.path):
        assert draw(run) is not None
    other = ib.Problem(X, Y, ib.Exponential(), model=ib.Diagonal(3))
    assert ib.plot.margins(ib.Run(other, ib.GradientDescent(), w0=START).advance(100)) is not None


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ib.Diagonal(0), r"^depth: expected an integer from 1 to 100, got 0"),
        (lambda: ib.Convolution(-1), r"^depth: expected an integer from 1 to 100, got -1"),
        (lambda: ib.Factor(0), r"^rank: expected None or an integer from 1 to 1000000, got 0"),
        (lambda: ib.Factor(2**62), r"^rank: expected None or an integer from 1 to 1000000, got 4611"),
        (lambda: ib.Product(-2), r"^rank: expected None or an integer from 1 .*, got -2"),
        (lambda: ib.DeepLinear([3]), r"^widths: expected two or more, .*; write DeepLinear"),
        (lambda: ib.DeepLinear([3, 0, 1]), r"^widths: expected integers from 1 to 1000000, got 0"),
        (lambda: ib.DeepLinear("321"), r"^widths: expected a list of integers, got "),
        (
            lambda: on(ib.DeepLinear([3, 2, 1])),
            r"^widths: expected 2 first .*got 3, 2, 1; write Deep.*2, 2, 1",
        ),
        (
            lambda: on(ib.DeepLinear([2, 2, 2])),
            r"^widths: expected 2 first .*got 2, 2, 2; write Deep.*2, 2, 1",
        ),
        (lambda: on(ib.Factor()), r"^X: expected square matrices"),
        (lambda: on(ib.Product()), r"^X: expected matrices for Product.*write Diagonal\(\)"),
        (lambda: on(ib.Convolution(), np.ones((3, 2, 2))), r"^X: expected vectors for Convolution"),
        (lambda: on("Diagonal"), r"^model: expected a Model, got 'Diagonal'; write Diagonal\(\)"),
        (lambda: on(None), r"^model: expected a Model, got None; write Linear\(\)"),
        (lambda: ib.Model(), r"^Model: expected one of this package's own, .*; write Linear\(\)"),
        (lambda: ib.BlockNorm([], ib.Lp(2)), r"^blocks: expected at least one shape"),
        (lambda: ib.BlockNorm([[2, 0]], ib.Lp(2)), r"^blocks: expected shapes .*got \(2, 0\)"),
        (lambda: ib.BlockNorm([[2**32, 2**32], [4]], ib.Schatten(1)), r"^blocks: expected shapes.*, got"),
        (lambda: ib.BlockNorm([[3]], ib.Lp(2)).value([1.0, 2.0]), r"^blocks: expected 2 entries .* got 3"),
    ],
)
def test_bad_models_are_refused(make, words):
    with pytest.raises((ib.InvalidValueError, ib.InvalidTypeError), match=words):
        make()


def on(model, samples=X):
    return ib.Problem(samples, Y, ib.Exponential(), model=model)


def test_classes_have_models_too():
    rng = np.random.default_rng(0)
    samples = np.repeat(3 * np.eye(3), 5, axis=0) + 0.1 * rng.standard_normal((15, 3))
    labels = np.repeat(["a", "b", "c"], 5)
    for model in (ib.Product(2), ib.DeepLinear([3, 4, 3]), ib.Diagonal()):
        problem = ib.Problem(samples, labels, ib.CrossEntropy(), model=model)
        theta = 0.3 * rng.standard_normal(problem.shape)
        run = ib.Run(problem, ib.GradientDescent(), w0=theta).advance(5000)
        assert run.w.shape == problem.predictor_shape == (3, 3)
        assert run.margin > 0
        assert 0 < run.bracket.lower < run.bracket.upper < math.inf


def test_the_command_line(command):
    options = ["--model", "Diagonal(2)", "--method", "GradientDescent", "--w0", str([0.3] * 8)]
    status, out, error = command("run", "--out", "o", *options, "--steps", "2000", "--json")
    assert status == 0, error
    found = json.loads(out)
    assert found["problem"]["model"] == "Diagonal(depth=2)"
    assert found["runs"][0]["verdict"] == "no claim"
    assert 0 < found["runs"][0]["kkt_residual"] < 1
    assert command("run", "--resume", "o/GradientDescent.npz", "--steps", "3000", "--no-oracle")[0] == 0
    assert ib.Run.load("o/GradientDescent.npz").problem.model == ib.Diagonal()
    # What the refusal of the default start says can be typed as it stands.
    status, _, error = command("run", "--out", "p", *options[:4], "--steps", "10")
    cure = re.search(r"(--w0) '(normal\(0\.1\))'", " ".join(error.split()))
    assert status == 2
    assert command("run", "--out", "p", *options[:4], *cure.groups(), "--steps", "10", "--no-oracle")[0] == 0
    start = 0.1 * np.random.default_rng(0).standard_normal(8)
    np.testing.assert_array_equal(ib.Run.load("p/GradientDescent.npz").w0, start)
    status, _, error = command("run", "--out", "p", "--model", "Diagonal(0)")
    assert status == 2
    assert "depth: expected an integer from 1 to 100" in error.replace("\n", " ")
    status, _, error = command("run", "--resume", "o/GradientDescent.npz", "--model", "Linear")
    assert status == 2
    assert "model: --model has no effect" in error
