"""Maximum margins with an intercept that no norm counts, against convex programs, fractions and SVC."""

import math
from fractions import Fraction

import cvxpy as cp
import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.svm import SVC

import conftest
import implicitbias as ib


@pytest.mark.parametrize("sparse", [False, True], ids=["dense", "sparse"])
@pytest.mark.parametrize(
    "norm",
    [
        ib.Lp(1),
        ib.Lp(4 / 3),
        ib.Lp(2),
        ib.Lp(3),
        ib.Lp(math.inf),
        ib.QuadraticNorm(np.diag(np.arange(1.0, 7))),
        ib.WeightedNorm(np.arange(1.0, 7), ib.Lp(1.5)),
        ib.GroupNorm([[0, 1], [2, 3, 4, 5]]),
        ib.Schatten(1.5),
        ib.Schatten(1),
        ib.Schatten(math.inf),
    ],
    ids=repr,
)
def test_an_intercept_that_no_norm_counts(norm, sparse):
    """Against a convex program; half the distance of two hulls, which no shift of the data changes."""
    rng = np.random.default_rng(3)
    X, u = rng.standard_normal((30, 6)), rng.standard_normal(6)
    y = np.sign(X @ u)
    X = X + 0.3 * y[:, None] * u + 2
    if isinstance(norm, ib.Schatten):
        X = X.reshape(30, 2, 3)
    given = csr_array(X) if sparse and X.ndim == 2 else X
    found = ib.max_margin(ib.Problem(given, y, ib.Exponential()), norm, intercept=True)
    w, b = cp.Variable(X.shape[1:]), cp.Variable()
    flat = X.reshape(30, -1)
    margins = cp.multiply(y, flat @ cp.vec(w, order="C") + b)
    best = 1 / cp.Problem(cp.Minimize(ib.as_cvxpy(norm, w)), [margins >= 1]).solve(solver=cp.CLARABEL)
    assert found.bracket.lower * (1 - 1e-6) <= best <= found.bracket.upper * (1 + 1e-6)
    assert found.bracket.gap <= 1e-6
    least = (y * (flat @ found.direction.ravel() + found.intercept)).min()
    assert least == pytest.approx(found.value, rel=1e-9)
    assert norm.value(found.direction) == pytest.approx(1)
    assert abs(found.weights @ y) < 1e-9
    moved = ib.max_margin(ib.Problem(X + 5, y, ib.Exponential()), norm, intercept=True)
    assert moved.value == pytest.approx(found.value, rel=3e-6)


@pytest.mark.parametrize("offset", [-1e6, 1e9])
def test_features_far_from_0_beside_their_spread(offset):
    """The rounded direction and intercept have the certified margin, in fractions, on the data as given."""
    X, y = conftest.separable(30, 4)
    near = np.column_stack([X, np.ones(30)])
    for norm in (ib.Lp(1), ib.Lp(3), ib.GroupNorm([[0, 1], [2, 3, 4]])):
        far = near + offset  # which rounds
        found, same = (
            ib.max_margin(ib.Problem(samples, y, ib.Exponential()), norm, intercept=True)
            for samples in (far, far - offset)
        )
        assert max(found.bracket.lower, same.bracket.lower) <= min(found.bracket.upper, same.bracket.upper)
        parameters = [Fraction(v) for v in [*found.direction.tolist(), found.intercept]]
        rows = [[Fraction(v) for v in (*row, 1.0)] for row in far.tolist()]
        margins = [
            int(label) * sum(a * b for a, b in zip(row, parameters, strict=True))
            for row, label in zip(rows, y, strict=True)
        ]
        assert found.bracket.lower <= float(min(margins)) * (1 + 1e-15)
        assert found.value == pytest.approx(float(min(margins)), rel=1e-12)
    W, codes = np.array([[1.0, 2], [-2, 1], [0, -1]]), np.arange(30) % 3
    problem = ib.Problem(X[:, :2] + 6 * W[codes] + offset, codes, ib.CrossEntropy())
    found = ib.max_margin(problem, ib.Lp(2), intercept=True)
    V, b = ([Fraction(v) for v in part.ravel().tolist()] for part in (found.direction, found.intercept))
    samples = [[Fraction(v) for v in x] for x in problem.X.tolist()]
    scores = [[V[2 * k] * x[0] + V[2 * k + 1] * x[1] + b[k] for k in range(3)] for x in samples]
    margin = min(
        row[c] - max(score for k, score in enumerate(row) if k != c)
        for row, c in zip(scores, codes, strict=True)
    )
    assert found.value == pytest.approx(float(margin), rel=1e-12)
    assert found.bracket.lower <= float(margin) * (1 + 1e-15)


def test_intercepts_of_classes_and_many_samples():
    rng = np.random.default_rng(1)
    W = rng.standard_normal((4, 6))
    X = rng.standard_normal((40, 6)) + 2
    y = (X @ W.T - 2 * W.sum(axis=1)).argmax(axis=1)
    X = X + 0.3 * W[y]
    for norm in (ib.Lp(2), ib.Lp(1), ib.Schatten(1), ib.Schatten(math.inf)):
        found = ib.max_margin(ib.Problem(X, y, ib.CrossEntropy()), norm, intercept=True)
        V, b = cp.Variable((4, 6)), cp.Variable(4)
        pairs = [(n, c) for n in range(40) for c in range(4) if c != y[n]]
        apart = [(V[y[n]] - V[c]) @ X[n] + b[y[n]] - b[c] >= 1 for n, c in pairs]
        digits = dict.fromkeys(("tol_gap_abs", "tol_gap_rel", "tol_feas"), 1e-7)
        program = cp.Problem(cp.Minimize(ib.as_cvxpy(norm, V)), apart)
        best = 1 / program.solve(solver=cp.CLARABEL, **digits)
        assert found.value == pytest.approx(best, rel=1e-5)
        assert found.intercept.sum() == pytest.approx(0, abs=1e-9)
    X = rng.standard_normal((1200, 5)) + 1
    y = np.sign(X[:, 0] - 1)
    X[:, 0] += 0.2 * y
    solution = ib.max_margin(ib.Problem(X, y, ib.Exponential()), ib.Lp(2), intercept=True)
    machine = SVC(C=1e8, kernel="linear", tol=1e-5).fit(X, y)
    assert solution.value == pytest.approx(1 / np.linalg.norm(machine.coef_), rel=1e-3)
    assert solution.bracket.gap < 1e-6


def test_what_no_intercept_separates():
    interval = ib.Problem([[1.0], [2.0], [3.0]], [1, -1, 1], ib.Exponential())
    with pytest.raises(ib.NotSeparableError):
        ib.max_margin(interval, ib.Lp(2), intercept=True)
    with pytest.raises(ib.InvalidValueError, match="^y: expected labels of both classes"):
        ib.max_margin(ib.Problem([[1.0]], [1], ib.Exponential()), ib.Lp(2), intercept=True)
    with pytest.raises(ib.InvalidTypeError, match="^intercept: expected True or False, got 1"):
        ib.max_margin(interval, ib.Lp(2), intercept=1)
    # Without an intercept these have no margin, and with one that of half the distance.
    apart = ib.Problem([[1.0], [3.0]], [-1, 1], ib.Exponential())
    for norm in (ib.Lp(2), ib.Lp(1), ib.Lp(3)):
        found = ib.max_margin(apart, norm, intercept=True)
        assert (found.value, found.intercept) == (pytest.approx(1), pytest.approx(-2))
