"""Leaps of mirror descent, whose dual variables grow like powers of log t, or of t, or hardly at all."""

import math

import mpmath
import numpy as np
import pytest

import conftest
import implicitbias as ib
from same import assert_same

POTENTIALS = [
    *(ib.PowerPotential(p) for p in (1.2, 1.5, 3, 10)),
    *(ib.HyperbolicEntropy(beta) for beta in (1e-3, 1.0)),
    ib.Cosh(),
]
every_potential = pytest.mark.parametrize("potential", POTENTIALS, ids=repr)


def begun(potential, loss=None):
    problem = ib.Problem(*conftest.separable(12, 5, seed=3), loss or ib.Exponential())
    return ib.Run(problem, ib.MirrorDescent(potential), 0.02)


@every_potential
@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Logistic()], ids=repr)
def test_leaps_end_where_iterates_do(potential, loss):
    leapt, real = begun(potential, loss).fast_forward(30_000), begun(potential, loss).advance(30_000)
    assert leapt.trajectory.integrated.any()
    assert np.linalg.norm(leapt.w - real.w) <= leapt.error + 1e-10 * np.linalg.norm(real.w)


@pytest.mark.parametrize("potential", POTENTIALS[:-1], ids=repr)
def test_margins_at_the_end_of_time(potential):
    run = begun(potential).fast_forward()
    best = ib.predict(run.problem, ib.SteepestDescent(run.method.geometry)).solve().value
    assert 0 <= 1 - run.margin / best <= 2e-3  # like 1 / log t, at t = 1e300


def test_cosh_against_its_equation(tmp_path):
    # On (1, 1) both weights are w, with sinh(w)' = eta exp(-2 w): eta t = e^(3w) / 6 + e^w / 2 - 2 / 3.
    run = ib.Run(ib.Problem([[1.0, 1.0]], [1], ib.Exponential()), ib.MirrorDescent(ib.Cosh()), 0.1)
    for log10_t in (20, 300, 1e5):
        run.fast_forward(until_log10=log10_t)
        with mpmath.workdps(40):
            t = 0.1 * mpmath.mpf(10) ** log10_t
            equation = lambda w, t=t: mpmath.log(mpmath.exp(3 * w) / 6 + mpmath.exp(w) / 2) - mpmath.log(t)  # noqa: E731
            expected = float(mpmath.findroot(equation, mpmath.log(6 * t) / 3))
        np.testing.assert_allclose(run.w, [expected, expected], rtol=1e-10)
    assert expected > 710  # where sinh overflows
    run.save(tmp_path / "run.npz")
    again = ib.Run.load(tmp_path / "run.npz")
    assert_same(again, run)
    later = again.fast_forward(until_log10=1e6, tolerance=1e-4)
    np.testing.assert_allclose(later.w, np.full(2, math.log(10) * 1e6 / 3), rtol=1e-5)


def test_primal_momentum_is_refused(problem):
    run = ib.Run(problem, ib.MirrorDescent(ib.Cosh(), ib.PrimalMomentum(0.5)), 0.01)
    with pytest.raises(ib.InvalidTypeError, match="^method: expected DualMomentum, or a quadratic potential"):
        run.fast_forward()
