"""Does Adam with one sample a step still maximize the l_inf margin? In general it does not; Signum does.

The squares of single gradients add up where the square of their sum would cancel, so that per-sample Adam
divides by another root than full-batch Adam. On scaled Rademacher data (all entries of a sample of one
size) it becomes normalized gradient descent, and ends at the l_2 maximum margin (Theorem 3.3). Elsewhere,
as beta2 -> 1, the limit maximizes a margin in a norm that depends on the data: w minimizes w' M(c) w with
margins 1, M(c) = diag sqrt(sum_i c_i^2 x_i^2), and c are its own dual variables, a fixed point (Theorem
4.8, which assumes that directions converge).

Signum keeps the l_inf margin for any batch if its beta is near 1 (Theorem 5.1). The paper takes samples in
cyclic order; random ones behave alike, and are taken here. Traps: l_inf separators are not unique, and on
data with n <= d the l_2 one may be among them, so that both gaps are measured, on data where the separators
differ; steps of t^-.8 need 10^7 steps.
"""

import math

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves, gaps_of
from .separable import CONTRAST, MARGIN_GAP, angle, gap, problem_of, separator

PAPER = Paper(
    key="baek2026",
    authors="Baek, Song and Yun",
    year=2026,
    title="Implicit Bias of Per-sample Adam on Separable Data: Departure from the Full-batch Regime",
    venue="ICLR",
    arxiv="2510.26303",
)
statement = stated_in(PAPER)
NNLS = "the maximum l_2 margin by nonnegative least squares (Lawson and Hanson)"
LP = "the maximum l_inf margin by a linear program (HiGHS)"
PER_SAMPLE = ib.Adam(beta1=0.9, beta2=0.95, eps=0)


def rademacher(seed: int) -> tuple[Array, Array, Array]:
    """Return rows of random signs and sizes on which the separators differ, and the l_2 and the l_inf one."""
    rng = np.random.default_rng(seed)
    while True:
        rows = rng.choice([-1.0, 1.0], (6, 4)) * rng.uniform(0.5, 1.5, (6, 1))
        svm = separator(rows)
        if not (rows @ svm).min() > 0.99:
            continue
        best = separator(rows, math.inf)
        if gap(rows, svm, best, math.inf) > 0.12 and gap(rows, best, svm) > 0.05:
            return rows, svm, best


def run_of(rows: Array, method: ib.Method, steps: int, batch: int | None = 1, seed: int = 0) -> ib.Run:
    """Return a run with steps of t^-1/2 on random batches, or on all samples."""
    drawn = None if batch is None else ib.MiniBatch(batch, seed=seed)
    return ib.Run(problem_of(rows, ib.Logistic()), method, ib.Polynomial(0.1, 0.5), batch=drawn).advance(
        steps
    )


@statement(
    "rademacher",
    "per-sample Adam maximizes the l_2 margin on Rademacher data",
    source="Theorem 3.3",
    text="Where the entries of a sample are of one size, Adam with one sample a step and beta1 <= beta2 "
    "converges to the l_2 maximum margin.",
    reference=NNLS,
    metric=MARGIN_GAP,
    tolerance=(0.03, 0.02, 0.01),
)
def on_rademacher(trial: Trial) -> None:
    """Run on single samples; draw both gaps beside those of full batches."""
    steps = trial.choose(10**6, 10**6, 10**7)
    for seed in trial.seeds(1, 6, 20):
        rows, svm, best = rademacher(seed)
        trial.assume(
            "the entries of each sample are of one size", bool(np.ptp(np.abs(rows), axis=1).max() == 0)
        )
        trial.assume("beta1 <= beta2", PER_SAMPLE.beta1 <= PER_SAMPLE.beta2)
        trial.assume(
            "the l_2 separator misses the maximum l_inf margin by a tenth",
            gap(rows, svm, best, math.inf) > 0.1,
        )
        single = run_of(rows, PER_SAMPLE, steps, seed=seed % 1000)
        trial.measure("one sample a step", max(0.0, gap(rows, single.w, svm)))
    full = run_of(rows, PER_SAMPLE, steps, None)
    curves = {
        "one sample a step, $l_2$": gaps_of(single, rows, svm),
        "one sample a step, $l_\\infty$": gaps_of(single, rows, best, math.inf),
        "full batches, $l_2$": gaps_of(full, rows, svm),
        "full batches, $l_\\infty$": gaps_of(full, rows, best, math.inf),
    }
    trial.figure(
        "Figure 1, redrawn: Adam on single samples and on full batches",
        lambda figure: draw_curves(figure.add_subplot(), curves, ylabel="margin gap"),
        caption="On scaled Rademacher data the batch decides about the norm of the margin.",
    )


@statement(
    "linf",
    "per-sample Adam maximizes the l_inf margin",
    source="against Theorem 3.3",
    text="On the same data it converges to the l_inf maximum margin, as with full batches. (It does not.)",
    reference=LP,
    metric=MARGIN_GAP,
    tolerance=0.08,
    expect="fails",
)
def linf(trial: Trial) -> None:
    """Measure the l_inf gap; full batches close it."""
    for seed in trial.seeds(2, 6, 20):
        rows, _, best = rademacher(seed)
        trial.measure(
            "one sample a step", max(0.0, gap(rows, run_of(rows, PER_SAMPLE, 2 * 10**5).w, best, math.inf))
        )
        full = run_of(rows, PER_SAMPLE, 2 * 10**5, None)
        trial.assume("full batches do come nearer", gap(rows, full.w, best, math.inf) < 0.08)


def fixed_point(rows: Array) -> Array:
    """Return the w of Theorem 4.8: the separator in the norm of M(c), c being its dual variables."""
    c = np.ones(len(rows)) / len(rows)
    for _ in range(3000):
        scale = np.sqrt(np.sqrt(((c[:, None] * rows) ** 2).sum(0)))  # M^(1/2)
        scaled = rows / scale
        svm = separator(scaled)
        on = scaled @ svm < 1 + 1e-9
        duals = np.zeros(len(rows))
        duals[on] = np.linalg.lstsq(scaled[on].T, svm, rcond=None)[0]
        duals /= duals.sum()
        if np.abs(duals - c).max() < 1e-10:
            break
        c = 0.9 * c + 0.1 * duals
    return np.asarray(svm / scale)


def general(seed: int) -> tuple[Array, Array, Array]:
    """Return 4 Gaussian rows in 6 dimensions, the fixed point and the l_2 separator, well apart."""
    rng = np.random.default_rng(seed)
    while True:
        rows = rng.standard_normal((4, 6))
        point, svm = fixed_point(rows), separator(rows)
        if angle(point, svm) > 20:
            return rows, point, svm


@statement(
    "fixed-point",
    "elsewhere the limit is a fixed point of the data",
    source="Theorem 4.8",
    text="On general data, as beta2 -> 1, per-sample Adam converges to the separator in the norm of M(c), "
    "whose weights c are its own dual variables.",
    reference="the fixed point, by nonnegative least squares and damped iteration, in NumPy",
    metric="degrees from the fixed point",
    tolerance=(12.0, 10.0, 7.0),
)
def to_the_fixed_point(trial: Trial) -> None:
    """Take a long memory of the squares."""
    for seed in trial.seeds(1, 5, 20):
        rows, point, svm = general(seed)
        trial.assume("it is more than 20 degrees from the l_2 separator", angle(point, svm) > 20)
        run = run_of(rows, ib.Adam(beta1=0.9, beta2=0.999, eps=0), trial.choose(10**6, 3 * 10**6, 10**7))
        trial.measure("4 samples in 6 dimensions", angle(run.w, point))


@statement(
    "signum",
    "Signum keeps the l_inf margin on single samples",
    source="Theorem 5.1",
    text="With beta near 1 Signum with one sample a step converges to the l_inf maximum margin.",
    reference=LP,
    metric=MARGIN_GAP,
    tolerance=(0.06, 0.04, 0.03),
)
def signum(trial: Trial) -> None:
    """Take beta = .99."""
    for seed in trial.seeds(2, 6, 20):
        rows, svm, best = rademacher(seed)
        trial.assume(CONTRAST.replace("each misses", "l_2's misses"), gap(rows, svm, best, math.inf) > 0.1)
        run = run_signum(rows, 0.99, trial.choose(3 * 10**5, 10**6, 3 * 10**6))
        trial.measure("beta = .99", max(0.0, gap(rows, run.w, best, math.inf)))


def run_signum(rows: Array, beta: float, steps: int) -> ib.Run:
    """Return a run of Signum on single samples with steps of length t^-1/2."""
    method = ib.Signum(beta=beta) if beta else ib.SteepestDescent(ib.Lp(math.inf))
    problem, step = problem_of(rows, ib.Logistic()), ib.Normalized(0.1, 0.5)
    return ib.Run(problem, method, step, batch=ib.MiniBatch(1, seed=0)).advance(steps)


@statement(
    "sign",
    "so does sign descent without memory",
    source="against Theorem 5.1",
    text="Without momentum, too, the sign of single gradients leads to the l_inf maximum margin. (The "
    "hypothesis that beta is near 1 is needed.)",
    reference=LP,
    metric=MARGIN_GAP,
    tolerance=0.06,
    expect="fails",
)
def sign(trial: Trial) -> None:
    """Take beta = 0."""
    for seed in trial.seeds(2, 6, 20):
        rows, _, best = rademacher(seed)
        trial.measure("beta = 0", max(0.0, gap(rows, run_signum(rows, 0, 3 * 10**5).w, best, math.inf)))
