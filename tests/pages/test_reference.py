"""The reference has a page for every public name."""

import inspect
import sys
from pathlib import Path

import pytest

import implicitbias as ib

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def pages(monkeypatch):
    """The module that writes the pages; it needs no Sphinx."""
    monkeypatch.syspath_prepend(DOCS / "_extensions")
    yield __import__("reference_pages")
    for name in ("reference_pages", "public_names", "restructured_text", "written"):
        sys.modules.pop(name, None)


def test_no_public_name_is_missing(pages, tmp_path):
    assert pages.missing() == []
    pages.write_pages(tmp_path)
    for name in ib.__all__:
        value = getattr(ib, name)
        names = [f"{name}.{member}" for member in value.__all__] if inspect.ismodule(value) else [name]
        for each in names:
            assert f":: implicitbias.{each}\n" in (tmp_path / f"implicitbias.{each}.rst").read_text()


def test_a_name_without_a_group_is_found(pages, monkeypatch):
    monkeypatch.setattr(pages, "GROUPS", pages.GROUPS[1:])
    assert "Problem" in pages.missing()


def test_sub_modules_are_there(pages):
    listed = {name.partition(".")[0] for name in pages.public_names() if "." in name}
    assert {"plot", "estimators", "datasets", "paper", "paths"} <= listed
