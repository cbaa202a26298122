"""Every form of the iterations against the plain one: the same trajectory, up to rounding."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import implicitbias as ib
from conftest import separable

_root = np.random.default_rng(3).standard_normal((100, 100))
QUADRATIC = _root @ _root.T + np.eye(100)
NORMALizED = ib.LossNormalized()


def regression(n, d, seed=0):
    """Samples that some positive w fits."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d)) / math.sqrt(d)
    return X, X @ rng.uniform(0.2, 0.8, d)


def descent(p):
    return ib.SteepestDescent(ib.Lp(p))


def both(data, loss, method, step_size, steps, w0=None):
    """Return the plain run and the one in the best form."""
    problem = ib.Problem(*data, loss)
    runs = [ib.Run(problem, method, step_size, w0=w0, form=form) for form in ("plain", "auto")]
    assert runs[0].form == "plain"
    return [run.advance(steps) for run in runs]


def assert_same(plain, other, tolerance=1e-12):
    rows, others = plain.trajectory, other.trajectory
    np.testing.assert_array_equal(others.t, rows.t)
    scale = np.abs(rows.w).max()
    np.testing.assert_allclose(others.w, rows.w, rtol=0, atol=tolerance * scale)
    if not plain.problem.loss.monotone:
        return
    np.testing.assert_allclose(others.log_loss, rows.log_loss, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(others.bound, rows.bound, rtol=1e-9)
    np.testing.assert_allclose(other.bracket, plain.bracket, rtol=1e-9)
    assert other.largest_step[0] == pytest.approx(plain.largest_step[0], abs=1e-9)


MONOTONE = {
    **{
        f"l{p:.3g} {n}x{d}": (separable(n, d), descent(p), NORMALizED, "inner")
        for p in (1, 4 / 3, 1.5, 1.7, 2, math.inf)
        for n, d in [(10, 3), (6, 5), (9, 8), (50, 20)]
        if p != 2 or n >= d
    },
    **{
        f"l{p:.3g} 50x100": (separable(50, 100), descent(p), NORMALizED, "inner")
        for p in (1, 4 / 3, 1.7, math.inf)
    },
    # In one pass: whole blocks of rows, and a rest.
    **{
        f"l{p:.3g} {n}x{d}": (separable(n, d), descent(p), NORMALizED, "inner")
        for p in (4 / 3, math.inf)
        for n, d in [(100, 500), (63, 181)]
    },
    "l2 50x100": (separable(50, 100), descent(2), NORMALizED, "gram"),
    "quadratic norm": (
        separable(50, 100),
        ib.SteepestDescent(ib.QuadraticNorm(QUADRATIC)),
        NORMALizED,
        "gram",
    ),
    "gradient descent": (separable(50, 100), ib.GradientDescent(), ib.Constant(0.01), "gram"),
    "quadratic potential": (
        separable(50, 100),
        ib.MirrorDescent(ib.QuadraticPotential(QUADRATIC)),
        ib.LossNormalized(0.5, 1e-3),
        "gram",
    ),
    "natural gradient": (
        separable(50, 100),
        ib.NaturalGradient(ib.QuadraticPotential(QUADRATIC)),
        ib.Constant(1e-4),
        "gram",
    ),
    "mirror descent 10x3": (separable(10, 3), ib.GradientDescent(), ib.Constant(0.05), "inner"),
    "mirror descent l1.5": (separable(50, 100), ib.MirrorDescent(ib.SquaredLp(1.5)), NORMALizED, "inner"),
    "capped": (separable(20, 5), descent(2), ib.LossNormalized(1.0, 3.0), "inner"),
    "AdaGrad": (separable(50, 100), ib.AdaGrad(), ib.Constant(0.01), "inner"),
    "AdaGrad from 1e-3": (separable(30, 8), ib.AdaGrad(1e-3), ib.Constant(0.1), "inner"),
    "l1 100x500": (separable(100, 500), descent(1), NORMALizED, "coordinates"),
    "l1 300x200": (separable(300, 200, 4), descent(1), ib.LossNormalized(0.7), "coordinates"),
    "screened l2": (separable(300, 4), descent(2), NORMALizED, "screened"),
    "screened l4/3": (separable(700, 30), descent(4 / 3), NORMALizED, "screened"),
    "screened l1": (separable(200, 4), descent(1), NORMALizED, "screened"),
}


@pytest.mark.parametrize("case", MONOTONE)
def test_monotone(case):
    data, method, step_size, form = MONOTONE[case]
    plain, other = both(data, ib.Exponential(), method, step_size, 3000)
    assert other.form == form
    assert_same(plain, other)


@pytest.mark.parametrize("ascending", [False, True])
def test_weights_that_differ_by_hundreds_of_orders(ascending):
    # The first block's weights are beyond double precision, as seen from the last block's, and conversely.
    X, y = separable(63, 181)
    order = 1.0 + np.arange(63)
    w0 = np.linalg.lstsq(X, 30 * (order if ascending else order[::-1]) * y)[0]
    plain, other = both((X, y), ib.Exponential(), descent(4 / 3), NORMALizED, 300, w0)
    assert other.form == "inner"
    assert_same(plain, other)


def test_small_powers():
    # In l3 the square roots of derivatives near zero magnify rounding from step to step.
    plain, other = both(separable(20, 5), ib.Exponential(), descent(3), NORMALizED, 100)
    assert other.form == "inner"
    assert_same(plain, other)


ROOT = {
    **{
        f"l{p:.3g}": (regression(10, 3), descent(p), ib.Constant(0.02))
        for p in (1, 4 / 3, 1.5, 2, 3, math.inf)
    },
    "eight coordinates": (regression(20, 8), descent(4 / 3), ib.Constant(0.02)),
    "in one pass": (regression(63, 181), descent(4 / 3), ib.Constant(0.02)),
    "fewer samples": (regression(3, 6), descent(4 / 3), ib.Constant(0.02)),
    "many coordinates": (regression(40, 20), descent(2), ib.Constant(0.01)),
    "entropy": (
        regression(10, 3),
        ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum.heavy_ball(0.5)),
        ib.Constant(0.02),
    ),
    "entropy of many": (
        regression(30, 20),
        ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum.heavy_ball(0.5)),
        ib.Constant(0.02),
    ),
    "gradient descent": (regression(20, 50), ib.GradientDescent(), ib.Constant(0.05)),
    "half of l1.2": (regression(20, 30), ib.MirrorDescent(ib.SquaredLp(1.2)), ib.Constant(0.01)),
}


@pytest.mark.parametrize("case", ROOT)
def test_finite_root(case):
    data, method, step_size = ROOT[case]
    plain, other = both(data, ib.Squared(), method, step_size, 400)
    assert other.form in {"inner", "gram", "hessian"}
    assert_same(plain, other)
    for name in ("dual", "previous_w", "previous_dual"):
        if name in plain._loop.memory:
            np.testing.assert_allclose(other._loop.memory[name], plain._loop.memory[name], atol=1e-11)
    assert other.off_manifold == pytest.approx(plain.off_manifold, abs=1e-11, nan_ok=True)


PIECES = {
    "Huber": (ib.Huber(0.5), descent(2), ib.Constant(1e-5)),
    "Huber with momentum": (ib.Huber(0.5), ib.MirrorDescent(ib.Euclidean(), ib.DualMomentum(0.5)), 1e-5),
    "Huber in linf": (ib.Huber(0.5), descent(math.inf), ib.Polynomial(1e-6, 0.2)),
    # Its slope jumps at the kink: all depends on which side a sample is on.
    "truncated": (ib.TruncatedSquared(0.25), descent(2), ib.Constant(3e-6)),
}


def pieces(case, storage=np.float64):
    """Return a problem whose residuals are on both sides of the kink, a method and steps."""
    loss, method, step_size = PIECES[case]
    X, y = regression(300, 6)
    noise = np.random.default_rng(1).standard_normal(300)
    return ib.Problem(X.astype(storage), y + 0.6 * noise, loss), method, step_size


@pytest.mark.parametrize("case", PIECES)
def test_pieces(case):
    problem, method, step_size = pieces(case)
    plain, other = (ib.Run(problem, method, step_size, form=form) for form in ("plain", "auto"))
    assert other.form == "hessian"
    sides = [np.abs(run.advance(9000).w @ problem.X.T - problem.y) < 0.5 for run in (plain, other)]
    before = np.abs(problem.y) < 0.5
    assert np.sum(before != sides[0]) > 10  # pieces have changed
    np.testing.assert_array_equal(*sides)
    assert_same(plain, other)
    assert other._loop.snapshot()[0]["form"][-1] > 0  # all samples but a few are in their pieces


def test_steps_that_outrun_their_pieces():
    # The first period's steps are short, those of the second go through every kink.
    problem, method, _ = pieces("Huber")
    etas = ib.Schedule(np.repeat([1e-6, 1e-2, 1e-6], 1024))
    plain, other = (ib.Run(problem, method, etas, form=form).advance(3072) for form in ("plain", "auto"))
    assert_same(plain, other)


@pytest.mark.parametrize("storage", [np.float64, np.float32])
@pytest.mark.parametrize("cut", [700, 1024, 1500, 2900])
def test_resumed_pieces_are_bit_identical(tmp_path, cut, storage):
    problem, method, step_size = pieces("Huber", storage)
    whole = ib.Run(problem, method, step_size).advance(4000)
    part = ib.Run(problem, method, step_size).advance(cut // 2).advance(cut - cut // 2)
    part.save(tmp_path / "run.npz")
    part = ib.Run.load(tmp_path / "run.npz").advance(4000 - cut)
    np.testing.assert_array_equal(part.trajectory.w, whole.trajectory.w)
    np.testing.assert_array_equal(part.w, whole.w)


CONSTRAINED = {
    "non-negative": (ib.NonNegative(), None),
    "box": (ib.Box(-0.1, 0.15), ib.DualMomentum(0.5)),
    "ball": (ib.Ball(ib.Lp(1), 0.3), None),
    "ball with momentum": (ib.Ball(ib.Lp(2), 0.3), ib.PrimalMomentum(0.5)),
}


@pytest.mark.parametrize("loss", [ib.Squared(), ib.Logistic()], ids=str)
@pytest.mark.parametrize("case", CONSTRAINED)
def test_projected_steps(case, loss):
    constraint, momentum = CONSTRAINED[case]
    X, y = separable(20, 5) if loss.monotone else regression(20, 5)
    y = -y
    method = ib.MirrorDescent(ib.Euclidean(), momentum, constraint)
    plain, other = both((X, y), loss, method, ib.Constant(0.05), 500)
    assert other.form == "inner"
    assert_same(plain, other)
    assert np.abs(plain.w - ib.Run(plain.problem, ib.GradientDescent(), 0.05).advance(500).w).max() > 0.01


@pytest.mark.parametrize("rank", [1, 3, 9])
def test_factorized(rank):
    rng = np.random.default_rng(rank)
    X, V = rng.standard_normal((12, 9, 9)), rng.standard_normal((9, 2))
    X = X + X.transpose(0, 2, 1)
    y = np.einsum("nij,ij->n", X, V @ V.T)
    w0 = 0.3 * rng.standard_normal((9, rank))
    plain, other = both((X, y), ib.Squared(), ib.FactorizedGradientDescent(), ib.Constant(1e-4), 500, w0)
    assert other.form == "inner"
    assert_same(plain, other)
    np.testing.assert_allclose(other.factor, plain.factor, rtol=0, atol=1e-12 * np.abs(plain.factor).max())
    np.testing.assert_array_equal(other.w, other.w.T)


def test_ill_conditioned_samples_are_not_squared():
    # In X'X, of condition 1e14, the smallest direction would be lost.
    X = np.array([[1.0, 1], [1, 1 + 1e-7], [1, 1]])
    w = np.array([0.3, 0.7])
    plain, other = both((X, X @ w), ib.Squared(), descent(2), ib.Constant(0.1), 2000)
    assert_same(plain, other)
    assert other.residual == pytest.approx(plain.residual, rel=1e-6)


def test_screening_leaves_samples_out_late():
    # Once margins have spread, few of 2000 samples weigh anything.
    X, y = separable(2000, 5)
    w0 = 50 * ib.max_margin(ib.Problem(X, y, ib.Exponential()), ib.Lp(2), tolerance=1e-2).direction / 1e-2
    margins = y * (X @ w0)
    assert np.sum(margins < margins.min() + 90) < 500
    plain, other = both((X, y), ib.Exponential(), descent(2), NORMALizED, 2000, w0)
    assert other.form == "screened"
    assert_same(plain, other)


def test_screened_rows_come_back():
    # A constant step from a far start: the smallest margins are soon those of rows that were left out.
    X, y = separable(300, 4)
    w0 = 300 * np.random.default_rng(5).standard_normal(4)
    plain, other = both((X, y), ib.Exponential(), descent(2), ib.LossNormalized(20.0), 2000, w0)
    assert other.form == "screened"
    assert_same(plain, other, 1e-11)


@pytest.mark.parametrize(
    "case", ["l1.33 10x3", "AdaGrad", "l2 50x100", "l1 100x500", "screened l2", "quadratic potential"]
)
@given(cuts=st.lists(st.integers(1, 700), max_size=6), saved=st.booleans())
def test_chunked_and_resumed_runs_are_bit_identical(tmp_path_factory, case, cuts, saved):
    data, method, step_size, _ = MONOTONE[case]
    problem = ib.Problem(*data, ib.Exponential())
    whole = ib.Run(problem, method, step_size).advance(sum(cuts) + 1500)
    part = ib.Run(problem, method, step_size)
    for cut in cuts:
        part.advance(cut)
    if saved:
        path = tmp_path_factory.mktemp("forms") / "run.npz"
        part.save(path)
        part = ib.Run.load(path)
    part.advance(1500)
    np.testing.assert_array_equal(part.w, whole.w)
    np.testing.assert_array_equal(part.trajectory.w, whole.trajectory.w)
    np.testing.assert_array_equal(part.trajectory.bound, whole.trajectory.bound)
    assert part.bracket == whole.bracket


def test_failures_are_those_of_the_plain_form():
    X, y = regression(10, 3)
    for method in (descent(4 / 3), descent(math.inf), ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum(0.9))):
        problem = ib.Problem(100 * X, y, ib.Squared())
        runs = [ib.Run(problem, method, ib.Constant(1.0), form=form) for form in ("plain", "auto")]
        for run in runs:
            with pytest.raises(ib.DomainError, match="the run stays at t = "):
                run.advance(10_000)
        assert runs[0].t == runs[1].t
        assert np.all(np.isfinite(runs[1].w))
        np.testing.assert_allclose(runs[1].w, runs[0].w, rtol=1e-9)


def test_the_form_is_saved(tmp_path):
    problem = ib.Problem(*separable(50, 100), ib.Exponential())
    for form in ("plain", "auto"):
        run = ib.Run(problem, descent(2), form=form).advance(100)
        run.save(tmp_path / "run.npz")
        assert ib.Run.load(tmp_path / "run.npz").form == run.form


def test_a_form_of_another_name_is_refused(problem):
    with pytest.raises(ib.InvalidValueError, match="form: expected 'auto' or 'plain', got 'gram'"):
        ib.Run(problem, descent(2), form="gram")
