"""What a run on a loss with a finite root is doing: converging, or something else."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from .._arguments import instance
from .._calls import public
from .._core import Entropy, Every, RunLoop, TruncatedSquared
from .._types import Array
from ..errors import DomainError, InvalidValueError
from ..nouns.of_ones_own import is_inertial
from ..problems.rows import signed_rows, targets_of
from .iterates import Iterates
from .view import RunView

Kind = Literal["converged", "converging", "cycle", "stalled", "irregular", "diverging"]

# How far a copy of the run is taken to see what it does, and the longest cycle that is looked for.
PROBE, LONGEST = 256, 32

# The logarithm of a loss that no double holds: a run that stops moving there has not found its place.
_LARGEST_LOSS = float(np.log(np.finfo(float).max))


@dataclass(frozen=True)
class Behavior:
    """What `behavior` saw.

    Attributes
    ----------
    kind : {'converged', 'converging', 'cycle', 'stalled', 'irregular', 'diverging'}
    period : int
        Of a cycle; 0 otherwise.
    text : str
        The same in words, such as "w(t) is a 2-cycle, with residuals from 0.112 to 0.115".

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> found = ib.behavior(ib.Run(problem, ib.GradientDescent(), 0.2))
    >>> found.kind, found.period
    ('cycle', 2)
    """

    kind: Kind
    period: int
    text: str

    def __str__(self) -> str:
        return self.text


@public
def behavior(run: RunView) -> Behavior:
    """Say what a run is doing, from the next 256 iterations of a copy of it; the run itself does not move.

    Parameters
    ----------
    run : Run or Iterates
        On a loss with a finite root. Of `Iterates` nothing is known but what was recorded.

    Returns
    -------
    Behavior
        "converged": the data are fitted to rounding. "cycle": the iterates repeat, with a period of up to 32.
        "stalled": the residual stays where it is, without a solution. "irregular": the loss neither
        falls nor repeats. "diverging": it grows, with momentum and random batches to more than ten times what
        it was in the first half of the run, or the domain is left. "converging": otherwise; with momentum and
        random batches that includes what is not known yet.

    Raises
    ------
    InvalidValueError
        If the loss is monotone.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> run = ib.Run(problem, ib.GradientDescent(), 0.3)  # more than 2 / 10: too large
    >>> ib.behavior(run).kind
    'diverging'
    """
    instance(run, RunView, "run")
    if run.problem.loss.monotone:
        raise InvalidValueError(f"run: expected one on a loss with a finite root, got {run.problem.loss!r}")
    if isinstance(run, Iterates):
        return _of_iterates(run)
    rows, leaves = _next_rows(run)
    if leaves:
        return Behavior("diverging", 0, f"w(t) leaves the domain: {leaves}")
    points = rows["w"].reshape(len(rows["t"]), -1)
    X, y = signed_rows(run.problem), targets_of(run.problem)
    sizes = rows["residual"]
    # Every iterate is judged by its own rounding: those of a diverging run differ by many powers of ten.
    roundings = 64 * np.finfo(float).eps * sizes_of_terms(X, y, points)
    if np.all(sizes <= roundings):
        return Behavior("converged", 0, f"the data are fitted to rounding, |Xw - y| = {sizes[-1]:.2g}")
    if len(points) > PROBE and np.all(sizes > roundings):
        tail = points[-2 * LONGEST :]
        if np.all(np.abs(np.diff(tail, axis=0)) <= 1e-14 * np.abs(tail[1:])):
            if max(run.trajectory.log_loss[0], _LARGEST_LOSS) < rows["log_loss"][-1]:
                return Behavior("diverging", 0, f"w(t) has diverged, to a residual of {sizes[-1]:.3g}")
            return Behavior("stalled", 0, _stalled(run, points[-1], points[-1] @ X.T - y, sizes[-1]))
        low, high = sizes[-2 * LONGEST :].min(), sizes[-2 * LONGEST :].max()
        period = _period(tail)
        if period > 1 and (np.ptp(tail, axis=0) @ np.abs(X).T).max() <= roundings[-1]:
            return Behavior("stalled", 0, _stalled(run, points[-1], points[-1] @ X.T - y, sizes[-1]))
        if period > 1:
            text = f"w(t) is a {period}-cycle, with residuals of {low:.3g}"
            return Behavior("cycle", period, text + (f" to {high:.3g}" if high > 1.001 * low else ""))
        if _grows(run, rows):
            return Behavior("diverging", 0, f"w(t) diverges, with a residual of {sizes[-1]:.3g}")
        if _steady(run) and _wanders(run, rows["log_loss"], float((roundings / sizes).max())):
            text = f"w(t) is irregular, with residuals from {sizes.min():.3g} to {sizes.max():.3g}"
            return Behavior("irregular", 0, text)
    return Behavior("converging", 0, f"the residual is still {sizes[0]:.2g}")


def _of_iterates(run: Iterates) -> Behavior:
    """Say what foreign iterates did, from the later half of those that were recorded."""
    rows = run.trajectory
    points, sizes = rows.w.reshape(len(rows), -1), rows.residual
    X, y = signed_rows(run.problem), targets_of(run.problem)
    if sizes[-1] <= 64 * np.finfo(float).eps * sizes_of_terms(X, y, points)[-1]:
        return Behavior("converged", 0, f"the data are fitted to rounding, |Xw - y| = {sizes[-1]:.2g}")
    later = slice(len(rows) // 2, None)
    tail, residuals = points[later], sizes[later]
    if len(tail) > 1 and np.all(np.abs(np.diff(tail, axis=0)) <= 1e-14 * np.abs(tail[1:])):
        return Behavior("stalled", 0, f"w(t) is stalled at a residual of {sizes[-1]:.3g}")
    if len(tail) > 2 and np.all(np.diff(residuals) > 0) and residuals[-1] > 10 * sizes.min():
        return Behavior("diverging", 0, f"w(t) diverges, with a residual of {sizes[-1]:.3g}")
    return Behavior("converging", 0, f"the residual is still {sizes[-1]:.2g}")


def sizes_of_terms(X: Array, y: Array, points: Array) -> Array:
    """Return |  |X| |w| + |y|  |_2 at each point, beside which residuals are small, or rounding."""
    terms = np.abs(points) @ np.abs(X).T + np.abs(y)
    largest = np.maximum(terms.max(axis=1), np.finfo(float).tiny)
    return np.asarray(largest * np.linalg.norm(terms / largest[:, None], axis=1))


def _steady(run: RunView) -> bool:
    """Whether a loss that grows tells that something is wrong.

    With momentum or random batches a loss goes up and down on the way to a solution, too.
    """
    return run.batch is None and not is_inertial(run.method)


def _grows(run: RunView, rows: dict[str, Array]) -> bool:
    """Whether the loss grows without end."""
    if _steady(run):
        losses = rows["log_loss"]
        return bool(losses[PROBE // 2 :].min() > losses[: PROBE // 2].max())
    sizes, before = rows["residual"], run.trajectory
    earlier = max(before.residual[before.t <= run.t / 2].max(), sizes[: PROBE // 4].max())
    return run.t >= PROBE and bool(sizes[-PROBE // 4 :].min() > 10 * earlier)


def _next_rows(run: RunView) -> tuple[dict[str, Array], str]:
    """Return the rows from now on, fewer where a schedule ends; and why they leave the domain."""
    state, trajectory = run._loop.snapshot()
    copy = RunLoop.restore(run.problem, run.method, run.step_size, run.batch, Every(1), state, trajectory)
    leaves = ""
    try:
        copy.advance(run.t + PROBE, np.inf)
    except DomainError as error:
        leaves = str(error).partition(";")[0]
    except InvalidValueError:
        pass  # the end of a schedule
    rows = copy.trajectory()
    now = max(int((rows["t"] <= run.t).sum()) - 1, 0)
    return {name: column[now:] for name, column in rows.items()}, leaves


def _period(rows: Array) -> int:
    """Return the least period with which all rows repeat; 0 if there is none."""
    size = np.abs(rows).max()
    for period in range(1, LONGEST + 1):
        if np.abs(rows[period:] - rows[:-period]).max() <= 1e-9 * size:
            return period
    return 0


def _wanders(run: RunView, losses: Array, rounding: float) -> bool:
    """Whether the loss goes up and down, by more than rounding, and is no smaller than at half the time."""
    rows = run.trajectory
    earlier = rows.log_loss[(rows.t >= run.t / 4) & (rows.t <= 3 * run.t / 4)]
    if run.t < PROBE or not earlier.size or np.mean(np.diff(losses) > 4 * rounding) < 0.05:
        return False
    return bool(np.median(losses) > np.median(earlier) - np.log(2))


def _stalled(run: RunView, w: Array, residuals: Array, size: float) -> str:
    text = f"w(t) is stalled at a residual of {size:.3g}"
    loss = run.problem.loss
    if isinstance(loss, TruncatedSquared):
        flat = int((residuals**2 >= loss.cap).sum())
        return text + f": {flat} of {len(residuals)} samples lie on the flat part of {loss!r}"
    potential = getattr(run.method, "potential", None)
    if isinstance(potential, Entropy):
        zeros = np.flatnonzero(w < 1e-12)
        if zeros.size:
            return text + f" on the boundary of the domain, at w[{', '.join(map(str, zeros[:5]))}] = 0"
    return text
