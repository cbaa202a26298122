"""Does the architecture alone change the bias? Yes: convolutions make gradient descent sparse in frequency.

All networks here compute linear functions, of separable data, and all are trained by gradient descent. Fully
connected ones find the l_2 maximum margin at any depth (Theorem 1), as without layers. Convolutional ones of
full width and depth L have limits that are stationary points of min |F b|_{2/L} with all margins at least 1,
F the Fourier transform of the predictor b (Theorem 2): at depth 2 that is the l_1 norm, convex, so that they
find the maximum margin in it; deeper it is no norm, and stationary is all that is left.

The theorems assume that loss and directions converge. Seen here: at depth 3 starts end at different
stationary points. Traps: runs are slow where amplitudes vanish; and on most data of few dimensions the
margins in l_2 and in |F b|_1 are near each other, so that contrast has to be looked for.
"""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

import implicitbias as ib

from ..._types import Array
from ...plot.style import COLORS
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .networks import KKT, kkt_residual, of_filters, separating
from .separable import CONTRAST, MARGIN_GAP, gap, problem_of, rows_apart, separator

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAPER = Paper(
    key="gunasekar2018b",
    authors="Gunasekar, Lee, Soudry and Srebro",
    year=2018,
    title="Implicit Bias of Gradient Descent on Linear Convolutional Networks",
    venue="NeurIPS",
    arxiv="1806.00468",
)
statement = stated_in(PAPER)
SECOND_ORDER = "the maximum margin over |F b|_1, by a second-order cone program (cvxpy)"
NONNEGATIVE = "the l_2 maximum margin, by nonnegative least squares (Lawson and Hanson)"


def amplitudes(b: Array) -> Array:
    """Return the moduli of the unitary discrete Fourier transform."""
    return np.asarray(np.abs(np.fft.fft(b, norm="ortho")))


def margin(rows: Array, b: Array, p: float) -> float:
    """Return the least margin over |F b|_p, with p below 1, too."""
    return float((rows @ b).min() / (amplitudes(b) ** p).sum() ** (1 / p))


def sparse_separator(rows: Array) -> Array:
    """Return the b of least |F b|_1 with rows @ b >= 1."""
    import cvxpy as cp

    d = rows.shape[1]
    F, b = np.fft.fft(np.eye(d), norm="ortho"), cp.Variable(d)
    size = sum(cp.norm(cp.hstack([f.real @ b, f.imag @ b])) for f in F)
    cp.Problem(cp.Minimize(size), [rows @ b >= 1]).solve(solver=cp.CLARABEL)
    return np.asarray(b.value)


def apart(trial: Trial, seed: int) -> tuple[Array, Array, Array]:
    """Return rows on which the separators in l_2 and in |F b|_1 differ, and these."""
    rng = np.random.default_rng(seed)
    while True:
        rows = rows_apart(6, 8, int(rng.integers(2**31)))
        svm = separator(rows)
        sparse = sparse_separator(rows)
        misses = gap(rows, sparse, svm), 1 - margin(rows, svm, 1) / margin(rows, sparse, 1)
        if min(misses) > 0.1:
            trial.assume(CONTRAST, min(misses) > 0.1)
            return rows, svm, sparse


def trained(rows: Array, model: ib.Model, seed: int, steps: int) -> ib.Run:
    """Return a run of gradient descent from a small random start, with steps over the loss."""
    problem = ib.Problem(rows, np.ones(len(rows)), ib.Exponential(), model=model)
    theta = 0.3 * np.random.default_rng([seed, 1]).standard_normal(problem.shape)
    return ib.Run(problem, ib.GradientDescent(), ib.LossNormalized(), w0=theta).advance(steps)


@statement(
    "layers",
    "fully connected layers change nothing: the l_2 margin",
    source="Theorem 1 (number not checked)",
    text="Fully connected linear networks of depths 2 and 3 converge to the l_2 maximum margin.",
    reference=NONNEGATIVE,
    metric=MARGIN_GAP,
    tolerance=(0.02, 0.01, 0.01),
)
def layers(trial: Trial) -> None:
    """Take hidden layers of four units."""
    for seed in trial.seeds(2, 10, 40):
        rows, svm, _ = apart(trial, seed)
        for widths in ([8, 4, 1], [8, 4, 4, 1]):
            run = trained(rows, ib.DeepLinear(widths), seed, trial.choose(10**5, 3 * 10**5, 10**6))
            trial.measure(f"depth {len(widths) - 1}", max(0.0, gap(rows, run.w, svm)))


@statement(
    "filters",
    "two filters find the margin of least |F b|_1",
    source="Theorem 2 (number not checked) at depth 2",
    text="A convolutional network of depth 2 and full width converges to the maximum margin over the l_1 "
    "norm of the predictor's Fourier transform.",
    reference=SECOND_ORDER,
    metric=MARGIN_GAP,
    tolerance=(0.05, 0.04, 0.04),
)
def filters(trial: Trial) -> None:
    """Measure the gap; draw what amplitudes networks of depths 1 to 3 leave."""
    steps = trial.choose(3 * 10**5, 10**6, 2 * 10**6)
    for seed in trial.seeds(2, 8, 40):
        rows, _, sparse = apart(trial, seed)
        run = trained(rows, ib.Convolution(2), seed, steps)
        trial.measure("depth 2", max(0.0, 1 - margin(rows, run.w, 1) / margin(rows, sparse, 1)))
    one = ib.Run(problem_of(rows, ib.Exponential()), ib.GradientDescent(), ib.LossNormalized()).advance(10**5)
    ends = {1: one.w, 2: run.w, 3: trained(rows, ib.Convolution(3), seed, steps).w}
    trial.figure(
        "Deeper is sparser, in frequency",
        partial(draw_amplitudes, {depth: amplitudes(b / np.linalg.norm(b)) for depth, b in ends.items()}),
        caption="Amplitudes of the limit by depth, on the same data: one filter leaves all frequencies, "
        "two or three only some.",
    )


def draw_amplitudes(ends: dict[int, Array], figure: "Figure") -> None:
    """Draw amplitudes at the frequencies that a real vector has, a group of bars each."""
    ax = figure.add_subplot()
    for (depth, heights), color in zip(ends.items(), COLORS, strict=False):
        shown = heights[: len(heights) // 2 + 1]
        ax.bar(np.arange(len(shown)) + 0.25 * (depth - 2), shown, 0.22, label=f"depth {depth}", color=color)
    ax.set(xlabel="frequency", ylabel="amplitude $|F b|$, for $|b| = 1$")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize="small")


@statement(
    "stationary",
    "three filters end at stationary points",
    source="Theorem 2 (number not checked) at depth 3",
    text="At depth 3, too, limits are KKT points of least |u|_2, hence stationary points of |F b|_2/3: a "
    "nonnegative combination of the gradients of tight margins is parallel to the filters.",
    reference=KKT,
    metric="1 - <g, u> / (|g| |u|) for that combination g",
    tolerance=(0.08, 0.05, 0.05),
)
def stationary(trial: Trial) -> None:
    """Measure the residual, from two starts."""
    for seed in trial.seeds(2, 6, 30):
        rows, _, _ = apart(trial, seed)
        for start in (seed, seed + 1):
            run = separating(trained(rows, ib.Convolution(3), start, 1))
            trial.assume("filters that merely separate the data are none", residual(rows, run) > 0.1)
            run.advance(trial.choose(3 * 10**5, 10**6, 2 * 10**6))
            trial.measure("depth 3", residual(rows, run))


def residual(rows: Array, run: ib.Run) -> float:
    """Return how far filters are from a KKT point."""
    return kkt_residual(of_filters(rows, run.theta), run.theta.ravel(), rows @ run.w)


@statement(
    "any-start",
    "at depth 3 the start does not matter",
    source="against the convexity that |F b|_2/3 lacks",
    text="On none of several data the margins over |F b|_2/3 at the stationary points of three starts "
    "differ by more than a tenth. (What they solve is not convex.)",
    reference="none: margins of several runs on the same data",
    metric="relative spread of the margins, where it is largest",
    tolerance=0.1,
    expect="fails",
)
def any_start(trial: Trial) -> None:
    """Start three times on each of some data."""
    spreads = []
    for seed in trial.seeds(3, 6, 30):
        rows, _, _ = apart(trial, seed)
        runs = (trained(rows, ib.Convolution(3), 3 * seed + k, 2 * 10**5) for k in range(3))
        found = [margin(rows, run.w, 2 / 3) for run in runs if residual(rows, run) < 0.03]  # the settled ones
        spreads.append(max(found) / min(found) - 1 if found else 0.0)
    trial.measure("depth 3", max(spreads))


@statement(
    "space",
    "two filters find the l_2 margin",
    source="against Theorem 2 (number not checked)",
    text="The convolutional network of depth 2 converges to the l_2 maximum margin, too. (Gradient "
    "descent and a linear function do not decide alone.)",
    reference=NONNEGATIVE,
    metric=MARGIN_GAP,
    tolerance=0.05,
    expect="fails",
)
def space(trial: Trial) -> None:
    """Measure the other margin."""
    for seed in trial.seeds(2, 8, 40):
        rows, svm, _ = apart(trial, seed)
        trial.measure("depth 2", max(0.0, gap(rows, trained(rows, ib.Convolution(2), seed, 10**5).w, svm)))
