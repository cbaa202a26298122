"""Separability and its certificates."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array, random_array

import conftest
import implicitbias as ib
from extreme_rays import kind_of_separation
from implicitbias.oracles import separability as linear_separability


@given(
    seed=st.integers(0, 2**32),
    n=st.integers(1, 15),
    d=st.integers(1, 5),
    scale=st.sampled_from([1e-9, 1, 1e9]),
)
def test_every_answer_carries_its_proof(seed, n, d, scale):
    rng = np.random.default_rng(seed)
    X, y = scale * rng.standard_normal((n, d)), np.sign(rng.standard_normal(n))
    answer = ib.separability(ib.Problem(X, y, ib.Exponential()))
    if answer.separable:
        assert (y * (X @ answer.direction)).min() > 0
        assert np.abs(answer.direction).max() <= 1 + 1e-9
    else:
        assert answer.weights.min() >= 0
        assert answer.weights.sum() == pytest.approx(1)
        assert np.abs((answer.weights * y) @ X).max() <= 1e-9 * np.abs(X).max()


def test_large_data():
    X, y = conftest.separable(30000, 4)
    answer = ib.separability(ib.Problem(X, y, ib.Exponential()))
    assert (y * (X @ answer.direction)).min() == pytest.approx(answer.margin)
    assert 0 < answer.margin <= np.abs((answer.weights * y) @ X).sum() == pytest.approx(answer.residual)
    y[0] *= -1
    answer = ib.separability(ib.Problem(X, y, ib.Exponential()))
    assert not answer.separable
    assert np.abs((answer.weights * y) @ X).max() <= 1e-9 * np.abs(X).max()
    y[0] *= -1
    X[7] = 0
    assert ib.separability(ib.Problem(X, y, ib.Exponential())).weights[7] == 1


@pytest.mark.parametrize("stored", [np.asarray, csr_array])
def test_some_of_many_samples_decide(stored, monkeypatch):
    """Without a linear program on all of them; what is proved is about all."""
    monkeypatch.setattr(linear_separability, "linear_program", None)
    X, y = conftest.separable(4000, 30)
    X[:, 1:] *= np.random.default_rng(0).random((4000, 29)) < 0.5
    X[:, 0] = y * np.abs(X[:, 0] + 0.1)
    answer = ib.separability(ib.Problem(stored(X), y, ib.Exponential()))
    assert answer.kind == "complete"
    assert 0 < answer.margin == pytest.approx((y * (X @ answer.direction)).min(), rel=1e-9)
    X[:, 0] = np.random.default_rng(1).standard_normal(4000)
    answer = ib.separability(ib.Problem(stored(X), y, ib.Exponential()))
    assert answer.kind == "overlap"
    assert np.abs((answer.weights * y) @ X).max() <= 1e-9
    assert np.linalg.matrix_rank(X[answer.weights > 0]) == 30


def test_real_data():
    assert ib.datasets.iris_setosa().separability().separable
    assert ib.datasets.digits_3v8().separability().separable
    assert ib.datasets.breast_cancer(intercept=True).separability().separable
    without = ib.datasets.breast_cancer(intercept=False).separability()
    assert not without.separable
    with pytest.raises(ib.NotSeparableError, match=r"\.\.\. \(\d+ more\) = 0"):
        without.require()


def test_narrow_margins():
    for margin in (1e-3, 1e-6):
        X = np.array([[1.0, margin], [-1.0, margin]])
        answer = ib.separability(ib.Problem(X, [1, 1], ib.Logistic()))
        assert answer.separable
        assert answer.margin == pytest.approx(margin)


def test_zero_samples():
    answer = ib.separability(ib.Problem(np.zeros((2, 3)), [1, -1], ib.Exponential()))
    assert not answer.separable
    assert not ib.separability(ib.Problem([[1.0], [0.0]], [1, 1], ib.Exponential())).separable


def test_matrices():
    X, y = conftest.separable(6, 6)
    answer = ib.separability(ib.Problem(X.reshape(6, 2, 3), y, ib.Exponential()))
    assert answer.direction.shape == (2, 3)


LABELED = {
    "integers": lambda rng, n, d: rng.integers(-2, 3, (n, d)),
    "zeros and ones": lambda rng, n, d: rng.integers(0, 2, (n, d)),
    "unscaled": lambda rng, n, d: rng.integers(-2, 3, (n, d)) * 10.0 ** rng.integers(-9, 9, d),
    "timestamps": lambda rng, n, d: np.column_stack(
        [rng.integers(-3, 4, (n, d)) + 10.0 ** rng.integers(0, 12), np.ones(n)]
    ),
    "Gaussian": lambda rng, n, d: rng.standard_normal((n, d)),
}


@pytest.mark.parametrize("make", LABELED.values(), ids=LABELED)
@given(seed=st.integers(0, 2**32), n=st.integers(1, 7), d=st.integers(1, 4))
def test_the_kind_is_that_of_exact_arithmetic(make, seed, n, d):
    rng = np.random.default_rng(seed)
    X, y = np.asarray(make(rng, n, d), dtype=float), rng.choice([-1.0, 1], n)
    try:
        answer = ib.separability(ib.Problem(X, y, ib.Exponential()))
    except ib.OracleError:
        return  # neither side is proved
    right = kind_of_separation(y[:, None] * X)
    assert answer.separable == (right == "complete")
    assert answer.kind in (right, "undecided")


def test_most_answers_are_proved():
    kinds = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        make = list(LABELED.values())[seed % len(LABELED)]
        X, y = np.asarray(make(rng, 6, 3), dtype=float), rng.choice([-1.0, 1], 6)
        kinds.append(ib.separability(ib.Problem(X, y, ib.Exponential())).kind)
    assert kinds.count("undecided") <= 3


@pytest.mark.parametrize(
    ("X", "y"),
    [
        ([[1600000000000, 1], [1600000000001, 1]], [-1, 1]),  # w = (2, -3200000000001)
        ([[1 + 1e-10, 1], [1.0, 1]], [1, -1]),
    ],
)
def test_margins_below_the_precision_of_a_solver(X, y):
    answer = ib.separability(ib.Problem(X, y, ib.Exponential()))
    assert answer.separable
    exact = [sum(Fraction(a) * Fraction(b) for a, b in zip(row, answer.direction, strict=True)) for row in X]
    assert all(label * margin > 0 for label, margin in zip(y, exact, strict=True))


def test_margins_that_a_linear_program_takes_for_0():
    # w = (1.5e-10, -1) has margins of 5e-11 and more.
    X = [[-1, -2e-10], [1, -5e-11], [0, -1], [1, 1e-10]]
    answer = ib.separability(ib.Problem(X, np.ones(4), ib.Exponential()))
    assert kind_of_separation(np.array(X)) == "complete" == answer.kind


def test_neither_side_proved_is_an_error():
    # Some w separates, by what the second feature was rounded; no w of doubles is found to.
    x = np.array([8.0, 6.0])
    X, y = np.column_stack([x, x / 3]), np.array([1.0, -1.0])
    assert kind_of_separation(y[:, None] * X) == "complete"
    with pytest.raises(ib.OracleError, match="center and scale"):
        ib.separability(ib.Problem(X, y, ib.Exponential()))


def test_one_hot_features_are_dependent_also_where_rounding_hides_it():
    rng = np.random.default_rng(0)
    categories = rng.integers(0, 5, (2000, 4))
    X = np.hstack([np.eye(5)[categories[:, k]] for k in range(4)])
    y = rng.choice([-1.0, 1], 2000)
    for features in (X, (X - X.mean(axis=0)) / X.std(axis=0), csr_array(X)):
        answer = ib.separability(ib.Problem(features, y, ib.Exponential()))
        assert not answer.separable
        assert answer.kind == "overlap"


@pytest.mark.parametrize("storage", [np.asarray, csr_array])
def test_opposite_samples_contradict_whatever_their_rank(storage):
    # 49 samples have both labels, and lie on a hyperplane; all others are on one side of it.
    rng = np.random.default_rng(2)
    w, twice = rng.integers(1, 4, 66).astype(float), rng.integers(-3, 4, (49, 66)).astype(float)
    twice[:, 0] = -(twice[:, 1:] @ w[1:])
    others = rng.integers(0, 4, (60, 66)).astype(float)
    w[0] = 1.0
    X = np.vstack([twice, twice, others])
    assert np.all(others @ w > 0)
    y = np.repeat([1.0, -1.0, 1.0], [49, 49, 60])
    answer = ib.separability(ib.Problem(storage(X), y, ib.Exponential()))
    assert answer.kind in ("quasi-complete", "undecided")
    assert not answer.weights[98:].any()
    assert np.abs(answer.weights[:49] - answer.weights[49:98]).max() < 1e-12


def test_quasi_complete_separation_shows_its_direction():
    # The second feature is never negative where the label is +1, and 0 elsewhere.
    X = np.array([[1.0, 2], [-1, 0], [2, 0], [-2, 0], [0.5, 1]])
    answer = ib.separability(ib.Problem(X, [1, 1, -1, -1, 1], ib.Exponential()))
    assert (answer.kind, answer.separable) == ("quasi-complete", False)
    assert answer.direction.tolist() == [0.0, 1.0]
    with pytest.raises(ib.NotSeparableError):
        answer.require()


def test_refusals():
    with pytest.raises(TypeError, match="^problem: expected a Problem"):
        ib.separability(None)
    with pytest.raises(TypeError, match="labels"):
        ib.separability(ib.Problem([[1.0]], [3.0], ib.Squared()))


def test_where_time_is_up_it_is_not_rounding_that_is_blamed(monkeypatch):
    monkeypatch.setattr(linear_separability, "_SECONDS", 1e-9)
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((60, 8)), np.sign(rng.standard_normal(60))
    with pytest.raises(ib.OracleError, match="^X: the linear program did not end within 1e-09 s"):
        ib.separability(ib.Problem(X, y, ib.Logistic()))


def test_sparse_data_are_separated_without_a_linear_program(monkeypatch):
    # HiGHS takes a minute for these.
    rng = np.random.default_rng(0)
    X = random_array((3000, 2000), density=0.01, rng=rng, data_sampler=rng.standard_normal, format="csr")
    y = np.where(X @ rng.standard_normal(2000) > 0, 1.0, -1.0)
    monkeypatch.setattr(linear_separability, "_linear_program", None)
    found = ib.separability(ib.Problem(X, y, ib.Logistic()))
    assert found.separable
    assert found.margin == pytest.approx((y * (X @ found.direction)).min(), rel=1e-9)
    assert found.margin > 0


def quasi_complete(kind, d, seed):
    """Samples of which some w is positive on the last, and 0 on the first ones, which sum to 0."""
    rng = np.random.default_rng(seed)
    rank = int(rng.integers(1, d))
    if kind == "pairs":
        face = rng.standard_normal((rank, d))
        face = np.vstack([face, -face])
    else:
        face = rng.integers(-9, 10, (rank, d)).astype(float)
        face = np.vstack([face, -face.sum(axis=0)])
    w = np.linalg.svd(face)[2][rank:].sum(axis=0)
    others = rng.standard_normal((2 * d, d))
    others *= np.sign(others @ w)[:, None]
    others = others[others @ w > 0.1]
    return face, others, w


@pytest.mark.parametrize("d", [20, 33, 48])
@pytest.mark.parametrize("kind", ["pairs", "sum"])
def test_quasi_complete_separation_in_many_dimensions(kind, d):
    face, others, w = quasi_complete(kind, d, d)
    rng = np.random.default_rng(d)
    X = np.vstack([face, others])
    y = rng.choice([-1.0, 1.0], len(X))
    found = ib.separability(ib.Problem(y[:, None] * X, y, ib.Logistic()))
    assert found.kind == "quasi-complete"
    assert np.abs(face @ found.direction).max() <= 1e-13
    assert (others @ found.direction).min() > 0
    # A little of w makes positive margins of zeros, whatever a solver takes for 0.
    moved = np.vstack([face + 2.0**-30 * w, others])
    assert ib.separability(ib.Problem(moved, np.ones(len(moved)), ib.Logistic())).separable


def test_many_samples_that_are_zero():
    X = np.zeros((200, 20))
    X[7] = X[107] = np.arange(1.0, 21)
    found = ib.separability(ib.Problem(X, np.ones(200), ib.Logistic()))
    assert found.kind == "quasi-complete"
    assert found.direction @ X[7] > 0
    assert found.weights[[7, 107]].max() == 0
