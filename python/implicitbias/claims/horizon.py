"""Mirror descent on separable data: the maximum margin in the norm that the potential has at infinity."""

from .._core import (
    Cosh,
    HyperbolicEntropy,
    Method,
    MirrorDescent,
    PowerPotential,
    Problem,
    SquaredLp,
)
from .later_margin import LaterMarginClaim
from .max_margin import MaxMarginClaim
from .sources import PESME, SUN, Source


class HorizonClaim(LaterMarginClaim):
    """Pesme et al. (2024): w(t) tends to the maximum margin in the potential's horizon function.

    Notes
    -----
    The horizon function of a potential is the gauge of the set to which its sublevel sets tend, each over its
    size: |w|_p of sum_i |w_i|^p / p (Sun et al. 2022), |w|_1 of the hyperbolic entropy, |w|_inf of sum_i
    cosh w_i. The theorem is about the flow, potentials that are finite everywhere and losses with an
    exponential tail; that small steps go there, too, Sun et al. prove for powers. Of potentials on a part of
    R^d, as entropies are, it says nothing. Gaps may close like 1 / log t.
    """

    bounded_steps = True
    step_bound = "1 / beta(w_t), with the smoothness bound beta of mirror descent in this potential,"
    step_hypotheses = MaxMarginClaim.step_hypotheses
    remark = MaxMarginClaim.remark

    def __init__(self, problem: Problem, method: MirrorDescent) -> None:
        proved = isinstance(method.potential, PowerPotential)
        source = Source(SUN) if proved else Source(PESME, beyond=True)
        qualified = f", the horizon function of {method.potential!r}"
        super().__init__(problem, method, method.geometry, source, qualified=qualified)


def has_horizon(method: Method) -> bool:
    """Return whether the claim is about a method."""
    if not isinstance(method, MirrorDescent) or method.momentum or method.constraint:
        return False
    potential = method.potential
    known = isinstance(potential, PowerPotential | HyperbolicEntropy | Cosh | SquaredLp)
    return known and not potential.quadratic
