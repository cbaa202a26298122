"""One pass over the data in Numba, from which every loop takes its gradient."""

import math

from numba import njit


@njit(fastmath=True)
def exponential(a, shift):
    e = math.exp(a)
    return e, e


@njit(fastmath=True)
def identity(a, shift):
    return a, a


@njit
def all_rows(n, chosen, size):
    return n


@njit
def as_it_is(chosen, i):
    return i


def one_pass(sample, draw=all_rows, row=as_it_is):
    """Return the pass as a function of its own: as an argument of one, ``sample`` costs 0.1 us an iteration.

    ``sample(a, shift)`` gives c_n and l_n from a = y_n + shift - <A_n, w>. The pass writes h = sum_n c_n A_n,
    and returns the sum of the l_n and the largest a. It takes draw(n, chosen, size) rows: row(chosen, i).
    """

    @njit(fastmath=True)
    def gradient(A, y, w, shift, h, chosen, size):
        # Four rows at a time: h is loaded and stored a quarter as often, and the rows are in cache then.
        n, d = A.shape
        number = A.dtype.type
        total, largest = number(0), number(-1e30)
        h[:] = 0
        n = draw(n, chosen, size)
        for i in range(0, n - 3, 4):
            i0, i1, i2, i3 = row(chosen, i), row(chosen, i + 1), row(chosen, i + 2), row(chosen, i + 3)
            a0 = a1 = a2 = a3 = number(0)
            for j in range(d):
                a0 += A[i0, j] * w[j]
                a1 += A[i1, j] * w[j]
                a2 += A[i2, j] * w[j]
                a3 += A[i3, j] * w[j]
            a0, a1, a2, a3 = y[i0] + shift - a0, y[i1] + shift - a1, y[i2] + shift - a2, y[i3] + shift - a3
            largest = max(largest, a0, a1, a2, a3)
            (c0, l0), (c1, l1) = sample(a0, shift), sample(a1, shift)
            (c2, l2), (c3, l3) = sample(a2, shift), sample(a3, shift)
            total += number(l0 + l1 + l2 + l3)
            c0, c1, c2, c3 = number(c0), number(c1), number(c2), number(c3)
            for j in range(d):
                h[j] += c0 * A[i0, j] + c1 * A[i1, j] + c2 * A[i2, j] + c3 * A[i3, j]
        for i in range(n - n % 4, n):
            k = row(chosen, i)
            a = number(0)
            for j in range(d):
                a += A[k, j] * w[j]
            a = y[k] + shift - a
            largest = max(largest, a)
            c, share = sample(a, shift)
            total += number(share)
            c = number(c)
            for j in range(d):
                h[j] += c * A[k, j]
        return total, largest

    return gradient


exponential_pass = one_pass(exponential)
residual_pass = one_pass(identity)
