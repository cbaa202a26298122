"""Section 4: gradient descent on factorised matrices, and Lemma 8."""

import math
from functools import partial

import numpy as np
from numpy.typing import NDArray

import implicitbias as ib

from ..labels import plain
from .predicted_limit import predicted_limit
from .statement import SECTIONS, claim
from .trial import Trial

Array = NDArray[np.float64]
section_4 = partial(claim, chapter=SECTIONS["section_4"])

EXPONENTIAL = ib.Exponential()
FACTOR = ib.FactorizedGradientDescent()


def symmetric(n: int, d: int, seed: int) -> ib.Problem:
    """Return symmetric Gaussian samples that a hidden positive semidefinite matrix labels."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d, d))
    X = X + X.transpose(0, 2, 1)
    root = rng.standard_normal((d, d))
    return ib.Problem(X, np.sign(np.tensordot(X, root @ root.T, 2)), EXPONENTIAL)


def loss_of(problem: ib.Problem, W: Array) -> float:
    """Return L(W) for the exponential loss, in NumPy."""
    return float(np.exp(-problem.y * np.tensordot(problem.X, W, 2)).sum())


def gradient_of(problem: ib.Problem, W: Array) -> Array:
    """Return grad L(W) for the exponential loss, in NumPy."""
    slopes = -problem.y * np.exp(-problem.y * np.tensordot(problem.X, W, 2))
    return np.asarray(np.tensordot(slopes, problem.X, 1))


def gradient_direction(run: ib.Run) -> Array:
    """Return grad L(W) / |grad L(W)|, in NumPy; L itself may underflow."""
    margins = run.problem.y * np.tensordot(run.problem.X, run.w, 2)
    slopes = -run.problem.y * np.exp(margins.min() - margins)
    G = np.asarray(np.tensordot(slopes, run.problem.X, 1))
    return np.asarray(G / np.linalg.norm(G))


def by_differences(problem: ib.Problem, U: Array) -> Array:
    """Return the gradient of U -> L(U U') by central differences."""
    G = np.zeros_like(U)
    for i in np.ndindex(U.shape):
        step = np.zeros_like(U)
        step[i] = 1e-5
        ahead, behind = ((U + sign * step) @ (U + sign * step).T for sign in (1, -1))
        G[i] = (loss_of(problem, ahead) - loss_of(problem, behind)) / 2e-5
    return G


@section_4(
    "eq18",
    "gradient descent on a factor",
    source="Equations 17 to 19",
    text="Steps down the gradient of U -> L(U U') take W = U U' to W - 2 eta (G W + W G) + 4 eta^2 G W G, "
    "with G = grad L(W).",
    reference="central differences for the gradient; eq. (19), with the factor 2, in NumPy",
    metric="relative difference of the steps",
    tolerance=1e-7,
)
def equation_18(trial: Trial) -> None:
    """Take one step from random factors."""
    eta = 1e-3
    for seed in range(trial.choose(3, 10, 50)):
        problem = symmetric(5, 3, seed)
        U = np.random.default_rng(seed).standard_normal((3, 3)) / 2
        run = ib.Run(problem, FACTOR, ib.Constant(eta), w0=U).advance(1)
        step = eta * by_differences(problem, U)
        size = float(np.linalg.norm(step))
        trial.measure(f"U, data {seed}", float(np.linalg.norm(run.factor - U + step)) / size)
        W = U @ U.T
        G = gradient_of(problem, W)
        after = W - 2 * eta * (G @ W + W @ G) + 4 * eta**2 * G @ W @ G
        trial.measure(f"W, data {seed}", float(np.linalg.norm(run.w - after) / np.linalg.norm(after - W)))


@section_4(
    "eq19-printed",
    "half of the step",
    source="Equation 19, as printed",
    text="The step of eq. (18) moves W by W - eta (G W + W G) + eta^2 G W G, as printed. (It is twice as "
    "long: for symmetric samples the gradient in U is 2 G U.)",
    reference="eq. (19) in NumPy",
    metric="relative difference of the steps",
    tolerance=1e-3,
    expect="fails",
)
def equation_19(trial: Trial) -> None:
    """Compare the two equations."""
    eta = 1e-4
    problem, U = symmetric(5, 3, 0), np.eye(3) / 2
    W, G = U @ U.T, gradient_of(problem, U @ U.T)
    printed = -eta * (G @ W + W @ G) + eta**2 * G @ W @ G
    step = ib.Run(problem, FACTOR, ib.Constant(eta), w0=U).advance(1).w - W
    trial.measure("random data", float(np.linalg.norm(printed - step) / np.linalg.norm(step)))


def _rectangular(seed: int) -> tuple[ib.Problem, Array, Array]:
    rng = np.random.default_rng(seed)
    problem = ib.Problem(rng.standard_normal((8, 3, 4)), np.sign(rng.standard_normal(8)), EXPONENTIAL)
    return problem, rng.standard_normal((3, 2)) / 2, rng.standard_normal((4, 2)) / 2


def _descend(problem: ib.Problem, U: Array, V: Array, eta: float, steps: int) -> Array:
    """Return U V' after gradient descent on (U, V), eq. (16), in NumPy."""
    for _ in range(steps):
        G = gradient_of(problem, U @ V.T)
        U, V = U - eta * G @ V, V - eta * G.T @ U
    return U @ V.T


@section_4(
    "lifting",
    "U V' as a block of a symmetric problem",
    source="Equations 15 to 17",
    text="Gradient descent on U V' is gradient descent on W~ = U~ U~' with the samples 1/2 [0 X; X' 0].",
    reference="gradient descent on U and V in NumPy",
    metric="relative difference of U V' after the same steps",
    tolerance=1e-11,
)
def lifting(trial: Trial) -> None:
    """Follow both for a thousand steps."""
    for seed in range(trial.choose(1, 5, 20)):
        problem, U, V = _rectangular(seed)
        run = ib.Run(
            ib.lift(problem), ib.FactorizedGradientDescent(2), ib.Constant(2e-3), w0=np.vstack([U, V])
        )
        block = run.advance(1000).w[:3, 3:]
        direct = _descend(problem, U, V, 2e-3, 1000)
        trial.measure(f"data {seed}", float(np.linalg.norm(block - direct) / np.linalg.norm(direct)))


@section_4(
    "lifting-printed",
    "lifted samples without 1/2",
    source="Equation 17, as printed",
    text="The samples [0 X; X' 0], as printed, give the same iterates at the same step. (They double the "
    "predictions.)",
    reference="gradient descent on U and V in NumPy",
    metric="relative difference of U V' after the same steps",
    tolerance=1e-3,
    expect="fails",
)
def lifting_printed(trial: Trial) -> None:
    """Follow both for a hundred steps."""
    problem, U, V = _rectangular(0)
    printed = ib.Problem(2 * ib.lift(problem).X, problem.y, EXPONENTIAL)
    method = ib.FactorizedGradientDescent(2)
    run = ib.Run(printed, method, ib.Constant(2e-3), w0=np.vstack([U, V])).advance(100)
    direct = _descend(problem, U, V, 2e-3, 100)
    trial.measure("data 0", float(np.linalg.norm(run.w[:3, 3:] - direct) / np.linalg.norm(direct)))


def _sensing(X: Array, hidden: Array) -> ib.Problem:
    return ib.Problem(X, np.tensordot(X, hidden, 2), ib.Squared())


def _random_sensing() -> ib.Problem:
    return _sensing(symmetric(3, 3, 0).X / 3, np.diag([1.0, 0.5, 2]))


def _commuting_sensing(seed: int) -> ib.Problem:
    """Return two samples, and a hidden positive matrix, with the same eigenvectors."""
    rng = np.random.default_rng(seed)
    Q = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    with_values = [Q @ np.diag(rng.standard_normal(4)) @ Q.T for _ in range(2)]
    return _sensing(np.array(with_values) / 2, Q @ np.diag(rng.uniform(0, 2, 4)) @ Q.T)


def _limit_from(scale: float, problem: ib.Problem, trial: Trial) -> Array:
    start = scale * np.eye(problem.shape[0])
    run = ib.Run(problem, FACTOR, ib.Constant(5e-3), w0=start).advance(2 * 10**5)
    trial.assume("w(t) converges to a solution, L(w) = 0", run.residual < 1e-8)
    return run.w


def _least_trace(problem: ib.Problem) -> float:
    import cvxpy as cp

    W = cp.Variable(problem.shape, PSD=True)
    fits = [cp.sum(cp.multiply(X, W)) == y for X, y in zip(problem.X, problem.y, strict=True)]
    return float(cp.Problem(cp.Minimize(cp.trace(W)), fits).solve(solver=cp.CLARABEL))


@section_4(
    "squared-u0",
    "squared loss forgets the scale of U(0)",
    source="against Section 4",
    text="With the squared loss, the limit does not depend on the scale of U(0). (It does.)",
    reference="runs from different scales",
    metric="relative distance between the limits",
    tolerance=1e-3,
    expect="fails",
)
def squared_loss(trial: Trial) -> None:
    """Start at 0.1 I and at I."""
    small, large = (_limit_from(scale, _random_sensing(), trial) for scale in (0.1, 1.0))
    trial.measure("0.1 I and I", float(np.linalg.norm(small - large) / np.linalg.norm(small)))


LEAST_TRACE = "the least trace by a semidefinite program (cvxpy)"
EXCESS = "excess of the trace, relative to the least"


@section_4(
    "squared-small",
    "tiny starts, commuting samples: least nuclear norm",
    source="Section 4",
    text="With the squared loss, small steps and U(0) -> 0, the limit is the solution of smallest nuclear "
    "norm, where the samples commute (proved by Gunasekar et al. 2017).",
    reference=LEAST_TRACE,
    metric=EXCESS,
    tolerance=(1e-3, 1e-4, 1e-6),
)
def small_starts(trial: Trial) -> None:
    """Start at ever smaller multiples of I."""
    for seed in range(trial.choose(1, 3, 3)):
        problem = _commuting_sensing(seed)
        least = _least_trace(problem)
        for scale in (1e-1, 1e-2, trial.choose(1e-4, 1e-6, 1e-8)):
            excess = float(np.trace(_limit_from(scale, problem, trial))) / least - 1
            tolerance = scale if scale > 1e-4 else None
            trial.measure(f"{scale:g} I, data {seed}", max(excess, 0.0), tolerance=tolerance)


@section_4(
    "squared-small-any",
    "tiny starts, any samples: least nuclear norm",
    source="against Section 4",
    text="The same holds whatever the samples (conjectured by Gunasekar et al. 2017). (Not so: on these, the "
    "smaller the start, the further it leads away, towards a solution of lower rank: Li, Luo and Lyu 2021.)",
    reference=LEAST_TRACE,
    metric=EXCESS,
    tolerance=1e-2,
    expect="fails",
)
def small_starts_any(trial: Trial) -> None:
    """Start at ever smaller multiples of I, on samples that do not commute."""
    problem = _random_sensing()
    least = _least_trace(problem)
    for scale in (1e-1, 1e-2, 1e-4, 1e-8):
        W = _limit_from(scale, problem, trial)
        excess = max(float(np.trace(W)) / least - 1, 0.0)
        if scale <= 1e-4:
            trial.measure(f"{scale:g} I", excess)
        values = ", ".join(f"{value:.2g}" for value in np.linalg.eigvalsh(W)[::-1])
        trial.note(f"From {scale:g} I: excess {excess:.2g}, eigenvalues {values}.")


STARTS = {
    "I / 2": np.eye(4) / 2,
    "2 I": 2 * np.eye(4),
    "Gaussian": np.random.default_rng(4).standard_normal((4, 4)),
}


@section_4(
    "thm7",
    "exponential loss: PSD maximum margin",
    source="Theorem 7",
    text="On the exponential loss, on almost all data, U U' converges in direction to the maximum margin "
    "over positive semidefinite matrices of trace 1, from every start of full rank, if L -> 0 and steps and "
    "gradients converge in direction.",
    reference="the semidefinite program (cvxpy)",
    metric="relative gap to the maximum margin",
    tolerance=(5e-3, 1e-3, 2e-4),
)
def theorem_7(trial: Trial) -> None:
    """Start at I / 2, 2 I and a Gaussian factor."""
    # Eigenvectors outside the limit lose weight like trace(W)^(lambda / gamma* - 1), as slowly as lambda is
    # close to gamma*: not on these data.
    problem = symmetric(6, 4, 9)
    runs = {}
    for name, U in STARTS.items():
        last = trial.choose(3 * 10**4, 10**5, 10**6)
        run = runs[name] = ib.Run(problem, FACTOR, w0=U).advance(last // 10)
        before, middle = gradient_direction(run), run.w
        run.advance(last - last // 10)
        turned = float(np.linalg.norm(gradient_direction(run) - before))
        trial.assume("in the last decade the gradient turns by less than 0.1", turned < 0.1)
        grown = run.w - middle
        aligned = float(np.sum(grown * run.w) / np.linalg.norm(grown) / np.linalg.norm(run.w))
        trial.assume("what the last decade adds has W's direction to 0.99", aligned > 0.99)
        trial.assume("L < e^-10", run.log_loss < -10)
        trial.compare(name, run, ib.predict(problem, FACTOR, U))
    trial.figure(
        "Theorem 7: singular values of W(t) / trace W(t)",
        lambda figure: _draw_singular_values(figure, runs),
        caption="From three starts, the same direction of low rank; dotted: the semidefinite program's.",
        size=(11, 4.2),
    )


def _draw_singular_values(figure, runs) -> None:  # type: ignore[no-untyped-def]
    from ..plot.style import COLOURS

    for (name, run), ax in zip(runs.items(), figure.subplots(1, 3, sharey=True), strict=True):
        rows = run.trajectory
        sizes = np.linalg.eigvalsh(rows.w)[:, ::-1] / np.trace(rows.w, axis1=1, axis2=2)[:, None]
        limit = np.linalg.eigvalsh(predicted_limit(run.problem, run.method).point)[::-1]
        for k, colour in zip(range(sizes.shape[1]), COLOURS, strict=False):
            ax.plot(rows.t[1:], sizes[1:, k], color=colour, lw=1.6)
            ax.axhline(max(limit[k], 1e-6), color=colour, lw=1.2, ls=":")
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.set_ylim(1e-5, 2)
        ax.set_title(f"U(0) = {name}")
        ax.set_xlabel("iteration $t$")
        ax.spines[["top", "right"]].set_visible(False)
    figure.axes[0].set_ylabel(r"singular values of $W / \mathrm{tr}\, W$")


@section_4(
    "thm7-psd",
    "the nuclear-norm margin without W >= 0",
    source="against Theorem 7",
    text="What U U' converges to is the maximum margin among all symmetric matrices of nuclear norm 1. (It "
    "is not: those need not be positive semidefinite.)",
    reference="the largest dual norm by a semidefinite program (cvxpy)",
    metric="relative gap to that margin",
    tolerance=1e-2,
    expect="fails",
)
def theorem_7_psd(trial: Trial) -> None:
    """Compare with the larger margin."""
    problem = symmetric(6, 4, 9)
    run = ib.Run(problem, FACTOR, w0=np.eye(4)).advance(3 * 10**4)
    reached = run.margin >= 0.99 * predicted_limit(problem, FACTOR).value
    trial.assume("the maximum margin over positive semidefinite matrices is reached", reached)
    larger = predicted_limit(problem, ib.SteepestDescent(ib.Schatten(1))).value
    trial.measure("random data", 1 - run.margin / larger)


@section_4(
    "lem8",
    "gradients turn into the support vectors' cone",
    source="Lemma 8",
    text="Where L -> 0 and w / |w| converges, -grad L / |grad L| comes into the cone of the support vectors.",
    reference="distance from the cone by non-negative least squares (SciPy)",
    metric="distance of the normalised negative gradient from the cone",
    tolerance=(1e-2, 1e-3, 1e-4),
)
def lemma_8(trial: Trial) -> None:
    """Follow gradient descent, l3 steepest descent, a factor, and a sequence that no method made."""
    from scipy.optimize import nnls

    rng = np.random.default_rng(1)
    X = rng.standard_normal((15, 4))
    problem = ib.Problem(X, np.sign(X @ rng.standard_normal(4)), EXPONENTIAL)
    steps = trial.choose(10**5, 10**6, 10**7)
    for method, data, w0 in (
        (ib.SteepestDescent(ib.Lp(2)), problem, None),
        (ib.SteepestDescent(ib.Lp(3)), problem, None),
        (FACTOR, symmetric(6, 4, 9), np.eye(4)),
    ):
        seen = ib.Run(data, method, w0=w0).advance(steps).support_vectors()
        trial.measure(plain(method), float(seen.cone_residual[-1]))
    # w(t) = t v + sqrt(t) u, for v a separator, tends in direction to v.
    rows = problem.y[:, None] * X
    v = predicted_limit(problem, ib.SteepestDescent(ib.Lp(math.inf))).point
    support = rows @ v <= (rows @ v).min() * (1 + 1e-6)
    w = 1e6 * v + 1e3 * rng.standard_normal(4)
    force = np.exp((rows @ w).min() - rows @ w) @ rows
    residual = nnls(rows[support].T, force / np.linalg.norm(force))[1]
    trial.measure("t v + sqrt(t) u, for the linf separator v", float(residual))
