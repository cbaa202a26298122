"""What no flow is followed of, and what ends one before its limit."""

import math
import time

import numpy as np
import pytest

import implicitbias as ib
from conftest import Taxicab
from implicitbias.flows.flow import flow

EXAMPLE_2 = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
EXAMPLE_4 = ib.Problem([[1.0, 1.0, 1.0], [1.0, 2.0, 0.0]], [1.0, 10.0], ib.Squared())


def test_steps_that_jump_are_noticed():
    problem = ib.Problem([[1.0, 2, 3], [1, 0, -1]], [1.0, 2], ib.Squared())
    result = flow(problem, ib.SteepestDescent(Taxicab()))
    assert not result.converged
    assert result.error == math.inf
    assert result.message.startswith("the velocity jumps at t = 0.2746")


def test_leaving_the_domain_of_a_metric():
    class Cliff(ib.Metric):
        def matrix(self, w):
            return np.eye(2) if w[0] < 0.1 else -np.eye(2)

    # w = (1 - exp(-10 t)) (1, 2) / 5
    with pytest.raises(ib.DomainError, match=r"leaves the domain at t = 0\.0693147: Cliff\.matrix"):
        flow(EXAMPLE_2, ib.NaturalGradient(Cliff()))


@pytest.mark.parametrize(
    ("method", "error", "message"),
    [
        (ib.SteepestDescent(ib.GroupNorm([[0, 1]])), ib.InvalidTypeError, "where several steps are steepest"),
        (ib.SteepestDescent(ib.Lp(1)), ib.InvalidTypeError, "where partial derivatives tie.*stagewise"),
        (ib.SteepestDescent(ib.Lp(math.inf)), ib.InvalidTypeError, "changes its sign"),
        (ib.MirrorDescent(ib.Entropy(), ib.DualMomentum([0.1])), ib.InvalidTypeError, "array as beta"),
        (ib.MirrorDescent(ib.Entropy(), ib.DualMomentum(0, [0.1])), ib.InvalidTypeError, "array as gamma"),
        (ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum(1.0)), ib.InvalidValueError, "beta < 1"),
        (ib.NaturalGradient(ib.SquaredLp(1.5)), ib.DomainError, "w0"),
        ("descent", ib.InvalidTypeError, "method: expected a Method, got 'descent'; write GradientDescent"),
    ],
)
def test_refused_methods(method, error, message):
    with pytest.raises(error, match=message):
        flow(EXAMPLE_2, method)


def test_refused_problems_and_starts():
    with pytest.raises(ib.InvalidTypeError, match="problem: expected a Problem"):
        flow("data", ib.GradientDescent())
    with pytest.raises(ib.InvalidTypeError, match="Logistic.*limit direction and no limit point"):
        flow(ib.Problem([[1.0, 2.0]], [1.0], ib.Logistic()), ib.GradientDescent())
    with pytest.raises(ib.InvalidValueError, match=r"w0: expected shape \(2,\), got \(3,\)"):
        flow(EXAMPLE_2, ib.GradientDescent(), [1.0, 2, 3])
    with pytest.raises(ib.DomainError, match=r"w0: w\[1\] = -1"):
        flow(EXAMPLE_2, ib.MirrorDescent(ib.Entropy()), [1.0, -1.0])


@pytest.mark.parametrize("potential", [ib.SquaredLp(1.5), ib.PowerPotential(1.5)], ids=repr)
def test_natural_gradients_never_move_what_has_an_infinite_hessian(potential):
    method = ib.NaturalGradient(potential)
    with pytest.raises(ib.DomainError, match=r"^w0: w\[1\] = 0, where the Hessian of .* is infinite"):
        flow(EXAMPLE_2, method, [1.0, 0.0])
    assert flow(EXAMPLE_2, method, [1.0, 1.0]).converged


@pytest.mark.parametrize("potential", [ib.HyperbolicEntropy(0.1), ib.PowerPotential(2)], ids=repr)
def test_natural_gradients_move_zeros_where_the_hessian_is_finite(potential):
    assert flow(EXAMPLE_2, ib.NaturalGradient(potential), [1.0, 0.0]).converged


def test_a_time_limit():
    # Metrics of condition 1e6 make a flow so stiff that it takes minutes.
    rng = np.random.default_rng(0)
    problem = ib.Problem(rng.standard_normal((4, 5)), rng.standard_normal(4), ib.Squared())
    D = np.diag(10 ** rng.uniform(-3, 3, 5))
    constraint = ib.Affine(rng.standard_normal((1, 5)), [1.0])
    method = ib.MirrorDescent(ib.QuadraticPotential(D), constraint=constraint)
    started = time.monotonic()
    found = flow(problem, method, max_seconds=0.3)
    assert time.monotonic() - started < 5
    assert found.converged or "its time is up" in found.message
    stopped = flow(EXAMPLE_4, ib.SteepestDescent(ib.Lp(3)), max_seconds=1e-3)
    assert not stopped.converged
    assert "its time is up" in stopped.message
    with pytest.raises(ValueError, match="^max_seconds: expected a positive number"):
        flow(EXAMPLE_4, ib.GradientDescent(), max_seconds=0)
