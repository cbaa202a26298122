"""SIMD levels: which one is chosen, and that all of them compute the same."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from implicitbias import _core

SCRIPT = """
import sys
import numpy as np
import implicitbias as ib
from implicitbias import _core
rng = np.random.default_rng(0)
X = rng.standard_normal((30, 17))
y = np.sign(X @ rng.standard_normal(17))
methods = [*(ib.SteepestDescent(ib.Lp(p)) for p in (1.0, 4 / 3, 1.7, 2.0, np.inf)), ib.AdaGrad(),
           ib.MirrorDescent(ib.SquaredLp(1.5))]
for method in methods:
    steps = ib.Constant(0.01) if isinstance(method, ib.AdaGrad) else ib.LossNormalized()
    run = ib.Run(ib.Problem(X, y, ib.Exponential()), method, steps).advance(1000)
    sys.stdout.buffer.write(run.w.tobytes())
sys.stderr.write(_core.simd_level())
"""


def at_level(level, script=SCRIPT):
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, env={**os.environ, "IMPLICITBIAS_SIMD": level}
    )


@pytest.fixture(scope="module")
def best():
    return at_level("")


def test_the_best_level_is_the_default(best):
    assert best.stderr.decode() == _core.simd_level()


@pytest.mark.skipif(not Path("/proc/cpuinfo").exists(), reason="Linux says what the processor has")
def test_the_best_level_is_what_the_processor_has(best):
    flags = set(re.search(r"^flags\s*:(.*)$|\Z", Path("/proc/cpuinfo").read_text(), re.M)[0].split())
    needs = {
        "x86-64-v4": {"avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl"},
        "x86-64-v3": {"avx2", "fma", "bmi2"},
        "baseline": set(),
    }
    assert best.stderr.decode() == next(level for level, needed in needs.items() if needed <= flags)


LEVELS = ["x86-64-v4", "x86-64-v3", "baseline"]


@pytest.mark.parametrize("level", LEVELS)
def test_levels_agree_over_a_thousand_steps(best, level):
    other = at_level(level)
    seen = other.stderr.decode()
    if seen.startswith("ImportError") or b"expected one of" in other.stderr:  # another architecture
        assert level != "baseline"
        return
    assert seen in LEVELS[LEVELS.index(level) :]  # never what the processor lacks
    one, two = (np.frombuffer(each.stdout).reshape(-1, 17) for each in (best, other))
    scale = np.abs(one).max(axis=1, keepdims=True)
    np.testing.assert_allclose(one / scale, two / scale, rtol=0, atol=1e-13)


def test_unknown_levels_are_refused():
    ended = at_level("avx9", "import implicitbias")
    assert ended.returncode == 1
    assert b"IMPLICITBIAS_SIMD: expected one of" in ended.stderr
    assert b"got avx9" in ended.stderr
