"""The axes of a sweep: arguments that are lists, or several that are tied together, and their labels."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..._arguments import instance, refuse, seen, step_rule
from ..._core import Method, MiniBatch, Problem
from ..._types import is_number
from ...errors import InvalidTypeError, InvalidValueError
from ...nouns.as_text import plain

ARGUMENTS = ("problem", "method", "step_size", "w0", "batch")


@dataclass(frozen=True)
class Labels:
    """What tells the values of one argument apart, and what these texts or numbers are."""

    argument: str
    texts: NDArray[Any]
    long_name: str


@dataclass(frozen=True)
class Axis:
    """One argument, or several that are tied: their i-th values belong together."""

    name: str
    labels: tuple[Labels, ...]

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the arguments."""
        return tuple(each.argument for each in self.labels)

    def __len__(self) -> int:
        return len(self.labels[0].texts)


class Axes:
    """The arguments of all runs, which are numbered as NumPy numbers the entries of an array."""

    def __init__(self, given: dict[str, Any], zip: Any = ()) -> None:
        self.values: dict[str, list[Any]] = {}
        labels: dict[str, Labels] = {}
        for argument in ARGUMENTS:
            values = given[argument]
            if isinstance(values, list | Mapping):
                keys = list(values) if isinstance(values, Mapping) else None
                values = list(values.values()) if isinstance(values, Mapping) else values
                if not values:
                    raise InvalidValueError(f"{argument}: expected at least one value on its axis, got none")
                self.values[argument] = _checked(argument, values)
                labels[argument] = _labels(argument, self.values[argument], keys)
            else:
                self.values[argument] = _checked(argument, [values])
        _refuse_starts_in_one(given["w0"], self.values["problem"][0])
        self.axes = tuple(_tied(labels, zip))
        self.shape = tuple(len(axis) for axis in self.axes)
        self.size = math.prod(self.shape)
        # Run number k has value k // inner % count of an argument.
        self._steps = dict.fromkeys(ARGUMENTS, (1, 1))
        for place, axis in enumerate(self.axes):
            inner = math.prod(self.shape[place + 1 :])
            self._steps |= dict.fromkeys(axis.arguments, (inner, len(axis)))

    def indices(self, argument: str) -> NDArray[np.int64]:
        """Return which value of an argument each run has, by its number."""
        inner, count = self._steps[argument]
        return np.arange(self.size) // inner % count

    def value(self, argument: str, number: int) -> Any:
        """Return what one run has for an argument."""
        inner, count = self._steps[argument]
        return self.values[argument][number // inner % count]

    def parts(self, number: int) -> dict[str, Any]:
        """Return the arguments of one run."""
        return {argument: self.value(argument, number) for argument in ARGUMENTS}

    def name(self, number: int) -> str:
        """Return the labels of a run, for messages."""
        at = np.unravel_index(number, self.shape)
        words = [
            f"{each.argument}={each.texts[i].item()!r}"
            for axis, i in zip(self.axes, at, strict=True)
            for each in axis.labels
        ]
        return ", ".join(words) or "the run"

    def representatives(self) -> list[int]:
        """Return runs, by number, among which every value is once, and every combination of kinds.

        Whether a run can begin depends on its values, and on how kinds of them go together.
        """
        each = [np.arange(len(axis)) for axis in self.axes]
        kinds = [_first_of_each([self._kind(axis, i) for i in range(len(axis))]) for axis in self.axes]
        grid = np.arange(self.size).reshape(self.shape)
        numbers = set(grid[np.ix_(*kinds)].ravel().tolist())
        for place, values in enumerate(each):
            numbers |= set(
                grid[tuple(values if i == place else 0 for i in range(len(each)))].ravel().tolist()
            )
        return sorted(numbers)

    def _kind(self, axis: Axis, i: int) -> Any:
        return tuple(_kind(self.values[argument][i]) for argument in axis.arguments)


def _kind(value: Any) -> Any:
    """Return what a value is made of, whatever its numbers are."""
    if isinstance(value, Problem):
        return _kind(value.loss), _kind(value.model), value.shape
    return tuple((place, leaf if isinstance(leaf, type) else type(leaf)) for place, leaf in _leaves(value))


def _first_of_each(kinds: list[Any]) -> list[int]:
    """Return the numbers of the first values of each kind."""
    first: dict[Any, int] = {}
    for i, kind in enumerate(kinds):
        first.setdefault(kind, i)
    return list(first.values())


def _checked(argument: str, values: list[Any]) -> list[Any]:
    """Return the values of an argument, numbers and arrays made what they stand for."""
    match argument:
        case "problem":
            return [instance(each, Problem, argument) for each in values]
        case "method":
            return [instance(each, Method, argument) for each in values]
        case "step_size":
            return [None if each is None else step_rule(each) for each in values]
        case "batch":
            return [None if each is None else instance(each, MiniBatch, argument) for each in values]
    return [None if each is None else _start(each) for each in values]


def _start(value: Any) -> NDArray[np.float64]:
    """Return one start: a list is an axis of them, so that a number in it is none."""
    if is_number(value):
        refuse("w0", "a list of starts, each an array", value, "w0=numpy.array([...]) for one start")
    try:
        return np.array(value, float)
    except (TypeError, ValueError):
        refuse("w0", "an array of numbers, or a list or dict of arrays", value)


def _refuse_starts_in_one(w0: Any, problem: Problem) -> None:
    """Refuse an array of starts, which a list of them is meant by."""
    if isinstance(w0, np.ndarray) and w0.ndim == len(problem.shape) + 1:
        refuse("w0", f"one start of shape {problem.shape}", w0, "w0=list(w0) for an axis of starts")


def _labels(argument: str, values: list[Any], keys: list[Any] | None) -> Labels:
    """Return labels that are given, or numbers if one alone differs among the values, or their texts."""
    long_name = argument.replace("_", " ")
    if keys is not None:
        if not (all(isinstance(key, str) for key in keys) or all(is_number(key) for key in keys)):
            raise InvalidTypeError(f"{argument}: expected labels that are all texts, or all numbers")
        if any(key != key for key in keys):
            raise InvalidValueError(f"{argument}: expected labels that can be told apart, got NaN")
        return Labels(argument, np.array(keys), long_name)
    if argument in ("problem", "w0"):
        return Labels(argument, np.arange(len(values)), f"{long_name} by its number")
    place, numbers = _number_that_differs(values)
    texts = np.array(numbers if numbers else ["none" if each is None else plain(each) for each in values])
    first: dict[Any, int] = {}
    for i, text in enumerate(texts.tolist()):
        if first.setdefault(text, i) != i:
            raise InvalidValueError(
                f"{argument}: expected labels that tell the values apart, got {text!r} for the values "
                f"{first[text]} and {i}; write a dict with labels of your own"
            )
    return Labels(argument, texts, f"{long_name}: {place}" if numbers else long_name)


def _number_that_differs(values: list[Any]) -> tuple[str, list[float]]:
    """Return the one number in which nouns of a class differ, by its place in them, or nothing."""
    leaves = [dict(_leaves(each)) for each in values]
    first = leaves[0]
    if len(values) < 2 or any(each.keys() != first.keys() for each in leaves):
        return "", []
    differ = [place for place in first if any(not _same(each[place], first[place]) for each in leaves)]
    if len(differ) != 1 or not all(is_number(each[differ[0]]) for each in leaves):
        return "", []
    return differ[0].removeprefix("."), [each[differ[0]] for each in leaves]


def _leaves(noun: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what a noun is made of by its place, classes as well."""
    fields = getattr(type(noun), "_fields", None)
    if not isinstance(fields, list):
        yield place, noun
        return
    yield f"{place}()", type(noun)
    for name in fields:
        yield from _leaves(getattr(noun, name), f"{place}.{name}")


def _same(a: Any, b: Any) -> bool:
    return a is b or (type(a) is type(b) and np.array_equal(a, b))


def _tied(labels: dict[str, Labels], zip: Any) -> Iterator[Axis]:
    """Yield an axis for each argument, and one for those tied together, at the first one's place."""
    ties = _ties(zip)
    taken: dict[str, tuple[str, ...]] = {}
    for tie in ties:
        for name in tie:
            if name not in labels:
                got = f"{name!r}, which is no list" if name in ARGUMENTS else seen(name)
                listed = ", ".join(labels) or "there is none"
                raise InvalidValueError(
                    f"zip: expected names of arguments that are lists ({listed}), got {got}"
                )
            if name in taken:
                raise InvalidValueError(f"zip: expected each argument once, got {name!r} twice")
            taken[name] = tie
        lengths = {name: len(labels[name].texts) for name in tie}
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"{length} of {name}" for name, length in lengths.items())
            raise InvalidValueError(f"zip: expected as many values on tied axes, got {told}")
    for name, own in labels.items():
        tie = taken.get(name, (name,))
        if name == min(tie, key=ARGUMENTS.index):
            others = [labels[each] for each in tie if each != name]
            yield Axis(name, (own, *others))


def _ties(zip: Any) -> list[tuple[str, ...]]:
    """Return groups of names: one group may stand without brackets round it."""
    if isinstance(zip, str) or not isinstance(zip, Sequence):
        refuse("zip", "names of arguments that go together", zip, 'zip=("method", "step_size")')
    groups = [zip] if zip and all(isinstance(each, str) for each in zip) else list(zip)
    for group in groups:
        if isinstance(group, str) or not isinstance(group, Sequence) or len(group) < 2:
            refuse("zip", "two or more names in a group", group, 'zip=("method", "step_size")')
    return [tuple(group) for group in groups]
