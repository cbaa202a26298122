"""What was found, in Markdown."""

from .distribution import distributions
from .entry import INTRODUCTION, Entry, chapters, facts, number, of_the_first_paper, title, versions
from .field.gunasekar2018 import coverage
from .registry import introduction
from .words import heading, measured, summary, verdict


def markdown(entries: list[Entry]) -> str:
    """Return the page of one paper, or of statements of one's own."""
    findings = [finding for finding, _ in entries]
    key = findings[0].statement.paper
    about = [f"{heading(key)}.", "", introduction(key), ""] if key else []
    lines = [f"# {title(entries)}", "", *about, f"{summary(findings)}. {INTRODUCTION} {versions()}.", ""]
    for chapter, members in chapters(entries):
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
            lines += [f"- {name}: {text}" for name, text in facts(each)]
            lines += [
                f"- {case.label}: {case}"
                + ("" if statement.expect == "open" else f" (tolerance {number(case.tolerance)})")
                for case in distributions(each.measurements)
            ]
            lines.append("")
            for picture in pictures:
                lines += [f"![{picture.title}]({picture.name}.svg)", "", picture.caption, ""]
    if of_the_first_paper(findings):
        lines += coverage.markdown()
    return "\n".join(lines)
