"""The paper, statement by statement; what a trial takes and gives; and one's own statements."""

import json
import math
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import implicitbias as ib
from implicitbias.paper import Trial, examine, statements
from implicitbias.paper.distribution import distributions
from implicitbias.paper.registry import _registered
from implicitbias.paper.report import write
from implicitbias.paper.trial import Measurement

STATEMENTS = statements()
EXAMPLE = Path(__file__).parents[2] / "docs" / "gallery" / "plot_my_statement.py"


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda each: each.key)
def test_statement(statement):
    finding = examine(statement, "fast")
    assert finding.as_expected, finding.reason
    assert finding.measurements
    assert all(holds for _, holds in finding.hypotheses)


@pytest.mark.thorough  # the default effort is the README's main job
@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda each: each.key)
def test_statement_with_more_effort(statement):
    finding = examine(statement, "thorough")
    assert finding.as_expected, finding.reason


def test_every_statement_of_the_paper_is_there():
    sources = {statement.source for statement in STATEMENTS}
    for wanted in (
        *("Section 2.1", "Theorem 1", "Theorem 1a", "Theorem 1b", "Remark 1", "against Example 2"),
        *("Figure 1a", "Proposition 2a", "Equation 10", "against Example 3", "Figure 1b", "Proposition 3a"),
        *("against Example 4", "Figure 1c", "Section 2.4", "Section 3.1", "Theorem 5"),
        *("Theorem 5, as printed", "Section 3.2", "Theorem 6", "Section 4", "Theorem 7", "Lemma 8"),
    ):
        assert wanted in sources
    assert sum(statement.expect == "fails" for statement in STATEMENTS) >= 10


def test_tolerances_tighten_with_effort():
    for statement in STATEMENTS:
        fast, default, thorough = statement.tolerance
        assert fast >= default >= thorough


@pytest.fixture
def registered():
    """Undo what a test registers."""
    before = dict(_registered)
    yield
    _registered.clear()
    _registered.update(before)


DEFAULTS = {"text": "A text.", "metric": "a number", "tolerance": 0.1, "reference": "none"}


def own(experiment, **options):
    ib.statement("own", "a title", **{**DEFAULTS, **options})(experiment)
    return examine(statements("own")[0], "fast")


@pytest.mark.usefixtures("registered")
def test_verdicts():
    def measuring(*values):
        def experiment(trial):
            for value in values:
                trial.measure("case", value)

        return experiment

    assert own(measuring(0.0, 0.1)).verdict == "holds"
    finding = own(measuring(0.0, 0.2, 0.15))
    assert (finding.verdict, finding.as_expected) == ("fails", False)
    assert finding.decisive.value == 0.2
    assert "0.2 > 0.1 (case)" in finding.reason
    assert own(measuring(math.inf), expect="fails").as_expected
    finding = own(measuring(0.2, 0.05, 0.3), expect="fails")  # every case must
    assert (finding.verdict, finding.as_expected) == ("fails in part", False)
    assert finding.decisive.value == 0.05
    assert not own(measuring(0.0), expect="fails").as_expected
    for broken, reason in (
        (measuring(), "measured nothing"),
        (measuring(math.nan), "expected a deviation of at least 0 for 'case', got nan"),
        (measuring(-1.0), "expected a deviation of at least 0"),
        (measuring("1"), "value: expected a number for 'case', got '1'"),
        (measuring(1j), "value: expected a number"),
        (lambda trial: trial.measure(5, 0.1), "label: expected a text, got 5"),
        (
            lambda trial: trial.measure("case", 0.1, tolerance=math.inf),
            "tolerance: expected a positive number",
        ),
        (
            lambda trial: trial.measure("case", 0.1, tolerance=0),
            "tolerance: expected a positive number, got 0",
        ),
        (lambda trial: trial.note(5), "text: expected a text, got 5"),
        (lambda trial: trial.figure("title", 3), "draw: expected a function"),
        (lambda trial: trial.figure("title", print, size=(0, 1)), "size: expected a positive number"),
        (lambda trial: setattr(trial, "tolerance", 9), "AttributeError"),
        (lambda trial: sys.exit(0), "SystemExit: 0 (test_paper.py, line"),
        (lambda trial: 1 / 0, "ZeroDivisionError: division by zero (test_paper.py, line "),
    ):
        finding = own(broken)
        assert finding.verdict == "error"
        assert reason in finding.reason


@pytest.mark.usefixtures("registered")
def test_seeds_of_two_shifts_have_none_in_common():
    seen = []

    def experiment(trial):
        seen.append(list(trial.seeds(3, 20, 200)))
        trial.measure("case", 0.0)

    ib.statement("own", "a title", **DEFAULTS)(experiment)
    (statement,) = statements("own")
    for seed in range(3):
        assert examine(statement, "thorough", seed).as_expected
    assert [len(seeds) for seeds in seen] == [200] * 3
    assert len(set().union(*seen)) == 600
    for seed in (-1, 2**31, True, "1"):
        with pytest.raises((ValueError, TypeError), match="^seed: expected an int"):
            examine(statement, "fast", seed)


def test_distributions():
    def of(label, *values):
        return tuple(Measurement(label, value, 0.1) for value in values)

    measurements = of("a", 0.3, 0.0) + of("b", math.inf) + of("a", 0.05)
    first, second = distributions(measurements)
    assert (first.label, first.values, first.within, first.median) == ("a", (0.0, 0.05, 0.3), 2, 0.05)
    assert str(first) == "0.05 (0 to 0.3), 2 of 3 within"
    assert str(second) == "∞"
    assert first.svg().count("<circle") == 3
    assert first.svg().count('class="beyond"') == 1
    assert second.svg().count("<circle") == 1


@pytest.mark.usefixtures("registered")
def test_hypotheses_are_checked():
    def experiment(trial):
        trial.measure("case", 0.0)
        trial.assume("always", True)
        trial.assume("sometimes", True)
        trial.assume("sometimes", np.False_)

    finding = own(experiment)
    assert finding.verdict == "hypothesis fails"
    assert finding.hypotheses == (("always", True), ("sometimes", False))
    assert finding.reason.endswith("hypothesis: sometimes")


@pytest.mark.usefixtures("registered")
def test_comparing_with_a_claim(problem):
    def experiment(trial):
        run = ib.Run(problem, ib.SteepestDescent(ib.Lp(2))).advance(trial.choose(20000, 0, 0))
        report = trial.compare("l2", run, ib.predict(problem, run.method))
        assert report.tolerance == trial.tolerance == 0.1
        trial.note("noted")

    finding = own(experiment, tolerance=(0.1, 0.01, 0.001))
    assert finding.verdict == "holds", finding.reason
    assert ("the data are linearly separable", True) in finding.hypotheses
    assert finding.notes == ("noted",)


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tolerance": 0.0}, "tolerance: expected a positive number, got 0.0"),
        ({"tolerance": (1, 2)}, r"tolerance: expected a number or three, got a tuple of length 2"),
        ({"tolerance": "1"}, "tolerance: expected a number, got '1'"),
        ({"text": " "}, "text: expected a line of text that is not empty, got ' '"),
        ({"source": "two\nlines"}, "source: expected a line of text"),
        ({"text": "\ud800"}, r"text: expected a text, got '.ud800' \(surrogates not allowed\)"),
        ({"tolerance": [1, math.nan, 1]}, "tolerance: expected a positive number, got nan"),
        ({"tolerance": True}, "tolerance: expected a number, got True"),
        ({"metric": 3}, "metric: expected a text, got 3"),
        ({"expect": "hold"}, "expect: expected 'holds' or 'fails', got 'hold'"),
    ],
)
def test_what_a_claim_refuses(options, message):
    with pytest.raises(ib.ImplicitBiasError, match="^" + message):
        ib.statement("own", "a title", **{**DEFAULTS, **options})


@pytest.mark.usefixtures("registered")
def test_keys():
    with pytest.raises(ValueError, match="^key: expected letters"):
        ib.statement("two words", "a title", **DEFAULTS)
    with pytest.raises(ValueError, match="^key: 'thm5' is taken by Theorem 5, steepest descent"):
        ib.statement("thm5", "a title", **DEFAULTS)(lambda trial: None)

    def generator(trial):
        yield trial

    for wrong in (3, [].append, generator):
        with pytest.raises(TypeError, match="^experiment: expected a plain function of a Trial, got"):
            ib.statement("own", "a title", **DEFAULTS)(wrong)
    with pytest.raises(TypeError, match="^only: expected a key or several, got 5"):
        statements(5)
    for title in ("first", "second"):  # as when a notebook's cell is run again
        ib.statement("own", title, **DEFAULTS)(lambda trial: None)
    assert [each.title for each in statements("own")] == ["second"]
    with pytest.raises(ValueError, match="^only: there is no statement 'thm55'; did you mean thm5"):
        statements("thm55")
    assert [each.key for each in statements(["thm7", "thm1"])] == ["thm1", "thm7"]
    with pytest.raises(ValueError, match="^effort: expected 'fast', 'default' or 'thorough', got 'slow'"):
        examine(STATEMENTS[0], "slow")
    with pytest.raises(TypeError, match="^statement: expected a Statement, got '"):
        examine("thm5")
    with pytest.raises(TypeError, match="^holds: expected True or False, got 1; write holds=True"):
        Trial(STATEMENTS[0], "fast").assume("text", 1)


@pytest.mark.usefixtures("registered")
def test_figures_of_similar_keys(tmp_path):
    for key, count in (("two", 2), ("two-1", 1)):

        def experiment(trial, key=key, count=count):
            trial.measure("case", 0.0)
            for k in range(count):
                trial.figure(f"{key} {k}", lambda figure, name=f"{key} {k}": figure.suptitle(name))

        ib.statement(key, "a title", **DEFAULTS)(experiment)
    write([examine(each, "fast") for each in statements(["two", "two-1"])], str(tmp_path))
    assert {path.name for path in tmp_path.glob("*.svg")} == {"two.svg", "two_2.svg", "two-1.svg"}
    with pytest.raises(ValueError, match="^findings: expected at least one"):
        write([], tmp_path)


def test_report(tmp_path):
    findings = [examine(each, "fast") for each in statements(["fig1a", "ex2", "thm5-max"])]
    assert write(findings, tmp_path) == findings
    files = {path.name for path in tmp_path.iterdir()}
    assert files == {"report.html", "report.md", "report.json", "fig1a.svg"}
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count("data:image/svg+xml;base64,") == 1
    assert "<h1>Characterizing Implicit Bias" in page
    assert not re.search(r'src="(?!data:)', page)  # nothing is fetched
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "![Figure 1a](fig1a.svg)" in text
    for finding in findings:
        assert f'id="{finding.statement.key}"' in page
        assert f"{finding.statement.source}: {finding.statement.title}" in text
    numbers = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["statements"]
    assert [each["verdict"] for each in numbers] == ["fails", "holds", "fails"]
    assert numbers[2]["measurements"][0]["value"] == "infinity"


@pytest.mark.usefixtures("registered")
def test_a_figure_that_cannot_be_drawn(tmp_path):
    def experiment(trial):
        trial.measure("<case>", 0.0)
        trial.figure("broken", lambda figure: figure.nothing())

    finding = own(experiment, text="a < b & <script>alert(1)</script>")
    assert finding.as_expected
    fine, broken = write([examine(statements("ex2")[0], "fast"), finding], tmp_path)
    assert fine.as_expected
    assert broken.verdict == "error"
    assert re.search(
        r"AttributeError: .*'nothing' \(test_paper.py, line \d+\) The figure 'broken' cannot be drawn",
        broken.reason,
    )
    page = (tmp_path / "own.html").read_text(encoding="utf-8")
    assert "<h1>Statements about implicit bias, tried" in page
    assert "&lt;case&gt;" in page
    assert "<script>" not in page


def test_command_line(command, tmp_path):
    code, out, _ = command("paper", "--list")
    assert code == 0
    assert all(re.search(rf"^{re.escape(each.key)} ", out, re.M) for each in STATEMENTS)
    code, out, err = command("paper", "--fast", "--only", "ex2,prop2a", "--out", str(tmp_path))
    assert code == 0, err
    assert "2 of 2 statements are as expected (1 hold, 1 fail)" in out
    assert (tmp_path / "report.html").stat().st_size > 1000
    code, _, err = command("paper", "--only", "exx2")
    assert (code, "did you mean ex2" in err) == (2, True)
    assert command("paper", "--fast", "--thorough")[0] == 2
    assert "1 of 1 statements" in command("paper", "--only", " ex2, ")[1]
    assert "only: expected names of statements" in command("paper", "--only", ",")[2]


@pytest.mark.usefixtures("registered")
def test_ctrl_c_reports_what_is_decided(command, tmp_path):
    def interrupted(trial):
        raise KeyboardInterrupt

    ib.statement("own", "a title", **DEFAULTS)(interrupted)
    code, out, _ = command("paper", "--only", "ex2,own", "--out", str(tmp_path))
    assert code == 130
    assert "Interrupted in own" in out
    assert "1 of 1 statements" in out
    assert (tmp_path / "report.html").exists()


def test_own_statements_alone_are_run(tmp_path):
    """In a process that has not seen the paper's yet."""
    (tmp_path / "mine.py").write_text(
        "import implicitbias as ib\n"
        "@ib.statement('mine', 'a title', text='It is.', metric='off', tolerance=1e-9, reference='none')\n"
        "def mine(trial):\n"
        "    trial.measure('one', 0.0)\n"
    )
    command = [sys.executable, "-m", "implicitbias", "paper", "--from", str(tmp_path / "mine.py")]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "1 of 1 statements" in shown


@pytest.mark.usefixtures("registered")
def test_own_statements_from_the_command_line(command, tmp_path):
    code, out, err = command("paper", "--fast", "--from", str(EXAMPLE))
    assert code == 0, out + err
    assert "2 of 2 statements are as expected (1 hold, 1 fail)" in out
    assert "2 of 2" in command("paper", "--fast", "--from", str(EXAMPLE), "--only", "ex2,mirror-euclid")[1]
    wrong = tmp_path / "wrong.py"
    example = EXAMPLE.read_text(encoding="utf-8").replace("mirror-", "wrong-")
    wrong.write_text(example.replace('    expect="fails",\n', ""), encoding="utf-8")
    code, out, _ = command("paper", "--fast", "--from", str(wrong))
    assert (code, "1 of 2 statements are as expected" in out) == (1, True)
    (tmp_path / "neighbor.py").write_text("raise ValueError('neighbor.py is here, and fails')\n")
    for content, message in (
        ("import numpy\n", "registers no statement"),
        ("x = 1\ny = x / 0\n", "line 2: ZeroDivisionError: division by zero"),
        ("def (\n", "SyntaxError"),
        ("import sys\nsys.exit(0)\n", "line 2: SystemExit: 0"),
        ("import neighbor\n", "neighbor.py is here, and fails"),
        (2 * example.replace("wrong-", "twice-"), "key: 'twice-margin' is taken by after Sun et al."),
    ):
        wrong.write_text(content, encoding="utf-8")
        code, _, err = command("paper", "--from", wrong.name)  # in the current folder
        assert (code, message in err) == (2, True), err
    assert not any(each.key.startswith("twice") for each in statements())
    assert "a folder" in command("paper", "--from", str(tmp_path))[2]
    assert "does not exist" in command("paper", "--from", str(tmp_path / "none.py"))[2]
