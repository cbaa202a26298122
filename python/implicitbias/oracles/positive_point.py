"""Points of an affine set all of whose entries are positive, whatever the sizes of the data."""

import numpy as np

from .._types import Array
from ..arithmetic.powers_of_two import power_of_two
from .affine_set import AffineSet, Equations
from .linear_program import linear_program

_SURE = 1e-14  # the relative change of data that leaves a positive entry positive


def has_positive_point(affine: AffineSet) -> bool:
    """Return whether an affine set has a point with entries that rounding errors in the data leave positive.

    Such a point is a proof. In which units the deepest point is one depends on the data: those of w, of the
    columns, or of its rounding errors.
    """
    units = [np.ones(affine.rows.shape[1]), affine.columns]
    for attempt in range(3):
        w = _deepest(affine.equations(units[attempt]))
        errors = affine.errors(w)
        if np.all(w > _SURE * errors):
            return True
        units.append(1 / np.where(errors > 0, errors, 1.0))
    return False


def _deepest(equations: Equations) -> Array:
    """Return the w for which the smallest entry of v is largest, up to the size of the shortest v."""
    r, d = equations.basis.shape
    if r == d:
        return equations.least / equations.units
    # max s subject to basis (v + s) = offset, v >= 0, s <= 1.
    unit = power_of_two(float(np.abs(equations.offset).max(initial=0.0)))
    cost = np.append(np.zeros(d), -1.0)
    rows = np.column_stack([equations.basis, equations.basis.sum(axis=1)])
    bounds = [(0, None)] * d + [(None, 1)]
    x = linear_program(cost, A_eq=rows, b_eq=equations.offset / unit, bounds=bounds).x
    return equations.nearest(unit * (x[:-1] + x[-1]) / equations.units)
