"""Methods of one's own: against loops in NumPy; certificates, checkpoints, copies and threads."""

import copy
import math
import pickle
import signal
import threading
import time
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import implicitbias as ib
from conftest import Taxicab, separable
from own_nouns import Adam, Descent, HeavyBall, Lion, OwnLogistic, Power

PROBLEM = ib.Problem(*separable(12, 4), ib.Exponential())


def gradients(X, y, loss):
    """The gradient of the sum of the losses, from the definition."""
    if loss == ib.Squared():
        return lambda w: 2 * X.T @ (X @ w - y)
    weight = {ib.Exponential(): lambda m: np.exp(-m), ib.Logistic(): lambda m: 1 / (1 + np.exp(m))}[loss]
    return lambda w: -X.T @ (y * weight(y * (X @ w)))


def adam(gradient, w, etas, beta1, beta2, eps=1e-8):
    m, v = np.zeros_like(w), np.zeros_like(w)
    for t, eta in enumerate(etas):
        g = gradient(w)
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        w = w - eta * (m / (1 - beta1 ** (t + 1))) / (np.sqrt(v / (1 - beta2 ** (t + 1))) + eps)
    return w


def lion(gradient, w, etas, beta1, beta2):
    m = np.zeros_like(w)
    for eta in etas:
        g = gradient(w)
        w = w - eta * np.sign(beta1 * m + (1 - beta1) * g)
        m = beta2 * m + (1 - beta2) * g
    return w


def heavy_ball(gradient, w, etas, beta):
    before = w
    for eta in etas:
        w, before = w - eta * gradient(w) + beta * (w - before), w
    return w


@given(
    st.integers(0, 10**6),
    st.integers(1, 6),
    st.sampled_from([ib.Squared(), ib.Exponential(), ib.Logistic()]),
    st.floats(0.3, 0.95),  # with less, Adam is chaotic
    st.floats(0.9, 0.999),
    st.sampled_from(["adam", "lion", "heavy ball"]),
)
def test_iterates_are_those_of_a_loop(seed, d, loss, beta1, beta2, rule):
    rng = np.random.default_rng(seed)
    # Far from 0, momentum on the exponential loss runs away.
    X, w0 = rng.standard_normal((7, d)), 0.1 * rng.standard_normal(d)
    y = np.sign(X @ rng.standard_normal(d))
    etas = 0.01 / np.sqrt(1 + np.arange(60))
    gradient = gradients(X, y, loss)
    method, expected = {
        "adam": (Adam(beta1, beta2), lambda: adam(gradient, w0, etas, beta1, beta2)),
        "lion": (Lion(beta1, beta2), lambda: lion(gradient, w0, etas, beta1, beta2)),
        "heavy ball": (HeavyBall(beta1), lambda: heavy_ball(gradient, w0, etas, beta1)),
    }[rule]
    run = ib.Run(ib.Problem(X, y, loss), method, ib.Polynomial(0.01, 0.5), w0=w0).advance(60)
    np.testing.assert_allclose(run.w, expected(), rtol=1e-7, atol=1e-9)


def test_heavy_ball_is_the_packages():
    for shape in ((4,), (2, 2)):
        X, y = separable(12, 4)
        problem = ib.Problem(X.reshape(12, *shape), y, ib.Logistic())
        momentum = ib.PrimalMomentum.heavy_ball(0.8)
        runs = [
            ib.Run(problem, method, ib.Constant(0.02), record=ib.every(5)).advance(200)
            for method in (HeavyBall(0.8), ib.GradientDescent(momentum))
        ]
        for column in ("w", "log_loss", "margin", "bound", "best_margin", "best_bound"):
            mine, theirs = (getattr(run.trajectory, column) for run in runs)
            np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-12)


def test_batches_and_other_steps():
    options = {"batch": ib.MiniBatch(3, seed=5), "record": ib.every(10)}
    momentum = ib.PrimalMomentum.heavy_ball(0.5)
    for steps in (ib.Constant(0.01), ib.Schedule(np.geomspace(0.1, 0.001, 100)), Power(0.05, 0.5)):
        runs = [
            ib.Run(PROBLEM, method, steps, **options).advance(100)
            for method in (HeavyBall(0.5), ib.GradientDescent(momentum))
        ]
        np.testing.assert_allclose(runs[0].trajectory.w, runs[1].trajectory.w, rtol=1e-10, atol=1e-13)


def test_margins_are_in_the_norm_that_a_method_states():
    for norm in (ib.Lp(1), ib.Lp(math.inf), Taxicab()):
        stated = type("Stated", (Descent,), {"norm": norm})()
        assert stated.geometry is norm
        run = ib.Run(PROBLEM, stated, 0.05).advance(100)
        margins = PROBLEM.y * (PROBLEM.X @ run.w)
        assert run.margin == pytest.approx(margins.min() / norm.value(run.w), rel=1e-12)
        known = ib.Lp(1) if isinstance(norm, Taxicab) else norm
        best = ib.predict(PROBLEM, ib.SteepestDescent(known)).solve().value
        assert run.bracket.lower <= best <= run.bracket.upper
    assert type("Other", (Descent,), {"geometry": ib.Lp(3)})().geometry == ib.Lp(3)
    assert Descent().geometry == ib.Lp(2)
    with pytest.raises(ib.InvalidTypeError, match=r"^Wrong\.norm: expected a Norm, got 'l1'; write Lp\(1\)"):
        ib.Run(PROBLEM, type("Wrong", (Descent,), {"norm": "l1"})(), 0.1)


def test_memory_has_any_shape():
    run = ib.Run(PROBLEM, Descent(), 0.05).advance(10)
    assert sorted(run.memory) == ["steps", "table"]
    assert run.memory["steps"] == 10
    assert run.memory["steps"].shape == ()
    np.testing.assert_array_equal(run.memory["table"], np.full((2, 1, 3), 45.0))
    descent = ib.Run(PROBLEM, ib.GradientDescent(), 0.05).advance(10)
    np.testing.assert_allclose(run.w, descent.w, rtol=1e-12)
    assert sorted(descent.memory) == ["dual", "dual_rest"]


def test_w_alone_leaves_what_is_remembered():
    class Averaging(Descent):
        def step(self, state, gradient, eta, t):
            new = super().step(state, gradient, eta, t)
            return new if t % 3 == 0 else {"w": new["w"]}

    run = ib.Run(PROBLEM, Averaging(), 0.05).advance(10)
    assert run.memory["steps"] == 4


def test_a_start_is_given_or_not():
    seen = []

    class Seen(Descent):
        def init(self, problem, w0):
            seen.append((problem, w0))
            return super().init(problem, w0)

    ib.Run(PROBLEM, Seen(), 0.1, w0=np.full(4, 2.0))
    ib.Run(PROBLEM, Seen(), 0.1)
    assert [problem is PROBLEM for problem, _ in seen] == [True, True]
    np.testing.assert_array_equal(seen[0][1], np.full(4, 2.0))
    assert seen[1][1] is None
    np.testing.assert_array_equal(Lion().default_start(PROBLEM), np.ones(4))


@dataclass
class Dataclass(ib.Method):
    beta: float = 0.9

    init, step = HeavyBall.init, HeavyBall.step


class Forgetful(HeavyBall):
    def __init__(self, beta):  # forgets super().__init__()
        self.beta = beta


class Cautious(HeavyBall):
    def __init__(self, beta):
        ib.Method.__init__(self)
        super().__init__(beta)
        super(HeavyBall, self).__init__()


def test_no_init_need_be_called():
    runs = [ib.Run(PROBLEM, kind(0.7), 0.05).advance(20) for kind in (Dataclass, Forgetful, Cautious)]
    for run in runs:
        np.testing.assert_array_equal(run.w, ib.Run(PROBLEM, HeavyBall(0.7), 0.05).advance(20).w)
    for kind in (ib.Norm, ib.Metric, ib.Potential, ib.Loss, ib.StepSize):
        own = type("Own", (kind,), {"__init__": lambda self: None})()
        assert isinstance(own, kind)
        assert repr(own) == "Own()"
    with pytest.raises(
        TypeError, match=r"^Method\.__init__\(\) takes 1 positional argument but 2 were given"
    ):
        Descent(0.1)
    for bare in (ib.Method, ib.Loss, ib.StepSize, ib.Potential, ib.Norm, ib.Metric):
        with pytest.raises(
            ib.InvalidTypeError, match=rf"^{bare.__name__}: expected one of this package's own, or"
        ):
            bare()


@pytest.mark.parametrize("method", [Adam(0.8, 0.9), Lion(), HeavyBall(0.3), Descent()], ids=repr)
def test_a_checkpoint_goes_on_bit_by_bit(method, tmp_path):
    path = tmp_path / "run.npz"
    rule = Power(0.05, 0.4)
    whole = ib.Run(PROBLEM, method, rule, batch=ib.MiniBatch(5, seed=1)).advance(170)
    part = ib.Run(PROBLEM, method, rule, batch=ib.MiniBatch(5, seed=1)).advance(70)
    part.save(path)
    loaded = ib.Run.load(path, method=copy.deepcopy(method), step_size=Power(0.05, 0.4))
    for other in (loaded, pickle.loads(pickle.dumps(part)), copy.deepcopy(part), part):
        other.advance(100)
        np.testing.assert_array_equal(other.trajectory.w, whole.trajectory.w)
        np.testing.assert_array_equal(other.trajectory.best_bound, whole.trajectory.best_bound)
        for name, memory in whole.memory.items():
            np.testing.assert_array_equal(other.memory[name], memory)


def test_a_checkpoint_wants_the_method_that_it_was_saved_with(tmp_path):
    path = tmp_path / "run.npz"
    ib.Run(PROBLEM, Adam(), 0.01).advance(10).save(path)
    with pytest.raises(ib.CheckpointError, match=r"method: .*own_nouns\.Adam, got none; .*method=\.\.\."):
        ib.Run.load(path)
    with pytest.raises(ib.CheckpointError, match=r"method: .*own_nouns\.Adam, got a own_nouns\.Lion"):
        ib.Run.load(path, method=Lion())
    with pytest.raises(ib.CheckpointError, match="method: it has other values"):
        ib.Run.load(path, method=Adam(beta2=0.99))
    with pytest.raises(
        ib.CheckpointError, match="loss: expected none, the run was saved with no loss of one's"
    ):
        ib.Run.load(path, method=Adam(), loss=OwnLogistic())
    with pytest.raises(ib.InvalidTypeError, match="^method: expected a Method, got Constant"):
        ib.Run.load(path, method=ib.Constant(1.0))


def test_saving_does_nothing_to_a_method(tmp_path):
    class Noisy(Descent):
        def __init__(self):
            self.rng = np.random.default_rng(0)

        def step(self, state, gradient, eta, t):
            return super().step(state, gradient + self.rng.standard_normal(4), eta, t)

    runs = [ib.Run(PROBLEM, Noisy(), 0.01).advance(10) for _ in range(2)]
    runs[0].save(tmp_path / "run.npz")
    np.testing.assert_array_equal(runs[0].advance(10).w, runs[1].advance(10).w)


def test_the_loss_may_go_up_and_down():
    problem = ib.Problem(PROBLEM.X, PROBLEM.X @ np.ones(4), ib.Squared())
    for steps in (250, 400, 1300):
        own, known = (
            ib.behavior(ib.Run(problem, method, 1e-6).advance(steps))
            for method in (HeavyBall(0.999), ib.GradientDescent(ib.PrimalMomentum.heavy_ball(0.999)))
        )
        assert (own.kind, str(own)) == (known.kind, str(known))


@pytest.mark.parametrize("inertial", [True, False])
def test_a_method_may_say_that_a_loss_that_rises_is_a_sign(inertial):
    class Plain(Descent):
        pass

    Plain.inertial = inertial
    problem = ib.Problem(PROBLEM.X, PROBLEM.X @ np.ones(4), ib.Squared())
    own, known = (
        ib.behavior(ib.Run(problem, method, 0.1).advance(20)) for method in (Plain(), ib.GradientDescent())
    )
    assert known.kind == "diverging"
    assert (own.kind == known.kind) is not inertial


def test_a_method_may_state_the_steps_that_it_takes_by_default():
    class Short(Descent):
        default_step_size = 0.01

    run = ib.Run(PROBLEM, Short()).advance(9)
    assert run.step_size == ib.Constant(0.01)
    np.testing.assert_array_equal(run.w, ib.Run(PROBLEM, Short(), 0.01).advance(9).w)
    assert ib.Sweep(PROBLEM, [Short(), ib.Lion()]).advance(9).runs[0].step_size == ib.Constant(0.01)


def test_there_is_no_claim():
    assert ib.predict(PROBLEM, Adam()) is None
    assert ib.why_no_claim(PROBLEM, Adam()).startswith("Adam is a method of your own")
    targets = ib.Problem(PROBLEM.X, PROBLEM.X[:, :2], ib.Squared())
    for problem, shown in ((PROBLEM, "run.bracket"), (targets, "run.residual")):  # what runs have
        assert shown in ib.why_no_claim(problem, Adam())
    with pytest.raises(ib.InvalidTypeError, match="^claim: expected a Claim, got None"):
        ib.compare(ib.Run(PROBLEM, Adam(), 0.1).advance(3), None)
    with pytest.raises(ib.InvalidTypeError, match="^method: expected SteepestDescent"):
        ib.Run(PROBLEM, Adam(), 0.1).fast_forward(1e20)


def test_arrays_are_copies():
    class Keeper(Descent):
        kept = None

        def step(self, state, gradient, eta, t):
            new = super().step(state, gradient, eta, t)
            if self.kept is not None:
                for each in self.kept:
                    each[...] = 1e9
            self.kept = [state["w"], gradient, state["table"], new["w"], new["table"]]
            return new

    run = ib.Run(PROBLEM, Keeper(), 0.05).advance(50)
    np.testing.assert_array_equal(run.w, ib.Run(PROBLEM, Descent(), 0.05).advance(50).w)
    w = run.w
    run.memory["table"][...] = -1
    run.w[...] = -1
    np.testing.assert_array_equal(run.w, w)

    class InPlace(Descent):
        def step(self, state, gradient, eta, t):
            state["w"] -= eta * gradient
            return state

    np.testing.assert_array_equal(run.w, ib.Run(PROBLEM, InPlace(), 0.05).advance(50).w)


def test_gradients_are_numbers_as_python_knows_them():
    """The loop takes subnormal numbers for 0; what is called from it does not."""
    seen = []

    class Small(Descent):
        def step(self, state, gradient, eta, t):
            seen.append(np.float64(1e-300) * np.float64(1e-15))
            assert gradient.flags.owndata
            return super().step(state, gradient, eta, t)

    ib.Run(PROBLEM, Small(), 0.1).advance(1)
    assert seen[0] > 0
    # Where the gradient overflows, the run says so.
    far = ib.Problem([[1.0]], [1.0], ib.Exponential())
    with pytest.raises(ib.DomainError, match="^step t = 0.*the gradient overflows.*stays at t = 0"):
        ib.Run(far, Descent(), 0.1, w0=[-800.0]).advance(1)


def test_a_method_may_look_at_its_run_but_not_advance_it():
    class Curious(Descent):
        run, advances = None, False

        def step(self, state, gradient, eta, t):
            if self.run is not None:
                assert self.run.t == t
                np.testing.assert_array_equal(self.run.w, state["w"])
                if self.advances:
                    self.run.advance(1)
            return super().step(state, gradient, eta, t)

    method = Curious()
    method.run = run = ib.Run(PROBLEM, method, 0.05)
    assert run.advance(20).t == 20
    method.advances = True
    with pytest.raises(ib.BusyError, match="by one of its own nouns"):
        run.advance(1)
    assert run.t == 20


def test_runs_in_several_threads():
    class Slow(HeavyBall):
        def step(self, state, gradient, eta, t):
            time.sleep(0.001)
            return super().step(state, gradient, eta, t)

    method = Slow()
    runs = [ib.Run(PROBLEM, method, 0.05, threads=threads) for threads in (1, 2, 1)]
    workers = [threading.Thread(target=run.advance, args=(50,)) for run in runs]
    for worker in workers:
        worker.start()
    while any(worker.is_alive() for worker in workers):
        assert np.isfinite(runs[0].w).all()
    expected = ib.Run(PROBLEM, HeavyBall(), 0.05).advance(50).w
    for run in runs:
        np.testing.assert_array_equal(run.w, expected)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers")
def test_ctrl_c_stops_a_method(heeded_signals):
    class Endless(Descent):
        def step(self, state, gradient, eta, t):
            while t == 7 and self.__dict__.get("waits"):
                time.sleep(0.01)
            return super().step(state, gradient, eta, t)

    method = Endless()
    run = ib.Run(PROBLEM, method, 0.05)
    method.waits = True
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    with pytest.raises(KeyboardInterrupt):
        run.advance(100)
    assert run.t == 7
    method.waits = False
    np.testing.assert_array_equal(run.advance(3).w, ib.Run(PROBLEM, Descent(), 0.05).advance(10).w)
