"""``implicitbias info``."""

import numpy as np

import implicitbias as ib
from shell import shell


def test_info(tmp_path):
    done = shell("info", cwd=tmp_path)
    assert done.returncode == 0
    for word in ("implicitbias", "SIMD level", "CLARABEL", "NumPy"):
        assert word in done.stdout


def test_info_on_a_checkpoint(command):
    run = ib.Run(ib.datasets.iris_setosa().problem(ib.Exponential()), ib.GradientDescent()).advance(100)
    run.save("run.npz")
    status, shown, _ = command("info", "run.npz")
    assert status == 0
    for word in (
        "150 samples x 4 features, Exponential()",
        "100 of 100",
        f"{run.margin:.5g}",
        ib.__version__,
        ib._core.simd_level(),
        ib._core.eigen_version(),
        np.__version__,
    ):
        assert word in shown
    assert command("info", "none.npz")[0] == 2
