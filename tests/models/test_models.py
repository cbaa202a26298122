"""What every model has in common: iterates, the chain rule, margins, KKT residuals, steps, checkpoints."""

import math
import pickle

import numpy as np
import pytest

import examples
import implicitbias as ib
from plain import LOSS
from plain_methods import iterate, rule_of
from plain_models import curvature, degree, jacobian, parameter_shape, predictor, reach
from same import assert_same
from storages import STORAGES

MODELS = [*(each for each in examples.MODELS if not each.identity), ib.DeepLinear([4, 3, 2, 1])]
every_model = pytest.mark.parametrize("model", MODELS, ids=repr)
EMA = ib.EMA(0.8, nesterov=True)
MOVES = [ib.SteepestDescent(ib.Lp(2)), ib.SteepestDescent(ib.Lp(1.5), momentum=EMA, weight_decay=0.3)]
NORMS = [ib.Lp(1), ib.Lp(1.5), ib.Lp(2), ib.Lp(math.inf)]


def shape_for(model):
    """Return the shape of a predictor that the model makes."""
    match model:
        case ib.Product():
            return 3, 4
        case ib.DeepLinear():
            return (model.widths[0],) if model.widths[-1] == 1 else (model.widths[-1], model.widths[0])
        case ib.Convolution():
            return (5,)
    return 3, 3


def start(model, seed=0, scale=0.5):
    shape = parameter_shape(model, shape_for(model))
    return scale * np.random.default_rng(seed).standard_normal(shape)


def separated(model, loss=None, n=7, seed=1):
    """Return a problem whose labels are those of what the model makes of some theta."""
    shape = shape_for(model)
    X = np.random.default_rng(seed).standard_normal((n, *shape))
    scores = np.tensordot(X, predictor(model, start(model, 3, 1.0), shape), len(shape))
    loss = loss or ib.Exponential()
    return ib.Problem(
        X, np.sign(scores) if loss.monotone else scores / np.abs(scores).max(), loss, model=model
    )


def margins(problem, theta):
    """Return z_n and its gradients in theta."""
    shape = problem.X.shape[1:]
    z = problem.y * np.tensordot(problem.X, predictor(problem.model, theta, shape), len(shape))
    rows = np.tensordot(problem.X, jacobian(problem.model, theta, shape), len(shape))
    return z, problem.y.reshape(-1, *[1] * theta.ndim) * rows


def test_linear_changes_nothing():
    X, y = [[1.0, 0.5], [0.5, 2.0]], [1, 1]
    bare, linear = ib.Problem(X, y, ib.Logistic()), ib.Problem(X, y, ib.Logistic(), model=ib.Linear())
    assert repr(bare) == repr(linear) == "Problem(2 samples of shape (2,), Logistic())"
    runs = [ib.Run(problem, ib.GradientDescent()).advance(1000) for problem in (bare, linear)]
    assert_same(*runs)
    assert runs[0].form == runs[1].form != "plain"
    np.testing.assert_array_equal(runs[1].theta, runs[1].w)
    np.testing.assert_array_equal(runs[1].trajectory.theta, runs[1].trajectory.w)
    assert runs[1].induced_norm == ib.Lp(2)
    assert runs[1].kkt_residual == pytest.approx(1 - runs[1].margin / runs[1].bound, rel=1e-9)


@every_model
@pytest.mark.parametrize("method", MOVES, ids=repr)
@pytest.mark.parametrize("loss", [ib.Squared(), ib.Logistic()], ids=repr)
def test_iterates_against_plain_loops(model, method, loss):
    problem, theta = separated(model, loss), start(model)
    X, y, shape = problem.X, problem.y, shape_for(model)

    def gradient(theta):
        slopes = LOSS[type(loss).__name__][1](np.tensordot(X, predictor(model, theta, shape), len(shape)), y)
        return np.tensordot(np.tensordot(slopes, X, 1), jacobian(model, theta, shape), len(shape))

    etas = 2e-3 * (1 + np.arange(300)) ** -0.3
    rows = iterate(rule_of(method, theta.shape), gradient, theta, etas, method.weight_decay)
    run = ib.Run(problem, method, etas, w0=theta, record=ib.every(1)).advance(300)
    assert (problem.shape, model.degree) == (theta.shape, degree(model))
    assert np.abs(rows[-1] - theta).max() > 1e-2
    atol = 1e-7 * np.abs(rows).max()
    np.testing.assert_allclose(run.trajectory.theta, rows, rtol=0, atol=atol)
    np.testing.assert_allclose(run.w, predictor(model, rows[-1], shape), rtol=1e-7, atol=atol)
    np.testing.assert_array_equal(run.trajectory.w[-1], run.w)
    np.testing.assert_array_equal(run.trajectory.theta[-1], run.theta)
    np.testing.assert_array_equal(run.w0, theta)
    np.testing.assert_array_equal(problem.predictor(run.theta), run.w)


@every_model
@pytest.mark.parametrize("size", [1.0, 1e6])
def test_the_chain_rule_in_the_log_domain(model, size):
    # At the larger size the loss itself underflows.
    problem = separated(model)
    theta = size ** (1 / degree(model)) * start(model, 3, 1.0)
    z, rows = margins(problem, theta)
    assert (z.min() > 800) == (size > 1)
    weights = np.exp(z.min() - z)
    log_loss, log_scale, g = problem.evaluate(theta)
    assert log_loss == pytest.approx(np.log(weights.sum()) - z.min(), rel=1e-9)
    assert log_scale == pytest.approx(log_loss, rel=1e-12)
    expected = -np.tensordot(weights / weights.sum(), rows, 1)
    np.testing.assert_allclose(g, expected, rtol=1e-9, atol=1e-11 * np.abs(expected).max())


@every_model
@pytest.mark.parametrize("norm", NORMS, ids=repr)
def test_margins_and_kkt_residuals(model, norm):
    problem, theta = separated(model), start(model, 3, 1.0)
    run = ib.Run(problem, ib.SteepestDescent(norm), 1e-3, w0=theta)
    z, rows = margins(problem, theta)
    weights = np.exp(z.min() - z) / np.exp(z.min() - z).sum()
    size, dual = norm.value(theta), norm.dual(np.tensordot(weights, rows, 1))
    assert run.margin == pytest.approx(z.min() / size ** degree(model), rel=1e-9)
    assert run.kkt_residual == pytest.approx(1 - degree(model) * z.min() / size / dual, rel=1e-9)
    assert 0 < run.kkt_residual < 1
    if run.induced_norm is None:
        assert run.bracket == (-math.inf, math.inf)
        assert run.bound == math.inf
    else:
        assert run.bracket.lower == pytest.approx(z.min() / run.induced_norm.value(run.w), rel=1e-9)


@every_model
def test_loss_normalized_steps(model):
    problem, theta = separated(model), start(model)
    _, log_scale, g = problem.evaluate(theta)
    K = curvature(model, theta, problem.X)
    gradient = np.exp(log_scale) * g
    for norm in NORMS:
        run = ib.Run(problem, ib.SteepestDescent(norm), ib.LossNormalized(0.5), w0=theta)
        log_loss = run.log_loss
        ratio = max(1.0, theta.size ** (0.5 - 1 / norm.p)) ** 2  # |v|_2^2 <= ratio |v|^2
        expected = theta + 0.5 / (ratio * K * math.exp(log_loss)) * norm.steepest(gradient)
        np.testing.assert_allclose(run.advance(1).theta, expected, rtol=1e-9, atol=1e-12)
        assert run.largest_step[0] == pytest.approx(math.log(0.5), rel=1e-9)
        assert (np.diff(run.advance(300).trajectory.log_loss) < 0).all()


@every_model
def test_reach_is_attained_at_most(model):
    """The reach of a sample bounds the margin over |theta|^degree, and ascent comes near it."""
    shape = shape_for(model)
    x = np.random.default_rng(5).standard_normal(shape)
    theta = start(model, 6)
    for _ in range(300):
        theta = theta / np.linalg.norm(theta)
        theta = theta + 0.3 * np.tensordot(x, jacobian(model, theta, shape), len(shape))
    theta /= np.linalg.norm(theta)
    value = (x * predictor(model, theta, shape)).sum()
    largest = reach(model, x)
    assert value <= largest * (1 + 1e-12)
    assert value > 0.1 * largest


@every_model
def test_the_curvature_bound_holds(model):
    problem = separated(model)
    rng = np.random.default_rng(4)
    for _ in range(20):
        theta = 10 ** rng.uniform(-1, 0.5) * rng.standard_normal(problem.shape)
        D = rng.standard_normal(problem.shape)
        D /= np.linalg.norm(D)
        h = 1e-5 * np.linalg.norm(theta)
        slopes = []
        for shifted in (theta + h * D, theta - h * D):
            _, log_scale, g = problem.evaluate(shifted)
            slopes.append(np.exp(log_scale - problem.evaluate(theta)[0]) * (g * D).sum())
        assert (slopes[0] - slopes[1]) / (2 * h) <= curvature(model, theta, problem.X) * (1 + 1e-4)


@pytest.mark.parametrize("model", [ib.Diagonal(), ib.Product(), ib.DeepLinear([2, 3, 2])], ids=repr)
@pytest.mark.parametrize("method", [ib.GradientDescent(), *examples.METHODS], ids=repr)
def test_any_method_moves_theta_and_goes_on_from_a_checkpoint(model, method, tmp_path):
    problem, theta = separated(model, n=6), np.abs(start(model)) + 0.1
    fits = True
    if isinstance(method, ib.FactorizedGradientDescent):
        with pytest.raises(ib.InvalidValueError, match=r"^method: .* the model Linear\(\).*; write Grad"):
            ib.Run(problem, method, 0.01, w0=theta)
        return
    try:
        method.default_start(problem)
    except ib.InvalidValueError:  # of nouns for parameters of shape (2, 2), and of matrices
        fits = False
    if not fits or isinstance(getattr(method, "constraint", None), ib.Box | ib.Simplex):
        return
    run = ib.Run(problem, method, 1e-5, w0=theta, batch=ib.MiniBatch(4, 1)).advance(2)
    assert run.form == "plain"
    assert run.theta.shape == theta.shape
    assert np.abs(run.theta - theta).max() > 0
    run.save(tmp_path / "run.npz")
    loaded, pickled = ib.Run.load(tmp_path / "run.npz"), pickle.loads(pickle.dumps(run))
    assert loaded.problem.model == model
    run.advance(1)
    for again in (loaded, pickled):
        assert_same(again.advance(1), run)
    np.testing.assert_array_equal(loaded.trajectory.theta, run.trajectory.theta)


@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize("model", [ib.Diagonal(), ib.Convolution(), ib.DeepLinear([6, 3, 1])], ids=repr)
def test_storages_agree(model, storage, tmp_path):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((8, 6)).astype(np.float32).astype(float)
    y, theta = np.sign(X[:, 0]), 0.4 * rng.standard_normal(parameter_shape(model, (6,)))
    stored = STORAGES[storage](X, tmp_path)
    dense, run = (
        ib.Run(ib.Problem(each, y, ib.Logistic(), model=model), ib.GradientDescent(), w0=theta).advance(200)
        for each in (X, stored)
    )
    np.testing.assert_allclose(run.theta, dense.theta, rtol=1e-9)
    assert_same(pickle.loads(pickle.dumps(run)).advance(10), run.advance(10))


@every_model
def test_saddles_are_refused(model):
    problem = separated(model)
    zeros = np.zeros(problem.shape)
    if degree(model) == 1:
        np.testing.assert_array_equal(ib.Run(problem, ib.GradientDescent()).theta, zeros)
        return
    with pytest.raises(
        ib.InvalidValueError, match=r"^w0: expected .*, got None, and 0 is a saddle.*write w0=0.1"
    ):
        ib.Run(problem, ib.GradientDescent())
    with pytest.raises(
        ib.DomainError, match=r"^w0: 0 is a saddle point of \w+\(.*\), which a run would never"
    ):
        ib.Run(problem, ib.GradientDescent(), w0=zeros)
    text = r"^w0: expected shape \(" + ", ".join(map(str, problem.shape))
    with pytest.raises(ib.InvalidValueError, match=text):
        ib.Run(problem, ib.GradientDescent(), w0=np.ones([size + 1 for size in problem.shape]))
    with pytest.raises(ib.InvalidValueError, match=r"^theta: expected shape"):
        problem.predictor(np.ones([size + 1 for size in problem.shape]))
