"""One trial of a statement, and what it found."""

import math
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from .._arguments import (
    choice,
    flag,
    instance,
    line_of_text,
    positive_number,
    refuse,
    whole_number,
)
from .._calls import public
from .._types import Hypothesis, is_number
from ..claims.claim import Claim
from ..claims.comparison import Report, compare
from ..claims.max_margin import MaxMarginClaim
from ..errors import InvalidValueError
from ..flows.flow import Flow
from ..runs.run import Run
from .registry import EFFORTS, Effort, Statement

if TYPE_CHECKING:
    from matplotlib.figure import Figure

T = TypeVar("T")
Verdict = Literal["holds", "fails", "fails in part", "hypothesis fails", "error"]

# Data sets of one trial; another seed has others.
LARGEST_ENSEMBLE = 10_000


@dataclass(frozen=True)
class Measurement:
    """A measured deviation and the one up to which the statement holds."""

    label: str
    value: float
    tolerance: float

    @property
    def within(self) -> bool:
        """Whether it is within the tolerance."""
        return self.value <= self.tolerance


@dataclass(frozen=True)
class Drawing:
    """A figure of a trial, drawn when it is asked for."""

    title: str
    caption: str
    draw: Callable[["Figure"], object]
    size: tuple[float, float]


class Trial:
    """What an experiment speaks to: it says what it assumes, measures and draws."""

    def __init__(self, statement: Statement, effort: Effort, seed: int = 0) -> None:
        self._statement, self._effort, self._seed = statement, effort, seed
        self._assumed: dict[str, bool] = {}
        self._measurements: list[Measurement] = []
        self._notes: list[str] = []
        self._drawings: list[Drawing] = []

    @property
    def statement(self) -> Statement:
        """What is tried."""
        return self._statement

    @property
    def effort(self) -> Effort:
        """With how much effort: "fast", "default" or "thorough"."""
        return self._effort

    @property
    def tolerance(self) -> float:
        """The statement's, at this effort."""
        return self.choose(*self._statement.tolerance)

    @property
    def hypotheses(self) -> tuple[Hypothesis, ...]:
        """What was assumed so far, each with whether it held in every case."""
        return tuple(self._assumed.items())

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """What was measured so far."""
        return tuple(self._measurements)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was noted so far."""
        return tuple(self._notes)

    @property
    def drawings(self) -> tuple[Drawing, ...]:
        """The figures so far."""
        return tuple(self._drawings)

    @public
    def choose(self, fast: T, default: T, thorough: T) -> T:
        """Return the argument that goes with the effort: so many steps, or samples, or cases."""
        return (fast, default, thorough)[EFFORTS.index(self.effort)]

    @public
    def seeds(self, fast: int, default: int, thorough: int) -> range:
        """Return so many seeds of an ensemble, by effort; those of another ``--seed`` have none in common."""
        count = self.choose(fast, default, thorough)
        if not 1 <= count <= LARGEST_ENSEMBLE:
            raise InvalidValueError(f"seeds: expected from 1 to {LARGEST_ENSEMBLE}, got {count}")
        return range(self._seed * LARGEST_ENSEMBLE, self._seed * LARGEST_ENSEMBLE + count)

    @public
    def assume(self, text: str, holds: bool) -> None:
        """Say what the statement assumes, and whether it holds in this experiment."""
        flag(holds, "holds")
        line_of_text(text, "text")
        self._assumed[text] = self._assumed.get(text, True) and bool(holds)

    @public
    def measure(self, label: str, value: float, *, tolerance: float | None = None) -> None:
        """Measure a deviation, 0 where the statement holds exactly.

        Parameters
        ----------
        label : str
            The case it is measured in. Those of one label are an ensemble, whose distribution is reported.
        value : float
            Not negative; infinity is a deviation, NaN an error.
        tolerance : float, optional
            By default the statement's.
        """
        line_of_text(label, "label")
        if not is_number(value):
            refuse("value", f"a number for {label!r}", value)
        if not value >= 0:
            raise InvalidValueError(f"value: expected a deviation of at least 0 for {label!r}, got {value}")
        limit = self.tolerance if tolerance is None else positive_number(tolerance, "tolerance")
        self._measurements.append(Measurement(label, float(value), limit))

    @public
    def compare(
        self, label: str, run: Run | Flow, claim: Claim | None, *, tolerance: float | None = None
    ) -> Report:
        """Hold a run, or a flow, against a predicted limit (`implicitbias.compare`); measure its gap.

        The claim's hypotheses become the trial's. A certificate that contradicts the oracle counts as an
        infinite gap.
        """
        report = compare(run, claim, tolerance=self.tolerance if tolerance is None else tolerance)
        for text, holds in report.hypotheses:
            open_one = not holds and report.verdict != "hypothesis fails"
            self.assume(f"{text}; where not, the gap alone decides" if open_one else text, holds or open_one)
        contradicted = report.verdict == "violated" and isinstance(report.claim, MaxMarginClaim)
        gap = math.inf if contradicted or math.isnan(report.gap) else max(report.gap, 0.0)
        self.measure(label, gap, tolerance=tolerance)
        return report

    @public
    def note(self, text: str) -> None:
        """Add a remark to the report."""
        self._notes.append(line_of_text(text, "text"))

    @public
    def figure(
        self,
        title: str,
        draw: Callable[["Figure"], object],
        *,
        caption: str = "",
        size: tuple[float, float] = (7.2, 4.6),
    ) -> None:
        """Add a figure to the report: a function that draws it on a matplotlib Figure of that size."""
        if not callable(draw):
            refuse("draw", "a function of a matplotlib Figure", draw)
        if not isinstance(caption, str):
            refuse("caption", "a text", caption)
        width, height = (positive_number(length, "size") for length in size)
        self._drawings.append(Drawing(line_of_text(title, "title"), caption, draw, (width, height)))


@dataclass(frozen=True, eq=False)
class Finding:
    """What a trial found.

    Attributes
    ----------
    statement : Statement
    effort : {'fast', 'default', 'thorough'}
    verdict : {'holds', 'fails', 'fails in part', 'hypothesis fails', 'error'}
        "holds" where every measurement is within its tolerance. A statement that must hold "fails" where one
        is not, and one that must fail where none is: "fails in part" lies between. "hypothesis fails" where
        the experiment did not meet the statement's assumptions, "error" where it raised one or measured
        nothing.
    hypotheses : tuple of (str, bool)
    measurements : tuple of Measurement
    notes : tuple of str
    drawings : tuple of Drawing
    seconds : float
    error : Exception, SystemExit or None
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

    @property
    def as_expected(self) -> bool:
        """Whether the statement did what it must do: hold, or fail."""
        return self.verdict == self.statement.expect

    @property
    def decisive(self) -> Measurement | None:
        """The measurement that speaks most against what is expected.

        The largest deviation relative to its tolerance, or the smallest where the statement must fail.
        """
        against = max if self.statement.expect == "holds" or self.verdict == "holds" else min
        return against(self.measurements, key=lambda each: each.value / each.tolerance, default=None)

    @property
    def reason(self) -> str:
        """Why the verdict is what it is, in a sentence."""
        if self.error is not None:
            notes = "".join(f" {note}" for note in getattr(self.error, "__notes__", []))
            return f"{type(self.error).__name__}: {self.error}{self._place}{notes}"
        broken = [text for text, holds in self.hypotheses if not holds]
        if broken:
            return f"the experiment does not meet a hypothesis: {broken[0]}"
        worst: Any = self.decisive
        sign = "<=" if worst.within else ">"
        return f"{self.statement.metric}: {worst.value:.2g} {sign} {worst.tolerance:.2g} ({worst.label})"

    @property
    def _place(self) -> str:
        """Where in the experiment's own file the error came up."""
        file = self.statement.experiment.__code__.co_filename
        frames = traceback.extract_tb(self.error.__traceback__ if self.error else None)
        lines = [frame.lineno for frame in frames if frame.filename == file]
        return f" ({Path(file).name}, line {lines[-1]})" if lines else ""


def examine(statement: Statement, effort: Effort = "default", seed: int = 0) -> Finding:
    """Try a statement.

    Parameters
    ----------
    statement : Statement
        One of `statements()`.
    effort : {'fast', 'default', 'thorough'}
    seed : int
        Other numbers shift the seeds of all random data.
    """
    instance(statement, Statement, "statement")
    choice(effort, "effort", *EFFORTS)
    seed = whole_number(seed, "seed", most=2**31 - 1)
    trial = Trial(statement, effort, seed)
    error: Exception | SystemExit | None = None
    begin = time.perf_counter()
    try:
        statement.experiment(trial)
        if not trial.measurements:
            raise InvalidValueError("the experiment measured nothing: it could not have failed")
    except (Exception, SystemExit) as problem:  # an experiment that breaks, or would leave, is a finding
        error = problem
    verdict: Verdict
    if error is not None:
        verdict = "error"
    elif not all(holds for _, holds in trial.hypotheses):
        verdict = "hypothesis fails"
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
    )
