"""Sweeps: axes, labels, views, tables; each run is the run that it would be alone."""

import re

import numpy as np
import pytest

import implicitbias as ib
from conftest import separable
from same import assert_same

X, y = separable(6, 3)
PROBLEM = ib.Problem(X, y, ib.Exponential())
FITTED = ib.Problem(X[:2], y[:2], ib.Squared())
L1, L2 = ib.SteepestDescent(ib.Lp(1)), ib.GradientDescent()


def big_sweep(**others):
    """All five axes, methods that remember, and starts that are out of the domain of one of them."""
    return ib.Sweep(
        {"exponential": PROBLEM, "logistic": ib.Problem(X, y, ib.Logistic())},
        [L1, ib.Adam(), ib.AdaGrad()],
        [ib.Constant(0.1), ib.Polynomial(0.1, 0.5)],
        [None, np.array([0.3, -0.2, 0.1])],
        [None, ib.MiniBatch(2, seed=3)],
        record=ib.log_spaced(5),
        **others,
    )


def test_each_run_is_the_run_alone():
    sweep = big_sweep().advance(40).advance(60)
    assert sweep.shape == (2, 3, 2, 2, 2)
    assert list(sweep.axes) == ["problem", "method", "step_size", "w0", "batch"]
    for index in [(0, 0, 0, 0, 0), (1, 1, 1, 1, 1), (1, 2, 0, 1, 0), (0, 1, 1, 0, 1)]:
        run = sweep.runs[index]
        alone = ib.Run(
            run.problem, run.method, run.step_size, w0=run.w0, batch=run.batch, record=ib.log_spaced(5)
        ).advance(100)
        assert run.problem.loss == [ib.Exponential(), ib.Logistic()][index[0]]
        assert (run.batch is None) == (index[4] == 0)
        np.testing.assert_allclose(run.trajectory.w, alone.trajectory.w, rtol=1e-12)
        np.testing.assert_allclose(run.bracket, alone.bracket, rtol=1e-12)
        if not alone._loop.column:
            assert_same(run, alone)
            np.testing.assert_array_equal(run.advance(50).w, alone.advance(50).w)


def test_bits_are_those_of_a_sweep_of_one_run():
    starts = list(np.random.default_rng(0).normal(size=(37, 3)))
    sweep = ib.Sweep(PROBLEM, [L1, L2], [0.1, ib.LossNormalized()], starts).advance(200)
    for i, j, k in [(0, 1, 36), (1, 0, 17), (1, 1, 0)]:
        alone = (
            ib.Sweep(PROBLEM, [L1, L2][i], [0.1, ib.LossNormalized()][j], starts[k]).advance(80).advance(120)
        )
        assert_same(sweep.runs[i, j, k], alone.runs[()])


def test_views_are_indexed_like_arrays():
    sweep = ib.Sweep(PROBLEM, [L1, L2], [0.1, 0.2, 0.3])
    runs = sweep.runs
    assert (runs.shape, len(runs), runs[1].shape, runs[:, ::2].shape) == ((2, 3), 2, (3,), (2, 2))
    assert [run.step_size.eta for run in runs[-1]] == [0.1, 0.2, 0.3]
    assert [run.method for run in runs.flat] == [L1] * 3 + [L2] * 3
    assert runs[1, 2].advance(5).t == 5
    assert sweep.runs[1, 2].t == 0
    with pytest.raises(ib.InvalidValueError, match="expected indices into 2 x 3 runs"):
        runs[2, 0]
    with pytest.raises(ib.InvalidTypeError, match="expected indices into 2 x 3 runs"):
        runs["l1"]


def test_one_run_is_a_sweep_of_no_axes():
    sweep = ib.Sweep(PROBLEM, L2).advance(10)
    assert (sweep.shape, sweep.size, sweep.runs[()].t) == ((), 1, 10)
    assert dict(sweep.to_xarray().sizes) == {"t": 11, "coordinate": 3}


@pytest.mark.parametrize(
    ("values", "labels", "name"),
    [
        ([0.1, ib.Constant(0.2)], [0.1, 0.2], "step size: eta"),
        ([ib.Polynomial(0.1, 0.5), ib.Polynomial(0.1, 1.0)], [0.5, 1.0], "step size: power"),
        ([ib.LossNormalized(), 0.1], ["LossNormalized(1, inf)", "Constant(0.1)"], "step size"),
        ({"small": 0.1, "large": 1.0}, ["small", "large"], "step size"),
        ({3: 0.1, 2.5: 1.0}, [3.0, 2.5], "step size"),
    ],
)
def test_labels_of_steps(values, labels, name):
    sweep = ib.Sweep(PROBLEM, L2, values)
    data = sweep.to_xarray()
    assert data["step_size"].attrs["long_name"] == name
    found = data["step_size"].values.tolist()
    assert found == sweep.axes["step_size"].tolist()
    if name == "step size: eta" or isinstance(values, dict):
        assert found == labels
    assert len(found) == 2


def test_a_number_within_a_method_is_its_label():
    sweep = ib.Sweep(PROBLEM, [ib.SteepestDescent(ib.Lp(p)) for p in (1, 1.5, 2)])
    assert sweep.axes["method"].tolist() == [1, 1.5, 2]
    assert sweep.to_xarray()["method"].attrs["long_name"] == "method: norm.p"


def test_tied_axes_are_one():
    sweep = ib.Sweep(PROBLEM, [L1, L2], [0.1, 0.2], [None] * 3, zip=("step_size", "method")).advance(3)
    assert sweep.shape == (2, 3)
    assert [run.step_size.eta for run in sweep.runs[:, 0]] == [0.1, 0.2]
    data = sweep.to_xarray()
    assert data["step_size"].dims == ("method",)
    assert data["margin"].dims == ("method", "w0", "t")
    assert sweep.to_pandas().index.names == ["method", "step_size", "w0", "t"]


def test_a_run_that_leaves_its_domain_stops_alone():
    sweep = ib.Sweep(FITTED, L2, [0.01, 50.0]).advance(300)
    steps = [run.t for run in sweep.runs]
    assert steps[0] == 300
    assert 0 < steps[1] < 300
    with pytest.raises(ib.DomainError) as alone:
        ib.Run(FITTED, L2, 50.0).advance(300)
    assert sweep.messages.tolist() == ["", str(alone.value)]
    assert sweep.advance(100).runs[1].t == steps[1]
    residual = sweep.to_xarray()["residual"]
    assert np.isnan(residual.sel(step_size=50.0, t=282))
    assert np.isfinite(residual.sel(step_size=0.01)).all()
    assert len(sweep.to_pandas()) == sum(len(run.trajectory) for run in sweep.runs)


def test_a_run_that_cannot_begin_stops_alone():
    sweep = ib.Sweep(FITTED, ib.MirrorDescent(ib.Entropy()), 0.01, [np.ones(3), -np.ones(3)]).advance(10)
    assert sweep.runs[0].t == 10
    assert re.match("w0: ", sweep.messages[1])
    with pytest.raises(ib.DomainError, match="w0: "):
        sweep.runs[1]
    assert np.isnan(sweep.to_xarray()["w"].sel(w0=1)).all()
    none = ib.Sweep(FITTED, ib.MirrorDescent(ib.Entropy()), 0.01, [-np.ones(3)]).advance(10).advance(5)
    assert none.to_xarray()["message"].item() == none.messages[0]
    assert none.to_pandas().empty


def test_adaptive_runs_stop_at_the_first_row_that_is_certified():
    steps = [ib.LossNormalized(0.2), ib.LossNormalized(1.0)]
    sweep = ib.Sweep(PROBLEM, L2, steps).advance(50, adaptive=0.05).advance(10**5, adaptive=0.05)
    once = ib.Sweep(PROBLEM, L2, steps).advance(10**5 + 50, adaptive=0.05)
    for run, other in zip(sweep.runs, once.runs, strict=True):
        rows = run.trajectory
        gaps = 1 - rows.best_margin / rows.best_bound
        assert gaps[-1] <= 0.05 < gaps[-2] or not rows.best_margin[-2] > 0
        assert run.t == rows.t[-1] < 10**5
        assert_same(run, other)
    ahead = sweep.runs[0].t
    assert sweep.advance(10**5, adaptive=0.01).runs[0].t > ahead


def test_fast_forward_is_that_of_the_runs():
    sweep = ib.Sweep(PROBLEM, L2, [0.1, 0.2]).fast_forward(1e40)
    alone = ib.Run(PROBLEM, L2, 0.2).fast_forward(1e40)
    assert_same(sweep.runs[1], alone)
    data = sweep.to_xarray()
    assert data["t"].values[-1] == pytest.approx(1e40)
    assert data["log_loss"].sel(step_size=0.2).values[-1] == alone.log_loss
    refused = ib.Sweep(PROBLEM, ib.Adam(eps=0), [0.1]).fast_forward()
    assert "got Adam" in refused.messages[0]


@pytest.mark.parametrize("kind", ["netcdf", "zarr"])
@pytest.mark.filterwarnings("ignore:Consolidated metadata")
def test_datasets_come_back_from_files(kind, tmp_path):
    xarray = pytest.importorskip("xarray")
    pytest.importorskip({"netcdf": "netCDF4", "zarr": "zarr"}[kind])
    data = ib.Sweep(PROBLEM, {"one": L1, "two": L2}, [0.1, 0.2]).advance(100).to_xarray()
    if kind == "netcdf":
        data.to_netcdf(tmp_path / "sweep.nc")
        with xarray.open_dataset(tmp_path / "sweep.nc") as back:
            assert back.load().identical(data)
    else:
        data.to_zarr(tmp_path / "sweep.zarr")
        assert xarray.open_zarr(tmp_path / "sweep.zarr").load().identical(data)


def test_tables_have_the_rows_of_all_runs():
    sweep = ib.Sweep([PROBLEM, FITTED], L2, [0.01, 0.02], record=ib.every(7)).advance(30)
    data, frame = sweep.to_xarray(), sweep.to_pandas()
    for i in range(2):
        for eta, run in zip([0.01, 0.02], sweep.runs[i], strict=True):
            rows = run.trajectory
            for name in set(rows.keys()) - {"t", "log10_t", "loss", "w"}:
                found = data[name].sel(problem=i, step_size=eta, t=rows.t)
                np.testing.assert_array_equal(found, rows[name])
                np.testing.assert_array_equal(frame.loc[(i, eta)][name], rows[name])
            np.testing.assert_array_equal(data["w"].sel(problem=i, step_size=eta), rows.w)
            np.testing.assert_array_equal(frame.loc[(i, eta)][["w0", "w1", "w2"]], rows.w)
    assert np.isnan(data["margin"].sel(problem=1)).all()


def test_chunks_know_nothing_of_clock_or_workers():
    from implicitbias.runs.sweep.axes import Axes
    from implicitbias.runs.sweep.chunks import chunks_of

    given = {"method": [L1, ib.Adam()], "step_size": [0.1] * 1, "w0": [None] * 5000, "batch": None}
    chunks = chunks_of(Axes({"problem": [PROBLEM, FITTED], **given}))
    assert [begin for begin, _ in chunks[1:]] == [end for _, end in chunks[:-1]]
    assert (chunks[0][0], chunks[-1][1]) == (0, 20000)
    assert {5000, 10000, 15000} <= {end for _, end in chunks}
    assert len(chunks) >= 100


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"step_size": []}, ValueError, "^step_size: expected at least one value on its axis, got none"),
        ({"method": {}}, ValueError, "^method: expected at least one value"),
        (
            {"method": [L2, L2]},
            ValueError,
            "^method: .* apart, got 'GradientDescent' for the values 0 and 1; wr",
        ),
        ({"step_size": [0.1, 0.1]}, ValueError, "^step_size: .* labels"),
        ({"step_size": {"a": 0.1, 1: 0.2}}, TypeError, "^step_size: .* all texts, or all numbers"),
        ({"method": [L2, "adam"]}, TypeError, "^method: expected a Method, got 'adam'"),
        ({"w0": [0.0, 1.0, 2.0]}, TypeError, "^w0: expected a list of starts.*; write w0=numpy.array"),
        ({"w0": [np.zeros(4)]}, ValueError, "^w0: expected shape"),
        ({"w0": np.zeros((5, 3))}, TypeError, "^w0: expected one start .*; write w0=list"),
        ({"method": {np.nan: L1, 1: L2}}, ValueError, "^method: expected labels .*, got NaN"),
        ({"batch": [2]}, TypeError, "^batch: expected .*MiniBatch"),
        ({"record": 5}, TypeError, "^record: expected a Recording, got 5"),
        ({"zip": ("method", "step_size")}, ValueError, "^zip: .*lists.*'method', which is no list"),
        (
            {"method": [L1, L2], "step_size": [0.1, 0.2, 0.3], "zip": ("method", "step_size")},
            ValueError,
            "^zip: .*got 2 of method, 3 of step_size",
        ),
        ({"zip": "method"}, TypeError, "^zip: expected names"),
        ({"zip": [("step_size",)]}, TypeError, "^zip: expected two or more names"),
        ({"step_size": ["x"]}, TypeError, "^step_size: expected"),
    ],
)
def test_bad_arguments(arguments, error, message):
    with pytest.raises(error, match=message) as raised:
        ib.Sweep(**{"problem": PROBLEM, "method": L2, "step_size": 0.1} | arguments)
    assert isinstance(raised.value, ib.ImplicitBiasError)


def test_what_does_not_fit_into_memory_is_refused():
    sweep = ib.Sweep(PROBLEM, L2, [0.1, 0.2], record=ib.every())
    with pytest.raises(
        ib.InvalidValueError, match=r"^sweep: 2 = 2 runs need [\d,]+ bytes .* record=.*executor="
    ):
        sweep.advance(10**12)
    assert sweep.t == 0
    many = list(range(1, 10**5))
    with pytest.raises(ib.InvalidValueError, match=r"99999 x 99999 = [\d,]+ runs need [\d,]+ bytes"):
        ib.Sweep(PROBLEM, L2, [i * 1e-6 for i in many], [None] * len(many))


@pytest.mark.parametrize("steps", [-1, 0.5, "7", None])
def test_steps_are_whole_numbers(steps):
    with pytest.raises(ib.ImplicitBiasError, match="^steps: expected an int"):
        ib.Sweep(PROBLEM, L2, [0.1]).advance(steps)


def test_other_arguments_of_advance():
    sweep = ib.Sweep(PROBLEM, L2, [0.1])
    with pytest.raises(ib.InvalidTypeError, match="^executor: expected an Executor, got 'dask'"):
        sweep.advance(1, executor="dask")
    with pytest.raises(ib.InvalidValueError, match="^adaptive: "):
        sweep.advance(1, adaptive=2.0)
    with pytest.raises(ib.InvalidValueError, match="^until: expected it, or until_log10, got both"):
        sweep.fast_forward(1e10, until_log10=10)


def test_an_error_of_one_s_own_noun_names_the_run():
    class Worse(ib.StepSize):
        def step_size(self, t):
            if t == 5:
                raise RuntimeError("no sixth step")
            return 0.05

    sweep = ib.Sweep(PROBLEM, L2, {"mine": Worse()})
    with pytest.raises(RuntimeError, match="no sixth step") as raised:
        sweep.advance(10)
    assert "step_size='mine'" in "".join(raised.value.__notes__)
    assert sweep.runs[0].t == 0


def test_progress_is_shown(capsys):
    ib.Sweep(FITTED, L2, [0.01, 50.0]).advance(300, progress=True)
    assert re.search(r"1 of 2 runs .*0 running +1 failed", capsys.readouterr().out.replace("\n", " "))


def test_on_models_w_is_the_predictor():
    network = ib.Problem(X, y, ib.Exponential(), model=ib.Diagonal())
    problems = {"linear": PROBLEM, "network": network}
    sweep = ib.Sweep(
        problems,
        L2,
        [0.01, 0.1],
        w0={"linear": np.zeros(3), "network": np.full(6, 0.2)},
        zip=("problem", "w0"),
    )
    data = sweep.advance(50).to_xarray()
    for i in range(2):
        for j in range(2):
            run = sweep.runs[i, j]
            np.testing.assert_array_equal(data.w.values[i, j, -1], run.w)
    np.testing.assert_array_equal(data.theta.values[1, 1, -1], sweep.runs[1, 1].theta)
    assert np.isnan(data.theta.values[0]).all()
    table = sweep.to_pandas()
    assert [name for name in table if name[0] in "wt"] == [
        *(f"w{i}" for i in range(3)),
        *(f"theta{i}" for i in range(6)),
    ]


def test_kinds_that_do_not_go_together_are_refused_before_anything_runs():
    steps = {"constant": 0.1, "normalized": ib.Normalized(0.1, 0.5)}
    with pytest.raises(ib.InvalidValueError, match="Normalized needs") as caught:
        ib.Sweep(PROBLEM, {"l2": L2, "adagrad": ib.AdaGrad()}, steps)
    assert "method='adagrad', step_size='normalized'" in caught.value.__notes__[0]


def test_leaps_are_counted_and_methods_that_cannot_leap_stop_alone():
    sweep = ib.Sweep(PROBLEM, [L2, ib.Adam(eps=0)], 0.1).fast_forward(1e6)
    assert [run.t for run in sweep.runs] == [10**6, 0]
    assert sweep.messages[1].startswith("method: expected eps > 0")
    assert (sweep.t, sweep.advance(10).runs[0].t) == (10**6, 10**6 + 10)
