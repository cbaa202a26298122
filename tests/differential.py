"""Random problems of all kinds, on which answers must agree with each other and with independent programs.

``python tests/differential.py 10000`` tries problems 0 to 9999 and prints every disagreement with its number;
``python tests/differential.py 1 --first 4711`` tries one problem again.
"""

import argparse
import math
import sys
import tempfile
import warnings
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import ClassVar

import mpmath
import numpy as np
from scipy.optimize import linprog, nnls
from scipy.sparse import csr_array

import implicitbias as ib
from exact_potentials import exact, exact_link
from extreme_rays import _reduced, kind_of_separation

mpmath.mp.dps = 60


def gaussian(rng, n, d):
    return rng.standard_normal((n, d))


def integers(rng, n, d):
    return rng.integers(-2, 3, (n, d)).astype(float)


def zeros_and_ones(rng, n, d):
    return rng.integers(0, 2, (n, d)).astype(float)


def twins(rng, n, d):
    """A column beside its copy, its negative or its half."""
    X = integers(rng, n, d)
    return np.column_stack([X, rng.choice([1, -1, 0.5]) * X[:, rng.integers(d)]])


def unscaled_features(rng, n, d):
    return rng.standard_normal((n, d)) * 10.0 ** rng.integers(-6, 7, d)


def unscaled_samples(rng, n, d):
    return rng.standard_normal((n, d)) * 10.0 ** rng.integers(-4, 5, (n, 1))


def timestamps(rng, n, d):
    """A feature far from 0, and an intercept."""
    X = integers(rng, n, d)
    X[:, 0] += 10.0 ** rng.integers(0, 8)
    return np.column_stack([X, np.ones(n)])


def dependent_samples(rng, n, d):
    return integers(rng, n, d)[rng.integers(0, n, n)]


KINDS = [
    gaussian,
    integers,
    zeros_and_ones,
    twins,
    unscaled_features,
    unscaled_samples,
    timestamps,
    dependent_samples,
]
SMOOTH = [ib.Lp(4 / 3), ib.Lp(1.5), ib.Lp(2), ib.Lp(3)]
NORMS = [*SMOOTH, ib.Lp(1), ib.Lp(math.inf)]
MONOTONE = [ib.Exponential(), ib.Logistic()]
ROOTED = [ib.Squared(), ib.Huber(0.7), ib.LogCosh()]


@dataclass
class Case:
    """A problem by its number, and what was found wrong about it."""

    folder: ClassVar[Path]  # for files

    number: int
    found: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.rng = np.random.default_rng(self.number)
        kind = KINDS[self.number % len(KINDS)]
        n, d = self.rng.integers(1, 8), self.rng.integers(1, 6)
        self.X = kind(self.rng, n, d)
        if not self.X.any():
            self.X[0, 0] = 1.0
        # One problem in five is very large or very small as a whole: powers of two change no digit.
        self.X *= 2.0 ** self.rng.choice([0, 0, 0, 0, 0, 0, 0, 0, 100, -100])
        self.moderate = bool(0.1 < np.abs(self.X).max() < 1e3)
        hidden = self.rng.standard_normal(self.X.shape[1])
        self.y = np.where(self.X @ hidden >= 0, 1.0, -1.0)
        if self.rng.random() < 0.3:
            self.y[self.rng.integers(n)] *= -1
        self.A = self.y[:, None] * self.X

    def check(self, right: bool, what: str) -> None:
        if not right:
            self.found.append(f"{self.number} ({KINDS[self.number % len(KINDS)].__name__}): {what}")


def examined(number, leap=False):
    """Return what is wrong with the answers about a problem."""
    case = Case(number)
    checks = [*CHECKS, leaps] if leap else CHECKS
    for check in checks:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                check(case)
        except Exception as error:  # whatever it is, it is found
            case.check(False, f"{check.__name__}: {type(error).__name__}: {error}")
    return case.found


def forms_storages_and_checkpoints(case):
    """One run in every form and storage, and through a checkpoint."""
    norm, loss = case.rng.choice(NORMS), case.rng.choice(MONOTONE)
    unit = np.abs(case.X).max()
    method, step = [
        (ib.SteepestDescent(norm), ib.LossNormalized(0.3)),
        (ib.AdaGrad(0.1), ib.Constant(0.01 / unit)),
        (ib.GradientDescent(), ib.Constant(0.01 / unit**2)),
        (ib.SteepestDescent(norm, "first", ib.EMA(0.9), 0.1), ib.Constant(0.01 / max(unit**2, 1.0))),
        (ib.Adam(eps=0.0), ib.Constant(0.01 / unit)),
        (ib.DualAcceleration(), ib.Constant(0.01 / unit**2)),
    ][case.rng.integers(6)]

    def run(X, form="auto"):
        return ib.Run(ib.Problem(X, case.y, loss), method, step, form=form, record=ib.every(20))

    auto = run(case.X).advance(60)
    mapped = case.folder / "X.npy"
    np.save(mapped, case.X)
    others = {
        "plain": run(case.X, "plain").advance(60),
        "sparse": run(csr_array(case.X)).advance(60),
        "mapped": run(np.load(mapped, mmap_mode="r")).advance(60),
    }
    smooth = norm in SMOOTH or not isinstance(method, ib.SteepestDescent)
    for name, other in others.items():
        case.check(
            other.bracket.lower <= auto.bracket.upper and auto.bracket.lower <= other.bracket.upper,
            f"brackets of auto and {name} exclude each other in {method}",
        )
        # Where steps jump, ties that rounding breaks part the runs; where terms are huge, rounding does.
        if smooth and case.moderate and np.abs(case.X).max() * np.abs(auto.w).max() < 1e3:
            far = np.abs(other.w - auto.w).max() / max(np.abs(auto.w).max(), 1e-300)
            case.check(far < 1e-6, f"auto and {name} differ by {far:.1e} in {method}, {loss}")
    half = run(case.X).advance(30)
    path = case.folder / "run.npz"
    half.save(path)
    again = ib.Run.load(path).advance(30)
    case.check(np.array_equal(again.w, auto.w), f"a checkpoint does not go on bit by bit in {method}")


def separation(case):
    """Against the enumeration of extreme rays in fractions."""
    right = kind_of_separation(case.A)
    try:
        answer = ib.separability(ib.Problem(case.X, case.y, ib.Exponential()))
    except ib.OracleError:
        return  # neither side is proved
    case.check(answer.separable == (right == "complete"), f"separable is {answer.separable} for {right}")
    case.check(answer.kind in (right, "undecided"), f"{answer.kind} for {right}")


def _length(v, p):
    """Return |v|_p in 60 digits."""
    if p == math.inf:
        return max(abs(entry) for entry in v)
    return sum(abs(entry) ** mpmath.mpf(p) for entry in v) ** (1 / mpmath.mpf(p))


def _certified(A, w, alpha, p):
    """Return ends between which the maximum margin lies, from any w and weights, in 60 digits."""
    q = math.inf if p == 1 else 1 if p == math.inf else mpmath.mpf(p) / (mpmath.mpf(p) - 1)
    A = mpmath.matrix(A.tolist())
    w, alpha = mpmath.matrix(w.tolist()), mpmath.matrix(np.maximum(alpha, 0).tolist())
    return min(A * w) / _length(w, p), _length(A.T * alpha, q) / sum(alpha)


def _independent_margin(A, p):
    """Return w and weights by linear programs for l1 and linf, by least squares for l2; nothing of ours."""
    n, d = A.shape
    if p == 2:  # the point of the hull nearest to 0, as weights of nonnegative least squares
        alpha, _ = nnls(np.vstack([A.T, np.ones(n)]), np.append(np.zeros(d), 1.0))
        return A.T @ alpha, alpha
    if p == 1:
        program = linprog(
            np.append(np.zeros(2 * d), -1.0),
            np.vstack([np.hstack([-A, A, np.ones((n, 1))]), [[1.0] * 2 * d + [0.0]]]),
            np.append(np.zeros(n), 1.0),
            bounds=[(0, None)] * 2 * d + [(None, None)],
        )
        return program.x[:d] - program.x[d : 2 * d], -program.ineqlin.marginals[:n]
    program = linprog(
        np.append(np.zeros(d), -1.0),
        np.hstack([-A, np.ones((n, 1))]),
        np.zeros(n),
        bounds=[(-1, 1)] * d + [(None, None)],
    )
    return program.x[:d], -program.ineqlin.marginals


def margins_and_brackets(case):
    """Brackets of runs, max_margin and claims hold the maximum margin, between ends of 60 digits."""
    if kind_of_separation(case.A) != "complete":
        return
    norm = case.rng.choice(NORMS)
    problem = ib.Problem(case.X, case.y, ib.Exponential())
    unit = np.abs(case.X).max()
    lower, upper = -mpmath.inf, mpmath.inf
    if norm.p in (1, 2, math.inf) and case.moderate:
        lower, upper = _certified(case.A, *_independent_margin(case.A / unit, norm.p), norm.p)
    for name, solve in (
        ("the claim", lambda: ib.predict(problem, ib.SteepestDescent(norm)).solve()),
        ("max_margin", lambda: ib.max_margin(problem, norm, tolerance=1e-4) if norm in SMOOTH else None),
    ):
        try:
            answer = solve()
        except (ib.OracleError, ib.InvalidValueError) as error:
            case.check(not case.moderate, f"{name} fails in {norm}: {error}")
            continue
        if answer is None:
            continue
        bracket = answer.bracket if name == "max_margin" else None
        w = np.asarray(answer.direction, dtype=float)
        proved, _ = _certified(case.A, w, np.ones(len(case.y)), norm.p)
        case.check(
            abs(proved / answer.value - 1) < 1e-9, f"{name} has value {answer.value} for {proved} in {norm}"
        )
        case.check(answer.value <= upper * (1 + 1e-9), f"{name} is above the dual {upper} in {norm}")
        gap = bracket.gap if bracket else answer.gap
        case.check(
            answer.value >= lower * (1 - gap) * (1 - 1e-9), f"{name} states a gap of {gap:.1e} in {norm}"
        )
        if bracket:
            case.check(bracket.lower <= upper and bracket.upper >= lower, f"{name} has {bracket} in {norm}")
            lower = max(lower, proved)
    for step in (ib.LossNormalized(), ib.Constant(0.1 / unit**2)):
        try:
            run = ib.Run(problem, ib.SteepestDescent(norm), step).advance(300)
        except ib.DomainError:
            continue
        best, _ = _certified(case.A, run.w, np.ones(len(case.y)), norm.p)
        lowest = max(lower, best)
        case.check(run.bracket.lower <= upper, f"a run certifies {run.bracket} above {upper} in {norm}")
        case.check(run.bracket.upper >= lowest, f"a run certifies {run.bracket} below {lowest} in {norm}")


def _moved(potential, w, start):
    """Return grad psi(w) - grad psi(w0) over its size, if that is above 1: it may be beyond all doubles."""
    links = [exact_link(potential, exact(point)) for point in (w, start)]
    moved = [a - b for a, b in zip(*links, strict=True)]
    size = max(1, *map(abs, moved))
    return np.array([float(entry / size) for entry in moved])


def projections(case):
    """Claims of Theorem 1 by their optimality conditions, and realizable data in fractions."""
    rng = case.rng
    exact = rng.random() < 0.7
    positive = rng.integers(1, 4, case.X.shape[1]).astype(float)
    X = case.X if case.moderate else integers(rng, *case.X.shape)
    if not X.any():
        return
    targets = X @ positive if exact else X @ positive + rng.integers(-2, 3, len(X))
    rows = [[Fraction(entry) for entry in row] for row in np.column_stack([X, targets]).tolist()]
    _, pivots = _reduced(rows)
    fits = X.shape[1] not in pivots
    rounded = any(
        sum(Fraction(a) * Fraction(b) for a, b in zip(row, positive, strict=True)) != Fraction(target)
        for row, target in zip(X.tolist(), targets.tolist(), strict=True)
    )
    potentials = [ib.Euclidean(), ib.Entropy(), ib.SquaredLp(1.5)]
    potential = rng.choice([*potentials, ib.PowerPotential(1.5), ib.HyperbolicEntropy(0.3), ib.Cosh()])
    method = ib.MirrorDescent(potential)
    problem = ib.Problem(X, targets, rng.choice(ROOTED))
    claim = ib.predict(problem, method)
    realizable = claim.hypotheses[0][1]
    if exact:  # up to rounding of the targets
        case.check(realizable, f"realizable data are not, in {potential}")
    elif not fits and not rounded and isinstance(potential, ib.Euclidean):
        case.check(not realizable, "data that are not realizable are")
    if not realizable:
        return
    limit = claim.solve()
    w, start = limit.point, method.default_start(problem)
    size = (np.abs(X) @ np.abs(w) + np.abs(targets)).max()
    case.check(np.abs(X @ w - targets).max() <= 1e-7 * size, f"the projection in {potential} does not fit")
    moved = _moved(potential, w, start)
    left = moved - X.T @ np.linalg.lstsq(X.T, moved, rcond=None)[0]
    case.check(
        np.linalg.norm(left) <= 1e-6 * (1 + np.linalg.norm(moved)),
        f"the projection in {potential} is {np.linalg.norm(left):.1e} off the rows of X",
    )
    eta = 0.1 / np.linalg.norm(X, 2) ** 2 / max(1.0, np.abs(w).max())
    try:
        run = ib.Run(problem, method, ib.Constant(eta)).advance(3000)
    except ib.DomainError:
        return
    report = ib.compare(run, claim)
    # Where features differ in size by decades, a run may move too slowly to be told from one that is stuck.
    sizes = np.linalg.norm(X, axis=0)
    unscaled = sizes.max() > 1e4 * sizes[sizes > 0].min()
    fine = report.verdict in ("holds", "not yet converged")
    case.check(
        fine or (unscaled and ib.behavior(run).kind == "stalled"), f"{method}, {problem.loss!r}: {report}"
    )


def lasso(case):
    """The path's knots by their optimality conditions."""
    if not case.moderate:
        return
    targets = case.X @ case.rng.integers(-2, 3, case.X.shape[1]) + case.rng.integers(-1, 2, len(case.X))
    if not np.any(case.X.T @ targets):
        return
    path = ib.paths.lasso(ib.Problem(case.X, targets, ib.Squared()))
    for alpha, w in zip(path.alphas, path.w, strict=True):
        force = 2 * (targets - case.X @ w) @ case.X
        terms = 2 * (np.abs(case.X) @ np.abs(w) + np.abs(targets)) @ np.abs(case.X)
        excess = np.maximum(np.abs(force) - alpha, np.where(w != 0, alpha - np.sign(w) * force, 0))
        # A weight that is 0 but for rounding may be all that a column's terms are made of.
        tolerance = 1e-9 * terms + 1e-14 * terms.max()
        case.check(np.all(excess <= tolerance), f"the lasso path is not optimal at alpha = {alpha}")


def leaps(case):
    """fast_forward against iterations."""
    if not case.moderate or kind_of_separation(case.A) != "complete":
        return
    norm, loss = case.rng.choice(NORMS), case.rng.choice(MONOTONE)
    methods = [ib.SteepestDescent(norm), ib.AdaGrad(), ib.MirrorDescent(ib.SquaredLp(1.5))]
    method = methods[case.rng.integers(3)]
    eta = 0.2 / max(norm.dual(x) for x in case.X) ** 2
    step = [ib.Constant(eta), ib.Polynomial(eta, 0.3)][case.rng.integers(2)]
    problem = ib.Problem(case.X, case.y, loss)
    real = ib.Run(problem, method, step).advance(200_000)
    run = ib.Run(problem, method, step)
    try:
        run.fast_forward(2e5, tolerance=1e-6)
    except (ib.InvalidValueError, ib.InvalidTypeError):
        return
    distance, stated = float(np.linalg.norm(run.w - real.w)), float(run.trajectory.error[-1])
    allowed = stated + 1e-10 * (1 + float(np.linalg.norm(real.w)))
    case.check(
        distance <= allowed, f"{method}, {step}: a leap is {distance:.1e} off, stated are {stated:.1e}"
    )


CHECKS = [forms_storages_and_checkpoints, separation, margins_and_brackets, projections, lasso]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("problems", type=int)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as folder:
        Case.folder = Path(folder)
        for number in range(options.first, options.first + options.problems):
            for each in examined(number, leap=number % 10 == 0):
                print(each, flush=True)
                found.append(each)
    print(f"{options.problems} problems, {len(found)} disagreements")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
