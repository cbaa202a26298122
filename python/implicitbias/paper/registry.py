"""Statements that can be tried: what they say, and the experiment that may contradict them."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from inspect import iscoroutinefunction, isfunction, isgeneratorfunction
from typing import Literal

import numpy as np

from .._arguments import choice, line_of_text, positive_number, refuse
from .._calls import public
from ..errors import InvalidValueError

Effort = Literal["fast", "default", "thorough"]
EFFORTS: tuple[Effort, ...] = ("fast", "default", "thorough")
Outcome = Literal["holds", "fails"]
Experiment = Callable[..., object]


@dataclass(frozen=True)
class Statement:
    """A statement with the experiment that decides it; `implicitbias.statement` registers one.

    Attributes
    ----------
    key : str
        Short name, for ``--only``.
    title : str
        What it is about, in a few words.
    source : str
        Who says it and where: "Theorem 5".
    text : str
        What it says, in a sentence.
    reference : str
        The independent reference that the experiment compares with.
    metric : str
        What is measured: a deviation, 0 where the statement holds exactly.
    tolerance : tuple of three floats
        Up to which deviation it holds, for the efforts "fast", "default" and "thorough".
    expect : {'holds', 'fails'}
        Whether it must hold or must fail.
    chapter : str
        Heading in the report.
    experiment : callable
        Called with a `Trial`, to which it says what it assumes, measures and draws.

    Examples
    --------
    >>> statement = ib.paper.statements()[0]
    >>> statement.expect
    'holds'
    """

    key: str
    title: str
    source: str
    text: str
    reference: str
    metric: str
    tolerance: tuple[float, float, float]
    expect: Outcome
    chapter: str
    experiment: Experiment = field(repr=False, compare=False)


# The modules that register the paper's own statements, in its order, and their headings.
_CHAPTERS = {
    "Section 2: losses with a unique finite root": (
        "section_2_mirror",
        "section_2_dual",
        "section_2_momentum",
        "section_2_natural",
        "section_2_steepest",
        "section_2_coordinate",
    ),
    "Section 3: strictly monotone losses": (
        "section_3_1_gradient_descent",
        "section_3_2_theorem_5",
        "section_3_2_steps",
        "section_3_2_late",
        "section_3_2_boosting",
        "section_3_2_paths",
        "section_3_3_adagrad",
    ),
    "Section 4: factorized matrices": ("section_4", "section_4_squared", "section_4_margin", "lemma_8"),
}
SECTIONS = {module: heading for heading, modules in _CHAPTERS.items() for module in modules}
FROM_THE_PAPER = frozenset(SECTIONS.values())


_registered: dict[str, Statement] = {}
_loads: list[list[Statement]] = []  # what a file that is being loaded has registered so far


@contextmanager
def one_load() -> Iterator[list[Statement]]:
    """Collect what is registered within; where that fails, undo it. No key may come twice."""
    before = dict(_registered)
    _loads.append([])
    try:
        yield _loads[-1]
    except BaseException:
        _registered.clear()
        _registered.update(before)
        raise
    finally:
        _loads.pop()


@public
def statement(
    key: str,
    title: str,
    *,
    text: str,
    metric: str,
    tolerance: float | tuple[float, float, float],
    reference: str,
    source: str = "conjecture",
    expect: Outcome = "holds",
    chapter: str = "Conjectures of one's own",
) -> Callable[[Experiment], Experiment]:
    """Register a statement with the experiment that decides it, for ``implicitbias paper``.

    The decorated function is called with a `Trial`; it must call ``trial.measure`` (or ``trial.compare``)
    at least once. The statement holds if every measured deviation is within the tolerance.

    Parameters
    ----------
    key : str
        Short and unique: letters, digits, dots and hyphens. One's own statement may be registered anew.
    title : str
        What it is about, in a few words.
    text : str
        What it says, in a sentence.
    metric : str
        What is measured: a deviation, 0 where the statement holds exactly.
    tolerance : float or tuple of three floats
        Up to which deviation it holds; three for the efforts "fast", "default" and "thorough".
    reference : str
        The independent reference that the experiment compares with.
    source : str, default 'conjecture'
        Who says it and where.
    expect : {'holds', 'fails'}, default 'holds'
        Whether it must hold or must fail.
    chapter : str, default "Conjectures of one's own"
        Heading in the report.

    Returns
    -------
    callable
        A decorator, which returns the function that it is given.

    Examples
    --------
    >>> @ib.statement(
    ...     "linf-margin", "the linf margin of iris", text="It is above 0.3.",
    ...     metric="how far below 0.3", tolerance=1e-9, reference="none",
    ... )
    ... def experiment(trial):
    ...     problem = ib.datasets.iris_setosa().problem(ib.Exponential())
    ...     run = ib.Run(problem, ib.SteepestDescent(ib.Lp(float("inf")))).advance(10**5)
    ...     trial.measure("iris_setosa", max(0.0, 0.3 - run.margin))
    """
    names = "key", "title", "text", "metric", "reference", "source", "chapter"
    for name, value in zip(names, (key, title, text, metric, reference, source, chapter), strict=True):
        line_of_text(value, name)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", key):
        raise InvalidValueError(f"key: expected letters, digits, dots and hyphens, got {key!r}")
    choice(expect, "expect", "holds", "fails")
    tolerances = _three(tolerance)

    def register(experiment: Experiment) -> Experiment:
        if not isfunction(experiment) or iscoroutinefunction(experiment) or isgeneratorfunction(experiment):
            refuse("experiment", "a plain function of a Trial", experiment)
        if not experiment.__module__.startswith(f"{__package__}.section_"):
            _load_sections()
        before = _registered.get(key)
        anew = before is not None and before.experiment.__module__ == experiment.__module__
        again = any(each is before for load in _loads for each in load)
        if before is not None and (again or not anew):
            raise InvalidValueError(f"key: {key!r} is taken by {before.source}, {before.title}")
        registered = Statement(
            key, title, source, text, reference, metric, tolerances, expect, chapter, experiment
        )
        _registered[key] = registered
        for load in _loads:
            load.append(registered)
        return experiment

    return register


def _three(tolerance: float | tuple[float, float, float]) -> tuple[float, float, float]:
    numbers = tuple(tolerance) if isinstance(tolerance, tuple | list | np.ndarray) else (tolerance,) * 3
    if len(numbers) != 3:
        refuse("tolerance", "a number or three", tolerance)
    fast, default, thorough = (positive_number(number, "tolerance") for number in numbers)
    return fast, default, thorough


def _load_sections() -> None:
    for name in SECTIONS:
        import_module(f".{name}", __package__)


def statements(only: str | Iterable[str] | None = None) -> list[Statement]:
    """Return the registered statements, the paper's first and in its order.

    Parameters
    ----------
    only : str or iterable of str, optional
        Keys, in any order.

    Returns
    -------
    list of Statement

    Raises
    ------
    InvalidValueError
        If there is no such key.

    Examples
    --------
    >>> [statement.key for statement in ib.paper.statements(["thm1", "lem8"])]
    ['thm1', 'lem8']
    """
    _load_sections()
    if only is None:
        return list(_registered.values())
    wanted = [only] if isinstance(only, str) else only
    if not isinstance(wanted, Iterable):
        refuse("only", "a key or several", only)
    wanted = [line_of_text(key, "only") for key in wanted]
    for key in wanted:
        if key not in _registered:
            close = difflib.get_close_matches(str(key), _registered, n=3)
            hint = f"; did you mean {' or '.join(close)}?" if close else f": {', '.join(_registered)}"
            raise InvalidValueError(f"only: there is no statement {key!r}{hint}")
    return [statement for key, statement in _registered.items() if key in wanted]
