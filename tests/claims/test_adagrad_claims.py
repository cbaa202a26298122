"""Theorem 6's explicit bound, and the later result on AdaGrad's limit direction."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import nnls

import conftest
import implicitbias as ib

ONE_SAMPLE = ib.Problem([[1.0, 0.5]], [1.0], ib.Exponential())


def adagrad(problem, G0, eta, w0=None, **options):
    return ib.Run(problem, ib.AdaGrad(G0), ib.Constant(eta), w0=w0, **options)


def degrees(a, b):
    a, b = a.ravel() / np.linalg.norm(a), b.ravel() / np.linalg.norm(b)
    return math.degrees(2 * math.asin(min(1.0, np.linalg.norm(a - b) / 2)))


def hard_margin(A, weights):
    """argmin {sum_i weights_i w_i^2 : A w >= 1}, by Lawson and Hanson's least distance programming."""
    Z = A / np.sqrt(weights)
    E = np.vstack([Z.T, np.ones(len(Z))])
    f = np.append(np.zeros(Z.shape[1]), 1.0)
    residual = E @ nnls(E, f)[0] - f
    return -residual[:-1] / residual[-1] / np.sqrt(weights)


@given(
    seed=st.integers(0, 10**6),
    scale=st.floats(0.1, 3.0),
    G0=st.floats(0.0, 100.0),
    share=st.floats(0.01, 0.99),
    loss=st.sampled_from([ib.Exponential(), ib.Logistic(), ib.Sigmoid()]),
)
def test_theorem_6_on_random_data(seed, scale, G0, share, loss):
    # B, L and R as a reader would write them down; eta makes (eta / 2) B^2 L(w0) the given share of 1.
    rng = np.random.default_rng(seed)
    X, y = conftest.separable(7, 3, seed)
    problem, w0 = ib.Problem(scale * X, y, loss), rng.standard_normal(3)
    margins = problem.y * (problem.X @ w0)
    log_loss, log_scale, slopes = loss.evaluate(margins)
    g = np.exp(log_scale) * (slopes * y) @ problem.X
    B2 = (problem.X**2 / np.sqrt(G0 + g**2)).sum(axis=1).max()
    L = np.exp(log_loss)
    eta = 2 * share / (B2 * L)
    R = L / (eta * (1 - share))
    run = adagrad(problem, G0, eta, w0, record=ib.every(1))
    claim = ib.bounded_accumulator(run)
    np.testing.assert_allclose(claim.bound, (R / 2 + np.sqrt(R**2 / 4 + G0)) ** 2, rtol=1e-9)
    run.advance(2000)
    report = ib.compare(run, claim)
    assert report.verdict == "holds", report
    assert (report.gap, report.limit) == (0, None)
    assert np.all(claim.bound * (1 + 1e-9) >= run.G)
    # The steps of the proof: L never rises, and the increments sum to at most R.
    assert np.all(np.diff(run.trajectory.log_loss) <= 1e-12)
    assert np.sum((run.G - G0) / np.sqrt(run.G)) <= R * (1 + 1e-9)


def test_the_bound_is_nearly_attained():
    # A stiff accumulator: eta g^2 / sqrt G is the decrease of L, all of which is spent in the end.
    run = adagrad(ib.Problem([[1.0]], [1], ib.Exponential()), 1e6, 0.5)
    bound = ib.bounded_accumulator(run).bound
    run.advance(10**6)
    assert 0.99 < (run.G[0] - 1e6) / (bound[0] - 1e6) < 1


def test_before_the_first_step():
    run = adagrad(ONE_SAMPLE, 10.0, 0.9)
    claim = ib.bounded_accumulator(run)
    assert (claim.theorem, claim.source) == ("6", "Theorem 6")
    assert all(holds for _, holds in claim.hypotheses)
    step = 0.45 * (1 / math.sqrt(11) + 0.25 / math.sqrt(10.25))
    assert f"(eta / 2) B^2 L(w0) < 1 with B = max_n |G(0)^(-1/4) x_n|_2 (it is {step:.3g})" in str(
        claim.hypotheses
    )
    report = ib.compare(run, claim)
    assert report.verdict == "holds"
    assert str(report) == "Theorem 6 holds: G(t) has stayed within its bound up to t = 0"


def test_the_step_condition_alone_is_not_enough():
    # (eta / 2) L(w0) < 1, but the features are too large for G(0): L rises, and G leaves the bound that
    # B = 1 would give.
    problem = ib.Problem([[1.0, 10.0], [1.0, -20.0]], [1, 1], ib.Exponential())
    run = adagrad(problem, 1e-3, 1.0, [2.0, 0.0])
    L = 2 * math.exp(-2)
    claim = ib.bounded_accumulator(run)
    assert L / 2 < 1
    assert np.all(np.isinf(claim.bound))
    run.advance(1)
    assert run.log_loss > math.log(L)
    run.advance(100)
    R = L / (1 - L / 2)
    assert run.G[1] > 10 * (R / 2 + math.sqrt(R**2 / 4 + 1e-3)) ** 2
    report = ib.compare(run, claim)
    assert report.verdict == "hypothesis fails"
    assert "(eta / 2) B^2 L(w0) < 1" in report.reason


def test_extreme_scales():
    # L(w0) = 1e-435, and G is its square: the bound is known as a logarithm.
    run = adagrad(ONE_SAMPLE, 0.0, 0.3, [1000.0, 0.5])
    claim = ib.bounded_accumulator(run)
    assert "(it is 0.225)" in str(claim.hypotheses)  # eta / 2 times |x|_1, as G(0)^(1/2) = |x| L
    run.advance(10**4)
    assert np.all(claim.bound == 0)
    assert np.all(np.isfinite(claim.log_bound))
    assert ib.compare(run, claim).verdict == "holds"
    assert degrees(ib.limit_direction(run).solve().direction, np.ones(2)) < 1e-6


def test_a_coordinate_without_a_gradient_yet():
    # By symmetry the second gradient is 0 at w0; were it not, so small a G would send w_2 off by eta.
    problem = ib.Problem([[1.0, 1.0], [1.0, -1.0]], [1, 1], ib.Exponential())
    claim = ib.bounded_accumulator(adagrad(problem, 0.0, 0.1))
    assert [holds for _, holds in claim.hypotheses] == [True, True, True, False, True]
    assert "(it is inf)" in str(claim.hypotheses)
    claim = ib.bounded_accumulator(adagrad(problem, [0.0, 1.0], 0.1))
    assert all(holds for _, holds in claim.hypotheses)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"y": [1, -1]}, "linearly separable"),
        ({"loss": ib.Probit()}, r"Probit\(\) has an exponential tail"),
        ({"step_size": ib.Polynomial(0.1, 0.5)}, "the step size is constant"),
        ({"batch": ib.MiniBatch(1, 0)}, "all samples"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_hypotheses(changed, complaint):
    parts = {"y": [1, 1], "loss": ib.Exponential(), "step_size": ib.Constant(0.1), "batch": None} | changed
    problem = ib.Problem([[1.0, 0.5], [1.0, 0.5]], parts["y"], parts["loss"])
    run = ib.Run(problem, ib.AdaGrad(10.0), parts["step_size"], batch=parts["batch"]).advance(1000)
    for claim in (ib.bounded_accumulator(run), ib.limit_direction(run)):
        report = ib.compare(run, claim)
        assert report.verdict == "hypothesis fails"
        assert complaint.replace("\\", "") in report.reason


def test_violated_on_proof_only():
    run = adagrad(ONE_SAMPLE, 10.0, 0.9).advance(100)
    claim = ib.bounded_accumulator(run)
    claim.__dict__["_growth"] = dataclasses.replace(claim._growth, log_bound=np.log(run.G) - 0.1)
    report = ib.compare(run, claim)
    assert report.verdict == "violated"
    assert report.gap == pytest.approx(math.expm1(0.1))


@pytest.mark.parametrize(("eta", "change"), [(0.9, 1e-5), (0.1, 1e-3)])
def test_how_much_the_accumulator_still_grows(eta, change):
    # The bound from 10^5 on, certified in advance, is within a small factor of the growth up to 10^6.
    run = adagrad(ONE_SAMPLE, 10.0, eta).advance(10**5)
    before, settling = run.G, ib.limit_direction(run)._growth
    run.advance(9 * 10**5)
    assert np.all(run.G / before - 1 < change)
    assert np.all(np.exp(settling.log_bound) >= run.G)
    assert np.all(np.expm1(4 * settling.log_norm) < 6 * (run.G / before - 1))


def test_one_sample_limit_in_closed_form():
    # argmin sum_i G_i^(1/2) w_i^2 with <w, x> = 1 is G^(-1/2) x; it moves with eta.
    x, directions = np.array([1.0, 0.5]), []
    for eta in (0.1, 0.9):
        run = adagrad(ONE_SAMPLE, 10.0, eta).advance(10**6)
        claim = ib.limit_direction(run)
        limit = claim.solve()
        assert degrees(limit.direction, x / np.sqrt(run.G)) < 1e-4
        assert limit.value == pytest.approx(np.linalg.norm(x / claim.norm.weights))
        assert claim.norm.value(limit.direction) == pytest.approx(1, rel=1e-12)
        np.testing.assert_allclose(claim.norm.weights, (run.G / run.G.max()) ** 0.25, rtol=1e-10)
        report = ib.compare(run, claim)
        assert report.verdict == "holds"
        assert str(report).startswith("Qian & Qian (2019) holds")
        directions.append(limit.direction / np.linalg.norm(limit.direction))
    assert np.linalg.norm(directions[0] - directions[1]) > 0.05


@pytest.mark.parametrize("seed", range(6))
def test_increments_turn_into_the_limit_direction(seed):
    # w(t) lags behind like 1 / log t; what it gains in a decade does not. Gradient descent goes elsewhere.
    X, y = conftest.separable(4, 6, seed)
    problem = ib.Problem(X, y, ib.Exponential())
    run = adagrad(problem, [1.0, 1, 1, 100, 100, 100], 0.5).advance(3 * 10**4)
    earlier = run.w
    run.advance(27 * 10**4)
    claim = ib.limit_direction(run)
    limit, report = claim.solve(), ib.compare(run, claim)
    assert degrees(limit.direction, hard_margin(y[:, None] * X, np.sqrt(run.G))) < 1e-2
    gained = degrees(run.w - earlier, limit.direction)
    assert gained < min(2, degrees(run.w, limit.direction) / 3)
    assert degrees(ib.predict(problem, ib.GradientDescent()).solve().direction, limit.direction) > 15
    assert report.verdict == "not yet converged"
    assert report.angle == pytest.approx(degrees(run.w, limit.direction), rel=1e-6)
    assert "like 1 / log t, while w(300000) - w(28184) is" in report.reason
    assert report.bracket.lower <= limit.value <= report.bracket.upper
    margin = (y * (X @ run.w)).min() / claim.norm.value(run.w)
    assert report.gap == pytest.approx(1 - margin / limit.value, rel=1e-9)


def test_coordinates_that_never_move():
    X, y = conftest.separable(8, 4, 3)
    X[:, 2] = 0
    G0 = np.array([[1.0, 2.0], [0.0, 1.0]])
    problem = ib.Problem(X.reshape(8, 2, 2), y, ib.Exponential())
    run = adagrad(problem, G0, 0.5, [[0.0, 0.0], [5.0, 0.0]]).advance(10**5)
    claim = ib.limit_direction(run)
    assert claim.moving.tolist() == [[True, True], [False, True]]
    limit, report = claim.solve(), ib.compare(run, claim)
    assert limit.direction.shape == (2, 2)
    assert (run.w[1, 0], limit.direction[1, 0]) == (5, 0)
    rest = [0, 1, 3]
    expected = hard_margin(y[:, None] * X[:, rest], np.sqrt(run.G.ravel()[rest]))
    assert degrees(limit.direction.ravel()[rest], expected) < 1e-3
    assert report.verdict in ("holds", "not yet converged")
    # A positive G0 there is not mistaken for an entry that may still grow.
    run = adagrad(problem, 1e-9, 0.5).advance(10**5)
    assert ib.compare(run, ib.limit_direction(run)).verdict in ("holds", "not yet converged")


def test_not_settled_yet(problem):
    run = adagrad(problem, 1.0, 0.1).advance(10)
    claim = ib.limit_direction(run)
    assert "Qian & Qian" in claim.theorem
    assert "later than the paper" in claim.statement
    assert ib.compare(run, claim).verdict == "hypothesis fails"
    text, holds = ib.limit_direction(adagrad(problem, 1.0, 0.1).advance(1000)).hypotheses[-1]
    assert text.startswith("G has settled: from t = 1000 on")
    assert not holds


def test_the_run_may_go_on(tmp_path):
    run = adagrad(ONE_SAMPLE, 10.0, 0.5).advance(10**5)
    claims = ib.bounded_accumulator(run), ib.limit_direction(run)
    run.save(tmp_path / "run.npz")
    for later in (run.advance(1000), ib.Run.load(tmp_path / "run.npz")):
        for claim in claims:
            assert ib.compare(later, claim).verdict == "holds"


def test_refusals(problem):
    run = adagrad(problem, 1.0, 0.1)
    for claim_of in (ib.bounded_accumulator, ib.limit_direction):
        with pytest.raises(TypeError, match="^run: expected a Run, got 3"):
            claim_of(3)
        with pytest.raises(TypeError, match="^run: expected one of AdaGrad, got one of"):
            claim_of(ib.Run(problem, ib.GradientDescent()))
        root = ib.Problem(problem.X, problem.y, ib.Squared())
        with pytest.raises(TypeError, match="^run: expected one on a monotone loss"):
            claim_of(adagrad(root, 1.0, 0.1))
        for other in (adagrad(problem, 1.0, 0.2), adagrad(problem, 1.0, 0.1, np.ones(5))):
            with pytest.raises(ValueError, match="^claim: expected a claim about this run"):
                ib.compare(other, claim_of(run))


def test_the_star_lies_on_the_sphere_of_the_way():
    run = adagrad(ONE_SAMPLE, 10.0, 0.1).advance(10**4)
    claim = ib.limit_direction(run)
    ax = ib.plot.path(run, claim)
    stars = [marks.get_offsets()[0] for marks in ax.collections if marks.get_label() == "maximum margin"]
    expected = claim.solve().direction
    np.testing.assert_allclose(stars, [expected / np.linalg.norm(expected)])
    with pytest.raises(TypeError, match="^claim: expected a Claim with a limit"):
        ib.plot.path(run, ib.bounded_accumulator(run))
