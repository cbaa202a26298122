"""Figures: that they show what they say. How they look is for eyes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes

import conftest
import implicitbias as ib
from implicitbias.oracles.max_margin import max_margin


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def run_on(problem, p, **options):
    return ib.Run(problem, ib.SteepestDescent(ib.Lp(p)), **options).advance(1000)


def test_margins(problem):
    runs = [run_on(problem, p) for p in (1, 2)]
    ax = ib.plot.margins(runs)
    assert isinstance(ax, Axes)
    assert ax.get_xscale() == "log"
    assert ax.get_xlabel()
    assert "margin" in ax.get_ylabel()
    entries = [text.get_text() for text in ax.get_legend().get_texts()]
    assert entries == [r"$\ell_{1}$", r"$\ell_{2}$", "margin", "certified upper bound", "oracle"]
    lines = ax.get_lines()
    np.testing.assert_array_equal(lines[0].get_ydata(), runs[0].trajectory.margin[1:])
    np.testing.assert_array_equal(lines[1].get_ydata(), runs[0].trajectory.bound[1:])
    oracle = ib.predict(problem, runs[0].method).solve().value
    assert set(lines[2].get_ydata()) == {oracle}


def test_on_given_axes_without_oracle(problem):
    _, ax = plt.subplots()
    assert ib.plot.margins(run_on(problem, 2), oracle=False, ax=ax) is ax
    assert "oracle" not in [text.get_text() for text in ax.get_legend().get_texts()]
    assert ib.plot.gaps(run_on(problem, 2), oracle=False) is not ax


def test_gaps_bound_each_other(problem):
    ax = ib.plot.gaps(run_on(problem, 2))
    true, certified = (line.get_ydata() for line in ax.get_lines()[:2])
    assert np.all(true <= certified * (1 + 1e-9))


def test_residuals():
    problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    run = run_on(problem, 2, step_size=ib.Constant(0.01))
    ax = ib.plot.residuals([run])
    assert ax.get_yscale() == "log"
    with pytest.raises(ValueError, match="^runs: expected runs on a monotone loss"):
        ib.plot.margins(run)


@pytest.mark.parametrize("d", [2, 3])
def test_path_of_a_direction(d):
    problem = ib.Problem(*conftest.separable(8, d), ib.Exponential())
    run = run_on(problem, 4 / 3)
    ax = ib.plot.path(run, ib.predict(problem, run.method))
    assert "maximum margin" in [text.get_text() for text in ax.get_legend().get_texts()]
    ib.plot.path(run)


@pytest.mark.parametrize("X", [[[1.0, 2.0]], [[1.0, 1, 1], [1, 2, 0]], [[1.0, 1, 1]]])
def test_path_to_a_point(X):
    problem = ib.Problem(X, np.arange(1.0, len(X) + 1), ib.Squared())
    run = run_on(problem, 2, step_size=ib.Constant(0.02))
    ax = ib.plot.path(run, ib.predict(problem, run.method))
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert "predicted point" in texts
    assert r"$G = \{w : Xw = y\}$" in texts


def test_ways_of_several_runs():
    problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    runs = [run_on(problem, 4 / 3, step_size=ib.Constant(eta)) for eta in (0.01, 0.05)]
    ax = ib.plot.path(runs)
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts[1:] == [rf"$\ell_{{4/3}}$, Constant({eta})" for eta in (0.01, 0.05)]
    ways = [line for line in ax.get_lines() if line.get_label() in texts[1:]]
    for run, way in zip(runs, ways, strict=True):
        np.testing.assert_array_equal(np.column_stack(way.get_data()), run.trajectory.w)
    texts = [text.get_text() for text in ib.plot.path(runs, labels=["a", "b"]).get_legend().get_texts()]
    assert texts[1:] == ["a", "b"]
    with pytest.raises(ValueError, match="^labels: expected 2 texts, one a run, got"):
        ib.plot.path(runs, labels=["a"])


def test_before_any_margin_is_positive():
    X = np.array([[1.0, 0], [-1, 0.1], [1, 1]])
    start = ib.Run(ib.Problem(X, [1.0, 1, -1], ib.Exponential()), ib.SteepestDescent(ib.Lp(2)))
    for run in (start, run_on(ib.Problem(X[:1], [1.0], ib.Exponential()), 2, w0=[-1e6, 0.0])):
        for draw in (ib.plot.margins, ib.plot.gaps):
            draw(run).figure.canvas.draw()  # where nothing is positive, logarithmic axes would warn
    ib.plot.path(start).figure.canvas.draw()


def test_data_that_are_not_separable():
    problem = ib.Problem([[1.0], [1.0]], [1.0, -1], ib.Exponential())
    for draw in (ib.plot.margins, ib.plot.gaps):
        draw(run_on(problem, 2)).figure.canvas.draw()


def test_norm_without_cvxpy_form(problem):
    class Mine(ib.Norm):
        def value(self, w):
            return np.linalg.norm(w)

        dual = value

        def steepest(self, g):
            return -g

    run = ib.Run(problem, ib.SteepestDescent(Mine())).advance(10)
    with pytest.raises(TypeError, match="as_cvxpy") as caught:
        ib.plot.margins(run)
    assert "oracle=False" in caught.value.__notes__[0]
    assert isinstance(ib.plot.margins(run, oracle=False), Axes)


def test_coefficients():
    rng = np.random.default_rng(5)
    problem = ib.Problem(rng.standard_normal((5, 7)), rng.standard_normal(5), ib.Squared())
    lasso, stagewise = ib.paths.lasso(problem), ib.paths.stagewise(problem)
    ax = ib.plot.coefficients([lasso, stagewise])
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts[-2:] == ["lasso", "forward stagewise"]
    first = ax.get_lines()[0]
    i = int(first.get_label().strip("$w_{}")) - 1
    np.testing.assert_array_equal(first.get_xydata(), np.column_stack([lasso.l1_norms, lasso.w[:, i]]))
    with pytest.raises(TypeError, match="^paths: expected a LassoPath or a StagewisePath, got an array"):
        ib.plot.coefficients([lasso.w])


def test_paths(problem):
    ways = [ib.paths.regularization(problem, ib.Lp(p), [0.1, 1, 10, 100]) for p in (1, 2)]
    run = run_on(problem, 2)
    ax = ib.plot.paths(ways, run)
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == [r"$\ell_{1}$", r"$\ell_{2}$", "regularization path", "run", "maximum margin"]
    lines = ax.get_lines()
    np.testing.assert_array_equal(lines[0].get_xydata(), np.column_stack([ways[0].norms, ways[0].margin]))
    assert set(lines[1].get_ydata()) == {max_margin(problem, ib.Lp(1)).value}
    np.testing.assert_array_equal(lines[4].get_ydata(), run.trajectory.margin[1:])
    assert lines[4].get_color() == lines[2].get_color() != lines[0].get_color()
    texts = [text.get_text() for text in ib.plot.paths(ways[0], oracle=False).get_legend().get_texts()]
    assert texts == [r"$\ell_{1}$", "regularization path"]
    lines = ib.plot.paths((way for way in ways), (each for each in [run]), oracle=False).get_lines()
    np.testing.assert_array_equal(lines[1].get_xydata(), np.column_stack([ways[1].norms, ways[1].margin]))
    np.testing.assert_array_equal(lines[2].get_ydata(), run.trajectory.margin[1:])
    X, y, loss = problem.X, problem.y, problem.loss
    others = [(X[:, :1], y, loss), (2 * X, y, loss), (X, -y, loss), (X, y, ib.Logistic())]
    for other in others:
        with pytest.raises(ValueError, match="^runs: expected runs on the problem of the paths"):
            ib.plot.paths(ways, [run, run_on(ib.Problem(*other), 2)])
    with pytest.raises(TypeError, match="^paths: expected a RegularizationPath, got a Run"):
        ib.plot.paths(run)


def test_paths_that_never_separate():
    problem = ib.Problem([[1.0], [1.0], [1.0]], [1.0, 1.0, -1.0], ib.Exponential())
    still = ib.Problem([[1.0], [1.0]], [1.0, -1.0], ib.Exponential())
    for each in (problem, still):
        ib.plot.paths(ib.paths.regularization(each, ib.Lp(2)), run_on(each, 2)).figure.canvas.draw()


def test_refusals(problem):
    run = run_on(problem, 2)
    with pytest.raises(ValueError, match="2 or 3 parameters, got 5"):
        ib.plot.path(run)
    with pytest.raises(TypeError, match="^runs: expected a Run, got None"):
        ib.plot.margins(None)
    with pytest.raises(ValueError, match="at least one"):
        ib.plot.margins([])


def test_fingerprints():
    rng = np.random.default_rng(0)
    problem = ib.Problem(rng.standard_normal((10, 40)), [1, -1] * 5, ib.Exponential())
    rows = ib.Run(problem, ib.GradientDescent(), record=ib.every(100)).advance(1000).trajectory
    norms = [ib.Lp(1), ib.Lp(2), ib.WeightedNorm(1 + rng.random(40), ib.Lp(2))]
    found = ib.fingerprint(problem, rows.w[1:], rows.t[1:], norms)
    ax = ib.plot.fingerprint(found)
    ticks = [text.get_text() for text in ax.get_xticklabels()]
    assert ticks == ["l1", "l2", "weighted l2"]
    assert [text.get_text() for text in ax.get_legend().get_texts()][-1] == "t = 1000"
    drawn = {tuple(line.get_ydata()) for line in ax.get_lines()}
    last = {row.name: row.ratios[-1] for row in found.table}
    assert (last["l1"], last["l2"]) in drawn
    ax.figure.canvas.draw()
    with pytest.raises(ValueError, match="^found: expected a fingerprint with ratios to draw; w does not"):
        ib.plot.fingerprint(ib.fingerprint(problem, -rows.w[-1]))
