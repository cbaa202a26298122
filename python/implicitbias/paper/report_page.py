"""What was found, as a page to read: HTML in one file."""

import base64
from html import escape

from .citation import Paper
from .distribution import Distribution, distributions
from .entry import (
    INTRODUCTION,
    Entry,
    Picture,
    chapters,
    facts,
    number,
    of_the_first_paper,
    title,
    versions,
)
from .field.gunasekar2018 import coverage
from .finding import Finding
from .registry import Statement, introduction, papers
from .words import measured, summary, verdict

STYLE = """
:root { --ink: #1b1f24; --faint: #5d6670; --line: #dfe3e8; --good: #0a6b3d; --bad: #b3261e; --paper: #fff; }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto;
  max-width: 60rem; padding: 1.5rem 1rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1.05rem; margin: 0; }
.faint { color: var(--faint); font-size: .875rem; }
.summary { font-weight: 600; } .good { color: var(--good); } .bad { color: var(--bad); }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th { white-space: nowrap; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
a { color: inherit; text-decoration-color: var(--line); text-underline-offset: .2em; }
article { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
article > p { margin: .4rem 0 .8rem; }
dl { display: grid; grid-template-columns: 6rem 1fr; gap: .15rem .75rem; margin: 0; font-size: .9rem; }
dt { color: var(--faint); } dd { margin: 0; }
details { margin-top: .75rem; font-size: .9rem; } summary { cursor: pointer; color: var(--faint); }
.strip { width: 15rem; height: auto; display: block; } .strip line { stroke: var(--ink); }
.strip circle { fill: var(--good); fill-opacity: .5; }
.holds .strip .beyond, .fails .strip .within { fill: var(--bad); }
figure { margin: 1rem 0 0; } figure img { display: block; width: 100%; height: auto; margin: 0 auto; }
figcaption { color: var(--faint); font-size: .875rem; margin-top: .25rem; }
@media (max-width: 40rem) {
  .overview thead { display: none; } .overview td { display: block; border: 0; padding: 0; }
  .overview tr { display: block; border-bottom: 1px solid var(--line); padding: .5rem 0; }
  td.number { white-space: normal; } .tolerance::before { content: "tolerance "; }
  dl { grid-template-columns: 1fr; } dt { margin-top: .3rem; }
  figure { overflow-x: auto; } figure img { min-width: 36rem; }
}
"""


def html(entries: list[Entry]) -> str:
    """Return the page of one paper, or of statements of one's own."""
    findings = [finding for finding, _ in entries]
    good = all(finding.as_expected for finding in findings)
    key = findings[0].statement.paper
    body = [
        f"<h1>{escape(title(entries))}</h1>",
        *([_html_citation(papers()[key])] if key else []),
        *(f"<p>{escape(paragraph)}</p>" for paragraph in introduction(key).split("\n\n")),
        f'<p class="faint">{INTRODUCTION}</p>',
        f'<p class="summary {"good" if good else "bad"}">{escape(str(summary(findings)))}.</p>',
        f'<p class="faint">Effort: {findings[0].effort}. {escape(versions())}.</p>',
    ]
    whole = of_the_first_paper(findings)
    if whole:
        body.append(f'<p><a href="#coverage">{coverage.TITLE}</a>, sentence by sentence.</p>')
    for chapter, members in chapters(entries):
        body += [f"<h2>{escape(chapter)}</h2>", '<table class="overview"><thead><tr>']
        body += [f"<th>{name}</th>" for name in ("statement", "verdict", "measured", "about")]
        body.append("</tr></thead><tbody>")
        body += [_html_row(each) for each, _ in members]
        body.append("</tbody></table>")
        body += [_html_article(each, pictures) for each, pictures in members]
    if whole:
        body.append(coverage.html(findings))
    return document(title(entries), body)


def document(name: str, body: list[str]) -> str:
    """Return a page in HTML, with its title."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(name)}</title><style>{STYLE}</style></head><body>{''.join(body)}</body></html>"
    )


def _html_citation(paper: Paper) -> str:
    if not paper.address:
        return f'<p class="faint">{escape(paper.citation)}.</p>'
    return f'<p class="faint"><a href="{paper.address}">{escape(paper.citation)}</a>.</p>'


def _html_verdict(finding: Finding) -> str:
    style, mark = ("good", "✓") if finding.as_expected else ("bad", "✗")
    return f'<span class="{style}">{mark} {escape(verdict(finding))}</span>'


def _html_row(finding: Finding) -> str:
    statement = finding.statement
    return (
        f'<tr><td><a href="#{statement.key}">{escape(statement.source)}</a> '
        f'<span class="faint">{statement.key}</span></td>'
        f'<td>{_html_verdict(finding)}</td><td class="number">{escape(measured(finding))}</td>'
        f"<td>{escape(statement.title)}</td></tr>"
    )


def _html_case(case: Distribution, statement: Statement) -> str:
    style = "" if case.as_expected(statement.expect) else "bad"
    tolerance = "none" if statement.expect == "open" else number(case.tolerance)
    return (
        f'<tr><td>{escape(case.label)}</td><td class="number {style}">{case}</td>'
        f'<td class="number tolerance">{tolerance}</td>'
        f"<td>{case.svg() if len(case.values) > 1 else ''}</td></tr>"
    )


def _html_article(finding: Finding, pictures: list[Picture]) -> str:
    statement = finding.statement
    said = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in facts(finding))
    rows = "".join(_html_case(case, statement) for case in distributions(finding.measurements))
    figures = "".join(
        f'<figure><img src="data:image/svg+xml;base64,{base64.b64encode(picture.svg).decode()}" '
        f'style="max-width: {picture.width:g}in" alt="{escape(picture.title)}">'
        f"<figcaption><b>{escape(picture.title)}.</b> {escape(picture.caption)}</figcaption>"
        "</figure>"
        for picture in pictures
    )
    count = len(finding.measurements)
    return (
        f'<article id="{statement.key}"><h3>{escape(statement.source)}: {escape(statement.title)}</h3>'
        f"<p>{escape(statement.text)}</p><dl>{said}</dl>{figures}"
        f"<details><summary>{count} measurement{'s' if count != 1 else ''}</summary>"
        f'<table class="overview {statement.expect}"><thead><tr>'
        "<th>case</th><th>measured: median (range)</th><th>tolerance</th>"
        "<th>distribution, line at the tolerance</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></details>"
        "</article>"
    )
