"""Mirror descent: the iterates against plain loops, the limits against Bregman projections."""

import numpy as np
import pytest

import conftest
import examples
import implicitbias as ib
from plain import LOSS, amplification, plain_inverse_link, plain_link
from realizable import converge, example_2, projection, realizable, safe_step, shaped

ROOT_LOSSES = [loss for loss in examples.LOSSES if not loss.monotone]
every_potential = pytest.mark.parametrize("potential", examples.POTENTIALS, ids=repr)
every_loss = pytest.mark.parametrize("loss", ROOT_LOSSES, ids=repr)


@every_potential
@every_loss
def test_iterates_against_a_plain_loop(potential, loss):
    X, y, w0 = realizable(potential, 3, seed=1)
    y = y + 0.1  # off the fit: the loop need not converge
    slope = LOSS[type(loss).__name__][1]
    eta = safe_step(potential) / 10
    problem, start = shaped(potential, X, y, w0, loss)
    run = ib.Run(
        problem, ib.MirrorDescent(potential), ib.Polynomial(eta, 0.1), w0=start, record=ib.every(1)
    ).advance(300)
    w, z = w0, plain_link(potential, w0)
    # Each step rounds the dual variables by eps or two; the weights feel it amplified.
    tolerance = 1e-13 * amplification(potential)
    for t, row in enumerate(run.trajectory.w):
        np.testing.assert_allclose(row.ravel(), w, rtol=tolerance, atol=tolerance * np.abs(w).max())
        z = z - eta / (t + 1) ** 0.1 * (X.T @ slope(X @ w, y))
        w = plain_inverse_link(potential, z)


@every_potential
@every_loss
def test_the_limit_is_the_projection(potential, loss):
    X, y, w0 = realizable(potential)
    problem, start = shaped(potential, X, y, w0, loss)
    steps = ib.Constant(safe_step(potential))
    run = converge(ib.Run(problem, ib.MirrorDescent(potential), steps, w0=start, record=ib.every(500)))
    assert run.trajectory.off_manifold[-1] <= 1e-12
    np.testing.assert_allclose(run.w.ravel(), projection(potential, X, y, w0), rtol=1e-10, atol=1e-10)


@every_potential
def test_batches_and_steps_do_not_move_the_limit(potential):
    # Theorem 1 and Remark 1.
    X, y, w0 = realizable(potential, 3, seed=2)
    problem, start = shaped(potential, X, y, w0, ib.Squared())
    eta, expected = safe_step(potential), projection(potential, X, y, w0)
    for step, batch in (
        (ib.Constant(eta), ib.MiniBatch(1, 3)),
        (ib.Constant(0.5 * eta), ib.MiniBatch(2, 4, replace=True)),
        (ib.Polynomial(eta, 0.2), ib.MiniBatch(2, 5)),
    ):
        method, record = ib.MirrorDescent(potential), ib.every(500)
        run = converge(ib.Run(problem, method, step, w0=start, batch=batch, record=record))
        assert run.trajectory.off_manifold[-1] <= 1e-12
        np.testing.assert_allclose(run.w.ravel(), expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("momentum", [None, ib.DualMomentum(0.5)], ids=repr)
def test_rounding_does_not_add_up(momentum):
    # Without compensation each step takes the dual variables up to an ulp off the manifold: 1e-10 here.
    potential = ib.SquaredLp(1.2)
    X, y, w0 = realizable(potential)
    steps = ib.Constant(safe_step(potential) / 2)
    run = ib.Run(ib.Problem(X, y, ib.Squared()), ib.MirrorDescent(potential, momentum), steps, w0=w0)
    assert run.advance(10**6).trajectory.off_manifold[-1] <= 1e-13


@every_potential
def test_another_start_moves_the_limit(potential):
    X, y, w0 = realizable(potential)
    limits = []
    for start in (w0, 1.1 * w0 + np.array([0.3, 0, 0, 0.1])):
        problem, start = shaped(potential, X, y, start, ib.Squared())
        run = ib.Run(problem, ib.MirrorDescent(potential), ib.Constant(safe_step(potential)), w0=start)
        limits.append(run.advance(20000).w)
    assert np.abs(limits[0] - limits[1]).max() > 1e-3


@every_potential
def test_default_start_minimizes_the_potential(potential):
    X, y, w0 = realizable(potential)
    problem, _ = shaped(potential, X, y, w0, ib.Squared())
    run = ib.Run(problem, ib.MirrorDescent(potential), ib.Constant(0.01))
    expected = {"Entropy": np.ones(4), "SpectralEntropy": np.eye(2)}
    np.testing.assert_array_equal(run.w, expected.get(type(potential).__name__, np.zeros(4)))


def test_off_manifold_is_the_distance_from_the_rows():
    X, y, w0 = realizable(ib.Entropy())
    problem, steps = ib.Problem(X, y, ib.Squared()), ib.Constant(0.02)
    run = ib.Run(problem, ib.NaturalGradient(ib.Entropy()), steps, w0=w0, record=ib.every(1))
    rows = run.advance(50).trajectory
    moved = np.log(rows.w) - np.log(w0)
    expected = [np.linalg.norm(z - X.T @ np.linalg.lstsq(X.T, z, rcond=None)[0]) for z in moved]
    np.testing.assert_allclose(rows.off_manifold, expected, rtol=1e-10, atol=1e-14)
    assert rows.off_manifold[-1] > 1e-4
    steepest = ib.Run(problem, ib.SteepestDescent(ib.Lp(3)), steps).advance(3)
    assert np.isnan(steepest.trajectory.off_manifold).all()
    monotone = ib.Run(ib.Problem(*conftest.separable(5, 3), ib.Logistic()), ib.SteepestDescent(ib.Lp(3)))
    with pytest.raises(AttributeError, match="no 'off_manifold'"):
        _ = monotone.trajectory.off_manifold


def test_gradient_descent():
    X, y, _ = realizable(ib.Euclidean())
    problem, method = ib.Problem(X, y, ib.Squared()), ib.GradientDescent()
    assert method == ib.MirrorDescent(ib.Euclidean())
    steepest = ib.Run(problem, ib.SteepestDescent(ib.Lp(2)), ib.Constant(0.1)).advance(100)
    mirror = ib.Run(problem, method, ib.Constant(0.1)).advance(100)
    np.testing.assert_allclose(mirror.w, steepest.w, rtol=1e-14)
    limit = ib.Run(problem, method, ib.Constant(0.3)).advance(1000).w
    np.testing.assert_allclose(limit, np.linalg.pinv(X) @ y, rtol=1e-12)


# Example 2 of the paper, without momentum.


@pytest.mark.parametrize("eta", [0.01, 0.1, 0.3, 0.5])
def test_figure_1a_prediction(eta):
    run = example_2(eta).advance(3000)
    np.testing.assert_allclose(run.w, [0.5, 0.25], rtol=1e-13)


@pytest.mark.parametrize("eta", [0.67, 0.7, 0.75, 0.8])
def test_figure_1a_two_cycles(eta):
    rows = example_2(eta, record=ib.every(1)).advance(8000).trajectory
    late = rows.w[-200:]
    np.testing.assert_allclose(late[2:], late[:-2], rtol=1e-9)
    assert np.abs(late[1:] - late[:-1]).min() > 0.01
    assert rows.off_manifold[-1] < 1e-12


def test_figure_1a_irregular():
    rows = example_2(1.0, record=ib.every(1)).advance(5000).trajectory
    late = rows.w[-1000:]
    assert np.isfinite(late).all()
    assert all(np.abs(late[k:] - late[:-k]).max() > 0.1 for k in range(1, 65))


@pytest.mark.parametrize("eta", [2.0, 2.5, 3.0])
def test_figure_1a_stalls_at_the_boundary(eta):
    # From w = 0 but for rounding, the dual variables climb back by 2 eta a step: for most of the time the
    # residual is |y|, and nothing is ever NaN.
    rows = example_2(eta, record=ib.every(1)).advance(4000).trajectory
    assert np.isfinite(rows.w).all()
    assert np.isfinite(rows.residual).all()
    assert np.isfinite(rows.off_manifold).all()
    assert (rows.w >= 0).all()
    stalled = (rows.w < 1e-6).all(axis=1)
    assert stalled.mean() > 0.5
    np.testing.assert_allclose(rows.residual[stalled], 1, atol=1e-5)


def test_a_weight_that_underflows_can_return():
    # Far below the smallest double the dual variable goes on: z = log 3 - 800, then 2 * 399.5 back.
    problem = ib.Problem([[1.0]], [1.0], ib.Squared())
    steps = ib.Schedule([200.0, 399.5, *[0.1] * 300])
    run = ib.Run(problem, ib.MirrorDescent(ib.Entropy()), steps, w0=[3.0]).advance(1)
    assert run.w[0] == 0
    run.advance(1)
    assert run.w[0] == pytest.approx(3 * np.exp(-1), rel=1e-12)
    assert run.advance(300).w[0] == pytest.approx(1, rel=1e-14)


@pytest.mark.parametrize("steps", [ib.Constant(1e5), ib.Schedule([1e308] * 9)], ids=repr)
def test_overflow_is_an_error_and_the_state_stays(steps):
    problem = ib.Problem([[-3.0, 1.0]], [1.0], ib.Squared())
    run = ib.Run(problem, ib.MirrorDescent(ib.Entropy()), steps)
    with pytest.raises(ib.DomainError, match=r"^step t = \d, of size \S+: the (loss|dual variables)"):
        run.advance(9)
    assert np.isfinite(run.w).all()
    assert np.isfinite(run._loop.snapshot()[0]["dual"]).all()


def test_truncated_loss_stuck_outside_its_cap():
    X, y, w0 = realizable(ib.Euclidean())
    problem = ib.Problem(X, y + 100, ib.TruncatedSquared(9.0))
    run = ib.Run(problem, ib.GradientDescent(), ib.Constant(0.1), w0=w0)
    np.testing.assert_array_equal(run.advance(100).w, w0)
    assert run.trajectory.loss[-1] == pytest.approx(18)


@pytest.mark.parametrize("w0", [[1.0, 0.0], [-1.0, 1.0]])
def test_starts_outside_the_domain(w0):
    with pytest.raises(ib.DomainError, match=r"^w0: w\[[01]\] = -?[01] is not positive"):
        example_2(0.1, w0=w0)


@every_potential
def test_chunks_and_checkpoints(potential, tmp_path):
    X, y, w0 = realizable(potential, 3)
    problem, start = shaped(potential, X, y, w0, ib.LogCosh())
    parts = problem, ib.MirrorDescent(potential, ib.DualMomentum(0.3, 0.2)), ib.Constant(0.003)
    options = {"w0": start, "batch": ib.MiniBatch(2, 1), "record": ib.every(7)}
    whole = ib.Run(*parts, **options).advance(200)
    pieces = ib.Run(*parts, **options)
    for steps in (1, 30, 0, 69, 100):
        pieces.advance(steps).save(tmp_path / "run.npz")
        pieces = ib.Run.load(tmp_path / "run.npz")
    np.testing.assert_array_equal(whole.w, pieces.w)
    for name in ("t", "w", "log_loss", "residual", "off_manifold"):
        np.testing.assert_array_equal(getattr(whole.trajectory, name), getattr(pieces.trajectory, name))
