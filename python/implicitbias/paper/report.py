"""What was found, as a page to read: HTML in one file, Markdown, and the numbers as JSON."""

import base64
import io
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from importlib.metadata import version
from itertools import groupby
from os import PathLike
from pathlib import Path
from typing import Any

from .. import _core
from ..errors import InvalidValueError
from ..plot.figures import new_figure
from . import coverage
from .distribution import Distribution, distributions
from .finding import Finding
from .registry import FROM_THE_PAPER, Statement, statements
from .terminal import measured, summary, verdict
from .trial import Drawing

PAPER = "https://proceedings.mlr.press/v80/gunasekar18a.html"


@dataclass(frozen=True)
class _Picture:
    name: str
    drawing: Drawing
    svg: bytes


# What is reported: findings with their figures.
Entry = tuple[Finding, list[_Picture]]


def write(findings: list[Finding], folder: str | PathLike[str]) -> list[Finding]:
    """Write report.html, report.md, report.json, and the figures as SVG.

    Parameters
    ----------
    findings : list of Finding
        At least one.
    folder : path
        It exists; files of these names are replaced.

    Returns
    -------
    list of Finding
        As they are reported: one whose figure cannot be drawn has become an error.
    """
    if not findings:
        raise InvalidValueError("findings: expected at least one")
    folder = Path(folder)
    entries = [_drawn(finding) for finding in findings]
    reported = [finding for finding, _ in entries]
    (folder / "report.html").write_text(_html(entries), encoding="utf-8")
    (folder / "report.md").write_text(_markdown(entries), encoding="utf-8")
    (folder / "report.json").write_text(json.dumps(_numbers(reported), indent=1), encoding="utf-8")
    for _, pictures in entries:
        for picture in pictures:
            (folder / f"{picture.name}.svg").write_bytes(picture.svg)
    return reported


def _drawn(finding: Finding) -> Entry:
    pictures = []
    for k, drawing in enumerate(finding.drawings):
        name = finding.statement.key + (f"_{k + 1}" if k else "")  # no key has an underscore
        try:
            pictures.append(_Picture(name, drawing, _svg(drawing)))
        except Exception as error:  # the experiment's own drawing code may raise anything
            error.add_note(f"The figure {drawing.title!r} cannot be drawn.")
            return replace(finding, verdict="error", error=error), []
    return finding, pictures


def _svg(drawing: Drawing) -> bytes:
    figure = new_figure(*drawing.size)
    from matplotlib import rc_context

    drawing.draw(figure)
    file = io.BytesIO()
    with rc_context({"svg.hashsalt": "implicitbias"}):  # the same figure gives the same file
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def _chapters(entries: list[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    for chapter, members in groupby(entries, lambda entry: entry[0].statement.chapter):
        yield chapter, list(members)


def _whole(findings: list[Finding]) -> bool:
    """Whether every statement of the paper was tried."""
    tried = {finding.statement.key for finding in findings}
    return all(each.key in tried for each in statements() if each.chapter in FROM_THE_PAPER)


def _title(entries: list[Entry]) -> str:
    if all(finding.statement.chapter in FROM_THE_PAPER for finding, _ in entries):
        return "Characterizing Implicit Bias in Terms of Optimization Geometry, executed"
    return "Statements about implicit bias, tried"


_INTRODUCTION = (
    "Every statement was tried on this machine and compared with an independent reference; those that must "
    "fail were to be shown failing. Made by implicitbias paper."
)


def _versions() -> str:
    packages = ("implicitbias", "numpy", "scipy", "cvxpy", "clarabel")
    return ", ".join(f"{name} {version(name)}" for name in packages) + f"; SIMD level {_core.simd_level()}"


def _number(value: float) -> str:
    return "∞" if math.isinf(value) else f"{value:.2g}"


def _numbers(findings: list[Finding]) -> dict[str, Any]:
    return {
        "versions": _versions(),
        **({"coverage": coverage.numbers()} if _whole(findings) else {}),
        "statements": [
            {
                "key": finding.statement.key,
                "source": finding.statement.source,
                "text": finding.statement.text,
                "reference": finding.statement.reference,
                "metric": finding.statement.metric,
                "must": finding.statement.expect,
                "verdict": finding.verdict,
                "as_expected": finding.as_expected,
                "effort": finding.effort,
                "seconds": round(finding.seconds, 3),
                "hypotheses": [{"text": text, "holds": holds} for text, holds in finding.hypotheses],
                "measurements": [
                    # JSON has no number for infinity
                    {
                        "label": each.label,
                        "value": each.value if math.isfinite(each.value) else "infinity",
                        "tolerance": each.tolerance,
                    }
                    for each in finding.measurements
                ],
                "notes": finding.notes,
                "error": None if finding.error is None else finding.reason,
            }
            for finding in findings
        ],
    }


def _markdown(entries: list[Entry]) -> str:
    findings = [finding for finding, _ in entries]
    lines = [f"# {_title(entries)}", "", f"{summary(findings)}. {_INTRODUCTION} {_versions()}.", ""]
    for chapter, members in _chapters(entries):
        header = "| statement | source | verdict | measured | about |"
        lines += [f"## {chapter}", "", header, "|---|---|---|---|---|"]
        for each, _ in members:
            statement, mark = each.statement, "" if each.as_expected else "**!!** "
            cells = (statement.key, statement.source, mark + verdict(each), measured(each), statement.title)
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        lines.append("")
        for each, pictures in members:
            statement = each.statement
            lines += [f"### {statement.source}: {statement.title}", "", statement.text, ""]
            lines += [f"- {name}: {text}" for name, text in _facts(each)]
            lines += [
                f"- {case.label}: {case} (tolerance {_number(case.tolerance)})"
                for case in distributions(each.measurements)
            ]
            lines.append("")
            for picture in pictures:
                lines += [f"![{picture.drawing.title}]({picture.name}.svg)", "", picture.drawing.caption, ""]
    if _whole(findings):
        lines += coverage.markdown()
    return "\n".join(lines)


def _facts(finding: Finding) -> list[tuple[str, str]]:
    """Return what the report says of a statement besides its measurements."""
    statement, worst = finding.statement, finding.decisive
    facts = [
        ("Verdict", f"{verdict(finding)}, in {finding.seconds:.1f} s"),
        ("Metric", statement.metric),
        ("Measured", measured(finding) + (f" ({worst.label})" if worst else "")),
        ("Reference", statement.reference),
    ]
    facts += [("Assumed", f"{'✓' if holds else '✗'} {text}") for text, holds in finding.hypotheses]
    facts += [("Note", note) for note in finding.notes]
    if finding.error is not None:
        facts.append(("Error", finding.reason))
    return facts


_STYLE = """
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


def _html(entries: list[Entry]) -> str:
    findings = [finding for finding, _ in entries]
    good = all(finding.as_expected for finding in findings)
    title = escape(_title(entries))
    body = [
        f"<h1>{title}</h1>",
        f'<p class="faint">{_INTRODUCTION} The paper: <a href="{PAPER}">Gunasekar, Lee, Soudry and Srebro, '
        "ICML 2018</a>.</p>",
        f'<p class="summary {"good" if good else "bad"}">{escape(str(summary(findings)))}.</p>',
        f'<p class="faint">Effort: {findings[0].effort}. {escape(_versions())}.</p>',
    ]
    whole = _whole(findings)
    if whole:
        body.append(f'<p><a href="#coverage">{coverage.TITLE}</a>, sentence by sentence.</p>')
    for chapter, members in _chapters(entries):
        body += [f"<h2>{escape(chapter)}</h2>", '<table class="overview"><thead><tr>']
        body += [f"<th>{name}</th>" for name in ("statement", "verdict", "measured", "about")]
        body.append("</tr></thead><tbody>")
        body += [_html_row(each) for each, _ in members]
        body.append("</tbody></table>")
        body += [_html_article(each, pictures) for each, pictures in members]
    if whole:
        body.append(coverage.html(findings))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body>{''.join(body)}</body></html>"
    )


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
    return (
        f'<tr><td>{escape(case.label)}</td><td class="number {style}">{case}</td>'
        f'<td class="number tolerance">{_number(case.tolerance)}</td>'
        f"<td>{case.svg() if len(case.values) > 1 else ''}</td></tr>"
    )


def _html_article(finding: Finding, pictures: list[_Picture]) -> str:
    statement = finding.statement
    facts = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in _facts(finding))
    rows = "".join(_html_case(case, statement) for case in distributions(finding.measurements))
    figures = "".join(
        f'<figure><img src="data:image/svg+xml;base64,{base64.b64encode(picture.svg).decode()}" '
        f'style="max-width: {picture.drawing.size[0]:g}in" alt="{escape(picture.drawing.title)}">'
        f"<figcaption><b>{escape(picture.drawing.title)}.</b> {escape(picture.drawing.caption)}</figcaption>"
        "</figure>"
        for picture in pictures
    )
    count = len(finding.measurements)
    return (
        f'<article id="{statement.key}"><h3>{escape(statement.source)}: {escape(statement.title)}</h3>'
        f"<p>{escape(statement.text)}</p><dl>{facts}</dl>{figures}"
        f"<details><summary>{count} measurement{'s' if count != 1 else ''}</summary>"
        f'<table class="overview {statement.expect}"><thead><tr>'
        "<th>case</th><th>measured: median (range)</th><th>tolerance</th>"
        "<th>distribution, line at the tolerance</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></details>"
        "</article>"
    )
