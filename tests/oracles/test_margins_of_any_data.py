"""Certificates of maximum margins against convex programs, on small data of every kind."""

import math

import cvxpy as cp
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import implicitbias as ib

GROUPS = [[0, 1], [2, 3, 4, 5]]
WEIGHTS = np.arange(1.0, 7)
NORMS = [
    *(ib.Lp(p) for p in (1, 1.1, 4 / 3, 2, 3, 6, math.inf)),
    *(ib.WeightedNorm(WEIGHTS, ib.Lp(p)) for p in (1, 1.5, 3, math.inf)),
    *(ib.GroupNorm(GROUPS, p, q) for p, q in ((1, 2), (math.inf, 2), (1, math.inf), (math.inf, 1), (1.5, 3))),
    ib.SparseGroupNorm(GROUPS),
    ib.QuadraticNorm(np.diag(WEIGHTS)),
    ib.PolyhedralNorm(np.diag(WEIGHTS) + 0.5, 1),
    ib.PolyhedralNorm(np.diag(WEIGHTS) + 0.5, math.inf),
    *(ib.Schatten(p) for p in (1, 1.5, 4, math.inf)),
    ib.WeightedNorm(WEIGHTS, ib.Schatten(1)),
    ib.BlockNorm([[2], [4]], ib.Lp(2), 1),
]


def optimum(X, y, norm, intercept):
    """Return the maximum margin of the program as it is written down; 0 where there is none."""
    w, b = cp.Variable(X.shape[1:]), cp.Variable() if intercept else 0.0
    margins = cp.multiply(y, X.reshape(len(y), -1) @ cp.vec(w, order="C") + b)
    program = cp.Problem(cp.Minimize(ib.as_cvxpy(norm, w)), [margins >= 1])
    program.solve(solver=cp.CLARABEL)
    assume(program.status in ("optimal", "infeasible"))
    return 1 / program.value if program.status == "optimal" else 0.0


KINDS = ["plain", "copies", "opposite copies", "zeros", "equal features", "constant features"]


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    norm=st.sampled_from(NORMS),
    n=st.integers(2, 7),
    integers=st.booleans(),
    intercept=st.booleans(),
    more=st.sampled_from(
        ["none", "copies", "opposite copies", "zeros", "equal features", "constant features"]
    ),
)
def test_every_certificate_contains_the_optimum(seed, norm, n, integers, intercept, more):
    rng = np.random.default_rng(seed)
    X = rng.integers(-2, 3, (n, 6)).astype(float) if integers else rng.standard_normal((n, 6))
    y = np.where(np.arange(n) % 2 == 0, 1.0, -1.0)
    if more == "copies":
        X, y = np.vstack([X, X[:2], X[:1]]), np.append(y, y[[0, 1, 0]])
    elif more == "opposite copies":
        X, y = np.vstack([X, -X[:2]]), np.append(y, -y[:2])
    elif more == "zeros":
        X[0] = 0.0
    elif more == "equal features":
        X[:, 1] = X[:, 0]
    elif more == "constant features":
        X[:, 3] = 1e3
    if isinstance(getattr(norm, "norm", norm), ib.Schatten):
        X = X.reshape(-1, 2, 3)
    best, problem = optimum(X, y, norm, intercept), ib.Problem(X, y, ib.Exponential())
    if best == 0:
        with pytest.raises(ib.NotSeparableError):
            ib.max_margin(problem, norm, intercept=intercept)
        return
    found = ib.max_margin(problem, norm, intercept=intercept)
    assert found.bracket.lower * (1 - 1e-6) <= best <= found.bracket.upper * (1 + 1e-6)
    assert found.bracket.gap <= 1e-6
    margins = y * (X.reshape(len(y), -1) @ found.direction.ravel() + found.intercept)
    assert found.bracket.lower <= margins.min() * (1 + 1e-12) + 1e-12 * np.abs(X).max()


@pytest.mark.parametrize(
    "X",
    [
        [[[0.0, 0], [0, -0.1]], [[0, 0], [0, 1]]],
        [[[0.0, 0], [0, -7]], [[0, 0], [0, 1]]],
        [[[-0.1, 0.1, 0.1], [0.1, 0.1, 0.1]], [[0.3, -0.3, -0.3], [-0.3, -0.3, -0.3]]],
        # The largest singular value of the dual rounds to 1 there.
        [
            [[-0.1, 0.1, 0.1], [0.1, 0.1, 0.1]],
            [[0, -0.1, 0.1], [0.1, 0.1, -0.1]],
            [[0.6793638591633453] + [-0.6793638591633453] * 2, [-0.6793638591633453] * 3],
        ],
    ],
)
def test_matrices_that_cancel_are_not_separable_in_the_nuclear_norm(X):
    with pytest.raises(ib.NotSeparableError):
        ib.max_margin(ib.Problem(X, np.ones(len(X)), ib.Exponential()), ib.Schatten(1))


@pytest.mark.parametrize("scale", [1e-200, 1, 1e200])
def test_features_far_from_0_are_moved_at_any_scale(scale):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((20, 3))
    y = np.sign(X[:, 0])
    X[:, 0] += y / 2
    near, far = (ib.Problem((X + offset) * scale, y, ib.Exponential()) for offset in (0.0, 2.0**23))
    best = ib.max_margin(near, ib.Lp(2), intercept=True).value / scale
    assert ib.max_margin(far, ib.Lp(2), intercept=True).value / scale == pytest.approx(best, rel=1e-5)


def test_entries_of_all_sizes_get_a_verdict_or_an_error():
    problem = ib.Problem([[0, 1, 1e100], [1, 0, 0], [1, 1e-300, 1]], [1, 1, -1], ib.Exponential())
    with pytest.raises(ib.OracleError, match="rounding"):
        ib.separability(problem)
