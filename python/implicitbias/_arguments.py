"""Checks of arguments: the same mistake gets the same error, with the cure in it."""

import math
import sys

import numpy as np

from .errors import InvalidTypeError, InvalidValueError


def line_of_text(value: str, argument: str) -> str:
    """Return a text, if it is one of one line that can be written to a file."""
    if not isinstance(value, str):
        raise InvalidTypeError(f"{argument}: expected a text, got {value!r}")
    if not value.strip() or len(value.splitlines()) > 1:
        raise InvalidValueError(f"{argument}: expected a line of text that is not empty, got {value!r}")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidValueError(f"{argument}: expected a text, got {value!r} ({error.reason})") from None
    return value


def positive_number(value: float, argument: str) -> float:
    """Return a number as a float, if it is positive and finite."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise InvalidTypeError(f"{argument}: expected a number, got {value!r}")
    if not (sys.float_info.min <= value < math.inf):
        raise InvalidValueError(f"{argument}: expected a positive number, got {value!r}")
    return float(value)
