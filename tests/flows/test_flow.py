"""Flows against closed forms, projections found by other means, other integrators and small-step runs."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import expm
from scipy.optimize import minimize_scalar, nnls, root

import implicitbias as ib
from implicitbias.flows.flow import flow

EXAMPLE_2 = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
EXAMPLE_4 = ib.Problem([[1.0, 1.0, 1.0], [1.0, 2.0, 0.0]], [1.0, 10.0], ib.Squared())


class EntropyMetric(ib.Metric):
    """The Hessian of the entropy, as a metric of one's own."""

    def matrix(self, w):
        return np.diag(1 / w)


def realizable(n, d, loss=None, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    return ib.Problem(X, X @ rng.dirichlet(np.ones(d)), loss or ib.Squared())


@pytest.mark.parametrize(
    ("method", "w0"),
    [
        (ib.MirrorDescent(ib.Entropy()), None),
        (ib.NaturalGradient(ib.Entropy()), None),
        (ib.NaturalGradient(EntropyMetric()), [1.0, 1.0]),
    ],
)
def test_example_2_in_closed_form(method, w0):
    # w = (x, x^2) with dx/dt = -2 x (2x - 1)(x + 1), solved by partial fractions.
    result = flow(EXAMPLE_2, method, w0)
    np.testing.assert_allclose(result.w, [0.5, 0.25], rtol=1e-12)
    early = result.t < 3
    x = result.path[early, 0]
    t = (np.log(x) - 2 / 3 * np.log(2 * x - 1) - np.log((x + 1) / 2) / 3) / 2
    np.testing.assert_allclose(t, result.t[early], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(result.path[:, 1], result.path[:, 0] ** 2, rtol=1e-10)
    assert result.converged
    assert result.residual < 1e-13
    assert result.error < 1e-10


def proposition_limit(p, q):
    s = (-p + math.sqrt(p**2 + 8 * q)) / (4 * q)
    return [p * s, q * s**2]


@pytest.mark.parametrize(("eta", "beta"), [(0.05, 0.5), (0.1, 0.2), (0.02, 2.0)])
def test_proposition_2a(eta, beta):
    method = ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum([0.0, beta]))
    start = ib.Run(EXAMPLE_2, method, ib.Schedule([eta, 0.03])).advance(2).w
    a = math.exp(-4 * eta)
    limit = proposition_limit(a * (1 + beta) - beta, a**2 * (1 + beta) - beta)
    np.testing.assert_allclose(flow(EXAMPLE_2, ib.MirrorDescent(ib.Entropy()), start).w, limit, rtol=1e-12)
    assert abs(limit[0] - 0.5) > 1e-3


@pytest.mark.parametrize("eta", [0.01, 0.05, 0.12])
def test_proposition_3a(eta):
    method = ib.NaturalGradient(ib.Entropy())
    start = ib.Run(EXAMPLE_2, method, ib.Constant(eta)).advance(1).w
    limit = proposition_limit(1 - 4 * eta, 1 - 8 * eta)
    np.testing.assert_allclose(flow(EXAMPLE_2, method, start).w, limit, rtol=1e-12)


def entropy_link(z):
    return np.exp(z)


def squared_lp_link(p):
    def inverse(z):
        q = p / (p - 1)
        size = np.linalg.norm(z, q)
        return np.sign(z) * (np.abs(z) / size) ** (q - 1) * size

    return inverse


def power_link(p):
    return lambda z: np.sign(z) * np.abs(z) ** (1 / (p - 1))


D = np.array([[2.0, 0.5, 0, 0, 0], [0.5, 1, 0, 0, 0], [0, 0, 3, 1, 0], [0, 0, 1, 1, 0], [0, 0, 0, 0, 5]])


def projection(inverse_link, z0, rows, values):
    """The w with grad psi(w) - z0 in the row space that solves the equations, by a root finder."""
    start = np.full(len(rows), 1e-2)
    found = root(lambda s: rows @ inverse_link(z0 + s @ rows) - values, start, tol=1e-14)
    return inverse_link(z0 + found.x @ rows)


@pytest.mark.parametrize("loss", [ib.Squared(), ib.Huber(0.1), ib.LogCosh(), ib.TruncatedSquared(1e3)])
@pytest.mark.parametrize(
    ("potential", "inverse_link", "z0"),
    [
        (ib.Euclidean(), lambda z: z, 0.0),
        (ib.QuadraticPotential(D), lambda z: np.linalg.solve(D, z), 0.0),
        (ib.Entropy(), entropy_link, 0.0),
        (ib.SquaredLp(1.5), squared_lp_link(1.5), 0.0),
        (ib.SquaredLp(1.1), squared_lp_link(1.1), 0.0),
        (ib.PowerPotential(1.5), power_link(1.5), 0.0),
        (ib.PowerPotential(3), power_link(3), 0.0),
        (ib.HyperbolicEntropy(0.1), lambda z: 0.1 * np.sinh(z), 0.0),
        (ib.Cosh(), np.arcsinh, 0.0),
    ],
)
def test_mirror_flows_reach_the_projection(potential, inverse_link, z0, loss):
    problem = realizable(2, 5, loss)
    result = flow(problem, ib.MirrorDescent(potential))
    expected = projection(inverse_link, np.full(5, z0), problem.X, problem.y)
    np.testing.assert_allclose(result.w, expected, atol=1e-11)
    assert np.linalg.norm(result.w - expected) <= 10 * result.error
    assert np.all(np.diff(result.t) > 0)


def test_spectral_entropy_flow():
    rng = np.random.default_rng(1)
    X = rng.standard_normal((2, 3, 3))
    problem = ib.Problem(X, np.einsum("nij,ij", X, np.eye(3) + 0.3), ib.Squared())
    result = flow(problem, ib.MirrorDescent(ib.SpectralEntropy()))
    symmetric = (X + X.transpose(0, 2, 1)) / 2
    found = root(
        lambda s: np.einsum("nij,ij", X, expm(np.tensordot(s, symmetric, 1))) - problem.y, [0, 0], tol=1e-14
    )
    np.testing.assert_allclose(result.w, expm(np.tensordot(found.x, symmetric, 1)), atol=1e-11)
    assert result.path.shape == (len(result.t), 3, 3)


def test_simplex_flow_has_maximum_entropy():
    problem = realizable(3, 8)
    result = flow(problem, ib.MirrorDescent(ib.Entropy(), constraint=ib.Simplex()))
    rows = np.vstack([problem.X, np.ones(8)])
    expected = projection(entropy_link, np.full(8, -math.log(8)), rows, np.append(problem.y, 1.0))
    np.testing.assert_allclose(result.w, expected, atol=1e-12)
    np.testing.assert_allclose(result.path.sum(axis=1), 1, rtol=1e-14)


@pytest.mark.parametrize(
    ("potential", "inverse_link", "w0"),
    [
        (ib.Entropy(), entropy_link, np.ones(8)),
        (ib.SquaredLp(1.3), squared_lp_link(1.3), np.zeros(8)),  # where its Hessian is not defined
        (ib.Euclidean(), lambda z: z, np.arange(8.0)),
        (ib.HyperbolicEntropy(0.2), lambda z: 0.2 * np.sinh(z), np.zeros(8)),
        (ib.Cosh(), np.arcsinh, np.zeros(8)),
    ],
)
def test_affine_constraints(potential, inverse_link, w0):
    problem = realizable(2, 8, ib.LogCosh(), seed=4)
    G = np.array([np.ones(8), [1, 2, 0, 1, 0, 0, 1, 1]])
    inside = np.random.default_rng(4)
    inside.standard_normal((2, 8))
    h = G @ inside.dirichlet(np.ones(8))  # the weights that made the targets
    result = flow(problem, ib.MirrorDescent(potential, constraint=ib.Affine(G, h)), w0)
    rows = np.vstack([problem.X, G])
    expected = projection(inverse_link, potential.link(w0), rows, np.append(problem.y, h))
    np.testing.assert_allclose(result.w, expected, atol=1e-11)
    assert np.abs(result.path @ G.T - h).max() < 1e-13
    # It starts from the projection of w0, which is not in the set.
    np.testing.assert_array_equal(result.w0, w0)
    np.testing.assert_allclose(result.path[0], projection(inverse_link, potential.link(w0), G, h), atol=1e-11)


def test_affine_set_outside_the_domain():
    method = ib.MirrorDescent(ib.Entropy(), constraint=ib.Affine([[1.0, 1.0]], [-1.0]))
    with pytest.raises(ib.DomainError, match="may not meet the potential's domain"):
        flow(EXAMPLE_2, method)


def steepest(g, p):
    q = p / (p - 1)
    size = np.linalg.norm(g, q)
    return -size * np.sign(g) * (np.abs(g) / size) ** (q - 1)


@pytest.mark.parametrize(("p", "accuracy"), [(4 / 3, 1e-11), (1.5, 1e-10), (3, 1e-9), (5, 1e-9)])
def test_example_4_by_another_integrator(p, accuracy):
    X, y = EXAMPLE_4.X, EXAMPLE_4.y
    other = solve_ivp(
        lambda t, w: steepest(2 * X.T @ (X @ w - y), p), (0, 5), np.zeros(3), rtol=2.3e-14, atol=1e-14
    )
    method = ib.SteepestDescent(ib.Lp(p))
    whole = flow(EXAMPLE_4, method)
    assert whole.converged
    assert whole.t[-1] > 5
    rest = flow(EXAMPLE_4, method, other.y[:, -1])
    np.testing.assert_allclose(whole.w, rest.w, atol=accuracy)
    assert np.abs(rest.path[0] - rest.w).max() > 1e-6


def test_example_4_is_not_the_minimum_norm_point():
    w = flow(EXAMPLE_4, ib.SteepestDescent(ib.Lp(4 / 3))).w
    # The solutions are a line.
    along = np.array([2.0, -1.0, -1.0])
    norm = ib.Lp(4 / 3).value
    nearest = minimize_scalar(lambda s: norm(w + s * along), bounds=(-5, 5), method="bounded")
    assert abs(nearest.x) * np.linalg.norm(along) > 0.1
    assert norm(w) > norm(w + nearest.x * along) * (1 + 1e-4)


def test_small_steps_tend_to_the_flow():
    method = ib.SteepestDescent(ib.Lp(4 / 3))
    limit = flow(EXAMPLE_4, method).w
    off = [
        np.linalg.norm(ib.Run(EXAMPLE_4, method, ib.Constant(eta)).advance(int(40 / eta)).w - limit)
        for eta in (2e-3, 1e-3)
    ]
    assert off[0] / off[1] == pytest.approx(2, rel=0.01)
    assert off[1] < 5e-3


@pytest.mark.parametrize("method", [ib.SteepestDescent(ib.QuadraticNorm(D)), ib.SteepestDescent(ib.Lp(2))])
def test_quadratic_norms_project(method):
    problem = realizable(2, 5)
    metric = D if isinstance(method.norm, ib.QuadraticNorm) else np.eye(5)
    w0 = np.arange(5.0)
    steps = np.linalg.solve(metric, problem.X.T)
    expected = w0 + steps @ np.linalg.solve(problem.X @ steps, problem.y - problem.X @ w0)
    np.testing.assert_allclose(flow(problem, method, w0).w, expected, atol=1e-11)


def test_a_metric_of_ones_own_is_integrated_in_w():
    problem = realizable(3, 8)
    own = flow(problem, ib.NaturalGradient(EntropyMetric()), np.ones(8))
    mirror = flow(problem, ib.MirrorDescent(ib.Entropy()))
    np.testing.assert_allclose(own.w, mirror.w, rtol=1e-10)


@pytest.mark.parametrize("momentum", [ib.DualMomentum.nesterov(0.6), ib.PrimalMomentum(0.6, 0.3)])
@pytest.mark.parametrize("potential", [ib.Entropy(), ib.SquaredLp(1.5)])
def test_momentum_quickens_the_flow(momentum, potential):
    problem = realizable(2, 5)
    method = ib.MirrorDescent(potential, momentum)
    plain, fast = flow(problem, ib.MirrorDescent(potential)), flow(problem, method)
    np.testing.assert_array_equal(fast.path, plain.path)
    np.testing.assert_allclose(fast.t, 0.4 * plain.t, rtol=1e-14)
    # The same of the runs, halfway and at the end, up to O(eta).
    half = int(np.searchsorted(fast.t, 0.5))
    for row, bound in ((half, 0.05), (-1, 0.02)):
        off = []
        for eta in (2e-3, 1e-3):
            steps = round(fast.t[row] / eta)
            off.append(
                np.linalg.norm(ib.Run(problem, method, ib.Constant(eta)).advance(steps).w - fast.path[row])
            )
        assert off[1] < bound
        assert off[1] < 0.7 * off[0] or off[1] < 1e-10


def test_data_that_cannot_be_fitted():
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((8, 3)), rng.standard_normal(8)
    problem = ib.Problem(X, y, ib.Squared())
    best = np.linalg.lstsq(X, y)[0]
    for method in (
        ib.GradientDescent(),
        ib.SteepestDescent(ib.Lp(4 / 3)),
        ib.MirrorDescent(ib.SquaredLp(1.5)),
    ):
        result = flow(problem, method)
        np.testing.assert_allclose(result.w, best, atol=1e-11)
        assert result.converged
        assert "stationary point of L that does not fit" in result.message
        assert result.residual == pytest.approx(np.linalg.norm(X @ best - y), rel=1e-12)


def test_rest_at_the_boundary():
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((8, 4)), rng.standard_normal(8)
    best, _ = nnls(X, y)
    assert (best == 0).any()
    result = flow(ib.Problem(X, y, ib.Squared()), ib.MirrorDescent(ib.Entropy()))
    np.testing.assert_allclose(result.w, best, atol=1e-10)
    assert result.converged
    assert "boundary" in result.message


def test_a_long_wait_is_not_the_end():
    # The second coordinate takes off only when t is 50 times the time at which the first has settled.
    problem = ib.Problem([[1.0, 0.0], [0.0, 0.02]], [1.0, 0.02], ib.Squared())
    result = flow(problem, ib.MirrorDescent(ib.Entropy()), [1.0, 1e-30])
    np.testing.assert_allclose(result.w, [1, 1], rtol=1e-10)


def test_the_flat_part():
    capped = ib.TruncatedSquared(1.0)
    stuck = flow(ib.Problem([[1.0, 1.0]], [5.0], capped), ib.GradientDescent())
    assert stuck.converged
    np.testing.assert_array_equal(stuck.path, [[0, 0]])
    assert "does not fit" in stuck.message
    # One sample on the flat part; and one that another draws off it.
    partly = flow(ib.Problem([[1.0, 1, 0], [0, 1, 1]], [5.0, 0.5], capped), ib.GradientDescent())
    np.testing.assert_allclose(partly.w, [0, 0.25, 0.25], atol=1e-11)
    assert "does not fit" in partly.message
    drawn = flow(
        ib.Problem([[1.0, 1, 0], [1, 1.5, 0]], [1.9, 1.5], ib.TruncatedSquared(3.0)), ib.GradientDescent()
    )
    np.testing.assert_allclose(drawn.w, [2.7, -0.8, 0], atol=1e-9)
    assert drawn.message.startswith("fits the data")


def test_stiff_flows():
    U, _, Vt = np.linalg.svd(np.random.default_rng(5).standard_normal((4, 6)), full_matrices=False)
    X = U * np.array([1.0, 0.1, 0.01, 1e-3]) @ Vt
    problem = ib.Problem(X, X @ np.ones(6), ib.Squared())
    expected = np.linalg.pinv(X) @ problem.y
    for method, accuracy in ((ib.GradientDescent(), 1e-9), (ib.SteepestDescent(ib.Lp(2)), 1e-8)):
        result = flow(problem, method)
        np.testing.assert_allclose(result.w, expected, atol=accuracy)
        assert len(result.t) < 2000


@pytest.mark.parametrize("scale", [1e-8, 1e8])
def test_any_scale(scale):
    problem = ib.Problem(scale * realizable(2, 5).X, scale * realizable(2, 5).y, ib.Squared())
    for method in (ib.MirrorDescent(ib.Entropy()), ib.SteepestDescent(ib.Lp(1.5))):
        np.testing.assert_allclose(flow(problem, method).w, flow(realizable(2, 5), method).w, rtol=1e-9)


def test_tolerance():
    method = ib.SteepestDescent(ib.Lp(1.5))
    fine = flow(EXAMPLE_4, method)
    coarse = flow(EXAMPLE_4, method, tolerance=1e-6)
    assert len(coarse.t) < len(fine.t)
    assert 1e-12 < np.linalg.norm(coarse.w - fine.w) <= coarse.error < 1e-2
    for bad in (1e-16, 0.1, 1, "tight"):
        with pytest.raises((ib.InvalidValueError, ib.InvalidTypeError), match="tolerance: expected a float"):
            flow(EXAMPLE_4, method, tolerance=bad)


def test_result():
    method = ib.GradientDescent()
    result = flow(EXAMPLE_2, method, [1.0, 0.0])  # a solution
    assert result.converged
    assert result.error == 0
    np.testing.assert_array_equal(result.t, [0])
    assert (result.problem, result.method) == (EXAMPLE_2, method)
    np.testing.assert_array_equal(result.w0, [1, 0])
    result.w[:] = 7
    np.testing.assert_array_equal(result.w, [1, 0])
    assert "fits the data" in repr(result)


def test_natural_gradient_never_moves_a_zero():
    method, w0 = ib.NaturalGradient(ib.SquaredLp(1.5)), [1.0, 0.0]
    problem = ib.Problem([[1.0, 2.0]], [2.0], ib.Squared())
    assert ib.Run(problem, method, ib.Constant(1e-3), w0=w0).advance(100).w[1] == 0
    with pytest.raises(ib.DomainError, match=r"w0: w\[1\] = 0"):
        flow(problem, method, w0)
    mirror = flow(problem, ib.MirrorDescent(ib.SquaredLp(1.5)), [1.0, -2.0])
    np.testing.assert_array_equal(flow(problem, method, [1.0, -2.0]).path, mirror.path)


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_a_flow_is_judged_in_the_units_of_its_data(scale):
    # At rest on the boundary of the domain, where no w fits: at any scale, the residual is not small.
    problem = ib.Problem([[1.0, 1.0]], [scale], ib.Squared())
    flow = ib.flow(problem, ib.MirrorDescent(ib.Entropy()), w0=[2 * scale, scale])
    report = ib.compare(
        flow, ib.predict(problem, ib.MirrorDescent(ib.Entropy()), [2 * scale, scale], flow=True)
    )
    assert report.verdict == "holds"
    unrealizable = ib.Problem([[1.0, 0.0], [1.0, 0.0]], [scale, 2 * scale], ib.Squared())
    claim = ib.predict(unrealizable, ib.GradientDescent(), flow=True)
    assert ib.compare(ib.flow(unrealizable, ib.GradientDescent()), claim).verdict == "hypothesis fails"
