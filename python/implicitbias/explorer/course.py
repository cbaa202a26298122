"""A method on its way: the run, how far it went and why no farther, and what is claimed of it."""

from ast import literal_eval
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .._core import AdaGrad, Problem
from .._types import Array
from ..errors import ImplicitBiasError
from ..problems.rows import signed_rows
from ..runs.run import Run
from .curve import Curve
from .state import State

# Iterations on little data: some milliseconds, and some tenths of a second.
_AT_ONCE, _AT_LEISURE = 10_000, 1_000_000
_WORK = 2_000_000  # entries of X to read at once, which many data need for fewer iterations
_MOST_ROWS = 100  # times as many at leisure


@dataclass(frozen=True)
class Course:
    """A curve of the explorer, run and judged.

    Attributes
    ----------
    curve : Curve
    run : Run or None
        None where its arguments are refused.
    calls : str
        What took it there, as code: ``.advance(10000)``.
    note : str
        Why it is not at the time that was asked for, or why there is no run; '' otherwise.
    late : bool
        Whether the time that is asked for takes a leap, or more iterations than can be had at once.
    pending : bool
        Whether it goes on, or has yet to be judged.
    verdict : str
        That of `compare`, "no claim", "failed", or "" while it is pending.
    words : str
        The verdict's reason, or the error's message.
    source : str
        Whose the claim is.
    point : ndarray or None
        The predicted point or direction.
    value : float or None
        The maximum margin that is predicted.
    """

    curve: Curve
    run: Run | None = None
    calls: str = ""
    note: str = ""
    late: bool = False
    pending: bool = True
    verdict: str = ""
    words: str = ""
    source: str = ""
    point: Array | None = None
    value: float | None = None


def begun(state: State, problem: Problem, curve: Curve) -> Course:
    """Run for a few milliseconds: to the time that is asked for, where it is early."""
    n, d = len(state.X), state.dimension
    return _advanced(state, problem, curve, min(_AT_ONCE, max(100, _WORK // (n * d))))


def finished(state: State, problem: Problem, course: Course) -> Course:
    """Run to the time that is asked for, by a leap where it is late, and judge."""
    if course.run is None:
        return replace(course, pending=False)
    if course.late:
        course = _gone_on(state, problem, course)
    assert course.run is not None
    return replace(course, pending=False, **_judged(course.run))


def _run(problem: Problem, curve: Curve) -> Run:
    method, step, batch = curve.nouns()
    start = literal_eval(curve.start_text) if curve.start_text else None
    return Run(problem, method, step, batch=batch, w0=start)


def _advanced(state: State, problem: Problem, curve: Curve, most: int) -> Course:
    try:
        run = _run(problem, curve)
    except Exception as error:  # own words for every error: the page shows no traces
        return _failed(Course(curve), error)
    steps = most if state.log10_t > 15 else min(round(10**state.log10_t), most)
    return _stepped(Course(curve, run), state, steps)


def _stepped(course: Course, state: State, steps: int) -> Course:
    run = course.run
    assert run is not None
    note, late = "", state.log10_t > np.log10(max(steps, 1)) + 1e-3
    try:
        run.advance(steps - run.t)
    except ImplicitBiasError as error:
        note, late = f"It stays at t = {run.t}: {error}", False
    if late:
        note = f"It is at t = {run.t}, and goes on."
    return replace(course, calls=f".advance({run.t})" if run.t else "", note=note, late=late)


def _gone_on(state: State, problem: Problem, course: Course) -> Course:
    most = _AT_LEISURE if len(state.X) * state.dimension < _WORK / _AT_ONCE else _AT_ONCE * 10
    if state.log10_t <= np.log10(most):
        return _advanced(state, problem, course.curve, most)
    run = _run(problem, course.curve)
    until = float(f"{10**state.log10_t:.4g}")
    try:
        run.fast_forward(until)
        return replace(course, run=run, calls=f".fast_forward({until:g})", note="", late=False)
    except ImplicitBiasError as error:
        why = _first_sentence(error)
    stopped = _stepped(replace(course, run=run), state, max(most, run.t))
    if not stopped.late:  # an iteration went wrong on the way
        return stopped
    return replace(
        stopped, note=f"It iterated to t = {_power(run)} only. fast_forward leaps no farther: {why}"
    )


def _judged(run: Run) -> dict[str, Any]:
    """Return what is claimed of the run's limit, in words."""
    from ..claims.adagrad_direction import limit_direction
    from ..claims.comparison import compare
    from ..claims.prediction import predict, why_no_claim

    try:
        claim: Any = predict(run.problem, run.method, run.w0, batch=run.batch)
        if claim is None and isinstance(run.method, AdaGrad) and run.problem.loss.monotone:
            claim = limit_direction(run)
        if claim is None:
            why = why_no_claim(run.problem, run.method, batch=run.batch)
            return {"verdict": "no claim", "words": why or ""}
        report = compare(run, claim)
    except Exception as error:  # solvers raise errors of their own, too
        return {"verdict": "failed", "words": _message(error)}
    limit = report.limit
    return {
        "verdict": report.verdict,
        "words": report.reason,
        "source": str(claim.source),
        "point": None if limit is None else np.ravel(limit.point),
        "value": None if limit is None else _margin_of(run, limit.point, limit.value),
    }


def _margin_of(run: Run, point: Array, value: float) -> float | None:
    """Return a limit's value where that is a margin, as of a direction, and not a loss."""
    if not run.problem.loss.monotone:
        return None
    margin = float((signed_rows(run.problem) @ np.ravel(point)).min())
    return float(value) if np.isclose(margin, value, rtol=1e-3) else None


def _failed(course: Course, error: Exception) -> Course:
    return replace(course, note=_message(error), pending=False, verdict="failed", words=_message(error))


def _message(error: Exception) -> str:
    """Return an error's message, with its class where it is not one of ours."""
    return str(error) if isinstance(error, ImplicitBiasError) else f"{type(error).__name__}: {error}"


def _first_sentence(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _power(run: Run) -> str:
    return f"10^{round(run.log10_t)}" if abs(run.log10_t - round(run.log10_t)) < 1e-6 else f"{run.t}"
