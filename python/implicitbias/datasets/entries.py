"""Entries of a file as numbers or labels: what is missing, or would be rounded, is refused."""

import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from .._types import Array
from ..errors import InvalidValueError

# Says where an entry is: the file, the row and the column.
Where = Callable[..., str]

# The words for a missing entry of pandas, and that of the UCI repository's files.
MISSING = frozenset(
    [
        *("", "?", "NA", "N/A", "n/a", "#NA", "#N/A", "#N/A N/A", "<NA>", "None", "NULL", "null"),
        *("nan", "-nan", "NaN", "-NaN", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"),
    ]
)
# Every integer up to this one is a double.
LARGEST_EXACT = 2**53
# A text of a number that has a digit other than 0 before its exponent.
_NOT_ZERO = re.compile(r"[^eE]*[1-9]")


def numbers(entries: NDArray[Any], where: Where) -> Array:
    """Return entries, numbers or texts, as doubles.

    Raises
    ------
    InvalidValueError
        If one is not a finite number, or an integer that no double is equal to. `where` of its indices
        begins the message.
    """
    if entries.dtype.kind not in "iufb":
        return _read_texts([text(entry) for entry in entries], where)
    with np.errstate(over="ignore"):  # long doubles may exceed the range of doubles
        values = entries.astype(np.float64)
    for at in np.argwhere(~np.isfinite(values))[:1].tolist():
        refuse(where(*at), "a finite number", str(entries[*at]))
    for at in np.argwhere((values == 0) & (entries != 0))[:1].tolist():
        _refuse_underflow(where(*at), str(entries[*at]))
    if entries.dtype.kind in "iu":
        for at in np.argwhere(np.abs(values) >= LARGEST_EXACT).tolist():
            if int(entries[*at]) != int(values[*at]):
                _refuse_rounding(where(*at), str(entries[*at]), values[*at])
    return values


def labels(entries: NDArray[Any], where: Where) -> list[str]:
    """Return entries as texts, none of which is missing: a missing label must not become -1."""
    texts = [text(entry) for entry in entries.tolist()]
    for row, label in enumerate(texts):
        if label in MISSING or (is_number(label) and not math.isfinite(float(label))):
            refuse(where(row), "a target", label)
    return texts


def text(entry: object) -> str:
    """Return an entry as a text. Old Parquet files and NumPy's S arrays have bytes for it."""
    if isinstance(entry, bytes):
        entry = entry.decode(errors="backslashreplace")
    return str(entry).strip()


def is_number(entry: str) -> bool:
    """Whether a text is a number, NaN and infinity among them."""
    try:
        float(entry)
    except ValueError:
        return False
    return "_" not in entry  # Python reads 1_0 as 10


def refuse(where: str, expected: str, seen: str, hint: str = "") -> NoReturn:
    """Refuse an entry."""
    shown = repr(seen if len(seen) <= 40 else seen[:40] + "...")
    missing = ", which means that it is missing" if seen in MISSING - {""} else ""
    raise InvalidValueError(f"{where}: expected {expected}, got {shown}{missing}{hint}")


def _read_texts(texts: list[str], where: Where) -> Array:
    for row, entry in enumerate(texts):
        if entry in MISSING:
            refuse(where(row), "a finite number", entry)
    for row, entry in enumerate(texts):
        if not is_number(entry):
            hint = (
                "; numbers are to be written like 1234.5, and dates as numbers"
                if any(map(str.isdigit, entry))
                else "; categories are to be one-hot encoded (pandas.get_dummies)"
            )
            refuse(where(row), "a finite number", entry, hint)
    values = np.array([float(entry) for entry in texts])
    for row in np.flatnonzero(~np.isfinite(values))[:1].tolist():
        refuse(where(row), "a finite number", texts[row])
    for row in np.flatnonzero(values == 0).tolist():
        if _NOT_ZERO.match(texts[row]):
            _refuse_underflow(where(row), texts[row])
    for row in np.flatnonzero(np.abs(values) >= LARGEST_EXACT).tolist():
        # Entries written as integers must be exact. Those with a point or exponent are rounded measurements.
        if texts[row].lstrip("+-").isdecimal() and Decimal(texts[row]) != Decimal(values[row]):
            _refuse_rounding(where(row), texts[row], values[row])
    return values


def _refuse_underflow(where: str, seen: str) -> NoReturn:
    refuse(where, "0 or a number that float64 can hold, from 5e-324 on", seen, "; rescale the column first")


def _refuse_rounding(where: str, seen: str, value: float) -> NoReturn:
    raise InvalidValueError(
        f"{where}: expected an integer that float64 can hold, as it can all up to 2^53, got {seen}, which "
        f"would become {int(value)}; subtract an offset from the column first"
    )
