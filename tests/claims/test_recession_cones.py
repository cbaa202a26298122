"""Projected gradient descent on monotone losses: maximum margins over recession cones, a conjecture."""

import math

import numpy as np
import pytest
from scipy.optimize import linprog, nnls

import implicitbias as ib
from implicitbias.oracles.cone_margin import cone_margin, recession_cone

RNG = np.random.default_rng(4)
# The best direction over all w has a negative entry, which no direction of {w >= 0} has.
ROWS = RNG.standard_normal((8, 4)) + np.array([2.0, 1.0, 0.5, -0.7])
PROBLEM = ib.Problem(ROWS, np.ones(8), ib.Exponential())
INF = math.inf
SETS = [
    ib.NonNegative(),
    ib.Box(-3.0, INF),
    ib.Box([-INF, 1.0, -INF, -INF], [INF, 2.0, INF, -5.0]),
    ib.Affine([[1.0, -1, 0, 0]], [2.0]),
]


def claim_of(constraint, problem=PROBLEM):
    return ib.predict(problem, ib.MirrorDescent(ib.Euclidean(), constraint=constraint))


def test_the_oracle_on_the_orthant():
    """The least |w| with margins 1 in the orthant is w = max(A' a, 0), with the a of a nonnegative fit."""
    limit = claim_of(ib.NonNegative()).solve()
    # min |w|^2 subject to (A; I) w >= (1; 0) is least distance programming, which nnls solves.
    G, h = np.vstack([ROWS, np.eye(4)]), np.append(np.ones(8), np.zeros(4))
    E, f = np.vstack([G.T, h]), np.append(np.zeros(4), 1.0)
    r = E @ nnls(E, f)[0] - f
    w = -r[:4] / r[4]
    np.testing.assert_allclose(limit.point, w / np.linalg.norm(w), atol=1e-7)
    assert limit.value == pytest.approx(1 / np.linalg.norm(w), rel=1e-8)
    best = ib.predict(PROBLEM, ib.GradientDescent()).solve()
    assert best.point.min() < -0.1
    assert limit.value < 0.98 * best.value


def test_the_oracle_on_a_subspace():
    """On {w_0 = w_1} margins are those of three columns, the first of them over sqrt(2)."""
    limit = claim_of(SETS[3]).solve()
    columns = np.column_stack([(ROWS[:, 0] + ROWS[:, 1]) / math.sqrt(2), ROWS[:, 2:]])
    same = ib.predict(ib.Problem(columns, np.ones(8), ib.Exponential()), ib.GradientDescent()).solve()
    assert limit.value == pytest.approx(same.value, rel=1e-8)


@pytest.mark.parametrize("constraint", SETS, ids=["orthant", "box", "mixed", "affine"])
def test_runs_reach_the_margin_over_the_cone(constraint):
    claim = claim_of(constraint)
    assert claim.source == "a conjecture beyond Gunasekar et al. (2018) (this package)"
    assert claim.source.conjecture
    run = ib.Run(PROBLEM, claim.method)
    assert ib.compare(run.advance(20), claim).verdict == "not yet converged"
    report = ib.compare(run.advance(20_000), claim)
    assert report.verdict == "holds", report
    assert report.bracket is None
    # The twin: without the set the same steps end elsewhere.
    free = ib.Run(PROBLEM, ib.GradientDescent()).advance(20_000)
    assert abs(1 - free.margin / report.limit.value) > 0.02
    assert ib.compare(ib.Run(PROBLEM, claim.method, ib.Constant(1e3)).advance(1), claim).verdict != "holds"


def test_above_the_maximum_is_not_there_either():
    claim = claim_of(ib.Box(-3.0, INF))
    run = ib.Run(PROBLEM, claim.method, w0=3 * ib.predict(PROBLEM, ib.GradientDescent()).solve().point)
    report = ib.compare(run.advance(1), claim, tolerance=1e-3)
    assert (report.verdict, "above the maximum" in report.reason) == ("not yet converged", True)


def test_cones_that_do_not_separate_and_sets_without_one():
    flipped = ib.Problem(-ROWS, np.ones(8), ib.Exponential())
    claim = claim_of(ib.NonNegative(), flipped)
    assert claim.hypotheses[0] == ("some w in the recession cone separates the data", False)
    found = linprog(np.zeros(4), A_ub=ROWS, b_ub=-np.ones(8), bounds=[(0, None)] * 4)
    assert found.status == 2  # no such w
    with pytest.raises(ib.NotSeparableError, match="^constraint: expected a set in which some direction"):
        claim.solve()
    for bounded in (ib.Box(-1.0, 1.0), ib.Ball(ib.Lp(2), 1.0)):
        assert claim_of(bounded) is None
        assert "in bounded sets" in ib.why_no_claim(
            PROBLEM, ib.MirrorDescent(ib.Euclidean(), constraint=bounded)
        )


def test_certificates():
    """Weights bound every direction of the cone."""
    for constraint in SETS:
        cone = recession_cone(constraint, (4,))
        found = cone_margin(PROBLEM, cone)
        some = [cone.project(w) for w in RNG.standard_normal((200, 4))]
        assert max((ROWS @ w).min() / max(np.linalg.norm(w), 1e-300) for w in some) <= found.value * (
            1 + 1e-9
        )
        assert found.gap < 1e-9
