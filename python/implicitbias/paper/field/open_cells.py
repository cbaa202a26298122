"""What nobody has proved, in numbers: experiments without a verdict, for whoever wants to make one.

Each is a question with a measurement, and no expectation that could be met or missed: batch sizes between
one and all for per-sample Adam, the rate of Polyak's step, AdamW with beta1 > beta2, what huge steps do to
the margin, what Shampoo maximizes, and constraints whose boundary is curved. Change the seed (--seed) before
believing a number.
"""

import math

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from . import baek2026, fan2025, multiclass, xie_li2024
from .curves import draw_curves, gaps_of
from .exponents import fitted_exponent
from .pesme2024 import apart
from .separable import clear_dual, gap, problem_of, separator
from .soudry2018 import descended

PAPER = Paper(key="open", authors="questions without an answer in print", year=2026, title="Open Cells")
statement = stated_in(PAPER)
NNLS = "the maximum l_2 margin by nonnegative least squares, the l_inf margin by a linear program"


@statement(
    "batches",
    "batch sizes between one and all",
    source="beyond Baek, Song and Yun 2026",
    text="On Rademacher data Adam ends in l_2 with one sample a step, in l_inf with all. And with 2, 3, 4 "
    "or 5 of 6?",
    reference=NNLS,
    metric="l_2 and l_inf gaps, for each batch size",
    expect="open",
)
def batches(trial: Trial) -> None:
    """Measure both gaps for each size; draw them."""
    for seed in trial.seeds(1, 3, 10):
        rows, svm, best = baek2026.rademacher(seed)
        found = []
        for size in range(1, 7):
            run = baek2026.run_of(rows, baek2026.PER_SAMPLE, trial.choose(10**5, 10**6, 10**7), size)
            found.append((max(0.0, gap(rows, run.w, svm)), max(0.0, gap(rows, run.w, best, math.inf))))
            for norm, value in zip(("l_2", "l_inf"), found[-1], strict=True):
                trial.measure(f"{size} of 6, {norm} gap", value)
    sizes = np.arange(1, 7)
    trial.figure(
        "Both margin gaps of Adam over the batch size",
        lambda figure: draw_curves(
            figure.add_subplot(),
            {
                "$l_2$ gap": (sizes, [each[0] for each in found]),
                "$l_\\infty$ gap": (sizes, [each[1] for each in found]),
            },
            ylabel="margin gap",
            xlabel="samples a batch, of 6",
        ),
        caption="Between the two ends neither margin is the maximum.",
    )


@statement(
    "polyak",
    "the rate of Polyak's step",
    source="no theorem known",
    text="Gradient descent on the exponential loss with Polyak's step lets log L fall linearly, and the "
    "margin gap like a power of t. Which?",
    reference=NNLS,
    metric="minus the fitted exponent of the margin gap",
    expect="open",
)
def polyak(trial: Trial) -> None:
    """Fit the exponent; draw the gaps beside those of steps over the loss."""
    for seed in trial.seeds(2, 8, 20):
        rows, svm = clear_dual(seed)
        problem = problem_of(rows, ib.Exponential())
        run = ib.Run(problem, ib.GradientDescent(), ib.Polyak()).advance(trial.choose(10**5, 10**6, 10**6))
        fit = fitted_exponent(*gaps_of(run, rows, svm), after=1e2)
        trial.measure("random data", max(0.0, -fit.value))
    other = ib.Run(problem, ib.GradientDescent(), ib.LossNormalized()).advance(run.t)
    curves = {"Polyak": gaps_of(run, rows, svm), "over the loss": gaps_of(other, rows, svm)}
    trial.figure(
        "Polyak's step beside steps over the loss",
        lambda figure: draw_curves(figure.add_subplot(), curves, ylabel="margin gap", powers=(-1,)),
        caption="Polyak's step knows the infimum 0 of the loss, and no bound on the data.",
    )


@statement(
    "betas",
    "AdamW with beta1 > beta2",
    source="beyond Xie and Li 2024",
    text="Theorem 1.1 asks for beta1 <= beta2. With .99 and .9 AdamW converges all the same: to a KKT point?",
    reference="the KKT residual, in NumPy",
    metric="KKT residual",
    expect="open",
)
def betas(trial: Trial) -> None:
    """Measure the residual on both sides of the hypothesis."""
    for seed in trial.seeds(2, 8, 20):
        problem, _ = xie_li2024.active(seed, 1.0, "box")
        for beta1, beta2 in ((0.9, 0.999), (0.95, 0.9), (0.99, 0.9)):
            method = ib.Adam(beta1=beta1, beta2=beta2, eps=0, weight_decay=1.0)
            run = ib.Run(problem, method, ib.Polynomial(0.3, 0.5)).advance(trial.choose(10**5, 10**6, 10**6))
            trial.measure(f"beta1 = {beta1}, beta2 = {beta2}", xie_li2024.residual(run, 1.0))


@statement(
    "huge-steps",
    "what huge steps do to the margin",
    source="beyond Wu et al. 2024",
    text="Steps of 1000 on the logistic loss make the loss tiny at once. Do they freeze the margin where "
    "they found it?",
    reference=NNLS,
    metric="margin gap after 10^5 steps",
    expect="open",
)
def huge_steps(trial: Trial) -> None:
    """Measure the gap for three steps."""
    for seed in trial.seeds(3, 8, 20):
        rows, svm = clear_dual(seed)
        for eta in (1.0, 30.0, 1000.0):
            trial.measure(f"eta = {eta:g}", max(0.0, gap(rows, descended(rows, eta, 10**5).w, svm)))


@statement(
    "mirror-rates",
    "rates of mirror descent",
    source="Pesme et al. 2024 name it open",
    text="With steps over the loss the gap of mirror descent falls like a power of t, for the hyperbolic "
    "entropy too. And for cosh?",
    reference="the l_1, l_2 and l_inf separators by linear programs and nonnegative least squares",
    metric="minus the fitted exponent of the margin gap",
    expect="open",
)
def mirror_rates(trial: Trial) -> None:
    """Fit the last two decades."""
    for seed in trial.seeds(2, 6, 20):
        rows, best = apart(trial, seed)
        for name, potential, w, p in (
            ("hyperbolic entropy", ib.HyperbolicEntropy(0.1), best[0], 1.0),
            ("Euclidean", ib.Euclidean(), best[1], 2.0),
            ("cosh", ib.Cosh(), best[2], math.inf),
        ):
            problem = problem_of(rows, ib.Exponential())
            run = ib.Run(problem, ib.MirrorDescent(potential), ib.LossNormalized()).advance(10**5)
            fit = fitted_exponent(*gaps_of(run, rows, w, p), after=1e3)
            trial.measure(name, max(0.0, -fit.value))


@statement(
    "newton-schulz",
    "what Muon as it is shipped converges to",
    source="beyond Fan, Schmidt and Thrampoulidis 2025",
    text="With five steps of Newton and Schulz Muon nears the maximum spectral margin on some data, and "
    "stays below it on others. What does it maximize?",
    reference="the maximum spectral margin by a cone program (cvxpy)",
    metric="relative gap to it",
    expect="open",
)
def newton_schulz(trial: Trial) -> None:
    """Measure the gap beside that of the exact polar factor."""
    for seed in trial.seeds(3, 8, 20):
        X, y, best = multiclass.contrasting(seed)
        for name, method in (("as shipped", fan2025.SHIPPED), ("exact polar factor", ib.Muon(beta=0.9))):
            run = fan2025.descended(X, y, method, trial.choose(3 * 10**4, 10**5, 3 * 10**5))
            trial.measure(name, max(0.0, multiclass.gap(X, y, run.w, best["spec"], "spec")))


def shampoo(problem: ib.Problem, beta: float | None, steps: int) -> Array:
    """Return W after steps of .1 t^-1/2 along L^-1/4 G R^-1/4, from 0.

    L and R are the averages of G G' and G' G that forget with beta, or their sums where it is None: steps of
    .1, which these shorten. The roots leave out what rounding alone has put into L and R.
    """
    k, d = problem.shape
    W, L, R = np.zeros((k, d)), np.zeros((k, k)), np.zeros((d, d))
    for t in range(steps):
        _, log_scale, G = problem.evaluate(W)
        G = math.exp(log_scale) * G
        kept, added = (1.0, 1.0) if beta is None else (beta, 1 - beta)
        L, R = kept * L + added * G @ G.T, kept * R + added * G.T @ G
        eta = 0.1 if beta is None else 0.1 / math.sqrt(t + 1)
        W = W - eta * inverse_fourth_root(L) @ G @ inverse_fourth_root(R)
    return W


def inverse_fourth_root(S: Array) -> Array:
    """Return S^-1/4 on the range of a positive semidefinite S, and 0 beyond it."""
    sizes, vectors = np.linalg.eigh(S)
    on = sizes > 1e-10 * sizes[-1]
    return np.asarray(vectors[:, on] * sizes[on] ** -0.25 @ vectors[:, on].T)


@statement(
    "shampoo",
    "which margin Shampoo maximizes",
    source="Fan, Schmidt and Thrampoulidis 2025 name it open",
    text="Without memory Shampoo is spectral descent, and maximizes the spectral margin. With averages of "
    "the second moments (beta = .9, .99), and with their sums, as it was published?",
    reference="the maximum margins in the max, Frobenius and spectral norms by a cone program (cvxpy)",
    metric="relative gaps to them",
    expect="open",
)
def of_shampoo(trial: Trial) -> None:
    """Iterate in NumPy; measure all three gaps."""
    for seed in trial.seeds(1, 3, 10):
        X, y, best = multiclass.contrasting(seed)
        problem = ib.Problem(X, y, ib.CrossEntropy())
        for name, beta in (("no memory", 0.0), ("beta = .9", 0.9), ("beta = .99", 0.99), ("sums", None)):
            W = shampoo(problem, beta, trial.choose(3 * 10**3, 10**4, 3 * 10**4))
            for norm in multiclass.NORMS:
                trial.measure(f"{name}, {norm} norm", max(0.0, multiclass.gap(X, y, W, best[norm], norm)))


@statement(
    "ball",
    "a bounded, curved set",
    source="beyond section 5 of Gunasekar et al. 2018",
    text="On an l_2 ball of radius R projected gradient descent ends at the regularized solution. How "
    "fast does that direction approach the maximum margin as R grows?",
    reference=NNLS,
    metric="margin gap at radius R",
    expect="open",
)
def ball(trial: Trial) -> None:
    """Take three radii."""
    for seed in trial.seeds(2, 6, 20):
        rows, _ = clear_dual(seed)
        svm = separator(rows)
        for radius in (3.0, 30.0, 300.0):
            method = ib.MirrorDescent(ib.Euclidean(), constraint=ib.Ball(ib.Lp(2), radius))
            run = ib.Run(problem_of(rows, ib.Exponential()), method, ib.LossNormalized(0.5)).advance(10**5)
            trial.measure(f"R = {radius:g}", max(0.0, gap(rows, run.w, svm)))
