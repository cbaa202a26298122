"""Statements tried in processes: the same findings, in the same order, whatever happens to a process."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest

from implicitbias.paper import statements
from implicitbias.paper.side_by_side import Work, entries

HEADER = """import os
import implicitbias as ib

def stated(key):
    return ib.statement(key, "a title", text="It is.", metric="off", tolerance=1e-9, reference="none")

class Odd(Exception):
    def __init__(self, one, two):
        super().__init__(one)
"""
FINE = """
@stated("fine-{k}")
def experiment(trial):
    trial.measure("one", 0.0)
"""
DYING = """
@stated("dying")
def experiment(trial):
    os.kill(os.getpid(), 9)
"""
ODD = """
@stated("odd")
def experiment(trial):
    raise Odd("an error that no process can send", 2)
"""


def fine(*numbers):
    return "".join(FINE.format(k=k) for k in numbers)


def in_two_processes(file):
    return [sys.executable, "-m", "implicitbias", "paper", "--from", str(file), "--processes", "2"]


def tried(file):
    command = in_two_processes(file)
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def numbers(entry):
    finding, pictures = entry
    facts = finding.verdict, finding.hypotheses, finding.measurements, finding.notes
    return finding.statement, facts, [(each.name, each.title, each.svg) for each in pictures]


def test_the_findings_are_those_of_one_process():
    chosen = statements(["ex2", "fig1a", "prop2a", "fig1b"])
    work = Work("fast", 3, draws=True)
    here, there = list(entries(chosen, work)), list(entries(chosen, work, 10**20))  # as many as statements
    assert [numbers(each) for each in there] == [numbers(each) for each in here]
    assert any(pictures for _, pictures in there)


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_a_process_that_dies_is_an_error_of_its_statement_alone(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(HEADER + fine(1, 2) + DYING + fine(3, 4))
    done = tried(file)
    assert done.returncode == 1, done.stderr
    lines = re.findall(r"^(ok|!!) (\S+) +(\S+)", done.stdout, re.M)
    assert lines == [
        ("ok", "fine-1", "holds"),
        ("ok", "fine-2", "holds"),
        ("!!", "dying", "error"),
        ("ok", "fine-3", "holds"),
        ("ok", "fine-4", "holds"),
    ]
    assert "the process that tried it died" in done.stdout


def test_an_error_that_cannot_be_sent_is_said(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(HEADER + ODD + fine(1))
    done = tried(file)
    assert done.returncode == 1, done.stderr
    assert "Odd: an error that no process can send (mine.py, line " in done.stdout
    assert re.search(r"^ok fine-1 ", done.stdout, re.M)


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is another signal there")
@pytest.mark.usefixtures("heeded_signals")
def test_ctrl_c_ends_all_processes(tmp_path):
    file = tmp_path / "mine.py"
    slow = FINE.format(k="slow").replace("trial.measure", "import time; time.sleep(60); trial.measure")
    file.write_text(HEADER + fine(1) + slow + fine(2))
    with subprocess.Popen(
        [*in_two_processes(file), "--out", str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # the signal goes to a group, as a terminal sends it
    ) as process:
        line = ""
        while not line.startswith("ok fine-1"):
            line = process.stdout.readline()
        time.sleep(0.5)  # the second is awaited
        begin = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        shown, errors = process.communicate(timeout=50)
    assert process.returncode == 130, errors
    assert time.monotonic() - begin < 40
    assert "Interrupted in fine-slow" in shown
    assert "1 of 1 statements are as expected" in shown
    assert "Traceback" not in errors
    assert (tmp_path / "out" / "report.html").exists()
    deadline = time.monotonic() + 20
    while alive(process.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not alive(process.pid)


def alive(group):
    """Whether any process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
