"""Brackets in the norms that models induce, against oracles, and what is known of limits."""

import math

import cvxpy as cp
import numpy as np
import pytest

import implicitbias as ib
from implicitbias.oracles.max_margin import max_margin
from implicitbias.oracles.psd_max_margin import psd_max_margin
from plain_models import parameter_shape, predictor

SPECTRAL = ib.Schatten(math.inf)


def margin_of_frequencies(problem):
    """Return the largest margin over the l_1 norm of the unitary Fourier transform, by a cone program."""
    d = problem.X.shape[1]
    F = np.fft.fft(np.eye(d), norm="ortho")
    w = cp.Variable(d)
    size = sum(cp.norm(cp.hstack([F[k].real @ w, F[k].imag @ w]), 2) for k in range(d))
    program = cp.Problem(cp.Minimize(size), [cp.multiply(problem.y, problem.X @ w) >= 1])
    return 1 / program.solve(solver=cp.CLARABEL)


def in_norm(norm):
    return lambda problem: max_margin(problem, norm).value


def psd(problem):
    return psd_max_margin(problem.X, problem.y).value


# Model, shape of w, method, the factor c of |theta|^degree >= c |w|, the oracle, and the gap at the end.
CASES = [
    (ib.Diagonal(), (6,), ib.GradientDescent(), 1, in_norm(ib.Lp(1)), 0.12),
    (ib.Diagonal(), (6,), ib.SteepestDescent(ib.Lp(3)), 1, in_norm(ib.Lp(1.5)), 0.02),
    (ib.Diagonal(3), (6,), ib.SteepestDescent(ib.Lp(math.inf)), 0.5, in_norm(ib.Lp(math.inf)), 0.3),
    (ib.Diagonal(1), (6,), ib.GradientDescent(), math.sqrt(0.5), in_norm(ib.Lp(2)), 0.02),
    (ib.Factor(), (3, 3), ib.GradientDescent(), 1, psd, 0.02),
    (ib.Product(), (3, 4), ib.GradientDescent(), 2, in_norm(ib.Schatten(1)), 0.04),
    (
        ib.Product(),
        (3, 4),
        ib.SteepestDescent(ib.BlockNorm([[3, 3], [4, 3]], SPECTRAL)),
        1,
        in_norm(SPECTRAL),
        0.1,
    ),
    (ib.DeepLinear([5, 4, 3, 1]), (5,), ib.GradientDescent(), 3**1.5, in_norm(ib.Lp(2)), 0.02),
    (ib.DeepLinear([4, 3, 3]), (3, 4), ib.GradientDescent(), 2, in_norm(ib.Schatten(1)), 0.04),
    (
        ib.DeepLinear([4, 3, 3, 3]),
        (3, 4),
        ib.SteepestDescent(ib.BlockNorm([[3, 4], [3, 3], [3, 3]], SPECTRAL)),
        1,
        in_norm(SPECTRAL),
        0.3,
    ),
    (ib.Convolution(), (5,), ib.GradientDescent(), 2 / math.sqrt(5), margin_of_frequencies, 0.06),
]


def named(case):
    return f"{case[0]!r}-{case[2].geometry!r}"


def problem_of(model, shape, seed=1):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((6, *shape))
    hidden = predictor(model, rng.standard_normal(parameter_shape(model, shape)), shape)
    return ib.Problem(X, np.sign(np.tensordot(X, hidden, len(shape))), ib.Exponential(), model=model)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_brackets_contain_the_oracle_at_every_recorded_time(case):
    model, shape, method, factor, oracle, gap = case
    problem = problem_of(model, shape)
    theta = 0.5 * np.random.default_rng(2).standard_normal(problem.shape)
    smooth = method == ib.GradientDescent()
    steps = ib.LossNormalized() if smooth else ib.Normalized(0.1, 0.5)
    run = ib.Run(problem, method, steps, w0=theta).advance(20_000)
    rows, best = run.trajectory, oracle(problem)
    assert (rows.best_margin <= best * (1 + 1e-6)).all()
    assert (rows.best_bound >= best * (1 - 1e-6)).all()
    assert run.bracket.gap < gap
    assert run.margin * factor <= run.bracket.lower * (1 + 1e-9)
    assert run.kkt_residual < gap
    # The least |theta|^degree for a w is c |w|, and the run comes near it.
    assert run.margin * factor > 0.9 * problem_margin(run)


def problem_margin(run):
    """Return the smallest margin over the induced norm of w."""
    problem, w = run.problem, run.w
    return (problem.y * np.tensordot(problem.X, w, w.ndim)).min() / run.induced_norm.value(w)


def test_no_bracket_where_nothing_convex_is_induced():
    for model, norm in [(ib.Diagonal(3), ib.Lp(2)), (ib.Convolution(3), ib.Lp(2)), (ib.Diagonal(), ib.Lp(1))]:
        problem = problem_of(model, (6,))
        run = ib.Run(problem, ib.SteepestDescent(norm), w0=np.full(problem.shape, 0.3)).advance(100)
        assert run.induced_norm is None
        assert run.bracket == (-math.inf, math.inf)
        assert run.bracket.gap == math.inf


@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Squared()], ids=repr)
@pytest.mark.parametrize("rank", [1, 3])
def test_gradient_descent_on_a_factor_is_factorized_gradient_descent(loss, rank):
    rng = np.random.default_rng(3)
    X = rng.standard_normal((7, 3, 3))
    X = X + X.transpose(0, 2, 1)
    root, U = rng.standard_normal((3, 3)), 0.5 * rng.standard_normal((3, rank))
    scores = np.tensordot(X, root @ root.T, 2)
    y = np.sign(scores) if loss.monotone else scores / 10
    steps = ib.LossNormalized(0.5) if loss.monotone else ib.Constant(2e-3)
    problems = ib.Problem(X, y, loss), ib.Problem(X, y, loss, model=ib.Factor(rank))
    methods = ib.FactorizedGradientDescent(), ib.GradientDescent()
    named, modeled = (
        ib.Run(problem, method, steps, w0=U, record=ib.every(10)).advance(500)
        for problem, method in zip(problems, methods, strict=True)
    )
    np.testing.assert_allclose(modeled.theta, named.factor, rtol=1e-9)
    np.testing.assert_allclose(modeled.trajectory.w, named.trajectory.w, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(modeled.w, modeled.w.T)
    if loss.monotone:
        assert modeled.induced_norm == named.method.geometry
        for column in ("margin", "bound", "best_margin", "best_bound", "log_loss"):
            np.testing.assert_allclose(modeled.trajectory[column], named.trajectory[column], rtol=1e-8)


@pytest.mark.parametrize("alpha", [1.0, 0.1, 1e-3])
def test_diagonal_networks_from_alpha_end_at_least_hyperbolic_entropy(alpha):
    """Woodworth et al. (2020), Theorem 1, up to the size of the steps."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((4, 8))
    y = X @ np.array([1.0, -2.0, 0, 0, 0, 0, 0, 0.5])
    point = ib.predict(ib.Problem(X, y, ib.Squared()), ib.MirrorDescent(ib.HyperbolicEntropy(2 * alpha**2)))
    problem = ib.Problem(X, y, ib.Squared(), model=ib.Diagonal())
    ends = []
    for eta in (2e-3, 1e-3):
        run = ib.Run(problem, ib.GradientDescent(), eta, w0=np.full(16, alpha)).advance(round(80 / eta))
        assert run.residual < 1e-8
        assert math.isnan(run.off_manifold)
        ends.append(np.linalg.norm(run.w - point.solve().point) / np.linalg.norm(run.w))
    assert ends[1] < 5e-3
    assert ends[1] < 0.7 * ends[0]  # the bias is proportional to the step size
