"""Convex programs, solved as tightly as the solvers can."""

import math
import warnings
from contextlib import suppress
from typing import Any

from ..errors import OracleError
from .linear_program import options as linear_options

# Asked of the solvers; Clarabel says "inaccurate" where rounding stops it earlier, and the duality gap that
# is computed afterwards tells how far it came.
_TIGHT = {"tol_gap_abs": 1e-13, "tol_gap_rel": 1e-13, "tol_feas": 1e-13, "max_iter": 500}


def solve(program: Any, attempt: int = 0, **options: Any) -> float:
    """Solve a cvxpy program as tightly as the solver can, and return its value.

    Linear programs go to HiGHS, whose vertices are exact to rounding, others to Clarabel. Another attempt
    takes another way: an interior point method for linear programs, shorter steps for others. Further options
    are Clarabel's.
    """
    import cvxpy as cp

    steps = (0.99, 0.99, 0.9, 0.8, 0.7)[attempt]
    ways: list[dict[str, Any]] = [{"solver": cp.CLARABEL, "max_step_fraction": steps, **_TIGHT, **options}]
    if program.objective.args[0].is_pwl() and program.is_qp():
        method = "highs-ipm" if attempt % 2 else "highs-ds"
        ways.insert(0, {"solver": cp.SCIPY, "scipy_options": {"method": method, **linear_options()}})
    for way in ways:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # "inaccurate": the duality gap says how much
                warnings.simplefilter("ignore", RuntimeWarning)  # bounds that cvxpy makes of 0 times infinity
                value = program.solve(**way)
        except BaseException as error:
            # Besides its own errors, cvxpy fails in its own arithmetic: for p that are barely above 1 or
            # huge, and where HiGHS has no solution. A panic of Clarabel, written in Rust, is no Exception.
            if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
                raise
            failure = OracleError(f"the convex program has no solution here: {error}")
            failure.__cause__ = error
            continue
        if program.status in ("optimal", "optimal_inaccurate"):
            return float(value)
        failure = OracleError(f"{way['solver']} gave no solution: {program.status}")
    raise failure


def lp_form(entries: Any, p: float) -> Any:
    """Return the l_p norm of a cvxpy expression."""
    import cvxpy as cp

    with suppress(ZeroDivisionError):  # cvxpy's fraction nearest to 1 / p is 0
        if (form := cp.norm(entries, "inf" if p == math.inf else p)).is_atom_convex():
            return form  # otherwise the fraction is 1, which makes no norm
    raise OracleError(f"cvxpy has no form of the l_p norm with p = {p!r}")
