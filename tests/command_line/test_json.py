"""``implicitbias run --json``: one object on stdout, and nothing else."""

import csv
import json
import os

import numpy as np
import pytest

import implicitbias as ib
from implicitbias.claims.max_margin import MaxMarginClaim
from shell import POINTS, SHORT, shell


def strictly(text):
    """Read JSON without NaN and Infinity, which Python's own reader would let through."""

    def refuse(constant):
        raise ValueError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


def test_alone_on_stdout(tmp_path):
    done = shell("run", "--norm", "2", "--norm", "1", "--steps", "1e3", "--out", "o", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = strictly(done.stdout)
    assert found["implicitbias"] == ib.__version__
    assert found["dataset"] == {
        "name": "iris_setosa",
        "samples": 150,
        "shape": [4],
        "classification": True,
        "notes": ["standardized"],
    }
    assert found["problem"] == {"samples": 150, "shape": [4], "loss": "Exponential()", "monotone": True}
    assert (found["interrupted"], found["files"]) == (False, ["o/table.csv", "o/margins.png"])
    assert [run["name"] for run in found["runs"]] == ["l2", "l1"]
    problem = ib.datasets.iris_setosa().problem(ib.Exponential())
    for run, p in zip(found["runs"], (2, 1), strict=True):
        same = ib.Run(problem, ib.SteepestDescent(ib.Lp(p))).advance(1000)
        claim = ib.predict(problem, same.method)
        report = ib.compare(same, claim)
        assert run["method"] == repr(same.method)
        assert run["step_size"] == repr(same.step_size)
        assert (run["t"], run["margin"], run["log_loss"]) == (1000, same.margin, same.log_loss)
        assert run["bracket"] == {"lower": same.bracket.lower, "upper": same.bracket.upper}
        assert (run["certified_gap"], run["gap"]) == (same.bracket.gap, report.gap)
        assert (run["verdict"], run["reason"]) == (report.verdict, report.reason)
        assert run["oracle"] == claim.solve().value
        assert (run["kind"], run["eta"], run["batch"], run["residual"]) == ("run", None, None, None)
        assert all((tmp_path / file).stat().st_size for file in run["files"].values())
    for word in ("l2:", "t = 1,000", "2 runs done in", "not yet converged", "table.csv"):
        assert word in done.stderr  # the progress bars, too


def test_what_is_not_finite_is_still_json(command, tmp_path):
    name = os.fsdecode(b'\xff"\n[red].csv')
    (tmp_path / name).write_text(POINTS)
    status, shown, _ = command(
        *("run", "--data", name, "--loss", "squared", "--eta", ".08", "--eta", "1e200", "--json"),
        *("--norm", "inf", "--method", "NaturalGradient(Entropy)", *SHORT),
    )
    assert status == 1
    found = strictly(shown)
    assert found["dataset"]["name"] == name.removesuffix(".csv")
    assert {run["verdict"] for run in found["runs"]} >= {"failed"}
    assert all(run["margin"] is run["bracket"] is run["angle"] is None for run in found["runs"])
    assert all(isinstance(run["residual"], float) or run["residual"] == "inf" for run in found["runs"])
    with open("o/table.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    for run, row in zip(found["runs"], rows, strict=True):
        np.testing.assert_equal(float(row["residual"]), float(run["residual"]))


def test_margins_that_are_none_yet(command):
    """At w = 0 there is no margin, and nothing is certified."""
    ib.Run(ib.datasets.iris_setosa().problem(ib.Exponential()), ib.GradientDescent()).save("r.npz")
    status, shown, _ = command("run", "--resume", "r.npz", "--steps", "1", "--json", "--no-oracle")
    assert status == 0
    found = strictly(shown)
    assert found["dataset"] is None
    (run,) = found["runs"]
    assert (run["t"], run["verdict"], run["oracle"], run["gap"]) == (1, "not asked", None, None)


def test_numbers_as_they_are_given(command):
    status, shown, _ = command("run", "--norm", "2", "--eta", "0.0001", "--json", "--quiet", *SHORT)
    assert status == 0
    assert '"eta": 0.0001,' in shown
    assert '"step_size": "Constant(eta=0.0001)"' in shown


def test_quiet_json_is_nothing_but_json(command):
    arguments = ("--data", "example_2", "--eta", "0.02", "--steps", "3000", "--flow", "--out", "o")
    methods = ("--method", "MirrorDescent(Entropy)", "--batch", "MiniBatch(1, 7)")
    status, shown, complaint = command("run", *arguments, *methods, "--json", "--quiet")
    assert (status, complaint) == (0, "")
    run, flow = strictly(shown)["runs"]
    assert (run["kind"], flow["kind"], flow["name"]) == ("run", "flow", "flow of MirrorDescent(Entropy)")
    assert run["batch"] == repr(ib.MiniBatch(1, 7))
    assert list(run) == list(flow)
    assert (flow["verdict"], flow["files"], flow["iterates"]) == ("holds", {}, "converged")


def test_a_failing_oracle_is_a_reason(command, monkeypatch):
    def fail(claim):
        raise ib.OracleError("no [b]solution[/b]\nhere\x1b[31m")

    monkeypatch.setattr(MaxMarginClaim, "solve", fail)
    status, shown, complaint = command("run", "--norm", "2", "--json", "--quiet", *SHORT)
    assert status == 1
    (run,) = strictly(shown)["runs"]
    assert (run["verdict"], run["reason"]) == ("failed", "no [b]solution[/b]\nhere\x1b[31m")
    assert complaint.startswith("error: l2: no [b]solution[/b]\nhere")


@pytest.mark.parametrize(
    "arguments",
    [("--norm", "0.5"), ("--out", "/proc"), ("--data", "none.csv"), ("--batch", "MiniBatch(10**12, 1)")],
)
def test_errors_are_objects_too(command, arguments):
    status, shown, complaint = command("run", *SHORT, "--json", *arguments)
    assert status == 2
    assert complaint.endswith(f"error: {strictly(shown)['error']}\n")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["run", "--bogus"], "No such option: --bogus"),
        (["run", "--every", "soon"], "Invalid value for '--every'"),
        (["run", "--ties", "none"], "Invalid value for '--ties'"),
        (["run", "more"], "Got unexpected extra argument"),
        (["ran"], "No such command 'ran'"),
    ],
)
def test_errors_of_usage_are_objects_too(command, arguments, error):
    status, shown, complaint = command(*arguments, "--json")
    assert status == 2
    assert strictly(shown)["error"].startswith(error)
    assert "Error" in complaint
    status, shown, complaint = command(*arguments)
    assert (status, shown) == (2, "")
    assert "Error" in complaint


def test_interrupted(command, monkeypatch):
    def interrupt(run, count, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(ib.Run, "advance", interrupt)
    status, shown, complaint = command("run", "--norm", "2", "--norm", "3", "--json", "--quiet", *SHORT)
    assert status == 130
    found = strictly(shown)
    assert found["interrupted"] is True
    assert [(run["name"], run["t"], run["margin"]) for run in found["runs"]] == [("l2", 0, "-inf")]
    assert "To go on: implicitbias run --resume o/l2.npz --resume o/l3.npz\n" in complaint
