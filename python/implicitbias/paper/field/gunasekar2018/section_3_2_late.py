"""Theorem 5 at t = 10^300, where margin gaps that fall like 1 / log t are small."""

import math

import numpy as np

import implicitbias as ib

from ....nouns.as_text import plain
from ...trial import Trial
from .predicted_limit import predicted_limit
from .section_3_problems import CONVEX, MARGIN_GAP, clear, longest_step, section_3


@section_3(
    "late-norms",
    "steepest descent at t = 10^300",
    source="Theorem 5",
    text="So does the margin of steepest descent in any l_p, in its own norm, with constant steps: where "
    "steps are continuous in the gradient, and in l1 and linf, where they jump.",
    reference=CONVEX,
    metric=MARGIN_GAP,
    tolerance=5e-3,
)
def late_norms(trial: Trial) -> None:
    """Fast-forward in each, and draw the ways."""
    runs: list[ib.Run] = []
    names: list[str] = []
    for seed in trial.seeds(1, 20, 60):
        problem = clear(12, (4,), seed)
        # All norms are tried on the first data set, later ones in turn: some take a second.
        every = [(p, 1e-5 if 1 < p < math.inf else 1e-3) for p in (3, math.inf, 1, 1.5, 4)]
        turn = seed % 5
        for p, tolerance in every[turn : turn + 1] if runs else every[: trial.choose(2, 5, 5)]:
            norm = ib.Lp(p)
            step = ib.Constant(longest_step(problem, norm) / 4)
            run = ib.Run(problem, ib.SteepestDescent(norm), step)
            run.fast_forward(1e300, tolerance=tolerance)
            runs.append(run)
            names.append(plain(norm))
            known = run.error <= 1e-4 * float(np.linalg.norm(run.w))
            trial.assume("w(10^300) is known to 1e-4 of its length, the jumps about ties included", known)
            trial.compare(plain(norm), run, ib.predict(problem, run.method))
    trial.figure(
        "Theorem 5: margin gaps from t = 1 to t = 10^300",
        lambda figure: ib.plot.gaps(runs[:5], labels=names[:5], ax=figure.add_subplot()),
        caption="Whatever the norm, the gap falls like 1 / log t: the curves nearly coincide.",
    )


@section_3(
    "late-mirror",
    "mirror descent at t = 10^300",
    source="Sun et al. 2022",
    text="Later than the paper: mirror descent in |w|_p^2 / 2 on the exponential loss comes within 0.5 % of "
    "the l_p maximum margin by t = 10^300.",
    reference=CONVEX,
    metric=MARGIN_GAP,
    tolerance=5e-3,
)
def late_mirror(trial: Trial) -> None:
    """Fast-forward, and ask the oracle for steepest descent's limit in the same norm."""
    for seed in trial.seeds(1, 20, 60):
        problem, p = clear(12, (4,), seed), (1.2, 1.5)[seed % 2]
        run = ib.Run(problem, ib.MirrorDescent(ib.SquaredLp(p)), ib.Constant(1e-3))
        run.fast_forward(1e300, tolerance=1e-5)
        limit = predicted_limit(problem, ib.SteepestDescent(ib.Lp(p)))
        margin = float((problem.y * (problem.X @ run.w)).min() / np.linalg.norm(run.w, p))
        trial.measure(f"p = {p:g}", max(1 - margin / limit.value, 0.0))
