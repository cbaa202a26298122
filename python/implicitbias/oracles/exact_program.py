"""Linear programs solved in integers, for data so badly scaled that tolerances hide their answer.

The simplex method on a tableau of integers over one common denominator (Edmonds 1967): a pivot divides
without remainder, no number is rounded, and Bland's rule ends it. It is for programs of few numbers.
"""

import math
from fractions import Fraction

import numpy as np

from .._types import Array
from .well_scaled import Doubled

Rows = list[list[Fraction]]


def fractions_of(A: Array) -> Rows:
    """Return the numbers of a matrix as they are."""
    return [[Fraction(entry) for entry in row] for row in A.tolist()]


def exact_maximum(
    M: Rows, most: list[Fraction], gain: list[Fraction]
) -> tuple[list[Fraction], list[Fraction]]:
    """Return argmax {<gain, x> : M x <= most, x >= 0} and the prices of the rows, all of them exact.

    Parameters
    ----------
    M : list of lists of Fraction, (m, n)
    most : list of Fraction, (m,)
        None negative, so that x = 0 is where it begins.
    gain : list of Fraction, (n,)

    Raises
    ------
    ValueError
        If there is no maximum.
    """
    m, n = len(M), len(gain)
    units = [math.lcm(*(entry.denominator for entry in [*row, q])) for row, q in zip(M, most, strict=True)]
    unit = math.lcm(*(entry.denominator for entry in gain))
    tableau = [
        [int(entry * u) for entry in row] + [int(i == j) for j in range(m)] + [int(q * u)]
        for i, (row, q, u) in enumerate(zip(M, most, units, strict=True))
    ]
    tableau.append([-int(entry * unit) for entry in gain] + [0] * (m + 1))
    basis, denominator = list(range(n, n + m)), 1
    while (enters := next((j for j in range(n + m) if tableau[-1][j] < 0), -1)) >= 0:
        ends = [
            (Fraction(row[-1], row[enters]), basis[i], i)
            for i, row in enumerate(tableau[:-1])
            if row[enters] > 0
        ]
        if not ends:
            raise ValueError("the linear program has no maximum")
        leaves = min(ends)[2]
        pivot, along = tableau[leaves][enters], tableau[leaves]
        for i, row in enumerate(tableau):
            if i != leaves:
                factor = row[enters]
                tableau[i] = [
                    (a * pivot - factor * b) // denominator for a, b in zip(row, along, strict=True)
                ]
        basis[leaves], denominator = enters, pivot
    x = [Fraction(0)] * (n + m)
    for i, j in enumerate(basis):
        x[j] = Fraction(tableau[i][-1], denominator)
    # A row was multiplied by its unit, and so was the gain by its own.
    prices = [Fraction(tableau[-1][n + i] * u, denominator * unit) for i, u in enumerate(units)]
    return x[:n], prices


def doubled(numbers: list[Fraction]) -> Doubled:
    """Return numbers to twice the digits of doubles."""
    high = np.array([float(number) for number in numbers])
    low = np.array([float(number - Fraction(h)) for number, h in zip(numbers, high.tolist(), strict=True)])
    return Doubled(high, low)
