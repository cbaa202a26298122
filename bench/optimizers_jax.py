"""The optimizers in JAX: whole loops compiled, in float64 on the CPU."""

from functools import partial

import jax
import jax.numpy as jnp

from jax_loop import repeat
from optimizers_workload import BETA, BETA1, BETA2, EPS, samples, start

# Each returns what is remembered at the start, and the step along a gradient.


def gradient_descent(eta, shape):
    return (), lambda W, G, memory: (W - eta * G, memory)


def sign_descent(eta, shape):
    return (), lambda W, G, memory: (W - eta * jnp.abs(G).sum() * jnp.sign(G), memory)


def adam(eta, shape):
    def move(W, G, memory):
        m, v, power1, power2 = memory
        m, v = BETA1 * m + (1 - BETA1) * G, BETA2 * v + (1 - BETA2) * G * G
        power1, power2 = BETA1 * power1, BETA2 * power2
        W = W - eta / (1 - power1) * m / (jnp.sqrt(v / (1 - power2)) + EPS)
        return W, (m, v, power1, power2)

    return (jnp.zeros(shape), jnp.zeros(shape), 1.0, 1.0), move


def muon(eta, shape):
    def move(W, G, memory):
        (m,) = memory
        m = BETA * m + (1 - BETA) * G
        along = BETA * m + (1 - BETA) * G
        squares, Q = jnp.linalg.eigh(along @ along.T)
        Q, values = Q[:, 1:], jnp.sqrt(squares[1:])
        return W - (Q * (eta * values.sum() / values)) @ (Q.T @ along), (m,)

    return (jnp.zeros(shape),), move


def by_samples(X, Y, W):
    """Return the gradient, through scores (n, k)."""
    return (jax.nn.softmax(X @ W.T) - Y).T @ X


def by_classes(X, Y, W):
    """Return the gradient, through scores (k, n)."""
    return (jax.nn.softmax(W @ X.T, axis=0) - Y.T) @ X


WAYS = by_samples, by_classes


@partial(jax.jit, static_argnames=("method", "eta", "way"))
def run(steps, X, Y, W, method, eta, way):
    """Return W after ``steps`` steps."""
    memory, move = globals()[method](eta, W.shape)

    def step(state):
        W, memory = state
        return move(W, way(X, Y, W), memory)

    return repeat(steps, step, (W, memory))[0]


def prepare(size, method, eta, way=by_samples):
    """Return the loop as a function of the number of steps."""
    X, y, k = samples(size)
    X, Y, W, name = (
        jax.device_put(X),
        jax.nn.one_hot(y, k),
        jax.device_put(start(size)),
        method.lower().replace(" ", "_"),
    )
    return lambda steps: run(steps, X, Y, W, name, eta, way).block_until_ready()
