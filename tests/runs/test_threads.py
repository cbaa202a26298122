"""Passes over the data by several threads: the same numbers, whichever thread is first."""

import os
import threading

import numpy as np
import pytest
import scipy.sparse

import implicitbias as ib
from conftest import samples
from storages import STORAGES

SHAPES = [(1, 1), (7, 3), (9, 60), (100, 51), (51, 100), (1040, 512), (9, 60000), (20000, 30)]


@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Squared()], ids=repr)
def test_threads_change_nothing_but_rounding(storage, shape, loss, tmp_path):
    X, y, w = samples(*shape)
    problem = ib.Problem(STORAGES[storage](X, tmp_path), y, loss)
    one = problem.evaluate(w)
    for threads in (2, 3):
        log_loss, log_scale, gradient = problem.evaluate(w, threads=threads)
        assert log_loss == pytest.approx(one[0], rel=1e-13, abs=1e-13)
        assert log_scale == pytest.approx(one[1], rel=1e-13, abs=1e-13)
        rounding = np.abs(X).T @ np.ones(len(y)) + 1
        assert np.all(np.abs(gradient - one[2]) <= 1e-13 * rounding)
        for _ in range(3):
            again = problem.evaluate(w, threads=threads)
            np.testing.assert_array_equal(again[2], gradient)
            assert again[:2] == (log_loss, log_scale)


@pytest.mark.parametrize("rows", [slice(0, 0), slice(0, 5), slice(15, 20), slice(3, 17), slice(0, 20)])
def test_samples_without_entries(rows):
    X, y, w = samples(20, 6)
    X[rows] = 0
    problem = ib.Problem(scipy.sparse.csr_array(X), y, ib.Squared())
    for threads in (1, 2, 3, 7):
        log_loss, _, gradient = problem.evaluate(w, threads=threads)
        assert log_loss == pytest.approx(np.log(np.sum((X @ w - y) ** 2)), rel=1e-13)
        np.testing.assert_allclose(gradient, 2 * X.T @ (X @ w - y), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("shape", [(100, 51), (51, 100), (999, 333)])
def test_in_cache_the_number_of_threads_does_not_matter(shape):
    X, y, w = samples(*shape)
    problem = ib.Problem(X, y, ib.Logistic())
    for threads in (2, 3, 5):
        np.testing.assert_array_equal(problem.evaluate(w, threads=threads)[2], problem.evaluate(w)[2])


def test_weights_over_any_range():
    # One thread's largest weight is exp(5000) times the other's.
    X, _, w = samples(1040, 512)
    w[:] = 0
    w[0] = 1
    for order in (1, -1):
        X[:, 0] = np.linspace(0, 5000, len(X))[::order]
        problem = ib.Problem(X, np.ones(len(X)), ib.Logistic())
        for threads in (2, 3):
            np.testing.assert_allclose(
                problem.evaluate(w, threads=threads)[2], problem.evaluate(w)[2], rtol=1e-12
            )


def test_gradients_are_those_of_the_formula():
    X, y, w = samples(30, 7)
    log_loss, log_scale, gradient = ib.Problem(X, y, ib.Exponential()).evaluate(w)
    weights = np.exp(-y * (X @ w))
    assert log_loss == pytest.approx(np.log(weights.sum()), rel=1e-13)
    np.testing.assert_allclose(np.exp(log_scale) * gradient, -(weights * y) @ X, rtol=1e-12)
    matrices = ib.Problem(X[:, :6].reshape(30, 2, 3), y, ib.Squared())
    assert matrices.evaluate(np.zeros((2, 3)))[2].shape == (2, 3)


@pytest.mark.parametrize(
    ("w", "threads", "error", "complaint"),
    [
        (np.zeros(3), 0, ValueError, "^threads: expected an integer from 1 to 1024, got 0"),
        (np.zeros(3), -1, ValueError, "^threads: expected an integer from 1 to 1024"),
        (np.zeros(3), 10**6, ValueError, "^threads: expected an integer from 1 to 1024"),
        (np.zeros(3), 1.5, TypeError, "^threads: expected an integer"),
        (np.zeros(3), True, TypeError, "^threads: expected an integer"),
        (np.zeros(3), None, TypeError, "^threads: expected an integer, got None"),
        (np.zeros(4), 1, ValueError, r"^w: expected shape \(3,\), got \(4,\)"),
        ([0, np.nan, 0], 2, ValueError, "^w: expected finite numbers"),
        (np.full(3, 1e308), 2, ib.DomainError, "^w: the loss or its gradient is not finite there"),
    ],
)
def test_refusals(w, threads, error, complaint):
    with pytest.raises(error, match=complaint):
        ib.Problem(np.eye(3), np.ones(3), ib.Squared()).evaluate(w, threads=threads)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own():
    X, y, w = samples(1040, 512)
    problem = ib.Problem(X, y, ib.Exponential())
    expected = problem.evaluate(w, threads=2)[2]
    child = os.fork()
    if child == 0:
        os._exit(0 if np.array_equal(problem.evaluate(w, threads=2)[2], expected) else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_one_problem_in_several_threads_of_python():
    X, y, w = samples(1040, 512)
    problem = ib.Problem(X, y, ib.Exponential())
    results = []
    callers = [
        threading.Thread(target=lambda: results.append(problem.evaluate(w, threads=2)[2])) for _ in range(4)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert len(results) == 4
    for result in results:
        np.testing.assert_array_equal(result, results[0])


@pytest.mark.parametrize("shape", [(20, 5), (400, 300), (1040, 512)])
def test_runs_by_several_threads(shape, tmp_path):
    X, y, _ = samples(*shape)
    problem = ib.Problem(X, y, ib.Exponential())
    method = ib.SteepestDescent(ib.Lp(4 / 3))
    one = ib.Run(problem, method).advance(60)
    whole = ib.Run(problem, method, threads=2).advance(60)
    np.testing.assert_allclose(whole.w, one.w, rtol=0, atol=1e-12 * np.abs(one.w).max())
    part = ib.Run(problem, method, threads=2).advance(23)
    part.save(tmp_path / "run.npz")
    resumed = ib.Run.load(tmp_path / "run.npz")
    assert resumed.threads == 2
    np.testing.assert_array_equal(resumed.advance(37).trajectory.w, whole.trajectory.w)


def test_runs_refuse_numbers_of_threads_that_are_none():
    problem = ib.Problem(*samples(5, 3)[:2], ib.Exponential())
    for threads in (0, 2000):
        with pytest.raises(ib.InvalidValueError, match="threads: expected an integer from 1 to 1024"):
            ib.Run(problem, ib.GradientDescent(), threads=threads)
