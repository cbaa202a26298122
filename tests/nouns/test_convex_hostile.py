"""What boxes, cones and balls refuse: sides, radii, norms, shapes, potentials and starts."""

import math

import numpy as np
import pytest

import examples
import implicitbias as ib


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: ib.Box(1, 0), "^lower: expected at most upper, got lower = 1 > upper = 0 at entry 0$"),
        (
            lambda: ib.Box([0.0, 2], 1),
            "^lower: expected at most upper, got lower = 2 > upper = 1 at entry 1$",
        ),
        (lambda: ib.Box(math.nan, 1), "^lower: expected numbers below inf, got nan"),
        (lambda: ib.Box(0, [math.nan]), "^upper: expected numbers above -inf, got nan"),
        (lambda: ib.Box(math.inf, math.inf), "^lower: expected numbers below inf, got inf"),
        (lambda: ib.Box(-math.inf, -math.inf), "^upper: expected numbers above -inf, got -inf"),
        (lambda: ib.Box([0.0, 0], [1.0]), r"^upper: expected a number or shape \(2,\), got \(1,\)"),
        (lambda: ib.Box([], 1), "^lower: expected at least one number, got none"),
        (lambda: ib.Box("a", 1), "^lower: expected .* got"),
        (lambda: ib.Ball(ib.Lp(2), 0), "^radius: expected a positive finite number, got 0"),
        (lambda: ib.Ball(ib.Lp(2), -1), "^radius: expected a positive finite number, got -1"),
        (lambda: ib.Ball(ib.Lp(2), math.nan), "^radius: expected a positive finite number, got nan"),
        (lambda: ib.Ball(ib.Lp(2), math.inf), "^radius: expected a positive finite number, got inf"),
        (lambda: ib.Ball(2, 1), "^norm: expected a Norm, got"),
        (lambda: ib.Ball(ib.Lp(3), 1), "^norm: expected one whose balls have a projection in closed form"),
        (lambda: ib.Ball(ib.Schatten(1.5), 1), "^norm: expected one whose balls have"),
        (lambda: ib.Ball(ib.GroupNorm([[0, 1]], 1, 1), 1), "^norm: expected one whose balls have"),
        (lambda: ib.Ball(examples.QUADRATIC, 1), "^norm: expected one whose balls have"),
    ],
)
def test_constructors_refuse(make, complaint):
    with pytest.raises((ValueError, TypeError), match=complaint):
        make()


@pytest.mark.parametrize(
    ("potential", "constraint", "complaint"),
    [
        (ib.Euclidean(), ib.Box([0.0, 1, 2], 3), r"^lower: expected a number or shape \(2,\), got \(3,\)"),
        (ib.Euclidean(), ib.Box(0, [[1.0, 1]]), r"^upper: expected a number or shape \(2,\), got \(1, 2\)"),
        (ib.Euclidean(), ib.Ball(ib.Schatten(1), 1), r"^norm: Schatten expects matrices"),
        (ib.Euclidean(), ib.Ball(ib.GroupNorm([[0, 1, 2]]), 1), "^groups: expected the 2 indices"),
        (
            ib.Entropy(),
            ib.Box(-2, -1),
            "^constraint: the box does not meet the domain of the potential: .* is not pos",
        ),
        (ib.Entropy(), ib.Box(0, [0.0, 1]), "^constraint: the box does not meet the domain"),
        (
            ib.SquaredLp(1.5),
            ib.NonNegative(),
            r"^constraint: expected a potential that is a sum over the coordinates",
        ),
        (
            ib.QuadraticPotential([[2.0, 1], [1, 2]]),
            ib.Box(0, 1),
            "^constraint: expected a potential that is a sum",
        ),
        (ib.Entropy(), ib.Ball(ib.Lp(1), 1), "^constraint: Ball goes with Euclidean"),
        (
            ib.QuadraticPotential([[2.0, 0], [0, 2]]),
            ib.Ball(ib.Lp(2), 1),
            "^constraint: Ball goes with Euclidean",
        ),
        (ib.SquaredLp(1.5), ib.Ball(ib.Lp(2), 1), "^constraint: Ball goes with Euclidean"),
    ],
)
def test_parts_that_do_not_go_together(potential, constraint, complaint):
    problem = ib.Problem([[1.0, 2]], [1.0], ib.Exponential())
    with pytest.raises(ib.InvalidValueError, match=complaint):
        ib.Run(problem, ib.MirrorDescent(potential, constraint=constraint), 0.1)


@pytest.mark.parametrize(
    ("constraint", "complaint"),
    [
        (ib.NonNegative(), r"^w0: w\[1\] = -3 is below lower = 0; start .*np\.clip\(w0, lower, upper\)"),
        (ib.Box(-4, 1), r"^w0: w\[0\] = 2 is above upper = 1; start .*np\.clip\(w0, lower, upper\)"),
        (ib.Ball(ib.Lp(1), 1), r"^w0: its norm is 5, above the radius 1 .*radius / norm\.value\(w0\) \* w0"),
    ],
)
def test_starts_outside(constraint, complaint):
    problem = ib.Problem([[1.0, 2]], [1.0], ib.Exponential())
    method, w0 = ib.MirrorDescent(ib.Euclidean(), constraint=constraint), np.array([2.0, -3])
    with pytest.raises(ib.DomainError, match=complaint):
        ib.Run(problem, method, 0.1, w0=w0)
    inside = w0 / 5 if isinstance(constraint, ib.Ball) else np.clip(w0, 0, 1)
    np.testing.assert_array_equal(ib.Run(problem, method, 0.1, w0=inside).w, inside)
