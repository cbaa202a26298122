"""One trial of a statement."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from .._arguments import (
    flag,
    line_of_text,
    positive_number,
    refuse,
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

# The most data sets of one trial: seeds of another ``--seed`` begin beyond them.
LARGEST_ENSEMBLE = 10_000


@dataclass(frozen=True)
class Measurement:
    """A measured deviation and the one up to which the statement holds.

    Attributes
    ----------
    label : str
        The case that was measured.
    value : float
        The deviation, 0 where the statement holds exactly.
    tolerance : float
        The deviation up to which it holds.

    Examples
    --------
    >>> ib.paper.Measurement("in floats", 0.0, 1e-9).within
    True
    """

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
    """What an experiment speaks to: it says what it assumes, measures and draws.

    Parameters
    ----------
    statement : Statement
        What is tried.
    effort : {'fast', 'default', 'thorough'}
    seed : int, default 0
        Shifts the seeds of all random data.

    Examples
    --------
    >>> trial = ib.paper.Trial(ib.paper.statements()[0], "fast")
    >>> trial.measure("in floats", abs(1.0 + 1.0 - 2.0))
    >>> trial.measurements[0].within
    True
    """

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
        """Return the argument that goes with the effort: so many steps, or samples, or cases.

        Parameters
        ----------
        fast, default, thorough : any
            One for each effort.

        Returns
        -------
        any
            The one of the trial's effort.

        Examples
        --------
        >>> trial = ib.paper.Trial(ib.paper.statements()[0], "fast")
        >>> trial.choose(10, 100, 1000)
        10
        """
        return (fast, default, thorough)[EFFORTS.index(self.effort)]

    @public
    def seeds(self, fast: int, default: int, thorough: int) -> range:
        """Return so many seeds of an ensemble, by effort; those of another ``--seed`` have none in common.

        Parameters
        ----------
        fast, default, thorough : int
            How many for each effort, from 1 to 10000.

        Returns
        -------
        range

        Raises
        ------
        InvalidValueError
            If the number is not from 1 to 10000.

        Examples
        --------
        >>> trial = ib.paper.Trial(ib.paper.statements()[0], "fast")
        >>> list(trial.seeds(2, 10, 100))
        [0, 1]
        """
        count = self.choose(fast, default, thorough)
        if not 1 <= count <= LARGEST_ENSEMBLE:
            raise InvalidValueError(f"seeds: expected from 1 to {LARGEST_ENSEMBLE}, got {count}")
        return range(self._seed * LARGEST_ENSEMBLE, self._seed * LARGEST_ENSEMBLE + count)

    @public
    def assume(self, text: str, holds: bool) -> None:
        """Say what the statement assumes, and whether it holds in this experiment.

        Parameters
        ----------
        text : str
            The assumption, in one line.
        holds : bool
            Whether it holds; assumed several times, it must hold every time.

        Examples
        --------
        >>> trial = ib.paper.Trial(ib.paper.statements()[0], "fast")
        >>> trial.assume("integers are exact", 2**53 == float(2**53))
        >>> trial.hypotheses
        (('integers are exact', True),)
        """
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

        Examples
        --------
        >>> trial = ib.paper.Trial(ib.paper.statements()[0], "fast")
        >>> trial.measure("in floats", 0.5, tolerance=0.1)
        >>> trial.measurements[0].within
        False
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

        Parameters
        ----------
        label : str
            The case.
        run : Run or Flow
        claim : Claim
        tolerance : float, optional
            By default the statement's.

        Returns
        -------
        Report

        Examples
        --------
        >>> trial = ib.paper.Trial(ib.paper.statements()[0], "fast")
        >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
        >>> run = ib.Run(problem, ib.GradientDescent(), 0.05).advance(1000)
        >>> print(trial.compare("one sample", run, ib.predict(problem, run.method)).verdict)
        holds
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
        """Add a remark to the report.

        Parameters
        ----------
        text : str
            The remark, in one line.

        Examples
        --------
        >>> trial = ib.paper.Trial(ib.paper.statements()[0], "fast")
        >>> trial.note("binary arithmetic")
        >>> trial.notes
        ('binary arithmetic',)
        """
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
        """Add a figure to the report.

        Parameters
        ----------
        title : str
            Heading, in one line.
        draw : callable
            Called with a matplotlib Figure, on which it draws.
        caption : str, default ''
        size : (float, float), default (7.2, 4.6)
            Width and height in inches.

        Examples
        --------
        >>> trial = ib.paper.Trial(ib.paper.statements()[0], "fast")
        >>> trial.figure("nothing", lambda figure: figure.add_subplot())
        >>> trial.drawings[0].title
        'nothing'
        """
        if not callable(draw):
            refuse("draw", "a function of a matplotlib Figure", draw)
        if not isinstance(caption, str):
            refuse("caption", "a text", caption)
        width, height = (positive_number(length, "size") for length in size)
        self._drawings.append(Drawing(line_of_text(title, "title"), caption, draw, (width, height)))
