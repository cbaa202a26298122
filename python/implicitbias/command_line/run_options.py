"""What the options of ``implicitbias run`` mean: data, methods, steps, and the runs that they make."""

import math
import os
import warnings
from collections.abc import Iterable
from contextlib import suppress
from decimal import Decimal
from enum import StrEnum
from typing import Any

from .._core import (
    Constant,
    Loss,
    LossNormalized,
    Lp,
    Method,
    Norm,
    Problem,
    SteepestDescent,
    StepSize,
)
from ..datasets.dataset import Dataset
from ..errors import DataWarning, InvalidValueError
from ..nouns.as_text import plain
from ..nouns.default_step import default_step
from ..nouns.from_text import read_norm, read_noun
from ..nouns.of_ones_own import is_strictly_convex
from ..runs.run import Run
from .saved_runs import new_name, step_name


class TiesName(StrEnum):
    """Which l1 step to take where coordinates tie."""

    first = "first"
    average = "average"


def refuse(where: str, **options: object) -> None:
    """Refuse options that would be ignored."""
    for name, value in options.items():
        if value is not None:
            raise InvalidValueError(f"{name}: --{name} has no effect {where}")


def whole_number(text: str) -> int:
    """Read a number of steps, 1e6 among them."""
    with suppress(ArithmeticError):  # Decimal's way to say that this is no number
        value = Decimal(text)
        if 1 <= value < 2**63 and value == int(value):
            return int(value)
    raise InvalidValueError(
        f"steps: expected a whole number from 1 to 2^63 - 1, such as 100000 or 1e5, got {text!r}"
    )


def read_dataset(
    data: str,
    target: str | None,
    positive: str | None,
    standardize: bool | None,
    intercept: bool | None,
    loss: Loss | None = None,
) -> Dataset:
    """Return a data set by its name, or from a file, whose targets are classes for a multiclass loss."""
    from ..datasets import BUILT_IN, load

    if data in BUILT_IN:
        refuse(f"on {data}, which comes prepared", target=target, positive=positive, standardize=standardize)
        return BUILT_IN[data]() if intercept is None else BUILT_IN[data](intercept=intercept)
    if not os.path.exists(data):
        raise InvalidValueError(f"data: expected {', '.join(BUILT_IN)} or an existing file, got {data!r}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # the dataset's notes say the same
        return load(
            data,
            target=target,
            positive=positive,
            classes=loss is not None and loss.multiclass and positive is None,
            standardize=bool(standardize),
            intercept=bool(intercept),
        )


def read_methods(
    norms: list[str] | None, methods: list[str] | None, ties: TiesName | None
) -> dict[str, Method]:
    """Return the methods by their names, which name their files, too."""
    if norms is None:
        norms = [] if methods else ["1", "4/3", "2", "inf"]
    in_norms = [(text, read_norm(text)) for text in norms]
    if not any(_ties(norm) for _, norm in in_norms):
        refuse("without --norm 1 or another whose steps can tie", ties=ties)
    averaged = ties is TiesName.average
    asked: list[tuple[str, str, Method]] = [
        (text, plain(norm), SteepestDescent(norm, "average" if averaged and _ties(norm) else "first"))
        for text, norm in in_norms
    ]
    for text in methods or []:
        each = read_noun(text, Method, "method")
        asked.append((text, plain(each), each))
    named: dict[str, Method] = {}
    for text, name, each in asked:
        if each in named.values():
            kind = "norm" if len(named) < len(in_norms) else "method"
            raise _again(kind, name, text)
        named[new_name(name, list(named))] = each
    return named


def _ties(norm: Norm) -> bool:
    """Whether several steps can be steepest; in linf that is where derivatives are 0, whose entries stay."""
    return not is_strictly_convex(norm) and norm != Lp(math.inf)


def read_steps(
    loss: Loss,
    methods: Iterable[Method],
    steps: list[str] | None,
    scale: float | None,
    cap: float | None,
    etas: list[str] | None,
) -> dict[str, StepSize]:
    """Return the step rules by their names; by default those of the methods."""
    asked: list[tuple[str, str, StepSize]] = []
    if steps:
        refuse("together with --step", scale=scale, cap=cap, eta=etas or None)
        for text in steps:
            step = read_noun(text, StepSize, "step")
            asked.append((text, step_name(step), step))
    elif etas:
        refuse("together with --eta", scale=scale, cap=cap)
        asked = [(text, step_name(step := _constant(text), text.strip()), step) for text in etas]
    elif not loss.monotone:
        raise InvalidValueError(
            f"eta: {loss!r} needs a step size; give --eta or --step (if the targets are labels: --positive)"
        )
    elif scale is None and cap is None:
        defaults = {repr(rule): rule for rule in map(default_step, methods)}
        if len(defaults) > 1:
            raise InvalidValueError(
                f"step: the methods have different default steps, {' and '.join(defaults)}; "
                "give --step or --eta"
            )
        asked = [("", step_name(step), step) for step in defaults.values()]
    else:
        step = LossNormalized(1.0 if scale is None else scale, math.inf if cap is None else cap)
        asked = [("", step_name(step), step)]
    named: dict[str, StepSize] = {}
    for text, name, step in asked:
        if step in named.values():
            raise _again("step" if steps else "eta", name, text)
        named[new_name(name, list(named))] = step
    return named


def _constant(text: str) -> Constant:
    try:
        eta = float(text)
    except ValueError:
        raise InvalidValueError(
            f"eta: expected a positive number, such as 0.1 or 1e-3, got {text!r}"
        ) from None
    return Constant(eta)


def _again(kind: str, name: str, text: str) -> InvalidValueError:
    return InvalidValueError(f"{kind}: expected every {kind} once, got {name} again as {text!r}")


def make_runs(
    problem: Problem, methods: dict[str, Method], steps: dict[str, StepSize], **options: Any
) -> dict[str, Run]:
    """Return every method with every step; names have the step where there are several."""
    runs: dict[str, Run] = {}
    for name, method in methods.items():
        for step, rule in steps.items():
            both = name if len(steps) == 1 else f"{name}, {step}"
            runs[new_name(both, list(runs))] = Run(problem, method, rule, **options)
    return runs
