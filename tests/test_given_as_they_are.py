"""What newcomers have at hand goes in as it is: numbers for steps, arrays of any kind, floats as counts."""

import math
import re

import numpy as np
import pytest
from scipy.sparse import csr_array

import implicitbias as ib
from conftest import separable

X, y = separable(6, 4)
LABELED, DESCENT = ib.Problem(X, y, ib.Logistic()), ib.GradientDescent()


def run():
    return ib.Run(LABELED, DESCENT, 0.01)


@pytest.mark.parametrize("number", [0.5, 1, np.float32(0.5), np.int64(1), np.array(0.5)])
def test_a_number_is_a_constant_step(number):
    assert ib.Run(LABELED, DESCENT, number).step_size == ib.Constant(float(number))


@pytest.mark.parametrize("numbers", [[0.5, 0.25], (0.5, 0.25), np.array([0.5, 0.25])])
def test_an_array_is_a_schedule(numbers):
    found = ib.Run(LABELED, DESCENT, numbers).advance(2)
    assert found.step_size == ib.Schedule([0.5, 0.25])
    expected = ib.Run(LABELED, DESCENT, ib.Schedule([0.5, 0.25])).advance(2)
    np.testing.assert_array_equal(found.w, expected.w)


@pytest.mark.parametrize("wrong", [-1, 0, math.nan, math.inf, True, [], [-1.0], [[0.1]], ["a"], {}])
def test_other_steps_are_refused_by_the_argument_s_name(wrong):
    with pytest.raises((ib.InvalidTypeError, ib.InvalidValueError), match="^step_size: expected "):
        ib.Run(LABELED, DESCENT, wrong)


def test_whole_numbers_are_counts():
    assert run().advance(1e3).t == 1000
    assert run().advance(np.float64(7)).advance(np.int32(2)).t == 9
    assert ib.every(1e3) == ib.Every(1000)
    for wrong in (0.5, math.nan, math.inf, 1e300, True, None, "1", [1], np.ones(2)):
        with pytest.raises((ib.InvalidTypeError, ib.InvalidValueError), match="^steps: expected an int"):
            run().advance(wrong)


@pytest.mark.parametrize("value", [10**400, -(10**400), math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("argument", ["step_size", "batch", "record", "method"])
def test_numbers_beyond_all_floats_have_no_cure(argument, value):
    problem = ib.Problem([[1.0, 2], [2, 1]], [1, -1], ib.Exponential())
    arguments = {"method": ib.GradientDescent(), argument: value}
    with pytest.raises((TypeError, ValueError), match=f"^{argument}: |^eta: "):
        ib.Run(problem, **arguments)


class Elsewhere:
    """Numbers that NumPy cannot reach, as those of a tensor on another device."""

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("can't convert cuda:0 device type tensor")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"X": X.astype(object)}, "X: expected .*; write numpy.asarray(X, dtype=float)"),
        ({"X": X.astype(np.longdouble)}, "X: expected .*; write numpy.asarray(X, dtype=float)"),
        ({"X": Elsewhere()}, "X: expected .* numpy.asarray refuses (can't convert cuda:0"),
        ({"y": y[:, None]}, "y: expected an array of 1 dimension, got shape (6, 1); write numpy.ravel(y)"),
        ({"y": csr_array(y[:, None])}, "y: expected .* a csr_array of shape (6, 1); write y.toarray()"),
        ({"y": np.array(["a", "b"] * 3)}, "y: expected .*; write numpy.where(y == label, 1, -1)"),
        (
            {"y": np.array([[1.0, 2], [3, 4]])},
            "y: expected labels -1 or +1 .*, got shape (2, 2); write Problem(X, y.argmax(axis=1), ",
        ),
    ],
)
def test_arrays_of_another_kind(arguments, message):
    expected = "^" + ".*".join(map(re.escape, message.split(".*")))
    with pytest.raises((ib.InvalidTypeError, ib.InvalidValueError), match=expected):
        ib.Problem(**{"X": X, "y": y, "loss": ib.Logistic()} | arguments)


@pytest.mark.parametrize("w0", [Elsewhere(), np.zeros((4, 1)), np.zeros(4).astype(object)])
def test_starts_of_another_kind(w0):
    with pytest.raises((ib.InvalidTypeError, ib.InvalidValueError), match="^w0: expected "):
        ib.Run(LABELED, DESCENT, 0.01, w0=w0)
