"""Momentum: the iterates against plain loops, Theorem 1b, and the closed form of Proposition 2a."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import examples
import implicitbias as ib
from plain import amplification, plain_inverse_link, plain_link
from realizable import closed_form, converge, example_2, projection, realizable, safe_step, shaped

every_potential = pytest.mark.parametrize("potential", examples.POTENTIALS, ids=repr)
SCHEDULES = [
    (ib.DualMomentum, 0.5, 0.0),
    (ib.DualMomentum, 0.4, 0.7),
    (ib.DualMomentum, [0.9, 0.1] * 50, [0.0, 0.5, 0.2, 0.3] * 25),
    (ib.PrimalMomentum, 0.5, 0.0),
    (ib.PrimalMomentum, 0.2, [0.1] * 100),
    (ib.PrimalMomentum, [0.3, 0.0] * 50, 0.5),
]


@every_potential
@pytest.mark.parametrize(("kind", "beta", "gamma"), SCHEDULES)
def test_iterates_against_a_plain_loop(potential, kind, beta, gamma):
    X, y, w0 = realizable(potential, 3, seed=3)
    eta, steps = safe_step(potential) / 10, 100
    problem, start = shaped(potential, X, y, w0, ib.Squared())
    method = ib.MirrorDescent(potential, kind(beta, gamma))
    run = ib.Run(problem, method, ib.Constant(eta), w0=start, record=ib.every(1)).advance(steps)
    betas, gammas = np.broadcast_to(beta, steps), np.broadcast_to(gamma, steps)
    w = before = w0
    z = z_before = plain_link(potential, w0)
    tolerance = 1e-13 * amplification(potential)
    for t in range(steps + 1):
        row = run.trajectory.w[t].ravel()
        np.testing.assert_allclose(row, w, rtol=tolerance, atol=tolerance * np.abs(w).max())
        if t == steps:
            break
        gradient = 2 * X.T @ (X @ (w + gammas[t] * (w - before)) - y)
        if kind is ib.DualMomentum:
            pushed = z + betas[t] * (z - z_before)
        else:
            pushed = plain_link(potential, w + betas[t] * (w - before))
        before, z_before = w, z
        z = pushed - eta * gradient
        w = plain_inverse_link(potential, z)


@pytest.mark.parametrize("kind", [ib.DualMomentum, ib.PrimalMomentum])
def test_in_the_euclidean_geometry_both_are_equation_3(kind):
    X, y, w0 = realizable(ib.Euclidean())
    run = ib.Run(
        ib.Problem(X, y, ib.Squared()), ib.GradientDescent(kind.nesterov(0.6)), ib.Constant(0.1), w0=w0
    ).advance(80)
    w = before = w0
    for _ in range(80):
        ahead = w + 0.6 * (w - before)
        w, before = ahead - 0.2 * X.T @ (X @ ahead - y), w
    np.testing.assert_allclose(run.w, w, rtol=1e-13)


def test_named_momenta():
    for kind in (ib.DualMomentum, ib.PrimalMomentum):
        assert kind.heavy_ball(0.9) == kind(0.9) == kind(0.9, 0.0)
        assert kind.nesterov([0.9, 0.5]) == kind([0.9, 0.5], [0.9, 0.5])
        assert "beta : float" in kind.__doc__


@every_potential
def test_dual_momentum_reaches_the_projection(potential):
    # Theorem 1b, from any start.
    X, y, w0 = realizable(potential)
    problem, start = shaped(potential, X, y, w0, ib.Squared())
    expected = projection(potential, X, y, w0)
    for momentum in (ib.DualMomentum.heavy_ball(0.5), ib.DualMomentum.nesterov(0.4)):
        method, steps = ib.MirrorDescent(potential, momentum), ib.Constant(safe_step(potential) / 2)
        run = converge(ib.Run(problem, method, steps, w0=start, record=ib.every(500)))
        assert run.trajectory.off_manifold[-1] <= 1e-12
        np.testing.assert_allclose(run.w.ravel(), expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("potential", [p for p in examples.POTENTIALS if p.quadratic], ids=repr)
@pytest.mark.parametrize("batch", [None, ib.MiniBatch(1, 8)], ids=repr)
def test_primal_momentum_with_quadratic_potentials(potential, batch):
    X, y, w0 = realizable(potential)
    method, steps = ib.MirrorDescent(potential, ib.PrimalMomentum(0.5, 0.2)), ib.Constant(0.1)
    run = ib.Run(ib.Problem(X, y, ib.Squared()), method, steps, w0=w0, batch=batch, record=ib.every(500))
    converge(run)
    assert run.trajectory.off_manifold[-1] <= 1e-12
    np.testing.assert_allclose(run.w, projection(potential, X, y, w0), rtol=1e-10, atol=1e-10)


def test_primal_momentum_with_entropy_misses_it():
    limits = [
        converge(example_2(0.01, ib.MirrorDescent(ib.Entropy(), momentum), record=ib.every(500)))
        for momentum in (ib.PrimalMomentum(0.5), ib.PrimalMomentum(0.3, 0.3), ib.DualMomentum(0.5, 0.3))
    ]
    assert limits[0].trajectory.off_manifold[-1] > 1e-2
    assert abs(limits[0].w[0] - limits[1].w[0]) > 1e-3
    np.testing.assert_allclose(limits[2].w, [0.5, 0.25], rtol=1e-12)


@given(eta=st.floats(0.001, 0.03), beta=st.floats(0.01, 1))
def test_proposition_2a(eta, beta):
    # Momentum in the second step only. All mirror descent from there has one limit, that of the flow.
    later = 3000
    method = ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum([0.0, beta, *np.zeros(later)]))
    run = ib.Run(
        ib.Problem([[1.0, 2.0]], [1.0], ib.Squared()), method, ib.Schedule([eta, *np.full(later, 0.1)])
    )
    a = np.exp(-4 * eta)
    expected = closed_form(a * (1 + beta) - beta, a * a * (1 + beta) - beta)
    np.testing.assert_allclose(run.advance(later).w, expected, rtol=1e-12)
    assert run.trajectory.residual[-1] <= 1e-12
    np.testing.assert_allclose(closed_form(1, 1), [0.5, 0.25], rtol=1e-15)  # the prediction, without momentum


def test_leaving_the_domain():
    method = ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum(0.9))
    run = example_2(0.02, method, record=ib.every(1))
    with pytest.raises(
        ib.DomainError, match=r"^step t = (\d+), of size 0\.02: .* w\[1\] = -\S+ is not positive"
    ) as caught:
        run.advance(1000)
    # The plain loop says when, and where the run was.
    w = before = np.ones(2)
    t = 0
    while (ahead := w + 0.9 * (w - before)).min() > 0:
        w, before, t = ahead * np.exp(-0.04 * (w @ [1, 2] - 1) * np.array([1, 2])), w, t + 1
    assert run.t == t > 1
    assert f"step t = {t}," in str(caught.value)
    np.testing.assert_allclose(run.w, w, rtol=1e-13)
    np.testing.assert_array_equal(run.trajectory.w[-1], run.w)
    with pytest.raises(ib.DomainError):
        run.advance(1)
    assert run.t == t


def test_schedules_end_the_run():
    run = example_2(0.01, ib.MirrorDescent(ib.Entropy(), ib.DualMomentum([0.1] * 5, 0.2)))
    with pytest.raises(ValueError, match="the schedule ends at t = 5"):
        run.advance(6)
    assert run.advance(5).t == 5


@pytest.mark.parametrize("bad", [-0.1, [0.1, -1], [], np.nan, np.inf, [[0.1]], "text"])
@pytest.mark.parametrize("kind", [ib.DualMomentum, ib.PrimalMomentum])
def test_refusals(kind, bad):
    with pytest.raises((ValueError, TypeError), match=r"^beta: expected "):
        kind(bad)
    with pytest.raises((ValueError, TypeError), match=r"^gamma: expected "):
        kind(0.5, bad)
