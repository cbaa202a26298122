"""The kind of separation that data have, by enumerating in fractions the cone of w."""

from fractions import Fraction
from itertools import combinations


def kind_of_separation(A):
    """Return 'complete', 'quasi-complete' or 'overlap' for a few rows A, the samples times their labels.

    Within the row space the cone {w : A w >= 0} is the hull of its extreme rays, on each of which as many
    rows as leave one direction have margin 0. The rays' sum has every positive margin that any w has.
    """
    rows = [[Fraction(entry) for entry in row] for row in A]
    _, independent = _reduced(rows)
    rows = [[row[column] for column in independent] for row in rows]
    positive = set()
    for tight in combinations(rows, max(len(independent) - 1, 0)):
        reduced, pivots = _reduced(tight)
        if len(pivots) != len(independent) - 1:
            continue
        free = next(column for column in range(len(independent)) if column not in pivots)
        ray = [Fraction(0)] * len(independent)
        ray[free] = Fraction(1)
        for row, pivot in zip(reduced, pivots, strict=False):
            ray[pivot] = -row[free]
        margins = [sum(a * w for a, w in zip(row, ray, strict=True)) for row in rows]
        for signed in (margins, [-margin for margin in margins]):
            if min(signed) >= 0:
                positive |= {n for n, margin in enumerate(signed) if margin > 0}
    return "complete" if len(positive) == len(rows) else "quasi-complete" if positive else "overlap"


def _reduced(rows):
    """Return the reduced row echelon form, and its pivots."""
    rows, pivots = [list(row) for row in rows], []
    for column in range(len(rows[0]) if rows else 0):
        rest = range(len(pivots), len(rows))
        pivot = next((n for n in rest if rows[n][column]), None)
        if pivot is None:
            continue
        at = len(pivots)
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [entry / rows[at][column] for entry in rows[at]]
        for n, row in enumerate(rows):
            if n != at and row[column]:
                rows[n] = [a - row[column] * b for a, b in zip(row, rows[at], strict=True)]
        pivots.append(column)
    return rows, pivots
