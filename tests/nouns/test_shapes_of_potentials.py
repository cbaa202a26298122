"""Potentials of matrices, and shapes that do not fit."""

import math

import numpy as np
import pytest

import examples
import implicitbias as ib
from plain import sample


@pytest.mark.parametrize("potential", examples.POTENTIALS, ids=repr)
def test_shapes(potential):
    w = sample(potential, np.random.default_rng(8)).reshape(2, 2)
    for method in (potential.link, potential.inverse_link, lambda w: potential.solve(w, w)):
        assert method(w).shape == (2, 2)
        if not isinstance(potential, ib.SpectralEntropy):
            np.testing.assert_array_equal(method(w.ravel()), method(w).ravel())
    with pytest.raises(ValueError, match=r"^v: expected shape \(2, 2\), got \(4,\)"):
        potential.divergence(w, w.ravel())
    with pytest.raises(ValueError, match=r"^g: expected shape \(2, 2\), got \(1, 4\)"):
        potential.solve(w, w.reshape(1, 4))
    with pytest.raises(ValueError, match=r"^z: expected finite"):
        potential.inverse_link([[1.0, np.nan], [0, 1]])


def test_shapes_that_do_not_fit():
    for bad in (np.ones(4), np.ones((2, 3))):
        with pytest.raises(ValueError, match=r"SpectralEntropy expects square matrices .*, got shape"):
            ib.SpectralEntropy().value(bad)
    with pytest.raises(ValueError, match=r"^D: expected shape \(3, 3\)"):
        ib.QuadraticPotential(np.eye(2)).link(np.ones(3))
    with pytest.raises(ib.DomainError, match="W is not symmetric"):
        ib.SpectralEntropy().link([[1.0, 0.5], [0, 1]])
    with pytest.raises(ib.DomainError, match=r"smallest eigenvalue of W, -0\.5, is not positive"):
        ib.SpectralEntropy().link([[1.0, 1.5], [1.5, 1]])
    for p in (1, 2.1, math.nan):
        with pytest.raises(ValueError, match=r"^p: expected a number in \(1, 2\]"):
            ib.SquaredLp(p)
    with pytest.raises(ib.DomainError, match="Hessian is not defined at w = 0"):
        ib.SquaredLp(1.5).solve([0.0, 0.0], [1.0, 1.0])
