"""Multiclass losses and several targets, against loops in NumPy from their definitions."""

import copy
import math
import pickle

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logsumexp, softmax

import examples
import implicitbias as ib
from blobs import blobs
from conftest import draws
from plain_methods import iterate, rule_of
from same import assert_same
from storages import STORAGES

every_loss = pytest.mark.parametrize("loss", examples.MULTICLASS, ids=repr)


def pairs(X, own, k):
    """The rows (e_y - e_c) x', one after the other."""
    rows = []
    for x, y in zip(X, own, strict=True):
        for c in range(k):
            if c != y:
                row = np.zeros((k, len(x)))
                row[y], row[c] = x, -x
                rows.append(row)
    return np.array(rows)


def value_and_gradient(loss, X, own, W):
    """The loss and its gradient by its formula on the scores."""
    n, k = len(X), len(W)
    S = X @ W.T
    true = S[np.arange(n), own][:, None]
    wrong = np.arange(k) != own[:, None]
    if isinstance(loss, ib.CrossEntropy):
        value = (logsumexp(S, axis=1) - true[:, 0]).sum()
        slopes = softmax(S, axis=1)
    elif isinstance(loss, ib.MulticlassExponential):
        value, slopes = (wrong * np.exp(S - true)).sum(), np.exp(S - true)
    else:
        value, slopes = (wrong * np.log1p(np.exp(S - true))).sum(), 1 / (1 + np.exp(true - S))
    C = np.where(wrong, slopes, 0.0)
    C[np.arange(n), own] = -C.sum(axis=1)
    return value, C.T @ X


def steepest(name, G):
    """The unnormalized steps of gradient, sign and spectral descent."""
    if name == "gradient":
        return -G
    if name == "sign":
        return -np.abs(G).sum() * np.sign(G)
    U, s, V = np.linalg.svd(G, full_matrices=False)
    kept = s > 1e-9 * s[0]
    return -s.sum() * U[:, kept] @ V[kept]


def dual(name, G):
    if name == "gradient":
        return np.linalg.norm(G)
    return np.abs(G).sum() if name == "sign" else np.linalg.svd(G, compute_uv=False).sum()


NORMS = {"gradient": ib.Lp(2), "sign": ib.Lp(math.inf), "spectral": ib.Schatten(math.inf)}


@every_loss
@pytest.mark.parametrize("k", [2, 3, 4])
def test_the_loss_is_its_formula(loss, k):
    X, own = blobs(12, k)
    problem = ib.Problem(X, own, loss)
    W = np.random.default_rng(1).standard_normal((k, 5))
    log_loss, log_scale, g = problem.evaluate(W)
    value, gradient = value_and_gradient(loss, X, own, W)
    assert log_loss == pytest.approx(math.log(value), rel=1e-13, abs=1e-13)
    np.testing.assert_allclose(math.exp(log_scale) * g, gradient, rtol=1e-12, atol=1e-13)


AVERAGING = [
    ib.SteepestDescent(ib.Lp(2), momentum=ib.EMA(0.9, nesterov=True), weight_decay=0.5),
    ib.SteepestDescent(ib.Lp(1.5), momentum=ib.EMA(0.9)),
    ib.Signum(),
    ib.Muon(weight_decay=0.5),
    ib.Muon(orthogonalization="newton-schulz"),
    ib.Adam(weight_decay=0.5),
    ib.Adam(amsgrad=True),
    ib.RMSProp(),
    ib.Lion(weight_decay=0.5),
]


@pytest.mark.parametrize("loss", [ib.CrossEntropy(), ib.PairwiseLogistic()], ids=repr)
@pytest.mark.parametrize("method", AVERAGING, ids=repr)
def test_averages_against_plain_loops(method, loss):
    X, own = blobs()
    W0, etas = 0.1 * np.random.default_rng(1).standard_normal((3, 5)), 3e-3 * (1 + np.arange(300)) ** -0.3
    run = ib.Run(ib.Problem(X, own, loss), method, etas, w0=W0).advance(300)
    assert run.form in ("inner", "gram")
    decay = getattr(method, "weight_decay", 0.0)
    rows = iterate(
        rule_of(method, W0.shape), lambda W: value_and_gradient(loss, X, own, W)[1], W0, etas, decay
    )
    np.testing.assert_allclose(run.w, rows[-1], rtol=0, atol=1e-7 * np.abs(rows).max())


@every_loss
@pytest.mark.parametrize("name", NORMS)
def test_iterates_against_a_plain_loop(loss, name):
    X, own = blobs()
    run = ib.Run(ib.Problem(X, own, loss), ib.SteepestDescent(NORMS[name]), ib.LossNormalized(0.7))
    run.advance(300)
    radius = max(dual(name, row) for row in pairs(X, own, 3))
    W = np.zeros((3, 5))
    for _ in range(300):
        value, gradient = value_and_gradient(loss, X, own, W)
        W = W + 0.7 / (radius**2 * value) * steepest(name, gradient)
    np.testing.assert_allclose(run.w, W, rtol=1e-7, atol=1e-7 * np.abs(W).max())
    margins = np.tensordot(pairs(X, own, 3), W, 2)
    size = {"gradient": np.linalg.norm(W), "sign": np.abs(W).max()}.get(name, np.linalg.norm(W, 2))
    assert run.margin == pytest.approx(margins.min() / size, rel=1e-7)


@pytest.mark.parametrize("step_size", [ib.Constant(0.05), ib.Polynomial(0.3, 0.5), ib.Schedule([0.1] * 300)])
def test_other_steps_of_cross_entropy(step_size):
    X, own = blobs()
    run = ib.Run(ib.Problem(X, own, ib.CrossEntropy()), ib.GradientDescent(), step_size).advance(300)
    W = np.zeros((3, 5))
    for t in range(300):
        eta = math.exp(step_size.log_step(t, 0.0))
        W = W - eta * value_and_gradient(ib.CrossEntropy(), X, own, W)[1]
    np.testing.assert_allclose(run.w, W, rtol=1e-7, atol=1e-9)


@every_loss
def test_line_search_ends_where_the_loss_no_longer_falls(loss):
    X, own = blobs(12, 3, seed=3, spread=2.0)  # one step does not separate them
    W = 0.1 * np.random.default_rng(2).standard_normal((3, 5))
    run = ib.Run(ib.Problem(X, own, loss), ib.GradientDescent(), ib.ExactLineSearch(), w0=W).advance(1)
    before, after = (value_and_gradient(loss, X, own, each)[1] for each in (W, run.w))
    assert np.linalg.norm(run.w - W) > 0.01
    assert abs((before * after).sum()) <= 1e-9 * np.linalg.norm(before) * np.linalg.norm(after)


@every_loss
@pytest.mark.parametrize("replace", [False, True])
def test_batches_draw_samples_with_all_their_pairs(loss, replace):
    X, own = blobs(12, 4)
    batch, W0 = ib.MiniBatch(5, 3, replace=replace), np.full((4, 5), 0.1)
    run = ib.Run(
        ib.Problem(X, own, loss),
        ib.GradientDescent(),
        ib.Constant(0.01),
        w0=W0,
        batch=batch,
        record=ib.every(1),
    ).advance(20)
    for t, counts in enumerate(draws(batch, 12, 20)):
        chosen, W = np.repeat(np.arange(12), counts), run.trajectory.w[t]
        step = -0.01 * value_and_gradient(loss, X[chosen], own[chosen], W)[1]
        np.testing.assert_allclose(run.trajectory.w[t + 1], W + step, rtol=1e-12, atol=1e-13)


@every_loss
def test_margins_of_1e5_keep_all_digits(loss):
    """Far out every one of these losses is the sum of exp(-margin) over the pairs."""
    X, own = blobs()
    problem = ib.Problem(X, own, loss)
    W = ib.predict(problem, ib.GradientDescent()).solve().direction * 1e5
    log_loss, log_scale, g = problem.evaluate(W)
    rows = pairs(X, own, 3)
    margins = np.tensordot(rows, W, 2)
    assert margins.min() > 1e4
    assert log_loss == pytest.approx(logsumexp(-margins), rel=1e-14)
    assert log_scale == pytest.approx(log_loss, rel=1e-14)
    np.testing.assert_allclose(g, -np.tensordot(softmax(-margins), rows, 1), rtol=1e-9, atol=1e-9)


@given(
    st.lists(st.lists(st.floats(-50, 1e5), min_size=3, max_size=3), min_size=1, max_size=6),
)
def test_cross_entropy_against_fifty_digits(z):
    import mpmath

    with mpmath.workdps(50):
        exact = [[mpmath.exp(-mpmath.mpf(m)) for m in row] for row in z]
        losses = [mpmath.log1p(mpmath.fsum(row)) for row in exact]
        log_loss, log_scale, slopes = ib.CrossEntropy().evaluate(z)
        expected = float(mpmath.log(mpmath.fsum(losses)))
        assert abs(log_loss - expected) <= 1e-14 * max(1, abs(expected))
        assert slopes.sum() == pytest.approx(-1, rel=1e-13)
        for row, of_sample in zip(exact, slopes, strict=True):
            for weight, slope in zip(row, of_sample, strict=True):
                if slope > -1e-270:
                    continue
                derivative = -weight / (1 + mpmath.fsum(row))
                ratio = mpmath.log(mpmath.mpf(float(slope)) / derivative) + mpmath.mpf(log_scale)
                assert abs(ratio) <= 1e-14 * (1 + abs(log_scale) + abs(mpmath.log(-derivative)))


def test_curvature_is_at_most_the_loss():
    """What LossNormalized asks: with |x| <= 1, d^2 L along V is at most max |<row, V>|^2 L."""
    rng = np.random.default_rng(0)
    for loss in examples.MULTICLASS:
        for _ in range(50):
            z, v = 3 * rng.standard_normal((4, 3)), rng.standard_normal((4, 3))
            value = [math.exp(loss.evaluate(z + s * v)[0]) for s in (-1e-3, 0, 1e-3)]
            curvature = (value[0] - 2 * value[1] + value[2]) / 1e-6
            assert curvature <= np.abs(v).max() ** 2 * value[1] * (1 + 1e-5)


LABELS = {
    "integers": [3, 7, 7, -2, 3, -2],
    "strings": ["c", "b", "b", "a", "c", "a"],
    "bytes": [b"c", b"b", b"b", b"a", b"c", b"a"],
    "whole floats": [3.0, 7, 7, -2, 3, -2],
    "objects": np.array(["c", "b", "b", "a", "c", "a"], dtype=object),
    "long integers": np.array([2**62, 2**62 + 1, 2**62 + 1, -5, 2**62, -5]),
}


@pytest.mark.parametrize("kind", LABELS)
def test_labels_come_back_as_they_were_given(kind, tmp_path):
    y = np.asarray(LABELS[kind])
    problem = ib.Problem(blobs(6)[0], LABELS[kind], ib.CrossEntropy())
    run = ib.Run(problem, ib.GradientDescent()).advance(5)
    run.save(tmp_path / "run.npz")
    again = ib.Run.load(tmp_path / "run.npz")
    for same in (problem, copy.deepcopy(problem), pickle.loads(pickle.dumps(problem)), again.problem):
        np.testing.assert_array_equal(same.y, y)
        np.testing.assert_array_equal(same.classes, np.unique(y))
        assert same.shape == (3, 5)
    assert_same(again.advance(7), run.advance(7))
    assert ib.Problem([[1.0]], [1], ib.Logistic()).classes is None
    problem.classes[0] = problem.y[0]  # a copy
    np.testing.assert_array_equal(problem.classes, np.unique(y))


@pytest.mark.parametrize("storage", STORAGES)
def test_rows_in_every_storage(storage, tmp_path):
    X, own = blobs(9, 4)
    X = X.astype(np.float32).astype(np.float64)
    X[np.abs(X) < 0.3] = 0
    problem = ib.Problem(STORAGES[storage](X, tmp_path), own, ib.CrossEntropy())
    rows = problem.rows
    if "sparse" in storage:
        assert scipy.sparse.issparse(rows)
        rows = rows.toarray().reshape(-1, 4, 5)
    np.testing.assert_array_equal(rows, pairs(X, own, 4))
    several = ib.Problem(STORAGES[storage](X, tmp_path), X[:, :2], ib.Squared()).rows
    if "sparse" in storage:
        several = several.toarray().reshape(-1, 2, 5)
    expected = [np.outer(unit, x) for x in X for unit in np.eye(2)]
    np.testing.assert_array_equal(several, expected)


BAD = {
    "one class": (["a"] * 6, "^y: expected labels of at least two classes, got one, 'a'"),
    "no samples of a class": ([0, 0, 0, 0, 0, 0], "a row for each class that occurs in y"),
    "NaN": ([0, 1, math.nan, 2, 0, 1], r"^y: expected complete labels, got y\[2\] = nan"),
    "infinite": ([0, 1, math.inf, 2, 0, 1], r"^y: expected complete labels, got y\[2\] = inf"),
    "None": (["a", None, "b", "a", "b", "a"], r"^y: expected complete labels, got y\[1\] = None"),
    "masked": (
        np.ma.array([0, 1, 2, 0, 1, 2], mask=[1, 0, 0, 0, 0, 0]),
        r"got masked entries; .*y\[~y.mask\]",
    ),
    "mixed": (["a", 1, "b", 2, "a", 1], "^y: expected labels of one kind, .*got objects of type int, str"),
    "fractions": ([0.5, 1, 2, 0, 1, 2], r"got y\[0\] = 0.5; write Problem\(X, y, Squared\(\)\)"),
    "columns": (np.eye(6), r"got shape \(6, 6\); write y.argmax\(axis=1\) where a column is a class"),
    "a column": (np.zeros((6, 1)), r"got shape \(6, 1\); write numpy.ravel\(y\)"),
    "too few": ([0, 1, 2], r"^y: expected shape \(6,\), one label a row of X, got \(3,\)"),
    "text": ("abcabc", "^y: expected class labels, integers or strings"),
    "dates": (np.arange(6).astype("M8[D]"), "^y: expected class labels, integers or strings"),
    "complex": (np.arange(6) * 1j, "^y: expected class labels, integers or strings"),
}


@pytest.mark.parametrize("case", BAD)
def test_labels_that_are_none(case):
    y, message = BAD[case]
    with pytest.raises((ValueError, TypeError), match=message):
        ib.Problem(blobs(6)[0], y, ib.CrossEntropy())


def test_targets_that_do_not_fit_the_loss():
    X, own = blobs(6)
    with pytest.raises(ValueError, match=r"^y: .*\(6, 3\); write Problem\(X, y.argmax\(axis=1\), Cross"):
        ib.Problem(X, np.eye(3)[own], ib.Logistic())
    with pytest.raises(ValueError, match=r"write Problem\(X, y, CrossEntropy\(\)\) if y holds classes, and"):
        ib.Problem(X, own, ib.Exponential())
    with pytest.raises(TypeError, match=r"write Problem\(X, y, CrossEntropy\(\)\) for labels of 3 classes"):
        ib.Problem(X, np.array(["a", "b", "c"])[own], ib.Exponential())
    with pytest.raises(ValueError, match=r"^X: .* samples of shape \(d,\).*write X.reshape\(len\(X\), -1\)"):
        ib.Problem(X[:, :4].reshape(6, 2, 2), own, ib.CrossEntropy())
    with pytest.raises(ValueError, match=r"^y: expected finite numbers, got y\[1, 2\] = nan"):
        ib.Problem(X, np.where(np.arange(18).reshape(6, 3) == 5, np.nan, 0.0), ib.Squared())
    problem = ib.Problem(X, own, ib.CrossEntropy())
    with pytest.raises(ValueError, match=r"^w0: expected shape \(3, 5\), got \(2, 5\)"):
        ib.Run(problem, ib.GradientDescent(), w0=np.zeros((2, 5)))
    with pytest.raises(ValueError, match=r"^w: expected shape \(3, 5\), got \(5, 3\)"):
        problem.evaluate(np.zeros((5, 3)))
    with pytest.raises(ValueError, match="^problem: expected matrices, samples of shape"):
        ib.lift(problem)


def test_two_classes_are_the_binary_problem():
    """W_2 - W_1 is w: gradient descent on both classes moves it twice as fast."""
    X, own = blobs(12, 2)
    binary = ib.Run(ib.Problem(X, 2.0 * own - 1, ib.Logistic()), ib.GradientDescent(), ib.Constant(0.02))
    for loss in (ib.CrossEntropy(), ib.PairwiseLogistic()):
        run = ib.Run(ib.Problem(X, own, loss), ib.GradientDescent(), ib.Constant(0.01)).advance(500)
        w = run.w[1] - run.w[0]
        np.testing.assert_allclose(w, binary.w if binary.t else binary.advance(500).w, rtol=1e-10)


@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize("shape", [(203, 4, 70), (50, 3, 100), (400, 10, 3)])
def test_blocks_of_samples_are_all_of_them(storage, shape, tmp_path):
    n, k, d = shape
    X, own = blobs(n, k, d)
    X = X.astype(np.float32).astype(np.float64)
    W = 0.1 * np.random.default_rng(1).standard_normal((k, d))
    value, gradient = value_and_gradient(ib.CrossEntropy(), X, own, W)
    problem = ib.Problem(STORAGES[storage](X, tmp_path), own, ib.CrossEntropy())
    for threads in (1, 2, 3):
        log_loss, log_scale, g = problem.evaluate(W, threads=threads)
        assert log_loss == pytest.approx(math.log(value), rel=1e-12)
        np.testing.assert_allclose(math.exp(log_scale) * g, gradient, rtol=1e-10, atol=1e-11)


@every_loss
@pytest.mark.parametrize("method", [ib.SteepestDescent(ib.Lp(math.inf)), ib.AdaGrad()], ids=repr)
@pytest.mark.parametrize("batch", [None, ib.MiniBatch(21, 4)])
def test_derivatives_that_cancel_are_zero(loss, method, batch):
    """Features that sum to 0 over every class see no gradient: rounding must not become a step."""
    rng = np.random.default_rng(0)
    balanced = rng.integers(-9, 10, (3, 7, 4)).astype(float)
    balanced[:, -1] = -balanced[:, :-1].sum(axis=1)
    own = np.repeat(np.arange(3), 7)
    X = np.hstack([np.eye(3)[own], 0.1 * balanced.reshape(21, 4)])
    run = ib.Run(ib.Problem(X, own, loss), method, ib.Constant(0.01), batch=batch).advance(200)
    assert np.all(run.w[np.eye(3, 7, dtype=bool)] > 0)
    np.testing.assert_array_equal(run.w[:, 3:], 0)


def test_labels_of_which_there_are_too_many():
    with pytest.raises(ib.InvalidValueError, match="^y: expected classes of which there are few, got 70000"):
        ib.Problem(np.ones((70_000, 1)), np.arange(70_000), ib.CrossEntropy())
