"""Checkpoints: self-contained, atomic, exact, and refused where they are not sound."""

import json
import os
import pickle
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import conftest
import examples
import implicitbias as ib
from implicitbias.runs import sealed_archive
from same import assert_same


@pytest.fixture
def saved(problem, tmp_path):
    run = ib.Run(
        problem, ib.SteepestDescent(ib.Lp(1.5)), ib.LossNormalized(0.5), record=ib.every(50)
    ).advance(777)
    path = tmp_path / "run.npz"
    run.save(path)
    return run, path


def test_resume_equals_uninterrupted(saved):
    run, path = saved
    again = ib.Run.load(path)
    assert_same(again, run)
    assert_same(again.advance(1000), run.advance(1000))
    fresh = ib.Run(run.problem, run.method, run.step_size, record=run.record).advance(1777)
    assert_same(again, fresh)


@given(cuts=st.lists(st.integers(0, 200), min_size=1, max_size=4), norm=st.sampled_from(examples.NORMS))
def test_resume_anywhere(tmp_path_factory, cuts, norm):
    path = tmp_path_factory.getbasetemp() / "anywhere.npz"
    X, y = conftest.separable(7, 4)
    problem, w0 = ib.Problem(X.reshape(7, 2, 2), y, ib.Logistic()), [[0.1, 0], [-0.3, 1]]
    run = ib.Run(problem, ib.SteepestDescent(norm), w0=w0)
    for cut in cuts:
        run.advance(cut).save(path)
        run = ib.Run.load(path)
    assert_same(run, ib.Run(problem, ib.SteepestDescent(norm), w0=w0).advance(sum(cuts)))


@pytest.mark.parametrize("loss", examples.LOSSES, ids=repr)
@pytest.mark.parametrize("method", examples.METHODS, ids=repr)
@pytest.mark.parametrize("step_size", [ib.Constant(0.01), ib.Schedule([0.01, 0.0, 0.02])], ids=repr)
@pytest.mark.parametrize("batch", [None, *examples.BATCHES], ids=repr)
def test_every_part_comes_back(tmp_path, loss, method, step_size, batch):
    if isinstance(method, ib.DualAcceleration) and not loss.monotone:
        return  # refused there
    X, y = conftest.separable(6, 4)
    X = X.reshape(6, 2, 2) + X.reshape(6, 2, 2).transpose(0, 2, 1)
    w0 = [[0.4, 0.1], [0.2, 0.3]]
    problem = ib.Problem(examples.samples_for(loss, X), y, loss)
    if loss.multiclass and isinstance(method, ib.FactorizedGradientDescent):
        with pytest.raises(ib.InvalidValueError, match=r"^method: .*; use GradientDescent\(\)"):
            ib.Run(problem, method, step_size, w0=w0, batch=batch)
        return
    run = ib.Run(problem, method, step_size, w0=w0, batch=batch).advance(2)
    run.save(tmp_path / "run.npz")
    again = ib.Run.load(tmp_path / "run.npz")
    assert again.batch == batch
    assert (again.problem.loss, again.method, again.step_size, again.record) == (
        loss,
        method,
        step_size,
        run.record,
    )
    np.testing.assert_array_equal(again.problem.X, run.problem.X)
    np.testing.assert_array_equal(again.problem.y, run.problem.y)
    np.testing.assert_array_equal(again.advance(1).w, run.advance(1).w)


class Curved(ib.Metric):
    def __init__(self, scale=1.0):
        super().__init__()
        self.scale = scale

    def matrix(self, w):
        return self.scale * np.diag(1 + w.ravel() ** 2)


def test_user_metrics(tmp_path):
    path = tmp_path / "run.npz"
    problem = ib.Problem(np.eye(3), [1.0, 2, 3], ib.Squared())
    run = ib.Run(problem, ib.NaturalGradient(Curved()), ib.Constant(0.05)).advance(20)
    run.save(path)
    assert_same(ib.Run.load(path, metric=Curved()).advance(50), run.advance(50))
    with pytest.raises(ib.CheckpointError, match=r"metric: .*Curved, got none"):
        ib.Run.load(path)
    with pytest.raises(ib.CheckpointError, match="metric: it has other values"):
        ib.Run.load(path, metric=Curved(2.0))
    with pytest.raises(TypeError, match="^metric: expected a Metric, got Lp"):
        ib.Run.load(path, metric=ib.Lp(2))


def test_user_norms(problem, tmp_path):
    path = tmp_path / "run.npz"
    run = ib.Run(problem, ib.SteepestDescent(conftest.Taxicab())).advance(100)
    run.save(path)
    assert_same(ib.Run.load(path, norm=conftest.Taxicab()).advance(50), run.advance(50))
    with pytest.raises(ib.CheckpointError, match=r"norm: .*conftest\.Taxicab, got none"):
        ib.Run.load(path)
    with pytest.raises(ib.CheckpointError, match=r"norm: .*conftest\.Taxicab, got a implicitbias\._core\.Lp"):
        ib.Run.load(path, norm=ib.Lp(1))


def test_foreign_files(tmp_path):
    path = tmp_path / "foreign.npz"
    np.savez(path, X=np.zeros(3))
    with pytest.raises(ib.CheckpointError, match="no header"):
        ib.Run.load(path)
    path.write_text("hello")
    with pytest.raises(ib.CheckpointError):
        ib.Run.load(path)
    path.write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(ib.CheckpointError):
        ib.Run.load(path)
    np.save(tmp_path / "plain.npy", np.zeros(3))
    with pytest.raises(ib.CheckpointError):
        ib.Run.load(tmp_path / "plain.npy")
    with pytest.raises(FileNotFoundError):
        ib.Run.load(tmp_path / "missing.npz")


def test_folders_are_no_files(problem, tmp_path):
    run = ib.Run(problem, ib.GradientDescent())
    for door in (run.save, ib.Run.load, lambda path: run.advance(1, checkpoint=path)):
        with pytest.raises(ib.InvalidValueError, match="^(path|checkpoint): expected a file, got the"):
            door(tmp_path)
    assert run.t == 0


def rewrite(path, **changes):
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    header = json.loads(arrays["header"].tobytes())
    for name, value in changes.items():
        if name in header:
            header[name] = value
        elif value is None:
            del arrays[name.replace("__", "/")]
        else:
            arrays[name.replace("__", "/")] = value
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    sealed_archive.write(path, arrays)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"format_version": 99}, "reads formats up to 5"),
        ({"format": "another"}, "expected the format"),
        ({"loss": {"noun": "Perceptron", "fields": {}}}, "'Perceptron' is unknown"),
        ({"method": {"noun": "Lp", "fields": {"p": 2.0}}}, "expected a Method"),
        ({"loss": {"noun": "Lp", "fields": {"p": 0.5}}}, "expected a number in"),
        ({"state__w": np.zeros(4)}, "w: expected shape"),
        ({"state__w": None}, "do not fit"),
        ({"state__t": np.array(-3)}, "does not continue"),
        ({"state__t": np.array(10)}, "does not continue"),
        ({"state__gradient_sum": np.full(5, np.nan)}, "gradient_sum"),
        ({"trajectory__margin": None}, "margin is missing"),
        ({"trajectory__margin": np.zeros(2)}, "margin: expected"),
        ({"trajectory__t": np.zeros(16)}, "t: expected"),
        ({"y": np.zeros(20)}, "labels"),
        ({"X": None}, "do not fit"),
        ({"until": "soon"}, "until"),
        ({"form": 3}, "form"),
        ({"format_version": True}, "reads formats up to"),
        ({"state__largest_step": np.array(np.nan)}, "largest_step"),
        ({"state__largest_step_t": np.array(-5)}, "largest_step"),
        ({"state__last_violation": np.array(-2)}, "last_violation"),
        ({"state__last_violation": np.array(10**6)}, "last_violation"),
    ],
)
def test_contents_that_do_not_fit(saved, changes, complaint):
    _, path = saved
    rewrite(path, **changes)
    with pytest.raises(ib.CheckpointError, match=complaint):
        ib.Run.load(path)


def test_a_failed_save_leaves_the_old_file(saved, monkeypatch):
    run, path = saved
    before = path.read_bytes()

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        run.advance(10).save(path)
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == ["run.npz"]


def test_the_name_is_kept(saved, tmp_path):
    run, _ = saved
    run.save(tmp_path / "checkpoint")
    assert zipfile.is_zipfile(tmp_path / "checkpoint")
    assert_same(ib.Run.load(str(tmp_path / "checkpoint")), run)


def test_a_checkpoint_says_what_made_it(saved):
    run, path = saved
    assert run.origin is None
    again = ib.Run.load(path)
    assert again.until == run.until == 777
    origin = again.origin
    assert origin["package_version"] == ib.__version__
    assert origin["simd_level"] == ib._core.simd_level()
    assert origin["libraries"]["NumPy"] == np.__version__
    assert origin["libraries"]["Eigen"].count(".") == 2
    assert origin["command"] == sys.orig_argv
    assert origin["threads"] == 1
    origin["threads"] = 2
    assert again.origin["threads"] == 1


def test_runs_are_the_same_in_another_process(tmp_path):
    """Bit by bit: random batches, several threads, soft-max weights and all."""
    script = """
        import sys
        import implicitbias as ib
        from conftest import separable
        problem = ib.Problem(*separable(300, 200), ib.Exponential())
        for name, method, options in [
            ("a", ib.SteepestDescent(ib.Lp(1.7)), dict(threads=2, form="plain")),
            ("b", ib.SteepestDescent(ib.Lp(1.7)), dict(batch=ib.MiniBatch(7, seed=3))),
            ("c", ib.AdaGrad(), {}),
        ]:
            run = ib.Run(problem, method, ib.Constant(1e-4), **options)
            run.advance(500).save(sys.argv[1] + name)
    """
    for process in "xy":
        subprocess.run(
            [sys.executable, "-c", textwrap.dedent(script), str(tmp_path / process)],
            check=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])},
        )
    for run in "abc":
        assert_same(ib.Run.load(tmp_path / f"x{run}"), ib.Run.load(tmp_path / f"y{run}"))
