"""Do the whole paths of optimization and of regularization agree, not only their ends? Nearly.

Optimization time stands for 1 / lambda, or for the norm: at equal norm the iterate of gradient descent and
the regularized solution are close all the way, within bounds that strong convexity or the margin give; on
separable data both run to the maximum margin, and near each other earlier than to it. So early stopping
regularizes classification, too, and a path that has been stopped says what a regularized problem would have
said.

The theorems bound the distance for gradient flow, for strongly convex losses and for separable data. What
they do not say is that the paths coincide: for least squares with unequal singular values they do not, as
exp(-t s) is no 1 / (1 + t s), and the distance has its maximum in between.
"""

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves
from .separable import angle, problem_of, rows_apart, separator

PAPER = Paper(
    key="suggala2018",
    authors="Suggala, Prasad and Ravikumar",
    year=2018,
    title="Connecting Optimization and Regularization Paths",
    venue="NeurIPS",
)
statement = stated_in(PAPER)
BALL = "the least exponential loss on the ball of that radius, by a cone program (cvxpy)"


def on_the_ball(rows: Array, radius: float) -> Array:
    """Return the direction of the w with least log sum exp(-rows @ w) among those of this norm at most."""
    import cvxpy as cp

    u = cp.Variable(rows.shape[1])
    cp.Problem(cp.Minimize(cp.log_sum_exp(-radius * (rows @ u))), [cp.norm(u) <= 1]).solve(solver=cp.CLARABEL)
    return np.asarray(u.value)


def turned(seed: int) -> tuple[Array, Array]:
    """Return rows whose first direction, that of small w, is far from the separator's, and the separator."""
    rng = np.random.default_rng(seed)
    while True:
        rows = rows_apart(12, 4, int(rng.integers(2**31)))
        svm = separator(rows)
        if angle(rows.sum(0), svm) > 25:
            return rows, svm


def ways(rows: Array, svm: Array, points: int) -> tuple[Array, Array, Array]:
    """Return norms on a run, and there the angles to the regularized solution and to the separator."""
    run = ib.Run(problem_of(rows, ib.Exponential()), ib.GradientDescent(), ib.LossNormalized(0.1)).advance(
        10**5
    )
    ws = run.trajectory.w[1:]
    norms = np.linalg.norm(ws, axis=1)
    chosen = np.unique(np.searchsorted(norms, np.geomspace(norms[0], min(norms[-1], 300), points)))
    chosen = chosen[chosen < len(norms)]
    along = np.array([angle(ws[k], on_the_ball(rows, float(norms[k]))) for k in chosen])
    return norms[chosen], along, np.array([angle(ws[k], svm) for k in chosen])


@statement(
    "separable",
    "at equal norm the two paths point alike, all the way",
    source="Main theorem on separable data",
    text="On separable data gradient descent and the regularized solution of equal norm are never more "
    "than some degrees apart, while both turn by more than 25, and at the end by less than one.",
    reference=BALL,
    metric="degrees between them: the largest on the path, and the last times 10",
    tolerance=(12.0, 12.0, 12.0),
)
def on_separable(trial: Trial) -> None:
    """Compare along the path; draw it."""
    for seed in trial.seeds(1, 6, 30):
        rows, svm = turned(seed)
        trial.assume("both directions turn by more than 25 degrees", angle(rows.sum(0), svm) > 25)
        norms, along, to_the_end = ways(rows, svm, trial.choose(10, 25, 25))
        trial.measure("along the path", float(along.max()))
        trial.measure("at its end, times 10", 10 * float(along[-1]))
    trial.figure(
        "Along the paths: angles at equal norm",
        lambda figure: draw_curves(
            figure.add_subplot(),
            {"to the regularized solution": (norms, along), "to the separator": (norms, to_the_end)},
            ylabel="degrees",
            xlabel="norm $|w|$",
        ),
        caption="Gradient descent is near the regularized solution of its norm long before both are near "
        "the separator.",
    )


@statement(
    "separator",
    "along the path it points to the separator",
    source="against the main theorem",
    text="Gradient descent is never more than some degrees from the separator either. (Early it is far.)",
    reference="the separator by nonnegative least squares",
    metric="largest angle on the path, in degrees",
    tolerance=15.0,
    expect="fails",
)
def to_the_separator(trial: Trial) -> None:
    """Measure the other angle."""
    for seed in trial.seeds(2, 6, 30):
        rows, svm = turned(seed)
        run = ib.Run(
            problem_of(rows, ib.Exponential()), ib.GradientDescent(), ib.LossNormalized(0.1)
        ).advance(10**5)
        trial.measure("along the path", max(angle(w, svm) for w in run.trajectory.w[1:]))


@statement(
    "least-squares",
    "for least squares flow and ridge stay within .2036 of each other",
    source="Closed form (this package); the bound is theirs for strongly convex losses",
    text="With lambda = 1 / t the shrinkages of flow and ridge differ by max_x |x / (1 + x) - (1 - e^-x)| "
    "= .2036 at most, so that the paths do by that much of the truth's norm, without noise.",
    reference="ridge by its normal equations, the constant on a grid, in NumPy",
    metric="largest distance over .2036 |truth|, above 1",
    tolerance=0.01,
)
def least_squares(trial: Trial) -> None:
    """Follow gradient descent in small steps."""
    x = np.linspace(0.01, 20, 200001)
    largest = float(np.abs(x / (1 + x) - (1 - np.exp(-x))).max())
    trial.measure("the constant", abs(largest / 0.2036 - 1))
    for seed in trial.seeds(3, 20, 100):
        rng = np.random.default_rng(seed)
        X, truth = rng.standard_normal((8, 4)), rng.standard_normal(4)
        eta = 5e-3 / float(np.linalg.norm(X, 2)) ** 2
        run = ib.Run(ib.Problem(X, X @ truth, ib.Squared()), ib.GradientDescent(), eta).advance(10**5)
        distances = [
            float(np.linalg.norm(w - np.linalg.solve(X.T @ X + np.eye(4) / (2 * eta * t), X.T @ X @ truth)))
            for t, w in zip(run.trajectory.t[1:], run.trajectory.w[1:], strict=True)
        ]
        trial.measure("random data", max(0.0, max(distances) / (largest * float(np.linalg.norm(truth))) - 1))
