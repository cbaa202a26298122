"""Targets of a data set: labels -1 and +1, those of classes, or real numbers."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._arguments import refuse
from ..errors import InvalidValueError
from .entries import is_number, labels, numbers
from .preparation import listed


class Targets(NamedTuple):
    """Targets, whether they are labels, what was done to them, and what a user may not expect."""

    y: NDArray[Any]
    classification: bool
    note: str = ""
    warning: str = ""


def read_targets(
    file: str, entries: NDArray[Any], where: Callable[[int], str], positive: object, classes: bool
) -> Targets:
    """Return the labels, +1 for `positive` and -1 for all others, or those of classes; or numbers."""
    texts = labels(entries, where)
    if classes:
        if positive is not None:
            raise InvalidValueError("positive: expected none beside classes, which keep every label")
        return _of_classes(texts)
    if positive is not None:
        return _labeled(texts, positive)
    if not all(map(is_number, texts)):
        raise InvalidValueError(
            f"{file}: expected numeric targets, got {_distinct(texts)}; "
            "`positive` (--positive) says which label becomes +1, and `classes` (on the command line a loss "
            "such as CrossEntropy) keeps them all"
        )
    y = numbers(np.array(texts, dtype=object), where)
    if np.all(np.abs(y) == 1):
        return Targets(y, True)
    # Two targets of two samples are two numbers, if not the usual names of two classes.
    if len(np.unique(y)) == 2 and (len(y) > 2 or y.max() == y.min() + 1):
        low, high = texts[y.argmin()], texts[y.argmax()]
        return Targets(
            y,
            False,
            warning=f"the targets {low} and {high} are kept as real numbers, as for a regression; "
            f'positive="{high}" makes them labels',
        )
    return Targets(y, False, "the targets are real numbers, as for a regression")


def _of_classes(texts: list[str]) -> Targets:
    values = [_value(text) for text in texts]
    if all(isinstance(each, Decimal) and abs(each) < 2**53 and each == each.to_integral() for each in values):
        y = np.array([int(each) for each in values])
    else:
        first: dict[Decimal | str, str] = {}  # the first spelling of each label: 1.0 is 1
        y = np.array([first.setdefault(each, text) for each, text in zip(values, texts, strict=True)])
    return Targets(y, True, f"{len(np.unique(y))} classes")


def _labeled(texts: list[str], positive: object) -> Targets:
    if not isinstance(positive, str | int | float | np.generic):
        refuse("positive", "a label, as a str", positive)
    wanted = str(positive).strip()
    chosen = {text for text in set(texts) if _same_label(text, wanted)}
    if not chosen:
        raise InvalidValueError(f"positive: expected one of {_distinct(texts)}, got {positive!r}")
    others = sorted(set(texts) - chosen)
    note = f"encoded: {wanted!r} as +1" + (f", {listed(others)} as -1" if others else "")
    return Targets(np.array([1.0 if text in chosen else -1.0 for text in texts]), True, note)


def _same_label(text: str, wanted: str) -> bool:
    """Whether two labels are one text or one number: 1 is 1.0, but integers that differ are never one."""
    return _value(text) == _value(wanted)


def _value(label: str) -> Decimal | str:
    """Return what a label is equal to: its number, if it is one."""
    if not is_number(label):
        return label
    try:
        return Decimal(label)
    except InvalidOperation:  # exponents beyond the range of Decimal
        return label


def _distinct(texts: list[str]) -> list[str]:
    return sorted(set(texts))[:10]
