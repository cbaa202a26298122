"""Section 2.3: natural gradient descent follows mirror descent's flow, and leaves it at finite steps."""

import math
from functools import partial
from itertools import pairwise

import numpy as np

import implicitbias as ib

from ...._types import Array
from ...trial import Trial
from .predicted_limit import predicted_limit
from .section_2_momentum import ONES, SQUARED_RESIDUALS, measure_apart, off_line
from .section_2_problems import (
    ENTROPY,
    FROM_ORACLE,
    LINE,
    MIDDLE,
    NATURAL,
    OF_THE_WAY,
    arrived,
    distance,
    inside,
    kind,
    not_quadratic,
    of_the_way,
    on_the_line,
    random_metric,
    section_2,
    settled,
    size,
    solvable,
)


class EntropyMetric(ib.Metric):
    """The entropy's Hessian, diag(1 / w), which the package takes for a metric of one's own."""

    def matrix(self, w: Array) -> Array:
        """Return H(w)."""
        return np.diag(1 / np.ravel(w))


@section_2(
    "metric",
    "the entropy's metric is that of the divergence",
    source="Section 2.3",
    text="The Kullback-Leibler divergence of w + v from w is half the square of the length of v in the "
    "metric H = the Hessian of the entropy at w, up to third order; the step (9) is -eta H(w)^-1 grad L(w).",
    reference="the divergence and the step by NumPy",
    metric="relative deviation, of the divergence per length of v relative to w",
    tolerance=1.0,
)
def metric_of_divergence(trial: Trial) -> None:
    """Take probability vectors nearby, along a natural gradient."""
    for seed in trial.seeds(5, 20, 200):
        rng = np.random.default_rng(seed)
        w = rng.dirichlet(np.full(5, 3.0))
        X = rng.standard_normal((2, 5))
        problem = ib.Problem(X, rng.standard_normal(2), ib.Squared())
        v = ib.Run(problem, NATURAL, ib.Constant(1e-6), w0=w).advance(1).w - w
        g = 2e-6 * (X @ w - problem.y) @ X
        trial.measure("the step", distance(v, -w * g) / size(v), tolerance=1e-8)
        v -= w * v.sum()  # tangent to the probability vectors, along which H measures w + v
        v *= 1e-3 / float(np.abs(v / w).max())
        divergence = float(np.sum((w + v) * np.log1p(v / w)))
        square = float(v @ (v / w))
        trial.measure("the divergence", abs(2 * divergence / square - 1) / 1e-3)


@section_2(
    "eq10",
    "the flow of mirror and natural gradient",
    source="Equation 10",
    text="The flow that mirror descent and natural gradient descent tend to as eta -> 0 ends at the "
    "projection of w(0).",
    reference=FROM_ORACLE,
    metric=OF_THE_WAY,
    tolerance=(1e-7, 1e-8, 1e-8),
)
def flow(trial: Trial) -> None:
    """Integrate in the dual, and in the primal by a metric of one's own; extrapolate runs to eta = 0."""
    for seed in trial.seeds(4, 20, 200):
        rng = np.random.default_rng(seed)
        ways: list[tuple[ib.Potential, ib.Method]] = [
            (potential, ib.MirrorDescent(potential)) for potential in not_quadratic(rng)
        ]
        ways.append((ib.Entropy(), ib.NaturalGradient(EntropyMetric())))
        potential, method = ways[seed % len(ways)]
        problem = solvable(rng, potential)
        w0 = inside(rng, potential, problem.shape)
        point = predicted_limit(problem, ib.MirrorDescent(potential), w0).point
        way = ib.flow(problem, method, w0)
        trial.assume("the flow has come to a solution", way.converged and way.residual < 1e-7)
        primal = isinstance(method, ib.NaturalGradient)
        name = "in the primal, by a metric of one's own" if primal else f"in the dual, {kind(potential)}"
        trial.measure(name, of_the_way(way, point, w0))
    # Richardson: the limits are analytic in eta, and four of them cancel the first three powers.
    etas = [0.01 / 2**k for k in range(4)]
    table = [ib.Run(LINE, NATURAL, ib.Constant(eta)).advance(int(30 / eta)).w for eta in etas]
    for order in range(1, 4):
        table = [(2**order * fine - coarse) / (2**order - 1) for coarse, fine in pairwise(table)]
    trial.measure(
        "Example 3, extrapolated", distance(table[0], MIDDLE) / distance(MIDDLE, ONES), tolerance=1e-7
    )


def natural(potential: ib.Potential, w: Array, g: Array) -> Array:
    """Return H(w)^-1 g, from the derivatives of the conjugate."""
    if isinstance(potential, ib.SpectralEntropy):  # Daleckii and Krein's formula
        values, Q = np.linalg.eigh(w)
        logs = np.log(values)
        steps, logs = np.subtract.outer(values, values), np.subtract.outer(logs, logs) + np.eye(len(w))
        quotients = steps / logs + np.diag(values)
        return np.asarray(Q @ (quotients * (Q.T @ g @ Q)) @ Q.T)
    if isinstance(potential, ib.SquaredLp):  # the conjugate is |z|_q^2 / 2
        p, q = potential.p, potential.p / (potential.p - 1)
        norm = float(np.sum(np.abs(w) ** p) ** (1 / p))  # = |z|_q
        z = np.sign(w) * np.abs(w) ** (p - 1) * norm ** (2 - p)
        power = np.sign(z) * np.abs(z) ** (q - 1)
        along = (2 - q) * norm ** (2 - 2 * q) * float(np.sum(power * g)) * power
        return np.asarray(along + (q - 1) * norm ** (2 - q) * np.abs(z) ** (q - 2) * g)
    return w * g


@section_2(
    "eq10-paths",
    "mirror and natural gradient descent follow the flow",
    source="Section 2.3",
    text="As eta -> 0 the iterates of mirror descent and of natural gradient descent converge to the flow of "
    "eq. (10), and to each other: the largest distance of any w(t) from the flow at time eta t halves with "
    "eta. (Squared lp norms have no Hessian where a coordinate is 0: data on whose way one comes near are "
    "left out.)",
    reference="SciPy's DOP853 on dw/dt = -H(w)^-1 grad L(w), in the primal, with H in NumPy",
    metric="the distance's ratio as eta is halved, off 2",
    tolerance=0.2,
)
def paths(trial: Trial) -> None:
    """Compare iterates at all times with the flow, at two steps."""
    from scipy.integrate import solve_ivp

    for seed in trial.seeds(2, 20, 200):
        rng = np.random.default_rng(seed)
        for potential in not_quadratic(rng):
            problem = solvable(rng, potential)
            shape = problem.shape
            w0, end = inside(rng, potential, shape), 8.0
            X = problem.X.reshape(len(problem.y), -1)

            def speed(_t, w, X=X, y=problem.y, potential=potential, shape=shape):  # type: ignore[no-untyped-def]
                g = 2 * (X @ w - y) @ X
                return -natural(potential, w.reshape(shape), g.reshape(shape)).ravel()

            course = solve_ivp(
                speed, (0, end), w0.ravel(), "DOP853", rtol=1e-11, atol=1e-13, dense_output=True
            )
            trial.assume("SciPy integrates the flow", bool(course.success))
            if isinstance(potential, ib.SquaredLp) and np.abs(course.y).min() < 0.2:
                continue
            found: dict[str, list[float]] = {}
            for eta in (0.002, 0.001):
                count = round(end / eta)
                flown = course.sol(eta * np.arange(count + 1)).T
                iterates = []
                for method in (ib.MirrorDescent(potential), ib.NaturalGradient(potential)):
                    run = ib.Run(problem, method, ib.Constant(eta), w0=w0, record=ib.every(1)).advance(count)
                    iterates.append(run.trajectory.w.reshape(count + 1, -1))
                for name, gap in (
                    ("mirror descent from the flow", iterates[0] - flown),
                    ("natural gradient from the flow", iterates[1] - flown),
                    ("each from the other", iterates[1] - iterates[0]),
                ):
                    found.setdefault(name, []).append(float(np.linalg.norm(gap, axis=1).max()))
            for name, (coarse, fine) in found.items():
                ratio = coarse / fine if fine > 0 else math.inf
                trial.measure(f"{name}, {kind(potential)}", abs(ratio - 2))


@section_2(
    "quadratic",
    "quadratic potentials forgive everything",
    source="Sections 2.2 and 2.3",
    text="With quadratic potentials natural gradient descent takes the steps of mirror descent, and primal "
    "momentum those of dual momentum: all end at the projection.",
    reference="the weighted least squares problem, solved by its normal equations",
    metric=OF_THE_WAY,
    tolerance=(1e-9, 1e-9, 1e-10),
)
def quadratic_potentials(trial: Trial) -> None:
    """Momentum and natural gradient in |w|_D^2 / 2."""
    for seed in trial.seeds(3, 20, 200):
        rng = np.random.default_rng(seed)
        D = random_metric(rng)
        potential = ib.QuadraticPotential(D)
        problem, w0 = solvable(rng, potential), np.zeros(4)
        while problem.shape != (4,):
            problem = solvable(rng, potential)
        point = nearest_in(D, problem, w0)
        runs = {
            name: settled(trial, ib.Run(problem, method, ib.Constant(0.05), record=ib.every(1)))
            for name, method in (
                ("mirror descent", ib.MirrorDescent(potential)),
                ("natural gradient", ib.NaturalGradient(potential)),
                ("heavy ball", ib.MirrorDescent(potential, ib.PrimalMomentum.heavy_ball(0.5))),
                ("heavy ball, dual", ib.MirrorDescent(potential, ib.DualMomentum.heavy_ball(0.5))),
                ("Nesterov", ib.MirrorDescent(potential, ib.PrimalMomentum.nesterov(0.5))),
            )
        }
        for name, run in runs.items():
            trial.measure(name, of_the_way(run, point, w0))
        for one, other in (("mirror descent", "natural gradient"), ("heavy ball", "heavy ball, dual")):
            a, b = (runs[name].trajectory.w[:500] for name in (one, other))
            trial.measure(f"{one} and {other}, step by step", float(np.abs(a - b).max()) / size(point))


def nearest_in(metric: Array, problem: ib.Problem, w0: Array) -> Array:
    """Return argmin (w - w0)' D (w - w0) over Xw = y: w0 + D^-1 X' (X D^-1 X')^-1 (y - X w0)."""
    half = np.linalg.solve(metric, problem.X.T)
    return np.asarray(w0 + half @ np.linalg.solve(problem.X @ half, problem.y - problem.X @ w0))


@section_2(
    "ex3",
    "natural gradient finds the projection",
    source="against Example 3",
    text="Natural gradient descent in the entropy's metric converges to the solution of minimum potential in "
    "Example 3, at any step size. (It does not, at any finite one.)",
    reference="the projection in closed form, (1/2, 1/4)",
    metric=OF_THE_WAY,
    tolerance=1e-5,
    expect="fails",
)
def example_3(trial: Trial) -> None:
    """Draw steps up to 1/8, beyond which the first one leaves the domain."""
    for seed in trial.seeds(5, 50, 200):
        eta = float(np.exp(np.random.default_rng(seed).uniform(np.log(1e-3), np.log(0.12))))
        run = ib.Run(LINE, NATURAL, ib.Constant(eta)).advance(round(30 / eta))
        trial.measure("random eta", of_the_way(arrived(trial, run), MIDDLE, ONES))


@section_2(
    "natural-any",
    "natural gradient finds the projection, on any data",
    source="against Section 2.3",
    text="Natural gradient descent with finite steps converges to the Bregman projection of w(0), whatever "
    "the potential. (Not unless it is quadratic.)",
    reference="the Bregman projection by Newton's method on its dual",
    metric=OF_THE_WAY,
    tolerance=1e-9,
    expect="fails",
)
def any_natural_gradient(trial: Trial) -> None:
    """Draw data, potentials, starts and steps."""
    for seed in trial.seeds(2, 20, 200):
        rng = np.random.default_rng(seed)
        for potential in not_quadratic(rng):
            problem = solvable(rng, potential)
            w0 = inside(rng, potential, problem.shape)
            step = ib.Constant(rng.uniform(0.01, 0.03))
            run = settled(trial, ib.Run(problem, ib.NaturalGradient(potential), step, w0=w0))
            point = predicted_limit(problem, ib.MirrorDescent(potential), w0).point
            trial.measure(kind(potential), of_the_way(run, point, w0))


@section_2(
    "fig1b",
    "the limit moves with the step",
    source="Figure 1b",
    text="Every step size drawn has a limit of its own; eta = 0.1 ends at (0.6, 0.2) exactly, and the flow "
    "at the projection.",
    reference="the recursion (9) in NumPy, in extended precision; (0.6, 0.2); the projection in closed form",
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
    way = ib.flow(LINE, ib.NaturalGradient(EntropyMetric()), ONES)
    trial.measure("eta -> 0 and the projection", distance(way.w, MIDDLE), tolerance=1e-9)
    measure_apart(trial, runs)
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
    "ex3-law",
    "how far natural gradient ends from the projection",
    source="beyond Example 3 (this package)",
    text="For small steps the limit in Example 3 is 4 I eta off the data manifold, 2 log w_1 - log w_2 being "
    "0 on it, with the integral I = (5/4 - log 2) / 2 of the squared residual along the flow.",
    reference="the closed form, derived from eq. (9) to second order in eta",
    metric="error of 4 I, extrapolated to eta = 0, relative to it",
    tolerance=1e-4,
)
def law_of_example_3(trial: Trial) -> None:
    """Extrapolate from three steps to 0; draw the limits over the step."""
    for seed in trial.seeds(3, 20, 200):
        first = float(np.random.default_rng(seed).uniform(1e-3, 5e-3))
        table = []
        for eta in first / 2.0 ** np.arange(3):
            run = arrived(trial, ib.Run(LINE, NATURAL, ib.Constant(eta)).advance(round(30 / eta)))
            table.append(off_line(trial, run) / (4 * SQUARED_RESIDUALS * eta))
        once = 2 * table[1] - table[0], 2 * table[2] - table[1]
        trial.measure("random eta", abs((4 * once[1] - once[0]) / 3 - 1))
    etas = np.geomspace(1e-3, 0.1249, trial.choose(15, 60, 150))
    ends = np.array([ib.Run(LINE, NATURAL, ib.Constant(eta)).advance(round(15 / eta)).w for eta in etas])
    trial.figure(
        "Phase diagram of Example 3",
        partial(_draw_ends, etas, ends),
        caption="Where natural gradient descent ends in Example 3, by its step size; the projection (1/2, "
        "1/4), the law for small steps, and Proposition 3a's single step, after which the flow is followed. "
        "From 1/8 on the first step leaves the domain.",
        size=(7.2, 4.0),
    )


def _draw_ends(etas, ends, figure) -> None:  # type: ignore[no-untyped-def]
    ax = figure.add_subplot()
    off = 2 * SQUARED_RESIDUALS * etas
    law = [on_the_line(*each) for each in np.exp(-np.outer(off, [1, 4]))]
    one = [on_the_line(1 - 4 * eta, 1 - 8 * eta) for eta in etas]
    for name, points, marks in (
        ("constant steps", ends, "."),
        ("law for small steps", law, "-"),
        ("one step, then the flow", one, "-"),
    ):
        ax.plot(etas, [distance(point, MIDDLE) for point in points], marks, label=name)
    ax.axvline(1 / 8, color="0.5", linewidth=0.8)
    ax.set(
        xscale="log", yscale="log", xlabel=r"step $\eta$", ylabel="distance of the limit from the projection"
    )
    ax.legend(frameon=False)


@section_2(
    "prop3a",
    "one step of natural gradient, then the flow",
    source="Proposition 3a",
    text="A single step of natural gradient descent, of any eta in (0, 1/8), moves the limit of the flow "
    "after it to the projection of w(1): to (p s, q s^2), the root of p s + 2 q s^2 = 1, with p = 1 - 4 eta, "
    "q = 1 - 8 eta. (p^2 - q = 16 eta^2 > 0, while the projection of w(0) has p^2 = q. From 1/8 on w(1) is "
    "outside the domain: the paper says almost all eta > 0.)",
    reference="the closed form; the Bregman projection by Newton's method on its dual",
    metric="distance to it",
    tolerance=(1e-8, 1e-9, 1e-10),
)
def proposition_3a(trial: Trial) -> None:
    """Take one step and follow the flow from there, in the dual and in the primal."""
    for seed in trial.seeds(3, 40, 200):
        rng = np.random.default_rng(seed)
        eta = float(
            rng.choice([np.exp(rng.uniform(math.log(1e-4), math.log(0.1))), rng.uniform(0.05, 0.124)])
        )
        first = ib.Run(LINE, NATURAL, ib.Constant(eta)).advance(1).w
        formula = on_the_line(1 - 4 * eta, 1 - 8 * eta)
        trial.measure("the flow", distance(ib.flow(LINE, NATURAL, first).w, formula))
        trial.measure(
            "the projection of w(1)", distance(predicted_limit(LINE, ENTROPY, first).point, formula)
        )
        trial.measure(
            "mirror descent",
            distance(settled(trial, ib.Run(LINE, ENTROPY, ib.Constant(0.03), w0=first)).w, formula),
        )
        short = max(0.0, 1 - distance(formula, MIDDLE) / eta**2)
        trial.measure("by how much it is closer to the projection of w(0) than eta^2", short)
        outside = ib.Run(LINE, NATURAL, ib.Constant(1 / 8 + eta))
        trial.measure("steps from 1/8 on that stay in the domain", float(_stays_inside(outside)))


def _stays_inside(run: ib.Run) -> bool:
    try:
        run.advance(1)
    except ib.DomainError:
        return False
    return True
