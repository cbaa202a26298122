"""What a problem takes and refuses."""

import copy
import pickle

import numpy as np
import pandas
import pytest
from scipy.sparse import csr_array

import implicitbias as ib

X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, -6.0]])
y = np.array([1.0, -1.0, 1.0])


@pytest.mark.parametrize(
    "kind",
    [
        lambda a: a.tolist(),
        np.asfortranarray,
        lambda a: np.repeat(a, 2, axis=0)[::2],
        lambda a: a.astype(np.float32),
        lambda a: a.astype(np.int64),
        lambda a: a.astype(np.int8),
        lambda a: a.astype(">f8"),
    ],
)
def test_same_numbers_same_problem(kind):
    problem = ib.Problem(kind(X), kind(y), ib.Exponential())
    np.testing.assert_array_equal(problem.X, X)
    np.testing.assert_array_equal(problem.y, y)
    assert problem.shape == (2,)


def test_tall_and_wide_data_come_back():
    rng = np.random.default_rng(0)
    for n, d in ((1, 1), (3, 7), (7, 3), (5, 5)):
        A, b = rng.standard_normal((n, d)), np.sign(rng.standard_normal(n))
        for loss in (ib.Exponential(), ib.Squared()):
            np.testing.assert_array_equal(ib.Problem(A, b, loss).X, A)


def test_copies():
    A, b = X.copy(), y.copy()
    problem = ib.Problem(A, b, ib.Exponential())
    A[:] = b[:] = np.nan
    np.testing.assert_array_equal(problem.X, X)
    problem.X[:] = np.nan
    np.testing.assert_array_equal(problem.X, X)


def test_read_only_arrays():
    A = X.copy()
    A.setflags(write=False)
    assert ib.Problem(A, y, ib.Squared()).shape == (2,)


def test_matrices():
    problem = ib.Problem(np.arange(24.0).reshape(2, 3, 4), [1, -1], ib.Exponential())
    assert problem.shape == (3, 4)
    np.testing.assert_array_equal(problem.X, np.arange(24.0).reshape(2, 3, 4))


@pytest.mark.parametrize(
    ("A", "b", "error", "complaint"),
    [
        ([[1, np.nan]], [1], ValueError, "^X: expected finite numbers.*sample 0"),
        ([[1, 2], [np.inf, 2]], [1, 1], ValueError, "^X: expected finite numbers.*sample 1"),
        (np.zeros((0, 2)), [], ValueError, "^X: expected at least one sample"),
        (np.zeros((2, 0)), [1, 1], ValueError, "^X: expected at least one sample"),
        ([1, 2], [1, 1], ValueError, "^X: expected an array of 2 or 3 dimensions"),
        (np.zeros((1, 1, 1, 1)), [1], ValueError, "^X: expected an array of 2 or 3 dimensions"),
        (X, [1, 1], ValueError, r"^y: expected shape \(3,\).*\(2,\)"),
        (X, [[1, 1, 1]], ValueError, "^y: expected an array of 1 dimension,"),
        (X, [1, 0, 1], ValueError, r"^y: expected labels -1 or \+1.*y\[1\] = 0"),
        (X, [1, 2, 1], ValueError, "^y: expected labels"),
        (X, [1, np.nan, 1], ValueError, r"^y: expected finite numbers, got y\[1\]"),
        (X, [True, False, True], ValueError, "^y: expected labels"),
        (X.astype(complex), y, TypeError, "^X: .*complex"),
        (X.astype(str), y, TypeError, "^X: .*dtype"),
        (X.astype(object), y, TypeError, "^X: .*object"),
        (X.astype(np.longdouble), y, TypeError, "^X: .*"),
        ([[1, 2], [3]], [1, 1], ValueError, "^X: "),
        (np.ma.masked_array(X, X > 4), y, ValueError, "^X: .*masked"),
        (np.full((1, 2), 2**60 + 1), [1], ValueError, "^X: .*2\\^53"),
        (None, y, TypeError, "^X: .*None"),
        (X, None, TypeError, "^y: .*None"),
    ],
)
def test_refusals(A, b, error, complaint):
    with pytest.raises(error, match=complaint) as caught:
        ib.Problem(A, b, ib.Exponential())
    assert isinstance(caught.value, ib.ImplicitBiasError)


def test_a_problem_needs_a_loss():
    with pytest.raises(TypeError, match="^loss: expected a Loss, got None"):
        ib.Problem(X, y, None)
    with pytest.raises(TypeError, match="^loss: expected a Loss, got Lp"):
        ib.Problem(X, y, ib.Lp(1))


def test_squared_loss_takes_any_target():
    np.testing.assert_array_equal(ib.Problem(X, [0.5, -7, 1e9], ib.Squared()).y, [0.5, -7, 1e9])


@pytest.mark.parametrize("shape", [(3, 2), (3, 2, 2)])
def test_pickle_and_copy(shape):
    problem = ib.Problem(np.arange(float(np.prod(shape))).reshape(shape), [1.0, -1, 1], ib.Logistic())
    for same in (pickle.loads(pickle.dumps(problem)), copy.deepcopy(problem)):
        np.testing.assert_array_equal(same.X, problem.X)
        np.testing.assert_array_equal(same.y, problem.y)
        assert same.loss == problem.loss


@pytest.mark.parametrize("dtype", [np.int64, np.uint64])
@pytest.mark.parametrize("make", [np.array, csr_array], ids=["dense", "sparse"])
def test_integers_that_a_double_cannot_hold_are_refused(dtype, make):
    with pytest.raises(ValueError, match=r"^X: expected integers of at most 2\^53.*subtract an offset"):
        ib.Problem(make(np.array([[2**53 + 1, 1]], dtype=dtype)), [1], ib.Exponential())
    problem = ib.Problem(make(np.array([[2**53, 1]], dtype=dtype)), [1], ib.Exponential())
    assert problem.X.max() == 2**53


def test_negative_integers_that_a_double_cannot_hold_are_refused():
    with pytest.raises(ValueError, match="^y: expected integers"):
        ib.Problem([[1.0]], np.array([-(2**53) - 1]), ib.Squared())


@pytest.mark.parametrize(
    "X",
    [
        [[2**53 + 1, 0.5]],
        ((-(2**53) - 1, 0.5),),
        pandas.DataFrame({"a": [2**53 + 1], "b": [0.5]}),
        pandas.DataFrame({"a": np.array([2**64 - 1], dtype=np.uint64), "b": [0.5]}),
    ],
)
def test_integers_beside_other_numbers_are_refused_before_numpy_rounds_them(X):
    with pytest.raises(ValueError, match=r"^X: expected integers of at most 2\^53"):
        ib.Problem(X, [1], ib.Exponential())


def test_integers_beside_other_numbers():
    assert ib.Problem([[2**53, 0.5]], [1], ib.Exponential()).X.tolist() == [[2.0**53, 0.5]]
    frame = pandas.DataFrame({"a": [-(2**53)], "b": [0.5]})
    assert ib.Problem(frame, [1], ib.Exponential()).X.tolist() == [[-(2.0**53), 0.5]]
