"""Which margin do networks maximize? The one in the norm that the parameters' geometry induces on w.

Steepest flow in any norm of the parameters, on models that are L-homogeneous in them and losses with
exponential tails, lets the smoothed margin log(1 / loss) / |theta|^L rise once the data are separated, and
its limit directions are KKT points of min |theta| with all margins at least 1. Read over w, this minimizes
the least |theta|^L that makes w: with w = u^2 - v^2 that is the l_1 norm for gradient descent and the l_inf
norm for sign descent; with w = U V' the nuclear norm, and for spectral steps the spectral norm.

Proved are KKT points, and for the flow. Where the induced norm is convex limits are seen to be maximum
margins, in steps, too. Deeper they need not be: at depth 3 gradient descent has l_2/3, which is no norm, and
KKT points are all that can be asked. Traps: sign descent needs steps that fall faster than t^-1/2 at depth 2,
see gronich_vardi2026; and theta = 0 is a saddle point, near which all runs are slow.
"""

import math
import warnings

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves, gaps_of
from .networks import KKT, begun, kkt_residual, of_diagonal, separating
from .separable import CONTRAST, MARGIN_GAP, contrasting, gap

PAPER = Paper(
    key="tsilivis2025",
    authors="Tsilivis, Gronich, Kempe and Vardi",
    year=2025,
    title="Flavors of Margin: Implicit Bias of Steepest Descent in Homogeneous Neural Networks",
    venue="ICLR",
    arxiv="2410.22069",
)
statement = stated_in(PAPER)
LINEAR = "the maximum margin in the induced norm, by a linear program (HiGHS)"
CONE = "the maximum margin in the induced norm, by a semidefinite program (cvxpy)"
SIGN = ib.SteepestDescent(ib.Lp(math.inf))
SMALL = ib.Normalized(0.3, 0.75)
SPECTRAL = ib.SteepestDescent(ib.BlockNorm([[3, 3], [4, 3]], ib.Schatten(math.inf)))


@statement(
    "diagonal",
    "u^2 - v^2: gradient descent finds the l_1 margin, sign descent that of l_inf",
    source="Theorem on steepest flow; the induced norms in closed form",
    text="On w = u^2 - v^2 gradient descent converges to the l_1 maximum margin, sign descent with steps "
    "of t^-3/4 to that of l_inf.",
    reference=LINEAR,
    metric=MARGIN_GAP,
    tolerance=(0.03, 0.03, 0.02),
)
def diagonal(trial: Trial) -> None:
    """Run both on the same data; draw their gaps in both norms."""
    for seed in trial.seeds(2, 6, 40):
        rows, best = contrasting(10, 5, seed, (1.0, math.inf))
        trial.assume(CONTRAST, min(gap(rows, best[1], best[0], 1), gap(rows, best[0], best[1], np.inf)) > 0.1)
        curves = {}
        for name, method, step, p, w in (
            ("gradient descent", ib.GradientDescent(), ib.LossNormalized(), 1.0, best[0]),
            ("sign descent", SIGN, SMALL, math.inf, best[1]),
        ):
            run = begun(rows, ib.Diagonal(), method, step, seed).advance(
                trial.choose(2 * 10**5, 5 * 10**5, 2 * 10**6)
            )
            trial.measure(name, max(0.0, gap(rows, run.w, w, p)))
            for norm, q, v in (("$l_1$", 1.0, best[0]), ("$l_\\infty$", math.inf, best[1])):
                t, gaps = gaps_of(run, rows, v, q)
                curves[f"{name}, {norm}"] = t[gaps < 1], gaps[gaps < 1]
    trial.figure(
        "One network, two geometries: margins of $u^2 - v^2$",
        lambda figure: draw_curves(figure.add_subplot(), curves, ylabel=MARGIN_GAP),
        caption="Each method closes the gap in the norm that its geometry induces, and no other.",
    )


def matrices(seed: int) -> tuple[Array, dict[float, Array]]:
    """Return matrix samples on which nuclear and spectral margins differ, and separators by Schatten's p."""
    rng = np.random.default_rng(seed)
    while True:
        X, hidden = rng.standard_normal((8, 3, 4)), rng.standard_normal((3, 4))
        X = X * np.sign(np.tensordot(X, hidden, 2))[:, None, None]
        best = {p: matrix_separator(X, p) for p in (1.0, math.inf)}
        if min(matrix_gap(X, best[p], best[q], q) for p in best for q in best if p != q) > 0.1:
            return X, best


def matrix_separator(X: Array, p: float) -> Array:
    """Return the w of least nuclear or spectral norm with <x, w> >= 1 for all samples."""
    import cvxpy as cp

    w = cp.Variable(X.shape[1:])
    size = cp.normNuc(w) if p == 1 else cp.sigma_max(w)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # an inexact optimum is good enough for a contrast
        cp.Problem(cp.Minimize(size), [cp.sum(cp.multiply(x, w)) >= 1 for x in X]).solve(solver=cp.CLARABEL)
    return np.asarray(w.value)


def matrix_gap(X: Array, w: Array, best: Array, p: float) -> float:
    """Return by how much w misses the maximum margin in a Schatten norm, relative to it."""
    own, largest = (
        np.tensordot(X, v, 2).min() / np.linalg.norm(np.linalg.svd(v, compute_uv=False), p) for v in (w, best)
    )
    return float(1 - own / largest)


@statement(
    "product",
    "U V': gradient descent finds the nuclear margin, spectral steps the spectral margin",
    source="Theorem on steepest flow; the induced norms in closed form",
    text="On w = U V' gradient descent converges to the maximum margin in the nuclear norm, steps along "
    "polar factors of U and V to that in the spectral norm.",
    reference=CONE,
    metric=MARGIN_GAP,
    tolerance=(0.1, 0.06, 0.05),
)
def product(trial: Trial) -> None:
    """Run both on the same matrices."""
    for seed in trial.seeds(1, 3, 20):
        X, best = matrices(seed)
        misses = (matrix_gap(X, best[p], best[q], q) for p in best for q in best if p != q)
        trial.assume(CONTRAST, min(misses) > 0.1)
        for name, method, step, p, steps in (
            ("gradient descent", ib.GradientDescent(), ib.LossNormalized(), 1.0, 10**6),
            (
                "spectral steps",
                SPECTRAL,
                ib.Normalized(0.3, 0.6),
                math.inf,
                trial.choose(4 * 10**4, 10**5, 10**5),
            ),
        ):
            run = begun(X, ib.Product(), method, step, seed).advance(steps)
            trial.measure(name, max(0.0, matrix_gap(X, run.w, best[p], p)))


@statement(
    "rises",
    "the smoothed margin rises",
    source="Theorem on steepest flow, for small steps",
    text="Once the loss is below 1, the smoothed margin log(1 / loss) / |theta|^L never falls, with |theta| "
    "in the method's norm and small steps, at depths 2 and 3.",
    reference="the smoothed margin in NumPy, from the recorded parameters",
    metric="largest fall between recorded iterates, relative to the last margin",
    tolerance=1e-6,
)
def rises(trial: Trial) -> None:
    """Record on the way."""
    for seed in trial.seeds(2, 6, 40):
        rows, _ = contrasting(10, 5, seed, (1.0, math.inf))
        for name, method, p in (
            ("gradient descent", ib.GradientDescent(), 2.0),
            ("sign descent", SIGN, math.inf),
        ):
            for depth in (2, 3):
                run = begun(rows, ib.Diagonal(depth), method, ib.LossNormalized(0.05), seed).advance(
                    trial.choose(10**5, 3 * 10**5, 10**6)
                )
                way = run.trajectory
                at = way.log_loss < 0
                trial.assume("the loss falls below 1", int(at.sum()) > 2)
                smoothed = -way.log_loss[at] / np.linalg.norm(way.theta[at], p, axis=1) ** depth
                fall = np.maximum(-np.diff(smoothed), 0).max() / smoothed[-1]
                trial.measure(f"{name}, depth {depth}", float(fall))


def residual(rows: Array, run: ib.Run, p: float) -> float:
    """Return how far u and v of depth 3 are from a KKT point in the l_p norm."""
    return kkt_residual(of_diagonal(rows, run.theta, 3), run.theta, rows @ run.w, p)


@statement(
    "kkt",
    "at depth 3 limits are KKT points",
    source="Theorem on steepest flow",
    text="On w = u^3 - v^3 a nonnegative combination of the gradients of tight margins is dual to theta, "
    "in the l_2 norm for gradient descent, in l_inf for sign descent.",
    reference=KKT,
    metric="1 - <g, theta> / (|g|_* |theta|) for that combination g",
    tolerance=(0.05, 0.04, 0.04),
)
def kkt(trial: Trial) -> None:
    """Measure the residual at the end."""
    for seed in trial.seeds(2, 6, 40):
        rows, _ = contrasting(10, 5, seed, (1.0, math.inf))
        for name, method, step, p, steps in (
            ("gradient descent", ib.GradientDescent(), ib.LossNormalized(), 2.0, 2 * 10**6),
            ("sign descent", SIGN, ib.Normalized(0.1, 0.75), math.inf, trial.choose(3 * 10**5, 10**6, 10**6)),
        ):
            run = separating(begun(rows, ib.Diagonal(3), method, step, seed))
            trial.assume("parameters that merely separate the data are none", residual(rows, run, p) > 0.1)
            run.advance(steps)
            trial.measure(name, residual(rows, run, p))


@statement(
    "method-alone",
    "gradient descent finds the l_2 margin on every linear network",
    source="against the induced norm",
    text="On w = u^2 - v^2, too, gradient descent converges to the l_2 maximum margin. (That is so for "
    "w itself: the model decides as much as the method does.)",
    reference="the l_2 maximum margin, by nonnegative least squares (Lawson and Hanson)",
    metric=MARGIN_GAP,
    tolerance=0.1,
    expect="fails",
)
def method_alone(trial: Trial) -> None:
    """Measure the other margin."""
    for seed in trial.seeds(2, 6, 40):
        rows, best = contrasting(10, 5, seed, (1.0, 2.0))
        trial.assume(CONTRAST, gap(rows, best[0], best[1]) > 0.1)
        run = begun(rows, ib.Diagonal(), ib.GradientDescent(), ib.LossNormalized(), seed).advance(10**5)
        trial.measure("u^2 - v^2", max(0.0, gap(rows, run.w, best[1])))
