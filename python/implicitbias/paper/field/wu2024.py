"""How much does a large step gain? After O(eta) steps the loss falls like 1 / (eta t): take eta like t.

The unstable phase of gradient descent on the logistic loss ends after max(eta, n, n / eta log(n / eta)) /
gamma^2 steps up to constants, and from then on the loss falls like 1 / (gamma^2 eta t). With a budget of T
steps, eta of the order of T gives a loss of 1 / T^2: acceleration without momentum and without a schedule,
which no small step has.

Proved for separable data and the logistic loss. The constant is seen to be 1: eta t gamma^2 L tends to 1
(soudry2018's constant, at any step). On easy data huge steps leave the loss far below that for as long as
the gradients that are left are too small to move w: the bound is no equality then. What a huge step does
not improve is the margin, which waits for log t: loss and margin are different goals, and the trap is to
take the one for the other. The two samples of wu2023 are used here.
"""

import math

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves
from .exponents import at_least_as_fast, fitted_exponent
from .separable import problem_of, separator
from .wu2023 import pair

PAPER = Paper(
    key="wu2024",
    authors="Wu, Bartlett, Telgarsky and Yu",
    year=2024,
    title="Large Stepsize Gradient Descent for Logistic Loss: Non-Monotonicity of the Loss Improves "
    "Optimization Efficiency",
    venue="COLT",
    arxiv="2402.15926",
)
statement = stated_in(PAPER)
BUDGETS = np.unique(np.geomspace(1000, 30000, 10).astype(int))


def after(rows: Array, eta: float, steps: int) -> float:
    """Return the loss after so many steps."""
    run = ib.Run(problem_of(rows, ib.Logistic()), ib.GradientDescent(), eta).advance(steps)
    return math.exp(run.log_loss)


@statement(
    "constant",
    "eta t gamma^2 L tends to 1",
    source="Main theorem, its constant by this package",
    text="With steps of 1 and 10 the logistic loss is 1 / (gamma^2 eta t) in the end, with 100 at most that.",
    reference="gamma by nonnegative least squares (Lawson and Hanson)",
    metric="|eta t gamma^2 L - 1|",
    tolerance=(0.05, 0.03, 0.03),
)
def constant(trial: Trial) -> None:
    """Measure after the unstable phase."""
    for seed in trial.seeds(2, 8, 30):
        rows, _ = pair(seed)
        svm = separator(rows)
        steps = trial.choose(3 * 10**5, 10**6, 10**6)
        for eta in (1.0, 10.0, 100.0):
            scaled = eta * steps * after(rows, eta, steps) / float(svm @ svm)
            trial.measure(f"eta = {eta:g}", abs(scaled - 1) if eta < 100 else max(0.0, scaled - 1))


@statement(
    "acceleration",
    "steps as large as the budget: a loss of 1 / T^2",
    source="Main theorem, its corollary",
    text="With eta = T / 1000 the loss after T steps falls with the exponent -2 of T.",
    reference="none: a fit over budgets",
    metric="fitted exponent above -2, beyond its interval",
    tolerance=0.15,
)
def acceleration(trial: Trial) -> None:
    """Fit over budgets; draw both."""
    fits = []
    for seed in trial.seeds(2, 8, 30):
        rows, _ = pair(seed)
        large = np.array([after(rows, T / 1000, int(T)) for T in BUDGETS])
        fits.append(fitted_exponent(BUDGETS, large))
    at_least_as_fast(trial, "eta = T / 1000", fits, -2.0)
    small = np.array([after(rows, 1.0, int(T)) for T in BUDGETS])
    trial.figure(
        "The loss after T steps, over T",
        lambda figure: draw_curves(
            figure.add_subplot(),
            {"$\\eta = T / 1000$": (BUDGETS, large), "$\\eta = 1$": (BUDGETS, small)},
            ylabel="loss after $T$ steps",
            xlabel="budget $T$",
            powers=(-2,),
        ),
        caption="Steps in proportion to the budget square the rate.",
    )


@statement(
    "small",
    "small steps reach that rate",
    source="against the main theorem",
    text="With eta = 1 the loss falls with the exponent -2, too. (With -1.)",
    reference="none: a fit over budgets",
    metric="fitted exponent above -2, beyond its interval",
    tolerance=0.15,
    expect="fails",
)
def small_steps(trial: Trial) -> None:
    """Fit over budgets."""
    fits = []
    for seed in trial.seeds(2, 8, 30):
        rows, _ = pair(seed)
        fits.append(fitted_exponent(BUDGETS, [after(rows, 1.0, int(T)) for T in BUDGETS]))
    at_least_as_fast(trial, "eta = 1", fits, -2.0)
