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
    """
    return MirrorDescent(Euclidean(), momentum)
