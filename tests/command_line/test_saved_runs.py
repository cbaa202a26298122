"""Runs that are interrupted, and go on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import implicitbias as ib
from same import assert_same
from shell import SHORT, shell


@pytest.mark.usefixtures("heeded_signals")
def test_ctrl_c_keeps_the_results(tmp_path):
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "implicitbias",
            "run",
            "--norm",
            "2",
            "--norm",
            "1",
            "--steps",
            "1e12",
            "--out",
            "o",
        ],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    next(line for line in process.stdout if line.startswith("l2:"))
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    shown = process.communicate(timeout=60)[0]
    assert process.returncode == 130, shown
    assert "Interrupted at t = " in shown
    assert ib.Run.load(tmp_path / "o" / "l2.npz").t > 1000


@pytest.mark.usefixtures("heeded_signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_was_stopped_goes_on(tmp_path, number):
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "implicitbias", "run", "--norm", "2", "--norm", "1"),
            *("--steps", "1e12", "--out", "o 1", "--log", "job.log", "--quiet"),
        ],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (tmp_path / "o 1" / "l2.npz").exists():
        time.sleep(0.01)
    time.sleep(0.5)
    process.send_signal(number)
    printed, shown = process.communicate(timeout=60)
    assert (process.returncode, printed) == (130, ""), shown
    to_go_on = "To go on: implicitbias run --resume 'o 1/l2.npz' --resume 'o 1/l1.npz'"
    assert to_go_on in shown
    assert to_go_on in (tmp_path / "job.log").read_text()
    stopped = {name: ib.Run.load(tmp_path / "o 1" / f"{name}.npz") for name in ("l2", "l1")}
    assert stopped["l2"].t > 1000
    assert stopped["l1"].t == 0
    assert all(run.until == 10**12 for run in stopped.values())

    goal = stopped["l2"].t + 1000
    options = (word for name in stopped for word in ("--resume", f"o 1/{name}.npz"))
    done = shell("run", *options, "--steps", str(goal), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2 runs done in" in done.stdout
    data = ib.datasets.iris_setosa()
    for name, p in (("l2", 2), ("l1", 1)):
        run = ib.Run.load(tmp_path / "o 1" / f"{name}.npz")
        same = ib.Run(data.problem(ib.Exponential()), ib.SteepestDescent(ib.Lp(p))).advance(goal)
        assert_same(run, same)


def test_resumed_runs_end_where_they_were_to_end(command):
    problem = ib.datasets.iris_setosa().problem(ib.Exponential())
    os.mkdir("o")
    for p in (2, 3):
        run = ib.Run(problem, ib.SteepestDescent(ib.Lp(p))).advance(1000)
        run._until = 3000
        run.save(f"o/{p}.npz")
    status, shown, complaint = command("run", "--resume", "o/2.npz", "--resume", "o/3.npz", "--log", "log")
    assert status == 0, complaint
    assert "l2: the margin is still" in shown
    assert ib.Run.load("o/2.npz").t == ib.Run.load("o/3.npz").t == 3000
    assert sorted(os.listdir("o")) == ["2.csv", "2.npz", "3.csv", "3.npz", "margins.png", "table.csv"]
    log = Path("log").read_text()
    assert "INFO" in log
    assert "t = 3,000  log L" in log
    status, shown, _ = command("run", "--resume", "o/2.npz", "--out", "elsewhere")
    assert status == 0
    assert "l2: at t = 3,000 already." in shown
    assert "table.csv" in os.listdir("elsewhere")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("run", "--resume", "."), "resume: expected a run's .npz file, got the folder '.'"),
        (("info", "none.npz"), "file: expected a run's .npz file, got 'none.npz': No such file"),
    ],
)
def test_what_cannot_be_read(command, arguments, complaint):
    status, _, shown = command(*arguments)
    assert status == 2
    assert complaint in " ".join(shown.split())


def test_what_is_on_its_way_is_not_overwritten(command):
    norm = ("--data", "iris_setosa", "--norm", "2")
    os.mkdir("o")
    run = ib.Run(ib.datasets.iris_setosa().problem(ib.Exponential()), ib.SteepestDescent(ib.Lp(2)))
    run.advance(1000)._until = 3000
    run.save("o/l2.npz")
    before = Path("o/l2.npz").read_bytes()
    status, _, complaint = command("run", *norm, *SHORT)
    assert status == 2
    assert "out: o/l2.npz is on its way, at t = 1,000 of 3,000; go on with --resume o/l2.npz" in " ".join(
        complaint.split()
    )
    assert Path("o/l2.npz").read_bytes() == before
    assert command("run", "--resume", "o/l2.npz")[0] == 0
    assert command("run", *norm, *SHORT)[0] == 0  # what has ended is
    assert ib.Run.load("o/l2.npz").t == 100
    Path("o/l2.npz").write_bytes(b"no run")
    assert command("run", *norm, *SHORT)[0] == 0


def test_resuming_one_of_a_kind_leaves_the_other(command):
    norms = ("--norm", "WeightedNorm([1,2,3,4],Lp(2))", "--norm", "WeightedNorm([4,2,3,4],Lp(2))")
    assert command("run", *norms, *SHORT)[0] == 0
    stems = sorted(path.stem for path in Path("o").glob("*.npz"))
    assert len(stems) == 2
    before = Path(f"o/{stems[0]}.csv").read_bytes()
    assert command("run", "--resume", f"o/{stems[1]}.npz", "--steps", "200")[0] == 0
    assert Path(f"o/{stems[0]}.csv").read_bytes() == before
    assert Path(f"o/{stems[1]}.csv").read_text().count("\n200,") == 1
    run = ib.Run.load(f"o/{stems[0]}.npz")
    assert (run.t, run.until) == (100, 100)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ("--resume", "a.npz", "--resume", "a.npz", "--steps", "5"),
            "resume: expected files of different names",
        ),
        (("--resume", "a.npz", "--norm", "2"), "norm: --norm has no effect together with --resume"),
        (("--resume", "a.npz", "--flow"), "flow: --flow has no effect together with --resume"),
        (("--resume", "a.npz"), "steps: expected --steps, since a.npz does not say where it was to end"),
        (
            ("--resume", "none.npz"),
            "resume: expected a run's .npz file, got 'none.npz': No such file or directory",
        ),
        (("--resume", "no.npz"), "no.npz: not a checkpoint"),
        (("--resume", "a.npz", "--resume", "b.npz", "--steps", "5"), "resume: expected runs on one problem"),
        (("--norm", "2"), "out: expected a folder, --out FOLDER"),
        (("--norm", "2", "--out", "o", "--every", "-1"), "every: expected a positive number of seconds"),
        (
            ("--norm", "2", "--out", "o", "--log", "none/log"),
            "log: expected a file to write to, got 'none/log'",
        ),
    ],
)
def test_refused_where_it_cannot_go_on(command, arguments, complaint):
    for name, loss in (("a", ib.Exponential()), ("b", ib.Logistic())):
        ib.Run(ib.datasets.iris_setosa().problem(loss), ib.GradientDescent()).save(f"{name}.npz")
    with open("no.npz", "w") as file:
        file.write("no")
    status, _, shown = command("run", *arguments)
    assert status == 2
    assert shown.startswith(f"error: {complaint}")
