"""Whether a profile decides on one family, and why."""

import math
from collections.abc import Iterable

import numpy as np

from .families import place_of
from .limits import Geometry
from .profile import FINE, Profile

WIDEST = 0.12  # interval of 1/p below which it is decided
_MEETING = 0.5  # 1/p where lines of entries and of singular values meet
_NEAR = 0.8  # ratio from which on the best geometry explains a direction
_THERE = 0.99  # ratio from which on what is left open is left open by the data


def interval_of(profile: Profile) -> tuple[float, float] | None:
    """Return the least and the largest 1/p that may be the one, on the line of the best geometry."""
    best = profile.best
    if best.geometry is not None:
        return None
    there = FINE[profile.compatible[best.place.family]]
    return float(there.min()), float(there.max())


def verdict(profile: Profile, shown: Iterable[Geometry], name: str) -> tuple[bool, str]:
    """Return whether it is decided, and why."""
    ratio, interval = profile.best.ratio, interval_of(profile)
    if ratio < _NEAR:
        return False, f"no geometry of the bank is near: w has {ratio:.0%} of the maximum margin at most"
    others = sorted(_other_families(profile, shown, interval))
    if others:
        family = profile.best.place.family
        return False, _open(f"{family} and {', '.join(others)}", ratio)
    within = "" if interval is None else interval_text(interval)
    if interval is not None and interval[1] - interval[0] >= WIDEST:
        return False, _open(within, ratio)
    return True, f"{name}{within and ', '}{within}: w has {ratio:.1%} of the maximum margin"


def _open(geometries: str, ratio: float) -> str:
    """Say what is left open, and whether the data or the distance to the limit are why."""
    if ratio >= _THERE:
        return f"cannot be told apart on these data: {geometries}"
    return (
        f"cannot be told apart yet: {geometries}; w has {ratio:.1%} of the maximum margin: train longer, or "
        "give iterates at several t"
    )


def _other_families(
    profile: Profile, shown: Iterable[Geometry], interval: tuple[float, float] | None
) -> set[str]:
    """Return the families besides the best one's that have compatible geometries.

    Lines meet in l2: where the interval holds it, so may another line's, around it.
    """
    best = profile.best.place
    others = {each.place.family for each in shown if not place_of(each.norm).on_line and profile.may_be(each)}
    for name, mask in profile.compatible.items():
        if name == best.family or not mask.any():
            continue
        off = float(np.abs(FINE[mask] - _MEETING).max())
        meets = interval is not None and interval[0] <= _MEETING <= interval[1]
        if not (meets and off < WIDEST / 2):
            others.add(name)
    return others - {best.family}


def interval_text(interval: tuple[float, float]) -> str:
    """Return an interval of 1/p as one of p."""
    return f"p from {_p(interval[1])} to {_p(interval[0])}"


def _p(x: float) -> str:
    return f"{1 / x:.3g}" if x > 0 else f"{math.inf:g}"
