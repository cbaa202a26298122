"""Gradient descent, by its own name."""

from typing import overload

from .._calls import public
from .._core import EMA, Euclidean, Lp, Method, MirrorDescent, Momentum, SteepestDescent


@overload
def GradientDescent(momentum: Momentum | None = None) -> MirrorDescent: ...
@overload
def GradientDescent(momentum: EMA) -> SteepestDescent: ...
@public
def GradientDescent(momentum: Momentum | EMA | None = None) -> Method:  # noqa: N802, a method like the others
    """Gradient descent: mirror descent with the Euclidean potential (sections 2.1 and 3.1).

    Parameters
    ----------
    momentum : DualMomentum, PrimalMomentum or EMA, optional
        In the Euclidean geometry the first two are eq. (3); EMA averages the gradients. None by default.

    Returns
    -------
    Method
        ``MirrorDescent(Euclidean(), momentum)``; with EMA ``SteepestDescent(Lp(2), momentum=momentum)``.

    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, sections 2.1 and 3.1, eq. (3).

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> print(ib.Run(problem, ib.GradientDescent(), 0.05).advance(100).w.round(6))
    [0.2 0.4]
    """
    if isinstance(momentum, EMA):
        return SteepestDescent(Lp(2), momentum=momentum)
    return MirrorDescent(Euclidean(), momentum)
