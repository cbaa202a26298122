"""What the paths of mirror descent add to a fingerprint by margins."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .._arguments import instance
from .._core import MirrorDescent, Norm, Potential
from .._types import Array
from ..bracket import Bracket
from .compatibility import NEARLY_0, PADDING
from .mirror_paths import MirrorPaths, Path, is_named, may_be
from .result import Fingerprint, with_table
from .row import Row
from .trend import trend_of

# Times as far off the span as the nearest where a potential is compatible, once one is named, and else.
_ALIKE, _NEARLY = 10.0, 1.25
_ROUNDING = 1e-6  # distances off the span that are nothing else
_APART = "cannot be told apart on these data: l_p and mirror descent in the "


def beside_paths(
    found: Fingerprint, paths: MirrorPaths, points: Sequence[Array], times: Array | None
) -> Fingerprint:
    """Return a fingerprint with the potentials whose mirror descent looks like l_p on the way.

    Where w is on the path of one, and of no power, that is the verdict. One for an l_p between l1 and linf
    stands where such paths are farther than those of powers, and not where the samples' span cannot tell.
    """
    between = found.decided and _is_between(found)
    if not paths.known:
        reason = f"{_APART}hyperbolic entropy or cosh, as samples span the parameters" if between else None
        return with_table(found, found.table, _asking(lambda _: True, found.is_compatible), reason)
    w = points[-1]
    powers, near = paths.of_powers(w), paths.nearest(w)
    named = is_named(near[0], powers)

    def row(path: Path) -> Row:
        ratios = np.array([paths.ratio(path, point) for point in points])
        compatible = path is near[0] if named else may_be(path, powers)
        trend = None if times is None else trend_of(times, 1 - ratios)
        last = Bracket(float(ratios[-1]), 1.0)
        return Row(path.potential, path.family, path.name, last, compatible, trend, ratios)

    rows = [row(path) for path in near]
    limits = [MirrorDescent(each.geometry).geometry for each in rows if each.compatible]

    most = max((_ALIKE if named else _NEARLY) * min(powers, near[0].off), _ROUNDING)

    def on_path(potential: Potential) -> bool:
        return paths.off(potential.link(w)) <= most

    best, *rest = found.table
    if named:
        rest = [replace(each, compatible=each.geometry in limits) for each in (best, *rest)]
        table = [rows[0], *sorted([*rest, rows[1]], key=lambda each: each.gap)]
        reason = f"{near[0].name}: w is {near[0].off:.1g} off the paths of its mirror descent"
        ask = _asking(on_path, limits.__contains__)
        return Fingerprint(table, times, table[0].geometry, None, None, True, reason, found.contrast, ask)
    table = [best, *sorted([*rest, *rows], key=lambda each: each.gap)]
    ask = _asking(on_path, lambda norm: norm in limits or found.is_compatible(norm))
    undecided = between and may_be(near[0], powers)
    return with_table(found, table, ask, f"{_APART}{near[0].family}" if undecided else None)


def _asking(
    of_potential: Callable[[Potential], bool], of_norm: Callable[[Norm], bool]
) -> Callable[[Any], bool]:
    """Return what tells whether a geometry of either kind is compatible."""

    def ask(geometry: Any) -> bool:
        if isinstance(geometry, Potential):
            return of_potential(geometry)
        return of_norm(instance(geometry, Norm, "geometry"))

    return ask


def _is_between(found: Fingerprint) -> bool:
    """Return whether the best are l_p norms that are neither l1 nor linf."""
    if found.table[0].family != "l_p" or found.interval is None:
        return False
    return found.interval[0] > NEARLY_0 and found.interval[1] < 1 - PADDING
