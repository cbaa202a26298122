"""Several targets a sample: the squared loss of all of them, and the projections that it leads to."""

import numpy as np
import pytest

import implicitbias as ib
from conftest import draws


def test_batches_of_several_targets():
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((8, 5)), rng.standard_normal((8, 3))
    batch = ib.MiniBatch(3, 5)
    run = ib.Run(
        ib.Problem(X, Y, ib.Squared()),
        ib.GradientDescent(),
        ib.Constant(0.01),
        batch=batch,
        record=ib.every(1),
    ).advance(20)
    for t, counts in enumerate(draws(batch, 8, 20)):
        W = run.trajectory.w[t]
        residuals = counts[:, None] * (X @ W.T - Y)
        np.testing.assert_allclose(
            run.trajectory.w[t + 1], W - 0.02 * residuals.T @ X, rtol=1e-11, atol=1e-13
        )


@pytest.mark.parametrize("loss", [ib.Squared(), ib.Huber(0.7), ib.LogCosh()], ids=repr)
def test_several_targets_against_a_plain_loop(loss):
    from plain import LOSS

    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((6, 9)), rng.standard_normal((6, 4))
    slope = LOSS[type(loss).__name__][1]
    run = ib.Run(ib.Problem(X, Y, loss), ib.GradientDescent(), ib.Constant(0.01)).advance(300)
    W = np.zeros((4, 9))
    for _ in range(300):
        W = W - 0.01 * slope(X @ W.T, Y).T @ X
    np.testing.assert_allclose(run.w, W, rtol=1e-9, atol=1e-12)
    assert run.residual == pytest.approx(np.linalg.norm(X @ W.T - Y), rel=1e-9)
    assert run.off_manifold == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("potential", [ib.Euclidean(), ib.SquaredLp(1.5), ib.Entropy()], ids=repr)
def test_theorem_1_for_several_targets(potential):
    """Targets of several outputs are as many problems, where the potential is a sum over the outputs."""
    rng = np.random.default_rng(4)
    X = np.abs(rng.standard_normal((3, 6)))
    Y = X @ np.abs(rng.standard_normal((6, 2)))  # in reach of positive parameters
    problem = ib.Problem(X, Y, ib.Squared())
    run = ib.Run(problem, ib.MirrorDescent(potential), ib.Constant(0.01)).advance(30_000)
    claim = ib.predict(problem, run.method)
    assert ib.compare(run, claim).verdict == "holds"
    if not isinstance(potential, ib.SquaredLp):
        alone = [ib.predict(ib.Problem(X, y, ib.Squared()), run.method).solve().point for y in Y.T]
        np.testing.assert_allclose(claim.solve().point, alone, atol=1e-7)
    assert run.off_manifold == pytest.approx(0, abs=1e-9)
    assert ib.behavior(run).kind in ("converged", "converging", "stalled")
    followed = ib.flow(problem, run.method)
    np.testing.assert_allclose(followed.w, claim.solve().point, atol=1e-4)
