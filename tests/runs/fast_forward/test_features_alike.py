"""Features that a symmetry keeps alike, in rationals and against iterations of sign descent."""

import math
from fractions import Fraction

import numpy as np
import pytest

import implicitbias as ib
from implicitbias.runs.fast_forward.features_alike import alike

LINF = ib.SteepestDescent(ib.Lp(math.inf))

# Rows y x. In each, derivatives of single features cannot vanish together.
SYMMETRIC = {
    "two features": [[-1, -1, -1], [-1, 1, -1], [-1, -1, -1], [-1, -1, 1]],
    "a cycle": [[3, 2, -1, -1], [3, -1, 2, -1], [3, -1, -1, 2], [1, 1, 1, 1]],
    "opposite signs": [[-1, -1, 1], [-1, 1, 1], [-1, -1, 1], [-1, -1, -1]],
}


def in_blocks(rows, outward):
    """Whether derivatives are the same in each block where w is, for exact weights of the margins."""
    signed = [[Fraction(int(entry)) for entry in row] for row in rows]
    blocks = [np.flatnonzero(column) for column in outward.T]
    w = [Fraction(0)] * len(rows[0])
    for k, block in enumerate(blocks):
        for j in block:
            w[j] = Fraction(7 + 5 * k, 3 + k) * int(outward[j, k])
    margins = [sum(a * v for a, v in zip(row, w, strict=True)) for row in signed]
    weights = [1 / (1 + margin**2) for margin in margins]  # any function of margins
    h = [sum(p * row[j] for p, row in zip(weights, signed, strict=True)) for j in range(len(w))]
    return all(
        len({h[j] * int(outward[j, k]) for j in block}) == 1 for k, block in enumerate(blocks) if len(block)
    )


@pytest.mark.parametrize("name", SYMMETRIC)
def test_blocks(name):
    rows = np.array(SYMMETRIC[name], float)
    outward = alike(rows, np.zeros(len(rows)), np.zeros(rows.shape[1]))
    assert outward.shape[1] < rows.shape[1]
    assert in_blocks(rows, outward)


@pytest.mark.parametrize("seed", range(30))
def test_random_blocks(seed):
    rng = np.random.default_rng(seed)
    rows = rng.integers(-1, 2, (int(rng.integers(1, 7)), int(rng.integers(2, 6)))).astype(float)
    outward = alike(rows, np.zeros(len(rows)), np.zeros(rows.shape[1]))
    np.testing.assert_array_equal(np.abs(outward).sum(axis=1), 1)
    assert in_blocks(rows, outward)


def test_coordinates_that_differ():
    rows = np.array(SYMMETRIC["two features"], float)
    np.testing.assert_array_equal(np.abs(alike(rows, np.zeros(4), np.array([-3.0, 1.0, 1.1]))), np.eye(3))
    np.testing.assert_array_equal(np.abs(alike(rows, np.eye(4)[1], np.zeros(3))), np.eye(3))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", SYMMETRIC)
def test_against_iterations(name):
    rows = np.array(SYMMETRIC[name], float)
    problem = ib.Problem(rows, np.ones(len(rows)), ib.Exponential())
    step = ib.Constant(0.5 / np.abs(rows).sum(axis=1).max() ** 2 / len(rows))
    leapt, real = (ib.Run(problem, LINF, step) for _ in range(2))
    leapt.fast_forward(10**6)
    assert leapt.trajectory.integrated[-1]
    assert np.linalg.norm(leapt.w - real.advance(10**6).w) <= leapt.error + 1e-10
