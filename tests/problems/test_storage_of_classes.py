"""Samples of several classes or targets: runs are the same in every storage, and beyond the cache."""

import math

import numpy as np
import pytest

import implicitbias as ib
from blobs import blobs
from same import assert_same
from storages import STORAGES

RUNS = {
    "sign": (ib.SteepestDescent(ib.Lp(math.inf)), ib.CrossEntropy(), ib.LossNormalized(), None),
    "spectral": (ib.SteepestDescent(ib.Schatten(math.inf)), ib.PairwiseLogistic(), None, None),
    "AdaGrad": (ib.AdaGrad(), ib.MulticlassExponential(), ib.Constant(0.1), None),
    "batches": (ib.GradientDescent(), ib.CrossEntropy(), ib.Constant(0.01), ib.MiniBatch(4, 1)),
    "searched": (ib.GradientDescent(), ib.CrossEntropy(), ib.ExactLineSearch(), None),
    "targets": (ib.MirrorDescent(ib.SquaredLp(1.5)), ib.Squared(), ib.Constant(1e-3), None),
    "batches of targets": (ib.GradientDescent(), ib.Huber(1.0), ib.Constant(1e-3), ib.MiniBatch(4, 3)),
}


@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize("name", RUNS)
def test_every_storage_gives_the_same_run(storage, name, tmp_path):
    method, loss, step_size, batch = RUNS[name]
    X, own = blobs(40, 4, 21, spread=5.0 if name == "searched" else 0.3)  # one step must not separate them
    X = X.astype(np.float32).astype(np.float64)
    y = own if loss.multiclass else X[:, :3] ** 2
    forms = (X, 1), (STORAGES[storage](X, tmp_path), 1), (STORAGES[storage](X, tmp_path), 2)
    dense, other, threaded = (
        ib.Run(ib.Problem(form, y, loss), method, step_size, batch=batch, threads=threads).advance(30)
        for form, threads in forms
    )
    for run in (other, threaded):
        np.testing.assert_allclose(run.trajectory.w, dense.trajectory.w, rtol=1e-9, atol=1e-11)
        np.testing.assert_allclose(run.trajectory.log_loss, dense.trajectory.log_loss, rtol=1e-9, atol=1e-11)
    other.save(tmp_path / "run.npz")
    assert_same(ib.Run.load(tmp_path / "run.npz").advance(9), other.advance(9))


@pytest.mark.parametrize("factor", [1.0, 1.1], ids=["exactly floats", "not quite"])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("name", ["batches", "searched", "targets"])
def test_samples_beyond_the_cache_lose_nothing(name, factor, threads, tmp_path):
    # Those that are exactly floats are kept as such; rows of a file stay the doubles that they are.
    method, loss, step_size, batch = RUNS[name]
    X, own = blobs(1100, 500, 21, spread=5.0)
    X = X.astype(np.float32).astype(np.float64) * factor
    y = own if loss.multiclass else X[:, :3] ** 2
    path = tmp_path / "X.npy"
    np.save(path, X)
    kept, read = (ib.Problem(form, y, loss) for form in (X, np.load(path, mmap_mode="r")))
    assert kept.X.dtype == read.X.dtype == np.float64
    np.testing.assert_array_equal(kept.X, read.X)
    plain, of_file, compiled = (
        ib.Run(problem, method, step_size, batch=batch, form=form, threads=threads).advance(5)
        for problem, form in ((kept, "plain"), (read, "plain"), (kept, "auto"))
    )
    np.testing.assert_array_equal(plain.trajectory.w, of_file.trajectory.w)
    np.testing.assert_array_equal(plain.trajectory.log_loss, of_file.trajectory.log_loss)
    np.testing.assert_allclose(compiled.trajectory.w, plain.trajectory.w, rtol=1e-9, atol=1e-12)
