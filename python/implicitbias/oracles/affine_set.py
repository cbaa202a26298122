"""Affine sets {w : A w = b}, in coordinates in which badly scaled equations are well scaled."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from .._types import Array
from ..arithmetic.exact_products import products
from ..arithmetic.lp_norm import lp_norm
from ..arithmetic.powers_of_two import power_of_two, powers_of_two
from .well_scaled import equilibrated

_NEARLY_DEPENDENT = 1e-4
_FEW_ENTRIES = 2_000_000
_ROUNDING = 4 * float(np.finfo(float).eps)


@dataclass(frozen=True)
class Equations:
    """basis v = offset with orthonormal rows, for v = units w."""

    basis: Array  # (r, d)
    offset: Array  # (r,)
    units: Array  # (d,)

    @cached_property
    def free(self) -> Array:
        """Orthonormal directions along the set, of shape (d - r, d)."""
        return np.asarray(np.linalg.qr(self.basis.T, mode="complete")[0][:, len(self.offset) :].T)

    @property
    def rows(self) -> Array:
        """The matrix with rows w = offset."""
        return self.basis * self.units

    @property
    def least(self) -> Array:
        """The shortest solution v."""
        return self.basis.T @ self.offset

    def multipliers(self, others: "Equations", multipliers: Array) -> Array:
        """Return the multipliers of these equations that are some of others of the same set."""
        return self.basis @ (others.rows.T @ multipliers / self.units)

    def fitted(self, w: Array) -> Array:
        """Return a w that nearly solves them without what it is off: entries change in proportion to them."""
        terms, off = self.rows * w, self.rows @ w - self.offset
        sizes = np.abs(terms).max(axis=1)
        sizes[sizes == 0] = 1.0
        change = np.linalg.lstsq(terms / sizes[:, None], off / sizes, rcond=None)[0]
        return w * (1 - change) if np.abs(change).max() < 1e-6 else w

    def nearest(self, w: Array) -> Array:
        """Return the solution nearest to w, in their units."""
        return w + self.basis.T @ (self.offset - self.rows @ w) / self.units


@dataclass(frozen=True)
class AffineSet:
    """{w : A w = b}."""

    rows: Array  # A and b, with rows of length 1
    targets: Array
    columns: Array  # units in which all columns are of about one size
    known: Equations | None = None  # for w itself, where they are those of another set, scaled

    @classmethod
    def of(cls, A: Array, b: Array) -> "AffineSet":
        """Scale each row to length 1."""
        lengths = np.array([lp_norm(row, 2) for row in A])
        scale = np.where(lengths > 0, lengths, np.maximum(np.abs(b), 1e-300))
        A = A / scale[:, None]
        return cls(A, b / scale, equilibrated(A)[1])

    def divided(self) -> tuple["AffineSet", float]:
        """Return {w : unit w in the set} for a power of two, about the size of the least w, and that."""
        own = self.equations()
        unit = power_of_two(float(np.abs(own.offset).max(initial=0.0)))
        return replace(self, targets=self.targets / unit, known=replace(own, offset=own.offset / unit)), unit

    def equations(self, units: Array | None = None) -> Equations:
        """Return independent equations for v = units w, where entries of v are taken to be of one size.

        They are solved for the unknowns v whose columns are largest first, so that small columns are not lost
        in the rounding of large ones.
        """
        return self._for_w if units is None else self._for(units)

    @cached_property
    def _for_w(self) -> Equations:
        return self.known or self._for(np.ones(self.rows.shape[1]))

    def _for(self, units: Array) -> Equations:
        from scipy.linalg import solve_triangular

        B, t = _divided(self.rows / units, self.targets)
        columns = np.linalg.norm(B, axis=0)
        columns[columns == 0] = 1.0
        pivots = _pivots(B / columns, columns)
        basis = B[:, pivots] / columns[pivots]
        Q, R = np.linalg.qr(basis)
        right = np.column_stack([B, t])
        echelon = np.zeros((len(pivots), right.shape[1]))
        for _ in range(3):  # the first pass, and what it rounded off
            echelon += solve_triangular(R, Q.T @ (right - basis @ echelon))
        # Entries that are nothing but rounding of a large column would outweigh a row of small ones.
        rounding = np.abs(solve_triangular(R, Q.T)) @ (np.abs(right) + np.abs(basis) @ np.abs(echelon))
        echelon[np.abs(echelon) <= _ROUNDING * rounding] = 0.0
        echelon[:, pivots] = np.diag(columns[pivots])
        echelon /= np.linalg.norm(echelon[:, :-1], axis=1, keepdims=True)
        # Tiny columns of the basis have all their digits, too, unlike those of Q.
        triangle = np.linalg.qr(echelon[:, :-1].T).R
        orthonormal = solve_triangular(triangle, echelon, trans="T")
        return Equations(orthonormal[:, :-1], orthonormal[:, -1], units)

    @property
    def misfit(self) -> float:
        """The componentwise backward error: the least change of A and b that makes A w = b solvable."""
        return _backward_error(self.rows, self.targets, self.equations().least)

    @property
    def smallest(self) -> float:
        """The smallest singular value that counts, of the rows scaled to length 1."""
        rank = len(self.equations().offset)
        return float(np.linalg.svd(self.rows, compute_uv=False)[rank - 1]) if rank else 1.0

    def errors(self, w: Array) -> Array:
        """Return how much a solution w changes with A and b, over the relative change of their entries."""
        B, t = _divided(self.rows / self.columns, self.targets)
        terms = np.abs(B) @ np.abs(self.columns * w) + np.abs(t)
        return np.asarray(np.abs(np.linalg.pinv(B)) @ terms / self.columns)

    def off(self, w: Array) -> Array:
        """Return b - A w, with rows of length 1; rounded once, where that takes less than a second."""
        if self.rows.size > _FEW_ENTRIES:
            return self.targets - self.rows @ w
        return -products(np.column_stack([self.rows, self.targets]), np.append(w, -1.0))[0]

    def relative_misfit(self, w: Array) -> float:
        """Return the largest |A w - b| of a row, relative to the row's own terms."""
        terms = np.abs(self.rows) @ np.abs(w) + np.abs(self.targets)
        return float((np.abs(self.off(w)) / np.where(terms > 0, terms, 1.0)).max(initial=0.0))

    def misfit_at(self, w: Array) -> float:
        """Return |A w - b|, of the rows scaled to length 1."""
        return lp_norm(self.rows @ w.ravel() - self.targets, 2)


def units_of(w: Array) -> Array:
    """Return units in which no entry of w is lost in the rounding of others."""
    sizes = np.abs(w)
    return powers_of_two(1 / np.maximum(sizes, np.finfo(float).eps * (sizes.max() or 1.0)))


def _divided(A: Array, b: Array) -> tuple[Array, Array]:
    """Return the rows of A, and b, divided by the largest entry of each row."""
    sizes = powers_of_two(np.abs(A).max(axis=1))
    return A / sizes[:, None], b / sizes


def _pivots(B: Array, sizes: Array) -> list[int]:
    """Return as many independent columns as there are, the largest first, B's columns being times `sizes`.

    What is left of each column beside those chosen has its length from the former one, as in LAPACK's geqp3:
    anew from the column itself where the difference would be rounding.
    """
    Q, pivots = np.zeros((len(B), min(B.shape))), list[int]()
    squares = (B**2).sum(axis=0)
    known, least = squares.copy(), (max(B.shape) * _ROUNDING) ** 2 * squares.max(initial=0.0)
    for k in range(Q.shape[1]):
        if not squares.max() > least:
            break
        lengths = np.sqrt(squares)
        eligible = lengths > _NEARLY_DEPENDENT * lengths.max()
        pivot = int(np.argmax(np.where(eligible, lengths * sizes, 0.0)))
        direction = _without(B[:, pivot], Q[:, :k])
        Q[:, k] = direction / np.linalg.norm(direction)
        pivots.append(pivot)
        known[pivot] = 0.0
        squares = np.where(known > 0, squares - (Q[:, k] @ B) ** 2, 0.0)
        lost = np.flatnonzero(squares < 1e-6 * known)
        known[lost] = squares[lost] = (_without(B[:, lost], Q[:, : k + 1]) ** 2).sum(axis=0)
    return pivots


def _without(columns: Array, Q: Array) -> Array:
    """Return columns without their parts along orthonormal ones, of which rounding leaves none."""
    for _ in range(2):
        columns = columns - Q @ (Q.T @ columns)
    return columns


def _backward_error(A: Array, b: Array, w: Array) -> float:
    """Return the least relative change of A and b, nearly, with which A w = b for some w near this one.

    A w = b rounds in proportion to |A| |w| + |b|, row by row, and what one row rounds the others must make up
    for: rows whose terms are all tiny are held to a millionth of the largest, not to their own rounding.
    """
    terms = np.abs(A) @ np.abs(w) + np.abs(b)
    if not terms.any():
        return 0.0
    terms = np.maximum(terms, 1e-6 * terms.max())
    weighted = A / terms[:, None]
    units = np.abs(weighted).max(axis=0)
    units[units == 0] = 1.0
    w = w + np.linalg.lstsq(weighted / units, (b - A @ w) / terms, rcond=None)[0] / units
    return float((np.abs(A @ w - b) / terms).max())
