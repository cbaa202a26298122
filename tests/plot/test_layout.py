"""How figures look, from what is drawn: nothing lies on anything else, no half is empty."""

import inspect

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import PolyCollection

import implicitbias as ib
from conftest import separable
from implicitbias.plot.style import COLORS, MARKERS, SHEETS

PLANE = ib.Problem(*separable(8, 2), ib.Exponential())
MATRICES = ib.Problem(np.random.default_rng(0).normal(size=(6, 2, 3)), [1, -1] * 3, ib.Exponential())
FITTED = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
RECORD = ib.log_spaced(per_decade=5)


def run_on(problem, method=None, step=0.05, steps=1000, **options):
    return ib.Run(problem, method or ib.GradientDescent(), step, record=RECORD, **options).advance(steps)


def diverged(problem=FITTED):
    run = run_on(problem, steps=0, step=100.0)
    with pytest.raises(ib.DomainError):
        run.advance(10_000)
    return run


RUNS = [run_on(PLANE, ib.SteepestDescent(ib.Lp(p))) for p in (1, 4 / 3, 2)]
SWEEP = ib.Sweep(PLANE, [ib.GradientDescent(), ib.SteepestDescent(ib.Lp(3))], [0.01, 0.1]).advance(100)
LABELS = ["a", "b", "c"]
# Of each function that draws: what it draws, with labels for it, and one run of a kind that it takes.
DRAWN = {
    "angles": (RUNS[1:], LABELS[:2], lambda **o: run_on(PLANE, **o)),
    "asymptotes": (RUNS[2:], ["a"], lambda **o: run_on(PLANE, ib.GradientDescent(), **o)),
    "coefficients": ([ib.paths.lasso(ib.Problem(np.eye(2), [1.0, 2.0], ib.Squared()))], ["u", "v"], None),
    "fingerprint": (
        ib.fingerprint(PLANE, RUNS[0].w, geometries=[ib.Lp(1), ib.Lp(2), ib.Lp(4)]),
        LABELS,
        None,
    ),
    "gaps": (RUNS, LABELS, lambda **o: run_on(PLANE, **o)),
    "losses": (RUNS, LABELS, lambda **o: run_on(PLANE, **o)),
    "margins": (RUNS, LABELS, lambda **o: run_on(PLANE, **o)),
    "norms": (RUNS, LABELS, lambda **o: run_on(PLANE, **o)),
    "path": (RUNS, LABELS, lambda **o: run_on(PLANE, **o)),
    "paths": (ib.paths.regularization(PLANE, ib.Lp(2), [0.1, 1, 10, 100]), [], None),
    "phase": (SWEEP, LABELS, None),
    "residuals": ([run_on(FITTED)], ["a"], lambda **o: run_on(FITTED, **o)),
    "separators": (RUNS, LABELS, lambda **o: run_on(PLANE, **o)),
    "singular_values": ([run_on(MATRICES)], ["a"], lambda **o: run_on(MATRICES, **o)),
    "support_vectors": (RUNS, LABELS, lambda **o: run_on(PLANE, **o)),
}
OF_RUNS = [name for name, (*_, one) in DRAWN.items() if one is not None]


def draw(name, drawn=..., **options):
    more = ("step_size", "method") if name == "phase" else ()
    return getattr(ib.plot, name)(DRAWN[name][0] if drawn is ... else drawn, *more, **options)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_every_function_is_here():
    assert sorted([*DRAWN, "animate"]) == ib.plot.__all__
    for name in ib.plot.__all__:
        assert {"ax", "labels", "style"} <= inspect.signature(getattr(ib.plot, name)).parameters.keys()


@pytest.mark.parametrize(
    ("name", "style"),
    [(name, "single-column") for name in DRAWN]
    + [(name, style) for name in ("margins", "path") for style in (None, "double-column", "slides")],
)
def test_nothing_lies_on_anything_else(name, style):
    ax = draw(name, style=style)
    figure = ax.figure
    figure.canvas.draw()
    whole, drawn = figure.bbox, figure.get_tightbbox().transformed(figure.dpi_scale_trans)
    assert min(drawn.x0, drawn.y0) >= -1, "text is cut off"
    assert drawn.x1 <= whole.x1 + 1
    assert drawn.y1 <= whole.y1 + 1
    legend = ax.get_legend()
    if legend is not None:
        assert not legend.get_window_extent().overlaps(ax.get_window_extent())
        labels = [ax.get_xticklabels(), ax.get_yticklabels(), [ax.xaxis.label, ax.yaxis.label]]
        for text in (each for several in labels for each in several if each.get_text()):
            assert not legend.get_window_extent().overlaps(text.get_window_extent())
        entries = [text.get_text() for text in legend.get_texts()]
        assert len(set(entries)) == len(entries)
    # The axes have the most of the figure; beside them are long names, and a bar of colors.
    width, height = ax.get_window_extent().size
    assert width > (0.3 if name == "phase" else 0.5) * whole.width
    assert height > 0.3 * whole.height
    if style in ("single-column", "double-column"):
        assert figure.get_size_inches()[0] <= SHEETS[style].width
        assert {text.get_fontsize() for text in figure.findobj(plt.Text) if text.get_text()} <= {8, 8 / 1.2}


def heights_used(ax):
    """Return which part of the height of the axes its curves lie in, from the middle of the axes on."""
    ax.figure.canvas.draw()
    left, right = ax.get_xlim()
    middle = np.sqrt(left * right) if ax.get_xscale() == "log" else (left + right) / 2
    ys = []
    for line in ax.get_lines():
        x, y = (np.asarray(each, float) for each in line.get_data())
        if len(x) > 2:
            shown = (x >= middle) & np.isfinite(y)
            points = ax.transData.transform(np.column_stack([x[shown], y[shown]]))
            ys += ((points[:, 1] - ax.bbox.y0) / ax.bbox.height).tolist()
    ys = np.clip(ys, 0, 1)
    return ys.max() - ys.min()


@pytest.mark.parametrize("name", ["margins", "paths", "band"])
def test_curves_fill_the_height(name):
    data = ib.datasets.iris_setosa()
    problem = PLANE if name == "paths" else ib.Problem(data.X, data.y, loss=ib.Exponential())
    methods = [ib.SteepestDescent(ib.Lp(p)) for p in (4 / 3, 2)]
    runs = [run_on(problem, method, ib.LossNormalized(), 20_000) for method in methods]
    if name == "paths":
        ways = [ib.paths.regularization(problem, run.method.norm, np.logspace(0, 3, 10)) for run in runs]
        ax = ib.plot.paths(ways, runs)
    else:
        ax = ib.plot.margins(runs, labels=["a", "b"], band="quantiles" if name == "band" else None)
    assert heights_used(ax) > 0.6


def test_ways_fill_the_plane():
    ax = ib.plot.path(RUNS)
    ax.figure.canvas.draw()
    ways = [
        line.get_xydata() for line in ax.get_lines() if line.get_label() in ("$\\ell_{1}$", "$\\ell_{2}$")
    ]
    points = np.concatenate([np.asarray(way) for way in ways])
    shown = [np.ptp(ax.get_xlim()), np.ptp(ax.get_ylim())]
    assert max(np.ptp(points, axis=0) / shown) > 0.6


def test_runs_of_one_label_look_alike_and_have_one_entry():
    runs = [run_on(PLANE, w0=[0.1 * i, 0.0]) for i in range(5)]
    ax = ib.plot.path(runs, ib.predict(PLANE, runs[0].method), labels=["seeds"] * 5)
    entries = [text.get_text() for text in ax.get_legend().get_texts()]
    assert entries == ["unit sphere of $\\ell_{2}$", "seeds", "maximum margin"]
    drawn = [line for line in ax.get_lines() if line.get_label() == "seeds"]
    assert len(drawn) == 5
    assert len({line.get_color() for line in drawn}) == 1


def test_a_copy_in_gray_tells_lines_apart():
    ax = ib.plot.losses(RUNS)
    looks = {(line.get_color(), line.get_marker()) for line in ax.get_lines()}
    assert looks == set(zip(COLORS[:3], MARKERS[:3], strict=True))
    assert len(set(MARKERS)) == len(COLORS)


@pytest.mark.parametrize("name", OF_RUNS)
def test_one_row_and_a_run_that_diverged(name):
    one = DRAWN[name][2]
    ax = draw(name, one(steps=0), **({"labels": ["start"]} if name != "asymptotes" else {}))
    ax.figure.canvas.draw()
    if DRAWN[name][0][0].problem is FITTED:
        draw(name, [diverged(), one()]).figure.canvas.draw()
    with pytest.raises(ib.InvalidValueError, match="^runs: expected at least one"):
        draw(name, [])
    figures = plt.get_fignums()
    with pytest.raises(ib.InvalidTypeError, match="^runs: expected a Run.*, got None"):
        draw(name, None)
    with pytest.raises(ib.InvalidValueError, match="^labels: expected 1 texts, one a run, got"):
        draw(name, one(), labels=["one", "two"])
    with pytest.raises(ib.InvalidValueError, match="^style: expected 'single-column', .*, got 'poster'"):
        draw(name, one(), style="poster")
    assert plt.get_fignums() == figures


@pytest.mark.parametrize("name", ["losses", "norms", "path"])
def test_figures_of_what_diverged(name):
    assert np.isfinite(draw(name, [diverged(), run_on(FITTED)]).get_ylim()).all()


@pytest.mark.parametrize("name", DRAWN)
def test_given_axes_and_labels(name):
    _, ax = plt.subplots()
    drawn, labels, _ = DRAWN[name]
    options = {"labels": labels} if labels else {}
    size = tuple(ax.figure.get_size_inches())
    assert draw(name, drawn, ax=ax, style="single-column", **options) is ax
    assert tuple(ax.figure.get_size_inches()) == size
    ax.figure.canvas.draw()
    told = {text.get_text() for text in ax.figure.findobj(plt.Text)}
    assert set(labels) <= told


def test_bands_are_over_runs_of_one_label():
    starts = np.random.default_rng(1).normal(size=(5, 2))
    runs = [run_on(PLANE, w0=start) for start in starts]
    ax = ib.plot.norms(runs, labels=["seeds"] * 5, band="quantiles")
    (line,), (band,) = ax.get_lines(), ax.collections
    assert isinstance(band, PolyCollection)
    sizes = [[np.linalg.norm(w) for w in run.trajectory.w[1:]] for run in runs]
    np.testing.assert_allclose(line.get_ydata(), np.median(sizes, axis=0))
    low, high = np.quantile(sizes, [0.1, 0.9], axis=0)
    corners = band.get_paths()[0].vertices[:, 1]
    assert np.isclose(corners[:, None], [low, high][0]).any(axis=0).all()
    assert np.isclose(corners[:, None], high).any(axis=0).all()


def test_labels_and_axes_that_matplotlib_would_trip_over_are_refused():
    run = ib.Run(ib.Problem(*separable(8, 2), ib.Exponential()), ib.GradientDescent()).advance(10)
    with pytest.raises(ib.InvalidValueError, match=r"^labels: expected formulas that matplotlib knows"):
        ib.plot.margins(run, labels=[r"$\foo$"])
    with pytest.raises(ib.InvalidValueError, match="^labels: got '_a', but legends omit"):
        ib.plot.margins(run, labels=["_a"])
    for projection in ("polar", "3d"):
        ax = plt.figure().add_subplot(projection=projection)
        with pytest.raises(ib.InvalidValueError, match=f"^ax: expected .*'rectilinear', got '{projection}'"):
            ib.plot.margins(run, ax=ax)
    other = ib.Problem(*separable(9, 2), ib.Exponential())
    with pytest.raises(ib.InvalidValueError, match="^claim: expected a claim about the runs' problem"):
        ib.plot.angles(run, claim=ib.predict(other, run.method))


def test_films_that_cannot_be_made_are_refused(tmp_path):
    run = ib.Run(ib.Problem(*separable(8, 2), ib.Exponential()), ib.GradientDescent()).advance(10)
    for file, fps, message in [
        (tmp_path, 12, "^file: expected a file in a folder that there is"),
        (tmp_path / "none" / "a.gif", 12, "^file: expected a file in a folder that there is"),
        (tmp_path / "a.gif", 1e-9, "^fps: expected a number from 0.001"),
    ]:
        with pytest.raises(ib.InvalidValueError, match=message):
            ib.plot.animate(ib.plot.margins, run, file, fps=fps)


@pytest.mark.parametrize("name", ["margins", "path"])
def test_long_labels_take_lines_and_not_the_axes(name):
    text = "gradient descent with a step of one tenth on the flowers, the second repetition " * 4
    ax = draw(name, RUNS, labels=[text + each for each in LABELS], style="single-column")
    ax.figure.draw_without_rendering()
    assert ax.get_window_extent().height > 0.3 * ax.figure.bbox.height
    assert ax.get_window_extent().width > 0.55 * ax.figure.bbox.width
    legend = ax.get_legend().get_window_extent()
    assert legend.width <= ax.figure.bbox.width
    assert all(
        "\n" in each.get_text() for each in ax.get_legend().get_texts() if "gradient" in each.get_text()
    )
