"""What a claim predicts: where iterates go."""

from dataclasses import dataclass

from .._html import array, facts
from .._types import Array
from ..bracket import Bracket


@dataclass(frozen=True)
class Limit:
    """A predicted limit and how well it is known.

    Attributes
    ----------
    point : ndarray
        The limit point, or for limit directions the maximum margin w with |w| = 1.
    value : float
        The margin of a direction, the Bregman divergence D(point, w0) of a projection, a least loss.
    gap : float
        Relative duality gap of the convex program, computed from its solution.
    unique : bool
        Whether it is the only one. False: another was found, a thousandth away, with the same value to 1e-8;
        then compare values, not points. True: the program is strictly convex, or none was found.
    bracket : Bracket or None
        A second opinion on a maximum margin: what `max_margin` certifies, in norms that it knows and where it
        takes milliseconds.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> limit = ib.predict(problem, ib.SteepestDescent(ib.Lp(2))).solve()
    >>> print(limit.point.round(4), f"{limit.value:.4f}", limit.unique)
    [0.7071 0.7071] 1.0607 True
    """

    point: Array
    value: float
    gap: float
    unique: bool
    bracket: Bracket | None = None

    def excluded_by(self, bracket: Bracket) -> bool:
        """Return whether a certified bracket of the maximum margin excludes the primal or the dual value.

        Parameters
        ----------
        bracket : Bracket
            Of the same maximum margin.

        Returns
        -------
        bool

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
        >>> method = ib.SteepestDescent(ib.Lp(1))
        >>> claim, run = ib.predict(problem, method), ib.Run(problem, method).advance(1000)
        >>> claim.solve().excluded_by(run.bracket)
        False
        """
        above = bracket.lower * (1 - self.gap) > self.value * (1 + 1e-12)
        return above or bracket.upper < self.value * (1 - 1e-12)

    def _repr_html_(self) -> str:
        rows = [
            ("point", array(self.point)),
            ("value", self.value),
            ("gap", self.gap),
            ("unique", self.unique),
        ]
        return facts(type(self).__name__, [*rows, ("bracket", self.bracket and self.bracket._repr_html_())])

    @property
    def direction(self) -> Array:
        """`point`, by the name that fits limit directions."""
        return self.point
