"""Rows of sizes from 1e-8 to 1e8: every margin is found, and brackets hold in fractions."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import implicitbias as ib
from implicitbias.oracles.exact_margin import by_exact_program
from implicitbias.oracles.exact_program import exact_maximum
from implicitbias.oracles.linear_ball import linear_lp_ball

NORMS = [ib.Lp(1), ib.Lp(2), ib.Lp(math.inf)]


def rows_of_all_sizes(seed, d, most):
    """Return samples of sizes from 1e-8 to 1e8 that a w separates, and of one in six a wrong label."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, most + 1))
    X = rng.choice([-1.0, 1.0], (n, d)) * 10.0 ** rng.uniform(-8, 8, (n, d))
    scores = X @ (rng.standard_normal(d) * 10.0 ** rng.uniform(-4, 4, d))
    y = np.where(scores >= np.sort(scores)[rng.integers(1, n)], 1, -1)
    if n > 2 and rng.random() < 1 / 6:
        y[rng.integers(n)] *= -1
        y[:2] = 1, -1
    return X, y


def largest_exactly(X, y, p):
    """Return the maximum margin: the best of all vertices where enough constraints are equalities."""
    d = X.shape[1]
    signs = list(itertools.product([1, -1], repeat=d))
    facets = signs if p == 1 else [s * e for s in (1, -1) for e in np.eye(d, dtype=int)]
    M = [
        [c * Fraction(x) for x in row] + [Fraction(c), Fraction(-1)]
        for row, c in zip(X.tolist(), y.tolist(), strict=True)
    ]
    M += [[-Fraction(int(e)) for e in facet] + [Fraction(0), Fraction(0)] for facet in facets]
    least = [Fraction(0)] * len(y) + [Fraction(-1)] * len(facets)
    best = Fraction(0)
    for some in itertools.combinations(range(len(M)), d + 2):
        x = solved([M[i] for i in some], [least[i] for i in some])
        if x is not None and x[-1] > best and all(dot(row, x) >= q for row, q in zip(M, least, strict=True)):
            best = x[-1]
    return best


def dot(a, b):
    return sum(v * w for v, w in zip(a, b, strict=True))


def solved(M, q):
    """Return the solution of M x = q by elimination, None of dependent rows."""
    rows = [[*row, end] for row, end in zip(M, q, strict=True)]
    for j in range(len(rows)):
        pivot = next((i for i in range(j, len(rows)) if rows[i][j]), None)
        if pivot is None:
            return None
        rows[j], rows[pivot] = rows[pivot], rows[j]
        rows[j] = [a / rows[j][j] for a in rows[j]]
        for i in range(len(rows)):
            if i != j and (factor := rows[i][j]):
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[j], strict=True)]
    return [row[-1] for row in rows]


def check(X, y, norm, exact):
    problem = ib.Problem(X, y, ib.Exponential())
    if exact <= 0:
        with pytest.raises(ib.NotSeparableError):
            ib.max_margin(problem, norm, intercept=True)
        return
    found = ib.max_margin(problem, norm, intercept=True)
    assert Fraction(found.bracket.lower) <= exact <= Fraction(found.bracket.upper)
    assert found.bracket.gap <= 1e-6
    w, b = [Fraction(v) for v in found.direction.tolist()], Fraction(found.intercept)
    rows = zip(X.tolist(), y.tolist(), strict=True)
    least = min(c * (dot(w, map(Fraction, row)) + b) for row, c in rows)
    assert least >= Fraction(found.bracket.lower) * (1 - Fraction(1, 10**15))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9), norm=st.sampled_from(NORMS))
def test_margins_of_one_feature_are_half_the_gap_of_the_classes(seed, norm):
    X, y = rows_of_all_sizes(seed, 1, 7)
    x = [Fraction(v) for v in X[:, 0].tolist()]
    above, below = ([v for v, c in zip(x, y, strict=True) if c == sign] for sign in (1, -1))
    check(X, y, norm, max(min(above) - max(below), min(below) - max(above)) / 2)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**9), p=st.sampled_from([1, math.inf]))
def test_margins_of_two_features_are_those_of_the_best_vertex(seed, p):
    X, y = rows_of_all_sizes(seed, 2, 5)
    check(X, y, ib.Lp(p), largest_exactly(X, y, p))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_separability_of_rows_of_all_sizes_is_decided(seed):
    X, y = rows_of_all_sizes(seed, 2, 5)
    found = ib.separability(ib.Problem(np.column_stack([X, np.ones(len(X))]), y, ib.Exponential()))
    assert found.separable == (largest_exactly(X, y, math.inf) > 0)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_several_classes_of_rows_of_all_sizes(seed):
    """The least margin in fractions is in the bracket, whose gap is what rounded intercepts leave."""
    rng = np.random.default_rng(seed)
    X = rng.choice([-1.0, 1.0], (5, 1)) * 10.0 ** rng.uniform(-8, 8, (5, 1))
    y = np.empty(5, dtype=int)
    y[np.argsort(X[:, 0])] = [0, 0, 1, 1, 2]
    found = ib.max_margin(ib.Problem(X, y, ib.CrossEntropy()), ib.Lp(math.inf), intercept=True, tolerance=0.5)
    W = [Fraction(v) for v in found.direction[:, 0].tolist()]
    b = [Fraction(v) for v in found.intercept.tolist()]
    least = min(
        (W[own] - W[c]) * Fraction(x) + b[own] - b[c]
        for x, own in zip(X[:, 0].tolist(), y, strict=True)
        for c in range(3)
        if c != own
    )
    assert Fraction(found.bracket.lower) * (1 - Fraction(1, 10**12)) <= least <= Fraction(found.bracket.upper)


def test_exact_programs():
    """Chvatal's example, one without a maximum, and Beale's, on which other rules cycle."""
    x, prices = exact_maximum(
        [
            [Fraction(2), Fraction(3), Fraction(1)],
            [Fraction(4), Fraction(1), Fraction(2)],
            [Fraction(3), 4, 2],
        ],
        [Fraction(5), Fraction(11), Fraction(8)],
        [Fraction(5), Fraction(4), Fraction(3)],
    )
    assert (x, prices) == ([2, 0, 1], [1, 0, 1])
    with pytest.raises(ValueError, match="no maximum"):
        exact_maximum([[Fraction(-1)]], [Fraction(1)], [Fraction(1)])
    F = Fraction
    x, _ = exact_maximum(
        [[F(1, 4), F(-60), F(-1, 25), F(9)], [F(1, 2), F(-90), F(-1, 50), F(3)], [F(0), F(0), F(1), F(0)]],
        [F(0), F(0), F(1)],
        [F(3, 4), F(-150), F(1, 50), F(-6)],
    )
    assert dot([F(3, 4), F(-150), F(1, 50), F(-6)], x) == F(1, 20)


def test_programs_of_many_numbers_are_not_solved_in_integers():
    assert by_exact_program(np.ones((1000, 2)), linear_lp_ball(2, 1)) is None
    assert by_exact_program(np.ones((2, 2)), None) is None
