"""Lemma 8: where the direction of w converges, gradients turn into the cone of the support vectors."""

import math
from functools import partial

import numpy as np
from numpy.typing import NDArray

import implicitbias as ib

from ...._types import Array
from ....nouns.as_text import plain
from ...trial import Trial
from .citation import SECTIONS, statement
from .predicted_limit import predicted_limit
from .section_4 import EXPONENTIAL, FACTOR
from .section_4_margin import gone_far, leapt, solved

section_4 = partial(statement, chapter=SECTIONS["lemma_8"])

RANDOM, TIED = "random data", "entries of -1, 0 and 1"
NEARLY = 1e-4  # of the smallest margin: a convex program's direction has half the digits of its value
TIMES = (2, 4, 8, 16, 40, 300, 10**6)  # log10 t


def vectors(seed: int) -> ib.Problem:
    """Return Gaussian samples that a hidden vector labels."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((15, 4))
    return ib.Problem(X, np.sign(X @ rng.standard_normal(4)), EXPONENTIAL)


def tied(seed: int) -> ib.Problem:
    """Return separable samples of small integers: many are support vectors, some equal or dependent."""
    rng = np.random.default_rng([seed, 1])
    hidden = rng.permutation([1.0, 2, 3, -2])
    X = rng.integers(-1, 2, (60, 4)).astype(float)
    X = X[X @ hidden != 0][:15]
    return ib.Problem(X, np.sign(X @ hidden), EXPONENTIAL)


def signed(problem: ib.Problem) -> Array:
    """Return the rows y_n x_n."""
    return np.asarray(problem.y[:, None] * problem.X.reshape(len(problem.y), -1))


def support(rows: Array, w: Array) -> NDArray[np.bool_]:
    """Return which samples have the smallest margin at w, nearly."""
    margins = rows @ w.ravel()
    return np.asarray(margins <= margins.min() * (1 + NEARLY))


def force(rows: Array, w: Array) -> Array:
    """Return -grad L / |grad L| of the exponential loss, in NumPy; L itself may underflow."""
    margins = rows @ w.ravel()
    total = np.exp(margins.min() - margins) @ rows
    return np.asarray(total / np.linalg.norm(total))


def off_cone(rows: Array, vector: Array) -> float:
    """Return the distance of a vector from the cone of some rows, by SciPy."""
    from scipy.optimize import nnls

    return float(nnls(rows.T, vector)[1])


@section_4(
    "lem8",
    "gradients turn into the support vectors' cone",
    source="Lemma 8",
    text="On the exponential loss, where L -> 0 and w / |w| converges, -grad L / |grad L| comes into the "
    "cone of the support vectors of the limit. (The lemma says so for almost all data; it is true for all: "
    "where some w(t0) has margins of m > 0, |sum_n a_n y_n x_n| >= m / |w(t0)| sum_n a_n for all a >= 0, so "
    "that the gradient cannot cancel what vanishes relative to the largest a_n.)",
    reference="support vectors of the convex program's solution; non-negative least squares (SciPy)",
    metric="distance of the normalized negative gradient from the cone",
    tolerance=1e-6,
)
def lemma_8(trial: Trial) -> None:
    """Leap to t = 10^(10^6) with constant steps; and follow a sequence that no method made."""
    paths: dict[str, list[Array]] = {}
    for seed in trial.seeds(2, 20, 200):
        other = (f"gradient descent, {TIED}", ib.Lp(2), tied), (f"l3, {RANDOM}", ib.Lp(3), vectors)
        for label, norm, make in ((f"gradient descent, {RANDOM}", ib.Lp(2), vectors), other[seed % 2]):
            path = _steepest(trial, label, make(seed), norm)
            paths.setdefault(label, []).append(path)
        _factor(trial, seed)
        _no_method(trial, seed)
    trial.figure(
        "Lemma 8: the distance of -grad L / |grad L| from the cone of the support vectors",
        lambda figure: _draw(figure, paths),
        caption="One line a data set: constant steps, support vectors of the convex program.",
        size=(11, 4.2),
    )


def _steepest(trial: Trial, label: str, problem: ib.Problem, norm: ib.Norm) -> Array:
    """Measure at the end; return the distances at `TIMES`."""
    rows, method = signed(problem), ib.SteepestDescent(norm)
    on = support(rows, predicted_limit(problem, method).point)
    eta = 1 / (15 * max(norm.dual(row) for row in rows) ** 2)
    run = ib.Run(problem, method, ib.Constant(eta), record=ib.LogSpaced(1))
    label, tolerance = gone_far(run, label)
    if tolerance is None:
        trial.assume("L -> 0 (checked: L < e^-1000)", run.log_loss < -1000)
        found = run.support_vectors(tolerance=NEARLY).indices
        others = np.setxor1d(found, np.flatnonzero(on))
        trial.measure("samples of which support_vectors(run) thinks otherwise", float(others.size))
    seen = run.trajectory
    at = [int(np.abs(seen.log10_t - log10_t).argmin()) for log10_t in TIMES]
    path = np.array([off_cone(rows[on], force(rows, seen.w[row])) for row in at])
    trial.measure(label, path[-1], tolerance=tolerance)
    return path


def _factor(trial: Trial, seed: int) -> None:
    samples = (solved(5, 3, [seed, 6, k]) for k in range(1000))
    problem, best = next(each for each in samples if each.quick)
    rows, start = signed(problem), np.random.default_rng([seed, 1]).standard_normal((3, 3))
    run = ib.Run(problem, FACTOR, ib.LossNormalized(cap=1e-2), w0=start, record=ib.LogSpaced(1))
    leapt(run)
    cone = rows[support(rows, best.direction)]
    trial.measure(f"{plain(FACTOR)}, {RANDOM}", off_cone(cone, force(rows, run.w)))


def _no_method(trial: Trial, seed: int) -> None:
    """Follow t v + sqrt(t) u, which tends in direction to v, the linf separator."""
    problem = vectors(seed)
    rows = signed(problem)
    v = predicted_limit(problem, ib.SteepestDescent(ib.Lp(math.inf))).point
    u = np.random.default_rng([seed, 2]).standard_normal(4)
    w = 1e12 * v + 1e6 * u
    trial.measure(
        "t v + sqrt(t) u, for the linf separator v", off_cone(rows[support(rows, v)], force(rows, w))
    )


def _draw(figure, paths: dict[str, list[Array]]) -> None:  # type: ignore[no-untyped-def]
    from ....plot.style import COLORS

    axes = figure.subplots(1, len(paths), sharey=True)
    for (label, found), ax, color in zip(paths.items(), axes, COLORS, strict=False):
        for path in found:
            ax.plot(TIMES, np.maximum(path, 1e-17), "o-", color=color, lw=1, ms=3, alpha=0.6)
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.set_title(label, fontsize=10)
        ax.set_xlabel(r"$\log_{10} t$")
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("distance from the cone")


@section_4(
    "lem8-alternating",
    "without a limit direction",
    source="against Lemma 8",
    text="The direction of w need not converge: where it alternates, every accumulation point of the "
    "gradients lies in the cone of the support vectors of every accumulation point of w / |w|. (It does not: "
    "the gradients alternate, too.)",
    reference="non-negative least squares (SciPy)",
    metric="largest distance of the normalized negative gradients from the cones",
    tolerance=1e-2,
    expect="fails",
)
def alternating(trial: Trial) -> None:
    """Alternate between t v and t v', two separators with different support vectors."""
    for seed in trial.seeds(3, 20, 200):
        problem, rng = vectors(seed), np.random.default_rng([seed, 3])
        rows, best = signed(problem), predicted_limit(problem, ib.SteepestDescent(ib.Lp(2))).point
        separators = _two_separators(rows, best, rng)
        cones = [rows[support(rows, v)] for v in separators]
        forces = [force(rows, 1e12 * v) for v in separators]
        own = max(map(off_cone, cones, forces))
        trial.assume("each gradient lies in the cone of its own support vectors", own < 1e-6)
        trial.measure(RANDOM, max(map(off_cone, cones, forces[::-1])))


def _two_separators(rows: Array, best: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return separators near the best, whose only support vectors are two different samples."""
    found: dict[int, Array] = {}
    least = float((rows @ best).min())
    while len(found) < 2:
        v = best + least / 2 * rng.standard_normal(best.size) / np.linalg.norm(rows, axis=1).max()
        if (rows @ v).min() > 0:
            found.setdefault(int(np.argmin(rows @ v)), v)
    first, second = found.values()
    return first, second
