"""Why does gradient descent on separable data find the support vector machine? By log t and a constant.

With an exponential tail and a constant step, w(t) = w_svm log t + rho(t) with rho bounded (Theorem 3), for
almost all data even rho -> w~, which the support vectors determine: eta exp(-<x_n, w~>) = alpha_n, the dual
variables of w_svm (Theorem 4). So the loss falls like 1 / t, and direction and margin only like 1 / log t
(Theorem 5): the one is done when the other has hardly begun, which is why it pays to go on where the
training error has long been 0, and why the validation loss grows on the way, though the classifier
improves.

All of it is proved. Traps: the rates are not those of other steps (nacson2019, ji2021); "for almost all
data" leaves out support vectors with alpha_n = 0; adaptive steps leave the direction behind (Figure 3
there). The constants below are closed forms of the dual variables that the theorem has but does not print:
t eta L -> |w_svm|^2.
"""

import math

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves, gaps_of
from .exponents import at_least_as_fast, fitted_exponent
from .separable import ALMOST_ALL, clear_dual, dual_of, gap, problem_of

PAPER = Paper(
    key="soudry2018",
    authors="Soudry, Hoffer, Nacson, Gunasekar and Srebro",
    year=2018,
    title="The Implicit Bias of Gradient Descent on Separable Data",
    venue="JMLR",
    arxiv="1710.10345",
)
statement = stated_in(PAPER)
QP = "the support vector machine by nonnegative least squares (Lawson and Hanson), and its dual variables"


def descended(rows: Array, eta: float, steps: int) -> ib.Run:
    """Return a run of gradient descent on the logistic loss."""
    return ib.Run(problem_of(rows, ib.Logistic()), ib.GradientDescent(), eta).advance(steps)


@statement(
    "residual",
    "w(t) - w_svm log t converges, to a known point",
    source="Theorem 4 (number not checked)",
    text="On the support vectors <x_n, w(t) - w_svm log t> tends to log(eta / alpha_n), for any step and "
    "start.",
    reference=QP,
    metric="largest distance from log(eta / alpha_n)",
    tolerance=(1e-3, 1e-3, 1e-4),
)
def residual(trial: Trial) -> None:
    """Draw data, step and start; at t = 10^300 what decays like a small power of t is gone."""
    for seed in trial.seeds(2, 10, 40):
        rows, svm = clear_dual(seed)
        on, alphas = dual_of(rows, svm)
        rng = np.random.default_rng([seed, 1])
        eta, w0 = 10 ** rng.uniform(-1, 0), rng.standard_normal(4)
        trial.assume(ALMOST_ALL, bool(alphas.min() > 0))
        run = ib.Run(problem_of(rows, ib.Logistic()), ib.GradientDescent(), eta, w0=w0)
        run.advance(1000).fast_forward(1e300, tolerance=1e-9)
        rest = rows[on] @ (run.w - svm * (300 * math.log(10)))
        trial.measure("random data, step and start", float(np.abs(rest - np.log(eta / alphas)).max()))


@statement(
    "loss",
    "the loss falls like 1 / t, with the constant |w_svm|^2 / eta",
    source="Theorem 5 (number not checked), its constant by this package",
    text="t eta L(w(t)) tends to |w_svm|^2, the sum of the dual variables.",
    reference=QP,
    metric="|t eta L / |w_svm|^2 - 1|",
    tolerance=0.03,
)
def loss(trial: Trial) -> None:
    """Draw data, and go on until the loss is small."""
    for seed in trial.seeds(2, 10, 40):
        rows, svm = clear_dual(seed)
        trial.assume(ALMOST_ALL, bool(dual_of(rows, svm)[1].min() > 0))
        steps, eta = trial.choose(10**6, 10**6, 3 * 10**6), 0.3
        run = descended(rows, eta, steps)
        trial.measure("random data", abs(steps * eta * math.exp(run.log_loss) / float(svm @ svm) - 1))


@statement(
    "margin",
    "the margin gap falls like 1 / log t",
    source="Theorem 5 (number not checked)",
    text="The margin gap times log t tends to a constant: what it is at 10^150 is what it is at 10^300.",
    reference=QP,
    metric="relative change of gap times log t from 10^150 to 10^300",
    tolerance=0.05,
)
def margin(trial: Trial) -> None:
    """Iterate, fast-forward, and compare."""
    for seed in trial.seeds(2, 8, 20):
        rows, svm = clear_dual(seed)
        trial.assume(ALMOST_ALL, bool(dual_of(rows, svm)[1].min() > 0))
        run, scaled = descended(rows, 0.3, 1000), []
        for exponent in (150, 300):
            run.fast_forward(10.0**exponent, tolerance=1e-6)
            scaled.append(gap(rows, run.w, svm) * exponent)
        trial.measure("random data", abs(scaled[1] / scaled[0] - 1))


@statement(
    "polynomial",
    "the margin gap falls like a power of t",
    source="against Theorem 5 (number not checked)",
    text="The margin gap falls as fast as t^-1/2, as it does with normalized steps. (It does not with "
    "constant ones.)",
    reference=QP,
    metric="fitted exponent above -1/2",
    tolerance=0.1,
    expect="fails",
)
def polynomial(trial: Trial) -> None:
    """Fit the exponent from 10^3 to 10^6."""
    fits = []
    for seed in trial.seeds(2, 10, 40):
        rows, svm = clear_dual(seed)
        fits.append(fitted_exponent(*gaps_of(descended(rows, 0.3, 10**6), rows, svm), after=1e3))
    at_least_as_fast(trial, "constant steps", fits, -0.5)


def mistaken(rows: Array, svm: Array, seed: int) -> Array:
    """Return validation rows of which w_svm misclassifies some, by a known sum."""
    rng = np.random.default_rng([seed, 2])
    while True:
        fresh = rng.standard_normal((30, rows.shape[1]))
        fresh *= np.where(fresh @ svm > -0.8 * rng.random(30) * np.linalg.norm(svm), 1, -1)[:, None]
        if np.maximum(0, -(fresh @ svm)).sum() > 0.3:
            return fresh


@statement(
    "validation",
    "the validation loss grows without bound",
    source="Corollary 8 (number not checked)",
    text="Where w_svm misclassifies a validation sample, the logistic validation loss grows like log t times "
    "sum_v max(0, -<x_v, w_svm>), while the training loss falls and the validation error settles.",
    reference=QP,
    metric="growth from 10^150 to 10^300 over log t, relative to the sum, off 1",
    tolerance=0.01,
)
def validation(trial: Trial) -> None:
    """Follow both losses; draw Figure 1 and the two losses."""
    for seed in trial.seeds(2, 8, 20):
        rows, svm = clear_dual(seed)
        fresh = mistaken(rows, svm, seed)
        run, losses = descended(rows, 0.3, 1000), []
        for exponent in (150, 300):
            run.fast_forward(10.0**exponent, tolerance=1e-6)
            losses.append(float(np.logaddexp(0, -(fresh @ run.w)).sum()))
        growth = (losses[1] - losses[0]) / (150 * math.log(10))
        trial.measure("random data", abs(growth / np.maximum(0, -(fresh @ svm)).sum() - 1))
    trial.figure(
        "Figure 1 and Table 1, redrawn on random data",
        lambda figure: _draw(figure, rows, svm, fresh),
        caption="Gradient descent on the logistic loss, without and with momentum: the norm grows like "
        "log t, the training loss falls like 1 / t, the margin gap like 1 / log t, and the validation "
        "loss grows.",
        size=(7.6, 6.0),
    )


def _draw(figure, rows, svm, fresh) -> None:  # type: ignore[no-untyped-def]
    problem = problem_of(rows, ib.Logistic())
    momentum = ib.GradientDescent(ib.EMA(0.9))
    runs = {
        "gradient descent": descended(rows, 0.3, 10**6),
        "with momentum .9": ib.Run(problem, momentum, 0.3).advance(10**6),
    }
    t = next(iter(runs.values())).trajectory.t
    ways = {name: run.trajectory for name, run in runs.items()}
    panels = figure.subplots(2, 2)
    draw_curves(
        panels[0, 0],
        {name: (t, np.linalg.norm(way.w, axis=1)) for name, way in ways.items()},
        ylabel="$|w(t)|$",
        logy=False,
    )
    draw_curves(
        panels[0, 1],
        {name: (t, np.exp(way.log_loss)) for name, way in ways.items()},
        ylabel="training loss",
        powers=(-1,),
    )
    draw_curves(
        panels[1, 0],
        {name: gaps_of(run, rows, svm) for name, run in runs.items()},
        ylabel="margin gap",
        legend=False,
    )
    draw_curves(
        panels[1, 1],
        {name: (t, np.logaddexp(0, -(way.w @ fresh.T)).sum(1)) for name, way in ways.items()},
        ylabel="validation loss",
        logy=False,
        legend=False,
    )
