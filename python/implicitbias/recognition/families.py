"""Families of geometries: lines of norms with an exponent, and single ones."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from .._core import AdaGrad, Constant, GroupNorm, Lp, Norm, Problem, QuadraticNorm, Schatten, WeightedNorm
from .._types import Array
from ..nouns.as_text import plain
from ..oracles.margin_bounds import Margins
from ..problems.rows import entries, is_sparse, samples_of
from ..runs.run import Run

NAMED = (1.0, 1.1, 1.25, 4 / 3, 1.5, 2.0, 3.0, 4.0, 8.0, math.inf)  # p that have a row in tables
# 1/p of all norms of a line that are solved, from linf to l1.
LINE = np.unique(np.round([*np.linspace(0, 1, 21), *(1 / p for p in NAMED)], 12))
COARSE_LINE = np.unique(np.round([0.05, 0.2, 0.4, 0.6, *(1 / p for p in NAMED)], 12))
_UNEVEN = 4.0  # factor between the sizes of features from which on their scale is a geometry of its own
_ADAGRAD_STEPS = (0.01, 0.03, 0.1, 0.3, 1.0)
_ADAGRAD_ITERATIONS = 3000
_FEW = 200_000  # entries of the rows up to which geometries are computed that runs leave behind
_ROUNDS = 20  # of the fixed point of per-sample Adam


@dataclass(frozen=True)
class Place:
    """Where a norm stands: its family, 1/p, and the logarithms of its weights.

    Attributes
    ----------
    family : str
    x : float
        1/p.
    on_line : bool
        Whether x is what is estimated.
    log_weights : ndarray
        Of an l_p norm of weighted parameters; empty where there are none.
    apart : bool
        Whether the norm is on no line that meets l2.
    """

    family: str
    x: float = 0.5
    on_line: bool = False
    log_weights: Array = field(default_factory=lambda: np.zeros(0))
    apart: bool = False


def place_of(norm: Norm, family: str | None = None) -> Place:
    """Return where a norm stands."""
    match norm:
        case Lp():
            return Place(family or "l_p", 1 / norm.p, on_line=family is None)
        case Schatten():
            return Place(family or "Schatten", 1 / norm.p, on_line=family is None)
        case WeightedNorm(norm=Lp() as inner):
            return Place(family or "weighted l_p", 1 / inner.p, log_weights=np.log(norm.weights.ravel()))
        case QuadraticNorm():
            return Place(family or "quadratic", apart=True)
    return Place(family or plain(norm), apart=True)


def norm_on(family: str, x: float) -> Norm:
    """Return the norm of a line; where its p has a row of its own, exactly that."""
    p = next((named for named in NAMED if abs(1 / named - x) < 1e-9), 1 / x if x else math.inf)
    return Lp(p) if family == "l_p" else Schatten(p)


def beside_lines(problem: Problem) -> Iterator[tuple[str, str, Norm]]:
    """Yield the geometries on no line that directions are held against: family, name and norm."""
    shape = problem.predictor_shape
    if len(shape) == 2 and min(shape) > 1:
        numbers = np.arange(math.prod(shape)).reshape(shape)
        for name, groups in (("rows", numbers), ("columns", numbers.T)):
            for p, how in ((1.0, "sum"), (math.inf, "maximum")):
                text = f"{how} over {name}"
                yield text, text, GroupNorm(groups.tolist(), p)
    scale = _scale(problem)
    if scale.min() > 0 and scale.max() > _UNEVEN * scale.min():
        for p in (1.0, 2.0, math.inf):
            yield (scaled := f"scaled {plain(Lp(p))}"), scaled, WeightedNorm(scale / scale.max(), Lp(p))
    if entries(problem) <= _FEW:
        for eta, weights in _adagrad(problem):
            yield "AdaGrad", f"AdaGrad, eta {eta:g}", WeightedNorm(weights, Lp(2))
        if problem.classes is None and len(shape) == 1:
            fixed_point = _per_sample_adam(problem)
            if fixed_point is not None:
                yield "per-sample Adam", "per-sample Adam", WeightedNorm(fixed_point, Lp(2))


def lines(problem: Problem) -> list[str]:
    """Return the lines of norms on a problem's parameters."""
    matrices = len(problem.predictor_shape) == 2 and min(problem.predictor_shape) > 1
    return ["l_p", "Schatten"] if matrices else ["l_p"]


def _scale(problem: Problem) -> Array:
    """Return the root mean squares of the features, one a parameter."""
    X = samples_of(problem)
    squares = X.multiply(X) if is_sparse(X) else np.square(X, dtype=np.float64)
    sizes = np.sqrt(np.asarray(squares.mean(axis=0), dtype=np.float64)).ravel()
    return np.tile(sizes, math.prod(problem.predictor_shape) // sizes.size)


def _adagrad(problem: Problem) -> Iterator[tuple[float, Array]]:
    """Yield steps and G^(1/4) of runs of AdaGrad, whose limits are maximum margins in |G^(1/4) w|_2.

    That is Theorem 6. G remembers where a run began and how long its steps were: each step size is a
    geometry of its own.
    """
    for eta in _ADAGRAD_STEPS:
        run = Run(problem, AdaGrad(), Constant(eta)).advance(_ADAGRAD_ITERATIONS)
        log_weights = run.log_G.ravel() / 4
        if run.margin > 0 and log_weights.min() > log_weights.max() - 20:
            yield eta, np.exp(log_weights - log_weights.max())


def _per_sample_adam(problem: Problem) -> Array | None:
    """Return M(c)^(1/2) with M(c)_j = (sum_n c_n^2 x_nj^2)^(1/2), where c are the weights of its own limit.

    Baek, Song and Yun (2026), arXiv:2510.26303, Theorem 4.8. The fixed point is approached by damped steps.
    """
    X = samples_of(problem)
    X = X.toarray() if is_sparse(X) else X
    squares = np.square(X, dtype=np.float64)
    if not squares.any(axis=0).all():
        return None
    c = np.full(len(X), 1 / len(X))
    for _ in range(_ROUNDS):
        weights = np.asarray((c**2 @ squares) ** 0.25, dtype=np.float64)
        if not weights.min() > 0:
            return None
        weights /= weights.max()
        alpha = Margins(problem, WeightedNorm(weights, Lp(2))).maximum(1e-3).weights
        c = (c + alpha / alpha.sum()) / 2
    return weights
