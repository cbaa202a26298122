"""When does a linear network prefer sparse solutions? When it starts near 0.

That is the rich regime, and the kernel's is far from 0. Write w = u^2 - v^2 entry by entry and start at u =
v = alpha. Gradient flow on (u, v), for the squared loss, ends at the interpolant that minimizes Q_alpha(w),
the hyperbolic entropy with beta = 2 alpha^2 (Theorem 1): for alpha -> inf that is the l_2 norm, as for a
kernel, for alpha -> 0 the l_1 norm, exponentially slowly in alpha. So the scale of the start decides, which
no linear model would notice.

Proved for the flow. Mirror descent with the hyperbolic entropy is the same dynamics without its parameters,
and ends at argmin Q_alpha whatever the step; gradient descent on (u, v) itself errs by its step, which is
seen here, too. Traps: the l_1 excess at alpha = .1 is still a fifth; and Newton's method on the dual
overflows where sinh is taken too early.
"""

import math

import numpy as np

import implicitbias as ib

from ..._types import Array
from ...oracles.linear_program import linear_program
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves

PAPER = Paper(
    key="woodworth2020",
    authors="Woodworth, Gunasekar, Lee, Moroshko, Savarese, Golan, Soudry and Srebro",
    year=2020,
    title="Kernel and Rich Regimes in Overparametrized Models",
    venue="COLT",
    arxiv="2002.09277",
)
statement = stated_in(PAPER)
NEWTON = "argmin Q_alpha by damped Newton steps on its dual, w = 2 alpha^2 sinh(X' nu), in NumPy"


def sparse(seed: int) -> tuple[Array, Array]:
    """Return 6 samples in 20 dimensions, and what two of their entries sum to."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((6, 20))
    hidden = np.zeros(20)
    hidden[:2] = rng.choice([-1.0, 1.0], 2) * rng.uniform(0.7, 1.3, 2)
    return X, X @ hidden


def of_scale(X: Array, y: Array, alpha: float) -> Array:
    """Return the interpolant that minimizes Q_alpha: beta sinh(X' nu) with beta = 2 alpha^2 interpolates.

    The dual function sum_i beta cosh(x_i' nu) - <y, nu> is convex, and its gradient is the residual.
    """
    beta, nu = 2 * alpha**2, np.zeros(len(y))

    def dual(nu: Array) -> float:
        z = X.T @ nu
        return float(beta * np.cosh(z).sum() - y @ nu) if np.abs(z).max() < 700 else math.inf

    for _ in range(500):
        z = X.T @ nu
        residual = X @ (beta * np.sinh(z)) - y
        if np.abs(residual).max() < 1e-13 * np.abs(y).max():
            break
        step, length = -np.linalg.solve((X * (beta * np.cosh(z))) @ X.T, residual), 1.0
        while (
            not dual(nu + length * step) <= dual(nu) + 1e-4 * length * float(residual @ step)
            and length > 1e-9
        ):
            length /= 2
        nu = nu + length * step
    return np.asarray(beta * np.sinh(X.T @ nu))


def mirror(X: Array, y: Array, alpha: float, most: int = 10**6) -> ib.Run:
    """Return a run of mirror descent with Q_alpha that has come to rest, or to so many steps."""
    method = ib.MirrorDescent(ib.HyperbolicEntropy(2 * alpha**2))
    size = float(np.abs(np.linalg.pinv(X) @ y).sum()) / 2 + 2 * alpha**2  # as large as an entry becomes
    run = ib.Run(ib.Problem(X, y, ib.Squared()), method, 0.1 / (np.linalg.norm(X, 2) ** 2 * size))
    while run.residual > 1e-9 and run.t < most:
        run.advance(10**5)
    return run


def least_l1(X: Array, y: Array) -> float:
    """Return the least l_1 norm of an interpolant, by a linear program."""
    d = X.shape[1]
    return float(
        linear_program(np.ones(2 * d), A_eq=np.hstack([X, -X]), b_eq=y, bounds=[(0, None)] * (2 * d)).fun
    )


@statement(
    "q-alpha",
    "the limit minimizes Q_alpha",
    source="Theorem 1 (number not checked)",
    text="Mirror descent with the hyperbolic entropy, the dynamics of u^2 - v^2 from u = v = alpha, ends "
    "at the interpolant that minimizes Q_alpha.",
    reference=NEWTON,
    metric="|w - w*| / |w*|",
    tolerance=(1e-4, 1e-5, 1e-6),
)
def q_alpha(trial: Trial) -> None:
    """Vary alpha from the kernel to the rich regime."""
    for seed in trial.seeds(2, 10, 40):
        X, y = sparse(seed)
        for alpha in (3.0, 0.3, 0.1, 0.03):
            run = mirror(X, y, alpha)
            wanted = of_scale(X, y, alpha)
            trial.measure(f"alpha = {alpha}", float(np.linalg.norm(run.w - wanted) / np.linalg.norm(wanted)))


def network(X: Array, y: Array, alpha: float, eta: float, steps: int) -> Array:
    """Return u^2 - v^2 after gradient descent on |X (u^2 - v^2) - y|^2 / 2 from u = v = alpha, in NumPy."""
    u, v = np.full(X.shape[1], alpha), np.full(X.shape[1], alpha)
    for _ in range(steps):
        g = X.T @ (X @ (u**2 - v**2) - y)
        u, v = u - 2 * eta * u * g, v + 2 * eta * v * g
    return np.asarray(u**2 - v**2)


@statement(
    "network",
    "gradient descent on u and v ends there, up to its step",
    source="Theorem 1 (number not checked), for steps",
    text="Gradient descent on u^2 - v^2 in small steps ends where mirror descent with Q_alpha does, up to "
    "a distance that is proportional to the step: it halves with it.",
    reference="gradient descent on u and v in NumPy",
    metric="the distance; its ratio as the step is halved, off 2, over 10",
    tolerance=(0.02, 0.02, 0.01),
)
def of_the_network(trial: Trial) -> None:
    """Take two steps, one half of the other."""
    for seed in trial.seeds(1, 4, 20):
        X, y = sparse(seed)
        limit = mirror(X, y, 0.3).w
        eta, distances = 0.02 / float(np.linalg.norm(X, 2)) ** 2, []
        for halving in (1, 2):
            w = network(X, y, 0.3, eta / halving, 10**4 * halving)
            distances.append(float(np.linalg.norm(w - limit) / np.linalg.norm(limit)))
        trial.measure("distance", distances[1])
        trial.measure("ratio", abs(distances[0] / distances[1] - 2) / 10)


def diagonal(X: Array, y: Array, depth: int, alpha: float, eta: float, steps: int) -> Array:
    """Return the w of a diagonal network that has been run from u = v = alpha."""
    problem = ib.Problem(X, y, ib.Squared(), model=ib.Diagonal(depth))
    eta = eta / float(np.linalg.norm(X, 2)) ** 2
    run = ib.Run(problem, ib.GradientDescent(), eta, w0=np.full(2 * X.shape[1], alpha))
    return run.advance(steps).w


@statement(
    "diagonal",
    "the network itself ends at argmin Q_alpha",
    source="Theorem 1 (number not checked)",
    text="The diagonal network of depth 2, run by gradient descent in small steps from u = v = alpha, ends "
    "at the interpolant that minimizes Q_alpha, for alpha from .1 to 1.",
    reference=NEWTON,
    metric="|w - w*| / |w*|",
    tolerance=(0.01, 0.005, 0.005),
)
def of_depth_2(trial: Trial) -> None:
    """Run the model, not its mirror."""
    for seed in trial.seeds(2, 8, 40):
        X, y = sparse(seed)
        for alpha in (1.0, 0.3, 0.1):
            w, wanted = diagonal(X, y, 2, alpha, 5e-3, 2 * 10**5), of_scale(X, y, alpha)
            trial.assume("w interpolates", bool(np.abs(X @ w - y).max() < 1e-3 * np.abs(y).max()))
            trial.measure(f"alpha = {alpha}", float(np.linalg.norm(w - wanted) / np.linalg.norm(wanted)))


@statement(
    "deeper",
    "deeper networks end there, too",
    source="against Theorem 3 (number not checked)",
    text="The diagonal network of depth 3 from u = v = alpha ends at the interpolant that minimizes Q_alpha, "
    "as well, for alpha = .3. (It has another potential.)",
    reference=NEWTON,
    metric="|w - w*| / |w*|",
    tolerance=0.05,
    expect="fails",
)
def of_depth_3(trial: Trial) -> None:
    """Add a layer."""
    for seed in trial.seeds(2, 8, 40):
        X, y = sparse(seed)
        w, wanted = diagonal(X, y, 3, 0.3, 5e-3, 4 * 10**5), of_scale(X, y, 0.3)
        trial.assume("w interpolates", bool(np.abs(X @ w - y).max() < 1e-3 * np.abs(y).max()))
        trial.measure("depth 3", float(np.linalg.norm(w - wanted) / np.linalg.norm(wanted)))


@statement(
    "rich",
    "small starts find the least l_1 norm",
    source="Theorem 2 (number not checked)",
    text="For alpha = 10^-4 the limit has the least l_1 norm of all interpolants, up to five percent.",
    reference="the least l_1 norm by a linear program (HiGHS)",
    metric="relative excess of the l_1 norm",
    tolerance=0.05,
)
def rich(trial: Trial) -> None:
    """Start near 0; draw the excess over alpha."""
    for seed in trial.seeds(2, 10, 40):
        X, y = sparse(seed)
        run = mirror(X, y, 1e-4)
        trial.assume("w interpolates", bool(np.abs(X @ run.w - y).max() < 1e-2 * np.abs(y).max()))
        trial.measure("alpha = 1e-4", max(0.0, float(np.abs(run.w).sum()) / least_l1(X, y) - 1))
    alphas = np.geomspace(1e-3, 10, 16)
    ends = np.array([mirror(X, y, alpha, 2 * 10**5).w for alpha in alphas])
    norms = np.linalg.norm(np.linalg.pinv(X) @ y), least_l1(X, y)
    excesses = np.linalg.norm(ends, axis=1) / norms[0] - 1, np.abs(ends).sum(1) / norms[1] - 1
    trial.figure(
        "Figure 1, redrawn: from the kernel to the rich regime",
        lambda figure: draw_curves(
            figure.add_subplot(),
            {"$l_2$ norm": (alphas, excesses[0]), "$l_1$ norm": (alphas, excesses[1])},
            ylabel="excess over the least",
            xlabel="scale of the start, $\\alpha$",
        ),
        caption="By how much the limit's norms exceed the least of all interpolants, over the scale of "
        "the start.",
    )


@statement(
    "kernel",
    "large starts find the least l_2 norm",
    source="Theorem 2 (number not checked)",
    text="For alpha = 30 the limit is the interpolant of least l_2 norm, up to a thousandth.",
    reference="the pseudoinverse, in NumPy",
    metric="|w - w*| / |w*|",
    tolerance=1e-3,
)
def kernel(trial: Trial) -> None:
    """Start far from 0."""
    for seed in trial.seeds(2, 10, 40):
        X, y = sparse(seed)
        least = np.linalg.pinv(X) @ y
        run = mirror(X, y, 30.0)
        trial.measure("alpha = 30", float(np.linalg.norm(run.w - least) / np.linalg.norm(least)))


@statement(
    "any-start",
    "the scale of the start does not matter",
    source="against Theorem 2 (number not checked)",
    text="From alpha = 1, too, the limit has the least l_1 norm. (Only as alpha -> 0.)",
    reference="the least l_1 norm by a linear program (HiGHS)",
    metric="relative excess of the l_1 norm",
    tolerance=0.05,
    expect="fails",
)
def any_start(trial: Trial) -> None:
    """Start at 1."""
    for seed in trial.seeds(2, 10, 40):
        X, y = sparse(seed)
        run = mirror(X, y, 1.0)
        trial.measure("alpha = 1", max(0.0, float(np.abs(run.w).sum()) / least_l1(X, y) - 1))
