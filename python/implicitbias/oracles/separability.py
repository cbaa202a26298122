"""Linear separability, decided by linear programs and proved either way."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .._arguments import instance, labeled
from .._calls import public
from .._core import Problem
from .._html import array, facts
from .._types import Array
from ..arithmetic.exact_products import products
from ..arithmetic.powers_of_two import power_of_two, powers_of_two
from ..errors import InvalidValueError, NotSeparableError, OracleError
from ..problems.rows import dense_rows, is_sparse, largest, margin_rows, scaled
from .central_path import central_path
from .direction_map import PowerMap
from .exact_margin import by_exact_program
from .linear_ball import linear_lp_ball
from .linear_program import OutOfTimeError, linear_program
from .separability_of_some import separated_by_some
from .separability_proof import contradicts, quasi_separates, separates
from .well_conditioned import well_conditioned

_LARGE = 100_000  # entries of X, from which on a linear program takes seconds
_FEW_ENTRIES = 20_000  # of sparse X, up to which linear programs are faster than dense Newton steps
_LARGEST_COPY = 20_000_000  # entries of X, up to which such a step takes some tenths of a second
_SECONDS = 300.0  # for one linear program, which takes minutes for the largest data
_FEW = 1_000_000  # entries of the rows up to which products without rounding take no time
_LARGEST = 2_000_000  # entries of X for which well-conditioned coordinates are looked for


@dataclass(frozen=True)
class Separability:
    """The answer, with a proof that can be checked without the solver.

    Attributes
    ----------
    separable : bool
        Whether some w has a positive margin on every sample, over every other class of a multiclass problem.
    kind : {'complete', 'quasi-complete', 'overlap', 'undecided'}
        As statisticians ask (Albert and Anderson 1984). 'complete': separable. 'quasi-complete': some w has
        no negative margin and a positive one, but none has positive margins only; then unregularized logistic
        regression has no finite solution either. 'overlap': every w has a negative margin, or zeros only.
        'undecided': not separable, and rounding hides which of the last two.
    margin : float
        The smallest margin of `direction`; 0 where the data are not separable.
    direction : ndarray
        Where separation is complete or quasi-complete: a w with 1/2 < |w|_inf <= 1 and positive margins, or
        none that is negative. Otherwise zeros.
    weights : ndarray of shape (N,)
        One a row (`Problem.rows`): a sample, or a sample and another class. If not separable: alpha >= 0 of
        sum 1 with sum_n alpha_n y_n x_n = 0, so that no w has a positive margin on every sample. They are
        rounded; that exact ones lie near has been proved.
    residual : float
        |sum_n alpha_n y_n x_n|_1, an upper bound on the margin.

    References
    ----------
    Albert and Anderson (1984), "On the existence of maximum likelihood estimates in logistic regression
    models", Biometrika 71.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> found = ib.separability(problem)
    >>> found.kind, found.margin > 0
    ('complete', True)
    """

    separable: bool
    kind: Literal["complete", "quasi-complete", "overlap", "undecided"]
    margin: float
    direction: Array = field(repr=False)
    weights: Array = field(repr=False)
    residual: float

    def __bool__(self) -> bool:
        """Whether the data are separable: what `if ib.separability(problem):` asks."""
        return self.separable

    def _repr_html_(self) -> str:
        rows = [("separable", self.separable), ("kind", self.kind), ("smallest margin", self.margin)]
        proof = ("direction", self.direction) if self.direction.any() else ("weights", self.weights)
        return facts("Separability", [*rows, (proof[0], array(proof[1])), ("residual", self.residual)])

    def require(self) -> None:
        """Raise unless the data are separable.

        Raises
        ------
        NotSeparableError
            With the certificate in its message.

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
        >>> ib.separability(problem).require()
        """
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


@public
def separability(problem: Problem) -> Separability:
    """Decide whether some w has y_n <w, x_n> > 0 for every n, and prove the answer.

    HiGHS solves linear programs for candidates, with rows and columns scaled, and where columns nearly agree
    in coordinates where they do not. Margins of a candidate are computed without rounding errors, and of
    candidate weights it is proved that exact ones lie near. Where tolerances hide the answer, a program of
    few numbers is solved in integers.

    Parameters
    ----------
    problem : Problem
        With labels -1 and +1, or a multiclass loss, whose margins are those of all pairs of a sample and
        another class.

    Returns
    -------
    Separability

    Raises
    ------
    OracleError
        If rounding, or the time that a linear program may take, leaves both sides without a proof.

    Examples
    --------
    >>> ib.separability(ib.Problem([[1.0, 0], [1, 2], [0, 1]], [1, 1, -1], ib.Logistic())).kind
    'complete'
    >>> ib.separability(ib.Problem([[1.0, 0], [0, 2], [0, 1]], [1, 1, -1], ib.Logistic())).kind
    'quasi-complete'
    """
    instance(problem, Problem, "problem")
    labeled(problem)
    whole = margin_rows(problem)
    # A vector added to the rows of W for all classes changes no margin: that of the last class may be 0.
    A = whole if problem.classes is None else whole[:, : whole.shape[1] - problem.predictor_shape[1]]
    n, d = A.shape
    if largest(A, axis=0).max() > np.finfo(float).max / d:
        raise InvalidValueError("X: the sum of a sample's entries overflows; rescale the data")
    # Positive factors of rows and columns change no answer; powers of two change no digit.
    columns = powers_of_two(largest(A, axis=0))
    rows = powers_of_two(largest(scaled(A, np.ones(n), columns), axis=1))
    well_scaled = scaled(A, rows, columns)

    def answer(kind: Any, w: Array, alpha: Array) -> Separability:
        direction = w * (columns.min() / columns)  # a quotient of at most 1, which cannot overflow
        direction /= power_of_two(float(np.abs(direction).max()))
        direction /= 2 if np.abs(direction).max() > 1 else 1
        weights = alpha * (rows.min() / rows)
        weights = weights / weights.sum() if weights.any() else np.full(n, 1 / n)
        margin = _smallest_margin(A, direction) if kind == "complete" else 0.0
        exact = math.prod(whole.shape) <= _FEW
        residual = float(np.abs(products(whole.T, weights)[0] if exact else weights @ whole).sum())
        direction = np.append(direction, np.zeros(whole.shape[1] - d)).reshape(problem.predictor_shape)
        return Separability(kind == "complete", kind, margin, direction, weights, residual)

    large = math.prod(A.shape) > _LARGE
    if large and n > 2 * d:
        of_all = separated_by_some(well_scaled)
        if of_all[0] is not None:
            return answer(*of_all)
    if large and (found := _from_interior_point(well_scaled)):
        return answer("complete", *found)
    late = None
    for C, back in _coordinates(well_scaled):
        try:
            u, alpha = _best_margin(C)
            if separates(well_scaled, back(u)):
                return answer("complete", back(u), alpha)
            some = alpha > 1e-9 * alpha.max()
            if contradicts(well_scaled[some], alpha[some]) == d:
                return answer("overlap", np.zeros(d), np.where(some, alpha, 0.0))
            u, alpha, positive = _most_positive(C)
            if positive.all() or contradicts(well_scaled[~positive], alpha[~positive]) is None:
                continue
            alpha[positive] = 0.0
            if not positive.any():
                return answer("overlap", np.zeros(d), alpha)
            w = quasi_separates(well_scaled, back(u), positive)
            kind = "undecided" if w is None else "quasi-complete"
            return answer(kind, np.zeros(d) if w is None else w, alpha)
        except OutOfTimeError as error:
            late = error
        except OracleError:  # a solver may take small digits for noise
            continue
    # Margins may be positive and below what a linear program tells from 0.
    if not large and (found := _from_interior_point(well_scaled)):
        return answer("complete", *found)
    if (exact := by_exact_program(well_scaled, linear_lp_ball(d, math.inf))) is not None:
        u, alpha = (each.high for each in exact)
        if separates(well_scaled, u):
            return answer("complete", u, alpha)
        some = alpha > 0
        if some.any() and (rank := contradicts(well_scaled[some], alpha[some])) is not None:
            return answer("overlap" if rank == d else "undecided", np.zeros(d), alpha)
    if late is not None:
        raise OracleError(
            f"X: {late}, so that nothing is proved; some samples may contradict each other already, and "
            "a run on all proves that they are separable once its margin is positive"
        ) from late
    raise OracleError(
        "X: rounding leaves neither a direction that is proved to separate the data nor weights that are "
        "proved to contradict one; center and scale the features"
    )


def _smallest_margin(A: Any, w: Array) -> float:
    """Return the smallest margin, without rounding errors: those of rows that may have it."""
    margins = A @ w
    rounding = (A.shape[1] + 4) * np.finfo(float).eps * (abs(A) @ np.abs(w))
    return float(products(A[margins - rounding <= (margins + rounding).min()], w)[0].min())


def _coordinates(A: Any) -> Iterator[tuple[Any, Callable[[Array], Array]]]:
    """Yield the samples in coordinates u, and the map from u to w."""
    yield A, lambda u: u
    if math.prod(A.shape) <= _LARGEST:
        yield well_conditioned(dense_rows(A))


def _from_interior_point(A: Any) -> tuple[Array, Array] | None:
    """Return a w that separates data, and weights, or None.

    Of sparse data a dense copy is made where a linear program would take longer than a few steps on that.
    """
    dense, steps = A, 100
    if is_sparse(A):
        if A.nnz < _FEW_ENTRIES or math.prod(A.shape) > _LARGEST_COPY:
            return None
        dense, steps = dense_rows(A), 15
    if np.all(dense.any(axis=1)):
        for w, alpha in central_path(dense, PowerMap(2.0), lambda z: float(np.linalg.norm(z)), None, steps):
            if separates(A, w):
                return w, alpha
    return None


def _best_margin(A: Any) -> tuple[Array, Array]:
    """Return argmax {t : A w >= t, |w|_inf <= 1}, and the dual weights."""
    n, d = A.shape
    x, weights = _linear_program(
        np.append(np.zeros(d), -1.0), _beside(-A, np.ones((n, 1))), [(-1, 1)] * d + [(None, None)]
    )
    return x[:d], weights


def _most_positive(A: Any) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return argmax {sum s : A w >= s, 0 <= s <= 1}, dual weights, and which samples have s = 1.

    Multiples of w give each sample that can be positive, while none is negative, s = 1, and the others s = 0.
    The weights of those others are at least 1, and sum to A' alpha = 0: primal and dual are as far from
    rounding as can be.
    """
    from scipy.sparse import csr_array, identity

    n, d = A.shape
    x, weights = _linear_program(
        np.append(np.zeros(d), -np.ones(n)),
        _beside(csr_array(-A), identity(n)),
        [(None, None)] * d + [(0, 1)] * n,
    )
    return x[:d], weights, (x[d:] > 0.5) & (weights < 0.5)


def _linear_program(cost: Array, at_most_0: Any, bounds: list[Any]) -> tuple[Array, Array]:
    """Return argmin {<cost, x> : M x <= 0, bounds}, and the rows' dual variables."""
    none = np.zeros(at_most_0.shape[0])
    program = linear_program(cost, A_ub=at_most_0, b_ub=none, bounds=bounds, seconds=_SECONDS)
    return program.x, np.maximum(-program.ineqlin.marginals, 0)


def _beside(A: Any, columns: Any) -> Any:
    """Return A with more columns, sparse if it is."""
    if not is_sparse(A):
        return np.hstack([A, columns])
    from scipy.sparse import hstack

    return hstack([A, columns], format="csr")
