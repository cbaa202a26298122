"""The least value of a function of one variable, near the best point of a line."""

from collections.abc import Callable

import numpy as np

from .._types import Array


def least_near(function: Callable[[float], float], line: Array) -> tuple[float, float]:
    """Return where a function is least near a line's best point, and what it is there."""
    from scipy.optimize import minimize_scalar

    values = [function(float(x)) for x in line]
    at = int(np.argmin(values))
    bounds = (float(line[max(at - 1, 0)]), float(line[min(at + 1, len(line) - 1)]))
    found = minimize_scalar(function, bounds=bounds, method="bounded", options={"xatol": 1e-10})
    return min((values[at], float(line[at])), (float(found.fun), float(found.x)))[::-1]
