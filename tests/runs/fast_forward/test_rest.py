"""Fast-forward under weight decay: to where the run comes to rest."""

import numpy as np
import pytest
from scipy.special import lambertw

import conftest
import implicitbias as ib


@pytest.mark.parametrize("momentum", [None, ib.EMA(0.9), ib.EMA(0.5, nesterov=True)])
@pytest.mark.parametrize("step", [ib.Constant(0.1), ib.Polynomial(0.3, 0.5)])
def test_one_sample(momentum, step):
    """decay w = e^-w: w = W(1 / decay)."""
    problem, decay = ib.Problem([[1.0]], [1.0], ib.Exponential()), 0.05
    method = ib.SteepestDescent(ib.Lp(2), momentum=momentum, weight_decay=decay)
    run = ib.Run(problem, method, step).fast_forward(until_log10=1e4)
    assert run.log10_t == 1e4
    assert abs(run.w[0] - lambertw(1 / decay).real) <= run.error <= 1e-8


def test_adamw():
    """Entry by entry decay |w| = |g| / (|g| + eps) with the sign of -g, which is no minimum of L + |w|^2."""
    problem = ib.Problem(*conftest.separable(20, 5), ib.Logistic())
    run = ib.Run(problem, ib.Adam(0.9, 0.99, 1e-1, 0.3), ib.Constant(0.01)).fast_forward(1e300)
    rows = problem.y[:, None] * problem.X
    force = rows.T @ (1 / (1 + np.exp(rows @ run.w)))
    assert run.trajectory.integrated[-1]
    np.testing.assert_allclose(0.3 * run.w, force / (np.abs(force) + 1e-1), atol=1e-9)


def test_data_that_are_not_separable_come_to_rest_too():
    X = np.random.default_rng(0).standard_normal((40, 3))
    problem = ib.Problem(X, np.sign(X[::-1, 0]), ib.Logistic())
    make = lambda: ib.Run(problem, ib.SteepestDescent(ib.Lp(3), weight_decay=1.0), 0.005)  # noqa: E731
    leapt, real = make().fast_forward(10**6), make().advance(10**6)
    assert leapt.trajectory.integrated[-1]
    assert np.linalg.norm(leapt.w - real.w) <= leapt.error
    assert np.linalg.norm(leapt.advance(100).w - real.advance(100).w) <= leapt.error


def test_a_run_leaps_within_a_decade():
    """Its first looks are at 100 and 1000: none of those that end a decade is at 316,228."""
    problem = ib.Problem(*conftest.separable(20, 5), ib.Exponential())
    make = lambda: ib.Run(problem, ib.SteepestDescent(ib.Lp(2), weight_decay=0.01), 0.01)  # noqa: E731
    leapt, real = make().fast_forward(10**7), make().advance(2 * 10**6)
    rows = leapt.trajectory
    assert 10**5 < rows.t[~rows.integrated][-1] < 9 * 10**5
    assert np.linalg.norm(leapt.w - real.w) <= leapt.error


def test_a_run_that_goes_to_and_fro_is_not_at_rest():
    """The same w every other step, at which a decade ago it was, too."""
    problem = ib.Problem([[1.0]], [1.0], ib.Exponential())
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(2), weight_decay=0.05), 14.0)
    before, after = run.advance(10**5).w, run.advance(10**5 * 2).w
    assert abs(before - after) < 1e-9
    with pytest.raises(ib.InvalidValueError, match="^tolerance: .* not at rest yet"):
        run.fast_forward()


@pytest.mark.parametrize(
    ("method", "step", "complaint"),
    [
        (ib.Signum(0.0, weight_decay=0.1), 0.01, r"^method: expected a strictly convex norm"),
        (ib.SteepestDescent(ib.Lp(1), weight_decay=0.1), 0.01, "^method: .* jump for ever"),
        (ib.Adam(eps=0, weight_decay=0.1), 0.01, "^method: expected eps > 0"),
        (ib.Lion(weight_decay=0.1), 0.01, "^method: expected another one"),
        (
            ib.SteepestDescent(ib.Lp(2), weight_decay=0.1),
            ib.LossNormalized(1.0, 0.1),
            "^step_size: .* under weight decay",
        ),
    ],
)
def test_refusals(problem, method, step, complaint):
    with pytest.raises(ib.InvalidTypeError, match=complaint):
        ib.Run(problem, method, step).fast_forward()


@pytest.mark.slow
def test_decay_that_iterations_do_not_see():
    """At rest only after 1 / (eta weight_decay) iterations and more."""
    method = ib.SteepestDescent(ib.Lp(2), weight_decay=1e-8)
    with pytest.raises(ib.InvalidValueError, match="^tolerance: .* not at rest yet"):
        ib.Run(ib.Problem([[1.0]], [1.0], ib.Exponential()), method, 0.1).fast_forward()


def test_decay_that_is_rounding_beside_1_is_not_divided_by():
    problem = ib.Problem([[1.0, 2], [2, -0.5], [1, 1]], [1, 1, 1], ib.Exponential())
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(2), weight_decay=1e-17), 0.01)
    with pytest.raises(ib.InvalidValueError, match="^tolerance: 1e-08 cannot be met"):
        run.fast_forward(1e30)
