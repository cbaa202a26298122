"""Section 3.2: the regularization path beside the optimization path, and the law of their margin gaps.

The gap law. Let A have the rows y_n x_n, gamma = max {min_n (A w)_n : |w| <= 1} = min {|A' p|_* : p in the
simplex}, and p be the minimizer (of the largest entropy H, if there are several). With the exponential
loss and m = A w,

    log L(w) = log sum_n exp(-m_n) = max_q {H(q) - <q, m>},  attained by the softmax weights q = exp(-m) / L.

Along the regularization path, |w| <= c, minimax gives

    log L(w(c)) = max_q {H(q) - c |A' q|_*} = H(p) - c gamma + o(1),

and the weights tend to p. As max_n q_n = exp(-min_n m_n) / L,

    gamma c - min_n m_n = gamma c + log L + log max_n q_n -> H(p) + log max_n p_n.

Any other path that separates has, with q its weights and KL the relative entropy,

    log L(w) = H(p) - <A' p, w> + KL(p | q) >= H(p) - gamma |w|.

Where q -> p along it, its gap tends to the same number if and only if gamma |w| - <A' p, w> -> 0: w must come
to waste nothing off the directions in which |A' p|_* is attained. In strictly convex norms these are one, the
waste is |w| times the square of a distance like 1 / |w|, and the optimization path obeys the law. In l1 and
linf w keeps for ever what early steps put elsewhere, and may end above it.
"""

import math
from functools import partial

import numpy as np

import implicitbias as ib

from ....nouns.as_text import plain
from ....oracles.max_margin import max_margin
from ...trial import Trial
from .predicted_limit import predicted_limit
from .section_3_problems import CONVEX, MARGIN_GAP, clear, longest_step, section_3


@section_3(
    "rosset",
    "the regularization path",
    source="Section 3.2",
    text="The minimizers over growing balls, w(c) = argmin {L(w) : |w| <= c}, converge in direction to the "
    "maximum margin, too (Rosset et al. 2004).",
    reference=CONVEX,
    metric=MARGIN_GAP,
    tolerance=(2e-3, 2e-3, 2e-3),
)
def rosset(trial: Trial) -> None:
    """Go to the radius where the gap is 1e-3 at most, by the bound log(n) / c."""
    for seed in trial.seeds(1, 20, 100):
        problem = clear(20, (5,), seed)
        for p in (1, 2) if trial.effort == "fast" else ((1, 4 / 3, 2, math.inf)[seed % 4],):
            norm = ib.Lp(p)
            best = predicted_limit(problem, ib.SteepestDescent(norm)).value
            path = ib.paths.regularization(problem, norm, np.array([10.0, 1000 * math.log(20)]) / best)
            below = best - (math.log(20) + path.gap) / path.radii - path.margin
            trial.assume("every margin is at least gamma* - log(n) / c", float(below.max()) <= 1e-6 * best)
            trial.measure(plain(norm), max(1 - float(path.margin[-1]) / best, 0.0))
    trial.figure(
        "Regularization and optimization paths",
        partial(_draw_paths, problem),
        caption="Margins at equal norm: the paths differ, and both tend to the maximum margin.",
    )


def _draw_paths(problem, figure) -> None:  # type: ignore[no-untyped-def]
    ways = [ib.paths.regularization(problem, ib.Lp(p), np.logspace(0.5, 4, 29)) for p in (1, 2)]
    runs = [
        ib.Run(problem, ib.SteepestDescent(way.norm), ib.LossNormalized(0.3)).advance(10**5) for way in ways
    ]
    ib.plot.paths(ways, runs, ax=figure.add_subplot())


@section_3(
    "rosset-same",
    "the two paths are one",
    source="against Section 3.2",
    text="At equal norm, steepest descent is where the regularization path is. (They differ, and meet in the "
    "limit only.)",
    reference="the regularization path, certified",
    metric="|w(t) - w(c)| / c at equal norm c",
    tolerance=1e-3,
    expect="fails",
)
def rosset_same(trial: Trial) -> None:
    """Compare iterates of l2 steepest descent with the path at their norms."""
    for seed in trial.seeds(1, 20, 100):
        problem = clear(20, (5,), seed)
        run = ib.Run(problem, ib.SteepestDescent(ib.Lp(2)), ib.LossNormalized(0.3)).advance(10**5)
        norms = np.linalg.norm(run.trajectory.w, axis=1)
        rows = [int(np.argmax(norms > 1)), len(norms) - 1]
        path = ib.paths.regularization(problem, ib.Lp(2), norms[rows])
        early, late = np.linalg.norm(run.trajectory.w[rows] - path.w, axis=1) / norms[rows]
        trial.assume("they meet in the limit: at the last norm they are 1 % apart at most", late < 1e-2)
        trial.measure("l2, at |w| about 1", float(early))


def distinct(seed: int, norm: ib.Norm) -> ib.Problem:
    """Return samples none of which nearly supports the maximum margin: the limits are seen earlier then."""
    rng = np.random.default_rng(seed)
    while True:
        problem = clear(12, (4,), int(rng.integers(2**31)))
        solution = max_margin(problem, norm)
        margins = problem.y * (problem.X @ solution.direction) / solution.value
        if margins[margins > 1 + 1e-6].min(initial=math.inf) > 1.05:
            return problem


def lawful(problem: ib.Problem, norm: ib.Norm) -> tuple[float, float]:
    """Return gamma and H(p) + log max p, of the dual-optimal weights p."""
    solution = max_margin(problem, norm)
    p = solution.weights[solution.weights > 1e-9]
    return solution.value, float(math.log(p.max()) - p @ np.log(p))


@section_3(
    "gap-law",
    "the margin gap, to first order",
    source="beyond Section 5 (this package)",
    text="gamma |w| - min_n m_n tends to H(p) + log max_n p_n, p the dual-optimal weights of the samples "
    "and H the entropy: along the regularization path in every norm, along the optimization path in strictly "
    "convex ones. In l1 and linf the optimization path does not end below.",
    reference="the dual of the maximum margin program (cvxpy)",
    metric="difference from the law",
    tolerance=1e-2,
)
def gap_law(trial: Trial) -> None:
    """Follow both paths far, and draw them."""
    for seed in trial.seeds(1, 20, 100):
        in_turn = ((2, 1, 1.5, math.inf)[seed % 4],)
        for p in trial.choose((2, 1), in_turn, in_turn):
            norm = ib.Lp(p)
            problem = distinct(seed, norm)
            gamma, law = lawful(problem, norm)
            path = ib.paths.regularization(problem, norm, [3e3 / gamma])
            excess = float((gamma - path.margin[-1]) * path.norms[-1])
            trial.measure(f"{plain(norm)}, regularization path", abs(excess - law))
            run = ib.Run(problem, ib.SteepestDescent(norm), ib.Constant(longest_step(problem, norm) / 4))
            smooth = 1 < p < math.inf
            run.fast_forward(until_log10=1e5 if smooth else 300.0, tolerance=1e-3)
            excess = gamma * norm.value(run.w) - float((problem.y * (problem.X @ run.w)).min())
            off = abs(excess - law) if smooth else max(law - excess, 0.0)
            trial.measure(
                f"{plain(norm)}, optimization path" + ("" if smooth else ", by how much below"), off
            )
    trial.figure(
        "The gap law",
        partial(_draw_law, problem),
        caption="gamma |w| - min m along both paths, at equal norm. Dotted: H(p) + log max p.",
        size=(11, 4.4),
    )


def _draw_law(problem, figure) -> None:  # type: ignore[no-untyped-def]
    for p, ax in zip((2, 1), figure.subplots(1, 2), strict=True):
        norm = ib.Lp(p)
        gamma, law = lawful(problem, norm)
        path = ib.paths.regularization(problem, norm, np.logspace(0, 3, 31) / gamma)
        ax.semilogx(gamma * path.norms, (gamma - path.margin) * path.norms, label="regularization path")
        run = ib.Run(problem, ib.SteepestDescent(norm), ib.Constant(longest_step(problem, norm) / 4))
        run.fast_forward(until_log10=400.0, tolerance=1e-3)
        w = run.trajectory.w
        size = np.array([norm.value(each) for each in w])
        excess = gamma * size - (problem.y * (w @ problem.X.T)).min(axis=1)
        seen = gamma * size > 1
        ax.semilogx(gamma * size[seen], excess[seen], label="optimization path, constant steps")
        ax.axhline(law, color="0.35", ls=":", lw=1.2)
        ax.set(title=f"$\\ell_{p}$", xlabel=r"$\gamma \|w\|$", ylabel=r"$\gamma \|w\| - \min_n m_n$")
        ax.legend(frameon=False, fontsize="small")
        ax.spines[["top", "right"]].set_visible(False)
