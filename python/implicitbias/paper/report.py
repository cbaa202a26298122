"""What was found, as files to read: pages in HTML and Markdown, figures, and the numbers as JSON."""

import json
import math
from os import PathLike
from pathlib import Path
from typing import Any

from ..errors import InvalidValueError
from . import report_index
from .entry import Entry, drawn, of_the_first_paper, papers_of, versions
from .field.gunasekar2018 import coverage
from .finding import Finding
from .report_markdown import markdown
from .report_page import html


def write(findings: list[Finding], folder: str | PathLike[str]) -> list[Finding]:
    """Draw the figures of findings, and write all as `write_entries` does.

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
    entries = [drawn(finding) for finding in findings]
    write_entries(entries, folder)
    return [finding for finding, _ in entries]


def write_entries(entries: list[Entry], folder: str | PathLike[str]) -> None:
    """Write report.html, report.md, report.json, and the figures as SVG.

    Where there are several papers, the pages have their names (soudry2018.html and .md), and index.html and
    index.md lead to them.

    Parameters
    ----------
    entries : list of (Finding, list of Picture)
        At least one.
    folder : path
        It exists; files of these names are replaced.
    """
    if not entries:
        raise InvalidValueError("findings: expected at least one")
    folder = Path(folder)
    pages = papers_of(entries)
    for paper, members in pages.items():
        name = "report" if len(pages) == 1 else paper or "own"
        (folder / f"{name}.html").write_text(html(members), encoding="utf-8")
        (folder / f"{name}.md").write_text(markdown(members), encoding="utf-8")
    if len(pages) > 1:
        (folder / "index.html").write_text(report_index.html(pages), encoding="utf-8")
        (folder / "index.md").write_text(report_index.markdown(pages), encoding="utf-8")
    (folder / "report.json").write_text(
        json.dumps(_numbers([finding for finding, _ in entries]), indent=1), encoding="utf-8"
    )
    for _, pictures in entries:
        for picture in pictures:
            (folder / f"{picture.name}.svg").write_bytes(picture.svg)


def main_page(folder: Path, findings: list[Finding]) -> Path:
    """Return the page to begin with."""
    return folder / ("report.html" if len({each.statement.paper for each in findings}) == 1 else "index.html")


def _numbers(findings: list[Finding]) -> dict[str, Any]:
    return {
        "versions": versions(),
        **({"coverage": coverage.numbers()} if of_the_first_paper(findings) else {}),
        "statements": [
            {
                "key": finding.statement.key,
                "paper": finding.statement.paper,
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
                        "tolerance": each.tolerance if math.isfinite(each.tolerance) else None,
                    }
                    for each in finding.measurements
                ],
                "notes": finding.notes,
                "error": None if finding.error is None else finding.reason,
            }
            for finding in findings
        ],
    }
