"""Potentials against their definitions in 50-digit arithmetic."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import examples
import implicitbias as ib
from plain import amplification, sample

EXTREME = [ib.SquaredLp(1.001), ib.SquaredLp(1.0001)]
seeds = st.integers(0, 2**32 - 1)
every_potential = pytest.mark.parametrize("potential", [*examples.POTENTIALS, *EXTREME], ids=repr)


# Plain NumPy forms, for the loops of other files too. Parameters are flat; a matrix is its rows.


# The definitions, in high precision.


def exact(w):
    return [mpmath.mpf(float(entry)) for entry in np.ravel(w)]


def exact_spectral(w, function):
    side = math.isqrt(len(w))
    W = mpmath.matrix(side, side)
    for i in range(side):
        for j in range(side):
            W[i, j] = (w[i * side + j] + w[j * side + i]) / 2
    values, vectors = mpmath.eigsy(W)
    return function(values, vectors)


def exact_value(potential, w):
    match type(potential).__name__:
        case "Euclidean":
            return mpmath.fdot(w, w) / 2
        case "Entropy":
            return mpmath.fsum(x * mpmath.log(x) - x if x else mpmath.mpf(0) for x in w)
        case "QuadraticPotential":
            return mpmath.fdot(w, [mpmath.fdot(exact(row), w) for row in potential.D]) / 2
        case "SquaredLp":
            p = mpmath.mpf(potential.p)
            return mpmath.fsum(abs(x) ** p for x in w) ** (2 / p) / 2
    return exact_spectral(w, lambda values, _: mpmath.fsum(x * mpmath.log(x) - x for x in values))


def exact_link(potential, w):
    match type(potential).__name__:
        case "Euclidean":
            return w
        case "Entropy":
            return [mpmath.log(x) for x in w]
        case "QuadraticPotential":
            return [mpmath.fdot(exact(row), w) for row in potential.D]
        case "SquaredLp":
            p = mpmath.mpf(potential.p)
            size = mpmath.fsum(abs(x) ** p for x in w) ** (2 / p - 1)
            return [size * mpmath.sign(x) * abs(x) ** (p - 1) for x in w]
    logarithm = lambda values, V: V * mpmath.diag([mpmath.log(x) for x in values]) * V.T  # noqa: E731
    return list(exact_spectral(w, logarithm))


def exact_divergence(potential, w, v):
    w, v = exact(w), exact(v)
    moved = mpmath.fdot(exact_link(potential, v), [a - b for a, b in zip(w, v, strict=True)])
    return exact_value(potential, w) - exact_value(potential, v) - moved


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
@every_potential
def test_scales(potential, scale):
    w = sample(potential, np.random.default_rng(5))
    if isinstance(potential, ib.Entropy | ib.SpectralEntropy):
        with mpmath.workdps(50):
            link = [float(z) for z in exact_link(potential, [scale * x for x in exact(w)])]
        np.testing.assert_allclose(potential.link(scale * w).ravel(), link, rtol=1e-14, atol=1e-12)
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


@every_potential
def test_shapes(potential):
    w = sample(potential, np.random.default_rng(8)).reshape(2, 2)
    for method in (potential.link, potential.inverse_link, lambda w: potential.solve(w, w)):
        assert method(w).shape == (2, 2)
        if not isinstance(potential, ib.SpectralEntropy):
            np.testing.assert_array_equal(method(w.ravel()), method(w).ravel())
    with pytest.raises(ValueError, match=r"^v: expected shape \(2, 2\), got \(4,\)"):
        potential.divergence(w, w.ravel())
    with pytest.raises(ValueError, match=r"^g: expected shape \(2, 2\), got \(1, 4\)"):
        potential.solve(w, w.reshape(1, 4))
    with pytest.raises(ValueError, match=r"^z: expected finite"):
        potential.inverse_link([[1.0, np.nan], [0, 1]])


def test_shapes_that_do_not_fit():
    for bad in (np.ones(4), np.ones((2, 3))):
        with pytest.raises(ValueError, match=r"SpectralEntropy expects square matrices .*, got shape"):
            ib.SpectralEntropy().value(bad)
    with pytest.raises(ValueError, match=r"^D: expected shape \(3, 3\)"):
        ib.QuadraticPotential(np.eye(2)).link(np.ones(3))
    with pytest.raises(ib.DomainError, match="W is not symmetric"):
        ib.SpectralEntropy().link([[1.0, 0.5], [0, 1]])
    with pytest.raises(ib.DomainError, match=r"smallest eigenvalue of W, -0\.5, is not positive"):
        ib.SpectralEntropy().link([[1.0, 1.5], [1.5, 1]])
    for p in (1, 2.1, math.nan):
        with pytest.raises(ValueError, match=r"^p: expected a number in \(1, 2\]"):
            ib.SquaredLp(p)
    with pytest.raises(ib.DomainError, match="Hessian is not defined at w = 0"):
        ib.SquaredLp(1.5).solve([0.0, 0.0], [1.0, 1.0])
