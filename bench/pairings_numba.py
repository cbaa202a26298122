"""Numba's side of the pairings: a loop for each, composed of a gradient, a step rule and a move."""

import math
from functools import cache

import numpy as np
from numba import njit

from numba_gradients import by_batches, by_columns, by_products, by_rows, by_sparse_rows, scratch_of
from numba_losses import SLOPES, WITH_LOSS, stay
from numba_moves import METHODS
from numba_pairs import pairs_by_products, pairs_by_rows
from pairings_list import CLASSES, LENGTH, POLYAK, SPARSE, SYMMETRIC
from pairings_workload import classes, first_step, inverse_smoothness, samples, start
from workload import on_cache_line


@njit(fastmath=True)
def constant(t, first, total):
    return first


@njit(fastmath=True)
def decreasing(t, first, total):
    return first / math.sqrt(t + 1)


@njit(fastmath=True)
def normalized(t, first, total):
    return first / total


@njit(fastmath=True)
def the_loss(t, first, total):
    return total


STEPS = {
    "constant": constant,
    "1 / sqrt(t)": decreasing,
    "normalized": normalized,
    # The move does the rest: it knows the norm of the gradient.
    LENGTH: constant,
    POLYAK: the_loss,
}


def ways(pairing):
    """Return the ways through the data that may be fastest."""
    if pairing.batch:
        return [by_batches]
    if pairing.size == SPARSE:
        return [by_sparse_rows]
    if pairing.size == SYMMETRIC:
        return [by_rows, by_products]
    if pairing.size in CLASSES:
        return [pairs_by_rows, pairs_by_products]
    return [by_rows, by_products, by_columns]


@cache
def loop_of(way, loss, method, step):
    """Return the loop that these make: one for all sizes."""
    sample, next_shift = WITH_LOSS[loss] if step in ("normalized", POLYAK) else (SLOPES[loss], stay)
    gradient, step_size = way(sample), STEPS[step]
    move, _, point = METHODS[method]

    @njit(fastmath=True)
    def loop(A, y, w, slots, first, scratch, size, steps):
        w, slots, h = w.copy(), slots.copy(), np.empty_like(w)
        number = w.dtype.type
        at, shift = point(w, slots), number(0)
        for t in range(steps):
            total, largest = gradient(A, y, at, shift, h, scratch, size)
            shift = next_shift(shift, largest)
            move(w, slots, h, number(step_size(t, first, total)))
        return w

    return loop


def prepare(pairing, way, size=None):
    """Return the loop as a function of the number of steps; ``size`` is that of batches, at most all."""
    X, y = samples(pairing.size, pairing.monotone)
    if pairing.size == SYMMETRIC:
        X = X.reshape(len(X), -1)
    if pairing.size in CLASSES:
        y = np.zeros(len(X))
    elif pairing.monotone:
        X, y = (X.multiply(y[:, None]).tocsr() if way is by_sparse_rows else X * y[:, None]), 0 * y
    w, first = start(pairing), first_step(pairing)
    if pairing.step == "normalized":
        first = inverse_smoothness(pairing)
    if way is by_sparse_rows:
        # Without a sign, no index asks whether it counts from the end: a fifth of the time.
        A = on_cache_line(X.data), X.indices.astype(np.uint32), X.indptr
    else:
        A = on_cache_line((X.T if way is by_columns else X).astype(w.dtype))
    method = pairing.method
    if f"{method}, {pairing.step}" in METHODS:  # where that takes more than a factor
        method = f"{method}, {pairing.step}"
    loop, slots = loop_of(way, pairing.loss, method, pairing.step), METHODS[method].slots(w)
    y = y.astype(w.dtype)
    scratch, size = scratch_of(way, y), min(size or pairing.batch or len(y), len(y))
    if pairing.size in CLASSES:
        scratch = classes(pairing.size), np.empty((len(y), CLASSES[pairing.size]))
    return lambda steps: loop(A, y, w, slots, first, scratch, size, steps)
