"""Every public constructor, method and function on hostile arguments: a valid result or a documented error.

What is called is found, not listed: a new noun (by its example), function or method is covered as it is.
"""

import inspect
import math
import random
import re
import signal
from collections import deque
from contextlib import contextmanager
from functools import cache
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import scipy.sparse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import examples
import implicitbias as ib
from conftest import separable
from hostile_values import hostile, some

SECONDS = 60  # beyond which something hangs: nothing here is large, but for slow machines
X, y = separable(6, 4)
METHODS = [*examples.METHODS, *(ib.SteepestDescent(norm) for norm in examples.NORMS)]


@cache
def problem(loss):
    # Labels, as targets, are in reach of every potential.
    return ib.Problem(examples.samples_for(loss, X.reshape(6, 2, 2)), y, loss)


# On a factor parameters have the same shape.
MODELED = [
    ib.Problem(X.reshape(6, 2, 2), y, loss, model=ib.Factor()) for loss in (ib.Logistic(), ib.Squared())
]
PROBLEMS = [*(problem(loss) for loss in examples.LOSSES), *MODELED]
MONOTONE = [each for each in PROBLEMS if each.loss.monotone]


def runs(pick):
    """A run of few iterations, which leaps early if it can."""
    on = pick([problem(ib.Exponential()), problem(ib.Squared()), problem(ib.Logistic())])
    method = pick([ib.GradientDescent(), ib.SteepestDescent(ib.Lp(1.5)), ib.AdaGrad(1.0)])
    on, w0 = pick([(on, None), (on, None), (pick(MODELED), np.full((2, 2), 0.25))])
    return ib.Run(on, method, ib.Constant(0.02), w0=w0).advance(pick([0, 1, 50]))


def claims(pick):
    on, method = pick(PROBLEMS), pick(METHODS[:7])
    return ib.predict(on, method)


# What fits a parameter, by its name. Others get what is hostile, or their default.
FITTING = {
    "problem": lambda pick: pick(PROBLEMS),
    "method": lambda pick: pick(METHODS),
    "norm": lambda pick: pick(examples.NORMS),
    "norms": lambda pick: ib.Lp(1),
    "loss": lambda pick: pick(examples.LOSSES),
    "model": lambda pick: pick(examples.MODELS),
    "step_size": lambda pick: pick([None, *examples.STEP_SIZES]),
    "batch": lambda pick: pick([None, None, *examples.BATCHES]),
    "record": lambda pick: pick(examples.RECORDINGS),
    "run": runs,
    "claim": claims,
    "X": lambda pick: X.reshape(6, 2, 2),
    "y": lambda pick: y,
    "w": lambda pick: X[0].reshape(2, 2),
    "w0": lambda pick: pick([None, np.full((2, 2), 0.25)]),
    "z": lambda pick: X[0].reshape(2, 2),
    "g": lambda pick: X[0].reshape(2, 2),
    "weak_learners": lambda pick: np.sign(X),
    "steps": lambda pick: 7,
    "radii": lambda pick: [0.5, 2.0],
    "max_seconds": lambda pick: 0.2,
    "max_steps": lambda pick: 1000,
}
CALLS = deque(maxlen=3)


@contextmanager
def time_limit():
    def stop(*_):
        raise AssertionError(f"still running after {SECONDS} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def outcome(call, *arguments, **named):
    """The result of a call, or the error if it is a documented one with a message that says of what."""
    CALLS.append((call, arguments, named))
    with time_limit():
        try:
            return call(*arguments, **named)
        except ib.ImplicitBiasError as error:
            message = str(error)
            assert "Invoked with" not in message
            if isinstance(error, ib.InvalidTypeError | ib.InvalidValueError):
                assert re.match(r"\S[^:]*: \S|.*has no ", message), message
            return error


def no_nan(value):
    """Whether numbers that a method computed are such."""
    if isinstance(value, tuple):
        return all(map(no_nan, value))
    if isinstance(value, float | np.ndarray) and np.asarray(value).dtype.kind == "f":
        return not np.isnan(value).any()
    return True


def assert_valid(run):
    assert np.isfinite(run.w).all()
    assert np.isfinite(run.trajectory.w).all()
    assert not math.isnan(run.log_loss)
    assert not np.isnan(run.trajectory.log_loss).any()
    assert run.trajectory.t[-1] <= run.t
    if run.problem.loss.monotone:
        lower, upper = run.bracket
        assert lower <= upper
        assert not math.isnan(run.margin)
        assert not np.isnan(run.trajectory.bound).any()


def parameters(call):
    """The names of what a function, or a compiled one by its docstring, takes besides `self`."""
    try:
        names = list(inspect.signature(call).parameters)
    except ValueError:
        names = re.findall(r"(\w+): ", inspect.getdoc(call).partition("\n")[0])
    return [name for name in names if name != "self"]


def arguments(pick, call):
    """Arguments of which one or two are hostile."""
    names = parameters(call)
    wrong = some(pick, names)
    chosen = {}
    for name in names:
        if name in wrong:
            chosen[name] = hostile(pick)
        elif name in FITTING:
            chosen[name] = FITTING[name](pick)
    return chosen


def call(pick, function):
    """Call a function, or a method bound to its object, so; the outcome."""
    chosen = arguments(pick, function)
    try:
        signature = inspect.signature(function)
    except ValueError:
        return outcome(function, **chosen) if len(chosen) == len(parameters(function)) else None
    rest = [
        chosen.pop(name)
        for name, parameter in signature.parameters.items()
        if name in chosen and parameter.kind == parameter.VAR_POSITIONAL
    ]
    try:
        bound = signature.bind(*rest, *rest, **chosen)
    except TypeError:
        return None  # something required is missing
    return outcome(function, *bound.args, **bound.kwargs)


def methods(thing):
    return [
        bound
        for name in dir(thing)
        if not name.startswith("_")
        and callable(bound := getattr(thing, name))
        and not isinstance(bound, type)
    ]


def use(noun):
    """The runs of a noun, from as little as it takes."""
    parts = {
        "problem": problem(ib.Exponential()),
        "method": ib.GradientDescent(),
        "step_size": ib.Constant(0.1),
    }
    match noun:
        case ib.Loss():
            parts["problem"] = outcome(ib.Problem, X.reshape(6, 2, 2), y, noun)
        case ib.Norm():
            parts["method"] = ib.SteepestDescent(noun)
        case ib.Potential():
            parts["method"] = ib.MirrorDescent(noun)
        case ib.Momentum():
            parts["method"] = ib.MirrorDescent(ib.Euclidean(), noun)
        case ib.Constraint():
            parts["method"] = ib.MirrorDescent(ib.Entropy(), None, noun)
        case ib.Method():
            parts["method"] = noun
        case ib.StepSize():
            parts["step_size"] = noun
        case ib.MiniBatch():
            parts["batch"] = noun
        case _:
            parts["record"] = noun
    if isinstance(parts["problem"], Exception):
        return
    for form in ("auto", "plain"):
        run = outcome(ib.Run, **parts, form=form)
        if isinstance(run, ib.Run):
            outcome(run.advance, 5)
            assert_valid(run)


def check_nouns(pick):
    noun = pick(NOUNS)
    fields = {name: getattr(noun, name) for name in noun._fields}
    for name in some(pick, list(fields)):
        fields[name] = hostile(pick)
    made = outcome(type(noun), **fields)
    if isinstance(made, Exception):
        return
    assert type(made)(**{name: getattr(made, name) for name in made._fields}) == made
    use(made)
    bound = methods(made)
    if bound:
        result = call(pick, pick(bound))
        assert no_nan(result)


def check_problems(pick):
    chosen = {"X": X, "y": y, "loss": pick(examples.LOSSES)}
    for name in some(pick, list(chosen)):
        chosen[name] = hostile(pick)
    made = outcome(ib.Problem, **chosen)
    if isinstance(made, Exception):
        return
    shape = made.shape
    stored = made.X.toarray() if scipy.sparse.issparse(made.X) else made.X
    one_score = made.classes is None and made.y.ndim == 1
    assert stored.shape == (len(made.y), *(shape if one_score else shape[1:]))
    assert np.isfinite(stored).all()
    run = outcome(
        ib.Run,
        made,
        pick(METHODS),
        pick([None, *examples.STEP_SIZES]),
        form=pick(["auto", "plain"]),
    )
    if isinstance(run, ib.Run):
        outcome(run.advance, 4)
        assert_valid(run)


def check_runs(pick):
    run = call(pick, ib.Run)
    if not isinstance(run, ib.Run):
        return
    outcome(run.advance, 3)
    assert_valid(run)
    for _ in range(2):
        call(pick, pick([run.advance, run.advance, run.support_vectors]))
        assert_valid(run)
    if pick(range(10)) == 0:
        with TemporaryDirectory() as folder:
            run.save(f"{folder}/run.npz")
            twin = ib.Run.load(f"{folder}/run.npz")
        outcome(run.advance, 3)
        outcome(twin.advance, 3)
        assert twin.t == run.t
        np.testing.assert_array_equal(twin.w, run.w)


def check_functions(pick):
    result = call(pick, pick(FUNCTIONS))
    match result:
        case ib.Run():
            assert_valid(result)
        case ib.Limit() | ib.Flow():
            assert np.isfinite(result.point if isinstance(result, ib.Limit) else result.w).all()
        case ib.MarginSolution():
            assert result.bracket.lower <= result.bracket.upper
            assert np.isfinite(result.value)


def check_leaps(pick):
    run = runs(pick)
    call(pick, run.fast_forward)
    assert_valid(run)
    outcome(run.advance, 1)
    assert_valid(run)


NOUNS = [noun for kind in examples.ALL.values() for noun in kind]
# Without those that draw figures and write reports, and what is registered by users: `as_cvxpy` and `claim`.
FUNCTIONS = sorted(
    {
        function
        for module in (ib, ib.datasets, ib.paths, ib.problems)
        for name, function in ((name, getattr(module, name)) for name in dir(module) if name[0] != "_")
        if inspect.isfunction(function)
        and function.__module__.startswith("implicitbias.")
        and name not in ("as_cvxpy", "claim")
    },
    key=lambda function: (function.__module__, function.__name__),
)
# Examples in the default suite, and at length.
CHECKS = {
    check_nouns: (300, 50_000),
    check_problems: (300, 30_000),
    check_runs: (150, 17_000),
    check_functions: (60, 2_800),
    check_leaps: (5, 200),
}


@contextmanager
def telling(case=None):
    """Say what was called when something fails."""
    CALLS.clear()
    try:
        yield
    except Exception as error:
        error.add_note(f"case {case}; the last calls: {list(CALLS)}")
        raise


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_hostile(check):
    @settings(
        max_examples=CHECKS[check][0],
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def checked(data):
        with telling():  # integers are drawn several times as fast as elements of a list
            check(lambda options: options[data.draw(st.integers(0, len(options) - 1))])

    checked()


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # some strings are the names of files that can be written


# Without hypothesis, which would take most of the time.
@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_hostile_at_length(check):
    for case in range(CHECKS[check][1]):
        with telling(case):
            check(random.Random(case).choice)
