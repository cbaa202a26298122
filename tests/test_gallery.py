"""Pages of the gallery open with what is seen and whose it is, and say what each figure shows."""

import ast
import re
from pathlib import Path

import pytest

GALLERY = Path(__file__).parents[1] / "docs" / "gallery"
EXECUTED = sorted(GALLERY.glob("plot_*.py"))
PAGES = sorted(GALLERY.glob("*.py"))


def blocks(page):
    """Return the page's blocks after its docstring, each prose (comments after # %%) or code."""
    parts = re.split(r"^# %%\n", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for k, part in enumerate(parts):
        prose, _, code = part.partition("\n\n") if k else ("", "", part)
        if prose.startswith("#"):
            yield "prose", prose
        if code.strip():
            yield "code", code


def test_there_are_twenty_five():
    assert len(EXECUTED) >= 25


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_opens_with_what_is_seen_and_why(page):
    title, underline, empty, *body = ast.get_docstring(ast.parse(page.read_text(encoding="utf-8"))).split(
        "\n"
    )
    assert set(underline) == {"="}
    assert len(underline) == len(title)
    assert not empty
    sentences = re.split(r"[.?!]\s+(?=[A-Z:`\d])", " ".join(body))
    assert 2 <= len(sentences) <= 6, sentences


@pytest.mark.parametrize("page", EXECUTED, ids=lambda page: page.stem)
def test_a_sentence_follows_each_figure(page):
    kinds = list(blocks(page))
    figures = [k for k, (_, text) in enumerate(kinds) if "plt.show()" in text]
    assert figures
    for k in figures:
        after = text_after(kinds, k)
        assert re.search(r"\.(\s|$)", after), f"nothing is said of the figure of\n{kinds[k][1]}"


def text_after(kinds, k):
    """Return the prose that follows the k-th block at once."""
    return kinds[k + 1][1] if k + 1 < len(kinds) and kinds[k + 1][0] == "prose" else ""
