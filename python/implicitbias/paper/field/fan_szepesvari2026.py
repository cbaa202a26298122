"""When does Adam's eps begin to matter? After log(1 / eps) / (eta gamma) steps, and then for long.

While derivatives exceed eps, Adam maximizes the l_inf margin (zhang2024), and the loss falls like exp(-eta
gamma t) with constant steps. When they fall below eps, updates become those of gradient descent, at a time
when the l_inf margin is near its maximum; from then on the l_2 margin grows, but only like 1 / log of the
loss: a fixed l_2 target takes eps^(-Theta(1) / (1 - a)) steps of t^-a. In practice, then, Adam is an l_inf
method that would be an l_2 method.

The switching time is a theorem for 1/3 < a < 1; for constant steps it is this package's reading of it, with
the lag of v, which slows the pace by a fifth where eta gamma = (1 - beta2) / 6. Beyond (1 - beta2) / 2 the
memory of v alone sets the pace: the trap in every experiment with large steps. Of the paper only the abstract
was read: its title here says what it is about, and the theorem has no number.
"""

import math

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves, gaps_of
from .separable import MARGIN_GAP, gap, problem_of
from .zhang2024 import LP, apart, longest

PAPER = Paper(
    key="fan_szepesvari2026",
    authors="Fan and Szepesvari",
    year=2026,
    title="Adam with eps > 0 on separable data",
    arxiv="2609.33904",
)
statement = stated_in(PAPER)


BETA2 = 0.99


def pace(eta: float, gamma: float) -> float:
    """Return how fast log L falls while eps does not count.

    Gradients that fall by exp(-r) a step have v = g^2 (1 - beta2) / (1 - beta2 exp(2 r)), so that a step is
    about eta sqrt(1 - 2 r / (1 - beta2)), and r = gamma times that.
    """
    ideal, lag = eta * gamma, 2 / (1 - BETA2)
    return ideal * (math.sqrt((ideal * lag / 2) ** 2 + 1) - ideal * lag / 2)


def to_the_switch(rows: Array, best: Array, eps: float) -> tuple[ib.Run, float, float]:
    """Return a run that has come to gradients below eps, the time that it took, and the one predicted."""
    eta, gamma = longest(best, BETA2) / 3, 1 / float(np.abs(best).max())
    predicted = math.log(1 / eps) / pace(eta, gamma)
    method = ib.Adam(beta2=BETA2, eps=eps)
    run = ib.Run(problem_of(rows, ib.Exponential()), method, eta, record=ib.log_spaced(200))
    run.advance(math.ceil(1.5 * predicted))
    # The loss stands for the gradient, which is within factors of the samples' sizes of it.
    below = run.trajectory.log_loss < math.log(eps)
    reached = float(run.trajectory.t[np.argmax(below)]) if below.any() else math.inf
    return run, reached, predicted


@statement(
    "switch",
    "the phases change after log(1 / eps) / (eta gamma) steps",
    source="Main theorem (read in the abstract alone), for constant steps",
    text="With a constant step eta below (1 - beta2) / (2 gamma) the gradients fall below eps after log(1 "
    "/ eps) / r steps, r being eta gamma with the maximum l_inf margin gamma, times the lag of v, sqrt(1 "
    "- 2 r / (1 - beta2)).",
    reference=LP,
    metric="relative deviation of the time",
    tolerance=0.05,
)
def switch(trial: Trial) -> None:
    """Measure the time for two eps that are far apart."""
    for seed in trial.seeds(2, 6, 20):
        rows, _, best = apart(trial, seed)
        for eps in (1e-60, 1e-100):
            _, reached, predicted = to_the_switch(rows, best, eps)
            trial.measure(f"eps = {eps:g}", abs(reached / predicted - 1))


@statement(
    "near-linf",
    "then the l_inf margin is near its maximum",
    source="Main theorem (read in the abstract alone), for constant steps",
    text="When the gradients have fallen below eps, the l_inf margin of Adam is within a few percent of "
    "the maximum.",
    reference=LP,
    metric=MARGIN_GAP,
    tolerance=(0.06, 0.04, 0.04),
)
def near_linf(trial: Trial) -> None:
    """Measure the gap at the switch; draw the phases."""
    for seed in trial.seeds(2, 6, 20):
        rows, svm, best = apart(trial, seed)
        run, reached, _ = to_the_switch(rows, best, 1e-60)
        t, gaps = gaps_of(run, rows, best, math.inf)
        trial.measure("eps = 1e-60", max(0.0, float(gaps[np.argmin(np.abs(t - reached))])))
    eta = longest(best, BETA2) / 3
    method = ib.Adam(beta2=BETA2, eps=1e-8)
    early = ib.Run(problem_of(rows, ib.Exponential()), method, eta).advance(trial.choose(10**6, 10**7, 10**7))
    curves = {
        "$l_\\infty$ gap": gaps_of(early, rows, best, math.inf),
        "$l_2$ gap": gaps_of(early, rows, svm, 2),
    }
    predicted = math.log(1e8) / pace(eta, 1 / float(np.abs(best).max()))
    trial.figure(
        "The phases of Adam with eps = 1e-8",
        lambda figure: _draw(figure, curves, predicted),
        caption="Up to the predicted time (dashed) the l_inf gap closes; then it opens again, and the l_2 "
        "gap closes like 1 / log t.",
    )


def _draw(figure, curves, predicted) -> None:  # type: ignore[no-untyped-def]
    ax = figure.add_subplot()
    draw_curves(ax, curves, ylabel="margin gap")
    ax.axvline(predicted, color="0.6", ls="--")


@statement(
    "soon",
    "the l_2 margin comes soon after",
    source="against the main theorem (read in the abstract alone)",
    text="Ten times the switching time later the l_2 margin gap has halved. (It takes exponentially long.)",
    reference="the maximum l_2 margin by nonnegative least squares",
    metric="l_2 gap at ten times the switching time over the gap of the l_inf separator",
    tolerance=0.5,
    expect="fails",
)
def soon(trial: Trial) -> None:
    """Measure the l_2 gap late."""
    for seed in trial.seeds(2, 6, 20):
        rows, svm, best = apart(trial, seed)
        eta = longest(best, BETA2) / 3
        steps = math.ceil(10 * math.log(1e30) / pace(eta, 1 / float(np.abs(best).max())))
        run = ib.Run(problem_of(rows, ib.Exponential()), ib.Adam(beta2=BETA2, eps=1e-30), eta).advance(steps)
        trial.measure("eps = 1e-30", max(0.0, gap(rows, run.w, svm, 2)) / gap(rows, best, svm, 2))
