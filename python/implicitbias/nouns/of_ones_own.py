"""Norms and metrics of one's own: facts that their classes state, and pickling."""

from typing import Any

from .._core import Metric, Norm


def is_quadratic(norm: Norm) -> bool:
    """Return whether |w|^2 is a quadratic form, as a class states it, if that is True or False."""
    return bool(Norm.quadratic.__get__(norm))


def is_strictly_convex(norm: Norm) -> bool:
    """Return whether a norm and its dual are strictly convex, likewise."""
    return bool(Norm.strictly_convex.__get__(norm))


def make_picklable() -> None:
    """Pickle and copy norms and metrics of one's own by their class and what is in them."""
    for kind in (Norm, Metric):
        kind.__reduce__ = _reduced  # type: ignore[method-assign]


def _reduced(self: Norm | Metric) -> Any:
    return _empty, (type(self),), self.__getstate__()


def _empty(own: Any) -> Any:
    new = own.__new__(own)
    (Norm if issubclass(own, Norm) else Metric).__init__(new)
    return new
