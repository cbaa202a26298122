"""Whatever a noun of one's own returns: a valid run, or a documented error that leaves the run as it was."""

from functools import wraps

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import implicitbias as ib
from hostile_values import hostile
from own_nouns import Descent, OwnDiagonal, OwnEuclidean, OwnHuber, OwnLogistic, Power
from test_hostile_input import X, assert_valid, outcome, telling

Y = np.sign(X @ [1.0, -2, 3, 1])


def wayward(base, members, *arguments):
    """Return a noun of which a member may return something else, once `answer` is set."""

    def member(name):
        @wraps(getattr(base, name))  # a step size rule looks at what its arguments are called
        def call(self, *given, **named):
            usual = getattr(base, name)(self, *given, **named)
            return usual if self.answer is None else self.answer(name, usual)

        return call

    own = type("Wayward", (base,), {name: member(name) for name in members})
    own.members, own.answer = members, None
    return own(*arguments)


def of_method():
    noun = wayward(Descent, ["init", "step"])
    return noun, ib.Problem(X, Y, ib.Exponential()), noun, ib.Constant(0.1)


def of_monotone_loss():
    noun = wayward(OwnLogistic, ["log_value", "log_slope"])
    return noun, ib.Problem(X, Y, noun), ib.GradientDescent(), ib.Constant(0.1)


def of_loss():
    noun = wayward(OwnHuber, ["value", "slope"], 0.7)
    return noun, ib.Problem(X, Y, noun), ib.GradientDescent(), ib.Constant(0.01)


def of_step_size():
    noun = wayward(Power, ["step_size"], 0.1, 0.5)
    return noun, ib.Problem(X, Y, ib.Exponential()), ib.GradientDescent(), noun


def of_potential():
    noun = wayward(OwnEuclidean, ["value", "link", "inverse_link"])
    noun.__class__.quadratic = False
    return noun, ib.Problem(X, Y, ib.Squared()), ib.MirrorDescent(noun), ib.Constant(0.01)


def of_model():
    noun = wayward(OwnDiagonal, ["value", "pullback"])
    return noun, ib.Problem(X, Y, ib.Exponential(), model=noun), ib.GradientDescent(), ib.Constant(0.01)


KINDS = [of_method, of_monotone_loss, of_loss, of_step_size, of_potential, of_model]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=150, derandomize=True, database=None)
@given(data=st.data())
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_hostile_answers(kind, data):
    def pick(options):
        return options[data.draw(st.integers(0, len(options) - 1))]

    noun, *parts = kind()
    w0 = np.full((2, 4), 0.3) if kind is of_model else None
    run = ib.Run(*parts, w0=w0).advance(2)
    before = run.w, run.log_loss, run.memory
    chosen, value = pick(noun.members), None

    def answer(name, usual):
        nonlocal value
        if name != chosen:
            return usual
        value = hostile(pick) if value is None else value  # the same whenever it is asked
        within = isinstance(usual, dict) and pick([True, True, False])
        return {**usual, pick(["w", "steps", "table", "other"]): value} if within else value

    noun.answer = answer
    with telling(value):
        result = outcome(run.advance, 1)
        outcome(ib.Run, *parts, w0=w0)
        if kind is of_model:  # w is what value makes of theta whenever it is read
            noun.answer = None
        assert_valid(run)
    noun.answer = None
    if isinstance(result, Exception):
        assert run.t == 2
        np.testing.assert_array_equal(run.w, before[0])
        assert run.log_loss == before[1]
        for name, memory in run.memory.items():
            np.testing.assert_array_equal(memory, before[2][name])
