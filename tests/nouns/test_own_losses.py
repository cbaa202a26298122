"""Losses of one's own: against those of the package, and what they may do wrong."""

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import implicitbias as ib
from conftest import separable
from own_nouns import (
    Adam,
    LinearLogistic,
    OwnExponential,
    OwnHuber,
    OwnLogistic,
    OwnSquared,
    Power,
)
from storages import STORAGES

PAIRS = [
    (OwnSquared(), ib.Squared()),
    (OwnHuber(0.7), ib.Huber(0.7)),
    (OwnExponential(), ib.Exponential()),
    (OwnLogistic(), ib.Logistic()),
    (LinearLogistic(), ib.Logistic()),
]
X, Y = separable(20, 5)
MIXED = np.where(np.arange(20) % 2, 1.0, -1.0)  # labels that no direction separates
EASY = Y[:, None] * (np.full(5, 2.0) + 0.3 * X)  # samples of a large margin: the loss falls fast


@pytest.mark.parametrize(("own", "known"), PAIRS, ids=str)
@given(seed=st.integers(0, 10**6), scale=st.floats(1e-3, 20), n=st.integers(1, 30))
def test_a_loss_is_what_the_package_has(own, known, seed, scale, n):
    z = scale * np.random.default_rng(seed).standard_normal(n)
    mine, theirs = own.evaluate(z), known.evaluate(z)
    assert mine[0] == pytest.approx(theirs[0], rel=1e-12, abs=1e-12)
    assert mine[1] == pytest.approx(theirs[1], rel=1e-12, abs=1e-12)
    np.testing.assert_allclose(mine[2], theirs[2], rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize(("own", "known"), PAIRS, ids=str)
@pytest.mark.parametrize(
    ("method", "steps", "batch"),
    [
        (ib.GradientDescent(), ib.Constant(0.01), None),
        (ib.SteepestDescent(ib.Lp(1)), ib.Constant(0.01), None),
        (ib.GradientDescent(), ib.ExactLineSearch(0.5), None),
        (ib.AdaGrad(), ib.Polynomial(0.1, 0.5), ib.MiniBatch(4, seed=2)),
        (ib.MirrorDescent(ib.SquaredLp(1.5), ib.DualMomentum(0.5)), ib.Constant(0.003), None),
    ],
    ids=str,
)
def test_runs_are_those_of_the_package(own, known, method, steps, batch):
    mine, theirs = (
        ib.Run(
            ib.Problem(X, MIXED, loss), method, steps, batch=batch, record=ib.every(20), form="plain"
        ).advance(200)
        for loss in (own, known)
    )
    assert mine.form == "plain"
    assert list(mine.trajectory) == list(theirs.trajectory)
    for column in theirs.trajectory:
        np.testing.assert_allclose(
            getattr(mine.trajectory, column), getattr(theirs.trajectory, column), rtol=1e-8, atol=1e-10
        )


def test_nothing_underflows():
    for own, known in PAIRS[2:4]:
        runs = [
            ib.Run(ib.Problem(EASY, Y, loss), ib.GradientDescent()).advance(3000) for loss in (own, known)
        ]
        assert runs[0].log_loss < -1000
        assert runs[0].log_loss == pytest.approx(runs[1].log_loss, rel=1e-8)
        assert runs[0].bracket == pytest.approx(runs[1].bracket, rel=1e-8)
    assert runs[0].support_vectors().indices.size


@pytest.mark.parametrize("storage", STORAGES)
def test_every_storage_and_several_threads(storage, tmp_path):
    rng = np.random.default_rng(0)
    samples = rng.standard_normal((1040, 512))
    labels = np.sign(samples @ rng.standard_normal(512))
    own, known = (
        ib.Problem(STORAGES[storage](samples, tmp_path), labels, loss)
        for loss in (OwnLogistic(), ib.Logistic())
    )
    w = rng.standard_normal(512)
    for threads in (1, 2):
        mine, theirs = own.evaluate(w, threads=threads), known.evaluate(w, threads=threads)
        np.testing.assert_allclose(mine[2], theirs[2], rtol=1e-6, atol=1e-9)
        run = ib.Run(own, ib.GradientDescent(), 1e-4, threads=threads).advance(3)
        np.testing.assert_allclose(
            run.w, ib.Run(known, ib.GradientDescent(), 1e-4).advance(3).w, rtol=1e-6, atol=1e-12
        )


def test_facts():
    facts = ("monotone", "convex", "bounds_curvature", "exponential_tail")

    def of(loss):
        return tuple(getattr(loss, fact) for fact in facts)

    assert of(OwnSquared()) == (False, True, False, False)
    assert of(OwnLogistic()) == (True, True, True, True)
    assert of(type("Bare", (OwnLogistic,), dict.fromkeys(facts[1:], False))()) == (True, False, False, False)
    bare = type("Bare", (ib.Loss,), {"value": OwnSquared.value, "slope": OwnSquared.slope})()
    assert of(bare) == (False, False, False, False)
    problem = ib.Problem(X, Y, bare)
    assert problem.loss is bare
    assert repr(problem) == "Problem(20 samples of shape (5,), Bare())"
    with pytest.raises(ib.InvalidValueError, match="a convex loss .*one of your own states convex = True"):
        ib.Run(problem, ib.GradientDescent(), ib.ExactLineSearch())
    with pytest.raises(ib.InvalidTypeError, match=r"^step_size: expected a StepSize, got None, and Bare\(\)"):
        ib.Run(problem, ib.GradientDescent())


def test_a_checkpoint_wants_the_loss(tmp_path):
    path = tmp_path / "run.npz"
    for loss, labels in ((OwnHuber(0.5), X @ np.ones(5)), (OwnLogistic(), Y)):
        run = ib.Run(ib.Problem(X, labels, loss), Adam(), Power(0.01, 0.3)).advance(30)
        run.save(path)
        nouns = {"method": Adam(), "step_size": Power(0.01, 0.3)}
        again = ib.Run.load(path, loss=pickle.loads(pickle.dumps(loss)), **nouns)
        copied = pickle.loads(pickle.dumps(run))
        run.advance(40)
        for other in (again, copied):
            np.testing.assert_array_equal(other.advance(40).trajectory.w, run.trajectory.w)
        with pytest.raises(ib.CheckpointError, match=r"loss: .*own_nouns\.\w+, got none; .*loss=\.\.\."):
            ib.Run.load(path, **nouns)
    ib.Run(ib.Problem(X, Y, OwnHuber(0.5)), ib.GradientDescent(), 0.01).save(path)
    with pytest.raises(ib.CheckpointError, match="loss: it has other values"):
        ib.Run.load(path, loss=OwnHuber(0.6))


def test_there_is_no_claim():
    for loss in (OwnSquared(), OwnLogistic()):
        problem = ib.Problem(X, Y, loss)
        assert ib.predict(problem, ib.GradientDescent()) is None
        assert ib.why_no_claim(problem, ib.GradientDescent()).startswith(
            f"{type(loss).__name__} is a loss of"
        )
        assert ib.why_no_claim(problem, ib.GradientDescent(), flow=True) is not None


def test_a_loss_that_states_its_tail_leaps():
    own, known = (
        ib.Run(ib.Problem(X, Y, loss), ib.GradientDescent(), 0.1).fast_forward(1e20)
        for loss in (OwnLogistic(), ib.Logistic())
    )
    np.testing.assert_allclose(own.w, known.w, rtol=1e-6)


def made(base, **members):
    return type("Mine", (base,), members)()


# Losses that are what they say, at kinks and plateaus, in single precision, and without care for rounding.
@pytest.mark.parametrize(
    "loss",
    [
        made(ib.Loss, convex=True, value=lambda self, z: np.abs(z), slope=lambda self, z: np.sign(z)),
        made(ib.Loss, value=lambda self, z: np.minimum(z**2, 9.0), slope=lambda self, z: 2 * z * (z**2 < 9)),
        made(
            ib.Loss, value=lambda self, z: np.log(np.cosh(z)), slope=lambda self, z: np.tanh(z), convex=True
        ),
        made(ib.Loss, value=lambda self, z: np.exp(z**2) - 1, slope=lambda self, z: 2 * z * np.exp(z**2)),
        made(ib.Loss, value=lambda self, z: z.astype("f4") ** 2, slope=lambda self, z: 2 * z.astype("f4")),
        made(ib.Loss, value=lambda self, z: np.floor(np.abs(z)), slope=lambda self, z: np.zeros_like(z)),
        made(
            ib.Loss,
            value=lambda self, z: np.maximum(np.abs(z) - 0.7071, 0),
            slope=lambda self, z: np.sign(z) * (np.abs(z) > 0.7071),
            convex=True,
        ),
        made(ib.Loss, value=lambda self, z: 1e-200 * z**2, slope=lambda self, z: 2e-200 * z, convex=True),
        made(ib.Loss, value=lambda self, z: 1e200 * z**4, slope=lambda self, z: 4e200 * z**3, convex=True),
        made(
            ib.Loss,
            monotone=True,
            value=lambda self, z: np.log(1 + np.exp(-z)),
            slope=lambda self, z: -np.exp(-z) / (1 + np.exp(-z)),
            convex=True,
            bounds_curvature=True,
        ),
        made(
            ib.Loss,  # Sigmoid
            log_value=lambda self, z: -np.logaddexp(0, z),
            log_slope=lambda self, z: -np.abs(z) - 2 * np.log1p(np.exp(-np.abs(z))),
            bounds_curvature=True,
            exponential_tail=True,
        ),
        made(
            ib.Loss,  # (1 + z)^-2 for z >= 0, 1 - 2 z below, as they stand
            convex=True,
            log_value=lambda self, z: np.log(np.where(z < 0, 1 - 2 * z, (1 + np.maximum(z, 0)) ** -2.0)),
            log_slope=lambda self, z: np.log(2.0) - 3 * np.log(1 + np.maximum(z, 0)),
        ),
    ],
)
def test_no_false_alarms(loss):
    problem = ib.Problem(X, Y, loss)
    assert np.isfinite(problem.evaluate(np.zeros(5))[1:][1]).all()


@given(st.floats(0.01, 19), st.floats(-3, 3), st.floats(-3, 3), st.booleans())
def test_no_false_alarms_at_any_kink(at, left, right, mirrored):
    """Slopes that jump anywhere, to either of the two sides."""
    sign = -1 if mirrored else 1

    class Kinked(ib.Loss):
        def value(self, z):
            u = sign * z
            return 10 * np.abs(z) + np.where(u > at, right * (u - at), 0) + np.where(u > 0, left * u, 0)

        def slope(self, z):
            u = sign * z
            return 10 * np.sign(z) + sign * (right * (u > at) + left * (u > 0))

    ib.Problem(X, Y, Kinked())


WRONG = [
    (
        OwnSquared,
        {"slope": lambda self, z: z},
        r"^Mine\.slope\(\): it contradicts value\(\): at .* l' = .*say",
    ),
    (OwnSquared, {"slope": lambda self, z: -2 * z}, r"^Mine\.slope\(\): it contradicts"),
    (OwnHuber, {"slope": lambda self, z: 2 * z}, r"^Mine\.slope\(\): it contradicts value\(\): at"),
    (
        OwnSquared,
        {"slope": lambda self, z: np.full_like(z, np.nan)},
        r"^Mine\.slope\(\) returned: .* got NaN",
    ),
    (
        OwnSquared,
        {"value": lambda self, z: np.sum(z**2)},
        r"value\(\) returned: expected an array .* shape \(\)",
    ),
    (
        OwnSquared,
        {"slope": lambda self, z: z[:-1]},
        r"slope\(\) returned: expected an array of shape \(42,\)",
    ),
    (
        OwnSquared,
        {"value": lambda self, z: z**2 - 1},
        r"value\(\) returned: expected numbers >= 0, got -0\.49",
    ),
    (
        OwnSquared,
        {"value": lambda self, z: (z - 1) ** 2, "slope": lambda self, z: 2 * (z - 1)},
        "minimum at residu",
    ),
    (
        OwnSquared,
        {"monotone": True},
        r"^Mine\.slope\(\) returned: expected negative.*; write monotone = False",
    ),
    (LinearLogistic, {"monotone": False, "bounds_curvature": False}, "minimum.*; write monotone = True"),
    (
        OwnSquared,
        {"monotone": 1},
        r"^Mine\.monotone: expected True or False, got 1; write Mine\.monotone=True",
    ),
    (OwnSquared, {"convex": None}, r"^Mine\.convex: expected True or False, got None"),
    (
        OwnSquared,
        {"exponential_tail": True},
        r"^Mine\.exponential_tail: expected False for a loss with a finite",
    ),
    (OwnExponential, {"multiclass": True}, r"^Mine\.multiclass: expected False.*CrossEntropy"),
    (
        OwnSquared,
        {"value": lambda self, z: np.minimum(z**2, 9.0), "slope": lambda self, z: 2 * z * (z**2 < 9)},
        r"^Mine\.convex: expected slopes that do not decrease.*; write convex = False",
    ),
    (
        OwnExponential,
        {"log_slope": lambda self, z: -2 * z},
        r"^Mine\.log_slope\(\): it contradicts log_value\(\)",
    ),
    (OwnExponential, {"log_slope": lambda self, z: -z + 0.01}, r"^Mine\.log_slope\(\): it contradicts"),
    (OwnExponential, {"log_value": lambda self, z: z}, r"^Mine\.monotone: expected a loss that decreases"),
    (
        OwnExponential,
        {
            "log_value": lambda self, z: np.log(1e-9 + z**2),
            "log_slope": lambda self, z: np.log(2e-9 + 2 * abs(z)),
        },
        r"^Mine\.monotone: expected a loss that decreases where it is True, got log l.*write monotone = Fals",
    ),
    (
        OwnExponential,
        {"log_value": lambda self, z: -2 * z, "log_slope": lambda self, z: math.log(2) - 2 * z},
        r"^Mine\.bounds_curvature: expected l'' <= l where it is True, got l'' = 3.* l at margin",
    ),
    (
        OwnExponential,
        {
            "log_value": lambda self, z: -2 * z,
            "log_slope": lambda self, z: math.log(2) - 2 * z,
            "bounds_curvature": False,
        },
        r"^Mine\.exponential_tail: expected -l' ~ exp\(-margin\).*; write exponential_tail = False",
    ),
    (
        LinearLogistic,
        {
            "value": lambda self, z: 1 / (1 + np.exp(z)),
            "slope": lambda self, z: -1 / (2 + np.exp(z) + np.exp(-z)),
        },
        r"^Mine\.convex: expected slopes that do not decrease",
    ),
]


@pytest.mark.parametrize(("base", "members", "complaint"), WRONG)
def test_wrong_losses(base, members, complaint):
    wrong = type("Mine", (base,), members)(*([0.7] if base is OwnHuber else []))
    with pytest.raises((ib.InvalidValueError, ib.InvalidTypeError), match=complaint):
        ib.Problem(X, Y, wrong)


def test_what_is_missing_is_named():
    for members, complaint in [
        ({}, "^Mine: expected a method value, found none; write def value"),
        ({"value": OwnSquared.value}, "^Mine: expected a method slope, found none; write def slope"),
        ({"monotone": True}, "^Mine: expected a method log_value, found none; write def log_value"),
        ({"log_value": OwnLogistic.log_value}, "^Mine: expected a method log_slope, found none"),
    ]:
        with pytest.raises(ib.InvalidTypeError, match=complaint):
            ib.Problem(X, Y, made(ib.Loss, **members))


class Wayward(OwnLogistic):
    answer = None

    def log_value(self, z):
        return super().log_value(z) if self.answer is None else self.answer(z)


@pytest.mark.parametrize(
    ("answer", "error", "complaint"),
    [
        (lambda z: np.where(z > z.min(), -z, np.nan), ValueError, r"log_value\(\) returned: .*NaN at margin"),
        (
            lambda z: np.full(z.shape, -np.inf),
            ValueError,
            "got -inf at margin .* has underflowed; write it so",
        ),
        (lambda z: np.zeros((20, 1)), ValueError, r"expected an array of shape \(20,\), got shape \(20, 1\)"),
        (lambda z: None, TypeError, r"log_value\(\) returned: expected an array of real numbers, got None"),
        (lambda z: {}["a"], KeyError, "a"),
        (
            lambda z: np.full(z.shape, np.inf),
            ib.DomainError,
            "the loss or its gradient is not finite after it",
        ),
    ],
)
def test_wrong_answers_leave_a_run_as_it_was(answer, error, complaint):
    loss = Wayward()
    run = ib.Run(ib.Problem(X, Y, loss), ib.GradientDescent(), 0.1).advance(7)
    loss.answer = answer
    with pytest.raises(error, match=complaint) as raised:
        run.advance(5)
    if isinstance(raised.value, ib.ImplicitBiasError):
        assert "stays at t = 7" in str(raised.value)
    loss.answer = None
    assert run.t == 7
    sound = ib.Run(ib.Problem(X, Y, OwnLogistic()), ib.GradientDescent(), 0.1).advance(20)
    np.testing.assert_array_equal(run.advance(13).w, sound.w)


def test_a_loss_without_logarithms_underflows_and_says_so():
    class Linear(ib.Loss):
        monotone = bounds_curvature = True

        def value(self, z):
            return np.exp(-z)

        def slope(self, z):
            return -np.exp(-z)

    run = ib.Run(ib.Problem(EASY, Y, Linear()), ib.GradientDescent())
    with pytest.raises(
        ib.InvalidValueError, match=r"value\(\) returned: .* got 0 at margin .*; define log_value"
    ):
        run.advance(10_000)
    assert run.log_loss < -400
    assert run.margin > 0
    known = ib.Run(ib.Problem(EASY, Y, ib.Exponential()), ib.GradientDescent(), form="plain").advance(run.t)
    np.testing.assert_allclose(run.w, known.w, rtol=1e-8)
