"""What a claim is: a statement about one problem and method, which judges runs by itself."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, get_args

import numpy as np

from .._arguments import choice, instance, refuse
from .._calls import public
from .._core import Method, Problem
from .._html import facts
from .._types import Hypothesis, is_number
from ..bracket import Bracket
from ..errors import InvalidValueError, OracleError
from ..flows.flow import Flow
from ..problems.rows import same_problem
from ..runs.run import Run
from .limit import Limit
from .sources import GUNASEKAR, Source

Verdict = Literal["holds", "violated", "hypothesis fails", "not yet converged"]


@dataclass(frozen=True)
class Judgment:
    """What a claim finds of a run, where all that it assumes of the problem holds.

    Attributes
    ----------
    verdict : {'holds', 'violated', 'not yet converged', 'hypothesis fails'}
    reason : str
        Why, in a sentence.
    gap : float
        How far the run is from what is claimed, relative.
    angle : float
        Degrees between w and the predicted direction; NaN where there is none.
    hypotheses : tuple of (str, bool)
        Of what it assumes, what only judging showed.
    limit : Limit or None
        The predicted limit.

    Examples
    --------
    >>> ib.Judgment("holds", "the gap is 1e-9", 1e-9).verdict
    'holds'
    """

    verdict: Verdict
    reason: str
    gap: float = math.nan
    angle: float = math.nan
    hypotheses: tuple[Hypothesis, ...] = ()
    limit: Limit | None = None

    def __post_init__(self) -> None:
        choice(self.verdict, "verdict", *get_args(Verdict))
        if not isinstance(self.reason, str):
            refuse("reason", "a text", self.reason)
        for name in ("gap", "angle"):
            if not is_number(getattr(self, name)):
                refuse(name, "a number", getattr(self, name))


class Claim(ABC):
    """One statement about one problem and method. Subclass it for a claim of your own.

    A subclass sets `statement`, says what it assumes in `hypotheses`, and judges runs in `judge`; `compare`
    does the rest. What it assumes of a run besides comes from `run_hypotheses`.

    Parameters
    ----------
    problem : Problem
    method : Method
    theorem : str, default ''
        Its number in the paper: a theorem ("5", "1a") or a section ("2.1").

    Attributes
    ----------
    statement : str
        What it says, in a sentence.
    source : Source
        Where it is stated.
    hypotheses : list of (str, bool)
        What it assumes of the problem and method, each checked on this data.
    default_tolerance : float
        The gap up to which it holds, where `compare` is given none.

    Examples
    --------
    >>> class Shrinks(ib.Claim):
    ...     statement = "the loss falls below 1e-3"
    ...     hypotheses = [("the data are separable", True)]
    ...
    ...     def judge(self, run, tolerance):
    ...         small = run.log_loss < math.log(1e-3)
    ...         return ib.Judgment("holds" if small else "not yet converged", f"log L = {run.log_loss:.3g}")
    >>> problem = ib.Problem([[1.0, 0.0], [0.0, 1.0]], [1, -1], ib.Exponential())
    >>> run = ib.Run(problem, ib.GradientDescent()).advance(10_000)
    >>> print(ib.compare(run, Shrinks(problem, run.method)).verdict)
    holds
    """

    statement: str
    default_tolerance: float = 1e-6

    @public
    def __init__(self, problem: Problem, method: Method, theorem: str = "") -> None:
        self.problem = instance(problem, Problem, "problem")
        self.method = instance(method, Method, "method")
        self.source = Source(GUNASEKAR if theorem else None, theorem)

    @property
    def theorem(self) -> str:
        """Its number in the paper; for a result that is not the paper's, whose it is."""
        return self.source.number

    @property
    @abstractmethod
    def hypotheses(self) -> list[Hypothesis]:
        """What the statement assumes, each with whether it holds here."""

    @abstractmethod
    def judge(self, run: Run | Flow, tolerance: float) -> Judgment:
        """Hold a run to which the claim applies against it.

        `compare` calls this where all `hypotheses` hold.

        Parameters
        ----------
        run : Run or Flow
        tolerance : float
            The gap up to which the claim holds.

        Returns
        -------
        Judgment

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
        >>> method = ib.SteepestDescent(ib.Lp(1))
        >>> claim, run = ib.predict(problem, method), ib.Run(problem, method).advance(1000)
        >>> claim.judge(run, 0.01).verdict
        'holds'
        """

    def applies_to(self, run: Run | Flow) -> None:
        """Raise where the claim is not about this run.

        Parameters
        ----------
        run : Run or Flow

        Raises
        ------
        InvalidTypeError, InvalidValueError
            With what it is about instead.

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
        >>> method = ib.SteepestDescent(ib.Lp(1))
        >>> claim, run = ib.predict(problem, method), ib.Run(problem, method).advance(1000)
        >>> claim.applies_to(run)
        >>> try:
        ...     claim.applies_to(ib.Run(problem, ib.GradientDescent()))
        ... except ib.InvalidValueError:
        ...     print("the claim is about another method")
        the claim is about another method
        """
        if self.problem is not run.problem and not same_problem(self.problem, run.problem):
            raise InvalidValueError(
                "claim: expected a claim about the run's problem, got one about other data"
            )
        if self.method != run.method:
            raise InvalidValueError(
                f"claim: expected a claim about {run.method!r}, got one about {self.method!r} (to measure a "
                "run by another method's limit, use claim.solve())"
            )

    def run_hypotheses(self, run: Run | Flow) -> list[Hypothesis]:
        """Return what the claim assumes of a run's start and steps.

        Parameters
        ----------
        run : Run or Flow

        Returns
        -------
        list of (str, bool)
            Each assumption, with whether it holds.

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
        >>> method = ib.SteepestDescent(ib.Lp(1))
        >>> claim, run = ib.predict(problem, method), ib.Run(problem, method).advance(1000)
        >>> all(holds for _, holds in claim.run_hypotheses(run))
        True
        """
        return []

    def open_hypotheses(self, run: Run | Flow) -> list[Hypothesis]:
        """Return what the theorem assumes and a run may do without.

        Where such an assumption fails, no limit is excluded.

        Parameters
        ----------
        run : Run or Flow

        Returns
        -------
        list of (str, bool)
            Each assumption, with whether it holds.

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
        >>> method = ib.SteepestDescent(ib.Lp(1))
        >>> claim, run = ib.predict(problem, method), ib.Run(problem, method).advance(1000)
        >>> for text, holds in claim.open_hypotheses(run):
        ...     print(holds, text)
        False the steps are bounded by some eta_+ < inf (LossNormalized(scale=1.0, cap=inf) grows like 1 / L)
        """
        return []

    def remark(self, run: Run | Flow) -> str:
        """Return what there is to add to the reason of a verdict, where every hypothesis holds.

        Parameters
        ----------
        run : Run or Flow

        Returns
        -------
        str
            Empty where there is nothing to add.

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
        >>> method = ib.SteepestDescent(ib.Lp(1))
        >>> claim, run = ib.predict(problem, method), ib.Run(problem, method).advance(1000)
        >>> print(claim.remark(run))
        ; a hypothesis is not met: the steps are bounded by some eta_+ < inf ...
        """
        return ""

    def bracket(self, run: Run | Flow) -> Bracket | None:
        """Return what a run certifies of the value that the claim predicts.

        Parameters
        ----------
        run : Run or Flow

        Returns
        -------
        Bracket or None
            None where the run certifies nothing.

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
        >>> method = ib.SteepestDescent(ib.Lp(1))
        >>> claim, run = ib.predict(problem, method), ib.Run(problem, method).advance(1000)
        >>> claim.bracket(run) == run.bracket
        True
        """
        return None

    def __repr__(self) -> str:
        return f"<Claim: {self.source}, {self.statement}>"

    def _repr_html_(self) -> str:
        rows = [("source", self.source), ("statement", self.statement)]
        return facts(type(self).__name__, [*rows, ("problem", self.problem), ("method", self.method)])


class LimitClaim(Claim):
    """A claim that predicts where the iterates go; `on_batches`: of gradients on random batches, too."""

    on_batches: bool = False

    @cached_property
    @abstractmethod
    def _limit(self) -> Limit: ...

    def solve(self) -> Limit:
        """Solve the convex program, once; large ones, and those where it gets further, by `max_margin`.

        Raises
        ------
        NotSeparableError
            If there is no maximum margin; the message holds the certificate.
        InvalidTypeError, OracleError
            If the norm has no cvxpy form registered, or the solver fails.
        """
        return self._limit

    def judge(self, run: Run | Flow, tolerance: float) -> Judgment:
        """Hold a run against the limit, whose own gap must be well below the tolerance.

        Raises
        ------
        OracleError
            If it is not.
        """
        limit = self.solve()
        if limit.gap > tolerance / 2 and not self._is_at(limit, run):
            raise OracleError(
                f"the oracle's duality gap {limit.gap:.1e} is too large for the tolerance {tolerance:g}"
            )
        return replace(self._hold_against(limit, run, tolerance), limit=limit)

    def _is_at(self, limit: Limit, run: Run | Flow) -> bool:
        """Whether a run is at the limit up to rounding, whatever is known of the limit's value."""
        return False

    @abstractmethod
    def _hold_against(self, limit: Limit, run: Run | Flow, tolerance: float) -> Judgment: ...


class OneRunClaim(Claim):
    """A claim about one run, which may have gone on since, from a checkpoint perhaps.

    Attributes
    ----------
    run : Run
    """

    run: Run

    def applies_to(self, run: Run | Flow) -> None:
        """Raise where the claim is about another run: from another start, or with other steps or batches."""
        super().applies_to(run)
        if (one := self.run) is run:
            return
        parts = isinstance(run, Run) and one.step_size == run.step_size and one.batch == run.batch
        if not (parts and np.array_equal(one.w0, run.w0)):
            raise InvalidValueError("claim: expected a claim about this run, got one about another")
