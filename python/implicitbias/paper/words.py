"""A finding in words, as the terminal and the reports say it."""

import math

from rich.text import Text

from .finding import Finding
from .registry import papers


def summary(findings: list[Finding]) -> Text:
    """Return how many did what they must, apart from what is open."""
    held, failed, open_ = (
        sum(each.verdict == verdict for each in findings) for verdict in ("holds", "fails", "open")
    )
    as_expected, tried = sum(each.as_expected for each in findings) - open_, len(findings) - open_
    if open_ and not tried:
        plural = "s" if open_ > 1 else ""
        return Text(f"numbers for {open_} open question{plural}", "bold green")
    questions = f", {open_} open" if open_ else ""
    text = f"{as_expected} of {tried} statements are as expected"
    text += f" ({held} hold, {failed} fail{questions})"
    return Text(text, "bold green" if as_expected == tried else "bold red")


def heading(paper: str) -> str:
    """Return who says what follows, by the paper's key."""
    return f"{paper}: {papers()[paper].citation}" if paper else "of one's own"


def verdict(finding: Finding) -> str:
    """Return the verdict in a few words, and what it should have been where it is another."""
    must = finding.statement.expect
    if finding.as_expected:
        return "fails, as it must" if must == "fails" else finding.verdict
    return finding.verdict.upper() + ("" if must == "open" else f", must {must.removesuffix('s')}")


def measured(finding: Finding) -> str:
    """Return the decisive measurement and its tolerance, where it has one."""
    worst = finding.decisive
    if worst is None:
        return "nothing"
    value = f"{worst.value:.1e}" if worst.value else "0"
    if math.isinf(worst.tolerance):
        return value
    return f"{value} {'<=' if worst.within else '>'} {worst.tolerance:.2g}"
