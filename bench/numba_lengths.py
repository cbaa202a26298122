"""Steepest descent in Numba by steps of a given length, and by Polyak's: these ask for |h|, a norm."""

import math

from numba import njit


@njit(fastmath=True)
def l1(w, slots, h, eta):
    largest = 0
    for j in range(w.size):
        if abs(h[j]) > abs(h[largest]):
            largest = j
    w[largest] += math.copysign(eta, h[largest])


@njit(fastmath=True)
def l43(w, slots, h, eta):
    total = 0.0
    for j in range(w.size):
        square = h[j] * h[j]
        total += square * square
    root = math.sqrt(total)
    scale = eta / (root * math.sqrt(root))
    for j in range(w.size):
        w[j] += scale * h[j] * h[j] * h[j]


@njit(fastmath=True)
def l2(w, slots, h, eta):
    total = 0.0
    for j in range(w.size):
        total += h[j] * h[j]
    scale = eta / math.sqrt(total)
    for j in range(w.size):
        w[j] += scale * h[j]


@njit(fastmath=True)
def linf(w, slots, h, eta):
    for j in range(w.size):
        if h[j] != 0:
            w[j] += math.copysign(eta, h[j])


@njit(fastmath=True)
def polyak(w, slots, h, loss):
    """Take the step loss / |h|^2 in l2."""
    total = 0.0
    for j in range(w.size):
        total += h[j] * h[j]
    scale = loss / total
    for j in range(w.size):
        w[j] += scale * h[j]


BY_LENGTH = {"l1": l1, "l4/3": l43, "l2": l2, "linf": linf}
