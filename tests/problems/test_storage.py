"""Samples in every form: the same results, the same form back, the same run after a checkpoint."""

import copy
import os
import pickle
import shutil

import numpy as np
import pytest
import scipy.sparse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import implicitbias as ib
from storages import STORAGES, as_array, mapped

every_storage = pytest.mark.parametrize("storage", STORAGES)


def separable(n=30, d=8, seed=0):
    """Return samples that single precision holds, some of them zero in part, and labels."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d)) * (rng.random((n, d)) < 0.6)
    X = X.astype(np.float32).astype(np.float64)
    return X, np.where(X @ rng.standard_normal(d) > 0, 1.0, -1.0)


@every_storage
@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Squared()], ids=repr)
@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (7, 3), (40, 40), (1100, 500)])
def test_they_come_back_as_they_were(storage, loss, shape, tmp_path):
    rng = np.random.default_rng(0)
    given = STORAGES[storage](rng.standard_normal(shape), tmp_path)
    problem = ib.Problem(given, np.where(rng.random(shape[0]) > 0.5, 1.0, -1), loss)
    for same in (problem, copy.deepcopy(problem), pickle.loads(pickle.dumps(problem))):
        assert same.X.dtype == given.dtype
        assert scipy.sparse.issparse(same.X) == scipy.sparse.issparse(given)
        assert isinstance(same.X, np.memmap) == isinstance(given, np.memmap)
        np.testing.assert_array_equal(as_array(same.X), as_array(given))
        np.testing.assert_array_equal(same.y, problem.y)
    assert repr(problem).startswith(f"Problem({shape[0]} samples of shape ({shape[1]},), ")


RUNS = {
    "GD": (ib.GradientDescent(), ib.Exponential(), ib.LossNormalized(), None),
    "l1": (ib.SteepestDescent(ib.Lp(1)), ib.Logistic(), ib.ExactLineSearch(), None),
    "group": (ib.SteepestDescent(ib.GroupNorm([[0, 1, 2], [3, 4, 5, 6, 7]])), ib.Sigmoid(), None, None),
    "AdaGrad": (ib.AdaGrad(), ib.Probit(), ib.Constant(0.1), None),
    "batches": (ib.GradientDescent(), ib.Exponential(), ib.Constant(0.01), ib.MiniBatch(7, 3)),
    "mirror": (ib.MirrorDescent(ib.Entropy()), ib.Squared(), ib.Constant(1e-3), None),
    "two classes": (ib.SteepestDescent(ib.Schatten(1)), ib.CrossEntropy(), None, None),
    "batches of pairs": (ib.GradientDescent(), ib.PairwiseLogistic(), ib.Constant(0.01), ib.MiniBatch(7, 3)),
    "batches on squares": (ib.GradientDescent(), ib.Huber(1.0), ib.Constant(1e-3), ib.MiniBatch(7, 3)),
}


@every_storage
@pytest.mark.parametrize("run", RUNS)
def test_every_method_runs_on_it(storage, run, tmp_path):
    X, y = separable()
    method, loss, step_size, batch = RUNS[run]
    rows = []
    for form in (X, STORAGES[storage](X, tmp_path)):
        problem = ib.Problem(form, y, loss)
        rows.append(ib.Run(problem, method, step_size, batch=batch).advance(40).trajectory)
    for column in (
        "w",
        "log_loss",
        *(("margin", "bound") if loss.monotone else ("residual", "off_manifold")),
    ):
        ours, dense = getattr(rows[1], column), getattr(rows[0], column)
        np.testing.assert_allclose(ours, dense, rtol=1e-9, atol=1e-11)


@every_storage
@pytest.mark.parametrize("shape", [(30, 8), (1100, 500)])
@pytest.mark.parametrize("batch", [None, ib.MiniBatch(5, 1)])
def test_resumed_and_chunked_runs_are_the_whole_run(storage, shape, batch, tmp_path):
    X, y = separable(*shape)
    problem = ib.Problem(STORAGES[storage](X, tmp_path), y, ib.Exponential())
    step_size = None if batch is None else ib.Constant(1e-3)
    whole, part = (ib.Run(problem, ib.GradientDescent(), step_size, batch=batch) for _ in range(2))
    whole.advance(30)
    part.advance(7).advance(6).save(tmp_path / "run.npz")
    resumed = ib.Run.load(tmp_path / "run.npz").advance(17)
    np.testing.assert_array_equal(resumed.w, whole.w)
    np.testing.assert_array_equal(resumed.trajectory.bound, whole.trajectory.bound)
    assert type(resumed.problem.X) is type(problem.X)
    assert resumed.problem.X.dtype == problem.X.dtype


@every_storage
def test_claims_and_certificates(storage, tmp_path):
    X, y = separable()
    problem = ib.Problem(STORAGES[storage](X, tmp_path), y, ib.Exponential())
    dense = ib.Problem(X, y, ib.Exponential())
    assert ib.separability(problem).separable
    for norm in (ib.Lp(1), ib.Lp(2), ib.QuadraticNorm(np.diag(np.arange(1.0, 9)))):
        run = ib.Run(problem, ib.SteepestDescent(norm), ib.LossNormalized()).advance(5000)
        limit = ib.predict(problem, run.method).solve()
        assert limit.value == pytest.approx(ib.predict(dense, run.method).solve().value, rel=1e-8)
        assert run.bracket.lower <= limit.value * (1 + 1e-9)
        assert limit.value <= run.bracket.upper * (1 + 1e-9)
        assert ib.compare(run, ib.predict(problem, run.method)).verdict != "violated"
    found = run.support_vectors()
    expected = ib.Run(dense, run.method, ib.LossNormalized()).advance(5000).support_vectors()
    np.testing.assert_array_equal(found.indices, expected.indices)
    np.testing.assert_allclose(found.cone_residual, expected.cone_residual, atol=1e-6)


@every_storage
def test_what_reads_samples_in_python(storage, tmp_path):
    X, y = separable(6, 8)
    results = []
    for form in (X, STORAGES[storage](X, tmp_path)):
        monotone, squared = (ib.Problem(form, y, loss) for loss in (ib.Exponential(), ib.Squared()))
        run = ib.Run(squared, ib.GradientDescent(), ib.Constant(0.01)).advance(1000)
        ada = ib.Run(monotone, ib.AdaGrad(), ib.Constant(0.1)).advance(1000)
        descent = ib.Run(monotone, ib.GradientDescent(), ib.Constant(0.01)).advance(100)
        assert ib.compare(run, ib.predict(squared, run.method)).verdict != "violated"
        assert ib.behavior(run).kind == "converging"
        results.append(
            [
                ib.flow(squared, ib.GradientDescent()).w,
                ib.predict(squared, ib.GradientDescent()).solve().point,
                ib.paths.lasso(squared).w,
                ib.paths.regularization(monotone, ib.Lp(2), [0.5, 2.0]).w,
                ib.limit_direction(ada).margin(ada),
                ib.asymptote(descent).theorem,
                descent.fast_forward(1e30).margin,
            ]
        )
    for ours, dense in zip(*results, strict=True):
        if isinstance(dense, str):
            assert ours == dense
        else:
            np.testing.assert_allclose(ours, dense, rtol=1e-6, atol=1e-8)


@every_storage
def test_data_that_are_not_separable(storage, tmp_path):
    X = np.array([[1.0, 0, 2], [1, 0, 2], [0, 3, 0]])
    answer = ib.separability(ib.Problem(STORAGES[storage](X, tmp_path), [1, -1, 1], ib.Exponential()))
    assert not answer.separable
    np.testing.assert_allclose(answer.weights, [0.5, 0.5, 0], atol=1e-9)


@every_storage
def test_zeros(storage, tmp_path):
    X = np.zeros((3, 4))
    with pytest.raises(ValueError, match="^X: expected at least one sample that is not zero"):
        ib.Run(ib.Problem(STORAGES[storage](X, tmp_path), [1, -1, 1], ib.Exponential()), ib.GradientDescent())
    X[1, 2] = 1  # the others are zero
    runs = [
        ib.Run(ib.Problem(form, [1, -1, 1], ib.Exponential()), ib.GradientDescent()).advance(10)
        for form in (X, STORAGES[storage](X, tmp_path))
    ]
    np.testing.assert_allclose(runs[1].w, runs[0].w, rtol=1e-14)
    np.testing.assert_array_equal(runs[1].trajectory.margin, runs[0].trajectory.margin)


@every_storage
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite(storage, bad, tmp_path):
    X = np.ones((5, 3))
    X[3, 1] = bad
    with pytest.raises(ValueError, match="^X: expected finite numbers, got NaN or infinity in sample 3"):
        ib.Problem(STORAGES[storage](X, tmp_path), np.ones(5), ib.Exponential())


@every_storage
def test_numbers_whose_sum_overflows(storage, tmp_path):
    X = np.full((2, 3), 3e38)
    problem = ib.Problem(STORAGES[storage](X, tmp_path), [1, 1], ib.Squared())
    np.testing.assert_allclose(as_array(problem.X), X, rtol=1e-7)


@every_storage
def test_wrong_targets(storage, tmp_path):
    X = STORAGES[storage](np.ones((3, 2)), tmp_path)
    with pytest.raises(ValueError, match=r"^y: expected shape \(3,\), one label a row of X, got \(2,\)"):
        ib.Problem(X, [1, 1], ib.Exponential())
    with pytest.raises(ValueError, match=r"^y: expected labels -1 or \+1"):
        ib.Problem(X, [1, 1, 2], ib.Exponential())


def test_matrices_in_single_precision_and_in_files(tmp_path):
    X = np.random.default_rng(0).standard_normal((6, 3, 4)).astype(np.float32)
    for form in (X, mapped(X, tmp_path)):
        problem = ib.Problem(form, np.ones(6), ib.Exponential())
        assert problem.shape == (3, 4)
        assert problem.X.dtype == np.float32
        np.testing.assert_array_equal(problem.X, X)
        assert ib.Run(problem, ib.SteepestDescent(ib.Schatten(1))).advance(10).w.shape == (3, 4)
    square = ib.Problem(mapped(X[:, :, :3].copy(), tmp_path), np.ones(6), ib.Exponential())
    lifted = ib.lift(square)
    assert lifted.shape == (6, 6)
    run = ib.Run(lifted, ib.FactorizedGradientDescent(), w0=np.eye(6)).advance(3)
    assert np.isfinite(run.log_loss)


def test_other_real_numbers_become_doubles():
    for kind in (np.float16, np.int8, np.bool_, np.uint32):
        assert ib.Problem(np.eye(3).astype(kind), np.ones(3), ib.Exponential()).X.dtype == np.float64
    assert ib.Problem(np.eye(3, dtype=">f4"), np.ones(3), ib.Exponential()).X.dtype == np.dtype("=f4")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    n=st.integers(1, 20), d=st.integers(1, 70), seed=st.integers(0, 99), storage=st.sampled_from([*STORAGES])
)
def test_any_shape(n, d, seed, storage, tmp_path):
    rng = np.random.default_rng(seed)
    X = (rng.standard_normal((n, d)) * (rng.random((n, d)) < rng.random())).astype(np.float32) * 1.0
    y, w = rng.choice([-1.0, 1], n), rng.standard_normal(d)
    run = ib.Run(
        ib.Problem(STORAGES[storage](np.vstack([X, np.ones(d)]), tmp_path), [*y, 1], ib.Squared()),
        ib.GradientDescent(),
        ib.Constant(1),
        w0=w,
    )
    X, y = np.vstack([X, np.ones(d)]).astype(float), np.append(y, 1)
    np.testing.assert_allclose(run.residual, np.linalg.norm(X @ w - y), rtol=1e-13)
    np.testing.assert_allclose(
        run.advance(1).w, w - 2 * X.T @ (X @ w - y), rtol=1e-12, atol=1e-11 * np.abs(X).sum()
    )


# Memory-mapped files.


def test_a_mapped_file_is_read_where_it_lies(tmp_path):
    X, y = separable()
    path = tmp_path / "X.bin"
    path.write_bytes(X.tobytes())
    map = np.memmap(path, np.float64, "r+", shape=X.shape)
    problem = ib.Problem(map, y, ib.Squared())
    before = ib.Run(problem, ib.GradientDescent(), ib.Constant(0.1)).residual
    assert before == pytest.approx(np.linalg.norm(y))
    assert np.shares_memory(problem.X, map)
    with pytest.raises(ValueError, match="read-only"):
        problem.X[0, 0] = 1
    map.shape = X.shape[::-1]  # whoever holds the map may do that
    assert problem.X.shape == X.shape


def test_the_map_lives_as_long_as_the_problem(tmp_path):
    X, y = separable(1100, 500)
    problem = ib.Problem(mapped(X, tmp_path), y, ib.Exponential())
    run = ib.Run(problem, ib.GradientDescent())
    del problem
    expected = ib.Run(ib.Problem(X, y, ib.Exponential()), ib.GradientDescent()).advance(5)
    np.testing.assert_allclose(run.advance(5).w, expected.w, rtol=1e-12)


def test_slices_of_maps(tmp_path):
    X, y = separable(3000, 8)
    map = mapped(X, tmp_path, offset=5000)
    problem = ib.Problem(map[1000:2000], y[1000:2000], ib.Exponential())
    run = ib.Run(problem, ib.GradientDescent()).advance(5)
    run.save(tmp_path / "run.npz")
    again = ib.Run.load(tmp_path / "run.npz").problem
    np.testing.assert_array_equal(again.X, X[1000:2000])
    assert isinstance(again.X, np.memmap)


def test_results_of_arithmetic_with_maps_are_arrays(tmp_path):
    X, y = separable()
    for array in (mapped(X, tmp_path) * 2, mapped(X, tmp_path).copy(), mapped(X, tmp_path)[::-1].copy()):
        assert not isinstance(ib.Problem(array, y, ib.Exponential()).X, np.memmap)


@pytest.mark.parametrize(
    ("change", "error", "complaint"),
    [
        (lambda X: X.T, ValueError, "^X: expected a memory map in C order, contiguous and aligned"),
        (lambda X: X[:, ::2], ValueError, "^X: expected a memory map in C order"),
        (lambda X: X[::-1], ValueError, "^X: expected a memory map in C order"),
        (lambda X: X.view(np.int64), TypeError, "^X: expected float64 or float32 .*got dtype int64"),
        (lambda X: X.view(">f8"), TypeError, "^X: expected float64 or float32 of this machine's byte order"),
        (lambda X: X.view(np.complex128), TypeError, "^X: expected float64 or float32 .*complex"),
        (lambda X: X[0], ValueError, r"^X: expected an array of 2 or 3 dimensions, got shape \(8,\)"),
        (lambda X: X[:0], ValueError, "^X: expected at least one sample"),
    ],
)
def test_maps_that_cannot_be_read_in_place(change, error, complaint, tmp_path):
    map = change(mapped(separable()[0], tmp_path))
    with pytest.raises(error, match=complaint):
        ib.Problem(map, np.ones(len(map)), ib.Exponential())


def test_a_map_that_is_not_aligned(tmp_path):
    X, y = separable()
    with pytest.raises(ValueError, match=r"^X: .*aligned.*numpy\.array\(X\) loads it"):
        ib.Problem(mapped(X, tmp_path, offset=3), y, ib.Exponential())


def test_a_checkpoint_refers_to_the_file(tmp_path):
    X, y = separable(1000, 100)
    path = tmp_path / "X.bin"
    path.write_bytes(X.tobytes())
    problem = ib.Problem(np.memmap(path, np.float64, "r", shape=X.shape), y, ib.Exponential())
    ib.Run(problem, ib.GradientDescent()).advance(3).save(tmp_path / "run.npz")
    assert os.path.getsize(tmp_path / "run.npz") < X.nbytes / 4
    shutil.move(path, tmp_path / "moved")
    with pytest.raises(
        ib.CheckpointError, match=r"run\.npz: X: the samples are those of .*X\.bin.*not there"
    ):
        ib.Run.load(tmp_path / "run.npz")
    changed = X.copy()
    changed[500, 50] += 1e-9
    path.write_bytes(changed.tobytes())
    with pytest.raises(ib.CheckpointError, match=r"X: the samples are those of .*X\.bin.*has changed"):
        ib.Run.load(tmp_path / "run.npz")
    path.write_bytes(X.tobytes()[:-8])
    with pytest.raises(ib.CheckpointError, match=r"X: the samples are those of .*X\.bin"):
        ib.Run.load(tmp_path / "run.npz")
    path.write_bytes(X.tobytes())
    assert ib.Run.load(tmp_path / "run.npz").t == 3


def test_a_map_that_was_changed_in_memory_only(tmp_path):
    X, y = separable(20, 3)
    (tmp_path / "X.bin").write_bytes(X.tobytes())
    private = np.memmap(tmp_path / "X.bin", np.float64, "c", shape=X.shape)
    run = ib.Run(ib.Problem(private, y, ib.Exponential()), ib.GradientDescent())
    run.save(tmp_path / "run.npz")
    private[3, 1] += 1
    advice = r"which has changed or is not what X .* in memory.*numpy\.save.*mmap_mode='r'.*numpy\.array\(X\)"
    with pytest.raises(ib.InvalidValueError, match=f"^X: the samples are those of .*{advice}"):
        run.save(tmp_path / "run.npz")
    assert ib.Run.load(tmp_path / "run.npz").t == 0
    # Both ways that it names lead to a checkpoint.
    np.save(tmp_path / "X.npy", private)
    for kept in (np.load(tmp_path / "X.npy", mmap_mode="r"), np.array(private)):
        ib.Run(ib.Problem(kept, y, ib.Exponential()), ib.GradientDescent()).save(tmp_path / "other.npz")
        np.testing.assert_array_equal(ib.Run.load(tmp_path / "other.npz").problem.X, private)
