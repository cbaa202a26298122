"""Data that are badly scaled: timestamps, features and samples of very different size, the ends of doubles.

Maximum margins against closed forms, against exact rational arithmetic, and against the same problem in other
units.
"""

import math
from fractions import Fraction
from itertools import combinations

import mpmath
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import examples
import implicitbias as ib
from implicitbias.oracles.bregman_oracles import bregman_oracle
from implicitbias.oracles.max_margin import max_margin
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
    answer = max_margin(ib.Problem(X.reshape(12, 2, 2), y, ib.Exponential()), norm)
    assert answer.gap <= 1e-9
    if norm.strictly_convex and norm != ib.Schatten(3):
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
    answer = max_margin(ib.Problem(X, y, ib.Exponential()), ib.Lp(2))
    assert answer.value <= right * (1 + 1e-14)
    assert answer.value / (1 - answer.gap) >= right * (1 - 1e-14)
    if exponents.max() > 18:  # beyond, a gap that is wide is said to be
        return
    assert answer.gap <= 1e-6
    lower, upper = ib.max_margin(ib.Problem(X, y, ib.Exponential()), ib.Lp(2)).bracket
    assert lower <= right * (1 + 1e-15)
    assert right * (1 - 1e-15) <= upper <= lower / (1 - 1.01e-6)


@given(seed=st.integers(0, 2**32), exponent=st.integers(-330, 330))
@example(seed=17289, exponent=0)  # a sample matters that is far from the margin of the separator
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
    right = max_margin(ib.Problem(X, y, ib.Exponential()), ib.Lp(2)).value
    copied = max_margin(ib.Problem(np.repeat(X, 3, axis=0), np.repeat(y, 3), ib.Exponential()), ib.Lp(2))
    assert copied.value == pytest.approx(right, rel=1e-9)
    # A sample of 1e10 times the size of the others needs nothing of w but its sign: (2, 1) is positive on it.
    huge = max_margin(ib.Problem(np.vstack([X, [3e10, 1e10]]), np.append(y, 1), ib.Exponential()), ib.Lp(2))
    assert huge.value == pytest.approx(right, rel=1e-9)
    # In l1 (1 - s, s) has margins of (1 + s) / 2 and size (1 - s): a large sample needs next to nothing.
    for size in (1.0, 1e6, 1e12):
        answer = max_margin(
            ib.Problem(np.array([[0.5, 1], [size, 0]]), np.ones(2), ib.Exponential()), ib.Lp(1)
        )
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


def exactly_fits(X, y):
    """Whether two samples have a w > 0 with X w = y: y is inside the cone of the columns.

    If not, some u that is perpendicular to a column has u x_j >= 0 for all columns, not all 0, and u y <= 0.
    """
    columns = [tuple(map(Fraction, column)) for column in X.T]
    target = tuple(map(Fraction, y))
    for a, b in columns:
        for u in ((-b, a), (b, -a)):
            sides = [u[0] * x + u[1] * z for x, z in columns]
            if min(sides) >= 0 < max(sides) and u[0] * target[0] + u[1] * target[1] <= 0:
                return False
    return True


@pytest.mark.parametrize("constrained", [False, True])
@pytest.mark.parametrize("signs", [(1, 1, 1, 1), (1, -1, 1, 1), (-1, 1, -1, -1), (1, -1, 1, -1)])
@pytest.mark.parametrize("targets", [(-200.0, -200.0), (200.0, 100.0), (200.0, -100.0), (-200.0, 200.0)])
def test_what_features_of_very_different_size_can_fit(targets, signs, constrained):
    X = np.array([[0, 1e-5, 20, -1e-5], [200, 1e-5, 0, 0]]) * signs
    first = 1 if constrained else 0  # the first equation may be a constraint
    constraint = ib.Affine(X[:1], targets[:1]) if constrained else None
    problem = ib.Problem(X[first:], targets[first:], ib.Squared())
    claim = ib.predict(problem, ib.MirrorDescent(ib.Entropy(), constraint=constraint), w0=np.ones(4))
    (_, fits), *_ = claim.hypotheses
    assert fits == exactly_fits(X, targets)
    if fits:
        w = claim.solve().point
        np.testing.assert_allclose(X @ w, targets, rtol=1e-9)
        assert w.min() >= 0


@given(seed=st.integers(0, 2**32), n=st.integers(1, 2))
@settings(max_examples=60)
@example(seed=21542, n=2)  # of which only equations in the units of w lead to the projection
def test_whether_badly_scaled_samples_fit_against_exact_arithmetic(seed, n):
    rng = np.random.default_rng(seed)
    d = int(rng.integers(2, 6))
    X = rng.integers(-3, 4, (2, d)) * 2.0 ** rng.integers(-26, 27, d)
    y = rng.integers(-3, 4, 2) * 2.0 ** rng.integers(-20, 21)
    if n == 1:
        X, y = X[:1], y[:1]
    assume(np.any(X, axis=1).all())
    assume(np.linalg.matrix_rank(X / np.maximum(np.abs(X).max(axis=0), 1e-300)) == n)
    claim = ib.predict(ib.Problem(X, y, ib.Squared()), ib.MirrorDescent(ib.Entropy()))
    (_, fits), *_ = claim.hypotheses
    both = (X, y) if n == 2 else (np.vstack([X, X]), np.append(y, y))
    assert fits == (exactly_fits(*both) if n == 2 else fits_one(X[0], y[0]))
    if fits:
        w = claim.solve().point
        np.testing.assert_allclose(X @ w, y, rtol=0, atol=1e-9 * np.abs(X * w).max())


def fits_one(x, y):
    """Whether some w > 0 has x w = y."""
    return (y == 0 and x.min() < 0 < x.max()) or (y > 0 and x.max() > 0) or (y < 0 and x.min() < 0)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=15)
def test_entropic_projections_of_features_of_very_different_size(seed):
    # Samples without common features are projected on one by one: w = w0 exp(l x), for the l that fits y.
    rng = np.random.default_rng(seed)
    X, y, inside = np.zeros((2, 5)), np.zeros(2), np.exp(rng.standard_normal(5))
    w0, right = np.exp(rng.standard_normal(5)), np.zeros(5)
    for row, part in enumerate((slice(0, 2), slice(2, 5))):
        x = rng.standard_normal(5)[part] * 10.0 ** rng.uniform(-6, 6, 5)[part]
        X[row, part], y[row] = x, x @ inside[part]
        with mpmath.workdps(60):
            entries = [mpmath.mpf(value) for value in x]
            start, unit = [mpmath.mpf(value) for value in w0[part]], max(map(abs, entries))

            def at(multiplier, entries=entries, start=start, unit=unit):
                return [a * mpmath.exp(multiplier * b / unit) for a, b in zip(start, entries, strict=True)]

            def misfit(multiplier, at=at, entries=entries, row=row):
                return mpmath.fdot(entries, at(multiplier)) - mpmath.mpf(y[row])

            low, high = mpmath.mpf(-1), mpmath.mpf(1)
            while misfit(low) > 0:
                low *= 2
            while misfit(high) < 0:
                high *= 2
            for _ in range(180):
                middle = (low + high) / 2
                low, high = (low, middle) if misfit(middle) > 0 else (middle, high)
            right[part] = [float(value) for value in at(low)]
    claim = ib.predict(ib.Problem(X, y, ib.Squared()), ib.MirrorDescent(ib.Entropy()), w0=w0)
    limit = claim.solve()
    np.testing.assert_allclose(limit.point, right, rtol=1e-6, atol=1e-12 * right.max())
    np.testing.assert_allclose(X @ limit.point, y, rtol=1e-9)


def test_entropic_projections_with_entries_that_vanish():
    # The first two features, of very different size, fit the targets; the multipliers of log w = A' l, from
    # their entries, leave exp of less than -10^5 to the others.
    X = np.array(
        [
            [2.0**18, -(2.0**-22), 3 * 2.0**-12, 2.0**17, -512],
            [3 * 2.0**17, -(2.0**-22), -(2.0**-12), 2**16, -1024],
        ]
    )
    inside = np.array([2.0**-20, 2.0**40])
    y = X[:, :2] @ inside
    with mpmath.workdps(60):
        rows = mpmath.matrix(X.T.tolist())
        logs = mpmath.matrix([mpmath.log(value) for value in inside.tolist()])
        moves = rows * mpmath.lu_solve(rows[:2, :], logs)
        assert max(moves[2:]) < -(10**5)
    limit = ib.predict(ib.Problem(X, y, ib.Squared()), ib.MirrorDescent(ib.Entropy()), w0=np.ones(5)).solve()
    np.testing.assert_allclose(limit.point[:2], inside, rtol=1e-9)
    np.testing.assert_array_equal(limit.point[2:], 0)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=15)
@pytest.mark.parametrize("p", [1.5, 2])
def test_least_norms_of_features_of_very_different_size(p, seed):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((3, 5)) * 10.0 ** rng.uniform(-4, 4, 5)
    w = rng.standard_normal(5)
    method = ib.MirrorDescent(ib.Euclidean() if p == 2 else ib.SquaredLp(p))
    limit = ib.predict(ib.Problem(X, X @ w, ib.Squared()), method).solve()
    np.testing.assert_allclose(X @ limit.point, X @ w, rtol=1e-9)
    assert limit.gap <= 1e-9
    if p == 2:
        with mpmath.workdps(80):
            rows = mpmath.matrix(X.tolist())
            exact = rows.T * mpmath.lu_solve(rows * rows.T, mpmath.matrix([float(v) for v in X @ w]))
        np.testing.assert_allclose(limit.point, [float(v) for v in exact], rtol=1e-6, atol=1e-9)


def test_difference_quotients_of_exp_do_not_overflow():
    # Eigenvalues of the dual variables that are 2000 apart: exp(0) over 2000, and exp(-2000).
    oracle = bregman_oracle(ib.SpectralEntropy(), 4)
    curvature = oracle.curvature(np.diag([0.0, -2000]).ravel(), np.array([[1.0, 0, 0, 0], [0, 0.5, 0.5, 0]]))
    np.testing.assert_allclose(curvature, np.diag([1, 1 / 4000]), rtol=1e-14)


@pytest.mark.parametrize("c", [1e4, 1e5, 1e6])
def test_a_path_of_features_of_very_different_size(c):
    # In l2 weighted by the sizes of the features, it is that of well-scaled ones.
    rng = np.random.default_rng(1)
    X, sizes = rng.standard_normal((12, 3)), np.array([c, 1.0, 1 / c])
    y = np.sign(X @ rng.standard_normal(3))
    radii = np.geomspace(0.1, 100, 7)
    right = ib.paths.regularization(ib.Problem(X, y, ib.Logistic()), ib.Lp(2), radii)
    path = ib.paths.regularization(
        ib.Problem(X * sizes, y, ib.Logistic()), ib.WeightedNorm(sizes, ib.Lp(2)), radii
    )
    np.testing.assert_allclose(path.w * sizes, right.w, rtol=1e-4, atol=1e-5 * np.abs(right.w).max())
    np.testing.assert_allclose(path.log_loss, right.log_loss, rtol=1e-7)
    # In l2 itself the large feature does it all, where that is enough; its certificates say how well.
    plain = ib.paths.regularization(ib.Problem(X * sizes, y, ib.Logistic()), ib.Lp(2), radii / c)
    assert plain.gap.max() <= 1e-6 * max(
        1, np.abs(plain.log_loss).max(), np.abs(plain.w @ (X * sizes).T).max()
    )


def test_a_path_of_timestamps_ends_or_says_what_helps():
    for c in (100.0, 1e4):
        path = ib.paths.regularization(timestamps(c), ib.Lp(2))
        assert path.margin[-1] == pytest.approx(right_margin(c, 2), rel=1e-2)
        assert path.gap.max() <= 1e-6
    with pytest.raises(ib.OracleError, match="^no minimizer at radius .* center and scale the features$"):
        ib.paths.regularization(timestamps(2e6), ib.Lp(2))
