"""Which margin does Adam maximize on separable data? The l_inf margin, if eps = 0.

With eps = 0 and full batches Adam is sign descent with a long memory, and for steps of t^-a with 1/3 < a <
1 its l_inf margin converges to the maximum, at a rate that is polynomial in t (logarithmic for a = 1); so
the geometry is that of the update and not of the gradient. Gradient descent on the same data ends in l_2
(soudry2018).

Proved for full batches, eps = 0 and decreasing steps; constant ones are seen to do even better, 1 / t, as
long as v can follow: v falls no faster than beta2^t, so that longer steps than (1 - beta2) / (2 gamma) gain
nothing, which no theorem mentions. Traps: eps > 0, however small, changes the limit in the end (wang2021,
fan_szepesvari2026); and in doubles g^2 underflows at a margin of 350, so that m and v have to share a
scale.
"""

import math

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves, gaps_of
from .exponents import at_least_as_fast, fitted_exponent
from .separable import CONTRAST, MARGIN_GAP, contrasting, gap, problem_of

PAPER = Paper(
    key="zhang2024",
    authors="Zhang, Zou and Cao",
    year=2024,
    title="The Implicit Bias of Adam on Separable Data",
    venue="NeurIPS",
    arxiv="2406.10650",
)
statement = stated_in(PAPER)
LP = "the maximum l_inf margin by a linear program (HiGHS)"
WITHOUT_EPS = ib.Adam(eps=0)


def apart(trial: Trial, seed: int) -> tuple[Array, Array, Array]:
    """Return rows on which the l_2 and the l_inf separator differ, and the two."""
    rows, (svm, best) = contrasting(12, 5, seed, apart=0.15)
    trial.assume(CONTRAST, gap(rows, svm, best, math.inf) > 0.1 and gap(rows, best, svm, 2) > 0.1)
    return rows, svm, best


def adam(rows: Array, step: ib.StepSize, steps: int) -> ib.Run:
    """Return a run of Adam with eps = 0 on the logistic loss."""
    return ib.Run(problem_of(rows, ib.Logistic()), WITHOUT_EPS, step).advance(steps)


@statement(
    "linf",
    "Adam without eps maximizes the l_inf margin",
    source="Main theorem",
    text="With eps = 0 and steps of t^-a the l_inf margin of Adam converges to the maximum.",
    reference=LP,
    metric=MARGIN_GAP,
    tolerance=(0.06, 0.03, 0.01),
)
def linf(trial: Trial) -> None:
    """Run two schedules; draw how both margins go."""
    for seed in trial.seeds(2, 8, 30):
        rows, svm, best = apart(trial, seed)
        steps = trial.choose(3 * 10**5, 10**6, 10**7)
        runs = {a: adam(rows, ib.Polynomial(eta, a), steps) for a, eta in ((0.3, 0.01), (0.5, 0.1))}
        for a, run in runs.items():
            trial.measure(f"a = {a}", max(0.0, gap(rows, run.w, best, math.inf)))
    curves = {f"$l_\\infty$ gap, $a={a}$": gaps_of(run, rows, best, math.inf) for a, run in runs.items()}
    curves |= {f"$l_2$ gap, $a={a}$": gaps_of(run, rows, svm, 2) for a, run in runs.items()}
    trial.figure(
        "Figure 1, redrawn on random data: Adam without eps",
        lambda figure: draw_curves(figure.add_subplot(), curves, ylabel="margin gap"),
        caption="The l_inf margin gap closes, the l_2 gap stays where the l_inf separator has it.",
    )


@statement(
    "l2",
    "Adam without eps maximizes the l_2 margin",
    source="against the main theorem",
    text="With eps = 0 Adam ends where gradient descent does, at the l_2 maximum margin. (It does not.)",
    reference="the maximum l_2 margin by nonnegative least squares",
    metric=MARGIN_GAP,
    tolerance=0.06,
    expect="fails",
)
def l2(trial: Trial) -> None:
    """Measure the other gap."""
    for seed in trial.seeds(2, 8, 30):
        rows, svm, _ = apart(trial, seed)
        run = adam(rows, ib.Polynomial(0.1, 0.5), 10**5)
        trial.measure("a = .5", max(0.0, gap(rows, run.w, svm, 2)))


def longest(best: Array, beta2: float = WITHOUT_EPS.beta2) -> float:
    """Return the step with which the margin grows by (1 - beta2) / 2 an iteration."""
    return (1 - beta2) / 2 * float(np.abs(best).max())  # the maximum margin is 1 / |best|_inf


@statement(
    "constant",
    "constant steps close the gap like 1 / t",
    source="conjecture (this package)",
    text="With a constant step below (1 - beta2) / (2 gamma) the l_inf margin gap of Adam falls with the "
    "exponent -1.",
    reference=LP,
    metric="fitted exponent above -1, beyond its interval",
    tolerance=0.15,
)
def constant(trial: Trial) -> None:
    """Fit the exponent at a third of that step."""
    fits = []
    for seed in trial.seeds(2, 8, 30):
        rows, _, best = apart(trial, seed)
        run = adam(rows, ib.Constant(longest(best) / 3), trial.choose(10**6, 10**6, 10**7))
        fits.append(fitted_exponent(*gaps_of(run, rows, best, math.inf), after=1e5))
    at_least_as_fast(trial, "a third of the longest step", fits, -1.0)


@statement(
    "too-long",
    "any constant step does",
    source="against that conjecture",
    text="Ten times that step closes the gap within 10^5 steps, too. (v cannot follow the gradients, the "
    "steps shrink, and it takes ten times as long.)",
    reference=LP,
    metric=MARGIN_GAP,
    tolerance=0.015,
    expect="fails",
)
def too_long(trial: Trial) -> None:
    """Take ten times the longest step."""
    for seed in trial.seeds(2, 8, 30):
        rows, _, best = apart(trial, seed)
        run = adam(rows, ib.Constant(10 * longest(best)), 10**5)
        trial.measure("ten times the longest step", max(0.0, gap(rows, run.w, best, math.inf)))
