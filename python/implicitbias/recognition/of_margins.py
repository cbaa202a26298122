"""The fingerprint of a direction by its margins in a bank of norms."""

import math
from typing import Any

import numpy as np

from .._arguments import instance
from .._core import Norm, Potential
from .._types import Array
from ..bracket import Bracket
from ..nouns.as_text import plain
from .bank import Bank
from .families import place_of
from .limits import Geometry
from .of_paths import beside_paths
from .profile import Profile
from .result import Fingerprint, nothing_known
from .row import Row
from .trend import trend_of
from .verdict import interval_of, verdict


def recognized(bank: Bank, points: list[Array], times: Array | None) -> Fingerprint:
    """Return the fingerprint of the last of some points."""
    limits, w = bank.limits, points[-1]
    margin, rounding = limits.margin(w)
    if margin <= rounding:
        unknown = np.full(len(points), np.nan)
        rows = [
            Row(norm, place_of(norm).family, plain(norm), Bracket(-math.inf, 1.0), True, None, unknown)
            for norm in bank.norms
        ]
        reason = (
            f"w does not separate the data: its smallest margin is {margin:.3g}; train longer, or check the "
            "labels and the intercept"
        )
        kinds = (Norm,) if bank.paths is None else (Norm, Potential)
        return nothing_known(rows, times, reason, *kinds)
    profile = Profile(limits, bank.on_lines, bank.singles, w)
    along = np.array([limits.ratios(each, bank.shown) for each in points])

    def row(geometry: Geometry, ratios: Array) -> Row:
        size = float(limits.sizes(w, [geometry])[0])
        lower = (margin - rounding) / size / geometry.upper * (1 - 1e-12)
        upper = min(1.0, (margin + rounding) / size / geometry.lower * (1 + 1e-12))
        trend = None if times is None else trend_of(times, 1 - ratios)
        may_be = profile.may_be(geometry)
        family, name = geometry.place.family, geometry.name
        return Row(geometry.norm, family, name, Bracket(lower, upper), may_be, trend, ratios)

    rows = sorted(map(row, bank.shown, along.T), key=lambda each: each.gap)
    estimate = None if profile.best.geometry is not None else profile.best.place.x
    decided, reason = verdict(profile, bank.shown, rows[0].name)

    def ask(geometry: Any) -> bool:
        instance(geometry, Norm, "geometry")
        known = (each for each in bank.shown if each.norm == geometry)
        return profile.asked(geometry, next(known, None))

    best = rows[0].geometry
    interval, contrast = interval_of(profile), bank.contrast
    found = Fingerprint(rows, times, best, interval, estimate, decided, reason, contrast, ask)
    return found if bank.paths is None else beside_paths(found, bank.paths, points, times)
