"""Samples that fade like the jumps of sign descent: by duality, and in leaps against iterations."""

import math

import numpy as np
import pytest
from scipy.optimize import linprog

import implicitbias as ib
from implicitbias.runs.fast_forward.fading_flow import fading

LINF = ib.SteepestDescent(ib.Lp(math.inf))


@pytest.mark.parametrize("seed", range(40))
def test_samples_that_fade_by_duality(seed):
    """A sample lasts if it has a weight in some solution of A' p = 0 with 0 <= p <= 1."""
    rng = np.random.default_rng(seed)
    rows = rng.integers(-1, 2, (int(rng.integers(2, 8)), int(rng.integers(1, 5)))).astype(float)
    n, m = rows.shape
    most = [-linprog(-np.eye(n)[k], A_eq=rows.T, b_eq=np.zeros(m), bounds=(0, 1)).fun for k in range(n)]
    np.testing.assert_array_equal(fading(rows), np.array(most) < 1e-9)


# Rows y x, and from where it leaps.
FADING = {
    "one pattern": (
        [[1, 1, -1, -1, -1, 1], [-1, 1, -1, -1, 1, 1], [-1, -1, -1, -1, 1, -1], [-1, 1, 1, -1, -1, 1]],
        10**5,
    ),
    "one sample": (
        [
            [-1, 1, -1, 1, -1],
            [1, 1, -1, 1, -1],
            [1, -1, -1, -1, 1],
            [-1, -1, -1, -1, 1],
            [1, -1, -1, 1, -1],
        ],
        10**5,
    ),
    "two samples": (
        [[-1, 1, -1, 1], [-1, 1, 1, -1], [-1, -1, -1, 1], [-1, 1, 1, -1], [-1, 1, -1, -1]],
        10**6,
    ),
    "one that falls for decades, and comes back": ([[1, -1, 1], [1, -1, 1], [1, 1, -1], [1, -1, -1]], 10**6),
    "one that falls faster": (
        [
            [-1, -1, 1, 1, -1, 1],
            [1, -1, -1, 1, 1, 1],
            [-1, 1, 1, -1, 1, -1],
            [1, 1, 1, -1, 1, 1],
            [-1, -1, 1, -1, -1, 1],
            [1, 1, -1, 1, 1, 1],
            [-1, 1, -1, 1, -1, -1],
            [1, 1, -1, 1, -1, 1],
        ],
        10**6,
    ),
}


def make(name):
    rows = np.array(FADING[name][0], float)
    step = ib.Constant(0.5 / np.abs(rows).sum(axis=1).max() ** 2 / len(rows))
    problem = ib.Problem(rows, np.ones(len(rows)), ib.Exponential())
    return rows, ib.Run(problem, LINF, step, record=ib.LogSpaced(10))


SLOW = ("two samples", "one that falls faster")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in SLOW else ()) for name in FADING]
)
def test_against_iterations(name):
    begin = FADING[name][1]
    (rows, leapt), (_, real) = make(name), make(name)
    leapt.fast_forward(10 * begin)
    assert leapt.trajectory.t[~leapt.trajectory.integrated].max() <= begin
    real.advance(10 * begin)
    one, other = leapt.trajectory, real.trajectory
    np.testing.assert_array_equal(one.t, other.t)
    late = one.integrated
    distances = np.linalg.norm(one.w - other.w, axis=1)
    assert late.sum() >= 10
    assert (distances[late] <= one.error[late] + 1e-10).all()
    # Margins of samples that last do not depend on those that fade.
    margins = (one.w @ rows.T, other.w @ rows.T)
    lasts = margins[1][-1] < margins[1][-1].min() + 0.3 * math.log(begin)
    np.testing.assert_allclose(margins[0][late][:, lasts], margins[1][late][:, lasts], atol=1e-4)


@pytest.mark.parametrize("name", ["one pattern", "one sample", "two samples"])
def test_weights_fall_like_the_jumps(name):
    """The loss falls like 1 / t up to t = 1e300, and jumps and samples that fade like 1 / t^2."""
    rows, run = make(name)
    run.fast_forward(until_log10=300)
    grown = rows @ run.w - (rows @ run.w).min()
    fades = grown > 10
    assert fades.any()
    assert grown[fades].min() == pytest.approx(300 * math.log(10), abs=10)
    assert run.error > 300  # how samples that fade go on is not stated


def test_limit_of_the_margin():
    """It is the largest margin, by a linear program."""
    _, run = make("two samples")
    run.fast_forward(until_log10=300)
    best = ib.predict(run.problem, LINF).solve().value
    assert 0 <= 1 - run.margin / best <= 5e-3
