"""Potentials against their definitions in 50-digit arithmetic."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import examples
import implicitbias as ib
from exact_potentials import exact, exact_divergence, exact_link, exact_value
from plain import amplification, sample

EXTREME = [
    ib.SquaredLp(1.001),
    ib.SquaredLp(1.0001),
    ib.PowerPotential(1.05),
    ib.HyperbolicEntropy(1e-12),
    ib.HyperbolicEntropy(1e6),
]
seeds = st.integers(0, 2**32 - 1)
# The dual variables of others are beyond the range of doubles: see test_the_range_of_dual_variables.
OF_ANY_SCALE = [
    potential
    for potential in [*examples.POTENTIALS, *EXTREME]
    if not isinstance(potential, ib.Cosh | ib.PowerPotential) or potential.quadratic
]
every_potential = pytest.mark.parametrize("potential", [*examples.POTENTIALS, *EXTREME], ids=repr)


@every_potential
@given(seed=seeds)
def test_links_are_inverse(potential, seed):
    w = sample(potential, np.random.default_rng(seed))
    tolerance = 1e-14 * amplification(potential)
    back = potential.inverse_link(potential.link(w))
    np.testing.assert_allclose(back, w, rtol=tolerance, atol=tolerance * np.abs(w).max() * 1e-2)


@every_potential
@given(seed=seeds)
def test_links_are_inverse_from_the_dual(potential, seed):
    rng = np.random.default_rng(seed)
    z = sample(ib.Euclidean(), rng) if potential.quadratic else rng.standard_normal(4)
    if isinstance(potential, ib.SquaredLp):
        # Nearer to p = 1 only the largest entries have weights that do not underflow.
        z = np.sign(z) * np.exp(-(potential.p - 1) * rng.uniform(0, 300, 4))
    if isinstance(potential, ib.PowerPotential):
        z = np.sign(z) * 10 ** rng.uniform(-10 * (potential.p - 1), 10 * (potential.p - 1), 4)
    if isinstance(potential, ib.SpectralEntropy):
        z = np.array([[z[0], z[1]], [z[1], z[2]]])
    scale = np.abs(z).max()
    tolerance = 1e-13 * (amplification(potential) if potential.quadratic else 1)
    np.testing.assert_allclose(
        potential.link(potential.inverse_link(z)), z, rtol=1e-13, atol=tolerance * scale
    )


@every_potential
@given(seed=seeds)
def test_value_and_link(potential, seed):
    w = sample(potential, np.random.default_rng(seed))
    with mpmath.workdps(50):
        entries = exact(w)
        value = exact_value(potential, entries)
        scale = max(abs(value), *map(abs, entries))
        assert abs(potential.value(w) - value) <= 1e-14 * amplification(ib.Entropy()) * scale
        # The link function is the gradient of the value, by central differences.
        h, gradient = mpmath.mpf("1e-17"), []
        for i in range(4):
            ahead, behind = list(entries), list(entries)
            ahead[i] += h
            behind[i] -= h
            gradient.append(float((exact_value(potential, ahead) - exact_value(potential, behind)) / (2 * h)))
        np.testing.assert_allclose([float(z) for z in exact_link(potential, entries)], gradient, rtol=1e-12)
    link = potential.link(w).ravel()
    np.testing.assert_allclose(link, gradient, rtol=1e-13, atol=1e-14 * np.abs(gradient).max())


@every_potential
@given(seed=seeds)
def test_solve_is_the_inverse_hessian(potential, seed):
    rng = np.random.default_rng(seed)
    w, g = sample(potential, rng), rng.standard_normal(4)
    if isinstance(potential, ib.SpectralEntropy):
        g = np.array([[g[0], g[1]], [g[1], g[2]]])
    g = g.reshape(w.shape)
    v = potential.solve(w, g)
    assert v.shape == w.shape
    with mpmath.workdps(50):
        h = mpmath.mpf("1e-20") / (1 + mpmath.mpf(float(np.abs(v / w).max())))
        directions = list(zip(exact(w), exact(v), strict=True))
        ahead = exact_link(potential, [x + h * y for x, y in directions])
        behind = exact_link(potential, [x - h * y for x, y in directions])
        back = [float((a - b) / (2 * h)) for a, b in zip(ahead, behind, strict=True)]
    tolerance = 1e-13 * amplification(potential)
    np.testing.assert_allclose(back, g.ravel(), rtol=tolerance, atol=tolerance * np.abs(g).max())


@every_potential
@given(seed=seeds)
def test_divergence(potential, seed):
    rng = np.random.default_rng(seed)
    w, v = sample(potential, rng), sample(potential, rng)
    with mpmath.workdps(50):
        expected = exact_divergence(potential, w, v)
    assert potential.divergence(w, v) == pytest.approx(float(expected), rel=2e-13)
    assert potential.divergence(v, v) == pytest.approx(0, abs=1e-28 * np.abs(v).max() ** 2)


@every_potential
@given(seed=seeds, digits=st.floats(0.5, 11))
def test_divergence_of_close_points_does_not_cancel(potential, seed, digits):
    rng = np.random.default_rng(seed)
    v = sample(potential, rng)
    close = 10**-digits
    w = v + close * np.abs(v) * rng.uniform(-1, 1, v.shape)
    if v.ndim == 2:
        w = v + close * 0.05 * sample(potential, rng)  # eigenvalues from .1 on: w stays positive
    with mpmath.workdps(50):
        expected = float(exact_divergence(potential, w, v))
    # Norms, and eigenvalues, are rounded to eps, and the points differ by `close`. By cancellation the
    # tolerance would be eps / close^2.
    tolerance = 1e-14 if isinstance(potential, ib.Entropy | ib.Euclidean) else 2e-13 / close
    assert potential.divergence(w, v) == pytest.approx(expected, rel=tolerance)
    assert potential.divergence(w, v) >= 0


@given(seed=seeds)
def test_divergence_from_the_boundary(seed):
    rng = np.random.default_rng(seed)
    v = sample(ib.Entropy(), rng)
    w = v * [0, 1e-300, 1e-10, 1e5]
    with mpmath.workdps(50):
        expected = float(exact_divergence(ib.Entropy(), w, v))
    assert ib.Entropy().divergence(w, v) == pytest.approx(expected, rel=1e-14)
    assert ib.Entropy().divergence([-1e-3, 1], [1, 1]) == math.inf
    assert ib.SpectralEntropy().divergence(-np.eye(2), np.eye(2)) == math.inf
    # tr V - tr W + tr W log W - tr W log V for W = vv' and V = 2.
    assert ib.SpectralEntropy().divergence([[0.5, 0.5], [0.5, 0.5]], 2 * np.eye(2)) == pytest.approx(
        3 - math.log(2), rel=1e-14
    )


@pytest.mark.parametrize("scale", [1e-150, 1e150])
@pytest.mark.parametrize("potential", OF_ANY_SCALE, ids=repr)
def test_scales(potential, scale):
    w = sample(potential, np.random.default_rng(5))
    if isinstance(potential, ib.Entropy | ib.SpectralEntropy | ib.HyperbolicEntropy):
        with mpmath.workdps(50):
            link = [float(z) for z in exact_link(potential, [scale * x for x in exact(w)])]
        atol = 0 if isinstance(potential, ib.HyperbolicEntropy) else 1e-12
        np.testing.assert_allclose(potential.link(scale * w).ravel(), link, rtol=1e-14, atol=atol)
    else:  # homogeneous of degree 2
        np.testing.assert_allclose(potential.link(scale * w), scale * potential.link(w), rtol=1e-12)
        assert potential.value(scale * w) == pytest.approx(scale**2 * potential.value(w), rel=1e-12)
        v = sample(potential, np.random.default_rng(6))
        expected = scale**2 * potential.divergence(w, v)
        assert potential.divergence(scale * w, scale * v) == pytest.approx(expected, rel=1e-12)
    # A weight carries the rounding of its dual variable, here a logarithm of 345.
    tolerance = 1e-13 * amplification(potential)
    back = potential.inverse_link(potential.link(scale * w))
    np.testing.assert_allclose(back, scale * w, rtol=tolerance, atol=tolerance * scale)


@pytest.mark.parametrize("p", [1.1, 1.001, 1.0001])
def test_weights_near_p_1_against_high_precision(p):
    z = np.array([1.0, -1 + 1e-4, 1 - 3e-4, 0.5])
    with mpmath.workdps(50):
        q = mpmath.mpf(p) / (mpmath.mpf(p) - 1)
        size = mpmath.fsum(abs(x) ** q for x in exact(z)) ** (2 / q - 1)
        expected = [float(size * mpmath.sign(x) * abs(x) ** (q - 1)) for x in exact(z)]
    np.testing.assert_allclose(ib.SquaredLp(p).inverse_link(z), expected, rtol=1e-15 / (p - 1), atol=1e-300)


@pytest.mark.parametrize("z", [1e-300, 1e-5, 0.5, 1.0, 30.0, 699.0, 701.0, 900.0, 1300.0])
@pytest.mark.parametrize("beta", [1e-300, 1e-3, 1.0, 1e5])
def test_hyperbolic_entropy_from_the_dual(beta, z):
    potential = ib.HyperbolicEntropy(beta)
    with mpmath.workdps(50):
        expected = float(mpmath.mpf(beta) * mpmath.sinh(mpmath.mpf(z)))
        moved = float(mpmath.mpf(beta) * mpmath.cosh(mpmath.mpf(z)))
    # A rounding of z is one of z times as much in w.
    rounding = 1e-15 * (1 + z + abs(math.log(beta)))
    tiny = np.finfo(float).tiny
    np.testing.assert_allclose(
        potential.inverse_link([z, -z]), [expected, -expected], rtol=rounding, atol=tiny
    )
    if tiny < expected < math.inf:
        np.testing.assert_allclose(potential.link([expected]), [z], rtol=1e-15, atol=1e-15)
        np.testing.assert_allclose(potential.solve([expected], [1.0]), [moved], rtol=rounding)


@pytest.mark.parametrize("z", [1e-300, 1e-5, 1.0, 1e5, 1e200, 1.7e308])
def test_cosh_from_the_dual(z):
    with mpmath.workdps(50):
        w = float(mpmath.asinh(mpmath.mpf(z)))
    np.testing.assert_allclose(ib.Cosh().inverse_link([z, -z]), [w, -w], rtol=4e-16)
    np.testing.assert_allclose(ib.Cosh().link([w]), [z], rtol=1e-15 * (1 + w))


@pytest.mark.parametrize("p", [1.001, 1.5, 2, 3, 40, 500])
@pytest.mark.parametrize("z", [1e-300, 1e-5, 1.0, 1e5, 1e300])
def test_powers_from_the_dual(p, z):
    with mpmath.workdps(50):
        expected = mpmath.mpf(z) ** (1 / (mpmath.mpf(p) - 1))
    w = ib.PowerPotential(p).inverse_link([z, -z, 0.0])
    if np.finfo(float).tiny < expected < np.finfo(float).max:
        np.testing.assert_allclose(
            w, [float(expected), -float(expected), 0], rtol=1e-13 * max(1, 1 / (p - 1))
        )
    else:
        np.testing.assert_array_equal(w, [0.0, -0.0, 0] if expected < 1 else [math.inf, -math.inf, 0])


def test_the_range_of_dual_variables():
    for potential, w in (
        (ib.Cosh(), 711.0),
        (ib.PowerPotential(3), 1e160),
        (ib.PowerPotential(3), 1e-160),
        (ib.HyperbolicEntropy(1e300), 1e-10),
    ):
        with pytest.raises(
            ib.DomainError, match=r"^w: w\[0\] = \S+ has a dual variable that (over|under)flows"
        ):
            potential.link([w, 0.0])
    np.testing.assert_allclose(ib.PowerPotential(3).link([0.0, 1e150]), [0, 1e300], rtol=1e-14)


@pytest.mark.parametrize("potential", [ib.HyperbolicEntropy(1e-3), ib.Cosh(), ib.PowerPotential(3)], ids=repr)
@pytest.mark.parametrize(
    ("w", "v"), [(300.0, -300.0), (-300.0, 1e-5), (600.0, 599.0), (0.0, 300.0), (1e-9, 0.0), (0.0, 0.0)]
)
def test_divergence_far_and_near_zero(potential, w, v):
    with mpmath.workdps(600):
        expected = float(exact_divergence(potential, [w], [v]))
    assert potential.divergence([w], [v]) == pytest.approx(expected, rel=5e-13, abs=0)


def test_where_the_hessian_vanishes():
    for natural in (ib.PowerPotential(3).solve, ib.PowerPotential(2.5).solve):
        with pytest.raises(ib.DomainError, match=r"^w: the Hessian of the potential is 0 at w\[1\] = 0"):
            natural([1.0, 0.0], [1.0, 1.0])
    # Where it is infinite its inverse is 0.
    np.testing.assert_array_equal(ib.PowerPotential(1.5).solve([1.0, 0.0], [1.0, 1.0]), [2, 0])
    problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    with pytest.raises(ib.DomainError, match=r"^w0: the Hessian of the potential is 0 at w\[0\] = 0"):
        ib.Run(problem, ib.NaturalGradient(ib.PowerPotential(3)), 0.1)


@pytest.mark.parametrize("bad", [1, 0.5, math.inf, math.nan, -2])
def test_refused_parameters(bad):
    with pytest.raises(ib.InvalidValueError, match="^p: expected a finite number > 1, got"):
        ib.PowerPotential(bad)
    if not 0 < bad < math.inf:
        with pytest.raises(ib.InvalidValueError, match="^beta: expected a positive finite number, got"):
            ib.HyperbolicEntropy(bad)


def test_limits_of_the_hyperbolic_entropy():
    # For large beta it is quadratic, w^2 / (2 beta); for small beta its dual is a logarithm.
    w = np.array([0.3, -2.0])
    np.testing.assert_allclose(1e9 * ib.HyperbolicEntropy(1e9).link(w), w, rtol=1e-15)
    moved = ib.HyperbolicEntropy(1e-9).link(w) - np.sign(w) * np.log(2e9)
    np.testing.assert_allclose(moved, np.sign(w) * ib.Entropy().link(np.abs(w)), rtol=1e-12)
    # It is the potential of u^2 - v^2: mirror descent and gradient descent on (u, v) agree for small steps.
    X, y, eta, beta = np.array([[1.0, 2.0, -0.5]]), 1.0, 1e-5, 0.02
    mirror = ib.Run(ib.Problem(X, [y], ib.Squared()), ib.MirrorDescent(ib.HyperbolicEntropy(beta)), 4 * eta)
    u = v = np.full(3, math.sqrt(beta / 2))
    for _ in range(20_000):
        g = 2 * X[0] * (X[0] @ (u**2 - v**2) - y)
        u, v = u - eta * 2 * u * g, v + eta * 2 * v * g
    np.testing.assert_allclose(mirror.advance(20_000).w, u**2 - v**2, rtol=1e-3)


def test_entropy_underflows_to_the_boundary():
    np.testing.assert_array_equal(ib.Entropy().inverse_link([-800.0, 0.0]), [0, 1])
    assert ib.Entropy().inverse_link([-740.0])[0] == pytest.approx(math.exp(-740), rel=1e-12)
    with pytest.raises(ib.DomainError, match=r"^w: w\[0\] = 0 is not positive"):
        ib.Entropy().link([0.0, 1.0])


@pytest.mark.parametrize("condition", [1e4, 1e10, 1e14])
def test_spectral_entropy_on_ill_conditioned_matrices(condition):
    V = np.linalg.qr(np.random.default_rng(7).standard_normal((3, 3)))[0]
    values = np.array([1.0, 0.1, 1 / condition])
    W = (V * values) @ V.T
    W = (W + W.T) / 2
    potential = ib.SpectralEntropy()
    # The least eigenvalue of W as it is stored is exact to eps * condition, and so is its logarithm.
    tolerance = 1e-15 * condition
    np.testing.assert_allclose(np.linalg.eigvalsh(potential.link(W)), np.log(values[::-1]), atol=tolerance)
    np.testing.assert_allclose(potential.inverse_link(potential.link(W)), W, atol=1e-14)
    with mpmath.workdps(40):
        expected = float(exact_value(potential, exact(W)))
    assert potential.value(W) == pytest.approx(expected, rel=1e-13)
    # From the dual side nothing is lost, whatever the condition.
    Z = (V * np.log([1, 1e-100, 1e-300])) @ V.T
    np.testing.assert_allclose(potential.inverse_link((Z + Z.T) / 2), np.outer(V[:, 0], V[:, 0]), atol=1e-13)
