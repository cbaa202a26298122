"""Values that slipped through once: each is refused by its argument's name, and nothing crashes."""

import inspect
import math

import numpy as np
import pytest

import implicitbias as ib
from conftest import separable
from implicitbias import _core

X, y = separable(6, 4)
CLASSES = [each for each in vars(_core).values() if isinstance(each, type)]


def problem(loss):
    return ib.Problem(X.reshape(6, 2, 2), y, loss)


@pytest.mark.parametrize("made", CLASSES, ids=lambda made: made.__name__)
def test_objects_that_were_never_initialized(made):
    # pybind11 would hand memory that nothing has written to the methods.
    raw = made.__new__(made)
    for name, _ in inspect.getmembers(made, lambda member: isinstance(member, property)):
        with pytest.raises(ib.InvalidTypeError, match="__init__ was never called"):
            getattr(raw, name)
    with pytest.raises(TypeError):
        ib.Run(raw, raw)


@pytest.mark.parametrize(
    ("refused", "complaint"),
    [
        (lambda run: run.fast_forward(until_log10=-1), "^until_log10: expected more than t = 0"),
        (lambda run: run.fast_forward(0.25), "^until: expected more than t = 0"),
        (lambda run: run.fast_forward(until_log10=-400.0), "^until_log10: expected more than t = 0"),
        (lambda run: run.support_vectors(tolerance=None), "^tolerance: expected a float between 0 and 1"),
        (lambda run: run.support_vectors(tolerance="x"), "^tolerance: expected a float between 0 and 1"),
        (
            lambda run: ib.compare(run, claim_of(run), tolerance=10**400),
            "^tolerance: expected a positive num",
        ),
        (lambda run: ib.dual_norm(ib.Lp(2), None), "^z: expected an array of real numbers, got None"),
        (lambda run: ib.dual_norm(ib.Lp(2), [1, math.nan]), "^z: expected finite numbers"),
        (lambda run: ib.dual_norm("l2", [1.0]), "^norm: expected a Norm, got 'l2'"),
        (lambda run: ib.datasets.load(None), "^path: expected a str or a path, got None"),
        (lambda run: ib.datasets.load(b"data.csv"), "^path: expected a str or a path, got b'data.csv'"),
        (lambda run: ib.datasets.load("a\0.csv"), "^path: expected the name of a file"),
        (lambda run: ib.datasets.example_2(intercept=[]), "^intercept: expected True or False, got a list"),
        (lambda run: ib.GroupNorm(np.array(0.5)), "^groups: expected a list of lists of indices"),
        (lambda run: ib.Huber(np.ma.masked), "^delta: expected complete data, got masked entries"),
        (
            lambda run: ib.paths.stagewise(problem(ib.Squared()), tolerance=10**400),
            "^tolerance: expected a pos",
        ),
    ],
)
def test_refusals(refused, complaint):
    run = ib.Run(problem(ib.Exponential()), ib.GradientDescent(), ib.Constant(0.01))
    with pytest.raises(ib.ImplicitBiasError, match=complaint):
        refused(run)
    assert run.t == 0


def claim_of(run):
    return ib.predict(run.problem, run.method)


def test_a_flow_may_have_all_the_time_there_is():
    assert ib.flow(problem(ib.Squared()), ib.GradientDescent(), max_seconds=10**400).converged


@pytest.mark.parametrize(
    "refused",
    [
        lambda run: ib.Run(run.problem, run.method, form=np.array(["plain", "auto"])),
        lambda run: run.advance(1, progress=np.array([1, 2])),
        lambda run: run.advance(1, progress="yes"),
        lambda run: run.advance(1, checkpoint=b"run.npz"),
        lambda run: run.save(None),
        lambda run: run.save("/dev/null"),
        lambda run: run.save("a\0b"),
        lambda run: ib.Run.load(None),
    ],
)
def test_what_is_no_flag_nor_path(refused):
    run = ib.Run(problem(ib.Exponential()), ib.GradientDescent())
    with pytest.raises(ib.ImplicitBiasError):
        refused(run)
