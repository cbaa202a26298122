"""The papers that came after the first: their statements, how they are chosen, listed and reported."""

import json
import re
from pathlib import Path

import pytest

import implicitbias as ib
from implicitbias.paper import examine, papers, statements
from implicitbias.paper.registry import _registered, introduction, register
from implicitbias.paper.report import write

FIELD = [each for each in statements(of="all") if each.paper != "gunasekar2018"]
PAPERS = [key for key, paper in papers().items() if paper.published]


@pytest.mark.parametrize("statement", FIELD, ids=lambda each: each.key)
def test_statement(statement):
    finding = examine(statement, "fast")
    assert finding.as_expected, finding.reason
    assert all(holds for _, holds in finding.hypotheses)


@pytest.mark.thorough
@pytest.mark.parametrize("statement", FIELD, ids=lambda each: each.key)
def test_statement_with_more_effort(statement):
    finding = examine(statement, "thorough", 1)
    assert finding.as_expected, finding.reason


def test_there_are_papers_enough():
    assert len(PAPERS) >= 18
    assert sum(each.paper in PAPERS for each in statements(of="all")) >= 110
    assert f"What do {len(PAPERS)} papers say" in (Path(__file__).parents[2] / "README.md").read_text("utf-8")


@pytest.mark.parametrize("key", papers())
def test_every_paper_introduces_itself_and_can_fail(key):
    paper, members = papers()[key], statements(of=key)
    first, *rest = introduction(key).split("\n\n")
    assert len(first) < 110
    assert len(rest) > 1 or key == "open"
    assert key == "open" or any(each.expect == "fails" for each in members)
    assert key == "gunasekar2018" or all(each.key.startswith(f"{key}.") for each in members)
    assert all(each.key and each.paper == paper.key == key for each in members)
    for each in members:
        fast, default, thorough = each.tolerance
        assert fast >= default >= thorough


def test_statements_are_chosen_by_paper():
    assert {each.paper for each in statements()} == {"gunasekar2018"}
    assert statements(of="gunasekar2018") == statements()
    chosen = statements(of=["fan2025", "soudry2018"])
    assert [each.paper for each in chosen] == sorted(
        (each.paper for each in chosen), key=list(papers()).index
    )
    assert {each.paper for each in statements(of="all")} == set(papers())
    assert [each.key for each in statements("fan2025.lemma1")] == ["fan2025.lemma1"]
    assert [each.key for each in statements("fan2025.lemma1", of="fan2025")] == ["fan2025.lemma1"]
    with pytest.raises(ValueError, match="^only: there is no statement 'thm1'"):
        statements("thm1", of="fan2025")
    with pytest.raises(ValueError, match="^of: there is no paper 'fan2024'; did you mean fan2025"):
        statements(of="fan2024")
    with pytest.raises(TypeError, match="^of: expected a key or several, got 5"):
        statements(of=5)


def test_citations():
    paper = papers()["soudry2018"]
    assert paper.address == "https://arxiv.org/abs/1710.10345"
    other = ib.paper.Paper("key", "Authors", 2000, "A title", doi="10.1/2")
    assert (other.identifier, other.address) == ("doi:10.1/2", "https://doi.org/10.1/2")
    assert other.citation == "Authors (2000), doi:10.1/2"
    bare = ib.paper.Paper("key", "Authors", 2000, "A title", venue="Venue")
    assert (bare.citation, bare.identifier, bare.address) == ("Authors (Venue 2000)", "", "")


@pytest.fixture
def open_question():
    """A question whose experiment gives numbers, and one that breaks."""
    before = dict(_registered)

    def experiment(trial):
        trial.measure("case", 0.3)
        trial.measure("case", 5.0)

    facts = {"text": "A text.", "metric": "a number", "reference": "none", "source": "none", "chapter": "c"}
    register("open.own", "a title", paper="open", expect="open", **facts)(experiment)
    register("open.broken", "a title", paper="open", expect="open", **facts)(lambda trial: 1 / 0)
    yield
    _registered.clear()
    _registered.update(before)


@pytest.mark.usefixtures("open_question")
def test_open_questions_have_numbers_and_no_verdict(command, tmp_path):
    finding = examine(statements("open.own")[0], "fast")
    assert (finding.verdict, finding.as_expected) == ("open", True)
    assert finding.decisive.value == 5.0
    assert finding.reason == "a number: at most 5 (case)"
    code, out, _ = command("paper", "--only", "open.own,ex2", "--fast", "--out", str(tmp_path))
    assert code == 0
    assert "1 of 1 statements are as expected (0 hold, 1 fail, 1 open)" in out
    (numbers,) = json.loads((tmp_path / "report.json").read_text())["statements"][1:]
    assert (numbers["verdict"], numbers["measurements"][0]["tolerance"]) == ("open", None)
    page = (tmp_path / "open.html").read_text(encoding="utf-8")
    assert 'tolerance">none' in page
    assert "numbers for 1 open question." in page
    code, out, _ = command("paper", "--only", "open.broken")
    assert code == 1
    assert "0 of 1 statements are as expected" in out
    assert "ZeroDivisionError" in out


def test_command_line(command, tmp_path):
    of = ("paper", "--of", "ji2021,ali2019", "--only", "ji2021.bound,ali2019.sharp,ali2019.tuned", "--fast")
    code, out, _ = command(*of, "--seed", "3", "--out", str(tmp_path))
    assert code == 0
    assert out.rstrip().splitlines()[-1].startswith("3 of 3 statements are as expected (2 hold, 1 fail)")
    assert f"Report: {tmp_path / 'index.html'}".replace(" ", "") in out.replace("\n", "").replace(" ", "")
    assert {"index.html", "index.md", "ji2021.html", "ali2019.md", "report.json"} <= {
        each.name for each in tmp_path.iterdir()
    }
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    for key in ("ji2021", "ali2019"):
        page = (tmp_path / f"{key}.html").read_text(encoding="utf-8")
        assert f'<a href="{key}.html">' in index
        assert papers()[key].address in page
        assert introduction(key).partition(".")[0].replace("'", "&#x27;") in page
    code, out, _ = command("paper", "--list")
    assert code == 0
    for key, paper in papers().items():
        assert paper.identifier in re.sub(r"\s", "", out)
        assert re.search(rf"^{key}: ", out, re.M)
    assert "fan2025" not in command("paper", "--list", "--of", "ji2021")[1]
    code, _, err = command("paper", "--of", "ji20211")
    assert (code, "of: there is no paper 'ji20211'; did you mean ji2021" in err) == (2, True)
    assert "of: expected names of papers" in command("paper", "--of", ",")[2]


def test_one_paper_has_one_report(tmp_path):
    write([examine(each, "fast") for each in statements("ali2019.sharp")], tmp_path)
    assert {each.name for each in tmp_path.iterdir()} == {"report.html", "report.md", "report.json"}
