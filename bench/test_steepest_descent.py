"""Steepest descent on the exponential loss, loss-normalised steps from 0: time per iteration."""

from functools import partial
from timeit import timeit

import numpy as np
import pytest

import ours
from workload import EXPONENTS, SHAPES, samples

PEERS = "numpy", "numba", "jax"
CALL_SECONDS = 0.03  # at least, and less than about twice that
ROUNDS = 15


@pytest.fixture(params=SHAPES, ids=lambda shape: "{}x{}".format(*shape))
def shape(request):
    return request.param


@pytest.fixture(params=EXPONENTS)
def exponent(request):
    return request.param


@pytest.fixture
def workload(shape, exponent):
    return *samples(*shape), EXPONENTS[exponent]


def preparation(peer):
    """Return the peer's `prepare`; skip where its library is missing."""
    return ours.prepare if peer == "ours" else pytest.importorskip(f"{peer}_loop").prepare


@pytest.mark.parametrize("peer", PEERS)
def test_peers_agree(workload, peer):
    expected = ours.prepare(*workload)(200)
    w = preparation(peer)(*workload)(200)
    np.testing.assert_allclose(w, expected, rtol=0, atol=1e-9 * np.abs(expected).max())


@pytest.mark.parametrize("peer", ["ours", *PEERS])
def test_time(benchmark, medians, shape, exponent, workload, peer):
    prepare = partial(preparation(peer), *workload)
    steps = enough_steps(prepare)
    benchmark.group = f"{shape[0]} x {shape[1]}, p = {exponent}"
    benchmark.extra_info.update(peer=peer, steps=steps)
    benchmark.pedantic(
        lambda descend: descend(steps), setup=lambda: ((prepare(),), {}), rounds=ROUNDS, warmup_rounds=1
    )
    if benchmark.stats:
        medians[shape, exponent, peer] = benchmark.stats.stats.median / steps


def enough_steps(prepare):
    """Return the power of two of steps from which a call lasts CALL_SECONDS."""
    prepare()(1)  # compiles
    steps = 1
    while timeit(partial(prepare(), steps), number=1) < CALL_SECONDS:
        steps *= 2
    return steps
