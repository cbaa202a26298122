"""Steepest descent on the exponential loss, loss-normalized steps from 0: time per iteration."""

from functools import partial
from typing import NamedTuple

import numpy as np
import pytest

from peers import PEERS, preparation
from timing import time_steps
from workload import EXPONENTS, samples


class Case(NamedTuple):
    """The data, the exponent, and over how many iterations ours is timed where that matters."""

    n: int
    d: int
    p: str
    dtype: str = "float64"
    iterations: int | None = None

    @property
    def row(self):
        """Return the first columns of the table."""
        size = f"{self.n} x {self.d}"
        if self.dtype != "float64":
            size += f", {self.dtype}"
        if self.iterations:
            size += f", 10^{len(str(self.iterations)) - 1} iterations"
        return {"n x d": size, "p": self.p}

    def __str__(self):
        return "-".join(self.row.values()).replace(" ", "")


SLOW = [
    *(Case(2000, 20, p, iterations=10**6) for p in ("4/3", "2")),
    *(Case(10000, 10000, "4/3", dtype) for dtype in ("float64", "float32")),
]
CASES = [
    *(Case(10, 3, p) for p in ("1", "4/3", "2", "inf")),
    *(Case(50, 100, p) for p in EXPONENTS),
    Case(100, 500, "4/3"),
    *(Case(2000, 20, p, iterations=10**5) for p in ("4/3", "2")),
    *(Case(1000, 5000, p) for p in ("1", "4/3", "2", "inf")),
    *SLOW,
]


def pairs(cases, peers):
    """Return a parameter for each peer of each case: a case's peers next to one another in time."""
    return [
        pytest.param(case, peer, id=f"{case}-{peer}", marks=[pytest.mark.slow] * (case in SLOW))
        for case in cases
        for peer in peers(case)
    ]


def timed(case):
    """Return the peers whose time is taken, and reading where the data are beyond the cache."""
    return ["ours", *["read"] * (case.n * case.d >= 1e6), *PEERS]


def prepared(case, peer):
    """Return the peer's preparation of the case."""
    X, y = samples(case.n, case.d, case.dtype)
    return partial(preparation(peer, "loop"), X, y, EXPONENTS[case.p])


@pytest.mark.parametrize(("case", "peer"), pairs(CASES, lambda case: PEERS))
def test_peers_agree(case, peer):
    steps = 200 if case.n * case.d < 1e7 else 3
    expected = prepared(case, "ours")()(steps)
    w = prepared(case, peer)()(steps)
    tolerance = 1e-9 if case.dtype == "float64" else 1e-4
    np.testing.assert_allclose(w, expected, rtol=0, atol=tolerance * np.abs(expected).max())


@pytest.mark.parametrize(("case", "peer"), pairs(CASES, timed))
def test_time(benchmark, medians, case, peer):
    steps = case.iterations if peer == "ours" else None
    time_steps(benchmark, medians, "steepest descent", case.row, peer, prepared(case, peer), steps)
