"""Linear algebra in fractions, for what rounding errors must not decide."""

import math
from fractions import Fraction

import numpy as np

from .._types import Array

_MOST_UNKNOWNS, _MOST_ENTRIES = 30, 300_000  # a second in fractions


def simple_rationals(v: Array) -> Array | None:
    """Return a vector of integers that is a multiple of v to nine digits, or None."""
    entries = [Fraction(entry).limit_denominator(1000) for entry in v.tolist()]
    multiple = math.lcm(*(entry.denominator for entry in entries))
    integers = np.array([float(entry * multiple) for entry in entries])
    near = np.abs(integers - multiple * v).max() <= 1e-9 * multiple
    return integers if near and np.abs(integers).max() < 2.0**53 else None


def null_vector(A: Array, near: Array) -> tuple[list[Fraction], int]:
    """Return an exact solution of A x = 0 near an approximate one, and the rank of A.

    Gauss and Jordan's elimination in fractions. Unknowns of large size, and with large coefficients, are
    solved for; the others stay where they are, up to nine digits of their own.
    """
    solution = [_simple(value) for value in near.tolist()]
    rows = [[Fraction(entry) for entry in row] for row in A.tolist()]
    pivots: list[tuple[list[Fraction], int]] = []
    for index, row in enumerate(rows):
        size = [abs(float(entry)) * abs(value) for entry, value in zip(row, near.tolist(), strict=True)]
        largest = max(range(len(row)), key=size.__getitem__)
        if row[largest] == 0:
            largest = next((j for j, entry in enumerate(row) if entry), -1)
        if largest < 0:
            continue
        row[:] = [entry / row[largest] for entry in row]
        for other, others in enumerate(rows):
            if other != index and (factor := others[largest]):
                others[:] = [a - factor * b for a, b in zip(others, row, strict=True)]
        pivots.append((row, largest))
    solved = {unknown for _, unknown in pivots}
    for row, unknown in pivots:
        solution[unknown] = -sum(
            (entry * solution[j] for j, entry in enumerate(row) if entry and j not in solved), Fraction(0)
        )
    return solution, len(pivots)


def _simple(value: float) -> Fraction:
    """Return a simple fraction with the sign and nine digits of a number, however small that is."""
    mantissa, exponent = math.frexp(value)
    return Fraction(mantissa).limit_denominator(10**9) * Fraction(2) ** exponent


def is_combination(basis: Array, column: Array, guide: Array) -> bool:
    """Return whether a column is exactly a combination of others.

    True is proved. False also where that would take long. The guide has the same range as the basis, and
    columns far from dependent.
    """
    from scipy.linalg import qr

    n, r = basis.shape
    if r > min(n, _MOST_UNKNOWNS) or n * r > _MOST_ENTRIES:
        return False
    both = np.column_stack([basis, column])
    some = qr(guide.T, mode="r", pivoting=True)[1][:r]
    # The coefficients that fit these rows, and -1, times one common factor that makes them integers.
    solution, _ = null_vector(both[some], np.append(np.ones(r), 1e-9))
    multiple = math.lcm(*(entry.denominator for entry in solution))
    integers = [int(entry * multiple) for entry in solution]
    shift = 53 - int(np.frexp(both[both != 0])[1].min(initial=0))
    rows = [[int(Fraction(entry) * 2**shift) for entry in row] for row in both.tolist()]
    return solution[-1] != 0 and not any(
        sum(a * b for a, b in zip(row, integers, strict=True)) for row in rows
    )
