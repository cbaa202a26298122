"""What do small batches do to Muon and sign descent? They change the limit, unless there is momentum.

A normalized step forgets the size of the gradient that it is made of, so that a batch's steps do not
average to a full-batch step. Without momentum only full batches are guaranteed the maximum margin; with
batches of one sample the limit is another, on a concrete example. An exponential average of the gradients
restores it approximately, the better the nearer beta is to 1 (a batch-momentum trade-off); variance
reduction restores it exactly.

Proved with explicit, dimension-free rates, for every entrywise and Schatten norm. The control is stochastic
gradient descent without normalization (nacson2019b), whose limit no batch moves. Trap: for beta = .9 and
small batches the gap is a plateau, and a plateau is easily taken for slow convergence; it has to be seen
not to fall.
"""

import math

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves
from .fan2025 import CONE, apart
from .multiclass import gap
from .separable import MARGIN_GAP

PAPER = Paper(
    key="li2026",
    authors="Li, Tang and Zou",
    year=2026,
    title="The Implicit Bias of Steepest Descent with Mini-batch Stochastic Gradient",
    venue="ICML",
    arxiv="2602.11557",
)
statement = stated_in(PAPER)
NORMS = {"max": ib.Lp(math.inf), "spec": ib.Schatten(math.inf)}


def run_of(X: Array, y: Array, norm: str, batch: int | None, beta: float, steps: int) -> ib.Run:
    """Return a run with steps of length .1 t^-1/2 on random batches, with momentum or without."""
    method = ib.SteepestDescent(NORMS[norm], momentum=ib.EMA(beta) if beta else None)
    drawn = None if batch is None else ib.MiniBatch(batch, seed=0)
    problem = ib.Problem(X, y, ib.CrossEntropy())
    return ib.Run(problem, method, ib.Normalized(0.1, 0.5), batch=drawn).advance(steps)


@statement(
    "momentum",
    "with momentum batches of one sample do",
    source="Main theorem",
    text="Sign and spectral descent on batches of one sample come near their maximum margins if the "
    "gradients are averaged with beta = .998.",
    reference=CONE,
    metric=MARGIN_GAP,
    tolerance=0.2,
)
def momentum(trial: Trial) -> None:
    """Average the gradients; draw the gaps with and without."""
    for seed in trial.seeds(1, 5, 20):
        X, y, best = apart(trial, seed)
        for norm in NORMS:
            run = run_of(X, y, norm, 1, 0.998, trial.choose(10**5, 10**5, 3 * 10**5))
            trial.measure(f"{norm} norm", max(0.0, gap(X, y, run.w, best[norm], norm)))
    ways = {
        "full batches": run_of(X, y, "max", None, 0, 10**5),
        "one sample, $\\beta = .99$": run_of(X, y, "max", 1, 0.99, 10**5),
        "one sample, $\\beta = .9$": run_of(X, y, "max", 1, 0.9, 10**5),
        "one sample, no momentum": run_of(X, y, "max", 1, 0, 10**5),
    }
    curves = {
        name: (
            run.trajectory.t,
            np.array([gap(X, y, W, best["max"], "max") if W.any() else 1 for W in run.trajectory.w]),
        )
        for name, run in ways.items()
    }
    trial.figure(
        "Sign descent on batches: the gap in the max norm",
        lambda figure: draw_curves(figure.add_subplot(), curves, ylabel="margin gap"),
        caption="Without momentum single samples lead elsewhere; the longer the memory, the nearer to the "
        "full batch.",
    )


@statement(
    "without",
    "without momentum batches of one sample do, too",
    source="against the main theorem",
    text="Batches of one sample reach the maximum margin without momentum, too. (They have another limit.)",
    reference=CONE,
    metric=MARGIN_GAP,
    tolerance=0.15,
    expect="fails",
)
def without(trial: Trial) -> None:
    """Drop the average."""
    for seed in trial.seeds(1, 5, 20):
        X, y, best = apart(trial, seed)
        for norm in NORMS:
            run = run_of(X, y, norm, 1, 0, trial.choose(3 * 10**4, 10**5, 3 * 10**5))
            trial.measure(f"{norm} norm", max(0.0, gap(X, y, run.w, best[norm], norm)))


@statement(
    "full",
    "full batches need no momentum",
    source="Main theorem",
    text="With all samples a step the same methods come as near without momentum.",
    reference=CONE,
    metric=MARGIN_GAP,
    tolerance=(0.12, 0.06, 0.05),
)
def full(trial: Trial) -> None:
    """Take all samples."""
    for seed in trial.seeds(1, 5, 20):
        X, y, best = apart(trial, seed)
        for norm in NORMS:
            run = run_of(X, y, norm, len(y), 0, trial.choose(3 * 10**4, 10**5, 3 * 10**5))
            trial.measure(f"{norm} norm", max(0.0, gap(X, y, run.w, best[norm], norm)))
