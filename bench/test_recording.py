"""What the default record costs: 10^6 iterations with it and nearly without, by turns."""

from functools import partial
from statistics import median
from time import process_time

import pytest

import implicitbias as ib
from ours_loop import prepare
from workload import samples

ITERATIONS = 10**6
ROUNDS = 11


def seconds(loop):
    # Of the processor: the share is small, and other load on the machine would hide it.
    begin = process_time()
    loop(ITERATIONS)
    return process_time() - begin


@pytest.mark.parametrize("shape", [(10, 3), (50, 100)], ids=["10x3", "50x100"])
def test_share(benchmark, medians, shape):
    start = partial(prepare, *samples(*shape), 4 / 3)
    bare, recorded = [], []

    def setup():
        bare.append(seconds(start(record=ib.every(10**9))))
        return (start(),), {}

    benchmark.group = f"recording, {shape}"
    benchmark.pedantic(
        lambda loop: recorded.append(seconds(loop)), setup=setup, rounds=ROUNDS, warmup_rounds=1
    )
    if benchmark.stats:
        key = "recording", (("n x d", "{} x {}".format(*shape)),)
        ours = median(recorded) / ITERATIONS
        medians[*key, "ours"] = ours
        medians[*key, "unrecorded"] = ours * median(b / r for b, r in zip(bare, recorded, strict=True))
