"""Checkpoints that runs write while they advance: nothing is lost, whatever happens."""

import errno
import logging
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import pytest

import conftest
import implicitbias as ib
from implicitbias.runs.autosave import Autosave
from same import assert_same

STEPS = 400_000  # some tenths of a second


@pytest.fixture
def run(problem):
    return ib.Run(problem, ib.SteepestDescent(ib.Lp(1.5)))


def test_it_is_there_during_and_after(run, tmp_path):
    path = tmp_path / "run.npz"
    worker = threading.Thread(
        target=run.advance, args=(10 * STEPS,), kwargs={"checkpoint": path, "every": 0.01}
    )
    worker.start()
    seen = []
    while worker.is_alive():
        if path.exists():
            seen.append(ib.Run.load(path))
    worker.join()
    assert len({each.t for each in seen}) > 3
    assert all(each.until == 10 * STEPS for each in seen)
    assert_same(ib.Run.load(path), run)
    midway = seen[len(seen) // 2]
    assert_same(midway.advance(midway.until - midway.t), run)
    assert os.listdir(tmp_path) == ["run.npz"]


def test_the_iterates_are_those_without(problem, run, tmp_path):
    run.advance(STEPS, checkpoint=tmp_path / "run.npz", every=1e-9)
    assert_same(run, ib.Run(problem, run.method).advance(STEPS))


def test_a_relative_path_stays_where_it_was(run, tmp_path, monkeypatch):
    class Wanderer(conftest.Taxicab):
        def steepest(self, g):
            os.chdir("/")
            return super().steepest(g)

    wandering = ib.Run(run.problem, ib.SteepestDescent(Wanderer()))
    monkeypatch.chdir(tmp_path)
    wandering.advance(3, checkpoint="run.npz")
    assert os.getcwd() == "/"
    assert ib.Run.load(tmp_path / "run.npz", norm=Wanderer()).t == 3


def test_an_error_leaves_a_checkpoint(tmp_path):
    problem = ib.Problem(np.eye(3), np.ones(3), ib.Squared())
    run = ib.Run(problem, ib.GradientDescent(), ib.Constant(1e3))
    with pytest.raises(ib.DomainError):
        run.advance(10**6, checkpoint=tmp_path / "run.npz")
    assert_same(ib.Run.load(tmp_path / "run.npz"), run)


def complaints(caught):
    assert all(each.category is ib.CheckpointWarning for each in caught)
    assert all(each.filename == __file__ for each in caught), "they point at the caller"
    return [str(each.message) for each in caught]


def test_a_folder_that_is_not_there(run, tmp_path):
    with pytest.warns(ib.CheckpointWarning) as caught:
        run.advance(STEPS, checkpoint=tmp_path / "none" / "run.npz", every=1e-3)
    first, last = complaints(caught)  # not one a millisecond
    assert first == (
        f"checkpoint: '{tmp_path}/none/run.npz' cannot be written (no such folder: {tmp_path}/none); the run "
        "goes on, and what it does from t = 0 on is not saved until that works"
    )
    assert f"from t = {STEPS} on" in last
    assert run.t == STEPS


def test_a_folder_that_vanishes_and_comes_back(run, tmp_path, caplog):
    folder = tmp_path / "folder"
    folder.mkdir()

    def vanish():
        while run.t == 0:
            time.sleep(1e-3)
        folder.rename(tmp_path / "elsewhere")  # at once: no file appears in between
        while not caplog.records:
            time.sleep(1e-3)
        (tmp_path / "elsewhere").rename(folder)

    worker = threading.Thread(target=vanish)
    worker.start()
    with pytest.warns(ib.CheckpointWarning, match=r"no such folder|No such file"):
        run.advance(10 * STEPS, checkpoint=folder / "run.npz", every=1e-3)
    worker.join()
    assert_same(ib.Run.load(folder / "run.npz"), run)


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_disk_that_fails(run, tmp_path, monkeypatch, error):
    path = tmp_path / "run.npz"
    run.advance(10, checkpoint=path)
    before = path.read_bytes()

    def fail(*_):
        raise OSError(error, os.strerror(error))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.warns(ib.CheckpointWarning, match=os.strerror(error)):
            run.advance(STEPS, checkpoint=path, every=1e-3)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["run.npz"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run.advance(10, checkpoint=path)
    assert ib.Run.load(path).t == STEPS + 20


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="nothing is read-only to root")
def test_a_read_only_folder(run, tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.warns(ib.CheckpointWarning, match="Permission denied"):
            run.advance(10, checkpoint=tmp_path / "run.npz")
    finally:
        tmp_path.chmod(0o700)
    assert run.t == 10


@pytest.mark.parametrize(
    ("options", "error", "complaint"),
    [
        ({"checkpoint": 5}, TypeError, "^checkpoint: expected a str or a path, got 5"),
        ({"checkpoint": "a", "every": 0}, ValueError, "^every: expected a positive number of seconds, got 0"),
        ({"checkpoint": "a", "every": float("nan")}, ValueError, "^every: expected a positive"),
        (
            {"checkpoint": "a", "every": "often"},
            TypeError,
            "^every: expected a number of seconds, got 'often'",
        ),
        ({"checkpoint": "a", "every": True}, TypeError, "^every: expected a number"),
    ],
)
def test_refusals(run, options, error, complaint):
    with pytest.raises(error, match=complaint):
        run.advance(10, **options)
    assert run.t == 0


def test_the_log_has_the_time_left(run, tmp_path, caplog):
    with caplog.at_level(logging.INFO, "implicitbias"):
        run.advance(10 * STEPS, checkpoint=tmp_path / "run.npz", every=0.1)
    first, *others = (record.getMessage() for record in caplog.records)
    assert first == f"{tmp_path}/run.npz: t = 0  log L 2.996  margin -inf  certified gap inf"
    assert any(other.endswith(" left") and "certified gap" in other for other in others)


def test_a_goal_that_is_centuries_away(run, tmp_path):
    autosave = Autosave(run, tmp_path / "run.npz", 1)
    run.advance(5)
    run._until = 2**63 - 1
    autosave._begun -= 1000
    assert autosave._time_left() == "  decades left"


@pytest.mark.usefixtures("heeded_signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_during_the_last_write_waits_for_it(run, tmp_path, monkeypatch, number):
    path, sync = tmp_path / "run.npz", os.fsync

    def interrupted(descriptor):
        if run.t == 1000:
            os.kill(os.getpid(), number)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.advance(1000, checkpoint=path, every=1000)
    assert ib.Run.load(path).t == 1000
    assert os.listdir(tmp_path) == ["run.npz"]
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) == signal.default_int_handler


def test_a_device_is_refused(run):
    with pytest.raises(ib.InvalidValueError, match="^checkpoint: expected a file, got the device or pipe"):
        run.advance(10, checkpoint="/dev/null")
    assert run.t == 0


def python(script, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])},
    )


@pytest.mark.usefixtures("heeded_signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_save(tmp_path, number):
    script = """
        import signal, sys
        import implicitbias as ib
        from conftest import separable
        run = ib.Run(ib.Problem(*separable(20, 5), ib.Exponential()), ib.SteepestDescent(ib.Lp(2)))
        run.advance(1000)
        print("ready", flush=True)
        try:
            run.advance(10**12, checkpoint=sys.argv[1], every=1000)
        except KeyboardInterrupt:
            assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
            print(run.t)
    """
    process = python(script, tmp_path / "run.npz")
    assert process.stdout.readline() == "ready\n"
    while not (tmp_path / "run.npz").exists():
        time.sleep(0.01)
    time.sleep(0.2)
    process.send_signal(number)
    t = int(process.communicate(timeout=20)[0])
    assert process.returncode == 0
    again = ib.Run.load(tmp_path / "run.npz")
    assert again.t == t > 1000
    assert again.until == 1000 + 10**12


@pytest.mark.usefixtures("heeded_signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_is_ignored_stays_ignored(run, tmp_path, monkeypatch, number):
    sync = os.fsync

    def with_signal(descriptor):
        os.kill(os.getpid(), number)
        sync(descriptor)

    signal.signal(number, signal.SIG_IGN)
    monkeypatch.setattr(os, "fsync", with_signal)
    assert run.advance(10, checkpoint=tmp_path / "run.npz").t == 10
    assert signal.getsignal(number) == signal.SIG_IGN


@pytest.mark.thorough
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_killed_at_two_hundred_random_moments(tmp_path):
    path, every = tmp_path / "run.npz", 0.02
    X, y = conftest.separable(40, 6)
    problem, method = ib.Problem(X, y, ib.Logistic()), ib.SteepestDescent(ib.Lp(4 / 3))
    rule, batch = ib.Constant(0.01), ib.MiniBatch(3, seed=1)
    ib.Run(problem, method, rule, batch=batch).save(path)
    choose = random.Random(5)
    kills = 0
    while kills < 200:
        child = os.fork()
        if child == 0:
            try:
                ib.Run.load(path).advance(10**12, checkpoint=path, every=every)
            finally:
                os._exit(1)
        time.sleep(choose.uniform(0, 0.15))
        os.kill(child, signal.SIGKILL)
        killed = time.time()
        assert os.waitpid(child, 0)[1] == signal.SIGKILL
        kills += 1
        again = ib.Run.load(path)  # whole, whenever that was
        if again.until is not None and kills % 10 == 0:
            # Lost are the last interval and the time that a checkpoint and a chunk of iterations take.
            assert killed - path.stat().st_mtime < every + 0.5
    assert again.t > 10**5
    for left in tmp_path.iterdir():  # of a write that was killed
        assert left == path or left.name.startswith(".run.npz.")
    assert_same(again, ib.Run(problem, method, rule, batch=batch).advance(again.t))
