"""The separable data, norms and steps on which the statements of section 3 are tried."""

import math
from functools import partial

import numpy as np

import implicitbias as ib

from ...._types import Array
from .citation import SECTIONS, statement

section_3 = partial(statement, chapter=SECTIONS["section_3_1_gradient_descent"])

EXPONENTIAL = ib.Exponential()
MARGIN_GAP = "relative gap to the maximum margin"
CONVEX = "the maximum margin by a convex program (cvxpy)"


def clear(
    n: int, shape: tuple[int, ...], seed: int, loss: ib.Loss = EXPONENTIAL, distance: float = 0.5
) -> ib.Problem:
    """Return Gaussian samples at least so far from the plane between the classes, in l2."""
    rng = np.random.default_rng(seed)
    d = math.prod(shape)
    hidden = rng.standard_normal(d)
    hidden /= np.linalg.norm(hidden)
    X = np.empty((0, d))
    while len(X) < n:
        more = rng.standard_normal((2 * n, d))
        X = np.vstack([X, more[np.abs(more @ hidden) >= distance]])[:n]
    return ib.Problem(X.reshape(n, *shape), np.sign(X @ hidden), loss)


def six_norms(d: int) -> list[ib.Norm]:
    """Return the norms of Theorem 5's experiments; the last is for matrices."""
    pairs = [[i, i + 1] for i in range(0, d, 2)]
    return [*(ib.Lp(p) for p in (1, 4 / 3, 2, math.inf)), ib.GroupNorm(pairs), ib.Schatten(1)]


def longest_step(problem: ib.Problem, norm: ib.Norm, w0: Array | None = None) -> float:
    """Return 1 / (B^2 L(w0)): constant steps up to there never let L rise."""
    run = ib.Run(problem, ib.SteepestDescent(norm), w0=w0)
    return math.exp(-run.log_loss) / max(norm.dual(x) for x in problem.X) ** 2


def relative_gap(problem: ib.Problem, norm: ib.Norm, w: Array, best: float) -> float:
    """Return 1 - min_n y_n <w, x_n> / (|w| best)."""
    margins = problem.y * np.tensordot(problem.X, w, w.ndim)
    return 1 - float(margins.min()) / (norm.value(w) * best)
