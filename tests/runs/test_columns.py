"""Runs that go through the compiled loop together: each as alone, and whatever the others are."""

import numpy as np
import pytest

import implicitbias as ib
from conftest import separable
from implicitbias._core import RunLoop

STEPS = [
    ib.LossNormalized(1.0),
    ib.LossNormalized(0.3),
    ib.LossNormalized(1.5),
    ib.LossNormalized(1.0, 0.1),
    ib.Constant(0.05),
    ib.Constant(0.01),
    ib.Polynomial(0.3, 0.5),
    ib.Polynomial(0.3, 0.8),
]
METHODS = [
    *(ib.SteepestDescent(ib.Lp(p)) for p in (1, 4 / 3, 1.7, 2)),
    ib.MirrorDescent(ib.Euclidean()),
    ib.MirrorDescent(ib.SquaredLp(1.5)),
    ib.MirrorDescent(ib.Entropy()),
]


def runs_of(problem, method, count, **others):
    """Return runs with steps and starts of their own."""
    bounded = problem.loss.monotone and not isinstance(getattr(method, "potential", None), ib.Entropy)
    steps = STEPS if bounded else STEPS[4:]
    starts = np.abs(np.random.default_rng(1).normal(size=(count, *problem.shape))) / 10
    return [ib.Run(problem, method, steps[i % len(steps)], w0=starts[i], **others) for i in range(count)]


def together(runs, until, gap=0.0):
    messages, there = RunLoop.advance_together([run._loop for run in runs], until, 100.0, gap)
    assert there
    return messages


def assert_same_bits(one, other):
    for mine, others in zip(one._loop.snapshot(), other._loop.snapshot(), strict=True):
        assert mine.keys() == others.keys()
        for name, each in mine.items():
            np.testing.assert_array_equal(each, others[name], err_msg=name)


@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Logistic(), ib.Squared()], ids=repr)
@pytest.mark.parametrize("method", METHODS, ids=repr)
@pytest.mark.parametrize("d", [1, 3, 8, 21])
def test_columns_are_the_plain_loop_s_runs(loss, method, d):
    X, y = separable(d if not loss.monotone else 10 if d < 9 else 30, d)
    X /= 1 if d < 9 else 4
    problem = ib.Problem(X, y, loss) if loss.monotone else ib.Problem(X / 9, y * X[:, 0], loss)
    columns = runs_of(problem, method, 11)
    assert all(run._loop.column for run in columns)
    assert together(columns, 700) == [""] * 11
    for column, plain in zip(columns, runs_of(problem, method, 11, form="plain"), strict=True):
        rows, wanted = column._loop.trajectory(), plain.advance(700)._loop.trajectory()
        for name in rows:
            np.testing.assert_allclose(rows[name], wanted[name], rtol=1e-8, atol=1e-11, err_msg=name)
            np.testing.assert_allclose(rows[name][:9], wanted[name][:9], 1e-13, 1e-14, err_msg=name)
        assert column.last_violation == plain.last_violation
        np.testing.assert_allclose(column.largest_step, plain.largest_step, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("d", [4, 13])
@pytest.mark.parametrize("method", METHODS, ids=repr)
def test_bits_depend_neither_on_the_others_nor_on_pauses(method, d):
    problem = ib.Problem(*separable(20, d), ib.Logistic())
    whole = runs_of(problem, method, 19)
    together(whole, 2000)
    others = runs_of(problem, method, 19)
    for i, until in enumerate((1, 77, 500, 1999, 2000)):
        together(others[i % 3 :][::-1], until)
    together(others, 2000)
    alone = runs_of(problem, method, 3)
    for run in alone:
        together([run], 2000)
    for one, other in zip(whole, others, strict=True):
        assert_same_bits(one, other)
    for one, other in zip(whole, alone, strict=False):
        assert_same_bits(one, other)


@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Logistic()], ids=repr)
@pytest.mark.parametrize("method", METHODS, ids=repr)
def test_samples_that_have_lost_their_weight_are_left_out(loss, method):
    """Their margins are soon so much larger, by runs' own times: bits do not depend on when they are seen."""
    X = np.array([[1.0, 0.2], [0.3, 1.0], [5.0, 1.0], [8.0, 2.0], [4.0, 9.0], [-1.0, 12.0]]) / 4
    problem = ib.Problem(X, np.ones(6), loss)
    columns, paused = runs_of(problem, method, 19), runs_of(problem, method, 19)
    together(columns, 5000)
    margins = X @ np.array([run.w for run in columns]).T
    assert (np.ptp(margins, axis=0) > 46).any()
    for until in (1, 300, 1501, 5000):
        together(paused[::-1], until)
    for one, other in zip(columns, paused, strict=True):
        assert_same_bits(one, other)
    for column, plain in zip(columns, runs_of(problem, method, 19, form="plain"), strict=True):
        np.testing.assert_allclose(column.w, plain.advance(5000).w, rtol=1e-8, atol=1e-11)


def test_a_column_that_leaves_its_domain_stops_alone():
    X, y = separable(3, 3)
    problem = ib.Problem(X, y, ib.Squared())
    etas = [0.01, 30.0, 0.02, 1e3, 0.03]

    def new():
        return [ib.Run(problem, ib.SteepestDescent(ib.Lp(2)), eta) for eta in etas]

    columns, paused = new(), new()
    messages = together(columns, 5000)
    assert [bool(each) for each in messages] == [eta > 1 for eta in etas]
    left = paused
    for until in (3, 50, 5000):
        told = together(left, until)
        left = [run for run, message in zip(left, told, strict=True) if not message]
    for eta, run, message, other in zip(etas, columns, messages, paused, strict=True):
        alone = ib.Run(problem, ib.SteepestDescent(ib.Lp(2)), eta, form="plain")
        assert_same_bits(run, other)
        if not message:
            assert run.t == alone.advance(5000).t
            continue
        with pytest.raises(ib.DomainError) as ended:
            alone.advance(5000)
        assert run.t == alone.t < 5000
        assert message == str(ended.value)


def test_what_is_out_of_the_lanes_range_is_for_the_plain_loop():
    """The sums of the averaged certificate are, once, and start anew."""
    parts = ib.Problem(*separable(10, 3), ib.Exponential()), ib.SteepestDescent(ib.Lp(2)), ib.Constant(0.1)
    state, rows = ib.Run(*parts).advance(50)._loop.snapshot()
    state["weight_sum"], state["gradient_sum"] = 2e150, state["gradient_sum"] * 1e150

    def restored(plain):
        return RunLoop.restore(*parts, None, ib.log_spaced(), dict(state), rows, plain)

    columns, alone = [restored(False) for _ in range(3)], restored(True)
    alone.advance(400, 100.0)
    assert RunLoop.advance_together(columns, 400, 100.0, 0.0) == ([""] * 3, True)
    for column in columns:
        np.testing.assert_allclose(column.w, alone.w, rtol=1e-12)
        np.testing.assert_allclose(column.snapshot()[0]["weight_sum"], alone.snapshot()[0]["weight_sum"])
    assert alone.snapshot()[0]["weight_sum"] < 100


def test_columns_stop_at_the_first_row_that_is_certified():
    problem = ib.Problem(*separable(10, 3), ib.Exponential())
    columns = runs_of(problem, ib.SteepestDescent(ib.Lp(2)), 4)
    together(columns, 10**5, 0.01)
    assert len({run.t for run in columns}) > 1
    for run in columns[:3]:
        rows = run.trajectory
        certified = np.flatnonzero((rows.best_margin > 0) & (1 - rows.best_margin / rows.best_bound <= 0.01))
        assert certified.tolist() == [len(rows) - 1]
        assert run.t == rows.t[-1]


@pytest.mark.parametrize(
    "arguments",
    [
        (ib.Problem(*separable(200, 82), ib.Exponential()), ib.GradientDescent()),
        (ib.Problem(*separable(10, 21), ib.Exponential()), ib.GradientDescent()),
        (ib.Problem(np.ones((21, 30)), np.ones(21), ib.Squared()), ib.GradientDescent(), 0.001),
        (ib.Problem(*separable(10, 3), ib.Probit()), ib.GradientDescent(), 0.1),
        (ib.Problem(*separable(10, 3), ib.Exponential()), ib.SteepestDescent(ib.Lp(3))),
        (ib.Problem(*separable(10, 3), ib.Exponential()), ib.Adam(), 0.1),
        (ib.Problem(*separable(10, 3), ib.Exponential()), ib.GradientDescent(), [0.1, 0.2]),
        (ib.Problem(np.float32(separable(10, 3)[0]), np.ones(10), ib.Exponential()), ib.GradientDescent()),
    ],
    ids=lambda arguments: repr(arguments[1:]),
)
def test_others_go_alone(arguments):
    assert not ib.Run(*arguments)._loop.column


def test_batches_go_alone():
    problem = ib.Problem(*separable(10, 3), ib.Exponential())
    assert not ib.Run(problem, ib.GradientDescent(), 0.1, batch=ib.MiniBatch(2, seed=0))._loop.column
