"""Section 2.4: coordinate descent in small steps, forward stagewise, and the lasso path."""

from collections.abc import Iterator
from functools import partial
from typing import Literal

import numpy as np

import implicitbias as ib

from ...._types import Array
from ....oracles.linear_program import linear_program
from ...trial import Trial
from .section_2_problems import SQUARED, section_2, size

Ties = Literal["first", "average"]
RULES: tuple[Ties, ...] = ("first", "average")


def _smallest_l1_norm(problem: ib.Problem) -> float:
    X = problem.X
    return float(linear_program(np.ones(2 * X.shape[1]), A_eq=np.hstack([X, -X]), b_eq=problem.y).fun)


def _turns_back(path: ib.paths.LassoPath) -> float:
    """Return by how much a coordinate shrinks as alpha falls, relative to the largest."""
    sizes = np.abs(path.w)
    return float(np.max(np.maximum.accumulate(sizes) - sizes) / sizes.max())


def _regressions(seeds: range, *, monotone: bool) -> Iterator[tuple[ib.Problem, ib.paths.LassoPath]]:
    """Yield one random problem a seed, with a lasso path that is monotone in every coordinate, or is not."""
    n, d = (3, 6) if monotone else (5, 10)
    for seed in seeds:
        rng = np.random.default_rng(seed)
        while True:
            problem = ib.Problem(rng.standard_normal((n, d)), rng.standard_normal(n), SQUARED)
            path = ib.paths.lasso(problem)
            if path.monotone if monotone else _turns_back(path) > 0.05:
                yield problem, path
                break


def _longest(rows: Array) -> float:
    return float(np.linalg.norm(rows, axis=1).max())


def _apart(problem: ib.Problem, path: Array, other: Array) -> tuple[float, float]:
    """Return the largest distance of points from others: in Xw, relative to y, and in w."""
    gaps = path - other
    return _longest(gaps @ problem.X.T) / size(problem.y), _longest(gaps) / _longest(other)


def _measure_apart(trial: Trial, gaps: list[tuple[float, float]]) -> None:
    """Measure distances in Xw; in w, that of the median data set.

    Where two columns are nearly tied and nearly parallel, a step may move w far, to the other of them.
    """
    for fits, _ in gaps:
        trial.measure("forward stagewise, Xw", fits)
    trial.measure("forward stagewise, w, the median data set", float(np.median([w for _, w in gaps])))


def _small_steps(
    trial: Trial, problem: ib.Problem, epsilon: float, ties: Ties = "average"
) -> ib.paths.StagewisePath:
    steps = ib.paths.stagewise(problem, epsilon, ties=ties)
    trial.assume("forward stagewise has come to a solution", steps.converged)
    return steps


def _at_arcs(way: ib.paths.StagewisePath, arcs: Array) -> Array:
    return np.array([np.interp(arcs, way.arc_length, column) for column in way.w.T])


def _at_equal_norms(path: ib.paths.LassoPath, steps: ib.paths.StagewisePath) -> tuple[Array, Array]:
    """Return the points of forward stagewise, and those of the lasso of the same l1 norms."""
    within = steps.l1_norms <= path.l1_norms[-1]
    return steps.w[within], path.at_norm(steps.l1_norms[within])


def _draw_coefficients(ways, figure) -> None:  # type: ignore[no-untyped-def]
    ib.plot.coefficients(ways, ax=figure.add_subplot())


@section_2(
    "stagewise",
    "coordinate descent in small steps is forward stagewise",
    source="Section 2.4, after Friedman (2001)",
    text="Coordinate descent along the average of all maximal coordinates, with infinitesimal steps, follows "
    "forward stagewise selection (epsilon-boosting), which moves one coordinate by epsilon at a time.",
    reference="epsilon-boosting in NumPy, with steps of one length",
    metric="largest distance between the paths at equal arc length, until the largest partial derivative has "
    "fallen to a fifth",
    tolerance=2e-2,
)
def stagewise(trial: Trial) -> None:
    """Boost, on random data."""
    gaps = []
    for seed in trial.seeds(3, 20, 200):
        rng = np.random.default_rng(seed)
        X = np.linalg.qr(rng.standard_normal((8, 4)))[0].T
        problem = ib.Problem(X, rng.standard_normal(4), SQUARED)
        epsilon = 5e-4 * _smallest_l1_norm(problem)
        steps = _small_steps(trial, problem, epsilon)
        w, boosted = np.zeros(8), []
        g = -problem.y @ X
        least = 0.2 * np.abs(g).max()
        while np.abs(g).max() > least:
            boosted.append(w.copy())
            j = np.argmax(np.abs(g))
            w[j] -= epsilon * np.sign(g[j])
            g = (X @ w - problem.y) @ X
        same = _at_arcs(steps, np.linspace(0, epsilon * (len(boosted) - 1), len(boosted))).T
        gaps.append(_apart(problem, np.array(boosted), same))
    _measure_apart(trial, gaps)


@section_2(
    "lasso",
    "stagewise and LARS follow monotone lasso paths",
    source="Section 2.4, after Efron et al. (2004)",
    text="Where the lasso path is monotone in every coordinate, coordinate descent with small steps (forward "
    "stagewise) and least angle regression follow it, and all end at the solution of smallest l1 norm.",
    reference="the lasso path, whose optimality conditions are checked, and least angle regression by "
    "scikit-learn; the smallest l1 norm by linear programming (HiGHS)",
    metric="largest distance between the paths at equal l1 norm, or excess of the last norm, relative to it",
    tolerance=3e-2,
)
def monotone_lasso(trial: Trial) -> None:
    """Follow the three paths."""
    from sklearn.linear_model import lars_path

    gaps = []
    for problem, path in _regressions(trial.seeds(3, 20, 200), monotone=True):
        last = path.l1_norms[-1]
        steps = _small_steps(trial, problem, 1e-3 * last)
        gaps.append(_apart(problem, *_at_equal_norms(path, steps)))
        angles = lars_path(problem.X, problem.y, method="lar")[2].T
        same = path.at_norm(np.minimum(np.abs(angles).sum(axis=1), last))
        trial.measure("least angle regression", _longest(angles - same) / size(same[-1]), tolerance=1e-6)
        smallest = _smallest_l1_norm(problem)
        trial.measure("where the lasso path ends", max(last / smallest - 1, 0.0), tolerance=1e-6)
        trial.measure("where stagewise ends", max(steps.l1_norms[-1] / smallest - 1, 0.0))
        if not trial.drawings:
            trial.figure(
                "A monotone lasso path",
                partial(_draw_coefficients, (path, steps)),
                caption="The lasso path and forward stagewise, drawn over one another.",
            )
    _measure_apart(trial, gaps)


@section_2(
    "lasso-any",
    "stagewise follows every lasso path to the smallest l1 norm",
    source="against Section 2.4",
    text="Coordinate descent with small steps follows the lasso path and ends at the solution of smallest l1 "
    "norm, whatever the data. (Where the lasso path is not monotone the paths part, and the end can have a "
    "larger l1 norm.)",
    reference="the lasso path by scikit-learn; the smallest l1 norm by linear programming (HiGHS)",
    metric="largest distance between the paths at equal l1 norm, or excess of the last norm, relative to it",
    tolerance=5e-3,
    expect="fails",
)
def any_lasso(trial: Trial) -> None:
    """Follow forward stagewise where a coefficient of the lasso turns back by a twentieth of the largest."""
    excesses = []
    for problem, path in _regressions(trial.seeds(4, 20, 200), monotone=False):
        steps = _small_steps(trial, problem, 5e-4 * path.l1_norms[-1])
        w, same = _at_equal_norms(path, steps)
        trial.measure("paths", _longest(w - same) / _longest(same))
        excesses.append(float(steps.l1_norms[-1]) / _smallest_l1_norm(problem) - 1)
        if not trial.drawings:
            trial.figure(
                "A lasso path that is not monotone",
                partial(_draw_coefficients, (path, steps)),
                caption="Where a coefficient turns back, forward stagewise leaves the lasso path.",
            )
    trial.measure("excess of the l1 norm, the largest of all data", max(excesses))
    above = sum(excess > 1e-3 for excess in excesses)
    trial.note(
        f"The l1 norm ends more than 0.1 % above the smallest on {above} of {len(excesses)} data sets."
    )


def tied(rng: np.random.Generator, count: int) -> ib.Problem:
    """Return random data on which so many partial derivatives of L(0) tie, above all others."""
    X, y = rng.standard_normal((4, 8)), rng.standard_normal(4)
    slopes = np.where(np.arange(8) < count, 3.0, rng.uniform(0.5, 2, 8)) * rng.choice([-1, 1], 8)
    return ib.Problem(X + np.outer(y, (slopes - y @ X) / (y @ y)), y, SQUARED)


def _both_rules(trial: Trial, problem: ib.Problem) -> Array:
    """Return the paths of the two rules at equal arc lengths, of shape (2, d, 100)."""
    epsilon = 1e-3 * _smallest_l1_norm(problem)
    ways = [_small_steps(trial, problem, epsilon, rule) for rule in RULES]
    arcs = np.linspace(0, min(way.arc_length[-1] for way in ways), 100)
    return np.array([_at_arcs(way, arcs) for way in ways])


@section_2(
    "ties",
    "ties: averaged or first, small steps agree",
    source="beyond Section 2.4 (this package)",
    text="Where partial derivatives tie, coordinate descent may move along any combination, on many possible "
    "paths, as the paper says. Yet in small steps, moving the first and moving all follow one path where the "
    "tied columns of X are affinely independent. (Where they are not they may part: X = [1, 1, 0.3], y = 1 "
    "leads the one to (1, 0, 0) and the other to (1/2, 1/2, 0).)",
    reference="the two runs, each other's; the two ends",
    metric="largest difference of a coordinate at equal arc length, relative to the last point",
    tolerance=3e-2,
)
def ties(trial: Trial) -> None:
    """Run both rules on data with three tied coordinates."""
    for seed in trial.seeds(3, 20, 200):
        first, average = _both_rules(trial, tied(np.random.default_rng(seed), 3))
        apart = float(np.abs(first - average).max() / size(average[:, -1]))
        trial.assume("the rules take different ways", apart > 0)
        trial.measure("three tied columns", apart)
    problem = ib.Problem([[1, 1, 0.3]], [1.0], SQUARED)
    for rule, end in zip(RULES, ([1.0, 0, 0], [0.5, 0.5, 0]), strict=True):
        steps = _small_steps(trial, problem, 1e-3, rule)
        trial.measure(f"X = [1, 1, 0.3], {rule}", size(steps.w[-1] - end), tolerance=1e-5)


@section_2(
    "ties-any",
    "coordinate descent has one path",
    source="against Section 2.4",
    text="In small steps coordinate descent follows one path, whatever combination of tied coordinates it "
    "moves along, and whatever the data. (Not where tied columns are affinely dependent, as equal ones are.)",
    reference="the two runs, each other's",
    metric="largest difference of a doubled coordinate at equal arc length, relative to its size",
    tolerance=0.1,
    expect="fails",
)
def any_ties(trial: Trial) -> None:
    """Double the column that moves first, perhaps with the other sign."""
    for seed in trial.seeds(3, 20, 200):
        rng = np.random.default_rng(seed)
        single = tied(rng, 1)
        double = np.insert(single.X, 3, single.X[:, 0] * rng.choice([-1, 1]), axis=1)
        first, average = _both_rules(trial, ib.Problem(double, single.y, SQUARED))
        trial.measure("a column twice", float(np.abs(first - average)[0].max() / np.abs(first[0]).max()))
