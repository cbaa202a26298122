"""Steepest descent on the exponential loss as a skilled NumPy user would write it.

Loss-normalised steps in the log domain, l_p norms. The products go through BLAS.
"""

import math

import numpy as np

from workload import signed_rows


def steepest(g, p):
    """Return the unnormalised steepest descent step in l_p."""
    if p == 1:
        step = np.zeros_like(g)
        i = np.argmax(np.abs(g))
        step[i] = -g[i]
        return step
    if p == 2:
        return -g
    if p == math.inf:
        return -np.abs(g).sum() * np.sign(g)
    if p == 4 / 3:  # |g|_4 (|g| / |g|_4)^3
        squares = g * g
        return -g * squares / math.sqrt(squares @ squares)
    a = np.abs(g)
    q = p / (p - 1)
    powers = a * a if p == 1.5 else a ** (q - 1)
    return -np.copysign(powers, g) * (powers @ a) ** (2 / q - 1)


def descend(A, eta, p, steps):
    """Return w after ``steps`` steps from 0."""
    w = np.zeros(A.shape[1])
    for _ in range(steps):
        m = A @ w
        weights = np.exp(m.min() - m)
        weights /= weights.sum()
        # eta_t = 1 / (B^2 L) and grad L = L * (-A' weights): L cancels.
        w += eta * steepest(-(weights @ A), p)
    return w


def prepare(X, y, p):
    """Return the descent in l_p as a function of the number of steps."""
    A, eta = signed_rows(X, y, p)
    return lambda steps: descend(A, eta, p, steps)
