"""What a fingerprint tells."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from .._arguments import instance
from .._calls import public
from .._types import Array
from .as_text import as_html, as_text
from .row import Row

_LOW_CONTRAST = 0.02  # below which there is a warning


class Fingerprint:
    """What `fingerprint` found.

    Parameters
    ----------
    rows : sequence of Row
    t : ndarray or None
        The times, where there are several.
    best : Norm, Potential or None
    interval : tuple of float or None
        Of 1/p.
    estimate : float or None
        Of 1/p.
    decided : bool
    reason : str
    contrast : float
    ask : callable
        Tells whether a geometry is compatible.

    Attributes
    ----------
    table : tuple of Row
        The geometries, best first.
    best : Norm, Potential or None
        The geometry of the largest ratio; None where w does not separate the data.
    p : float or None
        The estimate on the line of the best geometry, l_p or Schatten.
    interval : tuple of float or None
        Of 1/p on this line: those that w may be on its way to.
    decided : bool
        Whether all compatible geometries are of one family, and the interval is narrower than 0.12; or w is
        on the path of mirror descent in one potential, whose limit's norm is compatible then, too.
    reason : str
        Why, in a sentence.
    contrast : float
        By how much the limits of l1, l2 and linf (for matrices also of nuclear, Frobenius and spectral norm)
        differ at least: the smallest gap that one has in another's geometry. With potentials, by how much
        more the second one is off. Data with little contrast cannot tell.
    t : ndarray or None

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> problem = ib.Problem(rng.standard_normal((10, 40)), [1, -1] * 5, ib.Exponential())
    >>> found = ib.fingerprint(problem, ib.Run(problem, ib.GradientDescent()).advance(10_000).w)
    >>> found.decided, found.best, found.is_compatible(ib.Lp(1))
    (True, Lp(p=2.0), False)
    """

    def __init__(
        self,
        rows: Sequence[Row],
        t: Array | None,
        best: Any,
        interval: tuple[float, float] | None,
        estimate: float | None,
        decided: bool,
        reason: str,
        contrast: float,
        ask: Callable[[Any], bool],
    ) -> None:
        self.table, self.t, self.best = tuple(rows), t, best
        self.interval, self._estimate, self.decided = interval, estimate, decided
        self.reason, self.contrast, self._ask = reason, contrast, ask

    @property
    def p(self) -> float | None:
        """The estimate of p; infinite where 1/p is 0."""
        if self._estimate is None:
            return None
        return 1 / self._estimate if self._estimate > 0 else math.inf

    @property
    def warning(self) -> str:
        """What speaks against a verdict from these data; empty where nothing does."""
        if self.best is not None and self.contrast < _LOW_CONTRAST:
            return (
                "low contrast: the limits of different norms nearly coincide on these data "
                f"(contrast {self.contrast:.2g})"
            )
        return ""

    @public
    def is_compatible(self, geometry: Any) -> bool:
        """Return whether w may be on its way to the limit of a geometry.

        Parameters
        ----------
        geometry : Norm or Potential
            In the table or not: others are solved for. Of labels, a potential is compatible where w, with
            its size, is on the path of its mirror descent.

        Returns
        -------
        bool

        Examples
        --------
        >>> rng = np.random.default_rng(0)
        >>> problem = ib.Problem(rng.standard_normal((10, 40)), [1, -1] * 5, ib.Exponential())
        >>> found = ib.fingerprint(problem, ib.Run(problem, ib.GradientDescent()).advance(10_000).w)
        >>> found.is_compatible(ib.Lp(2)), found.is_compatible(ib.Lp(4))
        (True, False)
        """
        return bool(self._ask(geometry))

    def __repr__(self) -> str:
        return as_text(self._said, self.table)

    def _repr_html_(self) -> str:
        return as_html(self._said, self.table)

    @property
    def _said(self) -> list[str]:
        verdict = "decided" if self.decided else "not decided"
        return [f"{verdict}: {self.reason}", *([f"warning: {self.warning}"] if self.warning else [])]


def nothing_known(rows: list[Row], times: Array | None, reason: str, *kinds: type) -> Fingerprint:
    """Return the fingerprint of a point that tells nothing: every geometry of these kinds is compatible."""

    def ask(geometry: Any) -> bool:
        instance(geometry, kinds, "geometry")
        return True

    return Fingerprint(rows, times, None, None, None, False, reason, math.nan, ask)


def with_table(
    found: Fingerprint, rows: Sequence[Row], ask: Callable[[Any], bool], undecided: str | None
) -> Fingerprint:
    """Return a fingerprint with other rows, and with a reason not to decide, if there is one."""
    decided, reason = (found.decided, found.reason) if undecided is None else (False, undecided)
    estimate = found._estimate
    return Fingerprint(
        rows, found.t, found.best, found.interval, estimate, decided, reason, found.contrast, ask
    )
