"""The page that leads to those of several papers."""

from html import escape

from .entry import INTRODUCTION, Entry, versions
from .registry import introduction, papers
from .report_page import document
from .words import summary

TITLE = "The implicit bias of optimization methods, executed"
Pages = dict[str, list[Entry]]


def _rows(pages: Pages) -> list[tuple[str, str, str, str]]:
    """Return of each paper its page's name, its title, its citation and how many are as expected."""
    rows = []
    for paper, members in pages.items():
        of, count = papers().get(paper), str(summary([finding for finding, _ in members]))
        rows.append(
            (paper or "own", of.title if of else "Statements of one's own", of.citation if of else "", count)
        )
    return rows


def markdown(pages: Pages) -> str:
    """Return the index in Markdown."""
    findings = [finding for members in pages.values() for finding, _ in members]
    lines = [f"# {TITLE}", "", f"{summary(findings)}. {INTRODUCTION} {versions()}.", ""]
    lines += ["| paper | by | found |", "|---|---|---|"]
    lines += [f"| [{title}]({name}.md) | {by} | {count} |" for name, title, by, count in _rows(pages)]
    return "\n".join([*lines, ""])


def html(pages: Pages) -> str:
    """Return the index in HTML: each paper, what its first paragraph asks, what was found."""
    findings = [finding for members in pages.values() for finding, _ in members]
    good = all(finding.as_expected for finding in findings)
    rows = "".join(
        f'<tr><td><a href="{name}.html">{escape(title)}</a><br><span class="faint">{escape(by)}</span></td>'
        f"<td>{escape(introduction(paper).partition(chr(10) * 2)[0])}</td><td>{escape(count)}</td></tr>"
        for paper, (name, title, by, count) in zip(pages, _rows(pages), strict=True)
    )
    head = "".join(f"<th>{name}</th>" for name in ("paper", "what it asks", "found"))
    body = [
        f'<h1>{TITLE}</h1><p class="faint">{INTRODUCTION}</p>',
        f'<p class="summary {"good" if good else "bad"}">{escape(str(summary(findings)))}.</p>',
        f'<p class="faint">Effort: {findings[0].effort}. {escape(versions())}.</p>',
        f'<table class="overview"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>',
    ]
    return document(TITLE, body)
