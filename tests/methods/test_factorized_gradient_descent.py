"""Gradient descent on a factor: plain loops, lifting, Theorem 7, and what the squared loss keeps of U(0)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import examples
import implicitbias as ib
from implicitbias.claims.psd_margin import _turned
from implicitbias.oracles.psd_max_margin import psd_max_margin
from plain import LOSS
from same import assert_same


def symmetric(n, d, seed=0):
    """Return symmetric Gaussian samples and labels by a hidden positive semidefinite matrix."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d, d))
    X = X + X.transpose(0, 2, 1)
    root = rng.standard_normal((d, d))
    return X, np.sign(np.tensordot(X, root @ root.T, 2))


def separated(n=6, d=4, seed=0, loss=None):
    return ib.Problem(*symmetric(n, d, seed), loss or ib.Exponential())


def gradient(X, y, loss, W):
    return np.tensordot(LOSS[type(loss).__name__][1](np.tensordot(X, W, 2), y), X, 1)


def smoothness(X, y, loss, W):
    total = LOSS[type(loss).__name__][0](np.tensordot(X, W, 2), y).sum()
    B = np.abs(np.linalg.eigvalsh(X)).max()
    return total * (4 * B**2 * np.trace(W) + 2 * B)


@pytest.mark.parametrize("rank", [1, 3, 5])
@pytest.mark.parametrize("loss", examples.ONE_SCORE, ids=repr)
def test_iterates_against_a_plain_loop(loss, rank):
    X, y = symmetric(7, 3, seed=1)
    U = np.random.default_rng(2).standard_normal((3, rank)) / 2
    steps = ib.LossNormalized(0.5) if loss.bounds_curvature else ib.Constant(1e-3)
    method = ib.FactorizedGradientDescent(None if rank == 3 else rank)
    run = ib.Run(ib.Problem(X, y, loss), method, steps, w0=U, record=ib.every(1)).advance(0)
    for t in range(200):
        np.testing.assert_allclose(run.factor, U, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(run.w, U @ U.T, rtol=1e-12, atol=1e-12)
        np.testing.assert_array_equal(run.w, run.w.T)
        W = U @ U.T
        eta = 0.5 / smoothness(X, y, loss, W) if loss.bounds_curvature else 1e-3
        U = U - eta * 2 * gradient(X, y, loss, W) @ U
        run.advance(1)
        assert run.t == t + 1


@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Squared()], ids=repr)
def test_lifting(loss):
    rng = np.random.default_rng(3)
    X = rng.standard_normal((8, 3, 4))
    y = np.sign(rng.standard_normal(8))
    U, V = rng.standard_normal((3, 2)) / 2, rng.standard_normal((4, 2)) / 2
    problem = ib.lift(ib.Problem(X, y, loss))
    assert problem.shape == (7, 7)
    method, steps = ib.FactorizedGradientDescent(2), ib.Constant(2e-3)
    run = ib.Run(problem, method, steps, w0=np.vstack([U, V]), record=ib.every(100))
    for _ in range(10):
        for _ in range(100):
            G = gradient(X, y, loss, U @ V.T)
            U, V = U - 2e-3 * G @ V, V - 2e-3 * G.T @ U
        run.advance(100)
        np.testing.assert_allclose(run.factor, np.vstack([U, V]), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(run.w[:3, 3:], U @ V.T, rtol=1e-12, atol=1e-12)
    assert np.abs(U @ V.T).max() > 0.1


def test_what_cannot_be_lifted():
    with pytest.raises(
        ValueError, match=r"^problem: expected matrices, samples of shape \(r, c\), got shape \(2,\)"
    ):
        ib.lift(ib.Problem([[1.0, 2]], [1], ib.Squared()))
    with pytest.raises(TypeError, match="^problem: expected a Problem, got 1"):
        ib.lift(1)


STARTS = {
    "I/2": np.eye(4) / 2,
    "2I": 2 * np.eye(4),
    "Gaussian": np.random.default_rng(4).standard_normal((4, 4)),
}


@pytest.mark.parametrize("start", STARTS)
def test_theorem_7(start):
    # Eigenvectors of sum_n p_n y_n X_n outside the limit lose weight only like
    # trace(W)^(lambda / gamma* - 1): on these data, no lambda comes near gamma*.
    problem, method = separated(seed=9), ib.FactorizedGradientDescent()
    run = ib.Run(problem, method, w0=STARTS[start]).advance(10**5)
    claim = ib.predict(problem, method, STARTS[start])
    limit = claim.solve()
    assert limit.gap <= 1e-8
    assert run.margin >= (1 - 1e-3) * limit.value
    rows = run.trajectory
    oracle = limit.value * np.array([1 - 1e-8, 1 + 1e-8])
    assert np.all(rows.margin <= oracle[1])
    assert np.all(rows.best_margin <= oracle[1])
    assert np.all(rows.bound >= oracle[0])
    assert np.all(rows.best_bound >= oracle[0])
    assert run.bracket.gap < 1e-3
    assert ib.compare(run, claim, tolerance=1e-3).verdict == "holds"


def test_theorem_7_takes_steps_beyond_the_bound():
    """Ten times the steps that provably descend are ten times as far, and descend all the same."""
    gaps = {1: [], 10: []}
    for seed in range(10):
        problem = separated(seed=seed)
        best = psd_max_margin(problem.X, problem.y).value
        for scale, found in gaps.items():
            steps = ib.LossNormalized(scale=scale)
            run = ib.Run(problem, ib.FactorizedGradientDescent(), steps, w0=np.eye(4) / 2).advance(10**5)
            assert np.all(np.diff(run.trajectory.log_loss) < 0)
            assert run.bracket.lower <= best * (1 + 1e-8)
            assert run.bracket.upper >= best * (1 - 1e-8)
            found.append(1 - run.margin / best)
    assert np.all(np.array(gaps[10]) < np.array(gaps[1]))
    assert np.max(gaps[10]) <= 1e-2
    assert np.median(gaps[10]) <= 1e-3


@given(seed=st.integers(0, 2**32), n=st.integers(1, 6), d=st.integers(1, 4), rank=st.integers(1, 6))
def test_the_bracket_holds_the_oracle(seed, n, d, rank):
    problem = separated(n, d, seed)
    U = np.random.default_rng(seed).standard_normal((d, rank))
    run = ib.Run(problem, ib.FactorizedGradientDescent(), w0=U).advance(300)
    value = psd_max_margin(problem.X, problem.y).value
    assert run.bracket.lower <= value * (1 + 1e-6) + 1e-12
    assert run.bracket.upper >= value * (1 - 1e-6) - 1e-12


def test_columns_against_their_definition():
    problem = separated(5, 3, 1)
    run = ib.Run(problem, ib.FactorizedGradientDescent(), w0=np.eye(3)).advance(100)
    yX = problem.y[:, None, None] * problem.X
    for W, margin, bound in zip(run.trajectory.w, run.trajectory.margin, run.trajectory.bound, strict=True):
        m = np.tensordot(yX, W, 2)
        assert margin == pytest.approx(m.min() / np.trace(W), rel=1e-12)
        p = np.exp(m.min() - m)
        largest = np.linalg.eigvalsh(np.tensordot(p / p.sum(), yX, 1))[-1]
        assert bound == pytest.approx(max(largest, 0), rel=1e-12)


def test_data_that_no_positive_matrix_separates():
    # -I has a positive margin, and no W >= 0 has.
    problem = ib.Problem([-np.eye(2), [[-1.0, 0.5], [0.5, -2]]], [1, 1], ib.Exponential())
    method = ib.FactorizedGradientDescent()
    run = ib.Run(problem, method, w0=np.eye(2)).advance(100)
    assert run.bracket.lower <= 0 <= run.bracket.upper
    claim = ib.predict(problem, method)
    assert claim.hypotheses[0] == ("the data are separable by a positive semidefinite matrix", False)
    with pytest.raises(ib.NotSeparableError, match="positive semidefinite"):
        claim.solve()
    assert ib.compare(run, claim).verdict == "hypothesis fails"


def test_the_claim():
    problem, method = separated(), ib.FactorizedGradientDescent()
    claim = ib.predict(problem, method)
    assert (claim.theorem, claim.source) == ("7", "Theorem 7")
    assert all(holds for _, holds in claim.hypotheses)
    limit = claim.solve()
    assert np.trace(limit.direction) == pytest.approx(1)
    assert np.linalg.eigvalsh(limit.direction)[0] >= -1e-12
    # Positive matrices are a part of the nuclear ball.
    assert limit.value <= np.abs(np.linalg.eigvalsh(problem.X)).max()
    thin = ib.predict(problem, method, np.eye(4)[:, :2])
    assert ("U(0) has rank 4", False) in thin.hypotheses
    assert not all(holds for _, holds in ib.predict(problem, ib.FactorizedGradientDescent(2)).hypotheses)
    with pytest.raises(ValueError, match=r"^w0: expected shape \(4, 2\), got \(4, 4\)"):
        ib.predict(problem, ib.FactorizedGradientDescent(2), np.eye(4))
    with pytest.raises(ValueError, match=r"^w0: expected shape \(4, 3\), got \(3, 3\)"):
        ib.predict(problem, method, np.eye(3))


def test_what_the_claim_assumes_of_the_course_of_a_run():
    problem, method = separated(5, 3, 0), ib.FactorizedGradientDescent()
    claim = ib.predict(problem, method, np.eye(3))
    run = ib.Run(problem, method, ib.LossNormalized(cap=0.1), w0=np.eye(3)).advance(10)
    early = dict(ib.compare(run, claim).hypotheses)
    run.fast_forward(until_log10=1e6, tolerance=1e-3)
    late = dict(ib.compare(run, claim).hypotheses)
    assert "L -> 0 (not checked: L is not below e^-10 yet)" in early
    assert "L -> 0 (so far L < e^-10)" in late
    turned = "converge in direction (they turned by less than 0.01 while trace W doubled)"
    for what in ("increments W(t+1) - W(t)", "gradients"):
        assert any(text.startswith(f"the {what} converge in direction (not checked: ") for text in early)
        assert f"the {what} {turned}" in late
    for seen in (early, late):
        assert "the data are not among exceptions of measure 0 (not checked)" in seen
        assert all(seen.values())


def test_how_far_directions_turned():
    problem, method = separated(5, 3, 0), ib.FactorizedGradientDescent()
    run = ib.Run(problem, method, ib.LossNormalized(cap=0.1), w0=np.eye(3) / 3, record=ib.every(1)).advance(
        5000
    )
    rows = run.trajectory
    T = np.trace(rows.w, axis1=1, axis2=2)
    fourth, half = (np.flatnonzero(T[-1] / factor >= T)[-1] for factor in (4, 2))

    def apart(one, other):
        return np.linalg.norm(one / np.linalg.norm(one) - other / np.linalg.norm(other))

    increments, gradients = _turned(run)
    assert increments == pytest.approx(apart(rows.w[half] - rows.w[fourth], rows.w[-1] - rows.w[half]))
    G = (gradient(problem.X, problem.y, problem.loss, W) for W in (rows.w[half], rows.w[-1]))
    assert gradients == pytest.approx(apart(*G))


def test_a_thin_start_fails_a_hypothesis():
    problem, method = separated(), ib.FactorizedGradientDescent()
    run = ib.Run(problem, method, w0=np.eye(4)[:, :2]).advance(10)
    report = ib.compare(run, ib.predict(problem, method))
    assert (report.verdict, report.reason) == ("hypothesis fails", "it assumes that W(0) has full rank")


@pytest.mark.parametrize("size", [1e-150, 1e-160, 1e-200])
def test_small_starts_have_the_rank_of_their_factor(size):
    # U U' keeps fewer digits than U, or none.
    U = size * np.random.default_rng(0).standard_normal((4, 4))
    problem, method = separated(), ib.FactorizedGradientDescent()
    run = ib.Run(problem, method, w0=U).advance(10)
    for claim in (ib.predict(problem, method, U), ib.predict(problem, method)):
        report = ib.compare(run, claim)
        assert report.verdict == "not yet converged", report
    thin = ib.predict(problem, method, U * [1, 1, 1, 0])
    assert ib.compare(run, thin).reason == "it assumes that U(0) has rank 4"


def test_nearly_dependent_starts_have_the_rank_of_their_factor():
    U = np.diag([1, 1, 1, 1e-9])  # U U' has the square of its condition
    problem, method = separated(), ib.FactorizedGradientDescent()
    run = ib.Run(problem, method, w0=U).advance(10)
    assert ib.compare(run, ib.predict(problem, method, U)).verdict == "not yet converged"
    thin = ib.Run(problem, method, w0=np.eye(4)[:, :2]).advance(10)
    assert ib.compare(thin, ib.predict(problem, method, U)).reason == "it assumes that W(0) has full rank"


def test_large_steps_fail_a_hypothesis():
    problem, method = separated(), ib.FactorizedGradientDescent()
    run = ib.Run(problem, method, ib.LossNormalized(3.0), w0=np.eye(4)).advance(10)
    report = ib.compare(run, ib.predict(problem, method))
    assert report.verdict == "hypothesis fails"
    assert "4 B^2 trace W_t + 2 B" in report.reason


def test_descent_within_the_bound():
    for loss in (ib.Exponential(), ib.Logistic()):
        run = ib.Run(separated(loss=loss), ib.FactorizedGradientDescent(), w0=np.eye(4), record=ib.every(1))
        assert np.all(np.diff(run.advance(500).trajectory.log_loss) < 0)


def test_squared_loss_remembers_the_scale_of_the_start():
    X = symmetric(3, 3)[0] / 3
    problem = ib.Problem(X, np.tensordot(X, np.diag([1.0, 0.5, 2]), 2), ib.Squared())
    method, limits = ib.FactorizedGradientDescent(), []
    for scale in (0.1, 0.5, 1.0):
        run = ib.Run(problem, method, ib.Constant(5e-3), w0=scale * np.eye(3)).advance(10**5)
        assert run.residual < 1e-10
        limits.append(run.w)
    for one, other in ((0, 1), (1, 2)):
        assert np.abs(limits[one] - limits[other]).max() > 0.01
    assert np.trace(limits[0]) < np.trace(limits[1]) < np.trace(limits[2])
    assert ib.predict(problem, method) is None
    assert "U(0)" in ib.why_no_claim(problem, method)
    assert np.isnan(run.off_manifold)


@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Squared()], ids=repr)
@pytest.mark.parametrize("batch", [None, ib.MiniBatch(3, 1)], ids=["whole", "batch"])
def test_resume_equals_uninterrupted(loss, batch, tmp_path):
    U = np.random.default_rng(5).standard_normal((4, 3)) / 3
    parts = separated(loss=loss), ib.FactorizedGradientDescent(), ib.Constant(1e-3)
    whole = ib.Run(*parts, w0=U, batch=batch).advance(1000)
    run = ib.Run(*parts, w0=U, batch=batch)
    for steps in (0, 1, 99, 900):
        run.advance(steps).save(tmp_path / "run.npz")
        run = ib.Run.load(tmp_path / "run.npz")
    assert_same(run, whole)
    np.testing.assert_array_equal(run.factor, whole.factor)
    assert run.factor.shape == (4, 3)


def test_far_below_underflow():
    run = ib.Run(separated(), ib.FactorizedGradientDescent(), ib.Constant(1e-3), w0=30 * np.eye(4))
    X, y = run.problem.X, run.problem.y
    margins = y * np.tensordot(X, run.w, 2)
    assert run.log_loss == pytest.approx(-margins.min() + np.log(np.exp(margins.min() - margins).sum()))
    normalized = ib.Run(separated(), ib.FactorizedGradientDescent(), w0=np.eye(4)).advance(40000)
    assert normalized.log_loss < -745
    before = normalized.log_loss
    assert normalized.advance(20000).log_loss < before - 10


def test_refusals():
    problem, method = separated(), ib.FactorizedGradientDescent()
    for arguments, options, error, complaint in (
        (
            (problem, method),
            {},
            ValueError,
            r"^w0: expected the factor U\(0\), of shape \(d, rank\), got None",
        ),
        ((problem, method), {"w0": np.zeros((4, 2))}, ib.DomainError, "^w0: U = 0 is a saddle point"),
        (
            (problem, method),
            {"w0": np.ones((3, 2))},
            ValueError,
            r"^w0: expected shape \(4, 2\), got \(3, 2\)",
        ),
        ((problem, method), {"w0": np.ones(4)}, ValueError, "^w0: expected an array of 2 dimensions"),
        (
            (problem, ib.FactorizedGradientDescent(3)),
            {"w0": np.eye(4)},
            ValueError,
            r"^w0: expected shape \(4, 3\), got \(4, 4\)",
        ),
    ):
        with pytest.raises(error, match=complaint):
            ib.Run(*arguments, **options)
    slanted = problem.X
    slanted[2, 0, 1] += 1e-3
    with pytest.raises(
        ValueError, match="^X: expected symmetric matrices, got entries of sample 2 that differ"
    ):
        ib.Run(ib.Problem(slanted, problem.y, problem.loss), method, w0=np.eye(4))
    for X in (np.ones((2, 3)), np.ones((2, 3, 4))):
        with pytest.raises(ValueError, match=r"^X: expected square matrices, of shape \(n, d, d\), got"):
            ib.Run(ib.Problem(X, [1, 1], problem.loss), method, w0=np.ones((3, 2)))
    for rank in (0, -1):
        with pytest.raises(ValueError, match=f"^rank: expected None or an integer >= 1, got {rank}"):
            ib.FactorizedGradientDescent(rank)
    with pytest.raises(TypeError, match="^rank: expected an integer"):
        ib.FactorizedGradientDescent(1.5)
    with pytest.raises(AttributeError, match="has no factor"):
        _ = ib.Run(problem, ib.GradientDescent()).factor


def test_the_geometry():
    geometry = ib.FactorizedGradientDescent().geometry
    assert geometry == ib.FactorizedGradientDescent(2).geometry
    assert hash(geometry) == hash(ib.FactorizedGradientDescent(2).geometry)
    assert repr(geometry) == "PsdTrace"
    assert geometry.value(np.diag([1.0, 2])) == 3
    assert geometry.dual([[0.0, 1], [1, 0]]) == pytest.approx(1)
    assert geometry.dual(-np.eye(2)) == 0
    assert not isinstance(geometry, ib.Norm)  # it has no steepest descent step
    assert not hasattr(geometry, "steepest")
