"""The plan of the house: rooms import downwards only, keep to their own privates, and have no long files."""

import ast
import re
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import implicitbias as ib

PACKAGE = Path(ib.__file__).parent
ROOT = Path(__file__).parents[1]
# From the ground up: a room imports from those before it.
FLOORS = [
    {"_html"},
    {"errors", "_core", "_types", "bracket"},
    {"_cures"},
    {"_calls"},
    {"_arguments"},
    {"nouns", "versions"},
    {"problems"},
    {"arithmetic"},
    {"oracles"},
    {"datasets"},
    {"runs"},
    {"flows", "paths", "recognition"},
    {"claims", "estimators"},
    {"plot"},
    {"paper"},
    {"explorer"},
    {"command_line"},
    {"__init__", "__main__"},
]
MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(file):
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


@cache
def imported(file):
    """Return the modules of the package that a file imports, wherever it does."""
    home = file.relative_to(PACKAGE).parts[:-1]
    found = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = home[: len(home) - node.level + 1]
            target = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                whole = ".".join(filter(None, [target, alias.name]))
                found.append(whole if whole in NAMES else target)
    return found


NAMES = {name_of(file) for file in MODULES} | {"_core"}


def room(module):
    return module.partition(".")[0]


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_rooms_import_downwards_only(file):
    floor = {name: height for height, names in enumerate(FLOORS) for name in names}
    here = room(name_of(file))
    above = [
        target
        for target in imported(file)
        if room(target) and room(target) != here and floor[room(target)] >= floor[here]
    ]
    assert above == []


def test_there_is_no_circle():
    graph = {
        name_of(file): {target for target in imported(file) if target in NAMES and target != name_of(file)}
        for file in MODULES
        if file.name != "__init__.py"
    }
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_no_module_reaches_into_the_privates_of_a_run(file):
    if room(name_of(file)) != "runs":
        assert re.findall(r"\b\w*run\w*\._(?:loop|until|form|advance_to)\b", file.read_text()) == []


def test_no_file_is_long():
    files = [*MODULES, *(each for kind in ("*.hpp", "*.cpp") for each in (ROOT / "cpp").rglob(kind))]
    files += [
        each for each in (ROOT / "tests").rglob("*.py") if each.parent.name != "mutants"
    ]  # those are lists
    lengths = {each.name: len(each.read_text().splitlines()) for each in files if each.name != "__init__.py"}
    assert {name: length for name, length in lengths.items() if length > 400} == {}
