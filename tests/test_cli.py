"""The command line, as a shell sees it."""

import csv
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import implicitbias as ib


def shell(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "implicitbias", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "80"},
    )


def test_the_main_job(tmp_path):
    done = shell(cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for word in ("iris_setosa", "l1", "l4/3", "l2", "linf", "margins.png"):
        assert word in done.stdout
    assert done.stdout.count("holds") == 4
    assert (tmp_path / "implicitbias-out" / "margins.png").stat().st_size > 20000


def test_run_writes_what_it_says(tmp_path):
    done = shell(
        "run", "--norm", "4/3", "--norm", "2", "--steps", "1e4", "--out", "here", "--quiet", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    out = tmp_path / "here"
    assert sorted(os.listdir(out)) == ["l2.csv", "l2.npz", "l4_3.csv", "l4_3.npz", "margins.png", "table.csv"]
    with open(out / "table.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["norm"] for row in rows] == ["l4/3", "l2"]
    run = ib.Run.load(out / "l4_3.npz")
    data = ib.datasets.iris_setosa()
    same = ib.Run(data.problem(ib.Exponential()), ib.SteepestDescent(ib.Lp(4 / 3))).advance(10**4)
    np.testing.assert_array_equal(run.w, same.w)
    assert float(rows[0]["margin"]) == same.margin
    assert float(rows[0]["certified upper bound"]) == same.bracket.upper
    with open(out / "l4_3.csv", newline="") as file:
        trajectory = list(csv.DictReader(file))
    np.testing.assert_array_equal([float(row["margin"]) for row in trajectory], same.trajectory.margin)
    np.testing.assert_array_equal([float(row["w3"]) for row in trajectory], same.trajectory.w[:, 3])


def test_own_file(tmp_path):
    (tmp_path / "mine.csv").write_text("a,b,label\n1,2,yes\n2,1.5,yes\n-1,-1,no\n-2,-3,no\n")
    done = shell(
        *("run", "--data", "mine.csv", "--positive", "yes", "--norm", "2", "--steps", "20000"),
        *("--loss", "logistic", "--out", "o", "--quiet"),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert "holds" in done.stdout


def test_squared_loss(tmp_path):
    (tmp_path / "points.csv").write_text("a,b,c,y\n1,1,1,1\n1,2,0,10\n")
    done = shell(
        *("run", "--data", "points.csv", "--loss", "squared", "--eta", ".05", "--norm", "4/3", "--norm", "2"),
        *("--steps", "5000", "--out", "o", "--quiet"),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert "no claim" in done.stdout
    assert "Example 4" in done.stdout
    assert "holds" in done.stdout
    assert (tmp_path / "o" / "residuals.png").exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--norm", "0.5"], "p: expected a number in [1, inf], got 0.5"),
        (["--norm", "two"], "norm: expected a number like 2, 4/3 or inf, got 'two'"),
        (["--norm", "1/0"], "norm: expected a number like"),
        (["--steps", "1.5"], "steps: expected a whole number"),
        (["--steps", "-3"], "steps: expected a whole number"),
        (["--steps", "nan"], "steps: expected a whole number"),
        (
            ["--data", "nothing.csv"],
            "data: expected iris_setosa, digits_3v8, breast_cancer or an existing file",
        ),
        (["--loss", "squared"], "eta: Squared() needs a constant step"),
        (["--eta", "-1"], "eta: expected a positive finite number"),
        (["--data", "breast_cancer", "--no-intercept"], "y: expected linearly separable data, but"),
    ],
)
def test_errors_are_messages(tmp_path, arguments, complaint):
    done = shell("run", *arguments, "--out", "o", cwd=tmp_path)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "o").exists()


def test_info(tmp_path):
    done = shell("info", cwd=tmp_path)
    assert done.returncode == 0
    for word in ("implicitbias", "SIMD level", "CLARABEL", "numpy"):
        assert word in done.stdout


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
    time.sleep(4)
    process.send_signal(signal.SIGINT)
    shown = process.communicate(timeout=60)[0]
    assert process.returncode == 130, shown
    assert "Interrupted at t = " in shown
    assert ib.Run.load(tmp_path / "o" / "l2.npz").t > 1000
