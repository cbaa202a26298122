"""Separability and its certificates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import conftest
import implicitbias as ib


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
    assert (y * (X @ answer.direction)).min() == answer.margin > 0
    assert answer.margin <= np.abs((answer.weights * y) @ X).sum() == pytest.approx(answer.residual)
    y[0] *= -1
    answer = ib.separability(ib.Problem(X, y, ib.Exponential()))
    assert not answer.separable
    assert np.abs((answer.weights * y) @ X).max() <= 1e-9 * np.abs(X).max()
    X[7] = 0
    assert ib.separability(ib.Problem(X, y, ib.Exponential())).weights[7] == 1


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


def test_refusals():
    with pytest.raises(TypeError, match="^problem: expected a Problem"):
        ib.separability(None)
    with pytest.raises(TypeError, match="labels"):
        ib.separability(ib.Problem([[1.0]], [3.0], ib.Squared()))
