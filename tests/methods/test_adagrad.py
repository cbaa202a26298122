"""AdaGrad: the iterates against plain loops, the accumulator, and what Theorem 6 leaves open."""

import mpmath
import numpy as np
import pytest

import conftest
import examples
import implicitbias as ib
from plain import LOSS
from same import assert_same

ONE_SAMPLE = ib.Problem([[1.0, 0.5]], [1.0], ib.Exponential())


def plain_loop(X, y, loss, eta, G0, steps):
    """Eqs. (13) and (14); yields w and G before each step."""
    slope = LOSS[type(loss).__name__][1]
    w, G = np.zeros(X.shape[1]), G0 + np.zeros(X.shape[1])
    for t in range(steps + 1):
        yield w, G
        g = X.T @ slope(X @ w, y)
        G = G + g**2
        w = w - eta / (t + 1) ** 0.1 * g / np.sqrt(G)


@pytest.mark.parametrize("G0", [0.0, 2.0, [0.5, 0.0, 3.0, 1.0]], ids=repr)
@pytest.mark.parametrize("loss", examples.ONE_SCORE, ids=repr)
def test_iterates_against_a_plain_loop(loss, G0):
    X, y = conftest.separable(9, 4, seed=3)
    problem, method = ib.Problem(X, y, loss), ib.AdaGrad(G0)
    run = ib.Run(problem, method, ib.Polynomial(0.2, 0.1), record=ib.every(1))
    for t, (w, G) in enumerate(plain_loop(X, y, loss, 0.2, np.array(G0), 300)):
        run.advance(t - run.t)
        np.testing.assert_allclose(run.w, w, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(run.G, G, rtol=1e-12)
    assert run.trajectory.t[-1] == 300


def test_batches():
    X, y = conftest.separable(8, 4, seed=3)
    problem, batch = ib.Problem(X, y, ib.Logistic()), ib.MiniBatch(8, 5)  # all samples, in another order
    run = ib.Run(problem, ib.AdaGrad(1.0), ib.Constant(0.3), batch=batch).advance(200)
    whole = ib.Run(problem, ib.AdaGrad(1.0), ib.Constant(0.3)).advance(200)
    np.testing.assert_allclose(run.w, whole.w, rtol=1e-12)
    single = ib.Run(problem, ib.AdaGrad(1.0), ib.Constant(0.3), batch=ib.MiniBatch(1, 5)).advance(200)
    assert np.abs(single.w - whole.w).max() > 1e-3
    assert np.all(single.G >= 1)


def test_matrices():
    X, y = conftest.separable(7, 4)
    G0 = np.array([1.0, 0.0, 2.0, 0.5])
    flat = ib.Run(ib.Problem(X, y, ib.Logistic()), ib.AdaGrad(G0), ib.Constant(0.1)).advance(50)
    square = ib.Problem(X.reshape(7, 2, 2), y, ib.Logistic())
    run = ib.Run(square, ib.AdaGrad(G0.reshape(2, 2)), ib.Constant(0.1)).advance(50)
    np.testing.assert_array_equal(run.w.ravel(), flat.w)
    np.testing.assert_array_equal(run.G.ravel(), flat.G)
    assert run.G.shape == (2, 2)


@pytest.mark.parametrize("start", [1000.0, -300.0])
def test_extreme_scales_against_high_precision(start):
    # L is 1e-400 and less, or 1e200: squares of its gradient are no doubles.
    X, y = np.array([[1.0, 0.5], [0.8, -0.7], [1.0, 1.0]]), np.ones(3)
    w0, eta = np.array([start, 0.5]), 0.3
    run = ib.Run(ib.Problem(X, y, ib.Exponential()), ib.AdaGrad(), ib.Constant(eta), w0=w0).advance(300)
    mpmath.mp.dps = 40
    w, G = [mpmath.mpf(entry) for entry in w0], [mpmath.mpf(0)] * 2
    for _ in range(300):
        losses = [mpmath.exp(-mpmath.fdot(row, w)) for row in X.tolist()]
        g = [-mpmath.fdot(losses, column) for column in X.T.tolist()]
        G = [entry + slope**2 for entry, slope in zip(G, g, strict=True)]
        w = [w[i] - eta * g[i] / mpmath.sqrt(G[i]) for i in range(2)]
    assert abs(run.log_loss) > 230
    np.testing.assert_allclose(run.w, [float(entry) for entry in w], rtol=1e-12)
    np.testing.assert_allclose(
        run._loop.memory["log_G"], [float(mpmath.log(entry)) for entry in G], rtol=1e-13
    )


def test_accumulators_far_apart():
    # The second sample, which alone sees the second feature, weighs exp(-400): its square underflows.
    problem = ib.Problem([[1.0, 0.0], [400.0, 1.0]], [1, 1], ib.Exponential())
    run = ib.Run(problem, ib.AdaGrad(), ib.Constant(0.1), w0=[1.0, 0.0]).advance(1)
    np.testing.assert_allclose(run.w, [1.1, 0.1], rtol=1e-14)


def test_no_gradient_no_step():
    problem = ib.Problem([[1.0, 0.0], [2.0, 0.0]], [1, 1], ib.Exponential())
    run = ib.Run(problem, ib.AdaGrad(), ib.Constant(0.1)).advance(100)
    assert run.w[1] == 0
    assert run.G[1] == 0


def test_the_accumulator_settles_and_the_direction_depends_on_eta():
    # Theorem 6, with the corrected (eta / 2) L(w0) < 1.
    directions = []
    for eta, change in ((0.9, 1e-5), (0.1, 1e-3)):
        run = ib.Run(ONE_SAMPLE, ib.AdaGrad(10.0), ib.Constant(eta)).advance(10**5)
        before = run.G
        run.advance(9 * 10**5)
        assert np.all(run.G / before - 1 < change)
        assert np.all(before <= run.G)
        directions.append(run.w / np.linalg.norm(run.w))
    assert np.linalg.norm(directions[0] - directions[1]) > 0.05


@pytest.mark.parametrize("eta", [0.05, 0.5, 2.0])
def test_one_sample_from_zero_is_degenerate(eta):
    problem = ib.Problem([[3.0, -0.1, 0.7, 0.0]], [1.0], ib.Exponential())
    run = ib.Run(problem, ib.AdaGrad(), ib.Constant(eta)).advance(2000)
    np.testing.assert_allclose(run.w / np.abs(run.w).max(), [1, -1, 1, 0], rtol=1e-12)


def test_margins_are_euclidean(problem):
    run = ib.Run(problem, ib.AdaGrad(1.0), ib.Constant(0.1)).advance(1000)
    assert run.method.geometry == ib.Lp(2)
    margins = problem.y * (problem.X @ run.w)
    assert run.margin == pytest.approx(margins.min() / np.linalg.norm(run.w), rel=1e-12)
    oracle = ib.predict(problem, ib.SteepestDescent(ib.Lp(2))).solve()
    assert run.bracket.lower <= oracle.value <= run.bracket.upper


@pytest.mark.parametrize("batch", [None, ib.MiniBatch(3, 1)], ids=["whole", "batch"])
def test_resume_equals_uninterrupted(batch, tmp_path):
    problem = ib.Problem(*conftest.separable(12, 4), ib.Logistic())
    parts = problem, ib.AdaGrad([1.0, 0.0, 2.0, 0.0]), ib.Constant(0.2)
    whole = ib.Run(*parts, batch=batch).advance(1000)
    run = ib.Run(*parts, batch=batch)
    for steps in (0, 1, 99, 900):
        run.advance(steps).save(tmp_path / "run.npz")
        run = ib.Run.load(tmp_path / "run.npz")
    assert_same(run, whole)
    np.testing.assert_array_equal(run.G, whole.G)
    assert run.method == whole.method


def test_refusals(problem):
    with pytest.raises(ValueError, match="^step_size: LossNormalized needs a smoothness bound"):
        ib.Run(problem, ib.AdaGrad())
    for G0, complaint in (
        (-1.0, "G0: expected finite numbers >= 0, got -1"),
        ([1.0, np.inf], "G0: expected finite numbers >= 0, got inf"),
        (np.nan, "G0: expected finite numbers >= 0, got nan"),
    ):
        with pytest.raises(ValueError, match=f"^{complaint}"):
            ib.AdaGrad(G0)
    with pytest.raises(ValueError, match=r"^G0: expected a number or shape \(5,\), got \(2,\)"):
        ib.Run(problem, ib.AdaGrad([1.0, 2.0]), ib.Constant(0.1))
    with pytest.raises(AttributeError, match="has no accumulator G"):
        _ = ib.Run(problem, ib.GradientDescent()).G


def test_no_claim(problem):
    assert ib.predict(problem, ib.AdaGrad(1.0)) is None
    assert "Theorem 6" in ib.why_no_claim(problem, ib.AdaGrad(1.0))
    root = ib.Problem(problem.X, problem.y, ib.Squared())
    assert ib.predict(root, ib.AdaGrad(1.0)) is None
    assert "section 3.3" in ib.why_no_claim(root, ib.AdaGrad(1.0))
