"""What is particular to sparse samples: formats, indices, sizes, refusals."""

import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

import implicitbias as ib

X = np.array([[0.0, 2, 0, 1], [0, 0, 0, 0], [3, 0, -4, 0]])
y = np.array([1.0, -1, 1])


@pytest.mark.parametrize("format", ["csr", "csc", "coo", "lil", "dok", "dia", "bsr"])
@pytest.mark.parametrize("kind", ["array", "matrix"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int8, np.int64, np.bool_])
def test_formats(format, kind, dtype):
    given = getattr(scipy.sparse, f"{format}_{kind}")(scipy.sparse.csr_matrix(X.astype(dtype)))
    problem = ib.Problem(given, y, ib.Exponential())
    assert isinstance(problem.X, scipy.sparse.csr_array)
    assert problem.X.dtype == (np.float32 if dtype == np.float32 else np.float64)
    np.testing.assert_array_equal(problem.X.toarray(), X.astype(dtype).astype(float))


@pytest.mark.parametrize("index", [np.int32, np.int64])
def test_unsorted_and_duplicate_indices_and_stored_zeros(index):
    parts = ([1.0, 2, 0, 5, 4], np.array([3, 1, 0, 2, 2], index), np.array([0, 3, 3, 5], index))
    given = scipy.sparse.csr_array(parts, shape=(3, 4))
    before = given.copy()
    problem = ib.Problem(given, y, ib.Squared())
    np.testing.assert_array_equal(problem.X.toarray(), [[0, 2, 0, 1], [0, 0, 0, 0], [0, 0, 9, 0]])
    assert problem.X.has_canonical_format
    for part in ("data", "indices", "indptr"):
        np.testing.assert_array_equal(getattr(given, part), getattr(before, part))


def test_duplicates_of_small_integers_do_not_overflow():
    given = scipy.sparse.coo_array((np.full(3, 100, np.int8), ([0, 0, 0], [1, 1, 1])), shape=(1, 2))
    np.testing.assert_array_equal(ib.Problem(given, [1], ib.Squared()).X.toarray(), [[0, 300]])


def test_copies():
    given = scipy.sparse.csr_array(X)
    problem = ib.Problem(given, y, ib.Exponential())
    given.data[:] = np.nan
    problem.X.data[:] = np.nan
    np.testing.assert_array_equal(problem.X.toarray(), X)


def damaged(**parts):
    result = scipy.sparse.csr_array(X)
    for name, values in parts.items():
        getattr(result, name)[:] = values
    return result


def outside():
    result = scipy.sparse.coo_array(X)
    result.row[0] = 1000
    return result


@pytest.mark.parametrize(
    ("given", "error", "complaint"),
    [
        (scipy.sparse.csr_array(X.astype(complex)), TypeError, "^X: expected a sparse array .*complex"),
        (scipy.sparse.csr_array(X.astype(np.longdouble)), TypeError, "^X: expected a sparse array .*float"),
        (scipy.sparse.csr_array((0, 4)), ValueError, "^X: expected at least one sample"),
        (scipy.sparse.csr_array((3, 0)), ValueError, "^X: expected at least one sample"),
        (scipy.sparse.csr_array((3, 2**31)), ValueError, r"^X: expected at most 2\^31 - 1 features"),
        (scipy.sparse.csr_array(np.full((3, 1), 2**60 + 1)), ValueError, r"^X: .*2\^53"),
        (damaged(indices=9), ValueError, "^X: expected a valid sparse array"),
        (damaged(indices=-1), ValueError, "^X: expected a valid sparse array"),
        (damaged(indptr=[0, 3, 2, 4]), ValueError, "^X: expected a valid sparse array"),
        (damaged(indptr=[0, 1, 2, 400]), ValueError, "^X: expected a valid sparse array"),
        (outside(), ValueError, "^X: expected a valid sparse array"),
    ],
)
def test_refusals(given, error, complaint):
    with pytest.raises(error, match=complaint) as caught:
        ib.Problem(given, y, ib.Exponential())
    assert isinstance(caught.value, ib.ImplicitBiasError)


def test_other_arguments_are_dense():
    with pytest.raises(TypeError, match="^y: "):
        ib.Problem(X, scipy.sparse.csr_array(y[:, None]), ib.Exponential())
    with pytest.raises(TypeError, match="^w0: "):
        ib.Run(ib.Problem(X, y, ib.Exponential()), ib.GradientDescent(), w0=scipy.sparse.csr_array(X))


@settings(max_examples=40, deadline=None)
@given(n=st.integers(1, 12), d=st.integers(1, 12), seed=st.integers(0, 999), density=st.floats(0, 1))
def test_claims_agree_with_dense_ones(n, d, seed, density):
    rng = np.random.default_rng(seed)
    A = rng.integers(-3, 4, (n, d)) * (rng.random((n, d)) < density) * 1.0
    labels = rng.choice([-1.0, 1], n)
    sparse, dense = (
        ib.separability(ib.Problem(form, labels, ib.Exponential())) for form in (scipy.sparse.csr_array(A), A)
    )
    assert sparse.separable == dense.separable
    assert (sparse.margin > 0) == sparse.separable


def text(n=2000, d=30000, words=40, seed=0):
    """Return counts like those of words in texts, and labels that one feature gives away."""
    rng = np.random.default_rng(seed)
    columns = (d * rng.random(n * words) ** 3).astype(int)
    counts = scipy.sparse.csr_array(
        (np.ones(n * words), (np.repeat(np.arange(n), words), columns)), shape=(n, d)
    )
    return counts, np.where(np.arange(n) % 2, 1.0, -1.0)


def test_data_of_the_size_of_texts():
    counts, labels = text()
    problem = ib.Problem(counts, labels, ib.Logistic())
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(2)), ib.LossNormalized()).advance(200)
    margins = labels * (counts @ run.w)
    assert run.margin == pytest.approx(margins.min() / np.linalg.norm(run.w), rel=1e-12)
    assert run.log_loss == pytest.approx(np.log(np.log1p(np.exp(-margins)).sum()), rel=1e-12)
    assert run.bracket.lower <= run.bracket.upper


def test_least_squares_beyond_a_factorization(tmp_path):
    counts, labels = text()
    run = ib.Run(ib.Problem(counts, labels, ib.Squared()), ib.GradientDescent(), ib.Constant(1e-4))
    assert np.isnan(run.advance(5).off_manifold)
    assert run.residual == pytest.approx(np.linalg.norm(counts @ run.w - labels), rel=1e-12)
    run.save(tmp_path / "run.npz")
    np.testing.assert_array_equal(ib.Run.load(tmp_path / "run.npz").advance(5).w, run.advance(5).w)


def test_what_would_need_a_dense_copy_beyond_memory_says_so():
    counts, labels = text(n=5000, d=100000)
    problem = ib.Problem(counts, labels, ib.Squared())
    with pytest.raises(ValueError, match=r"^X: expected samples of which a dense copy can be made.*4 GB"):
        ib.flow(problem, ib.GradientDescent())


def test_scipy_is_imported_by_whoever_has_sparse_samples():
    script = (
        "import sys, numpy, implicitbias as ib\n"
        "ib.Run(ib.Problem(numpy.eye(3), numpy.ones(3), ib.Exponential()), ib.GradientDescent()).advance(3)\n"
        "print('scipy.sparse' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
