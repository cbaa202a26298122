"""Does logistic regression need small steps? No step is too large: loss and direction come right in the end.

With any constant step on separable data the loss may rise for long (the edge of stability), but w goes to
infinity along the maximum margin direction, and its part beyond converges to the minimizer of a strongly
convex potential, sum over the support of exp(-<x, v>), as for small steps. The exponential loss has no such
phase: beyond 2 / (B^2 L) its steps explode, on two samples in the plane.

The theorem is for the logistic loss; what saves it is the bounded slope. In the second paper (wu2024) the
phase ends after O(eta) steps. Trap: to see the complement's limit one needs data on which it is not 0 by
symmetry; the two samples (g, a) and (g, -b) have it at log(a / b) / (a + b).
"""

import math

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves
from .separable import problem_of, separator

PAPER = Paper(
    key="wu2023",
    authors="Wu, Braverman and Lee",
    year=2023,
    title="Implicit Bias of Gradient Descent for Logistic Regression at the Edge of Stability",
    venue="NeurIPS",
    arxiv="2305.11788",
)
statement = stated_in(PAPER)
FORMULA = "log(a / b) / (a + b), the minimizer of exp(-a v) + exp(b v)"


def pair(seed: int) -> tuple[Array, float]:
    """Return the samples (g, a) and (g, -b), and the minimizer of the complement's potential."""
    rng = np.random.default_rng(seed)
    a, b = rng.uniform(0.8, 1.0), rng.uniform(0.4, 0.6)
    return np.array([[0.2, a], [0.2, -b]]), math.log(a / b) / (a + b)


@statement(
    "complement",
    "beyond the margin w converges, whatever the step",
    source="Main theorem",
    text="With constant steps of 1, 10 and 30 on the logistic loss, the part of w beyond the maximum "
    "margin direction converges to the minimizer of its exponential potential.",
    reference=FORMULA,
    metric="distance from the minimizer",
    tolerance=(0.02, 0.01, 5e-3),
)
def complement(trial: Trial) -> None:
    """Take large steps; draw losses that rise."""
    curves = {}
    for seed in trial.seeds(2, 8, 30):
        rows, wanted = pair(seed)
        for eta in (1.0, 10.0, 30.0):
            run = ib.Run(problem_of(rows, ib.Logistic()), ib.GradientDescent(), eta, record=ib.log_spaced(60))
            run.advance(trial.choose(10**5, 10**6, 10**6))
            trial.measure(f"eta = {eta:g}", abs(float(run.w[1]) - wanted))
            curves[f"$\\eta={eta:g}$"] = run.trajectory.t, np.exp(run.trajectory.log_loss)
    trial.figure(
        "The loss at the edge of stability",
        lambda figure: draw_curves(figure.add_subplot(), curves, ylabel="loss", powers=(-1,)),
        caption="Larger steps rise and fall for longer, and end lower: like 1 / (eta t).",
    )


@statement(
    "direction",
    "large steps find the support vector machine",
    source="Main theorem",
    text="With steps so large that the loss rises on the way, w still grows by log 3 times the separator "
    "of margin 1 while t triples.",
    reference="the separator by nonnegative least squares (Lawson and Hanson)",
    metric="|growth / log 3 - w_svm| / |w_svm|",
    tolerance=(0.1, 0.05, 0.03),
)
def direction(trial: Trial) -> None:
    """Take steps of 20."""
    for seed in trial.seeds(2, 8, 30):
        rows, _ = pair(seed)
        svm = separator(rows)
        third = trial.choose(10**5, 10**6, 10**6)
        run = ib.Run(problem_of(rows, ib.Logistic()), ib.GradientDescent(), 20.0).advance(third)
        trial.assume("the loss rises on the way", bool(np.diff(run.trajectory.log_loss).max() > 0))
        earlier = run.w
        grown = (run.advance(2 * third).w - earlier) / math.log(3)
        trial.measure("eta = 20", float(np.linalg.norm(grown - svm) / np.linalg.norm(svm)))


@statement(
    "monotone",
    "the loss falls at every step",
    source="against the main theorem's setting",
    text="With a step of 30 the logistic loss does not rise. (It does: that is the edge of stability.)",
    reference="none: the loss itself, at each of the first steps",
    metric="largest rise of the loss, relative to it",
    tolerance=0.01,
    expect="fails",
)
def monotone(trial: Trial) -> None:
    """Record every step."""
    for seed in trial.seeds(2, 8, 30):
        rows, _ = pair(seed)
        run = ib.Run(problem_of(rows, ib.Logistic()), ib.GradientDescent(), 30.0, record=ib.every()).advance(
            200
        )
        trial.measure("eta = 30", max(0.0, float(np.expm1(np.diff(run.trajectory.log_loss).max()))))


@statement(
    "exponential",
    "the exponential loss allows any step, too",
    source="Main theorem, its counterexample",
    text="On the same two samples gradient descent on the exponential loss with a step of 12 converges "
    "alike. (It diverges.)",
    reference=FORMULA,
    metric="distance from the minimizer; infinite where the iterates overflow",
    tolerance=0.1,
    expect="fails",
)
def exponential(trial: Trial) -> None:
    """Take the same kind of steps."""
    for seed in trial.seeds(2, 8, 30):
        rows, wanted = pair(seed)
        run = ib.Run(problem_of(rows, ib.Exponential()), ib.GradientDescent(), 12.0)
        try:
            off = abs(float(run.advance(10**4).w[1]) - wanted)
        except ib.DomainError:
            off = math.inf
        trial.measure("eta = 12", off)
