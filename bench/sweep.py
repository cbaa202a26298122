"""Nanoseconds a run and iteration of a thousand runs on one tiny problem, as a Markdown table, on one core.

A thousand scales of loss-normalized steps (for the squared loss of constant ones) at n = 10 and d = 3: a
sweep of the package, with the rows that it records and certifies, beside loops that do nothing but iterate:
NumPy on arrays of all runs, and JAX, compiled, by vmap of one run and on arrays of all. Each time is the
least processor time of several, as a machine that others use is never faster than it is.
"""

import argparse
import os
from functools import partial
from time import process_time
from timeit import repeat

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import numpy as np

import implicitbias as ib
from workload import samples, signed_rows

RUNS, N, D = 1000, 10, 3


def batched(np, loss, p, A, targets, scales, W):
    """Return all runs after one step, in the functions of NumPy or of jax.numpy; or one run, likewise."""
    z = W @ A.T
    if loss == "squared":
        h, f = -2 * (z - targets) @ A, scales
    else:
        s = np.exp(z.min(-1, keepdims=True) - z)
        h, f = s @ A, scales / s.sum(-1, keepdims=True)
    if p == 2:
        return W + f * h
    powers = h * h * h  # q = 4
    return W + f * powers / np.sqrt((h * powers).sum(-1, keepdims=True))


def numpy_loop(*about, W):
    """Return a function of the number of steps."""

    def loop(steps):
        runs = W
        for _ in range(steps):
            runs = batched(np, *about, runs)
        return runs

    return loop


def jax_loop(loss, p, A, targets, scales, W, vmap):
    """Return a function of the number of steps, with jax.vmap of one run or on arrays of all."""
    import jax

    jax.config.update("jax_platforms", "cpu")
    jax.config.update("jax_enable_x64", True)
    A, targets, scales, W = map(jax.numpy.asarray, (A, targets, scales, W))
    step = partial(batched, jax.numpy, loss, p, A, targets)
    step = jax.vmap(step) if vmap else step

    @jax.jit
    def loop(steps):
        return jax.lax.fori_loop(0, steps, lambda _, runs: step(scales, runs), W)

    return lambda steps: loop(steps).block_until_ready()


def sweep_loop(loss, p, X, y, scales):
    """Return a function of the number of steps."""
    losses = {"exponential": ib.Exponential(), "squared": ib.Squared()}
    rule = ib.Constant if loss == "squared" else ib.LossNormalized
    steps = [rule(scale) for scale in scales]
    sweep = ib.Sweep(ib.Problem(X, y, losses[loss]), ib.SteepestDescent(ib.Lp(p)), steps)
    return sweep.advance


def least(loop, steps):
    """Return the least nanoseconds a run and iteration."""
    loop(steps)  # compiles
    seconds = repeat(lambda: loop(steps), timer=process_time, number=1, repeat=7)
    return min(seconds) / steps / RUNS * 1e9


def rows(steps):
    """Yield a row of the table for each loss and norm."""
    X, y = samples(N, D)
    for loss in ("exponential", "squared"):
        scales = np.linspace(0.1, 1, RUNS) * (0.01 if loss == "squared" else 1)
        for name, p in (("4/3", 4 / 3), ("2", 2)):
            A, factor = signed_rows(X, y, p) if loss == "exponential" else (X, 1.0)
            about = loss, p, A, y, scales[:, None] * factor, np.zeros((RUNS, D)) + 1e-3
            loops = {
                "NumPy": numpy_loop(*about[:-1], W=about[-1]),
                "JAX": jax_loop(*about, vmap=False),
                "JAX, vmap": jax_loop(*about, vmap=True),
            }
            times = {peer: least(loop, steps) for peer, loop in loops.items()}
            times["implicitbias"] = least(sweep_loop(loss, p, X, y, scales), 100 * steps)
            yield loss, name, times


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=1000)
    steps = parser.parse_args().steps
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    peers = "NumPy", "JAX", "JAX, vmap", "implicitbias"
    print("| loss | norm |", " | ".join(peers), "| best of them over ours |")
    print("|---|---|" + "---|" * (len(peers) + 1))
    for loss, name, times in rows(steps):
        shown = " | ".join(f"{times[peer]:.1f}" for peer in peers)
        ratio = min(times[peer] for peer in peers[:-1]) / times["implicitbias"]
        print(f"| {loss} | l{name} | {shown} | {ratio:.1f} |", flush=True)


if __name__ == "__main__":
    main()
