"""Statements that can be tried: what they say, and the experiment that may contradict them."""

import difflib
import math
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from inspect import cleandoc, iscoroutinefunction, isfunction, isgeneratorfunction
from typing import Any, Literal

import numpy as np

from .._arguments import choice, line_of_text, positive_number, refuse
from .._calls import public
from ..errors import InvalidValueError
from .citation import Paper
from .field import MODULES

Effort = Literal["fast", "default", "thorough"]
EFFORTS: tuple[Effort, ...] = ("fast", "default", "thorough")
Outcome = Literal["holds", "fails", "open"]
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
    expect : {'holds', 'fails', 'open'}
        Whether it must hold, must fail, or is an open question that gets numbers and no verdict.
    chapter : str
        Heading in the report.
    paper : str
        Key of the paper that it is from, '' for one's own.
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
    paper: str
    experiment: Experiment = field(repr=False, compare=False)

    def __reduce__(self) -> tuple[Any, ...]:
        # An experiment may be of a file that cannot be imported: a process that is sent a statement takes the
        # one of its own registry.
        return _known, (self.key,)


def _known(key: str) -> Statement:
    """Return the registered statement of a key."""
    papers()  # registers those of the papers
    return _registered[key]


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
    choice(expect, "expect", "holds", "fails")
    facts = {"text": text, "metric": metric, "reference": reference, "source": source, "chapter": chapter}
    return register(key, title, paper="", tolerance=tolerance, expect=expect, **facts)


def register(
    key: str,
    title: str,
    *,
    paper: str,
    text: str,
    metric: str,
    reference: str,
    source: str,
    chapter: str,
    tolerance: float | tuple[float, float, float] = 1.0,
    expect: Outcome = "holds",
) -> Callable[[Experiment], Experiment]:
    """Register a statement of a paper, by its key, or of one's own, as `statement` does.

    Open questions have no tolerance: their deviations are compared with none.
    """
    names = "key", "title", "text", "metric", "reference", "source", "chapter"
    for name, value in zip(names, (key, title, text, metric, reference, source, chapter), strict=True):
        line_of_text(value, name)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", key.removeprefix(f"{paper}.")):
        raise InvalidValueError(f"key: expected letters, digits, dots and hyphens, got {key!r}")
    tolerances = _three(tolerance) if expect != "open" else (math.inf,) * 3

    def decorate(experiment: Experiment) -> Experiment:
        if not isfunction(experiment) or iscoroutinefunction(experiment) or isgeneratorfunction(experiment):
            refuse("experiment", "a plain function of a Trial", experiment)
        if not paper:
            papers()
        before = _registered.get(key)
        anew = before is not None and before.experiment.__module__ == experiment.__module__
        again = any(each is before for load in _loads for each in load)
        if before is not None and (again or not anew):
            raise InvalidValueError(f"key: {key!r} is taken by {before.source}, {before.title}")
        registered = Statement(
            key, title, source, text, reference, metric, tolerances, expect, chapter, paper, experiment
        )
        _registered[key] = registered
        for load in _loads:
            load.append(registered)
        return experiment

    return decorate


def _three(tolerance: float | tuple[float, float, float]) -> tuple[float, float, float]:
    numbers = tuple(tolerance) if isinstance(tolerance, tuple | list | np.ndarray) else (tolerance,) * 3
    if len(numbers) != 3:
        refuse("tolerance", "a number or three", tolerance)
    fast, default, thorough = (positive_number(number, "tolerance") for number in numbers)
    return fast, default, thorough


def stated_in(paper: Paper, prefix: str | None = None) -> Callable[..., Callable[[Experiment], Experiment]]:
    """Return what registers the statements of a paper, as `implicitbias.statement` does one's own.

    Their keys begin with the paper's and a dot, or with another prefix; their chapter is its title.
    """
    start = f"{paper.key}." if prefix is None else prefix

    def of_the_paper(key: str, title: str, **facts: Any) -> Callable[[Experiment], Experiment]:
        return register(f"{start}{key}", title, paper=paper.key, **{"chapter": paper.title, **facts})

    return of_the_paper


def papers() -> dict[str, Paper]:
    """Return the papers whose statements can be tried, by their keys, the first one first.

    Returns
    -------
    dict of Paper

    Examples
    --------
    >>> ib.paper.papers()["gunasekar2018"].year
    2018
    """
    return {module.PAPER.key: module.PAPER for module in _modules()}


def introduction(paper: str) -> str:
    """Return what its file says of a paper before its statements, '' for one's own."""
    texts = (cleandoc(module.__doc__ or "") for module in _modules() if module.PAPER.key == paper)
    return next(texts, "")


def _modules() -> list[Any]:
    return [import_module(f"{__package__}.field.{name}") for name in MODULES]


def statements(
    only: str | Iterable[str] | None = None, of: str | Iterable[str] | None = None
) -> list[Statement]:
    """Return registered statements, paper by paper and in the order of each.

    Parameters
    ----------
    only : str or iterable of str, optional
        Keys of statements, in any order.
    of : str or iterable of str, optional
        Keys of `papers`, in any order; "all" stands for all of them, and one's own. By default, where no
        keys are given, the first paper and one's own.

    Returns
    -------
    list of Statement

    Raises
    ------
    InvalidValueError
        If there is no such statement, among those of these papers.

    Examples
    --------
    >>> [statement.key for statement in ib.paper.statements(["thm1", "lem8"])]
    ['thm1', 'lem8']
    """
    known = papers()
    sources = {"", *known} if of is None else set(_keys(of, "of", {**known, "all": None}, "paper"))
    if of is None and only is None:
        sources = {"", next(iter(known))}
    if "all" in sources:
        sources = {"", *known}
    found = {key: each for key, each in _registered.items() if each.paper in sources}
    chosen = list(found) if only is None else _keys(only, "only", found, "statement")
    order = [*known, ""]
    return sorted((found[key] for key in found if key in chosen), key=lambda each: order.index(each.paper))


def _keys(wanted: str | Iterable[str], argument: str, known: Iterable[str], what: str) -> list[str]:
    """Return keys that were asked for, each a known one."""
    names = [wanted] if isinstance(wanted, str) else wanted
    if not isinstance(names, Iterable):
        refuse(argument, "a key or several", wanted)
    names = [line_of_text(name, argument) for name in names]
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=3)
            hint = f"; did you mean {' or '.join(close)}?" if close else f": {', '.join(known)}"
            raise InvalidValueError(f"{argument}: there is no {what} {name!r}{hint}")
    return names
