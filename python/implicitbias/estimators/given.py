"""Parameters of estimators, stored as they are given and read by `fit`: nouns, or nouns as text."""

from typing import Any, TypeVar

from .._arguments import instance, step_rule
from .._core import StepSize
from ..nouns.from_text import read_noun

Noun = TypeVar("Noun")


def given_noun(value: Any, kind: type[Noun], argument: str) -> Noun:
    """Return a noun of one kind, or the one that a text names, such as ``"Lp(4/3)"``."""
    if isinstance(value, str):
        return read_noun(value, kind, argument)
    return instance(value, kind, argument)


def given_step(value: Any) -> StepSize | None:
    """Return a step rule, the one that a text, a number or an array stands for, or None."""
    if isinstance(value, str):
        return read_noun(value, StepSize, "step_size")
    rule: StepSize | None = None if value is None else step_rule(value)
    return rule
