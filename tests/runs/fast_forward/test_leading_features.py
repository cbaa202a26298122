"""Features that never lead, by linear programs, and leaps in l1 where they seem to tie."""

import numpy as np
import pytest
from scipy.optimize import linprog

import implicitbias as ib
from implicitbias.runs.fast_forward.leading_features import leading
from implicitbias.runs.fast_forward.slopes import Slopes

L1 = ib.SteepestDescent(ib.Lp(1))


def most_ahead(features, j):
    """By how much the derivative of feature j can exceed all others, for weights that sum to 1."""
    n, m = features.shape
    others = np.delete(np.arange(m), j)
    ahead = np.column_stack([(features[:, others] - features[:, [j]]).T, np.ones(m - 1)])
    weights = np.append(np.ones(n), 0)[None]
    bounds = [(0, None)] * n + [(None, None)]
    return -linprog(np.eye(n + 1)[-1] * -1, ahead, np.zeros(m - 1), weights, [1], bounds).fun


@pytest.mark.parametrize("seed", range(40))
def test_against_linear_programs(seed):
    rng = np.random.default_rng(seed)
    features = np.unique(rng.integers(-1, 2, (int(rng.integers(2, 6)), 5)).astype(float), axis=1)
    weights = 10.0 ** -rng.integers(0, 30, len(features))
    leads = leading(features, Slopes(0.0, weights, weights))
    expected = [most_ahead(features, j) > 1e-9 for j in range(features.shape[1])]
    np.testing.assert_array_equal(leads, expected)


def test_samples_that_lost_their_weights_say_who_leads():
    """The second feature is below the first in a sample that weighs 1e-200; the third in one of two only."""
    features = np.array([[1.0, 1, 1], [1, 1, 1], [1, 0, 0], [0, 0, 1]])
    weights = np.array([1.0, 1.0, 1e-200, 1e-201])
    assert leading(features, Slopes(0.0, weights, weights)).tolist() == [True, False, True]


# Rows y x, in which some feature nearly ties with one that it never exceeds.
BELOW_ANOTHER = {
    "pairs": [
        [1, 1, -1, 1, 1, -1],
        [1, -1, -1, 1, -1, -1],
        [-1, -1, 1, -1, 1, -1],
        [-1, -1, -1, 1, -1, -1],
        [1, -1, 1, 1, -1, 1],
    ],
    "by two samples": [
        [2, 2, -2],
        [-2, -2, -2],
        [0, 1, 0],
        [1, -2, -1],
        [1, -2, -2],
        [-2, 1, -2],
    ],
    "among dependent features": [
        [0, 0, -1, -1, -1],
        [-1, 0, -1, 0, 0],
        [0, 1, 0, 0, 1],
        [-1, -1, 0, 0, 0],
    ],
    "an average of two": [
        [2, 0, 1],
        [0, 2, 1],
        [1, 2, 0],
        [2, 1, 1],
    ],
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", BELOW_ANOTHER)
def test_against_iterations(name):
    rows = np.array(BELOW_ANOTHER[name], float)
    step = ib.Constant(0.5 / np.abs(rows).max() ** 2 / len(rows))
    problem = ib.Problem(rows, np.ones(len(rows)), ib.Exponential())
    leapt, real = (ib.Run(problem, L1, step) for _ in range(2))
    leapt.fast_forward(10**6)
    assert leapt.trajectory.integrated[-1]
    stated, distance = leapt.error, np.linalg.norm(leapt.w - real.advance(10**6).w)
    assert distance <= stated + 1e-10
    np.testing.assert_allclose(rows @ leapt.w, rows @ real.w, atol=1e-4)
