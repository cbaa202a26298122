"""Theorem 5: steepest descent in any norm, on separable data."""

import math
from functools import partial

import numpy as np

import implicitbias as ib

from ....nouns.as_text import mathtext, plain
from ...trial import Trial
from .predicted_limit import predicted_limit
from .section_3_problems import CONVEX, EXPONENTIAL, MARGIN_GAP, clear, longest_step, section_3, six_norms

ANGLE = "degrees from the predicted direction"


def random_steps(
    problem: ib.Problem, norm: ib.Norm, steps: int, rng: np.random.Generator, **start: object
) -> ib.Run:
    """Return the last block of a run with eta_t = u_t min(eta_+, 1 / (B^2 L)), u_t in (0, 1], eta_+ = 1e300.

    Steepest descent has no memory: each block of a schedule goes on from the w of the last, with the L there,
    which no later step exceeds.
    """
    block, method, radius = 25, ib.SteepestDescent(norm), max(norm.dual(x) for x in problem.X)
    run = ib.Run(problem, method, **start)  # type: ignore[arg-type]
    for _ in range(steps // block):
        most = min(math.log(1e300), -run.log_loss - 2 * math.log(radius))
        etas = math.exp(most) * (1 - rng.random(block))
        run = ib.Run(problem, method, ib.Schedule(etas), w0=run.w, record=ib.every(block)).advance(block)
    return run


@section_3(
    "thm5",
    "steepest descent in six norms",
    source="Theorem 5",
    text="Steepest descent on the exponential loss, with steps of at most min(eta_+, 1 / (B^2 L)), converges "
    "to the maximum margin in its norm, whatever the norm; where that is unique, in direction. (The paper "
    "prints max. The gap falls like 1 / log of the sum of the steps: eta_+ is 1e300 here.)",
    reference=CONVEX,
    metric=MARGIN_GAP,
    tolerance=8e-2,
)
def theorem_5(trial: Trial) -> None:
    """Run all norms, more samples than parameters and fewer, and check every row's certificate."""
    runs: list[ib.Run] = []
    for seed in trial.seeds(2, 20, 200):
        n, sides = ((8, (4, 4)), (24, (3, 2)))[seed % 2]
        rng = np.random.default_rng(seed)
        for norm in six_norms(math.prod(sides)):
            shape = sides if isinstance(norm, ib.Schatten) else (math.prod(sides),)
            problem = clear(n, shape, seed)
            capped = ib.Run(problem, ib.SteepestDescent(norm), ib.LossNormalized(0.3, cap=1e300))
            random = (seed // 2) % 2 == 0
            run = random_steps(problem, norm, 5000, rng) if random else capped.advance(10**4)
            report = trial.compare(
                f"{plain(norm)}, {n} x {math.prod(shape)}", run, ib.predict(problem, run.method)
            )
            rows, limit = run.trajectory, report.limit
            assert limit is not None
            outside = max(rows.best_margin.max() / limit.value - 1, 1 - rows.best_bound.min() / limit.value)
            trial.assume("every certified bracket holds the oracle's value", outside <= limit.gap + 1e-12)
            if limit.unique:
                smooth = isinstance(norm, ib.Lp) and 1 < norm.p < math.inf
                trial.measure(f"{plain(norm)}: {ANGLE}", report.angle, tolerance=10.0 if smooth else 40.0)
            if not random and len(runs) < 6:
                runs.append(run)
    if runs:
        trial.figure(
            "Theorem 5: margins with certified brackets in six norms",
            partial(_draw_six_norms, runs),
            caption="Solid: normalized margin; dashed: its certified upper bound; shaded: the bracket that "
            "each run proves by itself; dotted: the convex program's maximum.",
            size=(11, 6.4),
        )


def _draw_six_norms(runs, figure) -> None:  # type: ignore[no-untyped-def]
    for run, ax in zip(runs, figure.subplots(2, 3, sharex=True).ravel(), strict=True):
        ib.plot.margins(run, ax=ax)
        ax.get_legend().remove()
        ax.set_title(mathtext(run.method.norm))
        ax.set(xlabel="", ylabel="")
    figure.supxlabel("iteration $t$")
    figure.supylabel("normalized margin and its bounds")


@section_3(
    "thm5-start",
    "any start, any small step",
    source="Theorem 5",
    text="The maximum margin is reached from every start and with every small step whose sum is infinite: "
    "constant, decreasing, and capped ones. The limit forgets both.",
    reference=CONVEX,
    metric=MARGIN_GAP + " at t = 10^(10^4), by the differential equation that the iterates follow",
    tolerance=1e-2,
)
def theorem_5_start(trial: Trial) -> None:
    """Draw both, and the loss, in norms in which a run can be followed that far."""
    for seed in trial.seeds(3, 20, 100):
        rng = np.random.default_rng(seed)
        norm = ib.Lp((2, 1.5, 4 / 3)[seed % 3])
        problem = clear(12, (4,), seed, (EXPONENTIAL, ib.Logistic())[seed % 2])
        w0 = rng.standard_normal(4)
        longest = longest_step(problem, norm, w0)
        rules = (
            ib.Constant(longest * rng.uniform(0.1, 1)),
            ib.Polynomial(longest, rng.uniform(0.1, 0.5)),
            ib.LossNormalized(rng.uniform(0.1, 1), cap=10 ** rng.uniform(0, 2)),
        )
        step = rules[(seed + seed // 3) % 3]
        run = ib.Run(problem, ib.SteepestDescent(norm), step, w0=w0)
        run.fast_forward(until_log10=1e4, tolerance=1e-2)
        label = f"{plain(norm)}, {type(step).__name__} steps"
        trial.compare(label, run, ib.predict(problem, run.method))


@section_3(
    "thm5-ties",
    "many maximum margins",
    source="Theorem 5",
    text="Where the maximum margin is not unique its value is reached still. (The theorem promises a "
    "direction only where there is one: here two starts end in two.)",
    reference=CONVEX,
    metric=MARGIN_GAP,
    tolerance=3e-2,
)
def many_margins(trial: Trial) -> None:
    """Let two columns be equal in l1: they may share their weight in any way."""
    method = ib.SteepestDescent(ib.Lp(1))
    for seed in trial.seeds(2, 20, 200):
        single = clear(8, (6,), seed)
        best = predicted_limit(single, method).point
        largest = int(np.abs(best).argmax())
        problem = ib.Problem(np.c_[single.X, single.X[:, largest]], single.y, EXPONENTIAL)
        claim, ends = ib.predict(problem, method), []
        for ahead in (0.0, 10.0):
            w0 = np.zeros(7)
            w0[6] = math.copysign(ahead, best[largest])
            run = ib.Run(problem, method, ib.LossNormalized(0.3, cap=1e300), w0=w0).advance(20000)
            limit = trial.compare("l1", run, claim).limit
            trial.assume("the maximum margin is not unique", limit is not None and not limit.unique)
            ends.append(run.w / np.abs(run.w).sum())
        apart = float(np.abs(ends[0] - ends[1]).sum())
        trial.assume("two starts end 0.1 % apart, or more", apart > 1e-3)


@section_3(
    "thm5-lemma",
    "duality: the gradient is never small",
    source="Theorem 5, its lemma",
    text="At every w, |grad L(w)|_* >= gamma* L(w) for the exponential loss (sum_n |l'(m_n)| in place of L "
    "for others).",
    reference="gradient and dual norms in NumPy; " + CONVEX,
    metric="relative amount by which the inequality is broken",
    tolerance=1e-8,
)
def duality(trial: Trial) -> None:
    """Try random points, and the iterates of a run, where the inequality becomes an equality."""
    for seed in trial.seeds(1, 20, 100):
        rng = np.random.default_rng(seed)
        problem = clear(15, (6,), seed)
        rows = problem.y[:, None] * problem.X
        for p, q in ((1, math.inf), (4 / 3, 4), (2, 2), (math.inf, 1)):
            limit = predicted_limit(problem, ib.SteepestDescent(ib.Lp(p)))
            run = ib.Run(problem, ib.SteepestDescent(ib.Lp(p)), ib.LossNormalized(0.3)).advance(20000)
            points = [*run.trajectory.w, *(rng.standard_normal((trial.choose(100, 100, 1000), 6)) * 10)]
            broken, slack = 0.0, math.inf
            for w in points:
                slopes = np.exp((rows @ w).min() - rows @ w)
                ratio = np.linalg.norm(slopes @ rows, q) / (limit.value * slopes.sum())
                broken, slack = max(broken, 1 - ratio), min(slack, ratio - 1)
            trial.measure(f"p = {p:.3g}", max(broken, 0.0))
            trial.assume("a run comes within 10 % of equality", slack < 0.1)
