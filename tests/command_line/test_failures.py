"""What fails on the way costs what it must, and no more."""

import csv
import errno
import os
import resource

import pytest

import implicitbias as ib
from implicitbias.claims.max_margin import MaxMarginClaim
from shell import POINTS, SHORT, shell


@pytest.mark.parametrize("error", [ib.OracleError, ib.InvalidValueError, ZeroDivisionError])
def test_a_norm_without_oracle_does_not_stop_the_others(command, tmp_path, monkeypatch, error):
    real = MaxMarginClaim.solve

    def solve(claim):
        if claim.method.norm.p == 2:
            assert (tmp_path / "o" / "l2.npz").exists()  # saved before it is judged
            assert (tmp_path / "o" / "l2.csv").exists()
            raise error("no [b]solution[/b] here")
        return real(claim)

    monkeypatch.setattr(MaxMarginClaim, "solve", solve)
    arguments = ("--norm", "2", "--norm", "3", "--steps", "1e5", "--out", "o")
    status, shown, _ = command("run", *arguments)
    assert status == 1
    kind = "" if issubclass(error, ib.ImplicitBiasError) else "ZeroDivisionError: "
    assert f"\nl2: {kind}no [b]solution[/b] here\n" in shown
    with open("o/table.csv", newline="") as file:
        assert [row["verdict"] for row in csv.DictReader(file)] == ["failed", "holds"]
    assert sorted(os.listdir("o")) == ["l2.csv", "l2.npz", "l3.csv", "l3.npz", "margins.png", "table.csv"]


def test_a_run_that_diverges_does_not_stop_the_others(command, tmp_path):
    (tmp_path / "points.csv").write_text(POINTS)
    arguments = ("--data", "points.csv", "--loss", "squared", "--eta", ".08", "--steps", "1e4", "--out", "o")
    status, shown, _ = command("run", *arguments, "--norm", "inf", "--norm", "2")
    assert status == 1
    with open("o/table.csv", newline="") as file:
        rows = {row["norm"]: row for row in csv.DictReader(file)}
    assert rows["linf"]["verdict"] == "failed"
    assert "\nlinf: step t = " in shown
    assert "Take smaller steps" in shown
    assert ib.Run.load("o/linf.npz").t == int(rows["linf"]["t"]) > 0
    assert rows["l2"]["verdict"] == "holds"
    assert os.path.exists("o/residuals.png")


def test_a_norm_that_fails_alone_has_a_figure_still(command, monkeypatch):
    def solve(claim):
        raise ib.OracleError("no solution here")

    monkeypatch.setattr(MaxMarginClaim, "solve", solve)
    assert command("run", "--norm", "2", *SHORT)[0] == 1
    assert os.path.getsize("o/margins.png") > 20000


def test_a_figure_that_fails_does_not_lose_the_table(command, monkeypatch):
    def fail(*arguments, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("matplotlib.figure.Figure.savefig", fail)
    status, shown, complaint = command("run", "--norm", "2", *SHORT)
    assert status == 2
    assert "not yet" in shown
    assert complaint == "error: out: 'o/margins.png' cannot be written (No space left on device)\n"
    assert sorted(os.listdir("o")) == ["l2.csv", "l2.npz", "table.csv"]


def test_what_cannot_be_written_does_not_lose_the_rest(command, tmp_path):
    for name in ("l2.npz", "table.csv"):
        (tmp_path / "o" / name).mkdir(parents=True)
    status, shown, complaint = command("run", "--norm", "2", "--norm", "3", *SHORT)
    assert status == 2
    assert "error: out: 'o/l2.npz' cannot be written (Is a directory)\n" in complaint
    assert "error: out: 'o/table.csv' cannot be written (Is a directory)\n" in complaint
    assert "l2: the margin is still" in shown
    assert "l3: the margin is still" in shown
    assert ib.Run.load("o/l3.npz").t == 100


@pytest.mark.parametrize("name", ["run", "paper"])
def test_an_empty_name_is_no_folder(command, tmp_path, name):
    status, _, complaint = command(name, "--out", "")
    assert status == 2
    assert "out: expected a folder, got ''" in complaint
    assert os.listdir(tmp_path) == []


def test_a_full_disk(tmp_path):
    """Stood in for by a limit on the size of files: NumPy's archive is left half-written."""
    done = shell(
        *("run", "--norm", "2", *SHORT),
        cwd=tmp_path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000)),
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "error: out: 'o/l2.npz' cannot be written (File too large)\n" in done.stderr
    assert "l2: the margin is still" in done.stdout
    assert "l2.npz" not in os.listdir(tmp_path / "o")
    assert "table.csv" in os.listdir(tmp_path / "o")
