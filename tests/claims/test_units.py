"""Samples in another unit: a run with X s, w / s and the steps that go with them has the same report."""

import math

import numpy as np
import pytest

import implicitbias as ib

GD, EXPONENTIAL, LOGISTIC = ib.GradientDescent(), ib.Exponential(), ib.Logistic()
SEPARABLE = [[1.0, 0.5], [0.5, 1.0], [2.0, -0.25]]
OVERLAP = [[1.0, 0.0], [-1.0, 0.2], [0.3, -1.0]]
QUASI = [[1.0, 0.0], [-1.0, 0.0], [0.3, 1.0]]
MATRICES = [[[1.0, 0.2], [0.2, 0.5]], [[0.3, -0.1], [-0.1, 1.0]]]
EMA = ib.SteepestDescent(ib.Lp(2), momentum=ib.EMA(0.9))
ADAGRAD_RUN = {"claim": ib.limit_direction, "steps": 3000, "rows": [[1.0, 0.5], [0.5, 1.0]]}
# Powers of two change no digit of a run, as long as steps of 2^(j - 2 k) are doubles.
K = [-510, -300, -33, -1, 2, 40, 301, 530]
FAR = [-600, *K, 600]  # of steps of 2^(j - k)


def report(s, method, rule, *, rows=SEPARABLE, loss=EXPONENTIAL, claim=None, steps=300, batch=None, w0=None):
    """Return what is found of a run in other units: `method`, `rule` and `w0` are functions of s."""
    problem = ib.Problem(np.array(rows) * s, np.ones(len(rows)), loss)
    start = None if w0 is None else w0(s)
    run = ib.Run(problem, method(s), rule(s), batch=batch, w0=start).advance(steps)
    about = {} if batch is None else {"batch": batch}
    if start is not None:
        about["w0"] = start
    return ib.compare(run, claim(run) if claim else ib.predict(problem, run.method, **about))


def descent(eta):
    """Constant steps of gradient descent: w moves by eta X."""
    return lambda s: eta / s / s


def length(eta):
    """Steps whose lengths are set."""
    return lambda s: ib.Normalized(eta / s, 0.5)


def decreasing(eta):
    """Steps of Adam."""
    return lambda s: ib.Polynomial(eta / s, 0.6)


def fixed(method):
    """A method that knows no unit."""
    return lambda s: method


CASES = {
    "asymptote": (K, fixed(GD), descent(0.125), {"claim": ib.asymptote}),
    "asymptote, all support": (K, fixed(GD), descent(0.125), {"claim": ib.asymptote, "rows": SEPARABLE[:2]}),
    "margin": (K, fixed(GD), descent(0.125), {}),
    "margin in l1": (K, fixed(ib.SteepestDescent(ib.Lp(1))), descent(0.125), {}),
    "margin by dual acceleration": (FAR, fixed(ib.DualAcceleration()), fixed(ib.LossNormalized()), {}),
    "overlap": (K, fixed(GD), descent(0.125), {"rows": OVERLAP, "loss": LOGISTIC}),
    "overlap, exponential": (K, fixed(GD), descent(0.125), {"rows": OVERLAP, "steps": 2000}),
    "overlap, long steps": (K, fixed(GD), descent(4.0), {"rows": OVERLAP, "loss": LOGISTIC}),
    "quasi-separable": (K, fixed(GD), descent(0.125), {"rows": QUASI, "loss": LOGISTIC}),
    "quasi-separable, steps over L": (FAR, fixed(GD), fixed(ib.LossNormalized()), {"rows": QUASI}),
    "batches": (K, fixed(GD), descent(0.125), {"loss": LOGISTIC, "batch": ib.MiniBatch(1, 0)}),
    "batches, long steps": (K, fixed(GD), descent(4.0), {"loss": LOGISTIC, "batch": ib.MiniBatch(1, 0)}),
    "polynomial tail": (K, fixed(GD), descent(2.0**-7), {"loss": ib.PolynomialTail(1)}),
    "polynomial tail, long steps": (K, fixed(GD), descent(0.25), {"loss": ib.PolynomialTail(1)}),
    "average": (K, fixed(EMA), descent(0.125), {}),
    "average, long steps": (K, fixed(EMA), descent(4.0), {"steps": 2}),
    "average of set length": (FAR, fixed(EMA), length(0.125), {}),
    "Lion": (FAR, fixed(ib.Lion()), length(0.125), {}),
    "AdaGrad's direction": (FAR, fixed(ib.AdaGrad()), lambda s: 0.125 / s, ADAGRAD_RUN),
    "AdaGrad's accumulator": (
        FAR,
        fixed(ib.AdaGrad()),
        lambda s: 0.125 / s,
        {"claim": ib.bounded_accumulator},
    ),
    "Adam without eps": (FAR, fixed(ib.Adam(eps=0)), decreasing(0.125), {}),
    "Adam": (FAR, lambda s: ib.Adam(eps=2.0**-20 * s), decreasing(0.125), {}),
    "Adam on single samples": (
        FAR,
        fixed(ib.Adam(eps=0, beta2=0.95)),
        decreasing(0.125),
        {"batch": ib.MiniBatch(1, 0)},
    ),
    "ball": (FAR, lambda s: ib.SteepestDescent(ib.Lp(2), weight_decay=0.125 * s), length(0.125), {}),
    "barrier": (FAR, lambda s: ib.Adam(eps=2.0**-9 * s, weight_decay=0.125 * s), decreasing(0.125), {}),
    "cone": (K, fixed(ib.MirrorDescent(ib.Euclidean(), constraint=ib.NonNegative())), descent(0.125), {}),
    "horizon": (
        K,
        lambda s: ib.MirrorDescent(ib.HyperbolicEntropy(1 / s)),
        lambda s: 0.125 / s,
        {},
    ),
    "positive semidefinite": (
        [-600, -300, -2, 2, 40, 300, 600],  # U, too, is exact
        fixed(ib.FactorizedGradientDescent()),
        lambda s: 0.125 / s,
        {"rows": MATRICES, "w0": lambda s: np.eye(2) / math.sqrt(s)},
    ),
    "projection": (
        [-300, -33, 2, 40, 300],  # the oracle refuses others, and says so
        fixed(GD),
        descent(2.0**-4),
        {"rows": [[1.0, 2.0, 0.5]], "loss": ib.Squared(), "w0": lambda s: np.array([0.1, 0, 0.3]) / s},
    ),
}


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("name", CASES)
def test_reports_do_not_depend_on_the_unit(name):
    scales, method, rule, rest = CASES[name]
    here = report(1.0, method, rule, **rest)
    for k in scales:
        there = report(2.0**k, method, rule, **rest)
        assert there.verdict == here.verdict, (k, there, here)
        assert there.gap == pytest.approx(here.gap, rel=1e-6, abs=1e-9, nan_ok=True), (k, there, here)
        assert there.angle == pytest.approx(here.angle, rel=1e-6, abs=1e-6, nan_ok=True)
        assert [holds for _, holds in there.hypotheses] == [holds for _, holds in here.hypotheses]
    failing = "long steps" in name
    assert (here.verdict == "hypothesis fails") == failing, here


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("s", [1e-200, 1e-163, 1e-158, 1e155, 1e200])
@pytest.mark.parametrize("rows", [OVERLAP, QUASI], ids=["overlap", "quasi"])
def test_data_that_overlap_at_the_ends_of_doubles(rows, s):
    problem = ib.Problem(s * np.array(rows), np.ones(3), LOGISTIC)
    eta = 1e300 if s < 1 else 1e-308
    sweep = ib.Sweep([problem], GD, [eta]).advance(100)
    run = ib.Run(problem, GD, eta).advance(100)
    report = ib.compare(run, ib.predict(problem, GD, run.w0))
    assert report.gap >= 0
    # By hand |X|^2 is from 1 s^2 to 3 s^2; of steps far from 4 / |X|^2 no digit decides.
    small = math.log(eta) + 2 * math.log(s) < 0
    assert (report.verdict == "hypothesis fails") == (not small)
    assert list(ib.compare(sweep).verdicts.ravel()) == [report.verdict]
    # The offset has the unit of w.
    offset = ib.predict(problem, GD).solve().offset * s
    of_one = ib.predict(ib.Problem(rows, np.ones(3), LOGISTIC), GD).solve().offset
    np.testing.assert_allclose(offset, of_one, rtol=1e-6, atol=1e-9)


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_asymptotes_at_the_ends_of_doubles():
    here = ib.asymptote(ib.Run(ib.Problem(SEPARABLE, [1] * 3, EXPONENTIAL), GD, 1.0)).solve()
    for s in (1e-200, 1e-160, 1e155, 1e200):
        problem = ib.Problem(np.array(SEPARABLE) * s, [1] * 3, EXPONENTIAL)
        eta = 1e300 if s < 1 else 1e-308
        run = ib.Run(problem, GD, eta).advance(500)
        claim = ib.asymptote(run)
        line = claim.solve()
        np.testing.assert_allclose(line.w_hat * s, here.w_hat, rtol=1e-9)
        # eta e^-m = alpha, where alpha s^2 is that of s = 1.
        margins = problem.X[line.support] @ line.w_tilde
        expected = math.log(eta) + 2 * math.log(s) - np.log(here.alpha)
        np.testing.assert_allclose(margins, expected, rtol=1e-9)
        assert (line.slack, line.curvature) == pytest.approx((here.slack, here.curvature))
        assert ib.compare(run, claim).verdict == "not yet converged"


@pytest.mark.parametrize("k", [-500, -20, 0, 20, 500])
def test_the_tolerance_of_an_asymptote_has_no_unit(k):
    """By hand: on one sample m(t + 1) = m + eta |x|^2 e^-m, m - log(eta |x|^2 t) about log(t) / (2 t)."""
    s = 2.0**k
    run = ib.Run(ib.Problem([[3 * s, 4 * s]], [1], EXPONENTIAL), GD, 2.0**-5 / s / s).advance(20_000)
    gap = ib.compare(run, ib.asymptote(run)).gap  # |w - line| / |w_hat| is what m is off by
    assert gap == pytest.approx(math.log(20_000) / 40_000, rel=0.5)
    assert ib.compare(run, ib.asymptote(run), tolerance=1e-3).verdict == "holds"
    assert ib.compare(run, ib.asymptote(run), tolerance=1e-5).verdict == "not yet converged"
