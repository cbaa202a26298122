"""Normalized steps: their length is the rule's, whatever the size of the gradient."""

import math

import numpy as np
import pytest

import conftest
import examples
import implicitbias as ib
from plain import LOSS
from plain_steps import dual, iterates

# In l1 and linf a rounding decides on the next step now and then.
SMOOTH = [ib.Lp(4 / 3), ib.Lp(2), ib.Lp(3), examples.QUADRATIC]
W0 = np.array([0.1, -0.2, 0.3, 0.05])
STRAIGHT = [
    *(ib.SteepestDescent(norm) for norm in examples.NORMS),
    ib.SteepestDescent(ib.Lp(1), "average"),
    ib.SteepestDescent(conftest.Taxicab()),
    *(ib.MirrorDescent(potential) for potential in examples.POTENTIALS if potential.quadratic),
    *(ib.NaturalGradient(potential) for potential in (ib.Entropy(), ib.Cosh(), ib.SquaredLp(1.5))),
]
CURVED = [
    ib.MirrorDescent(ib.Entropy()),
    ib.MirrorDescent(ib.HyperbolicEntropy(0.1)),
    ib.GradientDescent(ib.DualMomentum(0.5)),
    ib.MirrorDescent(ib.Euclidean(), constraint=examples.CONSTRAINTS[0]),
    ib.AdaGrad(),
    ib.FactorizedGradientDescent(),
]


@pytest.mark.parametrize("norm", SMOOTH, ids=repr)
@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Squared(), ib.PolynomialTail(0.5)], ids=repr)
def test_iterates_against_a_plain_loop(norm, loss):
    X, y = conftest.separable(20, 4, seed=2)
    # Numbers to be fitted are out of reach: near a minimum steps of fixed length jump to and fro.
    problem, rule = ib.Problem(X, y if loss.monotone else 1e3 * X[:, 0], loss), ib.Normalized(0.3, 0.5)
    run = ib.Run(problem, ib.SteepestDescent(norm), rule, w0=W0, record=ib.every(1)).advance(300)
    expected = iterates(problem, norm, lambda t, _, g: 0.3 / math.sqrt(t + 1) / dual(norm, g), W0, 300)
    np.testing.assert_allclose(run.trajectory.w, expected, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("method", STRAIGHT, ids=repr)
@pytest.mark.parametrize("loss", examples.ONE_SCORE, ids=repr)
def test_every_step_is_as_long_as_the_rule_says(method, loss):
    X, y = conftest.separable(6, 4, seed=3)
    X = X.reshape(6, 2, 2)
    w0 = np.array([[0.9, 0.1], [0.2, 0.8]])
    rule = ib.Normalized(1e-3, 0.25)
    run = ib.Run(ib.Problem(X, y, loss), method, rule, w0=w0, record=ib.every(1)).advance(20)
    lengths = [method.geometry.value(step) for step in np.diff(run.trajectory.w, axis=0)]
    np.testing.assert_allclose(lengths, 1e-3 * np.arange(1, 21) ** -0.25, rtol=1e-9)


@pytest.mark.parametrize("norm", [ib.Lp(1), ib.Lp(2), ib.Lp(math.inf), ib.Schatten(math.inf)], ids=repr)
@pytest.mark.parametrize("margin", [1e3, 1e6, 1e9])
def test_nothing_underflows(norm, margin):
    # The gradient is exp(-margin) or so.
    X, y = np.eye(4).reshape(4, 2, 2) + 0.1, np.ones(4)
    w0 = margin * np.ones((2, 2))
    run = ib.Run(ib.Problem(X, y, ib.Exponential()), ib.SteepestDescent(norm), ib.Normalized(2.0), w0=w0)
    assert norm.value(run.advance(1).w - w0) == pytest.approx(2, rel=1e-15 * margin + 1e-12)


def test_batches_count_with_their_own_gradient():
    X, y = conftest.separable(12, 3, seed=4)
    problem, batch = ib.Problem(X, y, ib.Logistic()), ib.MiniBatch(3, 7)
    run = ib.Run(problem, ib.GradientDescent(), ib.Normalized(0.2), batch=batch, record=ib.every(1)).advance(
        50
    )
    np.testing.assert_allclose(np.linalg.norm(np.diff(run.trajectory.w, axis=0), axis=1), 0.2, rtol=1e-12)


def test_where_the_gradient_vanishes_it_stays():
    problem = ib.Problem([[1.0, 2.0]], [5.0], ib.Squared())
    for method in (ib.GradientDescent(), ib.SteepestDescent(ib.Lp(1)), ib.SteepestDescent(ib.Lp(math.inf))):
        run = ib.Run(problem, method, ib.Normalized(0.1), w0=[1.0, 2.0]).advance(10)
        np.testing.assert_array_equal(run.w, [1, 2])


@pytest.mark.parametrize("norm", [ib.Lp(1), ib.Lp(2), ib.Lp(math.inf)], ids=repr)
def test_margins_tend_to_the_maximum(norm):
    problem = ib.Problem(*conftest.separable(15, 3, seed=5), ib.Exponential())
    run = ib.Run(problem, ib.SteepestDescent(norm), ib.Normalized(0.5, 0.5)).advance(50_000)
    assert run.margin >= 0.97 * ib.predict(problem, ib.SteepestDescent(norm)).solve().value
    # The rule is no hypothesis of Theorem 5, and the report says so.
    claim = ib.predict(problem, run.method)
    assert any("bounded" in text and not holds for text, holds in claim.open_hypotheses(run))


def test_sums_and_bounds():
    assert not ib.Normalized(1.0).bounded
    assert [ib.Normalized(1.0, power).summable for power in (0.5, 1, 1.01)] == [False, False, True]


@pytest.mark.parametrize("method", CURVED, ids=repr)
def test_methods_whose_steps_are_not_straight_are_refused(method):
    X, y = conftest.separable(6, 4)
    X = X.reshape(6, 2, 2)
    problem, w0 = ib.Problem(X + X.transpose(0, 2, 1), y, ib.Exponential()), [[0.5, 0.1], [0.1, 0.5]]
    for rule in (ib.Normalized(0.1), ib.Polyak()):
        with pytest.raises(
            ib.InvalidValueError, match=rf"^step_size: {type(rule).__name__} needs a method (that|whose)"
        ):
            ib.Run(problem, method, rule, w0=w0)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((0,), "^eta: expected a positive finite number, got 0"),
        ((math.inf,), "^eta: "),
        ((1.0, -0.5), "^power: expected a finite number >= 0, got -0.5"),
        ((1.0, math.nan), "^power: "),
    ],
)
def test_refusals(arguments, complaint):
    with pytest.raises(ib.InvalidValueError, match=complaint):
        ib.Normalized(*arguments)
    with pytest.raises(ib.InvalidValueError, match="^log_step: Normalized looks at the ray"):
        ib.Normalized(1.0).log_step(0, 0.0)


def test_leaps_are_refused(problem):
    run = ib.Run(problem, ib.GradientDescent(), ib.Normalized(0.1))
    with pytest.raises(ib.InvalidTypeError, match="^step_size: expected Constant, Polynomial or a capped"):
        run.fast_forward(1e30)


def test_the_plain_loop_knows_the_formulas_of_every_loss():
    assert set(LOSS) == {type(loss).__name__ for loss in examples.ONE_SCORE}
