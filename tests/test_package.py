"""The package as a whole: imports, stubs, names."""

import ast
import importlib.metadata
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

import implicitbias as ib


def test_import_is_light():
    heavy = {"cvxpy", "scipy", "sklearn", "matplotlib", "rich", "typer"}
    script = "import sys, implicitbias; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not heavy & set(loaded)


def test_every_public_name_is_there():
    for name in ib.__all__:
        assert getattr(ib, name) is not None
        assert name in dir(ib)
    assert ib.__version__ == importlib.metadata.version("implicitbias")


def test_functions_win_over_modules():
    # No public function may share the name of a module: importing the module would shadow it.
    folder = Path(ib.__file__).parent
    modules = {path.stem for path in folder.iterdir()}
    assert modules & set(ib.__all__) == {"datasets", "estimators", "paper", "paths", "plot", "problems"}


STUB = Path(ib.__file__).parent / "_core"


def test_the_stub_is_fresh(tmp_path):
    tool = Path(__file__).parents[1] / "tools" / "write_stub.py"
    subprocess.run([sys.executable, str(tool), "--out", str(tmp_path)], capture_output=True, check=True)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        path.name: path.read_text() for path in STUB.iterdir()
    }


def test_the_stub_says_none_where_none_is_possible():
    module = ast.parse(
        "".join(path.read_text() for path in sorted(STUB.iterdir()) if path.stem != "__init__")
    )
    said = {}
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef):
            given, defaults = node.args.args, node.args.defaults
            pairs = [*zip(given[len(given) - len(defaults) :], defaults, strict=True)]
            pairs += zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            for argument, default in pairs:
                if isinstance(default, ast.Constant) and default.value is None:
                    said[f"{node.name}({argument.arg})"] = argument.annotation
        elif isinstance(node, ast.ClassDef) and hasattr(vars(ib._core)[node.name], "_fields"):
            defaults = vars(ib._core)[node.name]._defaults
            for member in node.body:
                if isinstance(member, ast.FunctionDef) and defaults.get(member.name, ...) is None:
                    said[f"{node.name}.{member.name}"] = member.returns
    assert {"__init__(rank)", "__init__(w0)", "MirrorDescent.momentum"} <= said.keys()
    assert [name for name, kind in said.items() if not ast.unparse(kind).endswith(" | None")] == []


def test_typed():
    assert (Path(ib.__file__).parent / "py.typed").exists()


def test_every_public_function_is_documented():
    for name in ib.__all__:
        assert getattr(ib, name).__doc__, name


def test_licenses_are_there():
    files = importlib.metadata.files("implicitbias") or []
    texts = {path.name: path.read_text() for path in files if ".dist-info/licenses/" in path.as_posix()}
    assert "the implicitbias developers" in texts["LICENSE"]
    assert "Mozilla Public License Version 2.0" in texts["Eigen.txt"]
    assert "Wenzel Jakob" in texts["pybind11.txt"]
    others = texts.keys() - {"LICENSE", "NOTICE"}
    assert {name for name in others if f"licenses/{name}" in texts["NOTICE"]} == others


@pytest.mark.parametrize(
    ("old", "new"), [("behaviour", "behavior"), ("Behaviour", "Behavior"), ("claim", "statement")]
)
def test_old_names_work_and_name_the_new(old, new):
    with pytest.warns(DeprecationWarning, match=rf"ib\.{old} is now ib\.{new}"):
        assert getattr(ib, old) is getattr(ib, new)
    assert old not in ib.__all__
    assert old not in dir(ib)
