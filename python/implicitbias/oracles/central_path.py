"""A primal-dual interior point method for maximum margins.

The maximum margin max {t : A w >= t, |w| <= 1} and its dual, min |A' alpha|_* over the simplex, have the
conditions

    A w - t = s >= 0,    alpha >= 0, sum alpha = 1,    alpha_n s_n = 0,    w = c(A' alpha),

where c maps a dual vector to the direction that it measures, in any scale: -c(z) is a steepest step. With
free coordinates b, which no norm counts, A w + F b - t = s and F' alpha = 0.

The path is the slow manifold of steepest descent itself, whose weights are exp(-m_n): where the flow goes
along it as log t grows, Newton's method goes along alpha_n s_n = mu as mu falls, a hundred times in a step.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from .._types import Array
from ..problems.rows import dense_rows, each_row, is_sparse
from .direction_map import DirectionMap, Slope
from .stretched import Stretched

_SHORT_OF_THE_BOUNDARY = 0.995
_FEW = 300  # samples, for which systems in as many unknowns are preferred: they lose less to rounding


class Step(NamedTuple):
    """A Newton step of each variable."""

    alpha: Array
    s: Array
    w: Array
    t: float
    b: Array


def central_path(
    A: Any,
    c: DirectionMap,
    dual: Callable[[Array], float],
    start: Array | None = None,
    iterations: int = 100,
    gram: Array | None = None,
    free: Array | None = None,
) -> Iterator[tuple[Array, Array]]:
    """Yield w and alpha along the central path, until the iterations or the precision are at their end.

    Mehrotra's predictor and corrector, from a point that is feasible. The caller judges each w and alpha by
    what it certifies.

    Parameters
    ----------
    A : ndarray or sparse array of shape (n, d)
        The samples times their labels, none of them zero. Sparse ones stay so where n > d.
    c : DirectionMap
    dual : callable
        The dual norm.
    start : ndarray of shape (n,), optional
        Positive weights.
    iterations : int
        At most.
    gram : ndarray of shape (n, n), optional
        A A', where c is the identity: then no iteration has to form it.
    free : ndarray of shape (n, m), optional
        F, where some coordinates are free. Then there is a start with F' alpha = 0, and w is (w, b).
    """
    F = np.zeros((A.shape[0], 0)) if free is None else free
    alpha = 1 / np.array([dual(a) for a in each_row(A)]) if start is None else start
    alpha /= alpha.sum()
    unit = size = dual(alpha @ A)  # about the maximum margin of the rows of A
    z = alpha @ A / (unit or 1.0)
    w, b = c(z), np.zeros(F.shape[1])
    t = float((A @ w).min()) / (unit or 1.0) - 1
    s = A @ w / (unit or 1.0) - t
    for _ in range(iterations):
        yield w if free is None else np.append(w, unit * b), alpha
        if not (size > 0 and s.min() > 0 and alpha.min() > 0 and np.isfinite(w).all()):
            return
        with np.errstate(all="ignore"):
            E, e = c.linearize(w, z)
            try:
                within = None if gram is None else gram / unit**2
                primal = A @ (w + e) / unit + F @ b - t
                newton = _Newton(A / unit, F, E, e, alpha, s, primal, within)
            except (np.linalg.LinAlgError, ValueError):
                return
            predictor = newton.step(np.zeros(len(alpha)))
            length = to_the_boundary((alpha, predictor.alpha), (s, predictor.s))
            mu = float(alpha @ s) / len(alpha)
            ahead = float((alpha + length * predictor.alpha) @ (s + length * predictor.s)) / len(alpha)
            step = newton.step((ahead / mu) ** 3 * mu - length**2 * predictor.alpha * predictor.s)
            length = to_the_boundary((alpha, step.alpha), (s, step.s))
            alpha, s, w = alpha + length * step.alpha, s + length * step.s, w + length * step.w
            t, b = t + length * step.t, b + length * step.b
            alpha /= alpha.sum()
            z = alpha @ A / unit
            size = dual(z)
            if 0 < size < 0.5:
                unit, z, w = unit * size, z / size, w / size**c.degree
                s, t, b = (part / size ** (1 + c.degree) for part in (s, t, b))


class _Newton:
    """The linearized conditions, their matrix factorized."""

    def __init__(
        self,
        A: Any,
        F: Array,
        E: Slope,
        e: Array,
        alpha: Array,
        s: Array,
        primal: Array,
        gram: Array | None,
    ) -> None:
        self._alpha, self._s, self._e, self._primal = alpha, s, e, primal
        self._solve = schur_complement(A, E, alpha / s, gram)
        self._bordered = np.column_stack([np.ones(len(alpha)), -F])
        self._borders = [self._solve(column) for column in self._bordered.T]
        self._inner = self._bordered.T @ np.column_stack([border for border, _ in self._borders])

    def step(self, target: Array) -> Step:
        """Return the step to where alpha s = target, to first order."""
        alpha, w = self._solve(target / self._alpha - self._primal)
        # Intercepts of classes are one more than their differences, which alone count.
        shifts = -np.linalg.lstsq(self._inner, self._bordered.T @ alpha, rcond=1e-13)[0]
        for shift, (border, along) in zip(shifts, self._borders, strict=True):
            alpha, w = alpha + shift * border, w + shift * along
        s = (target - self._s * alpha) / self._alpha - self._s
        return Step(alpha, s, self._e + w, float(shifts[0]), shifts[1:])


def to_the_boundary(*moves: tuple[Array, Array]) -> float:
    """Return which part of a step leaves all positive, of pairs of what is and how it changes."""
    steepest = max(float((-change / part).max()) for part, change in moves)
    return min(1.0, _SHORT_OF_THE_BOUNDARY / max(steepest, 1e-300))


def schur_complement(
    A: Any, E: Slope, weights: Array, gram: Array | None
) -> Callable[[Array], tuple[Array, Array]]:
    """Return what solves (A E A' + diag(1 / weights)) x = b for x and E A' x, in the smaller dimension."""
    n, d = A.shape
    if isinstance(E, Stretched):
        return _with_stretched(A, E, weights)
    diagonal = E.ndim == 1
    if n <= max(d, _FEW):
        if gram is not None:
            K = gram
        elif diagonal:
            B = rescaled(A, np.ones(n), np.sqrt(E))
            K = dense_rows(B @ B.T)
        else:
            K = A @ E @ A.T
        K[np.diag_indices(n)] += 1 / weights
        by_samples = cholesky(K)

        def solve(b: Array) -> tuple[Array, Array]:
            x = by_samples(b)
            return x, E * (x @ A) if diagonal else E @ (x @ A)

        return solve
    if diagonal:
        root = np.sqrt(E / (1 + E))
        B = rescaled(A, np.sqrt(weights), root)
        M = dense_rows(B.T @ B)
        M[np.diag_indices(d)] += 1 / (1 + E)
        by_entries = cholesky(M)
    else:
        from scipy.linalg import lu_factor, lu_solve

        weighted = rescaled(A, np.sqrt(weights), np.ones(d))
        factors = lu_factor(np.eye(d) + E @ dense_rows(weighted.T @ weighted))

    def solve_by_entries(b: Array) -> tuple[Array, Array]:
        z = (weights * b) @ A
        v = root * by_entries(root * z) if diagonal else lu_solve(factors, E @ z)
        return weights * (b - A @ v), v

    return solve_by_entries


def _with_stretched(A: Any, E: Stretched, weights: Array) -> Callable[[Array], tuple[Array, Array]]:
    """Return the same for a stretched diagonal E = R R', by A R or by R' A' diag(weights) A R + 1."""
    n, d = A.shape
    if n <= max(d, _FEW):
        B = E.rows_times_root(A)
        K = dense_rows(B @ B.T)
        K[np.diag_indices(n)] += 1 / weights
        by_samples = cholesky(K)

        def solve(b: Array) -> tuple[Array, Array]:
            x = by_samples(b)
            return x, E.times(x @ A)

        return solve
    B = rescaled(A, np.sqrt(weights), np.ones(d))
    M = E.rows_times_root(E.rows_times_root(dense_rows(B.T @ B)).T)
    M[np.diag_indices(d)] += 1
    units = 1 / np.sqrt(M.diagonal())
    by_entries = cholesky(units[:, None] * M * units)

    def solve_by_entries(b: Array) -> tuple[Array, Array]:
        inner = E.transposed_root_times((weights * b) @ A)
        v = E.root_times(units * by_entries(units * inner))
        return weights * (b - A @ v), v

    return solve_by_entries


def rescaled(A: Any, rows: Array, columns: Array) -> Any:
    """Return A with its rows, and its columns, multiplied by these numbers."""
    if not is_sparse(A):
        return rows[:, None] * A * columns
    from scipy.sparse import csr_array, diags

    return csr_array(diags(rows) @ A @ diags(columns))


def cholesky(K: Array) -> Callable[[Array], Array]:
    """Return what solves with K, or with the least multiple of the identity added that makes it positive."""
    from scipy.linalg import cho_factor, cho_solve

    ridge, largest = 0.0, float(K.diagonal().max())
    while True:
        try:
            factor = cho_factor(K + ridge * np.eye(len(K)) if ridge else K)
        except np.linalg.LinAlgError:
            if ridge > 1e-6 * largest:
                raise
            ridge = max(100 * ridge, 1e-15 * largest)
            continue
        return lambda b: np.asarray(cho_solve(factor, b), dtype=np.float64)
