"""Signum, by its own name."""

import math

from .._calls import public
from .._core import EMA, Lp, SteepestDescent


@public
def Signum(beta: float = 0.9, weight_decay: float = 0.0) -> SteepestDescent:  # noqa: N802, a method like others
    """Signum: sign descent with momentum, steepest descent in l_inf along an average of the gradients.

    Parameters
    ----------
    beta : float, default 0.9
        Of the average of the gradients, in [0, 1).
    weight_decay : float, default 0
        Decoupled, not negative.

    Returns
    -------
    SteepestDescent
        ``SteepestDescent(Lp(math.inf), momentum=EMA(beta), weight_decay=weight_decay)``.

    Notes
    -----
    Steps are those of steepest descent, -eta_t |m|_1 sign(m): as long as the l_1 norm of the average, times
    eta_t. Margins are normalized in l_inf.

    References
    ----------
    Bernstein, Wang, Azizzadenesheli and Anandkumar (2018), "signSGD", arXiv:1802.04434, algorithm 2. Its
    bias: Fan, Schmidt and Thrampoulidis (2025), arXiv:2502.04664.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> run = ib.Run(problem, ib.Signum(), 0.1).advance(1000)
    >>> print(f"{run.margin:.4f} {run.method.geometry}")
    1.5000 Lp(p=inf)
    """
    return SteepestDescent(Lp(math.inf), momentum=EMA(beta), weight_decay=weight_decay)
