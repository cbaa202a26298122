"""How far any w is from the maximum margin, with a proof that needs no trust in whoever made it."""

from __future__ import annotations

import math
from typing import Self

from numpy.typing import ArrayLike

from .. import _arguments
from .._arguments import instance, labeled
from .._calls import public
from .._core import Norm, Problem
from ..bracket import Bracket
from ..errors import InvalidTypeError, InvalidValueError
from ..problems.foreign_parameters import parameters_of
from ..problems.linear_model import of_predictors
from .least_loss import least_loss
from .margin_bounds import Margins
from .margin_map import MarginMap
from .separability import Separability


class Certificate(Bracket):
    """What `certify` proves: a bracket, and where the data are not separable why, and of the loss.

    Parameters
    ----------
    lower : float
        The normalized margin of w, rounding deducted; negative where w errs.
    upper : float
        No w of norm 1 has a larger margin.
    separability : Separability, optional
        The proof that no w separates the data; None where they are separable.
    loss : Bracket, optional
        Of data that are not separable: [the least loss or less, L(w)], for convex losses.

    Examples
    --------
    >>> problem = ib.Problem([[1.0], [2.0]], [1, -1], ib.Logistic())
    >>> certificate = ib.certify(problem, [-0.4], ib.Lp(2))
    >>> certificate.separable, certificate.separability.kind
    (False, 'overlap')
    """

    separability: Separability | None = None
    loss: Bracket | None = None

    def __new__(
        cls,
        lower: float,
        upper: float,
        separability: Separability | None = None,
        loss: Bracket | None = None,
    ) -> Self:
        """Take what was proved."""
        self = super().__new__(cls, lower, upper)
        self.separability, self.loss = separability, loss
        return self

    @property
    def separable(self) -> bool:
        """Whether some w separates the data."""
        return self.separability is None

    def __repr__(self) -> str:
        bounds = f"lower={self.lower!r}, upper={self.upper!r}"
        if self.separability is None:
            return f"Certificate({bounds})"
        loss = "" if self.loss is None else f", loss in [{self.loss.lower:.6g}, {self.loss.upper:.6g}]"
        return f"Certificate({bounds}, not separable ({self.separability.kind}){loss})"


@public
def certify(problem: Problem, w: ArrayLike, norm: Norm, tolerance: float = 0.1) -> Certificate:
    """Prove how far a w is from the maximum margin, whatever made it.

    The lower side is the normalized margin of w itself. The upper side is |sum_n alpha_n y_n x_n|_* of
    weights alpha in the simplex: the soft-max weights of w, moved by first-order steps until the bound is
    within the tolerance of the maximum, which their own directions show; in a norm with corners w is made of
    its steepest steps. No convex program is solved where these get there. Of many samples they take those of
    the smallest margins, and pairs of classes are never formed.

    Parameters
    ----------
    problem : Problem
        With labels -1 and +1 and a monotone loss, or class labels and a multiclass loss. Dense or sparse.
    w : array_like
        Of the problem's shape: NumPy's, a tensor of torch without gradient on the CPU, or the state dict of a
        linear layer.
    norm : Norm
        Any, also your own.
    tolerance : float, default 0.1
        The upper side exceeds the maximum by at most this part.

    Returns
    -------
    Certificate
        A `Bracket`: ``lower`` is the normalized margin of w, negative where w errs, and ``gap`` how far w is
        from the maximum at most. Where the data are not separable, ``separability`` has the proof,
        ``upper`` is 0 or less, and ``loss`` brackets the least loss.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        If w has another shape (the message names the transpose), is 0 or not finite, or the tolerance cannot
        be met.

    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, section 3; for several classes Fan, Schmidt and Thrampoulidis
    (2025), arXiv:2502.04664, Lemma 1. The steps: Chambolle and Pock (2016), "On the ergodic convergence rates
    of a first-order primal-dual algorithm".

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> bracket = ib.certify(problem, [2.0, 1.0], ib.Lp(2), tolerance=0.01)
    >>> print(f"{bracket.lower:.4f} {bracket.upper:.2f} {bracket.gap:.2f}")
    0.8944 1.06 0.16
    """
    problem = of_predictors(instance(problem, Problem, "problem"))
    with_margins(problem)
    w = parameters_of(w, problem)
    instance(norm, Norm, "norm")
    tolerance = _arguments.tolerance(tolerance)
    found = Margins(problem, norm)
    lower = float(found.lower(w))
    best = found.maximum(tolerance, w)
    upper = float(best.upper)
    if lower > upper + 1e-9 * abs(upper) or math.isnan(upper):
        raise InvalidValueError(
            f"norm: its value and its dual contradict each other: the margin {lower:g} exceeds the upper "
            f"bound {upper:g}; expected dual(g) = max <g, w> over value(w) <= 1"
        )
    if best.proof is None:
        return Certificate(lower, upper)
    return Certificate(lower, upper, best.proof, least_loss(problem, w, best.proof))


def with_margins(problem: Problem) -> None:
    """Refuse what is no problem with margins."""
    instance(problem, Problem, "problem")
    if not problem.loss.monotone:
        raise InvalidTypeError(
            f"problem: expected one with margins, got {problem.loss!r}; write Problem(X, y, Exponential()) "
            "for labels -1 and +1, or Problem(X, y, CrossEntropy()) for those of classes"
        )
    labeled(problem)
    if not MarginMap.of(problem).any():
        raise InvalidValueError("X: expected features that are not all 0: every w has the margin 0")
