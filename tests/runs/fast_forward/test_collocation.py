"""Radau collocation against closed forms: stiff, with kinks, and with infinite slopes."""

import math
from dataclasses import dataclass, field

import numpy as np
import pytest

from implicitbias.runs.fast_forward import collocation


@dataclass
class Scalar:
    """One equation, with its derivative; it counts its evaluations."""

    function: object
    derivative: object
    powers: float = 1.0
    terms_along: int = 1
    count: int = field(default=0)

    def velocity(self, s, q):
        self.count += 1
        return self.function(s, q)

    def jacobian(self, s, q):
        return np.atleast_2d(self.derivative(s, q))


def integrate(equation, start, times, tolerance):
    return collocation.integrate(equation, np.array([start]), np.array(times), tolerance)[:, 0]


def test_stiff():
    """y' = -1000 (y - cos s) - sin s, whose solution from y = 2 is cos s + exp(-1000 s)."""
    rate, times = 1000.0, [0, 0.001, 0.5, 3.0, 40.0]
    equation = Scalar(lambda s, y: -rate * (y - math.cos(s)) - math.sin(s), lambda s, y: -rate)
    rows = integrate(equation, 2.0, times, 1e-12)
    expected = np.cos(times) + np.exp(-rate * np.array(times))
    np.testing.assert_allclose(rows, expected, rtol=0, atol=1e-11)
    assert equation.count < 10000  # an explicit method would take 80000


def test_kink():
    """y' = |s - 1|^(1/2): what a coordinate does that turns in l3."""
    times = np.array([0, 0.9, 1.7, 5.0])
    rows = integrate(Scalar(lambda s, y: np.sqrt(np.abs(s - 1 + 0 * y)), lambda s, y: 0.0), 0.0, times, 1e-11)
    expected = 2 / 3 * (1 + np.sign(times - 1) * np.abs(times - 1) ** 1.5)
    np.testing.assert_allclose(rows, expected, rtol=0, atol=1e-10)


def held(p, rate=100.0):
    """A coordinate that turns in l_p, while h, which falls at a rate with y, holds it to y = (s - 1)^2 / 2.

    Where it turns, h = (s - 1)^(p - 1), and sign(h) |h|^(1 / (p - 1)) has infinite slope.
    """

    def h(s, y):
        return rate * ((s - 1) ** 2 / 2 - y) + math.copysign(abs(s - 1) ** (p - 1), s - 1)

    def velocity(s, y):
        return np.sign(h(s, y)) * np.abs(h(s, y)) ** (1 / (p - 1))

    return velocity, rate


@pytest.mark.parametrize("p", [3.0, 4.0, 7.0])
def test_infinite_slopes(p):
    velocity, rate = held(p)
    equation = Scalar(velocity, lambda s, y: -rate, p - 1)
    times = np.array([0, 0.5, 1.0, 1.7, 3.0])
    rows = integrate(equation, 0.5, times, 1e-11)
    np.testing.assert_allclose(rows, (times - 1) ** 2 / 2, rtol=0, atol=1e-10)
    assert equation.count < 3000


def test_infinite_slopes_need_the_link():
    velocity, _ = held(7.0)

    def slope(s, y):
        shift = 1e-6
        return (velocity(s, y + shift) - velocity(s, y - shift)) / (2 * shift)

    with pytest.raises(collocation.StuckError, match="not smooth about log t"):
        integrate(Scalar(velocity, slope), 0.5, [0, 3.0], 1e-11)


def test_what_does_not_move():
    """A row without slopes, as of a feature that is 0 in every sample."""

    class Equation:
        powers, terms_along = np.array([2.0, 2.0]), 1

        def velocity(self, s, q):
            return np.array([0.0, q[1]])

        def jacobian(self, s, q):
            return np.diag([0.0, 2 * q[1]])

    rows = collocation.integrate(Equation(), np.array([3.0, 1.0]), np.array([0, 2.0]), 1e-11)
    np.testing.assert_allclose(rows[1], [3.0, math.exp(2.0)], rtol=1e-10)


def test_it_says_where_it_is_stuck():
    """y = 1 / (1 - s)"""
    with pytest.raises(collocation.StuckError, match="about log t = (1|0.99)"):
        integrate(Scalar(lambda s, y: y**2, lambda s, y: 2 * y), 1.0, [0, 2.0], 1e-10)
