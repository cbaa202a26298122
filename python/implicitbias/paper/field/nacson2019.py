"""How much faster is the margin where steps are divided by the loss? Exponentially.

Constant steps close the margin gap like 1 / log t (soudry2018). Steps of t^-1/2 in the norm of the loss's
gradient, that is eta_t / L(w(t)), close it like log t / sqrt(t) (the main theorem there, for exponential
loss; the first step must keep below 1 / B^2): exponentially faster, at the price of one division.

A theorem gives an upper bound of the gap; what is fitted here is the exponent itself, with its interval,
and the claim is that it is -1/2 or below. The bound is not tight for every schedule: without the t^-1/2 the
exponent is -1 (ji_telgarsky2021). Trap: 1 / L is unbounded, so that the rule has to be kept in logarithms
beyond t = 10^3 or so.
"""

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves, gaps_of
from .exponents import at_least_as_fast, fitted_exponent
from .separable import clear_dual, problem_of

PAPER = Paper(
    key="nacson2019",
    authors="Nacson, Lee, Gunasekar, Savarese, Srebro and Soudry",
    year=2019,
    title="Convergence of Gradient Descent on Separable Data",
    venue="AISTATS",
    arxiv="1803.01905",
)
statement = stated_in(PAPER)
QP = "the maximum margin by nonnegative least squares (Lawson and Hanson)"
EXPONENTIAL = ib.Exponential()
DIVIDED = ib.LossNormalized(ib.Polynomial(1.0, 0.5))


def descended(rows: Array, step: ib.StepSize, steps: int) -> ib.Run:
    """Return a run of gradient descent on the exponential loss."""
    return ib.Run(problem_of(rows, EXPONENTIAL), ib.GradientDescent(), step).advance(steps)


@statement(
    "rate",
    "steps of t^-1/2 over the loss: the margin gap falls like log t / sqrt t",
    source="Main theorem",
    text="Gradient descent with steps t^-1/2 / (B^2 L) closes the margin gap like log t times t to an "
    "exponent of -1/2 or below.",
    reference=QP,
    metric="fitted exponent above -1/2, beyond its interval",
    tolerance=0.15,
)
def rate(trial: Trial) -> None:
    """Fit the exponent; draw it beside that of constant steps."""
    fits, steps = [], trial.choose(10**6, 10**6, 3 * 10**6)
    for seed in trial.seeds(3, 10, 40):
        rows, best = clear_dual(seed)
        run = descended(rows, DIVIDED, steps)
        trial.assume("the iterates separate the data", run.margin > 0)
        t, gaps = gaps_of(run, rows, best)
        fits.append(fitted_exponent(t, gaps / np.log(t + 1), after=1e4))
    at_least_as_fast(trial, "gap over log t", fits, -0.5)
    ways = {
        "$t^{-1/2} / L$": run,
        "constant": descended(rows, ib.Constant(float(np.exp(-run.trajectory.log_loss[0])) / 25), steps),
    }
    trial.figure(
        "Margin gaps with steps over the loss, and with constant ones",
        lambda figure: draw_curves(
            figure.add_subplot(),
            {name: gaps_of(way, rows, best) for name, way in ways.items()},
            ylabel="margin gap",
            powers=(-0.5,),
        ),
        caption="The same data and the same method: the schedule decides between a power of t and log t.",
    )


@statement(
    "constant",
    "constant steps reach that rate",
    source="against the main theorem",
    text="Constant steps close the margin gap with the exponent -1/2, too. (They need exponentially longer.)",
    reference=QP,
    metric="fitted exponent above -1/2, beyond its interval",
    tolerance=0.08,
    expect="fails",
)
def constant(trial: Trial) -> None:
    """Fit the exponent with the largest step that is safe at the start."""
    fits = []
    for seed in trial.seeds(3, 10, 40):
        rows, best = clear_dual(seed)
        longest = 1 / (len(rows) * float((rows**2).sum(1).max()))
        run = descended(rows, ib.Constant(longest), trial.choose(10**6, 10**6, 3 * 10**6))
        fits.append(fitted_exponent(*gaps_of(run, rows, best), after=1e4))
    at_least_as_fast(trial, "constant steps", fits, -0.5)


@statement(
    "direction",
    "the direction converges with the square root of the margin's rate",
    source="Main theorem, by strong convexity",
    text="The angle to the separator falls like the square root of the margin gap or faster, as the "
    "margin is strongly concave on the sphere: sin(angle / 2)^2 is at most the gap.",
    reference=QP,
    metric="|u - u*|^2 / 2 over the margin gap, above 1",
    tolerance=1e-6,
)
def direction(trial: Trial) -> None:
    """Hold each recorded direction against the separator."""
    for seed in trial.seeds(3, 20, 100):
        rows, best = clear_dual(seed)
        run = descended(rows, DIVIDED, 10**4)
        _, gaps = gaps_of(run, rows, best)
        units = run.trajectory.w[-len(gaps) :]
        units = units / np.linalg.norm(units, axis=1, keepdims=True)
        squares = ((units - best / np.linalg.norm(best)) ** 2).sum(1) / 2
        trial.measure("all recorded t", max(0.0, float((squares / gaps).max()) - 1))
