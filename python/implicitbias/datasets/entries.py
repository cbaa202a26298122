"""Entries of a file as numbers or labels: what is missing, or would be rounded, is refused."""

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidValueError

Array = NDArray[np.float64]

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


def numbers(entries: NDArray[Any], where: Where) -> Array:
    """Return entries, numbers or texts, as doubles.

    Raises
    ------
    InvalidValueError
        If one is not a finite number, or an integer that no double is equal to. `where` of its indices
        begins the message.
    """
    if entries.dtype.kind not in "iufb":
        return _read_texts([str(entry).strip() for entry in entries], where)
    values = entries.astype(np.float64)
    for at in np.argwhere(~np.isfinite(values))[:1].tolist():
        refuse(where(*at), "a finite number", str(entries[*at]))
    if entries.dtype.kind in "iu":
        for at in np.argwhere(np.abs(values) >= LARGEST_EXACT).tolist():
            if int(entries[*at]) != int(values[*at]):
                _refuse_rounding(where(*at), str(entries[*at]), values[*at])
    return values


def labels(entries: NDArray[Any], where: Where) -> list[str]:
    """Return entries as texts, none of which is missing: a missing label must not become -1."""
    texts = [str(entry).strip() for entry in entries.tolist()]
    for row, text in enumerate(texts):
        if text in MISSING or (is_number(text) and not math.isfinite(float(text))):
            refuse(where(row), "a target", text)
    return texts


def is_number(text: str) -> bool:
    """Whether a text is a number, NaN and infinity among them."""
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text  # Python reads 1_0 as 10


def refuse(where: str, expected: str, seen: str, hint: str = "") -> NoReturn:
    """Refuse an entry."""
    shown = repr(seen if len(seen) <= 40 else seen[:40] + "...")
    missing = ", which means that it is missing" if seen in MISSING - {""} else ""
    raise InvalidValueError(f"{where}: expected {expected}, got {shown}{missing}{hint}")


def _read_texts(texts: list[str], where: Where) -> Array:
    for row, text in enumerate(texts):
        if text in MISSING:
            refuse(where(row), "a finite number", text)
    for row, text in enumerate(texts):
        if not is_number(text):
            hint = "; categories are to be one-hot encoded (pandas.get_dummies)"
            refuse(where(row), "a finite number", text, hint)
    values = np.array([float(text) for text in texts])
    for row in np.flatnonzero(~np.isfinite(values))[:1].tolist():
        refuse(where(row), "a finite number", texts[row])
    for row in np.flatnonzero(np.abs(values) >= LARGEST_EXACT).tolist():
        # Written as an integer. What has a point or an exponent is a measurement, to be rounded.
        if texts[row].lstrip("+-").isdecimal() and Decimal(texts[row]) != Decimal(values[row]):
            _refuse_rounding(where(row), texts[row], values[row])
    return values


def _refuse_rounding(where: str, seen: str, value: float) -> NoReturn:
    raise InvalidValueError(
        f"{where}: expected an integer that float64 can hold, as it can all up to 2^53, got {seen}, which "
        f"would become {int(value)}; subtract an offset from the column first"
    )
