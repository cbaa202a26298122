"""Whether what a sweep will hold fits into the memory of this machine."""

import math
import os

from ..._core import Every, LogSpaced, Recording
from ...errors import InvalidValueError
from .axes import Axes

# Numbers beside w in a row, and about how many bytes a run's state takes beside its arrays.
_COLUMNS, _STATE = 9, 400


def check_states(axes: Axes) -> None:
    """Refuse more runs than fit.

    Raises
    ------
    InvalidValueError
    """
    _check(axes, axes.size * (_STATE + 32 * _parameters(axes)), "states", "sweep part of an axis at a time")


def check_rows(axes: Axes, record: Recording, until: int) -> None:
    """Refuse more rows than fit, if all runs go to t = `until`.

    Raises
    ------
    InvalidValueError
    """
    rows = rows_until(record, until)
    needed = axes.size * (rows * 8 * (_parameters(axes) + _COLUMNS) + _STATE)
    cure = (
        "write record=log_spaced(5) to keep fewer rows, or sweep part of an axis at a time, each with "
        "executor= and checkpoint=, and join what to_xarray() gives"
    )
    _check(axes, needed, f"rows, {rows:,} a run,", cure)


def rows_until(record: Recording, until: int) -> int:
    """Return how many rows a run has at t = `until`, at most."""
    if isinstance(record, Every):
        return 1 + until // record.steps
    if isinstance(record, LogSpaced):
        return 1 + min(until, math.ceil(record.per_decade * math.log10(max(until, 1))) + 1)
    return 1 + until


def _parameters(axes: Axes) -> int:
    return max(int(math.prod(problem.shape)) for problem in axes.values["problem"])


def _check(axes: Axes, needed: int, what: str, cure: str) -> None:
    available = _available()
    if needed > available:
        raise InvalidValueError(
            f"sweep: {' x '.join(map(str, axes.shape))} = {axes.size:,} runs need {needed:,} bytes for their "
            f"{what} and {available:,} are available; {cure}"
        )


def _available() -> int:
    """Return how many bytes the system can give."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            told = dict(line.split(":", 1) for line in file)
        return int(told["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):  # another system: the size of its memory
        try:
            return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        except (AttributeError, ValueError, OSError):
            return 2**63 - 1
