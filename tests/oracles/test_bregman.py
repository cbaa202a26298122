"""Bregman projections against closed forms, cvxpy's own answer, and the compiled potentials."""

from itertools import islice

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

import examples
import implicitbias as ib
from implicitbias.oracles.affine_set import AffineSet, units_of
from implicitbias.oracles.bregman import _by_cvxpy, meets, project
from implicitbias.oracles.bregman_oracles import bregman_oracle

each_potential = pytest.mark.parametrize("potential", examples.POTENTIALS, ids=repr)


def start_and_target(potential, seed=0):
    """Two points inside the domain; four parameters, for spectral entropy a 2 x 2 matrix."""
    rng = np.random.default_rng(seed)
    if isinstance(potential, ib.SpectralEntropy):
        roots = rng.standard_normal((2, 2, 2))
        return (roots @ roots.transpose(0, 2, 1)).reshape(2, 4)
    return np.exp(rng.standard_normal((2, 4)))


def as_parameter(potential, w):
    return w.reshape(2, 2) if isinstance(potential, ib.SpectralEntropy) else w


@each_potential
def test_agrees_with_the_compiled_potential(potential):
    oracle = bregman_oracle(potential, 4)
    w, v = start_and_target(potential)
    compiled = potential.link(as_parameter(potential, w)).ravel()
    np.testing.assert_allclose(oracle.link(w), compiled, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(oracle.inverse_link(compiled), w, rtol=1e-9)
    divergence = potential.divergence(as_parameter(potential, w), as_parameter(potential, v))
    assert oracle.divergence(w, v) == pytest.approx(divergence, rel=1e-9)


@each_potential
def test_curvature_is_the_derivative_of_the_inverse_link(potential):
    oracle = bregman_oracle(potential, 4)
    z = oracle.link(start_and_target(potential)[0])
    if getattr(potential, "p", 2) < 1.1:
        z = np.array([1.0, -0.999, 0.998, 0.5])  # the inverse link of a moderate point is steep enough
    A = oracle.rows(np.random.default_rng(3).standard_normal((3, 4)))
    h = 1e-6
    columns = [A @ (oracle.inverse_link(z + h * a) - oracle.inverse_link(z - h * a)) / (2 * h) for a in A]
    np.testing.assert_allclose(oracle.curvature(z, A), np.transpose(columns), rtol=1e-5, atol=1e-6)


@each_potential
def test_projection_satisfies_the_optimality_conditions(potential):
    oracle = bregman_oracle(potential, 4)
    w0, inside = start_and_target(potential, seed=2)
    A = oracle.rows(np.random.default_rng(4).standard_normal((2, 4)))
    b = A @ inside
    affine = AffineSet.of(A, b)
    assert meets(oracle, affine)
    answer = project(oracle, w0, affine)
    assert np.abs(A @ answer.point - b).max() <= 1e-12 * np.abs(b).max()
    assert answer.gap <= 1e-12
    # grad psi(w) - grad psi(w0) combines the rows; where p is near 1 the link forgets small entries.
    if getattr(potential, "p", 2) > 1.1:
        moved = oracle.link(answer.point) - oracle.link(w0)
        beyond = moved - np.linalg.pinv(A) @ (A @ moved)
        assert np.abs(beyond).max() <= 1e-11 * max(1, np.abs(moved).max())


@pytest.mark.parametrize("potential", [ib.Entropy(), ib.SquaredLp(1.2), ib.SquaredLp(1.9)], ids=repr)
def test_cvxpy_says_the_same_before_it_is_polished(potential):
    oracle = bregman_oracle(potential, 4)
    w0, inside = start_and_target(potential, seed=5)
    A = np.random.default_rng(6).standard_normal((2, 4))
    affine = AffineSet.of(A, A @ inside)
    equations = affine.equations()
    start = oracle.link(w0)
    raw = oracle.inverse_link(start + equations.basis.T @ _by_cvxpy(oracle, start, equations))
    np.testing.assert_allclose(raw, project(oracle, w0, affine).point, rtol=1e-4, atol=1e-5)
    assert np.any(_by_cvxpy(oracle, start, equations))


def test_closed_forms():
    # Example 2: D(w, 1) is least on w1 + 2 w2 = 1 at (1/2, 1/4), where log w = -log 2 (1, 2).
    affine = AffineSet.of(np.array([[1.0, 2]]), np.array([1.0]))
    answer = project(bregman_oracle(ib.Entropy(), 2), np.ones(2), affine)
    np.testing.assert_allclose(answer.point, [0.5, 0.25], rtol=1e-14)
    # From argmin psi = 0 on one sample, |w|_p is least at y / |x|_q times the dual direction.
    x, y, p = np.array([3.0, -1, 0.5]), 2.0, 1.3
    q = p / (p - 1)
    size = np.linalg.norm(x, q)
    expected = y / size * np.sign(x) * (np.abs(x) / size) ** (q - 1)
    affine = AffineSet.of(x[None], np.array([y]))
    answer = project(bregman_oracle(ib.SquaredLp(p), 3), np.zeros(3), affine)
    np.testing.assert_allclose(answer.point, expected, rtol=1e-13)
    assert answer.value == pytest.approx(y**2 / size**2 / 2, rel=1e-13)
    # tr W = y from the identity: a multiple of it.
    affine = AffineSet.of(np.eye(3).reshape(1, 9), np.array([1.5]))
    answer = project(bregman_oracle(ib.SpectralEntropy(), 9), np.eye(3).ravel(), affine)
    np.testing.assert_allclose(answer.point, np.eye(3).ravel() / 2, atol=1e-14)


def test_entropy_in_high_precision():
    rng = np.random.default_rng(8)
    A, w0, inside = (
        rng.standard_normal((2, 3)),
        np.exp(rng.standard_normal(3)),
        np.exp(rng.standard_normal(3)),
    )
    b = A @ inside
    with mpmath.workdps(40):
        rows, start = mpmath.matrix(A.tolist()), [mpmath.mpf(x) for x in w0]

        def point(*multipliers):
            moves = rows.T * mpmath.matrix(multipliers)
            return [start[i] * mpmath.exp(moves[i]) for i in range(3)]

        def equations(*multipliers):
            w = mpmath.matrix(point(*multipliers))
            return [(rows * w)[i] - mpmath.mpf(b[i]) for i in range(2)]

        exact = np.array([float(x) for x in point(*mpmath.findroot(equations, (0, 0)))])
    answer = project(bregman_oracle(ib.Entropy(), 3), w0, AffineSet.of(A, b))
    np.testing.assert_allclose(answer.point, exact, rtol=1e-13)


def test_what_meets_the_domain():
    entropy, line = bregman_oracle(ib.Entropy(), 2), np.array([[1.0, 2]])
    assert meets(entropy, AffineSet.of(line, np.array([1e-3])))
    assert not meets(entropy, AffineSet.of(line, np.array([-1.0])))
    assert not meets(entropy, AffineSet.of(line, np.array([0.0])))  # the boundary only
    assert meets(entropy, AffineSet.of(np.eye(2), np.array([1.0, 2])))
    assert not meets(entropy, AffineSet.of(np.eye(2), np.array([1.0, -2])))
    euclidean = bregman_oracle(ib.Euclidean(), 2)
    assert not meets(euclidean, AffineSet.of(np.array([[1.0, 0], [1, 0]]), np.array([1.0, 2])))
    assert meets(euclidean, AffineSet.of(np.array([[1.0, 0], [2, 0]]), np.array([1.0, 2])))
    spectral = bregman_oracle(ib.SpectralEntropy(), 4)
    off_diagonal = spectral.rows(np.array([[1.0, 0, 0, 0], [0, 0, 0, 1], [0, 1, 0, 0]]))
    assert meets(spectral, AffineSet.of(off_diagonal, np.array([1.0, 1, 0.9])))
    assert not meets(spectral, AffineSet.of(off_diagonal, np.array([1.0, 1, 1.1])))
    assert meets(spectral, AffineSet.of(off_diagonal[2:], np.array([1.1])))


@given(
    seed=st.integers(0, 2**32),
    n=st.integers(1, 12),
    d=st.integers(1, 12),
    make=st.sampled_from(
        [
            lambda rng, n, d: rng.integers(-2, 3, (n, d)).astype(float),
            lambda rng, n, d: rng.standard_normal((n, d)),
            lambda rng, n, d: rng.integers(-2, 3, (n, d)) * 10.0 ** rng.integers(-8, 9, d),
            lambda rng, n, d: rng.integers(-2, 3, (n, d)) * 10.0 ** rng.integers(-8, 9, (n, 1)),
            lambda rng, n, d: np.column_stack([rng.integers(-9, 9, n) + 1.6e12, np.ones(n)]),
        ]
    ),
)
def test_realizable_data_are_realizable(seed, n, d, make):
    # Rows whose exact value is 0 have no rounding of their own to be compared with.
    rng = np.random.default_rng(seed)
    X = make(rng, n, d)
    w = rng.integers(-2, 3, X.shape[1]).astype(float)
    if X.any():
        problem = ib.Problem(X, X @ w, ib.Squared())
        assert all(holds for _, holds in ib.predict(problem, ib.GradientDescent()).hypotheses)


def test_exact_zeros_do_not_decide():
    problem = ib.Problem([[1.0, 0], [0, 1], [1, 1]], [0.0, 2, 2], ib.Squared())
    claim = ib.predict(problem, ib.GradientDescent())
    np.testing.assert_allclose(claim.solve().point, [0, 2], atol=1e-12)
    run = ib.Run(problem, ib.GradientDescent(), ib.Constant(0.1)).advance(2000)
    assert ib.compare(run, claim).verdict == "holds"


@pytest.mark.parametrize("size", [1.0, 1e6, 1e12])
def test_data_that_fit_nearly_are_not_realizable(size):
    # The second and third row contradict each other, however large the first one's target is.
    problem = ib.Problem([[1.0, 0], [0, 1], [0, 1]], [size, 1.0, 1 + 1e-3], ib.Squared())
    assert not ib.predict(problem, ib.GradientDescent()).hypotheses[0][1]


@pytest.mark.parametrize(
    ("X", "y"),
    [
        ([[-2, -2, 2, 1, 0.5], [1, 0, -1, 1, 0.5], [2, -1, -2, 2, 1]], [-2.5, 3.5, 4]),
        ([[-2, 2, -1, 0, -2], [0, -1, 0, 1, 1], [-2, 0, 0, 1, 0], [0, -1, -2, 2, 1]], [-6, 2, 1, -1]),
    ],
)
def test_a_projection_with_entries_that_are_0(X, y):
    # Twin columns share what they carry; an equation among those that carry nothing says nothing.
    problem = ib.Problem(X, y, ib.Squared())
    limit = ib.predict(problem, ib.GradientDescent()).solve()
    np.testing.assert_allclose(limit.point, np.linalg.pinv(np.array(X)) @ y, atol=1e-13)


def sparse_solutions():
    """Yield equations of small integers with twin columns, and a solution that is often 0."""
    for seed in range(60):
        rng = np.random.default_rng(seed)
        n, d = rng.integers(2, 5), rng.integers(4, 7)
        X = rng.integers(-2, 3, (n, d)).astype(float)
        twin = rng.integers(d)
        X[:, (twin + 1) % d] = X[:, twin] * rng.choice([0.5, 1, -2, 3])
        w = rng.integers(-3, 4, d) * (rng.random(d) < 0.6).astype(float)
        if w.any() and X.any(axis=1).all():
            yield X, w


def test_equations_hold_in_units_in_which_zeros_are_large():
    for X, w in sparse_solutions():
        units = units_of(w)
        equations = AffineSet.of(X, X @ w).equations(units)
        np.testing.assert_allclose(
            equations.basis @ (units * w), equations.offset, atol=1e-13 * np.abs(units * w).max()
        )


def test_a_projection_in_another_potential_with_entries_that_are_0():
    for X, w in islice(sparse_solutions(), 25):
        problem = ib.Problem(X, X @ w, ib.Squared())
        limit = ib.predict(problem, ib.MirrorDescent(ib.SquaredLp(1.5))).solve()
        np.testing.assert_allclose(X @ limit.point, X @ w, atol=1e-12)
        assert limit.gap <= 1e-12


@pytest.mark.parametrize("size", [50.0, 300.0, 1e4, 1e6])
def test_cosh_of_any_size(size):
    """Stationary in 60 digits, and near the least linf norm, as sum_i 2 cosh w_i <= 2 d exp |w|_inf."""
    rng = np.random.default_rng(1)
    X, w0 = rng.standard_normal((4, 9)), rng.standard_normal(9)
    y = size * (X @ rng.random(9))
    found = project(bregman_oracle(ib.Cosh(), 9), w0, AffineSet.of(X, y))
    assert found.gap < 1e-11 * size
    assert np.abs(X @ found.point - y).max() < 1e-14 * size
    pairs = zip(found.point.tolist(), w0.tolist(), strict=True)
    with mpmath.workdps(60):
        moved = [mpmath.sinh(mpmath.mpf(a)) - mpmath.sinh(mpmath.mpf(b)) for a, b in pairs]
        largest = max(map(abs, moved))
        along = [abs(mpmath.fdot(row, moved)) / largest for row in np.linalg.svd(X)[2][4:].tolist()]
    assert max(along) < 1e-15 * size + 1e-14
    below = np.block([[np.eye(9), -np.ones((9, 1))], [-np.eye(9), -np.ones((9, 1))]])
    equal = np.hstack([X, np.zeros((4, 1))])
    least = linprog(np.append(np.zeros(9), 1.0), below, np.zeros(18), equal, y, (None, None)).fun
    assert least * (1 - 1e-9) <= np.abs(found.point).max() <= least + np.log(18) + np.abs(w0).max()


def test_cosh_of_blocks_of_which_one_is_nothing_beside_the_other():
    rng = np.random.default_rng(1)
    X = np.zeros((2, 8))
    X[0, :4], X[1, 4:] = rng.standard_normal((2, 4))
    both = project(bregman_oracle(ib.Cosh(), 8), np.zeros(8), AffineSet.of(X, np.array([4000.0, 3.0])))
    alone = project(bregman_oracle(ib.Cosh(), 4), np.zeros(4), AffineSet.of(X[1:, 4:], np.array([3.0])))
    assert both.point[4:] == pytest.approx(alone.point, rel=1e-9)
