"""In which coordinates a method's flow is integrated, and with which velocity."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch

import numpy as np
from numpy.typing import NDArray

from .._core import (
    Affine,
    Constraint,
    DualMomentum,
    Loss,
    Lp,
    Method,
    MirrorDescent,
    Momentum,
    NaturalGradient,
    Norm,
    Potential,
    PrimalMomentum,
    Problem,
    Simplex,
    SteepestDescent,
    registry,
)
from .._types import Array
from ..errors import DomainError, InvalidTypeError, InvalidValueError
from ..nouns.bare_descent import norm_of_bare_descent
from ..nouns.of_ones_own import is_strictly_convex
from ..oracles.norms import oracle_of
from ..problems.rows import moderate, samples_of, signed_rows, targets_of
from .affine_projection import inverse_link


class Data:
    """The problem on flat parameters, with a row for each residual."""

    def __init__(self, problem: Problem) -> None:
        self.shape: tuple[int, ...] = problem.shape
        moderate(samples_of(problem))
        self.y: Array = moderate(targets_of(problem), "y")
        self.X: Array = signed_rows(problem)
        self._sizes = np.abs(self.X)
        self._loss: Loss = problem.loss

    def residuals(self, w: Array) -> Array:
        """Return X w - y."""
        return self.X @ w - self.y

    def slopes(self, w: Array) -> Array:
        """Return l'(r_n)."""
        _, log_scale, slopes = self._loss.evaluate(self.residuals(w))
        return math.exp(log_scale) * slopes

    def scale(self, w: Array) -> float:
        """Return what the residual's rounding is relative to."""
        return float(np.linalg.norm(self._sizes @ np.abs(w) + np.abs(self.y)))


@dataclass(frozen=True)
class Motion:
    """dq/dt = velocity(point(q)) in coordinates q that suit the method, with w = point(q)."""

    start: Array
    point: Callable[[Array], Array]
    velocity: Callable[[Array], Array]
    gradient: Array  # times l'(r_n) it vanishes where L is stationary under the constraint
    dual: bool  # whether every path within these coordinates has the same limit
    lipschitz: bool = True
    slowness: float = 1.0  # time on this clock over time on the method's


@singledispatch
def motion_of(method: Method, data: Data, w0: Array) -> Motion:
    """Return the motion of a method's flow from w0."""
    raise InvalidTypeError(
        f"method: expected MirrorDescent, NaturalGradient or SteepestDescent, whose small-step limits are "
        f"flows of w, got {type(method).__name__}"
    )


@motion_of.register
def _(method: MirrorDescent, data: Data, w0: Array) -> Motion:
    return _mirror(method.potential, method.constraint, data, w0, _slowness(method.momentum))


@motion_of.register
def _(method: NaturalGradient, data: Data, w0: Array) -> Motion:
    metric = method.potential
    if isinstance(metric, Potential):
        if len(stuck := _stuck(metric, w0)):
            where = ", ".join(str(i) for i in stuck[0])
            raise DomainError(
                f"w0: w[{where}] = 0, where the Hessian of {metric!r} is infinite: natural gradient descent "
                "never moves that coordinate, and its small-step limit is no mirror flow; start elsewhere, "
                "or use MirrorDescent"
            )
        return _mirror(metric, None, data, w0)

    def velocity(w: Array) -> Array:
        gradient = data.X.T @ data.slopes(w)
        return -metric.solve(w.reshape(data.shape), gradient.reshape(data.shape)).ravel()

    return Motion(w0.ravel(), _same, velocity, data.X.T, dual=False)


@motion_of.register
def _(method: SteepestDescent, data: Data, w0: Array) -> Motion:
    if norm_of_bare_descent(method) is None:
        raise InvalidTypeError(
            f"method: expected none with momentum or weight decay, got {method!r}: as eta -> 0 an average of "
            f"gradients is the gradient, and of weight decay no flow is known here; write "
            f"SteepestDescent({method.norm!r})"
        )
    norm: Norm = method.norm
    if type(norm) in registry["norms"] and not is_strictly_convex(norm):
        jumps: dict[Norm, tuple[str, str]] = {
            Lp(1): ("where partial derivatives tie", "; paths.stagewise follows it by small steps"),
            Lp(math.inf): ("where a partial derivative changes its sign", ""),
        }
        where, other = jumps.get(norm, ("where several steps are steepest", ""))
        raise InvalidTypeError(
            f"method: expected a norm whose steepest step depends continuously on the gradient, such as "
            f"Lp(p) with 1 < p < inf, got {norm!r}: its step jumps {where}, and the small-step limit slides "
            f"along there, which no differential equation says{other}"
        )

    def velocity(w: Array) -> Array:
        gradient = data.X.T @ data.slopes(w)
        return norm.steepest(gradient.reshape(data.shape)).ravel()

    # Where p > 2 the step grows like |g_i|^(1/(p-1)) from g_i = 0 (or a group's, a singular value's). The
    # flow is unique, as the step is monotone in g, but implicit methods fare worse on it than explicit ones.
    lipschitz = oracle_of(norm).lipschitz()
    return Motion(w0.ravel(), _same, velocity, data.X.T, dual=False, lipschitz=lipschitz)


def _stuck(potential: Potential, w0: Array) -> NDArray[np.int64]:
    """Return the zeros of w0 that no gradient moves: there the Hessian is infinite."""
    zero = w0 == 0
    if not zero.any():
        return np.argwhere(zero)
    gradient = np.random.default_rng(0).uniform(1, 2, w0.shape)  # in general position
    if gradient.ndim == 2 and gradient.shape[0] == gradient.shape[1]:
        gradient += gradient.T  # for potentials of symmetric matrices
    return np.argwhere(zero & (potential.solve(w0, gradient) == 0))


def _same(q: Array) -> Array:
    return q


def _slowness(momentum: Momentum | None) -> float:
    if momentum is None:
        return 1.0
    if not isinstance(momentum, DualMomentum | PrimalMomentum):
        raise InvalidTypeError(
            f"method: expected DualMomentum or PrimalMomentum, got {type(momentum).__name__}"
        )
    beta = momentum.beta
    for name, value in (("beta", beta), ("gamma", momentum.gamma)):
        if np.ndim(value):
            raise InvalidTypeError(
                f"method: expected momentum with constant coefficients, got an array as {name}: a "
                "coefficient for each step has no small-step limit"
            )
    if beta >= 1:
        raise InvalidValueError(
            f"method: expected momentum with beta < 1, got beta = {beta:g}, which never forgets its first "
            "steps: no first-order flow is its small-step limit"
        )
    return 1.0 - float(beta)


def _mirror(
    potential: Potential, constraint: Constraint | None, data: Data, w0: Array, slowness: float = 1.0
) -> Motion:
    """The mirror flow: z = z0 + Q q with an orthonormal basis Q of the row space, X' = Q R.

    Under a constraint only the samples' parts across its rows move w.
    """
    z0 = potential.link(w0).ravel()
    to_point = inverse_link(potential, constraint, data.shape)
    along = np.linalg.qr(_rows(constraint, len(z0)).T)[0]
    samples = data.X.T
    basis, R = np.linalg.qr(samples - along @ (along.T @ samples))

    def point(q: Array) -> Array:
        return to_point(z0 + basis @ q)

    def velocity(w: Array) -> Array:
        return -(R @ data.slopes(w))

    return Motion(np.zeros(basis.shape[1]), point, velocity, R, dual=True, slowness=slowness)


def _rows(constraint: Constraint | None, dimension: int) -> Array:
    if constraint is None:
        return np.zeros((0, dimension))
    if isinstance(constraint, Simplex):
        return np.ones((1, dimension))
    if isinstance(constraint, Affine):
        rows: Array = constraint.G
        return rows
    raise InvalidTypeError(
        f"method: expected the constraint Affine or Simplex, got {constraint!r}: flows in other "
        "sets stop at their boundary and leave it, which no smooth equation says; take a Run with small steps"
    )
