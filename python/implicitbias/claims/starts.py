"""What no run can have, and so no claim is about: starts and batches that do not fit the problem."""

from functools import singledispatch

from numpy.typing import ArrayLike

from .._core import FactorizedGradientDescent, Method, MiniBatch, Potential, Problem, read_array
from .._types import Array
from ..errors import DomainError, InvalidValueError


def require_batch(batch: MiniBatch, problem: Problem) -> None:
    """Refuse batches of more samples than there are."""
    samples = problem.X.shape[0]
    if not batch.replace and batch.size > samples:
        raise InvalidValueError(
            f"batch: expected a size of at most {samples} without replacement, got {batch.size}"
        )


@singledispatch
def start_of(method: Method, problem: Problem, w0: ArrayLike | None) -> Array | None:
    """Return where a run begins; None for a factor that is not given.

    Raises
    ------
    InvalidValueError, DomainError
        If there is no such run.
    """
    start = method.default_start(problem) if w0 is None else read_array(w0, "w0", len(problem.shape))
    if start.shape != problem.shape:
        raise InvalidValueError(f"w0: expected shape {problem.shape}, got {start.shape}")
    potential = getattr(method, "potential", None)
    if isinstance(potential, Potential):
        _require_inside(potential, start)
    return start


@start_of.register
def _(method: FactorizedGradientDescent, problem: Problem, w0: ArrayLike | None) -> Array | None:
    if len(problem.shape) < 2:
        method.default_start(problem)  # says that samples have to be matrices
    if w0 is None:
        return None
    factor = read_array(w0, "w0", 2)
    rows, rank = problem.shape[0], method.rank or factor.shape[1]
    if factor.shape != (rows, rank):
        raise InvalidValueError(f"w0: expected shape {(rows, rank)}, got {factor.shape}")
    return factor


def _require_inside(potential: Potential, w0: Array) -> None:
    try:
        potential.value(w0)
    except DomainError as error:
        raise DomainError(str(error).replace("w:", "w0:", 1)) from None
