"""Spectral and nuclear descent leap along singular values that vanish or tie: against iterations and more."""

import math

import numpy as np
import pytest

import implicitbias as ib
from implicitbias.runs.fast_forward.singular_faces import NuclearFace, SpectralFace
from implicitbias.runs.fast_forward.singular_flow import FACES, SingularFlow

NUCLEAR, SPECTRAL = ib.Schatten(1), ib.Schatten(math.inf)
BOTH = pytest.mark.parametrize("norm", [NUCLEAR, SPECTRAL], ids=["nuclear", "spectral"])


def largest_step(problem, norm):
    run = ib.Run(problem, ib.SteepestDescent(norm), ib.Constant(1e-8)).advance(1)
    return 1e-8 * math.exp(-run.largest_step[0])


def random_run(norm, shape, n, seed):
    """One of matrices with Gaussian entries, or of several classes (n = 0)."""
    rng = np.random.default_rng(seed)
    if n:
        X, w = rng.standard_normal((n, *shape)), rng.standard_normal(shape)
        loss = (ib.Exponential(), ib.Logistic())[seed % 2]
        problem = ib.Problem(X, np.sign(np.einsum("nij,ij->n", X, w)), loss)
    else:
        X = rng.standard_normal((30, shape[1]))
        problem = ib.Problem(X, (X @ rng.standard_normal(shape).T).argmax(1), ib.CrossEntropy())
    eta = 0.4 * largest_step(problem, norm)
    step = ib.Constant(eta) if seed % 3 else ib.Polynomial(eta, 0.3)
    return lambda: ib.Run(problem, ib.SteepestDescent(norm), step)


def assert_holds(make, until):
    """Rows are as near to iterates as is stated, and not by accident: errors are what leaps are about."""
    leapt, real = make().fast_forward(until), make().advance(until)
    rows, others = leapt.trajectory, real.trajectory
    assert rows.integrated[-1]
    np.testing.assert_array_equal(rows.t, others.t)
    distances = np.linalg.norm((rows.w - others.w).reshape(len(rows), -1), axis=1)
    assert (distances <= rows.error + 1e-10).all()
    assert rows.error[-1] < 2e-2


@pytest.mark.parametrize(
    ("norm", "shape", "n", "seed"),
    [(NUCLEAR, (3, 2), 6, 1), (SPECTRAL, (3, 2), 6, 0), (SPECTRAL, (4, 4), 12, 0), (SPECTRAL, (3, 2), 0, 1)],
)
def test_against_iterations(norm, shape, n, seed):
    assert_holds(random_run(norm, shape, n, seed), 177_828)


@pytest.mark.thorough
@BOTH
@pytest.mark.parametrize(("shape", "n"), [((3, 2), 6), ((4, 4), 12), ((4, 2), 0), ((8, 6), 50)])
@pytest.mark.parametrize("seed", range(5))
def test_against_ten_million_iterations(norm, shape, n, seed):
    assert_holds(random_run(norm, shape, n, seed), 10**7 if shape[0] < 8 else 10**6)


@BOTH
def test_to_the_maximum_margin(norm):
    """The limit is that of a cone program, and the margin gap closes like 1 / log t."""
    run = random_run(norm, (3, 2), 6, 0)().fast_forward(1e300)
    best = ib.max_margin(run.problem, norm).bracket
    rows = run.problem.y[:, None, None] * run.problem.X
    margin = np.einsum("nij,ij->n", rows, run.w).min() / norm.value(run.w)
    assert margin <= best.upper * (1 + 1e-9)
    assert margin >= best.lower * (1 - 5e-3)


@BOTH
def test_singular_values_that_are_on_the_ties(norm):
    """Along the path they vanish, or are equal, and the position in the face is in it."""
    run = random_run(norm, (4, 4), 12, 0)().advance(20_000)
    flow = SingularFlow(run.problem, run.step_size, FACES[norm])
    times = np.log([2e4, 1e6, 1e9, 1e30])
    points = list(flow.follow(run.w.ravel(), times, 1e-9))
    assert len(points) == 4
    for point in points:
        values = np.linalg.svd(flow.gradient(point.w).reshape(4, 4), compute_uv=False)
        k = point.slide.k
        ties = values[k:] / values[0] if norm == SPECTRAL else 1 - values[:k] / values[0]
        assert len(ties)
        assert ties.max() <= 1e-6 * (point.log_t == times[0] or 1e-2) + 1e-9
        assert point.slide.at(point.log_t, flow.span @ point.w).events[0] > 0


@pytest.mark.parametrize("face", [SpectralFace, NuclearFace])
def test_faces(face):
    """What is closest to no motion of margins is least over the face, by first-order conditions."""
    rng = np.random.default_rng(0)
    U, V = (np.linalg.qr(rng.standard_normal((size, size)))[0] for size in (5, 4))
    values = [3.0, 2, 0, 0] if face is SpectralFace else [2.0, 2, 2, 1]
    samples = rng.standard_normal((30, 5, 4))
    at = face(samples, U[:, :4] * values @ V, 2 if face is SpectralFace else 3)
    assert at.rank() == at.rows.shape[1] == 6
    np.testing.assert_allclose(at.apart, 0, atol=1e-12)
    x = rng.standard_normal(6)
    moved = at.step(x) - at.fixed
    np.testing.assert_allclose(np.einsum("nij,ij->n", samples, moved), at.rows @ x, atol=1e-10)
    M, b = at.rows.T @ at.rows / 30, (3 * rng.standard_normal(6) if face is SpectralFace else np.zeros(6))
    best = at.constrained(M, b, np.zeros(6))
    slope = M @ best + b
    for _ in range(50):
        other = at.nearest(5 * rng.standard_normal(6))
        assert at.inside(other) >= -1e-10
        assert slope @ (other - best) >= -1e-8


def test_fewer_samples_than_ties():
    """Their polar factors leave the span of the blocks, which says too little then; diagonal ones stay."""
    rng = np.random.default_rng(1)
    vanishing = np.diag([1.0, 0, 0])
    with pytest.raises(np.linalg.LinAlgError, match="fewer samples than ties"):
        SpectralFace(rng.standard_normal((3, 3, 3)), vanishing, 1).rank()
    diagonal = np.array([np.diag(row) for row in rng.standard_normal((3, 3))])
    assert SpectralFace(diagonal, vanishing, 1).rank() == 2


def test_diagonal_samples_are_sign_descent():
    """Diagonal matrices under the spectral norm move as vectors do in linf."""
    rng = np.random.default_rng(4)
    rows = rng.normal([1.0, 0.5, 0], 1, (8, 3))
    rows *= np.sign(rows @ [2.0, 1, 1])[:, None]
    matrices = np.array([np.diag(row) for row in rows])
    eta = 0.4 * largest_step(ib.Problem(rows, np.ones(8), ib.Exponential()), ib.Lp(math.inf))
    ends = []
    for samples, norm in ((rows, ib.Lp(math.inf)), (matrices, SPECTRAL)):
        run = ib.Run(ib.Problem(samples, np.ones(8), ib.Exponential()), ib.SteepestDescent(norm), eta)
        ends.append(run.fast_forward(1e30, tolerance=1e-3))
    vector, matrix = ends
    np.testing.assert_allclose(matrix.w - np.diag(np.diag(matrix.w)), 0, atol=1e-9)
    stated = vector.trajectory.error[-1] + matrix.trajectory.error[-1]
    assert np.linalg.norm(np.diag(matrix.w) - vector.w) <= stated


def test_momentum_is_refused():
    problem = ib.Problem(np.eye(4).reshape(4, 2, 2), np.ones(4), ib.Exponential())
    with pytest.raises(ib.InvalidTypeError, match="without momentum it leaps, to the same limit"):
        ib.Run(problem, ib.Muon(), 0.01).fast_forward(1e9)


def test_an_event_that_only_the_polynomial_between_two_steps_has():
    """SciPy's root finder sees no change of sign there: no leap from that time, and no error of SciPy's."""
    X = [
        [-0.7240971520246439, -0.7561685342607508, 0.5733609211454855, -1.0835987710809871],
        [-0.02918545821786571, -1.7297389996925676, 1.4358297973684013, 0.5751808522469571],
        [0.5573926477961317, -0.29437868922348764, 1.742548183845177, 0.7818766406725869],
        [-0.35215116207568065, -0.7139760129695792, 0.6341822583859342, 0.20898158937334665],
    ]
    w0 = [[-1.0, 1, 0, 0], [0, 1, 2, -1], [2, 0, 1, -1]]
    problem = ib.Problem(X, [0, 1, 2, 2], ib.CrossEntropy())
    step = ib.LossNormalized(1.0, 0.026229819185348374)
    run = ib.Run(problem, ib.SteepestDescent(SPECTRAL), step, w0=w0)
    assert run.fast_forward(1e5, tolerance=0.03).t == 10**5
