"""Lemma 8 against closed forms and the oracle's multipliers."""

import numpy as np
import pytest

import conftest
import implicitbias as ib
from implicitbias.oracles.max_margin import max_margin


def test_a_case_by_hand():
    # The margin is largest along (1, 0) + (0, 1); the third sample is twice as far away.
    problem = ib.Problem([[1.0, 0], [0, 1], [2, 2]], [1.0, 1, 1], ib.Exponential())
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(2))).advance(1000)
    found = run.support_vectors()
    np.testing.assert_array_equal(found.indices, [0, 1])
    np.testing.assert_allclose(found.margins, [1, 1, 4], rtol=1e-12)
    # At w = 0 the weights are equal, and the cone is the quadrant: the gradient is inside from the start.
    np.testing.assert_allclose(found.cone_residual, 0, atol=1e-12)
    assert found.mass_off[0] == pytest.approx(1 / 3)
    assert found.mass_off[-1] < 1e-50


@pytest.mark.parametrize("p", [1.5, 2, 3])
def test_lemma_8(p):
    X, y = conftest.separable(12, 10, seed=3)
    problem = ib.Problem(X, y, ib.Logistic())
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(p))).advance(10**6)
    found = run.support_vectors()
    weights = max_margin(
        ib.Problem(X, y, ib.Exponential()), ib.Lp(p)
    ).weights  # of the convex program: 0 off the support
    assert set(np.flatnonzero(weights > 1e-4)) <= set(found.indices)
    np.testing.assert_array_equal(found.t, run.trajectory.t)
    assert found.cone_residual[0] > 1e-2
    assert found.cone_residual[-1] < 1e-6
    assert found.mass_off[-1] < 1e-6 < found.mass_off[0]


def test_refusals(problem):
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(2)))
    with pytest.raises(ValueError, match="^run: expected one that separates the data; at t = 0"):
        run.support_vectors()
    with pytest.raises(ValueError, match="^tolerance: "):
        run.advance(1000).support_vectors(tolerance=0)
    with pytest.raises(ValueError, match="^run: expected one on a monotone loss"):
        ib.Run(
            ib.Problem([[1.0, 2]], [1.0], ib.Squared()), ib.GradientDescent(), ib.Constant(0.1)
        ).support_vectors()
