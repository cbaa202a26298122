"""One pass over the data in Numba, from which every loop takes its gradient."""

from numba import njit


@njit(fastmath=True)
def one_pass(A, y, w, shift, weight, h):
    """Write h = sum_n c_n A_n with c_n = weight(y_n + shift - <A_n, w>).

    Return the sum of the c_n and the largest argument.
    """
    # Four rows at a time: h is loaded and stored a quarter as often, and the rows are still in cache then.
    n, d = A.shape
    number = A.dtype.type
    total, largest = number(0), number(-1e30)
    h[:] = 0
    for i in range(0, n - 3, 4):
        a0 = a1 = a2 = a3 = number(0)
        for j in range(d):
            a0 += A[i, j] * w[j]
            a1 += A[i + 1, j] * w[j]
            a2 += A[i + 2, j] * w[j]
            a3 += A[i + 3, j] * w[j]
        a0, a1, a2, a3 = (
            y[i] + shift - a0,
            y[i + 1] + shift - a1,
            y[i + 2] + shift - a2,
            y[i + 3] + shift - a3,
        )
        largest = max(largest, a0, a1, a2, a3)
        c0, c1, c2, c3 = weight(a0), weight(a1), weight(a2), weight(a3)
        total += c0 + c1 + c2 + c3
        for j in range(d):
            h[j] += c0 * A[i, j] + c1 * A[i + 1, j] + c2 * A[i + 2, j] + c3 * A[i + 3, j]
    for i in range(n - n % 4, n):
        a = number(0)
        for j in range(d):
            a += A[i, j] * w[j]
        a = y[i] + shift - a
        largest = max(largest, a)
        c = weight(a)
        total += c
        for j in range(d):
            h[j] += c * A[i, j]
    return total, largest
