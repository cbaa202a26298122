"""Runs in threads, in other processes, across forks, and interrupted: each goes on as if alone."""

import copy
import math
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time
import traceback
from pathlib import Path

import numpy as np
import pytest

import conftest
import implicitbias as ib
from same import assert_same


def test_two_threads_on_one_run_are_refused(problem):
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(2)))
    worker = threading.Thread(target=lambda: run.advance(2 * 10**6))
    worker.start()
    while run.t == 0:
        time.sleep(0.001)
    with pytest.raises(ib.BusyError, match="in another thread"):
        run.advance(1)
    # Looking on is allowed.
    assert run.w.shape == (5,)
    assert len(run.trajectory) > 0
    worker.join()
    assert run.t == 2 * 10**6
    assert_same(run, ib.Run(problem, ib.SteepestDescent(ib.Lp(2))).advance(2 * 10**6))


def test_a_norm_that_uses_its_own_run(problem):
    seen, run = [], None

    class Nosy(conftest.Taxicab):
        def steepest(self, g):
            if run is not None:
                seen.append((run.t, run.w.shape))
                if len(seen) == 5:
                    run.advance(1)
            return super().steepest(g)

    run = ib.Run(problem, ib.SteepestDescent(Nosy()))
    with pytest.raises(ib.BusyError):
        run.advance(10)
    assert run.t == 4
    assert run.advance(6).t == 10


def test_runs_in_threads_are_independent(problem):
    norms = [ib.Lp(p) for p in (1, 1.5, 2, 3, math.inf)] * 2
    runs = [ib.Run(problem, ib.SteepestDescent(norm)) for norm in norms]
    workers = [threading.Thread(target=run.advance, args=(20000,)) for run in runs]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for norm, run in zip(norms, runs, strict=True):
        assert_same(run, ib.Run(problem, ib.SteepestDescent(norm)).advance(20000))


@pytest.mark.usefixtures("heeded_signals")
@pytest.mark.parametrize("norm", ["ib.Lp(2)", "Taxicab()"])
def test_ctrl_c_leaves_a_valid_run(norm):
    script = f"""
        import sys, time
        import implicitbias as ib
        from conftest import Taxicab, separable
        run = ib.Run(ib.Problem(*separable(20, 5), ib.Exponential()), ib.SteepestDescent({norm}))
        print("ready", flush=True)
        try:
            run.advance(10**12)
        except KeyboardInterrupt:
            stopped, t, w = time.monotonic(), run.t, run.w
            again = ib.Run(run.problem, run.method).advance(t)
            assert (again.w == w).all() and (again.trajectory.w == run.trajectory.w).all()
            assert run.advance(5).t == t + 5
            print(stopped, t)
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])},
    )
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.7)
    sent = time.monotonic()
    process.send_signal(signal.SIGINT)
    stopped, t = process.communicate(timeout=60)[0].split()
    assert process.returncode == 0
    assert int(t) > 100
    assert float(stopped) - sent < 0.2


@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, lambda run: pickle.loads(pickle.dumps(run))])
@pytest.mark.parametrize("options", [{}, {"batch": ib.MiniBatch(3, seed=1)}, {"form": "plain", "threads": 2}])
def test_twins_go_on_bit_by_bit(problem, twin, options):
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(1.5)), ib.Constant(1e-3), **options).advance(321)
    same = twin(run)
    assert (same.until, same.threads) == (321, run.threads)
    assert_same(same.advance(77), run.advance(77))
    run.advance(1)
    assert same.t == 398  # they are two


def test_runs_come_back_from_other_processes(problem):
    from joblib import Parallel, delayed

    runs = [ib.Run(problem, ib.SteepestDescent(ib.Lp(p))) for p in (1, 2)]
    found = Parallel(n_jobs=2)(delayed(ib.Run.advance)(run, 1000) for run in runs)
    for run, back in zip(runs, found, strict=True):
        assert_same(back, run.advance(1000))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
@pytest.mark.parametrize(
    ("norm", "chunk"), [(ib.Lp(2), 10**6), (conftest.Taxicab(), 10**4)], ids=["compiled", "in Python"]
)
def test_a_fork_in_mid_run(problem, norm, chunk):
    """The new process gets every run between two iterations; in the old one they go on."""
    runs = [ib.Run(problem, ib.SteepestDescent(norm)) for _ in range(2)]
    stop = threading.Event()

    def work(run):
        while not stop.is_set():
            run.advance(chunk)

    workers = [threading.Thread(target=work, args=(run,)) for run in runs]
    for worker in workers:
        worker.start()
    try:
        for _ in range(5):
            time.sleep(0.02)
            before = [run.t for run in runs]
            child = os.fork()
            if child == 0:
                os._exit(_goes_on_alone(runs, before))
            _, status = _wait(child)
            assert status == 0
            after = [run.t for run in runs]
            while any(run.t == t for run, t in zip(runs, after, strict=True)):
                time.sleep(0.001)
    finally:
        stop.set()
        for worker in workers:
            worker.join()


def _goes_on_alone(runs, before):
    try:
        for run, t in zip(runs, before, strict=True):
            assert run.t >= t
            run.advance(100)
            rows = run.trajectory
            again = ib.Run(run.problem, run.method).advance(int(rows.t[20]))
            np.testing.assert_array_equal(again.w, rows.w[20])
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _wait(child):
    deadline = time.monotonic() + 30
    while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.001)
    return ended
