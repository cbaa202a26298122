"""How the measurements of a case are distributed over its ensemble, in a line of text and a small drawing."""

import math
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from .registry import Outcome
from .trial import Measurement

_WIDTH, _HEIGHT, _RADIUS = 240, 22, 2.5
_FEWEST = 1e-16  # smaller deviations are rounding, and drawn here


@dataclass(frozen=True)
class Distribution:
    """The measurements of one case.

    Attributes
    ----------
    label : str
    tolerance : float
    values : tuple of float
        Increasing; infinity is a deviation.
    """

    label: str
    tolerance: float
    values: tuple[float, ...]

    @property
    def within(self) -> int:
        """How many are within the tolerance."""
        return sum(value <= self.tolerance for value in self.values)

    def as_expected(self, expect: Outcome) -> bool:
        """Whether all are within the tolerance where they must be, or none where they must not."""
        return expect == "open" or self.within == (len(self.values) if expect == "holds" else 0)

    @property
    def median(self) -> float:
        """The lower one of two."""
        return self.values[(len(self.values) - 1) // 2]

    def __str__(self) -> str:
        low, middle, high = (
            "∞" if math.isinf(value) else f"{value:.2g}"
            for value in (self.values[0], self.median, self.values[-1])
        )
        if len(self.values) == 1:
            return middle
        span = f" ({low} to {high})" if high != low else ""
        within = f", {self.within} of {len(self.values)} within" if math.isfinite(self.tolerance) else ""
        return f"{middle}{span}{within}"

    def svg(self) -> str:
        """Return a strip of points on a logarithmic axis, a line at the tolerance where there is one."""
        limit = [self.tolerance] if math.isfinite(self.tolerance) else []
        shown = [value for value in self.values if 0 < value < math.inf] + limit
        low = max(min(shown, default=1.0), _FEWEST) / 3
        high = 3 * max([*shown, low])

        def place(value: float) -> float:
            inside = min(max(value, low), high)
            return _RADIUS + (_WIDTH - 2 * _RADIUS) * math.log(inside / low) / math.log(high / low)

        # Points at one place are spread over the height, by a fixed sequence.
        heights = np.random.default_rng(0).uniform(2 * _RADIUS, _HEIGHT - 2 * _RADIUS, len(self.values))
        points = "".join(
            f'<circle cx="{place(value):.1f}" cy="{height:.1f}" r="{_RADIUS}" '
            f'class="{"within" if value <= self.tolerance else "beyond"}"/>'
            for value, height in zip(self.values, heights, strict=True)
        )
        lines = "".join(
            f'<line x1="{at}" x2="{at}" y1="0" y2="{_HEIGHT}"/>' for at in (f"{place(x):.1f}" for x in limit)
        )
        return (
            f'<svg class="strip" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{self}">'
            f"{lines}{points}</svg>"
        )


def distributions(measurements: tuple[Measurement, ...]) -> list[Distribution]:
    """Return one distribution a label and tolerance, in the order of their first measurements."""
    order: dict[tuple[str, float], int] = {}
    for each in measurements:
        order.setdefault((each.label, each.tolerance), len(order))

    def case(each: Measurement) -> int:
        return order[each.label, each.tolerance]

    return [
        Distribution(*list(order)[k], tuple(sorted(each.value for each in members)))
        for k, members in groupby(sorted(measurements, key=case), case)
    ]
