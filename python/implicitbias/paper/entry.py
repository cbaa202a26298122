"""What a report has of a finding: its figures as they are drawn, its facts, its numbers."""

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import groupby

from .. import _core
from ..plot.figures import new_figure
from ..plot.style import COLORS
from .finding import Finding, place_of
from .registry import papers, statements
from .trial import Drawing
from .words import measured, verdict

INTRODUCTION = (
    "Every statement was tried on this machine and compared with an independent reference; those that must "
    "fail were to be shown failing. Made by implicitbias paper."
)


@dataclass(frozen=True)
class Picture:
    """A figure as it is drawn, by the name of its file; its width is in inches."""

    name: str
    title: str
    caption: str
    width: float
    svg: bytes


# What is reported: findings with their figures.
Entry = tuple[Finding, list[Picture]]


def drawn(finding: Finding) -> Entry:
    """Return a finding with its figures; where one cannot be drawn, it is an error."""
    pictures = []
    for k, drawing in enumerate(finding.drawings):
        name = finding.statement.key + (f"_{k + 1}" if k else "")  # no key has an underscore
        try:
            svg = _svg(drawing)
        except Exception as error:  # the experiment's own drawing code may raise anything
            place = place_of(error, finding.statement)
            error.add_note(f"The figure {drawing.title!r} cannot be drawn.")
            return replace(finding, verdict="error", error=error, place=place), []
        pictures.append(Picture(name, drawing.title, drawing.caption, drawing.size[0], svg))
    return finding, pictures


def _svg(drawing: Drawing) -> bytes:
    figure = new_figure(*drawing.size)
    from matplotlib import rc_context
    from matplotlib.rcsetup import cycler

    with rc_context({"axes.prop_cycle": cycler(color=COLORS)}):
        drawing.draw(figure)
    file = io.BytesIO()
    with rc_context({"svg.hashsalt": "implicitbias"}):  # the same figure gives the same file
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def chapters(entries: list[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    """Yield the entries of each chapter, with its heading."""
    for chapter, members in groupby(entries, lambda entry: entry[0].statement.chapter):
        yield chapter, list(members)


def papers_of(entries: list[Entry]) -> dict[str, list[Entry]]:
    """Return the entries of each paper, by its key."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry[0].statement.paper, []).append(entry)
    return found


def of_the_first_paper(findings: list[Finding]) -> bool:
    """Whether every statement of the first paper was tried."""
    tried, first = {finding.statement.key for finding in findings}, next(iter(papers()))
    return all(each.key in tried for each in statements(of=first))


def title(entries: list[Entry]) -> str:
    """Return the heading of a page: the paper's title where all is of one paper."""
    (paper, *others) = papers_of(entries)
    if paper and not others:
        return f"{papers()[paper].title}, executed"
    return "Statements about implicit bias, tried"


def versions() -> str:
    """Return what found it."""
    packages = ("implicitbias", "numpy", "scipy", "cvxpy", "clarabel")
    return ", ".join(f"{name} {version(name)}" for name in packages) + f"; SIMD level {_core.simd_level()}"


def number(value: float) -> str:
    """Return a deviation in two digits."""
    return "∞" if math.isinf(value) else f"{value:.2g}"


def facts(finding: Finding) -> list[tuple[str, str]]:
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
