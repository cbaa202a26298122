"""What save writes, load reads: any run that has advanced comes back, and goes on bit by bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import conftest
import examples
import implicitbias as ib
from storages import STORAGES

METHODS = [
    *examples.METHODS,
    *(ib.SteepestDescent(norm) for norm in examples.NORMS),
    *(ib.MirrorDescent(potential) for potential in examples.POTENTIALS),
    *(ib.MirrorDescent(ib.Euclidean(), momentum) for momentum in examples.MOMENTA),
    *(
        ib.MirrorDescent(ib.Euclidean(), constraint=constraint)
        for constraint in examples.CONSTRAINTS
        if constraint != ib.Simplex()
    ),
]
STEP_SIZES = [*examples.STEP_SIZES, *(ib.Constant(10.0**k) for k in (-12, -6, -3, 0, 1, 3, 6))]


def snapshot(run):
    state, trajectory = run._loop.snapshot()
    return state | {f"trajectory/{name}": column for name, column in trajectory.items()}


def assert_same(run, other):
    mine, others = snapshot(run), snapshot(other)
    assert mine.keys() == others.keys()
    for name, value in mine.items():
        np.testing.assert_array_equal(others[name], value, err_msg=name)
    assert other.form == run.form


def advance(run, steps):
    """Advance as far as the run goes, and return why it ends."""
    try:
        run.advance(steps)
    except (ib.DomainError, ib.InvalidValueError) as error:
        return str(error)
    return None


def assert_resumes(run, path, steps):
    run.save(path)
    again = ib.Run.load(path)
    assert_same(run, again)
    assert advance(again, steps) == advance(run, steps)
    assert_same(run, again)


def data(draw):
    """Samples of shape (2, 2): symmetric ones suit every norm and potential."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    n = draw(st.sampled_from([1, 3, 6, 40, 80]))
    X = (
        rng.integers(-3, 4, (n, 2, 2)).astype(float)
        if draw(st.booleans())
        else rng.standard_normal((n, 2, 2))
    )
    X = X + X.transpose(0, 2, 1)
    X[0, 0, 0] += 0.5  # not all are zero
    X *= 10.0 ** draw(st.sampled_from([0, 0, 1, 3, -3, 10, -10, 30, -30, 100, -100, 150, -150]))
    if draw(st.booleans()):
        X[:, 0, 0] *= 10.0 ** draw(st.sampled_from([3, -3, 8]))
    return X, rng.choice([-1.0, 1.0], n)


def start(draw, method):
    if not (draw(st.booleans()) or isinstance(method, ib.FactorizedGradientDescent)):
        return None
    w0 = np.random.default_rng(draw(st.integers(0, 99))).uniform(0.1, 1, (2, 2))
    return (w0 + w0.T) * 10.0 ** draw(st.sampled_from([0, 0, 1, 3, -3, 8, 100, -100]))


def any_run(draw, folder):
    """A run with any parts at any scale, or None where they do not fit together."""
    X, y = data(draw)
    method = draw(st.sampled_from(METHODS) | st.just(ib.AdaGrad()))
    storage = draw(st.sampled_from(["float64", "float64", *STORAGES]))
    if "float32" in storage:
        X = np.clip(X, -1e30, 1e30)
    w0 = start(draw, method)
    if "sparse" in storage:  # rows are vectors
        X, w0 = X.reshape(-1, 4), None if w0 is None else w0.reshape(4)
    options = {
        "batch": draw(st.sampled_from([None, None, *examples.BATCHES])),
        "form": draw(st.sampled_from(["auto", "plain"])),
        "threads": draw(st.sampled_from([1, 1, 1, 2])),
        "record": draw(st.sampled_from(examples.RECORDINGS)),
    }
    loss = draw(st.sampled_from(examples.LOSSES) | st.just(ib.Exponential()))
    if loss.multiclass:
        X, w0 = examples.samples_for(loss, X.reshape(-1, 2, 2)), None if w0 is None else w0.reshape(2, 2)
    try:
        problem = ib.Problem(STORAGES[storage](X, folder), y, loss)
        return ib.Run(problem, method, draw(st.sampled_from(STEP_SIZES)), w0=w0, **options)
    except (ib.DomainError, ValueError):
        return None


@pytest.mark.parametrize("examples_", [200, pytest.param(5000, marks=pytest.mark.thorough)])
def test_any_run_that_advances_is_saved_loaded_and_goes_on(tmp_path, examples_):
    tried = 0

    @settings(max_examples=examples_)
    @given(data=st.data(), steps=st.lists(st.sampled_from([1, 2, 3, 17, 90, 400]), min_size=1, max_size=3))
    def check(data, steps):
        nonlocal tried
        run = any_run(data.draw, tmp_path)
        if run is None:
            return
        tried += 1
        for more in steps:
            advance(run, more)  # after a DomainError, the run stays at its last valid state
            assert_resumes(run, tmp_path / "run.npz", 17)

    check()
    assert tried > examples_ / 4


@pytest.mark.parametrize("form", ["auto", "plain"])
@pytest.mark.parametrize("eta", [0.5, 1.0])
def test_averages_that_overflow_start_anew(tmp_path, form, eta):
    # The first step takes the third sample's margin to -1000 eta, and the loss to e^1000 eta for a while.
    problem = ib.Problem([[3000.0, 1], [3000, 1], [-1000, 2]], [1, 1, 1], ib.Exponential())
    run = ib.Run(problem, ib.AdaGrad(), ib.Constant(eta), form=form).advance(50)
    assert run.log_loss < 0
    assert_resumes(run, tmp_path / "run.npz", 50)
    run.advance(10**5)
    state, _ = run._loop.snapshot()
    assert 0 < state["weight_sum"] < 1e150
    best = ib.max_margin(problem, ib.Lp(2))
    assert run.bracket.lower <= best.value <= run.bracket.upper


@pytest.mark.parametrize("far", [200.0, 360.0, 500.0])
@pytest.mark.parametrize(
    ("method", "eta"),
    [
        (ib.AdaGrad(0.1), 1.0),  # gets over a loss of e^360 and more
        (ib.SteepestDescent(ib.Lp(np.inf)), 1e-3),  # does not
    ],
    ids=repr,
)
def test_where_a_run_pauses_does_not_matter_where_the_plain_loop_steps_in(method, eta, far):
    X = np.vstack([[[3 * far, 1, 0, 0]] * 2, [[-far, 2, 0, 0]], conftest.separable(9, 4)[0]])

    def run():
        return ib.Run(ib.Problem(X, np.ones(12), ib.Exponential()), method, eta, record=ib.every(1000))

    whole, pieces, mixed = run(), run(), run()
    why = advance(whole, 300)
    assert {advance(pieces, 1) for _ in range(300)} == {None, why}
    assert [advance(mixed, steps) for steps in (1, 7, 292)][-1] == why
    for other in (pieces, mixed):
        assert_same(whole, other)


def test_a_step_that_only_the_plain_loop_takes_leaves_no_trace(tmp_path):
    # After a huge step the weights of all samples underflow; seven coordinates are padded to eight.
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((5, 7)), rng.choice([-1.0, 1.0], 5)
    run = ib.Run(ib.Problem(X, y, ib.Sigmoid()), ib.AdaGrad(), 1e3, record=ib.every(1000))
    assert run.advance(8).advance(5).form == "inner"
    assert_resumes(run, tmp_path / "run.npz", 17)


@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize("form", ["auto", "plain"])
def test_interrupted_runs_go_on(tmp_path, storage, form, monkeypatch):
    X, y = conftest.separable(30, 8)
    run = ib.Run(
        ib.Problem(STORAGES[storage](X, tmp_path), y, ib.Exponential()),
        ib.AdaGrad(),
        ib.Constant(0.1),
        form=form,
    )

    class Interrupted:
        def __init__(self, *_):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def update(self):
            raise KeyboardInterrupt

    monkeypatch.setattr("implicitbias.runs.progress.Progress", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.advance(10**9, progress=True)
    assert 0 < run.t < 10**9
    assert_resumes(run, tmp_path / "run.npz", 100)


@pytest.mark.parametrize("log10_t", [12, 300, 1e5])
@pytest.mark.parametrize("method", [ib.SteepestDescent(ib.Lp(2)), ib.AdaGrad()], ids=repr)
def test_leaps_come_back(tmp_path, method, log10_t):
    problem = ib.Problem(*conftest.separable(6, 3), ib.Exponential())
    run = ib.Run(problem, method, ib.Constant(0.05)).fast_forward(until_log10=log10_t, tolerance=1e-4)
    run.save(tmp_path / "run.npz")
    again = ib.Run.load(tmp_path / "run.npz")
    assert_same(run, again)
    assert again.t == run.t
    assert again.log10_t == run.log10_t
    for each in (run, again):
        each.fast_forward(until_log10=log10_t + 1, tolerance=1e-4)
    assert_same(run, again)
    if log10_t < 15:  # t is counted
        assert_resumes(run, tmp_path / "run.npz", 100)
