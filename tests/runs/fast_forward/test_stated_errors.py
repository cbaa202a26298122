"""The error that `fast_forward` states holds: leaps of random small runs against as many iterations."""

import math

import numpy as np
import pytest

import implicitbias as ib
import random_runs
from implicitbias.runs.fast_forward.turns import turn_errors

JUMPING = ("l1", "linf")
SMOOTH = [name for name in random_runs.METHODS if name not in JUMPING]
PROBLEMS = 1000  # of the slow tests, half of them with steps that jump
L1, LINF = ib.Lp(1), ib.Lp(math.inf)


def steepest(norm, samples, step, loss=ib.Exponential()):  # noqa: B008, immutable
    problem = ib.Problem(samples, np.ones(len(samples)), loss)
    return lambda: ib.Run(problem, ib.SteepestDescent(norm), step)


def assert_holds(leapt, real):
    """All rows, and where the run is, are as near to iterates as is stated, but for what those round."""
    assert leapt.t == real.t
    rows, others = leapt.trajectory, real.trajectory
    _, here, there = np.intersect1d(rows.t, others.t, return_indices=True)
    iterates = [*others.w[there], real.w]
    distances = [np.linalg.norm(w - v) for w, v in zip([*rows.w[here], leapt.w], iterates, strict=True)]
    stated = np.append(rows.error[here], rows.error[-1]) + 1e-10 * (
        1 + np.array([*map(np.linalg.norm, iterates)])
    )
    late = distances > stated
    assert not late.any(), f"{leapt}: {np.array(distances)[late]} from iterates, {stated[late]} stated"


def leap(run, until):
    """Return whether the run leapt there: it may refuse, by an error of the package."""
    try:
        run.fast_forward(until)
    except ib.ImplicitBiasError:
        return False
    return bool(run.trajectory.integrated.any())


def leaps(make, until):
    """Leap once, compare; return whether that was done."""
    run = make()
    if not leap(run, until):
        return False
    assert_holds(run, make().advance(until))
    return True


def stops_and_leaps(make, first, until):
    """Leap, iterate on, and leap again: errors are inherited. Return whether the first leap was done."""
    run = make()
    if not leap(run, first):
        return False
    real = make().advance(first)
    for more in (10, 1000, first // 3):
        run.advance(more)
        assert_holds(run, real.advance(more))
    if leap(run, until):
        assert_holds(run, real.advance(until - real.t))
    return True


def count(check, names, seeds, *times):
    return sum(check(random_runs.draw(name, seed), *times) for name in names for seed in seeds)


@pytest.mark.filterwarnings("error")
def test_random_runs():
    assert count(leaps, JUMPING, range(1000, 1016), 316_228) >= 16
    assert count(leaps, SMOOTH, range(1000, 1005), 20_000) >= 40


@pytest.mark.filterwarnings("error")
def test_random_runs_that_go_on():
    assert count(stops_and_leaps, JUMPING, range(1100, 1102), 150_000, 3 * 10**6) >= 2
    assert count(stops_and_leaps, SMOOTH, range(1100, 1102), 20_000, 400_000) >= 16


@pytest.mark.thorough
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", random_runs.METHODS)
def test_many_random_runs(name):
    """Some refuse (ties rest on samples that fade, or they diverge), some come there by iterations alone."""
    among = JUMPING if name in JUMPING else SMOOTH
    seeds = range(PROBLEMS // 2 // len(among))
    assert count(leaps, [name], seeds, 10**6) >= 0.8 * len(seeds)


@pytest.mark.thorough
@pytest.mark.parametrize("name", JUMPING)
def test_random_runs_of_ten_million_iterations(name):
    assert count(leaps, [name], range(2000, 2010), 10**7) >= 5
    assert count(stops_and_leaps, [name], range(2010, 2020), 200_000, 5 * 10**6) >= 5


@pytest.mark.parametrize(
    ("norm", "samples", "step"),
    [
        (LINF, [[6.0, 1], [7, -2]], ib.Constant(0.0625)),
        (LINF, [[5.0, 1, 0], [6, -2, 0]], ib.Polynomial(0.0625, 0.3)),
        (LINF, [[2.0, -2, 1, 0, -1], [2, -2, -2, -1, -1]], ib.Polynomial(0.0625, 0.3)),
        (L1, [[1.27, -0.08, -2.11], [1.21, 2.37, 0.18]], ib.Polynomial(0.0008901707347469245, 0.3)),
    ],
)
def test_ties_that_lie_ahead(norm, samples, step):
    """Nothing jumps where the leap begins."""
    make = steepest(norm, samples, step)
    run = make().fast_forward(10**6)
    assert run.trajectory.integrated[-1]
    assert run.trajectory.error[-1] > 1e-8  # by the size of a step
    assert_holds(run, make().advance(10**6))


def test_a_coordinate_that_stops_without_a_tie():
    """The second takes over from the first, which has gone a part of a step too far for good."""
    rows = [[-2.0, 0, 1.1], [-1.1, 1.5, 0.6], [-0.4, 0.1, 0.2], [-0.9, -0.1, 0.7], [-1.4, 0.5, 0.8]]
    step = ib.Polynomial(0.0012409199572181498, 0.3)
    make = steepest(L1, [*rows, [-0.2, 0.1, 0.3]], step, ib.Logistic())
    run = make().fast_forward(10**6, tolerance=1e-4)
    assert run.trajectory.integrated[-1]
    assert run.trajectory.error[-1] > 1e-7
    assert_holds(run, make().advance(10**6))


def test_a_coordinate_that_comes_to_rest():
    """The third still ties, and stays where its last jump took it, while steps shrink."""
    rows = [[0.9, 1.6, 0.7], [1.5, 3.7, 2.2], [-0.8, 0.3, 1.1], [0.8, 2.6, 1.8], [0.3, 0.3, 0], [1, 1.6, 0.6]]
    make = steepest(L1, rows, ib.Constant(0.0003517640604190779))
    leapt, real = make().fast_forward(3_162_278), make().advance(3_162_278)
    assert leapt.trajectory.integrated[-1]
    assert np.linalg.norm(leapt.w - real.w) > 3e-6
    assert_holds(leapt, real)


def test_a_coordinate_that_turns():
    """In l_2.5, soon after the leap at t = 1000: the sum of its steps is not the integral of smooth ones."""
    rows = [[0.07171907185904164, 0.4531158002240357, 1.1177686470866741]]
    rows += [[-0.558632899649856, 0.47166795573189235, 0.2940933785748997]]
    rows += [[0.13672779323871828, 0.20658959911632704, -1.2518164485251404]]
    rows += [[0.04366052368207821, 0.10483117599823255, -1.0672660913627376]]
    make = steepest(ib.Lp(2.5), rows, ib.Constant(0.0078125), ib.Logistic())
    for tolerance in (1e-5, 1e-8):
        leapt, real = make().fast_forward(316_228, tolerance=tolerance), make().advance(316_228)
        assert leapt.trajectory.integrated[-1]
        assert_holds(leapt, real)
        distance = np.linalg.norm(leapt.trajectory.w - real.trajectory.w, axis=1).max()
        assert (distance > 1e-7) == (tolerance > 1e-7)


@pytest.mark.parametrize("p", [1.6, 1.8, 2.5, 3, 6])
def test_what_a_turn_adds(p):
    """Sums of sign(h) |h|^a for h = k + x, less what the Euler-Maclaurin formula says of smooth ones."""
    a, most = 1 / (p - 1), 0.0

    def smooth(h):
        return np.abs(h) ** (a - 1) * (h**2 / (a + 1) - h / 2 + a / 12)

    for x in np.linspace(0.01, 0.99, 50):
        h = np.arange(-5000, 5000) + x
        most = max(most, abs((np.sign(h) * np.abs(h) ** a).sum() - smooth(5000 + x) + smooth(x - 5000)))
    log_times, h = np.log([1e6, 1e6 + 10]), np.array([[-3.0], [7.0]])  # it changes by 1 in an iteration
    velocities = 1e6 * np.sign(h) * np.abs(h) ** a
    stated = turn_errors(ib.Lp(p), log_times, velocities)
    assert stated[0] == 0
    assert most <= stated[1] <= 4 * most


def test_features_that_are_multiples():
    """Column 0 is twice column 3: they move as one."""
    rows = [
        [-2.2, 0.8, -1.4, -1.1, 1.0, -1.3],
        [-1.8, 0.7, 1.6, -0.9, -0.1, -0.7],
        [-0.6, -0.5, -2.4, -0.3, 0.3, -0.4],
        [0.2, -0.2, -0.4, 0.1, -0.6, -0.1],
    ]
    make = steepest(LINF, rows, ib.Constant(0.00039189182149995346), ib.Logistic())
    run = make().fast_forward(10**6)
    assert run.trajectory.integrated[-1]
    assert_holds(run, make().advance(10**6))


def test_steps_that_are_zero():
    """One step took w so far that the loss underflows."""
    run = steepest(LINF, [[8.0], [5.0], [7.0]], ib.Constant(1e4))().fast_forward(10**6)
    assert run.w[0] > 1e4
    assert_holds(run, steepest(LINF, [[8.0], [5.0], [7.0]], ib.Constant(1e4))().advance(10**6))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("norm", [LINF, ib.Lp(2)])
def test_w_beyond_rounding(norm):
    """|w|^2 overflows after one step."""
    make = steepest(norm, [[3.0, 1.0], [1.0, 2.0]], ib.Constant(1e200))
    with pytest.raises(ib.InvalidValueError, match="^tolerance: .* rounding alone moves it by more"):
        make().fast_forward(1e9)
