"""AdaBoost as coordinate descent with exact line search: its own loop, and the example on which it cycles."""

import math

import mpmath
import numpy as np
import pytest

import implicitbias as ib


def test_adaboost_in_closed_form():
    """alpha = log((1 + r) / (1 - r)) / 2 on the weak learner with the largest edge r, in AdaBoost's loop."""
    rng = np.random.default_rng(5)
    predictions = np.where(rng.random((40, 15)) < 0.5, 1.0, -1.0)
    y = np.where(rng.random(40) < 0.4, 1.0, -1.0)
    problem = ib.problems.adaboost(predictions, y)
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(1)), ib.ExactLineSearch(), record=ib.every(1)).advance(200)
    same = ib.Run(
        ib.problems.adaboost(y[:, None] * predictions), run.method, run.step_size, record=ib.every(1)
    )
    np.testing.assert_array_equal(same.advance(200).trajectory.w, run.trajectory.w)
    weights, votes = np.full(40, 1 / 40), np.zeros(15)
    for row in run.trajectory.w:
        np.testing.assert_allclose(row, votes, rtol=1e-9, atol=1e-11)
        edges = weights * y @ predictions
        best = np.argmax(np.abs(edges))
        alpha = np.log((1 + edges[best]) / (1 - edges[best])) / 2
        votes[best] += alpha
        weights = weights * np.exp(-alpha * y * predictions[:, best])
        weights /= weights.sum()


def test_confidence_rated_weak_learners():
    """After each step the weak learner that moved has no edge left."""
    M = np.random.default_rng(1).uniform(-1, 1, (10, 4))
    run = ib.Run(ib.problems.adaboost(M), ib.SteepestDescent(ib.Lp(1)), ib.ExactLineSearch())
    for _ in range(30):
        before = run.w
        (moved,) = np.flatnonzero(run.advance(1).w != before)
        weights = np.exp(-M @ run.w)
        assert abs(weights @ M[:, moved]) < 1e-13 * weights.sum()


@pytest.mark.parametrize(
    ("arguments", "error", "complaint"),
    [
        (([1.0, -1],), ValueError, r"^weak_learners: expected shape \(n, m\).*got \(2,\)"),
        ((np.zeros((0, 3)),), ValueError, "^weak_learners: expected shape"),
        (([[1.0], [1, 2]],), ValueError, "^weak_learners: expected an array of real numbers"),
        (([[0.5, 1.5]],), ValueError, r"^weak_learners: expected entries from -1 to 1, got 1.5 at \[0, 1\]"),
        (([[math.nan]],), ValueError, r"^weak_learners: .*got nan at \[0, 0\]"),
        (([["a"]],), TypeError, "^weak_learners: expected an array of real numbers"),
        ((None,), TypeError, "^weak_learners: "),
        (([[1.0]], [1.0, 1]), ValueError, r"^labels: expected shape \(1,\), got \(2,\)"),
        (([[1.0], [-1]], [1, 0]), ValueError, r"^labels: expected -1 or \+1, got 0.0 at \[1\]"),
    ],
)
def test_adaboost_refuses(arguments, error, complaint):
    with pytest.raises(ib.ImplicitBiasError, match=complaint) as info:
        ib.problems.adaboost(*arguments)
    assert isinstance(info.value, error)


# Rudin, Daubechies and Schapire's example.

RUDIN = ib.datasets.rudin_2004().X
PHI = (math.sqrt(5) - 1) / 2
CYCLE = np.array(  # the weights before h1, h3 and h2 move
    [
        [(3 - 5**0.5) / 8] * 2 + [1 / 6] * 3 + [(5**0.5 - 1) / 8] * 2 + [0],
        [1 / 4] * 2 + [(5**0.5 - 1) / 12] * 3 + [(3 - 5**0.5) / 8] * 2 + [0],
        [(5**0.5 - 1) / 8] * 2 + [(3 - 5**0.5) / 12] * 3 + [1 / 4] * 2 + [0],
    ]
)


def boost(step_size, steps, **options):
    problem = ib.problems.adaboost(RUDIN)
    return ib.Run(problem, ib.SteepestDescent(ib.Lp(1)), step_size, **options).advance(steps)


def test_the_maximum_margin_is_three_eighths():
    """In integers: a vote of l1 norm 1 with margin 3/8, and weights under which no edge exceeds 3/8."""
    M = RUDIN.astype(int)
    vote, weights = np.array([2, 3, 4, 1, 2, 2, 1, 1]), np.array([2, 3, 2, 1, 2, 2, 3, 1])
    assert (vote.sum(), weights.sum()) == (16, 16)
    assert (M @ vote).min() == 6
    assert np.abs(weights @ M).max() == 6
    claim = ib.predict(ib.problems.adaboost(RUDIN), ib.SteepestDescent(ib.Lp(1)))
    assert claim.solve().value == pytest.approx(3 / 8, rel=1e-8)


def test_the_cycle_in_high_precision():
    """AdaBoost's map on the weights, from the paper's start: a cycle of length 3, without ties."""
    mpmath.mp.dps = 60
    root = mpmath.sqrt(5)
    start = [(3 - root) / 8] * 2 + [mpmath.mpf(1) / 6] * 3 + [(root - 1) / 8] * 2 + [mpmath.mpf(0)]
    weights, moved = start, []
    for t in range(3):
        np.testing.assert_allclose([float(each) for each in weights], CYCLE[t], rtol=1e-15)
        edges = [mpmath.fdot(weights, map(int, column)) for column in RUDIN.T]
        order = sorted(range(8), key=lambda j: -abs(edges[j]))
        assert abs(edges[order[0]]) - abs(edges[order[1]]) > 0.01
        assert abs(edges[order[0]] - (root - 1) / 2) < 1e-50
        moved.append(order[0])
        weights = [
            each / (1 + int(x) * edges[order[0]]) for each, x in zip(weights, RUDIN[:, order[0]], strict=True)
        ]
    assert moved == [0, 2, 1]
    assert max(abs(one - other) for one, other in zip(weights, start, strict=True)) < 1e-50
    assert RUDIN[:7, :3].sum(axis=1).tolist() == [1] * 7  # so that margins tend to 1/3


def test_adaboost_cycles_below_the_maximum_margin():
    run = boost(ib.ExactLineSearch(), 10**6)
    assert run.margin == pytest.approx(1 / 3, abs=2e-6)
    rows = run.trajectory
    assert np.all(rows.best_margin < 0.34)
    assert np.all(rows.best_bound >= 3 / 8)
    seen, votes = [], []
    for _ in range(12):  # rounding has not taken it off the cycle
        margins = RUDIN @ run.w
        weights = np.exp(margins.min() - margins)
        seen.append(weights / weights.sum())
        votes.append(run.w)
        run.advance(1)
    phase = int(np.argmin(np.abs(CYCLE - seen[0]).max(axis=1)))
    np.testing.assert_allclose(seen, np.roll(CYCLE, -phase, axis=0)[np.arange(12) % 3], atol=1e-9)
    moves = np.diff(votes, axis=0)
    np.testing.assert_allclose(moves.max(axis=1), math.atanh(PHI), atol=1e-9)
    assert np.count_nonzero(moves, axis=1).tolist() == [1] * 11
    report = ib.compare(run, ib.predict(run.problem, run.method))
    assert report.verdict == "hypothesis fails"
    assert "eta_t <= 1 / (B^2 L(w_t))" in report.reason


@pytest.mark.parametrize(
    "step_size",
    [ib.ExactLineSearch(0.75), ib.ExactLineSearch(0.1), ib.LossNormalized(), ib.LossNormalized(0.1)],
    ids=repr,
)
def test_shorter_steps_reach_the_maximum_margin(step_size):
    run = boost(step_size, 10**4)
    report = ib.compare(run, ib.predict(run.problem, run.method))
    assert report.verdict == "holds", report
    assert report.gap < 0.01
    assert [text for text, holds in report.hypotheses if not holds] == [
        f"the steps are bounded by some eta_+ < inf ({step_size!r} grows like 1 / L)"
    ]
    rows = run.trajectory
    assert np.all(rows.best_margin <= 3 / 8)
    assert np.all(rows.best_bound >= 3 / 8)


def test_the_bound_of_theorem_5_is_checked_step_by_step():
    """For +-1 columns eta B^2 L = shrinkage artanh(r) / r, with r the edge."""
    run = boost(ib.ExactLineSearch(0.75), 1)
    r = np.abs(RUDIN.sum(axis=0)).max() / 8
    assert run.largest_step == (pytest.approx(math.log(0.75 * math.atanh(r) / r), abs=1e-12), 0)
    assert run.advance(10**4).largest_step[0] < 0
    assert boost(ib.ExactLineSearch(), 100).largest_step[0] == pytest.approx(
        math.log(math.atanh(PHI) / PHI), abs=0.1
    )
