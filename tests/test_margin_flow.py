"""Maximum margins by fast-forwarded steepest descent, against convex programs."""

import math

import numpy as np
import pytest

import conftest
import implicitbias as ib
from implicitbias import oracle

D = np.diag([1.0, 2, 3, 4, 5])


@pytest.mark.parametrize("norm", [ib.Lp(4 / 3), ib.Lp(1.7), ib.Lp(2), ib.QuadraticNorm(D)], ids=repr)
@pytest.mark.parametrize("seed", [0, 2])
def test_against_cvxpy(norm, seed):
    X, y = conftest.separable(20, 5, seed)
    solution = ib.max_margin(ib.Problem(X, y, ib.Logistic()), norm)
    expected = oracle.max_margin(X, y, norm)
    lower, upper = solution.bracket
    assert upper * (1 - 1e-6) <= lower <= expected.value * (1 + 1e-9)
    assert expected.value <= upper * (1 + 1e-12)
    assert norm.value(solution.direction) == pytest.approx(1, abs=1e-12)
    assert (y * (X @ solution.direction)).min() == pytest.approx(solution.value, rel=1e-9)
    np.testing.assert_allclose(solution.direction, expected.direction, atol=1e-3)


def test_many_samples():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((2000, 20))
    direction = rng.standard_normal(20)
    y = np.sign(X @ direction)
    X += 0.3 * y[:, None] * direction / np.linalg.norm(direction)
    solution = ib.max_margin(ib.Problem(X, y, ib.Exponential()), ib.Lp(2), tolerance=1e-5)
    assert solution.bracket.gap <= 1e-5
    assert oracle.max_margin(X, y, ib.Lp(2)).value <= solution.bracket.upper


@pytest.mark.parametrize("scale", [1e-6, 1e8])
def test_scale(scale):
    X, y = conftest.separable(20, 5)
    one = ib.max_margin(ib.Problem(X, y, ib.Exponential()), ib.Lp(1.5), tolerance=1e-4)
    other = ib.max_margin(ib.Problem(scale * X, y, ib.Exponential()), ib.Lp(1.5), tolerance=1e-4)
    assert other.value == pytest.approx(scale * one.value, rel=1e-4)
    assert other.bracket.gap <= 1e-4


def test_refusals(problem):
    for norm in (ib.Lp(1), ib.Lp(math.inf), conftest.Taxicab()):
        with pytest.raises(TypeError, match="^norm: expected one whose steepest descent has a smooth flow"):
            ib.max_margin(problem, norm)
    with pytest.raises(TypeError, match="^norm: expected a Norm"):
        ib.max_margin(problem, 2)
    with pytest.raises(TypeError, match="^problem: expected a Problem"):
        ib.max_margin(None, ib.Lp(2))
    with pytest.raises(ValueError, match="^tolerance: expected a float"):
        ib.max_margin(problem, ib.Lp(2), tolerance=2.0)
    with pytest.raises(ValueError, match="^tolerance: 1e-15 cannot be met"):
        ib.max_margin(problem, ib.Lp(2), tolerance=1e-15)
    with pytest.raises(ib.NotSeparableError):
        ib.max_margin(ib.Problem([[1.0], [1.0]], [1.0, -1.0], ib.Exponential()), ib.Lp(2))
