"""Bregman projections on samples with a feature far from 0, as timestamps are, and an intercept."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import implicitbias as ib

POTENTIALS = {
    "quadratic": lambda d: ib.QuadraticPotential(np.diag(np.arange(1.0, d + 1)) + 0.3),
    "p = 1.5": lambda d: ib.PowerPotential(1.5),
    "p = 3": lambda d: ib.PowerPotential(3),
    "hyperbolic": lambda d: ib.HyperbolicEntropy(1.0),
}


def timestamps(seed, center, columns):
    """Return five timestamps with columns of 0 and 1, an intercept, and labels."""
    rng = np.random.default_rng(seed)
    steps = rng.integers(-2, 3, 5) * 10 ** int(rng.integers(0, 6))
    flags = rng.integers(0, 2, (5, columns)).astype(float)
    X = np.column_stack([center + steps, flags, np.ones(5)])
    return X, rng.choice([-1.0, 1.0], 5)


def misfit(X, y, w):
    """Return the largest |<w, x> - y| relative to its terms, exactly."""
    exact = (
        sum(map(Fraction.__mul__, map(Fraction, x), map(Fraction, w))) - Fraction(target)
        for x, target in zip(X.tolist(), y.tolist(), strict=True)
    )
    terms = np.abs(X) @ np.abs(w) + 1
    return max(abs(float(each)) / term for each, term in zip(exact, terms, strict=True))


def projected(X, y, potential):
    w = ib.predict(ib.Problem(X, y, ib.Squared()), ib.MirrorDescent(potential)).solve().point
    return np.asarray(w).ravel()


def fits(X):
    """Whether any labels can be fitted, in exact arithmetic but for the determinant's last digits."""
    with mpmath.workdps(60):
        A = mpmath.matrix(X.tolist())
        return abs(mpmath.det(A * A.T)) > 0.5


@pytest.mark.parametrize("name", POTENTIALS)
@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), center=st.sampled_from([1e4, 1e7, 1.6e9]), columns=st.integers(4, 7))
def test_the_equations_hold_to_rounding(name, seed, center, columns):
    X, y = timestamps(seed, center, columns)
    assume(fits(X))
    w = projected(X, y, POTENTIALS[name](X.shape[1]))
    assert misfit(X, y, w) <= 1e-12


@settings(max_examples=30)
@given(seed=st.integers(0, 10**6), center=st.sampled_from([1e4, 1e7, 1.6e9]))
def test_the_shortest_solution_against_sixty_digits(seed, center):
    X, y = timestamps(seed, center, 6)
    assume(fits(X))
    with mpmath.workdps(60):
        A = mpmath.matrix(X.tolist())
        exact = A.T * mpmath.lu_solve(A * A.T, mpmath.matrix(y.tolist()))
        exact = np.array([float(each) for each in exact])
    w = projected(X, y, ib.Euclidean())
    assert misfit(X, y, w) <= 1e-14
    rounding = np.finfo(float).eps * np.linalg.cond(X / np.linalg.norm(X, axis=1)[:, None])
    assert np.abs(w - exact).max() <= (1e-13 + 10 * rounding) * np.abs(exact).max()
