"""Claims against closed forms, verdicts of all four kinds."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

import conftest
import examples
import implicitbias as ib
from implicitbias.claims import max_margin as claims
from implicitbias.oracles.max_margin import max_margin


class Octagon(ib.Norm):
    """max(|w|_inf, |w|_1 / sqrt 2), with dual and step by enumeration of the unit ball's vertices."""

    def vertices(self, d):
        from itertools import permutations, product

        t = math.sqrt(2) - 1
        base = set(permutations([1.0, t] + [0.0] * (d - 2)))
        return np.array([np.multiply(s, b) for b in base for s in product([1, -1], repeat=d)])

    def value(self, w):
        return max(np.abs(w).max(), np.abs(w).sum() / math.sqrt(2))

    def dual(self, g):
        return float((self.vertices(len(g)) @ g).max())

    def steepest(self, g):
        vertices = self.vertices(len(g))
        best = vertices[np.argmin(vertices @ g)]
        return best * self.dual(g)


@ib.as_cvxpy.register
def _(norm: Octagon, w):
    import cvxpy as cp

    return cp.maximum(cp.norm(w, "inf"), cp.norm(w, 1) / math.sqrt(2))


BOUNDED = "the steps are bounded by some eta_+ < inf"
UNBOUNDED = f"{BOUNDED} (LossNormalized(scale=1.0, cap=inf) grows like 1 / L)"


def claim_and_run(norm, problem, steps=10**4, **options):
    method = ib.SteepestDescent(norm)
    return ib.predict(problem, method), ib.Run(problem, method, **options).advance(steps)


def test_one_sample_closed_form():
    # One sample x: the maximum margin is |x|_*, at the steepest direction of -x.
    x = np.array([[3.0, -1.0], [2.0, 0.5]])
    problem = ib.Problem([x], [1.0], ib.Exponential())
    for norm in examples.NORMS:
        limit = ib.predict(problem, ib.SteepestDescent(norm)).solve()
        assert limit.value == pytest.approx(norm.dual(x), rel=1e-9)
        assert limit.gap <= 1e-8
        assert norm.value(limit.direction) == pytest.approx(1, rel=1e-9)


@pytest.mark.parametrize("p", [1, math.inf])
def test_polyhedral_norms_against_linear_programs(p):
    X, y = conftest.separable(30, 8, seed=4)
    A, (n, d) = y[:, None] * X, X.shape
    if p == math.inf:
        program = linprog(
            np.append(np.zeros(d), -1),
            np.c_[-A, np.ones(n)],
            np.zeros(n),
            bounds=[(-1, 1)] * d + [(None, None)],
        )
    else:  # w = u - v
        program = linprog(
            np.append(np.zeros(2 * d), -1),
            np.r_[np.c_[-A, A, np.ones(n)], [np.append(np.ones(2 * d), 0)]],
            np.append(np.zeros(n), 1),
            bounds=[(0, None)] * (2 * d) + [(None, None)],
        )
    assert max_margin(ib.Problem(X, y, ib.Exponential()), ib.Lp(p)).value == pytest.approx(
        -program.fun, rel=1e-8
    )


@pytest.mark.parametrize("norm", examples.NORMS, ids=repr)
@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Logistic()], ids=repr)
def test_theorem_5_holds(norm, loss):
    X, y = conftest.separable(12, 4)
    claim, run = claim_and_run(norm, ib.Problem(X.reshape(12, 2, 2), y, loss), 10**5)
    report = ib.compare(run, claim)
    assert claim.theorem == "5"
    assert [text for text, holds in report.hypotheses if not holds] == [UNBOUNDED]
    assert report.verdict == "holds", report
    assert report.reason.endswith(f"; a hypothesis is not met: {UNBOUNDED}")
    assert report.gap <= 0.01
    assert report.bracket.lower <= report.limit.value * (1 + 1e-9)
    if report.limit.unique:
        assert report.angle < 3
    assert "Theorem 5 holds" in str(report)


def test_any_start():
    problem = ib.Problem(*conftest.separable(12, 4), ib.Exponential())
    claim, run = claim_and_run(ib.Lp(3), problem, 10**5, w0=[-3.0, 5, 1, -2])
    assert ib.compare(run, claim).verdict == "holds"


def test_the_capped_rule_is_slow():
    problem = ib.Problem(*conftest.separable(12, 4), ib.Exponential())
    claim, run = claim_and_run(ib.Lp(2), problem, 10**5, step_size=ib.LossNormalized(cap=1.0))
    report = ib.compare(run, claim)
    assert report.verdict == "not yet converged"
    assert 0.01 < report.gap < 0.2


# Samples on which coordinate descent with steps 1 / (B^2 L) cycles, and the maximum l1 margin.
FOUR = [[-1, -1, 0, -1, 0, 1], [1, 1, -1, -1, 0, 0], [1, 0, 0, 1, 1, 0], [1, -1, -1, 0, 0, -1]]
SIX = [[0, 1, -1, -1, 0, -1], [1, 0, -1, 1, 0, 1], [-1, -1, -1, 1, 1, -1]]
SIX += [[1, -1, -1, 0, -1, 0], [0, -1, 0, -1, -1, 1], [1, 0, 0, 1, 1, -1]]


@pytest.mark.parametrize(("X", "best"), [(FOUR, 3 / 10), (SIX, 5 / 19)])
def test_steps_without_a_bound_are_named(X, best):
    """One that stays percents below is not called violated: Theorem 5 does not speak of such steps."""
    problem = ib.Problem(X, np.ones(len(X)), ib.Exponential())
    claim, run = claim_and_run(ib.Lp(1), problem, 10**5)
    assert claim.solve().value == pytest.approx(best, rel=1e-8)
    report = ib.compare(run, claim)
    assert report.verdict == "not yet converged"
    assert 0.04 < report.gap < 0.06
    assert (UNBOUNDED, False) in report.hypotheses
    assert report.reason.endswith(f"; a hypothesis is not met: {UNBOUNDED}")
    search = ib.ExactLineSearch(0.5)
    report = ib.compare(claim_and_run(ib.Lp(1), problem, 0, step_size=search)[1], claim)
    assert (f"{BOUNDED} ({search!r} grows like 1 / L)", False) in report.hypotheses
    for bounded in (
        ib.LossNormalized(cap=1.0),
        ib.Constant(0.1),
        ib.Polynomial(0.1, 0.5),
        ib.Schedule([0.1] * 10),
    ):
        report = ib.compare(claim_and_run(ib.Lp(1), problem, 10, step_size=bounded)[1], claim)
        assert (BOUNDED, True) in report.hypotheses
        assert "a hypothesis is not met" not in report.reason
    # Another hypothesis that fails decides the verdict, and the open one is still listed.
    report = ib.compare(claim_and_run(ib.Lp(1), problem, 9, step_size=ib.LossNormalized(2.0))[1], claim)
    assert report.verdict == "hypothesis fails"
    assert "1 / (B^2 L" in report.reason
    assert sum(not holds for _, holds in report.hypotheses) == 2


def test_a_loss_that_is_not_convex_must_get_over_its_plateaus():
    X = [[1, 0], [1, 0.1], [1, -0.05], [1, 0.05], [-10, 1]]
    problem = ib.Problem(X, np.ones(5), ib.Sigmoid())
    (vanishing,) = [
        text for text, _ in ib.predict(problem, ib.GradientDescent()).hypotheses if "L(w(t)) -> 0" in text
    ]
    for method in (ib.GradientDescent(), ib.SteepestDescent(ib.Lp(1))):
        for w0, arrives in (([5.0, 0.0], False), ([4.0, 45.0], True)):
            run = ib.Run(problem, method, ib.Constant(0.005), w0=w0).advance(1000)
            report = ib.compare(run, ib.predict(problem, method))
            assert report.verdict == "not yet converged"
            assert [text for text, _ in report.hypotheses].count(vanishing) == 1
            assert dict(report.hypotheses)[vanishing] == arrives == (run.margin > 0)
            assert (f"a hypothesis is not met: {vanishing}" in report.reason) != arrives


def test_not_started_is_not_converged(problem):
    claim, run = claim_and_run(ib.Lp(2), problem, 0)
    report = ib.compare(run, claim)
    assert (report.verdict, report.gap) == ("not yet converged", math.inf)
    assert math.isnan(report.angle)


class Impostor(conftest.Taxicab):
    """Says it is the l1 norm, but once the run is under way steps like gradient descent."""

    def __init__(self):
        super().__init__()
        self.steps = 0

    def steepest(self, g):
        self.steps += 1
        return super().steepest(g) if self.steps < 10 else -g


@ib.as_cvxpy.register
def _(norm: conftest.Taxicab, w):
    import cvxpy as cp

    return cp.norm(cp.vec(w, order="C"), 1)


def test_a_run_that_goes_elsewhere_never_holds():
    # Nor is it called violated: that a margin seems to settle is no proof.
    problem = ib.Problem(*conftest.separable(20, 12), ib.Exponential())
    claim, run = claim_and_run(Impostor(), problem, 20000)
    report = ib.compare(run, claim)
    assert report.verdict == "not yet converged", report
    # and the honest one does not
    claim, run = claim_and_run(conftest.Taxicab(), problem, 20000)
    assert ib.compare(run, claim).verdict in ("holds", "not yet converged")


class Shrunk(conftest.Taxicab):
    """Its oracle is told that the unit ball is smaller than it is."""


@ib.as_cvxpy.register
def _(norm: Shrunk, w):
    import cvxpy as cp

    return 2 * cp.norm(w, 1)


def test_a_certificate_that_excludes_the_oracle_violates(problem):
    claim, run = claim_and_run(Shrunk(), problem, 5000)
    report = ib.compare(run, claim)
    assert report.verdict == "violated"
    assert "excludes" in report.reason


def test_a_wrong_oracle_is_noticed_by_max_margin(problem, monkeypatch):
    """Also by a young run, whose own bracket is wide."""
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(1.5))).advance(10)
    for factor, verdict in ((1 - 1e-5, "violated"), (1 + 1e-5, "violated"), (1, "not yet converged")):
        wrong = lambda *of, factor=factor: replace(best := max_margin(*of), value=factor * best.value)  # noqa: E731
        monkeypatch.setattr(claims, "max_margin", wrong)
        report = ib.compare(run, ib.predict(problem, run.method))
        assert report.verdict == verdict
        assert ("max_margin's certified bracket" in report.reason) == (factor != 1)


def test_where_cvxpy_fails_max_margin_answers(problem, monkeypatch):
    expected = ib.predict(problem, ib.GradientDescent()).solve()

    def fail(*of):
        raise ib.OracleError("no solution")

    monkeypatch.setattr(claims, "max_margin", fail)
    limit = ib.predict(problem, ib.GradientDescent()).solve()
    assert limit.value == pytest.approx(expected.value, rel=1e-6)
    assert limit.gap <= 1e-6
    assert limit.bracket.lower <= expected.value <= limit.bracket.upper
    with pytest.raises(ib.OracleError, match="^no solution$"):  # in l1 it does not know whether w is alone
        ib.predict(problem, ib.SteepestDescent(ib.Lp(1))).solve()
    nearly = ib.predict(problem, ib.SteepestDescent(ib.Lp(1 + 1e-9))).solve()
    assert nearly.value == pytest.approx(ib.max_margin(problem, ib.Lp(1)).value, rel=1e-6)


def test_data_beyond_cvxpy(monkeypatch):
    monkeypatch.setattr(claims, "max_margin", None)
    X, y = conftest.separable(100, 3500)
    problem = ib.Problem(X, y, ib.Exponential())
    run = ib.Run(problem, ib.GradientDescent()).advance(10)
    report = ib.compare(run, ib.predict(problem, run.method))
    assert report.verdict == "not yet converged"
    # All samples are support vectors: their margins are equal, and w is a combination with positive weights.
    alpha = np.linalg.solve((y[:, None] * X) @ (y[:, None] * X).T, np.ones(100))
    assert alpha.min() > 0
    assert report.limit.value == pytest.approx(1 / np.sqrt(alpha.sum()), rel=1e-6)


def test_hypotheses_that_fail(problem):
    claim, run = claim_and_run(ib.Lp(2), problem, 1, step_size=ib.Constant(0.02))
    report = ib.compare(run, claim)
    assert report.verdict == "hypothesis fails"
    assert "1 / (B^2 L" in report.reason
    claim, run = claim_and_run(ib.Lp(2), problem, 100, step_size=ib.LossNormalized(1.5))
    assert ib.compare(run, claim).verdict == "hypothesis fails"
    claim, run = claim_and_run(ib.Lp(2), problem, 100, step_size=ib.Polynomial(1e-4, 1.5))
    report = ib.compare(run, claim)
    assert report.verdict == "hypothesis fails"
    assert "infinite sum" in report.reason
    small = ib.Constant(1e-4)
    claim, run = claim_and_run(ib.Lp(2), problem, 100, step_size=small)
    assert all(holds for _, holds in ib.compare(run, claim).hypotheses)


@pytest.mark.parametrize("form", ["auto", "plain"])
@pytest.mark.parametrize(
    "norm", [ib.Lp(1), ib.Lp(2), ib.Lp(3), ib.Lp(math.inf), ib.GroupNorm([[0, 1], [2, 3, 4]])]
)
def test_the_step_condition_counts_from_its_last_violation(problem, norm, form):
    # As in Soudry et al. (2018), Figure 1: constant steps that are too long at t = 0, where L is large.
    method = ib.SteepestDescent(norm)
    B = max(norm.dual(x) for x in problem.X)
    eta = 0.5 / B**2
    run = ib.Run(problem, method, ib.Constant(eta), record=ib.every(1), form=form).advance(2000)
    exceeded = np.flatnonzero(eta * B**2 * np.exp(run.trajectory.log_loss[:-1]) > 1)
    assert 0 <= run.last_violation == exceeded[-1] < 1900
    report = ib.compare(run, ib.predict(problem, method), tolerance=0.5)
    assert report.verdict == "holds"
    assert f"the step condition is met from t = {exceeded[-1] + 1} on" in report.reason
    assert all(holds for _, holds in report.hypotheses)


def test_a_bound_that_no_step_exceeds(problem):
    run = ib.Run(problem, ib.GradientDescent()).advance(100)
    assert run.last_violation is None
    assert "step condition" not in ib.compare(run, ib.predict(problem, run.method)).reason


def test_non_separable_data_fail_the_hypothesis():
    problem = ib.Problem([[1.0, 0.5], [-1.0, -0.5], [1.0, 1.0]], [1, 1, 1], ib.Exponential())
    claim, run = claim_and_run(ib.Lp(3), problem, 100)
    assert claim.hypotheses[0] == ("the data are linearly separable", False)
    assert ib.compare(run, claim).verdict == "hypothesis fails"
    with pytest.raises(ib.NotSeparableError, match=r"0\.5 y_0 x_0 \+ 0\.5 y_1 x_1 = 0"):
        claim.solve()


def test_squared_loss_under_general_norms_has_no_claim():
    problem = ib.Problem([[1.0, 1, 1], [1, 2, 0]], [1, 10], ib.Squared())
    for p in (1, 4 / 3, 3, math.inf):
        method = ib.SteepestDescent(ib.Lp(p))
        assert ib.predict(problem, method) is None
        assert "Example 4" in ib.why_no_claim(problem, method)
    assert ib.why_no_claim(problem, ib.SteepestDescent(ib.Lp(2))) is None


def test_quadratic_norms_project():
    X, y = np.array([[1.0, 1, 1], [1, 2, 0]]), np.array([1.0, 10])
    problem, w0 = ib.Problem(X, y, ib.Squared()), np.array([1.0, -1, 2])
    D = np.array([[2.0, 0.5, 0], [0.5, 1, 0], [0, 0, 3]])
    euclidean = ib.GroupNorm([[1], [0, 2]], 2, 2)
    for norm, metric, theorem in (
        (ib.Lp(2), np.eye(3), "2.1"),
        (euclidean, np.eye(3), "2.1"),
        (ib.WeightedNorm([1, 2, 0.5], euclidean), np.diag([1, 4, 0.25]), "2.4"),
        (ib.QuadraticNorm(D), D, "2.4"),
    ):
        method = ib.SteepestDescent(norm)
        claim = ib.predict(problem, method, w0)
        # The KKT system of min (w - w0)' D (w - w0) / 2 subject to Xw = y.
        kkt = np.block([[metric, X.T], [X, np.zeros((2, 2))]])
        expected = np.linalg.solve(kkt, np.append(metric @ w0, y))[:3]
        np.testing.assert_allclose(claim.solve().point, expected, rtol=1e-12)
        assert claim.theorem == theorem
        assert claim.solve().gap < 1e-12
        run = ib.Run(problem, method, ib.Constant(0.05), w0=w0)
        assert ib.compare(run.advance(5), claim).verdict == "not yet converged"
        assert ib.compare(run.advance(5000), claim).verdict == "holds"
        elsewhere = ib.Run(problem, method, ib.Constant(0.05)).advance(5000)
        with pytest.raises(ValueError, match="^claim: expected a claim about the run's start"):
            ib.compare(elsewhere, claim)
        claim.__dict__["_limit"] = type(claim.solve())(expected + 1, 1.0, 0.0, True)
        assert ib.compare(run, claim).verdict == "violated"
    impossible = ib.Problem([[1.0, 0], [1, 0]], [1, 2], ib.Squared())
    claim, run = claim_and_run(ib.Lp(2), impossible, 100, step_size=ib.Constant(0.1))
    assert ib.compare(run, claim).verdict == "hypothesis fails"


def test_example_4_as_the_paper_shows_it():
    # Different steps, different limits: there is nothing to predict.
    problem = ib.Problem([[1.0, 1, 1], [1, 2, 0]], [1, 10], ib.Squared())
    limits = []
    for eta in (0.02, 0.15):
        run = ib.Run(problem, ib.SteepestDescent(ib.Lp(4 / 3)), ib.Constant(eta)).advance(20000)
        assert run.trajectory.residual[-1] < 1e-8
        limits.append(run.w)
    assert np.abs(limits[0] - limits[1]).max() > 1e-3


def test_user_norms_with_a_cvxpy_form():
    problem = ib.Problem(*conftest.separable(10, 3), ib.Exponential())
    claim, run = claim_and_run(Octagon(), problem, 20000)
    report = ib.compare(run, claim, tolerance=0.02)
    assert report.limit.gap <= 1e-7
    assert report.verdict == "holds", report


def test_user_norms_without_one(problem):
    class Unknown(ib.Norm):
        def value(self, w):
            return np.linalg.norm(w)

        def dual(self, g):
            return np.linalg.norm(g)

        def steepest(self, g):
            return -g

    claim, run = claim_and_run(Unknown(), problem, 100)
    with pytest.raises(TypeError, match=r"got a Unknown; register .*as_cvxpy\.register"):
        ib.compare(run, claim)


def test_mismatched_claims(problem):
    claim, run = claim_and_run(ib.Lp(2), problem, 10)
    other = ib.Problem(*conftest.separable(20, 5, seed=9), ib.Exponential())
    with pytest.raises(ValueError, match="^claim: .*other data"):
        ib.compare(run, ib.predict(other, run.method))
    with pytest.raises(ValueError, match="^claim: expected a claim about SteepestDescent"):
        ib.compare(run, ib.predict(problem, ib.SteepestDescent(ib.Lp(1))))
    with pytest.raises(TypeError, match=r"^claim: .*why_no_claim"):
        ib.compare(run, None)
    with pytest.raises(TypeError, match="^run: "):
        ib.compare(None, claim)
    with pytest.raises(ValueError, match="^tolerance: "):
        ib.compare(run, claim, tolerance=0)
    with pytest.raises(TypeError, match="^problem: "):
        ib.predict(None, run.method)
    with pytest.raises(TypeError, match="^method: "):
        ib.predict(problem, ib.Lp(2))
    with pytest.raises(ValueError, match="^w0: "):
        ib.predict(problem, run.method, [1.0])


def test_claims_say_what_they_are(problem):
    claim = ib.predict(problem, ib.SteepestDescent(ib.Lp(1)))
    assert "Theorem 5" in repr(claim)
    assert "Lp(p=1.0)" in claim.statement


def test_early_plateaus_are_no_violation():
    """Runs that converge in the end, on the way there."""
    cases = [
        ([[3.0, 0], [1, 1]], ib.GradientDescent(), ib.Constant(1e-4), 10),
        ([[1.0, 0], [0.001, 0.002]], ib.SteepestDescent(ib.Lp(1)), ib.LossNormalized(), 100),
    ]
    for X, method, step_size, steps in cases:
        problem = ib.Problem(X, [1.0, 1], ib.Exponential())
        report = ib.compare(ib.Run(problem, method, step_size).advance(steps), ib.predict(problem, method))
        assert report.verdict == "not yet converged", report


def test_no_violation_before_the_data_are_fitted():
    """Residuals that look small, of nearly dependent constraints or in a curved geometry."""
    flat = ib.MirrorDescent(ib.Euclidean(), constraint=ib.Affine([[1.0, 1, 1]], [1.0]))
    cases = [
        ([[1.0, 1, 1.001]], [1.0007], flat, None, 0.1, 1000),
        ([[1.0, 1e-3]], [1003.302], ib.MirrorDescent(ib.Entropy()), [0.1, 1e6], 0.05, 5),
    ]
    for X, y, method, w0, eta, steps in cases:
        problem = ib.Problem(X, y, ib.Squared())
        run = ib.Run(problem, method, ib.Constant(eta), w0=w0).advance(steps)
        assert ib.compare(run, ib.predict(problem, method, w0)).verdict == "not yet converged"


def test_scales_that_differ():
    for X, y in ((np.diag([1, 1e-17]), [1, 1e-17]), (np.diag([1, 1e-12]), [1.0, 1]), (np.eye(2), [1, 1e-9])):
        for method in (ib.GradientDescent(), ib.MirrorDescent(ib.Entropy())):
            claim = ib.predict(ib.Problem(X, y, ib.Squared()), method)
            assert claim.hypotheses[0][1]
            np.testing.assert_allclose(claim.solve().point, np.array(y) / np.diag(X), rtol=1e-12)
    wrong = ib.Problem([[1.0, 0], [1, 0]], [1, 1 + 2e-11], ib.Squared())
    assert not ib.predict(wrong, ib.GradientDescent()).hypotheses[0][1]


def test_ill_conditioned_quadratic_potentials():
    rng = np.random.default_rng(0)
    Q = np.linalg.qr(rng.standard_normal((6, 6)))[0]
    X, w0, y = rng.standard_normal((2, 6)), 100 * rng.standard_normal(6), np.ones(2)
    D = Q @ np.diag(np.logspace(0, 10, 6)) @ Q.T
    D = (D + D.T) / 2
    limit = ib.predict(ib.Problem(X, y, ib.Squared()), ib.MirrorDescent(ib.QuadraticPotential(D)), w0).solve()
    inverse = Q @ np.diag(np.logspace(0, -10, 6)) @ Q.T
    expected = w0 + inverse @ X.T @ np.linalg.solve(X @ inverse @ X.T, y - X @ w0)
    np.testing.assert_allclose(limit.point, expected, rtol=1e-7)
    assert limit.gap < 1e-8


@pytest.mark.parametrize("norm", [ib.Lp(1), ib.Lp(2), ib.Lp(math.inf)], ids=repr)
@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1e150, 1e300])
def test_verdicts_at_the_ends_of_doubles(norm, scale):
    # gamma* = scale max_{|w| = 1} min of these margins, which is at w = (1, 1): of x_1 and x_2, 1.5 both.
    X = np.array([[1.0, 0.5], [0.5, 1.0], [2.0, -0.25]])
    problem = ib.Problem(X * scale, [1, 1, 1], ib.Exponential())
    best = 1.5 / norm.value([1.0, 1.0]) * scale
    method = ib.SteepestDescent(norm)
    claim = ib.predict(problem, method)
    assert claim.solve().value == pytest.approx(best, rel=1e-6)
    run = ib.Run(problem, method, ib.LossNormalized()).advance(300)
    assert run.bracket.lower <= best * (1 + 1e-14)
    assert run.bracket.upper >= best * (1 - 1e-14)
    assert ib.compare(run, claim).verdict == "holds"
    run = ib.Run(problem, method, 1.0)
    if scale == 1e300:
        with pytest.raises(ib.DomainError, match="not finite"):
            run.advance(100)
        return
    run.advance(100)
    assert run.bracket.lower <= best * (1 + 1e-14)
    assert run.bracket.upper >= best * (1 - 1e-14)
    report = ib.compare(run, claim)
    # w separates the data, but at 1e-300 its margins of 1e-600 are no doubles.
    assert ("smaller than any double" in str(report)) == (scale == 1e-300)
    assert report.verdict in ("holds", "not yet converged")
    assert "not separated" not in str(report)
