"""One thread for every peer, and the table at the end."""

import os

import pytest
from threadpoolctl import threadpool_limits

# The libraries read these when they are imported, JAX when it is first used.
os.environ.update(
    OPENBLAS_NUM_THREADS="1",
    OMP_NUM_THREADS="1",
    MKL_NUM_THREADS="1",
    NUMBA_NUM_THREADS="1",
    XLA_FLAGS="--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    NPROC="1",  # with XLA_FLAGS alone, recent versions of JAX take every core
)

MEDIANS = pytest.StashKey[dict]()


def pytest_configure(config):
    config.stash[MEDIANS] = {}
    # pytest-benchmark's own tables are per call, and the calls differ in their numbers of iterations.
    config.option.benchmark_quiet = True


@pytest.fixture(scope="session", autouse=True)
def _one_blas_thread():
    """Limit a BLAS that some pytest plugin has loaded before the variables were set."""
    with threadpool_limits(1, "blas"):
        yield


@pytest.fixture
def medians(request):
    """Return the table's entries: seconds per iteration, by shape, exponent and peer."""
    return request.config.stash[MEDIANS]


def pytest_terminal_summary(terminalreporter, config):
    medians = config.stash[MEDIANS]
    if medians:
        terminalreporter.section("microseconds per iteration, median (ratio to ours)")
        for line in table(medians):
            terminalreporter.write_line(line)


def table(medians):
    """Return the lines of a Markdown table; a peer without timings has no column."""
    peers = list(dict.fromkeys(peer for *_, peer in medians))
    lines = [["n x d", "p", *peers]]
    for shape, exponent in dict.fromkeys(key[:2] for key in medians):
        ours = medians.get((shape, exponent, "ours"))
        entries = [entry(medians.get((shape, exponent, peer)), peer != "ours" and ours) for peer in peers]
        lines.append(["{} x {}".format(*shape), exponent, *entries])
    widths = [max(2, *map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, [(width - 1) * "-" + ":" for width in widths])
    return [f"| {' | '.join(map(str.rjust, line, widths))} |" for line in lines]


def entry(seconds, ours):
    """Return microseconds, with their ratio to ours where there is one."""
    if seconds is None:
        return ""
    micros = seconds * 1e6
    text = f"{micros:#.3g}" if micros < 100 else f"{micros:.0f}"
    return text + (f" ({seconds / ours:.2f})" if ours else "")
