"""Does stochastic gradient descent need decreasing steps on separable data? No: a fixed one will do.

Gradients of separable data vanish at every sample, so that the noise of a batch shrinks with the loss. With
a fixed step below a bound, whatever the batch, drawn with or without replacement, the loss falls like 1 / t
and the direction goes to the l_2 maximum margin like 1 / log t, as with full batches; the rate in epochs
does not depend on the batch's size.

Proved for almost all data and steps below a bound that depends on them. The limit is seen here in what w
grows by while t triples, log 3 times the separator. The twin is the folklore that a fixed step only reaches
a neighborhood, which is true on data that no w fits. Trap: in terms of steps small batches are slower by
the number of batches an epoch.
"""

import math

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves, gaps_of
from .separable import clear_dual, problem_of

PAPER = Paper(
    key="nacson2019b",
    authors="Nacson, Srebro and Soudry",
    year=2019,
    title="Stochastic Gradient Descent on Separable Data: Exact Convergence with a Fixed Learning Rate",
    venue="AISTATS",
    arxiv="1806.01796",
)
statement = stated_in(PAPER)
NNLS = "the separator by nonnegative least squares (Lawson and Hanson)"


def run_of(rows: Array, size: int, replace: bool, seed: int) -> ib.Run:
    """Return a run with a fixed step on random batches."""
    batch = ib.MiniBatch(size, seed=seed % 2**31, replace=replace)
    return ib.Run(problem_of(rows, ib.Logistic()), ib.GradientDescent(), 0.2, batch=batch)


@statement(
    "direction",
    "with a fixed step and any batch: the support vector machine",
    source="Main theorem",
    text="Stochastic gradient descent with a fixed step grows by log 3 times the separator with margin 1 "
    "while t triples, with batches of any size, with or without replacement.",
    reference=NNLS,
    metric="|growth / log 3 - w_svm| / |w_svm|",
    tolerance=(0.1, 0.05, 0.05),
)
def direction(trial: Trial) -> None:
    """Vary the batch; draw the gaps over epochs."""
    curves = {}
    for seed in trial.seeds(1, 5, 20):
        rows, svm = clear_dual(seed)
        for size, replace in ((1, False), (4, False), (4, True)):
            name = f"batches of {size}, {'with' if replace else 'without'} replacement"
            run, third = run_of(rows, size, replace, seed), trial.choose(3 * 10**5, 10**6, 3 * 10**6)
            earlier = run.advance(third).w
            grown = (run.advance(2 * third).w - earlier) / math.log(3)
            trial.measure(name, float(np.linalg.norm(grown - svm) / np.linalg.norm(svm)))
            t, gaps = gaps_of(run, rows, svm)
            curves[name] = t * size / len(rows), gaps
    trial.figure(
        "The margin gap over epochs, for batches of several kinds",
        lambda figure: draw_curves(figure.add_subplot(), curves, ylabel="margin gap", xlabel="epochs"),
        caption="In epochs the rate does not depend on the batch.",
    )


@statement(
    "loss",
    "the loss falls like 1 / t with the full batch's constant",
    source="Main theorem, its constant by this package",
    text="With batches of b of n samples, t eta (b / n) L(w(t)) tends to |w_svm|^2: t counts epochs.",
    reference=NNLS,
    metric="|t eta (b / n) L / |w_svm|^2 - 1|",
    tolerance=(0.06, 0.04, 0.03),
)
def loss(trial: Trial) -> None:
    """Vary the batch."""
    for seed in trial.seeds(1, 5, 20):
        rows, svm = clear_dual(seed)
        for size in (1, 4):
            run, steps = run_of(rows, size, False, seed), trial.choose(10**6, 10**6, 10**7)
            reached = steps * 0.2 * size / len(rows) * math.exp(run.advance(steps).log_loss)
            trial.measure(f"batches of {size}", abs(reached / float(svm @ svm) - 1))


@statement(
    "neighborhood",
    "a fixed step only reaches a neighborhood",
    source="against the main theorem",
    text="With a fixed step the loss of stochastic gradient descent stays above a level that depends on "
    "the step. (Not on separable data, where it goes to 0.)",
    reference="none: the loss over the last two decades",
    metric="loss at 10^6 over that at 10^4, below 1",
    tolerance=0.5,
    expect="fails",
)
def neighborhood(trial: Trial) -> None:
    """Measure by how much the loss falls."""
    for seed in trial.seeds(2, 5, 20):
        rows, _ = clear_dual(seed)
        run = run_of(rows, 1, False, seed)
        early = run.advance(10**4).log_loss
        trial.measure("batches of 1", 1 - math.exp(run.advance(10**6 - 10**4).log_loss - early))
