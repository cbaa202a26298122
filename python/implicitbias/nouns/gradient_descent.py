"""Gradient descent, by its own name."""

from .._calls import public
from .._core import Euclidean, MirrorDescent, Momentum


@public
def GradientDescent(momentum: Momentum | None = None) -> MirrorDescent:  # noqa: N802, a method like the others
    """Gradient descent: mirror descent with the Euclidean potential (sections 2.1 and 3.1).

    Parameters
    ----------
    momentum : DualMomentum or PrimalMomentum, optional
        In the Euclidean geometry both are eq. (3).

    Returns
    -------
    MirrorDescent
        ``MirrorDescent(Euclidean(), momentum)``.

    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, sections 2.1 and 3.1, eq. (3).

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> print(ib.Run(problem, ib.GradientDescent(), 0.05).advance(100).w.round(6))
    [0.2 0.4]
    """
    return MirrorDescent(Euclidean(), momentum)
