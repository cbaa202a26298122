"""Steepest descent on the exponential loss in Numba: plain loops, and BLAS for data where that is faster."""

import math

import numpy as np
from numba import njit

from workload import signed_rows

# Entries of A up to which plain loops beat np.dot.
SMALL = 10_000


@njit(fastmath=True)
def loop_products(A, v, out):
    """Write A v."""
    for i in range(A.shape[0]):
        total = 0.0
        for j in range(A.shape[1]):
            total += A[i, j] * v[j]
        out[i] = total


@njit(fastmath=True)
def loop_row_sum(A, c, out):
    """Write A' c."""
    out[:] = 0.0
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            out[j] += c[i] * A[i, j]


@njit
def blas_products(A, v, out):
    """Write A v."""
    np.dot(A, v, out)


@njit
def blas_row_sum(A, c, out):
    """Write A' c."""
    np.dot(c, A, out)


@njit(fastmath=True)
def softmax_of_minus(m):
    """Replace m by exp(-m) / sum exp(-m)."""
    lowest = m.min()
    total = 0.0
    for i in range(m.size):
        m[i] = math.exp(lowest - m[i])
        total += m[i]
    for i in range(m.size):
        m[i] /= total


# Each adds eta times the unnormalised steepest descent step on -<w, h> to w.


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
def descend(A, eta, products, row_sum, move, steps):
    """Return w after ``steps`` steps from 0."""
    n, d = A.shape
    w, m, h = np.zeros(d), np.empty(n), np.empty(d)
    for _ in range(steps):
        products(A, w, m)
        softmax_of_minus(m)
        row_sum(A, m, h)
        move(w, h, eta)
    return w


def prepare(X, y, p):
    """Return the descent in l_p as a function of the number of steps."""
    A, eta = signed_rows(X, y, p)
    passes = (loop_products, loop_row_sum) if A.size <= SMALL else (blas_products, blas_row_sum)
    return lambda steps: descend(A, eta, *passes, MOVES[p], steps)
