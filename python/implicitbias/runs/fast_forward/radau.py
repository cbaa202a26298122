"""Radau's points: what integrals, derivatives and Legendre series of a step's stages are."""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import legendre

from ..._types import Array

STAGES = 8
_ROUNDING = 38  # exp(-38) is less


def _radau() -> tuple[Array, Array, Array, Array]:
    """Return the nodes in [-1, 1], the integrals up to each in units of a step, derivatives, and series."""
    top = np.zeros(STAGES + 1)
    top[-2:] = 1, -1
    nodes = np.sort(legendre.legroots(top).real)
    nodes[-1] = 1.0
    basis = np.eye(STAGES)
    integrals = np.array([legendre.legval(nodes, legendre.legint(e, lbnd=-1)) for e in basis]).T / 2
    derivatives = np.array([legendre.legval(nodes, legendre.legder(e)) for e in basis]).T
    series = np.linalg.inv(legendre.legvander(nodes, STAGES - 1))
    return nodes, np.asarray(integrals @ series), np.asarray(derivatives @ series), np.asarray(series)


NODES, INTEGRALS, DERIVATIVES, SERIES = _radau()


@dataclass(frozen=True)
class Modes:
    """The eigenvectors of the integrals up to each stage.

    Of a conjugate pair one is kept, and counts twice.

    Attributes
    ----------
    rates : ndarray of complex
    vectors : ndarray of shape (STAGES, k)
    from_stages : ndarray of shape (k, STAGES)
    """

    rates: Array
    vectors: Array
    from_stages: Array

    @classmethod
    def of(cls, integrals: Array) -> "Modes":
        """Return those of a matrix."""
        rates, vectors = np.linalg.eig(integrals)
        rates, vectors = rates.astype(complex), vectors.astype(complex)
        from_stages, kept = np.linalg.inv(vectors), rates.imag >= 0
        counted = np.where(rates.imag > 0, 2.0, 1.0)
        return cls(rates[kept], (vectors * counted)[:, kept], from_stages[kept])


MODES = Modes.of(INTEGRALS)


def velocities_of_increments(log_times: Array, length: float, terms: int) -> Array | None:
    """Return the matrix that makes velocities at the stages of increments there, or None: they are the same.

    A smooth curve q(t) through iterates has dq / dt = D / (e^D - 1) F, with F the increments along it and
    D = d / dt: F - D F / 2 + D^2 F / 12, and no term of the third order. In s = log t with f = t F, which is
    what an equation's velocity is, D^k F = t^-(k + 1) (d/ds - k) ... (d/ds - 1) f.

    Parameters
    ----------
    log_times : ndarray of shape (STAGES,)
    length : float
        Of the step.
    terms : int
        How many terms are taken.
    """
    matrix, unit = np.eye(STAGES), np.eye(STAGES)
    term, factors = unit, (1.0, -1 / 2, 1 / 12)
    for k in range(1, terms):
        if k * log_times[0] > _ROUNDING:
            return matrix if k > 1 else None
        term = (2 / length * DERIVATIVES - k * unit) @ term
        matrix = matrix + factors[k] * np.exp(-k * log_times)[:, None] * term
    return matrix if terms > 1 else None


TYPICAL_RATE = float(np.abs(MODES.rates).mean())
