"""Why the iterates of a method that remembers follow no curve that is known."""

import math
from functools import singledispatch

from ..._core import (
    Adam,
    DualAcceleration,
    DualMomentum,
    Lion,
    Lp,
    Method,
    MirrorDescent,
    NewtonSchulzDescent,
    PrimalMomentum,
    RMSProp,
    Schatten,
    SteepestDescent,
)
from ...nouns.of_ones_own import is_strictly_convex
from .resting_path import weight_decay


def _signs(method: Method) -> str:
    """Say why steps that are about as long whatever the gradient have no curve, and what to do instead."""
    instead = (
        "w comes to rest"
        if weight_decay(method)
        else "the margin gap falls like a power of t; or leap with SteepestDescent(Lp(inf)), to the same "
        "limit"
    )
    return (
        "steps of averages do not shrink with the derivatives: coordinates go to and fro about ties, and "
        f"what their mean follows is not known; advance: {instead}"
    )


@singledispatch
def why_no_curve(method: object) -> str | None:
    """Return what it is that is expected of such a method, and why; None where nothing is missing."""
    return None


@why_no_curve.register
def _(method: SteepestDescent) -> str | None:
    if is_strictly_convex(method.norm) or (method.momentum is None and not method.weight_decay):
        return None
    if method.momentum is None:
        return f"a strictly convex norm with weight decay, got {method.norm!r}: its iterates jump for ever"
    beta = method.momentum.beta
    jumping = (Lp(1), Lp(math.inf), Schatten(1), Schatten(math.inf))
    leaps = method.norm in jumping and not method.weight_decay
    instead = "; without momentum it leaps, to the same limit" if leaps else ""
    return (
        f"a strictly convex norm with {method.momentum!r}, got {method.norm!r}: its iterates jump about "
        f"ties by what was {beta / (1 - beta):.3g} iterations ago{instead}"
    )


@why_no_curve.register
def _(method: Lion) -> str:
    return f"another one, got {method!r}: {_signs(method)}"


@why_no_curve.register
def _(method: DualAcceleration) -> str:
    return f"another one, got {method!r}: its margin gap closes like 1 / t^2, and a run needs no leap"


@why_no_curve.register
def _(method: NewtonSchulzDescent) -> str:
    return (
        f"another one, got {method!r}: the singular values of its steps go to and fro between .7 and 1.2, "
        "and what their mean follows is not known"
    )


@why_no_curve.register(Adam | RMSProp)
def _(method: Adam | RMSProp) -> str | None:
    if method.eps == 0:
        return f"eps > 0, got {method!r}: {_signs(method)}"
    return None


@why_no_curve.register
def _(method: MirrorDescent) -> str | None:
    momentum = method.momentum
    return _of_momentum(method, momentum) if isinstance(momentum, DualMomentum | PrimalMomentum) else None


def _of_momentum(method: MirrorDescent, momentum: DualMomentum | PrimalMomentum) -> str | None:
    beta, gamma = momentum.beta, momentum.gamma
    if not isinstance(beta, float) or not isinstance(gamma, float):
        return f"one number each for beta and gamma, got {momentum!r}: arrays end, and the run with them"
    if beta >= 1:
        return f"beta < 1, got {momentum!r}: what the run began with never dies out"
    if not isinstance(momentum, DualMomentum) and not method.potential.quadratic:
        return (
            f"DualMomentum, or a quadratic potential, got {method!r}: steps of primal momentum are "
            "differences of dual variables, and cancel"
        )
    return None
