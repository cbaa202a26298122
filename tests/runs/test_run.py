"""Runs: the iterates against plain loops, chunks, threads, interrupts, extremes."""

import math
import os

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import conftest
import examples
import implicitbias as ib
from plain import LOSS
from same import assert_same


def plain_step(norm, g):
    """Steepest descent by its formula, without the package's norms."""
    if isinstance(norm, ib.QuadraticNorm):
        return -np.linalg.solve(norm.D, g)
    if norm.p == 1:
        step = np.zeros_like(g)
        step[np.argmax(np.abs(g))] = -g[np.argmax(np.abs(g))]
        return step
    if norm.p == math.inf:
        return -np.abs(g).sum() * np.sign(g)
    q = norm.p / (norm.p - 1)
    dual = np.linalg.norm(g, q)
    return -dual * np.sign(g) * (np.abs(g) / dual) ** (q - 1)


def plain_dual(norm, g):
    return math.sqrt(-g @ plain_step(norm, g))


@pytest.mark.parametrize(
    "norm", [norm for norm in examples.NORMS if isinstance(norm, ib.Lp | ib.QuadraticNorm)], ids=repr
)
@pytest.mark.parametrize("loss", examples.ONE_SCORE, ids=repr)
@pytest.mark.parametrize("shape", [(6, 4), (3, 4), (40, 4)])
def test_iterates_against_a_plain_loop(norm, loss, shape):
    X, y = conftest.separable(*shape, seed=2)
    value, slope = LOSS[type(loss).__name__]
    problem = ib.Problem(X, y, loss)
    normalized = loss.bounds_curvature
    rule = ib.LossNormalized(0.7) if normalized else ib.Constant(0.002)
    w0 = np.array([0.1, -0.2, 0.3, 0.0])
    run = ib.Run(problem, ib.SteepestDescent(norm), rule, w0=w0, record=ib.every(1)).advance(60)
    radius = max(plain_dual(norm, x) for x in X)
    w = w0
    for row in run.trajectory.w:
        np.testing.assert_allclose(row, w, rtol=1e-10, atol=1e-12)
        u = X @ w
        eta = 0.7 / (radius**2 * value(u, y).sum()) if normalized else 0.002
        w = w + eta * plain_step(norm, X.T @ slope(u, y))
    total = np.array([value(X @ w, y).sum() for w in run.trajectory.w])
    np.testing.assert_allclose(run.trajectory.log_loss, np.log(total), rtol=1e-10, atol=1e-12)


def example_4(eta, steps):
    problem = ib.Problem([[1.0, 1, 1], [1, 2, 0]], [1.0, 10], ib.Squared())
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(4 / 3)), ib.Constant(eta), record=ib.every(100))
    return run.advance(steps)


@pytest.mark.parametrize("eta", [0.01, 0.05, 0.1, 0.15, 0.18])
def test_example_4_converges(eta):
    assert example_4(eta, 20000).trajectory.residual[-1] < 1e-12


def test_example_4_limits_move_with_eta():
    limits = np.array([example_4(eta, 20000).w for eta in (0.01, 0.05, 0.1, 0.15, 0.18)])
    distances = np.abs(limits[:, None] - limits).max(axis=2)[np.triu_indices(5, 1)]
    assert distances.min() > 0.01
    # As eta -> 0 they settle, but not at the point of least norm on the line of global minima.
    flow = [2 * example_4(eta / 2, 40000).w - example_4(eta, 40000).w for eta in (0.01, 0.005)]
    np.testing.assert_allclose(flow[0], flow[1], atol=1e-3)
    line = limits[0][:, None] + np.linspace(-10, 10, 200001) * np.array([[-2.0], [1], [1]])
    least = line[:, np.argmin(np.sum(np.abs(line) ** (4 / 3), axis=0))]
    assert np.abs(flow[1] - least).max() > 0.05


def test_far_below_underflow_against_high_precision():
    # A loop that forms exp(-m) freezes at L = exp(-745).
    X, y = conftest.separable(4, 30, seed=1)
    run = ib.Run(ib.Problem(X, y, ib.Exponential()), ib.SteepestDescent(ib.Lp(2)), ib.LossNormalized())
    run.advance(3500)
    mpmath.mp.dps = 30
    A = [[mpmath.mpf(float(a)) for a in row] for row in y[:, None] * X]
    scale = 1 / max(mpmath.fsum(a * a for a in row) for row in A)
    w = [mpmath.mpf(0)] * 30
    for _ in range(3500):
        losses = [mpmath.exp(-mpmath.fdot(row, w)) for row in A]
        total = mpmath.fsum(losses)
        w = [
            w[i] + scale / total * mpmath.fsum(p * row[i] for p, row in zip(losses, A, strict=True))
            for i in range(30)
        ]
    log_loss = mpmath.log(mpmath.fsum(mpmath.exp(-mpmath.fdot(row, w)) for row in A))
    assert log_loss < -745
    np.testing.assert_allclose(run.w, [float(entry) for entry in w], rtol=1e-11)
    assert run.log_loss == pytest.approx(float(log_loss), rel=1e-11)


def test_a_million_steps_neither_underflow_nor_freeze():
    X, y = conftest.separable(10, 6)
    run = ib.Run(ib.Problem(X, y, ib.Logistic()), ib.SteepestDescent(ib.Lp(4 / 3))).advance(10**6)
    assert run.log_loss < -1e4
    late = run.trajectory.log_loss[-5:]
    assert np.all(np.diff(late) < -100)


@pytest.mark.parametrize("ties", ["first", "average"])
def test_ties(ties):
    problem = ib.Problem([[1.0, 1.0]], [1.0], ib.Exponential())
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(1), ties), ib.Constant(0.5)).advance(1)
    np.testing.assert_allclose(run.w, [0.5, 0] if ties == "first" else [0.25, 0.25])


@given(chunks=st.lists(st.integers(0, 300), min_size=1, max_size=6))
def test_chunked_equals_whole(chunks):
    problem = ib.Problem(*conftest.separable(9, 7), ib.Exponential())
    method = ib.SteepestDescent(ib.Lp(1.7))
    whole = ib.Run(problem, method).advance(sum(chunks))
    pieces = ib.Run(problem, method)
    for chunk in chunks:
        pieces.advance(chunk)
    assert_same(whole, pieces)


def test_deadlines_do_not_show(problem):
    method = ib.SteepestDescent(ib.Lp(3))
    whole = ib.Run(problem, method).advance(35000)
    chopped = ib.Run(problem, method)
    while chopped.t < 35000:
        chopped._loop.advance(35000, 1e-4)
    assert_same(whole, chopped)


def test_recording_follows_the_schedule(problem):
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(2)), record=ib.log_spaced(per_decade=3)).advance(1234)
    assert run.trajectory.t.tolist() == [0, 1, 2, 5, 10, 22, 46, 100, 215, 464, 1000]
    assert run.trajectory.w.shape == (11, 5)
    assert run.t == 1234


def test_matrix_parameters():
    X, y = conftest.separable(10, 6)
    flat = ib.Run(ib.Problem(X, y, ib.Exponential()), ib.SteepestDescent(ib.Lp(3))).advance(50)
    problem = ib.Problem(X.reshape(10, 2, 3), y, ib.Exponential())
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(3))).advance(50)
    assert run.w.shape == (2, 3)
    assert run.trajectory.w.shape[1:] == (2, 3)
    np.testing.assert_array_equal(run.w.ravel(), flat.w)


def test_copies(problem):
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(2))).advance(10)
    before = run.w
    run.w[:] = 7
    run.trajectory.margin[:] = 7
    np.testing.assert_array_equal(run.w, before)
    held = run.w
    run.advance(10)
    np.testing.assert_array_equal(held, before)


@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Logistic(), ib.Sigmoid()], ids=repr)
def test_descent_within_the_bound(loss):
    # L+ <= L - eta/2 |g|_*^2 while eta <= 1 / (B^2 L).
    X, y = conftest.separable(20, 4)
    for norm in examples.NORMS:
        run = ib.Run(
            ib.Problem(X.reshape(20, 2, 2), y, loss), ib.SteepestDescent(norm), record=ib.every(1)
        ).advance(200)
        assert np.all(np.diff(run.trajectory.log_loss) < 0)


def test_the_max_rule_blows_up():
    # The paper prints max{eta+, 1/(B^2 L)}. With eta+ = 2 it diverges within four steps.
    problem = ib.Problem([[1.0, 0.2], [-1.0, 0.2]], [1, 1], ib.Exponential())
    method, radius = ib.SteepestDescent(ib.Lp(2)), math.hypot(1, 0.2)
    run, etas = ib.Run(problem, method, ib.Constant(2.0), w0=[0.5, 0]), []
    start = run.log_loss
    for _ in range(4):
        etas.append(max(2.0, math.exp(-run.log_loss) / radius**2))
        run = ib.Run(problem, method, ib.Schedule(etas), w0=[0.5, 0]).advance(len(etas))
    assert run.log_loss > start + 10
    small = ib.Run(problem, method, ib.LossNormalized(cap=2.0), w0=[0.5, 0]).advance(4)
    assert small.log_loss < start


def test_divergence_is_an_error_and_the_state_stays():
    problem = ib.Problem([[3.0, 1.0]], [1.0], ib.Squared())
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(2)), ib.Constant(10.0))
    with pytest.raises(
        ib.DomainError, match=r"^step t = \d+, of size 10: the loss or its gradient is not finite"
    ) as caught:
        run.advance(10000)
    assert "The run is valid" in caught.value.__notes__[0]
    assert np.all(np.isfinite(run.w))
    assert np.all(np.isfinite(run.trajectory.w))
    t, w = run.t, run.w
    with pytest.raises(ib.DomainError):
        run.advance(1)
    assert run.t == t
    np.testing.assert_array_equal(run.w, w)


def test_a_loss_beyond_double_precision_is_recorded():
    problem = ib.Problem(np.eye(2), [[1.0, 2.0], [3.0, 4.0]], ib.Squared())
    w0 = np.full((2, 2), 1e160)
    rows = ib.Run(problem, ib.Adam(), 0.1, w0=w0).advance(2).trajectory
    np.testing.assert_allclose(rows.log_loss, math.log(4) + 320 * math.log(10), rtol=1e-12)
    assert np.all(rows.loss == math.inf)


def test_exact_fit_is_a_fixed_point():
    problem = ib.Problem([[1.0, 0.0]], [1.0], ib.Squared())
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(2)), ib.Constant(0.5)).advance(5)
    np.testing.assert_array_equal(run.w, [1, 0])
    assert run.log_loss == -math.inf
    assert run.trajectory.loss[-1] == 0


@pytest.mark.parametrize(
    ("w0", "error", "complaint"),
    [
        (np.zeros(4), ValueError, r"^w0: expected shape \(5,\), got \(4,\)"),
        (np.zeros((5, 1)), ValueError, "^w0: expected an array of 1 dimension,"),
        ([1, 2, 3, 4, np.nan], ValueError, "^w0: expected finite numbers"),
        (["a"] * 5, TypeError, "^w0: "),
        (np.full(5, 1e308), ib.DomainError, "^w: the loss or its gradient is not finite"),
    ],
)
def test_bad_starts(problem, w0, error, complaint):
    with pytest.raises(error, match=complaint):
        ib.Run(problem, ib.SteepestDescent(ib.Lp(2)), w0=w0)


def test_bad_parts(problem):
    method = ib.SteepestDescent(ib.Lp(2))
    for arguments, name in (
        ((None, method), "problem"),
        ((problem, None), "method"),
        ((problem, ib.Lp(2)), "method"),
        ((problem, method, "0.1"), "step_size"),
    ):
        with pytest.raises(TypeError, match=f"^{name}: expected a"):
            ib.Run(*arguments)
    with pytest.raises(TypeError, match="^record: expected a Recording"):
        ib.Run(problem, method, record=20)
    with pytest.raises(TypeError, match="^step_size: expected a StepSize, got None.*Constant"):
        ib.Run(ib.Problem([[1.0]], [1.0], ib.Squared()), method)
    with pytest.raises(ValueError, match="^X: expected at least one sample that is not zero"):
        ib.Run(ib.Problem([[0.0, 0.0]], [1.0], ib.Exponential()), method)


@pytest.mark.parametrize("steps", [1.5, "1", None, [1]])
def test_steps_are_integers(problem, steps):
    with pytest.raises(TypeError, match="^steps: expected an int"):
        ib.Run(problem, ib.SteepestDescent(ib.Lp(2))).advance(steps)


@pytest.mark.parametrize("steps", [-1, 2**63, 10**30])
def test_steps_in_range(problem, steps):
    with pytest.raises(ValueError, match="^steps: expected an int from 0"):
        ib.Run(problem, ib.SteepestDescent(ib.Lp(2))).advance(steps)


def test_columns_of_the_other_family(problem):
    rows = ib.Run(problem, ib.SteepestDescent(ib.Lp(2))).advance(5).trajectory
    with pytest.raises(AttributeError, match="a monotone loss records"):
        _ = rows.residual
    root = ib.Run(ib.Problem([[1.0]], [1.0], ib.Squared()), ib.SteepestDescent(ib.Lp(2)), ib.Constant(0.1))
    with pytest.raises(AttributeError, match="a finite root"):
        _ = root.advance(3).trajectory.margin
    with pytest.raises(AttributeError, match="a finite root"):
        _ = root.bracket


def test_residual_column():
    X, y = np.array([[1.0, 1, 1], [1, 2, 0]]), np.array([1.0, 10])
    run = ib.Run(ib.Problem(X, y, ib.Squared()), ib.SteepestDescent(ib.Lp(4 / 3)), ib.Constant(0.05)).advance(
        100
    )
    expected = [np.linalg.norm(X @ w - y) for w in run.trajectory.w]
    np.testing.assert_allclose(run.trajectory.residual, expected, rtol=1e-12)
    np.testing.assert_allclose(run.trajectory.loss, np.square(expected), rtol=1e-12)


def test_progress_bar(problem, capsys):
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(2))).advance(1000, progress=True)
    shown = capsys.readouterr().out
    assert "t = 1,000" in shown
    assert "log L" in shown
    assert "certified gap" in shown
    assert_same(run, ib.Run(problem, ib.SteepestDescent(ib.Lp(2))).advance(1000))


def test_where_a_run_is_to_end_is_ahead(problem):
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(2))).advance(10)
    for goal in (20, 2e1):
        run.until = goal
        assert run.until == 20
    for wrong in (9, 2**63, 20.5, True, None):
        with pytest.raises((ib.InvalidValueError, ib.InvalidTypeError), match="^until: expected an int"):
            run.until = wrong


@pytest.mark.parametrize(
    "method",
    [ib.GradientDescent(), ib.MirrorDescent(ib.SquaredLp(1.5)), ib.NaturalGradient(ib.SquaredLp(1.5))],
)
def test_what_decays_does_not_become_subnormal(method):
    # Subnormal numbers cost a hundred cycles an operation: a run that has converged must not slow down.
    problem = ib.Problem(np.eye(4), np.zeros(4), ib.Squared())
    run = ib.Run(problem, method, ib.Constant(0.4), w0=np.ones(4)).advance(10**4)
    for values in (run.w, run.trajectory.w, run.trajectory.residual):
        assert not np.any((values != 0) & (np.abs(values) < np.finfo(float).tiny))
    assert np.array(5e-324) > 0  # and Python's own arithmetic goes on as it was
    assert np.float64(2.0**-1073) / 2 > 0


@pytest.mark.thorough
@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="no /proc")
@pytest.mark.parametrize("form", ["auto", "plain"])
def test_memory_stays_flat(form):
    """Over 10^8 iterations: what grows is the record, by a row at every 10^(1/20)."""

    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    run = ib.Run(
        ib.Problem(*conftest.separable(10, 3), ib.Exponential()), ib.SteepestDescent(ib.Lp(2)), form=form
    )
    run.advance(10**6)
    before = resident()
    for _ in range(99):
        run.advance(10**6)
    assert run.t == 10**8
    assert resident() < before + 2**20


def test_a_numpy_number_of_threads_is_saved(tmp_path):
    problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Exponential())
    ib.Run(problem, ib.GradientDescent(), threads=np.int8(1)).save(tmp_path / "run.npz")
    assert ib.Run.load(tmp_path / "run.npz").threads == 1
