"""Section 3.2: coordinate descent is AdaBoost, whose exact steps may miss the maximum margin."""

import math

import numpy as np

import implicitbias as ib

from ....nouns.as_text import plain
from ...trial import Trial
from .section_3_2_steps import gained
from .section_3_problems import EXPONENTIAL, MARGIN_GAP, section_3


@section_3(
    "adaboost",
    "AdaBoost is coordinate descent",
    source="Section 3.2",
    text="Steepest descent in l1 on the exponential loss of weak learners, with exact line search: AdaBoost.",
    reference="AdaBoost's own loop in NumPy: weights, edges, votes log((1 + r) / (1 - r)) / 2",
    metric="largest difference of a vote",
    tolerance=1e-9,
)
def adaboost(trial: Trial) -> None:
    """Boost random weak learners twice."""
    for seed in trial.seeds(8, 20, 200):
        rng = np.random.default_rng(seed)
        M = np.where(rng.random((40, 15)) < 0.55, 1.0, -1.0)
        # The first learner has the largest edge: those of others under equal weights often tie.
        M[:, 0] = np.where(np.arange(40) < 12, -1.0, 1.0)
        run = ib.Run(ib.problems.adaboost(M), ib.SteepestDescent(ib.Lp(1)), ib.ExactLineSearch())
        weights, votes = np.full(40, 1 / 40), np.zeros(15)
        for _ in range(200):
            edges = weights @ M
            *_, second, largest = np.sort(np.abs(edges))
            if second > largest - 1e-9:
                break  # a tie: either may go first
            run.advance(1)
            best = int(np.argmax(np.abs(edges)))
            vote = math.log((1 + edges[best]) / (1 - edges[best])) / 2
            votes[best] += vote
            weights *= np.exp(-vote * M[:, best])
            weights /= weights.sum()
        if run.t > 0:
            trial.measure("200 rounds, or until edges tie", float(np.abs(run.w - votes).max()))


RUDIN = ib.datasets.rudin_2004().problem(EXPONENTIAL)
BEST = 3 / 8


def boosted(step: ib.StepSize, steps: int) -> ib.Run:
    """Return l1 steepest descent on the matrix of Rudin et al."""
    return ib.Run(RUDIN, ib.SteepestDescent(ib.Lp(1)), step).advance(steps)


@section_3(
    "rudin",
    "AdaBoost finds the maximum margin",
    source="against Section 3.2",
    text="With exact line search, too, coordinate descent reaches the maximum l1 margin. (Not on the matrix "
    "of Rudin, Daubechies and Schapire 2004, where it is 3/8.)",
    reference="3/8, proved by a vote and by weights on the samples, in integers",
    metric=MARGIN_GAP,
    tolerance=1e-2,
    expect="fails",
)
def rudin(trial: Trial) -> None:
    """Boost, and prove the maximum."""
    vote, weights = np.array([2, 3, 4, 1, 2, 2, 1, 1]), np.array([2, 3, 2, 1, 2, 2, 3, 1])
    proof = (RUDIN.X @ vote).min() == 6 and np.abs(weights @ RUDIN.X).max() == 6
    trial.assume("the maximum l1 margin is 6/16: a vote has it, and weights bound it", bool(proof))
    trial.measure(
        "exact line search",
        1 - boosted(ib.ExactLineSearch(), trial.choose(10**4, 10**5, 10**6)).margin / BEST,
    )


@section_3(
    "rudin-cycle",
    "AdaBoost cycles",
    source="Rudin et al. 2004",
    text="On this matrix AdaBoost's margin tends to 1/3, and its weights cycle with period 3; the edges are "
    "(sqrt(5) - 1) / 2.",
    reference="closed forms",
    metric="difference from them",
    tolerance=(3e-4, 3e-5, 3e-6),
)
def rudin_cycle(trial: Trial) -> None:
    """Boost, and look at the last six weights."""
    run = boosted(ib.ExactLineSearch(), trial.choose(10**4, 10**5, 10**6))
    trial.measure("margin and 1/3", abs(run.margin - 1 / 3))
    weights = []
    for _ in range(6):
        weights.append(np.exp((RUDIN.X @ run.w).min() - RUDIN.X @ run.w))
        weights[-1] /= weights[-1].sum()
        run.advance(1)
    golden = (math.sqrt(5) - 1) / 2
    trial.measure("period 3", float(max(np.abs(weights[k + 3] - weights[k]).max() for k in range(3))))
    trial.measure("edges", float(max(abs(np.abs(d @ RUDIN.X).max() - golden) for d in weights)))


@section_3(
    "shrinkage",
    "shorter steps repair AdaBoost",
    source="Section 3.2",
    text="On the same matrix shorter steps reach the maximum margin: 0.3 / (B^2 L) up to a bound, which is "
    "Theorem 5, and, though it has no bound, a shrinkage of the exact line search.",
    reference="3/8",
    metric=MARGIN_GAP + " of w(t) - w(t / 10)",
    tolerance=1e-2,
)
def shrinkage(trial: Trial) -> None:
    """Cap the steps, or shrink the exact ones, from random starts."""
    rules = (ib.LossNormalized(0.3, cap=1e300), ib.ExactLineSearch(0.75), ib.ExactLineSearch(0.1))
    for seed in trial.seeds(2, 20, 60):
        w0 = np.random.default_rng(seed).standard_normal(8)
        for step in rules:
            run = ib.Run(RUDIN, ib.SteepestDescent(ib.Lp(1)), step, w0=w0)
            trial.measure(plain(step), max(gained(run, 10**5, BEST), 0.0))
            late = run.last_violation is None or run.last_violation < run.t / 10
            trial.assume("no late step exceeds 1 / (B^2 L)", late)
    trial.figure(
        "AdaBoost and shorter steps",
        _draw_boosting,
        caption="On the matrix of Rudin et al., exact line search cycles at the margin 1/3; shrinkage and "
        "loss-normalized steps reach 3/8 (dotted). Dashed: certified upper bounds.",
    )


def _draw_boosting(figure) -> None:  # type: ignore[no-untyped-def]
    rules = {
        "exact line search": ib.ExactLineSearch(),
        "shrinkage 0.1": ib.ExactLineSearch(0.1),
        "loss-normalized": ib.LossNormalized(),
    }
    runs = [boosted(rule, 10**5) for rule in rules.values()]
    ax = ib.plot.margins(runs, labels=list(rules), ax=figure.add_subplot())
    ax.set_ylim(0.2, 0.75)
