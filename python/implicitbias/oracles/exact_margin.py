"""Maximum margins of few rows in norms whose unit ball is a polytope, without a rounding error.

Rows of sizes that differ by more digits than a solver's tolerance leave have a margin all the same. The
linear program of few rows and few parameters is solved in integers; only its solution is rounded, w to
doubles and the weights to twice the digits, in which what they prove is exact to the last digit or so.
"""

from fractions import Fraction
from typing import Any

import numpy as np

from ..problems.rows import dense_rows
from .exact_program import doubled, exact_maximum, fractions_of
from .linear_ball import LinearBall
from .well_scaled import Doubled

# Numbers of the program's tableau, up to which it takes some tenths of a second.
_FEW_NUMBERS = 4000


def by_exact_program(A: Any, ball: LinearBall | None) -> tuple[Doubled, Doubled] | None:
    """Return argmax {min A w : w in the ball} with weights as its proof; None of many rows or without a ball.

    Parameters
    ----------
    A : ndarray or sparse array of shape (n, d)
    ball : LinearBall or None
        In R^d.
    """
    if ball is None:
        return None
    n, parts = A.shape[0], ball.to_w.shape[1]
    sides = [(sign, j) for j in range(parts) for sign in (1, -1) if sign > 0 or ball.lower[j] < 0]
    ends = [float(ball.upper[j] if sign > 0 else -ball.lower[j]) for sign, j in sides]
    bounded = [i for i, end in enumerate(ends) if end < np.inf]
    k = ball.rows.shape[0]
    height, width = n + k + len(bounded), len(sides) + 1
    if height * (height + width) > _FEW_NUMBERS:
        return None
    to_w = fractions_of(dense_rows(ball.to_w))
    within = _products(fractions_of(dense_rows(A)), to_w)
    rows = fractions_of(dense_rows(ball.rows)) if k else []
    M = [[-sign * row[j] for sign, j in sides] + [Fraction(1)] for row in within]
    M += [[sign * row[j] for sign, j in sides] + [Fraction(0)] for row in rows]
    M += [[Fraction(int(i == each)) for i in range(width)] for each in bounded]
    most = (
        [Fraction(0)] * n + [Fraction(q) for q in ball.most.tolist()] + [Fraction(ends[i]) for i in bounded]
    )
    x, prices = exact_maximum(M, most, [Fraction(0)] * (width - 1) + [Fraction(1)])
    part = [Fraction(0)] * parts
    for (sign, j), size in zip(sides, x, strict=False):
        part[j] += sign * size
    w = [row[0] for row in _products(to_w, [[size] for size in part])]
    return doubled(w), doubled(prices[:n])


def _products(A: list[list[Fraction]], B: list[list[Fraction]]) -> list[list[Fraction]]:
    """Return A B."""
    columns = list(zip(*B, strict=True))
    return [
        [sum((a * b for a, b in zip(row, column, strict=True) if b), Fraction(0)) for column in columns]
        for row in A
    ]
