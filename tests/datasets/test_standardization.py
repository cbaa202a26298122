"""Standardized features: mean 0 and variance 1 at any scale, and zeros where they are constant."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implicitbias.datasets import load
from implicitbias.datasets.preparation import standardized


def test_the_former_name(tmp_path):
    (tmp_path / "d.csv").write_text("x,y\n5,-1\n7,1\n")
    with pytest.warns(DeprecationWarning, match="write standardize"):
        data = load(tmp_path / "d.csv", standardise=True)
    np.testing.assert_array_equal(data.X, load(tmp_path / "d.csv", standardize=True).X)


@pytest.mark.parametrize("value", [0.1, 1e300, 1e-300, -1.7e308, 5e-324, 0.0, 1.6e12])
def test_a_constant_column_becomes_zeros(tmp_path, value):
    rows = "".join(f"{value!r},{i},yes\n" for i in range(1, 7))
    (tmp_path / "d.csv").write_text("c,x,y\n" + rows)
    data = load(tmp_path / "d.csv", positive="yes", standardize=True)
    assert not data.X[:, 0].any()
    assert not data.separability().separable  # exact: x - 3.5 sums to 0, with weights 1/6
    assert data.notes[-1] == "standardized; constant, and now 0: 'c'"


def test_a_column_of_rounding_errors_is_constant():
    Z, constant = standardized(np.array([[0.1 + 0.2, 1.0], [0.3, 2], [0.3, 3]]))
    assert constant.tolist() == [True, False]
    assert not Z[:, 0].any()


@given(
    st.lists(st.integers(-50, 50) | st.floats(-1e6, 1e6), min_size=2, max_size=12),
    st.sampled_from([0.0, 1.6e12, -1e9]),
    st.integers(-900, 900),
)
def test_mean_0_and_variance_1_at_any_scale(column, offset, exponent):
    x = np.array(column) + offset
    largest = Fraction(float(np.abs(x).max())) or 1
    exact = [Fraction(value) / largest for value in x.tolist()]
    mean = sum(exact) / len(exact)
    deviation = math.sqrt(sum((value - mean) ** 2 for value in exact) / len(exact))
    Z, constant = standardized(x[:, None])
    scaled = np.ldexp(x, exponent)
    if np.array_equal(np.ldexp(scaled, -exponent), x):  # nothing underflowed
        np.testing.assert_array_equal(standardized(scaled[:, None])[0], Z)
    if max(exact) - min(exact) <= 2**-51:
        assert constant.all()
        assert not Z.any()
        return
    expected = [float(value - mean) / deviation for value in exact]
    np.testing.assert_allclose(Z[:, 0], expected, rtol=0, atol=1e-14 * math.sqrt(len(x)))
    assert abs(math.fsum(Z[:, 0])) < 1e-13 * len(x)
    assert math.fsum(Z[:, 0] ** 2) / len(x) == pytest.approx(1, rel=1e-13)
