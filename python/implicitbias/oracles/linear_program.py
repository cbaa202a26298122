"""Linear programs, solved by HiGHS as tightly as it can, within a time limit."""

from typing import Any

from ..errors import OracleError

SECONDS = 30.0


class OutOfTimeError(OracleError):
    """A linear program that did not end within its time limit: says nothing about its solution."""


def options(seconds: float = SECONDS) -> dict[str, float]:
    """Return what is asked of HiGHS; on badly scaled programs its simplex method may cycle without end."""
    tight = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
    return {**tight, "time_limit": seconds}


def linear_program(cost: Any, *, seconds: float = SECONDS, **rows: Any) -> Any:
    """Return SciPy's answer to min <cost, x> subject to rows and bounds, named as `linprog` names them.

    The simplex method comes first, whose vertices are exact to rounding, then an interior point method.
    """
    from scipy.optimize import linprog

    for method in ("highs-ds", "highs-ipm"):
        answer = linprog(cost, method=method, options=options(seconds), **rows)
        if answer.status == 0:
            return answer
    if answer.status == 1:
        raise OutOfTimeError(f"the linear program did not end within {seconds:g} s")
    raise OracleError(f"the linear program has no solution: {answer.message}")
