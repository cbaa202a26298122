"""What the default record costs: 10^6 iterations with it and nearly without, by turns."""

from functools import partial
from time import perf_counter

import pytest

import implicitbias as ib
from ours_loop import prepare
from timing import enter
from workload import samples

ITERATIONS = 10**6


@pytest.mark.parametrize("shape", [(10, 3), (50, 100)], ids=["10x3", "50x100"])
def test_share(benchmark, medians, shape):
    start = partial(prepare, *samples(*shape), 4 / 3)
    bare = []

    def setup():
        loop = start(record=ib.every(10**9))
        begin = perf_counter()
        loop(ITERATIONS)
        bare.append(perf_counter() - begin)
        return (start(),), {}

    benchmark.group = f"recording, {shape}"
    benchmark.pedantic(lambda loop: loop(ITERATIONS), setup=setup, rounds=5, warmup_rounds=1)
    if benchmark.stats:
        key = "recording", (("n x d", "{} x {}".format(*shape)),)
        # The share is small, and other load on the machine only adds: the least, not the median.
        enter(medians, (*key, "ours"), benchmark.stats.stats.min / ITERATIONS)
        enter(medians, (*key, "unrecorded"), min(bare[1:]) / ITERATIONS)
