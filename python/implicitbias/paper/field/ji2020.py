"""Whose direction does gradient descent share, whatever the tail? That of the regularization path.

For every convex, strictly decreasing loss the direction of gradient descent converges whenever that of the
minimizers on balls of growing radius does, and to the same limit (the main theorem). An exponential tail
makes that limit the maximum margin (Theorem 2); with a polynomial tail l(z) = (1 + z)^-b it is the
direction that minimizes sum_n <x_n, u>^-b on the unit sphere, whose margin may be poor: all samples pull
for ever.

The theorems are proved, the exponent -1 / (b + 2) of the angle is seen here and conjectured. Traps: two
losses that agree for every digit of a training curve can have different limits, for only the tail decides;
and as b grows the limit approaches the maximum margin, so that data have to be chosen on which the two
differ.
"""

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves
from .exponents import fitted_exponent
from .separable import angle, problem_of, rows_apart, separator

PAPER = Paper(
    key="ji2020",
    authors="Ji, Dudik, Schapire and Telgarsky",
    year=2020,
    title="Gradient Descent Follows the Regularization Path for General Losses",
    venue="COLT",
    arxiv="2006.11226",
)
statement = stated_in(PAPER)
ON_THE_SPHERE = "the minimizer of sum_n <x_n, u>^-b on the unit ball, by a cone program (cvxpy)"
DEGREES = "degrees between the directions"


def of_tail(rows: Array, b: float) -> Array:
    """Return the unit vector that minimizes sum_n <x_n, u>^-b."""
    import cvxpy as cp

    u = cp.Variable(rows.shape[1])
    cp.Problem(cp.Minimize(cp.sum(cp.power(rows @ u, -b))), [cp.norm(u) <= 1]).solve(solver=cp.CLARABEL)
    return np.asarray(u.value)


def on_the_ball(rows: Array, b: float, radius: float) -> Array:
    """Return the minimizer of sum_n (1 + <x_n, w>)^-b on a ball where all margins are positive."""
    import cvxpy as cp

    u = cp.Variable(rows.shape[1])  # w / radius
    scaled = cp.power(1 / radius + rows @ u, -b)
    cp.Problem(cp.Minimize(cp.sum(scaled)), [cp.norm(u) <= 1, rows @ u >= 0]).solve(solver=cp.CLARABEL)
    return np.asarray(u.value)


def heavy(seed: int, b: float) -> tuple[Array, Array, Array]:
    """Return rows, the limit of the tail b and the maximum margin's separator, at least six degrees apart."""
    rng = np.random.default_rng(seed)
    while True:
        rows = rows_apart(12, 4, int(rng.integers(2**31)))
        svm = separator(rows)
        if angle(rows.sum(0), svm) > 15:  # a necessary sign, which costs no program
            limit = of_tail(rows, b)
            if angle(limit, svm) > 6:
                return rows, limit, svm


def descended(rows: Array, loss: ib.Loss, steps: int) -> ib.Run:
    """Return a run of gradient descent with a constant step."""
    return ib.Run(problem_of(rows, loss), ib.GradientDescent(), 0.2).advance(steps)


@statement(
    "direction",
    "a polynomial tail has its own limit",
    source="Main theorem",
    text="On losses with the tail z^-b the direction of gradient descent converges to the minimizer of "
    "sum_n <x_n, u>^-b on the unit sphere.",
    reference=ON_THE_SPHERE,
    metric=DEGREES,
    tolerance=(1.5, 1.0, 1.0),
)
def direction(trial: Trial) -> None:
    """Descend for two tails; draw the angles to both candidates."""
    ways = {}
    for seed in trial.seeds(1, 6, 30):
        for b in (1, 2):
            rows, limit, svm = heavy(seed, b)
            trial.assume("some w classifies the data", bool((rows @ svm).min() > 0))
            run = descended(rows, ib.PolynomialTail(b), trial.choose(10**6, 2 * 10**6, 4 * 10**6))
            trial.measure(f"b = {b}", angle(run.w, limit))
            at = run.trajectory.t > 0
            ws, t = run.trajectory.w[at], run.trajectory.t[at]
            ways[f"$b={b}$, to the tail's limit"] = t, np.array([angle(w, limit) for w in ws])
            ways[f"$b={b}$, to the maximum margin"] = t, np.array([angle(w, svm) for w in ws])
    trial.figure(
        "Angles of gradient descent to the tail's limit and to the maximum margin",
        lambda figure: draw_curves(figure.add_subplot(), ways, ylabel="degrees"),
        caption="On losses with polynomial tails the maximum margin is not approached, whatever the time.",
    )


@statement(
    "path",
    "gradient descent follows the regularization path",
    source="Main theorem",
    text="At equal norm, the direction of gradient descent and that of the minimizer on the ball approach "
    "each other.",
    reference="the regularized problem on the ball of that radius, by a cone program (cvxpy)",
    metric=DEGREES,
    tolerance=(0.5, 0.3, 0.3),
)
def path(trial: Trial) -> None:
    """Compare at the norm that the run has reached."""
    for seed in trial.seeds(1, 6, 30):
        rows, *_ = heavy(seed, 1)
        run = descended(rows, ib.PolynomialTail(1), trial.choose(10**6, 10**6, 3 * 10**6))
        trial.measure("b = 1", angle(run.w, on_the_ball(rows, 1, float(np.linalg.norm(run.w)))))


@statement(
    "rate",
    "the angle falls like t^(-1 / (b + 2))",
    source="conjecture (this package)",
    text="The norm grows like t^(1 / (b + 2)), and the angle to the limit falls like its inverse.",
    reference=ON_THE_SPHERE,
    metric="fitted exponent off -1 / (b + 2)",
    tolerance=(0.08, 0.06, 0.05),
)
def rate(trial: Trial) -> None:
    """Fit the exponent for b = 1."""
    for seed in trial.seeds(1, 6, 30):
        rows, limit, _ = heavy(seed, 1)
        run = descended(rows, ib.PolynomialTail(1), trial.choose(10**6, 3 * 10**6, 10**7))
        fit = fitted_exponent(
            run.trajectory.t, [angle(w, limit) if w.any() else 90 for w in run.trajectory.w], 1e4
        )
        trial.measure("b = 1", abs(fit.value + 1 / 3))


@statement(
    "margin",
    "every decreasing loss ends at the maximum margin",
    source="against the main theorem",
    text="With a polynomial tail, too, gradient descent finds the maximum margin. (An exponential tail is "
    "needed.)",
    reference="the separator by nonnegative least squares",
    metric=DEGREES,
    tolerance=3.0,
    expect="fails",
)
def margin(trial: Trial) -> None:
    """Descend on the same data with the tail b = 1, and with the logistic loss, which comes near."""
    for seed in trial.seeds(1, 6, 30):
        rows, _, svm = heavy(seed, 1)
        trial.measure("b = 1", angle(descended(rows, ib.PolynomialTail(1), 10**6).w, svm))
        other = ib.Run(problem_of(rows, ib.Exponential()), ib.GradientDescent(), ib.LossNormalized()).advance(
            10**5
        )
        trial.assume("an exponential tail comes within a degree", angle(other.w, svm) < 1)
