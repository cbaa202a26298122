"""Can a first-order method close the margin gap like 1 / t^2? Nesterov's acceleration of the dual does.

Normalized gradient descent is mirror descent on the dual of the maximum margin problem (ji_telgarsky2021).
That dual is smooth, so that Nesterov's method applies to it; written in the primal it is an odd kind of
momentum, which weighs the gradient of step t by t: g <- t / (t + 1) (g + X'q), w <- w + (g + X'q), with q
the soft-max of the negative margins and |x_n| <= 1. The main theorem bounds the gap by 4 (1 + log n)(1 + 2
log(t + 1)) / (t + 1)^2 over the margin.

It is the fastest rate that has been proved for the l_2 margin, and the claim here is the exponent, fitted.
What does not help is momentum as such: heavy-ball averages leave the exponent of gradient descent as it is
(the twin). Trap: the rate is that of the last iterate only with the step 1 / B^2, and the data must be
scaled by B.
"""

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves, gaps_of
from .exponents import at_least_as_fast, fitted_exponent
from .nacson2019 import EXPONENTIAL, QP, descended
from .separable import problem_of, rows_apart, separator

PAPER = Paper(
    key="ji2021",
    authors="Ji, Srebro and Telgarsky",
    year=2021,
    title="Fast Margin Maximization via Dual Acceleration",
    venue="ICML",
    arxiv="2107.00595",
)
statement = stated_in(PAPER)


def accelerated(rows: Array, steps: int) -> ib.Run:
    """Return a run with the theorem's step."""
    problem = problem_of(rows, EXPONENTIAL)
    return ib.Run(problem, ib.DualAcceleration(), ib.LossNormalized()).advance(steps)


@statement(
    "rate",
    "dual acceleration: the margin gap falls like 1 / t^2",
    source="Main theorem",
    text="With steps 1 / B^2 dual acceleration closes the margin gap with the exponent -2, up to logarithms.",
    reference=QP,
    metric="fitted exponent above -2, beyond its interval",
    tolerance=(0.3, 0.25, 0.25),
)
def rate(trial: Trial) -> None:
    """Fit the exponent; draw the three rates."""
    fits, steps = [], trial.choose(10**4, 3 * 10**4, 3 * 10**4)
    for seed in trial.seeds(3, 10, 40):
        rows = rows_apart(15, 5, seed)
        run = accelerated(rows, steps)
        fits.append(fitted_exponent(*gaps_of(run, rows, separator(rows)), after=30))
    at_least_as_fast(trial, "dual acceleration", fits, -2.0)
    ways = {
        "dual acceleration": run,
        "normalized": descended(rows, ib.LossNormalized(), steps),
        "constant steps": descended(
            rows, ib.Constant(float(np.exp(-run.trajectory.log_loss[0])) / 25), steps
        ),
    }
    trial.figure(
        "Figure 1, redrawn on random data",
        lambda figure: draw_curves(
            figure.add_subplot(),
            {name: gaps_of(way, rows, separator(rows)) for name, way in ways.items()},
            ylabel="margin gap",
            powers=(-2,),
        ),
        caption="The margin gaps of three methods that ask for one gradient a step.",
    )


@statement(
    "bound",
    "the bound with its constants",
    source="Main theorem",
    text="At every t the margin of dual acceleration is at least gamma minus 4 (1 + log n)(1 + 2 log(t + "
    "1)) / (gamma (t + 1)^2), for samples of length 1 at most.",
    reference=QP,
    metric="by how much the gap exceeds the bound, relative to it",
    tolerance=1e-9,
)
def bound(trial: Trial) -> None:
    """Hold all recorded t against it."""
    for seed in trial.seeds(4, 20, 100):
        rows = rows_apart(15, 5, seed)
        rows /= np.linalg.norm(rows, axis=1).max()
        best = separator(rows)
        t, gaps = gaps_of(accelerated(rows, trial.choose(10**3, 10**4, 10**4)), rows, best)
        gamma = 1 / float(np.linalg.norm(best))
        allowed = 4 * (1 + np.log(len(rows))) * (1 + 2 * np.log(t + 1)) / (gamma**2 * (t + 1) ** 2)
        trial.measure("all recorded t", max(0.0, float((gaps / allowed).max()) - 1))


@statement(
    "momentum",
    "any momentum accelerates the margin",
    source="against the main theorem",
    text="Normalized gradient descent with heavy-ball momentum .9 has the exponent -2. (It has -1, as "
    "without.)",
    reference=QP,
    metric="fitted exponent above -2, beyond its interval",
    tolerance=0.3,
    expect="fails",
)
def momentum(trial: Trial) -> None:
    """Fit the exponent of an exponential average of the gradients."""
    fits = []
    for seed in trial.seeds(3, 10, 40):
        rows = rows_apart(15, 5, seed)
        problem, method = problem_of(rows, EXPONENTIAL), ib.GradientDescent(ib.EMA(0.9))
        run = ib.Run(problem, method, ib.LossNormalized(0.05)).advance(10**5)
        fits.append(fitted_exponent(*gaps_of(run, rows, separator(rows)), after=1e3))
    at_least_as_fast(trial, "heavy-ball momentum", fits, -2.0)
