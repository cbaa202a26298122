"""The suite of methods in JAX: whole loops compiled, in float64 on the CPU."""

from functools import partial

import jax
import jax.numpy as jnp

from jax_loop import repeat, steepest
from methods_workload import BETA

# Each returns the start, the step, and what is asked for at the end.


def steepest_squared(X, y, eta):
    def step(w):
        g = 2 * ((X @ w - y) @ X)
        return w - eta * steepest(g, 4 / 3)

    return jnp.zeros(X.shape[1]), step, lambda w: w


def entropy_momentum(X, y, eta):
    def step(state):
        w, before = state
        g = 2 * ((X @ w - y) @ X)
        return (w + BETA * (w - before)) * jnp.exp(-eta * g), w

    return (jnp.ones(X.shape[1]),) * 2, step, lambda state: state[0]


def adagrad(A, eta):
    def step(state):
        w, G = state
        h = jnp.exp(-(A @ w)) @ A
        G = G + h * h
        return w + eta * h / jnp.sqrt(G), G

    return (jnp.zeros(A.shape[1]),) * 2, step, lambda state: state[0]


def mirror_l15(A, eta):
    def step(state):
        w, z = state
        m = A @ w
        weights = jnp.exp(m.min() - m)
        z = z + (eta / weights.sum()) * (weights @ A)
        a = jnp.abs(z)
        return z * a * (a @ (a * a)) ** (-1 / 3), z

    return (jnp.zeros(A.shape[1]),) * 2, step, lambda state: state[0]


def factorized(X, y, U, eta):
    def step(U):
        G = ((X @ (U @ U.T).ravel() - y) @ X).reshape(U.shape)
        return U - 4 * eta * (G @ U)

    return U, step, lambda U: (U @ U.T).ravel()


@partial(jax.jit, static_argnames="method")
def run(steps, data, method):
    """Return the result of ``steps`` steps."""
    start, step, result = globals()[method](*data)
    return result(repeat(steps, step, start))


def prepare(workload):
    """Return the loop as a function of the number of steps."""
    data = [jax.device_put(part) for part in workload()]
    return lambda steps: run(steps, data, workload.__name__).block_until_ready()
