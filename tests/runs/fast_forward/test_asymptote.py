"""The offset of w(t) from its direction times log t, after Soudry et al. (2018), seen from far out."""

import numpy as np
import pytest

import conftest
import implicitbias as ib

GD, STEP = ib.GradientDescent(), ib.Constant(0.01)


def test_soudry_asymptotics():
    """w(t) - w_hat log t -> w_tilde, and the margin gap at 1e300 is below .3 %."""
    compared = 0
    for seed in range(12):
        problem = ib.Problem(*conftest.separable(20, 5, seed), (ib.Exponential(), ib.Logistic())[seed % 2])
        run = ib.Run(problem, GD, STEP)
        claim = ib.asymptote(run)
        line = claim.solve()
        # The conditions that define it.
        rows = problem.y[:, None] * problem.X
        S = rows[line.support]
        margins = rows @ line.w_hat
        np.testing.assert_allclose(S.T @ line.alpha, line.w_hat)
        np.testing.assert_allclose(margins[line.support], 1)
        np.testing.assert_allclose(STEP.eta * np.exp(-S @ line.w_tilde), line.alpha)
        assert np.delete(margins, line.support).min() == pytest.approx(1 + line.slack)
        assert line.slack > 0
        assert line.alpha.min() > 0
        if line.slack < 0.05 or line.curvature < 0.05:
            continue
        compared += 1
        assert ib.compare(run.fast_forward(1e3), claim).verdict == "not yet converged"
        report = ib.compare(run.fast_forward(1e300), claim)
        assert report.verdict == "holds", report
        assert report.gap < 1e-6
        assert 0 < 1 - run.margin * np.linalg.norm(line.w_hat) < 3e-3
        assert run.bracket.lower <= 1 / np.linalg.norm(line.w_hat) <= run.bracket.upper
    assert compared >= 3


def test_the_asymptote_of_another_step_is_off(problem):
    run = ib.Run(problem, GD, STEP).fast_forward(1e300)
    other = ib.asymptote(ib.Run(problem, GD, ib.Constant(0.011))).solve()
    assert other.residual(run) > 1e-3


def test_asymptote_refusals(problem):
    for method, step_size, complaint in (
        (ib.SteepestDescent(ib.Lp(3)), STEP, "gradient descent"),
        (GD, ib.LossNormalized(), "Constant steps"),
    ):
        with pytest.raises(TypeError, match=f"^run: expected one .*{complaint}"):
            ib.asymptote(ib.Run(problem, method, step_size))
    with pytest.raises(TypeError, match="^run: expected a Run"):
        ib.asymptote(problem)
    # Three support vectors in the plane: alpha is not unique.
    ambiguous = ib.Problem([[1.0, 0], [1, 1], [1, -1]], [1.0, 1, 1], ib.Exponential())
    run = ib.Run(ambiguous, GD, STEP).fast_forward(1e20)
    assert ib.compare(run, ib.asymptote(run)).verdict == "hypothesis fails"
    with pytest.raises(ib.InvalidValueError, match="^run: expected that support vectors are independent"):
        ib.asymptote(run).solve()
