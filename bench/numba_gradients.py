"""Minus the gradient of a sum of losses in Numba, one function for each way through the data.

Each is made for one loss: ``sample(a, shift)`` is what a sample adds (see `numba_pass`). The functions write
h = sum_n c_n A_n and return the sum of the l_n and the largest argument. `scratch_of` makes their scratch.
"""

import numpy as np
from numba import njit

from numba_pass import one_pass


def by_rows(sample):
    """Once through the rows, four at a time."""
    return one_pass(sample)


def by_products(sample):
    """Two products, which are BLAS calls."""

    @njit(fastmath=True)
    def gradient(A, y, w, shift, h, c, size):
        np.dot(A, w, c)
        number = A.dtype.type
        total, largest = number(0), number(-1e30)
        for i in range(c.size):
            a = y[i] + shift - c[i]
            largest = max(largest, a)
            c[i], share = sample(a, shift)
            total += number(share)
        np.dot(c, A, h)
        return total, largest

    return gradient


def by_columns(sample):
    """Two products in plain loops over the samples, one column after the other: A is (d, n) here."""

    @njit(fastmath=True)
    def gradient(A, y, w, shift, h, c, size):
        d, n = A.shape
        number = A.dtype.type
        total, largest = number(0), number(-1e30)
        for i in range(n):
            c[i] = y[i] + shift
        for j in range(d):
            for i in range(n):
                c[i] -= A[j, i] * w[j]
        for i in range(n):
            largest = max(largest, c[i])
            c[i], share = sample(c[i], shift)
            total += number(share)
        for j in range(d):
            h_j = number(0)
            for i in range(n):
                h_j += c[i] * A[j, i]
            h[j] = h_j
        return total, largest

    return gradient


@njit
def drawn(n, chosen, size):
    """Put ``size`` rows, drawn without replacement, to the front: Fisher and Yates's shuffle by xorshift."""
    order, state = chosen
    x = state[0]
    for i in range(size):
        x ^= x << np.uint64(13)
        x ^= x >> np.uint64(7)
        x ^= x << np.uint64(17)
        k = i + np.int64(((x >> np.uint64(32)) * np.uint64(n - i)) >> np.uint64(32))
        order[i], order[k] = order[k], order[i]
    state[0] = x
    return size


@njit
def from_order(chosen, i):
    return chosen[0][i]


def by_batches(sample):
    """As by rows, over rows that are drawn."""
    return one_pass(sample, drawn, from_order)


def by_sparse_rows(sample):
    """Once through compressed rows: A is (entries, their columns, where each row begins)."""

    @njit(fastmath=True)
    def gradient(A, y, w, shift, h, scratch, size):
        entries, columns, begins = A
        total, largest = 0.0, -1e30
        h[:] = 0
        for i in range(y.size):
            a = y[i] + shift
            for k in range(begins[i], begins[i + 1]):
                a -= entries[k] * w[columns[k]]
            largest = max(largest, a)
            c, share = sample(a, shift)
            total += share
            for k in range(begins[i], begins[i + 1]):
                h[columns[k]] += c * entries[k]
        return total, largest

    return gradient


def scratch_of(way, y):
    """Return what the gradients of this way need beside the data."""
    if way is by_batches:
        return np.arange(y.size), np.array([88172645463325252], np.uint64)
    return np.empty_like(y)
