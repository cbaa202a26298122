"""Is a step below 2 / lambda safe where data overlap? Only below 1 / lambda, and on a line.

The logistic loss of overlapping data has a minimizer, with curvature lambda there, its largest is
elsewhere. Steps below 2 / lambda make the minimizer attractive, yet for 1 / lambda < eta < 2 / lambda there
are data and starts from which gradient descent cycles for ever; on the line eta <= 1 / lambda always
converges, in the plane it need not.

The data of the cycles are far from typical: many samples that agree, and one of the other class, far away,
which the slope's bound lets overshoot. The trap is linear stability analysis, which sees the minimizer's
neighborhood only.
"""

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .separable import problem_of

PAPER = Paper(
    key="meng2024",
    authors="Meng, Orvieto, Cao and De Sa",
    year=2024,
    title="Gradient Descent on Logistic Regression with Non-Separable Data and Large Step Sizes",
    arxiv="2406.05033",
)
statement = stated_in(PAPER)
BISECTION = "the minimizer by bisection on the slope, in NumPy"


def overlapping(seed: int) -> tuple[Array, float, float]:
    """Return 50 samples and a far one against them, on the line; the minimizer, the curvature there."""
    unit = float(np.random.default_rng(seed).uniform(0.5, 2))
    rows = unit * np.r_[np.ones(50), -20.5]
    low, high = -50 / unit, 50 / unit
    for _ in range(200):
        w = (low + high) / 2
        low, high = (w, high) if rows @ (1 / (1 + np.exp(rows * w))) > 0 else (low, w)
    p = 1 / (1 + np.exp(rows * w))
    return rows[:, None], w, float(rows**2 @ (p * (1 - p)))


def distance(seed: int, over: float, steps: int) -> float:
    """Return how far from the minimizer steps of over / lambda end, from 5 times the minimizer."""
    rows, minimizer, curvature = overlapping(seed)
    run = descended(rows, over / curvature, 5 * minimizer).advance(steps)
    return abs(float(run.w[0]) / minimizer - 1)


def descended(rows: Array, eta: float, start: float, record: ib.Recording | None = None) -> ib.Run:
    """Return a run on the line that has not begun."""
    problem = problem_of(rows, ib.Logistic())
    return ib.Run(problem, ib.GradientDescent(), eta, w0=np.array([start]), record=record)


@statement(
    "safe",
    "on the line steps up to 1 / lambda converge",
    source="Main theorem",
    text="On the line gradient descent with eta <= 1 / lambda converges to the minimizer, from anywhere.",
    reference=BISECTION,
    metric="distance from the minimizer, relative to it",
    tolerance=1e-6,
)
def safe(trial: Trial) -> None:
    """Take steps below 1 / lambda; draw cycle and convergence."""
    for seed in trial.seeds(3, 10, 50):
        for over in (0.5, 0.9):
            trial.measure(f"eta lambda = {over}", distance(seed, over, trial.choose(10**4, 10**5, 10**5)))
    trial.figure(
        "The last iterates of gradient descent, over the step",
        _draw_ends,
        caption="Fifty samples at 1 and one of the other class at 20.5, from 5 times the minimizer: "
        "beyond 1 / lambda the iterates may end in a cycle though the minimizer is attractive up to 2 / "
        "lambda (dashed).",
    )


def _draw_ends(figure) -> None:  # type: ignore[no-untyped-def]
    rows, minimizer, curvature = overlapping(0)
    ax = figure.add_subplot()
    for over in np.linspace(0.5, 2.4, 160):
        run = descended(rows, over / curvature, 5 * minimizer, ib.every())
        ends = run.advance(2000).trajectory.w[-40:, 0]
        ax.plot(np.full(40, over), ends / minimizer, ".", color="#0072B2", ms=2)
    for over in (1, 2):
        ax.axvline(over, color="0.6", ls="--", lw=1)
    ax.set(xlabel=r"$\eta \lambda$", ylabel="$w / w^*$")
    ax.spines[["top", "right"]].set_visible(False)


@statement(
    "cycle",
    "so do steps up to 2 / lambda",
    source="against the main theorem",
    text="On the same data gradient descent from 5 times the minimizer with eta = 1.8 / lambda converges "
    "as well, since the minimizer is attractive. (It ends in a cycle.)",
    reference=BISECTION,
    metric="distance from the minimizer, relative to it",
    tolerance=1e-3,
    expect="fails",
)
def cycle(trial: Trial) -> None:
    """Take a step that linear stability allows."""
    for seed in trial.seeds(3, 10, 50):
        trial.measure("eta lambda = 1.8", distance(seed, 1.8, trial.choose(10**4, 10**5, 10**5)))


@statement(
    "attractive",
    "near the minimizer they do",
    source="Linear stability, as the paper recalls it",
    text="From within a thousandth of the minimizer the same step converges: the cycle and the minimizer "
    "attract both.",
    reference=BISECTION,
    metric="distance from the minimizer, relative to it",
    tolerance=1e-6,
)
def attractive(trial: Trial) -> None:
    """Start near."""
    for seed in trial.seeds(3, 10, 50):
        rows, minimizer, curvature = overlapping(seed)
        run = descended(rows, 1.8 / curvature, 1.001 * minimizer).advance(10**4)
        trial.measure("eta lambda = 1.8", abs(float(run.w[0]) / minimizer - 1))
