"""Coordinates in which badly scaled samples are well scaled, and proofs that rounding does not reach.

Features of very different sizes, or large beside their differences (timestamps with an intercept), have
margins that are small differences of huge products. In w = M u the columns of the samples A M are nearly
orthonormal, so that a solver sees numbers of order one. M is a matrix of doubles, and entries of A M are
rounded once; what a solver finds with them is proved with products of A itself, in twice the digits.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._types import Array
from ..arithmetic.exact_products import products
from ..arithmetic.powers_of_two import power_of_two, powers_of_two
from ..problems.rows import dense_rows, is_sparse, scaled

_EPSILON = float(np.finfo(float).eps)
# Relative rounding errors up to this size do not matter.
_HARMLESS = 1e-10
# Exact products take a second for so many multiplications.
_MANY = 10_000_000
# Finding other coordinates takes a second for samples with so many entries.
_LARGE = 1_000_000
_EQUILIBRATIONS = 10


@dataclass(frozen=True)
class Doubled:
    """A vector of twice the digits, the sum of two; `low` is less than the last digit of `high`."""

    high: Array
    low: Array

    @classmethod
    def of(cls, high: Array, low: Array | None = None) -> "Doubled":
        """Return the sum."""
        if low is None:
            return cls(high, np.zeros_like(high))
        total = high + low
        virtual = total - high
        return cls(total, (high - (total - virtual)) + (low - virtual))

    @classmethod
    def product(cls, M: Array, u: Array) -> "Doubled":
        """Return M u."""
        high, _ = products(M, u)
        low, _ = products(np.column_stack([M, high]), np.append(u, -1.0))
        return cls(high, low)


def orthonormalizing(S: Array) -> tuple[Array, int]:
    """Return an invertible M, of which S M has orthonormal first columns and others of 0, and their number.

    A pivoted QR factorization: its rank is that of S up to rounding.
    """
    from scipy.linalg import qr, solve_triangular

    n, d = S.shape
    R, order = qr(S, mode="r", pivoting=True)
    pivots = np.abs(np.diagonal(R))
    rank = int((pivots > max(n, d) * _EPSILON * pivots[0]).sum())
    M = np.eye(d)
    M[:rank, :rank] = solve_triangular(R[:rank, :rank], np.eye(rank))
    M[:rank, rank:] = -solve_triangular(R[:rank, :rank], R[:rank, rank:])
    M[order] = M.copy()
    return M, rank


@dataclass(frozen=True)
class Coordinates:
    """w = M u, where the samples are A w = B u."""

    M: Array  # (d, d), invertible
    B: Array  # (n, d), A M rounded

    @classmethod
    def of(cls, A: Any) -> "Coordinates | None":
        """Return those of samples, by a pivoted QR factorization; None where it would take long."""
        n, d = A.shape
        if n * d > _LARGE or d * d > _LARGE:
            return None
        A = dense_rows(A)
        rows, columns = equilibrated(A)
        M, _ = orthonormalizing(scaled(A, rows, columns))
        M /= columns[:, None] * power_of_two(float(np.median(rows)))
        if n * d * d > _MANY:
            return cls(M, A @ M)
        return cls(M, np.column_stack([products(A, column)[0] for column in M.T]))


def equilibrated(A: Array) -> tuple[Array, Array]:
    """Return sizes of rows and of columns, divided by which the largest entries of all are about 1 (Ruiz)."""
    rows, columns = np.ones(len(A)), np.ones(A.shape[1])
    for _ in range(_EQUILIBRATIONS):
        entries = np.abs(A) / rows[:, None] / columns
        rows *= powers_of_two(np.sqrt(entries.max(axis=1)))
        columns *= powers_of_two(np.sqrt(entries.max(axis=0)))
    return rows, columns


def inner_products(A: Any, w: Array) -> tuple[Array, Array]:
    """Return A w and bounds on its rounding errors, exact where an ordinary product may have lost digits."""
    values = A @ w
    bounds = (A.shape[1] + 4) * _EPSILON * (abs(A) @ np.abs(w))
    if np.all(bounds <= _HARMLESS * np.abs(values)):
        return values, bounds
    return products(A, w)


def doubled_products(A: Any, v: Doubled) -> tuple[Array, Array]:
    """Return A v rounded once, and bounds on what rounding is left."""
    both = [A, A] if v.low.any() else [A]
    return products(_beside(both), np.concatenate([v.high, v.low][: len(both)]))


def _beside(parts: list[Any]) -> Any:
    if not is_sparse(parts[0]):
        return np.hstack(parts)
    from scipy.sparse import hstack

    return hstack(parts, format="csr")


def combination(A: Any, alpha: Doubled, dual: Callable[[Array], float]) -> float:
    """Return |sum_n alpha_n a_n|_* / sum alpha, without what rounding would make of the sums.

    Parameters
    ----------
    A : ndarray or sparse array of shape (n, d)
    alpha : Doubled
        Nonnegative numbers, one a sample.
    dual : callable
        The dual norm.
    """
    total = math.fsum([*alpha.high, *alpha.low])
    if not total > 0:
        return math.inf
    if not alpha.low.any():
        size = dual(alpha.high @ A)
        error = (A.shape[0] + 4) * _EPSILON * dual(alpha.high @ abs(A))
        if error <= _HARMLESS * size:
            return float(size + error) / total
    return float(dual(doubled_products(A.T, alpha)[0])) / total


def agreeing(A: Any, coordinates: Coordinates, alpha: Array, z: Array, scale: Array) -> Doubled:
    """Return the weights near alpha whose combination of samples is near z.

    Where samples are badly scaled no weights in doubles combine to a dual vector that is small beside them:
    they take twice the digits. Weights and z change as little as they must, relative to their size.

    Parameters
    ----------
    A : ndarray of shape (n, d)
    coordinates : Coordinates
    alpha : ndarray of shape (n,)
        Nonnegative.
    z : ndarray of shape (d,)
        Nearly A' alpha.
    scale : ndarray of shape (d, d)
        A matrix C for which changes C zeta of z are of the size of zeta, relative to z.
    """
    M, B = coordinates.M, coordinates.B
    root = np.sqrt(alpha)
    system = np.column_stack([(B * root[:, None]).T, -M.T @ scale])
    size = np.abs(system).max(axis=1)
    size = np.where(size > 0, size, 1.0)
    weights = Doubled(alpha, np.zeros_like(alpha))
    for _ in range(4):
        missing = z - doubled_products(A.T, weights)[0]
        change = np.linalg.lstsq(system / size[:, None], M.T @ missing / size, rcond=None)[0]
        if not np.isfinite(change).all():
            break
        z = z + scale @ change[len(alpha) :]
        weights = Doubled.of(weights.high, weights.low + root * change[: len(alpha)])
    positive = weights.high > 0
    return Doubled(np.where(positive, weights.high, 0.0), np.where(positive, weights.low, 0.0))
