"""Section 2.2: primal momentum leaves the data manifold, and ends elsewhere."""

import math
from functools import partial
from itertools import combinations, product

import numpy as np

import implicitbias as ib

from ...._types import Array
from ...trial import Trial
from .predicted_limit import predicted_limit
from .section_2_dual import off_data_manifold
from .section_2_problems import (
    ENTROPY,
    LINE,
    MIDDLE,
    OF_THE_WAY,
    arrived,
    distance,
    inside,
    kind,
    not_quadratic,
    of_the_way,
    on_the_line,
    section_2,
    settled,
    solvable,
)

ONES = np.ones(2)
# The integral of (w_1 + 2 w_2 - 1)^2 along the flow of eq. (10) from (1, 1), which is at (s, s^2) and obeys
# ds/dt = -2 r s with r = s + 2 s^2 - 1: of r / (2 s) for s from 1/2 to 1.
SQUARED_RESIDUALS = (1.25 - math.log(2)) / 2


def measure_apart(trial: Trial, runs: list[ib.Run]) -> None:
    """Measure by how much two runs end closer than they may, if all have limits of their own."""
    closest = min(distance(a.w, b.w) for a, b in combinations(runs, 2))
    trial.measure("by how much two limits are closer than 0.004", max(0.0, 0.004 - closest))


def with_momentum(beta: float, gamma: float = 0.0, eta: float = 0.02) -> ib.Run:
    """Return a run of Example 2."""
    method = ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum(beta, gamma))
    return ib.Run(LINE, method, ib.Constant(eta), record=ib.log_spaced(60)).advance(round(30 / eta))


@section_2(
    "ex2",
    "primal momentum finds the projection",
    source="against Example 2",
    text="With momentum in the primal variables, entropy mirror descent converges to the solution of minimum "
    "potential in Example 2. (It does not, with any beta, gamma and eta drawn.)",
    reference="the projection in closed form, (1/2, 1/4)",
    metric=OF_THE_WAY,
    tolerance=1e-4,
    expect="fails",
)
def example_2(trial: Trial) -> None:
    """Draw momentum and steps."""
    for seed in trial.seeds(5, 50, 200):
        rng = np.random.default_rng(seed)
        run = with_momentum(rng.uniform(0.2, 0.6), rng.uniform(0, 0.8), rng.uniform(0.005, 0.02))
        trial.measure("random beta, gamma, eta", of_the_way(arrived(trial, run), MIDDLE, ONES))


@section_2(
    "momentum-any",
    "primal momentum finds the projection, on any data",
    source="against Section 2.2",
    text="With momentum in the primal variables, mirror descent converges to the Bregman projection of w(0) "
    "on the set of solutions, whatever the potential. (Not unless it is quadratic.)",
    reference="the Bregman projection by Newton's method on its dual",
    metric=OF_THE_WAY,
    tolerance=1e-9,
    expect="fails",
)
def any_momentum(trial: Trial) -> None:
    """Draw data, potentials, starts, beta, gamma and steps."""
    for seed in trial.seeds(2, 20, 200):
        rng = np.random.default_rng(seed)
        for potential in not_quadratic(rng):
            problem = solvable(rng, potential)
            w0 = inside(rng, potential, problem.shape)
            momentum = ib.PrimalMomentum(rng.uniform(0.3, 0.6), rng.uniform(0, 0.6))
            method = ib.MirrorDescent(potential, momentum)
            run = settled(trial, ib.Run(problem, method, ib.Constant(rng.uniform(0.01, 0.03)), w0=w0))
            point = predicted_limit(problem, ib.MirrorDescent(potential), w0).point
            trial.measure(kind(potential), of_the_way(run, point, w0))


@section_2(
    "manifold-off",
    "every method stays on the data manifold",
    source="against Sections 2.2 and 2.3",
    text="Primal momentum and natural gradient descent keep grad psi(w(t)) - grad psi(w(0)) in the span of "
    "the samples. (Not in potentials that are not quadratic.)",
    reference="the orthogonal projection on the span, by NumPy",
    metric="largest distance of a dual iterate from the data manifold, relative to its way",
    tolerance=1e-9,
    expect="fails",
)
def off_the_manifold(trial: Trial) -> None:
    """Look at the iterates, where mirror descent stays within rounding."""
    for seed in trial.seeds(3, 20, 200):
        rng = np.random.default_rng(seed)
        for potential in not_quadratic(rng):
            problem = solvable(rng, potential)
            w0 = inside(rng, potential, problem.shape)
            for name, method in (
                ("primal momentum", ib.MirrorDescent(potential, ib.PrimalMomentum(0.5, 0.3))),
                ("natural gradient", ib.NaturalGradient(potential)),
            ):
                run = ib.Run(problem, method, ib.Constant(0.02), w0=w0).advance(300)
                trial.measure(f"{name}, {kind(potential)}", off_data_manifold(run, potential))


@section_2(
    "fig1a",
    "the limit moves with momentum",
    source="Figure 1a",
    text="Every choice of beta and gamma drawn has a limit of its own; without momentum it is the "
    "projection.",
    reference="the recursion (8) in NumPy, in extended precision; the projection in closed form",
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
    trial.measure("without momentum, from the projection", distance(runs[0].w, MIDDLE))
    measure_apart(trial, runs)
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


def off_line(trial: Trial, run: ib.Run) -> float:
    """Return how far w is off the manifold of (1, 1), w_2 = w_1^2; hold `Run.off_manifold` against it."""
    off = float(2 * np.log(run.w[0]) - np.log(run.w[1]))
    error = abs(run.off_manifold - abs(off) / math.sqrt(5))  # log w is so far from the span of (1, 2)
    trial.measure("Run.off_manifold", error, tolerance=1e-12)
    return off


@section_2(
    "ex2-law",
    "how far primal momentum ends from the projection",
    source="beyond Example 2 (this package)",
    text="For small steps the limit in Example 2 is 4 c I eta off the data manifold, 2 log w_1 - log w_2 "
    "being 0 on it, with c = beta (1 + beta) / (1 - beta)^2, the integral I = (5/4 - log 2) / 2 of the "
    "squared residual along the flow, and gamma playing no part; so that it tends to the projection as eta "
    "-> 0.",
    reference="the closed form, derived from eq. (8) to second order in eta",
    metric="error of c, extrapolated to eta = 0, relative to it",
    tolerance=1e-4,
)
def law_of_example_2(trial: Trial) -> None:
    """Extrapolate from three steps to 0; draw the limits over steps and momentum."""
    for seed in trial.seeds(2, 20, 200):
        rng = np.random.default_rng(seed)
        beta, gamma = rng.uniform(0.1, 0.7), rng.uniform(0, 0.7)
        c = beta * (1 + beta) / (1 - beta) ** 2
        table = []
        for eta in 4e-3 * (1 - beta) ** 2 / 2.0 ** np.arange(3):
            run = arrived(trial, with_momentum(beta, gamma, eta))
            table.append(off_line(trial, run) / (4 * SQUARED_RESIDUALS * eta))
        once = 2 * table[1] - table[0], 2 * table[2] - table[1]
        trial.measure("random beta and gamma", abs((4 * once[1] - once[0]) / 3 - c) / c)
    points = trial.choose(8, 30, 60)
    etas, betas = np.geomspace(1e-3, 0.1, points), np.linspace(0, 0.9, points)
    grids = [
        np.array([[_end(beta, gamma, eta) for eta in etas] for beta, gamma in rows])
        for rows in (product(betas, [0.0]), product([0.7], betas))
    ]
    trial.figure(
        "Phase diagram of Example 2",
        partial(_draw_phases, etas, betas, grids),
        caption="Distance of Example 2's limit from the projection: left over the step and beta, with gamma "
        "= 0, lines where the law for small steps puts 10^-1, 10^-2 and 10^-3; right over the step and "
        "gamma, with beta = 0.7. Where it is gray an iterate leaves the domain.",
        size=(9.6, 4.2),
    )


def _end(beta: float, gamma: float, eta: float) -> float:
    """Return how far from the projection a run of Example 2 ends; NaN where it leaves the domain."""
    method = ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum(beta, gamma))
    try:
        run = ib.Run(LINE, method, ib.Constant(eta)).advance(round(8 / eta))
    except ib.DomainError:
        return math.nan
    return distance(run.w, MIDDLE) if run.residual < 1e-6 else math.nan


def _draw_phases(etas, betas, grids, figure) -> None:  # type: ignore[no-untyped-def]
    from matplotlib.colors import LogNorm

    left, right = figure.subplots(1, 2, sharey=True)
    for ax, grid, name in ((left, grids[0], r"\beta"), (right, grids[1], r"\gamma")):
        ax.set(xscale="log", xlabel=r"step $\eta$", ylabel=f"${name}$", facecolor="0.85")
        values = np.maximum(grid, 1e-5)
        mesh = ax.pcolormesh(etas, betas, values, norm=LogNorm(1e-4, 0.6), cmap="viridis")
    c = betas * (1 + betas) / (1 - betas) ** 2
    law = [[distance(_law(c_, eta), MIDDLE) for eta in etas] for c_ in c]
    left.contour(etas, betas, law, [1e-3, 1e-2, 1e-1], colors="white", linewidths=1)
    left.set_title(r"$\gamma = 0$")
    right.set_title(r"$\beta = 0.7$")
    figure.colorbar(mesh, ax=[left, right], label="distance of the limit from the projection", extend="min")


def _law(c: float, eta: float) -> Array:
    off = 2 * c * SQUARED_RESIDUALS * eta
    return on_the_line(math.exp(-off), math.exp(-4 * off))


@section_2(
    "prop2a",
    "momentum in one step alone moves the limit",
    source="Proposition 2a",
    text="For any beta_1 > 0 there are step sizes, here eta and 0 and then a constant, with which Example 2 "
    "with momentum in that step alone converges to another solution: (p s, q s^2), the root of p s + 2 q s^2 "
    "= 1, with a = exp(-4 eta), p = a (1 + beta) - beta, q = a^2 (1 + beta) - beta. (p^2 - q = beta (1 + "
    "beta) (1 - a)^2 > 0, while the projection has p^2 = q.)",
    reference="the closed form",
    metric="distance to it",
    tolerance=(1e-9, 1e-9, 1e-10),
)
def proposition_2a(trial: Trial) -> None:
    """Follow eq. (8) with beta_t = 0 but for t = 1, and the flow from w(2)."""
    steps = 2000
    for seed in trial.seeds(4, 30, 200):
        rng = np.random.default_rng(seed)
        beta = float(np.exp(rng.uniform(np.log(0.02), np.log(50))))
        eta = float(rng.uniform(0.3, 0.9)) * math.log1p(1 / beta) / 8  # q > 0 below log(1 + 1/beta) / 8
        eta = min(eta, 0.2)
        momentum = ib.PrimalMomentum(np.append([0.0, beta], np.zeros(steps)))
        schedule = ib.Schedule(np.append([eta, 0.0], np.full(steps, 0.03)))
        run = ib.Run(LINE, ib.MirrorDescent(ib.Entropy(), momentum), schedule)
        second = run.advance(2).w
        arrived(trial, run.advance(steps))
        a = math.exp(-4 * eta)
        formula = on_the_line(a * (1 + beta) - beta, a**2 * (1 + beta) - beta)
        trial.measure("constant steps after it", distance(run.w, formula))
        trial.measure("the flow after it", distance(ib.flow(LINE, ENTROPY, second).w, formula))
        short = max(0.0, 1 - distance(run.w, MIDDLE) / 1e-6)
        trial.measure("by how much it is closer to the projection than 1e-6", short)
