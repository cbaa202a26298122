"""The limit the paper predicts, where it predicts one."""

from numpy.typing import ArrayLike

from ...._core import Method, Problem
from ....claims.limit import Limit
from ....claims.prediction import predict, why_no_claim
from ....errors import InvalidValueError


def predicted_limit(problem: Problem, method: Method, w0: ArrayLike | None = None) -> Limit:
    """Return the solution of the claim's convex program."""
    claim = predict(problem, method, w0)
    if claim is None:
        raise InvalidValueError(str(why_no_claim(problem, method)))
    return claim.solve()
