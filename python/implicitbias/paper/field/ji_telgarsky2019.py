"""What does logistic regression converge to where data are not separable? To a ray with an offset.

Every data set splits uniquely: the samples that some w classifies strictly, while the others keep margin 0,
and the rest, on whose span S the loss is strongly convex. Within S gradient descent converges to the
minimizer v of the rest's loss, and beyond S it grows along the maximum margin u of the separable part,
projected (the main theorem): w(t) is about v + u log t, u being the separator with margin 1.

Both rates are theorems as bounds, O(log log t / log t) for the direction and O(log^2 t / sqrt t) for the
offset; the offset is seen to fall like 1 / t, which is a conjecture of this package. Trap: whether data are
separable is a property of the whole, and no loss value tells: the split is found by a linear program, not
by looking.
"""

import math

import numpy as np
from numpy.typing import NDArray

import implicitbias as ib

from ..._types import Array
from ...oracles.linear_program import linear_program
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves
from .exponents import at_least_as_fast, fitted_exponent
from .separable import is_clear, problem_of, separator

PAPER = Paper(
    key="ji_telgarsky2019",
    authors="Ji and Telgarsky",
    year=2019,
    title="The Implicit Bias of Gradient Descent on Nonseparable Data",
    venue="COLT",
    arxiv="1803.07300",
)
statement = stated_in(PAPER)
Flags = NDArray[np.bool_]
SPLIT = "the split by a linear program, v by Newton's method on S, u by nonnegative least squares beyond it"


def split(rows: Array) -> Flags:
    """Return which samples some w classifies strictly, the others having margin 0 at least.

    The largest sum of s with rows @ w >= s and 0 <= s <= 1 has s = 1 exactly there.
    """
    n, d = rows.shape
    answer = linear_program(
        np.r_[np.zeros(d), -np.ones(n)],
        A_ub=np.hstack([-rows, np.eye(n)]),
        b_ub=np.zeros(n),
        bounds=[(None, None)] * d + [(0, 1)] * n,
    )
    return np.asarray(answer.x[d:] > 0.5)


def ray(rows: Array) -> tuple[Array, Array, Array]:
    """Return the projection on S, the minimizer v of the loss there, and the separator u beyond."""
    strict = split(rows)
    _, sizes, basis = np.linalg.svd(rows[~strict])
    basis = basis[: int((sizes > 1e-9 * sizes[0]).sum())].T
    inner, v = rows[~strict] @ basis, np.zeros(basis.shape[1])
    for _ in range(100):
        p = 1 / (1 + np.exp(inner @ v))
        v = v + np.linalg.solve((inner.T * (p * (1 - p))) @ inner, inner.T @ p)
    projection = basis @ basis.T
    return projection, basis @ v, separator(rows[strict] - rows[strict] @ projection)


def mixed(seed: int) -> Array:
    """Return rows in 5 dimensions: six that no w classifies, on a plane, and six that some w does."""
    rng = np.random.default_rng(seed)
    while True:
        plane = rng.standard_normal((6, 2))
        if split(plane).any():
            continue
        rest = rng.standard_normal((6, 5)) * [0.5, 0.5, 1, 1, 1]
        rest[:, 2] = 0.4 + np.abs(rest[:, 2])
        rows = np.vstack([np.hstack([plane, np.zeros((6, 3))]), rest])
        rows = rows @ np.linalg.qr(rng.standard_normal((5, 5)))[0]
        projection, v, u = ray(rows)
        p = 1 / (1 + np.exp(rows[:6] @ v))
        curvature = np.linalg.eigvalsh((rows[:6].T * (p * (1 - p))) @ rows[:6])[-2]  # the smaller one on S
        early = curvature > 0.3 and np.abs(rows[6:] @ v).max() < 2 and np.linalg.norm(v) > 0.3
        if early and is_clear(rows[6:] - rows[6:] @ projection, u):
            return np.asarray(rows)


def descended(rows: Array, steps: int) -> ib.Run:
    """Return a run with a constant step."""
    return ib.Run(problem_of(rows, ib.Logistic()), ib.GradientDescent(), 0.2).advance(steps)


@statement(
    "offset",
    "on the span of what no w classifies, w converges",
    source="Main theorem",
    text="The projection of w(t) on S converges to the minimizer of the loss of the samples in it, at a "
    "rate of log^2 t / sqrt t or faster.",
    reference=SPLIT,
    metric="|P w - v| at the end; by how much its exponent exceeds -1/2",
    tolerance=(5e-3, 1e-3, 1e-3),
)
def offset(trial: Trial) -> None:
    """Descend; draw both parts."""
    fits, steps = [], trial.choose(3 * 10**5, 10**6, 10**6)
    for seed in trial.seeds(2, 10, 40):
        rows = mixed(seed)
        projection, v, u = ray(rows)
        trial.assume("no w classifies the data", not split(rows).all())
        trial.assume("the loss is strongly convex on S", bool(np.isfinite(v).all()))
        run = descended(rows, steps)
        distances = np.linalg.norm(run.trajectory.w @ projection - v, axis=1)
        fits.append(fitted_exponent(run.trajectory.t, distances, after=1e3))
        trial.measure("distance", float(distances[-1]))
    at_least_as_fast(trial, "exponent", fits, -0.5)
    t, ws = run.trajectory.t, run.trajectory.w
    beyond = ws - ws @ projection
    turned = beyond / np.maximum(np.linalg.norm(beyond, axis=1, keepdims=True), 1e-300) - u / np.linalg.norm(
        u
    )
    trial.figure(
        "The two parts of w(t) on data that are not separable",
        lambda figure: draw_curves(
            figure.add_subplot(),
            {
                "offset, $|Pw(t) - v|$": (t, distances),
                "direction beyond $S$": (t, np.linalg.norm(turned, axis=1)),
            },
            ylabel="distance from the limit",
            powers=(-1,),
        ),
        caption="Within S gradient descent converges like 1 / t, beyond it the direction like 1 / log t.",
    )


@statement(
    "offset-rate",
    "the offset converges like 1 / t",
    source="conjecture (this package)",
    text="The distance of the projection on S from v falls with the exponent -1, much faster than the bound.",
    reference=SPLIT,
    metric="fitted exponent off -1",
    tolerance=0.05,
)
def offset_rate(trial: Trial) -> None:
    """Fit the exponent on both sides."""
    for seed in trial.seeds(2, 10, 40):
        rows = mixed(seed)
        projection, v, _ = ray(rows)
        run = descended(rows, trial.choose(10**6, 10**6, 3 * 10**6))
        fit = fitted_exponent(
            run.trajectory.t, np.linalg.norm(run.trajectory.w @ projection - v, axis=1), 1e4
        )
        trial.measure("random data", abs(fit.value + 1))


@statement(
    "direction",
    "beyond that span w grows along the separable part's maximum margin",
    source="Main theorem",
    text="The part of w(t) beyond S grows by u for every factor of e in t, u being the separator with "
    "margin 1 of the separable samples, projected.",
    reference=SPLIT,
    metric="|growth over log t - u| / |u|, between t / 3 and t",
    tolerance=(0.05, 0.03, 0.03),
)
def direction(trial: Trial) -> None:
    """Take differences from t / 3 to t."""
    for seed in trial.seeds(2, 10, 40):
        rows = mixed(seed)
        projection, _, u = ray(rows)
        steps = trial.choose(3 * 10**5, 10**6, 10**6)
        run = descended(rows, steps // 3)
        earlier = run.w
        grown = (run.advance(2 * (steps // 3)).w - earlier) / math.log(3)
        grown = grown - projection @ grown
        trial.measure("random data", float(np.linalg.norm(grown - u) / np.linalg.norm(u)))


@statement(
    "bounded",
    "data that are not separable keep w bounded",
    source="against the main theorem",
    text="Where no w classifies all samples, w(t) converges. (Only within S: the loss has no minimizer as "
    "long as one sample can be classified strictly at no other's expense.)",
    reference=SPLIT,
    metric="growth of |w| over the last decade",
    tolerance=0.1,
    expect="fails",
)
def bounded(trial: Trial) -> None:
    """Measure the growth."""
    for seed in trial.seeds(2, 10, 40):
        rows = mixed(seed)
        run = descended(rows, 10**5)
        (earlier,) = np.flatnonzero(run.trajectory.t == 10**4)
        trial.measure("random data", float(np.linalg.norm(run.w) - np.linalg.norm(run.trajectory.w[earlier])))
