"""Figures of sweeps show the numbers of their runs."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import implicitbias as ib
from conftest import separable

PROBLEM = ib.Problem(*separable(8, 3), ib.Exponential())
METHODS = [ib.SteepestDescent(ib.Lp(p)) for p in (1.5, 2)]
SWEEP = ib.Sweep(
    {"a": PROBLEM, "b": ib.Problem(PROBLEM.X * 2, PROBLEM.y, ib.Exponential())},
    METHODS,
    [0.01, 0.1, 1.0],
    list(np.random.default_rng(0).normal(size=(5, 3))),
).advance(300)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_bands_are_quantiles_over_an_axis():
    small = ib.Sweep(PROBLEM, METHODS, ib.LossNormalized(), list(np.eye(3))).advance(500)
    ax = ib.plot.margins(small, band="quantiles")
    medians = [line for line in ax.get_lines() if len(line.get_xdata()) > 10]
    assert len(medians) == len(ax.collections) == 2
    for i, line in enumerate(medians):
        rows = [run.trajectory for run in small.runs[i]]
        wanted = np.median([each.margin[each.t >= 1] for each in rows], axis=0)
        np.testing.assert_allclose(line.get_ydata(), wanted)
        np.testing.assert_array_equal(line.get_xdata(), rows[0].t[1:])
    over = ib.plot.margins(small, band="quantiles", over="method")
    assert len(over.collections) == 3
    assert len(ib.plot.margins(small, oracle=False).collections) == 6


def values_of(ax):
    return ax.collections[0].get_array().reshape(ax.collections[0]._coordinates.shape[0] - 1, -1)


def test_phase_shows_the_gap_and_medians_over_other_axes():
    ax = ib.plot.phase(SWEEP, "step_size", "method")
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_xscale()) == ("step size", "method", "log")
    gaps = np.array([run.bracket.gap for run in SWEEP.runs.flat]).reshape(SWEEP.shape)
    wanted = np.nanmedian(np.where(SWEEP.messages == "", gaps, np.nan), axis=(0, 3))
    np.testing.assert_allclose(np.ma.filled(values_of(ax), np.nan), np.where(wanted > 0, wanted, np.nan))


def test_phase_shows_verdicts_limits_and_functions():
    flat = ib.Sweep(PROBLEM, METHODS, [0.01, 0.1, 1.0]).advance(300)
    found = ib.compare(flat)
    ax = ib.plot.phase(flat, "method", "step_size", "verdict")
    names = [text.get_text() for text in ax.figure.axes[1].get_yticklabels()]
    shown = [[names[int(each)] for each in row] for row in values_of(ax)]
    assert shown == found.verdicts.T.tolist()
    limit = ib.plot.phase(flat, "method", "step_size", "limit")
    np.testing.assert_allclose(np.ma.filled(values_of(limit), np.nan), found.gaps.T)
    mine = ib.plot.phase(flat, "method", "step_size", lambda run: run.t)
    assert (values_of(mine) == 300).all()
    panels = ib.plot.phase(SWEEP, "step_size", "method", panels="problem")
    assert [each.get_title() for each in panels] == ["problem: a", "problem: b"]


def test_verdicts_are_those_of_the_runs():
    fitted = ib.Problem(np.eye(2, 3), [1.0, 2.0], ib.Squared())
    sweep = ib.Sweep(fitted, [ib.GradientDescent(), ib.Adam()], [0.1, 10.0], [None, np.ones(3)]).advance(500)
    found = ib.compare(sweep)
    assert found.verdicts.shape == found.gaps.shape == found.reasons.shape == (2, 2, 2)
    assert (found.verdicts[0, 1] == "failed").all()
    assert (found.verdicts[1, 0] == "no claim").all()
    for k in range(2):
        run = sweep.runs[0, 0, k]
        report = ib.compare(run, ib.predict(fitted, run.method, run.w0))
        assert (found.verdicts[0, 0, k], found.gaps[0, 0, k]) == (report.verdict, report.gap)
    assert sum(found.counts.values()) == 8
    assert str(found).startswith("8 runs: ")
    claim = ib.predict(PROBLEM, METHODS[1])
    assert ib.compare(ib.Sweep(PROBLEM, METHODS[1], [0.1]).advance(9), claim).verdicts.shape == (1,)
    with pytest.raises(ib.InvalidTypeError, match="claim"):
        ib.compare(sweep, None)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("steps", "method"), "^x: expected an axis of the sweep .'problem', 'method', .*, got 'steps'"),
        (("method", ["step_size"]), "^y: expected an axis of the sweep .*, got a list of length 1"),
        (("method", "method"), "^x, y: expected axes that differ"),
        (("step_size", "method", "loss"), "^value: expected 'gap', 'limit', 'verdict' or 'p', got 'loss'"),
        (("step_size", "method", "verdict"), "^value: expected numbers where the sweep has more axes"),
        (("step_size", "method", lambda run: "x"), "^value: expected a function that returns a number"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ib.ImplicitBiasError, match=message):
        ib.plot.phase(SWEEP, *arguments)
    with pytest.raises(ib.InvalidTypeError, match="^sweep: expected a Sweep"):
        ib.plot.phase(SWEEP.runs[0, 0, 0, 0], "method", "step_size")
    with pytest.raises(ib.InvalidTypeError, match="^runs: expected a Sweep where there is a band"):
        ib.plot.margins(SWEEP.runs[0, 0, 0, 0], band="quantiles")
