"""Files that former versions wrote: they load, go on as runs of today do, and are saved in today's format."""

import json

import numpy as np
import pytest

import implicitbias as ib
import stored_runs
from implicitbias.runs import checkpoint
from same import assert_same
from storages import as_array

STORED = [(run, file_format) for run, formats in stored_runs.FORMATS.items() for file_format in formats]
every_file = pytest.mark.parametrize(
    ("experiment", "file_format"), STORED, ids=[f"{run.__name__} {which}" for run, which in STORED]
)


def load(experiment, path):
    return ib.Run.load(path, norm=stored_runs.DOUBLED if experiment is stored_runs.own_norm else None)


def header(path):
    with np.load(path) as file:
        return json.loads(file["header"].tobytes())


def go_on(run):
    """Advance, or leap where no steps can be taken any more."""
    return run.advance(100) if run.t < 2**53 else run.fast_forward(100 * run.t)


def assert_close(run, fresh):
    """Up to rounding, and up to the error of a leap."""
    assert (run.t, run.form) == (fresh.t, fresh.form)
    assert run.largest_step == pytest.approx(fresh.largest_step, rel=1e-12)
    error = run.error + fresh.error
    np.testing.assert_allclose(run.w, fresh.w, rtol=1e-12, atol=error)
    rows, others = run.trajectory, fresh.trajectory
    assert rows.keys() == others.keys()
    for name in rows:
        if name != "error":
            np.testing.assert_allclose(rows[name], others[name], rtol=1e-11, atol=1e-13 + error, err_msg=name)


def test_every_file_is_tried():
    files = {path.name for path in stored_runs.FOLDER.iterdir()}
    assert files == {stored_runs.path(*stored).name for stored in STORED}
    formats = {header(stored_runs.path(*stored))["format_version"] for stored in STORED}
    assert formats == set(range(1, checkpoint.FORMAT_VERSION))


@every_file
def test_files_of_former_formats_load(experiment, file_format):
    path = stored_runs.path(experiment, file_format)
    run, fresh = load(experiment, path), stored_runs.begun(experiment)
    number = int(file_format.partition("_")[0])
    assert header(path)["format_version"] == number
    assert run.until == (fresh.until if number >= 4 else None)
    assert run.origin["package_version"] == "0.1.0"
    assert (run.method, run.step_size, run.batch, run.record, run.problem.loss) == (
        fresh.method,
        fresh.step_size,
        fresh.batch,
        fresh.record,
        fresh.problem.loss,
    )
    assert (type(run.problem.X), run.problem.X.dtype) == (type(fresh.problem.X), fresh.problem.X.dtype)
    np.testing.assert_array_equal(as_array(run.problem.X), as_array(fresh.problem.X))
    np.testing.assert_array_equal(run.problem.y, fresh.problem.y)
    assert run.threads == fresh.threads
    assert_close(run, fresh)
    assert_close(go_on(run), go_on(fresh))


@every_file
def test_files_of_former_formats_are_saved_in_this_one(experiment, file_format, tmp_path):
    run = load(experiment, stored_runs.path(experiment, file_format))
    run.save(tmp_path / "run.npz")
    assert header(tmp_path / "run.npz")["format_version"] == checkpoint.FORMAT_VERSION
    again = load(experiment, tmp_path / "run.npz")
    assert_same(again, run)
    assert_same(go_on(again), go_on(run))


@pytest.mark.parametrize("file_format", stored_runs.FORMATS[stored_runs.steepest])
def test_a_violation_of_unknown_time_may_have_been_the_last_step(file_format):
    """Files up to format 4 know the largest step only."""
    run = load(stored_runs.steepest, stored_runs.path(stored_runs.steepest, file_format))
    assert run.largest_step[0] > 0
    assert run._loop.last_violation == run.t - 1
    assert stored_runs.begun(stored_runs.steepest)._loop.last_violation < 10
