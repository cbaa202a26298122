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
    """Return the tables' entries: seconds per iteration, by suite, row and peer."""
    return request.config.stash[MEDIANS]


def pytest_terminal_summary(terminalreporter, config):
    medians = config.stash[MEDIANS]
    for suite in dict.fromkeys(suite for suite, *_ in medians):
        terminalreporter.section(f"{suite}: microseconds per iteration, median (ratio to ours)")
        for line in table({tuple(key): seconds for (of, *key), seconds in medians.items() if of == suite}):
            terminalreporter.write_line(line)


def table(medians):
    """Return the lines of a Markdown table; a peer without timings has no column."""
    peers = list(dict.fromkeys(peer for _, peer in medians))
    rows = list(dict.fromkeys(row for row, _ in medians))
    lines = [[*dict(rows[0]), *peers]]
    for row in rows:
        ours = medians.get((row, "ours"))
        entries = [entry(medians.get((row, peer)), peer != "ours" and ours) for peer in peers]
        lines.append([*dict(row).values(), *entries])
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
