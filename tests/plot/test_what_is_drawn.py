"""Figures against t, of directions, spectra and samples show what they say; films have their frames."""

import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

import implicitbias as ib
from conftest import separable
from implicitbias.claims.angle import angle
from implicitbias.oracles.max_margin import max_margin

X, Y = separable(8, 2)
PROBLEM = ib.Problem(X, Y, ib.Exponential())
RUN = ib.Run(PROBLEM, ib.GradientDescent(), 0.1).advance(3000)
ROWS = RUN.trajectory


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def first_line(ax):
    return np.asarray(ax.get_lines()[0].get_xydata())


def test_losses():
    np.testing.assert_allclose(first_line(ib.plot.losses(RUN))[:, 1], np.exp(ROWS.log_loss[1:]))
    tiny = ib.Run(PROBLEM, ib.GradientDescent(), ib.LossNormalized()).advance(300_000)
    ax = ib.plot.losses(tiny)
    assert ax.get_ylabel() == r"$-\log L$"
    drawn, wanted = first_line(ax)[:, 1], -tiny.trajectory.log_loss[1:]
    np.testing.assert_allclose(drawn[wanted > 0], wanted[wanted > 0])


def test_norms():
    drawn = first_line(ib.plot.norms(RUN, ib.Lp(1)))
    np.testing.assert_allclose(drawn[:, 1], np.abs(ROWS.w[1:]).sum(axis=1))
    np.testing.assert_array_equal(drawn[:, 0], ROWS.t[1:])


def test_angles():
    best = max_margin(PROBLEM, ib.Lp(2)).direction
    cosines = ROWS.w[1:] @ best / np.linalg.norm(ROWS.w[1:], axis=1) / np.linalg.norm(best)
    drawn = first_line(ib.plot.angles(RUN))[:, 1]
    np.testing.assert_allclose(drawn, np.degrees(np.arccos(cosines)), rtol=1e-3)
    other = ib.predict(PROBLEM, ib.SteepestDescent(ib.Lp(3)))
    drawn = first_line(ib.plot.angles(RUN, other))[:, 1]
    np.testing.assert_allclose(drawn, [angle(w, other.solve().point) for w in ROWS.w[1:]])
    mine = ib.Run(PROBLEM, ib.AdaGrad(), 0.1).advance(10)
    with pytest.raises(ib.InvalidValueError, match="^claim: expected a Claim with a limit, and nothing is"):
        ib.plot.angles(mine)
    with pytest.raises(ib.InvalidValueError, match="^claim: expected one, or 1, one a run"):
        ib.plot.angles(RUN, [other, other])


def test_asymptotes_fall_like_one_over_log_t():
    run = ib.Run(PROBLEM, ib.GradientDescent(), 0.1).fast_forward(1e60)
    direction, law, _ = (np.asarray(line.get_xydata()) for line in ib.plot.asymptotes(run).get_lines())
    late = direction[:, 0] > 1e20
    np.testing.assert_allclose(direction[late, 1], law[late, 1], rtol=0.05)
    scaled = law[late, 1] * np.log(law[late, 0])
    assert np.ptp(scaled) < 0.15 * scaled.max()
    early = ib.Run(PROBLEM, ib.GradientDescent(), 0.1).advance(10**4)  # later the residual is rounding
    rest = np.asarray(ib.plot.asymptotes(early).get_lines()[2].get_xydata())
    assert rest[-1, 1] == pytest.approx(ib.asymptote(early).solve().residual(early))
    with pytest.raises(ib.InvalidTypeError, match="^run: expected one of gradient descent"):
        ib.plot.asymptotes(ib.Run(PROBLEM, ib.SteepestDescent(ib.Lp(1))))


def test_singular_values():
    rng = np.random.default_rng(0)
    problem = ib.Problem(rng.normal(size=(5, 3, 2)), rng.normal(size=5), ib.Squared())
    run = ib.Run(problem, ib.GradientDescent(), 0.01).advance(100)
    wanted = np.linalg.svd(run.trajectory.w[1:], compute_uv=False)
    for line, column in zip(ib.plot.singular_values(run).get_lines(), wanted.T, strict=True):
        np.testing.assert_allclose(line.get_ydata(), column)
    with pytest.raises(ib.InvalidValueError, match="^runs: expected runs whose parameters are matrices"):
        ib.plot.singular_values(RUN)


def test_support_vectors_come_to_one():
    found = RUN.support_vectors()
    ax = ib.plot.support_vectors(RUN)
    ends = [line.get_ydata()[-1] for line in ax.get_lines()]
    np.testing.assert_allclose(np.sort(ends), np.sort(found.margins))
    colored = [line for line in ax.get_lines() if line.get_color() != "0.7"]
    assert len(colored) == len(found.indices)


def test_separators_lie_where_scores_agree():
    ax = ib.plot.separators(RUN)
    w, smallest = RUN.w, (Y * (X @ RUN.w)).min()
    ways = {line.get_linestyle(): [] for line in ax.get_lines()}
    for line in ax.get_lines():
        if len(line.get_xdata()) > 100:
            ways[line.get_linestyle()].append(np.asarray(line.get_xydata()) @ w)
    (separator,), margins = ways["-"], ways["--"]
    scale = np.abs(X @ w).max()
    np.testing.assert_allclose(separator, 0, atol=1e-9 * scale)
    assert sorted(np.median(each) for each in margins) == pytest.approx([-smallest, smallest])


def test_separators_of_classes_with_an_intercept():
    rng = np.random.default_rng(2)
    y = np.arange(12) % 3
    points = np.array([[2.0, 0], [-2, 1], [0, -3]])[y] + 0.3 * rng.normal(size=(12, 2))
    problem = ib.Problem(np.hstack([points, np.ones((12, 1))]), y, ib.CrossEntropy())
    run = ib.Run(problem, ib.GradientDescent(), 0.5).advance(500)
    seen = 0
    for line in ib.plot.separators(run).get_lines():
        way = np.asarray(line.get_xydata())
        way = way[np.isfinite(way).all(axis=1)]
        if line.get_linestyle() == "-" and len(way) > 2:
            scores = np.sort(np.hstack([way, np.ones((len(way), 1))]) @ run.w.T, axis=1)
            np.testing.assert_allclose(scores[:, -1], scores[:, -2], atol=1e-9)
            seen += 1
    assert seen == 3
    with pytest.raises(ib.InvalidValueError, match="^runs: expected samples with 2 features, or a third"):
        ib.plot.separators(
            ib.Run(ib.Problem(rng.normal(size=(4, 4)), [1, -1] * 2, ib.Logistic()), RUN.method)
        )


def test_phase_of_the_fingerprint():
    wide = ib.Problem(np.random.default_rng(0).normal(size=(10, 40)), [1, -1] * 5, ib.Exponential())
    methods = {"l2": ib.GradientDescent(), "linf": ib.SteepestDescent(ib.Lp(np.inf))}
    sweep = ib.Sweep(wide, methods, {"some": 0.01}).advance(300)
    ax = ib.plot.phase(sweep, "step_size", "method", "p", labels=["eta", "rule", "norm"])
    shown = np.ma.filled(ax.collections[0].get_array(), np.nan).ravel()
    for i in range(2):
        p = ib.fingerprint(wide, sweep.runs[i, 0].w).p
        assert shown[i] == pytest.approx(np.nan if p is None else 1 / p, nan_ok=True)
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.figure.axes[1].get_ylabel()) == ("eta", "rule", "norm")


@pytest.mark.parametrize("draw", [ib.plot.margins, ib.plot.separators, ib.plot.path])
def test_films_have_their_frames(draw, tmp_path):
    before = plt.get_fignums()
    file = ib.plot.animate(draw, [RUN, RUN], tmp_path / "film.gif", frames=4, labels=["a", "b"])
    with Image.open(file) as film:
        assert film.n_frames == 4
    assert plt.get_fignums() == before


def test_films_without_ffmpeg(tmp_path, monkeypatch):
    monkeypatch.setattr("matplotlib.animation.FFMpegWriter.isAvailable", classmethod(lambda cls: False))
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(ModuleNotFoundError, match="needs the program ffmpeg.* pip install imageio-ffmpeg"):
        ib.plot.animate(ib.plot.path, RUN, tmp_path / "film.mp4")
    with pytest.raises(ib.InvalidValueError, match="^file: expected a name that ends in .gif or .mp4"):
        ib.plot.animate(ib.plot.path, RUN, tmp_path / "film.png")
    assert list(tmp_path.iterdir()) == []


def test_films_have_flows_beside_runs(tmp_path):
    flow = ib.flow(ib.Problem([[1.0, 2.0]], [1.0], ib.Squared()), ib.MirrorDescent(ib.Entropy()))
    with pytest.raises(ib.InvalidValueError, match="^runs: expected a Run among them"):
        ib.plot.animate(ib.plot.path, flow, tmp_path / "film.gif")
    run = ib.Run(flow.problem, flow.method, 0.02, record=ib.every(1)).advance(9)
    with Image.open(ib.plot.animate(ib.plot.path, [run, flow], tmp_path / "film.gif", frames=2)) as film:
        assert film.n_frames == 2


def test_films_by_ffmpeg(tmp_path):
    pytest.importorskip("imageio_ffmpeg")
    file = ib.plot.animate(ib.plot.separators, RUN, tmp_path / "film.mp4", frames=3)
    assert file.read_bytes()[4:8] == b"ftyp"
