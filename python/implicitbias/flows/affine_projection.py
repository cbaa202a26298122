"""Inverse links under a constraint: on the simplex, and by Newton's method on affine sets."""

from collections.abc import Callable

import numpy as np

from .._core import (
    Affine,
    Constraint,
    Potential,
)
from .._types import Array
from ..errors import DomainError, ImplicitBiasError

_EPSILON = float(np.finfo(float).eps)


def inverse_link(
    potential: Potential, constraint: Constraint | None, shape: tuple[int, ...]
) -> Callable[[Array], Array]:
    """Return z -> argmin psi(w) - <z, w>, over the constraint set if there is one, on flat vectors."""

    def free(z: Array) -> Array:
        return potential.inverse_link(z.reshape(shape)).ravel()

    def on_simplex(z: Array) -> Array:
        w = np.exp(z - z.max())
        normalized: Array = w / w.sum()
        return normalized

    if isinstance(constraint, Affine):
        return AffineProjection(potential, constraint, shape, free)
    return free if constraint is None else on_simplex


class AffineProjection:
    """z -> the w in {Gw = h} with grad psi(w) - z in the row space of G, by Newton on the multipliers.

    It starts from the multipliers of the call before, which along a path are nearly right.
    """

    def __init__(
        self,
        potential: Potential,
        constraint: Affine,
        shape: tuple[int, ...],
        inverse_link: Callable[[Array], Array],
    ) -> None:
        self._potential, self._shape, self._inverse_link = potential, shape, inverse_link
        self._G, self._h = constraint.G, constraint.h
        self._multipliers = np.zeros(len(self._h))

    def __call__(self, z: Array) -> Array:
        """Return w on flat vectors."""
        try:
            return self._solve(z)
        except ImplicitBiasError:
            self._multipliers = np.zeros(len(self._h))
            return self._solve(z)

    def _solve(self, z: Array) -> Array:
        G, h = self._G, self._h
        multipliers = self._multipliers
        w = self._inverse_link(z + multipliers @ G)
        misfit = h - G @ w
        for _ in range(100):
            rounding = _EPSILON * float(np.linalg.norm(np.abs(G) @ np.abs(w) + np.abs(h)))
            size = float(np.linalg.norm(misfit))
            if size <= 2 * rounding:
                break
            step = self._newton_step(w, misfit)
            for length in 0.5 ** np.arange(40):
                trial = multipliers + length * step
                trial_w = self._inverse_link(z + trial @ G)
                trial_misfit = h - G @ trial_w
                if float(np.linalg.norm(trial_misfit)) < size:
                    multipliers, w, misfit = trial, trial_w, trial_misfit
                    break
            else:
                if size <= 1e4 * rounding:  # rounding allows no smaller misfit
                    break
                raise DomainError(
                    f"the projection on {{G w = h}} does not converge: |G w - h| = {size:.2g}; the set may "
                    "not meet the potential's domain"
                )
        self._multipliers = multipliers
        return w

    def _newton_step(self, w: Array, misfit: Array) -> Array:
        """Return (G H(w)^-1 G')^-1 misfit, or a gradient step where H is singular (SquaredLp at 0)."""
        parameter = w.reshape(self._shape)
        try:
            columns = [self._potential.solve(parameter, row.reshape(self._shape)).ravel() for row in self._G]
            step = np.linalg.lstsq(self._G @ np.array(columns).T, misfit)[0]
        except (ImplicitBiasError, np.linalg.LinAlgError):
            return misfit
        return step.astype(np.float64) if bool(np.isfinite(step).all()) else misfit
