"""One thread for every peer, and the tables and the figure at the end."""

from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits

import one_thread  # noqa: F401
from figure import draw
from table import markdown

MEDIANS = pytest.StashKey[dict]()


def pytest_addoption(parser):
    parser.addoption(
        "--bench-out",
        metavar="DIR",
        type=Path,
        default=Path("bench-out"),
        help="where table.md and ratios.png go (default: bench-out)",
    )


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
    if not medians:
        return
    from environment import environment  # imports NumPy, which must find the variables set

    text = f"{markdown(medians)}\n{environment()}.\n"
    terminalreporter.section("microseconds per iteration, median (ratio to ours)")
    terminalreporter.write(text)
    folder = config.getoption("bench_out")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "table.md").write_text(text)
    written = [folder / "table.md"]
    if draw(medians, folder / "ratios.png"):
        written.append(folder / "ratios.png")
    terminalreporter.write_line(f"Written: {', '.join(map(str, written))}")
