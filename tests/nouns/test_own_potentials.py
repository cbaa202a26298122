"""Potentials of one's own: against those of the package, and what they may do wrong."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import implicitbias as ib
from conftest import separable
from own_nouns import OwnEntropy, OwnEuclidean, OwnSquaredLp

X, Y = separable(6, 4)
PROBLEM = ib.Problem(X, X @ [1.0, 2, 3, 4], ib.Squared())
PAIRS = [
    (OwnSquaredLp(1.5), ib.SquaredLp(1.5)),
    (OwnSquaredLp(1.1), ib.SquaredLp(1.1)),
    (OwnEntropy(), ib.Entropy()),
    (OwnEuclidean(), ib.Euclidean()),
]


@pytest.mark.parametrize(("own", "known"), PAIRS, ids=str)
@given(seed=st.integers(0, 10**6), shape=st.sampled_from([(1,), (4,), (2, 3)]))
def test_a_potential_is_what_the_package_has(own, known, seed, shape):
    rng = np.random.default_rng(seed)
    w, v = np.exp(rng.standard_normal(shape)), np.exp(rng.standard_normal(shape))
    assert own.value(w) == pytest.approx(known.value(w), rel=1e-12)
    assert own.divergence(w, v) == pytest.approx(known.divergence(w, v), rel=1e-9, abs=1e-12)
    np.testing.assert_allclose(own.link(w), known.link(w), rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(own.inverse_link(own.link(w)), w, rtol=1e-9)


@pytest.mark.parametrize(("own", "known"), PAIRS, ids=str)
@pytest.mark.parametrize("shape", [(4,), (2, 2)])
@pytest.mark.parametrize(
    ("loss", "momentum", "w0"),
    [
        (ib.Squared(), None, None),
        (ib.Squared(), ib.DualMomentum(0.5), np.array([0.5, 1, 1, 0.5])),
        (ib.Squared(), ib.PrimalMomentum.nesterov(0.5), None),
        (ib.Exponential(), None, None),
    ],
    ids=str,
)
def test_runs_are_those_of_the_package(own, known, shape, loss, momentum, w0):
    problem = ib.Problem(X.reshape(6, *shape), Y if loss.monotone else X @ [1.0, 2, 3, 4], loss)
    start = None if w0 is None else w0.reshape(shape)
    runs = [
        ib.Run(problem, ib.MirrorDescent(each, momentum), ib.Constant(0.002), w0=start, form="plain").advance(
            500
        )
        for each in (own, known)
    ]
    for column in runs[1].trajectory:
        mine, theirs = (getattr(run.trajectory, column) for run in runs)
        np.testing.assert_allclose(mine, theirs, rtol=1e-7, atol=1e-10)
    assert runs[0].method.geometry == runs[1].method.geometry


def test_a_sum_over_the_entries_clips_at_a_box():
    own = type("Mine", (OwnEntropy,), {"separable": True})()
    assert (own.separable, OwnEntropy().separable, ib.Entropy().separable) == (True, False, True)
    runs = [
        ib.Run(PROBLEM, ib.MirrorDescent(each, constraint=ib.Box(0.1, 1.5)), 0.002, form="plain").advance(500)
        for each in (own, ib.Entropy())
    ]
    np.testing.assert_allclose(runs[0].w, runs[1].w, rtol=1e-9)
    assert runs[0].w.max() == 1.5
    with pytest.raises(ib.InvalidValueError, match="or one of your own that states separable = True"):
        ib.Run(PROBLEM, ib.MirrorDescent(OwnEntropy(), constraint=ib.Box(0.1, 1.5)), 0.002)


def test_steps_that_need_strong_convexity():
    problem = ib.Problem(X, Y, ib.Exponential())
    for own, known in (PAIRS[0], PAIRS[3]):
        runs = [ib.Run(problem, ib.MirrorDescent(each)).advance(300) for each in (own, known)]
        np.testing.assert_allclose(runs[0].w, runs[1].w, rtol=1e-7)
    with pytest.raises(ib.InvalidValueError, match="^step_size: LossNormalized needs a smoothness bound"):
        ib.Run(problem, ib.MirrorDescent(OwnEntropy()))


def test_quadratic_potentials_have_straight_steps():
    runs = [
        ib.Run(PROBLEM, method, ib.ExactLineSearch()).advance(50)
        for method in (
            ib.MirrorDescent(OwnEuclidean()),
            ib.NaturalGradient(OwnEuclidean()),
            ib.GradientDescent(),
        )
    ]
    for run in runs[:2]:
        np.testing.assert_allclose(run.w, runs[2].w, rtol=1e-9)


def test_natural_gradients_and_constraints_ask_for_the_hessian():
    constraint = ib.Affine([[1.0, 1, 1, 1]], [2.0])
    for method in (
        lambda each: ib.NaturalGradient(each),
        lambda each: ib.MirrorDescent(each, None, constraint),
    ):
        runs = [
            ib.Run(PROBLEM, method(each), ib.Constant(0.002), form="plain").advance(200)
            for each in (OwnEntropy(), ib.Entropy())
        ]
        np.testing.assert_allclose(runs[0].w, runs[1].w, rtol=1e-8)
        run = ib.Run(PROBLEM, method(OwnSquaredLp(1.5)), 0.002, w0=np.ones(4))
        with pytest.raises(ib.InvalidTypeError, match="^OwnSquaredLp: expected a method matrix, the Hessian"):
            run.advance(1)
        assert run.t == 0


def test_a_checkpoint_wants_the_potential(tmp_path):
    path = tmp_path / "run.npz"
    for kind in (ib.MirrorDescent, ib.NaturalGradient):
        run = ib.Run(PROBLEM, kind(OwnEntropy()), 0.002).advance(30)
        run.save(path)
        again = ib.Run.load(path, potential=OwnEntropy())
        copied = pickle.loads(pickle.dumps(run))
        run.advance(40)
        for other in (again, copied):
            np.testing.assert_array_equal(other.advance(40).trajectory.w, run.trajectory.w)
    with pytest.raises(ib.CheckpointError, match=r"potential: .*OwnEntropy, got none; .*potential=\.\.\."):
        ib.Run.load(path)
    ib.Run(PROBLEM, ib.MirrorDescent(OwnSquaredLp(1.5)), 0.002, w0=np.ones(4)).save(path)
    with pytest.raises(ib.CheckpointError, match="potential: it has other values"):
        ib.Run.load(path, potential=OwnSquaredLp(1.6))


def test_there_is_no_claim():
    for method in (ib.MirrorDescent(OwnEntropy()), ib.NaturalGradient(OwnEntropy())):
        assert ib.predict(PROBLEM, method) is None
        assert ib.why_no_claim(PROBLEM, method).startswith("OwnEntropy is a potential of your own")
    with pytest.raises(ib.InvalidValueError, match="^constraint: Simplex goes with Entropy"):
        ib.Run(PROBLEM, ib.MirrorDescent(OwnEntropy(), None, ib.Simplex()), 0.1)


# Potentials that are what they say, on cones, intervals, symmetric matrices, and some without a minimum.
class Barrier(ib.Potential):
    def value(self, w):
        return -np.log(w).sum()

    def link(self, w):
        return -1 / w

    def inverse_link(self, z):
        with np.errstate(divide="ignore"):
            return -1 / z


class Bernoulli(ib.Potential):
    def value(self, w):
        return (w * np.log(w) + (1 - w) * np.log1p(-w)).sum()

    def link(self, w):
        return np.log(w) - np.log1p(-w)

    def inverse_link(self, z):
        return 1 / (1 + np.exp(-z))


class LogDet(ib.Potential):
    def value(self, w):
        return -np.linalg.slogdet(w)[1]

    def link(self, w):
        return -np.linalg.inv(w)

    def inverse_link(self, z):
        return -np.linalg.inv(z)


class Spectral(ib.Potential):
    @staticmethod
    def of(function, w):
        values, vectors = np.linalg.eigh(w)
        return vectors * function(values) @ vectors.T

    def value(self, w):
        values = np.linalg.eigvalsh(w)
        return (values * np.log(values) - values).sum()

    def link(self, w):
        return self.of(np.log, w)

    def inverse_link(self, z):
        return self.of(np.exp, z)


class Fourth(ib.Potential):
    def value(self, w):
        return (w**4).sum() / 4

    def link(self, w):
        return w**3

    def inverse_link(self, z):
        return np.cbrt(z)


class Approximate(Fourth):
    """The inverse link by bisection, to eight digits."""

    def inverse_link(self, z):
        low, high = np.full(z.shape, -100.0), np.full(z.shape, 100.0)
        for _ in range(34):
            middle = (low + high) / 2
            low, high = np.where(middle**3 < z, middle, low), np.where(middle**3 < z, high, middle)
        return (low + high) / 2


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("shape", [(4,), (2, 2), (1, 4)])
@pytest.mark.parametrize(
    "own", [Barrier(), Bernoulli(), LogDet(), Spectral(), Fourth(), Approximate()], ids=repr
)
def test_no_false_alarms(own, shape):
    if isinstance(own, LogDet | Spectral) and shape != (2, 2):
        return
    problem = ib.Problem(
        (X.reshape(6, 2, 2) + np.swapaxes(X.reshape(6, 2, 2), 1, 2)).reshape(6, *shape), Y, ib.Squared()
    )
    start = np.array([0.6, 0.1, 0.1, 0.7]).reshape(shape)
    for method in (ib.MirrorDescent(own), ib.MirrorDescent(own, ib.DualMomentum(0.1))):
        ib.Run(problem, method, 1e-4, w0=start).advance(5)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    ("base", "members", "complaint"),
    [
        (
            OwnEntropy,
            {"inverse_link": lambda self, z: 2 * np.exp(z)},
            r"\.inverse_link\(\): expected the inverse of",
        ),
        (
            OwnEuclidean,
            {"inverse_link": lambda self, z: -z},
            r"\.inverse_link\(\): expected the inverse of link\(\)",
        ),
        (
            OwnEuclidean,
            {"inverse_link": lambda self, z: z[::-1]},
            r"\.inverse_link\(\): expected the inverse of",
        ),
        (
            OwnEntropy,
            {"inverse_link": lambda self, z: -np.exp(z)},
            r"\.inverse_link\(\): expected the inverse of",
        ),
        (
            OwnEuclidean,
            {"value": lambda self, w: (w**2).sum()},
            r"\.link\(\): expected the gradient of value\(\)",
        ),
        (
            OwnEuclidean,
            {"value": lambda self, w: w},
            r"\.value\(\) returned: expected a real number, got an array",
        ),
        (
            OwnEuclidean,
            {"value": lambda self, w: np.nan},
            r"\.value\(\) returned: expected a number, got NaN",
        ),
        (
            OwnEuclidean,
            {"link": lambda self, w: w[:2]},
            r"\.link\(\) returned: expected an array of shape \(4,\)",
        ),
        (
            OwnEuclidean,
            {"inverse_link": lambda self, z: "z"},
            r"\.inverse_link\(\) returned: expected an array of",
        ),
        (
            OwnEntropy,
            {"quadratic": True},
            r"\.quadratic: expected a linear inverse_link\(\) where it is True",
        ),
        (
            OwnSquaredLp,
            {"__init__": lambda self: OwnSquaredLp.__init__(self, 1.5), "separable": True},
            r"\.separable: expected False, as an entry of inverse_link\(z\) changes with another entry of z",
        ),
        (OwnEuclidean, {"quadratic": "yes"}, r"\.quadratic: expected True or False, got 'yes'"),
        (OwnEuclidean, {"modulus": 2.0}, r"\.modulus: expected D\(w, v\) >= modulus \|w - v\|\^2 / 2, got"),
        (OwnEuclidean, {"modulus": -1.0}, r"\.modulus: expected a finite number >= 0, got -1"),
        (OwnEuclidean, {"norm": 2}, r"\.norm: expected a Norm, got 2; write Lp\(2\)"),
    ],
)
def test_wrong_potentials(base, members, complaint):
    wrong = type("Mine", (base,), members)()
    with pytest.raises((ib.InvalidValueError, ib.InvalidTypeError), match=f"^Mine{complaint}"):
        ib.Run(PROBLEM, ib.MirrorDescent(wrong), 0.01, w0=np.ones(4))


def test_what_is_missing_is_named():
    members = {}
    for name in ("value", "link", "inverse_link"):
        half = type("Half", (ib.Potential,), dict(members))()
        with pytest.raises(
            ib.InvalidTypeError, match=f"^Half: expected a method {name}, found none; write def {name}"
        ):
            ib.Run(PROBLEM, ib.MirrorDescent(half), 0.1)
        members[name] = getattr(OwnEuclidean, name)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_starts():
    assert (ib.MirrorDescent(OwnEntropy()).default_start(PROBLEM) == 1).all()
    with pytest.raises(ib.DomainError, match=r"^w0: OwnEntropy\.link\(\) is not finite there"):
        ib.Run(PROBLEM, ib.MirrorDescent(OwnEntropy()), 0.1, w0=[1.0, -1, 1, 1])
    with pytest.raises(ib.InvalidValueError, match=r"^w0: expected one, because Barrier\.inverse_link\(0\)"):
        ib.Run(PROBLEM, ib.MirrorDescent(Barrier()), 0.1)


class Wayward(OwnEuclidean):
    answer = None

    def inverse_link(self, z):
        return z if self.answer is None else self.answer(z)


@pytest.mark.parametrize(
    ("answer", "error", "complaint"),
    [
        (
            lambda z: z * np.nan,
            ValueError,
            r"inverse_link\(\) returned: expected numbers, got NaN.*stays at t = 7",
        ),
        (
            lambda z: z[None],
            ValueError,
            r"expected an array of shape \(4,\), got shape \(1, 4\).*stays at t = 7",
        ),
        (lambda z: z + np.inf, ib.DomainError, "the loss or its gradient is not finite after it"),
        (lambda z: [][0], IndexError, "out of range"),
    ],
)
def test_wrong_answers_leave_a_run_as_it_was(answer, error, complaint):
    potential = type("Mine", (Wayward,), {"quadratic": False})()
    run = ib.Run(PROBLEM, ib.MirrorDescent(potential), 0.01).advance(7)
    potential.answer = answer
    with pytest.raises(error, match=complaint):
        run.advance(5)
    potential.answer = None
    assert run.t == 7
    sound = ib.Run(PROBLEM, ib.GradientDescent(), 0.01, form="plain").advance(20)
    np.testing.assert_allclose(run.advance(13).w, sound.w, rtol=1e-13)
