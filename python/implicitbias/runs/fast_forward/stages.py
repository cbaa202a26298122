"""Newton's method for the velocities at the stages of a step.

A velocity need not be smooth in q where the solution is smooth, or nearly so. In l_p with p > 2 a coordinate
moves with sign(h) |h|^(1/(p-1)), h its partial derivative, whose slope is infinite where it turns: there h
follows the velocity, not the velocity h. What is solved for are therefore velocities v, whose link
sign(v) |v|^(p-1) is smooth in v, and, as a function of where they take q, smooth in q.

The linear systems of Newton's method couple all stages where the link's slope differs from one to another.
They are solved by GMRES, preconditioned by those with a mean slope, which fall apart into one for each mode.
"""

import math
from collections.abc import Callable

import numpy as np
from scipy.linalg.lapack import zgetrf, zgetrs

from ..._types import Array
from .radau import INTEGRALS, MODES, TYPICAL_RATE, Modes

_MOST_ITERATIONS, _MOST_DIRECTIONS, _INEXACT = 20, 20, 0.01


def solve(
    velocity: Callable[[Array], Array],
    stages: Array,
    jacobian: Array,
    powers: Array | float,
    length: float,
    corrections: Array | None,
    tolerance: float,
    rounding: float,
) -> tuple[Array, Array] | None:
    """Return the stages v with v = velocity(changes they make), and how far rounding may take them off.

    None where that fails.

    Parameters
    ----------
    velocity : callable
        Of changes of q at the stages.
    stages : ndarray of shape (STAGES, d)
        Where to begin.
    jacobian : ndarray of shape (d, d)
        How the link of velocities changes with q.
    powers : float or ndarray of shape (d,)
        Of the link.
    length : float
        Of the step.
    corrections : ndarray of shape (STAGES, STAGES), optional
        What makes the solution's derivative of the stages, where they are not the same.
    tolerance : float
        Of q.
    rounding : float
        Relative error of links: below it a velocity whose link's slope is small says nothing.
    """
    smooth = bool(np.all(powers == 1))
    integrals = length * (INTEGRALS if corrections is None else INTEGRALS @ corrections)
    modes = MODES if corrections is None else Modes.of(integrals / length)
    inverse: Callable[[Array], Array] | None = None
    before = math.inf
    for iteration in range(_MOST_ITERATIONS):
        velocities = velocity(integrals @ stages)
        if not np.isfinite(velocities).all():
            return None
        change, apart = _link(velocities, powers) - _link(stages, powers), velocities - stages
        # Between v and the velocity there: where v is too small Newton's own slope would take it far off.
        slopes = powers * np.abs(stages) ** (powers - 1)
        np.divide(change, apart, out=slopes, where=apart != 0)
        if inverse is None:
            mean = np.sqrt((slopes**2).mean(axis=0))
            mean[mean + np.abs(jacobian.diagonal()) == 0] = 1.0  # coordinates that do not move
            own = length * TYPICAL_RATE * np.abs(jacobian.diagonal())
            uncertain = (0 if smooth else rounding) * np.abs(_link(stages, powers)).max()
            noise = uncertain / (mean + own)
            scale = mean + length * TYPICAL_RATE * np.abs(jacobian).max(axis=1)
            inverse = _inverse(modes, mean / scale, length * jacobian / scale[:, None])
            if inverse is None:
                return None
        residual = change / scale
        if smooth:
            change = inverse(residual)
        else:
            slopes[:, slopes.max(axis=0) + np.abs(jacobian.diagonal()) == 0] = 1.0
            change = _gmres(_system(slopes / scale, integrals, jacobian / scale[:, None]), inverse, residual)
        if not np.isfinite(change).all():
            return None
        stages = stages + change
        beyond = np.maximum(np.abs(change) - noise, 0)
        size = length * float(np.linalg.norm(beyond, axis=1).max())
        lost = np.linalg.norm(residual) <= np.linalg.norm(np.tile(uncertain / scale, len(stages)))
        if size <= 0.01 * tolerance or ((size <= tolerance or lost) and size > 0.3 * before):
            return stages, noise
        if not size <= (0.9 if iteration > 2 else 10) * before:
            return None
        before = size
    return None


def _link(velocity: Array, powers: Array | float) -> Array:
    """Return sign(v) |v|^powers."""
    return np.asarray(np.sign(velocity) * np.abs(velocity) ** powers)


def _system(slopes: Array, integrals: Array, jacobian: Array) -> Callable[[Array], Array]:
    return lambda change: slopes * change - (integrals @ change) @ jacobian.T


def _inverse(modes: Modes, mean: Array, jacobian: Array) -> Callable[[Array], Array] | None:
    """Return the inverse of the system with the same slopes in all stages, or None where there is none."""
    factors = [zgetrf(np.diag(mean) - rate * jacobian) for rate in modes.rates]
    if any(singular for _, _, singular in factors):
        return None

    def inverse(residual: Array) -> Array:
        parts = zip(factors, modes.from_stages @ residual, strict=True)
        solved = [zgetrs(lu, pivots, part)[0] for (lu, pivots, _), part in parts]
        return np.asarray((modes.vectors @ np.array(solved)).real)

    return inverse


def _gmres(system: Callable[[Array], Array], inverse: Callable[[Array], Array], residual: Array) -> Array:
    """Return the change that the system takes to the residual, about; NaN where it does not exist."""
    first = inverse(residual)
    size = float(np.linalg.norm(first))
    if size == 0 or not math.isfinite(size):
        return first
    basis, entries = [first / size], np.zeros((_MOST_DIRECTIONS + 1, _MOST_DIRECTIONS))
    for k in range(_MOST_DIRECTIONS):
        direction = inverse(system(basis[k]))
        for j, other in enumerate(basis):
            entries[j, k] = np.vdot(other, direction)
            direction = direction - entries[j, k] * other
        entries[k + 1, k] = np.linalg.norm(direction)
        if not np.isfinite(entries[: k + 2, k]).all():
            return np.full_like(first, np.nan)
        part, goal = entries[: k + 2, : k + 1], size * np.eye(k + 2)[0]
        parts = np.linalg.lstsq(part, goal, rcond=None)[0]
        if entries[k + 1, k] == 0 or np.linalg.norm(part @ parts - goal) <= _INEXACT * size:
            break
        basis.append(direction / entries[k + 1, k])
    return np.asarray(np.tensordot(parts, np.array(basis[: len(parts)]), 1))
