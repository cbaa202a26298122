"""What methods of one's own may do wrong: the complaint, and a run that goes on once they are mended."""

import math

import numpy as np
import pytest

import implicitbias as ib
from conftest import separable
from own_nouns import Descent

PROBLEM = ib.Problem(*separable(12, 4), ib.Exponential())


class Wayward(Descent):
    """Gradient descent until step 5, if `answer` is set."""

    answer = None

    def step(self, state, gradient, eta, t):
        if self.answer is not None and t == 5:
            return self.answer(state)
        return super().step(state, gradient, eta, t)


@pytest.mark.parametrize(
    ("answer", "error", "complaint"),
    [
        (lambda state: 1 / 0, ZeroDivisionError, "division by zero"),
        (lambda state: None, TypeError, r"expected a dict such as \{'w': w\}, got None"),
        (lambda state: state["w"], TypeError, r"expected a dict such as .*, got an array of shape \(4,\)"),
        (lambda state: {**state, "w": np.zeros(3)}, ValueError, r"in 'w': .* shape \(4,\), got shape \(3,\)"),
        (lambda state: {"w": np.zeros((4, 1))}, ValueError, r"in 'w': .* shape \(4,\), got shape \(4, 1\)"),
        (lambda state: {"w": 0.0}, ValueError, r"in 'w': expected an array of shape \(4,\), got shape \(\)"),
        (lambda state: {"w": [0, np.nan, 0, 0]}, ValueError, "in 'w': expected finite numbers, got nan"),
        (lambda state: {"w": [0, 0, -np.inf, 0]}, ValueError, "in 'w': expected finite numbers, got -inf"),
        (lambda state: {"w": "0000"}, TypeError, "in 'w': expected an array of real numbers"),
        (lambda state: {}, ValueError, r"expected a dict with the entry 'w', got none; write return"),
        (lambda state: {"W": state["w"]}, ValueError, r"with the entry 'w', got \['W'\]"),
        (
            lambda state: {**state, "m": 1.0},
            ValueError,
            "expected the entries .* that init.. made, or w alone",
        ),
        (lambda state: {"w": state["w"], "steps": 1}, ValueError, r"or w alone, got \['w', 'steps'\]"),
        (
            lambda state: {**state, 3: 1.0},
            TypeError,
            "expected names such as 'm' for what is remembered, got 3",
        ),
        (lambda state: {**state, "a b": 1.0}, TypeError, "expected names such as 'm' .* got 'a b'"),
        (
            lambda state: {**state, "steps": [1, 2]},
            ValueError,
            r"in 'steps': .* shape \(\), got shape \(2,\)",
        ),
        (lambda state: {**state, "steps": math.nan}, ValueError, "in 'steps': expected finite numbers"),
        (lambda state: {**state, "table": "x"}, TypeError, "in 'table': expected an array of real numbers"),
    ],
)
def test_wrong_steps(answer, error, complaint):
    method = Wayward()
    run = ib.Run(PROBLEM, method, 0.05).advance(3)
    method.answer = answer
    with pytest.raises(error, match=complaint) as raised:
        run.advance(10)
    if isinstance(raised.value, ib.ImplicitBiasError):
        assert str(raised.value).startswith("Wayward.step() at t = 5 returned")
    else:
        assert raised.traceback[-1].name == "<lambda>"
    assert "The run is valid and stays at t = 5." in raised.value.__notes__
    assert run.t == 5
    # Nothing is lost: once mended, the run goes on to where it would have been, with every row.
    method.answer = None
    sound = ib.Run(PROBLEM, Descent(), 0.05).advance(20)
    np.testing.assert_array_equal(run.advance(15).w, sound.w)
    np.testing.assert_array_equal(run.trajectory.t, sound.trajectory.t)


@pytest.mark.parametrize(
    ("answer", "error", "complaint"),
    [
        (lambda w: None, TypeError, r"^Begun.init\(\) returned: expected a dict such as"),
        (
            lambda w: {"w": np.zeros(5)},
            ValueError,
            r"^Begun.init\(\) returned, in 'w': .*\(4,\), got shape \(5,\)",
        ),
        (lambda w: {"m": w}, ValueError, r"^Begun.init\(\) returned: expected a dict with the entry 'w'"),
        (lambda w: {"w": w, "rng": object()}, TypeError, r"in 'rng': expected an array of real numbers"),
        (lambda w: {"w": w, "w w": w}, TypeError, "expected names such as 'm'"),
        (lambda w: {"w": w, "m": np.full(4, np.nan)}, ValueError, "in 'm': expected finite numbers"),
        (lambda w: [][0], IndexError, "out of range"),
    ],
)
def test_wrong_starts(answer, error, complaint):
    begun = type("Begun", (Descent,), {"init": lambda self, problem, w0: answer(np.zeros(problem.shape))})
    with pytest.raises(error, match=complaint):
        ib.Run(PROBLEM, begun(), 0.1)


def test_what_is_missing_is_named():
    half = type("Half", (ib.Method,), {"init": Descent.init})()
    with pytest.raises(
        ib.InvalidTypeError, match=r"^Half: expected a method step, found none; write def step\("
    ):
        ib.Run(PROBLEM, half, 0.1)
    with pytest.raises(
        ib.InvalidTypeError, match=r"^None_: expected a method init, found none; write def init\("
    ):
        ib.Run(PROBLEM, type("None_", (ib.Method,), {})(), 0.1)
    short = type("Short", (Descent,), {"step": lambda self, state, gradient: state})()
    with pytest.raises(TypeError, match="takes 3 positional arguments"):
        ib.Run(PROBLEM, short, 0.1).advance(1)
    with pytest.raises(ib.InvalidValueError, match="^step_size: LossNormalized needs a smoothness bound"):
        ib.Run(PROBLEM, Descent())


def test_facts_of_a_method_are_checked():
    class Wrong(Descent):
        inertial, default_step_size = "no", "short"

    run = ib.Run(ib.Problem(PROBLEM.X, PROBLEM.X @ np.ones(4), ib.Squared()), Wrong(), 0.1).advance(3)
    with pytest.raises(ib.InvalidTypeError, match=r"^Wrong\.inertial: expected True or False, got 'no'"):
        ib.behavior(run)
    complaint = r"^Wrong\.default_step_size: expected a StepSize, got 'short'"
    with pytest.raises(ib.InvalidTypeError, match=complaint):
        ib.Run(PROBLEM, Wrong())
