"""Losses against 50-digit arithmetic."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import examples
import implicitbias as ib

mpmath.mp.dps = 50


def normal_tail(z):
    return mpmath.erfc(z / mpmath.sqrt(2)) / 2


HUBER = mpmath.mpf(0.7)
REFERENCE = {
    "Squared": lambda z: z * z,
    "Huber": lambda z: (
        z * z if abs(z) <= mpmath.mpf(0.7) else mpmath.mpf(0.7) * (2 * abs(z) - mpmath.mpf(0.7))
    ),
    "TruncatedSquared": lambda z: min(z * z, 9),
    "LogCosh": lambda z: mpmath.log(mpmath.cosh(z)),
    "Exponential": lambda z: mpmath.exp(-z),
    "Logistic": lambda z: mpmath.log1p(mpmath.exp(-z)),
    "Probit": lambda z: -mpmath.log1p(-normal_tail(z)) if z > 0 else -mpmath.log(normal_tail(-z)),
    "Sigmoid": lambda z: 1 / (1 + mpmath.exp(z)),
    "PolynomialTail": lambda z: (1 + z) ** mpmath.mpf(-0.5) if z >= 0 else 1 - z / 2,
}
SLOPE = {
    "Squared": lambda z: 2 * z,
    "Huber": lambda z: 2 * z if abs(z) <= HUBER else mpmath.sign(z) * 2 * HUBER,
    "TruncatedSquared": lambda z: 2 * z if z * z < 9 else 0,
    "LogCosh": mpmath.tanh,
    "Exponential": lambda z: -mpmath.exp(-z),
    "Logistic": lambda z: -1 / (1 + mpmath.exp(z)),
    "Probit": lambda z: -mpmath.npdf(z) / (1 - normal_tail(z) if z > 0 else normal_tail(-z)),
    "Sigmoid": lambda z: -1 / (2 + mpmath.exp(z) + mpmath.exp(-z)),
    "PolynomialTail": lambda z: -((1 + max(z, 0)) ** mpmath.mpf(-1.5)) / 2,
}


# With one margin a sample, between two classes.
for name, other in (
    ("CrossEntropy", "Logistic"),
    ("MulticlassExponential", "Exponential"),
    ("PairwiseLogistic", "Logistic"),
):
    REFERENCE[name], SLOPE[name] = REFERENCE[other], SLOPE[other]


def check(loss, z):
    name = type(loss).__name__
    exact = [mpmath.mpf(float(entry)) for entry in z]
    log_loss, log_scale, slopes = loss.evaluate(z)
    expected = mpmath.log(mpmath.fsum(map(REFERENCE[name], exact)))
    # A logarithm near 0 is exact relative to the arguments it came from.
    assert abs(log_loss - float(expected)) <= 4e-15 * max(1, abs(float(expected)))
    for slope, entry in zip(slopes, exact, strict=True):
        derivative = SLOPE[name](entry)
        scaled = mpmath.mpf(float(slope)) * mpmath.exp(mpmath.mpf(log_scale))
        if abs(slope) > 1e-280:
            # The exponent is a difference, and exact relative to its terms.
            scale = 1 + abs(log_scale) + abs(mpmath.log(abs(derivative)))
            assert scaled / derivative > 0
            assert abs(mpmath.log(scaled / derivative)) <= 4e-15 * scale
        else:
            assert abs(derivative) < 1e-270 * mpmath.exp(mpmath.mpf(log_scale))


@pytest.mark.parametrize("loss", [loss for loss in examples.LOSSES if loss.monotone], ids=repr)
@given(
    z=st.lists(st.floats(-1e3, 1e6), min_size=1, max_size=8),
    near=st.lists(st.floats(-40, 40), max_size=8),
)
def test_monotone_losses(loss, z, near):
    check(loss, z)
    check(loss, [z[0] + shift for shift in [0.0, *near]])
    assert math.isclose(loss.evaluate(z)[2].sum(), -1, rel_tol=1e-14)


@pytest.mark.parametrize("margin", [5.0, 38.0, 1e3, 1e8, 1e77, 1e150])
@pytest.mark.parametrize("side", [0, math.inf])
def test_probit_from_tail_to_tail(margin, side):
    # Across the change of formula at 5, where erfc underflows (38), and where margins have no squares left.
    near = np.nextafter(margin, side)
    with mpmath.workdps(350):  # the exponents have 300 digits
        for z in (margin, near, -margin, -near, 0.0, -0.0):
            check(ib.Probit(), [z])


@pytest.mark.parametrize("margin", [1e4, 1e8, 1e15, 1e300])
def test_sigmoid_far_out(margin):
    for z in (margin, -margin):
        log_loss, log_scale, _ = ib.Sigmoid().evaluate([z])
        assert (log_loss, log_scale) == (min(0, -z), -margin)


@pytest.mark.parametrize("power", [1e-3, 0.5, 1.0, 2.0, 50.0])
@given(
    z=st.lists(
        st.floats(-1e3, 1e3)
        | st.floats(-1e-6, 1e-6)
        | st.sampled_from([0.0, 1e150, 1.7e308, -1e150, -1e308]),
        min_size=1,
        max_size=6,
    )
)
def test_polynomial_tails_of_every_power(power, z):
    log_loss, log_scale, slopes = ib.PolynomialTail(power).evaluate(z)
    b, exact = mpmath.mpf(power), [mpmath.mpf(entry) for entry in z]
    values = [(1 + entry) ** -b if entry >= 0 else 1 - b * entry for entry in exact]
    expected = float(mpmath.log(mpmath.fsum(values)))
    assert abs(log_loss - expected) <= 4e-15 * (1 + abs(expected))
    derivatives = [b * (1 + max(entry, 0)) ** (-b - 1) for entry in exact]
    log_sum = float(mpmath.log(mpmath.fsum(derivatives)))
    assert abs(log_scale - log_sum) <= 4e-15 * (1 + abs(log_sum))
    shares = [float(-each / mpmath.fsum(derivatives)) for each in derivatives]
    np.testing.assert_allclose(
        slopes, shares, rtol=4e-15 * (1 + abs(log_sum) + 710 * (power + 1)), atol=1e-300
    )


@pytest.mark.parametrize(
    "power", [0.1, 0.5, (math.sqrt(5) - 1) / 2 - 1e-9, (math.sqrt(5) - 1) / 2 + 1e-9, 3.0]
)
def test_when_polynomial_tails_bound_their_curvature(power):
    loss, margins = ib.PolynomialTail(power), np.geomspace(1e-9, 1e6, 200)
    ratios = power * (power + 1) / (1 + margins) ** 2  # of l'' and l; below 0 l'' = 0
    assert loss.bounds_curvature == bool(np.all(ratios <= 1))
    assert (loss.monotone, loss.convex, loss.exponential_tail) == (True, True, False)
    problem = ib.Problem([[1.0, 2.0]], [1], loss)
    if loss.bounds_curvature:
        assert ib.Run(problem, ib.GradientDescent()).advance(10).t == 10
    else:
        with pytest.raises(
            ib.InvalidValueError, match="^step_size: LossNormalized needs a loss whose curvature"
        ):
            ib.Run(problem, ib.GradientDescent())


@pytest.mark.parametrize("loss", [loss for loss in examples.LOSSES if not loss.multiclass], ids=repr)
def test_strictly_convex_losses_are_straight_nowhere(loss):
    points = np.linspace(-6, 6, 241)
    found = [loss.evaluate([z]) for z in points]
    derivatives = np.array([math.exp(log_scale) * slopes[0] for _, log_scale, slopes in found])
    assert loss.strictly_convex == bool(np.all(np.diff(derivatives) > 0))


def test_polynomial_tails_follow_the_regularization_path():
    # Ji et al. (2020): the direction minimizes sum_n <w, y_n x_n>^-b on the unit sphere.
    X, y = np.array([[1.0, 0.3], [0.4, 1.0], [0.9, 0.8]]), np.ones(3)
    angles = np.linspace(0, np.pi / 2, 200_001)
    directions = np.column_stack([np.cos(angles), np.sin(angles)])
    best = directions[np.argmin((1 / (directions @ X.T)).sum(axis=1))]
    problem = ib.Problem(X, y, ib.PolynomialTail(1.0))
    run = ib.Run(problem, ib.GradientDescent(), ib.Normalized(10.0)).advance(2000)
    np.testing.assert_allclose(run.w / np.linalg.norm(run.w), best, atol=1e-3)
    assert (X @ best).min() < 0.99 * ib.max_margin(problem, ib.Lp(2)).value
    report = ib.compare(run, ib.predict(problem, run.method))
    assert (report.verdict, report.gap < 1e-3) == ("hypothesis fails", True)  # of steps of one length


@pytest.mark.parametrize("loss", [loss for loss in examples.LOSSES if not loss.monotone], ids=repr)
@given(z=st.lists(st.floats(1e-6, 1e6) | st.floats(-1e6, -1e-6), min_size=1, max_size=8))
def test_root_losses(loss, z):
    check(loss, z)


@pytest.mark.parametrize("loss", [loss for loss in examples.LOSSES if not loss.monotone], ids=repr)
@given(
    z=st.lists(st.floats(0.1, 10), min_size=1, max_size=8),
    sign=st.sampled_from([-1, 1]),
    scale=st.sampled_from([1e-7, 1e-60, 1e-130, 1e-160, 1e-250, 1e-300]),
)
def test_root_losses_near_the_root(loss, z, sign, scale):
    # Squares underflow long before residuals do.
    check(loss, sign * scale * np.array(z))


@pytest.mark.parametrize("loss", [ib.Huber(0.7), ib.TruncatedSquared(9.0), ib.LogCosh()], ids=repr)
@pytest.mark.parametrize("residual", [1e20, -1e160, 1e300])
def test_root_losses_far_from_the_root(loss, residual):
    check(loss, [residual, 1.0])


@pytest.mark.parametrize("loss", [loss for loss in examples.LOSSES if loss != ib.Probit()], ids=repr)
@given(z=st.lists(st.floats(1e-6, 36) | st.floats(-36, -1e-6), min_size=2, max_size=20))
def test_slopes_to_four_units_in_the_last_place(loss, z):
    # Those of monotone losses are relative to one another: their ratios round four times.
    slopes = loss.evaluate(z)[2]
    exact = [SLOPE[type(loss).__name__](mpmath.mpf(entry)) for entry in z]
    if loss.monotone:
        ratios = [mpmath.mpf(float(slope)) / mpmath.mpf(float(slopes[0])) for slope in slopes]
        errors = [ratio * exact[0] / other - 1 for ratio, other in zip(ratios, exact, strict=True)]
        assert max(map(abs, errors)) <= 9 * 2.3e-16
    else:
        for slope, derivative in zip(slopes, exact, strict=True):
            assert abs(mpmath.mpf(float(slope)) - derivative) <= 4 * 2.3e-16 * abs(derivative)


def test_root_losses_at_their_edges():
    check(ib.Huber(0.7), [0.7, -0.7, np.nextafter(0.7, 1), -np.nextafter(0.7, 1)])
    check(ib.TruncatedSquared(9.0), [3.0, -3.0, np.nextafter(3, 0), np.nextafter(3, 4)])
    check(ib.LogCosh(), [1.0, np.nextafter(1, 0), np.nextafter(1, 2), 0.0])
    for loss in (ib.Squared(), ib.Huber(0.7), ib.TruncatedSquared(9.0), ib.LogCosh()):
        log_loss, _, slopes = loss.evaluate([0.0, -0.0])
        assert log_loss == -math.inf
        assert not slopes.any()


@pytest.mark.parametrize("make", [ib.Huber, ib.TruncatedSquared, ib.PolynomialTail])
@pytest.mark.parametrize("bad", [0, -1, math.nan, math.inf])
def test_parameters(make, bad):
    with pytest.raises(ValueError, match="^(delta|cap|power): expected a positive finite number"):
        make(bad)


@pytest.mark.parametrize("margin", [1e4, 1e8, 1e15, 1e300])
@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Logistic()], ids=repr)
def test_nothing_underflows(loss, margin):
    log_loss, log_scale, slopes = loss.evaluate([margin, 2 * margin])
    assert log_loss == pytest.approx(-margin, rel=1e-15)
    assert log_scale == pytest.approx(-margin, rel=1e-15)
    assert slopes[0] == pytest.approx(-1)


def test_many_samples_reach_every_vector_width():
    # The exponentials run in vectors of 2 to 8 with a remainder: every length must agree.
    rng = np.random.default_rng(0)
    for n in range(1, 40):
        z = rng.uniform(0, 50, n)
        check(ib.Exponential(), z)


def test_families():
    assert not ib.Squared().monotone
    for loss in (ib.Exponential(), ib.Logistic(), ib.Sigmoid()):
        assert loss.monotone
        assert loss.exponential_tail
    assert ib.Probit().monotone
    assert not ib.Probit().exponential_tail


@pytest.mark.parametrize("loss", [loss for loss in examples.LOSSES if loss.bounds_curvature], ids=repr)
def test_curvature_is_bounded_by_the_value(loss):
    # What LossNormalized assumes: l'' <= l.
    for z in np.linspace(-30, 30, 61):
        curvature = mpmath.diff(SLOPE[type(loss).__name__], z)
        assert curvature <= REFERENCE[type(loss).__name__](mpmath.mpf(z)) * (1 + mpmath.mpf("1e-20"))


def test_probit_outgrows_every_bound(problem):
    # l'' / l grows like m^2.
    for z in (5, 10, 20):
        ratio = mpmath.diff(SLOPE["Probit"], z) / REFERENCE["Probit"](mpmath.mpf(z))
        assert ratio == pytest.approx(z**2, rel=0.1)
    probit = ib.Problem(problem.X, problem.y, ib.Probit())
    method = ib.SteepestDescent(ib.Lp(2))
    with pytest.raises(ValueError, match="^step_size: .*curvature is bounded by its value"):
        ib.Run(probit, method, ib.LossNormalized())
    # With a constant step it runs, and Theorem 5 does not apply.
    run = ib.Run(probit, method, ib.Constant(0.05)).advance(2000)
    assert np.all(np.diff(run.trajectory.log_loss) <= 0)
    report = ib.compare(run, ib.predict(probit, method))
    assert (report.verdict, "Probit() has an exponential tail") == (
        "hypothesis fails",
        report.hypotheses[1][0][:32],
    )


def test_sigmoid_descends_without_convexity(problem):
    # From a start with every sample on the wrong side, where l'' < 0.
    sigmoid = ib.Problem(problem.X, problem.y, ib.Sigmoid())
    w0 = -5 * ib.predict(problem, ib.GradientDescent()).solve().direction
    for norm in (ib.Lp(1), ib.Lp(2), ib.Lp(math.inf)):
        run = ib.Run(sigmoid, ib.SteepestDescent(norm), w0=w0, record=ib.every(1)).advance(2000)
        assert np.all(np.diff(run.trajectory.log_loss) <= 0)
