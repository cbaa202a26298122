"""A copy of the package with all the faults in it, dormant, and what its statements say under one of them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from .mutant import Mutant

ROOT = Path(__file__).parents[2]

# Seconds of processor time that a statement may take: some run without end under a fault, as a search for
# data that never succeeds.
LIMIT = 30

# Runs in the copy: which statements are not as expected?
_EXAMINE = """
import json, os, signal, sys
from importlib.machinery import PathFinder
class Copy:
    find_spec = staticmethod(lambda name, path=None, target=None:
        PathFinder.find_spec(name, path or [sys.argv[1]]) if name.startswith("implicitbias") else None)
sys.meta_path.insert(0, Copy)  # before what an editable install may have put there
from implicitbias.paper import examine, statements
import implicitbias
assert implicitbias.__file__.startswith(sys.argv[1]), implicitbias.__file__

def too_long(*_):
    raise TimeoutError  # an error of the experiment, as any other
signal.signal(signal.SIGPROF, too_long)

def finding(statement):
    signal.setitimer(signal.ITIMER_PROF, int(sys.argv[2]))
    try:
        return examine(statement, "fast")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)

keys = json.loads(sys.argv[3])
findings = [finding(each) for each in statements(keys or None, of="all")]
says_nothing = "error" if os.environ["MUTANT"] else None
others = [each for each in findings if each.verdict not in (each.statement.expect, says_nothing)]
print(json.dumps([each.statement.key for each in others]))
"""


def plant(mutants: Iterable[Mutant], folder: Path) -> None:
    """Put every fault, dormant, into the sources beneath a folder."""
    for mutant in mutants:
        mutant.plant(folder)
    # The faults are in the plain form of the iterations; tests/engines/test_forms.py holds others against it.
    loop = folder / "cpp/src/runs/run_loop.cpp"
    choice = "if (!parts_.plain)"
    assert choice in loop.read_text()
    loop.write_text(loop.read_text().replace(choice, "if (false)"))
    types = folder / "cpp/include/implicitbias/base/types.hpp"
    types.write_text(
        types.read_text()
        .replace(
            "namespace implicitbias {",
            "namespace implicitbias {\n\ninline bool mutant(const char* name) {\n"
            '  static const char* const active = std::getenv("MUTANT");\n'
            "  return active && std::strcmp(active, name) == 0;\n}\n",
            1,
        )
        .replace("#pragma once", "#pragma once\n\n#include <cstdlib>\n#include <cstring>", 1)
    )


def sources_with(mutants: Iterable[Mutant], folder: Path) -> Path:
    """Return a copy of the sources with faults in it."""
    sources = folder / "sources"
    files = subprocess.check_output(
        ["git", "ls-files", "-z", "cpp", "python", "*.toml", "*.txt", "*.md"], cwd=ROOT
    )
    names = [name for name in files.decode().split("\0") if name] + ["LICENSE", "NOTICE"]
    for name in names:
        (sources / name).parent.mkdir(parents=True, exist_ok=True)
        (sources / name).write_bytes((ROOT / name).read_bytes())
    plant(mutants, sources)
    return sources


def build(mutants: Iterable[Mutant], folder: Path) -> Path:
    """Build a copy of the package with faults in it; return where it can be imported from."""
    sources, installed = sources_with(mutants, folder), folder / "installed"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", installed, sources]
    subprocess.run(command, check=True)
    return installed


def caught(installed: Path, name: str, keys: Iterable[str] = ()) -> list[str]:
    """Return those of some statements, by default of all, whose verdict is another with a fault active.

    The name "" is that of no fault, where errors count, too.
    """
    environment = {**os.environ, "MUTANT": name}
    arguments = [str(installed), str(LIMIT), json.dumps(list(keys))]
    command = [sys.executable, "-W", "ignore", "-c", _EXAMINE, *arguments]
    done = subprocess.run(command, env=environment, cwd=installed, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))
