"""What ties is solved for in rationals, and leaps on integer data, whose features are dependent."""

import math
from fractions import Fraction

import numpy as np
import pytest

import implicitbias as ib
from implicitbias.runs.fast_forward.slopes import Slopes
from implicitbias.runs.fast_forward.tied_system import TiedFeatures, dependences

L1, LINF = ib.SteepestDescent(ib.Lp(1)), ib.SteepestDescent(ib.Lp(math.inf))


def solved_in_rationals(A, weights, along):
    """Cramer's rule for A' D A x = A' D along, two unknowns."""
    rows = [[Fraction(int(entry)) for entry in row] for row in A]
    p, z = [Fraction(weight) for weight in weights], [Fraction(int(entry)) for entry in along]
    M = [[sum(w * r[i] * r[j] for w, r in zip(p, rows, strict=True)) for j in (0, 1)] for i in (0, 1)]
    b = [sum(w * r[i] * v for w, r, v in zip(p, rows, z, strict=True)) for i in (0, 1)]
    determinant = M[0][0] * M[1][1] - M[0][1] * M[1][0]
    return [
        float((b[0] * M[1][1] - b[1] * M[0][1]) / determinant),
        float((b[1] * M[0][0] - b[0] * M[1][0]) / determinant),
    ]


@pytest.mark.parametrize("weight", [1e-2, 1e-9, 1e-40, 1e-200])
def test_samples_that_weigh_little(weight):
    """Both features are alike on the samples that weigh something."""
    A = np.array([[1.0, 1], [0, 1], [-1, -1], [-1, 1], [1, 0]])
    weights, along = np.array([1.0, weight, 0.7, weight / 2, weight / 3]), np.array([1.0, -1, 0, 1, 2])
    slopes = Slopes(0.0, weights, weights)
    solved = TiedFeatures(A).at(slopes).solve(np.sqrt(weights)[:, None] * along[:, None], weights * along)
    expected = solved_in_rationals(A, weights.tolist(), along)
    np.testing.assert_allclose(solved[:, 0], expected, rtol=1e-12)
    np.testing.assert_allclose(solved[:, 1], expected, rtol=1e-12)


def test_dependences():
    A = np.array([[1.0, 0, 1, 2], [0, 1, 1, -1], [1, 1, 2, 1]])
    null = dependences(A)
    assert null.shape == (4, 2)
    np.testing.assert_allclose(A @ null, 0, atol=1e-14)
    np.testing.assert_allclose(null.T @ null, np.eye(2), atol=1e-14)
    assert dependences(A[:, :2]).shape == (2, 0)


WEIGHTS_LOST = [
    [1, 1, 1, 1, -1],
    [0, 1, 1, 0, 1],
    [-1, -1, 1, -1, 1],
    [-1, 1, 1, -1, 1],
    [0, -1, 0, 1, 1],
]


def test_ties_whose_samples_lose_their_weights():
    """Features 0 and 1 tie, alike on the samples that keep their weights, 1e-200 of which the others have."""
    problem = ib.Problem(np.array(WEIGHTS_LOST, float), np.ones(5), ib.Exponential())
    run = ib.Run(problem, LINF, ib.Constant(0.005)).fast_forward()
    best = ib.predict(problem, LINF).solve().value
    assert -1e-12 <= 1 - run.margin / best <= 5e-3
    leapt, real = (ib.Run(problem, LINF, ib.Constant(0.005)) for _ in range(2))
    leapt.fast_forward(10**6)
    assert leapt.trajectory.integrated[-1]
    assert np.linalg.norm(leapt.w - real.advance(10**6).w) <= leapt.error


SQUARE = np.array([[1.0, -1, 0, 0], [0, 0, 1, -1], [1, 1, 1, 1]])


@pytest.mark.parametrize("ties", ["first", "average"])
def test_dependent_features_that_share_their_steps(ties):
    """Features 0 + 1 are 2 + 3: margins are as exact as ever, and what they share is in the error."""
    method = ib.SteepestDescent(ib.Lp(1), ties)
    X = np.vstack([SQUARE, [[0.3, 0.5, 0.4, 0.4]]])
    problem = ib.Problem(X, np.ones(4), ib.Exponential())
    leapt, real = (ib.Run(problem, method, ib.Constant(0.01)) for _ in range(2))
    leapt.fast_forward(10**6)
    real.advance(10**6)
    assert leapt.trajectory.integrated[-1]
    assert np.linalg.norm(leapt.w - real.w) <= leapt.error + 1e-10
    np.testing.assert_allclose(X @ leapt.w, X @ real.w, atol=1e-4)
