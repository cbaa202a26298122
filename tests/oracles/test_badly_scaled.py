"""Data that are badly scaled: timestamps, features and samples of very different size, the ends of doubles.

Maximum margins against closed forms, against exact rational arithmetic, and against the same problem in other
units.
"""

import math
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import examples
import implicitbias as ib
from implicitbias.oracles.max_margin import max_margin
from implicitbias.oracles.norms import strictly_convex
from implicitbias.oracles.psd_max_margin import psd_max_margin

CENTERS = [2e4, 5e4, 2e6, 1.6e9]


def timestamps(c):
    """x = c - 1, c, c + 1, c + 2 with an intercept, of which the first two have the label -1."""
    X = np.array([[c - 1, 1], [c, 1], [c + 1, 1], [c + 2, 1]])
    return ib.Problem(X, [-1.0, -1, 1, 1], ib.Exponential())


def right_margin(c, p):
    """w = g (2, -(2 c + 1)) has margins of g on the inner two samples and 3 g on the others.

    It is the best in every l_p: with margins m on c + 1 and c, w_1 >= 2 m and -w_2 >= m + c w_1, which grows
    with w_1.
    """
    return 1 / {1: 2 * c + 3, 2: math.hypot(2, 2 * c + 1), math.inf: 2 * c + 1}[p]


@pytest.mark.parametrize("p", [1, 2, math.inf])
@pytest.mark.parametrize("c", CENTERS)
def test_timestamps(c, p):
    problem = timestamps(c)
    limit = ib.predict(problem, ib.SteepestDescent(ib.Lp(p))).solve()
    rounding = 4 * np.finfo(float).eps * c  # of w, relative to the margin
    assert limit.value == pytest.approx(right_margin(c, p), rel=1e-9 + rounding)
    assert limit.gap <= 1e-9 + rounding
    assert limit.value / (1 - limit.gap) >= right_margin(c, p) * (1 - 1e-14)
    exact = [
        y * sum(map(Fraction.__mul__, map(Fraction, x), map(Fraction, limit.point)))
        for x, y in zip(problem.X, problem.y.astype(int), strict=True)
    ]
    assert limit.value == pytest.approx(float(min(exact)), rel=1e-14)
    if p == 2:
        solution = ib.max_margin(problem, ib.Lp(p))
        assert solution.bracket.lower <= right_margin(c, p) * (1 + 1e-15)
        assert solution.bracket.upper >= right_margin(c, p) * (1 - 1e-15)
        assert solution.bracket.gap <= 1e-6
        assert solution.value == pytest.approx(right_margin(c, p), rel=1e-6 + rounding)


@pytest.mark.parametrize("norm", examples.NORMS, ids=repr)
def test_timestamps_beside_other_features(norm):
    rng = np.random.default_rng(0)
    times = np.round(rng.uniform(-50, 50, 12))
    X = np.column_stack([1e6 + times, np.ones(12), rng.standard_normal(12), 1e-3 * rng.standard_normal(12)])
    y = np.where(times > 0, 1.0, -1.0)
    answer = max_margin(X.reshape(12, 2, 2), y, norm)
    assert answer.gap <= 1e-9
    if strictly_convex(norm) and norm != ib.Schatten(3):
        problem = ib.Problem(X.reshape(12, 2, 2), y, ib.Exponential())
        lower, upper = ib.max_margin(problem, norm).bracket
        assert lower <= answer.value / (1 - answer.gap) * (1 + 1e-12)
        assert answer.value <= upper * (1 + 1e-12)


def exact_l2_margin(A):
    """The maximum l2 margin of integers, squared, by the active sets of support vectors; None without one."""
    n, best = len(A), None
    rows = [[Fraction(int(entry)) for entry in row] for row in A]
    gram = [[sum(a * b for a, b in zip(x, z, strict=True)) for z in rows] for x in rows]
    for size in range(1, n + 1):
        for support in combinations(range(n), size):
            alpha = _solve([[gram[i][j] for j in support] for i in support])
            if alpha is None or min(alpha) < 0:
                continue
            # w = sum alpha_n a_n with margins 1 on the support.
            if all(sum(a * gram[i][j] for a, j in zip(alpha, support, strict=True)) >= 1 for i in range(n)):
                best = 1 / sum(alpha)
    return best


def _solve(M):
    """Return the x with M x = 1, or None where M is singular."""
    n = len(M)
    rows = [[*row, Fraction(1)] for row in M]
    for k in range(n):
        pivot = next((i for i in range(k, n) if rows[i][k] != 0), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [entry / rows[k][k] for entry in rows[k]]
        for i in range(n):
            if i != k:
                rows[i] = [a - rows[i][k] * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows]


@given(
    arrays(float, st.tuples(st.integers(2, 5), st.integers(1, 3)), elements=st.integers(-3, 3).map(float)),
    st.data(),
)
@settings(max_examples=40)
def test_features_far_from_0_against_exact_arithmetic(X, data):
    exponents = data.draw(arrays(float, X.shape[1], elements=st.integers(0, 24).map(float)))
    X = X + 2.0**exponents
    X = np.column_stack([X, np.ones(len(X))])
    y = data.draw(arrays(float, len(X), elements=st.sampled_from([-1.0, 1.0])))
    right = exact_l2_margin(y[:, None] * X)
    assume(right is not None)
    right = math.sqrt(right)
    answer = max_margin(X, y, ib.Lp(2))
    assert answer.value <= right * (1 + 1e-14)
    assert answer.value / (1 - answer.gap) >= right * (1 - 1e-14)
    if exponents.max() > 18:  # beyond, a gap that is wide is said to be
        return
    assert answer.gap <= 1e-6
    lower, upper = ib.max_margin(ib.Problem(X, y, ib.Exponential()), ib.Lp(2)).bracket
    assert lower <= right * (1 + 1e-15)
    assert right * (1 - 1e-15) <= upper <= lower / (1 - 1.01e-6)


@given(seed=st.integers(0, 2**32), exponent=st.integers(-330, 330))
@settings(max_examples=10)
@pytest.mark.parametrize("p", [1, 1.5, 2, math.inf])
def test_a_power_of_two_changes_the_margin_in_proportion(p, seed, exponent):
    rng = np.random.default_rng(seed)
    X = rng.integers(-3, 4, (6, 3)) * 2.0 ** rng.integers(-20, 21, 3)
    y = np.where(X @ (rng.standard_normal(3) / np.maximum(np.abs(X).max(axis=0), 1e-9)) > 0, 1.0, -1.0)
    assume(X.any(axis=1).all())
    problems = [ib.Problem(np.ldexp(X, k), y, ib.Exponential()) for k in (0, exponent)]
    assume(ib.separability(problems[0]).separable)
    one, other = (ib.predict(problem, ib.SteepestDescent(ib.Lp(p))).solve() for problem in problems)
    size = max(one.gap, other.gap) + 1e-14
    assert math.ldexp(other.value, -exponent) == pytest.approx(one.value, rel=2 * size)
    assert size <= 1e-4


def test_copies_of_samples_and_samples_of_very_different_size():
    X = np.array([[2.0, 1], [1, 3], [-1, -2]])
    y = np.array([1.0, 1, -1])
    right = max_margin(X, y, ib.Lp(2)).value
    copied = max_margin(np.repeat(X, 3, axis=0), np.repeat(y, 3), ib.Lp(2))
    assert copied.value == pytest.approx(right, rel=1e-9)
    # A sample of 1e10 times the size of the others needs nothing of w but its sign: (2, 1) is positive on it.
    huge = max_margin(np.vstack([X, [3e10, 1e10]]), np.append(y, 1), ib.Lp(2))
    assert huge.value == pytest.approx(right, rel=1e-9)
    # In l1 (1 - s, s) has margins of (1 + s) / 2 and size (1 - s): a large sample needs next to nothing.
    for size in (1.0, 1e6, 1e12):
        answer = max_margin(np.array([[0.5, 1], [size, 0]]), np.ones(2), ib.Lp(1))
        s = (size - 0.5) / (size + 0.5)
        assert answer.value == pytest.approx((1 + s) / 2, rel=1e-9)
        assert answer.gap <= 1e-9


@pytest.mark.parametrize("scale", [1e-100, 1e-8, 1.0, 1e100])
def test_semidefinite_margins(scale):
    # diag(1/2, 1/2) has margins of 1/2 and is the best by symmetry.
    X = scale * np.array([np.diag([2.0, -1]), np.diag([-1.0, 2])])
    answer = psd_max_margin(X, np.ones(2))
    assert answer.value == pytest.approx(scale / 2, rel=1e-9)
    assert answer.gap <= 1e-9
    np.testing.assert_allclose(answer.direction, np.eye(2) / 2, atol=1e-8)
    nothing = psd_max_margin(scale * np.array([np.diag([1.0, -1]), np.diag([-1.0, 1])]), np.ones(2))
    assert nothing.value == 0


@pytest.mark.parametrize("size", [1.0, 1e-4, 1e-8])
def test_semidefinite_margins_of_a_small_sample(size):
    # W = diag(t, 1 - t) has margins of size (3 t - 1) and 2 - 3 t, which are equal at the best t.
    answer = psd_max_margin(np.array([size * np.diag([2.0, -1]), np.diag([-1.0, 2])]), np.ones(2))
    t = (2 + size) / (3 + 3 * size)
    assert answer.value == pytest.approx(size * (3 * t - 1), rel=1e-5)
    assert answer.gap <= 1e-5


@pytest.mark.parametrize("scale", [1e-50, 1e-8, 1e8, 1e50])
def test_projections_on_targets_of_any_size(scale):
    X = np.array([[1.0, 2, 0, 1], [0, 1, 1, 3]])
    y = X @ [1.0, 2, 0.5, 0.25]
    w0 = np.ones(4)
    # D(scale w, scale w0) = scale D(w, w0) in the entropy, and scale^2 D(w, w0) in squares of norms.
    for potential, degree in ((ib.Entropy(), 1), (ib.SquaredLp(1.5), 2), (ib.Euclidean(), 2)):
        method = ib.MirrorDescent(potential)
        one = ib.predict(ib.Problem(X, y, ib.Squared()), method, w0=w0).solve()
        other = ib.predict(ib.Problem(X, scale * y, ib.Squared()), method, w0=scale * w0).solve()
        np.testing.assert_allclose(other.point, scale * one.point, rtol=1e-11)
        assert other.value == pytest.approx(scale**degree * one.value, rel=1e-11)
        # From where it stands otherwise.
        far = ib.predict(ib.Problem(X, scale * y, ib.Squared()), method).solve()
        np.testing.assert_allclose(X @ far.point, scale * y, rtol=1e-11)
        assert far.gap <= 1e-12


def test_a_path_of_timestamps_ends_or_says_what_helps():
    path = ib.paths.regularization(timestamps(100.0), ib.Lp(2))
    assert path.margin[-1] == pytest.approx(right_margin(100, 2), rel=1e-2)
    with pytest.raises(ib.OracleError, match="^no minimizer at radius .* center and scale the features$"):
        ib.paths.regularization(timestamps(2e6), ib.Lp(2))
