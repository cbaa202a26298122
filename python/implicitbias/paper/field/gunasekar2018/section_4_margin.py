"""Section 4: on the exponential loss, a factor finds the maximum margin over positive matrices."""

import math
from contextlib import suppress
from functools import partial
from typing import NamedTuple

import numpy as np

import implicitbias as ib

from ...._types import Array
from ....errors import InvalidValueError
from ....oracles.max_margin import MaxMargin
from ....oracles.psd_max_margin import psd_max_margin
from ...trial import Trial
from .citation import SECTIONS, statement
from .predicted_limit import predicted_limit
from .section_4 import EXPONENTIAL, FACTOR, symmetric

section_4 = partial(statement, chapter=SECTIONS["section_4"])

SDP = "the semidefinite program (cvxpy)"
GAP = "relative gap to the maximum margin"
LEAP = "iterated on to t = 10^7, which no leap left"


class Sample(NamedTuple):
    """A data set, with its maximum margin."""

    problem: ib.Problem
    best: MaxMargin

    @property
    def spectrum(self) -> Array:
        """Eigenvalues of sum_n p_n y_n X_n / gamma*, decreasing, for the dual weights p: at most 1."""
        forces = np.tensordot(self.best.weights * self.problem.y, self.problem.X, 1)
        return np.asarray(np.linalg.eigvalsh(forces)[::-1] / self.best.value)

    @property
    def sizes(self) -> Array:
        """Eigenvalues of the maximum margin matrix, decreasing; their sum is 1."""
        return np.asarray(np.linalg.eigvalsh(self.best.direction)[::-1])

    @property
    def quick(self) -> bool:
        """Whether the direction of W converges quickly.

        It does where no other eigenvalue is near those of the limit, and every support vector pulls.
        """
        if not self.best.value > 0:
            return False
        rank = int((self.sizes > 1e-6).sum())
        margins = self.problem.y * np.tensordot(self.problem.X, self.best.direction, 2)
        pulls = self.best.weights[margins < (1 + 1e-3) * self.best.value]
        return bool(np.all(self.spectrum[rank:] < 0.5) and np.all(pulls > 0.1))


def solved(n: int, d: int, seed: int | list[int]) -> Sample:
    """Return symmetric samples with the solution of their semidefinite program."""
    problem = symmetric(n, d, seed)
    return Sample(problem, psd_max_margin(problem.X, problem.y, look_for_another=False))


def best_of_rank_one(problem: ib.Problem) -> float:
    """Return the best margin of some u u' with |u| = 1: of random u, then of ever nearer ones to the best."""
    rng = np.random.default_rng(0)
    A = problem.y[:, None, None] * problem.X
    u = rng.standard_normal((5000, problem.X.shape[1]))
    for radius in (0.1, 0.03, 0.01, 0.003, 0.001, 0.0):
        u /= np.linalg.norm(u, axis=1, keepdims=True)
        margins = np.einsum("ki,nij,kj->kn", u, A, u, optimize=True).min(axis=1)
        best = u[np.argsort(margins)[-20:]]
        u = np.vstack([best, *(best + radius * rng.standard_normal(best.shape) for _ in range(100))])
    return float(margins.max())


def leapt(run: ib.Run) -> bool:
    """Go to t = 10^(10^6), where trace W is some millions; return whether a leap could.

    One that cannot, where eigenvalues nearly tie, leaves the run at t = 10^7.
    """
    for tolerance in (1e-3, 8e-3):  # absolute, of a w whose size is some millions
        with suppress(InvalidValueError):
            run.fast_forward(until_log10=1e6, tolerance=tolerance)
            return True
    return False


def gone_far(run: ib.Run, label: str) -> tuple[str, float | None]:
    """Go as far; return the label of the measurement, and its tolerance where that is not the statement's."""
    return (label, None) if leapt(run) else (LEAP, 0.5)


def any_start(d: int, rng: np.random.Generator) -> Array:
    """Return a Gaussian factor, of any size between 0.1 and 2."""
    return rng.standard_normal((d, d)) * 10 ** rng.uniform(-1, 0.3)


def any_steps(rng: np.random.Generator) -> ib.LossNormalized:
    """Return bounded steps within the theorem's bound, of any scale and any cap."""
    return ib.LossNormalized(rng.uniform(0.2, 1), cap=10 ** rng.uniform(-2, 0))


@section_4(
    "thm7",
    "exponential loss: PSD maximum margin",
    source="Theorem 7",
    text="On the exponential loss, on almost all data that a positive semidefinite matrix separates, U U' "
    "converges in direction to the maximum margin over positive semidefinite matrices of trace 1, from every "
    "start of full rank and with all small steps, if L -> 0 and the increments and gradients converge in "
    "direction. (How fast, the paper does not say: the gap falls like a power of trace W, one that is as "
    "slow as you like on some data.)",
    reference=SDP,
    metric=GAP,
    tolerance=0.15,
)
def theorem_7(trial: Trial) -> None:
    """Run from random starts with random steps to t = 10^(10^6); the ensemble's median gap is small, too."""
    gaps, exponents, runs = [], [], []
    for seed in trial.seeds(3, 20, 200):
        rng = np.random.default_rng([seed, 1])
        d = 3 + seed % 2
        problem = symmetric(d + 2, d, seed)
        U = any_start(d, rng)
        run = ib.Run(problem, FACTOR, any_steps(rng), w0=U, record=ib.LogSpaced(2))
        label, tolerance = gone_far(run, "any start, any steps")
        report = trial.compare(label, run, ib.predict(problem, FACTOR, U), tolerance=tolerance)
        runs.append(run)
        gaps.append(max(report.gap, 0.0))
        if report.limit is not None:
            exponents.append(_exponent(run, 1 - run.trajectory.margin / report.limit.value))
    trial.measure("median of the ensemble", float(np.median(gaps)), tolerance=trial.choose(3e-2, 1e-2, 2e-3))
    trial.figure(
        "Theorem 7: the gap at t = 10^1000000, and the power of trace W with which it falls",
        lambda figure: _draw_gaps(figure, np.array(gaps), np.array(exponents)),
        caption="One circle a data set: small gaps have fallen like 1 / trace W, large ones more slowly.",
        size=(7.2, 4.2),
    )
    trial.figure(
        "Theorem 7: eigenvalues of W(t) / trace W(t)",
        lambda figure: _draw_eigenvalues(figure, runs[:3]),
        caption="Of three data sets: solid, of the iterates; dotted, of the semidefinite program's solution.",
        size=(11, 4.2),
    )


def _exponent(run: ib.Run, gap: Array) -> float:
    """Return d log gap / d log trace W over the last tenfold growth of trace W; NaN at rounding."""
    T = np.trace(run.trajectory.w, axis1=1, axis2=2)
    earlier = np.flatnonzero(T[-1] / 10 >= T)
    k = earlier[-1] if earlier.size else 0
    if not min(gap[k], gap[-1]) > 1e-9:
        return math.nan
    return float(np.log(gap[-1] / gap[k]) / np.log(T[-1] / T[k]))


def _draw_gaps(figure, gaps: Array, exponents: Array) -> None:  # type: ignore[no-untyped-def]
    from ....plot.style import add_legend

    ax = figure.subplots()
    ax.plot(exponents, np.maximum(gaps, 1e-12), "o", ms=5, alpha=0.5, label="a data set")
    ax.axvline(-1, color="0.6", ls="--", lw=1, label=r"a gap like $1 / \mathrm{tr}\, W$")
    ax.set_yscale("log")
    ax.set_xlabel(r"$d \log \mathrm{gap} \, / \, d \log \mathrm{tr}\, W$")
    ax.set_ylabel("relative gap to the maximum margin")
    add_legend(ax)


def _draw_eigenvalues(figure, runs: list[ib.Run]) -> None:  # type: ignore[no-untyped-def]
    from ....plot.style import COLORS, MARKERS

    axes = figure.subplots(1, len(runs), sharey=True, squeeze=False)[0]
    entries = {}
    for run, ax in zip(runs, axes, strict=True):
        rows = run.trajectory
        sizes = np.linalg.eigvalsh(rows.w)[:, ::-1] / np.trace(rows.w, axis1=1, axis2=2)[:, None]
        limit = np.linalg.eigvalsh(predicted_limit(run.problem, run.method).point)[::-1]
        later = rows.t >= 1
        for k, color in zip(range(sizes.shape[1]), COLORS, strict=False):
            t, share = np.maximum(rows.log10_t[later], 0.1), sizes[later, k]
            marks = {"marker": MARKERS[k], "ms": 4, "mfc": "white", "markevery": 0.2}
            entries[f"eigenvalue {k + 1}"] = ax.plot(t, share, color=color, lw=1.6, **marks)[0]
            ax.axhline(max(limit[k], 1e-9), color=color, lw=1.2, ls=":")
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.set_ylim(1e-7, 2)
        ax.set_title(f"d = {sizes.shape[1]}, n = {len(run.problem.y)}")
        ax.set_xlabel(r"$\log_{10} t$")
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel(r"eigenvalues of $W / \mathrm{tr}\, W$")
    entries["of the semidefinite program"] = axes[0].plot([], [], color="0.35", lw=1.2, ls=":")[0]
    figure.legend(entries.values(), entries, loc="outside lower center", ncols=len(entries), frameon=False)


@section_4(
    "thm7-rate",
    "how fast other eigenvectors vanish",
    source="beyond Theorem 7 (this package)",
    text="Where the maximum margin matrix has rank 1, the share of the second eigenvector of sum_n p_n y_n "
    "X_n in W, p the optimal dual weights and lambda its eigenvalue, falls like trace(W)^(lambda / gamma* - "
    "1): the limit is approached as slowly as lambda is close to gamma*.",
    reference="lambda and gamma* by the semidefinite program (cvxpy)",
    metric="difference of the exponents",
    tolerance=0.15,
)
def rate(trial: Trial) -> None:
    """Measure the exponent over the last tenfold growth of trace W."""
    for seed in trial.seeds(2, 20, 200):
        rng = np.random.default_rng([seed, 1])
        samples = (solved(5, 3, [seed, 2, k]) for k in range(1000))
        sample = next(each for each in samples if each.sizes[1] < 1e-6 and 0 < each.spectrum[1] < 0.9)
        problem, best = sample
        run = ib.Run(problem, FACTOR, any_steps(rng), w0=any_start(3, rng), record=ib.LogSpaced(2))
        if not leapt(run):
            continue
        second = np.linalg.eigh(np.tensordot(best.weights * problem.y, problem.X, 1))[1][:, -2]
        rows = run.trajectory
        share = np.einsum("tjk,j,k->t", rows.w, second, second) / np.trace(rows.w, axis1=1, axis2=2)
        trial.measure("limits of rank 1", abs(_exponent(run, share) - (sample.spectrum[1] - 1)))


@section_4(
    "thm7-rank1",
    "a start of rank 1 is not enough",
    source="against Theorem 7",
    text="The start need not have full rank: one of rank 1 leads to the same margin. (Rank 1 it stays: not "
    "so where the best matrix of rank 1 has a margin a hundredth below the maximum.)",
    reference=SDP + "; the best matrix of rank 1 by random search",
    metric=GAP,
    tolerance=3e-3,
    expect="fails",
)
def rank_one(trial: Trial) -> None:
    """Start from one Gaussian column, and go to where a start of full rank has the margin."""
    for seed in trial.seeds(3, 20, 200):
        rng = np.random.default_rng([seed, 1])
        samples = (solved(5, 3, [seed, 3, k]) for k in range(1000))
        sample = next(each for each in samples if best_of_rank_one(each.problem) < 0.99 * each.best.value)
        start = rng.standard_normal((3, 1)) / 2
        run = ib.Run(sample.problem, FACTOR, any_steps(rng), w0=start, record=ib.LogSpaced(1))
        if leapt(run):
            trial.measure("limits of rank 2 or 3", max(1 - run.margin / sample.best.value, 0.0))


@section_4(
    "thm7-thin",
    "thin starts of more rows than samples ask for",
    source="beyond Theorem 7 (this package)",
    text="A factor of r < d columns will do, on random data, where r (r + 1) / 2 exceeds the number of "
    "samples: some maximum margin matrix has rank at most r then (Barvinok 1995, Pataki 1998).",
    reference=SDP,
    metric=GAP,
    tolerance=0.3,
)
def thin(trial: Trial) -> None:
    """Start from 2 columns of 4 on 2 samples, and from 3 of 4 on 5.

    Thin factors are slow where eigenvalues nearly tie: what no leap takes on says nothing at t = 10^7. One
    run in ten may be such a one, or one alone.
    """
    seeds = list(trial.seeds(2, 20, 200))
    left = 0
    for seed in seeds:
        rng = np.random.default_rng([seed, 1])
        n, r = ((2, 2), (5, 3))[seed % 2]
        problem, best = solved(n, 4, [seed, 4])
        run = ib.Run(problem, FACTOR, any_steps(rng), w0=any_start(4, rng)[:, :r], record=ib.LogSpaced(1))
        if leapt(run):
            trial.measure(f"{r} of 4 columns, {n} samples", max(1 - run.margin / best.value, 0.0))
        else:
            left += 1
    most = max(1, len(seeds) / 10)
    trial.measure("runs that no leap takes on", left, tolerance=most)


@section_4(
    "thm7-lifted",
    "U V' finds the nuclear-norm maximum margin",
    source="Theorem 7 with equations 16 and 17",
    text="On the exponential loss, U V' converges in direction to the maximum margin in the nuclear norm, "
    "where the factors have r + c columns, so that the lifted start has full rank. (The paper's d x d "
    "factors make a lifted start of rank d at most, of 2 d, which Theorem 7 does not cover; the limit is the "
    "same.)",
    reference="the largest dual norm by a semidefinite program (cvxpy)",
    metric="relative gap to the maximum nuclear-norm margin",
    tolerance=0.3,
)
def lifted(trial: Trial) -> None:
    """Lift 2 x 3 matrices; the margin is that of the block U V', in NumPy."""
    for seed in trial.seeds(2, 20, 100):
        rng = np.random.default_rng(seed)
        X, hidden = rng.standard_normal((4, 2, 3)), rng.standard_normal((2, 3))
        problem = ib.Problem(X, np.sign(np.tensordot(X, hidden, 2)), EXPONENTIAL)
        best = predicted_limit(problem, ib.SteepestDescent(ib.Schatten(1))).value
        columns, which = ((5, "r + c columns"), (2, "min(r, c) columns"))[seed % 2]
        start = rng.standard_normal((5, columns)) / 2
        run = ib.Run(ib.lift(problem), FACTOR, any_steps(rng), w0=start, record=ib.LogSpaced(1))
        label, tolerance = gone_far(run, which)
        block = run.w[:2, 2:]
        margin = float((problem.y * np.tensordot(X, block, 2)).min()) / float(np.linalg.norm(block, "nuc"))
        trial.measure(label, max(1 - margin / best, 0.0), tolerance=tolerance)


@section_4(
    "thm7-psd",
    "the nuclear-norm margin without W >= 0",
    source="against Theorem 7",
    text="What U U' converges to is the maximum margin among all symmetric matrices of nuclear norm 1. (It "
    "is not where that margin is larger, here by 5 % or more: such matrices need not be positive "
    "semidefinite.)",
    reference="the largest dual norm by a semidefinite program (cvxpy)",
    metric="relative gap to that margin",
    tolerance=1e-2,
    expect="fails",
)
def theorem_7_psd(trial: Trial) -> None:
    """Compare with the larger margin, which no positive semidefinite matrix has."""
    for seed in trial.seeds(3, 20, 200):
        rng = np.random.default_rng([seed, 1])
        samples = (solved(6, 3, [seed, 5, k]) for k in range(1000))
        (problem, best), larger = next(
            (sample, larger)
            for sample in samples
            if sample.quick and sample.spectrum[-1] < -1.05
            for larger in [predicted_limit(sample.problem, ib.SteepestDescent(ib.Schatten(1))).value]
            if larger > 1.05 * sample.best.value
        )
        run = ib.Run(problem, FACTOR, any_steps(rng), w0=any_start(3, rng), record=ib.LogSpaced(1))
        leapt(run)
        reached = run.margin >= 0.9 * best.value
        trial.assume("90 % of the maximum margin over positive semidefinite matrices is reached", reached)
        trial.measure("random data", max(1 - run.margin / larger, 0.0))
