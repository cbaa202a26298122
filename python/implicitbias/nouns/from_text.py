"""Nouns as text, as in Python: ``MirrorDescent(Entropy(), DualMomentum(0.9))``; names alone will do, too."""

import ast
import math
import re
from typing import Any, TypeVar

import numpy as np

from .. import _core
from .._arguments import step_rule
from .._core import Lp, Norm, Schatten, StepSize
from .._cures import of_noun
from .._types import is_number
from ..errors import InvalidValueError
from .as_text import MATRIX_NORMS
from .gradient_descent import GradientDescent
from .muon import Muon
from .signum import Signum

Noun = TypeVar("Noun")

_nouns: dict[str, Any] = {
    noun.__name__.lower(): noun for kind in _core.registry.values() for noun in kind
} | {make.__name__.lower(): make for make in (GradientDescent, Muon, Signum)}

_DRAWN = re.compile(r"normal\(\s*(?P<size>\d*\.?\d+(e-?\d+)?)\s*(,\s*(?P<seed>\d+)\s*)?\)")


def known_names(kind: type) -> list[str]:
    """Return the names by which nouns of a kind are called."""
    return sorted(noun.__name__ for noun in _nouns.values() if _makes(noun, kind))


def read_noun(text: str, kind: type[Noun], argument: str) -> Noun:
    """Read a noun of one kind; upper and lower case, underscores and empty brackets do not matter.

    Numbers may be fractions (4/3) or inf, arrays are lists or ``load("D.npy")``. Where a step size is
    expected, a number stands for Constant and an array for Schedule.

    Parameters
    ----------
    text : str
    kind : type
        Loss, Method, StepSize, ...
    argument : str
        What errors call it.

    Raises
    ------
    InvalidValueError
        If the text is no such noun, or the noun refuses its arguments.
    """
    known = ", ".join(known_names(kind))
    try:
        noun = _read(text, argument)
    except InvalidValueError as error:
        raise InvalidValueError(f"{error}; known are {known}") from error
    if kind is StepSize and (is_number(noun) or isinstance(noun, list | np.ndarray)):
        noun = step_rule(noun, argument)
    if not isinstance(noun, kind):
        cure = of_noun(kind, noun)
        raise InvalidValueError(
            f"{argument}: expected one of {known}, got {text!r}" + (f"; write {cure}" if cure else "")
        )
    return noun


def read_norm(text: str) -> Norm:
    """Read "1", "4/3", "inf" or "l2" as an l_p norm, "nuclear" and the like, or any norm as in Python.

    Raises
    ------
    InvalidValueError
        If the text is none of these, or the norm refuses its arguments.
    """
    bare = text.strip().lower()
    if "(" in bare:
        return read_noun(text, Norm, "norm")
    for p, name in MATRIX_NORMS.items():
        if bare == name:
            return Schatten(p)
    numerator, slash, denominator = bare.removeprefix("l").removeprefix("_").partition("/")
    try:
        p = float(numerator) / (float(denominator) if slash else 1)
    except (ValueError, ZeroDivisionError):
        p = math.nan
    if not p >= 1 or (p == math.inf and "inf" not in numerator):
        raise InvalidValueError(
            f"norm: expected --norm 2, 4/3, inf or another p >= 1, got {text!r} "
            f"(or {', '.join(MATRIX_NORMS.values())}, or a norm as in Python: GroupNorm([[0, 1], [2, 3]]))"
        )
    return Lp(p)


def read_shape(text: str) -> tuple[int, int]:
    """Read "8x8" as the shape of matrices.

    Raises
    ------
    InvalidValueError
        If the text is not two numbers of 1 or more.
    """
    rows, _, columns = text.lower().partition("x")
    if rows.isdecimal() and columns.isdecimal() and int(rows) and int(columns):
        return int(rows), int(columns)
    raise InvalidValueError(f"shape: expected rows x columns, such as 8x8, got {text!r}")


def read_array(text: str, argument: str) -> Any:
    """Read ``[1, 2]`` or ``load("w0.npy")``."""
    value = _read(text, argument)
    if not isinstance(value, list | np.ndarray):
        raise InvalidValueError(f"{argument}: expected an array such as [1, 2], got {text!r}")
    return value


def read_start(text: str, shape: tuple[int, ...]) -> Any:
    """Read an array, or ``normal(0.1)`` or ``normal(0.1, 7)``: normal numbers times a size, by a seed (0)."""
    if (drawn := _DRAWN.fullmatch(text.strip())) is None:
        return read_array(text, "w0")
    size, seed = float(drawn["size"]), int(drawn["seed"] or 0)
    return size * np.random.default_rng(seed).standard_normal(shape)


def _read(text: str, argument: str) -> Any:
    try:
        return _made(_value(ast.parse(text.strip(), mode="eval").body))
    except Exception as error:  # a user's text may be too deep, too large, or lead to a damaged file
        raise InvalidValueError(f"{argument}: {text!r} cannot be read ({_reason(error)})") from error


class _UnreadableError(Exception):
    """The text is Python, but no noun."""


def _reason(error: Exception) -> str:
    text = error.msg if isinstance(error, SyntaxError) else str(error).partition("\n")[0]
    signature = re.search(r"1\. implicitbias\._core\.(.*)", str(error))
    if signature:  # the compiled constructors name themselves in a long list
        return f"expected {signature[1].replace('implicitbias._core.', '').replace('collections.abc.', '')}"
    return text or type(error).__name__


def _makes(noun: Any, kind: type) -> bool:
    made = noun if isinstance(noun, type) else noun.__annotations__["return"]
    return issubclass(made, kind)


def _value(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=bool() | int() | float() | str() | None):
            return node.value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            if not (divisor := _number(right)):
                raise _UnreadableError(f"{ast.unparse(node)} divides by zero")
            return _number(left) / divisor
        case ast.List(elts=entries) | ast.Tuple(elts=entries):
            return [_value(entry) for entry in entries]
        case ast.Name(id="inf"):
            return math.inf
        case ast.Name(id=name):
            return _noun(name)
        case ast.Call(func=ast.Name(id="load"), args=[ast.Constant(value=str(path))], keywords=[]):
            return _load(path)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=named):
            values = [_made(_value(each)) for each in arguments]
            return _noun(name)(*values, **{str(each.arg): _made(_value(each.value)) for each in named})
    raise _UnreadableError(f"{ast.unparse(node)} is neither a number, an array nor a noun")


def _noun(name: str) -> Any:
    noun = _nouns.get(name.lower().replace("_", ""))
    if noun is None:
        raise _UnreadableError(f"{name} is unknown")
    return noun


def _made(value: Any) -> Any:
    """Return a noun for its bare name."""
    return value() if callable(value) else value


def _number(node: ast.expr) -> float:
    value = _value(node)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _UnreadableError(f"{ast.unparse(node)} is no number")
    return value


def _load(path: str) -> Any:
    try:
        return np.load(path, allow_pickle=False)
    except Exception as error:  # NumPy and zipfile raise a dozen kinds on damaged files
        raise _UnreadableError(f"{path} is no array of NumPy's: {error}") from None
