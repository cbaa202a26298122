"""Sections 2.1 and 2.2: gradient descent and mirror descent end at the projection of w(0)."""

from functools import partial

import numpy as np

import implicitbias as ib

from ...._types import Array
from ...trial import Trial
from .predicted_limit import predicted_limit
from .section_2_problems import (
    ENTROPY,
    FROM_ORACLE,
    LOSSES,
    MOST_STEPS,
    NATURAL,
    OF_THE_WAY,
    SQUARED,
    distance,
    inside,
    kind,
    momentum_schedules,
    not_quadratic,
    of_the_way,
    potentials,
    random_metric,
    section_2,
    settled,
    shape_for,
    size,
    solvable,
    steps,
)


@section_2(
    "sec2.1",
    "gradient descent, momentum, batches",
    source="Section 2.1",
    text="Gradient descent, with or without random batches, converges to the solution nearest to w(0) in "
    "Euclidean distance, whatever the steps; with any momentum, too, from w(0) = 0.",
    reference="the pseudo-inverse, w(0) + X^+ (y - X w(0))",
    metric=OF_THE_WAY,
    tolerance=1e-8,
)
def gradient_descent(trial: Trial) -> None:
    """Vary steps, momentum and batches on random data."""
    for seed in trial.seeds(3, 20, 200):
        rng = np.random.default_rng(seed)
        X = np.linalg.qr(rng.standard_normal((12, 5)))[0].T * rng.uniform(0.7, 1.4, (5, 1))
        y, start, zero = rng.standard_normal(5), rng.standard_normal(12), np.zeros(12)
        problem = ib.Problem(X, y, LOSSES[seed % 3])
        scheduled = ib.PrimalMomentum(*momentum_schedules(rng))
        for name, momentum, w0, batch in (
            ("plain", None, start, None),
            ("batches of 2", None, start, ib.MiniBatch(2, seed)),
            ("batches of 2 with replacement", None, start, ib.MiniBatch(2, seed, replace=True)),
            ("heavy ball", ib.PrimalMomentum.heavy_ball(0.8), zero, None),
            ("Nesterov", ib.PrimalMomentum.nesterov(0.8), zero, None),
            ("random beta_t and gamma_t", scheduled, zero, None),
        ):
            step = ib.Schedule(rng.uniform(0.02, 0.2, MOST_STEPS))
            run = settled(trial, ib.Run(problem, ib.GradientDescent(momentum), step, w0=w0, batch=batch))
            trial.measure(name, of_the_way(run, w0 + np.linalg.pinv(X) @ (y - X @ w0), w0))


@section_2(
    "eq4",
    "the two forms of a mirror step",
    source="Equations 4 and 5",
    text="The step grad psi(w(t+1)) = grad psi(w(t)) - eta grad L(w(t)) minimizes eta <w, grad L(w(t))> + "
    "D(w, w(t)), also among the w with Gw = h; grad psi is invertible, and in |w|_2^2 / 2 it is a step of "
    "gradient descent.",
    reference="the minimum by SciPy's BFGS, in coordinates of the constraint set; the step by NumPy",
    metric="distance to it, relative to the step's length",
    tolerance=1e-3,
)
def mirror_step(trial: Trial) -> None:
    """Take one step, and minimize."""
    from scipy.linalg import null_space
    from scipy.optimize import approx_fprime, minimize

    def entropy(w: Array) -> float:
        return float(np.sum(w * np.log(w) - w)) if w.min() > 0 else 1e10

    def half_square(w: Array) -> float:
        return float(np.sum(np.abs(w) ** 1.5) ** (4 / 3)) / 2

    for seed in trial.seeds(3, 20, 200):
        rng = np.random.default_rng(seed)
        for potential, psi in ((ib.Entropy(), entropy), (ib.SquaredLp(1.5), half_square)):
            X, w0 = rng.standard_normal((2, 4)) / 2, inside(rng, potential, (4,))
            problem = ib.Problem(X, rng.standard_normal(2), SQUARED)
            G = rng.standard_normal((1, 4))
            # Up to a constant, eta <w, grad L> + D(w, w(0)) is psi(w) - <link, w>.
            link = approx_fprime(w0, psi, 1e-7) - 0.1 * 2 * (X @ w0 - problem.y) @ X
            for name, constraint, basis in (
                ("", None, np.eye(4)),
                (", within Gw = h", ib.Affine(G, G @ w0), null_space(G)),
            ):
                method = ib.MirrorDescent(potential, constraint=constraint)
                w = ib.Run(problem, method, ib.Constant(0.1), w0=w0).advance(1).w
                v = minimize(
                    lambda v, b=basis, w0=w0, psi=psi, link=link: psi(w0 + b @ v) - link @ (w0 + b @ v),
                    np.zeros(basis.shape[1]),
                    method="BFGS",
                    options={"gtol": 1e-8},
                ).x
                best = w0 + basis @ v
                trial.measure(kind(potential) + name, distance(w, best) / distance(best, w0))
        for each in potentials(rng):
            w = inside(rng, each, shape_for(rng, each))
            again = each.inverse_link(each.link(w))
            trial.measure(f"{kind(each)}, link and back", distance(again, w) / size(w), tolerance=1e-10)
        gradient = 2 * (X @ w0 - problem.y) @ X
        run = ib.Run(problem, ib.MirrorDescent(ib.Euclidean()), ib.Constant(0.1), w0=w0).advance(1)
        trial.measure("Euclidean", distance(run.w, w0 - 0.1 * gradient) / size(gradient), tolerance=1e-10)


def truncated(rng: np.random.Generator, potential: ib.Potential) -> tuple[ib.Problem, Array]:
    """Return data and a start at which a sample is on the flat part of the truncated loss, and leaves it.

    The theorem assumes that the iterates converge to a solution: data on which the sample stays on the flat
    part, where it has no gradient, are drawn anew.
    """
    while True:
        squared = solvable(rng, potential)
        w0 = inside(rng, potential, squared.shape)
        u = np.sort(np.abs(np.tensordot(squared.X, w0, len(squared.shape)) - squared.y))
        if len(u) == 1 or u[-1] < 1.2 * u[-2]:
            continue
        problem = ib.Problem(squared.X, squared.y, ib.TruncatedSquared(float(u[-1] * u[-2])))
        attempt = ib.Run(problem, ib.MirrorDescent(potential), ib.Constant(0.02), w0=w0)
        if attempt.advance(2000).residual < 1e-4:
            return problem, w0


@section_2(
    "thm1",
    "mirror descent, any step size, any loss",
    source="Theorem 1",
    text="Whatever the loss, the potential, the step sizes and w(0), mirror descent that converges to a "
    "solution converges to the Bregman projection of w(0) on the set of solutions, which is one set for all "
    "losses.",
    reference=FROM_ORACLE,
    metric=OF_THE_WAY,
    tolerance=1e-8,
)
def theorem_1(trial: Trial) -> None:
    """Cross losses with potentials; draw steps, shapes, parameters and starts."""
    beside: dict[str, list[float]] = {"mirror descent": [], "natural gradient": [], "primal momentum": []}
    for seed in trial.seeds(1, 20, 200):
        rng = np.random.default_rng(seed)
        for potential in potentials(rng):
            loss = LOSSES[int(rng.integers(3))]
            problem = solvable(rng, potential, loss)
            cases = [(problem, inside(rng, potential, problem.shape)), truncated(rng, potential)]
            for problem, w0 in cases:
                method, step = ib.MirrorDescent(potential), steps(rng, potential)
                run = settled(trial, ib.Run(problem, method, step, w0=w0))
                claim = ib.predict(problem, method, w0)
                label = f"{kind(potential)}, {type(problem.loss).__name__}"
                gap = trial.compare(label, run, claim).gap
                if method == ENTROPY and not isinstance(problem.loss, ib.TruncatedSquared):
                    beside["mirror descent"].append(gap)
                    point = predicted_limit(problem, method, w0).point
                    momentum = ib.MirrorDescent(potential, ib.PrimalMomentum(0.5))
                    for name, other in (("natural gradient", NATURAL), ("primal momentum", momentum)):
                        end = settled(trial, ib.Run(problem, other, ib.Constant(0.02), w0=w0))
                        beside[name].append(of_the_way(end, point, w0))
    trial.figure(
        "Theorem 1, and methods that it is not about",
        partial(_draw_gaps, beside),
        caption="How far from the projection runs in the entropy end, on the same random data: mirror "
        "descent up to rounding, natural gradient descent and primal momentum (beta = 1/2) with steps of "
        "0.02.",
        size=(7.2, 3.2),
    )


def _draw_gaps(gaps, figure) -> None:  # type: ignore[no-untyped-def]
    ax = figure.add_subplot()
    bins = np.logspace(-17, 1, 55)
    for name, values in gaps.items():
        ax.hist(np.maximum(values, 2e-17), bins, label=name, alpha=0.75)
    ax.set(xscale="log", xlabel=OF_THE_WAY, ylabel="data sets")
    ax.legend(frameon=False)


@section_2(
    "thm1-start",
    "mirror descent forgets its start",
    source="against Theorem 1",
    text="The limit of mirror descent does not depend on w(0). (It must: it is the projection of w(0).)",
    reference="two runs from different starts",
    metric="distance between the limits, relative to that between the starts",
    tolerance=1e-7,
    expect="fails",
)
def theorem_1_start(trial: Trial) -> None:
    """Start twice."""
    for seed in trial.seeds(3, 20, 200):
        rng = np.random.default_rng(seed)
        for potential in (*not_quadratic(rng), ib.QuadraticPotential(random_metric(rng))):
            problem = solvable(rng, potential)
            starts = [inside(rng, potential, problem.shape) for _ in range(2)]
            method, step = ib.MirrorDescent(potential), steps(rng, potential)
            ends = [settled(trial, ib.Run(problem, method, step, w0=w0)).w for w0 in starts]
            trial.measure(kind(potential), distance(*ends) / distance(*starts))
