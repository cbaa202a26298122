"""States to begin with: every example and figure of the paper, and what later papers add."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from .curve import Curve
from .state import Point, State

_FIGURE_1 = math.log10(600)  # the paper's Figure 1 shows 600 iterations
_LINE = State(((1.0, 2.0),), (1.0,), "Squared()")  # Examples 2 and 3: w_1 + 2 w_2 = 1


class Preset(NamedTuple):
    """A state with what it is about.

    `hint` says in a sentence what to look at, and what to move.
    """

    title: str
    hint: str
    state: Callable[[], State]


def two_clouds(n: int = 14, seed: int = 4) -> tuple[tuple[Point, ...], tuple[float, ...]]:
    """Return points on both sides of a line through the origin, at some distance from it."""
    rng = np.random.default_rng(seed)
    across, along = np.array([0.5, 1.0]), np.array([1.0, -0.5])
    y = np.where(np.arange(n) % 2, -1.0, 1.0)
    X = np.outer(y * rng.uniform(0.45, 1.3, n), across) + np.outer(rng.normal(0, 0.9, n), along)
    return tuple(map(tuple, X.round(2).tolist())), tuple(y.tolist())


def _clouds(curves: tuple[Curve, ...], log10_t: float = 4, loss: str = "Exponential()") -> State:
    X, y = two_clouds()
    return State(X, y, loss, curves, log10_t)


def _norms() -> State:
    return _clouds(tuple(Curve("steepest", p=p, eta=0.02) for p in (1.0, 2.0, math.inf)))


def _late() -> State:
    return _clouds((Curve("gradient", eta=0.02), Curve("steepest", p=4 / 3, eta=0.02)), 300)


def _overlap() -> State:
    X, y = two_clouds()
    return State((*X, (-0.4, -0.5)), (*y, 1.0), "Logistic()", (Curve("gradient", eta=0.05),), 4)


def _example_2() -> State:
    curves = (
        Curve("mirror", "Entropy", momentum="primal" if beta else "none", beta=beta or 0.9, eta=0.02)
        for beta in (0.0, 0.3, 0.5, 0.7)
    )
    return replace(_LINE, curves=tuple(curves), log10_t=_FIGURE_1)


def _dual() -> State:
    curves = (
        Curve("mirror", "Entropy", momentum="dual" if beta else "none", beta=beta or 0.9, eta=0.02)
        for beta in (0.0, 0.3, 0.5, 0.7)
    )
    return replace(_LINE, curves=tuple(curves), log10_t=_FIGURE_1)


def _example_3() -> State:
    curves = tuple(Curve("natural", "Entropy", eta=eta) for eta in (0.02, 0.06, 0.1, 0.12))
    return replace(_LINE, curves=curves, log10_t=_FIGURE_1)


def _example_4() -> State:
    curves = (*(Curve("steepest", p=4 / 3, eta=eta) for eta in (0.02, 0.1, 0.18)),)
    X = ((1.0, 1.0, 1.0), (1.0, 2.0, 0.0))
    return State(X, (1.0, 10.0), "Squared()", curves, _FIGURE_1)


def _potentials() -> State:
    curves = (
        Curve("mirror", "Euclidean", eta=0.02),
        Curve("mirror", "Entropy", eta=0.02),
        Curve("mirror", "SquaredLp", p=1.2, eta=0.02),
        Curve("mirror", "HyperbolicEntropy", width=0.1, eta=0.02),
    )
    return replace(_LINE, curves=curves, log10_t=4)


def _stochastic() -> State:
    X, y = ((1.0, 0.4, -0.3), (0.2, 1.0, 0.6)), (1.0, 0.5)
    curves = tuple(Curve("mirror", "Entropy", eta=0.1, batch=batch) for batch in (0, 1))
    return State(X, y, "Squared()", curves, 4)


def _adagrad() -> State:
    curves = tuple(Curve("adagrad", eta=eta) for eta in (0.01, 0.1, 1.0))
    return State(((1.0, 0.5),), (1.0,), "Exponential()", curves, 5)


def _matrices() -> State:
    rng = np.random.default_rng(2)
    U, V = rng.standard_normal((2, 10, 2))
    hidden = np.outer((1.0, -0.4), (1.0, -0.4))
    X = (U[:, :, None] * V[:, None] + V[:, :, None] * U[:, None]) / 2
    margins = (X * hidden).sum(axis=(1, 2))
    kept = np.abs(margins) > 0.3
    points = X[kept][:, (0, 0, 1), (0, 1, 1)].round(2)
    curves = (Curve("factorized", eta=0.02), Curve("gradient", eta=0.02))
    return State(
        tuple(map(tuple, points.tolist())),
        tuple(np.sign(margins[kept]).tolist()),
        "Exponential()",
        curves,
        30,
        (0, 2),
        symmetric=True,
    )


def _boosting() -> State:
    from ..datasets.built_in import rudin_2004

    data = rudin_2004()
    curves = (Curve("steepest", p=1.0, step="line-search"), Curve("steepest", p=1.0, eta=0.02))
    return State(
        tuple(map(tuple, data.X.tolist())), tuple(data.y.tolist()), "Exponential()", curves, 4, (0, 2)
    )


def _iris() -> State:
    from ..datasets.built_in import iris_setosa

    data = iris_setosa()
    curves = tuple(Curve("steepest", p=p, step="loss-normalized", eta=1.0) for p in (1.0, 2.0, math.inf))
    return State(
        tuple(map(tuple, data.X.tolist())), tuple(data.y.tolist()), "Exponential()", curves, 5, (2, 0)
    )


def _adam() -> State:
    return _clouds(
        (
            Curve("adam", step="polynomial", eta=0.1),
            Curve("steepest", p=math.inf, momentum="average", step="normalized", eta=0.1),
            Curve("gradient", eta=0.02),
        ),
        5,
    )


PRESETS: dict[str, Preset] = {
    "theorem-5": Preset(
        "Theorem 5 · a norm, a margin",
        "Steepest descent in each norm turns to that norm's maximum margin. Drag a point, or move p.",
        _norms,
    ),
    "section-3.1": Preset(
        "Section 3.1 · t = 10^300",
        "With constant steps the margin's gap closes like 1 / log t. Move the time back to see how slowly.",
        _late,
    ),
    "overlap": Preset(
        "No separator · overlap",
        "One point lies on the wrong side: w(t) converges. Drag it back across, and w(t) diverges again.",
        _overlap,
    ),
    "theorem-1": Preset(
        "Theorem 1 · mirror descent",
        "Each potential's iterates end where its level set touches the line of solutions.",
        _potentials,
    ),
    "example-2": Preset(
        "Example 2, Figure 1a · primal momentum",
        "Primal momentum moves the limit along the solutions; without momentum it is the projection.",
        _example_2,
    ),
    "theorem-1b": Preset(
        "Theorem 1b · dual momentum",
        "Momentum in the dual leaves the limit where it is, whatever beta.",
        _dual,
    ),
    "example-3": Preset(
        "Example 3, Figure 1b · natural gradient",
        "Finite steps of natural gradient descent end elsewhere; the longer they are, the farther.",
        _example_3,
    ),
    "example-4": Preset(
        "Example 4, Figure 1c · steepest descent",
        "In l4/3 the limit depends on the step, and is not the solution of least norm.",
        _example_4,
    ),
    "remark-1": Preset(
        "Remark 1 · stochastic gradients",
        "Batches take another way to the same limit.",
        _stochastic,
    ),
    "theorem-6": Preset(
        "Theorem 6 · AdaGrad",
        "AdaGrad's limit direction depends on the step size.",
        _adagrad,
    ),
    "theorem-7": Preset(
        "Section 4, Theorem 7 · a factored matrix",
        "On a factor U, W = UU' turns to the maximum margin in the trace norm, and not in Frobenius' norm.",
        _matrices,
    ),
    "boosting": Preset(
        "Section 3.2 · AdaBoost's cycle",
        "Coordinate descent with exact line search is AdaBoost: its margin tends to 1/3; 3/8 is possible.",
        _boosting,
    ),
    "adam": Preset(
        "Zhang et al. (2024) · Adam",
        "Adam with eps = 0 turns to the l-infinity maximum margin, as sign descent with momentum does.",
        _adam,
    ),
    "iris": Preset(
        "README · iris setosa",
        "150 flowers of four features; the axes above the figures choose which two are shown.",
        _iris,
    ),
}
