"""Normalized gradient descent maximizes the margin at rate 1 / t: why the schedule need not decrease.

Gradient descent on the exponential loss with the step 1 / (B^2 L(w)), whatever t, is mirror descent on the
dual: the weights of the samples are the iterates there, with the relative entropy as its potential. The
dual view turns the bound of nacson2019, log t / sqrt t, into 1 / t (the main theorem) without a schedule to
choose.

The theorem is for exponentially tailed losses and a step relative to the loss of at most 1 / B^2. It bounds
the gap from above; the exponent that is fitted may be smaller, but is not in general. The twin takes the
same method with constant steps, which loses the exponent and not merely a constant. Trap: the margin gap
oscillates by support vector until they are found, so that exponents are fitted after t = 100.
"""

import implicitbias as ib

from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves, gaps_of
from .exponents import at_least_as_fast, fitted_exponent
from .nacson2019 import DIVIDED, QP, descended
from .separable import clear_dual

PAPER = Paper(
    key="ji_telgarsky2021",
    authors="Ji and Telgarsky",
    year=2021,
    title="Characterizing the Implicit Bias via a Primal-Dual Analysis",
    venue="ALT",
    arxiv="1906.04540",
)
statement = stated_in(PAPER)


@statement(
    "rate",
    "steps over the loss: the margin gap falls like 1 / t",
    source="Main theorem",
    text="Gradient descent on the exponential loss with steps 1 / (B^2 L) closes the margin gap with the "
    "exponent -1 or faster.",
    reference=QP,
    metric="fitted exponent above -1, beyond its interval",
    tolerance=(0.12, 0.1, 0.1),
)
def rate(trial: Trial) -> None:
    """Fit the exponent; draw it beside the decreasing schedule."""
    fits, steps = [], trial.choose(10**5, 10**6, 3 * 10**6)
    for seed in trial.seeds(3, 10, 40):
        rows, best = clear_dual(seed)
        run = descended(rows, ib.LossNormalized(), steps)
        fits.append(fitted_exponent(*gaps_of(run, rows, best), after=1e2))
    at_least_as_fast(trial, "1 over the loss", fits, -1.0)
    ways = {"$1 / L$": run, "$t^{-1/2} / L$": descended(rows, DIVIDED, steps)}
    trial.figure(
        "Margin gaps with and without a schedule",
        lambda figure: draw_curves(
            figure.add_subplot(),
            {name: gaps_of(way, rows, best) for name, way in ways.items()},
            ylabel="margin gap",
            powers=(-1,),
        ),
        caption="Steps over the loss need no schedule: t^-1/2 only makes them slower.",
    )


@statement(
    "schedule",
    "a schedule of t^-1/2 reaches that rate",
    source="against the main theorem",
    text="With steps t^-1/2 / (B^2 L) the exponent is -1, too. (It is -1/2.)",
    reference=QP,
    metric="fitted exponent above -1, beyond its interval",
    tolerance=0.12,
    expect="fails",
)
def schedule(trial: Trial) -> None:
    """Fit the exponent of the slower schedule."""
    fits = []
    for seed in trial.seeds(3, 10, 40):
        rows, best = clear_dual(seed)
        run = descended(rows, DIVIDED, trial.choose(10**5, 10**6, 3 * 10**6))
        fits.append(fitted_exponent(*gaps_of(run, rows, best), after=1e2))
    at_least_as_fast(trial, "t^-1/2 over the loss", fits, -1.0)
