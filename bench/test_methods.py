"""Other losses and methods than in the suite of steepest descent: time per iteration."""

from functools import partial

import numpy as np
import pytest

import ours_methods
from methods_workload import WORKLOADS
from timing import time_steps

PEERS = "numpy", "numba", "jax"


def preparation(peer):
    """Return the peer's `prepare`; skip where its library is missing."""
    return ours_methods.prepare if peer == "ours" else pytest.importorskip(f"{peer}_methods").prepare


@pytest.mark.parametrize("workload", WORKLOADS)
@pytest.mark.parametrize("peer", PEERS)
def test_peers_agree(workload, peer):
    expected = ours_methods.prepare(WORKLOADS[workload])(200)
    w = preparation(peer)(WORKLOADS[workload])(200)
    np.testing.assert_allclose(w, expected, rtol=0, atol=1e-9 * np.abs(expected).max())


@pytest.mark.parametrize("workload", WORKLOADS)
@pytest.mark.parametrize("peer", ["ours", *PEERS])
def test_time(benchmark, medians, workload, peer):
    prepare = partial(preparation(peer), WORKLOADS[workload])
    time_steps(benchmark, medians, "methods", {"workload": workload}, peer, prepare)
