"""Maximum margins by convex programs: their duality gaps on data of every scale, and whether one is alone."""

import math
from fractions import Fraction

import numpy as np
import pytest

import conftest
import implicitbias as ib
from implicitbias.oracles.max_margin import max_margin


def geometries(shape):
    """Return norms of every kind, well and badly scaled."""
    d = math.prod(shape)
    rng = np.random.default_rng(2)
    first, last = (np.linalg.qr(rng.standard_normal((d, d)))[0] for _ in range(2))
    weights = np.logspace(0, 3, d)[rng.permutation(d)]
    groups = [list(range(i, min(i + 4, d))) for i in range(0, d, 4)]
    exponents = (1, 2), (2, 1), (1, math.inf), (math.inf, 2), (1.5, 3)
    norms = [ib.Lp(p) for p in (1, 4 / 3, 1.5, 2, 3, math.inf)]
    norms += [ib.GroupNorm(groups, p, q) for p, q in exponents]
    norms += [ib.WeightedNorm(weights, norm) for norm in norms[::2]]
    for condition in (10, 1e3):  # D has its square
        A = first * np.geomspace(1, condition, d) @ last
        D = A.T @ A
        norms += [ib.PolyhedralNorm(A, 1), ib.PolyhedralNorm(A, math.inf), ib.QuadraticNorm((D + D.T) / 2)]
    if len(shape) == 2:
        matrices = [ib.Schatten(p) for p in (1, 1.5, 2, 3, math.inf)]
        norms += matrices + [ib.WeightedNorm(weights, norm) for norm in matrices]
    return norms


def assert_precise(X, y):
    for norm in geometries(X.shape[1:]):
        solution = max_margin(ib.Problem(X, y, ib.Exponential()), norm)
        assert -1e-10 <= solution.gap <= 1e-9, norm
        assert solution.weights.min() >= 0
        assert solution.weights.sum() == pytest.approx(1)
        assert norm.value(solution.direction) == pytest.approx(1, rel=1e-8)
        # by the compiled norm, which knows nothing of the oracle
        combined = np.tensordot(solution.weights * y, X, 1)
        assert solution.value == pytest.approx(norm.dual(combined), rel=1e-8)


@pytest.mark.parametrize("data", [ib.datasets.iris_setosa, ib.datasets.digits_3v8, ib.datasets.breast_cancer])
def test_oracle_precision_on_real_data(data):
    data = data()
    assert_precise(data.X, data.y)


@pytest.mark.parametrize(
    ("n", "shape"), [(10, (3, 3)), pytest.param(50, (10, 10), marks=pytest.mark.thorough)]
)
def test_oracle_precision_on_matrices(n, shape):
    rng = np.random.default_rng(n)
    X = rng.standard_normal((n, *shape))
    assert_precise(X, np.sign(np.tensordot(X, rng.standard_normal(shape), 2)))


@pytest.mark.parametrize("p", [1, 2, math.inf])
def test_oracle_precision_on_digits_as_matrices(p):
    data = ib.datasets.digits_3v8()
    assert (
        max_margin(ib.Problem(data.X.reshape(-1, 8, 8), data.y, ib.Exponential()), ib.Schatten(p)).gap <= 1e-9
    )


def test_oracle_precision_in_other_exponents():
    X, y = conftest.separable(50, 100)
    for norm in (ib.Lp(1.37), ib.Lp(math.pi)):
        assert max_margin(ib.Problem(X, y, ib.Exponential()), norm).gap <= 1e-8
    assert max_margin(ib.Problem(X.reshape(50, 20, 5), y, ib.Exponential()), ib.Lp(1.5)).direction.shape == (
        20,
        5,
    )


WIDE = [  # samples, norm, maximum margin
    ([[1e-5], [1e5]], ib.Lp(2), 1e-5),
    # From inside and outside: the larger sample lets w_2 up to w_1 pass, or pushes it up to w_1.
    ([[1e-5, 0], [1e5, -1e5]], ib.Lp(math.inf), 1e-5),
    ([[1e-5, 0], [-1e5, 1e5]], ib.Lp(1), 0.5e-5),
    ([[1e-5, 0], [-1e5, 1e5]], ib.Lp(2), math.sqrt(0.5) * 1e-5),
    ([[1e-5, 0, 0], [-1e5, 1e5, 0]], ib.Lp(math.inf), 1e-5),
    ([[1e-5, 0, 0], [-1e5, 1e5, 0], [0, -1e5, 1e5]], ib.Lp(1), 1e-5 / 3),
]


@pytest.mark.parametrize(("X", "norm", "value"), WIDE)
def test_samples_of_very_different_sizes(X, norm, value):
    solution = max_margin(ib.Problem(np.array(X), np.ones(len(X)), ib.Exponential()), norm)
    assert solution.value == pytest.approx(value, rel=1e-9)
    assert -1e-12 <= solution.gap <= 1e-9


def test_other_directions_beside_large_samples():
    for norm, last, unique in (
        (ib.Lp(math.inf), 0, False),
        (ib.Lp(math.inf), 1e5, True),
        (ib.Lp(1), 0, True),
    ):
        X = np.array([[1e-5, 0, 0], [-1e5, 1e5, 0], [0, -last, last]])
        assert (
            max_margin(
                ib.Problem(X if last else X[:2], np.ones(3 if last else 2), ib.Exponential()), norm
            ).unique
            == unique
        )


@pytest.mark.parametrize("seed", range(6))
def test_precision_over_ten_decades_of_samples(seed):
    rng = np.random.default_rng(seed)
    n, shape = rng.integers(2, 13), [(2,), (5,), (3, 3)][seed % 3]
    X = rng.standard_normal((n, *shape))
    y = np.sign(np.tensordot(X, rng.standard_normal(shape), len(shape)))
    assert_precise(X * 10 ** rng.uniform(-5, 5, n).reshape(-1, *[1] * len(shape)), y)


@pytest.mark.parametrize("p", [1, 1.5, 2, math.inf])
def test_no_margin_is_made_by_rounding(p):
    # In rational arithmetic: the margins of large samples are rounded by more than the small ones are.
    for seed in range(10, 20):
        rng = np.random.default_rng(seed)
        n, d = rng.integers(2, 13), rng.integers(2, 8)
        X = rng.standard_normal((n, d))
        A = np.sign(X @ rng.standard_normal(d))[:, None] * X * 10 ** rng.uniform(-5, 5, (n, 1))
        solution = max_margin(ib.Problem(A, np.ones(n), ib.Exponential()), ib.Lp(p))
        w = [Fraction(v) for v in solution.direction]
        margin = min(sum(Fraction(a) * v for a, v in zip(row, w, strict=True)) for row in A)
        assert solution.value <= margin <= Fraction(solution.value) * (1 + Fraction(1e-9))


@pytest.mark.parametrize("shape", [(1, 3), (3, 1), (1, 1)])
@pytest.mark.parametrize("p", [1, 1.5, 2, 3, math.inf])
def test_matrices_of_one_singular_value(p, shape):
    # |W| is the l2 norm, so that one sample is its own direction.
    solution = max_margin(ib.Problem(np.full((1, *shape), 2.0), np.ones(1), ib.Exponential()), ib.Schatten(p))
    size = math.sqrt(math.prod(shape))
    np.testing.assert_allclose(solution.direction, np.full(shape, 1 / size), rtol=1e-9)
    assert solution.value == pytest.approx(2 * size, rel=1e-12)
    assert solution.gap <= 1e-9
    assert solution.unique


@pytest.mark.parametrize("p", [1 + 1e-9, 1.0001, 1e9])
def test_exponents_without_a_cvxpy_form(p):
    for norm in (ib.Lp(p), ib.GroupNorm(PAIRS, p, 2), ib.WeightedNorm([1, 2, 3, 4], ib.Lp(p))):
        with pytest.raises(ib.OracleError, match=rf"^cvxpy has no form of the l_p norm with p = {p!r}$"):
            max_margin(ib.Problem(np.eye(4), np.ones(4), ib.Exponential()), norm)


PAIRS = [[0, 1], [2, 3]]


@pytest.mark.parametrize(
    ("norm", "unique", "not_unique"),
    [
        # In l1 all weight goes to the largest entry, if there is one.
        (ib.Lp(1), [[1.0, 0.999]], [[1.0, 1.0]]),
        # In linf every entry of x that is not 0 fixes a sign.
        (ib.Lp(math.inf), [[1.0, 0.001]], [[1.0, 0.0]]),
        # The group with the largest dual norm; the direction of every group that is not 0.
        (ib.GroupNorm(PAIRS), [[3.0, 4, 0, 4.99]], [[3.0, 4, 0, 5]]),
        (ib.GroupNorm(PAIRS, math.inf, 2), [[3.0, 4, 0, 0.01]], [[3.0, 4, 0, 0]]),
        (ib.GroupNorm(PAIRS, 1, math.inf), [[3.0, 4, 6.9, 0.01]], [[3.0, 4, 7.1, 0]]),
        # The largest singular value: u v' if it is simple, else all u v' of its spaces; and W = U V'.
        (ib.Schatten(1), [[[2.0, 0], [0, 1.99]]], [[[2.0, 0], [0, 2]]]),
        (ib.Schatten(math.inf), [[[2.0, 0], [0, 0.01]]], [[[2.0, 0], [0, 0]]]),
        # Two samples: diag(1/2, 1/2) with any off-diagonal up to 1/2, at 1/2 only if a third asks for it.
        (
            ib.Schatten(1),
            [[[1.0, 0], [0, 0]], [[0.0, 0], [0, 1]], [[0.0, 0.5], [0.5, 0]]],
            [[[1.0, 0], [0, 0]], [[0.0, 0], [0, 1]]],
        ),
        (ib.PolyhedralNorm([[1.0, 1], [0, 1]], 1), [[1.0, 1.5]], [[1.0, 2]]),
        (ib.WeightedNorm([1, 1000], ib.Lp(1)), [[1.0, 999]], [[1.0, 1000]]),
        # However unequal the weights: w_3 is free as far as it weighs less than the others.
        *(
            (norm, [[1.0, 1, 1], [1, 1, -1]], [[1.0, 0, 1], [1, 0, -1]])
            for norm in (
                ib.WeightedNorm([1, 1, 1e-4], ib.Lp(math.inf)),
                ib.PolyhedralNorm(np.diag([1, 1, 1e-4]), math.inf),
            )
        ),
        *(
            (
                ib.WeightedNorm([1, 1, weight], ib.Lp(1)),
                [[1.0, 0.9, 0], [1, 0.9, 0.1 * weight], [1, 0.9, -0.1 * weight]],
                [[1.0, 1, 0], [1, 1, 0.1 * weight], [1, 1, -0.1 * weight]],
            )
            for weight in (1e-3, 1e-4, 1e-6)
        ),
        (ib.WeightedNorm([1, 1e6], ib.Lp(math.inf)), [[1.0, 1]], [[1.0, 0]]),
        (ib.Lp(2), [[1.0, 0]], None),
    ],
    ids=repr,
)
def test_uniqueness(norm, unique, not_unique):
    for X, expected in ((unique, True), (not_unique, False)):
        if X is not None:
            problem = ib.Problem(X, np.ones(len(X)), ib.Exponential())
            limit = ib.predict(problem, ib.SteepestDescent(norm)).solve()
            assert limit.unique == expected, limit


@pytest.mark.parametrize("seed", range(3))
def test_random_data_have_one_direction_of_maximum_margin(seed):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((12, 3, 4))
    y = np.sign(np.tensordot(X, rng.standard_normal((3, 4)), 2))
    groups = np.arange(12).reshape(4, 3).tolist()
    norms = [ib.GroupNorm(groups, p, q) for p, q in ((1, 2), (math.inf, 2), (2, 1), (2, math.inf))]
    for norm in (ib.Lp(1), ib.Lp(math.inf), ib.Schatten(1), ib.Schatten(math.inf), *norms):
        assert max_margin(ib.Problem(X, y, ib.Exponential()), norm).unique, norm
