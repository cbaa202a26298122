"""Every pairing of loss, method, step size, batch, storage and size against the plain loop."""

import numpy as np
import pytest
import scipy.sparse
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

import implicitbias as ib
from examples import (
    AVERAGES,
    BATCHES,
    CONSTRAINTS,
    LOSSES,
    METHODS,
    MOMENTA,
    NORMS,
    POTENTIALS,
    STEP_SIZES,
)


def composes(method):
    """Whether the parts of a method go together."""
    problem, w0 = ib.Problem(np.eye(2)[None], [1.0], ib.Exponential()), np.eye(2)
    try:
        return ib.Run(problem, method, ib.Constant(0.1), w0=w0) is not None
    except ib.ImplicitBiasError:
        return False


ALL_METHODS = [
    *METHODS,
    *(
        ib.SteepestDescent(norm, momentum=average, weight_decay=decay)
        for norm in NORMS
        for average, decay in [(None, 0.0), (AVERAGES[0], 0.0), (AVERAGES[1], 0.2)]
    ),
    *(ib.NaturalGradient(potential) for potential in POTENTIALS),
    *(
        ib.MirrorDescent(potential, momentum, constraint)
        for potential in POTENTIALS
        for momentum in (None, *MOMENTA)
        for constraint in (None, *CONSTRAINTS)
    ),
]
ALL_METHODS = [method for method in ALL_METHODS if composes(method)]
# More samples than parameters and fewer, tiny ones and ones beyond what is padded, enough to leave some out.
SIZES = [2, 3, 9, 37, 300]
STORAGES = [np.float64, np.float32, scipy.sparse.csr_array]
STEPS = 40


def steps_of_some_length(step_size):
    """The registry's schedules, and those of momentum, are over before anything has happened."""
    match step_size:
        case ib.Schedule():
            return ib.Schedule(np.resize(step_size.etas, STEPS))
        case ib.LossNormalized(scale=ib.Schedule()):
            return ib.LossNormalized(steps_of_some_length(step_size.scale), step_size.cap)
    return step_size


def momentum_of_some_length(method):
    momentum = getattr(method, "momentum", None)
    if momentum is None or np.ndim(momentum.beta) == 0:
        return method
    longer = type(momentum)(np.resize(momentum.beta, STEPS), momentum.gamma)
    return ib.MirrorDescent(method.potential, longer, method.constraint)


@st.composite
def pairings(draw):
    """Return a problem, a method, a step size, a batch and a start."""
    loss, method = draw(st.sampled_from(LOSSES)), draw(st.sampled_from(ALL_METHODS))
    n, storage = draw(st.sampled_from(SIZES)), draw(st.sampled_from(STORAGES))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    X = 0.5 / np.sqrt(n) * rng.standard_normal((n, 2, 2))
    X = X + X.transpose(0, 2, 1)
    scores = np.einsum("nij,ij->n", X, [[1.0, 0.3], [0.3, 0.5]])
    y = np.where(scores < 0, -1.0, 1.0) if loss.monotone else scores + draw(st.sampled_from([0, 0.1]))
    several = draw(st.sampled_from([2, 3]))  # classes or targets: parameters of shape (several, 2)
    if loss.multiclass:
        y = np.resize(np.arange(several), n)
    elif not loss.monotone and draw(st.booleans()):
        y = np.outer(y, [1.0, -0.5, 0.2][:several])
    if loss.multiclass or y.ndim == 2:
        X = X[:, 0]
    X = storage(X.reshape(n, -1)) if storage is scipy.sparse.csr_array else X.astype(storage)
    # Rules that search along the ray are the plain loop's alone.
    rules = [rule for rule in STEP_SIZES if not isinstance(rule, ib.ExactLineSearch)]
    step_size = steps_of_some_length(draw(st.sampled_from(rules)))
    whole = n < 3 or isinstance(step_size, ib.LossNormalized)
    batch = None if whole else draw(st.sampled_from([None, *BATCHES]))
    w0 = 0.5 * np.eye(2) if isinstance(method, ib.FactorizedGradientDescent) else None
    return (X, y, loss), momentum_of_some_length(method), step_size, batch, w0


def iterated(form, data, method, step_size, batch, w0):
    """Return a run of that form and why it stopped, if it did."""
    run = ib.Run(ib.Problem(*data), method, step_size, w0=w0, batch=batch, form=form, record=ib.every(7))
    try:
        return run.advance(STEPS), None
    except ib.DomainError as error:
        return run, str(error)


def path_of(run):
    """Return the recorded iterates and the last."""
    return np.concatenate([run.trajectory.w, run.w[None]])


def sensitivity(plain, data, method, step_size, batch):
    """By how much the iterates change when the start changes by 1e-13: chaos is no fault of a form."""
    w0 = plain.w0 if plain.w0 is not None else plain.trajectory.w[0]
    nudged, _ = iterated("plain", data, method, step_size, batch, w0 + 1e-13)
    rows = min(len(nudged.trajectory.t), len(plain.trajectory.t)) + (nudged.t == plain.t)
    return np.abs(path_of(nudged)[:rows] - path_of(plain)[:rows]).max()


@settings(max_examples=300)
@given(pairings())
def test_forms_agree(pairing):
    try:
        plain, stopped = iterated("plain", *pairing)
    except ib.ImplicitBiasError:
        assume(False)
    auto, also_stopped = iterated("auto", *pairing)
    event(auto.form)
    rows, others = path_of(plain), path_of(auto)
    scale = max(np.abs(rows).max(), 1e-3)
    assume(scale < 1e6)  # runs that diverge magnify rounding
    tolerance = 1e-11 * scale
    if rows.shape == others.shape and not np.allclose(others, rows, rtol=0, atol=tolerance / 10):
        tolerance += 1e3 * sensitivity(plain, *pairing[:-1])
    assume(tolerance < 1e-6 * scale)
    assert (auto.t, stopped is None) == (plain.t, also_stopped is None)
    np.testing.assert_allclose(others, rows, rtol=0, atol=tolerance)
    for name in ("log_loss", "margin", "bound") if pairing[0][2].monotone else ("residual",):
        atol = 1e4 * tolerance / scale
        np.testing.assert_allclose(auto.trajectory[name], plain.trajectory[name], rtol=atol, atol=atol)
    assert auto.largest_step[0] == pytest.approx(plain.largest_step[0], abs=1e-9 + 10 * tolerance)
    assert auto._loop.last_violation == plain._loop.last_violation
