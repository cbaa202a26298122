"""Affine constraints and the simplex: Bregman projections, Theorem 1a, exponentiated gradient."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import examples
import implicitbias as ib
from plain import amplification, plain_inverse_link, plain_link, sample
from realizable import converge, project_dual, projection, safe_step, shaped

every_potential = pytest.mark.parametrize("potential", examples.POTENTIALS, ids=repr)
G = np.array([[1.0, 0.5, 0.5, 1.0], [1.0, -0.3, -0.3, 0.2]])


def inside(potential, seed):
    """Return a sample, a start off W, and a w of the domain to define W and the label."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 1, 4)
    x[2] = x[1]
    positive = isinstance(potential, ib.Entropy) or getattr(potential, "p", 2) > 2  # or away from 0
    w0 = rng.uniform(0.5, 2, 4) if positive else sample(potential, rng).ravel()
    w0 = w0 / np.abs(w0).max()
    w = 1.3 * w0 + 0.2 * np.abs(w0).max() * np.array([1, 0.1, 0.1, 1])
    return x[None], w0, w


def project(potential, right, w0):
    """One mirror step of size 0 on W: the bare Bregman projection of w0."""
    problem, start = shaped(potential, np.ones((1, 4)), np.ones(1), w0, ib.Squared())
    method = ib.MirrorDescent(potential, constraint=ib.Affine(G, right))
    run = ib.Run(problem, method, ib.Constant(1e-300), w0=start).advance(1)
    return run.w.ravel(), run._loop.snapshot()[0]["dual"].ravel()


@pytest.mark.parametrize("potential", [*examples.POTENTIALS, ib.SquaredLp(1.001)], ids=repr)
@given(seed=st.integers(0, 2**32 - 1))
def test_projection(potential, seed):
    _, w0, inner = inside(potential, seed)
    w, z = project(potential, G @ inner, w0)
    # To the rounding of the weights, which comes from that of the dual variables.
    scale = np.linalg.norm(np.abs(G) @ np.abs(w) + np.abs(G @ inner))
    assert np.linalg.norm(G @ w - G @ inner) <= 2e-15 * amplification(potential) * scale
    # The dual variables move along the rows of G only, and so w is the projection.
    moved = z - plain_link(potential, w0)
    fit = G.T @ np.linalg.lstsq(G.T, moved, rcond=None)[0]
    np.testing.assert_allclose(moved, fit, rtol=0, atol=1e-13 * (1 + np.abs(z).max()))
    tolerance = 1e-14 * amplification(potential)
    np.testing.assert_allclose(w, plain_inverse_link(potential, z), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("right", [[1e-100], [1e-5], [1.0], [1e5], [1e100]])
def test_entropy_projection_over_many_scales(right):
    # w = c w0 in closed form: entropy with one row of ones.
    problem = ib.Problem([[1.0, 1, 1]], [1.0], ib.Squared())
    method = ib.MirrorDescent(ib.Entropy(), constraint=ib.Affine([[1.0, 1, 1]], right))
    w0 = np.array([1.0, 2, 5])
    run = ib.Run(problem, method, ib.Constant(1e-300), w0=w0).advance(1)
    np.testing.assert_allclose(run.w, right[0] * w0 / 8, rtol=1e-13)


def test_projection_in_high_precision():
    w0, right = np.array([1.0, 2.0, 0.5, 3.0]), np.array([2.0, 0.1])
    with mpmath.workdps(40):
        rows = mpmath.matrix(G)
        misfit = lambda a, b: [  # noqa: E731
            mpmath.fsum(rows[i, j] * w0[j] * mpmath.exp(rows[0, j] * a + rows[1, j] * b) for j in range(4))
            - mpmath.mpf(right[i])
            for i in range(2)
        ]
        a, b = mpmath.findroot(misfit, (-1, 0))
        expected = [float(w0[j] * mpmath.exp(rows[0, j] * a + rows[1, j] * b)) for j in range(4)]
    np.testing.assert_allclose(project(ib.Entropy(), right, w0)[0], expected, rtol=4e-15)


# SciPy's root finder does not get there nearer to p = 1; the conditions tested above and below do.
@pytest.mark.parametrize("potential", [p for p in examples.POTENTIALS if p != ib.SquaredLp(1.01)], ids=repr)
def test_iterates_against_a_plain_loop(potential):
    x, w0, inner = inside(potential, 3)
    y, right, eta = x @ inner + 0.1, G @ inner, safe_step(potential) / 10
    problem, start = shaped(potential, x, y, w0, ib.Squared())
    method = ib.MirrorDescent(potential, constraint=ib.Affine(G, right))
    run = ib.Run(problem, method, ib.Constant(eta), w0=start, record=ib.every(1)).advance(20)
    w, z = w0, plain_link(potential, w0)
    for row in run.trajectory.w:
        # SciPy stops at about 1e-12.
        np.testing.assert_allclose(row.ravel(), w, rtol=1e-10, atol=1e-10)
        z = project_dual(potential, G, right, z - eta * 2 * x[0] * (x @ w - y))
        w = plain_inverse_link(potential, z)


@every_potential
@pytest.mark.parametrize("momentum", [None, ib.DualMomentum(0.3)], ids=repr)
def test_theorem_1a(potential, momentum):
    x, w0, inner = inside(potential, 5)
    problem, start = shaped(potential, x, x @ inner, w0, ib.Squared())
    method = ib.MirrorDescent(potential, momentum, ib.Affine(G, G @ inner))
    eta = safe_step(potential) / 2
    run = converge(ib.Run(problem, method, ib.Constant(eta), w0=start, record=ib.every(500)))
    assert run.trajectory.off_manifold[-1] <= 1e-12  # off the rows of [X; G]
    np.testing.assert_allclose(G @ run.w.ravel(), G @ inner, rtol=1e-12, atol=1e-12)
    expected = projection(potential, np.vstack([x, G]), np.append(x @ inner, G @ inner), w0)
    np.testing.assert_allclose(run.w.ravel(), expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(
    ("rows", "right"), [([[1.0, 1]], [-1.0]), ([[1.0, 1]], [-1e-12]), ([[1.0, 2]], [-1e9])]
)
def test_infeasible_sets(rows, right):
    method = ib.MirrorDescent(ib.Entropy(), constraint=ib.Affine(rows, right))
    run = ib.Run(ib.Problem([[1.0, 2]], [1.0], ib.Squared()), method, ib.Constant(0.1))
    complaint = r"^step t = 0, of size 0\.1: the projection on \{G w = h\} does not converge: \|G w - h\| = "
    with pytest.raises(ib.DomainError, match=complaint):
        run.advance(5)
    assert run.t == 0
    np.testing.assert_array_equal(run.w, [1, 1])


def test_infeasible_for_matrices():
    trace = np.eye(2).reshape(1, 4)
    method = ib.MirrorDescent(ib.SpectralEntropy(), constraint=ib.Affine(trace, [-1.0]))
    run = ib.Run(ib.Problem(np.eye(2)[None], [1.0], ib.Squared()), method, ib.Constant(0.1))
    with pytest.raises(ib.DomainError, match="does not converge"):
        run.advance(1)
    np.testing.assert_array_equal(run.w, np.eye(2))


def test_matrices_near_the_boundary():
    # The second step overshoots: the eigenvalues of W = exp(Z) are then 1 and e^-277, and a Hessian taken
    # from W instead of Z would be lost in rounding.
    method = ib.MirrorDescent(ib.SpectralEntropy(), constraint=ib.Affine(np.eye(2).reshape(1, 4), [1.0]))
    problem = ib.Problem([[[0.0, 1], [1, 0]]], [0.99], ib.Squared())
    run = ib.Run(problem, method, ib.Schedule([0.01, 70.0, 0.01]), record=ib.every(1)).advance(3)
    # Everything commutes: the eigenvalues, for (1, 1) and (1, -1), are those of the simplex with this gap.
    gap = 0.0
    for row, eta in zip(run.trajectory.w[1:], [0.01, 70.0, 0.01], strict=True):
        gap -= 4 * eta * (np.tanh(gap / 2) - 0.99)
        u = np.tanh(gap / 2)
        np.testing.assert_allclose(row, np.array([[1, u], [u, 1]]) / 2, rtol=1e-13)


@pytest.mark.parametrize("p", [1.01, 1.5, 2])
def test_projection_of_the_origin(p):
    # At z = 0 the conjugate of |w|_p^2 / 2 has no Hessian; there the projection must find its own way.
    problem = ib.Problem([[1.0, 2, 0, -1]], [0.0], ib.Squared())
    method = ib.MirrorDescent(ib.SquaredLp(p), constraint=ib.Affine([[3.0, 1, 0, 2]], [2.0]))
    run = ib.Run(problem, method, ib.Constant(0.1 * (p - 1))).advance(1)
    # min |w|_p^2 / 2 over <a, w> = 2 is a multiple of the gradient of |a|_q^2 / 2.
    direction = plain_inverse_link(ib.SquaredLp(p), np.array([3.0, 1, 0, 2]))
    expected = 2 * direction / (direction @ [3, 1, 0, 2])
    np.testing.assert_allclose(run.w, expected, rtol=1e-13 / (p - 1), atol=1e-300)


def test_refusals():
    for rows, right, complaint in (
        ([[1.0, 1], [2, 2]], [1.0, 2], "^G: expected linearly independent rows, got rank 1 with 2 rows"),
        ([[1.0, 1]], [1.0, 2], r"^h: expected shape \(1,\), got \(2,\)"),
        ([[np.nan, 1]], [1.0], "^G: expected finite"),
        ([[1.0, 1]], [np.inf], "^h: expected finite"),
        (np.zeros((0, 2)), [], "^G: expected at least one row"),
    ):
        with pytest.raises(ValueError, match=complaint):
            ib.Affine(rows, right)
    problem = ib.Problem([[1.0, 2]], [1.0], ib.Squared())
    wide = ib.MirrorDescent(ib.Entropy(), constraint=ib.Affine([[1.0, 1, 1]], [1.0]))
    with pytest.raises(ValueError, match=r"^G: expected 2 columns for parameters of shape \(2,\), got 3"):
        ib.Run(problem, wide, ib.Constant(0.1))
    with pytest.raises(ValueError, match="^constraint: Simplex goes with Entropy"):
        ib.Run(problem, ib.MirrorDescent(ib.Euclidean(), constraint=ib.Simplex()), ib.Constant(0.1))


# The simplex.


def on_simplex(seed, n=2, d=5):
    rng = np.random.default_rng(seed)
    X, w = rng.standard_normal((n, d)), rng.dirichlet(np.ones(d))
    return X, X @ w


@given(seed=st.integers(0, 2**32 - 1), eta=st.floats(1e-3, 10))
def test_exponentiated_gradient(seed, eta):
    X, y = on_simplex(seed)
    method = ib.MirrorDescent(ib.Entropy(), constraint=ib.Simplex())
    run = ib.Run(ib.Problem(X, y, ib.Squared()), method, ib.Constant(eta), record=ib.every(1)).advance(10)
    logs = np.full(5, -np.log(5))
    for row in run.trajectory.w:
        w = np.exp(logs - logs.max())
        w /= w.sum()
        # Steps that overshoot multiply roundings by up to e^eta.
        np.testing.assert_allclose(row, w, rtol=1e-12 if eta < 1 else 1e-6, atol=1e-14 if eta < 1 else 1e-6)
        assert abs(row.sum() - 1) < 1e-15 * 5
        logs = np.log(row, out=np.full(5, -800.0), where=row > 0) if eta >= 1 else logs
        logs = logs - eta * 2 * X.T @ (X @ w - y)


def test_simplex_equals_affine_ones():
    X, y = on_simplex(1)
    problem, ones = ib.Problem(X, y, ib.LogCosh()), ib.Affine(np.ones((1, 5)), [1.0])
    runs = [
        ib.Run(
            problem,
            ib.MirrorDescent(ib.Entropy(), constraint=constraint),
            ib.Constant(0.2),
            w0=np.full(5, 0.2),
            batch=ib.MiniBatch(1, 2),
            record=ib.every(1),
        ).advance(300)
        for constraint in (ib.Simplex(), ones)
    ]
    np.testing.assert_allclose(runs[0].trajectory.w, runs[1].trajectory.w, rtol=1e-12)


def test_limit_on_the_simplex():
    X, y = on_simplex(2)
    method = ib.MirrorDescent(ib.Entropy(), constraint=ib.Simplex())
    run = ib.Run(ib.Problem(X, y, ib.Squared()), method, ib.Constant(0.1), record=ib.every(500))
    np.testing.assert_array_equal(run.w, np.full(5, 0.2))
    converge(run)
    assert run.trajectory.off_manifold[-1] <= 1e-12
    expected = projection(ib.Entropy(), np.vstack([X, np.ones(5)]), np.append(y, 1), np.full(5, 0.2))
    np.testing.assert_allclose(run.w, expected, rtol=1e-10)


def test_simplex_weights_underflow_and_return():
    problem = ib.Problem([[1.0, 0.0]], [0.0], ib.Squared())
    method = ib.MirrorDescent(ib.Entropy(), constraint=ib.Simplex())
    run = ib.Run(problem, method, ib.Constant(2000.0)).advance(1)
    np.testing.assert_array_equal(run.w, [0, 1])
    assert run._loop.snapshot()[0]["dual"][0] == pytest.approx(-2000, rel=1e-14)
