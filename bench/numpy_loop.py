"""Steepest descent on the exponential loss as a skilled NumPy user would write it.

Loss-normalized steps in the log domain, l_p norms. The products go through BLAS, and the loop makes no array.
On small data the calls cost most: `dot` less than `@`, and a ufunc's `reduce` less than the array's `min`.
"""

import math

import numpy as np

from workload import signed_rows

# Each adds eta times the unnormalized steepest descent step on -<w, h> to w; s is a buffer.


def move_l1(w, h, eta, s):
    i = np.abs(h, out=s).argmax()
    w[i] += eta * h[i]


def move_l43(w, h, eta, s):  # h^3 / |h|_4^2
    np.multiply(h, h, out=s)
    eta /= math.sqrt(s.dot(s))
    s *= h
    s *= eta
    w += s


def move_l2(w, h, eta, s):
    w += np.multiply(h, eta, out=s)


def move_linf(w, h, eta, s):
    eta *= np.add.reduce(np.abs(h, out=s))
    w += np.copysign(eta, h, out=s)


def move_l15(w, h, eta, s):  # h |h| / |h|_3
    np.abs(h, out=s)
    s *= h
    s *= eta * s.dot(h) ** (-1 / 3)
    w += s


Q = 1.7 / 0.7


def move_l17(w, h, eta, s):  # |h|_q sign(h) (|h| / |h|_q)^(q-1)
    np.abs(h, out=s)
    np.power(s, Q - 1, out=s)
    np.copysign(s, h, out=s)
    s *= eta * s.dot(h) ** (2 / Q - 1)
    w += s


MOVES = {1: move_l1, 4 / 3: move_l43, 1.5: move_l15, 1.7: move_l17, 2: move_l2, math.inf: move_linf}


def descend(A, eta, move, steps):
    """Return w after ``steps`` steps from 0."""
    n, d = A.shape
    w, h, s = np.zeros(d, A.dtype), np.empty(d, A.dtype), np.empty(d, A.dtype)
    c, ones = np.empty(n, A.dtype), np.ones(n, A.dtype)
    for _ in range(steps):
        A.dot(w, out=c)
        np.subtract(np.minimum.reduce(c), c, out=c)
        np.exp(c, out=c)
        c.dot(A, out=h)
        # eta_t = 1 / (B^2 L) and grad L = L * (-A' c / sum c): L cancels.
        move(w, h, eta / c.dot(ones), s)
    return w


def prepare(X, y, p):
    """Return the descent in l_p as a function of the number of steps."""
    A, eta = signed_rows(X, y, p)
    return lambda steps: descend(A, eta, MOVES[p], steps)
