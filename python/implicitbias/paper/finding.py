"""What a trial of a statement found."""

import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from .._arguments import choice, instance, whole_number
from .._html import facts, hypotheses
from .._types import Hypothesis
from ..errors import InvalidValueError
from .registry import EFFORTS, Effort, Statement
from .trial import Drawing, Measurement, Trial

Verdict = Literal["holds", "fails", "open", "fails in part", "hypothesis fails", "error"]


@dataclass(frozen=True, eq=False)
class Finding:
    """What a trial found.

    Attributes
    ----------
    statement : Statement
    effort : {'fast', 'default', 'thorough'}
    verdict : {'holds', 'fails', 'open', 'fails in part', 'hypothesis fails', 'error'}
        "holds" where every measurement is within its tolerance. A statement that must hold "fails" where one
        is not, and a statement that must fail does where none is: "fails in part" lies between. An open
        question is "open": the numbers are the result. "hypothesis fails" where the experiment did not meet
        the statement's assumptions, "error" where it raised one or measured nothing.
    hypotheses : tuple of (str, bool)
        What the statement assumes, and whether the experiment met it.
    measurements : tuple of Measurement
        What the experiment measured.
    notes : tuple of str
        What else the experiment had to say.
    drawings : tuple of Drawing
        Its figures.
    seconds : float
        How long it took.
    error : Exception, SystemExit or None
        What the experiment raised.
    place : str
        Where in the experiment's own file the error came up, '' where it came up elsewhere.

    Examples
    --------
    >>> finding = ib.paper.examine(ib.paper.statements()[0], "fast")
    >>> finding.as_expected
    True
    """

    statement: Statement
    effort: Effort
    verdict: Verdict
    hypotheses: tuple[Hypothesis, ...]
    measurements: tuple[Measurement, ...]
    notes: tuple[str, ...]
    drawings: tuple[Drawing, ...] = field(repr=False)
    seconds: float
    error: Exception | SystemExit | None
    place: str = ""

    @property
    def as_expected(self) -> bool:
        """Whether the statement did what it must do: hold, or fail, or give numbers where it is open."""
        return self.verdict == self.statement.expect

    @property
    def decisive(self) -> Measurement | None:
        """The measurement that speaks most against what is expected.

        The largest deviation relative to its tolerance, or the smallest where the statement must fail.
        """
        against = min if self.statement.expect == "fails" and self.verdict != "holds" else max
        if self.statement.expect == "open":
            return max(self.measurements, key=lambda each: each.value, default=None)
        return against(self.measurements, key=lambda each: each.value / each.tolerance, default=None)

    @property
    def reason(self) -> str:
        """Why the verdict is what it is, in a sentence."""
        if self.error is not None:
            notes = "".join(f" {note}" for note in getattr(self.error, "__notes__", []))
            return f"{type(self.error).__name__}: {self.error}{self.place}{notes}"
        broken = [text for text, holds in self.hypotheses if not holds]
        if broken:
            return f"the experiment does not meet a hypothesis: {broken[0]}"
        worst: Any = self.decisive
        if self.verdict == "open":
            return f"{self.statement.metric}: at most {worst.value:.2g} ({worst.label})"
        sign = "<=" if worst.within else ">"
        return f"{self.statement.metric}: {worst.value:.2g} {sign} {worst.tolerance:.2g} ({worst.label})"

    def _repr_html_(self) -> str:
        measured = [
            f"{each.label}: {each.value:.2g} {'<=' if each.within else '>'} {each.tolerance:.2g}"
            for each in self.measurements
        ]
        rows = [
            ("statement", self.statement.text),
            ("source", self.statement.source),
            ("verdict", f"{self.verdict}, {'as' if self.as_expected else 'not as'} expected"),
            ("reason", self.reason),
            ("hypotheses", hypotheses(self.hypotheses) or None),
            ("measured", measured or None),
            ("notes", list(self.notes) or None),
            ("time", f"{self.seconds:.2g} s, {self.effort}"),
        ]
        return facts(f"Finding: {self.statement.key}", rows)


def place_of(error: BaseException, statement: Statement) -> str:
    """Return where in a statement's own file an error came up: " (file, line)"."""
    file = statement.experiment.__code__.co_filename
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == file]
    return f" ({Path(file).name}, line {lines[-1]})" if lines else ""


def examine(statement: Statement, effort: Effort = "default", seed: int = 0) -> Finding:
    """Try a statement.

    Parameters
    ----------
    statement : Statement
        One of `statements()`.
    effort : {'fast', 'default', 'thorough'}, default 'default'
    seed : int, default 0
        Other numbers shift the seeds of all random data.

    Returns
    -------
    Finding
        An experiment that raises is a finding, too: its verdict is "error".

    Raises
    ------
    InvalidTypeError, InvalidValueError
        If an argument is not one of those.

    Examples
    --------
    >>> print(ib.paper.examine(ib.paper.statements()[0], "fast").verdict)
    holds
    """
    instance(statement, Statement, "statement")
    choice(effort, "effort", *EFFORTS)
    seed = whole_number(seed, "seed", most=2**31 - 1)
    trial = Trial(statement, effort, seed)
    error: Exception | SystemExit | None = None
    place = ""
    begin = time.perf_counter()
    try:
        statement.experiment(trial)
        if not trial.measurements:
            raise InvalidValueError("the experiment measured nothing: it could not have failed")
    except (Exception, SystemExit) as problem:  # an experiment that breaks, or would leave, is a finding
        error, place = problem, place_of(problem, statement)
    verdict: Verdict
    if error is not None:
        verdict = "error"
    elif not all(holds for _, holds in trial.hypotheses):
        verdict = "hypothesis fails"
    elif statement.expect == "open":
        verdict = "open"
    else:
        within = [each.within for each in trial.measurements]
        in_part = statement.expect == "fails" and any(within)
        verdict = "holds" if all(within) else "fails in part" if in_part else "fails"
    seconds = time.perf_counter() - begin
    return Finding(
        statement,
        effort,
        verdict,
        trial.hypotheses,
        trial.measurements,
        trial.notes,
        trial.drawings,
        seconds,
        error,
        place,
    )
