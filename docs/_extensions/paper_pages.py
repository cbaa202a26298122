"""A page for every paper: its statements, and the verdicts that tools/store_verdicts.py has stored."""

import json
import math
import re
from itertools import groupby
from pathlib import Path

from restructured_text import escaped, heading, hidden_toctree, table
from written import write

import implicitbias as ib
from implicitbias.paper.registry import introduction

NOT_TRIED = "not tried yet"


def number(value):
    """Return a deviation, or a tolerance, in two digits."""
    return "∞" if math.isinf(float(value)) else re.sub("e([+-])0", r"e\1", f"{float(value):.2g}")


def verdict(statement, found):
    """Return the stored verdict in a few words."""
    if found is None:
        return NOT_TRIED
    if found["as_expected"]:
        return "fails, as it must" if statement.expect == "fails" else found["verdict"]
    return f"**{found['verdict']}**, must {statement.expect.removesuffix('s')}"


def measured(found):
    """Return the measurement that decided, and its tolerance, where there is one."""
    worst = found and found["decisive"]
    if not worst:
        return ""
    value = number(worst["value"])
    if worst["tolerance"] is None:
        return value
    sign = "≤" if float(worst["value"]) <= worst["tolerance"] else ">"
    return f"{value} {sign} {number(worst['tolerance'])}"


def section(statement, found):
    """Return what is said of one statement."""
    lines = [f".. _statement-{statement.key}:", "", *heading(f"{statement.source}: {statement.title}", "~")]
    lines += [escaped(statement.text), ""]
    facts = [("Name", f"``{statement.key}``"), ("Verdict", verdict(statement, found))]
    facts += [
        ("Independent reference", escaped(statement.reference)),
        ("Measured", escaped(statement.metric)),
    ]
    if found and found["decisive"]:
        count = found["measurements"]
        label = escaped(found["decisive"]["label"])
        facts[-1] = ("Measured", f"{escaped(statement.metric)}: {measured(found)} ({label}; {count} in all)")
    if found:
        facts += [("Assumed", escaped(each["text"])) for each in found["hypotheses"]]
    return [*lines, *(f":{name}: {text}" for name, text in facts), ""]


def origin(stored):
    """Return a sentence that says what made the verdicts."""
    return (
        f"Verdicts are those of ``{stored['command']}`` on {stored['date']} "
        f"({escaped(stored['versions'])}). Try them on your machine: "
    )


def page(paper, statements, stored):
    """Return the page of a paper."""
    found = stored["statements"]
    lines = heading(paper.title, "=")
    where = f"`{escaped(paper.citation)} <{paper.address}>`__" if paper.address else escaped(paper.citation)
    lines += [where + ".", "", *(f"{escaped(each)}\n" for each in introduction(paper.key).split("\n\n"))]
    lines += [f"{origin(stored)}``implicitbias paper --of {paper.key}``.", ""]
    for chapter, group in groupby(statements, lambda each: each.chapter):
        members = list(group)
        if chapter != paper.title:
            lines += heading(chapter, "-")
        rows = [
            (
                f":ref:`{escaped(each.source)} <statement-{each.key}>`",
                verdict(each, found.get(each.key)),
                measured(found.get(each.key)),
                escaped(each.title),
            )
            for each in members
        ]
        head = ("Statement", "Verdict", "Measured", "What it is about")
        lines += table(rows, head, widths="26 16 22 36", style="statements")
        for each in members:
            lines += section(each, found.get(each.key))
    return "\n".join([*lines, ""])


def short(paper):
    """Return authors and year for the sidebar: "Fan et al. 2025", or what else a collection is called."""
    names = re.split(r", | and ", paper.authors)
    if not paper.published:
        return paper.title
    authors = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
    return f"{authors} {paper.year}"


def row(paper, found):
    """Return what the first page says of a paper: who, what it asks, how many statements."""
    mine = ib.paper.statements(of=paper.key)
    good = sum(bool(found.get(each.key, {}).get("as_expected")) for each in mine)
    count = f"{len(mine)}" if good == len(mine) else f"{len(mine)}, {good} as expected"
    first = introduction(paper.key).partition("\n\n")[0]
    return f":doc:`{escaped(paper.citation)} <{paper.key}>`", escaped(first), count


def index(papers, stored):
    """Return the page that leads to those of the papers."""
    rows = [row(paper, stored["statements"]) for paper in papers]
    lines = [
        *heading("Papers"),
        f"{sum(paper.published for paper in papers)} papers, a conjecture and open questions, each a list of "
        "statements with experiments that may contradict them. A statement *holds* if every measurement is "
        "within its tolerance of an independent reference; one that must fail is shown failing; an *open* "
        "question gets numbers and no verdict. "
        f"{origin(stored)}``implicitbias paper --of all``. "
        "How to add your own: :doc:`/how_to/conjectures`.",
        "",
        *table(rows, ("Paper", "What it asks", "Statements"), widths="34 50 16", style="papers"),
    ]
    return "\n".join(lines + hidden_toctree(f"{short(paper)} <{paper.key}>" for paper in papers))


def write_pages(folder, stored):
    """Write the pages of all papers into a folder."""
    papers = list(ib.paper.papers().values())
    pages = {f"{each.key}.rst": page(each, ib.paper.statements(of=each.key), stored) for each in papers}
    write(folder, pages | {"index.rst": index(papers, stored)})


def setup(app):
    """Write the pages before Sphinx looks for any."""

    def begin(app):
        source = Path(app.srcdir)
        stored = json.loads((source / "verdicts.json").read_text(encoding="utf-8"))
        write_pages(source / "papers", stored)

    app.connect("builder-inited", begin)
    return {"parallel_read_safe": True}
