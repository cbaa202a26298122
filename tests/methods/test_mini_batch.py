"""Random batches: the generator's published answers, then the batches themselves, in pure Python."""

import numpy as np
import pytest
from scipy.stats import chi2

import conftest
import examples
import implicitbias as ib

MASK = 2**32 - 1


def philox(counter, key):
    """Philox 4x32-10 as Salmon et al. (2011) define it."""
    c, k = list(counter), list(key)
    for _ in range(10):
        a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(b >> 32) ^ c[1] ^ k[0], b & MASK, (a >> 32) ^ c[3] ^ k[1], a & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


def uniform(bound, t, draw, seed):
    bits = philox([t & MASK, t >> 32, draw, 0], [seed & MASK, seed >> 32])
    return (bits[1] << 32 | bits[0]) * bound >> 64


def draw(batch, samples, t):
    if batch.replace:
        return [uniform(samples, t, i, batch.seed) for i in range(batch.size)]
    order = list(range(samples))
    for i in range(batch.size):
        j = i + uniform(samples - i, t, i, batch.seed)
        order[i], order[j] = order[j], order[i]
    return order[: batch.size]


@pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [
        ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
        ([MASK] * 4, [MASK] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
        (
            [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
            [0xA4093822, 0x299F31D0],
            [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
        ),
    ],
)
def test_known_answers(counter, key, answer):
    # Random123's kat_vectors. The compiled generator is compared with this one below.
    assert philox(counter, key) == answer


def drawn(batch, samples, steps):
    """Read the batches of the core off a run: with X = I, each step tells how often a sample was drawn."""
    problem = ib.Problem(np.eye(samples), np.full(samples, -0.5), ib.LogCosh())
    # Residuals so large that tanh is 1: every draw moves its coordinate by eta, and no more.
    run = ib.Run(
        problem,
        ib.SteepestDescent(ib.Lp(2)),
        ib.Constant(1.0),
        w0=np.full(samples, 2.0**40),
        batch=batch,
        record=ib.every(1),
    ).advance(steps)
    counts = -np.diff(run.trajectory.w, axis=0)
    assert np.array_equal(counts, np.round(counts))
    return counts.astype(int)


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("size", [1, 2, 7, 10])
@pytest.mark.parametrize("seed", [0, 5, 2**32 - 1, 2**32 + 17, 2**63 - 1])
def test_batches_are_those_of_the_definition(size, seed, replace):
    batch = ib.MiniBatch(size, seed, replace)
    for t, counts in enumerate(drawn(batch, 10, 60)):
        np.testing.assert_array_equal(counts, np.bincount(draw(batch, 10, t), minlength=10))


def test_without_replacement_a_batch_is_a_set():
    for size in (1, 3, 9):
        counts = drawn(ib.MiniBatch(size, 1), 9, 300)
        assert counts.max() == 1
        assert (counts.sum(axis=1) == size).all()
    assert drawn(ib.MiniBatch(20, 1, replace=True), 9, 3).sum(axis=1).tolist() == [20] * 3


@pytest.mark.parametrize("replace", [False, True])
def test_draws_are_uniform(replace):
    size, samples, steps = 3, 8, 20000
    counts = drawn(ib.MiniBatch(size, 11, replace), samples, steps)
    expected = steps * size / samples
    # Without replacement the counts vary less, by (n - k) / (n - 1).
    variance = 1 / samples if replace else (samples - size) / (samples - 1) / samples
    statistic = np.sum((counts.sum(axis=0) - expected) ** 2) / (steps * size * variance)
    assert chi2.ppf(0.001, samples - 1) < statistic < chi2.ppf(0.999, samples - 1)
    # And so are pairs: no sample is drawn more often beside some than beside others.
    together = counts.T @ counts / steps
    pairs = together[~np.eye(samples, dtype=bool)]
    fraction = size * (size - 1) / samples / (samples if replace else samples - 1)
    np.testing.assert_allclose(pairs, fraction, atol=5 * np.sqrt(fraction / steps))


def test_seeds_and_iterations_differ():
    one, other = (drawn(ib.MiniBatch(2, seed), 10, 100) for seed in (1, 2))
    assert (one == other).all(axis=1).mean() < 0.2
    assert (one[1:] == one[:-1]).all(axis=1).mean() < 0.2


@pytest.mark.parametrize("loss", examples.ONE_SCORE, ids=repr)
@pytest.mark.parametrize("shape", [(12, 4), (4, 12)])
def test_the_gradient_is_the_unscaled_sum(loss, shape):
    X, y = conftest.separable(*shape, seed=4)
    batch, w0 = ib.MiniBatch(3, 9, replace=True), np.full(shape[1], 0.1)
    run = ib.Run(
        ib.Problem(X, y, loss),
        ib.SteepestDescent(ib.Lp(2)),
        ib.Constant(0.01),
        w0=w0,
        batch=batch,
        record=ib.every(1),
    ).advance(50)
    for t, w in enumerate(run.trajectory.w[:-1]):
        chosen = draw(batch, shape[0], t)
        part = ib.Problem(X[chosen], y[chosen], loss)
        step = ib.Run(part, ib.SteepestDescent(ib.Lp(2)), ib.Constant(0.01), w0=w).advance(1).w
        np.testing.assert_allclose(run.trajectory.w[t + 1], step, rtol=1e-13, atol=1e-15)
    # Records are of the whole loss, not of the batch's.
    whole = [ib.Run(run.problem, run.method, ib.Constant(1.0), w0=w).log_loss for w in run.trajectory.w]
    np.testing.assert_allclose(run.trajectory.log_loss, whole, rtol=1e-13, atol=1e-13)


def test_all_samples_are_the_full_gradient():
    X, y = conftest.separable(6, 9)
    parts = ib.Problem(X, y, ib.Squared()), ib.MirrorDescent(ib.SquaredLp(1.5)), ib.Constant(0.01)
    full = ib.Run(*parts).advance(200)
    batched = ib.Run(*parts, batch=ib.MiniBatch(6, 3)).advance(200)
    np.testing.assert_allclose(batched.w, full.w, rtol=1e-12)
    np.testing.assert_allclose(batched.trajectory.residual, full.trajectory.residual, rtol=1e-11)


@pytest.mark.parametrize("batch", examples.BATCHES, ids=repr)
def test_chunks_and_checkpoints(batch, tmp_path):
    X, y = conftest.separable(9, 4)
    parts = ib.Problem(X, y, ib.Logistic()), ib.SteepestDescent(ib.Lp(1.5)), ib.Constant(0.1)
    whole = ib.Run(*parts, batch=batch).advance(300)
    pieces = ib.Run(*parts, batch=batch)
    for steps in (1, 0, 99, 200):
        pieces.advance(steps).save(tmp_path / "run.npz")
        pieces = ib.Run.load(tmp_path / "run.npz")
    np.testing.assert_array_equal(whole.w, pieces.w)
    np.testing.assert_array_equal(whole.trajectory.best_bound, pieces.trajectory.best_bound)
    chopped = ib.Run(*parts, batch=batch)
    while chopped.t < 300:
        chopped._loop.advance(300, 1e-5)
    np.testing.assert_array_equal(whole.w, chopped.w)


def test_refusals():
    for arguments, complaint in (
        ((0, 1), "^size: expected an integer >= 1, got 0"),
        ((1, -1), "^seed: expected an integer >= 0, got -1"),
        ((1.5, 1), "^size: expected an integer"),
        ((1, 2**63), "^seed: expected an integer below"),
        ((1, 1, "no"), "^replace: expected True or False"),
    ):
        with pytest.raises((ValueError, TypeError), match=complaint):
            ib.MiniBatch(*arguments)
    X, y = conftest.separable(4, 3)
    parts = ib.Problem(X, y, ib.Exponential()), ib.SteepestDescent(ib.Lp(2))
    with pytest.raises(ValueError, match="^batch: expected a size of at most 4 without replacement, got 5"):
        ib.Run(*parts, ib.Constant(0.1), batch=ib.MiniBatch(5, 0))
    with pytest.raises(ValueError, match="^step_size: LossNormalized needs the whole loss"):
        ib.Run(*parts, batch=ib.MiniBatch(2, 0))
    with pytest.raises(TypeError, match="^batch: expected a MiniBatch"):
        ib.Run(*parts, ib.Constant(0.1), batch=2)
