"""Section 2.2: affine constraints, momentum in the dual and batches do not move the limit."""

import numpy as np

import implicitbias as ib

from ...._types import Array
from ...trial import Trial
from .section_2_problems import (
    FROM_ORACLE,
    LOSSES,
    MOST_STEPS,
    OF_THE_WAY,
    SQUARED,
    inside,
    kind,
    momentum_schedules,
    of_the_way,
    potentials,
    section_2,
    settled,
    size,
    solvable,
    steps,
)


def on_simplex(rng: np.random.Generator) -> ib.Problem:
    """Return two samples, at right angles to (1, 1, 1, 1), that a probability vector fits."""
    X = np.linalg.qr(np.column_stack([np.ones(4), rng.standard_normal((4, 2))]))[0].T[1:]
    return ib.Problem(X, X @ rng.dirichlet(np.full(4, 2.0)), SQUARED)


def within_affine(rng: np.random.Generator, potential: ib.Potential) -> tuple[ib.Problem, ib.Affine]:
    """Return data and a constraint, which a point inside the domain meets and others, too."""
    while True:
        problem = solvable(rng, potential, LOSSES[int(rng.integers(3))])
        shape, n = problem.shape, len(problem.y)
        free = shape[0] * (shape[0] + 1) // 2 if kind(potential) == "SpectralEntropy" else np.prod(shape)
        if n + 1 < free:
            break
    X, fit, G = problem.X.reshape(n, -1), inside(rng, potential, shape), rng.standard_normal(shape)
    row = (G + G.T if kind(potential) == "SpectralEntropy" else G).ravel()
    row = row - row @ np.linalg.pinv(X) @ X
    row = row / size(row) + X[0] / 3
    affine = ib.Affine(row[None], [float(row @ fit.ravel())])
    return ib.Problem(problem.X, X @ fit.ravel(), problem.loss), affine


@section_2(
    "thm1a",
    "affine constraints; exponentiated gradient",
    source="Theorem 1a",
    text="Under affine constraints the limit is the projection on the solutions within them, whatever the "
    "potential and w(0); exponentiated gradient descent from the uniform distribution finds the solution of "
    "maximum entropy.",
    reference="the Gibbs distribution, by its convex dual (SciPy); " + FROM_ORACLE,
    metric=OF_THE_WAY,
    tolerance=1e-8,
)
def theorem_1a(trial: Trial) -> None:
    """Constrain to the simplex, and to random affine sets."""
    from scipy.optimize import root
    from scipy.special import softmax

    uniform = np.full(4, 0.25)
    for seed in trial.seeds(1, 20, 200):
        rng = np.random.default_rng(seed)
        problem = on_simplex(rng)
        X, method = problem.X, ib.MirrorDescent(ib.Entropy(), constraint=ib.Simplex())
        run = settled(trial, ib.Run(problem, method, ib.Constant(0.3)))
        multipliers = root(lambda a, X=X, y=problem.y: X @ softmax(X.T @ a) - y, np.zeros(2), tol=1e-14).x
        trial.measure("maximum entropy", of_the_way(run, softmax(X.T @ multipliers), uniform))

        for potential in potentials(rng):
            problem, affine = within_affine(rng, potential)
            w0 = inside(rng, potential, problem.shape)
            method = ib.MirrorDescent(potential, constraint=affine)
            run = settled(trial, ib.Run(problem, method, steps(rng, potential), w0=w0))
            trial.compare(kind(potential), run, ib.predict(problem, method, w0))


def with_dual_momentum(trial: Trial, seed: int, *, minimum: bool) -> None:
    """Run from the minimum of psi, or from elsewhere, with beta_t and gamma_t constant or random."""
    rng = np.random.default_rng(seed)
    for potential in potentials(rng):
        problem = solvable(rng, potential, LOSSES[int(rng.integers(3))])
        w0 = None if minimum else inside(rng, potential, problem.shape)
        name, momentum = (
            ("heavy ball", ib.DualMomentum(float(rng.uniform(0.1, 0.8)))),
            ("Nesterov", ib.DualMomentum.nesterov(float(rng.uniform(0.1, 0.7)))),
            ("random beta_t and gamma_t", ib.DualMomentum(*momentum_schedules(rng))),
        )[seed % 3]
        method = ib.MirrorDescent(potential, momentum)
        longest = 0.02 if isinstance(potential, ib.SquaredLp) else 0.04
        step = ib.Schedule(rng.uniform(0.2 * longest, longest, MOST_STEPS))
        run = settled(trial, ib.Run(problem, method, step, w0=w0))
        trial.compare(f"{kind(potential)}, {name}", run, ib.predict(problem, method, w0))


@section_2(
    "thm1b",
    "dual momentum",
    source="Theorem 1b",
    text="With momentum in the dual variables, from w(0) = argmin psi, the limit is still the projection, "
    "for all step sizes, beta_t and gamma_t with which there is one.",
    reference=FROM_ORACLE,
    metric=OF_THE_WAY,
    tolerance=1e-8,
)
def theorem_1b(trial: Trial) -> None:
    """Start at the minimum of psi."""
    for seed in trial.seeds(3, 20, 200):
        with_dual_momentum(trial, seed, minimum=True)


@section_2(
    "thm1b-any",
    "dual momentum from any start",
    source="beyond Theorem 1b (this package)",
    text="The limit with dual momentum is the projection of w(0) from every start: as dz(-1) = 0, by "
    "induction all dual variables stay on the data manifold of w(0).",
    reference=FROM_ORACLE,
    metric=OF_THE_WAY,
    tolerance=1e-8,
)
def theorem_1b_any(trial: Trial) -> None:
    """Start at random points."""
    for seed in trial.seeds(3, 20, 200):
        with_dual_momentum(trial, seed, minimum=False)


@section_2(
    "rem1",
    "stochastic gradients",
    source="Remark 1",
    text="Theorems 1, 1a and 1b hold with gradients on random batches, too, drawn with or without "
    "replacement.",
    reference=FROM_ORACLE,
    metric=OF_THE_WAY,
    tolerance=1e-8,
)
def remark_1(trial: Trial) -> None:
    """Draw batches: plain, constrained and with momentum."""
    for seed in trial.seeds(2, 20, 200):
        rng = np.random.default_rng(seed)
        replace = bool(seed % 2)
        batch, drawn = (
            ib.MiniBatch(1 + replace, seed, replace=replace),
            f"with{'' if replace else 'out'} replacement",
        )
        for potential in potentials(rng):
            problem = solvable(rng, potential)
            while len(problem.y) == 1:  # one sample has one batch only
                problem = solvable(rng, potential)
            method, w0 = ib.MirrorDescent(potential), inside(rng, potential, problem.shape)
            run = settled(trial, ib.Run(problem, method, steps(rng, potential), w0=w0, batch=batch))
            trial.compare(f"{kind(potential)}, {drawn}", run, ib.predict(problem, method, w0))
        problem = on_simplex(rng)
        for name, method in (
            ("on the simplex", ib.MirrorDescent(ib.Entropy(), constraint=ib.Simplex())),
            ("dual momentum", ib.MirrorDescent(ib.Entropy(), ib.DualMomentum(0.5, 0.3))),
        ):
            run = settled(trial, ib.Run(problem, method, ib.Constant(0.1), batch=batch))
            trial.compare(f"{name}, {drawn}", run, ib.predict(problem, method))


def off_data_manifold(run: ib.Run, potential: ib.Potential, G: Array | None = None) -> float:
    """Return the largest distance of grad psi(w) - grad psi(w0) from the span of samples and constraints.

    Relative to the length of that difference, over the recorded iterates; by NumPy.
    """
    w = run.trajectory.w
    rows = run.problem.X.reshape(len(run.problem.y), -1)
    basis = np.linalg.qr((rows if G is None else np.vstack([rows, G])).T)[0]
    moved = np.array([potential.link(each) - potential.link(w[0]) for each in w[1:]]).reshape(len(w) - 1, -1)
    off = moved - moved @ basis @ basis.T
    return float(np.max(np.linalg.norm(off, axis=1) / np.linalg.norm(moved, axis=1)))


@section_2(
    "manifold",
    "dual iterates stay on the data manifold",
    source="Section 2.2",
    text="Under mirror descent, with dual momentum and batches, too, grad psi(w(t)) - grad psi(w(0)) is in "
    "the span of the samples at all times; with constraints, of the samples and the rows of G.",
    reference="the orthogonal projection on the span, by NumPy",
    metric="largest distance of a dual iterate from the data manifold, relative to its way",
    tolerance=1e-9,
)
def manifold(trial: Trial) -> None:
    """Look at the iterates."""
    for seed in trial.seeds(3, 20, 200):
        rng = np.random.default_rng(seed)
        for potential in potentials(rng):
            problem = solvable(rng, potential)
            w0 = inside(rng, potential, problem.shape)
            momentum = ib.DualMomentum(*momentum_schedules(rng))
            for name, method, batch in (
                ("plain", ib.MirrorDescent(potential), None),
                ("batches", ib.MirrorDescent(potential), ib.MiniBatch(1, seed)),
                ("dual momentum", ib.MirrorDescent(potential, momentum), None),
            ):
                run = ib.Run(problem, method, ib.Constant(0.02), w0=w0, batch=batch).advance(300)
                trial.measure(name, off_data_manifold(run, potential))
            problem, affine = within_affine(rng, potential)
            method = ib.MirrorDescent(potential, constraint=affine)
            w0 = inside(rng, potential, problem.shape)
            run = ib.Run(problem, method, ib.Constant(0.02), w0=w0).advance(300)
            trial.measure("within Gw = h", off_data_manifold(run, potential, affine.G))
