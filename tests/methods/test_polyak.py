"""Polyak's step: the loss over the squared dual norm of its gradient."""

import numpy as np
import pytest

import conftest
import examples
import implicitbias as ib
from plain_steps import dual, iterates

W0 = np.array([0.1, -0.2, 0.3, 0.05])


def rule(norm):
    return lambda _, loss, g: loss / dual(norm, g) ** 2


def data(loss, n=4, seed=5):
    """Separable samples, or targets that some w fits."""
    X, y = conftest.separable(n, 4, seed=seed)
    return ib.Problem(X, y if loss.monotone else X @ [1.0, -1, 0.5, 0.2], loss)


# The recursion is not chaotic on these; on most data it is.
@pytest.mark.parametrize(
    ("loss", "norm", "n", "seed"),
    [
        *((loss, ib.Lp(2), 4, 5) for loss in (ib.Exponential(), ib.Logistic(), ib.PolynomialTail(0.5))),
        *(
            (loss, norm, 2, 1)
            for loss in (ib.Exponential(), ib.Logistic())
            for norm in (ib.Lp(4 / 3), ib.Lp(3))
        ),
        (ib.Exponential(), examples.QUADRATIC, 2, 1),
    ],
    ids=repr,
)
def test_iterates_against_a_plain_loop(loss, norm, n, seed):
    problem = data(loss, n, seed)
    run = ib.Run(problem, ib.SteepestDescent(norm), ib.Polyak(), w0=W0, record=ib.every(1)).advance(300)
    expected = iterates(problem, norm, rule(norm), W0, 300)
    np.testing.assert_allclose(run.trajectory.w, expected, rtol=1e-7, atol=1e-9 * np.abs(expected).max())


@pytest.mark.parametrize("norm", [ib.Lp(1), ib.Lp(4 / 3), ib.Lp(2), ib.Lp(3), examples.QUADRATIC], ids=repr)
@pytest.mark.parametrize("loss", [loss for loss in examples.ONE_SCORE if loss.convex], ids=repr)
def test_every_step_against_the_definition(norm, loss):
    problem = data(loss, 12, 2)
    run = ib.Run(problem, ib.SteepestDescent(norm), ib.Polyak(), w0=W0, record=ib.every(1)).advance(60)
    rows, log_losses = run.trajectory.w, run.trajectory.log_loss
    for row, following, log_loss in zip(rows[:-1], rows[1:], log_losses[:-1], strict=True):
        if log_loss < -20 and not loss.monotone:
            break  # the residuals are rounding
        expected = iterates(problem, norm, rule(norm), row, 1)[1]
        np.testing.assert_allclose(following, expected, rtol=1e-9, atol=1e-9 * np.abs(row).max())


@pytest.mark.parametrize("loss", [ib.Squared(), ib.Huber(0.7), ib.LogCosh()], ids=repr)
def test_realizable_data_are_fitted(loss):
    run = ib.Run(data(loss), ib.GradientDescent(), ib.Polyak()).advance(1000)
    assert run.trajectory.residual[-1] < 1e-6
    assert ib.compare(run, ib.predict(run.problem, run.method)).verdict == "holds"


def test_metrics_count_at_the_point():
    # <g, H(w)^-1 g> is the squared dual norm there.
    problem = ib.Problem(*conftest.separable(8, 3, seed=1), ib.Exponential())
    w0 = np.array([0.5, 1.0, 1.5])
    for potential in (ib.SquaredLp(1.5), ib.Cosh(), ib.HyperbolicEntropy(0.3)):
        run = ib.Run(problem, ib.NaturalGradient(potential), ib.Polyak(), w0=w0)
        weights = np.exp(-problem.y * (problem.X @ w0))
        g = -(weights * problem.y) @ problem.X
        step = potential.solve(w0, g)
        np.testing.assert_allclose(run.advance(1).w, w0 - weights.sum() / (g @ step) * step, rtol=1e-12)


@pytest.mark.parametrize("margin", [1e3, 1e6, 1e9])
def test_nothing_underflows(margin):
    # With one sample the tangent of exp(-m) is 0 at m + 1.
    problem = ib.Problem([[3.0, 4.0]], [1], ib.Exponential())
    w0 = margin / 25 * np.array([3.0, 4.0])
    run = ib.Run(problem, ib.GradientDescent(), ib.Polyak(), w0=w0).advance(1)
    assert float(problem.X[0] @ run.w) - margin == pytest.approx(1, rel=1e-6)


@pytest.mark.parametrize("scale", [1e-200, 1e-160, 1e100])
def test_squares_neither_under_nor_overflow(scale):
    # One sample and squared loss: half of the way, r -> r / 2.
    problem = ib.Problem([[1.0, 2.0]], [scale], ib.Squared())
    run = ib.Run(problem, ib.GradientDescent(), ib.Polyak()).advance(1)
    np.testing.assert_allclose(run.w, [0.1 * scale, 0.2 * scale], rtol=1e-12)


def test_at_the_minimum_it_stays():
    problem = ib.Problem([[1.0, 0], [1, 2]], [1.0, 5], ib.Squared())
    run = ib.Run(problem, ib.GradientDescent(), ib.Polyak(), w0=[1.0, 2]).advance(10)
    np.testing.assert_array_equal(run.w, [1, 2])


def test_batches_that_all_can_be_fitted():
    X = np.random.default_rng(5).standard_normal((4, 6))
    problem = ib.Problem(X, X @ np.arange(6.0), ib.Squared())
    run = ib.Run(problem, ib.GradientDescent(), ib.Polyak(), batch=ib.MiniBatch(1, 3)).advance(3000)
    assert run.trajectory.residual[-1] < 1e-10
    np.testing.assert_allclose(run.w, np.linalg.pinv(X) @ problem.y, rtol=1e-9)


def test_margins_close_like_1_over_t():
    problem = ib.Problem(*conftest.separable(15, 4, seed=6), ib.Exponential())
    run = ib.Run(problem, ib.GradientDescent(), ib.Polyak()).advance(20_000)
    assert run.margin >= 0.99 * ib.max_margin(problem, ib.Lp(2)).value
    assert run.log_loss < -100


@pytest.mark.parametrize("loss", [loss for loss in examples.ONE_SCORE if not loss.convex], ids=repr)
def test_losses_that_are_not_convex_are_refused(loss):
    problem = ib.Problem([[1.0, 2.0]], [1.0], loss)
    with pytest.raises(ib.InvalidValueError, match="^step_size: Polyak needs a convex loss"):
        ib.Run(problem, ib.GradientDescent(), ib.Polyak())


def test_it_is_unbounded_and_never_ends():
    assert not ib.Polyak().bounded
    assert not ib.Polyak().summable
    assert ib.Polyak().length is None
