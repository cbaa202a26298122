"""Muon, by its own name."""

import math
from typing import Literal

from .._arguments import choice
from .._calls import public
from .._core import EMA, Method, NewtonSchulzDescent, Schatten, SteepestDescent


@public
def Muon(  # noqa: N802, a method like the others
    beta: float = 0.95,
    nesterov: bool = True,
    orthogonalization: Literal["exact", "newton-schulz"] = "exact",
    weight_decay: float = 0.0,
) -> Method:
    """Muon: steepest descent with momentum in the spectral norm, for parameters that are matrices.

    Parameters
    ----------
    beta : float, default 0.95
        Of the average of the gradients, in [0, 1).
    nesterov : bool, default True
        Step along beta m + (1 - beta) g instead of m.
    orthogonalization : {'exact', 'newton-schulz'}, default 'exact'
        Step along the polar factor on the numerical range, or along five steps of the Newton-Schulz iteration
        with which Muon is shipped.
    weight_decay : float, default 0
        Decoupled, not negative.

    Returns
    -------
    Method
        ``SteepestDescent(Schatten(math.inf), momentum=EMA(beta, nesterov), weight_decay=weight_decay)``, or
        ``NewtonSchulzDescent(EMA(beta, nesterov), weight_decay)``.

    Notes
    -----
    Steps are those of steepest descent: as long as the nuclear norm of what they go along, times eta_t.

    References
    ----------
    Jordan et al. (2024), "Muon: An optimizer for hidden layers in neural networks",
    https://kellerjordan.github.io/posts/muon. Its bias: Fan, Schmidt and Thrampoulidis (2025),
    arXiv:2502.04664.

    Examples
    --------
    >>> rows = np.random.default_rng(0).standard_normal((6, 2, 3))
    >>> problem = ib.Problem(rows, [1] * 6, ib.Exponential())
    >>> run = ib.Run(problem, ib.Muon(), 0.1).advance(1000)
    >>> run.method.geometry, run.bracket.gap < 0.2
    (Schatten(p=inf), True)
    """
    choice(orthogonalization, "orthogonalization", "exact", "newton-schulz")
    momentum = EMA(beta, nesterov)
    if orthogonalization == "exact":
        return SteepestDescent(Schatten(math.inf), momentum=momentum, weight_decay=weight_decay)
    return NewtonSchulzDescent(momentum, weight_decay)
