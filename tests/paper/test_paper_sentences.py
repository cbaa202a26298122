"""The paper, sentence by sentence: the table of the report, and what its verdicts depend on."""

import json
import re

import pytest

from implicitbias.paper import examine, statements
from implicitbias.paper.distribution import distributions
from implicitbias.paper.field.gunasekar2018.coverage import sentences
from implicitbias.paper.finding import Finding
from implicitbias.paper.report import write
from implicitbias.paper.trial import Measurement

STATEMENTS = statements()


def test_every_sentence_has_a_statement_or_a_reason():
    said = sentences()
    assert {each.section[0] for each in said} == set("12345")
    assert all(each.keys or len(each.remark.split()) > 1 for each in said)
    assert any(each.text == "Theorem 7" and "thm7" in each.keys for each in said)
    (both,) = sentences([("3.2", "Theorem 5", "thm5, thm5-max")])
    assert (both.keys, both.remark) == (("thm5", "thm5-max"), "")
    (more,) = sentences([("3.2", "Theorem 5", "thm5-max: false, it must be min")])
    assert (more.keys, more.remark) == (("thm5-max",), "false, it must be min")
    (none,) = sentences([("5", "an outlook", "an open problem")])
    assert (none.keys, none.remark) == ((), "an open problem")
    for answer in ("thm5, thm55", "definition"):
        with pytest.raises(ValueError, match="^answer: expected keys of statements, or a reason of several"):
            sentences([("3.2", "Theorem 5", answer)])


def test_every_statement_of_the_paper_tries_a_sentence():
    tried = {key for each in sentences() for key in each.keys}
    assert {each.key for each in STATEMENTS if of_the_paper(each)} <= tried


def of_the_paper(statement):
    """Whether a statement is the paper's own, rather than this package's or of authors who came later."""
    later = "this package" in statement.source or re.search(r"\b20\d\d\b", statement.source)
    return statement.paper == "gunasekar2018" and not later


def test_the_report_of_the_whole_paper_maps_its_sentences(tmp_path):
    def finding(statement, verdict):
        measurements = (Measurement("case", 0.1, 0.2),)
        return Finding(statement, "fast", verdict, (), measurements, (), (), 0.0, None)

    whole = [finding(each, each.expect) for each in STATEMENTS]
    write(whole, tmp_path)
    page, text = ((tmp_path / f"report.{kind}").read_text(encoding="utf-8") for kind in ("html", "md"))
    table = page[page.index('<h2 id="coverage">') :]
    for each in sentences():
        for key in each.keys:
            assert f'<a href="#{key}">{key}</a>&nbsp;<span class="good">✓' in table
            assert f'<article id="{key}">' in page
        said = each.text.replace("|", "\\|")
        assert f"| § {each.section} | {said} |" in text
    rows = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["coverage"]
    assert len(rows) == len(sentences())
    assert {"section", "sentence", "statements", "remark"} == set(rows[0])
    keys = [each.statement.key for each in whole]
    whole[keys.index("thm7")] = finding(STATEMENTS[keys.index("thm7")], "fails")
    write(whole, tmp_path)
    table = (tmp_path / "report.html").read_text(encoding="utf-8").partition('<h2 id="coverage">')[2]
    assert '<a href="#thm7">thm7</a>&nbsp;<span class="bad">✗' in table
    write(whole[1:], tmp_path)
    assert "coverage" not in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "coverage" not in json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))


def test_what_is_as_expected_depends_on_what_must_be():
    (some,) = distributions(tuple(Measurement("a", value, 0.1) for value in (0.05, 0.3)))
    (within,) = distributions((Measurement("a", 0.05, 0.1), Measurement("a", 0.05, 0.1)))
    (beyond,) = distributions((Measurement("a", 0.3, 0.1),))
    assert not some.as_expected("holds")
    assert not some.as_expected("fails")
    assert within.as_expected("holds")
    assert beyond.as_expected("fails")
    assert str(within) == "0.05, 2 of 2 within"


def test_a_lemma_8_that_names_other_support_vectors_fails(monkeypatch):
    (statement,) = statements("lem8")
    assert examine(statement, "fast").verdict == "holds"
    support = statement.experiment.__globals__["support"]
    monkeypatch.setattr(
        "implicitbias.paper.field.gunasekar2018.lemma_8.support", lambda rows, w: ~support(rows, w)
    )
    assert examine(statement, "fast").verdict == "fails"
