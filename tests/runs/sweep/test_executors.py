"""A sweep in executors: the same bits wherever it runs, whatever dies; and in folders that it is saved to."""

import json
import multiprocessing
import os
import pickle
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from unittest import mock

import numpy as np
import pytest

import implicitbias as ib
from conftest import Taxicab, separable
from implicitbias.runs.sweep import sending
from implicitbias.runs.sweep.sending import Sending

PROBLEM = ib.Problem(*separable(20, 5), ib.Exponential())
STEPS = [ib.LossNormalized(scale) for scale in np.linspace(0.1, 1, 80)]
spawn = multiprocessing.get_context("spawn")


def new_sweep(**others):
    methods = [ib.SteepestDescent(ib.Lp(4 / 3)), ib.SteepestDescent(ib.Lp(3))]
    return ib.Sweep(**{"problem": PROBLEM, "method": methods, "step_size": STEPS} | others)


def assert_same_bits(one, other):
    assert one.shape == other.shape
    for mine, others in zip(one._blocks, other._blocks, strict=True):
        arrays, wanted = mine.as_arrays(), others.as_arrays()
        assert arrays.keys() == wanted.keys()
        for name, column in arrays.items():
            np.testing.assert_array_equal(column, wanted[name])


class Inline(Executor):
    """Runs each task at once, on one of several workers, of which only some have seen the data."""

    def __init__(self, workers=3, losing=()):
        self.tasks, self.sent, self.losing = 0, 0, set(losing)
        self.workers = [{} for _ in range(workers)]

    def submit(self, work, token, sent, task):
        from implicitbias.runs.sweep import work as module

        future = Future()
        self.tasks += 1
        if self.tasks in self.losing:
            future.set_exception(ConnectionError("the worker is gone"))
            return future
        number = self.tasks % len(self.workers)
        own, module._studies = module._studies, self.workers[number]
        try:
            self.sent += sent is not None
            answer = pickle.loads(pickle.dumps(work(token, sent, task)))
            future.set_result(answer._replace(worker=str(number)))
        except Exception as error:
            future.set_exception(error)
        finally:
            module._studies = own
        return future


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch):
    """Chunks come back before they are done."""
    from implicitbias.runs.sweep import sweep

    monkeypatch.setattr(sweep, "SECONDS", 0.01)


def test_bits_do_not_depend_on_the_executor():
    here = new_sweep().advance(3000)
    with ThreadPoolExecutor(2) as threads:
        assert_same_bits(new_sweep().advance(1000, threads).advance(2000, executor=threads), here)
    workers = Inline(losing={3, 9})
    assert_same_bits(new_sweep().advance(3000, workers), here)
    constant = {"method": ib.GradientDescent(), "step_size": [0.1, 0.2]}
    far = new_sweep(**constant).fast_forward(1e20)
    assert_same_bits(new_sweep(**constant).fast_forward(1e20, Inline()), far)


def test_data_are_sent_once_a_worker():
    from collections import OrderedDict

    workers = Inline(5)
    workers.workers = [OrderedDict() for _ in range(5)]
    new_sweep().advance(3000, workers)
    assert 5 <= workers.sent <= 7  # a worker may be asked twice before its data are there
    assert workers.tasks > workers.sent


def test_a_task_that_workers_die_of_ends_the_sweep_with_what_is_done():
    from implicitbias.errors import WorkersLostError

    sweep = new_sweep()
    with pytest.raises(WorkersLostError, match="lost 4 times with its worker.*keeps what is done"):
        sweep.advance(3000, Inline(losing=range(4, 10_000)))
    assert sweep.t == 0
    assert_same_bits(sweep.advance(3000), new_sweep().advance(3000))


def test_an_executor_of_dask_without_workers_is_given_up(monkeypatch):
    class Idle(Executor):
        class _client:  # noqa: N801
            status = "running"

            @staticmethod
            def scheduler_info():
                return {"workers": {}}

            @staticmethod
            def submit(*arguments, **options):
                return mock.Mock()  # a task that never comes back

    monkeypatch.setattr(sending, "_WITHOUT_WORKERS", 0.1)
    with pytest.raises(ib.WorkersLostError, match="no workers for 0.1 seconds"):
        new_sweep().advance(10, Idle())


def test_what_cannot_be_sent_is_named():
    class Mine(ib.Norm):
        def __init__(self):
            self.lock = threading.Lock()

        value = dual = lambda self, w: float(np.linalg.norm(w))
        steepest = lambda self, g: -g  # noqa: E731

    sweep = new_sweep(method=ib.SteepestDescent(Mine()))
    with pytest.raises(ib.InvalidTypeError, match="^method: a SteepestDescent cannot be sent to a worker"):
        sweep.advance(5, Inline())


def test_nouns_of_one_s_own_are_sent():
    sweep = ib.Sweep(PROBLEM, [ib.SteepestDescent(Taxicab())], [0.1, 0.2]).advance(20, Inline())
    assert_same_bits(sweep, ib.Sweep(PROBLEM, [ib.SteepestDescent(Taxicab())], [0.1, 0.2]).advance(20))


def test_nouns_of_a_script_are_sent_by_value():
    cloudpickle = pytest.importorskip("cloudpickle")
    space = {"__name__": "__main__", "ib": ib, "np": np}
    exec(
        "class Mine(ib.Norm):\n"
        "    def value(self, w): return float(np.abs(w).sum())\n"
        "    def dual(self, g): return float(np.abs(g).max())\n",
        space,
    )
    again = cloudpickle.loads(cloudpickle.dumps(space["Mine"]()))
    assert again.value(np.array([1.0, -2.0])) == 3.0


def test_a_folder_goes_on_where_it_was(tmp_path):
    sweep, folder = new_sweep(), tmp_path / "deep" / "folder"
    whole = new_sweep().advance(2000)

    class StopError(Exception):
        pass

    def fail(*arguments):
        if next(left) == 0:
            raise StopError
        return write(*arguments)

    from implicitbias.runs.sweep.folder import Folder

    left, write = iter(range(3, -1, -1)), Folder.write
    Folder.write = fail
    try:
        with pytest.raises(StopError):
            sweep.advance(2000, checkpoint=folder)
    finally:
        Folder.write = write
    files = sorted(folder.glob("chunk-*.npz"))
    assert 0 < len(files) < len(sweep._chunks)
    stamps = {file: file.stat().st_mtime_ns for file in files}
    again = new_sweep().advance(2000, checkpoint=folder)
    assert_same_bits(again, whole)
    # A finished folder is read, and nothing is computed or written again; the next call goes on.
    stamps = {file: file.stat().st_mtime_ns for file in folder.glob("chunk-*.npz")}
    third = new_sweep().advance(2000, checkpoint=folder)
    assert {file: file.stat().st_mtime_ns for file in folder.glob("chunk-*.npz")} == stamps
    assert_same_bits(third, whole)
    assert_same_bits(third.advance(500, checkpoint=folder), whole.advance(500))
    # A folder that is ahead is taken as it is.
    ahead = new_sweep().advance(100, checkpoint=folder)
    assert (ahead.t, ahead.runs[0, 0].t) == (2500, 2500)
    assert json.loads((folder / "sweep.json").read_text())["labels"]["step_size"][-1] == 1.0


def test_a_folder_of_which_a_part_is_ahead_is_said_to_be_so(tmp_path):
    new_sweep().advance(500, checkpoint=tmp_path)
    sorted(tmp_path.glob("chunk-*.npz"))[0].unlink()
    with pytest.warns(ib.CheckpointWarning, match=r"at t = 500 already, beyond t = 100, .* advance\(400\)"):
        mixed = new_sweep().advance(100, checkpoint=tmp_path)
    assert mixed.t == 100
    assert {run.t for run in mixed.runs.flat} == {100, 500}
    assert_same_bits(mixed.advance(400), new_sweep().advance(500))


def of_depth(depth):
    problem = ib.Problem(PROBLEM.X, PROBLEM.y, PROBLEM.loss, ib.Diagonal(depth))
    return ib.Sweep(problem, ib.GradientDescent(), [0.01, 0.02], w0=np.full(10, 0.5))


def test_the_model_belongs_to_a_sweep(tmp_path):
    of_depth(2).advance(10, checkpoint=tmp_path)
    with pytest.raises(ib.CheckpointError, match=r"the folder of another sweep \(its problem differ"):
        of_depth(3).advance(10, checkpoint=tmp_path)
    assert of_depth(2).advance(10, checkpoint=tmp_path).runs[0].t == 10


def test_labels_change_no_run(tmp_path):
    labeled = [{name: ib.SteepestDescent(ib.Lp(3)), "l2": ib.GradientDescent()} for name in ("a", "b")]
    whole = new_sweep(method=labeled[0]).advance(500, checkpoint=tmp_path)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    again = new_sweep(method=labeled[1]).advance(500, checkpoint=tmp_path)
    assert_same_bits(again, whole)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_chunk_under_anothers_name_is_done_again(tmp_path):
    whole = new_sweep().advance(100, checkpoint=tmp_path)
    files = sorted(tmp_path.glob("chunk-*.npz"))
    sizes = [block.counts.size for block in whole._blocks]
    same = [number for number, size in enumerate(sizes) if size == sizes[0]]
    assert len(same) > 1
    files[same[1]].write_bytes(files[0].read_bytes())
    with pytest.warns(ib.CheckpointWarning, match="another chunk's file under its name; its runs are done"):
        assert_same_bits(new_sweep().advance(100, checkpoint=tmp_path), whole)


def test_beyond_counted_iterations_there_are_no_steps():
    sweep = ib.Sweep(PROBLEM, ib.GradientDescent(), [0.01, 0.02]).fast_forward(1e20)
    with pytest.raises(ib.InvalidValueError, match=r"^steps: there are none to take beyond t = 2\^53"):
        sweep.advance(10)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ib.InvalidValueError, match="^checkpoint: expected a folder that can be made"):
        new_sweep().advance(1, checkpoint=tmp_path / "file" / "folder")


def test_a_damaged_chunk_is_done_again(tmp_path):
    whole = new_sweep().advance(500, checkpoint=tmp_path)
    file = sorted(tmp_path.glob("chunk-*.npz"))[1]
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    (tmp_path / "chunk-000000.npz").write_bytes(b"")
    with pytest.warns(ib.CheckpointWarning, match="chunk-00000[01].npz: .*its runs are done again"):
        again = new_sweep().advance(500, checkpoint=tmp_path)
    assert_same_bits(again, whole)
    assert_same_bits(new_sweep().advance(500, checkpoint=tmp_path), whole)


def test_other_folders_are_refused(tmp_path):
    new_sweep().advance(10, checkpoint=tmp_path / "one")
    before = {file: file.read_bytes() for file in (tmp_path / "one").iterdir()}
    for others, told in [
        ({"step_size": STEPS[:-1]}, "step_size"),
        ({"problem": ib.Problem(PROBLEM.X * 2, np.ones(20), ib.Exponential())}, "problem"),
        ({"record": ib.every(2)}, "record"),
        ({"method": [ib.SteepestDescent(ib.Lp(1.5)), ib.SteepestDescent(ib.Lp(3))]}, "method"),
        ({"w0": np.ones(5)}, "w0"),
    ]:
        with pytest.raises(ib.CheckpointError, match=rf"the folder of another sweep \(its {told} differ"):
            new_sweep(**others).advance(10, checkpoint=tmp_path / "one")
    assert {file: file.read_bytes() for file in (tmp_path / "one").iterdir()} == before
    (tmp_path / "two").mkdir()
    ib.Run(PROBLEM, ib.GradientDescent()).save(tmp_path / "two" / "run.npz")
    with pytest.raises(ib.CheckpointError, match="not the folder of a sweep"):
        new_sweep().advance(10, checkpoint=tmp_path / "two")
    with pytest.raises(ib.InvalidValueError, match="^checkpoint: expected a folder, got the file"):
        new_sweep().advance(10, checkpoint=tmp_path / "two" / "run.npz")
    (tmp_path / "one" / "sweep.json").write_text("{}")
    with pytest.raises(ib.CheckpointError, match=r"sweep\.json: not what a sweep writes"):
        new_sweep().advance(10, checkpoint=tmp_path / "one")


@pytest.fixture
def kill_when_third_is_back(monkeypatch):
    """Kill one of some processes when the third task is back: the sweep is then under way, however fast."""

    def arrange(processes):
        following, killed = Sending._next, []

        def next_then_kill(sending):
            back = following(sending)
            killed.append(None)
            if len(killed) == 3:
                os.kill(processes()[0], signal.SIGKILL)
            return back

        monkeypatch.setattr(Sending, "_next", next_then_kill)
        return killed

    return arrange


@pytest.mark.slow
def test_a_pool_whose_worker_is_killed_is_replaced(kill_when_third_is_back):
    with ProcessPoolExecutor(2, mp_context=spawn) as pool:
        back = kill_when_third_is_back(lambda: list(pool._processes))
        sweep = new_sweep().advance(60_000, pool)
    assert len(back) > 3
    assert_same_bits(sweep, new_sweep().advance(60_000))


def die_once_while_sending(file):
    """Have one process, the first to come, end itself with the first part of a result on the way."""
    from multiprocessing.connection import Connection

    send = Connection._send

    def send_a_part(connection, data, write=os.write):
        try:
            file.touch(exist_ok=False)
        except FileExistsError:
            return send(connection, data)
        write(connection._handle, memoryview(data)[: len(data) // 2])
        os.kill(os.getpid(), signal.SIGKILL)

    Connection._send = send_a_part


@pytest.mark.slow
def test_a_pool_that_waits_for_the_rest_of_a_result_is_replaced(tmp_path):
    file = tmp_path / "died"
    with ProcessPoolExecutor(2, spawn, die_once_while_sending, (file,)) as pool:
        sweep = new_sweep().advance(3000, pool)
    assert file.exists()
    assert_same_bits(sweep, new_sweep().advance(3000))


@pytest.mark.slow
def test_loky_gives_the_same_bits():
    loky = pytest.importorskip("joblib.externals.loky")
    executor = loky.get_reusable_executor(2)
    try:
        assert_same_bits(new_sweep().advance(3000, executor), new_sweep().advance(3000))
    finally:
        executor.shutdown()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_of_dask_whose_worker_is_killed(kill_when_third_is_back):
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        back = kill_when_third_is_back(lambda: [worker.pid for worker in cluster.workers.values()])
        sweep = new_sweep().advance(60_000, client.get_executor())
        executor = client.get_executor()
    assert len(back) > 3
    assert_same_bits(sweep, new_sweep().advance(60_000))
    with pytest.raises(ib.WorkersLostError, match="client of Dask is closed"):
        new_sweep().advance(10, executor)


KILLED = """
import sys
import numpy as np
import implicitbias as ib
from implicitbias.runs.sweep import sweep
sweep.SECONDS = 0.02
rng = np.random.default_rng(0)
problem = ib.Problem(rng.normal(size=(20, 5)) + 2, np.ones(20), ib.Exponential())
steps = list(np.linspace(0.1, 1, 120))
ib.Sweep(problem, ib.GradientDescent(), steps).advance(20_000, checkpoint=sys.argv[1])
"""


@pytest.mark.slow
def test_fifty_kills_lose_nothing(tmp_path):
    random.seed(0)
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", KILLED, tmp_path / "whole"], check=True)
    whole = time.monotonic() - begun
    for _ in range(50):
        process = subprocess.Popen([sys.executable, "-c", KILLED, tmp_path / "killed"])
        time.sleep(random.uniform(0.3, 0.3 + whole / 10))
        process.send_signal(signal.SIGKILL)
        process.wait()
    subprocess.run([sys.executable, "-c", KILLED, tmp_path / "killed"], check=True)
    for file in (tmp_path / "whole").glob("*.npz"):
        with np.load(file) as one, np.load(tmp_path / "killed" / file.name) as other:
            assert one.files == other.files
            for name in one.files:
                np.testing.assert_array_equal(one[name], other[name])
