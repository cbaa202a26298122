"""How parameters move in Numba, a function a method.

``move(w, slots, h, eta)`` takes the step for minus the gradient h; ``slots`` is what the method remembers.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numba import njit

from methods_workload import BETA
from numba_lengths import BY_LENGTH, polyak
from numba_loop import MOVES
from pairings_list import LENGTH, POLYAK
from pairings_workload import RADIUS


@njit
def here(w, slots):
    return w


@njit
def ahead(w, slots):
    return slots[0]


class Method(NamedTuple):
    """A move, what it remembers at the start, and where the gradient is taken."""

    move: Callable
    slots: Callable = lambda w: np.zeros((1, 1), w.dtype)
    point: Callable = here


def steepest(p):
    # As a call, which Numba counts references for, it took a third of an iteration at 10 x 3.
    descend = njit(fastmath=True, inline="always")(MOVES[p].py_func)

    @njit(fastmath=True)
    def move(w, slots, h, eta):
        descend(w, h, eta)

    return Method(move)


@njit(fastmath=True)
def adagrad(w, slots, h, eta):
    G = slots[0]
    for j in range(w.size):
        G[j] += h[j] * h[j]
        w[j] += eta * h[j] / math.sqrt(max(G[j], 1e-300))  # 0 / 0 is 0: some pixels are always 0


@njit(fastmath=True)
def mirror_l15(w, slots, h, eta):
    z, cubes = slots[0], 0.0
    for j in range(w.size):
        z[j] += eta * h[j]
        cubes += abs(z[j]) ** 3
    scale = cubes ** (-1 / 3)
    for j in range(w.size):
        w[j] = scale * z[j] * abs(z[j])


@njit(fastmath=True)
def entropy(w, slots, h, eta):
    for j in range(w.size):
        w[j] *= math.exp(eta * h[j])


@njit(fastmath=True)
def entropy_momentum(w, slots, h, eta):
    before = slots[0]
    for j in range(w.size):
        pushed = w[j] + BETA * (w[j] - before[j])
        before[j] = w[j]
        w[j] = pushed * math.exp(eta * h[j])


@njit(fastmath=True)
def heavy_ball(w, slots, h, eta):
    dw = slots[0]
    for j in range(w.size):
        dw[j] = BETA * dw[j] + eta * h[j]
        w[j] += dw[j]


@njit(fastmath=True)
def nesterov(w, slots, h, eta):
    point, dw = slots[0], slots[1]
    for j in range(w.size):
        dw[j] = BETA * dw[j] + eta * h[j]
        w[j] += dw[j]
        point[j] = w[j] + BETA * dw[j]


@njit(fastmath=True)
def averaged(w, slots, h, eta):
    m = slots[0]
    for j in range(w.size):
        m[j] = BETA * m[j] + (1 - BETA) * h[j]
        w[j] += eta * m[j]


@njit(fastmath=True)
def adam(w, slots, h, eta):
    m, v, powers = slots[0], slots[1], slots[2]
    powers[0] *= 0.9
    powers[1] *= 0.999
    factor, root = eta / (1 - powers[0]), 1 / math.sqrt(1 - powers[1])
    for j in range(w.size):
        m[j] = 0.9 * m[j] + (1 - 0.9) * h[j]
        v[j] = 0.999 * v[j] + (1 - 0.999) * h[j] * h[j]
        w[j] += factor * m[j] / (root * math.sqrt(v[j]) + 1e-8)


@njit(fastmath=True)
def rmsprop(w, slots, h, eta):
    v = slots[0]
    for j in range(w.size):
        v[j] = 0.99 * v[j] + (1 - 0.99) * h[j] * h[j]
        w[j] += eta * h[j] / (math.sqrt(v[j]) + 1e-8)


@njit(fastmath=True)
def lion(w, slots, h, eta):
    m = slots[0]
    for j in range(w.size):
        along = 0.9 * m[j] + (1 - 0.9) * h[j]
        if along != 0:
            w[j] += math.copysign(eta, along)
        m[j] = 0.99 * m[j] + (1 - 0.99) * h[j]


@njit(fastmath=True)
def natural_gradient(w, slots, h, eta):
    for j in range(w.size):
        w[j] += eta * w[j] * h[j]


@njit(fastmath=True)
def simplex(w, slots, h, eta):
    total = 0.0
    for j in range(w.size):
        w[j] *= math.exp(eta * h[j])
        total += w[j]
    scale = 1 / total
    for j in range(w.size):
        w[j] *= scale


@njit(fastmath=True)
def factor(w, slots, h, eta):
    U, product = slots[0], slots[1]
    np.dot(h.reshape(U.shape), U, product)
    for i in range(U.shape[0]):
        for j in range(U.shape[1]):
            U[i, j] += 2 * eta * product[i, j]
    np.dot(U, U.T, w.reshape(U.shape))


@njit(fastmath=True)
def factor_normalized(w, slots, h, eta):
    # The smoothness is L (4 tr W + 2) where no sample's spectral norm is above 1.
    trace, side = 0.0, slots.shape[1]
    for i in range(side):
        trace += w[i * side + i]
    factor(w, slots, h, eta / (4 * trace + 2))


@njit(fastmath=True)
def non_negative(w, slots, h, eta):
    for j in range(w.size):
        w[j] = max(w[j] + eta * h[j], 0.0)


@njit(fastmath=True)
def ball(w, slots, h, eta):
    square = 0.0
    for j in range(w.size):
        w[j] += eta * h[j]
        square += w[j] * w[j]
    if square > RADIUS * RADIUS:
        scale = RADIUS / math.sqrt(square)
        for j in range(w.size):
            w[j] *= scale


def roots(w):
    """Return U with U U' = w, a multiple of the identity, and room for a product."""
    W = w.reshape(math.isqrt(w.size), -1)
    return np.stack([np.sqrt(W), np.empty_like(W)])


def zeros(w):
    return np.zeros((1, w.size), w.dtype)


METHODS = {
    "l1": steepest(1),
    "l4/3": steepest(4 / 3),
    "l2": steepest(2),
    "linf": steepest(math.inf),
    "AdaGrad": Method(adagrad, zeros),
    "mirror l1.5": Method(mirror_l15, zeros),
    "heavy ball": Method(heavy_ball, zeros),
    "Nesterov": Method(nesterov, lambda w: np.stack([w, 0 * w]), ahead),
    "EMA": Method(averaged, zeros),
    "Adam": Method(adam, lambda w: np.stack([0 * w, 0 * w, 0 * w + 1])),
    "RMSProp": Method(rmsprop, zeros),
    "Lion": Method(lion, zeros),
    "entropy": Method(entropy),
    "entropy, momentum": Method(entropy_momentum, lambda w: w[None].copy()),
    "natural gradient": Method(natural_gradient),
    "simplex": Method(simplex),
    "U U'": Method(factor, roots),
    "U U', normalized": Method(factor_normalized, roots),
    "w >= 0": Method(non_negative),
    "l2 ball": Method(ball),
    **{f"{p}, {LENGTH}": Method(move) for p, move in BY_LENGTH.items()},
    f"l2, {POLYAK}": Method(polyak),
}
