"""Every block of code on the pages of the site, and in the README, runs and prints what they say."""

import re
import warnings
from pathlib import Path

import pytest
from page_blocks import blocks, is_executed_by_the_build, run

from implicitbias.paper import registry

ROOT = Path(__file__).parents[2]
FOLDERS = ("start", "how_to", "explain", "develop")
PAGES = [
    ROOT / "README.md",
    *(page for folder in FOLDERS for page in sorted((ROOT / "docs" / folder).rglob("*.md"))),
]


def is_slow(page):
    """Whether its commands take processes of their own, or its runs seconds."""
    return page.name == "README.md" or any(block.language == "sh" for block in blocks(page))


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=[pytest.mark.slow] if is_slow(page) else [])
        for page in PAGES
        if not is_executed_by_the_build(page)
    ],
    ids=lambda page: page.relative_to(ROOT).as_posix(),
)
def test_code_runs(page, tmp_path, monkeypatch):
    plt = pytest.importorskip("matplotlib.pyplot")
    monkeypatch.chdir(tmp_path)
    registry.statements()  # statements of a page are gone after it
    monkeypatch.setattr(registry, "_registered", dict(registry._registered))
    with warnings.catch_warnings():
        run(page, tmp_path)
    plt.close("all")


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_links_of_pages_outside_the_site(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text) + re.findall(r"`(docs/[\w/.]+|tests/[\w/.]+)`", text)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
