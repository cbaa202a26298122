"""The examples run as they stand."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
GALLERY = DOCS / "gallery"


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("plot_my_method.py", "goes on bit by bit: True"),
        ("plot_my_loss.py", "monotone: "),
        ("plot_my_step_size.py", "$a = 1$      log L"),
        ("plot_my_model.py", "KKT residual"),
        ("plot_my_potential.py", "Quartic is a potential of your own"),
        ("plot_foreign_weights.py", "MaxMarginClassifier, l1            1.000"),
    ],
)
def test_examples(script, says, tmp_path):
    strict = ("-W", "error", "-W", "ignore:FigureCanvasAgg")  # plt.show() warns where there is no screen
    done = subprocess.run(
        [sys.executable, *strict, GALLERY / script],
        cwd=tmp_path,
        env=os.environ | {"MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert says in done.stdout


@pytest.mark.slow
def test_a_sweep_on_a_cluster(tmp_path):
    pytest.importorskip("distributed")
    done = subprocess.run(
        [sys.executable, GALLERY / "slurm_sweep.py"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "600 runs to t = 10000; 600 runs: " in done.stdout


def test_a_study(command):
    status, shown, _ = command("sweep", str(DOCS / "sweep.toml"))
    assert status == 0
    assert "gaps.png" in shown
