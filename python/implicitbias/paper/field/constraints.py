"""Where does projected gradient descent go on separable data, if w is confined to a set? A conjecture, tried.

Section 5 of gunasekar2018 leaves constraints open for losses without a finite root. The iterates run away,
so that only the directions in which the set is unbounded should count: its recession cone. The conjecture
of this package is that projected gradient descent converges in direction to the l_2 maximum margin over
that cone: for w >= 0 and for w >= -3 alike it is the separator with w >= 0, which a nonnegative least
squares program finds.

Nobody has proved it. It is stated for polyhedra, and tried on them; where the set is curved and its
recession cone is reached tangentially only, it may well fail. The twins drop the constraint, and take a set
that forbids the direction.
"""

import math

import numpy as np
from scipy.optimize import nnls

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves
from .separable import MARGIN_GAP, gap, problem_of, separator

PAPER = Paper(
    key="constraints",
    authors="a conjecture of this package",
    year=2026,
    title="Constraints and Losses without a Finite Root",
)
statement = stated_in(PAPER)
CONE = "the separator of least l_2 norm in the recession cone, by nonnegative least squares (Lawson and "
"Hanson)"


def in_the_cone(rows: Array) -> Array:
    """Return the w >= 0 of least l_2 norm with rows @ w >= 1, or 0 where there is none."""
    n, d = rows.shape
    inequalities, least = np.vstack([rows, np.eye(d)]), np.r_[np.ones(n), np.zeros(d)]
    system = np.vstack([inequalities.T, least])
    residual = np.eye(d + 1)[d] - system @ nnls(system, np.eye(d + 1)[d])[0]
    return np.asarray(-residual[:d] / residual[d]) if residual[d] > 1e-9 else np.zeros(d)


def bounded_rows(seed: int) -> tuple[Array, Array]:
    """Return rows that some w >= 0 separates, but not the best one at all, and the best w >= 0."""
    rng = np.random.default_rng(seed)
    while True:
        rows = rng.standard_normal((10, 4))
        rows *= np.sign(rows @ np.abs(rng.standard_normal(4)))[:, None]
        best = in_the_cone(rows)
        if best.any() and np.linalg.norm(best) < 4:
            free = separator(rows)
            if gap(rows, best, free) > 0.15:
                return rows, best


def projected(rows: Array, constraint: ib.Constraint | None, steps: int) -> ib.Run:
    """Return a run of projected gradient descent with steps over the loss."""
    method = ib.MirrorDescent(ib.Euclidean(), constraint=constraint)
    return ib.Run(problem_of(rows, ib.Exponential()), method, ib.LossNormalized(0.5)).advance(steps)


@statement(
    "cone",
    "projected gradient descent maximizes the margin over the recession cone",
    source="conjecture (this package), for section 5 of Gunasekar et al. 2018",
    text="On {w >= 0} and on {w >= -3} the direction converges to the l_2 maximum margin among the w >= 0.",
    reference=CONE,
    metric=MARGIN_GAP + " over the cone, on either side of 0",
    tolerance=(0.03, 0.01, 5e-3),
)
def cone(trial: Trial) -> None:
    """Project on both sets; draw the gaps."""
    curves = {}
    for seed in trial.seeds(2, 10, 50):
        rows, best = bounded_rows(seed)
        without = gap(rows, best, separator(rows))
        trial.assume("the constraint matters: without it the margin is larger by a sixth", without > 0.15)
        for name, constraint in (("w >= 0", ib.NonNegative()), ("w >= -3", ib.Box(-3.0, math.inf))):
            run = projected(rows, constraint, trial.choose(10**5, 10**6, 10**6))
            trial.measure(name, abs(gap(rows, run.w, best)))
            at = run.trajectory.t > 0
            gaps = [abs(gap(rows, w, best)) if w.any() else 1.0 for w in run.trajectory.w[at]]
            curves[f"${name.replace('>=', chr(92) + 'geq')}$"] = run.trajectory.t[at], np.array(gaps)
    trial.figure(
        "Gaps to the maximum margin over the recession cone",
        lambda figure: draw_curves(figure.add_subplot(), curves, ylabel="|margin gap|", powers=(-1,)),
        caption="Both sets have the same recession cone, and the same limit.",
    )


@statement(
    "free",
    "the constraint does not matter in the end",
    source="against the conjecture",
    text="On {w >= 0} the direction converges to the l_2 maximum margin without a constraint.",
    reference="the separator by nonnegative least squares",
    metric=MARGIN_GAP,
    tolerance=0.1,
    expect="fails",
)
def free(trial: Trial) -> None:
    """Measure the gap to the free separator."""
    for seed in trial.seeds(2, 10, 50):
        rows, _ = bounded_rows(seed)
        run = projected(rows, ib.NonNegative(), 10**4)
        trial.measure("w >= 0", max(0.0, gap(rows, run.w, separator(rows))))


@statement(
    "compact",
    "a bounded set has a limit direction of its own margin, too",
    source="against the conjecture",
    text="On the box 0 <= w <= 2, whose recession cone is a point, the direction is that of the cone w >= "
    "0. (The loss has a minimizer there, which the iterates reach.)",
    reference=CONE,
    metric=MARGIN_GAP + " over the cone, on either side of 0",
    tolerance=0.01,
    expect="fails",
)
def compact(trial: Trial) -> None:
    """Project on a box."""
    for seed in trial.seeds(2, 10, 50):
        rows, best = bounded_rows(seed)
        run = projected(rows, ib.Box(0.0, 2.0), 10**4)
        trial.measure("0 <= w <= 2", abs(gap(rows, run.w, best)))
