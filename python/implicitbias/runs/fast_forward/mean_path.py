"""What `fast_forward` integrates: the path that a run follows, and how far off it is."""

from dataclasses import dataclass
from typing import Protocol

from ..._types import Array


@dataclass(frozen=True)
class Ahead:
    """Rows of a path that was integrated.

    Attributes
    ----------
    coordinates : ndarray of shape (k, ...)
        The method's.
    sizes : ndarray of shape (k,)
        |w|_2.
    errors : ndarray of shape (k,)
        Estimated errors of the path.
    jumps : ndarray of shape (k,)
        How far the iterates are from their path.
    """

    coordinates: Array
    sizes: Array
    errors: Array
    jumps: Array


class MeanPath(Protocol):
    """The path that a run follows, from where it was looked at last.

    Its error is measured: a second integration is poorer. It leaves a decade of iterations earlier, and by
    now it can be compared with the iterates. Its distance is taken for the error of the first.
    """

    earliest: int  # the first t from which the path can be integrated
    looks: int  # looks at the run in a decade of t
    tolerance: float  # the default
    jumps: bool  # whether iterates jump about the path, which alone is held to the tolerance

    def look(self) -> None:
        """Take note of where the run is."""

    def ready(self) -> bool:
        """Return whether to try a leap now, before the decade's last look."""

    def alone(self, fresh: bool) -> int | None:
        """Do without an earlier decade; return how many iterations to look at instead, or None.

        A run is fresh that was past its last decade to begin with.
        """

    def integrate(self, log_times: Array, tolerance: float) -> Ahead | float:
        """Return the path at times ahead, or its error if the tolerance is exceeded already now."""
