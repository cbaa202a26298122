"""Gradient descent for every l_p: mirror descent with |w|_p^p / p, at the cost of gradient descent.

Its updates work entry by entry, z <- z - eta grad L with z_i = sign(w_i) |w_i|^(p-1), and on separable data
with exponential tails its direction converges to the l_p maximum margin, for every p > 1 (Theorem 1 of the
paper): steepest descent in the norm, without the dual norm's global sum.

Proved with constant small steps, at rates of 1 / log t; with steps over the loss 1 / t is seen for p = 1.5,
2 and 3 alike, if they may grow with w as their bound does. The trap is p near 1, where the dual variables'
scale spans many orders and w has entries of 10^-30: a margin in l_1.1 is measured, not read off coordinates
that look like zeros.
"""

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves, gaps_of
from .separable import MARGIN_GAP, contrasting, gap, problem_of, separator

PAPER = Paper(
    key="sun2022",
    authors="Sun, Ahn, Thrampoulidis and Azizan",
    year=2022,
    title="Mirror Descent Maximizes Generalized Margin and Can Be Implemented Efficiently",
    venue="NeurIPS",
    arxiv="2205.12808",
)
statement = stated_in(PAPER)
POWERS = (1.5, 2.0, 3.0)


def descended(rows: Array, p: float, steps: int) -> ib.Run:
    """Return a run on the exponential loss with steps over the loss."""
    method = ib.MirrorDescent(ib.PowerPotential(p))
    return ib.Run(problem_of(rows, ib.Exponential()), method, ib.LossNormalized()).advance(steps)


@statement(
    "margin",
    "mirror descent with |w|_p^p maximizes the l_p margin",
    source="Theorem 1 (number not checked)",
    text="For p = 1.5, 2 and 3 the direction of mirror descent converges to the l_p maximum margin.",
    reference="the l_p separator by a cone program (cvxpy), in l_2 by nonnegative least squares",
    metric=MARGIN_GAP,
    tolerance=(0.04, 0.03, 0.01),
)
def margin(trial: Trial) -> None:
    """Run the three; draw their gaps."""
    for seed in trial.seeds(1, 6, 20):
        rows, _ = contrasting(12, 5, seed, (1.0, 2.0, np.inf), 0.08)
        best = [separator(rows, p) for p in POWERS]
        runs = [descended(rows, p, trial.choose(10**5, 10**5, 10**6)) for p in POWERS]
        for p, run, w in zip(POWERS, runs, best, strict=True):
            trial.measure(f"p = {p:g}", max(0.0, gap(rows, run.w, w, p)))
    curves = {f"$p={p:g}$": gaps_of(run, rows, w, p) for p, run, w in zip(POWERS, runs, best, strict=True)}
    trial.figure(
        "Margin gaps of mirror descent, each in its own l_p",
        lambda figure: draw_curves(figure.add_subplot(), curves, ylabel="margin gap", powers=(-1,)),
        caption="Steps over the loss, whose bound grows with w: an exponent of -1 for each p.",
    )


@statement(
    "table",
    "each p has the largest margin in its own norm",
    source="Table 1 (number not checked), its pattern",
    text="Of the runs with p = 1.5, 2 and 3 each has the largest normalized margin in its own l_p.",
    reference="the other runs, by their margins in NumPy",
    metric="by how much another run's margin exceeds it, relative to it",
    tolerance=(0.04, 0.03, 0.02),
)
def table(trial: Trial) -> None:
    """Compare margins across the runs."""
    for seed in trial.seeds(2, 8, 30):
        rows, _ = contrasting(12, 5, seed, (1.0, 2.0, np.inf), 0.08)
        ws = [descended(rows, p, trial.choose(10**5, 3 * 10**5, 10**6)).w for p in POWERS]
        for p, own in zip(POWERS, ws, strict=True):
            margins = [float((rows @ w).min()) / float(np.linalg.norm(w, p)) for w in ws]
            mine = float((rows @ own).min()) / float(np.linalg.norm(own, p))
            trial.measure(f"p = {p:g}", max(0.0, max(margins) / mine - 1))


@statement(
    "euclidean",
    "p does not matter",
    source="against Theorem 1 (number not checked)",
    text="Mirror descent with p = 1.1 and with p = 6 reaches the l_2 maximum margin. (Potentials decide.)",
    reference="the l_2 separator by nonnegative least squares",
    metric=MARGIN_GAP,
    tolerance=0.02,
    expect="fails",
)
def euclidean(trial: Trial) -> None:
    """Measure l_2 gaps on rows with contrast."""
    for seed in trial.seeds(2, 8, 30):
        rows, best = contrasting(12, 5, seed, (1.0, 2.0, np.inf), 0.1)
        for p in (1.1, 6.0):
            run = descended(rows, p, 10**5)
            trial.measure(f"p = {p:g}", max(0.0, gap(rows, run.w, best[1])))
