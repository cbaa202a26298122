"""Models of one's own: they iterate as those of the package do, and what does not fit is named."""

import numpy as np
import pytest

import implicitbias as ib
from own_nouns import OwnDiagonal, Power

RNG = np.random.default_rng(0)
X = RNG.standard_normal((12, 3))
Y = np.sign(X @ [1.0, -2.0, 0.5])
THETA = 0.3 * RNG.standard_normal((2, 3))


def runs(loss, method, step_size, n=200, **options):
    """Return a run on a model of one's own and one on the same of the package."""
    own = ib.Problem(X, Y, loss, model=OwnDiagonal())
    twin = ib.Problem(X, Y, loss, model=ib.Diagonal())
    mine = ib.Run(own, method, step_size, w0=THETA, **options)
    return mine.advance(n), ib.Run(twin, method, step_size, w0=THETA.ravel(), **options).advance(n)


@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Logistic(), ib.Squared()], ids=repr)
@pytest.mark.parametrize(
    ("method", "step_size", "batch"),
    [
        (ib.GradientDescent(), 0.01, None),
        (ib.GradientDescent(), ib.Polynomial(0.05, 0.5), ib.MiniBatch(4, seed=1)),
        (ib.Adam(), 0.01, None),
        (ib.Signum(0.5), ib.Normalized(0.1, 0.5), None),
    ],
)
def test_as_the_package(loss, method, step_size, batch):
    mine, theirs = runs(loss, method, step_size, batch=batch)
    assert mine.theta.shape == (2, 3)
    np.testing.assert_allclose(mine.theta.ravel(), theirs.theta, rtol=1e-9)
    np.testing.assert_allclose(mine.w, theirs.w, rtol=1e-9)
    assert mine.log_loss == pytest.approx(theirs.log_loss, rel=1e-9)
    if loss.monotone:
        assert mine.margin == pytest.approx(theirs.margin, rel=1e-9)
        assert mine.kkt_residual == pytest.approx(theirs.kkt_residual, rel=1e-8)
        assert mine.induced_norm is None


def test_loss_normalized_steps_take_the_bound():
    mine, theirs = runs(ib.Exponential(), ib.GradientDescent(), ib.LossNormalized())
    np.testing.assert_allclose(mine.theta.ravel(), theirs.theta, rtol=1e-9)

    class Without(ib.Model):
        degree = OwnDiagonal.degree
        parameters, value, pullback = OwnDiagonal.parameters, OwnDiagonal.value, OwnDiagonal.pullback

    problem = ib.Problem(X, Y, ib.Exponential(), model=Without())
    with pytest.raises(ib.InvalidValueError, match=r"^step_size: LossNormalized needs .* defines reach"):
        ib.Run(problem, ib.GradientDescent(), ib.LossNormalized(), w0=THETA)


def test_parameters_are_the_predictor_s_where_nothing_is_said():
    class Cube(ib.Model):
        degree = 3

        def value(self, theta):
            return theta**3

        def pullback(self, theta, g):
            return 3 * theta**2 * g

    problem = ib.Problem(X, Y, ib.Squared(), model=Cube())
    assert problem.shape == problem.predictor_shape == (3,)
    assert Cube().degree == 3
    assert not Cube().identity
    with pytest.raises(ib.InvalidValueError, match=r"0 is a saddle point of Cube\(\).*--w0 'normal\(0.1\)'"):
        ib.Run(problem, ib.GradientDescent(), 0.01)


def changed(**members):
    return type("Mine", (OwnDiagonal,), members)


@pytest.mark.parametrize(
    ("members", "error", "text"),
    [
        ({"degree": 3}, ib.InvalidValueError, r"Mine.degree: it says that value\(2 theta\) = 2\^3 value"),
        ({"degree": 1.5}, ib.InvalidValueError, "Mine.degree: expected an integer from 1 to 100, got 1.5"),
        ({"degree": "two"}, ib.InvalidTypeError, "Mine.degree"),
        ({"degree": ib.Model.degree}, ib.InvalidTypeError, "Mine: expected a number degree"),
        ({"value": lambda self, theta: "w"}, ib.InvalidTypeError, r"Mine.value\(\) returned"),
        ({"value": lambda self, theta: theta[0]}, ib.InvalidValueError, "Mine.degree"),
        ({"value": lambda self, theta: theta}, ib.InvalidValueError, r"Mine.value\(\) returned: .*\(3,\)"),
        ({"value": lambda self, theta: theta[0] * np.nan}, ib.InvalidValueError, r"Mine.value\(\).*NaN"),
        (
            {"pullback": lambda self, theta, g: g},
            ib.InvalidValueError,
            r"Mine.pullback\(\) returned: .*\(2, 3\)",
        ),
        (
            {"pullback": lambda self, theta, g: theta * np.stack([g, -g])},
            ib.InvalidValueError,
            r"Mine.pullback\(\): it contradicts value\(\)",
        ),
        (
            {"parameters": lambda self, shape: (0, 3)},
            ib.InvalidValueError,
            r"Mine.parameters\(\) returned: .*got 0",
        ),
        ({"parameters": lambda self, shape: None}, ib.InvalidTypeError, r"Mine.parameters\(\) returned"),
        ({"reach": lambda self, x: 1e-3}, ib.InvalidValueError, r"Mine.reach\(\): expected a bound"),
    ],
)
def test_what_does_not_fit_is_named(members, error, text):
    with pytest.raises(error, match=text):
        ib.Problem(X, Y, ib.Squared(), model=changed(**members)())


def test_missing_methods_are_named():
    class Empty(ib.Model):
        degree = 2

    with pytest.raises(
        ib.InvalidTypeError, match=r"Empty: expected a method value, found none; write def value\("
    ):
        ib.Problem(X, Y, ib.Squared(), model=Empty())


def test_checkpoints_are_given_the_objects_again(tmp_path):
    path = tmp_path / "run.npz"
    rule = ib.LossNormalized(Power(0.5, 0.5))
    problem = ib.Problem(X, Y, ib.Exponential(), model=OwnDiagonal())
    whole = ib.Run(problem, ib.GradientDescent(), rule, w0=THETA).advance(50)
    ib.Run(problem, ib.GradientDescent(), rule, w0=THETA).advance(20).save(path)
    again = ib.Run.load(path, model=OwnDiagonal(), step_size=Power(0.5, 0.5))
    assert (again.advance(30).theta == whole.theta).all()
    assert again.step_size.scale.eta == 0.5
    with pytest.raises(
        ib.CheckpointError, match=r"model: the run was saved with a model of class .*OwnDiagonal"
    ):
        ib.Run.load(path, step_size=Power(0.5, 0.5))
    with pytest.raises(ib.CheckpointError, match="step_size: it has other values"):
        ib.Run.load(path, model=OwnDiagonal(), step_size=Power(0.4, 0.5))

    class Other(OwnDiagonal):
        def value(self, theta):
            return 2 * super().value(theta)

    Other.__qualname__ = OwnDiagonal.__qualname__
    Other.__module__ = OwnDiagonal.__module__
    with pytest.raises(ib.CheckpointError, match="model: it has other values"):
        ib.Run.load(path, model=Other(), step_size=Power(0.5, 0.5))
