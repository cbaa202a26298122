"""And with eps > 0? Adam and RMSProp end like gradient descent, AdaGrad does not.

Once the gradients are below eps, the denominators sqrt(v) + eps no longer tell the coordinates apart: the
preconditioner tends to a multiple of the identity and the direction to the l_2 maximum margin, for Adam
(without momentum in the first paper, with it in the second) and RMSProp. AdaGrad's accumulated sum never
forgets the first steps, so that its limit is that of a preconditioned problem (section 3.3 of
gunasekar2018).

Proved for exponential and logistic losses with constant or decreasing steps. How late the phase begins is
the matter of fan_szepesvari2026. To see the limit through the 1 / log t of gradient descent, runs leap to t =
10^300; elsewhere the growth of w over a factor of 3 in t is held against log 3 times the separator, which it
approaches like a power of t.
"""

import math

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves, gaps_of
from .separable import angle, contrasting, is_clear, problem_of, rows_apart, separator

PAPER = Paper(
    key="wang2021",
    authors="Wang, Meng, Chen and Liu",
    year=2021,
    title="The Implicit Bias for Adaptive Optimization Algorithms on Homogeneous Neural Networks",
    venue="ICML",
    arxiv="2012.06244",
)
statement = stated_in(PAPER)
NNLS = "the l_2 separator by nonnegative least squares (Lawson and Hanson)"
DEGREES = "degrees between the growth of w from t / 3 to t and the separator"


def clear_and_apart(seed: int) -> tuple[Array, Array, Array]:
    """Return rows on which the two separators differ and the l_2 one shows early, and the two."""
    rows, (svm, best) = contrasting(12, 4, seed, clear=True)
    return rows, svm, best


def growth(run: ib.Run, steps: int) -> Array:
    """Advance a run to so many steps, and return what w grew by from a third of them on."""
    run.advance(steps // 3)
    earlier = run.w
    return run.advance(steps - steps // 3).w - earlier


def grown(rows: Array, method: ib.Method, steps: int, eta: float = 0.1) -> Array:
    """Return the growth of w on the logistic loss with constant steps."""
    return growth(ib.Run(problem_of(rows, ib.Logistic()), method, eta), steps)


@statement(
    "l2",
    "Adam and RMSProp with eps > 0 end in l_2",
    source="Main theorem; Adam: Wang et al. 2022 (arXiv:2110.03891)",
    text="With eps > 0 the direction of Adam and of RMSProp converges to the l_2 maximum margin.",
    reference=NNLS,
    metric="degrees between w at t = 10^300 and the separator",
    tolerance=2.0,
)
def l2(trial: Trial) -> None:
    """Leap from where the gradients have fallen below eps."""
    for seed in trial.seeds(1, 6, 20):
        rows, svm, _ = clear_and_apart(seed)
        for method, eta in (
            (ib.Adam(eps=0.1), 0.1),
            (ib.RMSProp(eps=0.1), 0.1),
            (ib.Adam(beta1=0.5, beta2=0.9, eps=0.03), 0.1),
            (ib.Adam(), 0.01),
        ):
            name = f"{type(method).__name__}, eps = {method.eps}"
            run = ib.Run(problem_of(rows, ib.Logistic()), method, eta).fast_forward(1e300, tolerance=1e-6)
            trial.measure(name, angle(run.w, svm))


@statement(
    "constant-log",
    "the norm of w grows as gradient descent's does",
    source="this package, after the main theorem",
    text="Adam with eps > 0 grows by log 3 times the separator of margin 1 while t grows by a factor of "
    "3, as gradient descent does, whatever eta, eps and the betas.",
    reference=NNLS,
    metric="|growth / log 3 - w_svm| / |w_svm|",
    tolerance=(0.1, 0.1, 0.08),
)
def constant_log(trial: Trial) -> None:
    """Vary eta and eps."""
    for seed in trial.seeds(1, 6, 20):
        rows, svm, _ = clear_and_apart(seed)
        for eta, eps in ((0.1, 0.1), (0.3, 1.0)):
            way = grown(rows, ib.Adam(eps=eps), trial.choose(5 * 10**5, 10**6, 3 * 10**6), eta) / math.log(3)
            trial.measure(f"eta = {eta}, eps = {eps}", float(np.linalg.norm(way - svm) / np.linalg.norm(svm)))


def remembered(rows: Array) -> Array:
    """Return the separator in the norm of AdaGrad's accumulator, of which 1000 steps are most, in NumPy."""
    w, squares = np.zeros(rows.shape[1]), np.zeros(rows.shape[1])
    for _ in range(1000):
        gradient = -rows.T @ (1 / (1 + np.exp(rows @ w)))
        squares += gradient**2
        w -= 0.1 * gradient / np.sqrt(squares)
    root = squares**0.25
    return separator(rows / root) / root


def uneven(seed: int) -> tuple[Array, Array]:
    """Return rows with features of several sizes, on which AdaGrad's accumulator tells, and the separator."""
    rng = np.random.default_rng(seed)
    while True:
        rows = rows_apart(12, 4, int(rng.integers(2**31))) * [1, 2, 0.7, 1.5]
        svm = separator(rows)
        if is_clear(rows, svm) and angle(remembered(rows), svm) > 15:
            return rows, svm


@statement(
    "adagrad",
    "so does AdaGrad",
    source="Main theorem, against",
    text="AdaGrad's direction, too, converges to the l_2 maximum margin. (Its preconditioner remembers.)",
    reference=NNLS,
    metric=DEGREES,
    tolerance=5.0,
    expect="fails",
)
def adagrad(trial: Trial) -> None:
    """Take features of several sizes; gradient descent does get there."""
    for seed in trial.seeds(2, 6, 20):
        rows, svm = uneven(seed)
        trial.assume(
            "the separator in the norm of the accumulator is more than 15 degrees from the one in l_2",
            angle(remembered(rows), svm) > 15,
        )
        near = angle(grown(rows, ib.GradientDescent(), 3 * 10**5), svm)
        trial.assume("gradient descent comes within five degrees", near < 5)
        trial.measure("random data", angle(grown(rows, ib.AdaGrad(), 3 * 10**5), svm))


@statement(
    "eps-zero",
    "so does Adam with eps = 0",
    source="against the main theorem",
    text="With eps = 0, too, Adam grows along the l_2 separator. (Along the l_inf one.)",
    reference=NNLS,
    metric=DEGREES,
    tolerance=5.0,
    expect="fails",
)
def eps_zero(trial: Trial) -> None:
    """Drop eps; draw both gaps with and without."""
    for seed in trial.seeds(1, 6, 20):
        rows, svm, best = clear_and_apart(seed)
        run = ib.Run(problem_of(rows, ib.Logistic()), ib.Adam(eps=0), ib.Polynomial(0.1, 0.5))
        trial.measure("eps = 0", angle(growth(run, 3 * 10**5), svm))
    other = ib.Run(problem_of(rows, ib.Logistic()), ib.Adam(eps=0.1), 0.1).advance(3 * 10**5)
    curves = {
        "$l_2$ gap, $\\epsilon = .1$": gaps_of(other, rows, svm, 2),
        "$l_\\infty$ gap, $\\epsilon = .1$": gaps_of(other, rows, best, math.inf),
        "$l_2$ gap, $\\epsilon = 0$": gaps_of(run, rows, svm, 2),
        "$l_\\infty$ gap, $\\epsilon = 0$": gaps_of(run, rows, best, math.inf),
    }
    trial.figure(
        "Both margin gaps of Adam, with eps and without",
        lambda figure: draw_curves(figure.add_subplot(), curves, ylabel="margin gap"),
        caption="With eps = .1 Adam turns to the l_2 separator at the pace of gradient descent; without, "
        "it goes to the l_inf separator.",
    )
