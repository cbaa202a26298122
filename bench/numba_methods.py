"""The suite of methods in Numba: plain loops, which beat BLAS at these sizes except in U U'."""

import math

import numpy as np
from numba import njit

from methods_workload import BETA
from numba_loop import loop_products, loop_row_sum, softmax_of_minus


@njit(fastmath=True)
def squared_gradient(X, y, w, r, g):
    """Write the residuals and the gradient."""
    loop_products(X, w, r)
    for i in range(r.size):
        r[i] = 2 * (r[i] - y[i])
    loop_row_sum(X, r, g)


@njit(fastmath=True)
def steepest_squared(steps, X, y, eta):
    n, d = X.shape
    w, r, g = np.zeros(d), np.empty(n), np.empty(d)
    for _ in range(steps):
        squared_gradient(X, y, w, r, g)
        total = 0.0
        for j in range(d):
            square = g[j] * g[j]
            total += square * square
        scale = eta / math.sqrt(total)
        for j in range(d):
            w[j] -= scale * g[j] * g[j] * g[j]
    return w


@njit(fastmath=True)
def entropy_momentum(steps, X, y, eta):
    n, d = X.shape
    w, before, r, g = np.ones(d), np.ones(d), np.empty(n), np.empty(d)
    for _ in range(steps):
        squared_gradient(X, y, w, r, g)
        for j in range(d):
            ahead = w[j] + BETA * (w[j] - before[j])
            before[j] = w[j]
            w[j] = ahead * math.exp(-eta * g[j])
    return w


@njit(fastmath=True)
def adagrad(steps, A, eta):
    n, d = A.shape
    w, G, m, h = np.zeros(d), np.zeros(d), np.empty(n), np.empty(d)
    for _ in range(steps):
        loop_products(A, w, m)
        for i in range(n):
            m[i] = math.exp(-m[i])
        loop_row_sum(A, m, h)
        for j in range(d):
            G[j] += h[j] * h[j]
            w[j] += eta * h[j] / math.sqrt(G[j])
    return w


@njit(fastmath=True)
def mirror_l15(steps, A, eta):
    n, d = A.shape
    w, z, m, h = np.zeros(d), np.zeros(d), np.empty(n), np.empty(d)
    for _ in range(steps):
        loop_products(A, w, m)
        softmax_of_minus(m)
        loop_row_sum(A, m, h)
        total = 0.0
        for j in range(d):
            z[j] += eta * h[j]
            total += abs(z[j]) ** 3
        scale = total ** (-1 / 3)
        for j in range(d):
            w[j] = scale * z[j] * abs(z[j])
    return w


@njit
def factorized(steps, X, y, U, eta):
    U = U.copy()
    W = U @ U.T
    for _ in range(steps):
        G = ((X @ W.ravel() - y) @ X).reshape(W.shape)
        U -= 4 * eta * (G @ U)
        W = U @ U.T
    return W.ravel()


def prepare(workload):
    """Return the loop as a function of the number of steps."""
    data = workload()
    return lambda steps: globals()[workload.__name__](steps, *data)
