"""Which problem does AdamW solve? Where it converges, the loss on the l_inf ball of radius 1 / lambda.

With decoupled weight decay, x <- x - eta (d + lambda x), a limit must have d = -lambda x, and a normalized
step d has norm 1: sign descent, Lion, AdamW (eps = 0) end in the l_inf ball, Muon in the spectral ball,
each at a KKT point of the loss on its ball (Theorems 1.1 and 3.7), which for convex losses is the minimizer
(Theorem 3.5). The residual |grad L|_* + lambda <x, grad L> is 0 exactly there (Lemma 3.8), so that a single
gradient tells.

Theorems 1.1 and 3.5 need eps = 0, steps that do not increase and a sum of them that diverges, beta1 <=
beta2. With eps > 0 the limit is another: it minimizes L + (eps / lambda) sum_i [-log(1 - lambda |x_i|) -
lambda |x_i|], a barrier of the ball (derived for this package). Trap: steps of t^-1 do have an infinite
sum, and still do not arrive.
"""

import math

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves
from .separable import problem_of

PAPER = Paper(
    key="xie_li2024",
    authors="Xie and Li",
    year=2024,
    title="Implicit Bias of AdamW: l_inf-Norm Constrained Optimization",
    venue="ICML",
    arxiv="2404.04454",
)
statement = stated_in(PAPER)
PROGRAM = "the loss's minimum on the ball, by a cone program (cvxpy)"
EXCESS = "L - L*, the minimum on the ball, relative to L*"


def crowded(seed: int, shape: tuple[int, ...] = (5,)) -> ib.Problem:
    """Return samples with random labels, on which the loss has a minimizer."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((20, *shape))
    hidden = rng.standard_normal(shape)
    y = np.sign(np.tensordot(X, hidden, len(shape)) + 0.7 * rng.standard_normal(20))
    return problem_of(X * y.reshape(-1, *[1] * len(shape)), ib.Logistic())


def active(seed: int, decay: float, kind: str, shape: tuple[int, ...] = (5,)) -> tuple[ib.Problem, float]:
    """Return a problem whose minimum over all w is well below the one on the ball, and the latter."""
    rng = np.random.default_rng(seed)
    while True:
        problem = crowded(int(rng.integers(2**31)), shape)
        on_ball, anywhere = minimum(problem, decay, kind), minimum(problem, decay / 4, kind)
        if on_ball > 1.1 * anywhere:
            return problem, on_ball


def minimum(problem: ib.Problem, decay: float, kind: str) -> float:
    """Return the least logistic loss on the ball of radius 1 / decay, "box" or "spectral"."""
    import cvxpy as cp

    rows = problem.X.reshape(len(problem.X), -1)
    w = cp.Variable(problem.shape)
    flat = cp.vec(w, order="C") if len(problem.shape) > 1 else w
    ball = cp.norm(w, 2) if kind == "spectral" else cp.norm(flat, "inf")
    loss = cp.sum(cp.logistic(-(rows @ flat)))
    cp.Problem(cp.Minimize(loss), [ball <= 1 / decay]).solve(solver=cp.CLARABEL)
    return float(loss.value)


def barrier(problem: ib.Problem, decay: float, eps: float) -> Array:
    """Return the minimizer of the loss and the barrier of the box of radius 1 / decay, by damped Newton."""
    rows, w = problem.X, np.zeros(problem.X.shape[1])

    def value(w: Array) -> float:
        s = decay * np.abs(w)
        if s.max() >= 1:
            return math.inf
        return float(np.logaddexp(0, -(rows @ w)).sum() + eps / decay * (-np.log1p(-s) - s).sum())

    for _ in range(200):
        p, s = 1 / (1 + np.exp(rows @ w)), decay * np.abs(w)
        gradient = -rows.T @ p + eps * np.sign(w) * s / (1 - s)
        curvature = (rows.T * (p * (1 - p))) @ rows + np.diag(eps * decay / (1 - s) ** 2)
        step, length = -np.linalg.solve(curvature, gradient), 1.0
        while value(w + length * step) > value(w) + 1e-4 * length * float(gradient @ step) and length > 1e-12:
            length /= 2
        w = w + length * step
    return w


def excess(run: ib.Run, best: float) -> float:
    """Return (L - L*) / L*, where w is in the ball up to rounding."""
    return max(0.0, math.exp(run.log_loss) / best - 1)


def residual(run: ib.Run, decay: float) -> float:
    """Return (|g|_1 + lambda <x, g>) / |g|_1: 0 exactly at KKT points in the box (Lemma 3.8)."""
    rows = run.problem.X
    gradient = -rows.T @ (1 / (1 + np.exp(rows @ run.w)))
    size = float(np.abs(gradient).sum())
    return abs(size + decay * float(run.w @ gradient)) / size


DECAY = 1.0
ADAMW = ib.Adam(eps=0, weight_decay=DECAY)
METHODS: dict[str, tuple[ib.Method, ib.StepSize]] = {
    "sign descent": (ib.SteepestDescent(ib.Lp(math.inf), weight_decay=DECAY), ib.Normalized(0.3, 0.5)),
    "AdamW, eps = 0": (ADAMW, ib.Polynomial(0.3, 0.5)),
    "Lion": (ib.Lion(weight_decay=DECAY), ib.Polynomial(0.3, 0.5)),
}


@statement(
    "box",
    "AdamW, Lion and sign descent minimize the loss on the l_inf ball",
    source="Theorems 1.1 and 3.5; Lion: Chen et al. 2024",
    text="With weight decay lambda, eps = 0 and steps of t^-1/2 they converge to the least loss among the "
    "w with |w|_inf <= 1 / lambda.",
    reference=PROGRAM,
    metric=EXCESS,
    tolerance=(5e-3, 1e-3, 1e-3),
)
def box(trial: Trial) -> None:
    """Run the three; draw how they approach it."""
    ways = {}
    for seed in trial.seeds(1, 8, 40):
        problem, best = active(seed, DECAY, "box")
        on_a_larger_one = minimum(problem, DECAY / 4, "box")
        trial.assume(
            "the ball is active: the loss is less by a tenth beyond it", best > 1.1 * on_a_larger_one
        )
        for name, (method, step) in METHODS.items():
            run = ib.Run(problem, method, step).advance(trial.choose(10**5, 10**6, 10**6))
            trial.measure(name, excess(run, best))
            trial.measure(f"{name}, beyond the box", max(0.0, float(np.abs(run.w).max()) * DECAY - 1))
            ways[name] = run.trajectory.t, np.exp(run.trajectory.log_loss) / best - 1
    trial.figure(
        "The loss above its minimum on the l_inf ball",
        lambda figure: draw_curves(figure.add_subplot(), ways, ylabel="$L / L^* - 1$", powers=(-0.5,)),
        caption="Three methods with weight decay on the same data, steps of t^-1/2. A curve that ends is "
        "in the ball's interior on its way, at or below the minimum to rounding.",
    )


@statement(
    "kkt",
    "the KKT residual of AdamW tends to 0",
    source="Theorem 1.1, Lemma 3.8",
    text="AdamW with eps = 0 ends at a KKT point: (|grad L|_1 + lambda <x, grad L>) / |grad L|_1 tends to 0.",
    reference="the residual, which is 0 at KKT points only, in NumPy",
    metric="the residual",
    tolerance=(0.02, 5e-3, 5e-3),
)
def kkt(trial: Trial) -> None:
    """Measure the residual where beta1 <= beta2."""
    method, step = ADAMW, ib.Polynomial(0.3, 0.5)
    trial.assume("beta1 <= beta2", method.beta1 <= method.beta2)
    for seed in trial.seeds(2, 8, 40):
        problem, _ = active(seed, DECAY, "box")
        run = ib.Run(problem, method, step).advance(trial.choose(10**5, 10**6, 10**6))
        trial.measure("random data", residual(run, DECAY))


@statement(
    "spectral",
    "Muon with weight decay minimizes the loss on the spectral ball",
    source="Theorem 3.5, in the spectral norm",
    text="Normalized steepest descent in the spectral norm with weight decay lambda converges to the "
    "least loss among the W with spectral norm at most 1 / lambda.",
    reference=PROGRAM,
    metric=EXCESS,
    tolerance=(0.02, 5e-3, 5e-3),
)
def spectral(trial: Trial) -> None:
    """Descend on matrices."""
    method = ib.SteepestDescent(ib.Schatten(math.inf), weight_decay=DECAY)
    for seed in trial.seeds(1, 5, 20):
        problem, best = active(seed, DECAY, "spectral", (3, 2))
        run = ib.Run(problem, method, ib.Normalized(0.3, 0.5)).advance(trial.choose(10**4, 10**5, 10**6))
        trial.measure("random data", excess(run, best))
        trial.measure("beyond the ball", max(0.0, float(np.linalg.norm(run.w, 2)) * DECAY - 1))


@statement(
    "eps",
    "eps > 0 leaves the limit where it is",
    source="against Theorem 1.1",
    text="AdamW with eps = .3 ends at a KKT point of the l_inf ball, too. (Its steps shrink with the "
    "gradient.)",
    reference="the residual, which is 0 at KKT points only, in NumPy",
    metric="the residual",
    tolerance=0.02,
    expect="fails",
)
def eps_positive(trial: Trial) -> None:
    """Measure the residual with eps > 0."""
    for seed in trial.seeds(2, 8, 40):
        problem, _ = active(seed, DECAY, "box")
        run = ib.Run(problem, ib.Adam(eps=0.3, weight_decay=DECAY), ib.Polynomial(0.3, 0.5)).advance(10**5)
        trial.measure("eps = .3", residual(run, DECAY))


@statement(
    "barrier",
    "with eps > 0 AdamW minimizes the loss and a barrier of the ball",
    source="this package",
    text="The limit of AdamW minimizes L(w) + (eps / lambda) sum_i [-log(1 - lambda |w_i|) - lambda |w_i|].",
    reference="that minimizer by Newton's method, in NumPy",
    metric="|w - w*| / |w*|",
    tolerance=(1e-2, 5e-3, 1e-3),
)
def with_barrier(trial: Trial) -> None:
    """Run to rest with constant steps that are small."""
    for seed in trial.seeds(2, 8, 40):
        problem, _ = active(seed, DECAY, "box")
        for eps in (0.1, 0.3, 1.0):
            run = ib.Run(problem, ib.Adam(eps=eps, weight_decay=DECAY), ib.Constant(1e-3)).advance(10**5)
            wanted = barrier(problem, DECAY, eps)
            trial.measure(f"eps = {eps}", float(np.linalg.norm(run.w - wanted) / np.linalg.norm(wanted)))


@statement(
    "summable",
    "steps of 1 / t arrive as well",
    source="against Theorem 3.5 in practice",
    text="Steps of .1 / t, whose sum diverges as the theorem asks, have arrived after 10^5 of them. (log "
    "t is no time.)",
    reference=PROGRAM,
    metric=EXCESS,
    tolerance=0.02,
    expect="fails",
)
def inverse_steps(trial: Trial) -> None:
    """Take them for as long as the others."""
    for seed in trial.seeds(2, 8, 40):
        problem, best = active(seed, DECAY, "box")
        method = ib.SteepestDescent(ib.Lp(math.inf), weight_decay=DECAY)
        run = ib.Run(problem, method, ib.Normalized(0.1, 1.0)).advance(10**5)
        trial.measure("eta = .1 / t", excess(run, best))
