"""What is judged, what is said meanwhile, and what the exit status makes of it."""

import csv
import os
import shutil

import pytest

import implicitbias as ib
from implicitbias.claims.max_margin import MaxMarginClaim
from implicitbias.command_line import run_work
from shell import POINTS, SHORT

EXAMPLE_2 = ("run", "--data", "example_2", "--steps", "3000", "--out", "o")


def verdicts():
    with open("o/table.csv", newline="") as file:
        return [row["verdict"] for row in csv.DictReader(file)]


def test_no_oracle(command, monkeypatch):
    def asked(*arguments, **options):
        raise AssertionError("an oracle was asked")

    monkeypatch.setattr(MaxMarginClaim, "solve", asked)
    monkeypatch.setattr("cvxpy.Problem.solve", asked)
    monkeypatch.setattr("scipy.optimize.linprog", asked)
    status, shown, complaint = command("run", "--norm", "1", "--norm", "3", "--no-oracle", *SHORT)
    assert (status, complaint) == (0, "")
    assert shown.count("not asked") == 2
    assert "certified" in shown
    assert not any(word in shown for word in ("oracle", "angle", "Linearly separable"))
    assert verdicts() == ["not asked", "not asked"]
    assert os.path.getsize("o/margins.png") > 20000


def test_no_oracle_on_points(command):
    method = ("--method", "MirrorDescent(Entropy)", "--flow")
    status, shown, _ = command(*EXAMPLE_2, *method, "--eta", "0.02", "--no-oracle")
    assert status == 0
    assert "distance" not in shown
    assert verdicts() == ["not asked", "not asked"]


def test_no_oracle_says_whether_data_are_separable(command):
    """Here they are not, so that the runs have a negative margin."""
    arguments = ("--data", "breast_cancer", "--no-intercept", "--norm", "2", "--no-oracle")
    assert command("run", *arguments, *SHORT)[0] == 0
    assert ib.Run.load("o/l2.npz").margin < 0


def test_data_that_do_not_separate_where_claims_are_about_them(command):
    arguments = ("run", "--data", "breast_cancer", "--no-intercept", "--loss", "logistic", *SHORT)
    decay = ("--method", "Adam(eps=0, weight_decay=1)", "--step", "Polynomial(0.1, 0.5)")
    status, shown, complaint = command(*arguments, "--method", "GradientDescent", *decay)
    assert status == 0, complaint
    assert "Not linearly separable (overlap): the claims are about such data" in " ".join(shown.split())
    assert set(verdicts()) <= {"holds", "not yet converged", "hypothesis fails"}
    assert command(*arguments, "--method", "GradientDescent", "--norm", "3", "--eta", ".01")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "verdict", "status"),
    [
        ((*EXAMPLE_2, "--eta", "0.02", "--method", "MirrorDescent(Entropy)"), "holds", 0),
        ((*EXAMPLE_2, "--eta", "0.02", "--method", "NaturalGradient(Entropy)"), "no claim", 0),
        ((*EXAMPLE_2, "--eta", "0.7", "--method", "MirrorDescent(Entropy)"), "hypothesis fails", 1),
        (("run", "--norm", "2", *SHORT), "not yet converged", 1),
        ((*EXAMPLE_2, "--eta", "9", "--norm", "2"), "failed", 1),
    ],
)
def test_strict(command, arguments, verdict, status):
    usual = 1 if verdict == "failed" else 0
    assert command(*arguments)[0] == usual
    assert verdicts() == [verdict]
    shutil.rmtree("o")  # a run that failed could go on
    ended, shown, complaint = command(*arguments, "--strict")
    assert ended == status
    assert verdict in shown
    assert (f": {verdict}\n" in complaint) == (status == 1)
    shutil.rmtree("o")
    assert command(*arguments, "--strict", "--quiet")[:2] == (status, "")


def test_strict_about_what_is_violated(command, monkeypatch):
    real = MaxMarginClaim.judge

    def judge(claim, run, tolerance):
        judgment = real(claim, run, tolerance)
        return ib.Judgment("violated", "by a test", judgment.gap, limit=judgment.limit)

    monkeypatch.setattr(MaxMarginClaim, "judge", judge)
    assert command("run", "--norm", "2", *SHORT)[0] == 0
    status, _, complaint = command("run", "--norm", "2", *SHORT, "--strict")
    assert (status, complaint) == (1, "error: strict: l2: violated\n")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--strict", "--no-oracle"], "strict: --strict has no effect together with --no-oracle"),
        (["--regularization", "--no-oracle"], "regularization: expected it without --no-oracle"),
    ],
)
def test_refused(command, arguments, complaint):
    status, _, shown = command("run", "--norm", "2", *arguments, *SHORT)
    assert status == 2
    assert shown.startswith(f"error: {complaint}")
    assert not os.path.exists("o")


def test_an_oracle_at_work_is_said_on_large_data(command, monkeypatch):
    assert "Asking the oracles" not in command("run", "--norm", "2", *SHORT)[1]
    monkeypatch.setattr(run_work, "_LARGE", 599)  # iris_setosa has 600 entries
    shown = command("run", "--norm", "2", *SHORT)[1]
    program = "Looking whether the data are linearly separable, by a linear program ...\n"
    assert shown.index(program) < shown.index("l2:") < shown.index("Asking the oracles: convex programs")
    shown = command("run", "--norm", "2", "--no-oracle", *SHORT)[1]
    assert "Asking" not in shown
    assert "Looking" not in shown


def test_quiet_is_quiet(command):
    assert command("run", "--norm", "2", "--quiet", *SHORT) == (0, "", "")
    assert command("run", "--norm", "2", "--quiet", "--regularization", *SHORT) == (0, "", "")
    assert sorted(os.listdir("o")) == [
        *("l2.csv", "l2.npz", "margins.png", "paths.csv", "paths.png", "table.csv")
    ]
    assert command("run", "--resume", "o/l2.npz", "--quiet") == (0, "", "")


def test_quiet_says_what_failed(command, tmp_path):
    (tmp_path / "points.csv").write_text(POINTS)
    arguments = ("--data", "points.csv", "--loss", "squared", "--eta", ".08", "--steps", "1e4", "--out", "o")
    status, shown, complaint = command("run", *arguments, "--norm", "inf", "--norm", "2", "--quiet")
    assert (status, shown) == (1, "")
    assert complaint.startswith("error: linf: step t = ")
    assert complaint.count("\n") == 1


def test_what_was_quiet_once_speaks_again(command):
    assert command("run", "--norm", "0.5", "--quiet", *SHORT)[0] == 2
    assert "l2" in command("run", "--norm", "2", *SHORT)[1]
