"""The examples run as they stand."""

import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("my_method.py", "goes on bit by bit: True"),
        ("my_loss.py", "monotone: "),
        ("my_step_size.py", "Polyak(): log L"),
        ("my_model.py", "KKT residual"),
        ("my_potential.py", "HyperbolicEntropy is a potential of your own"),
        ("how_far_from_the_margin.py", "MaxMarginClassifier, l1            1.000"),
    ],
)
def test_examples(script, says, tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", DOCS / script], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert says in done.stdout


@pytest.mark.slow
def test_a_sweep_on_a_cluster(tmp_path):
    pytest.importorskip("distributed")
    done = subprocess.run(
        [sys.executable, DOCS / "sweep_on_slurm.py"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "600 runs to t = 10000; 600 runs: " in done.stdout


def test_a_study(command):
    status, shown, _ = command("sweep", str(DOCS / "sweep.toml"))
    assert status == 0
    assert "gaps.png" in shown
