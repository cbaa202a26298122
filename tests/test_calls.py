"""Calls that fit no signature: the same error at every door, and errors from within as they are."""

import inspect
import pickle
import re

import numpy as np
import pytest

import implicitbias as ib
from implicitbias._calls import public
from test_front_door import DESCENT, FITTING, LABELED, doors, run

DATASET = ib.datasets.iris_setosa()
METHODS = [
    *(run().advance, run().fast_forward, run().support_vectors, run().save, ib.Run.load),
    *(run().trajectory.to_csv, DATASET.problem, DATASET.as_matrices, DATASET.separability),
]
# Compiled ones are tested with the nouns.
DOORS = [door for door in doors() if inspect.isfunction(door) and not door.__qualname__.startswith("Run.")]
DOORS += [ib.Run, *METHODS]


def each(tested):
    return pytest.mark.parametrize("door", tested, ids=lambda door: door.__qualname__)


def given(door, leave_out=""):
    """What a door needs, by name, but for one argument."""
    parameters = inspect.signature(door).parameters.values()
    needed = [
        each.name
        for each in parameters
        if each.default is each.empty and each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
    ]
    return {name: FITTING.get(name, "x") for name in needed if name != leave_out}


@each(DOORS)
def test_an_unknown_argument_is_named(door):
    with pytest.raises(ib.InvalidTypeError, match=r"^nothing: [\w.]+ has no such argument; write [\w.]+\("):
        door(**given(door), nothing=1)


@each(DOORS)
def test_a_missing_argument_is_named(door):
    for name in given(door):
        message = f"^{name}: expected (an? |True or False)[\\w ]+, got nothing; write [\\w.]+\\("
        with pytest.raises(ib.InvalidTypeError, match=message):
            door(**given(door, leave_out=name))


@each([door for door in DOORS if door not in (ib.sum_norm, ib.max_norm)])
def test_too_many_arguments_are_counted(door):
    with pytest.raises(ib.InvalidTypeError, match=r"^[\w.]+: expected at most \d arguments? by place, got"):
        door(*[np.ones(3)] * 20)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ib.Run(LABELED), "method: expected a Method, got nothing; write Run(problem, method)"),
        (lambda: ib.Run.load(), "path: expected a path, got nothing; write Run.load(path)"),
        (lambda: run().advance(), "steps: expected a number, got nothing; write run.advance(steps)"),
        (lambda: ib.paths.lasso(), "problem: expected a Problem, got nothing; write paths.lasso(problem)"),
        (lambda: ib.compare(run()), "claim: expected a Claim, got nothing; write compare(run, claim)"),
        (
            lambda: ib.Run(LABELED, DESCENT, problem=LABELED),
            "problem: Run got it twice, by place and by name; write Run(problem, method)",
        ),
        (lambda: ib.sum_norm(norms=1), "norms: sum_norm has no such argument; write sum_norm(*norms)"),
        (lambda: DATASET.problem(), "loss: expected a Loss, got nothing; write dataset.problem(loss)"),
        (
            lambda: ib.datasets.iris_setosa(True),
            "datasets.iris_setosa: expected at most 0 arguments by place, got 1; "
            "write datasets.iris_setosa()",
        ),
        (
            lambda: ib.statement("key", "title"),
            "text: expected a text, got nothing; write "
            "paper.statement(key, title, text=..., metric=..., tolerance=..., reference=...)",
        ),
    ],
)
def test_messages(call, message):
    with pytest.raises(ib.InvalidTypeError, match=f"^{re.escape(message)}$"):
        call()


def test_errors_from_within_are_as_they_are():
    @public
    def add(one, other):
        return one + other

    assert add(1, other=2) == 3
    with pytest.raises(TypeError, match="^unsupported operand"):
        add(1, "2")


def test_public_functions_are_still_themselves():
    assert pickle.loads(pickle.dumps(ib.predict)) is ib.predict
    assert list(inspect.signature(ib.Run).parameters)[:3] == ["problem", "method", "step_size"]
    assert ib.Run.advance.__doc__.startswith("Take more steps.")


@pytest.mark.parametrize("kind", ["Momentum", "Constraint", "Recording"])
def test_kinds_of_nouns_are_not_made(kind):
    kind = getattr(ib, kind)

    class Own(kind):
        def __init__(self):
            super().__init__()

    class Bare(kind):
        pass

    for made in (kind, Own, Bare):
        message = (
            rf"^{kind.__name__}: expected one of this package's own, got (the|a) class .*; write [\w.]+\("
        )
        with pytest.raises(ib.InvalidTypeError, match=message):
            made()
