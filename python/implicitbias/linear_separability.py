"""Linear separability, decided by a linear program and proved either way."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._core import Problem
from .direction_map import PowerMap
from .errors import InvalidTypeError, InvalidValueError, NotSeparableError, OracleError
from .interior_point import central_path
from .sample_rows import is_sparse, largest, scaled, signed_rows
from .scaling import powers_of_two

Array = NDArray[np.float64]

_LARGE = 100_000  # entries of X, from which on a linear program takes seconds


@dataclass(frozen=True)
class Separability:
    """The answer, with a proof that can be checked without the solver.

    Attributes
    ----------
    separable : bool
    margin : float
        The smallest margin of `direction`; 0 where the data are not separable.
    direction : ndarray
        If separable: a w with |w|_inf = 1 and positive margins on every sample.
    weights : ndarray of shape (n,)
        If not: alpha >= 0 of sum 1 with sum_n alpha_n y_n x_n = 0, so that no w has a positive margin on
        every sample.
    residual : float
        |sum_n alpha_n y_n x_n|_1, an upper bound on the margin.
    """

    separable: bool
    margin: float
    direction: Array = field(repr=False)
    weights: Array = field(repr=False)
    residual: float

    def require(self) -> None:
        """Raise NotSeparableError, with the certificate in the message, unless separable."""
        if self.separable:
            return
        heaviest = np.argsort(-self.weights)[: np.count_nonzero(self.weights > 1e-12)]
        terms = [f"{self.weights[n]:.4g} y_{n} x_{n}" for n in heaviest[:6]]
        if len(heaviest) > 6:
            terms.append(f"... ({len(heaviest) - 6} more)")
        raise NotSeparableError(
            f"y: expected linearly separable data, but {' + '.join(terms)} = 0 (to {self.residual:.1e}): "
            "no w has a positive margin on all of these samples"
        )


def separability(problem: Problem) -> Separability:
    """Decide whether some w has y_n <w, x_n> > 0 for every n.

    The linear program max {t : y_n <w, x_n> >= t, |w|_inf <= 1} is solved by HiGHS, with rows and columns
    scaled; its primal or dual solution is the certificate. For large data, where that takes minutes, l2
    margins are tried first.

    Parameters
    ----------
    problem : Problem
        With labels -1 and +1.

    Raises
    ------
    OracleError
        If rounding leaves both sides without a proof.
    """
    if not isinstance(problem, Problem):
        raise InvalidTypeError(f"problem: expected a Problem, got {type(problem).__name__}")
    if not np.all(np.abs(problem.y) == 1):
        raise InvalidTypeError("problem: expected labels -1 and +1")
    A = signed_rows(problem.X, problem.y, sparse=True)
    n, d = A.shape
    if largest(A, axis=0).max() > np.finfo(float).max / d:
        raise InvalidValueError("X: the sum of a sample's entries overflows; rescale the data")
    # Positive factors of rows and columns change no answer; powers of two change no digit.
    columns = powers_of_two(largest(A, axis=0))
    rows = powers_of_two(largest(scaled(A, np.ones(n), columns), axis=1))
    well_scaled = scaled(A, rows, columns)
    w, alpha = _from_interior_point(well_scaled) or _from_linear_program(well_scaled)
    separable = _separates(well_scaled, w)
    direction = w * (columns.min() / columns)  # which cannot overflow
    direction /= max(np.abs(direction).max(), np.finfo(float).tiny)
    weights = alpha * (rows.min() / rows)
    weights = weights / weights.sum() if weights.sum() > 0 else np.full(n, 1 / n)
    residual = float(np.abs(weights @ A).sum())
    # The weights are a proof where their combination vanishes beside the samples that it combines.
    combined = np.abs((weights * rows) @ well_scaled).max()
    if not separable and combined > 1e-9 * (weights * rows).sum():
        raise OracleError(
            f"neither a separating direction nor a certificate against one was found: the best scaled "
            f"margin is {(well_scaled @ w).min():.2g}, the certificate's residual {combined:.2g}"
        )
    margin = float((A @ direction).min()) if separable else 0.0
    return Separability(separable, margin, direction.reshape(problem.shape), weights, residual)


def _separates(A: Any, w: Array) -> bool:
    """Whether all margins are positive, and larger than what rounding may have made of them."""
    rounding = (A.shape[1] + 4) * np.finfo(float).eps * (abs(A) @ np.abs(w))
    return bool(np.all(A @ w > rounding))


def _from_interior_point(A: Any) -> tuple[Array, Array] | None:
    """Return a w that separates large data, and weights, or None."""
    if not is_sparse(A) and A.size > _LARGE and np.all(A.any(axis=1)):
        for w, alpha in central_path(A, PowerMap(2.0), lambda z: float(np.linalg.norm(z))):
            if _separates(A, w):
                return w, alpha
    return None


def _from_linear_program(A: Any) -> tuple[Array, Array]:
    """Return the best w with |w|_inf <= 1, and the dual weights."""
    from scipy.optimize import linprog

    n, d = A.shape
    program = linprog(
        c=np.append(np.zeros(d), -1.0),
        A_ub=_beside(-A, np.ones((n, 1))),
        b_ub=np.zeros(n),
        bounds=[(-1, 1)] * d + [(None, None)],
        method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    if program.x is None:
        raise OracleError(f"HiGHS gave no answer: {program.message}")
    return program.x[:d], np.maximum(-program.ineqlin.marginals, 0)


def _beside(A: Any, columns: Array) -> Any:
    """Return A with more columns, sparse if it is."""
    if not is_sparse(A):
        return np.hstack([A, columns])
    from scipy.sparse import hstack

    return hstack([A, columns], format="csr")
