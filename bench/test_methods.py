"""Other losses and methods than in the suite of steepest descent: time per iteration."""

from functools import partial

import numpy as np
import pytest

from methods_workload import WORKLOADS
from peers import PEERS, preparation
from timing import time_steps


# The lower parameter is the outer loop: the peers of a workload are next to one another in time.
@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("workload", WORKLOADS)
def test_peers_agree(workload, peer):
    expected = preparation("ours", "methods")(WORKLOADS[workload])(200)
    w = preparation(peer, "methods")(WORKLOADS[workload])(200)
    np.testing.assert_allclose(w, expected, rtol=0, atol=1e-9 * np.abs(expected).max())


@pytest.mark.parametrize("peer", ["ours", *PEERS])
@pytest.mark.parametrize("workload", WORKLOADS)
def test_time(benchmark, medians, workload, peer):
    prepare = partial(preparation(peer, "methods"), WORKLOADS[workload])
    time_steps(benchmark, medians, "methods", {"workload": workload}, peer, prepare)
