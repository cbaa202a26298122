"""What do homogeneous models maximize? A normalized margin that rises, up to KKT points.

For models that are L-homogeneous in their parameters and losses with exponential tails, gradient flow that
has separated the data lets the smoothed margin log(1 / loss) / |theta|^L rise ever after, and every limit
direction is a KKT point of min |theta|^2 with all margins at least 1. The models here are the one of section
4 of gunasekar2018, f = <X, U U'> with L = 2, and two of depth L = 3: u^3 - v^3 entry by entry, and fully
connected layers.

KKT is all that the theorem promises, in general the maximum is not: with one column the problem is not
convex. A KKT point is recognized without any solver for the maximum, as U is a nonnegative combination of
the gradients of tight margins. Trap: the margin divided by |U| rather than |U|^2 grows without bound, and
means nothing.
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
from .networks import KKT, begun, of_diagonal, of_layers, separating
from .networks import kkt_residual as parallel
from .separable import rows_apart

PAPER = Paper(
    key="lyu_li2020",
    authors="Lyu and Li",
    year=2020,
    title="Gradient Descent Maximizes the Margin of Homogeneous Neural Networks",
    venue="ICLR",
    arxiv="1906.05890",
)
statement = stated_in(PAPER)


def symmetric(seed: int) -> Array:
    """Return 6 symmetric Gaussian samples of size 4, with the labels of a hidden positive matrix in them."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((6, 4, 4))
    X = X + X.transpose(0, 2, 1)
    root = rng.standard_normal((4, 4))
    return np.asarray(X * np.sign(np.tensordot(X, root @ root.T, 2))[:, None, None])


def descended(rows: Array, rank: int, seed: int, steps: int) -> ib.Run:
    """Return a run on a factor with so many columns, with steps over the loss."""
    U = 0.5 * np.random.default_rng([seed, 1]).standard_normal((4, rank))
    problem = ib.Problem(rows, np.ones(len(rows)), ib.Exponential())
    method = ib.FactorizedGradientDescent(rank)
    return ib.Run(problem, method, ib.LossNormalized(), w0=U).advance(steps)


def kkt_residual(rows: Array, U: Array) -> float:
    """Return |U - sum_n c_n X_n U| / |U| for the best c >= 0, on samples of nearly the least margin."""
    margins = np.tensordot(rows, U @ U.T, 2)
    tight = margins <= margins.min() + 0.05 * abs(margins.min())
    gradients = np.array([(x @ U).ravel() for x in rows[tight]]).T
    return float(nnls(gradients, U.ravel())[1] / np.linalg.norm(U))


def separated(trial: Trial, seed: int, rank: int, steps: int) -> tuple[Array, ib.Run]:
    """Return rows and a run that separates them: the first of the seeds that follow from this one."""
    rng = np.random.default_rng(seed)
    while True:
        start = int(rng.integers(2**31))
        rows = symmetric(start)
        run = descended(rows, rank, start, steps)
        if run.margin > 0:
            trial.assume("the run separates the data", run.margin > 0)
            return rows, run


@statement(
    "rises",
    "the smoothed margin rises",
    source="Theorem 4.1 (number not checked) and its version for gradient descent",
    text="Once the loss is below 1 the smoothed margin log(1 / L) / |U|^2 never falls, with steps that "
    "are small.",
    reference="the smoothed margin in NumPy, from the recorded factors",
    metric="largest fall between recorded iterates, relative to the margin",
    tolerance=1e-6,
)
def rises(trial: Trial) -> None:
    """Record on the way."""
    curves = {}
    for seed in trial.seeds(2, 8, 40):
        for rank in (1, 4):
            _, run = separated(trial, seed, rank, trial.choose(10**4, 10**5, 10**5))
            way = run.trajectory
            at = way.log_loss < 0
            smoothed = -way.log_loss[at] / np.trace(way.w[at], axis1=1, axis2=2)
            trial.measure(f"rank {rank}", max(0.0, float(-np.diff(smoothed).min() / smoothed[-1])))
            curves[f"rank {rank}, data {seed % 100}"] = way.t[at], smoothed / smoothed[-1]
    trial.figure(
        "The smoothed margin on the way to its limit",
        lambda figure: draw_curves(
            figure.add_subplot(), curves, ylabel="smoothed margin / its last value", logy=False
        ),
        caption="Gradient descent on a factor of one or four columns: the normalized margin rises at "
        "every step.",
    )


@statement(
    "kkt",
    "limits are KKT points",
    source="Theorem 4.4 (number not checked)",
    text="In the limit U is a nonnegative combination of the gradients of the margins that are tight.",
    reference="the residual of that combination, by nonnegative least squares (Lawson and Hanson)",
    metric="the residual, relative to |U|",
    tolerance=(0.1, 0.1, 0.1),
)
def kkt(trial: Trial) -> None:
    """Measure the residual at the end, for several ranks."""
    for seed in trial.seeds(2, 8, 40):
        for rank in (2, 4):
            rows, run = separated(trial, seed, rank, trial.choose(3 * 10**5, 10**6, 10**6))
            trial.measure(f"rank {rank}", kkt_residual(rows, run.factor))


def deep_residual(rows: Array, run: ib.Run) -> float:
    """Return how far the parameters of a run on either network of depth 3 are from a KKT point."""
    if isinstance(run.problem.model, ib.Diagonal):
        gradients = of_diagonal(rows, run.theta, 3)
    else:
        first, second, third = np.split(run.theta, [20, 36])
        layers = [first.reshape(4, 5), second.reshape(4, 4), third.reshape(1, 4)]
        gradients = of_layers(rows, layers)
    return parallel(gradients, run.theta, rows @ run.w)


@statement(
    "depth",
    "limits are KKT points at depth 3, too",
    source="Theorem 4.4 (number not checked)",
    text="On u^3 - v^3, and with fully connected layers, a nonnegative combination of the gradients of "
    "tight margins is parallel to theta; that of the samples' weights is, too.",
    reference=KKT,
    metric="1 - <g, theta> / (|g| |theta|) for that combination g, and for the run's own",
    tolerance=(0.03, 0.02, 0.02),
)
def depth(trial: Trial) -> None:
    """Measure the residual at the end, with the best multipliers and with the run's."""
    for seed in trial.seeds(2, 6, 30):
        rows = rows_apart(10, 5, seed)
        for name, model in (("u^3 - v^3", ib.Diagonal(3)), ("layers", ib.DeepLinear([5, 4, 4, 1]))):
            run = separating(begun(rows, model, ib.GradientDescent(), ib.LossNormalized(), seed, 0.5))
            trial.assume("parameters that merely separate the data are none", deep_residual(rows, run) > 0.05)
            run.advance(trial.choose(5 * 10**5, 2 * 10**6, 4 * 10**6))
            trial.measure(name, deep_residual(rows, run))
            trial.measure(f"{name}, by the samples' weights", max(0.0, run.kkt_residual))


@statement(
    "maximum",
    "limits are maximum margins at depth 3, too",
    source="against the convexity that the theorem does not need",
    text="On none of several data the margins over |theta|^3 that u^3 - v^3 has at the KKT points of "
    "four starts differ by more than a twentieth. (What they solve is not convex.)",
    reference="none: margins of several runs on the same data",
    metric="relative spread of the margins, where it is largest",
    tolerance=0.05,
    expect="fails",
)
def maximum(trial: Trial) -> None:
    """Start four times on each of some data, with entries of different sizes."""
    spreads = []
    for seed in trial.seeds(4, 8, 30):
        rows, found = rows_apart(10, 5, seed), []
        problem = ib.Problem(rows, np.ones(10), ib.Exponential(), model=ib.Diagonal(3))
        for start in np.random.default_rng([seed, 1]).exponential(0.5, (4, 10)):
            run = ib.Run(problem, ib.GradientDescent(), ib.LossNormalized(), w0=start).advance(3 * 10**5)
            if deep_residual(rows, run) < 0.01:  # the others are on their way
                found.append(run.margin)
        spreads.append(max(found) / min(found) - 1 if found else 0.0)
    trial.measure("u^3 - v^3", max(spreads))


@statement(
    "any",
    "so is any U that separates the data",
    source="against Theorem 4.4 (number not checked)",
    text="The first U on the way that classifies all samples satisfies the conditions as well. (It takes "
    "the margin's rise.)",
    reference="the residual of that combination, by nonnegative least squares (Lawson and Hanson)",
    metric="the residual, relative to |U|",
    tolerance=0.1,
    expect="fails",
)
def any_u(trial: Trial) -> None:
    """Stop where all margins are positive for the first time."""
    for seed in trial.seeds(2, 8, 40):
        rng = np.random.default_rng(seed)
        while True:
            start = int(rng.integers(2**31))
            rows = symmetric(start)
            run = descended(rows, 4, start, 1)
            while run.margin <= 0 and run.t < 10**4:
                run.advance(1)
            if run.t > 1 and run.margin > 0:
                break
        trial.measure("rank 4", kkt_residual(rows, run.factor))


@statement(
    "by-norm",
    "the margin over |U| converges",
    source="against the definition",
    text="The margin divided by |U|, not by |U|^2, converges, too. (It grows: the model is 2-homogeneous.)",
    reference="none: the margins of a run at two times",
    metric="its growth from t to 10 t, relative to it",
    tolerance=0.1,
    expect="fails",
)
def by_norm(trial: Trial) -> None:
    """Compare two times."""
    for seed in trial.seeds(2, 8, 40):
        rows, run = separated(trial, seed, 4, 10**3)
        values = []
        for steps in (0, 9 * 10**3):
            w = run.advance(steps).w if steps else run.w
            values.append(float(np.tensordot(rows, w, 2).min()) / math.sqrt(np.trace(w)))
        trial.measure("rank 4", values[1] / values[0] - 1)
