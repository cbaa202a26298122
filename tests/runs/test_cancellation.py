"""A derivative that is 0 moves nothing, though its terms cancel to some 1e-17; any other one moves w."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import examples
import implicitbias as ib
from storages import STORAGES

# Methods that forget how small a derivative is beside others, or nearly so.
METHODS = [
    ib.AdaGrad(),
    ib.SteepestDescent(ib.Lp(math.inf)),
    ib.SteepestDescent(ib.Lp(3)),
    ib.SteepestDescent(ib.Lp(40)),
    ib.SteepestDescent(ib.PolyhedralNorm(np.eye(5), math.inf)),
    ib.SteepestDescent(ib.GroupNorm([[0, 2, 4], [1, 3]], q=math.inf)),
    ib.SteepestDescent(ib.GroupNorm([[0], [1, 2], [3, 4]], math.inf)),
    ib.Adam(eps=0.0),
    ib.RMSProp(eps=0.0),
    ib.Lion(),
    ib.Signum(),
]
FORMS = ["auto", "plain"]


def balanced(n, columns, seed, scale=1.0):
    """Samples whose first feature is 1, and other features that sum to 0 over the samples."""
    rng = np.random.default_rng(seed)
    X = np.ones((n, 1 + columns))
    X[:-1, 1:] = rng.integers(-9, 10, (n - 1, columns))
    X[-1, 1:] = -X[:-1, 1:].sum(axis=0)
    return X * scale


def run_on(X, method, eta=0.1, loss=None, **options):
    problem = ib.Problem(X, np.ones(X.shape[0]), loss or ib.Exponential())
    return ib.Run(problem, method, ib.Constant(eta), **options)


@pytest.mark.parametrize("loss", examples.ONE_SCORE, ids=repr)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("method", METHODS, ids=repr)
def test_balanced_columns_stay(method, form, loss):
    # By symmetry all margins are equal, and w is 0 in every column that sums to 0.
    for n in (3, 7, 49, 97):
        run = run_on(balanced(n, 4, n), method, 0.1 / n, loss, form=form).advance(300)
        assert run.w[0] > 0
        np.testing.assert_array_equal(run.w[1:], 0)


@given(
    n=st.integers(3, 90),
    columns=st.integers(1, 12),
    seed=st.integers(0, 10**6),
    scale=st.sampled_from([1.0, 0.1, 1e-30, 1e30, 1e120]),
    form=st.sampled_from(FORMS),
    adagrad=st.booleans(),
)
def test_any_balanced_columns_stay(n, columns, seed, scale, form, adagrad):
    method = ib.AdaGrad() if adagrad else ib.SteepestDescent(ib.Lp(math.inf))
    eta = 0.1 / scale if adagrad else 0.1 / scale**2 / n
    run = run_on(balanced(n, columns, seed, scale), method, eta, form=form).advance(20)
    assert run.w[0] > 0
    np.testing.assert_array_equal(run.w[1:], 0)
    if adagrad:
        np.testing.assert_array_equal(run.G[1:], 0)


@pytest.mark.parametrize("batch", [None, ib.MiniBatch(9, 1)], ids=repr)
@pytest.mark.parametrize("method", METHODS[:2], ids=repr)
@pytest.mark.parametrize("storage", STORAGES)
def test_in_every_storage(storage, method, batch, tmp_path):
    # All of nine samples, in another order; entries are exact in single precision.
    run = run_on(STORAGES[storage](balanced(9, 3, 5), tmp_path), method, 0.01, batch=batch).advance(200)
    assert run.w[0] > 0
    np.testing.assert_array_equal(run.w[1:], 0)


@pytest.mark.parametrize("form", FORMS)
def test_steps_and_accumulators_of_a_balanced_column(form):
    X = np.array([[1.0, -2], [1, -1], [1, 3]])
    one, later = (run_on(X, ib.AdaGrad(), form=form).advance(steps) for steps in (1, 1000))
    np.testing.assert_allclose(one.w, [0.1, 0], rtol=1e-14)
    np.testing.assert_allclose(one.G, [9, 0], rtol=1e-14)
    assert one.margin == pytest.approx(1)
    assert later.w[1] == later.G[1] == 0


@pytest.mark.parametrize("method", METHODS[:2], ids=repr)
@pytest.mark.parametrize("form", FORMS)
def test_margins_that_are_equal_up_to_rounding(form, method):
    # A rotation of the first three features permutes the samples: their margins round differently.
    X = np.array([[1.0, 2, 3.3, -2], [2, 3.3, 1, -1], [3.3, 1, 2, 3]])
    run = run_on(X, method, 0.01, form=form).advance(2000)
    np.testing.assert_allclose(run.w[:3], run.w[0], rtol=1e-14)
    assert run.w[3] == 0


@pytest.mark.parametrize("form", FORMS)
def test_adagrad_against_high_precision(form):
    # At w = 0 the first two columns sum to 0, later they do not.
    A = np.array([[1.0, -2, 1], [-2, 0, -2], [-1, -1, -2], [2, -1, 2], [2, -1, 2], [-2, 5, 2]])
    mpmath.mp.dps = 60
    w, G = [mpmath.mpf(0)] * 3, [mpmath.mpf(0)] * 3
    for _ in range(300):
        losses = [mpmath.exp(-mpmath.fdot(row, w)) for row in A.tolist()]
        g = [-mpmath.fdot(losses, column) for column in A.T.tolist()]
        G = [entry + slope**2 for entry, slope in zip(G, g, strict=True)]
        w = [w[i] - mpmath.mpf(0.1) * g[i] / mpmath.sqrt(G[i]) if G[i] > 0 else w[i] for i in range(3)]
    run = run_on(A, ib.AdaGrad(), form=form).advance(300)
    np.testing.assert_allclose(run.w, [float(entry) for entry in w], rtol=1e-7)
    np.testing.assert_allclose(run.G, [float(entry) for entry in G], rtol=1e-7)


@given(
    n=st.integers(2, 80),
    seed=st.integers(0, 10**6),
    size=st.sampled_from([0.0, 0.1, 1.0, 30.0, 400.0]),
    form=st.sampled_from(FORMS),
)
@example(n=28, seed=1, size=400.0, form="auto")  # a derivative of -9e-456, whose weights no double holds
@example(n=66, seed=66, size=400.0, form="auto")  # one of 1e-287, whose weights are below exp(-650)
def test_signs_are_those_of_exact_derivatives(n, seed, size, form):
    rng = np.random.default_rng(seed)
    X = rng.integers(-3, 4, (n, 4)) * (rng.random((n, 4)) < 0.7)
    X[0] += 1
    w0 = size * rng.standard_normal(4)
    mpmath.mp.dps = 60
    margins = [mpmath.fdot(row, w0.tolist()) for row in X.tolist()]
    weights = [mpmath.exp(min(margins) - margin) for margin in margins]
    h = [mpmath.fdot(weights, column) / mpmath.fsum(weights) for column in X.T.tolist()]
    sums = [mpmath.fdot(weights, np.abs(column).tolist()) for column in X.T]
    # Steps as long as w0, so that they are not lost in its rounding.
    length = float(mpmath.fsum(abs(entry) for entry in h))
    rule = ib.LossNormalized(np.abs(X).sum(axis=1).max() ** 2 * (1 + size) / max(length, 1e-280))
    problem = ib.Problem(X.astype(float), np.ones(n), ib.Exponential())
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(math.inf)), rule, w0=w0, form=form)
    moved = run.advance(1).w - w0
    for j in range(4):
        # A weight of less than 4e-284 may be any number up to that.
        negligible = abs(h[j]) <= 1e-13 * (n + 20) * (1 + size) * sums[j] + 4e-284 * np.abs(X[:, j]).sum()
        assert moved[j] == 0 or np.sign(moved[j]) == mpmath.sign(h[j])
        assert moved[j] != 0 or negligible or length < 1e-280


@pytest.mark.parametrize("method", METHODS[:4], ids=repr)
@pytest.mark.parametrize("n", [2, 80, 200])
def test_derivatives_of_hardly_any_weight_count(n, method):
    # The second feature is that of samples with weights of exp(-60), which the screened form leaves out.
    X = np.zeros((n, 2))
    X[:, 0] = np.linspace(1, 2, n)
    X[n // 2 :, 0] += 100
    X[n // 2 :, 1] = -1
    rows = []
    for form in FORMS:
        rule = ib.Constant(0.1) if isinstance(method, ib.AdaGrad) else ib.LossNormalized()
        problem = ib.Problem(X, np.ones(n), ib.Exponential())
        rows.append(ib.Run(problem, method, rule, w0=[0.6, 0.0], form=form).advance(40).w)
    assert rows[1][1] < (-0.1 if isinstance(method, ib.AdaGrad) else 0)
    np.testing.assert_allclose(rows[0], rows[1], rtol=1e-9)


@pytest.mark.parametrize("p", [3, math.inf])
def test_gradients_of_rank_one_give_steps_of_rank_one(p):
    # As matrices their entries are not 0, but all singular values except one are.
    for seed in range(100):
        rng = np.random.default_rng(seed)
        factors = rng.integers(-3, 4, rng.integers(2, 60)) + 0.5
        X = factors[:, None, None] * np.outer(rng.integers(1, 5, 4), rng.integers(-4, 0, 5))
        run = run_on(X, ib.SteepestDescent(ib.Schatten(p))).advance(1)
        values = np.linalg.svd(run.w, compute_uv=False)
        assert values[1] <= 1e-12 * values[0]
