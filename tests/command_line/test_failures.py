"""What fails on the way costs what it must, and no more."""

import csv
import errno
import os
import re
import resource

import pytest
import typer

import implicitbias as ib
from implicitbias.claims.max_margin import MaxMarginClaim
from implicitbias.command_line.app import app
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
    for name in ("l2.csv", "table.csv"):
        (tmp_path / "o" / name).mkdir(parents=True)
    status, shown, complaint = command("run", "--norm", "2", "--norm", "3", *SHORT)
    assert status == 2
    assert "error: out: 'o/l2.csv' cannot be written (Is a directory)\n" in complaint
    assert "error: out: 'o/table.csv' cannot be written (Is a directory)\n" in complaint
    assert "l2: the margin is still" in shown
    assert "l3: the margin is still" in shown
    assert ib.Run.load("o/l3.npz").t == 100


PLACES = [
    (name, parameter)
    for name, each in typer.main.get_command(app).commands.items()
    for parameter in each.params
    if parameter.metavar in ("FOLDER", "FILE", "STUDY")
]


@pytest.mark.parametrize(("name", "parameter"), PLACES, ids=lambda each: getattr(each, "name", each))
def test_an_empty_name_is_no_place(command, tmp_path, name, parameter):
    """As of a shell variable that is not set."""
    option = parameter.opts if parameter.param_type_name == "option" else []
    status, shown, complaint = command(name, *option, "")
    assert status == 2
    assert re.search("expected (a folder|the name of a file), got", complaint)
    assert shown == ""
    assert os.listdir(tmp_path) == []


def test_places_are_tried():
    assert {name for name, _ in PLACES} == {"run", "sweep", "paper", "fingerprint", "info"}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--every", "nan"), "every: expected a positive number of seconds, got nan"),
        (("--log", "none/log"), "log: expected a file to write to, got 'none/log' (No such file"),
        (("--log", "."), "log: expected a file to write to, got '.' (Is a directory)"),
        (("--out", "points.csv"), "out: expected a folder to write to, got 'points.csv' (File exists)"),
        (
            ("--out", "points.csv/o"),
            "out: expected a folder to write to, got 'points.csv/o' (Not a directory)",
        ),
        (("--out", "taken"), "out: expected a file, got the folder 'taken/l2.npz'"),
    ],
)
def test_places_are_looked_at_before_anything_is_computed(
    command, tmp_path, monkeypatch, arguments, complaint
):
    (tmp_path / "points.csv").write_text(POINTS)
    (tmp_path / "taken" / "l2.npz").mkdir(parents=True)

    def compute(*_):
        raise AssertionError

    monkeypatch.setattr(ib.Run, "advance", compute)
    if "taken" not in arguments:
        monkeypatch.setattr("implicitbias.command_line.run_command.read_dataset", compute)
    status, _, complained = command("run", "--norm", "2", "--no-oracle", *SHORT, *arguments)
    assert status == 2
    assert complained.startswith(f"error: {complaint}"), complained
    assert sorted(os.listdir(tmp_path)) == ["points.csv", "taken"]


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
