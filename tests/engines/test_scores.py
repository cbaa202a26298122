"""Several scores a sample: the compiled loop's tiles of classes, samples and features, each size of them."""

import itertools

import numpy as np
import pytest
import scipy.sparse

import implicitbias as ib


def iterated(form, X, y, loss, batch=None, method=None):
    return ib.Run(
        ib.Problem(X, y, loss), method or ib.GradientDescent(), 0.1, batch=batch, form=form
    ).advance(5)


# Classes of a tile are at most 6 or 14, vectors of samples or features in it 2, 4 or 8, blocks 2560 scores;
# of fewer samples than numbers a sample 6 or 3, and up to 8 vectors.
@pytest.mark.parametrize("k", [2, 3, 4, 6, 7, 11, 15, 40])
@pytest.mark.parametrize(("n", "d"), [(41, 1), (90, 13), (700, 16), (30, 75)])
def test_tiles(n, d, k):
    rng = np.random.default_rng(n + k)
    X, y = rng.standard_normal((n, d)) / n, rng.permutation(np.resize(np.arange(k), n))
    sparse = scipy.sparse.csr_array(X * (rng.random(X.shape) < 0.4))
    # Gradient descent would go through the Gram matrix.
    method = ib.GradientDescent() if n > d else ib.SteepestDescent(ib.Lp(1.5))
    for data in (X, X.astype("f"), sparse):
        for labels, loss in ((y, ib.CrossEntropy()), (rng.standard_normal((n, k)), ib.Huber(0.5))):
            for batch in (None, ib.MiniBatch(9, seed=1)):
                expected, run = (
                    iterated(form, data, labels, loss, batch, method) for form in ("plain", "auto")
                )
                assert run.form == "inner"
                np.testing.assert_allclose(run.w, expected.w, rtol=0, atol=1e-13 * abs(expected.w).max())
                assert run.log_loss == pytest.approx(expected.log_loss, abs=1e-13)


@pytest.mark.parametrize("loss", [ib.CrossEntropy(), ib.PairwiseLogistic(), ib.MulticlassExponential()])
def test_weights_of_any_size(loss):
    # Margins from -1000 to 1000 in one data set, in blocks that differ in their smallest margin.
    X = np.linspace(0.1, 1, 2000)[:, None] * [1.0, -2.0]
    y = np.resize([0, 1, 2], 2000)
    for w0 in (np.array([[700.0, 0.0], [0.0, 1.0], [3.0, -2.0]]), np.array([[1e3, 0], [1e3, 0], [1e3, 1.0]])):
        for scale in (1.0, 1e-3):
            problem = ib.Problem(X, y, loss)
            runs = [
                ib.Run(problem, ib.GradientDescent(), 1e-300, w0=scale * w0, form=form).advance(1)
                for form in ("plain", "auto")
            ]
            assert runs[0].log_loss == pytest.approx(runs[1].log_loss, rel=1e-13)


@pytest.mark.parametrize(
    "method", [ib.Adam(eps=0.0), ib.RMSProp(eps=0.0), ib.Lion(), ib.Muon(), ib.Signum(), ib.Adam(0.0, 0.9)]
)
def test_averages_go_on_where_losses_underflow(method):
    # From log L = -1300 on, after a start that the scale of the averages has to leave.
    angles = 0.3 + 2 * np.pi / 3 * np.arange(3)
    X, y = np.stack([np.cos(angles), np.sin(angles)], axis=1), [0, 1, 2]
    w0 = 900 * X
    runs = [
        ib.Run(ib.Problem(X, y, ib.CrossEntropy()), method, ib.Constant(0.1), w0=w0, form=form)
        for form in ("plain", "auto")
    ]
    for run in runs:
        run.advance(200)
    assert runs[1].form == "inner"
    assert runs[0].log_loss < -1300
    np.testing.assert_allclose(runs[1].w, runs[0].w, rtol=1e-9)
    assert runs[1].bracket.upper == pytest.approx(runs[0].bracket.upper, rel=1e-9)


@pytest.mark.parametrize(
    ("method", "step_size"),
    [
        (ib.DualAcceleration(), ib.LossNormalized()),
        (ib.DualAcceleration(), ib.Normalized(0.1, 0.5)),
        (ib.GradientDescent(), ib.Polyak()),
        (ib.MirrorDescent(ib.Euclidean()), ib.Normalized(0.1, 0.5)),
        (ib.Muon(), ib.Normalized(0.1, 0.5)),
        (ib.Muon(orthogonalization="newton-schulz"), ib.Normalized(0.1, 0.5)),
        (ib.Adam(weight_decay=0.5), ib.Normalized(0.1, 0.5)),
        (ib.Muon(weight_decay=0.2), 0.01),
    ],
)
@pytest.mark.parametrize(("k", "d"), [(3, 20), (40, 36)])  # beyond 32 the core decomposes matrices
def test_no_rule_and_no_method_leaves_the_compiled_loop(method, step_size, k, d):
    X, y = np.random.default_rng(k).standard_normal((48, d)), np.resize(np.arange(k), 48)
    plain, run = (
        ib.Run(ib.Problem(X, y, ib.CrossEntropy()), method, step_size, form=form).advance(20)
        for form in ("plain", "auto")
    )
    assert run.form == "inner"
    np.testing.assert_allclose(run.w, plain.w, rtol=0, atol=1e-10 * abs(plain.w).max())
    np.testing.assert_allclose(run.trajectory.bound, plain.trajectory.bound, rtol=1e-9)
    assert run.largest_step == pytest.approx(plain.largest_step, abs=1e-9)


SPANNING = [
    ib.GradientDescent(),
    ib.GradientDescent(ib.EMA(0.9)),
    ib.SteepestDescent(ib.Schatten(2), momentum=ib.EMA(0.8, nesterov=True), weight_decay=0.1),
    ib.SteepestDescent(ib.Lp(2), weight_decay=0.2),
    ib.GradientDescent(ib.DualMomentum.heavy_ball(0.8)),
    ib.GradientDescent(ib.PrimalMomentum(0.5, 0.2)),
]
WIDE = np.random.default_rng(5).standard_normal((13, 60)) / 8
CLASSES, MARGINS = np.resize(np.arange(3), 13), np.resize([1.0, -1.0], 13)
TARGETS = WIDE @ np.random.default_rng(6).standard_normal((60, 3))


@pytest.mark.parametrize("method", SPANNING, ids=repr)
@pytest.mark.parametrize(
    ("y", "loss"),
    [
        (CLASSES, ib.CrossEntropy()),
        (CLASSES, ib.MulticlassExponential()),
        (TARGETS, ib.Huber(0.5)),
        (MARGINS, ib.Logistic()),
        (TARGETS[:, 0], ib.Squared()),
    ],
)
def test_the_space_of_the_samples(method, y, loss, tmp_path):
    # More steps than two references of the Gram form; it begins where K has paid for itself.
    X = WIDE
    if isinstance(getattr(method, "norm", None), ib.Schatten) and y.ndim == 1 and y is not CLASSES:
        X = WIDE.reshape(-1, 6, 10)
    w0 = 0.1 * np.random.default_rng(7).standard_normal(ib.Problem(X, y, loss).shape)
    for data in (X, X.astype("f")):
        problem = ib.Problem(data, y, loss)
        plain, run = (
            ib.Run(problem, method, 0.1, w0=w0, form=form, record=ib.every(100)).advance(2500)
            for form in ("plain", "auto")
        )
        assert run.form == "gram"
        rows, expected = run.trajectory, plain.trajectory
        np.testing.assert_allclose(rows.w, expected.w, rtol=0, atol=1e-11 * abs(plain.w).max())
        for name in ("log_loss", "margin", "bound") if loss.monotone else ("residual",):
            np.testing.assert_allclose(rows[name], expected[name], rtol=1e-8, atol=1e-11)
        for name in plain.memory.keys() - {"log_scale"}:
            memory, other = (
                each.memory[name] * np.exp(each.memory.get("log_scale", 0)) for each in (plain, run)
            )
            np.testing.assert_allclose(other, memory, rtol=0, atol=1e-11 * abs(plain.w).max())
    ib.Run(problem, method, 0.1, w0=w0, record=ib.every(100)).advance(1333).save(tmp_path / "run.npz")
    assert (ib.Run.load(tmp_path / "run.npz").advance(2500 - 1333).w == run.w).all()


@pytest.mark.parametrize("method", [ib.GradientDescent(), ib.Signum(), ib.Adam(eps=0.0)])
def test_lengths_stay_where_losses_underflow(method):
    X, y = np.array([[1.0, 0.2], [-0.8, 1.0], [-0.3, -1.1]]), [0, 1, 2]
    plain, run = (
        ib.Run(ib.Problem(X, y, ib.CrossEntropy()), method, ib.Normalized(5.0), form=form).advance(800)
        for form in ("plain", "auto")
    )
    assert run.form == "inner"
    assert run.log_loss < -1500
    np.testing.assert_allclose(run.w, plain.w, rtol=1e-9)


@pytest.mark.parametrize("loss", [ib.Squared(), ib.Huber(0.5), ib.LogCosh()])
def test_steps_that_ask_for_the_loss_of_residuals(loss):
    # The first step of Polyak's rule is L / |grad L|^2: residuals far out, and so near that cosh is 1.
    rng = np.random.default_rng(0)
    for (n, d), scale in itertools.product([(30, 5), (300, 5), (60, 80)], [1e-7, 1.0, 1e3]):
        X, y = rng.standard_normal((n, d)), scale * rng.standard_normal(n)
        plain, run = (
            ib.Run(ib.Problem(X, y, loss), ib.GradientDescent(), ib.Polyak(), form=form).advance(1)
            for form in ("plain", "auto")
        )
        assert run.form == "inner"
        np.testing.assert_allclose(run.w, plain.w, rtol=0, atol=1e-13 * abs(plain.w).max())


def test_runs_go_on_from_checkpoints_bit_by_bit(tmp_path):
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((60, 5)), np.resize(np.arange(3), 60)
    problem = ib.Problem(X, y, ib.CrossEntropy())
    for method in (ib.Adam(), ib.RMSProp(), ib.Lion(), ib.Muon(), ib.Muon(orthogonalization="newton-schulz")):
        whole = ib.Run(problem, method, 0.01).advance(300)
        ib.Run(problem, method, 0.01).advance(137).save(tmp_path / "run.npz")
        assert (ib.Run.load(tmp_path / "run.npz").advance(163).w == whole.w).all()
