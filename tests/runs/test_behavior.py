"""What does not converge is reported as what it is: mirror descent in Example 2, as the step grows."""

import math

import numpy as np
import pytest

import implicitbias as ib

EXAMPLE_2 = ib.Problem([[1.0, 2]], [1.0], ib.Squared())


def entropy_run(eta, steps=3000):
    return ib.Run(EXAMPLE_2, ib.MirrorDescent(ib.Entropy()), ib.Constant(eta)).advance(steps)


def loop(eta, steps):
    """The same in plain NumPy, the dual variables kept: the last 300 residuals."""
    z, residuals = np.zeros(2), []
    for _ in range(steps):
        residual = np.exp(z) @ [1.0, 2] - 1
        residuals.append(residual)
        z = z - eta * 2 * residual * np.array([1.0, 2])
    return np.array(residuals[-300:])


@pytest.mark.parametrize(
    ("eta", "kind", "period"),
    [
        (0.001, "converging", 0),
        (0.1, "converged", 0),
        (0.66, "converged", 0),
        (0.67, "cycle", 2),
        (0.8, "cycle", 2),
        (0.85, "cycle", 4),
        (1.0, "irregular", 0),
        (10.0, "stalled", 0),
        (100.0, "cycle", 3),  # z = 0, -400, -200, 0 along (1, 2)
    ],
)
def test_example_2(eta, kind, period):
    run = entropy_run(eta)
    seen = ib.behavior(run)
    assert (seen.kind, seen.period) == (kind, period), seen
    residuals = loop(eta, 3200)
    repeats = [k for k in range(1, 33) if np.allclose(residuals[k:], residuals[:-k], rtol=0, atol=1e-8)]
    assert {"cycle": repeats[:1] == [period], "irregular": not repeats}.get(kind, True)
    report = ib.compare(run, ib.predict(EXAMPLE_2, run.method))
    expected = {"converged": "holds", "converging": "not yet converged"}.get(kind, "hypothesis fails")
    assert report.verdict == expected, report
    if expected == "hypothesis fails":
        assert str(seen) in report.reason


def test_the_boundary_is_named():
    assert "on the boundary of the domain, at w[0, 1] = 0" in str(ib.behavior(entropy_run(10.0)))


def test_the_run_does_not_move():
    run = entropy_run(1.0, 100)
    other = entropy_run(1.0, 100)
    ib.behavior(run)
    assert run.t == 100
    np.testing.assert_array_equal(run.advance(50).w, other.advance(50).w)
    assert len(run.trajectory) == len(other.trajectory)


def test_truncated_squared_is_stuck_outside_its_cap():
    problem = ib.Problem([[1.0, 2], [1, -1]], [10.0, 0], ib.TruncatedSquared(4.0))
    stuck = ib.Run(problem, ib.GradientDescent(), ib.Constant(0.1)).advance(300)
    seen = ib.behavior(stuck)
    assert seen.kind == "stalled"
    assert "1 of 2 samples lie on the flat part" in str(seen)
    report = ib.compare(stuck, ib.predict(problem, stuck.method))
    assert report.verdict == "hypothesis fails"
    assert "flat part" in report.reason
    inside = ib.Run(problem, ib.GradientDescent(), ib.Constant(0.1), w0=[3.0, 3]).advance(300)
    assert ib.compare(inside, ib.predict(problem, inside.method, inside.trajectory.w[0])).verdict == "holds"


def test_schedules_that_end_and_refusals():
    run = ib.Run(EXAMPLE_2, ib.GradientDescent(), ib.Schedule([0.01] * 10)).advance(10)
    assert ib.behavior(run).kind == "converging"
    with pytest.raises(TypeError, match="^run: expected a Run"):
        ib.behavior(None)
    monotone = ib.Problem([[1.0, 2]], [1.0], ib.Exponential())
    with pytest.raises(ValueError, match="^run: expected one on a loss with a finite root"):
        ib.behavior(ib.Run(monotone, ib.GradientDescent()))


@pytest.mark.parametrize(
    ("X", "y", "loss", "method", "options", "steps"),
    [
        # from a tiny start the weights grow for long before the residual moves
        ([[1.0, 2]], [1.0], ib.Squared(), ib.MirrorDescent(ib.Entropy()), {"w0": [1e-16] * 2}, 1000),
        (np.diag([1, 1e-8]), [1.0, 1], ib.Squared(), ib.GradientDescent(), {}, 1000),
        (
            np.diag([1, 0.01]),
            [1.0, 1],
            ib.Squared(),
            ib.GradientDescent(ib.DualMomentum.heavy_ball(0.999)),
            {},
            1500,
        ),
        (
            np.random.default_rng(0).standard_normal((4, 6)),
            np.ones(4),
            ib.Squared(),
            ib.GradientDescent(),
            {"batch": ib.MiniBatch(1, 0)},
            1000,
        ),
        (
            np.eye(2),
            [0.0, 0],
            ib.Huber(0.5),
            ib.MirrorDescent(ib.QuadraticPotential(np.linalg.inv([[1.0, -3], [-3, 10]]))),
            {"w0": [30.0, 2]},
            0,
        ),
    ],
)
def test_slow_is_not_wrong(X, y, loss, method, options, steps):
    """Runs that converge in the end are called nothing else on the way."""
    problem = ib.Problem(X, y, loss)
    run = ib.Run(problem, method, ib.Constant(1e-3), **options).advance(steps)
    assert ib.behavior(run).kind == "converging"
    claim = ib.predict(problem, method, options.get("w0"))
    assert ib.compare(run, claim).verdict == "not yet converged"


@pytest.mark.parametrize(
    ("method", "eta", "options", "steps"),
    [
        (ib.GradientDescent(), 0.3, {}, 500),
        (ib.GradientDescent(), 0.26, {}, 300),
        (ib.GradientDescent(ib.PrimalMomentum.heavy_ball(0.5)), 0.5, {}, 300),
        (ib.GradientDescent(ib.DualMomentum.nesterov(0.5)), 0.5, {}, 300),
        (ib.GradientDescent(), 0.3, {"batch": ib.MiniBatch(1, 0)}, 2000),
        (ib.SteepestDescent(ib.Lp(math.inf)), 0.5, {}, 400),
        (ib.MirrorDescent(ib.SquaredLp(1.5)), 0.9, {}, 300),
    ],
)
def test_growth_is_seen_at_any_rate(method, eta, options, steps):
    # The curvature is 8: gradient descent diverges from eta = 1/4 on, heavy ball from (1 + beta) / 4 on.
    problem = ib.Problem([[1.0, 0], [0, 2]], [1.0, 1], ib.Squared())
    run = ib.Run(problem, method, ib.Constant(eta), **options).advance(steps)
    assert run.residual > 10 * run.trajectory.residual[0]
    assert ib.behavior(run).kind == "diverging"
    claim = ib.predict(problem, method)
    if claim is not None:
        assert ib.compare(run, claim).verdict == "hypothesis fails"


@pytest.mark.parametrize("w0", [[2.0, -2, 1], [3.0, 0, 0], [0.0, 7, 3], [1e-300, 0, 3], [3e8, 1, 3 - 3e8]])
@pytest.mark.parametrize(
    "method",
    [ib.GradientDescent(), ib.MirrorDescent(ib.SquaredLp(1.2)), ib.GradientDescent(ib.PrimalMomentum(0.5))],
)
def test_a_run_that_starts_on_a_solution_stays_there(method, w0):
    problem = ib.Problem([[1.0, 0, 1]], [3.0], ib.Squared())
    run = ib.Run(problem, method, ib.Constant(0.005), w0=w0).advance(1500)
    assert ib.behavior(run).kind == "converged"
    assert ib.compare(run, ib.predict(problem, method, w0=w0)).verdict == "holds"


@pytest.mark.parametrize("steps", [0, 1, 100])
def test_a_run_that_starts_on_zero(steps):
    problem = ib.Problem([[1.0, 0, 1]], [0.0], ib.Squared())
    run = ib.Run(problem, ib.GradientDescent(), ib.Constant(0.1)).advance(steps)
    assert ib.behavior(run).kind == "converged"
    assert ib.compare(run, ib.predict(problem, run.method)).verdict == "holds"


def test_a_run_that_has_left_the_range_of_doubles_diverges():
    X = [[2.0, -2, 0, 2, 0, 2], [1, 1, -1, -1, 0, 2]]
    problem = ib.Problem(X, [0.4827547398858578, 0.09526236304399827], ib.Squared())
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(3.0)), ib.Constant(6.07)).advance(10)
    assert ib.behavior(run).kind == "diverging"
