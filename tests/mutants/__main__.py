"""Print which statements catch which fault."""

import sys
import tempfile
from pathlib import Path

from . import MUTANTS
from .planting import build, caught

with tempfile.TemporaryDirectory() as folder:
    place = build(MUTANTS, Path(folder))
    assert sys.argv[1:] or not caught(place, "")
    print("| fault | caught by |\n|---|---|")
    for mutant in MUTANTS:
        if not sys.argv[1:] or mutant.name in sys.argv[1:]:
            print(f"| {mutant.name} | {', '.join(caught(place, mutant.name))} |", flush=True)
