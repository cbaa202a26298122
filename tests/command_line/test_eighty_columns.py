"""Help and tables fit 80 columns, and no word of theirs is cut."""

import re

import pytest
import typer

import implicitbias as ib
from implicitbias.command_line.app import app
from shell import SHORT

COMMANDS = typer.main.get_command(app).commands


def fits(shown):
    lines = shown.splitlines()
    assert lines
    assert max(map(len, lines)) <= 80, shown
    assert "…" not in shown
    return " ".join(re.sub("[│─╭╮╰╯]", " ", shown).split())


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_help(command, name):
    status, shown, _ = command(name, "--help")
    assert status == 0
    words = set(fits(shown).split())
    assert "<bool>" not in words  # a flag takes no value
    for parameter in COMMANDS[name].params:
        if not getattr(parameter, "hidden", False):
            assert set(getattr(parameter, "secondary_opts", ())) <= words
            assert set(parameter.help.split()) <= words, parameter.name
            assert set(parameter.opts) <= words | {"file"}


def test_help_of_all(command):
    status, shown, _ = command("--help")
    assert status == 0
    shown = fits(shown)
    assert "<bool>" not in shown
    assert all(
        word in shown for word in ("--version", "--install-completion", "--show-completion", *COMMANDS)
    )


NAMES = [
    "MirrorDescent(Entropy, DualMomentum(0.9))",
    "MirrorDescent(SquaredLp(1.5), Affine(array, array))",
    "NaturalGradient(Entropy)",
]


def test_long_names_stand_above_their_numbers(command):
    methods = (
        *("--method", "MirrorDescent(Entropy, DualMomentum(0.9))"),
        *("--method", "MirrorDescent(SquaredLp(1.5), constraint=Affine([[1, 1]], [0.7]))"),
        *("--method", "NaturalGradient(Entropy)"),
    )
    status, shown, _ = command(
        "run", "--data", "example_2", "--eta", "0.01", "--eta", "0.0001", *methods, "--flow", *SHORT
    )
    assert status == 0
    table = shown.partition("runs done in")[2]
    fits(table)
    for name in NAMES:
        for full in (f"{name}, eta 0.01", f"{name}, eta 0.0001", f"flow of {name}"):
            assert re.search(rf"^{re.escape(full)}\n +[\d.]+ +\d\.\d\de", table, re.M), full
    assert "not yet converged" in fits(table)


def test_numbers_of_many_digits(command, monkeypatch):
    """At t = 10^9 a verdict ends between words, too, if need be in several lines."""
    monkeypatch.setattr(ib.Run, "t", property(lambda run: 1_234_567_890))
    status, shown, _ = command("run", "--norm", "4/3", "--norm", "1", "--eta", "1e-6", *SHORT)
    assert status == 0
    words = fits(shown.partition("already.\n2 runs")[2]).split()
    assert words.count("1,234,567,890") == words.count("converged") == 2


@pytest.mark.parametrize("columns", ["60", "70", "200"])
def test_other_terminals(command, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    status, shown, _ = command("run", "--norm", "4/3", "--norm", "2", *SHORT)
    assert status == 0
    table = shown.partition("runs done in")[2]
    assert max(map(len, table.splitlines())) <= int(columns)
    words = table.split()
    assert all(word in words for word in ("certified", "relative", "not", "yet", "converged", "l4/3"))


def test_progress_leaves_room_for_the_time(command):
    shown = command("run", "--norm", "1", *SHORT)[1]
    (bar,) = (line for line in shown.splitlines() if line.startswith("t = "))
    fits(bar)
    assert bar.split()[-1] == "00:00"


def test_paper(command):
    status, shown, _ = command("paper", "--fast", "--only", "ex2,momentum-any")
    assert status == 0
    shown = fits(shown)
    assert shown.startswith("Trying 2 statements; no report without --out")
    assert shown.count("primal momentum finds the projection") == 2
    assert "projection, on any data 2 of 2 statements" in shown
    status, shown, _ = command("paper", "--list")
    assert status == 0
    shown = fits(shown)
    assert all(each.key in shown for each in ib.paper.statements())


def test_info(command):
    fits(command("info")[1])
    problem = ib.Problem([[1.0, 0.0], [0.0, 1.0]], [1, -1], ib.Exponential())
    ib.Run(problem, ib.SteepestDescent(ib.WeightedNorm([1, 2], ib.Lp(1)))).advance(10).save("r.npz")
    shown = fits(command("info", "r.npz")[1])
    assert "WeightedNorm(" in shown
