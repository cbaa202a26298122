"""Steepest descent on the exponential loss, loss-normalised steps from 0: time per iteration."""

from functools import partial
from itertools import product

import numpy as np
import pytest

import ours
from timing import time_steps
from workload import EXPONENTS, SHAPES, samples

PEERS = "numpy", "numba", "jax"
QUICK = [case for case in product(SHAPES, EXPONENTS) if case[0] == (50, 100) or case[1] not in ("1.5", "1.7")]
LARGEST = pytest.param((10000, 10000), "4/3", marks=pytest.mark.slow)
CASES = [*QUICK, LARGEST]
BEYOND_THE_CACHE = [*(case for case in QUICK if np.prod(case[0]) >= 1e6), LARGEST]


def name(value):
    return "x".join(map(str, value)) if isinstance(value, tuple) else value


def preparation(peer):
    """Return the peer's `prepare`; skip where its library is missing."""
    return ours.prepare if peer == "ours" else pytest.importorskip(f"{peer}_loop").prepare


@pytest.mark.parametrize(("shape", "exponent"), CASES, ids=name)
@pytest.mark.parametrize("peer", PEERS)
def test_peers_agree(shape, exponent, peer):
    workload = *samples(*shape), EXPONENTS[exponent]
    steps = 200 if np.prod(shape) < 1e7 else 3
    expected = ours.prepare(*workload)(steps)
    w = preparation(peer)(*workload)(steps)
    np.testing.assert_allclose(w, expected, rtol=0, atol=1e-9 * np.abs(expected).max())


@pytest.mark.parametrize(("shape", "exponent"), CASES, ids=name)
@pytest.mark.parametrize("peer", ["ours", *PEERS])
def test_time(benchmark, medians, shape, exponent, peer):
    time_peer(benchmark, medians, shape, exponent, peer)


@pytest.mark.parametrize(("shape", "exponent"), BEYOND_THE_CACHE, ids=name)
def test_time_to_read(benchmark, medians, shape, exponent):
    time_peer(benchmark, medians, shape, exponent, "read")


def time_peer(benchmark, medians, shape, exponent, peer):
    prepare = partial(preparation(peer), *samples(*shape), EXPONENTS[exponent])
    row = {"n x d": "{} x {}".format(*shape), "p": exponent}
    time_steps(benchmark, medians, "steepest descent", row, peer, prepare)
