"""What the explorer shows: points, loss, methods, and the time up to which they run."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._arguments import instance
from .._core import Linear, Loss, Problem
from .._types import Array
from ..errors import InvalidValueError
from ..nouns.from_text import read_noun
from ..nouns.of_ones_own import kind_of
from ..problems.rows import dense_rows, samples_of
from .curve import Curve

LOSSES = ("Exponential()", "Logistic()", "Squared()", "Huber(1)", "LogCosh()")
MOST_CURVES, MOST_POINTS, LATEST = 4, 1000, 300.0
# The entries of a symmetric matrix that are the coordinates of a point.
_CELLS = ((0, 0), (0, 1), (1, 1))
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_LARGEST = 1e100  # whose square is a number

Point = tuple[float, ...]


@dataclass(frozen=True)
class State:
    """All that a link restores.

    Attributes
    ----------
    X : tuple of tuples of float
        The points, of at least two coordinates.
    y : tuple of float
        Labels -1 and +1 for monotone losses, otherwise targets.
    loss : str
        As in Python: "Exponential()".
    curves : tuple of Curve
        One to four.
    log10_t : float
        The time, from 0 to 300.
    axes : (int, int)
        The coordinates that the figures show.
    symmetric : bool
        Whether the three coordinates of a point are the entries 11, 12 and 22 of a symmetric matrix.
    """

    X: tuple[Point, ...] = ()
    y: tuple[float, ...] = ()
    loss: str = "Exponential()"
    curves: tuple[Curve, ...] = (Curve(),)
    log10_t: float = 4.0
    axes: tuple[int, int] = (0, 1)
    symmetric: bool = False

    def __post_init__(self) -> None:
        lengths = {len(point) for point in self.X} or {self.dimension}
        numbers = [entry for point in self.X for entry in point] + list(self.y)
        if len(lengths) > 1 or min(lengths) < 2:
            raise InvalidValueError(f"points: expected two coordinates or more each, got {sorted(lengths)}")
        if self.symmetric and self.dimension != len(_CELLS):
            raise InvalidValueError(f"points: expected entries 11, 12, 22 of matrices, got {self.dimension}")
        if not all(abs(number) <= _LARGEST for number in numbers):
            raise InvalidValueError(f"points: expected numbers up to {_LARGEST:g} in size, got others")
        if read_noun(self.loss, Loss, "loss").multiclass:
            raise InvalidValueError(f"loss: expected one of labels -1 and +1 or of targets, got {self.loss}")
        if len(self.X) != len(self.y):
            raise InvalidValueError(f"y: expected {len(self.X)} labels, one a point, got {len(self.y)}")
        if len(self.X) > MOST_POINTS:
            raise InvalidValueError(f"points: expected at most {MOST_POINTS}, got {len(self.X)}")
        if not 1 <= len(self.curves) <= MOST_CURVES:
            raise InvalidValueError(f"curves: expected 1 to {MOST_CURVES}, got {len(self.curves)}")
        if not 0 <= self.log10_t <= LATEST:
            raise InvalidValueError(
                f"t: expected a logarithm from 0 to {LATEST:g}, that of 1 to 10^300, got {self.log10_t:g}"
            )
        first, second = self.axes
        if first == second or not all(0 <= axis < self.dimension for axis in self.axes):
            raise InvalidValueError(
                f"axes: expected two of {self.dimension} coordinates, got {first + 1} and {second + 1}"
            )
        if self.monotone and not set(self.y) <= {-1.0, 1.0}:
            raise InvalidValueError(f"y: expected labels -1 and +1 for {self.loss}, got other numbers")

    @property
    def dimension(self) -> int:
        """How many coordinates a point has."""
        return len(self.X[0]) if self.X else len(_CELLS) if self.symmetric else 2

    @property
    def names(self) -> tuple[str, ...]:
        """What follows x and w in the name of each coordinate, as subscripts."""
        numbers = [f"{i + 1}{j + 1}" for i, j in _CELLS] if self.symmetric else range(1, self.dimension + 1)
        return tuple(str(each).translate(_SUBSCRIPTS) for each in numbers)

    @property
    def entries(self) -> tuple[int, int]:
        """The entries of the flat w that the figures show."""
        first, second = (
            (2 * i + j for i, j in (_CELLS[axis] for axis in self.axes)) if self.symmetric else self.axes
        )
        return first, second

    def weights(self, w: Array) -> Array:
        """Return w as it weighs the coordinates of a point: entry 12 of a symmetric matrix counts twice."""
        return np.array([w[0, 0], w[0, 1] + w[1, 0], w[1, 1]]) if self.symmetric else np.ravel(w)

    @property
    def monotone(self) -> bool:
        """Whether points have labels, and not targets."""
        return bool(read_noun(self.loss, Loss, "loss").monotone)

    @property
    def empty(self) -> str:
        """Why there is nothing to run on, in words; '' where there is."""
        if not self.X:
            return "There are no points. Add one: click into the left figure, or press A there."
        if not np.any(self.X):
            return "All points lie at the origin, where every w predicts 0. Move one, or add one."
        return ""

    def problem(self) -> Problem:
        """Return the problem of these points.

        Raises
        ------
        InvalidValueError
            If there is nothing to run on.
        """
        X = np.array(self.X)
        X = X[:, [[0, 1], [1, 2]]] if self.symmetric else X
        return Problem(X, np.array(self.y), read_noun(self.loss, Loss, "loss"))


def state_of(problem: Problem) -> State:
    """Return the state that shows a problem, with steepest descent in three norms, or in a potential.

    Raises
    ------
    InvalidTypeError
        If it is no problem.
    InvalidValueError
        If the explorer cannot show it; the message says what it shows.
    """
    instance(problem, Problem, "problem")
    shown = "a problem of labels -1 and +1 or of targets, on vectors, with the model Linear()"
    if problem.classes is not None or problem.y.ndim != 1 or len(problem.shape) != 1:
        raise InvalidValueError(
            f"problem: expected {shown}, got one of parameters of shape {problem.shape}; write "
            "plot.margins(Run(problem, method))"
        )
    if problem.model != Linear():
        raise InvalidValueError(f"problem: expected {shown}, got the model {problem.model!r}")
    if kind_of(problem.loss) == "loss":
        raise InvalidValueError("problem: expected a loss of the package, got one of your own")
    if problem.shape[0] < 2 or len(problem.y) > MOST_POINTS:
        raise InvalidValueError(
            f"problem: expected up to {MOST_POINTS} points of two coordinates or more, got "
            f"{len(problem.y)} of {problem.shape[0]}"
        )
    X: Array = dense_rows(samples_of(problem))
    points, y = tuple(map(tuple, X.tolist())), tuple(map(float, problem.y))
    return State(points, y, text_of(problem.loss), opening_curves(problem, X))


def text_of(loss: Loss) -> str:
    """Return a loss as in Python, and as the menu has it where it does."""
    return next((text for text in LOSSES if read_noun(text, Loss, "loss") == loss), repr(loss))


def opening_curves(problem: Any, X: Array) -> tuple[Curve, ...]:
    """Return methods that show something on any problem, with steps that descend."""
    size = float((X**2).sum(axis=1).max()) or 1.0
    eta = float(f"{min(1.0, 0.5 / (len(X) * size)):.1g}")
    if problem.loss.monotone:
        return tuple(Curve("steepest", p=p, eta=eta) for p in (1.0, 2.0, math.inf))
    potentials = ("Euclidean", "HyperbolicEntropy")
    return tuple(Curve("mirror", geometry, eta=eta) for geometry in potentials)
