"""What a start may be, runs decide: claims, flows and sweeps say what runs say."""

import numpy as np
import pytest

import examples
import implicitbias as ib

WHOLE = np.array([[1.0, 0.25], [0.25, 2.0]])
STARTS = {
    "whole": WHOLE,
    "small": WHOLE / 8,
    "zero": np.zeros((2, 2)),
    "negative": -WHOLE,
    "huge": 8e307 * WHOLE,
    "tiny": 1e-300 * WHOLE,
    "NaN": WHOLE * np.nan,
    "flat": WHOLE.ravel(),
    "tall": np.ones((3, 2)),
    "text": "w",
}
# Every method, and every constraint under the potential that all of them take.
METHODS = [
    *examples.METHODS,
    *(ib.MirrorDescent(ib.Euclidean(), constraint=constraint) for constraint in examples.CONSTRAINTS),
    *(ib.MirrorDescent(potential) for potential in examples.POTENTIALS),
]
STRAIGHT = ib.Problem([[[1.0, 0.5], [0.5, 2.0]], [[0.0, 1.0], [1.0, 0.5]]], [1, 1], ib.Exponential())
ROOTED = ib.Problem(STRAIGHT.X, [1.0, 2.0], ib.Squared())


def outcome(ask):
    """Return what somebody says of a start: the refusal, or nothing."""
    try:
        ask()
    except ib.ImplicitBiasError as error:
        return f"{type(error).__name__}: {error}"
    return ""


@pytest.mark.parametrize("problem", [STRAIGHT, ROOTED], ids=["monotone", "rooted"])
@pytest.mark.parametrize("method", METHODS, ids=repr)
def test_all_take_the_starts_that_runs_take(method, problem):
    refused = 0
    for name, w0 in STARTS.items():
        right = outcome(lambda w0=w0: ib.Run(problem, method, 1.0, w0=w0))
        assert outcome(lambda w0=w0: ib.predict(problem, method, w0)) == right, name
        assert not right.startswith("DomainError") or " w0: " in right or " w: " in right
        refused += right != ""
        sweep = outcome(lambda w0=w0: ib.Sweep(problem, method, 1.0, [w0]).advance(1).runs[0])
        assert (right == "") or sweep != "", name
        if right and not problem.loss.monotone:
            assert outcome(lambda w0=w0: ib.flow(problem, method, w0)) == right, name
    assert refused >= 4  # what is no array of this shape and of numbers is no start of any method


@pytest.mark.parametrize("model", [ib.Linear(), ib.Diagonal()], ids=repr)
@pytest.mark.parametrize("method", examples.METHODS, ids=repr)
def test_without_a_start_batches_are_looked_at_all_the_same(method, model):
    problem = ib.Problem(STRAIGHT.X, [1, 1], ib.Exponential(), model=model)
    if outcome(lambda: ib.predict(problem, method)) == "":
        said = outcome(lambda: ib.predict(problem, method, batch=ib.MiniBatch(3, seed=0)))
        assert said == "InvalidValueError: batch: expected a size of at most 2 without replacement, got 3"
