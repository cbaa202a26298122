"""Maximum margins by later results: averages of gradients, Adam, each beside a twin that must fail."""

import math

import numpy as np
import pytest
from scipy.optimize import linprog

import conftest
import implicitbias as ib

# The maximum margins in l_2 and l_inf are far apart here: each direction is 22 % below the other's.
X, Y = conftest.separable(12, 5, seed=1)
APART = ib.Problem(X, Y, ib.Exponential())
FAN = "Fan et al. (2025), Theorem 2"
SQRT, LENGTH = ib.Polynomial(0.1, 0.5), ib.Normalized(0.1, 0.5)
INF = ib.Lp(math.inf)
MATRICES = ib.Problem(np.random.default_rng(0).standard_normal((9, 5)), np.arange(9) % 3, ib.CrossEntropy())


def held(method, step, steps, problem=APART, batch=None, tolerance=None):
    claim = ib.predict(problem, method, batch=batch)
    assert ib.why_no_claim(problem, method, batch=batch) is None
    return ib.compare(ib.Run(problem, method, step, batch=batch).advance(steps), claim, tolerance=tolerance)


def margin_of(w, q):
    return (Y * (X @ w)).min() / np.linalg.norm(w, q)


def test_the_oracles_are_far_apart_and_right():
    # l_inf by a linear program of SciPy's; l_2 by its optimality: w is a positive sum of its nearest samples.
    one, two = (ib.predict(APART, ib.Adam(eps=eps)).solve() for eps in (0, 1e-8))
    rows, box = Y[:, None] * X, [(-1, 1)] * 5 + [(0, None)]
    found = linprog([0] * 5 + [-1], np.column_stack([-rows, np.ones(12)]), np.zeros(12), bounds=box)
    assert one.value == pytest.approx(found.x[5], rel=1e-9)
    near = rows[rows @ two.point <= two.value * (1 + 1e-6)]
    alpha = np.linalg.lstsq(near.T, two.point)[0]
    assert alpha.min() > 0
    np.testing.assert_allclose(near.T @ alpha, two.point, atol=1e-7)
    assert min(1 - margin_of(two.point, np.inf) / one.value, 1 - margin_of(one.point, 2) / two.value) > 0.2


@pytest.mark.parametrize(
    ("method", "step", "steps", "source", "tolerance"),
    [
        (ib.Adam(eps=0), SQRT, 10**6, "Zhang, Zou & Cao (2024)", 0.01),
        (ib.Adam(eps=0), ib.Constant(5e-4), 10**6, "Zhang, Zou & Cao (2024)", 3e-3),
        (ib.RMSProp(eps=0), SQRT, 10**6, "Zhang, Zou & Cao (2024)", 0.01),
        (ib.Adam(eps=0.1), LENGTH, 2 * 10**5, "Wang et al. (2021)", 0.01),
        (ib.Signum(), LENGTH, 10**5, FAN, 0.01),
        (
            ib.SteepestDescent(ib.Lp(2), momentum=ib.EMA(0.9)),
            LENGTH,
            2 * 10**5,
            FAN,
            0.01,
        ),
        (
            ib.GradientDescent(ib.EMA(0.9, True)),
            LENGTH,
            2 * 10**5,
            f"beyond {FAN} (this package)",
            0.01,
        ),
        (ib.Lion(), SQRT, 10**5, f"a conjecture beyond {FAN} (this package)", 0.01),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_runs_reach_the_margin(method, step, steps, source, tolerance):
    report = held(method, step, steps, tolerance=tolerance)
    assert report.verdict == "holds", report
    assert report.claim.source == report.claim.theorem == source
    norm = report.claim.norm
    best = ib.predict(APART, ib.SteepestDescent(norm)).solve().value
    assert report.limit.value == pytest.approx(best, rel=1e-12)
    assert report.bracket.lower <= best <= report.bracket.upper
    assert held(method, step, 100).verdict == "not yet converged"
    # The other geometry is far away at the same time.
    w, q = ib.Run(APART, method, step).advance(steps).w, 2 if norm == INF else np.inf
    other = ib.predict(APART, ib.SteepestDescent(ib.Lp(q))).solve().value
    assert 1 - margin_of(w, q) / other > 0.15


@pytest.mark.parametrize(
    ("method", "step", "said"),
    [
        (ib.Adam(eps=0), ib.Constant(0.01), "eta gamma < (1 - beta2) / 2 = 0.0005"),
        (ib.Adam(eps=0), ib.Polynomial(0.1, 1.5), "infinite sum"),
        (ib.Adam(0.9, 0.5, eps=0), SQRT, "beta1 <= beta2 (0.9 and 0.5)"),
        (ib.Signum(), ib.Normalized(0.1), "tend to 0"),
        (ib.Signum(), SQRT, "the lengths of the steps are set"),
        (ib.Lion(), ib.Constant(0.01), "tend to 0"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_hypotheses_that_fail(method, step, said):
    report = held(method, step, 1000)
    assert report.verdict == "hypothesis fails"
    assert said in report.reason


def test_constant_steps_with_momentum_in_l2():
    """They are gradient descent in the end, which has the same limit at the same rate, 1 / log t."""
    momentum, step = ib.GradientDescent(ib.EMA(0.9)), ib.Constant(0.05)
    report = held(momentum, step, 3 * 10**5, tolerance=0.06)
    assert report.verdict == "holds", report
    plain = ib.Run(APART, ib.GradientDescent(), step).advance(3 * 10**5)
    assert report.gap == pytest.approx(1 - plain.margin / report.limit.value, abs=1e-3)
    early = held(momentum, step, 1)
    assert (early.verdict, "in the end" in early.reason) == ("hypothesis fails", True)


def test_constant_lengths_stall():
    """The condition that lengths tend to 0 is needed: in steps of one length it goes to and fro."""
    far = held(ib.Signum(), ib.Normalized(3.0), 300).gap, held(ib.Signum(), ib.Normalized(3.0), 1000).gap
    assert min(far) > 3 * held(ib.Signum(), LENGTH, 10**5).gap


def test_eps_decides():
    """The twin: one run, held against both; with eps > 0 it is on its way from the one to the other."""
    runs = {eps: ib.Run(APART, ib.Adam(eps=eps), ib.Constant(5e-4)).advance(10**6) for eps in (0, 1e-2)}
    linf, l2 = (ib.predict(APART, ib.Adam(eps=eps)) for eps in (0, 1e-2))
    assert ib.compare(runs[0], linf).verdict == "holds"
    report = ib.compare(runs[1e-2], l2)
    assert report.verdict == "not yet converged"
    assert "steps are those of gradient descent" in report.reason
    assert "sign descent still" in held(ib.Adam(eps=1e-2), ib.Constant(5e-4), 100).reason
    assert 1 - margin_of(runs[1e-2].w, np.inf) / linf.solve().value > 0.05
    with pytest.raises(ib.InvalidValueError, match="^claim: expected a claim about Adam"):
        ib.compare(runs[1e-2], linf)


@pytest.mark.parametrize(
    "step", [ib.Constant(5e-4), ib.Polynomial(0.02, 0.5), ib.Polynomial(0.3, 0.7)], ids=repr
)
def test_the_switching_time(step):
    eps, method = 1e-4, ib.Adam(0.9, 0.95, eps=1e-4)
    expected = ib.predict(APART, method).switching_time(step)
    run = ib.Run(APART, method, step, record=ib.log_spaced(40))
    rows = run.advance(int(4 * expected)).trajectory
    sizes = [np.abs(g).max() * math.exp(s) for _, s, g in map(APART.evaluate, rows.w)]
    crossed = rows.t[np.argmax(np.array(sizes) < eps)]
    assert expected / 2.5 < crossed < 2.5 * expected


def test_switching_times_at_the_ends():
    claim = ib.predict(APART, ib.Adam(eps=1e-8))
    assert claim.switching_time(ib.Constant(10.0)) == pytest.approx(math.log(1e8) / 5e-4)  # v cannot follow
    assert claim.switching_time(ib.Polynomial(1e-3, 2.0)) == math.inf
    assert claim.switching_time(ib.Polynomial(1e-3, 1.0)) == math.inf
    assert ib.predict(APART, ib.RMSProp(0.5)).switching_time(ib.Polynomial(1.0, 1.0)) == pytest.approx(
        math.exp(math.log(1e8) / ib.predict(APART, ib.Signum()).solve().value) - 1, rel=1e-6
    )
    with pytest.raises(ib.InvalidTypeError, match="^rule: expected Constant or Polynomial"):
        claim.switching_time(LENGTH)


def test_muon_and_its_approximation():
    exact = held(ib.Muon(0.9, nesterov=False), ib.Normalized(0.3, 0.5), 2 * 10**4, MATRICES, tolerance=0.05)
    assert exact.verdict == "holds", exact
    assert exact.claim.source == FAN
    shipped = ib.Muon(0.9, orthogonalization="newton-schulz")
    report = held(shipped, ib.Normalized(0.3, 0.5), 10**5, MATRICES, tolerance=0.05)
    assert report.verdict == "holds", report
    assert report.claim.source.conjecture
    assert "Newton-Schulz" in report.claim.statement


def test_batches():
    problem, one = ib.Problem(*conftest.separable(6, 4, seed=3), ib.Exponential()), ib.MiniBatch(1, 0)
    signum, none = ib.Signum(0.99), ib.Signum(0.0)
    report = held(signum, LENGTH, 5 * 10**5, problem, one)
    assert (report.verdict, report.claim.source) == ("holds", "Baek, Song & Yun (2026), Theorem 5.1")
    report = held(none, LENGTH, 5 * 10**5, problem, one)
    assert report.verdict == "hypothesis fails"
    assert "the average reaches over 16 epochs" in report.reason
    assert report.gap > 0.05
    claim = ib.predict(problem, ib.GradientDescent(ib.EMA(0.99)), batch=one)
    assert claim.source == "Li, Tang & Zou (2026)"
    # A claim about all samples is not about batches, and the other way round.
    run = ib.Run(problem, signum, LENGTH, batch=one).advance(10)
    assert "every gradient is taken on all samples" in ib.compare(run, ib.predict(problem, signum)).reason
    with pytest.raises(ib.InvalidValueError, match=r"predict\(problem, method, batch=run.batch\)"):
        ib.compare(ib.Run(problem, signum, LENGTH).advance(10), ib.predict(problem, signum, batch=one))
    with pytest.raises(ib.InvalidTypeError, match="^batch: expected a MiniBatch"):
        ib.predict(problem, signum, batch=1)


def test_constant_steps_on_batches():
    """SGD finds the margin of all samples, at the same rate in epochs: a decade of t has the same gain."""
    problem = ib.Problem(X, Y, ib.Logistic())
    plain = ib.SteepestDescent(ib.Lp(2))
    for method, batch, eta in (
        (ib.GradientDescent(), ib.MiniBatch(1, 0), 0.1),
        (plain, ib.MiniBatch(4, 0), 0.05),
    ):
        assert held(method, eta, 1000, problem, batch).verdict == "not yet converged"
        report = held(method, eta, 3 * 10**5, problem, batch, tolerance=0.06)
        assert (report.verdict, report.claim.source) == ("holds", "Nacson, Srebro & Soudry (2019)")
        for wrong in (ib.Constant(10.0), SQRT):
            report = held(method, wrong, 100, problem, batch)
            assert (report.verdict, "steps are constant" in report.reason) == ("hypothesis fails", True)
    # Of other losses and methods the claims are about all samples, and on batches there is none.
    for method in (
        ib.GradientDescent(),
        ib.SteepestDescent(ib.Lp(3)),
        ib.SteepestDescent(ib.Lp(2), weight_decay=0.1),
    ):
        assert ib.predict(APART, method) is not None
        assert ib.predict(APART, method, batch=ib.MiniBatch(1, 0)) is None
        assert "about gradients on all samples" in ib.why_no_claim(APART, method, batch=ib.MiniBatch(1, 0))
    assert ib.predict(problem, ib.GradientDescent()).source == "Section 3.1"


def test_data_that_do_not_separate():
    problem = ib.Problem([[1.0, 0.0], [-1.0, 0.0]], [1, 1], ib.Exponential())
    for method in (ib.Adam(eps=0), ib.Adam(), ib.Signum()):
        step = LENGTH if method == ib.Signum() else ib.Constant(0.01)
        report = ib.compare(ib.Run(problem, method, step).advance(10), ib.predict(problem, method))
        assert report.reason == "it assumes that the data are linearly separable"


def test_dual_acceleration_and_its_rate():
    problem = ib.Problem(*conftest.separable(15, 5, seed=2), ib.Exponential())
    report = held(ib.DualAcceleration(), ib.LossNormalized(), 10**4, problem, tolerance=1e-4)
    assert (report.verdict, report.claim.source) == ("holds", "Ji, Srebro & Telgarsky (2021)")
    assert "falling like t^-" in report.reason
    fast = ib.Run(problem, ib.DualAcceleration()).advance(10**4)
    assert 1.7 < report.claim.exponent(fast) < 2.3
    # The twin: normalized gradient descent has the same limit at the rate 1 / t.
    slow = ib.Run(problem, ib.GradientDescent()).advance(10**4)
    assert 0.7 < report.claim.exponent(slow) < 1.3
    assert math.isnan(report.claim.exponent(ib.Run(problem, ib.DualAcceleration()).advance(2)))
    report = held(ib.DualAcceleration(), ib.LossNormalized(30.0), 100, problem)
    assert (report.verdict, "1 / B^2" in report.reason) == ("hypothesis fails", True)
