"""What iterates lose where a coordinate turns: the path's velocity is not smooth there.

In l_p a coordinate moves with sign(h) |h|^a, a = 1 / (p - 1), h its partial derivative. Where h changes its
sign, the modified equation's terms grow beyond bounds, and the sum of steps differs from the integral by
(zeta(-a, x) - zeta(-a, 1 - x)) u, with u the step that is one iteration from the turn, and x the part of an
iteration at which it comes. By Hurwitz's formula that is at most

    4 Gamma(1 + a) |cos(pi a / 2)| / (2 pi)^(1 + a) Si(pi) u,

which is 0 where steps are linear in h, a = 1. In Schatten norms singular values move like this, and one of
them turns where a square matrix has determinant 0.
"""

import math

import numpy as np

from ..._core import Norm
from ..._types import Array
from ...oracles.norms import oracle_of

_SUM = 1.8519370519824662  # Si(pi), more than all sums of sin(n x) / n^(1 + a)
_TWICE = 2.0  # the integration is not exact near the turn, either


def turn_errors(norm: Norm, log_times: Array, velocities: Array, recalled: float = 1.0) -> Array:
    """Return how far iterates are from a path by each of the times, for what has turned since the first.

    Parameters
    ----------
    norm : Norm
    log_times : ndarray of shape (k,)
        So close together that nothing turns twice between two of them.
    velocities : ndarray of shape (k, ...)
        dw / d log t.
    recalled : float, default 1
        So many iterations a step goes by: u is then the step that is as many from the turn.
    """
    oracle = oracle_of(norm)
    values, a = oracle.turning(velocities), oracle.exponents(velocities.shape[1:])
    turned = values[1:] * values[:-1] < 0
    # h is smooth, hence its change in an iteration is known.
    h = np.sign(values) * np.abs(values) ** (1 / a)
    per_iteration = np.exp(-log_times[:-1, None])
    changes = recalled * np.abs(np.diff(h, axis=0)) / np.diff(log_times)[:, None] * per_iteration
    log_bound = np.array([math.lgamma(1 + x) - (1 + x) * math.log(2 * math.pi) for x in a])
    log_steps = log_bound + a * np.log(np.where(turned, changes, 1))
    sizes = _TWICE * 4 * _SUM * np.abs(np.cos(np.pi * a / 2)) * np.exp(log_steps) * per_iteration
    return np.append(0.0, np.cumsum(np.linalg.norm(np.where(turned, sizes, 0), axis=1)))
