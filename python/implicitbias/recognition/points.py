"""The points and times that a fingerprint is taken of, from whatever holds them."""

from typing import Any

import numpy as np

from .._core import Problem
from .._types import Array
from ..errors import InvalidValueError
from ..problems.foreign_parameters import parameters_of, rising
from ..runs.view import RunView


def times_and_points(problem: Problem, w: Any, t: Any) -> tuple[Array | None, list[Array]]:
    """Return the times, or None for a single point, and the points.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        If they do not fit.
    """
    if isinstance(w, RunView):
        rows = w.trajectory
        moved = [i for i in range(len(rows)) if rows.w[i].any()]
        if not moved:
            raise InvalidValueError("w: expected parameters that are not all 0: those have no direction")
        return np.asarray(rows.t, dtype=np.float64)[moved], [rows.w[i] for i in moved]
    if t is None:
        return None, [parameters_of(w, problem)]
    times = rising(t)
    points = [w[i] for i in range(len(w))] if hasattr(w, "__len__") and not isinstance(w, dict) else [w]
    if len(points) != len(times):
        raise InvalidValueError(
            f"t: expected one iteration for each of {len(points)} parameters, got {len(times)}"
        )
    return times, [parameters_of(point, problem, f"w[{i}]") for i, point in enumerate(points)]
