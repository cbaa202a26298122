"""The forms that the core picks by itself, against the plain one, in steepest descent."""

from functools import partial

import pytest

from ours_loop import prepare
from timing import time_steps
from workload import EXPONENTS, samples

# The iterations that the automatic form is timed over: its first may prepare, its late ones be cheap.
ITERATIONS = {
    (50, 100, "2"): 10**5,
    (100, 500, "1"): 10**5,
    (2000, 20, "4/3"): 10**5,
    (2000, 20, "2"): 10**5,
    (1000, 5000, "1"): 10**3,
    (1000, 5000, "2"): 10**3,
}


@pytest.mark.parametrize("form", ["auto", "plain"])
@pytest.mark.parametrize("case", ITERATIONS, ids=lambda case: "{}x{}-{}".format(*case))
def test_time(benchmark, medians, case, form):
    n, d, p = case
    start = partial(prepare, *samples(n, d), EXPONENTS[p], form=form)
    row = {"n x d": f"{n} x {d}", "p": p}
    auto = form == "auto"
    peer = "ours" if auto else "ours, plain"
    time_steps(benchmark, medians, "forms", row, peer, start, ITERATIONS[case] if auto else None)
