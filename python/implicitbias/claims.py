"""The paper's claims: which limit it predicts, under which hypotheses, as a convex program."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property, singledispatch

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._core import Exponential, Lp, Method, Norm, Problem, QuadraticNorm, SteepestDescent, read_array
from .errors import InvalidTypeError, InvalidValueError
from .linear_separability import Separability, separability
from .oracle import max_margin

Array = NDArray[np.float64]
Hypothesis = tuple[str, bool]


@dataclass(frozen=True)
class Limit:
    """A predicted limit and how well it is known.

    Attributes
    ----------
    point : ndarray
        The limit point, or for limit directions the maximum margin w with |w| = 1.
    value : float
        The maximum margin, or |w - w0|_D^2 / 2 for a projection.
    gap : float
        Relative duality gap of the convex program, computed from its solution.
    unique : bool
        Whether the program has one solution only; else compare values, not points.
    """

    point: Array
    value: float
    gap: float
    unique: bool

    @property
    def direction(self) -> Array:
        """`point`, by the name that fits limit directions."""
        return self.point


class Claim(ABC):
    """One statement of the paper about one problem and method.

    Attributes
    ----------
    theorem : str
        Its number in the paper: a theorem ("5") or a section ("2.1").
    statement : str
        What it says, in a sentence.
    hypotheses : list of (str, bool)
        What it assumes of the problem and method, each checked on this data. What it assumes of the
        step sizes is checked by `compare`, which sees the run.
    """

    theorem: str
    statement: str

    def __init__(self, problem: Problem, method: SteepestDescent) -> None:
        self.problem, self.method = problem, method

    @property
    def source(self) -> str:
        """Where the paper says it: "Theorem 5" or "Section 2.1"."""
        return f"{'Section' if '.' in self.theorem else 'Theorem'} {self.theorem}"

    @property
    @abstractmethod
    def hypotheses(self) -> list[Hypothesis]:
        """What the statement assumes, each with whether it holds here."""

    @cached_property
    @abstractmethod
    def _limit(self) -> Limit: ...

    def solve(self) -> Limit:
        """Solve the convex program, once.

        Raises
        ------
        NotSeparableError
            If there is no maximum margin; the message holds the certificate.
        InvalidTypeError
            If the norm has no cvxpy form registered.
        OracleError
            If the solver fails.
        """
        return self._limit

    def __repr__(self) -> str:
        return f"<Claim: {self.source}, {self.statement}>"


class MaxMarginClaim(Claim):
    """Theorem 5 (in l2 also section 3.1): the normalised margin tends to the maximum margin in the norm."""

    theorem = "5"

    def __init__(self, problem: Problem, method: SteepestDescent) -> None:
        super().__init__(problem, method)
        self.statement = (
            f"min_n y_n <w(t), x_n> / |w(t)| -> max {{min_n y_n <w, x_n> : |w| <= 1}} in {method.norm!r}"
        )

    @cached_property
    def _separability(self) -> Separability:
        return separability(self.problem)

    @property
    def hypotheses(self) -> list[Hypothesis]:
        """Separable data and an exponential tail."""
        tail = f"{self.problem.loss!r} has an exponential tail"
        if not isinstance(self.problem.loss, Exponential):
            tail += " (the paper proves the exponential loss and remarks that such tails will do)"
        return [
            ("the data are linearly separable", self._separability.separable),
            (tail, self.problem.loss.exponential_tail),
        ]

    @cached_property
    def _limit(self) -> Limit:
        self._separability.require()
        solution = max_margin(self.problem.X, self.problem.y, self.method.norm)
        return Limit(solution.direction, solution.value, solution.gap, solution.unique)


class ProjectionClaim(Claim):
    """Sections 2.1 and 2.4: in a quadratic norm the limit is the solution nearest to w0."""

    def __init__(self, problem: Problem, method: SteepestDescent, D: Array, w0: Array, theorem: str) -> None:
        super().__init__(problem, method)
        self.theorem = theorem
        self.statement = f"w(t) -> argmin {{|w - w0| : Xw = y}} in {method.norm!r}"
        self._D, self.w0 = D, w0

    @cached_property
    def _rows(self) -> Array:
        rows: Array = self.problem.X.reshape(len(self.problem.y), -1)
        return rows

    @property
    def hypotheses(self) -> list[Hypothesis]:
        """Realisable data."""
        rows, y = self._rows, self.problem.y
        residual = np.linalg.norm(rows @ np.linalg.lstsq(rows, y)[0] - y)
        return [("some w fits the data exactly", bool(residual <= 1e-10 * float(np.linalg.norm(y))))]

    @cached_property
    def _limit(self) -> Limit:
        # With D = C C' and v = C'(w - w0), the program is the least-norm solution of a linear system.
        for text, holds in self.hypotheses:
            if not holds:
                raise InvalidValueError(f"problem: expected that {text}")
        cholesky = np.linalg.cholesky(self._D)
        start = self.w0.ravel()
        system = np.linalg.solve(cholesky, self._rows.T).T
        misfit = self.problem.y - self._rows @ start
        v = np.linalg.lstsq(system, misfit)[0]
        point = start + np.linalg.solve(cholesky.T, v)
        value = float(v @ v) / 2
        # Its dual max <a, misfit> - |system' a|^2 / 2 is solved by system' a = v.
        multipliers = np.linalg.lstsq(system.T, v)[0]
        dual = float(multipliers @ misfit - np.linalg.norm(system.T @ multipliers) ** 2 / 2)
        gap = abs(value - dual) / value if value > 0 else 0.0
        return Limit(point.reshape(self.problem.shape), value, gap, True)


@singledispatch
def _metric(norm: Norm, dimension: int) -> Array | None:
    """D where the norm is sqrt(w' D w), else None."""
    return None


@_metric.register
def _(norm: Lp, dimension: int) -> Array | None:
    return np.eye(dimension) if norm.p == 2 else None


@_metric.register
def _(norm: QuadraticNorm, dimension: int) -> Array | None:
    return norm.D


def predict(problem: Problem, method: Method, w0: ArrayLike | None = None) -> Claim | None:
    """Return the paper's claim about the limit, or None where it proves none (see `why_no_claim`).

    Parameters
    ----------
    problem : Problem
    method : Method
    w0 : array_like, optional
        The start, where the limit depends on it; by default the method's own.
    """
    _check(problem, method)
    if not isinstance(method, SteepestDescent):
        raise InvalidTypeError(
            f"method: expected SteepestDescent, got {type(method).__name__}, "
            "whose claims are not in this version"
        )
    start = np.zeros(problem.shape) if w0 is None else read_array(w0, "w0", len(problem.shape))
    if start.shape != problem.shape:
        raise InvalidValueError(f"w0: expected shape {problem.shape}, got {start.shape}")
    metric = _metric(method.norm, start.size)
    if problem.loss.monotone:
        return MaxMarginClaim(problem, method)
    if metric is not None:
        euclidean = isinstance(method.norm, Lp)
        return ProjectionClaim(problem, method, metric, start, "2.1" if euclidean else "1")
    return None


def why_no_claim(problem: Problem, method: Method) -> str:
    """Return the paper's reason why `predict` gives None.

    Raises
    ------
    InvalidValueError
        If there is a claim.
    """
    _check(problem, method)
    claim = predict(problem, method)
    if claim is not None:
        raise InvalidValueError(f"method: expected one without a claim, but {claim.source} applies")
    return (
        "For losses with a unique finite root the limit of steepest descent in a general norm depends on "
        "the step size, and even as eta -> 0 it is not the solution nearest to w(0) in that norm (section "
        "2.4, Example 4 and Figure 1c). Only quadratic norms have a claim: there steepest descent is mirror "
        "descent."
    )


def _check(problem: Problem, method: Method) -> None:
    if not isinstance(problem, Problem):
        raise InvalidTypeError(f"problem: expected a Problem, got {type(problem).__name__}")
    if not isinstance(method, Method):
        raise InvalidTypeError(f"method: expected a Method, got {type(method).__name__}")
