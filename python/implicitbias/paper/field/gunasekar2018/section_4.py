"""Section 4: gradient descent on a factor, and on two of them."""

from functools import partial

import numpy as np

import implicitbias as ib

from ...._types import Array
from ...trial import Trial
from .citation import SECTIONS, statement

section_4 = partial(statement, chapter=SECTIONS["section_4"])

EXPONENTIAL = ib.Exponential()
FACTOR = ib.FactorizedGradientDescent()


def symmetric(n: int, d: int, seed: int | list[int]) -> ib.Problem:
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
    for seed in trial.seeds(3, 20, 200):
        problem = symmetric(5, 3, seed)
        U = np.random.default_rng(seed).standard_normal((3, 3)) / 2
        run = ib.Run(problem, FACTOR, ib.Constant(eta), w0=U).advance(1)
        step = eta * by_differences(problem, U)
        size = float(np.linalg.norm(step))
        trial.measure("U", float(np.linalg.norm(run.factor - U + step)) / size)
        W = U @ U.T
        G = gradient_of(problem, W)
        after = W - 2 * eta * (G @ W + W @ G) + 4 * eta**2 * G @ W @ G
        trial.measure("W", float(np.linalg.norm(run.w - after) / np.linalg.norm(after - W)))


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
    for seed in trial.seeds(3, 20, 200):
        problem, U = symmetric(5, 3, seed), np.random.default_rng(seed).standard_normal((3, 3)) / 2
        W, G = U @ U.T, gradient_of(problem, U @ U.T)
        printed = -eta * (G @ W + W @ G) + eta**2 * G @ W @ G
        step = ib.Run(problem, FACTOR, ib.Constant(eta), w0=U).advance(1).w - W
        trial.measure("random data", float(np.linalg.norm(printed - step) / np.linalg.norm(step)))


def _rectangular(seed: int) -> tuple[ib.Problem, Array, Array]:
    rng = np.random.default_rng(seed)
    problem = ib.Problem(rng.standard_normal((8, 3, 4)), np.sign(rng.standard_normal(8)), EXPONENTIAL)
    return problem, rng.standard_normal((3, 2)) / 2, rng.standard_normal((4, 2)) / 2


def _step_size(problem: ib.Problem, U: Array, V: Array) -> float:
    """Return steps that are small for the printed samples, too, which square each term of the loss."""
    margins = problem.y * np.tensordot(problem.X, U @ V.T, 2)
    return 0.01 / float((np.exp(-margins) + np.exp(-2 * margins)).sum() * (problem.X**2).sum((1, 2)).max())


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
    for seed in trial.seeds(2, 20, 200):
        problem, U, V = _rectangular(seed)
        eta, method = _step_size(problem, U, V), ib.FactorizedGradientDescent(2)
        run = ib.Run(ib.lift(problem), method, ib.Constant(eta), w0=np.vstack([U, V]))
        block = run.advance(1000).w[:3, 3:]
        direct = _descend(problem, U, V, eta, 1000)
        trial.measure("random data", float(np.linalg.norm(block - direct) / np.linalg.norm(direct)))


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
    """Follow both for a thousand steps."""
    for seed in trial.seeds(3, 20, 200):
        problem, U, V = _rectangular(seed)
        printed = ib.Problem(2 * ib.lift(problem).X, problem.y, EXPONENTIAL)
        eta, method = _step_size(problem, U, V), ib.FactorizedGradientDescent(2)
        run = ib.Run(printed, method, ib.Constant(eta), w0=np.vstack([U, V])).advance(1000)
        direct = _descend(problem, U, V, eta, 1000)
        off = float(np.linalg.norm(run.w[:3, 3:] - direct) / np.linalg.norm(direct))
        trial.measure("random data", off)
