"""Products without rounding errors, against fractions."""

import math
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from implicitbias.arithmetic.exact_products import products

numbers = st.one_of(
    st.floats(-1e150, 1e150),
    st.integers(-9, 9).map(float),
    st.sampled_from([0.0, 5e-324, 1e-310, 1e-170, 3.0]),
)


@given(st.data(), st.integers(1, 4), st.integers(1, 5))
def test_values_are_within_their_bounds(data, n, d):
    A = np.array([[data.draw(numbers) for _ in range(d)] for _ in range(n)])
    w = np.array([data.draw(numbers) for _ in range(d)])
    exact = [sum((Fraction(a) * Fraction(b) for a, b in zip(row, w, strict=True)), Fraction(0)) for row in A]
    for samples in (A, csr_array(A)):
        for value, bound, right in zip(*products(samples, w), exact, strict=True):
            if math.isfinite(value) and math.isfinite(bound):
                assert abs(Fraction(value) - right) <= Fraction(bound)
            else:
                assert abs(right) > Fraction(np.finfo(float).max) / 2


def test_what_cancels():
    A = np.array([[1.0, 1e-30, -1.0], [3.0, 0.0, -1.0], [0.0, 0.0, 0.0]])
    values, bounds = products(A, np.array([1e16, 1.0, 1e16]))
    assert values.tolist() == [1e-30, 2e16, 0.0]
    assert bounds[2] == 0.0


def test_a_subnormal_product_is_rounded_once():
    values, bounds = products(np.array([[5e-324]]), np.array([6.0]))
    assert values[0] == 6 * 5e-324
    assert bounds[0] <= 2 * 5e-324
