"""Which method has which claim, and that runs end where the claims of section 2 say."""

import numpy as np
import pytest

import conftest
import examples
import implicitbias as ib

EXAMPLE_2 = ib.Problem([[1.0, 2]], [1.0], ib.Squared())
SLANTED = ib.Problem([[1.0, 2]], [1.3], ib.Squared())  # meets the inside of the simplex, too
D = np.array([[2.0, 0.5], [0.5, 1]])
HALF = ib.PrimalMomentum(0.5)

CLAIMED = [
    (ib.MirrorDescent(ib.Entropy()), "1"),
    (ib.GradientDescent(), "1"),
    (ib.MirrorDescent(ib.Entropy(), ib.DualMomentum(0.5)), "1b"),
    (ib.MirrorDescent(ib.Entropy(), constraint=ib.Simplex()), "1a"),
    (ib.MirrorDescent(ib.SquaredLp(1.5), constraint=ib.Affine([[1.0, 1]], [0.7])), "1a"),
    (ib.MirrorDescent(ib.QuadraticPotential(D), HALF), "1b"),
    (ib.GradientDescent(HALF), "2.1"),
    (ib.NaturalGradient(ib.QuadraticPotential(D)), "2.3"),
    (ib.SteepestDescent(ib.Lp(2)), "2.1"),
    (ib.SteepestDescent(ib.QuadraticNorm(D)), "2.4"),
]


class Flat(ib.Metric):
    def matrix(self, w):
        return np.eye(w.size)


UNCLAIMED = [
    (ib.MirrorDescent(ib.Entropy(), HALF), "Proposition 2a"),
    (ib.NaturalGradient(ib.Entropy()), "Proposition 3a"),
    (ib.NaturalGradient(Flat()), "one's own"),
    (ib.SteepestDescent(ib.Lp(4 / 3)), "Example 4"),
]


@pytest.mark.parametrize(("method", "theorem"), CLAIMED, ids=lambda value: repr(value)[:60])
def test_limit_points_are_reached(method, theorem):
    claim = ib.predict(SLANTED, method)
    assert claim.theorem == theorem
    assert claim.source.endswith(theorem)
    assert all(holds for _, holds in claim.hypotheses)
    run = ib.Run(SLANTED, method, ib.Constant(0.02)).advance(5000)
    report = ib.compare(run, claim, tolerance=1e-10)
    assert report.verdict == "holds", report
    assert ib.why_no_claim(SLANTED, method) is None


@pytest.mark.parametrize(("method", "reason"), UNCLAIMED, ids=lambda value: repr(value)[:60])
def test_where_the_paper_claims_nothing(method, reason):
    assert ib.predict(EXAMPLE_2, method) is None
    assert reason in ib.why_no_claim(EXAMPLE_2, method)


def test_flows():
    for method, source in (
        (ib.MirrorDescent(ib.Entropy()), "Section 2.3"),
        (ib.MirrorDescent(ib.Entropy(), HALF), "beyond Theorem 1b (this package)"),
        (ib.NaturalGradient(ib.Entropy()), "Section 2.3"),
    ):
        claim = ib.predict(EXAMPLE_2, method, flow=True)
        assert claim.source == source
        np.testing.assert_allclose(claim.solve().point, [0.5, 0.25], rtol=1e-14)
    assert "Example 4" in ib.why_no_claim(EXAMPLE_2, ib.SteepestDescent(ib.Lp(4 / 3)), flow=True)
    monotone = ib.Problem([[1.0, 2]], [1.0], ib.Exponential())
    assert "flows" in ib.why_no_claim(monotone, ib.GradientDescent(), flow=True)


BEYOND_1B = "beyond Theorem 1b (this package)"
DUAL = ib.DualMomentum(0.5, 0.3)


@pytest.mark.parametrize(
    ("method", "w0", "source"),
    [
        (ib.MirrorDescent(ib.Entropy(), DUAL), [1.0, 1], "Theorem 1b"),
        (ib.MirrorDescent(ib.Entropy(), DUAL), [1.0, 1.1], BEYOND_1B),
        (ib.MirrorDescent(ib.Entropy(), DUAL, ib.Simplex()), None, BEYOND_1B),
        (ib.MirrorDescent(ib.QuadraticPotential(D), HALF), [0.3, 0], BEYOND_1B),
        (ib.GradientDescent(HALF), [0.0, 0], "Section 2.1"),
        (ib.GradientDescent(HALF), [0.3, 0], BEYOND_1B),
        (ib.GradientDescent(DUAL), None, "Theorem 1b"),
        (ib.GradientDescent(), [0.3, 0], "Theorem 1"),
        (ib.MirrorDescent(ib.Entropy(), constraint=ib.Simplex()), [0.4, 0.6], "Theorem 1a"),
    ],
    ids=str,
)
def test_what_goes_beyond_the_paper_says_so(method, w0, source):
    """And it is true there, too."""
    claim = ib.predict(SLANTED, method, w0)
    assert claim.source == source
    assert f"{source}," in repr(claim)
    run = ib.Run(SLANTED, method, ib.Constant(0.02), w0=w0).advance(5000)
    report = ib.compare(run, claim, tolerance=1e-10)
    assert report.verdict == "holds", report


def test_what_goes_beyond_the_paper_says_so_of_flows():
    for method, source in (
        (ib.MirrorDescent(ib.Entropy(), HALF), BEYOND_1B),
        (ib.MirrorDescent(ib.Entropy(), DUAL), BEYOND_1B),
        (ib.MirrorDescent(ib.Entropy(), constraint=ib.Simplex()), "beyond Theorem 1a (this package)"),
        (ib.MirrorDescent(ib.Entropy()), "Section 2.3"),
    ):
        claim = ib.predict(SLANTED, method, flow=True)
        assert claim.source == source
        assert ib.compare(ib.flow(SLANTED, method), claim).verdict == "holds"


def test_limit_directions():
    problem = ib.Problem(*conftest.separable(20, 4), ib.Exponential())
    metric = examples.QUADRATIC.D
    for method, norm, theorem in (
        (ib.GradientDescent(), ib.Lp(2), "3.1"),
        (ib.MirrorDescent(ib.SquaredLp(2)), ib.Lp(2), "3.1"),
        (ib.NaturalGradient(ib.Euclidean()), ib.Lp(2), "3.1"),
        (ib.MirrorDescent(ib.QuadraticPotential(metric)), ib.QuadraticNorm(metric), "5"),
        (ib.NaturalGradient(ib.QuadraticPotential(metric)), ib.QuadraticNorm(metric), "5"),
    ):
        claim = ib.predict(problem, method)
        same = ib.predict(problem, ib.SteepestDescent(norm)).solve()
        assert claim.theorem == theorem
        assert claim.solve().value == pytest.approx(same.value, rel=1e-9)
    for method in (
        ib.GradientDescent(HALF),
        ib.MirrorDescent(ib.Entropy()),
        ib.NaturalGradient(ib.Entropy()),
        ib.NaturalGradient(Flat()),
    ):
        assert ib.predict(problem, method) is None
        assert "strictly monotone" in ib.why_no_claim(problem, method)
    run = ib.Run(problem, ib.GradientDescent()).advance(10**5)
    assert ib.compare(run, ib.predict(problem, run.method)).verdict == "holds"


def test_starts():
    with pytest.raises(ib.DomainError, match=r"^w0: w\[1\] = -1"):
        ib.predict(EXAMPLE_2, ib.MirrorDescent(ib.Entropy()), [1.0, -1])
    claim = ib.predict(EXAMPLE_2, ib.MirrorDescent(ib.Entropy()), [1.0, 3])
    assert claim.solve().point[1] > 0.25
    np.testing.assert_array_equal(claim.w0, [1, 3])


def test_unrealizable_data():
    problem = ib.Problem([[1.0, 2]], [-1.0], ib.Squared())
    claim = ib.predict(problem, ib.MirrorDescent(ib.Entropy()))
    assert claim.hypotheses == [("some w inside the domain of the potential fits the data exactly", False)]
    with pytest.raises(ValueError, match="^problem: expected that some w inside"):
        claim.solve()
    run = ib.Run(problem, claim.method, ib.Constant(0.01)).advance(100)
    assert ib.compare(run, claim).verdict == "hypothesis fails"


LOSSES = [ib.Squared(), ib.Huber(0.5), ib.LogCosh(), ib.TruncatedSquared(1e3)]
SIMPLE = [potential for potential in examples.POTENTIALS if getattr(potential, "p", 2) >= 1.5]


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
@pytest.mark.parametrize("potential", SIMPLE, ids=repr)
@pytest.mark.parametrize("batch", [None, ib.MiniBatch(1, 5)], ids=["whole", "batch"])
def test_one_limit_whatever_the_loss_and_the_batch(loss, potential, batch):
    """Theorem 1 and Remark 1, to 1e-10."""
    matrix = isinstance(potential, ib.SpectralEntropy)
    rng = np.random.default_rng(12)
    X = rng.standard_normal((2, 4)) / 2
    inside = np.exp(rng.standard_normal(4) / 2)
    if matrix:
        X = X.reshape(2, 2, 2) + X.reshape(2, 2, 2).transpose(0, 2, 1)
        inside = np.array([1.5, 0.4, 0.4, 0.7])
    y = X.reshape(2, 4) @ inside
    problem, method = ib.Problem(X, y, loss), ib.MirrorDescent(potential)
    run = ib.Run(problem, method, ib.Constant(0.1), batch=batch).advance(20000)
    claim = ib.predict(problem, method)
    report = ib.compare(run, claim, tolerance=1e-10)
    assert report.verdict == "holds", report


def test_starts_on_a_solution():
    """There is no way to measure distances by: rounding must not decide."""
    mirror, natural = ib.MirrorDescent(ib.Entropy()), ib.NaturalGradient(ib.Entropy())
    on = ib.Run(EXAMPLE_2, natural, ib.Constant(0.1)).advance(1).w  # (.6, .2), by Proposition 3a's recipe
    for w0 in ([0.5, 0.25], [0.6, 0.2], [0.6 + 1e-11, 0.2], [0.6, 0.2 - 1e-14], on):
        run = ib.Run(EXAMPLE_2, mirror, ib.Constant(0.1), w0=w0).advance(200)
        assert ib.compare(run, ib.predict(EXAMPLE_2, mirror, w0=w0)).verdict == "holds"
        flow = ib.flow(EXAMPLE_2, natural, w0=w0)
        assert ib.compare(flow, ib.predict(EXAMPLE_2, natural, w0=w0, flow=True)).verdict == "holds"


@pytest.mark.parametrize(
    ("model", "method", "w0", "batch"),
    [
        (ib.Linear(), ib.GradientDescent(), None, ib.MiniBatch(13, seed=0)),
        (ib.Linear(), ib.Adam(eps=0), None, ib.MiniBatch(13, seed=0)),
        (ib.Linear(), ib.GradientDescent(), np.ones(3), None),
        (ib.Linear(), ib.MirrorDescent(ib.Entropy()), -np.ones(4), None),
        (ib.Linear(), ib.FactorizedGradientDescent(2), None, None),
        (ib.Diagonal(), ib.GradientDescent(), np.ones(8), ib.MiniBatch(13, seed=0)),
        (ib.Diagonal(), ib.GradientDescent(), np.ones(4), None),
    ],
    ids=repr,
)
def test_what_no_run_can_have_is_refused_as_runs_refuse_it(model, method, w0, batch):
    X, y = conftest.separable(12, 4, 0)
    problem = ib.Problem(X, y, ib.Exponential(), model=model)
    with pytest.raises(ib.ImplicitBiasError) as refused:
        ib.Run(problem, method, 0.1, w0=w0, batch=batch)
    with pytest.raises(type(refused.value)) as said:
        ib.predict(problem, method, w0, batch=batch)
    assert str(said.value) == str(refused.value)
