"""Pages that are made by the build: of papers, of engines, of the house."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

import implicitbias as ib
from implicitbias.paper import report

ROOT = Path(__file__).parents[2]


@pytest.fixture
def extension(monkeypatch):
    """Return a module of docs/_extensions, which needs no Sphinx."""
    monkeypatch.syspath_prepend(ROOT / "docs" / "_extensions")
    before = set(sys.modules)
    yield __import__
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def tool():
    """tools/store_verdicts.py."""
    spec = importlib.util.spec_from_file_location("store_verdicts", ROOT / "tools" / "store_verdicts.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_stored_is_what_was_found(tool, extension, tmp_path):
    tried = ib.paper.statements(["ex2", "ex3-law", "ex2-law"])
    findings = report.write([ib.paper.examine(each, "fast") for each in tried], tmp_path)
    stored = tool.stored(json.loads((tmp_path / "report.json").read_text()), ["implicitbias", "paper"])
    for finding in findings:
        found = stored["statements"][finding.statement.key]
        assert found["verdict"] == finding.verdict
        assert found["decisive"]["value"] == finding.decisive.value
        assert found["decisive"]["label"] == finding.decisive.label
    pages = extension("paper_pages")
    pages.write_pages(tmp_path / "papers", stored)
    page = (tmp_path / "papers" / "gunasekar2018.rst").read_text()
    assert "fails, as it must" in page
    assert pages.NOT_TRIED in page  # all but three
    assert {file.stem for file in (tmp_path / "papers").iterdir()} == {*ib.paper.papers(), "index"}


def test_every_noun_is_in_the_support_tables(extension):
    tables = extension("support_tables").tables()
    kinds = {"norms": "norms", "potentials": "potentials", "losses": "losses", "step_sizes": "step_sizes"}
    for table, kind in {**kinds, "methods": "methods"}.items():
        missing = [
            noun.__name__ for noun in ib._core.registry[kind] if noun.__name__ not in tables[f"{table}.rst"]
        ]
        assert missing == []
    sizes = tables["sizes.rst"]
    assert [
        form for form in ("inner", "gram", "screened", "coordinates", "hessian") if form not in sizes
    ] == []


def test_the_house_has_all_rooms_each_above_what_it_imports(extension):
    house = extension("house_diagram")
    imports = house.imports_of_rooms()
    plan = house.floors(imports)
    floor = {room: k for k, rooms in enumerate(plan) for room in rooms}
    assert all(floor[room] > floor[below] for room in imports for below in imports[room])
    folder = Path(ib.__file__).parent
    rooms = {each.name for each in folder.iterdir() if (each / "__init__.py").exists()}
    assert rooms <= floor.keys()
    drawing = house.svg(plan, house.nearest(imports))
    assert all(f">{room}</text>" in drawing for room in rooms)
