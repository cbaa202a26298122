"""Mirror descent with losses that have no minimum: smoothness bounds, margins, huge dual variables."""

import math

import numpy as np
import pytest

import conftest
import examples
import implicitbias as ib
from plain import plain_inverse_link, plain_link
from same import assert_same

POTENTIALS = [
    *(ib.PowerPotential(p) for p in (1.1, 1.5, 2, 3, 5, 10)),
    *(ib.HyperbolicEntropy(beta) for beta in (1e-6, 0.1, 10.0)),
    ib.Cosh(),
]
every_potential = pytest.mark.parametrize("potential", POTENTIALS, ids=repr)
GEOMETRY = {"PowerPotential": None, "HyperbolicEntropy": ib.Lp(1), "Cosh": ib.Lp(math.inf)}


def log_smoothness(potential, w, log_loss, radius):
    """Return log beta(w) as the docstrings state it."""
    match potential:
        case ib.HyperbolicEntropy():
            return math.log(radius * (radius * np.hypot(w, potential.beta).sum() + 1)) + log_loss
        case ib.Cosh():
            return 2 * math.log(radius) + log_loss

    def link(w):
        return math.copysign(abs(w) ** (potential.p - 1), w)

    reach = min(potential.p - 1, 1) / radius
    if potential.p <= 2:
        size = np.linalg.norm(w, potential.p)
        change = link(size + reach) - link(size)
    else:
        smallest = max(np.abs(w).min(), reach / 2)
        change = link(smallest) - link(smallest - reach)
    return math.log(radius / change) + log_loss


@every_potential
def test_geometry(potential):
    expected = GEOMETRY[type(potential).__name__] or ib.Lp(potential.p)
    assert ib.MirrorDescent(potential).geometry == expected


@every_potential
@pytest.mark.parametrize("scale", [1.0, ib.Polynomial(0.5, 0.5)], ids=repr)
def test_iterates_against_a_plain_loop(potential, scale):
    problem = ib.Problem(*conftest.separable(20, 4, seed=2), ib.Exponential())
    method, w = ib.MirrorDescent(potential), np.array([0.3, -0.2, 0.25, 0.1])
    run = ib.Run(problem, method, ib.LossNormalized(scale), w0=w, record=ib.every(1)).advance(300)
    A, z = problem.X * problem.y[:, None], plain_link(potential, w)
    radius = max(map(method.geometry.dual, A))
    for t, row in enumerate(run.trajectory.w):
        np.testing.assert_allclose(row, w, rtol=1e-7, atol=1e-9 * np.abs(w).max())
        losses = np.exp(-A @ w)
        eta = 1.0 if scale == 1 else 0.5 / math.sqrt(t + 1)
        eta /= math.exp(log_smoothness(potential, w, math.log(losses.sum()), radius))
        z = z + eta * losses @ A
        w = plain_inverse_link(potential, z)


@pytest.mark.parametrize("potential", [p for p in POTENTIALS if getattr(p, "p", 2) <= 2], ids=repr)
@pytest.mark.parametrize("loss", [loss for loss in examples.ONE_SCORE if loss.bounds_curvature], ids=repr)
@pytest.mark.parametrize("size", [0.01, 1.0, 100.0])
def test_the_loss_does_not_increase(potential, loss, size):
    # Separable data, and others, from far and near starts.
    for seed in range(3):
        X, y = conftest.separable(12, 4, seed=seed)
        if seed == 2:
            y[:3] *= -1
        w0 = np.random.default_rng(seed).standard_normal(4)
        run = ib.Run(
            ib.Problem(size * X, y, loss),
            ib.MirrorDescent(potential),
            ib.LossNormalized(),
            w0=w0,
            record=ib.every(1),
        ).advance(400)
        rises = np.diff(run.trajectory.log_loss)
        assert rises.max() <= 1e-12 * (1 + np.abs(run.trajectory.log_loss).max())
        assert run.last_violation is None


@pytest.mark.parametrize(
    ("potential", "norm", "gap"),
    [
        (ib.PowerPotential(1.5), ib.Lp(1.5), 0.02),
        (ib.PowerPotential(3), ib.Lp(3), 0.02),
        (ib.HyperbolicEntropy(0.01), ib.Lp(1), 0.02),
        (ib.Cosh(), ib.Lp(math.inf), 0.3),  # like 1 / log t
    ],
    ids=repr,
)
def test_margins_come_near_the_maximum_in_their_geometry(potential, norm, gap):
    problem = ib.Problem(*conftest.separable(12, 5, seed=3), ib.Exponential())
    run = ib.Run(problem, ib.MirrorDescent(potential)).advance(50_000)
    best = ib.predict(problem, ib.SteepestDescent(norm)).solve().value
    assert 0 <= 1 - run.margin / best <= gap
    assert run.bracket.lower <= best <= run.bracket.upper
    report = ib.compare(run, ib.predict(problem, run.method), tolerance=gap)
    assert report.verdict == "holds"
    assert report.claim.source in ("Sun et al. (2022)", "beyond Pesme et al. (2024) (this package)")
    assert ib.why_no_claim(problem, run.method) is None
    large = ib.Run(problem, run.method, ib.LossNormalized(3.0)).advance(50)
    assert "1 / beta(w_t)" in ib.compare(large, report.claim).reason


@pytest.mark.parametrize(
    ("potential", "log10_t", "gap"),
    [
        (ib.PowerPotential(1.5), 300, 1e-3),
        (ib.PowerPotential(3), 300, 1e-3),
        (
            ib.PowerPotential(10),
            300,
            1e-3,
        ),  # where 10^5 steps leave 9 %
        (ib.HyperbolicEntropy(0.01), 300, 2e-3),
        (ib.Cosh(), 30, 2e-2),
    ],
    ids=repr,
)
def test_leaps_reach_the_margin_of_the_horizon(potential, log10_t, gap):
    problem = ib.Problem(*conftest.separable(12, 5, seed=1), ib.Exponential())
    run = ib.Run(problem, ib.MirrorDescent(potential), 0.01).fast_forward(10.0**log10_t)
    report = ib.compare(run, ib.predict(problem, run.method), tolerance=gap)
    assert (report.verdict, report.angle < 3) == ("holds", True), report


@every_potential
def test_geometries_are_horizons(potential):
    """The gauge of large sublevel sets, measured on the potential's values alone."""
    norm, rng = ib.MirrorDescent(potential).geometry, np.random.default_rng(0)
    top, excess = (
        1e30 if not isinstance(potential, ib.HyperbolicEntropy) else 1e250,
        potential.value(np.zeros(4)),
    )

    def radius(u):
        low, high = -10.0, 290.0
        for _ in range(80):
            middle = (low + high) / 2
            with np.errstate(over="ignore"):
                above = potential.value(np.exp(math.log(10) * middle) * u) - excess > top
            low, high = (low, middle) if above else (middle, high)
        return 10**low

    u, v = rng.standard_normal((2, 4))
    near = {"HyperbolicEntropy": 2e-2, "Cosh": 5e-2}.get(type(potential).__name__, 1e-9)
    assert radius(u) * norm.value(u) == pytest.approx(radius(v) * norm.value(v), rel=near)


@every_potential
def test_a_million_steps(potential):
    problem = ib.Problem(*conftest.separable(10, 4, seed=1), ib.Exponential())
    run = ib.Run(problem, ib.MirrorDescent(potential)).advance(10**6)
    assert np.isfinite(run.trajectory.w).all()
    assert np.isfinite(run.trajectory.log_loss).all()
    best = ib.predict(problem, ib.SteepestDescent(run.method.geometry)).solve().value
    assert run.bracket.lower <= best * (1 + 1e-6)
    assert best <= run.bracket.upper * (1 + 1e-6)


def test_huge_dual_variables():
    # sinh(z) overflows at z = 710, 1e-300 sinh(z) does not.
    potential = ib.HyperbolicEntropy(1e-300)
    problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    run = ib.Run(problem, ib.MirrorDescent(potential), w0=[3.0, 2.0], record=ib.every(10)).advance(2000)
    assert np.abs(run._loop.snapshot()[0]["dual"]).min() > 600
    assert run.margin > 0.7  # of 0.75
    # Dual variables of 1e300 belong to weights of 691.
    run = ib.Run(problem, ib.MirrorDescent(ib.Cosh()), w0=[700.0, 690.0]).advance(10)
    np.testing.assert_allclose(run.w, [700, 690], rtol=1e-12)
    # Powers of small weights, one by one: neither takes the other with it.
    run = ib.Run(problem, ib.MirrorDescent(ib.PowerPotential(5)), w0=[1e-60, 1e40]).advance(10)
    np.testing.assert_allclose(run.w[1], 1e40, rtol=1e-12)


@pytest.mark.parametrize(
    ("potential", "w0", "complaint"),
    [
        (ib.Cosh(), [1.0, -711.0], r"w\[1\] = -711 has a dual variable that overflows"),
        (ib.PowerPotential(5), [1.0, 1e-80], r"w\[1\] = 1e-80 has a dual variable that underflows"),
        (ib.PowerPotential(5), [1e80, 1.0], r"w\[0\] = 1e\+80 has a dual variable that overflows"),
        (ib.HyperbolicEntropy(1e200), [1.0, 1e-120], r"w\[1\] = 1e-120 has a dual variable that underflows"),
    ],
    ids=repr,
)
def test_starts_whose_dual_variables_no_double_holds(potential, w0, complaint):
    problem = ib.Problem([[1.0, 0.5]], [1], ib.Exponential())
    with pytest.raises(ib.DomainError, match=f"^w0: {complaint}; rescale the data"):
        ib.Run(problem, ib.MirrorDescent(potential), 0.1, w0=w0)
    with pytest.raises(ib.DomainError, match=f"^w: {complaint}"):
        potential.link(w0)


@pytest.mark.parametrize("potential", [ib.HyperbolicEntropy(1.0), ib.PowerPotential(1.01)], ids=repr)
def test_overflow_is_an_error_and_the_state_stays(potential):
    problem = ib.Problem([[-3.0, 1.0]], [1.0], ib.Squared())
    run = ib.Run(problem, ib.MirrorDescent(potential), 1e5, w0=[0.5, 0.5])
    with pytest.raises(ib.DomainError, match=r"^step t = \d, of size \S+: the (loss|dual variables)"):
        run.advance(9)
    assert np.isfinite(run.w).all()
    assert np.isfinite(run._loop.snapshot()[0]["dual"]).all()


@every_potential
def test_checkpoints(potential, tmp_path):
    problem = ib.Problem(*conftest.separable(20, 4, seed=2), ib.Logistic())
    run = ib.Run(problem, ib.MirrorDescent(potential), ib.LossNormalized()).advance(100)
    run.save(tmp_path / "run.npz")
    assert_same(ib.Run.load(tmp_path / "run.npz").advance(100), run.advance(100))


def test_entropy_has_no_smoothness_bound_still():
    problem = ib.Problem([[1.0, 2.0]], [1], ib.Exponential())
    with pytest.raises(ib.InvalidValueError, match="^step_size: LossNormalized needs a smoothness bound"):
        ib.Run(problem, ib.MirrorDescent(ib.Entropy()), ib.LossNormalized())


def test_on_the_command_line(command):
    names = ("PowerPotential(3)", "HyperbolicEntropy(beta=0.1)", "cosh")
    methods = (part for name in names for part in ("--method", f"MirrorDescent({name})"))
    status, shown, complaint = command("run", *methods, "--steps", "50", "--out", "o")
    assert status == 0, complaint
    assert "MirrorDescent(Cosh)" in shown
    assert ib.Run.load("o/MirrorDescent_PowerPotential_3.npz").method.potential == ib.PowerPotential(3)
