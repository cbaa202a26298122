"""What claims of one's own answer, checked where `compare` asks."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from .._arguments import line_of_text, refuse
from .._types import Hypothesis
from ..bracket import Bracket
from .claim import Claim, Judgment


def checked_statement(claim: Claim) -> str:
    """Return what a claim says, if it says something."""
    return line_of_text(getattr(claim, "statement", None), f"{_name(claim)}.statement")  # type: ignore[arg-type]


def check_applies(value: Any, claim: Claim) -> None:
    """Refuse an answer to whether a claim applies: where it does not, it raises."""
    if value is not None:
        expected = "an error raised where the claim does not apply, and nothing else"
        refuse(f"{_name(claim)}.applies_to", expected, value, 'raise ValueError("claim: ..."), say')


def checked_bracket(value: Any, claim: Claim) -> Bracket | None:
    """Return a bracket, if it is one or none."""
    if value is not None and not isinstance(value, Bracket):
        refuse(f"{_name(claim)}.bracket", "a Bracket or None", value, "run.bracket, say")
    return value


def checked_hypotheses(value: Any, claim: Claim, part: str = "hypotheses") -> list[Hypothesis]:
    """Return hypotheses as a list, if they are pairs of a text and a truth value."""
    argument, expected = f"{_name(claim)}.{part}", "a list of pairs (text, True or False)"
    cure = '[("the data are separable", True)], say'
    if not isinstance(value, Iterable) or isinstance(value, str):
        refuse(argument, expected, value, cure)
    hypotheses = []
    for each in value:
        match each:
            case (str() as text, bool() | np.bool_() as holds):
                hypotheses.append((text, bool(holds)))
            case _:
                refuse(argument, expected, each, cure)
    return hypotheses


def checked_judgment(value: Any, claim: Claim) -> Judgment:
    """Return a judgment, if it is one."""
    if not isinstance(value, Judgment):
        refuse(f"{_name(claim)}.judge", "a Judgment", value, 'Judgment("holds", reason), say')
    checked_hypotheses(value.hypotheses, claim, "judge: hypotheses")
    return value


def checked_remark(value: Any, claim: Claim) -> str:
    """Return what there is to add to a reason, if it is a text."""
    if not isinstance(value, str):
        refuse(f"{_name(claim)}.remark", "a text", value, '"" where there is nothing to add')
    return value


def _name(claim: Claim) -> str:
    return type(claim).__name__
