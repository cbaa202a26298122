"""Figures in files, whatever backend the environment asks for."""

import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

# A notebook's, which need not be installed where its children run.
INLINE = "module://matplotlib_inline.backend_inline"


def python(*arguments, backend, cwd):
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "MPLBACKEND": backend},
        cwd=cwd,
        capture_output=True,
        text=True,
    )


def test_figures_of_runs(tmp_path):
    run = ("-m", "implicitbias", "run", "--norm", "2", "--steps", "100", "--quiet", "--out", "o")
    done = python(*run, backend=INLINE, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "margins.png" in os.listdir(tmp_path / "o")


def test_figures_of_the_paper(tmp_path):
    paper = ("-m", "implicitbias", "paper", "--fast", "--only", "fig1a", "--out", "o")
    done = python(*paper, backend="no_such_backend", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "fig1a.svg" in os.listdir(tmp_path / "o")


SCRIPT = """
import os
import implicitbias as ib
problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
run = ib.Run(problem, ib.GradientDescent(), ib.Constant(0.01)).advance(9)
ib.plot.path(run).figure.savefig("path.png")
import matplotlib
print(os.environ["MPLBACKEND"], matplotlib.get_backend())
"""


@pytest.mark.parametrize(
    ("backend", "chosen"), [("svg", "svg"), (INLINE, INLINE if find_spec("matplotlib_inline") else "agg")]
)
def test_figures_of_pyplot(tmp_path, backend, chosen, monkeypatch):
    for display in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(display, raising=False)
    done = python("-c", SCRIPT, backend=backend, cwd=tmp_path)
    assert done.stdout.lower() == f"{backend} {chosen}\n", done.stderr
    assert (tmp_path / "path.png").exists()
