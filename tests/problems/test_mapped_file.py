"""Samples in files that do not last: checkpoints and pickles outlive them."""

import os
import pickle
import tempfile

import joblib
import numpy as np
import pytest
from joblib.externals.loky import get_reusable_executor

import conftest
import implicitbias as ib
from implicitbias.problems import mapped_file
from same import assert_same


def run_on(X, y):
    return ib.Run(ib.Problem(X, y, ib.Exponential()), ib.GradientDescent()).advance(20)


def job(X, y, path):
    run_on(X, y).save(path)
    return type(X), ib.Problem(X, y, ib.Exponential())


@pytest.fixture
def temporary():
    """A folder that is not that of the checkpoint."""
    with tempfile.TemporaryDirectory() as folder:
        yield folder


def mapped(X, folder):
    path = os.path.join(folder, "X.bin")
    X.tofile(path)
    return np.memmap(path, X.dtype, "r", shape=X.shape)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_samples_that_joblib_maps(tmp_path):
    X, y = conftest.separable(300, 6)
    paths = [tmp_path / f"{i}.npz" for i in range(2)]
    told = joblib.Parallel(2, max_nbytes=100)(joblib.delayed(job)(X, y, path) for path in paths)
    get_reusable_executor().shutdown(wait=True)
    whole = run_on(mapped(X, tmp_path), y).advance(10)
    for path, (kind, problem) in zip(paths, told, strict=True):
        assert kind is np.memmap
        assert_same(ib.Run.load(path).advance(10), whole)
        run_on(problem.X, y).save(path)
        assert_same(ib.Run.load(path).advance(10), whole)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_a_temporary_file(tmp_path, temporary, kind):
    X, y = conftest.separable(50, 4)
    run = run_on(mapped(X.astype(kind), temporary), y)
    run.save(tmp_path / "run.npz")
    os.remove(os.path.join(temporary, "X.bin"))
    again = ib.Run.load(tmp_path / "run.npz")
    assert again.problem.X.dtype == kind
    assert_same(again.advance(10), run.advance(10))


def test_one_folder_of_samples_and_checkpoint(temporary):
    X, y = conftest.separable(50, 4)
    run_on(mapped(X, temporary), y).save(os.path.join(temporary, "run.npz"))
    assert isinstance(ib.Run.load(os.path.join(temporary, "run.npz")).problem.X, np.memmap)


def test_a_temporary_file_that_is_large(tmp_path, temporary, monkeypatch):
    monkeypatch.setattr(mapped_file, "LARGEST", 100)
    X, y = conftest.separable(50, 4)
    run = run_on(mapped(X, temporary), y)
    with pytest.warns(ib.CheckpointWarning, match=r"^X: .*run\.npz refers to samples of .*X\.bin'"):
        run.save(tmp_path / "run.npz")
    assert isinstance(ib.Run.load(tmp_path / "run.npz").problem.X, np.memmap)


def remove(path):
    os.remove(path)


def replace(path):
    with open(path, "rb") as file:
        content = file.read()
    os.remove(path)
    with open(path, "wb") as file:
        file.write(content[::-1])


def make_folder(path):
    os.remove(path)
    os.mkdir(path)


@pytest.mark.parametrize("change", [remove, replace, make_folder])
def test_a_file_that_is_gone(tmp_path, change):
    X, y = conftest.separable(50, 4)
    run = run_on(mapped(X, tmp_path), y)
    change(tmp_path / "X.bin")
    run.save(tmp_path / "run.npz")
    again = ib.Run.load(tmp_path / "run.npz")
    np.testing.assert_array_equal(again.problem.X, X)
    assert_same(again.advance(10), run.advance(10))
    assert_same(run_on(pickle.loads(pickle.dumps(run.problem)).X, y).advance(10), run)


def test_a_file_without_a_name(tmp_path):
    X, y = conftest.separable(50, 4)
    with tempfile.TemporaryFile() as file:
        file.write(X.tobytes())
        file.flush()
        run = run_on(np.memmap(file, mode="r", dtype=X.dtype, shape=X.shape), y)
    run.save(tmp_path / "run.npz")
    assert_same(ib.Run.load(tmp_path / "run.npz").advance(10), run.advance(10))


def test_pickles_outlive_a_temporary_file(temporary):
    X, y = conftest.separable(50, 4)
    pickled = pickle.dumps(ib.Problem(mapped(X, temporary), y, ib.Exponential()))
    assert isinstance(pickle.loads(pickled).X, np.memmap)
    os.remove(os.path.join(temporary, "X.bin"))
    np.testing.assert_array_equal(pickle.loads(pickled).X, X)
