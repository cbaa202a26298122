"""Tutorials and lecture are whole: headers, cells in Python, links that lead somewhere, every solution.

The documentation's build executes them.
"""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
NOTEBOOKS = sorted([*DOCS.glob("tutorials/which_*.md"), *DOCS.glob("lecture/[0-9]*.md")])
LECTURE = [each for each in NOTEBOOKS if each.parent.name == "lecture"]
CELL = re.compile(r"^```\{code-cell\} ipython3\n(?:---\n(.*?)\n---\n)?(.*?)^```$", re.MULTILINE | re.DOTALL)


def named(notebook):
    return f"{notebook.parent.name}/{notebook.stem}"


def cells(notebook):
    """Return options and code of each cell."""
    return CELL.findall(notebook.read_text(encoding="utf-8"))


def test_there_are_two_tutorials_and_eight_notebooks():
    assert len(NOTEBOOKS) == 10
    assert len(LECTURE) == 8


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=named)
def test_jupytext_reads_it(notebook):
    _, header, text = notebook.read_text(encoding="utf-8").split("---\n", 2)
    assert "format_name: myst" in header
    assert "name: python3" in header
    assert text.lstrip().startswith("# ")
    assert len(cells(notebook)) == text.count("```{code-cell}")
    for _, code in cells(notebook):
        compile(code, str(notebook), "exec")


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=named)
def test_links_to_pages_lead_somewhere(notebook):
    for target in re.findall(r"\]\(([^)#:]+)\)", notebook.read_text(encoding="utf-8")):
        place = target.replace("../examples/index", "../gallery/GALLERY_HEADER.rst")
        place = place.replace("../examples/", "../gallery/")
        assert any((notebook.parent / (place + end)).exists() for end in ("", ".md", ".py")), target


@pytest.mark.parametrize("notebook", LECTURE, ids=named)
def test_exercises_have_solutions_that_are_executed(notebook):
    text = notebook.read_text(encoding="utf-8")
    assert ":::{admonition} Learning goals" in text
    exercises = re.findall(r"^\*\*Exercise (\d)\.\*\*", text, re.MULTILINE)
    assert 2 <= len(exercises) <= 4
    for number in exercises:
        solutions = [
            code
            for options, code in cells(notebook)
            if re.search(rf'code_prompt_show: ".*olution to exercise {number}\b', options)
        ]
        assert len(solutions) == 1, f"exercise {number}"
        assert "assert " in solutions[0] or "print(" in solutions[0]
