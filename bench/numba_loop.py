"""Steepest descent on the exponential loss in Numba: one pass over the data an iteration, two if tall."""

import math

import numpy as np
from numba import njit

from numba_pass import exponential_pass
from workload import signed_rows

# Each adds eta times the unnormalized steepest descent step on -<w, h> to w.


@njit(fastmath=True)
def move_l1(w, h, eta):
    """Move the coordinate where |h| is largest."""
    largest = 0
    for j in range(w.size):
        if abs(h[j]) > abs(h[largest]):
            largest = j
    w[largest] += eta * h[largest]


@njit(fastmath=True)
def move_l43(w, h, eta):
    """Move by h^3 / |h|_4^2."""
    total = 0.0
    for j in range(w.size):
        square = h[j] * h[j]
        total += square * square
    scale = eta / math.sqrt(total)
    for j in range(w.size):
        w[j] += scale * h[j] * h[j] * h[j]


@njit(fastmath=True)
def move_l2(w, h, eta):
    """Move by h."""
    for j in range(w.size):
        w[j] += eta * h[j]


@njit(fastmath=True)
def move_linf(w, h, eta):
    """Move by |h|_1 sign(h)."""
    total = 0.0
    for j in range(w.size):
        total += abs(h[j])
    scale = eta * total
    for j in range(w.size):
        w[j] += scale * np.sign(h[j])


@njit(fastmath=True)
def move_l15(w, h, eta):
    """Move by h |h| / |h|_3."""
    total = 0.0
    for j in range(w.size):
        total += abs(h[j]) ** 3
    scale = eta * total ** (-1 / 3)
    for j in range(w.size):
        w[j] += scale * h[j] * abs(h[j])


Q = 1.7 / 0.7


@njit(fastmath=True)
def move_l17(w, h, eta):
    """Move by |h|_q sign(h) (|h| / |h|_q)^(q-1)."""
    powers = np.abs(h) ** (Q - 1)
    total = 0.0
    for j in range(w.size):
        total += powers[j] * abs(h[j])
    scale = eta * total ** (2 / Q - 1)
    for j in range(w.size):
        w[j] += scale * math.copysign(powers[j], h[j])


MOVES = {1: move_l1, 4 / 3: move_l43, 1.5: move_l15, 1.7: move_l17, 2: move_l2, math.inf: move_linf}


@njit(fastmath=True)
def descend(A, eta, move, steps):
    """Return w after ``steps`` steps from 0."""
    n, d = A.shape
    zeros, w, h = np.zeros(n, A.dtype), np.zeros(d, A.dtype), np.empty(d, A.dtype)
    shift = A.dtype.type(0)
    for _ in range(steps):
        # A step changes no margin by more than 1: the last iteration's smallest keeps exp in its range.
        total, largest = exponential_pass(A, zeros, w, shift, h, None, n)
        shift -= largest
        move(w, h, eta / total)
    return w


@njit(fastmath=True)
def descend_tall(A, eta, move, steps):
    """Return the same by two products: short rows leave one pass little to do but exponentials."""
    n, d = A.shape
    w, c, h = np.zeros(d, A.dtype), np.empty(n, A.dtype), np.empty(d, A.dtype)
    for _ in range(steps):
        np.dot(A, w, c)
        lowest, total = c.min(), A.dtype.type(0)
        for i in range(n):
            c[i] = math.exp(lowest - c[i])
            total += c[i]
        np.dot(c, A, h)
        move(w, h, eta / total)
    return w


def prepare(X, y, p):
    """Return the descent in l_p as a function of the number of steps."""
    A, eta = signed_rows(X, y, p)
    loop = descend_tall if len(A) > 10 * A.shape[1] else descend
    return lambda steps: loop(A, A.dtype.type(eta), MOVES[p], steps)
