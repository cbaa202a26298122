"""Foreign iterates are looked at as runs are."""

import math
import pickle

import numpy as np
import pytest

import implicitbias as ib

RNG = np.random.default_rng(2)
X, Y = RNG.standard_normal((12, 20)), np.where(RNG.random(12) < 0.5, 1, -1)
PROBLEM = ib.Problem(X, Y, ib.Logistic())
RUN = ib.Run(PROBLEM, ib.SteepestDescent(ib.Lp(2)), record=ib.log_spaced(5)).advance(10_000)
ROWS = RUN.trajectory
LATER = slice(1, None)


def iterates(norm=None):
    return ib.Iterates(PROBLEM, norm or ib.Lp(2), ROWS.t[LATER], ROWS.w[LATER])


def test_columns_are_those_of_the_run():
    rows = iterates().trajectory
    np.testing.assert_array_equal(rows.t, ROWS.t[LATER])
    np.testing.assert_allclose(rows.margin, ROWS.margin[LATER], rtol=1e-9)
    np.testing.assert_allclose(rows.log_loss, ROWS.log_loss[LATER], rtol=1e-12)
    best = ib.max_margin(PROBLEM, ib.Lp(2)).value
    assert np.all(rows.bound >= best)
    assert np.all(rows.best_margin <= best)
    assert rows.best_bound[-1] < 1.02 * best
    assert not rows.integrated.any()


def test_they_stand_where_the_run_does():
    given = iterates()
    assert given.t == 10_000
    assert given.margin == pytest.approx(RUN.margin, rel=1e-9)
    assert 0 < given.bracket.gap < 0.05
    np.testing.assert_array_equal(given.w, RUN.w)
    with pytest.raises(AttributeError, match="iterates of another program have no 'last_violation'"):
        _ = given.last_violation
    assert pickle.loads(pickle.dumps(given)).bracket == given.bracket
    assert repr(given).startswith("Iterates(Problem(12 samples")


@pytest.mark.parametrize("method", [ib.GradientDescent(), ib.SteepestDescent(ib.Lp(2))], ids=repr)
def test_they_are_compared(method):
    report = ib.compare(iterates(), ib.predict(PROBLEM, method), tolerance=0.05)
    assert report.verdict == "holds"
    assert any("on trust" in text for text, _ in report.hypotheses)
    with pytest.raises(ib.InvalidValueError, match=r"margins in Lp\(p=1.0\), got one in Lp\(p=2.0\)"):
        ib.compare(iterates(ib.Lp(1)), ib.predict(PROBLEM, method))
    other = ib.Problem(2 * X, Y, ib.Logistic())
    with pytest.raises(ib.InvalidValueError, match="about other data"):
        ib.compare(iterates(), ib.predict(other, method))


def test_they_are_drawn():
    for draw in (ib.plot.margins, ib.plot.gaps):
        ax = draw([RUN, iterates()])
        assert r"iterates, $\ell_{2}$" in [text.get_text() for text in ax.get_legend().get_texts()]


def test_a_loss_with_a_finite_root():
    problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    points = np.array([[0.2 * (1 - 0.5**t), 0.4 * (1 - 0.5**t)] for t in range(80)])
    given = ib.Iterates(problem, ib.Lp(2), range(80), points)
    np.testing.assert_allclose(given.trajectory.residual, 0.5 ** np.arange(80.0), atol=1e-15)
    assert ib.behavior(given).kind == "converged"
    kinds = [
        ib.behavior(ib.Iterates(problem, ib.Lp(2), range(len(w)), w)).kind
        for w in (points[:10], np.ones((5, 2)), [[-(4.0**t), 0.0] for t in range(9)])
    ]
    assert kinds == ["converging", "stalled", "diverging"]
    ib.plot.residuals(given)


def test_folders_and_lists(tmp_path):
    for t, w in ((100, ROWS.w[-1]), (20, ROWS.w[-2]), (3, ROWS.w[-3])):
        np.save(tmp_path / f"w_{t}.npy", w)
    given = ib.Iterates(PROBLEM, ib.Lp(2), None, tmp_path)
    assert given.trajectory.t.tolist() == [3, 20, 100]
    np.testing.assert_array_equal(given.trajectory.w, ROWS.w[-3:])
    listed = ib.Iterates(PROBLEM, ib.Lp(2), [3.5, 20, 1e20], list(ROWS.w[-3:]))
    assert listed.t == 1e20
    layers = [{"weight": w[None, :]} for w in ROWS.w[-3:]]
    np.testing.assert_array_equal(ib.Iterates(PROBLEM, ib.Lp(2), [1, 2, 3], layers).w, given.w)
    (tmp_path / "w_7.npy").write_text("none")
    with pytest.raises(ib.InvalidValueError, match=r"'w_7.npy' is no array"):
        ib.Iterates(PROBLEM, ib.Lp(2), None, tmp_path)


def test_classes():
    problem = ib.Problem(X, np.arange(12) % 3, ib.CrossEntropy())
    run = ib.Run(problem, ib.Muon()).advance(2000)
    given = ib.Iterates(problem, ib.Schatten(math.inf), [2000], run.w[None])
    assert given.margin == pytest.approx(run.margin, rel=1e-9)
    assert given.bracket.gap < 0.3


@pytest.mark.parametrize(
    ("t", "w", "says"),
    [
        ([2, 1], np.ones((2, 20)), "t: expected iterations that rise"),
        ([1, 2], np.ones((3, 20)), r"w: expected 2 iterates of shape \(20,\), one for each t, got 3"),
        ([1, 2], np.ones((2, 21)), r"w\[0\]: expected shape \(20,\), got \(21,\)"),
        ([1], [np.full(20, np.nan)], r"w\[0\]: expected finite numbers"),
        (None, np.ones((2, 20)), "t: expected the iterations"),
        ([1], 3.0, "w: expected an array of iterates"),
        ([1], "nowhere", "w: expected a folder of NPY files, got 'nowhere'"),
        ([1], "model.pt", r"torch.load\('model.pt'\)"),
        ([1], [{"conv.bias": np.ones(2)}], "one linear layer"),
        (["a"], np.ones((1, 20)), "t: expected an array of real numbers"),
    ],
)
def test_bad_input(t, w, says):
    with pytest.raises((ib.InvalidValueError, ib.InvalidTypeError), match=says):
        ib.Iterates(PROBLEM, ib.Lp(2), t, w)


def test_empty_folders(tmp_path):
    with pytest.raises(ib.InvalidValueError, match="expected NPY files in .*, got none"):
        ib.Iterates(PROBLEM, ib.Lp(2), None, tmp_path)
    np.save(tmp_path / "last.npy", ROWS.w[-1])
    with pytest.raises(ib.InvalidValueError, match="names end in numbers of their own.*'last.npy'"):
        ib.Iterates(PROBLEM, ib.Lp(2), None, tmp_path)
