"""What the paper asserts, sentence by sentence: which statements try it, or why none does."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from ....errors import InvalidValueError
from ...finding import Finding
from ...registry import statements
from . import coverage_2, coverage_3, coverage_4

SENTENCES: list[tuple[str, str, str]] = [
    *coverage_2.SENTENCES,
    *coverage_3.SENTENCES,
    *coverage_4.SENTENCES,
]
TITLE = "What the paper says, and what tries it"
_HEADER = ("where", "the paper says", "tried by")
_KEYS = re.compile(r"(?P<keys>[A-Za-z0-9.-]+(, [A-Za-z0-9.-]+)*)(: (?P<remark>.+))?")


@dataclass(frozen=True)
class Sentence:
    """A sentence of the paper.

    Attributes
    ----------
    section : str
    text : str
        In a few words.
    keys : tuple of str
        The statements that try it.
    remark : str
        What they find that the sentence does not say, or why no statement tries it.
    """

    section: str
    text: str
    keys: tuple[str, ...]
    remark: str

    def answer(self, links: Iterable[str]) -> str:
        """Return which statements try the sentence, each as a link, and the remark."""
        tried = ", ".join(links) or "not tried"
        return f"{tried}: {self.remark}" if self.remark else tried


def sentences(said: Iterable[tuple[str, str, str]] = SENTENCES) -> list[Sentence]:
    """Return what the paper asserts, in its order.

    Parameters
    ----------
    said : iterable of (section, sentence, answer)
        An answer is one key or several ("thm1, rem1"), with a remark ("thm5-max: false, it must be min"),
        or the reason why no statement tries the sentence, in words.

    Raises
    ------
    InvalidValueError
        If there is no statement of such a key.
    """
    known = {statement.key for statement in statements()}
    return [_sentence(*each, known) for each in said]


def _sentence(section: str, text: str, answer: str, known: set[str]) -> Sentence:
    match = _KEYS.fullmatch(answer)
    if not match:
        return Sentence(section, text, (), answer)
    keys = tuple(match["keys"].split(", "))
    for key in keys:
        if key not in known:
            raise InvalidValueError(
                f"answer: expected keys of statements, or a reason of several words, got {key!r} for {text!r}"
            )
    return Sentence(section, text, keys, match["remark"] or "")


def numbers() -> list[dict[str, Any]]:
    """Return the table as JSON has it."""
    return [
        {"section": each.section, "sentence": each.text, "statements": each.keys, "remark": each.remark}
        for each in sentences()
    ]


def markdown() -> Iterator[str]:
    """Yield the lines of the table in Markdown."""
    yield from (f"## {TITLE}", "", "| " + " | ".join(_HEADER) + " |", "|---|---|---|")
    for each in sentences():
        cells = (f"§ {each.section}", each.text, each.answer(each.keys))
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""


def html(findings: Iterable[Finding]) -> str:
    """Return the table in HTML, with links to the statements and marks of their verdicts."""
    good = {finding.statement.key: finding.as_expected for finding in findings}

    def link(key: str) -> str:
        style, mark = ("good", "✓") if good[key] else ("bad", "✗")
        return f'<a href="#{key}">{escape(key)}</a>&nbsp;<span class="{style}">{mark}</span>'

    rows = "".join(
        f"<tr><td>§&nbsp;{escape(each.section)}</td><td>{escape(each.text)}</td>"
        f"<td>{each.answer(map(link, each.keys))}</td></tr>"
        for each in sentences()
    )
    head = "".join(f"<th>{name}</th>" for name in _HEADER)
    return (
        f'<h2 id="coverage">{TITLE}</h2><table class="overview"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )
