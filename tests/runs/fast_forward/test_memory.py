"""Fast-forward of methods that remember: momentum, Adam and RMSProp."""

import math

import numpy as np
import pytest

import conftest
import implicitbias as ib

STEP = ib.Constant(0.01)


@pytest.fixture(scope="module")
def problem():
    return ib.Problem(*conftest.separable(20, 5), ib.Exponential())


def velocity_of_heavy_ball(eta, beta, t, terms):
    """d log t of w at w = log(eta t / (1 - beta)) for the loss e^-w, from the equation."""
    run = ib.Run(ib.Problem([[1.0]], [1.0], ib.Exponential()), ib.GradientDescent(ib.DualMomentum(beta)), eta)
    w = math.log(eta * t / (1 - beta))
    return run._loop.equation().velocity(math.log(t), [w], terms)[0]


@pytest.mark.parametrize("terms", [1, 2, 3, 4])
def test_modified_equation_of_the_heavy_ball(terms):
    """By matching powers of f = a e^-w, a = eta / (1 - beta), in dw(t) = beta dw(t-1) + eta e^-w.

    w' = f + c2 f^2 + c3 f^3 + ... has f' = -f w', hence w'' = -f^2 - 3 c2 f^3, w''' = 2 f^3 and
    (1 - beta) w' + (1 + beta) w'' / 2 + (1 - beta) w''' / 6 = (1 - beta) f up to f^4.
    """
    eta, beta = 0.5, 0.6
    c2 = (1 + beta) / (1 - beta) / 2
    c3 = 3 * c2**2 - 1 / 3
    errors = []
    for t in (400.0, 800.0):
        f = 1 / t
        errors.append(abs(velocity_of_heavy_ball(eta, beta, t, terms) / t - (f + c2 * f**2 + c3 * f**3)))
    assert math.log2(errors[0] / errors[1]) == pytest.approx(min(terms + 1, 4), abs=0.15)


@pytest.mark.parametrize("nesterov", [False, True])
def test_averages_of_gradients_are_heavy_balls(problem, nesterov):
    """In l2 with constant steps EMA(beta) is the heavy ball; nesterov is close to Nesterov's gamma = beta."""
    beta, run = 0.9, lambda method, eta: ib.Run(problem, method, eta)
    averaged = run(ib.SteepestDescent(ib.Lp(2), momentum=ib.EMA(beta, nesterov)), 0.01).fast_forward(1e300)
    other = ib.DualMomentum(beta, beta if nesterov else 0.0)
    pushed = run(ib.GradientDescent(other), 0.01 * (1 - beta)).fast_forward(1e300)
    assert max(averaged.error, pushed.error) < 1e-8
    if not nesterov:
        assert np.linalg.norm(averaged.w - pushed.w) <= averaged.error + pushed.error
    # One step of lag more or less moves w by less than 1 / t, and its start by what the path forgets.
    assert averaged.margin == pytest.approx(pushed.margin, rel=1e-4)


def test_primal_momentum_in_a_quadratic_potential_is_dual_momentum(problem):
    potential = ib.QuadraticPotential(np.diag([1.0, 2, 3, 4, 5]))
    ends = [
        ib.Run(problem, ib.MirrorDescent(potential, kind(0.8, 0.3)), STEP).fast_forward(1e200)
        for kind in (ib.PrimalMomentum, ib.DualMomentum)
    ]
    assert np.linalg.norm(ends[0].w - ends[1].w) <= ends[0].error + ends[1].error


def test_momentum_is_a_rescaled_step_in_the_end(problem):
    """Gradient descent's with eta / (1 - beta): w - w_hat log t tends to the same here, from afar at 10^5."""
    heavy, plain = (
        ib.Run(problem, ib.GradientDescent(momentum), eta)
        for momentum, eta in ((ib.DualMomentum(0.9), 0.001), (None, 0.01))
    )
    assert np.linalg.norm(heavy.fast_forward(1e5).w - plain.fast_forward(1e5).w) > 1e-5
    assert np.linalg.norm(heavy.fast_forward(1e300).w - plain.fast_forward(1e300).w) < 1e-8


@pytest.mark.parametrize("eps", [1e-3, 1e-8])
def test_adam_is_gradient_descent_in_the_end(problem, eps):
    """With steps eta / eps: the asymptote of w is that of these, and the direction the l2 maximum margin."""
    run = ib.Run(problem, ib.Adam(0.9, 0.99, eps), ib.Constant(0.01)).fast_forward(1e300)
    assert run.error < 1e-8
    line = ib.asymptote(ib.Run(problem, ib.GradientDescent(), ib.Constant(0.01 / eps))).solve()
    distance = run.w - line.w_hat * math.log(1e300) - line.w_tilde
    assert np.abs(line.w_hat @ distance) / np.linalg.norm(line.w_hat) < 1e-2
    margins = problem.y * (problem.X @ run.w)
    best = ib.max_margin(problem, ib.Lp(2)).value
    assert margins.min() / np.linalg.norm(run.w) > 0.99 * best


def test_a_run_leaps_within_a_decade(problem):
    """Its looks that end a decade are at 30,000 and powers of 10 times that."""
    make = lambda: ib.Run(problem, ib.Adam(), ib.Constant(0.01))  # noqa: E731
    leapt, real = make().fast_forward(3 * 10**6), make().advance(3 * 10**6)
    rows = leapt.trajectory
    assert 10**6 < rows.t[~rows.integrated][-1] < 2 * 10**6
    assert np.linalg.norm(leapt.w - real.w) <= leapt.error


def in_one_scale(run):
    memory = run._loop.memory
    scale = np.exp(memory["log_scale"]) if "log_scale" in memory else 1.0
    return {name: part * scale for name, part in memory.items()}


@pytest.mark.parametrize(
    "method",
    [
        ib.GradientDescent(ib.DualMomentum(0.9, 0.9)),
        ib.SteepestDescent(ib.Lp(3), momentum=ib.EMA(0.5)),
        ib.MirrorDescent(ib.Entropy(), ib.DualMomentum(0.5)),
        ib.Adam(0.9, 0.99, 0.1),
        ib.RMSProp(0.9, 0.1),
    ],
    ids=lambda method: type(method).__name__,
)
def test_what_is_remembered_after_a_leap(method, tmp_path):
    """Iterations go on from a leap as if there had been none, and so do checkpoints."""
    X = np.abs(conftest.separable(10, 4, 3)[0])
    problem = ib.Problem(X, np.ones(10), ib.Exponential())
    run = ib.Run(problem, method, ib.Constant(0.002)).fast_forward(50_000, tolerance=1e-5)
    real = ib.Run(problem, method, ib.Constant(0.002)).advance(50_000)
    assert run.trajectory.integrated[-1]
    real_memory = in_one_scale(real)
    for name, memory in in_one_scale(run).items():
        if name not in ("dual_rest", "log_scale"):
            np.testing.assert_allclose(memory, real_memory[name], atol=1e-4 * np.abs(memory).max())
    run.save(tmp_path / "run.npz")
    again = ib.Run.load(tmp_path / "run.npz")
    np.testing.assert_array_equal(again.advance(1000).w, run.advance(1000).w)
    assert np.linalg.norm(run.w - real.advance(1000).w) <= run.error + 1e-11


@pytest.mark.parametrize(
    ("method", "complaint"),
    [
        (ib.Signum(0.9), r"a strictly convex norm .* jump about ties by what was 9 iterations ago"),
        (ib.Lion(), "another one, got Lion.* what their mean follows is not known"),
        (ib.DualAcceleration(), "another one, got DualAcceleration.* a run needs no leap"),
        (ib.Adam(eps=0), "eps > 0, got Adam"),
        (ib.RMSProp(eps=0), "eps > 0, got RMSProp"),
        (ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum(0.5)), "DualMomentum, or a quadratic potential"),
        (ib.GradientDescent(ib.DualMomentum(1.0)), "beta < 1"),
        (ib.GradientDescent(ib.DualMomentum([0.5] * 10)), "one number each for beta and gamma"),
    ],
)
def test_refusals(problem, method, complaint):
    run = ib.Run(problem, method, STEP, w0=np.ones(5))
    with pytest.raises(ib.InvalidTypeError, match=f"^method: expected {complaint}"):
        run.fast_forward()
    assert run.t == 0


@pytest.mark.slow
def test_adam_that_has_not_come_to_eps():
    """At steps that decrease its derivatives stay above eps, and some go to and fro: no smooth curve."""
    problem = ib.Problem([[2.0, 1.0], [1.0, -0.3]], [1, 1], ib.Exponential())
    run = ib.Run(problem, ib.Adam(eps=1e-300), ib.Polynomial(0.1, 0.8))
    with pytest.raises(ib.InvalidValueError, match="^tolerance: .* follow no smooth curve yet"):
        run.fast_forward()
