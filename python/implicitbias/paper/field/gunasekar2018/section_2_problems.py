"""What the experiments of section 2 share: random data that can be fitted, runs to a solution, distances."""

from functools import partial

import numpy as np

import implicitbias as ib

from ...._types import Array
from ...trial import Trial
from .citation import SECTIONS, statement

section_2 = partial(statement, chapter=SECTIONS["section_2_mirror"])

SQUARED = ib.Squared()
ENTROPY = ib.MirrorDescent(ib.Entropy())
NATURAL = ib.NaturalGradient(ib.Entropy())
LINE = ib.datasets.example_2().problem(SQUARED)
MIDDLE = np.array([0.5, 0.25])  # the projection of (1, 1) on the solutions of LINE, in the entropy
FROM_ORACLE = "the Bregman projection by a convex program (cvxpy, or Newton's method on its dual)"
OF_THE_WAY = "distance to the predicted point, relative to its distance from w(0)"
LOSSES: tuple[ib.Loss, ...] = (SQUARED, ib.Huber(0.5), ib.LogCosh())

# The longest step for data as below, far from the largest with which the slowest of them goes downhill.
_LONGEST: dict[type[ib.Potential], float] = {
    ib.Entropy: 0.06,
    ib.SquaredLp: 0.05,
    ib.QuadraticPotential: 0.1,
    ib.SpectralEntropy: 0.06,
}
MOST_STEPS = 150_000


def potentials(rng: np.random.Generator) -> list[ib.Potential]:
    """Return one of each kind, with random parameters; those of quadratic ones are for four variables."""
    return [
        ib.Entropy(),
        ib.SquaredLp(float(rng.uniform(1.2, 1.9))),
        ib.QuadraticPotential(random_metric(rng)),
        ib.SpectralEntropy(),
    ]


def not_quadratic(rng: np.random.Generator) -> list[ib.Potential]:
    """Return a potential of each kind that is not quadratic, for limits that must differ.

    With p near 1 limits may be nearly sparse, and a small coordinate, of order |z|^(1 / (p - 1)) in its dual
    z, hardly moves: it could not be told from one that does not.
    """
    return [ib.Entropy(), ib.SquaredLp(float(rng.uniform(1.5, 1.9))), ib.SpectralEntropy()]


def random_metric(rng: np.random.Generator) -> Array:
    """Return a symmetric positive definite 4 x 4 matrix, with eigenvalues from 1/2 to 2."""
    Q = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    D = Q @ np.diag(rng.uniform(0.5, 2, 4)) @ Q.T
    return np.asarray((D + D.T) / 2)


def shape_for(rng: np.random.Generator, potential: ib.Potential) -> tuple[int, ...]:
    """Return a shape of parameters: square for matrices, otherwise a vector or a matrix."""
    if isinstance(potential, ib.SpectralEntropy):
        side = int(rng.integers(2, 4))
        return side, side
    if isinstance(potential, ib.QuadraticPotential):
        return [(4,), (2, 2)][int(rng.integers(2))]
    return [(3,), (5,), (8,), (2, 2), (2, 3)][int(rng.integers(5))]


def inside(rng: np.random.Generator, potential: ib.Potential, shape: tuple[int, ...]) -> Array:
    """Return a random point inside the domain, of order 1."""
    z = rng.standard_normal(shape) / 2
    if isinstance(potential, ib.SpectralEntropy):
        values, Q = np.linalg.eigh((z + z.T) / 2)
        return np.asarray((Q * np.exp(values)) @ Q.T)
    return np.asarray(np.exp(z) if isinstance(potential, ib.Entropy) else 2 * z)


def samples(rng: np.random.Generator, potential: ib.Potential, shape: tuple[int, ...]) -> Array:
    """Return fewer samples than variables, correlated, of length 1."""
    X = rng.standard_normal((int(np.prod(shape)), *shape))
    if isinstance(potential, ib.SpectralEntropy):
        X = X + X.transpose(0, 2, 1)
    free = shape[0] * (shape[0] + 1) // 2 if isinstance(potential, ib.SpectralEntropy) else len(X)
    n = int(rng.integers(1, min(free, 4)))
    rows = np.linalg.qr(X[:n].reshape(n, -1).T)[0].T
    correlated = np.linalg.cholesky(0.4 * np.eye(n) + 0.6) @ rows
    return np.asarray(correlated.reshape(n, *shape))


def solvable(rng: np.random.Generator, potential: ib.Potential, loss: ib.Loss = SQUARED) -> ib.Problem:
    """Return random data of a random shape that a point inside the domain fits."""
    shape = shape_for(rng, potential)
    X = samples(rng, potential, shape)
    fit = inside(rng, potential, shape)
    return ib.Problem(X, np.tensordot(X, fit, len(shape)), loss)


def steps(rng: np.random.Generator, potential: ib.Potential) -> ib.StepSize:
    """Return random step sizes, of one of three kinds."""
    longest = _LONGEST[type(potential)] * float(rng.uniform(0.5, 1))
    return (
        ib.Constant(longest),
        ib.Polynomial(2 * longest, 0.2),
        ib.Schedule(rng.uniform(0.1 * longest, longest, MOST_STEPS)),
    )[int(rng.integers(3))]


def momentum_schedules(rng: np.random.Generator) -> tuple[Array, Array]:
    """Return random beta_t and gamma_t."""
    return rng.uniform(0, 0.6, MOST_STEPS), rng.uniform(0, 0.6, MOST_STEPS)


def kind(potential: ib.Potential) -> str:
    """Return a potential's name without its parameters: the case that measurements belong to."""
    return type(potential).__name__


def settled(trial: Trial, run: ib.Run) -> ib.Run:
    """Run to a solution, and assume, as the theorems of this section do, that there the run has come."""
    while run.residual > 1e-13 and run.t < MOST_STEPS:
        run.advance(min(max(run.t, 500), MOST_STEPS - run.t))
    return arrived(trial, run)


def arrived(trial: Trial, run: ib.Run) -> ib.Run:
    """Assume what the theorems of this section do: that the run has come to a solution."""
    trial.assume("w(t) converges to a solution, L(w) = 0", run.residual < 1e-7)
    return run


def distance(a: Array, b: Array) -> float:
    """Return the Euclidean distance, in whatever shape."""
    return float(np.linalg.norm(np.ravel(a) - np.ravel(b)))


def size(a: Array) -> float:
    """Return the Euclidean norm, in whatever shape."""
    return float(np.linalg.norm(a))


def of_the_way(run: ib.Run | ib.Flow, point: Array, start: Array) -> float:
    """Return how far a run is from a point, relative to the way there."""
    return distance(run.w, point) / distance(point, start)


def on_the_line(p: float, q: float) -> Array:
    """Return the entropy's projection of (p, q) on w_1 + 2 w_2 = 1: (p s, q s^2)."""
    s = (-p + np.sqrt(p**2 + 8 * q)) / (4 * q)
    return np.array([p * s, q * s**2])
