"""Section 2.4: steepest descent ends nearest to w(0) in quadratic norms, and elsewhere in others."""

import math
from functools import partial

import numpy as np

import implicitbias as ib

from ...._types import Array
from ....nouns.as_text import plain
from ...trial import Trial
from .predicted_limit import predicted_limit
from .section_2_momentum import measure_apart
from .section_2_natural import nearest_in
from .section_2_problems import (
    LOSSES,
    MOST_STEPS,
    OF_THE_WAY,
    SQUARED,
    arrived,
    distance,
    of_the_way,
    random_metric,
    section_2,
    settled,
    size,
)

PLANE = ib.datasets.example_4().problem(SQUARED)
STEEPEST = ib.SteepestDescent(ib.Lp(4 / 3))


def norms(rng: np.random.Generator) -> list[ib.Norm]:
    """Return norms of every kind, for parameters of shape (2, 2), with random parameters."""
    A = rng.standard_normal((6, 4))
    p = float(rng.choice([1.25, 4 / 3, 1.5, 3, 4, 5]))  # a ratio, for which there is an exact cone program
    return [
        *(ib.Lp(q) for q in (1, p, 2, math.inf)),
        ib.QuadraticNorm(random_metric(rng)),
        ib.GroupNorm([[0, 3], [1, 2]]),
        ib.SparseGroupNorm([[0, 3], [1, 2]]),
        *(ib.Schatten(q) for q in (1, p, math.inf)),
        *(ib.PolyhedralNorm(A, q) for q in (1, math.inf)),
        ib.WeightedNorm(rng.uniform(0.5, 2, 4), ib.Lp(1)),
    ]


@section_2(
    "eq12",
    "steepest descent steps in every norm",
    source="Equation 12",
    text="The step dw = argmin_v <grad L, v> + |v|^2 / 2 has <dw, -grad L> = |dw|^2 = |grad L|_*^2, in every "
    "norm. (The paper's -grad L in the subdifferential of |dw|^2 lacks a factor 1/2.)",
    reference="the dual norm max {<g, v> : |v| <= 1} and |dw|, as cone programs (cvxpy)",
    metric="deviation from |grad L|_*^2, relative to it",
    tolerance=1e-5,
)
def steepest_steps(trial: Trial) -> None:
    """Take one step of size 1 in each norm."""
    import cvxpy as cp

    seeds = trial.seeds(1, 20, 200)
    g, v = cp.Parameter((2, 2)), cp.Variable((2, 2))
    duals = {
        norm: cp.Problem(cp.Maximize(cp.sum(cp.multiply(g, v))), [ib.as_cvxpy(norm, v) <= 1])
        for norm in norms(np.random.default_rng(seeds[0]))
    }
    for seed in seeds:
        rng = np.random.default_rng(seed)
        X, w0 = rng.standard_normal((3, 2, 2)), rng.standard_normal((2, 2))
        problem = ib.Problem(X, rng.standard_normal(3), SQUARED)
        g.value = 2 * np.tensordot(np.tensordot(X, w0, 2) - problem.y, X, 1)
        for norm, dual in duals.items():
            method = ib.SteepestDescent(norm, "average" if rng.random() < 0.5 else "first")
            run = ib.Run(problem, method, ib.Constant(1.0), w0=w0).advance(1)
            step, square = run.w - w0, float(dual.solve(solver=cp.CLARABEL)) ** 2
            kind = type(norm).__name__
            trial.measure(f"{kind}, <dw, -grad L>", abs(-float(np.sum(step * g.value)) / square - 1))
            length = float(ib.as_cvxpy(norm, cp.Constant(step)).value)
            trial.measure(f"{kind}, |dw|^2", abs(length**2 / square - 1))


@section_2(
    "quadnorm",
    "steepest descent in quadratic norms",
    source="Section 2.4",
    text="Steepest descent in a quadratic norm converges to the solution nearest to w(0) in that norm, "
    "whatever the steps and w(0).",
    reference="the weighted least squares problem, solved by its normal equations",
    metric=OF_THE_WAY,
    tolerance=(1e-9, 1e-9, 1e-10),
)
def quadratic_norms(trial: Trial) -> None:
    """Random data, norms, losses, starts and steps."""
    for seed in trial.seeds(5, 40, 200):
        rng = np.random.default_rng(seed)
        X, y, start = (
            np.linalg.qr(rng.standard_normal((4, 2)))[0].T,
            rng.standard_normal(2),
            rng.standard_normal(4),
        )
        problem, D = ib.Problem(X, y, LOSSES[seed % 3]), random_metric(rng)
        for name, w0 in (("from 0", np.zeros(4)), ("from a random w(0)", start)):
            for kind, step in (
                ("constant steps", ib.Constant(float(rng.uniform(0.02, 0.2)))),
                ("random steps", ib.Schedule(rng.uniform(0.01, 0.2, MOST_STEPS))),
            ):
                method = ib.SteepestDescent(ib.QuadraticNorm(D))
                run = settled(trial, ib.Run(problem, method, step, w0=w0))
                trial.measure(f"{name}, {kind}", of_the_way(run, nearest_in(D, problem, w0), w0))


@section_2(
    "norm-any",
    "steepest descent finds the nearest solution in its norm",
    source="against Section 2.4",
    text="Steepest descent in a norm converges to the solution nearest to w(0) in that norm, even where the "
    "norm is smooth and its square strongly convex. (Not in general, with two samples or more: with one all "
    "steps have the same direction.)",
    reference="the nearest solution, by Newton's method on the dual of the convex program",
    metric=OF_THE_WAY,
    tolerance=1e-8,
    expect="fails",
)
def any_norm(trial: Trial) -> None:
    """Draw data in lp norms, and starts."""
    for seed in trial.seeds(2, 20, 200):
        rng = np.random.default_rng(seed)
        for p in (1.25, 4 / 3, 1.5):
            X = np.linalg.qr(rng.standard_normal((6, 3)))[0].T
            y, w0 = rng.standard_normal(3), rng.standard_normal(6)
            problem = ib.Problem(X, y, SQUARED)
            run = settled(trial, ib.Run(problem, ib.SteepestDescent(ib.Lp(p)), ib.Constant(0.02), w0=w0))
            way = ib.Problem(X, y - X @ w0, SQUARED)  # the problem of v = w - w0
            nearest = w0 + predicted_limit(way, ib.MirrorDescent(ib.SquaredLp(p))).point
            trial.measure(plain(ib.Lp(p)), of_the_way(run, nearest, w0))


def minimum_norm() -> Array:
    """Return the solution of Example 4 of smallest l4/3 norm."""
    return predicted_limit(PLANE, ib.MirrorDescent(ib.SquaredLp(4 / 3))).point


def steepest(eta: float, steps: int = 5000) -> ib.Run:
    """Return a run of Example 4."""
    return ib.Run(PLANE, STEEPEST, ib.Constant(eta), record=ib.log_spaced(60)).advance(steps)


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
    """Compare pairs of steps, a small one and a large one."""
    for seed in trial.seeds(5, 40, 200):
        rng = np.random.default_rng(seed)
        small, large = (
            arrived(trial, steepest(rng.uniform(*low_high))) for low_high in ((0.01, 0.1), (0.13, 0.18))
        )
        trial.measure("random pairs of steps", distance(small.w, large.w) / size(small.w))


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
    small = steepest(1e-3, 10**5).w
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
    runs = [steepest(eta) for eta in etas]
    X, y = PLANE.X.astype(np.longdouble), PLANE.y.astype(np.longdouble)
    for eta, run in zip(etas, runs, strict=True):
        w = np.zeros(3, dtype=np.longdouble)
        for _ in range(1500):
            g = 2 * (X @ w - y) @ X
            # With q = 4: -|g|_4 sign(g) (|g| / |g|_4)^3.
            w = w - np.longdouble(eta) * g**3 / max(np.sum(g**4), np.longdouble("1e-4000")) ** 0.5
        arrived(trial, run)
        trial.measure(f"eta = {eta}", distance(run.w, w.astype(float)) / size(run.w))
    measure_apart(trial, runs)
    way = ib.flow(PLANE, STEEPEST)
    # First order in eta: two small steps extrapolate to the flow's limit.
    small = [steepest(eta, round(80 / eta)).w for eta in (2e-4, 1e-4)]
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


@section_2(
    "ex4-law",
    "how far steepest descent ends from its flow",
    source="beyond Example 4 (this package)",
    text="For small steps the limit's distance from the flow's, in Example 4, is proportional to the step: "
    "it halves with eta. Larger steps lead it to and fro.",
    reference="SciPy's integrator for the flow",
    metric="the distance's ratio as eta is halved, off 2",
    tolerance=0.02,
)
def law_of_example_4(trial: Trial) -> None:
    """Halve random steps; draw the limits over the step."""
    way = ib.flow(PLANE, STEEPEST)
    for seed in trial.seeds(2, 20, 200):
        eta = float(np.random.default_rng(seed).uniform(5e-4, 1.5e-3))
        coarse, fine = (arrived(trial, steepest(step, round(30 / step))) for step in (eta, eta / 2))
        trial.measure("random eta", abs(distance(coarse.w, way.w) / distance(fine.w, way.w) - 2))
    etas = np.geomspace(1e-3, 0.18, trial.choose(20, 80, 300))
    ends = np.array([steepest(eta, round(max(30 / eta, 3000))).w for eta in etas])
    trial.figure(
        "Phase diagram of Example 4",
        partial(_draw_ends, etas, ends, way.w, minimum_norm()),
        caption="Where steepest descent in the l4/3 norm ends in Example 4, by its step size: above the "
        "first coordinate of the limit, which determines it on the line of solutions, below its distances "
        "from the flow's limit and from the solution of minimum norm, which it passes near eta = 0.12 by "
        "coincidence.",
        size=(7.2, 5.6),
    )


def _draw_ends(etas, ends, flow_limit, minimum, figure) -> None:  # type: ignore[no-untyped-def]
    above, below = figure.subplots(2, 1, sharex=True)
    above.plot(etas, ends[:, 0], ".")
    above.axhline(flow_limit[0], color="C1", label="flow")
    above.axhline(minimum[0], color="C2", linestyle="--", label="minimum norm")
    above.set(ylabel=r"$w_1(\infty)$", xscale="log")
    for point, color, name in ((flow_limit, "C1", "flow's"), (minimum, "C2", "minimum norm")):
        below.plot(etas, np.linalg.norm(ends - point, axis=1), ".", color=color, label=f"from the {name}")
    below.set(yscale="log", xlabel=r"step $\eta$", ylabel="distance of the limit")
    for ax in (above, below):
        ax.legend(frameon=False)
