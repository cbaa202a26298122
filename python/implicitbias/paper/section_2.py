"""Section 2: losses with a unique finite root, whose iterates have limit points."""

from functools import partial
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

import implicitbias as ib

from ..labels import plain
from .predicted_limit import predicted_limit
from .statement import SECTIONS, claim
from .trial import Trial

Array = NDArray[np.float64]
section_2 = partial(claim, chapter=SECTIONS["section_2"])

SQUARED = ib.Squared()
ENTROPY = ib.MirrorDescent(ib.Entropy())
NATURAL = ib.NaturalGradient(ib.Entropy())
D = np.array([[2.0, 0.6, 0.0, 0.3], [0.6, 1.0, 0.2, 0.0], [0.0, 0.2, 1.5, 0.1], [0.3, 0.0, 0.1, 0.8]])
LINE = ib.datasets.example_2().problem(SQUARED)
PLANE = ib.datasets.example_4().problem(SQUARED)
FROM_ORACLE = "the Bregman projection by a convex program (cvxpy, or Newton's method on its dual)"
OF_THE_WAY = "distance to the predicted point, relative to its distance from w(0)"


def solvable(seed: int, inside: Array | None = None, *, loss: ib.Loss = SQUARED) -> ib.Problem:
    """Return two orthonormal samples in four dimensions that a positive w fits."""
    rng = np.random.default_rng(seed)
    X = np.linalg.qr(rng.standard_normal((4, 2)))[0].T
    fit = np.exp(rng.standard_normal(4) / 2) if inside is None else inside
    return ib.Problem(X, X @ fit, loss)


def symmetric(seed: int, *, loss: ib.Loss = SQUARED) -> ib.Problem:
    """Return two symmetric 2 x 2 samples that a positive definite matrix fits."""
    X = np.random.default_rng(seed).standard_normal((2, 2, 2)) / 4
    X = X + X.transpose(0, 2, 1)
    return ib.Problem(X, np.tensordot(X, [[1.5, 0.4], [0.4, 0.7]], 2), loss)


def distance(a: Array, b: Array) -> float:
    """Return the Euclidean distance, in whatever shape."""
    return float(np.linalg.norm(np.ravel(a) - np.ravel(b)))


def size(a: Array) -> float:
    """Return the Euclidean norm, in whatever shape."""
    return float(np.linalg.norm(a))


def arrived(trial: Trial, run: ib.Run) -> ib.Run:
    """Assume what the theorems of this section do: that the run has come to a solution."""
    trial.assume("w(t) converges to a solution, L(w) = 0", run.residual < 1e-7)
    return run


def apart(trial: Trial, runs: list[ib.Run]) -> None:
    """Assume that no two runs end at one point."""
    closest = min(distance(a.w, b.w) for a, b in combinations(runs, 2))
    trial.assume("no two limits are closer than 0.004", closest > 0.004)


@section_2(
    "sec2.1",
    "gradient descent, momentum, batches",
    source="Section 2.1",
    text="Gradient descent, with or without random batches, converges to the solution nearest to w(0) in "
    "Euclidean distance; with momentum, too, from w(0) = 0.",
    reference="the pseudo-inverse, w(0) + X^+ (y - X w(0))",
    metric=OF_THE_WAY,
    tolerance=(1e-7, 1e-8, 1e-10),
)
def gradient_descent(trial: Trial) -> None:
    """Vary momentum and batches on random data."""
    for seed in range(trial.choose(2, 5, 20)):
        rng = np.random.default_rng(seed)
        X, y, start = rng.standard_normal((5, 12)), rng.standard_normal(5), rng.standard_normal(12)
        problem, zero = ib.Problem(X, y, SQUARED), np.zeros(12)
        step = ib.Constant(0.2 / float(np.linalg.norm(X, 2)) ** 2)
        for name, method, w0, batch in (
            ("plain", ib.GradientDescent(), start, None),
            ("batches of 2", ib.GradientDescent(), start, ib.MiniBatch(2, seed)),
            ("heavy ball", ib.GradientDescent(ib.PrimalMomentum.heavy_ball(0.9)), zero, None),
            ("Nesterov", ib.GradientDescent(ib.PrimalMomentum.nesterov(0.9)), zero, None),
        ):
            run = arrived(trial, ib.Run(problem, method, step, w0=w0, batch=batch).advance(20000))
            nearest = w0 + np.linalg.pinv(X) @ (y - X @ w0)
            trial.measure(f"{name}, data {seed}", distance(run.w, nearest) / distance(nearest, w0))


@section_2(
    "thm1",
    "mirror descent, any step size, any loss",
    source="Theorem 1",
    text="Whatever the step sizes and the loss, mirror descent that converges to a solution converges to the "
    "Bregman projection of w(0) on the set of solutions.",
    reference=FROM_ORACLE,
    metric=OF_THE_WAY,
    tolerance=(1e-7, 1e-8, 1e-10),
)
def theorem_1(trial: Trial) -> None:
    """Vary the potential, the loss, the steps and the start."""
    losses = (SQUARED, ib.Huber(0.5), ib.LogCosh(), ib.TruncatedSquared(1e3))
    steps = (
        ib.Constant(0.1),
        ib.Polynomial(0.3, 0.2),
        ib.Schedule(np.random.default_rng(0).uniform(0.02, 0.2, 30000)),
    )
    potentials = (ib.Entropy(), ib.SquaredLp(1.5), ib.QuadraticPotential(D), ib.SpectralEntropy())
    for k, potential in enumerate(potentials * trial.choose(1, 3, 12)):
        loss, step = losses[k % 4], steps[(k + k // 4) % 3]
        matrices = isinstance(potential, ib.SpectralEntropy)
        problem = symmetric(k, loss=loss) if matrices else solvable(k, loss=loss)
        w0 = np.array([[1.0, 0.3], [0.3, 2]]) if matrices else np.array([1.0, 0.5, 2, 1.5])
        method = ib.MirrorDescent(potential)
        run = arrived(trial, ib.Run(problem, method, step, w0=w0).advance(30000))
        trial.compare(
            f"{plain(potential)}, {plain(loss)}, {plain(step)}, data {k}",
            run,
            ib.predict(problem, method, w0),
        )


@section_2(
    "thm1-start",
    "mirror descent forgets its start",
    source="against Theorem 1",
    text="The limit of mirror descent does not depend on w(0). (It must: it is the projection of w(0).)",
    reference="two runs from different starts",
    metric="relative distance between the limits",
    tolerance=1e-3,
    expect="fails",
)
def theorem_1_start(trial: Trial) -> None:
    """Start twice."""
    first, second = (
        arrived(trial, ib.Run(LINE, ENTROPY, ib.Constant(0.05), w0=w0).advance(2000)).w
        for w0 in ([1.0, 1], [2.0, 0.5])
    )
    trial.measure("Example 2", distance(first, second) / size(first))


@section_2(
    "thm1a",
    "affine constraints; exponentiated gradient",
    source="Theorem 1a",
    text="Under affine constraints the limit is the projection on the solutions within them; exponentiated "
    "gradient descent from the uniform distribution finds the solution of maximum entropy.",
    reference="the Gibbs distribution, by its convex dual (SciPy); " + FROM_ORACLE,
    metric=OF_THE_WAY,
    tolerance=(1e-6, 1e-7, 1e-9),
)
def theorem_1a(trial: Trial) -> None:
    """Constrain to the simplex, and to an affine set."""
    from scipy.optimize import root
    from scipy.special import softmax

    uniform = np.full(4, 0.25)
    for seed in range(trial.choose(2, 5, 20)):
        inside = np.random.default_rng(seed).dirichlet(np.full(4, 2.0))
        problem = solvable(seed, inside)
        method = ib.MirrorDescent(ib.Entropy(), constraint=ib.Simplex())
        run = arrived(trial, ib.Run(problem, method, ib.Constant(0.3)).advance(40000))
        X, y = problem.X, problem.y
        multipliers = root(lambda a, X=X, y=y: X @ softmax(X.T @ a) - y, np.zeros(2), tol=1e-14).x
        gibbs = softmax(X.T @ multipliers)
        trial.measure(f"maximum entropy, data {seed}", distance(run.w, gibbs) / distance(gibbs, uniform))

        problem = solvable(seed)
        inside = np.linalg.pinv(problem.X) @ problem.y
        affine = ib.Affine(np.ones((1, 4)), [inside.sum()])
        method = ib.MirrorDescent(ib.SquaredLp(1.5), constraint=affine)
        run = arrived(trial, ib.Run(problem, method, ib.Constant(0.05)).advance(40000))
        trial.compare(f"squared l1.5 norm, data {seed}", run, ib.predict(problem, method))


MOMENTA = (ib.DualMomentum(0.5, 0.0), ib.DualMomentum.nesterov(0.7), ib.DualMomentum(0.3, 0.8))


@section_2(
    "thm1b",
    "dual momentum",
    source="Theorem 1b",
    text="With momentum in the dual variables, from w(0) = argmin psi, the limit is still the projection.",
    reference=FROM_ORACLE,
    metric=OF_THE_WAY,
    tolerance=(1e-7, 1e-8, 1e-10),
)
def theorem_1b(trial: Trial) -> None:
    """Vary momentum and potential, on random data and in Example 2."""
    for k, potential in enumerate((ib.Entropy(), ib.SquaredLp(1.5), ib.Entropy()) * trial.choose(1, 3, 12)):
        method = ib.MirrorDescent(potential, MOMENTA[k % 3])
        problem = LINE if k == 0 else solvable(k)
        run = arrived(trial, ib.Run(problem, method, ib.Constant(0.02)).advance(50000))
        trial.compare(f"{plain(method)}, data {k}", run, ib.predict(problem, method))
    if trial.effort != "fast":
        w0 = [0.4, 1.2, 0.8, 2]
        method = ib.MirrorDescent(ib.Entropy(), MOMENTA[0])
        run = arrived(trial, ib.Run(solvable(9), method, ib.Constant(0.02), w0=w0).advance(50000))
        trial.compare("any w(0), more than the paper says", run, ib.predict(run.problem, method, w0))


@section_2(
    "rem1",
    "stochastic gradients",
    source="Remark 1",
    text="Theorems 1, 1a and 1b hold with gradients on random batches, too.",
    reference=FROM_ORACLE,
    metric=OF_THE_WAY,
    tolerance=(1e-6, 1e-8, 1e-10),
)
def remark_1(trial: Trial) -> None:
    """Draw single samples: plain, constrained and with momentum."""
    for seed in range(trial.choose(1, 3, 12)):
        inside = np.random.default_rng(seed).dirichlet(np.full(4, 2.0))
        for method, problem in (
            (ENTROPY, solvable(seed)),
            (ib.MirrorDescent(ib.Entropy(), constraint=ib.Simplex()), solvable(seed, inside)),
            (ib.MirrorDescent(ib.Entropy(), MOMENTA[0]), solvable(seed)),
        ):
            run = ib.Run(problem, method, ib.Constant(0.1), batch=ib.MiniBatch(1, seed)).advance(200000)
            trial.compare(f"{plain(method)}, data {seed}", arrived(trial, run), ib.predict(problem, method))


def with_momentum(beta: float, gamma: float = 0.0) -> ib.Run:
    """Return a run of Example 2, for Figure 1a."""
    method = ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum(beta, gamma))
    return ib.Run(LINE, method, ib.Constant(0.02), record=ib.log_spaced(60)).advance(1500)


@section_2(
    "ex2",
    "primal momentum finds the projection",
    source="against Example 2",
    text="With momentum in the primal variables, entropy mirror descent converges to the solution of minimum "
    "potential. (It does not.)",
    reference="the projection in closed form, (1/2, 1/4)",
    metric=OF_THE_WAY,
    tolerance=1e-3,
    expect="fails",
)
def example_2(trial: Trial) -> None:
    """Try one momentum."""
    run = arrived(trial, with_momentum(0.5))
    point = np.array([0.5, 0.25])
    trial.measure("beta = 0.5", distance(run.w, point) / distance(point, np.ones(2)))


@section_2(
    "fig1a",
    "the limit moves with momentum",
    source="Figure 1a",
    text="Every choice of beta and gamma has a limit of its own; without momentum it is the projection.",
    reference="the recursion (8) in NumPy, in extended precision",
    metric="distance between the limits",
    tolerance=1e-12,
)
def figure_1a(trial: Trial) -> None:
    """Follow eq. (8) twice, and draw it."""
    choices = ((0.0, 0.0), (0.3, 0.0), (0.5, 0.0), (0.7, 0.0), (0.7, 0.7))
    runs = [arrived(trial, with_momentum(*choice)) for choice in choices]
    x = np.array([1, 2], dtype=np.longdouble)
    for (beta, gamma), run in zip(choices, runs, strict=True):
        w = before = np.ones(2, dtype=np.longdouble)
        for _ in range(run.t):
            ahead = w + np.longdouble(gamma) * (w - before)
            z = np.log(w + np.longdouble(beta) * (w - before)) - np.longdouble(0.02) * 2 * (x @ ahead - 1) * x
            w, before = np.exp(z), w
        trial.measure(f"beta = {beta}, gamma = {gamma}", distance(run.w, w.astype(float)))
    apart(trial, runs)
    trial.figure(
        "Figure 1a",
        lambda figure: ib.plot.path(
            runs,
            ib.predict(LINE, ENTROPY),
            labels=[rf"$\beta = {beta},\ \gamma = {gamma}$" for beta, gamma in choices],
            ax=figure.add_subplot(),
        ),
        caption="Entropy mirror descent with primal momentum from (1, 1): every choice ends at a solution of "
        "its own; only beta = 0 at the predicted one.",
        size=(6.4, 6.2),
    )


def on_the_line(p: float, q: float) -> Array:
    """Return where the flow from (p, q) meets w_1 + 2 w_2 = 1: (p s, q s^2)."""
    s = (-p + np.sqrt(p**2 + 8 * q)) / (4 * q)
    return np.array([p * s, q * s**2])


@section_2(
    "prop2a",
    "one step of momentum, then the flow",
    source="Proposition 2a",
    text="A single step with primal momentum moves the limit: here to (p s, q s^2), the root of "
    "p s + 2 q s^2 = 1, with a = exp(-4 eta), p = a (1 + beta) - beta, q = a^2 (1 + beta) - beta.",
    reference="the closed form",
    metric="distance to it",
    tolerance=(1e-8, 1e-9, 1e-10),
)
def proposition_2a(trial: Trial) -> None:
    """Take two steps, the second by momentum alone, and follow the flow from there."""
    for eta, beta in ((0.02, 0.5), (0.05, 0.3), (0.03, 0.9))[: trial.choose(1, 3, 3)]:
        method = ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum.heavy_ball(beta))
        run = ib.Run(LINE, method, ib.Schedule([eta, 0.0])).advance(2)
        end = ib.flow(LINE, ENTROPY, run.w).w
        a = np.exp(-4 * eta)
        formula = on_the_line(a * (1 + beta) - beta, a**2 * (1 + beta) - beta)
        trial.measure(f"eta = {eta}, beta = {beta}", distance(end, formula))
        trial.assume("the closed form is not the projection", distance(formula, np.array([0.5, 0.25])) > 1e-3)


@section_2(
    "eq10",
    "the flow of mirror and natural gradient",
    source="Equation 10",
    text="As eta -> 0, mirror descent and natural gradient descent follow one flow, to the projection.",
    reference=FROM_ORACLE,
    metric=OF_THE_WAY,
    tolerance=(1e-6, 1e-7, 1e-7),
)
def flow(trial: Trial) -> None:
    """Follow the flows, and extrapolate runs of natural gradient descent to eta = 0."""
    for seed in range(trial.choose(1, 3, 10)):
        problem = solvable(seed)
        for potential in (ib.Entropy(), ib.SquaredLp(1.5)):
            for method in (ib.MirrorDescent(potential), ib.NaturalGradient(potential)):
                if potential == ib.SquaredLp(1.5) and isinstance(method, ib.NaturalGradient):
                    continue  # its Hessian is singular at w(0) = 0
                way = ib.flow(problem, method)
                trial.assume("the flow has come to a solution", way.converged)
                trial.compare(f"{plain(method)}, data {seed}", way, ib.predict(problem, method, flow=True))
    # Richardson: the limits are analytic in eta, and four of them cancel the first three powers.
    etas = [0.01 / 2**k for k in range(4)]
    table = [ib.Run(LINE, NATURAL, ib.Constant(eta)).advance(int(60 / eta)).w for eta in etas]
    for order in range(1, 4):
        table = [(2**order * fine - coarse) / (2**order - 1) for coarse, fine in pairwise(table)]
    point = np.array([0.5, 0.25])
    trial.measure("Example 3, extrapolated", distance(table[0], point) / distance(point, np.ones(2)))


@section_2(
    "ex3",
    "natural gradient finds the projection",
    source="against Example 3",
    text="Natural gradient descent in the entropy's metric converges to the solution of minimum potential, "
    "at any step size. (It does not, at finite ones.)",
    reference="the projection in closed form, (1/2, 1/4)",
    metric=OF_THE_WAY,
    tolerance=1e-3,
    expect="fails",
)
def example_3(trial: Trial) -> None:
    """Take steps that are not small."""
    for eta in (0.02, 0.06, 0.1):
        run = arrived(trial, ib.Run(LINE, NATURAL, ib.Constant(eta)).advance(3000))
        point = np.array([0.5, 0.25])
        trial.measure(f"eta = {eta}", distance(run.w, point) / distance(point, np.ones(2)))


@section_2(
    "fig1b",
    "the limit moves with the step",
    source="Figure 1b",
    text="Every step size has a limit of its own; eta = 0.1 ends at (0.6, 0.2) exactly.",
    reference="the recursion (9) in NumPy, in extended precision; (0.6, 0.2)",
    metric="distance between the limits",
    tolerance=1e-12,
)
def figure_1b(trial: Trial) -> None:
    """Follow eq. (9) twice, and draw it."""
    etas = (0.02, 0.06, 0.1, 0.12)
    runs = [ib.Run(LINE, NATURAL, ib.Constant(eta), record=ib.log_spaced(60)).advance(1500) for eta in etas]
    x = np.array([1, 2], dtype=np.longdouble)
    for eta, run in zip(etas, runs, strict=True):
        w = np.ones(2, dtype=np.longdouble)
        for _ in range(run.t):
            w = w - np.longdouble(eta) * w * 2 * (x @ w - 1) * x
        trial.measure(f"eta = {eta}", distance(arrived(trial, run).w, w.astype(float)))
    trial.measure("eta = 0.1 and (0.6, 0.2)", distance(runs[2].w, np.array([0.6, 0.2])))
    apart(trial, runs)
    trial.figure(
        "Figure 1b",
        lambda figure: ib.plot.path(
            [*runs, ib.flow(LINE, NATURAL)],
            ib.predict(LINE, NATURAL, flow=True),
            labels=[*(rf"$\eta = {eta}$" for eta in etas), r"$\eta \to 0$"],
            ax=figure.add_subplot(),
        ),
        caption="Natural gradient descent in the entropy's metric from (1, 1): only the flow ends at the "
        "predicted point.",
        size=(6.4, 6.2),
    )


@section_2(
    "prop3a",
    "one step of natural gradient, then the flow",
    source="Proposition 3a",
    text="A single finite step of natural gradient descent moves the limit to the projection of w(1): here "
    "(p s, q s^2), the root of p s + 2 q s^2 = 1, with p = 1 - 4 eta, q = 1 - 8 eta.",
    reference="the closed form",
    metric="distance to it",
    tolerance=(1e-8, 1e-9, 1e-10),
)
def proposition_3a(trial: Trial) -> None:
    """Take one step and follow the flow from there."""
    for eta in (0.02, 0.05, 0.1)[: trial.choose(1, 3, 3)]:
        first = ib.Run(LINE, NATURAL, ib.Constant(eta)).advance(1).w
        formula = on_the_line(1 - 4 * eta, 1 - 8 * eta)
        trial.measure(f"eta = {eta}", distance(ib.flow(LINE, NATURAL, first).w, formula))
        projection = predicted_limit(LINE, ENTROPY, first).point
        trial.measure(f"eta = {eta}, projection of w(1)", distance(projection, formula))
        trial.assume("the closed form is not the projection", distance(formula, np.array([0.5, 0.25])) > 1e-3)


@section_2(
    "quadratic",
    "quadratic potentials forgive everything",
    source="Sections 2.2 and 2.3",
    text="With quadratic potentials, primal momentum and natural gradient descent find the projection, too.",
    reference="the weighted least squares problem, solved by its normal equations",
    metric=OF_THE_WAY,
    tolerance=(1e-7, 1e-8, 1e-10),
)
def quadratic_potentials(trial: Trial) -> None:
    """Momentum and natural gradient in |w|_D^2 / 2."""
    potential = ib.QuadraticPotential(D)
    for seed in range(trial.choose(1, 5, 20)):
        problem = solvable(seed)
        for method in (
            ib.MirrorDescent(potential, ib.PrimalMomentum.heavy_ball(0.5)),
            ib.MirrorDescent(potential, ib.PrimalMomentum.nesterov(0.5)),
            ib.NaturalGradient(potential),
        ):
            run = arrived(trial, ib.Run(problem, method, ib.Constant(0.05)).advance(30000))
            point = nearest_in(D, problem)
            trial.measure(f"{plain(method)}, data {seed}", distance(run.w, point) / size(point))


def nearest_in(metric: Array, problem: ib.Problem) -> Array:
    """Return argmin w'Dw over Xw = y: D^-1 X' (X D^-1 X')^-1 y."""
    half = np.linalg.solve(metric, problem.X.T)
    return np.asarray(half @ np.linalg.solve(problem.X @ half, problem.y))


@section_2(
    "quadnorm",
    "steepest descent in quadratic norms",
    source="Section 2.4",
    text="Steepest descent in a quadratic norm converges to the solution nearest to w(0) in that norm.",
    reference="the weighted least squares problem, solved by its normal equations",
    metric=OF_THE_WAY,
    tolerance=(1e-7, 1e-8, 1e-10),
)
def quadratic_norms(trial: Trial) -> None:
    """Random data, two step sizes."""
    for seed in range(trial.choose(1, 5, 20)):
        problem = solvable(seed)
        for eta in (0.02, 0.1):
            method = ib.SteepestDescent(ib.QuadraticNorm(D))
            run = arrived(trial, ib.Run(problem, method, ib.Constant(eta)).advance(30000))
            point = nearest_in(D, problem)
            trial.measure(f"eta = {eta}, data {seed}", distance(run.w, point) / size(point))


STEEPEST = ib.SteepestDescent(ib.Lp(4 / 3))


def minimum_norm() -> Array:
    """Return the solution of Example 4 of smallest l4/3 norm."""
    return predicted_limit(PLANE, ib.MirrorDescent(ib.SquaredLp(4 / 3))).point


@section_2(
    "ex4",
    "steepest descent's limit is one for all steps",
    source="against Example 4",
    text="The limit of steepest descent in the l4/3 norm does not depend on the step size. (It does.)",
    reference="two runs with different steps",
    metric="relative distance between the limits",
    tolerance=1e-3,
    expect="fails",
)
def example_4(trial: Trial) -> None:
    """Compare two step sizes."""
    first, second = (
        arrived(trial, ib.Run(PLANE, STEEPEST, ib.Constant(eta)).advance(5000)).w for eta in (0.02, 0.18)
    )
    trial.measure("eta = 0.02 and 0.18", distance(first, second) / size(first))


@section_2(
    "ex4-flow",
    "steepest descent's flow ends at minimum norm",
    source="against Example 4",
    text="As eta -> 0, steepest descent in the l4/3 norm converges to the solution of smallest l4/3 norm. "
    "(It does not.)",
    reference="the minimum norm solution by a convex program",
    metric=OF_THE_WAY,
    tolerance=1e-3,
    expect="fails",
)
def example_4_flow(trial: Trial) -> None:
    """Follow the flow."""
    way = ib.flow(PLANE, STEEPEST)
    trial.assume("the flow has come to a solution", way.converged)
    small = ib.Run(PLANE, STEEPEST, ib.Constant(1e-3)).advance(10**5).w
    trial.assume("small steps end near it", distance(small, way.w) < 1e-2 * size(way.w))
    point = minimum_norm()
    trial.measure("Example 4", distance(way.w, point) / size(point))


@section_2(
    "fig1c",
    "steepest descent in l4/3 ends anywhere",
    source="Figure 1c",
    text="Steps from 0 to 0.18 have limits of their own, and small steps approach the flow's.",
    reference="the recursion (11) in NumPy, in extended precision; SciPy's integrator for the flow",
    metric="relative distance between the limits",
    tolerance=1e-6,
)
def figure_1c(trial: Trial) -> None:
    """Follow eq. (11) twice, and draw it."""
    etas = (0.02, 0.1, 0.18)
    runs = [ib.Run(PLANE, STEEPEST, ib.Constant(eta), record=ib.log_spaced(60)).advance(5000) for eta in etas]
    X, y = PLANE.X.astype(np.longdouble), PLANE.y.astype(np.longdouble)
    for eta, run in zip(etas, runs, strict=True):
        w = np.zeros(3, dtype=np.longdouble)
        for _ in range(1500):
            g = 2 * (X @ w - y) @ X
            # With q = 4: -|g|_4 sign(g) (|g| / |g|_4)^3.
            w = w - np.longdouble(eta) * g**3 / max(np.sum(g**4), np.longdouble("1e-4000")) ** 0.5
        arrived(trial, run)
        trial.measure(f"eta = {eta}", distance(run.w, w.astype(float)) / size(run.w))
    apart(trial, runs)
    way = ib.flow(PLANE, STEEPEST)
    # First order in eta: two small steps extrapolate to the flow's limit.
    small = [ib.Run(PLANE, STEEPEST, ib.Constant(eta)).advance(round(80 / eta)).w for eta in (2e-4, 1e-4)]
    error = distance(2 * small[1] - small[0], way.w) / size(way.w)
    trial.measure("eta -> 0, extrapolated", error, tolerance=1e-4)
    trial.figure(
        "Figure 1c",
        lambda figure: _draw_figure_1c(figure, [*runs, way], etas),
        caption="Steepest descent in the l4/3 norm from 0: every step size ends elsewhere, and not even the "
        "flow ends at the solution of minimum norm.",
        size=(6.8, 6.4),
    )


def _draw_figure_1c(figure, ways, etas) -> None:  # type: ignore[no-untyped-def]
    ax = figure.add_subplot(projection="3d")
    ib.plot.path(ways, labels=[*(rf"$\eta = {eta}$" for eta in etas), r"$\eta \to 0$"], ax=ax)
    ax.scatter(*minimum_norm(), marker="*", s=240, facecolor="none", edgecolor="black", label="minimum norm")
    ax.legend(frameon=False, ncols=2, fontsize="small", loc="upper center", bbox_to_anchor=(0.5, 0))


def _regression(n: int, d: int, seed: int) -> ib.Problem:
    rng = np.random.default_rng(seed)
    return ib.Problem(rng.standard_normal((n, d)), rng.standard_normal(n), SQUARED)


def _smallest_l1_norm(problem: ib.Problem) -> float:
    from scipy.optimize import linprog

    X = problem.X
    return float(linprog(np.ones(2 * X.shape[1]), A_eq=np.hstack([X, -X]), b_eq=problem.y).fun)


def _lasso_paths(trial: Trial, *, monotone: bool) -> list[tuple[int, ib.Problem, ib.paths.LassoPath]]:
    """Return random problems whose lasso path is monotone in every coordinate, or not."""
    found = []
    for seed in range(100):
        problem = _regression(3, 6, seed) if monotone else _regression(5, 10, seed)
        path = ib.paths.lasso(problem)
        if path.monotone == monotone:
            found.append((seed, problem, path))
        if len(found) == trial.choose(1, 3, 5):
            break
    trial.assume(
        f"the lasso path is {'' if monotone else 'not '}monotone in every coordinate", len(found) > 0
    )
    return found


def _draw_coefficients(ways, figure) -> None:  # type: ignore[no-untyped-def]
    ib.plot.coefficients(ways, ax=figure.add_subplot())


@section_2(
    "lasso",
    "stagewise follows monotone lasso paths",
    source="Section 2.4",
    text="Where the lasso path is monotone in every coordinate, coordinate descent with small steps (forward "
    "stagewise) follows it, and both end at the solution of smallest l1 norm.",
    reference="the lasso path by scikit-learn's LARS; the smallest l1 norm by linear programming (HiGHS)",
    metric="largest distance between the paths at equal norm, relative to the norm",
    tolerance=(1e-2, 5e-3, 2e-3),
)
def monotone_lasso(trial: Trial) -> None:
    """Follow both paths."""
    for seed, problem, path in _lasso_paths(trial, monotone=True):
        epsilon = trial.choose(2e-3, 1e-3, 3e-4) * path.l1_norms[-1]
        steps = ib.paths.stagewise(problem, epsilon)
        trial.assume("forward stagewise has come to a solution", steps.converged)
        inside = steps.l1_norms <= path.l1_norms[-1]
        apart = np.abs(path.at_norm(steps.l1_norms[inside]) - steps.w[inside]).sum(axis=1)
        trial.measure(f"paths, data {seed}", float(apart.max()) / path.l1_norms[-1])
        smallest = _smallest_l1_norm(problem)
        ends = path.l1_norms[-1], steps.l1_norms[-1]
        least = max(ends) <= (1 + trial.tolerance) * smallest
        trial.assume("both end at the smallest l1 norm, within the tolerance", bool(least))
        if not trial.drawings:
            trial.figure(
                "A monotone lasso path",
                partial(_draw_coefficients, (path, steps)),
                caption="The lasso path and forward stagewise, drawn over one another.",
            )


@section_2(
    "lasso-any",
    "stagewise always finds the smallest l1 norm",
    source="against Section 2.4",
    text="Coordinate descent with small steps ends at the solution of smallest l1 norm, whatever the data. "
    "(Not where the lasso path is not monotone.)",
    reference="linear programming (HiGHS)",
    metric="excess of the l1 norm, relative to the smallest",
    tolerance=1e-3,
    expect="fails",
)
def any_lasso(trial: Trial) -> None:
    """Follow forward stagewise where the lasso path is not monotone."""
    for seed, problem, path in _lasso_paths(trial, monotone=False):
        steps = ib.paths.stagewise(problem, 1e-3 * path.l1_norms[-1])
        trial.assume("forward stagewise has come to a solution", steps.converged)
        excess = float(steps.l1_norms[-1]) / _smallest_l1_norm(problem) - 1
        trial.measure(f"data {seed}", max(0.0, excess))
        if not trial.drawings:
            trial.figure(
                "A lasso path that is not monotone",
                partial(_draw_coefficients, (path, steps)),
                caption="Where a coefficient turns back, forward stagewise leaves the lasso path.",
            )


@section_2(
    "ties",
    "ties: averaged or first, small steps agree",
    source="Section 2.4",
    text="Where partial derivatives tie, coordinate descent may move along any combination. (More than the "
    "paper says: with small steps, moving the first and moving all follow one path.)",
    reference="the two runs, each other's",
    metric="largest difference of a coordinate at equal l1 norm, relative to the last norm",
    tolerance=(2e-2, 1e-2, 5e-3),
)
def ties(trial: Trial) -> None:
    """Run both rules on data that swapping the samples maps to themselves with coordinates swapped."""
    for seed in range(trial.choose(1, 3, 5)):
        rng = np.random.default_rng(seed)
        (a, b), (c, e, f) = rng.uniform(1, 2, 2), rng.uniform(0.1, 0.8, 3)
        problem = ib.Problem([[a, b, c, e, f], [b, a, c, f, e]], [1.0, 1], SQUARED)
        epsilon = trial.choose(2e-3, 1e-3, 5e-4)
        ways = [ib.paths.stagewise(problem, epsilon, ties=rule) for rule in ("first", "average")]
        trial.assume("forward stagewise has come to a solution", all(way.converged for way in ways))
        norms = np.linspace(0, min(way.l1_norms[-1] for way in ways), 50)
        first, average = (
            np.array([np.interp(norms, way.l1_norms, column) for column in way.w.T]) for way in ways
        )
        apart = float(np.abs(first - average).max()) / norms[-1]
        trial.assume("the rules take different ways", apart > 0)
        trial.measure(f"data {seed}", apart)
