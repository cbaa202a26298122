"""What `fingerprint` recognizes, what it leaves open, and what it refuses."""

import math

import numpy as np
import pytest

import implicitbias as ib
from implicitbias.oracles.max_margin import max_margin
from implicitbias.recognition.bank import Bank
from implicitbias.recognition.of_margins import recognized
from implicitbias.recognition.trend import trend_of


def problem_of(n, shape, seed=0):
    rng = np.random.default_rng(seed)
    return ib.Problem(
        rng.standard_normal((n, *shape)), np.where(rng.random(n) < 0.5, 1, -1), ib.Exponential()
    )


WIDE = problem_of(16, (40,))
MATRICES = problem_of(20, (6, 8))
ROWS = ib.GroupNorm(np.arange(48).reshape(6, 8).tolist())


@pytest.fixture(scope="module")
def wide():
    return Bank(WIDE)


@pytest.fixture(scope="module")
def matrices():
    return Bank(MATRICES)


@pytest.mark.parametrize("p", [1, 1.25, 2, 3, 8, math.inf])
def test_entrywise_norms_are_recognized(p, wide):
    w = ib.Run(WIDE, ib.SteepestDescent(ib.Lp(p))).advance(10_000).w
    found = recognized(wide, [w], None)
    assert found.decided, found.reason
    assert found.best == ib.Lp(p)
    assert abs(1 / found.p - 1 / p) < 0.06
    assert [found.is_compatible(ib.Lp(q)) for q in (p, 2.0 if p != 2 else 1.0)] == [True, False]
    top = found.table[0]
    best = max_margin(WIDE, ib.Lp(p)).value
    ratio = (WIDE.rows @ w).min() / ib.Lp(p).value(w) / best
    assert top.ratio.lower <= ratio * (1 + 1e-9)
    assert ratio <= top.ratio.upper * (1 + 1e-9)
    assert top.ratio.gap < 3e-3


@pytest.mark.parametrize(
    ("method", "norm"),
    [
        (ib.Muon(), ib.Schatten(math.inf)),
        (ib.SteepestDescent(ib.Schatten(1)), ib.Schatten(1)),
        (ib.SteepestDescent(ROWS), ROWS),
        (ib.GradientDescent(), ib.Lp(2)),
    ],
    ids=["muon", "nuclear", "group", "gradient"],
)
def test_geometries_of_matrices_are_recognized(method, norm, matrices):
    found = recognized(matrices, [ib.Run(MATRICES, method).advance(50_000).w], None)
    assert found.decided, found.reason
    assert found.best == norm
    assert found.is_compatible(norm)


@pytest.mark.parametrize(
    "potential", [ib.HyperbolicEntropy(0.02), ib.HyperbolicEntropy(1.0), ib.Cosh()], ids=repr
)
def test_paths_through_norms_are_named_from_the_span_of_the_samples(potential, wide):
    w = ib.Run(WIDE, ib.MirrorDescent(potential)).advance(3000).w
    found = recognized(wide, [w], None)
    assert found.decided, found.reason
    assert (type(found.best), found.p) == (type(potential), None)
    assert repr(found.best).startswith(repr(potential)[:20].rstrip(")0"))
    limit = ib.MirrorDescent(potential).geometry
    asked = [potential, limit, ib.Lp(2), ib.PowerPotential(1.5), ib.HyperbolicEntropy(0.3)]
    assert [found.is_compatible(each) for each in asked] == [True, True, False, False, False]
    assert [row.geometry for row in found.table if row.compatible] == [found.best, limit]
    # No v of the same potential has a larger margin than the ratio leaves: random ones, and the limit.
    level, most = potential.divergence(w, np.zeros(40)), (WIDE.rows @ w).min() / found.table[0].ratio.lower
    noise = np.random.default_rng(0).standard_normal((20, 40))
    for v in [*(w + 0.1 * np.abs(w).max() * noise), max_margin(WIDE, limit).direction]:
        inside = 1e-3 * v / np.abs(v).max()
        while potential.divergence(1.01 * inside, np.zeros(40)) <= level:
            inside = 1.01 * inside
        assert (WIDE.rows @ inside).min() <= most


def test_a_network_on_the_path_of_a_potential_is_named(wide):
    network = ib.Problem(WIDE.X, WIDE.y, WIDE.loss, model=ib.Diagonal())
    run = ib.Run(network, ib.GradientDescent(), 1e-3, w0=np.full(80, 0.1)).advance(3000)
    found = recognized(wide, [run.w], None)
    assert found.decided, found.reason
    assert found.best.beta == pytest.approx(2 * 0.1**2, rel=0.05)  # beta = 2 u v of the start


def test_a_start_off_the_span_is_not_taken_for_another_path(wide):
    start = 0.01 * np.random.default_rng(3).standard_normal(40)
    found = recognized(wide, [ib.Run(WIDE, ib.GradientDescent(), w0=start).advance(10_000).w], None)
    assert (found.decided, found.best) == (True, ib.Lp(2)), found.reason


def test_classes_have_the_paths_of_their_pairs():
    rng = np.random.default_rng(0)
    problem = ib.Problem(rng.standard_normal((9, 24)), np.arange(9) % 3, ib.CrossEntropy())
    found = ib.fingerprint(
        problem, ib.Run(problem, ib.MirrorDescent(ib.HyperbolicEntropy(0.1))).advance(500).w
    )
    assert found.decided, found.reason
    assert found.best.beta == pytest.approx(0.1, rel=1e-3)


def test_samples_that_span_the_parameters_tell_no_path_from_a_norm():
    X = np.vstack([3 * np.eye(6), 0.1 * np.random.default_rng(0).standard_normal((6, 6)) + 1]) * np.arange(
        1, 7
    )
    problem = ib.Problem(X, np.ones(12), ib.Exponential())
    bank = Bank(problem)
    for method in (ib.MirrorDescent(ib.HyperbolicEntropy(0.1)), ib.SteepestDescent(ib.Lp(1.5))):
        found = recognized(bank, [ib.Run(problem, method).advance(3000).w], None)
        assert not found.decided, found.reason
        assert found.is_compatible(ib.HyperbolicEntropy(0.1))


def test_what_cannot_be_told_apart_is_not_decided():
    rng = np.random.default_rng(1)
    X = rng.standard_normal((20, 5))
    u = np.array([1.0, -1, 1, 1, -1])
    y = np.sign(X @ u)
    problem = ib.Problem(X + 0.3 * y[:, None] * u, y, ib.Exponential())
    found = ib.fingerprint(problem, ib.Run(problem, ib.GradientDescent()).advance(1000).w)
    assert not found.decided
    assert "cannot be told apart" in found.reason
    assert found.is_compatible(ib.Lp(2))
    assert found.is_compatible(ib.WeightedNorm(np.ones(5), ib.Lp(2)))  # the same, by another name


def test_a_w_that_does_not_separate_gets_no_verdict():
    found = ib.fingerprint(WIDE, -WIDE.rows.sum(axis=0))
    assert (found.decided, found.best, found.p, found.interval) == (False, None, None, None)
    assert found.is_compatible(ib.Lp(7))
    assert found.is_compatible(ib.Cosh())
    assert all(row.compatible for row in found.table)
    assert "does not separate" in repr(found)
    overlap = ib.Problem([[1.0], [2.0]], [1, -1], ib.Logistic())
    assert ib.fingerprint(overlap, [1.0]).best is None


def test_geometries_of_ones_choice_with_times(wide):
    run = ib.Run(WIDE, ib.GradientDescent(), record=ib.log_spaced(2)).advance(10_000)
    found = ib.fingerprint(WIDE, run.trajectory.w[1:], run.trajectory.t[1:], [ib.Lp(2), ib.Lp(1), ib.Lp(2.5)])
    assert [row.geometry for row in found.table] == [ib.Lp(2), ib.Lp(2.5), ib.Lp(1)]
    assert str(found.table[0].trend) == "like 1 / t"
    assert found.table[-1].trend.law == "levels off"
    assert np.array_equal(found.t, run.trajectory.t[1:])
    assert ib.fingerprint(WIDE, run, geometries=[ib.Lp(2)]).best == ib.Lp(2)
    assert found._repr_html_().count("<tr") == 4


@pytest.mark.parametrize(
    ("law", "gap"),
    [
        ("1 / t", lambda t: 3 / t),
        ("t^-1/2", lambda t: 2 / np.sqrt(t)),
        ("1 / log t", lambda t: 0.5 / np.log(t)),
    ],
)
def test_trends(law, gap):
    t = 10.0 ** np.arange(1, 6, 0.5)
    assert trend_of(t, gap(t)).law == law
    assert trend_of(t, 0.3 + gap(t) / 10).law == "levels off"
    assert trend_of(t, 0.3 + 0.1 / t).gap == pytest.approx(0.3, rel=1e-3)
    assert trend_of(t[:2], gap(t[:2])) is None


@pytest.mark.parametrize(
    "potential",
    [ib.Euclidean(), ib.PowerPotential(1.5), ib.PowerPotential(3), ib.Entropy(), ib.HyperbolicEntropy(1.0)],
    ids=repr,
)
def test_potentials_are_recognized(potential):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((5, 12))
    problem = ib.Problem(X, X @ rng.random(12), ib.Squared())
    run = ib.Run(problem, ib.MirrorDescent(potential), 0.001).advance(100_000)
    found = ib.fingerprint(problem, run.w)
    assert found.decided, found.reason
    assert found.best == potential
    assert found.table[0].ratio.lower > 1 - 1e-6
    p = {"Euclidean": 2.0, "PowerPotential": getattr(potential, "p", None)}.get(type(potential).__name__)
    assert found.p == (None if p is None else pytest.approx(p, rel=1e-3))
    assert found.is_compatible(potential)
    assert not found.is_compatible(ib.PowerPotential(2.5))


@pytest.mark.parametrize(
    ("potential", "kind"),
    [
        (ib.HyperbolicEntropy(1e-8), ib.HyperbolicEntropy),
        (ib.HyperbolicEntropy(1e-4), ib.HyperbolicEntropy),
        (ib.PowerPotential(1.2), ib.PowerPotential),
        (ib.SquaredLp(1.9), ib.PowerPotential),
        (ib.QuadraticPotential(np.diag(np.arange(1.0, 13))), None),
    ],
    ids=repr,
)
def test_fits_are_never_taken_for_another_potential(potential, kind):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((5, 12))
    problem = ib.Problem(X, X @ rng.random(12), ib.Squared())
    run, verdicts = ib.Run(problem, ib.MirrorDescent(potential), 0.001), []
    for steps in (5000, 95_000):
        found = ib.fingerprint(problem, run.advance(steps).w)
        verdicts.append(found.decided)
        assert found.is_compatible(potential)
        assert not found.decided or type(found.best) is kind, found.reason
        if found.p is not None and found.decided:
            assert found.p == pytest.approx(potential.p, rel=1e-3)
    rest = np.linalg.norm(X @ run.w - problem.y) / np.linalg.norm(problem.y)
    assert verdicts[-1] == (kind is not None and rest < 1e-3)


def test_fits_that_are_none():
    problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    assert ib.fingerprint(problem, [5.0, 5.0]).best is None
    assert "does not fit" in ib.fingerprint(problem, [5.0, 5.0]).reason


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((WIDE, np.zeros(40)), "w: expected parameters that are not all 0"),
        ((WIDE, np.ones(3)), r"w: expected shape \(40,\)"),
        ((MATRICES, np.ones((8, 6))), "w.T, the transpose"),
        ((WIDE, np.ones((2, 40)), [2, 1]), "t: expected iterations that rise"),
        ((WIDE, np.ones((2, 40)), [1, 1]), "t: expected iterations that rise"),
        ((WIDE, np.ones((2, 40)), [1, 2, 3]), "t: expected one iteration for each of 2"),
        ((WIDE, np.ones((2, 39)), [1, 2]), r"w\[0\]: expected shape"),
        ((WIDE, np.ones((1, 40)), [[1]]), "t: expected iterations of shape"),
        ((WIDE, np.ones(40), None, []), "geometries: expected at least one norm"),
        ((WIDE, np.ones(40), None, [ib.Euclidean()]), "geometries: expected a Norm"),
        ((ib.Problem(np.zeros((2, 2)), [1, -1], ib.Logistic()), [1, 1]), "not all 0"),
        (
            (ib.Problem([[1.0, 2]], [1.0], ib.Squared()), [1, 0], None, [ib.Lp(2)]),
            "expected a Potential",
        ),
        ((WIDE, -np.ones(40), None, [ib.Schatten(2)]), "norm: Schatten expects matrices"),
        (("problem", [1]), "problem: expected a Problem"),
    ],
)
def test_bad_input(arguments, says):
    with pytest.raises((ib.InvalidValueError, ib.InvalidTypeError), match=says):
        ib.fingerprint(*arguments)


def test_a_question_about_no_geometry():
    with pytest.raises(ib.InvalidTypeError, match="geometry: expected a Norm"):
        ib.fingerprint(WIDE, WIDE.rows.sum(axis=0), geometries=[ib.Lp(2)]).is_compatible("l2")


def test_adam_is_not_taken_for_the_adagrad_that_fits_by_chance():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((7, 32)) * np.exp(rng.normal(0, 0.6, 32))
    problem = ib.Problem(X, np.sign(X @ rng.standard_normal(32)), ib.Exponential())
    run = ib.Run(problem, ib.Adam(eps=0), ib.Polynomial(0.1, 0.5)).advance(15_000)
    found = ib.fingerprint(problem, run.w)
    assert not found.decided
    assert found.is_compatible(ib.Lp(math.inf))


def test_parameters_of_models_are_not_what_is_certified():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((6, 4))
    linear = ib.Problem(X, np.sign(X @ rng.standard_normal(4)), ib.Exponential())
    network = ib.Problem(linear.X, linear.y, linear.loss, model=ib.Diagonal())
    run = ib.Run(network, ib.GradientDescent(), 0.01, w0=np.full(8, 0.2)).advance(500)
    assert ib.certify(network, run.w, ib.Lp(1)) == ib.certify(linear, run.w, ib.Lp(1))
    assert ib.fingerprint(network, run.w).reason == ib.fingerprint(linear, run.w).reason
    with pytest.raises(ib.InvalidValueError, match=r"^w: expected shape \(4,\), got \(8,\)"):
        ib.certify(network, run.theta, ib.Lp(1))


@pytest.mark.parametrize("seed", range(8))
def test_one_equation_decides_nothing_by_chance(seed):
    # Rows that span all parameters but one: some p meets what is left for nearly every w.
    rng = np.random.default_rng(seed)
    d = 2 + seed
    X, w = rng.standard_normal((d - 1, d)), rng.standard_normal(d)
    assert not ib.fingerprint(ib.Problem(X, X @ w, ib.Squared()), w).decided
