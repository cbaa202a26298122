"""Checks of arguments: the same mistake gets the same error, with the cure in it.

A message names the argument, what was expected, what was seen (never the data: a short repr, or type and
shape) and, where one can tell, what to write instead. The compiled core words its errors by `refuse`,
`instance`, `choice` and `refuse_call`, so that they read alike wherever a mistake is found.
"""

import math
import numbers
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn, TypeVar

import numpy as np

from . import _calls, _cures
from ._types import is_number
from .errors import InvalidTypeError, InvalidValueError

T = TypeVar("T")

_LONGEST = 60  # characters of a repr that an error shows


def seen(value: object) -> str:
    """Return a value in words that fit into a message, and that show no data."""
    if isinstance(value, np.ndarray) and not value.ndim:
        value = value[()]
    if value is None or isinstance(value, bool | numbers.Number | str | bytes | np.generic):
        try:
            text = repr(value.item() if isinstance(value, np.generic) else value)
        except ValueError:  # integers with thousands of digits have no repr
            return f"an {type(value).__name__} of {sys.getsizeof(value)} bytes"
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if hasattr(value, "shape") and hasattr(value, "toarray"):
        return f"a {type(value).__name__} of shape {value.shape}"
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    if isinstance(value, list | tuple | dict | set | frozenset | range):
        return f"a {type(value).__name__} of length {len(value)}"
    if callable(value) and hasattr(value, "__name__"):
        return f"the function {value.__name__}"
    if isinstance(getattr(type(value), "_fields", None), list):  # a noun, whose repr shows arrays by shape
        text = repr(value)
        return text if len(text) <= _LONGEST else f"a {type(value).__name__}"
    name = type(value).__name__
    if type(value).__module__.startswith("implicitbias"):
        return _cures.with_article(name)
    return f"an object of type {name}"


def refuse(argument: str, expected: str, value: object, cure: str | None = None) -> NoReturn:
    """Raise the error of an argument of the wrong type."""
    cure = cure or _cures.of_number(argument, expected, value)
    raise InvalidTypeError(
        f"{argument}: expected {expected}, got {seen(value)}" + (f"; write {cure}" if cure else "")
    )


def is_iterable(value: object) -> bool:
    """Whether an object can be gone through: an array without axes cannot, though its class can."""
    return isinstance(value, Iterable) and getattr(value, "ndim", 1) > 0


def instance(
    value: object, kind: type[T] | tuple[type[T], ...], argument: str, expected: str | None = None
) -> T:
    """Return an object, if it is of this class, or of one of these."""
    if not isinstance(value, kind):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        names = [_cures.name_of(each) for each in kinds]
        words = expected or " or ".join(_cures.with_article(name) for name in names)
        refuse(argument, words, value, _cures.of_noun(kinds[0], value))
    return value


def flag(value: object, argument: str) -> bool:
    """Return a truth value, if it is one."""
    if not isinstance(value, bool | np.bool_):
        cure = f"{argument}={bool(value)}" if is_number(value) and value in (0, 1) else None
        refuse(argument, "True or False", value, cure)
    return bool(value)


def choice(value: object, argument: str, *options: str) -> str:
    """Return a text, if it is one of these."""
    if not (isinstance(value, str) and value in options):
        *others, last = map(repr, options)
        either = f"{', '.join(others)} or {last}" if others else last
        raise InvalidValueError(f"{argument}: expected {either}, got {seen(value)}")
    return str(value)


def line_of_text(value: str, argument: str) -> str:
    """Return a text, if it is one of one line that can be written to a file."""
    if not isinstance(value, str):
        refuse(argument, "a text", value)
    if not value.strip() or len(value.splitlines()) > 1:
        raise InvalidValueError(f"{argument}: expected a line of text that is not empty, got {seen(value)}")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidValueError(f"{argument}: expected a text, got {seen(value)} ({error.reason})") from None
    return value


def positive_number(
    value: float, argument: str, *, unit: str = "", most: float = sys.float_info.max
) -> float:
    """Return a number as a float, if it is positive and finite.

    Beyond `most` it is refused; where that is infinite, it is infinite.
    """
    if not is_number(value):
        refuse(argument, f"a number{unit}", value)
    if not sys.float_info.min <= value <= most:
        raise InvalidValueError(f"{argument}: expected a positive number{unit}, got {seen(value)}")
    return float(value) if value <= sys.float_info.max else math.inf


def tolerance(value: float, argument: str = "tolerance", *, within: tuple[float, float] = (0, 1)) -> float:
    """Return a number as a float, if it lies within these bounds and between 0 and 1."""
    low, high = within
    span = "between 0 and 1" if within == (0, 1) else f"from {low:g} to {high:g}"
    if not is_number(value):
        refuse(argument, f"a float {span}", value)
    if not (low <= value <= high and 0 < value < 1):
        raise InvalidValueError(f"{argument}: expected a float {span}, got {seen(value)}")
    return float(value)


def whole_number(value: float, argument: str, least: int = 0, most: int = 2**63 - 1) -> int:
    """Return a number as an int, if it is whole: 1e6 is a million."""
    if isinstance(value, float | np.floating) and float(value).is_integer() and abs(float(value)) <= 2**53:
        value = int(value)
    if isinstance(value, bool) or not hasattr(value, "__index__") or np.ndim(value):
        refuse(argument, "an int", value)
    try:
        whole = int(value.__index__())
    except TypeError:  # a class has the method, too
        refuse(argument, "an int", value)
    if not least <= whole <= most:
        raise InvalidValueError(
            f"{argument}: expected an int from {least} to {_power(most)}, got {seen(whole)}"
        )
    return whole


def labeled(problem: Any) -> None:
    """Refuse a problem whose targets are neither labels -1 and +1 nor those of classes."""
    if problem.classes is None and not (problem.y.ndim == 1 and np.all(np.abs(problem.y) == 1)):
        raise InvalidTypeError(
            "problem: expected labels -1 and +1, got other targets; write 2 * y - 1 for labels 0 and 1"
        )


def step_rule(value: Any, argument: str = "step_size") -> Any:
    """Return a step size: a number stands for Constant, an array of numbers for Schedule."""
    from ._core import Constant, Schedule, StepSize

    if isinstance(value, StepSize):
        return value
    if isinstance(value, np.ndarray) and not value.ndim:
        value = value[()]
    rule = Constant if is_number(value) else Schedule if _is_array(value) else None
    if rule is None:
        return instance(value, StepSize, argument)
    try:
        return rule(value)
    except (InvalidTypeError, InvalidValueError) as error:
        raise type(error)(re.sub(r"^\w+", argument, str(error))) from None


def refuse_call(text: str, positional: Sequence[object], names: Sequence[str]) -> NoReturn:
    """Raise the error of a call of the compiled core that fits no signature.

    Parameters
    ----------
    text : str
        What pybind11 says of it, with the signature.
    positional : sequence
        The arguments without a name, with `self`.
    names : sequence of str
        Those of the others.
    """
    function, parameters = _calls.compiled_signature(text)
    if "incompatible constructor" in text:
        positional = positional[1:]
    _calls.refuse_misfit(function, parameters, positional, names)


def _is_array(value: object) -> bool:
    if isinstance(value, list | tuple | np.ndarray):
        return True
    return hasattr(value, "__array__") and not isinstance(value, type | np.generic)


def _power(number: int) -> str:
    """Return a bound as people write it."""
    exponent = (number + 1).bit_length() - 1
    return f"2^{exponent} - 1" if number + 1 == 2**exponent and exponent > 20 else str(number)
