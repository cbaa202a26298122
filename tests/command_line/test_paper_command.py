"""``implicitbias paper``, and no command at all."""

import re

import pytest

import implicitbias as ib
from shell import shell


def test_every_statement_has_its_place_in_the_report(tmp_path):
    """With the least effort; .ci/run runs the main job itself."""
    done = shell("paper", "--fast", "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(r"(\d+) of \1 statements are as expected", done.stdout)
    assert (tmp_path / "out" / "report.html").stat().st_size > 10**5


def test_the_first_line_says_what_is_to_come(command, monkeypatch):
    monkeypatch.setattr("implicitbias.paper.terminal.show", lambda *arguments: ([], False))
    number = len(ib.paper.statements())
    for arguments, first in (
        ((), f"{number} statements, two minutes; report in implicitbias-out"),
        (("paper", "--fast"), f"{number} statements, some ten seconds; no report without --out"),
        (("paper", "--thorough", "--out", "[o]"), f"{number} statements, 15 minutes; report in [o]"),
    ):
        shown = command(*arguments)[1].splitlines()[0]
        assert shown == f"Re-running the paper: {first}"
        assert len(shown) <= 80
    assert command("paper", "--only", "ex2")[1].startswith("Trying 1 statement; no report without --out\n")


def test_version(command):
    assert command("--version") == (0, f"implicitbias {ib.__version__}\n", "")
    assert command("--version", "paper")[0] == 0


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("implicitbias ", {"paper", "run", "info"}),
        ("implicitbias run --no-o", {"--no-oracle"}),
        ("implicitbias run --data ex", {"example_2", "example_4"}),
        ("implicitbias run --method Mir", {"MirrorDescent"}),
        ("implicitbias run --norm nu", {"nuclear"}),
        ("implicitbias run --loss hub", {"huber"}),
        ("implicitbias run --step Pol", {"Polynomial"}),
        ("implicitbias paper --only fig1a,thm1", {f"fig1a,{key}" for key in ("thm1", "thm1a", "thm1b")}),
    ],
)
def test_completion(command, monkeypatch, words, expected):
    monkeypatch.setenv("_IMPLICITBIAS_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
    shown = command()[1].split()
    assert expected <= set(shown)
    begun = words.split(" ")[-1]
    assert all(each.startswith(begun) for each in shown)
