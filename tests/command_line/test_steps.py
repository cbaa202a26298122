"""Several steps: every method takes each of them, and names tell which is which."""

import csv
import os

import pytest

import implicitbias as ib
from shell import SHORT


def test_every_method_with_every_eta(command):
    norms = ("--norm", "2", "--norm", "inf")
    status, shown, complaint = command("run", *norms, "--eta", "0.0001", "--eta", "1e-2", *SHORT)
    assert status == 0, complaint
    names = ["l2, eta 0.0001", "l2, eta 1e-2", "linf, eta 0.0001", "linf, eta 1e-2"]
    assert all(f"\n{name}:\n" in shown for name in names)
    with open("o/table.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["norm"] for row in rows] == names
    assert [row["step size"] for row in rows] == 2 * ["Constant(eta=0.0001)", "Constant(eta=0.01)"]
    problem = ib.datasets.iris_setosa().problem(ib.Exponential())
    for stem, norm, eta in (("l2_eta_0.0001", 2, 1e-4), ("linf_eta_1e_2", float("inf"), 1e-2)):
        run = ib.Run.load(f"o/{stem}.npz")
        same = ib.Run(problem, ib.SteepestDescent(ib.Lp(norm)), ib.Constant(eta)).advance(100)
        assert (run.method, run.step_size, run.margin) == (same.method, same.step_size, same.margin)


def test_one_step_needs_no_name(command):
    assert command("run", "--norm", "2", "--eta", "0.01", *SHORT)[0] == 0
    assert sorted(os.listdir("o")) == ["l2.csv", "l2.npz", "margins.png", "table.csv"]


def test_every_method_with_every_rule(command):
    rules = ("Polynomial(0.1, 0.5)", "constant(0.1)", "Schedule([1, 2])", "Schedule([1, 3])")
    arguments = (part for rule in rules for part in ("--step", rule))
    status, _, complaint = command("run", "--norm", "2", *arguments, "--steps", "2", "--out", "o")
    assert status == 0, complaint
    with open("o/table.csv", newline="") as file:
        names = [row["norm"] for row in csv.DictReader(file)]
    assert names == [
        "l2, Polynomial(0.1, 0.5)",
        "l2, eta 0.1",
        "l2, Schedule(array)",
        "l2, Schedule(array) (2)",
    ]
    assert len([name for name in os.listdir("o") if name.endswith(".npz")]) == 4


def test_one_flow_and_one_path_for_all_steps(command):
    etas = ("--eta", "0.01", "--eta", "0.02")
    status, _, complaint = command("run", "--data", "example_2", "--norm", "2", *etas, "--flow", *SHORT)
    assert status == 0, complaint
    with open("o/table.csv", newline="") as file:
        assert [row["norm"] for row in csv.DictReader(file)] == ["l2, eta 0.01", "l2, eta 0.02", "flow of l2"]
    status, shown, complaint = command("run", "--norm", "2", *etas, "--regularization", *SHORT)
    assert status == 0, complaint
    assert shown.count("Regularization path in ") == 1


def test_a_number_of_many_digits_still_names_a_file(command):
    eta = "0." + "0" * 299 + "1"
    status, _, complaint = command("run", "--norm", "2", "--eta", eta, "--eta", " 0.005 ", *SHORT)
    assert status == 0, complaint
    assert {"l2_eta_1e_300.npz", "l2_eta_0.005.npz"} <= set(os.listdir("o"))
    assert ib.Run.load("o/l2_eta_1e_300.npz").step_size == ib.Constant(1e-300)


def test_resumed_runs_are_told_apart(command):
    assert command("run", "--norm", "2", "--eta", "0.0001", "--eta", "0.01", *SHORT)[0] == 0
    files = ("--resume", "o/l2_eta_0.0001.npz", "--resume", "o/l2_eta_0.01.npz", "--steps", "200")
    status, shown, complaint = command("run", *files)
    assert status == 0, complaint
    assert "\nl2, eta 0.01:\n" in shown
    assert shown.startswith("l2, eta 0.0001:\n")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--eta", "0.1", "--eta", "1e-1"], "eta: expected every eta once, got eta 1e-1 again as '1e-1'"),
        (["--step", "Constant(1)", "--step", "constant(1)"], "step: expected every step once, got eta 1.0 "),
        (["--eta", "fast"], "eta: expected a positive number, such as 0.1 or 1e-3, got 'fast'"),
        (["--eta", ""], "eta: expected a positive number, such as 0.1 or 1e-3, got ''"),
        (["--eta", "nan"], "eta: expected a positive finite number"),
        (["--eta", "0.1", "--eta", "1e400"], "eta: expected a positive finite number"),
        (["--eta", "0"], "eta: expected a positive finite number"),
        (["--step", "Fast"], "step: 'Fast' cannot be read (Fast is unknown); known are Constant, Exact"),
        (["--method", "Soap"], "method: 'Soap' cannot be read (Soap is unknown); known are AdaGrad, "),
        (
            ["--method", "AdaGrad"],
            "step_size: LossNormalized needs a smoothness bound, and there is none for ",
        ),
    ],
)
def test_refused(command, arguments, complaint):
    status, _, shown = command("run", *arguments, *SHORT)
    assert status == 2
    assert shown.startswith(f"error: {complaint}"), shown


def test_an_unknown_method_is_told_all_that_are_known(command):
    shown = command("run", "--method", "Soap", *SHORT)[2]
    known = shown.partition("known are ")[2].rstrip("\n").split(", ")
    methods = {method.__name__ for method in ib._core.registry["methods"]}
    assert sorted(known) == sorted(methods | {"GradientDescent", "Muon", "Signum"})


def test_default_steps_are_those_of_the_method(command):
    status, _, complaint = command("run", "--method", "Signum", *SHORT)
    assert status == 0, complaint
    with open("o/table.csv", newline="") as file:
        assert [row["step size"] for row in csv.DictReader(file)] == ["Normalized(eta=0.1, power=0.5)"]
    status, _, complaint = command("run", "--norm", "2", "--method", "Signum", *SHORT)
    assert status == 2
    assert "different default steps" in complaint
    assert "--step" in complaint
