"""Leaps on data of any scale: the same leap as on data of size 1, or a word about what cannot be told."""

import math

import numpy as np
import pytest

import examples
import implicitbias as ib

X = np.array([[1.0, 0.5], [0.5, 1.0], [2.0, -0.25]])
LEAPING = [
    *(ib.SteepestDescent(ib.Lp(p)) for p in (1, 1.5, 2, 3, math.inf)),
    ib.GradientDescent(ib.EMA(0.5)),
    ib.MirrorDescent(ib.SquaredLp(1.5)),
]


def leapt(method, scale, tolerance=None):
    """Return a run on X times scale whose margins are those of scale 1: w is divided by it."""
    problem = ib.Problem(X * scale, [1, 1, 1], ib.Exponential())
    return ib.Run(problem, method, 0.25 / scale**2).fast_forward(1e20, tolerance=tolerance)


@pytest.mark.parametrize("scale", [2.0**-7, 2.0**10, 2.0**20], ids=["2^-7", "2^10", "2^20"])
@pytest.mark.parametrize("method", LEAPING, ids=repr)
def test_leaps_do_not_depend_on_the_scale(method, scale):
    right, run = leapt(method, 1.0), leapt(method, scale)
    w, error = run.w * scale, run.trajectory.error[-1] * scale
    assert np.linalg.norm(w - right.w) <= error + right.trajectory.error[-1] + 1e-9
    # What is stated says something of w, too: an absolute error of 1e-8 would be a tenth of it at 2^30.
    assert error <= 1e-3 * np.linalg.norm(w)


@pytest.mark.parametrize("scale", [2.0**40, 2.0**330])
@pytest.mark.parametrize("method", LEAPING, ids=repr)
def test_a_w_below_what_integrations_can_tell_is_refused(method, scale):
    with pytest.raises(ib.InvalidValueError, match=r"w: expected a size of at least 1e-08 .* divide X"):
        leapt(method, scale)


@pytest.mark.parametrize("method", examples.METHODS, ids=repr)
@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1e150, 1e300])
def test_data_beyond_all_products_are_refused_in_words(method, scale):
    matrices = np.array([[[1.0, 0.5], [0.5, 2.0]], [[0.0, 1.0], [1.0, 0.5]]])
    problem = ib.Problem(matrices * scale, [1, 1], ib.Exponential())
    w0 = np.eye(2) if isinstance(method, ib.FactorizedGradientDescent) else None
    with pytest.raises((ib.InvalidTypeError, ib.InvalidValueError)) as refused:
        ib.Run(problem, method, 1.0, w0=w0).fast_forward(1e20)
    assert isinstance(refused.value, ib.InvalidTypeError) or "rescale the data" in str(refused.value)
