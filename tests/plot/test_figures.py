"""Figures in files, whatever backend the environment asks for."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import implicitbias as ib

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


STUDY = """
steps = 50

[sweep]
data = "iris_setosa"
loss = "Logistic()"
method = "GradientDescent"
step_size = [0.001, 0.01]

[outputs]
margins = "margins.png"
"""
# Every command that leaves figures, with one of them.
COMMANDS = {
    "run": (("run", "--norm", "2", "--steps", "100", "--quiet", "--out", "o"), "margins.png"),
    "regularization": (("run", "--regularization", "--quiet", "--out", "o"), "paths.png"),
    "lasso": (
        ("run", "--data", "example_4", "--eta", "0.01", "--lasso", "--quiet", "--out", "o"),
        "lasso.png",
    ),
    "squared": (
        ("run", "--data", "example_4", "--eta", "0.01", "--steps", "9", "--quiet", "--out", "o"),
        "residuals.png",
    ),
    "sweep": (("sweep", "study.toml", "--quiet", "--out", "o"), "margins.png"),
    "fingerprint": (
        ("fingerprint", "--data", "iris_setosa", "--weights", "w.npy", "--out", "o"),
        "fingerprint.png",
    ),
    "paper": (("paper", "--fast", "--only", "fig1a", "--out", "o"), "fig1a.svg"),
}


@pytest.mark.parametrize("backend", [INLINE, pytest.param("no_such_backend", marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", COMMANDS)
def test_figures_of_commands(tmp_path, name, backend):
    (tmp_path / "study.toml").write_text(STUDY)
    np.save(tmp_path / "w.npy", [0.1, 0.2, -0.5, -0.3])
    arguments, figure = COMMANDS[name]
    done = python("-m", "implicitbias", *arguments, backend=backend, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "o" / figure).exists()


def test_every_command_that_leaves_figures_is_tried():
    sources = (Path(ib.__file__).parent / "command_line").glob("*.py")
    named = {each for path in sources for each in re.findall(r"[a-z_]+[.]png", path.read_text("utf-8"))}
    assert named <= {figure for _, figure in COMMANDS.values()}, "no test asks for a figure"


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
