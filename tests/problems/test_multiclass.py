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
from same import assert_same
from storages import STORAGES

every_loss = pytest.mark.parametrize("loss", examples.MULTICLASS, ids=repr)


def blobs(n=15, k=3, d=5, seed=0, spread=0.3):
    """Samples about k centers, which a matrix separates, and the numbers of their classes."""
    rng = np.random.default_rng(seed)
    centers, own = rng.standard_normal((k, d)), np.arange(n) % k
    return centers[own] + spread * rng.standard_normal((n, d)), own


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
def test_line_search_finds_the_minimum_on_the_ray(loss):
    from scipy.optimize import minimize_scalar

    X, own = blobs(12, 3, seed=3, spread=2.0)  # not separated by one step
    W = np.random.default_rng(2).standard_normal((3, 5))
    run = ib.Run(ib.Problem(X, own, loss), ib.GradientDescent(), ib.ExactLineSearch(), w0=W).advance(1)
    G = value_and_gradient(loss, X, own, W)[1]
    best = minimize_scalar(
        lambda s: math.log(value_and_gradient(loss, X, own, W - s * G)[0]), bracket=(0, 1e-3), tol=1e-12
    )
    np.testing.assert_allclose(run.w, W - best.x * G, atol=1e-6)


@every_loss
def test_batches_draw_samples_with_all_their_pairs(loss):
    X, own = blobs(12, 4)
    batch, W0 = ib.MiniBatch(5, 3, replace=True), np.full((4, 5), 0.1)
    run = ib.Run(
        ib.Problem(X, own, loss), ib.GradientDescent(), ib.Constant(0.01), W0, batch=batch, record=ib.every(1)
    ).advance(20)
    order = np.arange(12)
    ones = ib.Problem(np.eye(12), np.zeros(12), ib.Squared())  # whose run shows what is drawn
    for t, W in enumerate(run.trajectory.w[:-1]):
        shown = ib.Run(ones, ib.GradientDescent(), ib.Constant(0.5), w0=np.ones(12), batch=batch)
        drawn = shown.advance(t).w if t else np.ones(12)
        counts = drawn - shown.advance(1).w  # w_n moves by its residual, as often as n is drawn
        counts = np.round(counts / np.where(drawn == 0, 1, drawn)).astype(int)
        if np.any(drawn == 0):  # the residual is 0 and hides how often n was drawn
            return
        chosen = np.repeat(order, counts)
        step = -0.01 * value_and_gradient(loss, X[chosen], own[chosen], W)[1]
        np.testing.assert_allclose(run.trajectory.w[t + 1], W + step, rtol=1e-12, atol=1e-13)
