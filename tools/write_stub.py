"""Write the stub of the compiled module: a file for each kind of noun, in the folder `_core`.

`python tools/write_stub.py` writes it beside the module, from the module that is built; `--out` elsewhere.
pybind11-stubgen reads the module; what it finds is split by the class that each class descends from.
"""

import argparse
import ast
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "python" / "implicitbias"

# Classes without a base, and the file of each and of all that derive from it.
FILES = {
    "Loss": "losses",
    "Model": "models",
    "Problem": "problem",
    "MiniBatch": "problem",
    "Gauge": "norms",
    "Metric": "potentials",
    "Momentum": "momentum",
    "EMA": "momentum",
    "Constraint": "constraints",
    "Method": "methods",
    "StepSize": "step_sizes",
    "Recording": "recordings",
    "Taken": "runs",
    "ModifiedEquation": "runs",
    "RunLoop": "runs",
}


def whole_stub() -> str:
    """Return the stub of the module as one text."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pybind11_stubgen", "implicitbias._core", "-o", folder]
        subprocess.run(command, capture_output=True, check=True)
        return Path(folder, "implicitbias", "_core.pyi").read_text()


def _published(body: Sequence[ast.stmt]) -> set[str]:
    """Return the names in `__all__`: those that the package makes public."""
    for node in body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "__all__" and node.value:
            return set(ast.literal_eval(node.value))
    raise SystemExit("the module has no __all__")


def split(text: str) -> dict[str, str]:
    """Return the texts of the files, `__init__` among them, by name."""
    text = text.replace("\n__all__: list = ", "\n__all__: list[str] = ")
    body = ast.parse(text).body
    published = _published(body)
    classes = {node.name: node for node in body if isinstance(node, ast.ClassDef)}

    def file_of(name: str) -> str:
        bases = [base.id for base in classes[name].bases if isinstance(base, ast.Name)]
        if bases:
            return file_of(bases[0])
        if name not in FILES:
            raise SystemExit(f"{name} has no base: name its file in FILES of {__file__}")
        return FILES[name]

    homes = {name: file_of(name) for name in classes}
    contents: dict[str, list[ast.stmt]] = {home: [] for home in homes.values()}
    header: list[ast.Import | ast.ImportFrom] = []
    rest: list[ast.stmt] = []
    for node in body:
        if isinstance(node, ast.ClassDef):
            contents[homes[node.name]].append(node)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            header.append(node)
        else:
            rest.append(node)

    def source(nodes: Sequence[ast.stmt]) -> str:
        return "".join(f"{ast.get_source_segment(text, node)}\n" for node in nodes)

    def imports(used: set[str], home: str) -> str:
        modules = [
            node
            for node in header
            if isinstance(node, ast.ImportFrom) or node.names[0].name.partition(".")[0] in used
        ]
        names = {
            other: sorted(name for name in used if homes.get(name) == other) for other in sorted(contents)
        }
        if not home:  # what users do not name is imported all the same, by the package itself
            names = {
                other: [name if name in published else f"{name} as {name}" for name in names[other]]
                for other in names
            }
        lines = [f"from .{other} import {', '.join(names[other])}\n" for other in names if names[other]]
        return source(modules) + "".join(line for line in lines if not line.startswith(f"from .{home} "))

    def names_in(nodes: list[ast.stmt]) -> set[str]:
        return {part.id for node in nodes for part in ast.walk(node) if isinstance(part, ast.Name)}

    files = {
        home: f'"""Written by tools/write_stub.py."""\n{imports(names_in(nodes), home)}{source(nodes)}'
        for home, nodes in contents.items()
    }
    doc, *functions = rest
    files["__init__"] = source([doc]) + imports(names_in(functions) | set(classes), "") + source(functions)
    return files


def main() -> None:
    """Write the files, and delete what is no longer one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=PACKAGE / "_core", help="a folder; default: that of the package"
    )
    out = parser.parse_args().out
    files = split(whole_stub())
    out.mkdir(exist_ok=True)
    for path in out.glob("*.pyi"):
        path.unlink()
    for name, text in files.items():
        (out / f"{name}.pyi").write_text(text)


if __name__ == "__main__":
    main()
