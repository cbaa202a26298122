"""When is the support vector machine just an interpolation? In d of the order of n log n.

All n samples are support vectors exactly if y_i (K^-1 y)_i > 0 for all i, K being the Gram matrix: then the
maximum margin is the interpolation of least norm, and logistic loss and squared loss end in the same place.
For independent features it happens with high probability if d is well above n log n (Hsu, Muthukumar and Xu
2021), and fails well below (Ardeshir, Sanford and Hsu): there is a transition at d = 2 n log n.

Both directions are theorems, the constant 2 is proved for Gaussian features in the limit and seen early.
The trap is to take interpolation for a matter of squared loss: gradient descent on the logistic loss
interpolates here, too.
"""

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .separable import angle, problem_of, separator

PAPER = Paper(
    key="ardeshir2021",
    authors="Ardeshir, Sanford and Hsu",
    year=2021,
    title="Support Vector Machines and Linear Regression Coincide with Very High-Dimensional Features",
    venue="NeurIPS",
    arxiv="2105.14084",
)
statement = stated_in(PAPER)
N = 40


def gaussian(seed: int, over: float, n: int = N) -> Array:
    """Return n rows of Gaussian features in d = over 2 n log n dimensions, with random labels in them."""
    d = max(n, round(over * 2 * n * np.log(n)))
    return np.random.default_rng(seed).standard_normal((n, d))


def interpolation(rows: Array) -> Array:
    """Return the w of least norm with rows @ w = 1."""
    return np.asarray(rows.T @ np.linalg.solve(rows @ rows.T, np.ones(len(rows))))


def share(rows: Array) -> float:
    """Return the share of the samples that do not support the machine, by nonnegative least squares."""
    return float((rows @ separator(rows) > 1 + 1e-7).mean())


@statement(
    "all",
    "far above n log n every sample is a support vector",
    source="Hsu, Muthukumar and Xu 2021; Theorem 1 (number not checked) here is its converse",
    text="In d = 8 n log n dimensions all samples support the machine: it is the interpolation of least "
    "norm, and gradient descent on the logistic loss converges to it.",
    reference="the condition y_i (K^-1 y)_i > 0 and the interpolation, by the Gram matrix",
    metric="share of samples that do not support it; degrees from the interpolation, over 90",
    tolerance=(0.01, 5e-3, 5e-3),
)
def every(trial: Trial) -> None:
    """Descend in high dimension; draw the transition."""
    for seed in trial.seeds(2, 8, 40):
        rows = gaussian(seed, 4.0)
        duals = np.linalg.solve(rows @ rows.T, np.ones(N))
        trial.assume("y_i (K^-1 y)_i > 0 for all i", bool(duals.min() > 0))
        run = ib.Run(problem_of(rows, ib.Logistic()), ib.GradientDescent(), ib.LossNormalized()).advance(3000)
        trial.measure("samples", share(rows))
        trial.measure("direction", angle(run.w, interpolation(rows)) / 90)
    first = trial.seeds(1, 1, 1)[0]
    repeats = trial.choose(20, 60, 200)
    trial.figure(
        "The transition: how often every sample supports the machine",
        lambda figure: _draw_transition(figure, first, repeats),
        caption="Gaussian features, d = tau 2 n log n: the transition at tau = 1 gets steeper with n.",
    )


def _draw_transition(figure, seed, repeats) -> None:  # type: ignore[no-untyped-def]
    ax, taus = figure.add_subplot(), np.linspace(0.2, 2, 13)
    for n in (10, 30, 90):
        often = [
            np.mean(
                [
                    np.linalg.solve(G @ G.T, np.ones(n)).min() > 0
                    for G in (gaussian(seed * 10**4 + k, tau, n) for k in range(repeats))
                ]
            )
            for tau in taus
        ]
        ax.plot(taus, often, marker=".", label=f"$n={n}$")
    ax.axvline(1, color="0.6", ls="--", lw=1)
    ax.set(xlabel=r"$\tau$, for $d = 2 \tau n \log n$", ylabel="probability that all support")
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)


@statement(
    "below",
    "so it is in half of n log n dimensions",
    source="Theorem 1 (number not checked), against",
    text="In d = n log n / 2 dimensions every sample supports the machine, too. (Some do not.)",
    reference="the machine by nonnegative least squares",
    metric="share of samples that do not support it",
    tolerance=0.01,
    expect="fails",
)
def below(trial: Trial) -> None:
    """Count, and see that gradient descent does not interpolate."""
    for seed in trial.seeds(2, 8, 40):
        rows = gaussian(seed, 0.25)
        run = ib.Run(problem_of(rows, ib.Logistic()), ib.GradientDescent(), ib.LossNormalized()).advance(3000)
        trial.measure("share of samples", share(rows))
        trial.assume("gradient descent does not interpolate either", angle(run.w, interpolation(rows)) > 2)


@statement(
    "transition",
    "the transition is at d = 2 n log n",
    source="Theorem 2 (number not checked)",
    text="In d = tau 2 n log n dimensions all samples support the machine hardly ever for tau = .3, "
    "nearly always for 3.",
    reference="the condition y_i (K^-1 y)_i > 0",
    metric="frequency of the rarer outcome",
    tolerance=(0.1, 0.05, 0.05),
)
def transition(trial: Trial) -> None:
    """Count over many draws; each count is one measurement."""
    repeats = trial.choose(40, 200, 400)
    for seed in trial.seeds(1, 3, 10):
        for tau in (0.3, 3.0):
            draws = [gaussian(seed * 10**4 + k, tau, 60) for k in range(repeats)]
            often = float(np.mean([np.linalg.solve(rows @ rows.T, np.ones(60)).min() > 0 for rows in draws]))
            trial.measure(f"tau = {tau}", often if tau < 1 else 1 - often)
