"""The command line, as a shell sees it, and what several of its tests run."""

import os
import subprocess
import sys

POINTS = "a,b,c,y\n1,1,1,1\n1,2,0,10\n"
SHORT = ("--steps", "100", "--out", "o")


def shell(*arguments, cwd, **options):
    return subprocess.run(
        [sys.executable, "-m", "implicitbias", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "80"},
        **options,
    )
