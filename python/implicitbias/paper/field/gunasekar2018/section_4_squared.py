"""Section 4: on the squared loss, what a factor converges to depends on its start and steps."""

import math
from functools import partial

import numpy as np

import implicitbias as ib

from ...._types import Array
from ....errors import DomainError
from ...trial import Trial
from .citation import SECTIONS, statement
from .section_4 import FACTOR

section_4 = partial(statement, chapter=SECTIONS["section_4_squared"])

FITTED = 1e-8  # the residual from which on a run has converged to a solution


def _sensing(X: Array, hidden: Array) -> ib.Problem:
    return ib.Problem(X, np.tensordot(X, hidden, 2), ib.Squared())


def _samples(n: int, d: int, rng: np.random.Generator) -> Array:
    X = rng.standard_normal((n, d, d))
    return np.asarray((X + X.transpose(0, 2, 1)) / (2 * math.sqrt(n * d)))


def _random_sensing(seed: int) -> ib.Problem:
    """Return three symmetric samples that see a random positive semidefinite matrix."""
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((3, 3))
    return _sensing(_samples(3, 3, rng), root @ root.T / 3)


def _limit(problem: ib.Problem, U: Array, eta: float, most: int = 10**6) -> Array | None:
    """Return the limit of W, or None where these steps are too large for a solution to be reached."""
    run = ib.Run(problem, FACTOR, ib.Constant(eta), w0=U, record=ib.LogSpaced(1))
    try:
        while run.residual >= FITTED and run.t < most:
            run.advance(max(1000, run.t))
    except DomainError:
        return None
    return run.w if run.residual < FITTED else None


def _largest_step(problem: ib.Problem, U: Array) -> float:
    """Return the largest of 1, 1/2, 1/4, ... that leads to a solution."""
    return next(eta for eta in (0.5**k for k in range(30)) if _limit(problem, U, eta, 10**5) is not None)


def _between(trial: Trial, label: str, one: Array | None, other: Array | None) -> None:
    """Measure the distance between two limits, relative to the smaller."""
    trial.assume("w(t) converges to a solution, L(w) = 0", one is not None and other is not None)
    if one is not None and other is not None:
        smaller = min(np.linalg.norm(one), np.linalg.norm(other))
        trial.measure(label, float(np.linalg.norm(one - other) / smaller))


@section_4(
    "squared-u0",
    "squared loss remembers the scale of U(0)",
    source="against Section 4",
    text="With the squared loss, the limit does not depend on the scale of U(0). (It does, as the paper "
    "says: least nuclear norm is exact for no finite start.)",
    reference="runs from different scales",
    metric="relative distance between the limits",
    tolerance=1e-4,
    expect="fails",
)
def scale_of_the_start(trial: Trial) -> None:
    """Start at 0.1 I and at I, with the same small steps."""
    for seed in trial.seeds(10, 20, 200):
        problem = _random_sensing(seed)
        starts = 0.1 * np.eye(3), np.eye(3)
        eta = min(_largest_step(problem, U) for U in starts) / 4
        _between(trial, "0.1 I and I", *(_limit(problem, U, eta) for U in starts))


@section_4(
    "squared-eta",
    "squared loss remembers the step size",
    source="against Section 4",
    text="With the squared loss, every step size with which W(t) converges leads to the same solution. (Not "
    "so, as the paper says: the largest of 1, 1/2, 1/4, ... that converges leads elsewhere than a sixteenth "
    "of it.)",
    reference="runs with different steps from one start, I",
    metric="relative distance between the limits",
    tolerance=1e-5,
    expect="fails",
)
def step_size(trial: Trial) -> None:
    """Compare the largest step with a sixteenth of it; draw the traces of the limits between."""
    traces = []
    for seed in trial.seeds(10, 20, 200):
        problem, start = _random_sensing(seed), np.eye(3)
        largest = _largest_step(problem, start)
        steps = largest * 0.5 ** np.arange(5)
        limits = [_limit(problem, start, eta) for eta in steps]
        _between(trial, "largest step and a sixteenth", limits[0], limits[-1])
        traces.append([math.nan if W is None else float(np.trace(W)) for W in limits])
    trial.figure(
        "Squared loss: the trace of the limit of U U' against the step size",
        lambda figure: _draw_traces(figure, np.array(traces)),
        caption="One line a data set, relative to the trace at a sixteenth of the largest step.",
        size=(7.2, 3.8),
    )


def _draw_traces(figure, traces: Array) -> None:  # type: ignore[no-untyped-def]
    ax = figure.subplots()
    ax.plot(0.5 ** np.arange(5), (traces / traces[:, -1:]).T, "o-", lw=1, ms=3, alpha=0.7)
    ax.set_xscale("log", base=2)
    ax.set_xlabel(r"$\eta$, relative to the largest of $1, 1/2, 1/4, \ldots$ that converges")
    ax.set_ylabel("relative trace of the limit")
    ax.spines[["top", "right"]].set_visible(False)


def _commuting_sensing(seed: list[int]) -> ib.Problem:
    """Return two samples, and a hidden positive matrix, with the same eigenvectors."""
    rng = np.random.default_rng(seed)
    Q = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    with_values = [Q @ np.diag(rng.standard_normal(4)) @ Q.T for _ in range(2)]
    return _sensing(np.array(with_values) / 2, Q @ np.diag(rng.uniform(0, 2, 4)) @ Q.T)


LEAST_TRACE = "the least trace by a semidefinite program (cvxpy)"
EXCESS = "excess of the trace, relative to the least"


def _least_trace(problem: ib.Problem) -> float:
    import cvxpy as cp

    W = cp.Variable(problem.shape, PSD=True)
    fits = [cp.sum(cp.multiply(X, W)) == y for X, y in zip(problem.X, problem.y, strict=True)]
    return float(cp.Problem(cp.Minimize(cp.trace(W)), fits).solve(solver=cp.CLARABEL))


def _from_scale(problem: ib.Problem, scale: float) -> Array | None:
    """Return the limit from a multiple of I, or None where small steps do not get there in time."""
    return _limit(problem, scale * np.eye(problem.shape[0]), 2e-2)


def _excess(problem: ib.Problem, W: Array) -> float:
    """Return by how much the trace exceeds the least."""
    return max(float(np.trace(W)) / _least_trace(problem) - 1, 0.0)


@section_4(
    "squared-small",
    "tiny starts, commuting samples: least nuclear norm",
    source="Section 4",
    text="With the squared loss, small steps and U(0) -> 0, the limit, where a run gets there in time, is "
    "the solution of smallest nuclear norm, where the samples commute (proved by Gunasekar et al. 2017).",
    reference=LEAST_TRACE,
    metric=EXCESS,
    tolerance=3e-2,
)
def small_starts(trial: Trial) -> None:
    """Start at ever smaller multiples of I."""
    # Samples commute up to rounding, 1e-16, and tinier starts leave that rounding time to grow.
    for seed in trial.seeds(3, 20, 200):
        problems = (_commuting_sensing([seed, k]) for k in range(1000))
        tried = ((each, _from_scale(each, 1e-2), _from_scale(each, 1e-8)) for each in problems)
        problem, large, tiny = next(
            (each, large, tiny) for each, large, tiny in tried if large is not None and tiny is not None
        )
        trial.measure("1e-2 I", _excess(problem, large), tolerance=0.2)
        trial.measure("1e-8 I", _excess(problem, tiny))


@section_4(
    "squared-small-any",
    "tiny starts, any samples: least nuclear norm",
    source="against Section 4",
    text="The same holds whatever the samples (conjectured by Gunasekar et al. 2017). (Not so near these: "
    "the smaller the start, the further it leads away, towards a solution of lower rank: Li, Luo and Lyu "
    "2021.)",
    reference=LEAST_TRACE,
    metric=EXCESS,
    tolerance=1e-2,
    expect="fails",
)
def small_starts_any(trial: Trial) -> None:
    """Start at ever smaller multiples of I, on samples near three that do not commute."""
    for seed in trial.seeds(3, 20, 200):
        rng = np.random.default_rng(seed)
        base = np.random.default_rng(0).standard_normal((3, 3, 3))
        X = base + 1e-2 * rng.standard_normal((3, 3, 3))
        problem = _sensing((X + X.transpose(0, 2, 1)) / 3, np.diag([1.0, 0.5, 2]))
        W = _from_scale(problem, 1e-12)
        trial.assume("w(t) converges to a solution, L(w) = 0", W is not None)
        trial.measure("1e-12 I", math.inf if W is None else _excess(problem, W))
    for scale in (1e-1, 1e-4, 1e-12):
        W = _from_scale(problem, scale)
        if W is not None:
            values = ", ".join(f"{value:.2g}" for value in np.linalg.eigvalsh(W)[::-1])
            excess = _excess(problem, W)
            trial.note(f"On the last data, from {scale:g} I: excess {excess:.2g}, eigenvalues {values}.")


def _low_rank(seed: int) -> tuple[ib.Problem, Array]:
    """Return 28 Gaussian measurements of an 8 x 8 matrix of rank 1, of 36 entries, and the matrix."""
    rng = np.random.default_rng(seed)
    u = rng.standard_normal(8)
    hidden = np.outer(u, u) / (u @ u)
    return _sensing(_samples(28, 8, rng) * math.sqrt(8), hidden), hidden


RECOVERY = "relative distance from the hidden matrix"


@section_4(
    "squared-recovery",
    "a tiny factor recovers a matrix of low rank",
    source="Section 4",
    text="With the squared loss, small steps and a tiny start, U U' recovers a positive semidefinite matrix "
    "of rank 1 from fewer Gaussian measurements than it has entries (Li et al. 2017, where they have the "
    "restricted isometry property).",
    reference="the hidden matrix",
    metric=RECOVERY,
    tolerance=5e-3,
)
def recovery(trial: Trial) -> None:
    """Start at 1e-4 I."""
    trial.assume(
        "the measurements have the restricted isometry property (not checked: that is NP-hard)", True
    )
    for seed in trial.seeds(2, 20, 200):
        problem, hidden = _low_rank(seed)
        run = ib.Run(problem, FACTOR, ib.Constant(0.03), w0=1e-4 * np.eye(8)).advance(10**5)
        trial.measure("rank 1 of 8 x 8", float(np.linalg.norm(run.w - hidden)))


@section_4(
    "squared-w",
    "gradient descent on W itself does not",
    source="against Section 4",
    text="Gradient descent on W recovers it as well. (It finds the solution of least Frobenius norm: the "
    "bias of the factorization is radically different.)",
    reference="the hidden matrix",
    metric=RECOVERY,
    tolerance=5e-2,
    expect="fails",
)
def unfactorized(trial: Trial) -> None:
    """Start at 0, on the same measurements."""
    for seed in trial.seeds(3, 20, 200):
        problem, hidden = _low_rank(seed)
        smoothness = 2 * float(np.linalg.norm(problem.X.reshape(28, -1), 2)) ** 2
        run = ib.Run(problem, ib.GradientDescent(), ib.Constant(1 / smoothness), record=ib.LogSpaced(1))
        run.advance(10**4)
        trial.assume("the measurements are fitted to 1 %", run.residual < 1e-2 * np.abs(problem.y).max())
        trial.measure("rank 1 of 8 x 8", float(np.linalg.norm(run.w - hidden)))


@section_4(
    "saddle",
    "U = 0 is a saddle point",
    source="Section 4",
    text="U = 0 is a saddle point: a start near it takes the longer to leave the closer it is, the same "
    "number of iterations for each tenth of its size.",
    reference="log 10 / log(1 + 2 eta lambda), for the largest eigenvalue lambda of -grad L(0)",
    metric="relative difference of the number of iterations",
    tolerance=1e-2,
)
def saddle(trial: Trial) -> None:
    """Count the iterations until the squared loss has halved, from 1e-6 and from 1e-106 times a factor."""
    eta = 1e-3
    for seed in trial.seeds(3, 20, 200):
        problem = _random_sensing(seed)
        trial.assume("-grad L(0) has a positive eigenvalue", _escape_rate(problem) > 0)
        start = np.random.default_rng([seed, 1]).standard_normal((3, 3))
        early, late = (_halved(problem, scale * start, eta) for scale in (1e-6, 1e-106))
        expected = 100 * math.log(10) / math.log1p(2 * eta * _escape_rate(problem))
        trial.measure("random data", abs((late - early) / expected - 1))


def _escape_rate(problem: ib.Problem) -> float:
    """Return the largest eigenvalue of -grad L(0) = 2 sum_n y_n X_n."""
    return float(np.linalg.eigvalsh(2 * np.tensordot(problem.y, problem.X, 1))[-1])


def _halved(problem: ib.Problem, U: Array, eta: float) -> int:
    """Return the first recorded iteration, a thousandth later at most, at which the loss has halved."""
    run = ib.Run(problem, FACTOR, ib.Constant(eta), w0=U, record=ib.LogSpaced(2000))
    before = run.log_loss
    while run.log_loss > before - math.log(2):
        run.advance(max(1000, run.t))
    rows = run.trajectory
    return int([*rows.t[rows.log_loss <= before - math.log(2)], run.t][0])
