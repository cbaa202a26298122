"""Calls that fit no signature get the errors that wrong arguments get, in Python as in the compiled core."""

import inspect
import re
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from os import PathLike
from types import NoneType
from typing import Any, NamedTuple, NoReturn, ParamSpec, TypeVar, get_args, get_origin

from numpy.typing import ArrayLike

from . import _cures
from .errors import InvalidTypeError

P = ParamSpec("P")
T = TypeVar("T")

_ARRAYS = set(get_args(ArrayLike)) - {complex, bytes, str}


class Parameter(NamedTuple):
    """A parameter of a function."""

    name: str
    kind: str
    required: bool
    by_name: bool  # only


def public(function: Callable[P, T]) -> Callable[P, T]:
    """Decorate a public function: say what to write where a call does not fit its signature."""
    signature = inspect.signature(function)

    @wraps(function)
    def call(*positional: P.args, **named: P.kwargs) -> T:
        try:
            return function(*positional, **named)
        except TypeError:
            try:
                signature.bind(*positional, **named)
            except TypeError:
                name, parameters, bound = _described(function, positional)
            else:
                raise
        refuse_misfit(name, parameters, positional[bound:], list(named))

    return call


def refuse_misfit(
    function: str, parameters: Sequence[Parameter], positional: Sequence[object], names: Sequence[str]
) -> NoReturn:
    """Raise the error of a call that fits no signature.

    Parameters
    ----------
    function : str
        As users write it.
    parameters : sequence of Parameter
    positional : sequence
        The arguments without a name, without `self`.
    names : sequence of str
        Those of the others.
    """
    written = _written(function, parameters)
    by_place = [each for each in parameters if not each.by_name]
    known = [each.name for each in parameters]
    for name in names:
        if name not in known:
            raise InvalidTypeError(f"{name}: {function} has no such argument; write {written}")
        if name in known[: len(positional)]:
            raise InvalidTypeError(f"{name}: {function} got it twice, by place and by name; write {written}")
    if len(positional) > len(by_place) and not _takes_any_number(parameters):
        most = f"{len(by_place)} argument{'s' if len(by_place) != 1 else ''}"
        raise InvalidTypeError(
            f"{function}: expected at most {most} by place, got {len(positional)}; write {written}"
        )
    for each in parameters[len(positional) :]:
        if each.required and each.name not in names and not _takes_any_number([each]):
            cure = _cures.of_missing(each.name, positional) or written
            raise InvalidTypeError(f"{each.name}: expected {each.kind}, got nothing; write {cure}")
    raise InvalidTypeError(f"{function}: expected other types of arguments; write {written}")


def compiled_signature(text: str) -> tuple[str, list[Parameter]]:
    """Return the name of a function and its parameters, without self, from what pybind11 says of it."""
    name = text.partition("(")[0]
    line = next(re.finditer(r"^ +1\. ([\w.]*)\((.*)\)", text, re.MULTILINE))
    if line[1]:  # a constructor
        name = line[1].rpartition(".")[2]
    parameters, by_name = [], False
    for part in _parts(line[2]):
        if part in ("*", "/"):
            by_name |= part == "*"
            continue
        label, _, rest = part.partition(": ")
        hint, default, _ = rest.partition(" = ")
        parameters.append(Parameter(label, _of_hint(hint), not default, by_name))
    return name, parameters


def _described(
    function: Callable[..., Any], positional: Sequence[object]
) -> tuple[str, list[Parameter], int]:
    """Return a function's name and parameters as users write them, and whether it has a self before them."""
    home, _, name = function.__qualname__.rpartition(".")
    try:
        parameters = list(inspect.signature(function, eval_str=True).parameters.values())
    except NameError:  # an annotation names what is imported for type checkers alone
        parameters = list(inspect.signature(function).parameters.values())
    bound = bool(home)
    if name == "__init__":
        name = type(positional[0]).__name__
    elif home:
        name = f"{home if parameters[0].name == 'cls' else home.lower()}.{name}"
    room = ".".join(function.__module__.split(".")[:2])
    if name in getattr(sys.modules[room], "__all__", ()):
        name = f"{room.rpartition('.')[2]}.{name}"
    return name, [_parameter(each) for each in parameters[bound:]], int(bound)


def _parameter(each: inspect.Parameter) -> Parameter:
    name = f"*{each.name}" if each.kind == each.VAR_POSITIONAL else each.name
    kind = _of_annotation(each.annotation)
    return Parameter(name, kind, each.default is each.empty, each.kind == each.KEYWORD_ONLY)


def _takes_any_number(parameters: Sequence[Parameter]) -> bool:
    return any(each.name.startswith("*") for each in parameters)


def _written(function: str, parameters: Sequence[Parameter]) -> str:
    """Return a call with the arguments that are needed."""
    needed = [
        f"{each.name}=..." if each.by_name else each.name
        for each in parameters
        if each.required and each.name != "self"
    ]
    return _cures.example(function) or f"{function}({', '.join(needed)})"


def _of_hint(hint: str) -> str:
    """Return in words what a type hint of the compiled core says."""
    plain = {"float": "a number", "int": "an int", "bool": "True or False"}
    name = hint.rpartition(".")[2]
    if hint.startswith("implicitbias._core."):
        return _cures.with_article(name)
    return plain.get(hint, "a list" if "Sequence" in hint else "an array")


def _of_annotation(annotation: Any) -> str:
    """Return in words what an annotation says, the first of several."""
    if isinstance(annotation, str):
        annotation = ArrayLike if "ArrayLike" in annotation else Any
    kinds = [each for each in get_args(annotation) or [annotation] if each is not NoneType]
    if _ARRAYS.intersection(kinds):
        return "an array"
    if any(get_origin(each) is PathLike for each in kinds):
        return "a path"
    plain = {float: "a number", int: "an int", bool: "True or False", str: "a text", Any: "a value"}
    first = kinds[0]
    other = _cures.with_article(_cures.name_of(first)) if isinstance(first, type) else "a value"
    return plain.get(first, other)


def _parts(text: str) -> list[str]:
    """Split a list of parameters at its commas, but for those within brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]
